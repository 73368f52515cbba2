//! The connection: bytes in, bytes out, and in between the table.
//!
//! A [`Connection`] performs no input or output. It takes calls and what the transport did, and
//! hands out operations for the transport (`operation.rs`). Each record goes all the way to its
//! rows before the next one is opened (`receive.rs`); the rows' actions are performed in
//! `perform.rs` and `send.rs`. What may happen next is decided by [`hyaline_model::table`] alone.

pub(crate) mod agreement;
mod call;
pub(crate) mod core;
pub(crate) mod early_data;
pub(crate) mod ech;
mod examine;
pub(crate) mod flood;
pub(crate) mod halves;
mod hand_over;
pub(crate) mod handshake;
mod journal;
pub(crate) mod keys;
mod lend;
pub(crate) mod negotiated;
mod operation;
pub(crate) mod perform;
mod receive;
pub(crate) mod resumption;
mod send;
pub(crate) mod sending;
mod server_choice;
mod split;
mod start;
pub(crate) mod task;
#[cfg(test)]
mod tests;
pub(crate) mod unread;
mod work;
mod worker;

use std::sync::Arc;

use hyaline_model::table::{
    self, CallResult, Event, Half, Label, Notice, Policy, Role, Slot, home,
};
use hyaline_model::turn::Endpoint;
use rustls_pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};

pub use self::agreement::Agreement;
pub use self::call::{Call, SenderCall};
use self::core::{ReceivingCore, SendingCore};
pub use self::early_data::{EarlyData, EarlyDataOutcome};
pub use self::ech::EchStatus;
use self::halves::AtWork;
pub use self::halves::{Receiver, Sender};
pub use self::hand_over::{HandedOver, NotAtRest, RecordSecrets, Unrest};
pub(crate) use self::journal::Journal;
pub use self::journal::RowLine;
pub use self::lend::Lent;
pub use self::negotiated::Negotiated;
pub use self::operation::{Interest, Operation, Readiness};
pub use self::receive::Received;
pub use self::server_choice::{Refusal, ServerChoice};
pub use self::task::{
    ClientChoice, KeyShareRequest, PathCheck, SignatureCheck, SignatureRequest, UnknownWork, Work,
    WorkDone,
};
pub use self::worker::{AsyncWorker, WorkFuture};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::outbox::Outbox;
use crate::{CipherSuite, ClientConfig, Error, NamedGroup, ServerConfig};

/// One TLS 1.3 connection, client or server, without its transport.
///
/// The connection owns keys and the table's state. Whoever drives it owns the bytes: an [`Outbox`]
/// of sealed records, and a buffer of received ones, in which records are opened in place.
///
/// It has a place for a receiving call and a place for a sending call, and both may be pending at
/// once; a handshake and a close take both places. [`start`](Self::start) a call, then carry out
/// what [`poll_operation`](Self::poll_operation) says until its result is there:
/// [`take_result`](Self::take_result) where one call is made at a time, else
/// [`take_receive_result`](Self::take_receive_result) and
/// [`take_send_result`](Self::take_send_result).
/// A [`Driver`](crate::driver::Driver) does that, over any transport.
///
/// It has no clock. Where a call begins it is told the time, and where input is
/// [handed over](Self::handle_input): by the last that it was told certificates, stapled responses
/// and revocation lists are judged, sessions and tickets are dated, and their age is counted. Work
/// that is [left](Self::delegate_work) to others is told the time where it is done.
///
/// By hand it goes like this, here with two connections that hand their bytes to each other. Bytes
/// that were received stay in their buffer, where their record is opened.
///
/// ```
/// use hyaline::pki_types::UnixTime;
/// use hyaline::{Call, CallResult, Connection, Operation, Outbox};
/// # use std::sync::Arc;
/// # use hyaline::pki_types::{PrivateKeyDer, ServerName};
/// # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
///
/// /// Goes on with the pending call until it waits for something to receive.
/// fn advance(connection: &mut Connection, outbox: &mut Outbox, input: &mut Vec<u8>) -> Vec<u8> {
///     let now = UnixTime::now();
///     let mut transmitted = Vec::new();
///     loop {
///         match connection.poll_operation(outbox) {
///             Operation::Transmit => {
///                 transmitted.extend_from_slice(outbox.bytes());
///                 let count = outbox.bytes().len();
///                 connection.handle_transmitted(count, outbox);
///             }
///             Operation::Receive => {
///                 let received = connection.handle_input(now, input, outbox);
///                 if let Some(data) = input.get(received.data).filter(|data| !data.is_empty()) {
///                     assert_eq!(data, b"hello");
///                 }
///                 input.drain(..received.consumed);
///                 if received.consumed == 0 {
///                     connection.handle_blocked(Operation::Receive);
///                 }
///             }
///             // There is no transport here to shut down, nor to wait for.
///             Operation::ShutdownWrite | Operation::Close => {}
///             Operation::Wait(interest) => {
///                 connection.handle_ready(interest.into());
///                 return transmitted;
///             }
///         }
///     }
/// }
///
/// # fn connections() -> Result<(Connection, Connection), Box<dyn std::error::Error>> {
/// #     let authority_key = rcgen::KeyPair::generate()?;
/// #     let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
/// #     parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
/// #     let authority = parameters.self_signed(&authority_key)?;
/// #     let issuer = rcgen::Issuer::new(parameters, authority_key);
/// #     let key = rcgen::KeyPair::generate()?;
/// #     let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?
/// #         .signed_by(&key, &issuer)?;
/// #     let server = ServerConfig::builder().with_no_client_auth().with_single_cert(
/// #         vec![certificate.der().clone()],
/// #         PrivateKeyDer::try_from(key.serialize_der())?,
/// #     )?;
/// #     let mut roots = RootCertStore::empty();
/// #     roots.add(authority.der().clone())?;
/// #     let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
/// #     let name = ServerName::try_from("localhost")?;
/// #     let client = Connection::client(Arc::new(client), name)?;
/// #     Ok((client, Connection::server(Arc::new(server))?))
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (mut client, mut server) = connections()?;
/// let (mut of_client, mut of_server) = (Outbox::new(), Outbox::new());
/// let (mut to_client, mut to_server) = (Vec::new(), Vec::new());
///
/// let now = UnixTime::now();
/// client.start(now, Call::Handshake, &mut of_client)?;
/// server.start(now, Call::Handshake, &mut of_server)?;
/// while !(client.is_idle() && server.is_idle()) {
///     to_server.extend(advance(&mut client, &mut of_client, &mut to_client));
///     to_client.extend(advance(&mut server, &mut of_server, &mut to_server));
/// }
/// assert_eq!(client.take_result(), Some(CallResult::Ok));
/// assert_eq!(server.take_result(), Some(CallResult::Ok));
///
/// assert_eq!(client.start_write(now, b"hello", &mut of_client)?, 5);
/// server.start(now, Call::Read, &mut of_server)?;
/// to_server.extend(advance(&mut client, &mut of_client, &mut to_client));
/// advance(&mut server, &mut of_server, &mut to_server);
/// assert_eq!(client.take_result(), Some(CallResult::Ok));
/// assert_eq!(server.take_result(), Some(CallResult::Ok));
/// server.consume(server.unread());
/// # Ok(())
/// # }
/// ```
///
/// A connection cannot be cloned: two of them would protect different records under one nonce.
///
/// ```compile_fail,E0277
/// fn clones<T: Clone>() {}
/// clones::<hyaline::Connection>();
/// ```
pub struct Connection<P: CryptoProvider = DefaultProvider> {
    pub(crate) receiver: Receiver<P>,
    pub(crate) sender: Sender<P>,
}

impl<P: CryptoProvider> Connection<P> {
    /// A client that will talk to the server of this name. The certificate is judged by that name.
    /// The name is sent in server_name too, if it is a host name: an address, `0x7f000001` too, is
    /// not (RFC 6066 section 3).
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the system gives no random bytes;
    /// [`ConfigurationError::Groups`](crate::ConfigurationError::Groups) when the provider has no
    /// group to exchange keys in;
    /// [`UnusedRevocationLists`](crate::ConfigurationError::UnusedRevocationLists) when there are
    /// revocation lists and no roots with which they go.
    pub fn client(config: Arc<ClientConfig<P>>, name: ServerName<'static>) -> Result<Self, Error> {
        if let Some(fault) = config.trust().fault() {
            return Err(fault.into());
        }
        let compatibility = if config.compatibility_mode() {
            table::Compatibility::On
        } else {
            table::Compatibility::Off
        };
        let policy = Policy { role: Role::Client, compatibility, ..Policy::SHIPPED };
        Ok(Self::new(Endpoint::client(), policy, ReceivingCore::client(config, name)?))
    }

    /// A server.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the system gives no random bytes.
    pub fn server(config: Arc<ServerConfig<P>>) -> Result<Self, Error> {
        let policy = Policy {
            role: Role::Server,
            client_authentication: config.client_auth().policy(),
            ..Policy::SHIPPED
        };
        let endpoint = Endpoint::server(config.tickets());
        Ok(Self::new(endpoint, policy, ReceivingCore::server(config)?))
    }

    fn new(endpoint: Endpoint, policy: Policy, mut core: ReceivingCore<P>) -> Self {
        let tickets = core.side.tickets();
        let journals = core.side.row_log().map(|log| Journal::begin(log, tickets, &policy));
        let [receiving, sending] = endpoint.split();
        let mut sending_core = SendingCore::new(core.provider.clone(), core.side.record_padding());
        if let Some([of_receiving, of_sending]) = journals {
            core.journal = Some(of_receiving);
            sending_core.journal = Some(of_sending);
        }
        Self {
            receiver: Receiver { endpoint: receiving, policy, core },
            sender: Sender { endpoint: sending, policy, core: sending_core },
        }
    }

    /// The result of the call that was pending, once, where one call is made at a time.
    pub fn take_result(&mut self) -> Option<CallResult> {
        self.take_receive_result().or_else(|| self.take_send_result())
    }

    /// The result of the call that was pending in the place of receiving calls, once.
    pub fn take_receive_result(&mut self) -> Option<CallResult> {
        self.receiver.core.state.result.take()
    }

    /// The result of the call that was pending in the place of sending calls, once.
    pub fn take_send_result(&mut self) -> Option<CallResult> {
        self.sender.core.state.result.take()
    }

    /// What happened besides the calls, oldest first in each direction.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.receiver.poll_notice().or_else(|| self.sender.poll_notice())
    }

    /// Why the connection has failed, or how the peer ended it. Nothing while it goes on.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        let (receiver, sender) = (&self.receiver.core.state, &self.sender.core.state);
        receiver.error.as_deref().or(sender.error.as_deref())
    }

    /// Whether the handshake is complete.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.receiver.has(Slot::Handshake, Label::IsConnected)
    }

    /// Whether no call is pending.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.receiver.is_idle() && self.sender.is_idle()
    }

    /// How many bytes of application data are opened and not yet taken by the application.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.receiver.unread()
    }

    /// Tells that the application has taken so many bytes of what is unread. A read gives it the
    /// bytes, and what no read has given cannot be taken.
    pub fn consume(&mut self, count: usize) {
        self.receiver.consume(count);
    }

    /// What was negotiated, as far as the handshake has come.
    #[must_use]
    pub const fn negotiated(&self) -> &Negotiated {
        self.receiver.negotiated()
    }

    /// The application protocol that was negotiated (RFC 7301).
    #[must_use]
    pub fn application_protocol(&self) -> Option<&[u8]> {
        self.negotiated().application_protocol()
    }

    /// The cipher suite, once it is negotiated.
    #[must_use]
    pub fn cipher_suite(&self) -> Option<CipherSuite> {
        self.negotiated().cipher_suite()
    }

    /// The group of the key exchange, once it is negotiated.
    #[must_use]
    pub fn group(&self) -> Option<NamedGroup> {
        self.negotiated().group()
    }

    /// The name that the client asked for, on a server, without the dot that may stand behind it.
    ///
    /// Only a host name is one (RFC 6066 section 3): an address in any spelling, a wildcard, a name
    /// with a port or beyond ASCII count as no name.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.negotiated().server_name()
    }

    /// The peer's certificate chain, its own certificate first; empty without one.
    #[must_use]
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        self.negotiated().peer_certificates()
    }

    /// The raw public key by which the peer was believed in place of certificates (RFC 7250).
    #[must_use]
    pub fn peer_raw_public_key(&self) -> Option<&SubjectPublicKeyInfoDer<'static>> {
        self.negotiated().peer_raw_public_key()
    }

    /// Derives keying material for the application (RFC 9846 section 7.5).
    ///
    /// # Errors
    /// [`Error::NotConnected`] before the handshake is complete, and after the connection has
    /// failed or was closed; [`Error::Internal`] for a label or an output that is too long.
    pub fn export_keying_material(
        &self,
        label: &[u8],
        context: &[u8],
        output: &mut [u8],
    ) -> Result<(), Error> {
        let exporter = self.receiver.core.exporter.as_ref().filter(|_| self.is_connected());
        exporter
            .ok_or(Error::NotConnected)?
            .export(&self.receiver.core.provider, label, context, output)
            .map_err(|_| Error::Internal("the label or the output of an exporter is too long"))
    }

    /// Both halves at work, since they have one owner.
    pub(crate) const fn at_work<'c>(&'c mut self, outbox: &'c mut Outbox) -> AtWork<'c, P> {
        let sender = Some((&mut self.sender, outbox));
        AtWork { receiver: &mut self.receiver, sender }
    }

    /// What time it is, from now on.
    fn tell(&mut self, now: UnixTime) {
        self.receiver.core.now = now;
        self.sender.core.date_tickets(now);
    }

    /// Handles one event, the letters and the work that it causes.
    pub(crate) fn handle(&mut self, event: Event, outbox: &mut Outbox) {
        match home(event.kind()).map(Slot::half) {
            Some(Half::Sending) => {
                self.sender.handle(event, outbox);
                self.at_work(outbox).settle();
            }
            _ => self.at_work(outbox).handle(event),
        }
    }

    /// Whether the table has something to say about this event.
    fn accepts(&mut self, event: Event, outbox: &mut Outbox) -> bool {
        match home(event.kind()).map(Slot::half) {
            Some(Half::Sending) => self.sender.accepts(event, outbox),
            _ => self.receiver.accepts(event),
        }
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Connection<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("receiver", &self.receiver)
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}
