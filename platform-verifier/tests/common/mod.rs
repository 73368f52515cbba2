//! Authorities, the servers that they certify, and clients to meet them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "its callers are tests")]
#![allow(dead_code, reason = "each test uses a part")]

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyaline::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use hyaline::tokio::{Acceptor, Connector, Stream};
use hyaline::{Alert, CertificateError, ClientConfig, Error, ServerConfig};
use hyaline_platform_verifier::PlatformVerifier;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// A certification authority, which nobody trusts yet.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) root: CertificateDer<'static>,
    /// The same in PEM.
    pub(crate) file: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        Self::with_key(name, KeyPair::generate().unwrap())
    }

    pub(crate) fn with_key(name: &str, key: KeyPair) -> Self {
        let mut parameters = valid_now(CertificateParams::default());
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = parameters.self_signed(&key).unwrap();
        let (root, file) = (root.der().clone(), root.pem());
        Self { issuer: Issuer::new(parameters, key), root, file }
    }

    /// A client that trusts this authority beside those of the system.
    pub(crate) fn client(&self) -> ClientConfig {
        client(PlatformVerifier::with_extra_roots([self.root.clone()]).unwrap())
    }

    /// A server for `localhost` and 127.0.0.1.
    pub(crate) fn server(&self) -> ServerConfig {
        self.server_with(|_| ())
    }

    /// A server whose certificate has other contents.
    pub(crate) fn server_with(&self, change: impl FnOnce(&mut CertificateParams)) -> ServerConfig {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut parameters = valid_now(CertificateParams::new(names).unwrap());
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        change(&mut parameters);
        let key = KeyPair::generate().unwrap();
        let own = parameters.signed_by(&key, &self.issuer).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own], key).unwrap()
    }
}

/// Valid from yesterday on, for a month: systems are strict about longer times.
fn valid_now(mut parameters: CertificateParams) -> CertificateParams {
    let now = Duration::from_secs(UnixTime::now().as_secs());
    parameters.not_before = rcgen::date_time_ymd(1970, 1, 1) + now - DAY;
    parameters.not_after = parameters.not_before + 31 * DAY;
    parameters
}

/// A client that trusts whom this verifier accepts.
pub(crate) fn client(verifier: PlatformVerifier) -> ClientConfig {
    ClientConfig::builder().with_judge(Arc::new(verifier)).with_no_client_auth()
}

/// Both ends, behind the first data of the server and the tickets before them.
pub(crate) async fn connect(
    client: &ClientConfig,
    server: &ServerConfig,
    name: &str,
) -> [io::Result<Stream<DuplexStream>>; 2] {
    let (near, far) = duplex(1 << 16);
    let (connector, acceptor) = (Connector::from(client.clone()), Acceptor::from(server.clone()));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let called = async {
        let mut stream = connector.connect(name, near).await?;
        stream.read_exact(&mut [0]).await?;
        Ok(stream)
    };
    let accepted = async {
        let mut stream = acceptor.accept(far).await?;
        stream.write_all(b"!").await?;
        stream.flush().await?;
        Ok(stream)
    };
    let (called, accepted) = tokio::join!(called, accepted);
    [called, accepted]
}

/// Why a client refuses a server of this name, and which alert has come to the server.
pub(crate) async fn refusal(
    client: &ClientConfig,
    server: &ServerConfig,
    name: &str,
) -> (CertificateError, Alert) {
    let [called, accepted] = connect(client, server, name).await.map(|end| reason(end.err()));
    let Some(Error::Certificate(refusal)) = called else { panic!("{called:?}") };
    let Some(Error::PeerAlert(alert)) = accepted else { panic!("{accepted:?}") };
    (refusal, alert.known().unwrap())
}

/// Whether a client accepts a server of this name, and both have their data.
pub(crate) async fn accepts(client: &ClientConfig, server: &ServerConfig, name: &str) -> bool {
    connect(client, server, name).await.iter().all(Result::is_ok)
}

fn reason(error: Option<io::Error>) -> Option<Error> {
    error?.get_ref()?.downcast_ref::<Error>().cloned()
}
