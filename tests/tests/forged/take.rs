//! The steps of world *hostile*, taken by a real connection.

use std::io::ErrorKind;

use hyaline_check::hostile::{Counted, Record, Step};
use hyaline_model::table::{Event, Half, KeyUsage, Reason, ReceivingCall, SendingCall};
use hyaline_replay::{Call, Operation, Readiness};

use crate::messages::{Plain, contents};
use crate::victim::{NOW, Victim};

impl Victim {
    /// Everything that can become of it by this step, with the step's own choices made real.
    pub(crate) fn take(&self, step: Step) -> Vec<Self> {
        let one: &dyn Fn(&mut Self) = match step {
            Step::Receive(record) => return self.receive(record),
            Step::TransmitSome { .. } => return self.transmit_some(),
            // A fragment changes nothing but what may follow it, and work ends where it begins.
            Step::ReceiveFragment | Step::EndWork(_) => return Vec::new(),
            Step::Divide => &|victim| victim.divided = true,
            Step::Unite => &|victim| victim.divided = false,
            Step::DeliverMail => &Self::deliver_mail,
            Step::Start(call, counted) => &move |victim| victim.start(of_event(call), counted),
            Step::TransmitAll => &|victim| victim.transmit(victim.outbox.bytes().len()),
            Step::ReceiveFin => &Self::receive_fin,
            Step::ReceiveReset => &Self::receive_reset,
            Step::TransmitReset => &Self::transmit_reset,
            Step::Block => &Self::block,
            Step::ExpireBudget => &|victim| {
                victim.connection.handle_budget_expired(NOW, &mut victim.outbox);
            },
            Step::PassDeadline(half) => &move |victim| victim.pass_deadline(half),
            Step::FailInternally(half) => &move |victim| victim.fail(half),
        };
        vec![self.after(one)]
    }

    fn after(&self, take: impl FnOnce(&mut Self)) -> Self {
        let mut victim = self.clone();
        take(&mut victim);
        victim.settle();
        victim
    }

    fn deliver_mail(&mut self) {
        if let Some((receiver, sender, outbox)) = self.halves() {
            receiver.exchange(NOW, sender, outbox);
        }
    }

    fn receive_fin(&mut self) {
        match self.halves() {
            Some((receiver, sender, outbox)) => receiver.handle_fin(NOW, sender, outbox),
            None => self.connection.handle_fin(NOW, &mut self.outbox),
        }
    }

    fn receive_reset(&mut self) {
        let kind = ErrorKind::ConnectionReset;
        match self.halves() {
            Some((receiver, ..)) => receiver.handle_receive_error(NOW, kind),
            None => self.connection.handle_receive_error(NOW, kind, &mut self.outbox),
        }
    }

    fn transmit_reset(&mut self) {
        let kind = ErrorKind::BrokenPipe;
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_transmit_error(kind, outbox),
            None => self.connection.handle_transmit_error(NOW, kind, &mut self.outbox),
        }
    }

    fn pass_deadline(&mut self, half: Half) {
        match (self.halves(), half) {
            (Some((receiver, ..)), Half::Receiving) => receiver.handle_deadline(NOW),
            (Some((_, sender, outbox)), Half::Sending) => sender.handle_deadline(outbox),
            (None, Half::Receiving) => {
                self.connection.handle_receive_deadline(NOW, &mut self.outbox);
            }
            (None, Half::Sending) => self.connection.handle_send_deadline(NOW, &mut self.outbox),
        }
    }

    fn fail(&mut self, half: Half) {
        match (self.halves(), half) {
            (Some((receiver, ..)), Half::Receiving) => receiver.fail(NOW),
            (Some((_, sender, outbox)), Half::Sending) => sender.fail(outbox),
            (None, Half::Receiving) => self.connection.fail_receiving(NOW, &mut self.outbox),
            (None, Half::Sending) => self.connection.fail_sending(NOW, &mut self.outbox),
        }
    }

    fn start(&mut self, call: Call, counted: Counted) {
        self.spend(counted);
        self.reading |= call == Call::Read;
        match (self.halves(), call) {
            (Some((_, sender, outbox)), Call::Write) => {
                sender.start_write(b"application data", outbox);
            }
            (None, Call::Write) => {
                self.connection.start_write(NOW, b"application data", &mut self.outbox);
            }
            (Some((receiver, ..)), Call::Read) => receiver.start_read(NOW),
            (Some((_, sender, outbox)), _) => sender.start(call, outbox),
            (None, _) => self.connection.start(NOW, call, &mut self.outbox),
        }
    }

    /// Sets what the library counts.
    fn spend(&mut self, counted: Counted) {
        let connection = &mut self.connection;
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
                    victim.connection.spend_patience();
                }
                victim.spend(record.counted);
                victim.hand_over(bytes);
            })
        };
        bytes.into_iter().map(receive).collect()
    }

    fn forge(&self, (content_type, content): &Plain) -> Vec<u8> {
        self.connection.forge(*content_type, content)
    }

    fn hand_over(&mut self, mut bytes: Vec<u8>) {
        match self.halves() {
            Some((receiver, ..)) => receiver.handle_input(NOW, &mut bytes),
            None => self.connection.handle_input(NOW, &mut bytes, &mut self.outbox),
        };
    }

    fn transmit(&mut self, count: usize) {
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_transmitted(count, outbox),
            None => self.connection.handle_transmitted(NOW, count, &mut self.outbox),
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
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_blocked(outbox),
            None => {
                self.connection.handle_blocked(Operation::Transmit);
                let _ = self.connection.poll_operation(NOW, &mut self.outbox);
                self.connection.handle_ready(Readiness { receive: true, transmit: true });
            }
        }
    }
}

/// The call that an event of the table begins.
fn of_event(event: Event) -> Call {
    match event {
        Event::StartReceiving(ReceivingCall::Handshake) => Call::Handshake,
        Event::StartReceiving(ReceivingCall::Read) => Call::Read,
        Event::StartReceiving(ReceivingCall::Close) => Call::Close,
        Event::StartSending(SendingCall::Write) => Call::Write,
        Event::StartSending(SendingCall::Flush) => Call::Flush,
        Event::StartSending(SendingCall::HalfClose) => Call::HalfClose,
        Event::StartSending(SendingCall::UpdateKey) => Call::UpdateKey,
        other => unreachable!("{other:?} begins no call"),
    }
}
