//! The steps of world *hostile*, taken by a real connection.

use std::io::ErrorKind;

use hyaline_check::hostile::{Counted, HostileStep, PeerRecord};
use hyaline_model::table::{Event, Half, KeyUsage, Reason, ReceivingCall};

use crate::messages::{Plain, contents};
use crate::victim::Victim;

impl Victim {
    /// Everything that can become of it by this step, with the step's own choices made real.
    pub(crate) fn take(&self, step: HostileStep) -> Vec<Self> {
        let one: &dyn Fn(&mut Self) = match step {
            HostileStep::Receive(record) => return self.receive(record),
            HostileStep::TransmitSome { .. } => return self.transmit_some(),
            // A fragment changes nothing but what may follow it, and work ends where it begins.
            HostileStep::ReceiveFragment
            | HostileStep::EndWork(_)
            | HostileStep::OfferEarlyData => return Vec::new(),
            HostileStep::Divide => &|victim| victim.driven.divided = true,
            HostileStep::Unite => &|victim| victim.driven.divided = false,
            HostileStep::DeliverMail => &|victim| victim.driven.deliver_mail(),
            HostileStep::Start(call, counted) => &move |victim| victim.start(call, counted),
            HostileStep::TransmitAll => {
                &|victim| victim.driven.transmit(victim.driven.outbox.bytes().len())
            }
            HostileStep::ReceiveFin => &|victim| victim.driven.receive_fin(),
            HostileStep::ReceiveReset => &|victim| {
                victim.driven.receive_reset(ErrorKind::ConnectionReset);
            },
            HostileStep::TransmitReset => {
                &|victim| victim.driven.transmit_reset(ErrorKind::BrokenPipe)
            }
            HostileStep::Block => &|victim| victim.driven.block(),
            HostileStep::ExpireBudget => &|victim| victim.driven.expire_budget(),
            HostileStep::PassDeadline(half) => &move |victim| victim.driven.pass_deadline(half),
            HostileStep::FailInternally(half) => &move |victim| victim.fail(half),
        };
        vec![self.after(one)]
    }

    fn after(&self, take: impl FnOnce(&mut Self)) -> Self {
        let mut victim = self.clone();
        take(&mut victim);
        victim.settle();
        victim
    }

    fn fail(&mut self, half: Half) {
        match (self.driven.halves(), half) {
            (Some((receiver, ..)), Half::Receiving) => receiver.fail(),
            (Some((_, sender, outbox)), Half::Sending) => sender.fail(outbox),
            (None, Half::Receiving) => {
                self.driven.connection.fail_receiving(&mut self.driven.outbox);
            }
            (None, Half::Sending) => {
                self.driven.connection.fail_sending(&mut self.driven.outbox);
            }
        }
    }

    fn start(&mut self, call: Event, counted: Counted) {
        self.spend(counted);
        self.reading |= call == Event::StartReceiving(ReceivingCall::Read);
        self.driven.start(call, b"application data");
    }

    /// Sets what the library counts.
    fn spend(&mut self, counted: Counted) {
        let connection = &mut self.driven.connection;
        if counted.key_usage != KeyUsage::Below {
            connection.spend_sending_key(counted.key_usage);
        }
        if !counted.may_update_key {
            connection.spend_key_updates();
        }
        if !counted.early_data_room {
            connection.spend_early_data();
        }
    }

    fn receive(&self, record: PeerRecord) -> Vec<Self> {
        if record.event == Event::Discarded {
            return vec![self.after(|victim| victim.hand_over(vec![0; 10]))];
        }
        let bytes: Vec<Vec<u8>> = match record.event {
            Event::Offence(Reason::RecordTooLong) => vec![vec![22, 3, 3, 0xff, 0xff]],
            Event::Unopened(reason) => {
                self.unopened(reason, record.counted.early_data_rejected).into_iter().collect()
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
                    victim.driven.connection.spend_patience();
                }
                victim.spend(record.counted);
                victim.hand_over(bytes);
            })
        };
        bytes.into_iter().map(receive).collect()
    }

    /// A protected record that it cannot open for this reason, as rejected early data or otherwise;
    /// nothing if there can be none now.
    fn unopened(&self, reason: Reason, is_rejected: bool) -> Option<Vec<u8>> {
        if self.driven.connection.passes_over_early_data() != is_rejected {
            return None;
        }
        match (reason, self.opens_protected()) {
            (Reason::RecordNotGenuine, true) => {
                let data = hyaline_replay::ContentType::ApplicationData;
                let mut forged = self.forge(&(data, vec![0]));
                forged.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1);
                Some(forged)
            }
            (Reason::RecordOutOfPlace, false) => Some(vec![23, 3, 3, 0, 1, 0]),
            _ => None,
        }
    }

    fn forge(&self, (content_type, content): &Plain) -> Vec<u8> {
        self.driven.connection.forge(*content_type, content)
    }

    fn hand_over(&mut self, mut bytes: Vec<u8>) {
        self.driven.receive(&mut bytes);
    }

    /// A byte, or some records, but not everything.
    fn transmit_some(&self) -> Vec<Self> {
        let bytes = self.driven.outbox.bytes();
        let mut counts = vec![1];
        let mut count = 0;
        while let Some([_, _, _, high, low]) = bytes.get(count..).and_then(<[u8]>::first_chunk) {
            count += 5 + usize::from(u16::from_be_bytes([*high, *low]));
            counts.push(count);
        }
        counts.retain(|count| *count < bytes.len());
        counts.into_iter().map(|count| self.after(|victim| victim.driven.transmit(count))).collect()
    }
}
