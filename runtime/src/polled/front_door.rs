//! The public types of a front door, once for all runtimes.

/// Makes them for what has these traits; `$io` makes an [`AsyncIo`](super::AsyncIo) of it, and
/// `$shutdown` is what the traits call a shutdown.
macro_rules! front_door {
    ($io:ident, $($bound:ident)+, $shutdown:literal) => {
        use std::fmt;
        use std::future::{Future, poll_fn};
        use std::io;
        use std::pin::Pin;
        use std::sync::Arc;
        use std::task::{Context, Poll};
        use std::time::Duration;

        use rustls_pki_types::ServerName;

        use crate::crypto::{CryptoProvider, DefaultProvider};
        pub use crate::driver::{ALERT_BYTES, ALERT_TIME, CLOSE_BYTES, CLOSE_TIME};
        use crate::polled::stream::TaskStream;
        use crate::{
            ClientConfig, Connection, EarlyData, EarlyDataOutcome, Error, HandedOver, NotAtRest,
            Notice, ServerConfig, Work, WorkDone,
        };

        /// One TLS connection over `S`, in both directions, for one task or for two.
        ///
        /// It behaves as the transport would, were it the program's own; the [module](self) says
        /// what that means, and what becomes of calls that are given up.
        pub struct Stream<S: $($bound +)+ Unpin, P: CryptoProvider = DefaultProvider>(
            TaskStream<$io<S>, P>,
        );

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Stream<S, P> {
            /// A client that will talk to the server of this name over `transport`. Nothing is
            /// sent yet: whatever call comes first begins the handshake. [`Connector::connect`]
            /// completes it.
            ///
            /// # Errors
            /// As [`Connection::client`].
            pub fn client(
                config: impl Into<Arc<ClientConfig<P>>>,
                name: ServerName<'_>,
                transport: S,
            ) -> Result<Self, Error> {
                let connection = Connection::client(config.into(), name.to_owned())?;
                Ok(Self(TaskStream::new(connection, $io(transport))))
            }

            /// A server that will talk to a client over `transport`. Nothing is sent or received
            /// yet: whatever call comes first begins the handshake. [`Acceptor::accept`] completes
            /// it.
            ///
            /// # Errors
            /// As [`Connection::server`].
            pub fn server(
                config: impl Into<Arc<ServerConfig<P>>>,
                transport: S,
            ) -> Result<Self, Error> {
                let connection = Connection::server(config.into())?;
                Ok(Self(TaskStream::new(connection, $io(transport))))
            }

            /// Completes the handshake. Reading and writing do so by themselves. One that is given
            /// up goes on with the next call.
            ///
            /// # Errors
            /// Why the handshake failed; an [`Error`] is inside. [`close`](Self::close) sees to it
            /// that the peer learns why.
            pub async fn handshake(&mut self) -> io::Result<()> {
                Ok(poll_fn(|context| self.0.poll_handshake(context)).await?)
            }

            /// Has `worker` do what the handshake would do at once: path checks, signatures and the
            /// like ([`Work`]). It is called inside of the poll that needs it, on its thread, and
            /// so is not to wait. To be called before the handshake.
            ///
            /// A certificate that is chosen by a look at the ClientHello alone is the
            /// configuration's matter: [`IdentityResolver`](crate::IdentityResolver). What takes
            /// its time is for [`delegate_work_to`](Self::delegate_work_to).
            pub fn delegate_work(
                &mut self,
                worker: impl FnMut(Work<P>) -> WorkDone<P> + Send + Sync + 'static,
            ) {
                self.0.delegate_work(worker);
            }

            /// Has `worker` do the same, and take its time: the handshake waits for the answers. To
            /// be called before the handshake. [`Connector::with_worker`] and
            /// [`Acceptor::with_worker`] do so for each of their streams.
            pub fn delegate_work_to(&mut self, worker: Arc<dyn AsyncWorker<P>>) {
                self.0.delegate_work_to(worker);
            }

            /// On a client, before its handshake: these data are to be sent behind the first
            /// message. **They can be replayed**; see
            /// [`Connection::offer_early_data`](crate::Connection::offer_early_data).
            ///
            /// # Errors
            /// As that.
            pub fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
                self.0.offer_early_data(data)
            }

            /// What became of the early data of a client, once its handshake is complete; see
            /// [`Connection::early_data_outcome`](crate::Connection::early_data_outcome).
            #[must_use]
            pub fn early_data_outcome(&self) -> EarlyDataOutcome {
                self.0.early_data_outcome()
            }

            /// The early data of a client, on a server, apart from what is read: **they can be a
            /// replay**; see
            /// [`Connection::take_early_data`](crate::Connection::take_early_data).
            pub fn take_early_data(&mut self) -> Option<EarlyData> {
                self.0.take_early_data()
            }

            /// On a server, in place of [`handshake`](Self::handshake): the client's early data as
            /// they come, and nothing when the handshake is complete. **They can be a replay**.
            ///
            /// Between two of them the program may write: what answers early data is on its way
            /// before the handshake is complete, which is what saves a client the time (RFC 9846
            /// section 4.5.3). A server that has done so hands out no ticket on this connection.
            /// One that is given up goes on with the next call.
            ///
            /// # Errors
            /// As [`handshake`](Self::handshake).
            pub async fn early_data(&mut self) -> io::Result<Option<EarlyData>> {
                Ok(poll_fn(|context| self.0.poll_early_data(context)).await?)
            }

            /// Ends our direction, after everything that was written, by close_notify (RFC 9846
            /// section 6.1). The other direction goes on. The FIN behind it leaves when the peer's
            /// direction has ended too, or with [`close`](Self::close).
            ///
            /// Does not wait for room: what there is none for goes out with later calls.
            #[doc = concat!("`", $shutdown, "` is a flush and this.")]
            ///
            /// # Errors
            /// As [`handshake`](Self::handshake), if that was not complete.
            pub async fn half_close(&mut self) -> io::Result<()> {
                Ok(poll_fn(|context| self.0.poll_half_close(context)).await?)
            }

            /// Updates the keys of both directions (RFC 9846 section 4.7.3). Does not wait for the
            /// peer's answer; while that is outstanding, a further request is absorbed. Nor does it
            /// wait for room: what there is none for goes out with later calls.
            ///
            /// # Errors
            /// As [`handshake`](Self::handshake), if that was not complete.
            pub async fn update_key(&mut self) -> io::Result<()> {
                Ok(poll_fn(|context| self.0.poll_update_key(context)).await?)
            }

            /// Ends both directions and closes the transport: our end goes out after everything
            /// that was written, then whatever the peer still sends is received and thrown away
            /// until its end, and then the transport is closed. Closing it earlier could destroy
            /// what is on its way to the peer.
            ///
            /// The waiting is bounded by [`set_close_budget`](Self::set_close_budget), and after a
            /// fatal alert of ours by [`ALERT_TIME`] and [`ALERT_BYTES`] too. A close that is given
            /// up goes on with the next one.
            ///
            /// # Errors
            /// What ended the connection, where that was no orderly end, also when an earlier call
            /// has told it already. [`Error::CloseBudgetExpired`] inside, when the peer did not end
            /// within the budget: the transport is closed; the peer may lack what was written last.
            pub async fn close(&mut self) -> io::Result<()> {
                Ok(poll_fn(|context| self.0.poll_close(context)).await?)
            }

            #[doc = concat!("Has `", $shutdown, "` do what [`close`](Self::close) does.")]
            ///
            /// For programs that shut a stream down and drop it then, as hyper does: where the
            /// transport is closed at once, and the peer still sends, it is reset, and what is on
            /// its way to the peer may be lost. A stream that is used in one direction after the
            /// other has ended needs the half-close that a shutdown is without this.
            pub fn set_close_on_shutdown(&mut self, closes: bool) {
                self.0.closes_on_shutdown = closes;
            }

            /// Gives the transport back, at once and in whatever state the connection is: what was
            /// written and is under way is lost, what was received and not read is thrown away.
            /// None when it is closed. Calls that are pending fail, as those after it.
            ///
            /// To reset a TCP connection, set its linger time to zero and drop it.
            pub fn abort(&mut self) -> Option<S> {
                self.0.abort().map(|io| io.0)
            }

            /// Gives the transport back, and what protects the records of the connection, for a
            /// kernel that goes on with them (kTLS). **What is checked ends here**: see
            /// [`Connection::hand_over`] for what whoever goes on has to do.
            ///
            /// # Errors
            /// As that, and the stream is given back; [`Unrest::Unopened`](crate::Unrest) also
            /// where bytes have come that are not opened: reads go on with them. A call that was
            /// given up is pending still.
            pub fn hand_over(mut self) -> Result<(S, HandedOver<P>), NotAtRest<Box<Self>>> {
                match self.0.hand_over() {
                    Ok((io, secrets)) => Ok((io.0, secrets)),
                    Err(reason) => Err(NotAtRest::new(reason, Box::new(self))),
                }
            }

            /// How long [`close`](Self::close) waits for the peer's end, and how many bytes it
            /// throws away meanwhile; [`CLOSE_TIME`] and [`CLOSE_BYTES`] without this.
            pub fn set_close_budget(&mut self, time: Duration, bytes: usize) {
                self.0.driver_mut().set_close_budget(time, bytes);
            }

            /// How many bytes the next read returns without receiving anything.
            #[must_use]
            pub fn unread(&self) -> usize {
                self.0.driver().unread()
            }

            /// How many bytes, sealed, wait for the transport to take them. Any call transmits what
            /// there is room for.
            #[must_use]
            pub fn unsent(&self) -> usize {
                self.0.driver().unsent()
            }

            /// Why the connection failed, or how the peer ended it. Nothing while it goes on, and
            /// nothing after a clean end.
            #[must_use]
            pub fn error(&self) -> Option<&Error> {
                self.0.driver().connection().error()
            }

            /// The connection, with what was negotiated.
            #[must_use]
            pub fn connection(&self) -> &Connection<P> {
                self.0.driver().connection()
            }

            /// What happened besides the calls, oldest first.
            pub fn poll_notice(&mut self) -> Option<Notice> {
                self.0.driver_mut().poll_notice()
            }

            /// The transport. None when it is closed.
            #[must_use]
            pub fn get_ref(&self) -> Option<&S> {
                self.0.get_ref().map(|io| &io.0)
            }

            /// Gives back the memory of buffers that hold nothing. Waiting does so by itself; this
            /// is for streams that stay between two calls for long.
            pub fn release_memory(&mut self) {
                self.0.driver_mut().release_memory();
            }
        }

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Unpin for Stream<S, P> {}

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> fmt::Debug for Stream<S, P> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_tuple("Stream").field(&self.0).finish()
            }
        }
    };
}

pub(crate) use front_door;
