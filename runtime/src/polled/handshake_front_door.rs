//! The public types of a front door that complete handshakes, once for all runtimes.

/// Makes them for what has these traits, beside what the macro `front_door` makes.
macro_rules! handshake_front_door {
    ($io:ident, $($bound:ident)+) => {
        use crate::AsyncWorker;
        use crate::polled::handshake::Handshake;

        /// Connects clients, each over a transport of its own.
        #[derive(Clone, Debug)]
        pub struct Connector<P: CryptoProvider = DefaultProvider> {
            config: Arc<ClientConfig<P>>,
            worker: Option<Arc<dyn AsyncWorker<P>>>,
        }

        impl<P: CryptoProvider> Connector<P> {
            /// Has `worker` do what its handshakes would do at once: path checks, signatures and
            /// the like ([`Work`]). The handshake waits for the answer, and other tasks go on; a
            /// handshake that is dropped drops the work that is under way. Without this the work is
            /// done at once. The [module](self#work-that-takes-its-time) has an example.
            #[must_use]
            pub fn with_worker(mut self, worker: Arc<dyn AsyncWorker<P>>) -> Self {
                self.worker = Some(worker);
                self
            }

            /// Completes a handshake with the server of this name over `transport`.
            pub fn connect<S: $($bound +)+ Unpin>(
                &self,
                name: ServerName<'_>,
                transport: S,
            ) -> Connect<S, P> {
                let connection = Connection::client(Arc::clone(&self.config), name.to_owned());
                Connect(Handshake::new(connection, $io(transport), self.worker.as_ref()))
            }

            /// The configuration of its clients.
            #[must_use]
            pub const fn config(&self) -> &Arc<ClientConfig<P>> {
                &self.config
            }
        }

        impl<P: CryptoProvider> From<Arc<ClientConfig<P>>> for Connector<P> {
            fn from(config: Arc<ClientConfig<P>>) -> Self {
                Self { config, worker: None }
            }
        }

        impl<P: CryptoProvider> From<ClientConfig<P>> for Connector<P> {
            fn from(config: ClientConfig<P>) -> Self {
                Self::from(Arc::new(config))
            }
        }

        /// Accepts clients, each over a transport of its own.
        #[derive(Clone, Debug)]
        pub struct Acceptor<P: CryptoProvider = DefaultProvider> {
            config: Arc<ServerConfig<P>>,
            worker: Option<Arc<dyn AsyncWorker<P>>>,
        }

        impl<P: CryptoProvider> Acceptor<P> {
            /// Has `worker` do what its handshakes would do at once; as
            /// [`Connector::with_worker`].
            #[must_use]
            pub fn with_worker(mut self, worker: Arc<dyn AsyncWorker<P>>) -> Self {
                self.worker = Some(worker);
                self
            }

            /// Completes a handshake with the client on the other end of `transport`.
            pub fn accept<S: $($bound +)+ Unpin>(&self, transport: S) -> Accept<S, P> {
                let connection = Connection::server(Arc::clone(&self.config));
                Accept(Handshake::new(connection, $io(transport), self.worker.as_ref()))
            }

            /// The configuration of its servers.
            #[must_use]
            pub const fn config(&self) -> &Arc<ServerConfig<P>> {
                &self.config
            }
        }

        impl<P: CryptoProvider> From<Arc<ServerConfig<P>>> for Acceptor<P> {
            fn from(config: Arc<ServerConfig<P>>) -> Self {
                Self { config, worker: None }
            }
        }

        impl<P: CryptoProvider> From<ServerConfig<P>> for Acceptor<P> {
            fn from(config: ServerConfig<P>) -> Self {
                Self::from(Arc::new(config))
            }
        }

        /// The handshake of a client, which becomes a [`Stream`]; [`Connector::connect`] begins it.
        ///
        /// Where it fails, an [`Error`] is inside of the [`io::Error`]. Before it is told, our
        /// alert is on its way, for which the peer gets [`ALERT_TIME`] at most; then the transport
        /// is closed.
        ///
        /// It has no end of its own: a peer that says nothing holds it up for ever, and so does a
        /// worker. Dropped before it is done, it closes the transport; the peer sees a handshake
        /// that was cut off. One that can be given up and taken up again is [`Stream::handshake`].
        #[must_use = "a handshake goes on when it is polled"]
        #[derive(Debug)]
        pub struct Connect<S: $($bound +)+ Unpin, P: CryptoProvider = DefaultProvider>(
            Handshake<$io<S>, P>,
        );

        /// The handshake of a server, which becomes a [`Stream`]; [`Acceptor::accept`] begins it.
        ///
        /// It fails, lasts and is given up as [`Connect`] is. A server bounds how long a stranger
        /// may hold it up, and drops it then.
        #[must_use = "a handshake goes on when it is polled"]
        #[derive(Debug)]
        pub struct Accept<S: $($bound +)+ Unpin, P: CryptoProvider = DefaultProvider>(
            Handshake<$io<S>, P>,
        );

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Connect<S, P> {
            /// The transport. None when it is closed.
            #[must_use]
            pub fn get_ref(&self) -> Option<&S> {
                self.0.get_ref().map(|io| &io.0)
            }
        }

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Accept<S, P> {
            /// The transport. None when it is closed.
            #[must_use]
            pub fn get_ref(&self) -> Option<&S> {
                self.0.get_ref().map(|io| &io.0)
            }
        }

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Unpin for Connect<S, P> {}
        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Unpin for Accept<S, P> {}

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Future for Connect<S, P> {
            type Output = io::Result<Stream<S, P>>;

            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                self.get_mut().0.poll(context).map_ok(Stream)
            }
        }

        impl<S: $($bound +)+ Unpin, P: CryptoProvider> Future for Accept<S, P> {
            type Output = io::Result<Stream<S, P>>;

            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                self.get_mut().0.poll(context).map_ok(Stream)
            }
        }
    };
}

pub(crate) use handshake_front_door;
