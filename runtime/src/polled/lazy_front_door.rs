//! The public types of a front door for servers that choose a configuration by the ClientHello,
//! once for all runtimes.

/// Makes them for what has these traits, beside what the macro `front_door` makes.
macro_rules! lazy_front_door {
    ($io:ident, $($bound:ident)+) => {
        use crate::{ClientOffer, Refusal};

        /// Accepts clients for which the program chooses a configuration when it has their
        /// ClientHello: by the name that they ask for, by what they speak, or by what it has loaded
        /// meanwhile from somewhere else.
        ///
        /// Where only the certificate depends on the client, an
        /// [`IdentityResolver`](crate::IdentityResolver) in one configuration does. The
        /// [module](self) has a whole server.
        #[derive(Clone, Debug)]
        pub struct LazyAcceptor<P: CryptoProvider = DefaultProvider> {
            unconfigured: Arc<ServerConfig<P>>,
            worker: Option<Arc<dyn AsyncWorker<P>>>,
        }

        impl LazyAcceptor {
            /// Accepts for configurations that run on the default provider.
            #[must_use]
            pub fn new() -> Self {
                Self::with_provider(DefaultProvider)
            }
        }

        impl Default for LazyAcceptor {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<P: CryptoProvider> LazyAcceptor<P> {
            /// Accepts for configurations that run on `provider`.
            #[must_use]
            pub fn with_provider(provider: P) -> Self {
                Self { unconfigured: ServerConfig::unconfigured(provider), worker: None }
            }

            /// Reads ClientHellos that are encrypted by these keys (RFC 9849), so that the program
            /// chooses by what is encrypted. Without this it sees what stands in the clear. The
            /// configurations that it chooses
            /// [need the same keys](ServerConfig::with_ech_keys).
            ///
            /// # Errors
            /// As [`ServerConfig::with_ech_keys`].
            pub fn with_ech_keys(
                mut self,
                keys: impl Into<Arc<[crate::EchKey]>>,
            ) -> Result<Self, crate::Error> {
                let unconfigured = ServerConfig::clone(&self.unconfigured);
                self.unconfigured = Arc::new(unconfigured.with_ech_keys(keys)?);
                Ok(self)
            }

            /// Has `worker` do what the handshakes would do at once, with whichever configuration;
            /// as [`Connector::with_worker`].
            #[must_use]
            pub fn with_worker(mut self, worker: Arc<dyn AsyncWorker<P>>) -> Self {
                self.worker = Some(worker);
                self
            }

            /// Waits for the ClientHello of the client on the other end of `transport`.
            pub fn accept<S: $($bound +)+ Unpin>(&self, transport: S) -> LazyAccept<S, P> {
                let connection = Connection::server(Arc::clone(&self.unconfigured));
                let worker = self.worker.as_ref();
                LazyAccept(Handshake::listening(connection, $io(transport), worker))
            }
        }

        /// The wait for a ClientHello, which becomes a [`StartHandshake`]; [`LazyAcceptor::accept`]
        /// begins it.
        ///
        /// What an [`Accept`] refuses before it chooses is refused here by the same alert and told
        /// by the same [`Error`]: what is no TLS, a ClientHello that is badly made, an end of the
        /// transport. It lasts and is given up as that: it has no end of its own, and dropped it
        /// closes the transport. A server bounds how long a stranger may hold it up, and drops it
        /// then. Between two polls nothing is lost.
        #[must_use = "a handshake goes on when it is polled"]
        #[derive(Debug)]
        pub struct LazyAccept<S: $($bound +)+ Unpin, P: CryptoProvider = DefaultProvider>(
            Handshake<$io<S>, P>,
        );

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> LazyAccept<S, P> {
            /// The transport. None when it is closed.
            #[must_use]
            pub fn get_ref(&self) -> Option<&S> {
                self.0.get_ref().map(|io| &io.0)
            }
        }

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Unpin for LazyAccept<S, P> {}

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Future for LazyAccept<S, P> {
            type Output = io::Result<StartHandshake<S, P>>;

            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                self.get_mut().0.poll_client_hello(context).map_ok(StartHandshake)
            }
        }

        /// A client whose ClientHello is there (RFC 9846 section 4.2.2), and who waits for the
        /// server's answer.
        ///
        /// Nothing is sent and nothing more is received until the program has chosen, however long
        /// that takes; the client may have gone meanwhile, which the handshake finds. Dropped, it
        /// closes the transport, and the client is told nothing: [`refuse`](Self::refuse) tells it.
        #[must_use = "the client waits for an answer"]
        pub struct StartHandshake<S: $($bound +)+ Unpin, P: CryptoProvider = DefaultProvider>(
            TaskStream<$io<S>, P>,
        );

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> StartHandshake<S, P> {
            /// What the client offers. All of it is the client's word; nothing is proved.
            #[must_use]
            pub fn client_hello(&self) -> ClientOffer<'_> {
                self.0.client_hello()
            }

            /// Completes the handshake with this configuration, as [`Acceptor::accept`] does with
            /// its own. What has come from the client, early data too, is read by that connection
            /// from the first byte.
            pub fn into_stream(self, config: impl Into<Arc<ServerConfig<P>>>) -> Accept<S, P> {
                Accept(Handshake::configured(self.0, config.into()))
            }

            /// The same, but the handshake is left to whatever call comes first, as
            /// [`Stream::server`] leaves it: for servers that take
            /// [early data](Stream::early_data) as they come, or
            /// [delegate work](Stream::delegate_work).
            ///
            /// # Errors
            /// As [`Connection::server`], and the transport is closed.
            pub fn begin(
                mut self,
                config: impl Into<Arc<ServerConfig<P>>>,
            ) -> Result<Stream<S, P>, Error> {
                self.0.configure(config.into())?;
                Ok(Stream(self.0))
            }

            /// Refuses the client by an alert, for which it gets [`ALERT_TIME`] at most; then the
            /// transport is closed.
            ///
            /// Returns why the connection has ended: what the client was told, as an [`Error`]
            /// inside; or how the transport ended before.
            pub async fn refuse(self, refusal: Refusal) -> io::Error {
                let mut refused = Handshake::refused(self.0, refusal);
                match poll_fn(|context| refused.poll(context)).await {
                    Err(error) => error,
                    Ok(_) => Error::Internal("a refused client was accepted").into(),
                }
            }

            /// Gives the transport back, and all bytes that have come from it: for a server that
            /// passes a client on to another one. None when it is closed.
            #[must_use]
            pub fn into_parts(mut self) -> Option<(S, Vec<u8>)> {
                self.0.give_back().map(|(io, received)| (io.0, received))
            }

            /// The transport. None when it is closed.
            #[must_use]
            pub fn get_ref(&self) -> Option<&S> {
                self.0.get_ref().map(|io| &io.0)
            }
        }

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Unpin for StartHandshake<S, P> {}

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> fmt::Debug for StartHandshake<S, P> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .debug_struct("StartHandshake")
                    .field("client_hello", &self.client_hello())
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use lazy_front_door;
