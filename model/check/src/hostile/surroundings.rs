//! What surrounds the endpoint: finite, and watching for what must not happen.

use hyaline_model::table::{
    Action, Alert, AlertClass, AtFin, Authentication, Backlog, CallResult, CertificateList, Event,
    EventKind, Facts, FinishedCheck, Half, INBOX_RECORDS, Inbox, KeyUpdateRequest, KeyUsage,
    Memory, Message, Notice, Outbox, Policy, Reason, ReceivingFacts, Requests, Row, Selection,
    SendingFacts, Work,
};
use hyaline_model::turn::{Fault, Listener, Receiving, Sending, World};

use super::HostileStep;
use super::counted::Counted;
use super::coverage::Coverage;
use super::peer::PeerRecord;
use super::seen::Seen;
use super::violation::Violation;

/// One reply and one request to update keys, one alert, a close_notify behind a user_canceled.
const CONTROL_RECORDS: u8 = 4;

/// Buffers, work and flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Surroundings {
    /// The outbox holds something.
    pub holds: bool,
    /// Control records in the outbox; what is transmitted in part counts.
    control: u8,
    /// A reply to a KeyUpdate is among them.
    pub reply_unsent: bool,
    /// Application data is among what the outbox holds.
    pub data_unsent: bool,
    /// A request to update keys is among them.
    pub request_unsent: bool,
    /// Records of application data that are unread.
    unread: u8,
    /// Work is outstanding.
    pub work: Option<Work>,
    tickets_wanted: bool,
    compatibility_requested: bool,
    /// The message received last did not end where its record did.
    pub(super) misaligned: bool,
    /// What counters say in this step.
    pub(super) counted: Counted,
    /// A ClientHello was sent or accepted.
    pub(super) greeted: bool,
    /// A good Finished has arrived.
    finished: bool,
    /// What has happened, noted without the table's memory.
    pub(super) seen: Seen,
    pub(super) send_keys_gone: bool,
    pub(super) receive_keys_gone: bool,
    /// Whether a call is pending in the receiving place, and in the sending place.
    pending: [bool; 2],
    /// The transport is closed.
    pub closed: bool,
    /// The alert by which the reading half has failed; the writing half has yet to seal it.
    pub(super) owed_alert: Option<Alert>,
    /// The alert that was sealed in this step.
    pub(super) alert: Option<Alert>,
    /// The error that was kept in this step.
    pub(super) kept: Option<Reason>,
    /// Application data was delivered in this step.
    pub(super) delivered: bool,
    /// Early data were delivered in this step.
    pub(super) early_data_delivered: bool,
    /// The handshake was declared complete in this step.
    connected: bool,
    /// In this step the transport was told to send our FIN, although no alert had told the peer.
    ended_untold: bool,
    /// The receiving key was advanced in this step.
    pub(super) advanced: bool,
    /// The first thing that went wrong.
    pub violation: Option<Violation>,
}

impl Surroundings {
    /// Whether the sending keys are gone, and the receiving ones.
    #[must_use]
    pub const fn keys_gone(&self) -> [bool; 2] {
        [self.send_keys_gone, self.receive_keys_gone]
    }

    /// What guards are told.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::FIRST.receiving(self.receiving_facts()).sending(self.sending_facts())
    }

    const fn receiving_facts(&self) -> ReceivingFacts {
        ReceivingFacts {
            inbox: if self.unread == 0 { Inbox::Empty } else { Inbox::Unread },
            inbox_room: self.unread < INBOX_RECORDS,
            compatibility_requested: self.compatibility_requested,
            aligned: !self.misaligned,
            early_data_offered: self.counted.early_data_offered,
            early_data_room: self.counted.early_data_room,
            early_data_rejected: self.counted.early_data_rejected,
            flood: self.counted.flood,
        }
    }

    const fn sending_facts(&self) -> SendingFacts {
        SendingFacts {
            outbox: if self.holds { Outbox::Holding } else { Outbox::Empty },
            data_unsent: self.data_unsent,
            reply_unsent: self.reply_unsent,
            request_unsent: self.request_unsent,
            tickets_wanted: self.tickets_wanted,
            key_usage: self.counted.key_usage,
            may_update_key: self.counted.may_update_key,
        }
    }

    pub(super) fn begin_step(&mut self) {
        self.alert = None;
        self.kept = None;
        self.delivered = false;
        self.early_data_delivered = false;
        self.advanced = false;
        self.connected = false;
        self.ended_untold = false;
    }

    /// Whether the sending key may be at its limit. It cannot while a KeyUpdate is unsent: that
    /// KeyUpdate has just brought a new key.
    pub(super) const fn key_may_be_used_up(&self) -> bool {
        !self.reply_unsent && !self.request_unsent
    }

    /// A record arrives; `is_over` says whether the handshake that it may be part of is over.
    pub(super) fn see(&mut self, record: &PeerRecord, is_over: bool) {
        self.misaligned = !record.aligned;
        self.counted = record.counted;
        if record.event == Event::ClientHello {
            self.tickets_wanted = record.wants_tickets;
            self.compatibility_requested = record.wants_compatibility;
        }
        match record.event {
            Event::Finished(FinishedCheck::Good) => self.finished = true,
            Event::HelloRetryRequest => self.seen.early_data_offered = false,
            Event::EndOfEarlyData if !is_over => self.seen.early_data_may_come = false,
            Event::Certificate(CertificateList::Chain) => self.seen.chain = true,
            Event::ServerHello(Authentication::PreSharedKey) => self.seen.pre_shared_key = true,
            Event::ServerHello(Authentication::PublicName) => self.seen.public_name |= !is_over,
            Event::AlertReceived(AlertClass::Closure) => self.seen.close_notify = true,
            Event::AlertReceived(AlertClass::Error) => self.seen.may_end = true,
            _ => {}
        }
    }

    /// Work has ended; `is_waited_for` says whether the handshake still waits for it.
    pub(super) fn see_work(&mut self, event: Event, is_waited_for: bool) {
        self.work = None;
        self.seen.path_good |= event == Event::PathChecked;
        self.seen.signature_good |= event == Event::SignatureChecked;
        if let Event::Selected(Selection::PreSharedKey | Selection::EarlyData) = event {
            self.seen.pre_shared_key = true;
            if event == Event::Selected(Selection::EarlyData) && is_waited_for {
                (self.seen.early_data_may_come, self.seen.early_data_accepted) = (true, true);
            }
        }
    }

    /// The ClientHello that is sent next offers early data.
    pub(super) fn offer_early_data(&mut self) {
        self.counted.early_data_offered = true;
        self.seen.early_data_offered = true;
    }

    pub(super) fn see_reset(&mut self) {
        self.seen.may_end = true;
    }

    pub(super) fn empty_outbox(&mut self) {
        self.holds = false;
        self.control = 0;
        self.data_unsent = false;
        self.reply_unsent = false;
        self.request_unsent = false;
    }

    /// The ways in which the transport can take a part of the outbox. What is not in the outbox
    /// cannot remain there.
    pub(super) fn remainders(&self) -> impl Iterator<Item = HostileStep> {
        let may = |is_there: bool| [false, true].into_iter().filter(move |left| *left <= is_there);
        let (data, reply, request) = (self.data_unsent, self.reply_unsent, self.request_unsent);
        may(data).flat_map(move |data_remains| {
            may(reply).flat_map(move |reply_remains| {
                may(request).map(move |request_remains| HostileStep::TransmitSome {
                    data_remains,
                    reply_remains,
                    request_remains,
                })
            })
        })
    }

    /// The transport takes a part of the outbox: every control record that is not said to remain.
    pub(super) fn transmit_some(
        &mut self,
        data_remains: bool,
        reply_remains: bool,
        request_remains: bool,
    ) {
        self.data_unsent = data_remains;
        let gone = u8::from(self.reply_unsent && !reply_remains)
            + u8::from(self.request_unsent && !request_remains);
        self.control = self.control.saturating_sub(gone);
        self.reply_unsent = reply_remains;
        self.request_unsent = request_remains;
    }

    pub(super) fn violate(&mut self, violation: Violation) {
        self.violation.get_or_insert(violation);
    }

    /// Looks for violations that show in the surroundings as a whole, at the end of a step.
    pub(super) fn look_at(&mut self, policy: &Policy) {
        let is_early = self.early_data_delivered && !self.seen.early_data_may_come;
        if is_early || self.delivered && !self.finished {
            self.violate(Violation::EarlyPlaintext);
        }
        if (self.delivered || self.connected) && !self.seen.is_authenticated(policy) {
            self.violate(Violation::Unauthenticated);
        }
        // Under these a close_notify may be lost: this is the hazard that each switch shows.
        let may_lose = policy.backlog == Backlog::OneRecord || policy.at_fin == AtFin::GiveUp;
        if self.ended_untold && !may_lose {
            self.violate(Violation::FinTooEarly);
        }
        if self.control > CONTROL_RECORDS && policy.requests != Requests::Unlimited {
            self.violate(Violation::Unbounded);
        }
        // What lasts for one step only is forgotten here. Otherwise two snapshots with the same
        // future would count as two.
        self.begin_step();
        self.counted = Counted::FEW;
        // The end of work asks whether its message was misaligned. Until then no other record is
        // received, so the answer is kept that long.
        self.misaligned &= self.work.is_some();
    }

    fn seal(&mut self) {
        self.holds = true;
        if self.send_keys_gone {
            self.violate(Violation::SentWithoutKeys);
        }
    }

    fn seal_control(&mut self) {
        self.control = self.control.saturating_add(1).min(CONTROL_RECORDS + 1);
        self.seal();
    }

    fn seal_alert(&mut self, alert: Alert) {
        self.alert = Some(alert);
        self.seen.may_end = true;
        self.seal_control();
    }

    fn perform(&mut self, action: Action) {
        let hello = Message::ClientHello;
        self.greeted |= [Action::Send(hello), Action::Absorb(hello)].contains(&action);
        match action {
            Action::SendApplicationData => {
                if self.counted.key_usage == KeyUsage::AtLimit {
                    self.violate(Violation::KeyOverused);
                }
                if !self.finished && !self.seen.early_data_accepted {
                    self.violate(Violation::SentTooEarly);
                }
                self.data_unsent = true;
                self.seal();
            }
            Action::Send(_) | Action::SendChangeCipherSpec | Action::SendEarlyData => self.seal(),
            Action::SendKeyUpdate(request) => {
                self.reply_unsent |= request == KeyUpdateRequest::NotRequested;
                self.request_unsent |= request == KeyUpdateRequest::Requested;
                self.seal_control();
            }
            Action::SendAlert(alert) => self.seal_alert(alert),
            Action::SendErrorAlert(reason) => self.seal_alert(reason.alert()),
            Action::StartWork(work) => {
                if self.work.replace(work).is_some() {
                    self.violate(Violation::TwoWorks);
                }
            }
            Action::Deliver | Action::DeliverEarlyData | Action::AdvanceReceiveKey => {
                if self.receive_keys_gone {
                    self.violate(Violation::OpenedWithoutKeys);
                }
                match action {
                    Action::Deliver => {
                        self.unread += 1;
                        self.delivered = true;
                    }
                    Action::DeliverEarlyData => self.early_data_delivered = true,
                    _ => self.advanced = true,
                }
            }
            Action::Take => self.unread = self.unread.saturating_sub(1),
            Action::DropUnread => self.unread = 0,
            Action::DropOutbox => self.empty_outbox(),
            Action::ForgetReceiveKeys => self.receive_keys_gone = true,
            Action::ForgetSendKeys => self.send_keys_gone = true,
            Action::CloseTransport => self.closed = true,
            Action::Complete(CallResult::EndOfStream) if !self.seen.close_notify => {
                self.violate(Violation::DishonestEnd);
            }
            Action::AdvanceSendKey => {
                self.counted.key_usage = KeyUsage::Below;
                if self.send_keys_gone {
                    self.violate(Violation::SentWithoutKeys);
                }
                if !self.counted.may_update_key {
                    self.violate(Violation::KeyOverused);
                }
            }
            Action::KeepError(reason) => {
                self.kept = Some(reason);
                self.owed_alert = Some(reason.alert());
            }
            Action::ShutdownWrite => self.ended_untold |= !self.seen.may_end,
            Action::DropTickets => self.tickets_wanted = false,
            Action::Notify(notice) => self.connected |= notice == Notice::Connected,
            Action::Complete(_)
            | Action::Absorb(_)
            | Action::ReceiveWith(_)
            | Action::SendWith(_)
            | Action::KeepTicket
            | Action::CountProgress
            | Action::ForgetHandshake => {}
        }
    }
}

/// The surroundings, watched for coverage.
pub(super) struct Watched<'a> {
    pub(super) surroundings: &'a mut Surroundings,
    pub(super) coverage: &'a Coverage,
}

impl Watched<'_> {
    fn pending(&mut self, place: Half) -> &mut bool {
        let [receiving, sending] = &mut self.surroundings.pending;
        match place {
            Half::Receiving => receiving,
            Half::Sending => sending,
        }
    }

    fn watch(&self) {
        self.coverage.saw_facts(&self.surroundings.facts());
    }

    fn perform(&mut self, place: Half, action: Action) {
        if matches!(action, Action::Complete(_)) && !std::mem::take(self.pending(place)) {
            self.surroundings.violate(Violation::ResultWithoutCall);
        }
        self.surroundings.perform(action);
    }
}

impl Listener for Watched<'_> {
    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        self.coverage.fired(row);
        self.coverage.saw_memory(memory);
        // A call is pending from the row that takes it, to its result.
        let starts = matches!(row.event, EventKind::StartReceiving | EventKind::StartSending);
        if starts && !row.otherwise {
            *self.pending(row.machine.slot().half()) = true;
        }
    }

    fn fault(&mut self, _fault: Fault) {
        self.surroundings.violate(Violation::NoBoundOfTurn);
    }
}

impl World<Receiving> for Watched<'_> {
    fn facts(&self) -> ReceivingFacts {
        self.watch();
        self.surroundings.receiving_facts()
    }

    fn perform(&mut self, action: Action) {
        self.perform(Half::Receiving, action);
    }
}

impl World<Sending> for Watched<'_> {
    fn facts(&self) -> SendingFacts {
        self.watch();
        self.surroundings.sending_facts()
    }

    fn perform(&mut self, action: Action) {
        self.perform(Half::Sending, action);
    }
}
