//! What a connection owns besides its table state: keys, the handshake's data, what is pending.

use std::collections::VecDeque;
use std::sync::Arc;

use hyaline_model::Alert;
use hyaline_model::table::{CallResult, Event, Notice, Row, Work};
use rustls_pki_types::{CertificateDer, DnsName, ServerName};

use super::flood::Floods;
use super::handshake::Handshake;
use crate::alert::AlertDescription;
use crate::crypto::CryptoProvider;
use crate::handshake::join::Joiner;
use crate::key_schedule::{ExporterSecret, TrafficSecret};
use crate::record::{Opener, Sealer};
use crate::{CipherSuite, ClientConfig, Error, NamedGroup, ServerConfig};

/// How many notices wait for the application; older ones give way.
const NOTICES_AT_MOST: usize = 16;

/// Which side this is, with its configuration.
#[derive(Clone)]
pub(crate) enum Side<P: CryptoProvider> {
    Client { config: Arc<ClientConfig<P>>, name: ServerName<'static> },
    Server { config: Arc<ServerConfig<P>> },
}

/// What was negotiated and outlives the handshake.
#[derive(Clone, Default)]
pub(crate) struct Negotiated {
    pub(super) suite: Option<CipherSuite>,
    pub(super) group: Option<NamedGroup>,
    pub(super) application_protocol: Option<Vec<u8>>,
    pub(super) server_name: Option<DnsName<'static>>,
    pub(super) peer_certificates: Vec<CertificateDer<'static>>,
}

/// Everything of a connection that is not the table's.
#[cfg_attr(hyaline_replay, derive(Clone))]
pub(crate) struct Core<P: CryptoProvider> {
    pub(super) provider: P,
    pub(super) side: Side<P>,
    pub(super) opener: Opener<P>,
    pub(super) sealer: Sealer<P>,
    pub(super) joiner: Joiner,
    pub(super) floods: Floods,
    /// Application data was sent: progress that a reading half of its own has yet to hear of.
    pub(super) progressed: bool,
    /// Dropped when the handshake is complete, or has failed.
    pub(super) handshake: Option<Box<Handshake<P>>>,
    /// The application traffic secrets of the current generations.
    pub(super) receive_secret: Option<TrafficSecret>,
    pub(super) send_secret: Option<TrafficSecret>,
    pub(super) exporter: Option<ExporterSecret>,
    pub(super) negotiated: Negotiated,
    /// No byte has been received yet.
    pub(super) fresh: bool,
    /// Bytes of application data that are opened and not taken.
    pub(super) unread: usize,
    /// Where the last reply to a KeyUpdate stands among all records ever sealed.
    pub(super) reply: Option<u64>,
    /// Where our last request to update keys stands there.
    pub(super) request: Option<u64>,
    pub(super) tickets_sent: u8,
    pub(super) tickets_wanted: bool,
    pub(super) compatibility_requested: bool,
    pub(super) transmit_failed: bool,
    pub(super) shutdown_due: bool,
    pub(super) close_due: bool,
    pub(super) receive_blocked: bool,
    pub(super) transmit_blocked: bool,
    pub(super) work: Option<Work>,
    pub(super) result: Option<CallResult>,
    pub(super) notices: VecDeque<Notice>,
    pub(super) error: Option<Error>,
    /// How the transport failed, where that was not a plain reset.
    pub(super) transport_error: Option<Error>,
    /// What an action could not do.
    pub(super) failure: Option<Error>,
    #[cfg(hyaline_replay)]
    pub(super) rows: Option<Vec<&'static Row>>,
    #[cfg(hyaline_replay)]
    pub(super) planted: Option<super::planted::Planted>,
    #[cfg(hyaline_replay)]
    pub(super) playback: Option<Box<super::recording::Playback>>,
}

impl<P: CryptoProvider> Core<P> {
    pub(super) fn client(
        config: Arc<ClientConfig<P>>,
        name: ServerName<'static>,
    ) -> Result<Self, Error> {
        let provider = config.provider().clone();
        let handshake = Handshake::client(&provider, &config, &name)?;
        let handshake = Some(Box::new(handshake));
        Ok(Self::new(provider, Side::Client { config, name }, handshake))
    }

    pub(super) fn server(config: Arc<ServerConfig<P>>) -> Result<Self, Error> {
        let provider = config.provider().clone();
        let handshake = Handshake::server(&provider)?;
        Ok(Self::new(provider, Side::Server { config }, Some(Box::new(handshake))))
    }

    pub(super) fn new(provider: P, side: Side<P>, handshake: Option<Box<Handshake<P>>>) -> Self {
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
            result: None,
            notices: VecDeque::new(),
            error: None,
            transport_error: None,
            failure: None,
            #[cfg(hyaline_replay)]
            rows: Some(Vec::new()),
            #[cfg(hyaline_replay)]
            planted: None,
            #[cfg(hyaline_replay)]
            playback: None,
        }
    }

    /// The event for an error of ours or of the peer's; the first error is the one that is kept.
    pub(super) fn offence(&mut self, error: Error) -> Event {
        let alert = error.alert().unwrap_or(Alert::InternalError);
        self.end_with(error);
        self.forget_exporter();
        Event::Offence(alert)
    }

    /// Keeps what ended the connection, unless something did before.
    pub(super) fn end_with(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// The peer's error alert, while we still receive. It says more than how our sending may have
    /// ended before.
    pub(super) fn peer_alert(&mut self, description: AlertDescription) {
        if let Some(Error::KeyExhausted | Error::Reset | Error::Transport(_)) = self.error {
            self.error = None;
        }
        self.end_with(Error::PeerAlert(description));
        self.forget_exporter();
    }

    /// What is known of the transport's readiness is as old as the last call.
    pub(super) fn forget_readiness(&mut self) {
        self.receive_blocked = false;
        self.transmit_blocked = false;
    }

    pub(super) fn notify(&mut self, notice: Notice) {
        if self.notices.len() >= NOTICES_AT_MOST {
            self.notices.pop_front();
        }
        self.notices.push_back(notice);
    }

    /// The table has fired a row. Logs listen here.
    pub(super) fn fired(&mut self, row: &'static Row) {
        #[cfg(hyaline_replay)]
        if let Some(rows) = &mut self.rows {
            rows.push(row);
        }
        #[cfg(not(hyaline_replay))]
        let _ = row;
    }
}
