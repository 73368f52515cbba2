//! The steps of world *hostile*, taken by a real connection.

use std::io::ErrorKind;

use hyaline_check::hostile::{Counted, Record, Step};
use hyaline_model::table::{Call, Event, KeyUsage, Reason};
use hyaline_model::turn::Half;
use hyaline_replay::{Connection, Operation, Outbox, Readiness};

use crate::messages::{Plain, contents};
use crate::victim::{Driven, NOW, Victim};

impl Victim {
    /// Everything that can become of it by this step, with the step's own choices made real.
    pub(crate) fn take(&self, step: Step) -> Vec<Self> {
        let one: &dyn Fn(&mut Self) = match step {
            Step::Receive(record) => return self.receive(record),
            Step::TransmitSome { .. } => return self.transmit_some(),
            // A fragment changes nothing but what may follow it, and work ends where it begins.
            Step::ReceiveFragment | Step::EndWork(_) => return Vec::new(),
            Step::Split => &Self::split,
            Step::Join => &Self::join,
            Step::DeliverMail => &Self::deliver_mail,
            Step::Start(call, counted) => &move |victim| victim.start(call, counted),
            Step::TransmitAll => &|victim| victim.transmit(victim.outbox.bytes().len()),
            Step::ReceiveFin => &Self::receive_fin,
            Step::ReceiveReset => &|victim| {
                let kind = ErrorKind::ConnectionReset;
                let (connection, outbox) = victim.parts(Half::Receiver);
                connection.handle_receive_error(NOW, kind, outbox);
            },
            Step::TransmitReset => &|victim| {
                let (connection, outbox) = victim.parts(Half::Sender);
                connection.handle_transmit_error(NOW, ErrorKind::BrokenPipe, outbox);
            },
            Step::Block => &Self::block,
            Step::ExpireBudget => &|victim| {
                let (connection, outbox) = victim.parts(Half::Whole);
                connection.handle_budget_expired(NOW, outbox);
            },
            Step::PassDeadline(half) => &move |victim| {
                let (connection, outbox) = victim.parts(half);
                connection.handle_deadline(NOW, outbox);
            },
            Step::FailInternally(half) => &move |victim| {
                let (connection, outbox) = victim.parts(half);
                connection.fail_an_action(NOW, outbox);
            },
        };
        vec![self.after(one)]
    }

    fn after(&self, take: impl FnOnce(&mut Self)) -> Self {
        let mut victim = self.clone();
        take(&mut victim);
        victim.settle();
        victim
    }

    fn split(&mut self) {
        if let Driven::Whole(whole) = &self.driven {
            let halves = whole.clone().split().expect("connected, and no call is pending");
            self.driven = Driven::Halves(Box::new(halves));
        }
    }

    fn join(&mut self) {
        if let Driven::Halves(halves) = &self.driven {
            let (receiver, sender) = (**halves).clone();
            let whole = Connection::join(receiver, sender).ok();
            self.driven = Driven::Whole(Box::new(whole.expect("no call is pending, and no mail")));
        }
    }

    fn deliver_mail(&mut self) {
        if let Driven::Halves(halves) = &mut self.driven {
            let (receiver, sender) = &mut **halves;
            receiver.exchange(NOW, sender, &mut self.outbox);
        }
    }

    fn receive_fin(&mut self) {
        // What the writing half has met decides whether it is one.
        self.deliver_mail();
        let (connection, outbox) = self.parts(Half::Receiver);
        connection.handle_fin(NOW, outbox);
    }

    fn start(&mut self, call: Call, counted: Counted) {
        self.spend(counted);
        self.reading |= call == Call::Read;
        let half = if call == Call::Read { Half::Receiver } else { Half::Sender };
        let (connection, outbox) = self.parts(half);
        if call == Call::Write {
            connection.start_write(NOW, b"application data", outbox);
        } else {
            connection.start(NOW, call, outbox);
        }
    }

    /// Sets what the library counts.
    fn spend(&mut self, counted: Counted) {
        let connection = self.half(Half::Sender);
        if counted.key_usage != KeyUsage::Below {
            connection.spend_sending_key(counted.key_usage);
        }
        if !counted.may_update_key {
            connection.spend_key_updates();
        }
    }

    fn receive(&self, record: Record) -> Vec<Self> {
        if record.event == Event::Discarded {
            return vec![self.after(|victim| victim.hand_over(vec![0; 10]))];
        }
        let bytes: Vec<Vec<u8>> = match record.event {
            Event::Offence(Reason::RecordTooLong) => vec![vec![22, 3, 3, 0xff, 0xff]],
            Event::Offence(Reason::RecordNotGenuine) if self.opens_protected() => {
                let mut forged =
                    self.forge(&(hyaline_replay::ContentType::ApplicationData, vec![0]));
                forged.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1);
                vec![forged]
            }
            event => {
                let (tickets, compatibility) = (record.wants_tickets, record.wants_compatibility);
                let all = contents(self, event, tickets, compatibility, record.aligned);
                all.iter().map(|plain| self.forge(plain)).collect()
            }
        };
        let receive = |bytes| {
            self.after(|victim| {
                if record.is_flood() {
                    victim.half(Half::Receiver).spend_patience();
                }
                victim.spend(record.counted);
                victim.hand_over(bytes);
            })
        };
        bytes.into_iter().map(receive).collect()
    }

    fn forge(&self, (content_type, content): &Plain) -> Vec<u8> {
        self.receiving().forge(*content_type, content)
    }

    fn hand_over(&mut self, mut bytes: Vec<u8>) {
        let (connection, outbox) = self.parts(Half::Receiver);
        connection.handle_input(NOW, &mut bytes, outbox);
    }

    fn transmit(&mut self, count: usize) {
        match &mut self.driven {
            Driven::Whole(connection) => {
                connection.handle_transmitted(NOW, count, &mut self.outbox);
            }
            Driven::Halves(halves) => {
                let (receiver, sender) = &mut **halves;
                let by_reader = !sender.wants_to_transmit(&mut self.outbox);
                sender.handle_transmitted(NOW, count, &mut self.outbox);
                if by_reader {
                    receiver.handle_transmitted(NOW);
                }
            }
        }
    }

    /// A byte, or some records, but not everything.
    fn transmit_some(&self) -> Vec<Self> {
        let bytes = self.outbox.bytes();
        let mut counts = vec![1];
        let mut count = 0;
        while let Some([_, _, _, high, low]) = bytes.get(count..).and_then(<[u8]>::first_chunk) {
            count += 5 + usize::from(u16::from_be_bytes([*high, *low]));
            counts.push(count);
        }
        counts.retain(|count| *count < bytes.len());
        counts.into_iter().map(|count| self.after(|victim| victim.transmit(count))).collect()
    }

    fn block(&mut self) {
        match &mut self.driven {
            Driven::Whole(connection) => {
                connection.handle_blocked(Operation::Transmit);
                let _ = connection.poll_operation(NOW, &mut self.outbox);
                connection.handle_ready(Readiness { receive: true, transmit: true });
            }
            Driven::Halves(halves) => halves.1.handle_blocked(NOW, &mut self.outbox),
        }
    }

    /// A half with the outbox that it may fill: the reading one has none.
    fn parts(
        &mut self,
        half: Half,
    ) -> (&mut Connection<hyaline_replay::replay::Deterministic>, &mut Outbox) {
        let Self { driven, outbox, no_outbox, .. } = self;
        match driven {
            Driven::Whole(connection) => (connection, outbox),
            Driven::Halves(halves) => match half {
                Half::Sender => (halves.1.connection_mut(), outbox),
                _ => (halves.0.connection_mut(), no_outbox),
            },
        }
    }
}
