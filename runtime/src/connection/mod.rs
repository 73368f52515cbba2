//! The connection: bytes in, bytes out, and in between the table.
//!
//! A [`Connection`] performs no input or output. It takes calls and what the transport did, and
//! hands out operations for the transport (`operation.rs`). Each record goes all the way to its
//! rows before the next one is opened (`receive.rs`); the rows' actions are performed in
//! `perform.rs` and `send.rs`. What may happen next is decided by [`hyaline_model::table`] alone.

pub(crate) mod core;
mod examine;
pub(crate) mod flood;
pub(crate) mod handshake;
mod keys;
mod lend;
mod operation;
pub(crate) mod perform;
mod receive;
mod send;
mod split;
mod task;
#[cfg(test)]
mod tests;
mod work;

use std::sync::Arc;

use hyaline_model::table::{self, Call, CallResult, Event, Label, Notice, Policy, Role, Slot};
use hyaline_model::turn::{self, Endpoint};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use self::core::Core;
pub use self::lend::Lent;
pub use self::operation::{Interest, Operation, Readiness};
use self::perform::{Offered, Turn};
pub use self::receive::Received;
pub use self::split::{Receiver, Sender};
pub use self::task::{
    Agreement, ClientChoice, KeyShareRequest, PathCheck, ServerChoice, SignatureCheck,
    SignatureRequest, UnknownWork, Work, WorkDone,
};
use crate::crypto::{CryptoProvider, Ring};
use crate::outbox::Outbox;
use crate::{CipherSuite, ClientConfig, Error, NamedGroup, ServerConfig};

/// One TLS 1.3 connection, client or server, without its transport.
///
/// The connection owns keys and the table's state. Whoever drives it owns the bytes: an [`Outbox`]
/// of sealed records, and a buffer of received ones, in which records are opened in place.
///
/// One call is pending at a time: [`start`](Self::start) it, then carry out what
/// [`poll_operation`](Self::poll_operation) says until [`take_result`](Self::take_result) gives its
/// result. [`blocking::Stream`](crate::blocking::Stream) is such a driver.
///
/// A connection cannot be cloned: two of them would protect different records under one nonce.
///
/// ```compile_fail,E0277
/// fn clones<T: Clone>() {}
/// clones::<hyaline::Connection>();
/// ```
pub struct Connection<P: CryptoProvider = Ring> {
    pub(crate) endpoint: Endpoint,
    pub(crate) policy: Policy,
    pub(crate) core: Core<P>,
}

impl<P: CryptoProvider> Connection<P> {
    /// A client that will talk to the server of this name. By it the certificate is judged. It is
    /// sent in server_name too, if it is a host name: an address, `0x7f000001` too, is not (RFC
    /// 6066 section 3).
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the system gives no random bytes.
    pub fn client(config: Arc<ClientConfig<P>>, name: ServerName<'static>) -> Result<Self, Error> {
        let compatibility = if config.compatibility_mode() {
            table::Compatibility::On
        } else {
            table::Compatibility::Off
        };
        let policy = Policy { role: Role::Client, compatibility, ..Policy::SHIPPED };
        let core = Core::client(config, name)?;
        Ok(Self { endpoint: Endpoint::client(), policy, core })
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
        Ok(Self { endpoint, policy, core: Core::server(config)? })
    }

    /// Starts a call that carries no data. It may complete at once.
    ///
    /// A second call before the first has its result is refused by the table and changes nothing.
    pub fn start(&mut self, now: UnixTime, call: Call, outbox: &mut Outbox) {
        self.core.forget_readiness();
        self.handle(now, Event::Start(call), outbox);
    }

    /// Starts a write and returns how many bytes of `data` it takes: as much as the outbox has
    /// room for. They are sealed at once; the call's result says when the transport has them.
    pub fn start_write(&mut self, now: UnixTime, data: &[u8], outbox: &mut Outbox) -> usize {
        self.write(now, Offered::Bytes(data), outbox)
    }

    fn write(&mut self, now: UnixTime, offered: Offered<'_>, outbox: &mut Outbox) -> usize {
        self.core.forget_readiness();
        let mut turn = Turn::new(&mut self.core, outbox);
        turn.offered = offered;
        turn::handle(&mut self.endpoint, &self.policy, Event::Start(Call::Write), &mut turn);
        let accepted = turn.accepted;
        self.after_turn(now, outbox);
        accepted
    }

    /// The result of the call that was pending, once.
    pub fn take_result(&mut self) -> Option<CallResult> {
        self.core.result.take()
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.core.notices.pop_front()
    }

    /// Why the connection has failed, or how the peer ended it. Nothing while it goes on.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.core.error.as_ref()
    }

    /// Whether the handshake is complete.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.endpoint.states.has(Slot::Handshake, Label::IsConnected)
    }

    /// Whether no call is pending.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.endpoint.states.has(Slot::Driver, Label::IsIdle)
    }

    /// How many bytes of application data are opened and not yet taken by the application.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.core.unread
    }

    /// Tells that the application has taken so many bytes of what is unread.
    pub fn consume(&mut self, count: usize) {
        self.core.unread = self.core.unread.saturating_sub(count);
    }

    /// The application protocol that was negotiated (RFC 7301).
    #[must_use]
    pub fn application_protocol(&self) -> Option<&[u8]> {
        self.core.negotiated.application_protocol.as_deref()
    }

    /// The cipher suite, once it is negotiated.
    #[must_use]
    pub fn cipher_suite(&self) -> Option<CipherSuite> {
        self.core.negotiated.suite
    }

    /// The group of the key exchange, once it is negotiated.
    #[must_use]
    pub fn group(&self) -> Option<NamedGroup> {
        self.core.negotiated.group
    }

    /// The name that the client asked for, on a server, without the dot that may stand behind it.
    ///
    /// Only a host name is one (RFC 6066 section 3): an address in any spelling, a wildcard, a name
    /// with a port or beyond ASCII count as no name.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.core.negotiated.server_name.as_ref().map(AsRef::as_ref)
    }

    /// The peer's certificate chain, its own certificate first; empty without one.
    #[must_use]
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        &self.core.negotiated.peer_certificates
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
        let exporter = self.core.exporter.as_ref().filter(|_| self.is_connected());
        exporter
            .ok_or(Error::NotConnected)?
            .export(&self.core.provider, label, context, output)
            .map_err(|_| Error::Internal("the label or the output of an exporter is too long"))
    }

    /// Handles one event, the mail and the work that it causes.
    fn handle(&mut self, now: UnixTime, event: Event, outbox: &mut Outbox) {
        let mut turn = Turn::new(&mut self.core, outbox);
        turn::handle(&mut self.endpoint, &self.policy, event, &mut turn);
        self.after_turn(now, outbox);
    }

    /// Work is done at once, unless it is left to whoever drives the connection; and what an action
    /// could not do ends the connection.
    pub(crate) fn after_turn(&mut self, now: UnixTime, outbox: &mut Outbox) {
        loop {
            let event = match self.core.work.take_if(|_| !self.core.leaves_work) {
                Some(work) => self.core.run(work, now),
                None => match self.core.failure.take() {
                    Some(error) => self.core.failure_of(self.endpoint.half(), error),
                    None => return,
                },
            };
            let mut turn = Turn::new(&mut self.core, outbox);
            turn::handle(&mut self.endpoint, &self.policy, event, &mut turn);
        }
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Connection<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("states", &self.endpoint.states)
            .field("error", &self.core.error)
            .finish_non_exhaustive()
    }
}
