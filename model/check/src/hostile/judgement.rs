//! What must come of a record and of work that failed, whatever the table says: a few sentences of
//! RFC 9846 that hold in every state.

use hyaline_model::table::{
    Alert, AlertClass, EarlyDataIndication, Event, Half, HandshakeState, Label, ReceiveEnd, Role,
    Selection, SendEnd, Slot, client, read, write,
};
use hyaline_model::turn::Endpoint;

use super::peer::{self, PeerRecord};
use super::surroundings::Surroundings;
use super::violation::Violation;

/// What a step did to the endpoint.
pub(super) struct HostileJudgement<'s> {
    pub(super) before: &'s Endpoint,
    pub(super) after: &'s Endpoint,
    pub(super) role: Role,
    pub(super) surroundings: &'s Surroundings,
}

impl HostileJudgement<'_> {
    fn could_send(&self) -> bool {
        matches!(
            self.before.states.write,
            write::State::Handshaking | write::State::Answering | write::State::Open
        )
    }

    fn failed(&self) -> bool {
        self.after.memory.receive_end == ReceiveEnd::Failed
    }

    /// Judges what came of a record that was received: the rule that this breaks, if one is broken.
    pub(super) fn of_record(&self, record: &PeerRecord) -> Option<Violation> {
        if self.before.states.read == read::State::Ended {
            return None;
        }
        let seen = &self.surroundings.seen;
        let expected = peer::answer(self.before.states.handshake, record, seen);
        let sealed = match self.after.has_mail(Half::Sending) {
            true => self.surroundings.owed_alert,
            false => self.surroundings.alert,
        };
        if self.failed() && self.could_send() && sealed != expected {
            return Some(Violation::WrongAlert);
        }
        (!self.is_right(record)).then_some(Violation::WronglyTaken)
    }

    /// Judges a letter that has reached the sending half: the alert that the receiving half owes
    /// has to be sealed.
    pub(super) fn of_mail(&self) -> Option<Violation> {
        let owed = self.surroundings.owed_alert;
        let unsent = owed.is_some() && self.surroundings.alert != owed;
        (unsent && self.could_send()).then_some(Violation::WrongAlert)
    }

    fn is_right(&self, record: &PeerRecord) -> bool {
        let end = self.after.memory.receive_end;
        let read = self.before.states.read;
        let handshaking = read == read::State::Handshaking;
        let seen = &self.surroundings.seen;
        let over = self.before.states.has(Slot::Handshake, Label::HasFailed);
        let waits_for_extensions = self.before.states.handshake
            == HandshakeState::Client(client::State::WaitEncryptedExtensions);
        match record.event {
            Event::Offence(_) => self.failed(),
            // Section 4.3.10: rejected early data are passed over, up to the client's Finished.
            Event::Unopened(_) => {
                self.failed() != (handshaking && record.counted.early_data_rejected)
            }
            // A record that is harmless once is refused when too many of its kind have come.
            _ if record.is_flood() => self.failed(),
            // Section 6 tells closure alerts from error alerts.
            Event::AlertReceived(AlertClass::Closure) => end == ReceiveEnd::CloseNotify,
            Event::AlertReceived(AlertClass::Cancellation) => end == ReceiveEnd::Nothing,
            Event::AlertReceived(AlertClass::Error) => end == ReceiveEnd::Alert,
            // Section 4.3.10: as much early data as the ticket allows, and no more.
            Event::ApplicationData if handshaking && seen.early_data_may_come => {
                let room = record.counted.early_data_room;
                self.failed() != room && self.surroundings.early_data_delivered == room
            }
            // Data after an error is no data (section 6.2); a close drains data unread.
            Event::ApplicationData => match read {
                read::State::Open => self.surroundings.delivered,
                read::State::Draining => !self.failed() && !self.surroundings.delivered,
                _ => self.failed(),
            },
            // Section 5.4: cover traffic, once there are keys for application data.
            Event::EmptyRecord => {
                let has_keys = !handshaking || seen.early_data_may_come;
                self.failed() != has_keys && !self.surroundings.delivered
            }
            // Section 4.3.10: a server accepts early data only if the client has offered them, with
            // a pre-shared key.
            Event::EncryptedExtensions(EarlyDataIndication::Present)
                if waits_for_extensions && !(seen.early_data_offered && seen.pre_shared_key) =>
            {
                self.failed()
            }
            // RFC 9849 section 6.1.6: nothing goes on with a server that proves its public name.
            Event::Finished(_) if seen.public_name && handshaking && !over => self.failed(),
            // Sections 4.7.3 and 5.1: no KeyUpdate comes before the end of the handshake, or with
            // more of its record behind it.
            Event::KeyUpdate(_) if handshaking || !record.aligned => self.failed(),
            Event::KeyUpdate(_) => self.surroundings.advanced,
            // Section 4.7.1: servers receive no tickets.
            Event::NewSessionTicket if handshaking => self.failed(),
            Event::NewSessionTicket => self.failed() == (self.role == Role::Server),
            // Section 5: between the first ClientHello and the peer's Finished.
            Event::ChangeCipherSpec => self.failed() != (handshaking && self.surroundings.greeted),
            // Section 4: every other record is a message of the handshake. It leads on, or is
            // refused, unless the handshake is over already.
            _ => {
                let state = |endpoint: &Endpoint| endpoint.states.index(Slot::Handshake);
                let leads_on = state(self.before) != state(self.after)
                    && !self.after.states.has(Slot::Handshake, Label::HasFailed);
                // Section 5.1: keys change behind these.
                let before_keys = matches!(
                    record.event,
                    Event::ServerHello(_) | Event::Finished(_) | Event::EndOfEarlyData
                );
                over || self.failed() || leads_on && (record.aligned || !before_keys)
            }
        }
    }

    /// Judges work that has ended: a failure is answered by its alert (section 6.2).
    pub(super) fn of_work(&self, event: Event) -> Option<Violation> {
        let alert = match event {
            Event::WorkFailed(reason) => reason.alert(),
            // Section 5.1: keys change behind the ClientHello that leads on.
            Event::Selected(
                Selection::Complete | Selection::PreSharedKey | Selection::EarlyData,
            ) if self.surroundings.misaligned => Alert::UnexpectedMessage,
            _ => return None,
        };
        let waited_for = !self.before.states.is_final(Slot::Handshake);
        let answered = self.failed() && self.surroundings.alert == Some(alert);
        (waited_for && self.could_send() && !answered).then_some(Violation::WrongAlert)
    }

    /// What holds between any two steps: keys go when their direction ends, and so does a
    /// handshake that the end has caught.
    pub(super) fn of_ends(&self) -> Option<Violation> {
        let memory = &self.after.memory;
        let receive_ended = memory.receive_end != ReceiveEnd::Nothing;
        let send_ended = memory.send_end != SendEnd::Nothing;
        if receive_ended && !self.surroundings.receive_keys_gone
            || send_ended && !self.surroundings.send_keys_gone
        {
            return Some(Violation::KeysKept);
        }
        let was_failed = self.before.memory.receive_end == ReceiveEnd::Failed;
        if self.failed() && !was_failed && self.surroundings.kept.is_none() {
            return Some(Violation::ErrorLost);
        }
        let caught = receive_ended && !self.after.states.is_final(Slot::Handshake);
        caught.then_some(Violation::HandshakeGoesOn)
    }
}
