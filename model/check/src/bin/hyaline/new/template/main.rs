//! A protocol to begin with: a client and a server greet each other. It has a deadlock.

use std::process::ExitCode;

use hyaline_protocol::{BoundedChannel, Consequence, EndView, OfferedCall, Protocol, ProtocolEnd};

// What the rows speak of. A message is an event that an action sends, and that arrives at the other
// end. A fact is what the guard of a row asks the world.
hyaline_protocol::alphabet! {
    events { Greet, Answer, Hello }
    actions { SendHello, Done }
    facts { room: bool }
}

#[macro_use]
mod client {
    hyaline_protocol::machine! {
        /// Greets the server.
        machine client: place;
        states { initial final Idle, Waiting }
        rows {
            // A deadlock: the client waits for a hello before it says one, and so does the server.
            // Somebody has to speak first. Put these two rows in the place of the two below them:
            //
            // #[local("the client speaks first")]
            // Idle + Greet if room(true) => Waiting { SendHello; }
            // #[local("the server's hello completes the call")]
            // Waiting + Hello => Idle { Done; }
            #[local("a polite client waits for a hello")]
            Idle + Greet => Waiting {}
            #[local("and answers it")]
            Waiting + Hello if room(true) => Idle { SendHello; Done; }
        }
        otherwise {
            // What no row waits for stays in its channel, or is not begun.
            #[local("not now")]
            _ + _ => same {}
        }
    }
}

#[macro_use]
mod server {
    hyaline_protocol::machine! {
        /// Answers the client.
        machine server: place;
        states { initial final Idle, Waiting }
        rows {
            #[local("the application is ready for a client")]
            Idle + Answer => Waiting {}
            #[local("a hello is answered by a hello")]
            Waiting + Hello if room(true) => Idle { SendHello; Done; }
        }
        otherwise {
            #[local("not now")]
            _ + _ => same {}
        }
    }
}

hyaline_protocol::table! { place: client | server }

struct MyProtocol;

impl Protocol for MyProtocol {
    type Table = States;
    const NAME: &str = "greetings";
    const ENDS: [ProtocolEnd<States>; 2] = [
        ProtocolEnd::new("client", States::initial_client()),
        ProtocolEnd::new("server", States::initial_server()),
    ];
    // One message fits into each direction. `--capacity` tries another number, `--channel lossy`
    // another kind.
    const CHANNEL: BoundedChannel = BoundedChannel::reliable(1);
    // What programs call, and what that comes to without the protocol, directly on two channels: so
    // a hang is compared with the same programs there.
    const CALLS: &[OfferedCall<Event>] = &[
        OfferedCall::new("greet", Event::Greet).plain("send receive"),
        OfferedCall::new("answer", Event::Answer).plain("receive send"),
    ];
    // The programs that `check` explores. `check --calls 3` explores every pair of up to 3 calls.
    const PROGRAMS: &[[&str; 2]] = &[["greet*2", "answer*2"]];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Facts { room: view.room() > 0 }
    }

    fn perform(&self, action: Action, _: &EndView<'_, States>) -> Consequence<Event> {
        match action {
            Action::SendHello => Consequence::Send(Event::Hello),
            Action::Done => Consequence::Complete,
        }
    }
}

fn main() -> ExitCode {
    hyaline_protocol::main(MyProtocol)
}
