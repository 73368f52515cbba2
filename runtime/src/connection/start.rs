//! Where calls begin, and where one that may not be made is told why.
//!
//! The table decides. A call whose event has no row finds its place taken. A call that ends at
//! once, with an error that does not end the connection, was not allowed now.

use hyaline_model::table::{CallResult, Event, Label, Slot};
use rustls_pki_types::UnixTime;

use super::call::WRITE;
use super::core::CallState;
use super::sending::Offered;
use super::{Call, Connection, Receiver, Sender, SenderCall};
use crate::Error;
use crate::crypto::CryptoProvider;
use crate::outbox::Outbox;

impl CallState {
    /// Whether the call that has just begun has ended at once, with an error that nothing but the
    /// call itself accounts for. Then there is no result to take.
    fn refuses(&mut self, error: Option<&Error>) -> bool {
        // How the peer's direction ended refuses no call.
        let is_misuse = matches!(error, None | Some(Error::Truncated));
        self.result.take_if(|result| *result == CallResult::Error && is_misuse).is_some()
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Starts a call that carries no data. It may complete at once.
    ///
    /// A result of an earlier call in that place, if nobody has taken it, is dropped.
    ///
    /// `now` is the time until the next is told. A handshake that begins tells the age of the
    /// ticket that it offers by it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use hyaline::pki_types::{ServerName, UnixTime};
    /// # use hyaline::{Call, ClientConfig, Connection, Error, Outbox, RootCertStore};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let roots = RootCertStore::empty();
    /// # let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    /// # let name = ServerName::try_from("localhost")?;
    /// # let mut connection = Connection::client(Arc::new(config), name)?;
    /// let mut outbox = Outbox::new();
    /// let now = UnixTime::now();
    /// assert_eq!(connection.start(now, Call::Read, &mut outbox), Err(Error::NotConnected));
    /// assert_eq!(connection.start(now, Call::Handshake, &mut outbox), Ok(()));
    /// assert_eq!(connection.start(now, Call::Close, &mut outbox), Err(Error::CallPending));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The call is not made, there will be no result, and what is pending is as it was:
    /// [`Error::CallPending`] in a place that is taken; [`Error::NotConnected`] for a read or a key
    /// update before the handshake is complete; [`Error::WriteAfterClose`] for a handshake after a
    /// half-close has cancelled it; [`Error::Closed`] for every call after a close.
    ///
    /// A half-close before the handshake is complete is no mistake: it cancels the handshake.
    /// Neither is a second half-close, nor a key update after a half-close: they change nothing.
    /// What has ended the connection is no mistake of the call's, and comes as its result.
    pub fn start(&mut self, now: UnixTime, call: Call, outbox: &mut Outbox) -> Result<(), Error> {
        let is_taken = match call.takes_both_places() {
            true => !self.is_idle(),
            false => !self.accepts(call.event(), outbox),
        };
        if is_taken {
            return Err(Error::CallPending);
        }
        if call == Call::UpdateKey && !self.is_connected() {
            return Err(self.misuse(call.event()));
        }
        if call.takes_both_places() {
            self.forget_results();
        }
        self.state_of(call.event()).result = None;
        self.begin(now, call.event(), Offered::NOTHING, outbox);
        self.refuse(call.event())
    }

    /// Starts a write and returns how many bytes of `data` it takes: as much as the outbox has
    /// room for. They are sealed at once; the call's result says when the transport has them.
    ///
    /// `now` is the time until the next is told, and of the tickets that a server sends before its
    /// first data.
    ///
    /// # Errors
    /// As [`start`](Self::start), and none of the data is taken: [`Error::CallPending`],
    /// [`Error::NotConnected`], [`Error::Closed`], and [`Error::WriteAfterClose`] after a
    /// half-close.
    pub fn start_write(
        &mut self,
        now: UnixTime,
        data: &[u8],
        outbox: &mut Outbox,
    ) -> Result<usize, Error> {
        self.write(now, Offered::Bytes(data), outbox)
    }

    pub(super) fn write(
        &mut self,
        now: UnixTime,
        offered: Offered<'_>,
        outbox: &mut Outbox,
    ) -> Result<usize, Error> {
        if !self.accepts(WRITE, outbox) {
            return Err(Error::CallPending);
        }
        self.sender.core.state.result = None;
        let accepted = self.begin(now, WRITE, offered, outbox);
        self.refuse(WRITE)?;
        Ok(accepted)
    }

    /// Begins a call, whatever comes of it: how much of what is offered was sealed, in bytes.
    pub(crate) fn begin(
        &mut self,
        now: UnixTime,
        event: Event,
        offered: Offered<'_>,
        outbox: &mut Outbox,
    ) -> usize {
        self.tell(now);
        self.forget_readiness();
        if !matches!(event, Event::StartSending(_)) {
            self.handle(event, outbox);
            return 0;
        }
        let accepted = self.sender.handle_offer(event, offered, outbox);
        self.at_work(outbox).settle();
        accepted
    }

    /// Forgets what is known of the transport's readiness: it is as old as the last call.
    fn forget_readiness(&mut self) {
        self.receiver.core.blocked = false;
        self.sender.core.blocked = false;
    }

    fn forget_results(&mut self) {
        self.receiver.core.state.result = None;
        self.sender.core.state.result = None;
    }

    /// The state of the place in which a call begins with this event.
    fn state_of(&mut self, begins: Event) -> &mut CallState {
        match begins {
            Event::StartSending(_) => &mut self.sender.core.state,
            _ => &mut self.receiver.core.state,
        }
    }

    fn refuse(&mut self, begun: Event) -> Result<(), Error> {
        // Who closes a connection has been told how it ended.
        let error = if self.is_closed() { None } else { self.error().cloned() };
        match self.state_of(begun).refuses(error.as_ref()) {
            true => Err(self.misuse(begun)),
            false => Ok(()),
        }
    }

    /// Why a call that begins with this event cannot be made now.
    fn misuse(&self, begun: Event) -> Error {
        if self.is_closed() {
            Error::Closed
        } else if !self.is_connected() && begun != Call::Handshake.event() {
            Error::NotConnected
        } else {
            Error::WriteAfterClose
        }
    }

    /// Whether the transport is closed, and no call may be made any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.receiver.is_idle() && !self.receiver.has(Slot::Receiver, Label::MaySplit)
    }
}

impl<P: CryptoProvider> Receiver<P> {
    /// Starts a read. It may complete at once.
    ///
    /// # Errors
    /// [`Error::CallPending`] while another read is pending, which goes on.
    pub fn start_read(&mut self) -> Result<(), Error> {
        if !self.accepts(Call::Read.event()) {
            return Err(Error::CallPending);
        }
        self.core.state.result = None;
        self.alone().handle(Call::Read.event());
        Ok(())
    }
}

impl<P: CryptoProvider> Sender<P> {
    /// Starts a sending call that carries no data: a half-close, a key update, a flush.
    ///
    /// A half-close and a key update never wait for room: where there is none they are done
    /// ([`handle_blocked`](Self::handle_blocked)), and their record stays in the outbox until
    /// something later transmits it, a read of the other half, a flush, or the close of the whole.
    ///
    /// # Errors
    /// [`Error::CallPending`] while another call of this half is pending, which goes on.
    pub fn start(&mut self, call: SenderCall, outbox: &mut Outbox) -> Result<(), Error> {
        self.begin(Call::from(call).event(), Offered::NOTHING, outbox).map(drop)
    }

    /// As [`Connection::start_write`]. The tickets that a server sends before its first data are of
    /// the time that the other half was told when the two last [met](Receiver::exchange).
    ///
    /// # Errors
    /// [`Error::CallPending`] while another call of this half is pending, which goes on;
    /// [`Error::WriteAfterClose`] after a half-close.
    pub fn start_write(&mut self, data: &[u8], outbox: &mut Outbox) -> Result<usize, Error> {
        self.begin(WRITE, Offered::Bytes(data), outbox)
    }

    fn begin(
        &mut self,
        event: Event,
        offered: Offered<'_>,
        outbox: &mut Outbox,
    ) -> Result<usize, Error> {
        if !self.accepts(event, outbox) {
            return Err(Error::CallPending);
        }
        self.core.state.result = None;
        let accepted = self.handle_offer(event, offered, outbox);
        let error = self.core.state.error.clone();
        match self.core.state.refuses(error.as_deref()) {
            true => Err(Error::WriteAfterClose),
            false => Ok(accepted),
        }
    }
}
