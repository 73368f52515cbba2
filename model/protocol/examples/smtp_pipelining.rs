//! A mail in four commands, all sent before the first reply is read: RFC 2920. The first draft
//! hangs where the group does not fit what lies between client and server; `--profile repaired`
//! does not.
//!
//! `cargo run -p hyaline-protocol --example smtp_pipelining -- check`

use std::process::ExitCode;

use hyaline_protocol::{BoundedChannel, Consequence, EndView, OfferedCall, Protocol, ProtocolEnd};

hyaline_protocol::alphabet! {
    documents { "RFC 5321" ["4.1.1", "4.2"], "RFC 2920" ["3.1", "3.2"] }
    enums { /** When replies are read. */ pub enum Reading { AfterTheGroup, Meanwhile } }
    events { Mail, Serve, Command, Reply }
    actions { SendCommand, SendReply, Done }
    memory { unsent: 0..=4 = 0 by session, unanswered: 0..=4 = 0 by session }
    facts { room: bool }
    policy { reading: Reading }
    profiles { DRAFT { reading: AfterTheGroup } REPAIRED { reading: Meanwhile } }
}

#[macro_use]
mod client {
    hyaline_protocol::machine! {
        /// Sends a mail: a group of four commands.
        machine client: session;
        states { initial final Idle, Sending, Reading }
        settle lowers { falling unsent, state }
        rows {
            #[cite("RFC 5321", "4.1.1")]
            Idle + Mail => Sending { unsent = 4; unanswered = 4; }
            #[cite("RFC 2920", "3.1")]
            Sending + settle if unsent != 0 and room(true) => same { unsent -= 1; SendCommand; }
            #[cite("RFC 2920", "3.1")]
            Sending + settle if unsent == 0 => Reading {}
            #[cite("RFC 2920", "3.1")]
            Sending + Reply if unanswered > 1 under reading(Meanwhile) => same { unanswered -= 1; }
            #[cite("RFC 5321", "4.2")]
            Reading + Reply if unanswered > 1 => same { unanswered -= 1; }
            #[cite("RFC 5321", "4.2")]
            Reading + Reply if unanswered <= 1 => Idle { unanswered = 0; Done; }
        }
        otherwise { #[local("what no row waits for stays in the pipe")] _ + _ => same {} }
    }
}

#[macro_use]
mod server {
    hyaline_protocol::machine! {
        /// Replies to each command, in order, and reads no further until it has.
        machine server: session;
        states { Ready, Replying, initial final Idle }
        settle lowers { state }
        rows {
            #[local("the program of the server takes the commands one by one")]
            Idle + Serve => Ready {}
            #[cite("RFC 2920", "3.2")]
            Ready + Command => Replying {}
            #[cite("RFC 5321", "4.2")]
            Replying + settle if room(true) => Idle { SendReply; Done; }
        }
        otherwise { #[local("what no row waits for stays in the pipe")] _ + _ => same {} }
    }
}

hyaline_protocol::table! { session: client | server }

/// The protocol.
pub(crate) struct SmtpPipelining;

impl Protocol for SmtpPipelining {
    type Table = States;
    const NAME: &str = "SMTP pipelining";
    const ENDS: [ProtocolEnd<States>; 2] = [
        ProtocolEnd::new("client", States::initial_client()),
        ProtocolEnd::new("server", States::initial_server()),
    ];
    const CHANNEL: BoundedChannel = BoundedChannel::reliable(1);
    const CALLS: &[OfferedCall<Event>] = &[
        OfferedCall::new("mail", Event::Mail)
            .plain("send receive send receive send receive send receive"),
        OfferedCall::new("serve", Event::Serve).plain("receive send"),
    ];
    const PROGRAMS: &[[&str; 2]] = &[["mail", "serve*4"]];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Facts { room: view.room() > 0 }
    }
    fn perform(&self, action: Action, _: &EndView<'_, States>) -> Consequence<Event> {
        match action {
            Action::SendCommand => Consequence::Send(Event::Command),
            Action::SendReply => Consequence::Send(Event::Reply),
            Action::Done => Consequence::Complete,
        }
    }
}

fn main() -> ExitCode {
    hyaline_protocol::main(SmtpPipelining)
}
