//! What a connection owns besides its table state: keys, the handshake's data, what is pending.

use std::collections::VecDeque;
use std::sync::Arc;

use hyaline_model::table::{CallResult, Event, Notice, Reason, Work};
use rustls_pki_types::{CertificateDer, DnsName, ServerName};

use super::flood::Floods;
use super::handshake::Handshake;
use crate::alert::AlertDescription;
use crate::crypto::CryptoProvider;
use crate::handshake::join::Joiner;
use crate::key_schedule::{ExporterSecret, TrafficSecret};
use crate::record::{Opener, Sealer};
use crate::replay::Probe;
use crate::{CipherSuite, ClientConfig, Error, NamedGroup, ServerConfig};

/// How many notices wait for the application; older ones give way.
pub(super) const NOTICES_AT_MOST: usize = 16;

/// Which side this is, with its configuration.
#[derive(Clone)]
pub(crate) enum Side<P: CryptoProvider> {
    Client { config: Arc<ClientConfig<P>>, name: ServerName<'static> },
    Server { config: Arc<ServerConfig<P>> },
}

/// What was negotiated and outlives the handshake.
#[derive(Clone, Default)]
pub(crate) struct Negotiated {
    pub(crate) suite: Option<CipherSuite>,
    pub(crate) group: Option<NamedGroup>,
    pub(crate) application_protocol: Option<Vec<u8>>,
    pub(crate) server_name: Option<DnsName<'static>>,
    pub(crate) peer_certificates: Vec<CertificateDer<'static>>,
}

/// Everything of a connection that is not the table's.
pub(crate) struct Core<P: CryptoProvider> {
    pub(crate) provider: P,
    pub(crate) side: Side<P>,
    pub(crate) opener: Opener<P>,
    pub(crate) sealer: Sealer<P>,
    pub(crate) joiner: Joiner,
    pub(crate) floods: Floods,
    /// Application data was sent: progress that a reading half of its own has yet to hear of.
    pub(crate) progressed: bool,
    /// Dropped when the handshake is complete, or has failed.
    pub(crate) handshake: Option<Box<Handshake<P>>>,
    /// The application traffic secrets of the current generations.
    pub(crate) receive_secret: Option<TrafficSecret>,
    pub(crate) send_secret: Option<TrafficSecret>,
    pub(crate) exporter: Option<ExporterSecret>,
    pub(crate) negotiated: Negotiated,
    /// No byte has been received yet.
    pub(crate) fresh: bool,
    /// Bytes of application data that are opened and not taken.
    pub(crate) unread: usize,
    /// Where the last reply to a KeyUpdate stands among all records ever sealed.
    pub(crate) reply: Option<u64>,
    /// Where our last request to update keys stands there.
    pub(crate) request: Option<u64>,
    pub(crate) tickets_sent: u8,
    pub(crate) tickets_wanted: bool,
    pub(crate) compatibility_requested: bool,
    pub(crate) transmit_failed: bool,
    pub(crate) shutdown_due: bool,
    pub(crate) close_due: bool,
    pub(crate) receive_blocked: bool,
    pub(crate) transmit_blocked: bool,
    /// Begun, and neither done nor handed out.
    pub(crate) work: Option<Work>,
    /// Whether work is left to whoever drives the connection.
    pub(crate) leaves_work: bool,
    /// The number of the work that was handed out and is not answered.
    pub(crate) outstanding: Option<u64>,
    pub(crate) result: Option<CallResult>,
    pub(crate) notices: VecDeque<Notice>,
    pub(crate) error: Option<Error>,
    /// How the transport failed, where that was not a plain reset.
    pub(crate) transport_error: Option<Error>,
    /// What an action could not do.
    pub(crate) failure: Option<Error>,
    /// Nothing, in what ships.
    pub(crate) probe: Probe,
}

impl<P: CryptoProvider> Core<P> {
    pub(crate) fn client(
        config: Arc<ClientConfig<P>>,
        name: ServerName<'static>,
    ) -> Result<Self, Error> {
        let provider = config.provider().clone();
        let handshake = Handshake::client(&provider, &config, &name)?;
        let handshake = Some(Box::new(handshake));
        Ok(Self::new(provider, Side::Client { config, name }, handshake))
    }

    pub(crate) fn server(config: Arc<ServerConfig<P>>) -> Result<Self, Error> {
        let provider = config.provider().clone();
        let handshake = Handshake::server(&provider)?;
        Ok(Self::new(provider, Side::Server { config }, Some(Box::new(handshake))))
    }

    pub(crate) fn new(provider: P, side: Side<P>, handshake: Option<Box<Handshake<P>>>) -> Self {
        Self {
            provider,
            side,
            opener: Opener::new(),
            sealer: Sealer::new(),
            joiner: Joiner::default(),
            floods: Floods::default(),
            progressed: false,
            handshake,
            receive_secret: None,
            send_secret: None,
            exporter: None,
            negotiated: Negotiated::default(),
            fresh: true,
            unread: 0,
            reply: None,
            request: None,
            tickets_sent: 0,
            tickets_wanted: false,
            compatibility_requested: false,
            transmit_failed: false,
            shutdown_due: false,
            close_due: false,
            receive_blocked: false,
            transmit_blocked: false,
            work: None,
            leaves_work: false,
            outstanding: None,
            result: None,
            notices: VecDeque::new(),
            error: None,
            transport_error: None,
            failure: None,
            probe: Probe::new(),
        }
    }

    /// The event for an error of ours or of the peer's; the first error is the one that is kept.
    pub(crate) fn offence(&mut self, error: Error) -> Event {
        let reason = error.reason().unwrap_or(Reason::OwnFailure);
        self.end_with(error);
        self.forget_exporter();
        Event::Offence(reason)
    }

    /// Keeps what ended the connection, unless something did before.
    pub(crate) fn end_with(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// The peer's error alert, while we still receive. It says more than how our sending may have
    /// ended before.
    pub(crate) fn peer_alert(&mut self, description: AlertDescription) {
        if let Some(Error::KeyExhausted | Error::Reset | Error::Transport(_)) = self.error {
            self.error = None;
        }
        self.end_with(Error::PeerAlert(description));
        self.forget_exporter();
    }

    /// What is known of the transport's readiness is as old as the last call.
    pub(crate) fn forget_readiness(&mut self) {
        self.receive_blocked = false;
        self.transmit_blocked = false;
    }

    pub(crate) fn notify(&mut self, notice: Notice) {
        if self.notices.len() >= NOTICES_AT_MOST {
            self.notices.pop_front();
        }
        self.notices.push_back(notice);
    }
}
