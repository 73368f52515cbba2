//! A server that chooses its configuration by the ClientHello.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::Stream;
use super::calls::NO_RESULT;
use super::deadline::{Deadline, Direction};
use super::system::AsFd;
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::driver::{Driver, Now};
use crate::{Call, ClientOffer, Connection, EchKey, Error, Refusal, ServerConfig};

/// Accepts clients for which the program chooses a configuration when it has their ClientHello: by
/// the name that they ask for, by what they speak, or by what it has loaded meanwhile from
/// somewhere else.
///
/// Where only the certificate depends on the client, an
/// [`IdentityResolver`](crate::IdentityResolver) in one configuration does.
///
/// ```
/// use std::collections::HashMap;
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use hyaline::blocking::{LazyAcceptor, Stream};
/// use hyaline::pki_types::{PrivateKeyDer, ServerName};
/// use hyaline::{ClientConfig, Refusal, RootCertStore, ServerConfig};
///
/// # fn config_for(
/// #     name: &str,
/// #     issuer: &rcgen::Issuer<'_, rcgen::KeyPair>,
/// # ) -> Result<Arc<ServerConfig>, Box<dyn std::error::Error>> {
/// #     let key = rcgen::KeyPair::generate()?;
/// #     let certificate =
/// #         rcgen::CertificateParams::new(vec![name.to_owned()])?.signed_by(&key, issuer)?;
/// #     Ok(Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(
/// #         vec![certificate.der().clone()],
/// #         PrivateKeyDer::try_from(key.serialize_der())?,
/// #     )?))
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let authority_key = rcgen::KeyPair::generate()?;
/// # let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
/// # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
/// # let authority = parameters.self_signed(&authority_key)?;
/// # let issuer = rcgen::Issuer::new(parameters, authority_key);
/// # let mut roots = RootCertStore::empty();
/// # roots.add(authority.der().clone())?;
/// let mut configs: HashMap<&str, Arc<ServerConfig>> = HashMap::new();
/// configs.insert("one.example", config_for("one.example", &issuer)?);
/// configs.insert("two.example", config_for("two.example", &issuer)?);
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?;
/// let server = std::thread::spawn(move || -> std::io::Result<()> {
///     let acceptor = LazyAcceptor::new().with_read_timeout(Duration::from_secs(10));
///     let (socket, _) = listener.accept()?;
///     let start = acceptor.accept(socket)?;
///     let asked = start.client_hello().server_name().unwrap_or_default().to_owned();
///     let Some(config) = configs.get(asked.as_str()) else {
///         return Err(start.refuse(Refusal::Name));
///     };
///     let mut stream = start.into_stream(Arc::clone(config))?;
///     stream.write_all(asked.as_bytes())?;
///     stream.close()
/// });
///
/// let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
/// let name = ServerName::try_from("two.example")?;
/// let mut stream = Stream::client(config, name, TcpStream::connect(address)?)?;
/// let mut heard = String::new();
/// stream.read_to_string(&mut heard)?;
/// stream.close()?;
/// assert_eq!(heard, "two.example");
/// server.join().expect("the server does not panic")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LazyAcceptor<P: CryptoProvider = DefaultProvider> {
    unconfigured: Arc<ServerConfig<P>>,
    time: Option<Duration>,
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
        Self { unconfigured: ServerConfig::unconfigured(provider), time: None }
    }

    /// Reads ClientHellos that are encrypted by these keys (RFC 9849), so that the program chooses
    /// by what is encrypted. Without this it sees what stands in the clear. The configurations that
    /// it chooses [need the same keys](ServerConfig::with_ech_keys).
    ///
    /// # Errors
    /// As [`ServerConfig::with_ech_keys`].
    pub fn with_ech_keys(mut self, keys: impl Into<Arc<[EchKey]>>) -> Result<Self, Error> {
        let unconfigured = ServerConfig::clone(&self.unconfigured);
        self.unconfigured = Arc::new(unconfigured.with_ech_keys(keys)?);
        Ok(self)
    }

    /// How long a client may take for its ClientHello, however many bytes trickle in; without this
    /// as long as the socket's own time says, and without either for ever. The stream that is made
    /// then has a [time of its own](Stream::set_read_timeout).
    #[must_use]
    pub const fn with_read_timeout(mut self, time: Duration) -> Self {
        self.time = Some(time);
        self
    }

    /// Waits for the ClientHello of the client on the other end of `socket`.
    ///
    /// # Errors
    /// What [`Stream::handshake`] fails with before it chooses: what is no TLS, a ClientHello that
    /// is badly made, an end of the transport. An [`Error`] is inside. The client is told by the
    /// same alert, for which it gets [`ALERT_TIME`](super::ALERT_TIME) at most. Then the socket is
    /// closed, and where the time was over it is closed at once.
    pub fn accept<S: AsFd>(&self, socket: S) -> io::Result<StartHandshake<S, P>> {
        let connection = Connection::server(Arc::clone(&self.unconfigured))?;
        let mut stream = Stream::new(connection, socket);
        stream.driver.listen();
        stream.set_read_timeout(self.time);
        let mut deadline = Deadline::of_call(stream.reading, Direction::Receive);
        match stream.hear(&mut deadline) {
            Ok(()) => {
                stream.set_read_timeout(None);
                Ok(StartHandshake { stream })
            }
            Err(error) => {
                if error != Error::Timeout {
                    // It tells the failure once more.
                    let _ = stream.close();
                }
                deadline.tell(Err(error))
            }
        }
    }
}

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Waits for the ClientHello of a client for which there is no configuration yet.
    fn hear(&mut self, deadline: &mut Deadline) -> Result<(), Error> {
        self.driver.start(Now::read(), Call::Handshake)?;
        let is_done = |driver: &Driver<_, P>| driver.has_heard() || driver.has_receive_result();
        self.drive_until(is_done, Direction::Receive, deadline)?;
        if self.driver.has_heard() {
            return Ok(());
        }
        self.driver.take_receive_result().unwrap_or(Err(NO_RESULT)).and(Err(NO_RESULT))
    }
}

/// A client whose ClientHello is there (RFC 9846 section 4.2.2), and who waits for the server's
/// answer; [`LazyAcceptor::accept`] has waited for it.
///
/// Nothing is sent and nothing more is received until the program has chosen, however long that
/// takes; the client may have gone meanwhile, which the handshake finds. Dropped, it closes the
/// socket, and the client is told nothing: [`refuse`](Self::refuse) tells it.
#[must_use = "the client waits for an answer"]
pub struct StartHandshake<S: AsFd, P: CryptoProvider = DefaultProvider> {
    stream: Stream<S, P>,
}

impl<S: AsFd, P: CryptoProvider> StartHandshake<S, P> {
    /// What the client offers. All of it is the client's word; nothing is proved.
    #[must_use]
    pub fn client_hello(&self) -> ClientOffer<'_> {
        self.stream.driver.client_hello()
    }

    /// A server with this configuration, whose handshake whatever call comes first completes, as
    /// with [`Stream::server`]. What has come from the client, early data too, is read by it from
    /// the first byte.
    ///
    /// # Errors
    /// As [`Connection::server`], and the socket is closed.
    pub fn into_stream(
        mut self,
        config: impl Into<Arc<ServerConfig<P>>>,
    ) -> Result<Stream<S, P>, Error> {
        self.stream.driver.configure(config.into())?;
        Ok(self.stream)
    }

    /// Refuses the client by an alert, for which it gets [`ALERT_TIME`](super::ALERT_TIME) at most;
    /// then the socket is closed.
    ///
    /// Returns why the connection has ended: what the client was told, as an [`Error`] inside; or
    /// how the transport ended before.
    pub fn refuse(mut self, refusal: Refusal) -> io::Error {
        self.stream.driver.refuse(refusal);
        let mut deadline = Deadline::after(None);
        let failed = match self.stream.drive(Direction::Receive, &mut deadline) {
            Ok(()) => self.stream.driver.take_receive_result().and_then(Result::err),
            Err(error) => Some(error),
        };
        // It tells the failure once more.
        let _ = self.stream.close();
        failed.unwrap_or(NO_RESULT).into()
    }

    /// Gives the socket back, and all bytes that have come from it: for a server that passes a
    /// client on to another one. None when it is closed.
    #[must_use]
    pub fn into_parts(mut self) -> Option<(S, Vec<u8>)> {
        let received = self.stream.driver.take_received();
        self.stream.driver.abort().map(|socket| (socket.into_inner(), received))
    }

    /// The socket. None when it is closed.
    #[must_use]
    pub fn get_ref(&self) -> Option<&S> {
        self.stream.get_ref()
    }
}

impl<S: AsFd, P: CryptoProvider> fmt::Debug for StartHandshake<S, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StartHandshake")
            .field("client_hello", &self.client_hello())
            .finish_non_exhaustive()
    }
}
