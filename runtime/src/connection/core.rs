//! What the halves of a connection own besides their table state: keys, the handshake's data, what
//! is pending. Neither half reads what the other owns.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use hyaline_model::table::{Action, CallResult, Event, Notice, Reason};
use hyaline_model::turn::Fault;
use rustls_pki_types::{ServerName, UnixTime};

use super::early_data::Arrived;
use super::flood::Floods;
use super::handshake::Handshake;
use super::journal::Journal;
use super::negotiated::Negotiated;
use super::resumption::{ClientResumption, ServerResumption};
use super::unread::Unread;
use super::work::WorkNumber;
use crate::alert::AlertDescription;
use crate::crypto::CryptoProvider;
use crate::handshake::join::Joiner;
use crate::key_schedule::ExporterSecret;
use crate::record::{Opener, RecordPadding, Sealer};
use crate::replay::Probe;
use crate::{ClientConfig, Error, ServerConfig};

/// How many notices wait for the application; older ones give way.
pub(super) const NOTICES_AT_MOST: u32 = 16;

/// Which side this is, with its configuration.
#[derive(Clone)]
pub(crate) enum Side<P: CryptoProvider> {
    Client(Arc<ClientConfig<P>>),
    Server(Arc<ServerConfig<P>>),
}

/// What the receiving half owns besides its table state. The handshake's data is here too.
pub(crate) struct ReceivingCore<P: CryptoProvider> {
    pub(crate) provider: P,
    pub(crate) side: Side<P>,
    pub(crate) opener: Opener<P>,
    pub(crate) joiner: Joiner,
    pub(crate) floods: Floods,
    /// Dropped when the handshake is complete, or has failed.
    pub(crate) handshake: Option<Box<Handshake<P>>>,
    pub(crate) exporter: Option<ExporterSecret>,
    /// What a client makes sessions of, once tickets may come.
    pub(crate) resumption: Option<Box<ClientResumption>>,
    pub(crate) negotiated: Negotiated,
    /// What time it is, as far as whoever drives the connection has said.
    pub(crate) now: UnixTime,
    /// No whole record has been received yet.
    pub(crate) fresh: bool,
    /// Application data that is opened and not taken.
    pub(crate) unread: Unread,
    /// The ClientHello that is sent next, or was sent last, offers early data.
    pub(crate) early_data_offered: bool,
    /// On a server that has accepted early data: those that have come.
    pub(crate) early_data: Option<Box<Arrived>>,
    pub(crate) compatibility_requested: bool,
    pub(crate) close_due: bool,
    /// The transport had nothing to receive.
    pub(crate) blocked: bool,
    /// Work is left to whoever drives the connection.
    pub(crate) leaves_work: bool,
    /// The number of the work that was taken, and is not answered.
    pub(crate) outstanding: Option<WorkNumber>,
    pub(crate) state: CallState,
    /// Where the configuration has a log of rows.
    pub(crate) journal: Option<Box<Journal>>,
    /// What the replay sees and changes. It is empty in what ships.
    pub(crate) probe: Probe,
}

/// What the sending half owns besides its table state.
pub(crate) struct SendingCore<P: CryptoProvider> {
    pub(crate) provider: P,
    pub(crate) sealer: Sealer<P>,
    /// How many records must have left the outbox for our last reply to a KeyUpdate to have left,
    /// too; 0 before the first reply.
    pub(crate) reply: u64,
    /// The same of our last request to update keys.
    pub(crate) request: u64,
    pub(crate) tickets_sent: u8,
    pub(crate) tickets_wanted: bool,
    /// What a server makes tickets of, as long as some are owed.
    pub(crate) resumption: Option<Box<ServerResumption<P>>>,
    pub(crate) shutdown_due: bool,
    /// The transport had no room.
    pub(crate) blocked: bool,
    pub(crate) state: CallState,
    /// Where the configuration has a log of rows.
    pub(crate) journal: Option<Box<Journal>>,
    /// What the replay sees and changes. It is empty in what ships.
    pub(crate) probe: Probe,
}

/// What became of the calls in one place, and of the connection as that half knows it.
#[derive(Clone, Default)]
pub(crate) struct CallState {
    pub(crate) result: Option<CallResult>,
    pub(crate) notices: Notices,
    /// What ended the connection. Errors are large, and most connections never have one.
    pub(crate) error: Option<Box<Error>>,
    /// How the transport failed first.
    pub(crate) transport_error: Option<ErrorKind>,
    /// Why an action of this turn failed.
    pub(crate) failure: Option<Box<Error>>,
}

/// Notices that wait for the application: four bits of each, which are zero where there is none.
/// The oldest has the lowest ones.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Notices(u64);

impl Notices {
    /// Adds the newest. Where there is no room the oldest gives way.
    fn push(&mut self, notice: Notice) {
        let waiting = |notices: u64| u64::BITS.div_ceil(4) - notices.leading_zeros() / 4;
        if waiting(self.0) >= NOTICES_AT_MOST {
            self.pop();
        }
        self.0 |= (u64::from(notice.index()) + 1) << (4 * waiting(self.0));
    }

    /// Takes the oldest.
    pub(crate) fn pop(&mut self) -> Option<Notice> {
        let [lowest, ..] = self.0.to_le_bytes();
        self.0 >>= 4;
        Notice::from_index((lowest & 0xf).checked_sub(1)?)
    }
}

impl CallState {
    /// Keeps what ended the connection, unless something did before.
    pub(crate) fn end_with(&mut self, error: Error) {
        self.error.get_or_insert_with(|| Box::new(error));
    }

    /// Keeps the peer's error alert. It says more than an error of our sending, whose place it
    /// takes; any other error that was kept before stays.
    pub(crate) fn end_with_alert(&mut self, description: AlertDescription) {
        if let Some(
            Error::KeyExhausted | Error::Reset | Error::PeerVanished | Error::Transport(_),
        ) = self.error.as_deref()
        {
            self.error = None;
        }
        self.end_with(Error::PeerAlert(description));
    }

    /// Keeps how the transport failed first. A later failure, such as that nothing is connected any
    /// more, only follows from the first. Input that is still received, such as an alert, may tell
    /// more.
    pub(crate) fn transport_failed(&mut self, kind: ErrorKind) {
        self.transport_error.get_or_insert(kind);
    }

    /// The pending call ends.
    pub(crate) fn complete(&mut self, result: CallResult) {
        match result {
            CallResult::Truncated => self.end_with(Error::Truncated),
            CallResult::Reset => {
                let error = self.transport_error.take().map_or(Error::Reset, Error::from);
                self.end_with(error);
            }
            CallResult::Ok
            | CallResult::EndOfStream
            | CallResult::Alert
            | CallResult::Error
            | CallResult::TimedOut
            | CallResult::Unconfirmed => {}
        }
        self.result = Some(result);
    }

    /// Whether this action may still be performed. After a failure nothing more is sealed in this
    /// turn, and no key changes: the record that failed would be missing before them.
    pub(crate) const fn admits(&self, action: Action) -> bool {
        self.failure.is_none() || !seals_or_changes_keys(action)
    }

    /// Keeps why an action failed, unless another one failed before.
    pub(crate) fn failed(&mut self, error: Error) {
        self.failure.get_or_insert_with(|| Box::new(error));
    }

    pub(crate) fn notify(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// A bound of a turn was reached, which is a mistake in the table.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.failed(Error::Internal(match fault {
            Fault::TooManyRaised => "the table raised more events than a turn holds",
            Fault::TooMuchMail => "the table posted more mail than the mailbox holds",
            Fault::NeverSettles => "the table did not settle",
            Fault::NotAtHome => "an event came to the half of a connection that has no row for it",
        }));
    }
}

const fn seals_or_changes_keys(action: Action) -> bool {
    action.seals()
        || matches!(
            action,
            Action::SendWith(_)
                | Action::ReceiveWith(_)
                | Action::AdvanceSendKey
                | Action::AdvanceReceiveKey
        )
}

impl<P: CryptoProvider> ReceivingCore<P> {
    pub(crate) fn client(
        config: Arc<ClientConfig<P>>,
        name: ServerName<'static>,
    ) -> Result<Self, Error> {
        let provider = config.provider().clone();
        let handshake = Handshake::client(&provider, &config, name)?;
        Ok(Self::new(provider, Side::Client(config), handshake))
    }

    pub(crate) fn server(config: Arc<ServerConfig<P>>) -> Result<Self, Error> {
        let provider = config.provider().clone();
        let handshake = Handshake::server(&provider)?;
        Ok(Self::new(provider, Side::Server(config), handshake))
    }

    fn new(provider: P, side: Side<P>, handshake: Handshake<P>) -> Self {
        Self {
            provider,
            side,
            opener: Opener::new(),
            joiner: Joiner::default(),
            floods: Floods::default(),
            handshake: Some(Box::new(handshake)),
            exporter: None,
            resumption: None,
            negotiated: Negotiated::default(),
            now: UnixTime::since_unix_epoch(Duration::ZERO),
            fresh: true,
            unread: Unread::default(),
            early_data_offered: false,
            early_data: None,
            compatibility_requested: false,
            close_due: false,
            blocked: false,
            leaves_work: false,
            outstanding: None,
            state: CallState::default(),
            journal: None,
            probe: Probe::new(),
        }
    }

    /// The event for an error of ours or of the peer's; the first error is the one that is kept.
    pub(crate) fn offence(&mut self, error: Error) -> Event {
        let reason = error.reason().unwrap_or(Reason::OwnFailure);
        self.state.end_with(error);
        self.forget_exporter();
        Event::Offence(reason)
    }

    /// The peer's error alert, while we still receive.
    pub(crate) fn peer_alert(&mut self, description: AlertDescription) {
        self.state.end_with_alert(description);
        self.forget_exporter();
    }

    pub(crate) const fn is_client(&self) -> bool {
        matches!(self.side, Side::Client(_))
    }

    /// Whether a ticket may come yet that is kept, and dated by the time.
    pub(crate) fn dates_tickets(&self) -> bool {
        self.resumption.as_ref().is_some_and(|resumption| resumption.left > 0)
    }

    /// A receiving call of the transport has failed.
    pub(super) fn transport_failed(&mut self, kind: ErrorKind) {
        self.state.transport_failed(self.probe.transport_error(kind));
    }
}

impl<P: CryptoProvider> SendingCore<P> {
    /// Whether a ticket may go yet, which is dated by the time.
    pub(crate) const fn dates_tickets(&self) -> bool {
        self.resumption.is_some()
    }

    /// A transmitting call of the transport has failed.
    pub(super) fn transport_failed(&mut self, kind: ErrorKind) {
        self.state.transport_failed(self.probe.transport_error(kind));
    }

    pub(crate) fn new(provider: P, padding: RecordPadding) -> Self {
        Self {
            provider,
            sealer: Sealer::padding(padding),
            reply: 0,
            request: 0,
            tickets_sent: 0,
            tickets_wanted: false,
            resumption: None,
            shutdown_due: false,
            blocked: false,
            state: CallState::default(),
            journal: None,
            probe: Probe::new(),
        }
    }

    /// The event for an action that failed.
    pub(crate) fn failure(&mut self, error: Error) -> Event {
        let reason = error.reason().unwrap_or(Reason::OwnFailure);
        self.state.end_with(error);
        Event::SealingFailed(reason)
    }
}
