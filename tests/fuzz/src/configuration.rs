//! Who the ends are. All of it is the same at every start, so that an input does the same every
//! time.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use hyaline::crypto::CryptoProvider;
use hyaline::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName,
    UnixTime,
};
use hyaline::{
    ClientConfig, Identity, NamedGroup, RevocationLists, RootCertStore, SealedTickets,
    ServerConfig, SessionMemory, Staples,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber,
};

/// An Ed25519 key, whose signatures depend on nothing random.
const KEY: &str = include_str!("../../../runtime/src/certificate/test_keys/ed25519.pkcs8.pem");

/// The name of the server.
pub const NAME: &str = "localhost";

/// The time at which everything happens.
#[must_use]
pub fn now() -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000))
}

/// The name of the server, as a client calls it.
#[must_use]
pub fn server_name() -> ServerName<'static> {
    ServerName::try_from(NAME).expect("it is a host name")
}

/// Certificates that lead from the server's to a root, and a revocation list of its issuer.
pub struct Certificates {
    /// The root.
    pub root: CertificateDer<'static>,
    /// The server's, and the authority between the two.
    pub chain: Vec<CertificateDer<'static>>,
    /// What the root's authority has revoked.
    pub list: CertificateRevocationListDer<'static>,
    /// The key of all of them.
    pub key: PrivateKeyDer<'static>,
    /// The server's certificate, in PEM.
    pub pem: String,
    /// The list, in PEM.
    pub list_pem: String,
}

/// Those of this process.
pub static CERTIFICATES: LazyLock<Certificates> = LazyLock::new(Certificates::new);

/// The key, in PEM.
#[must_use]
pub const fn key_pem() -> &'static str {
    KEY
}

fn authority(name: &str, constraint: BasicConstraints) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(constraint);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.serial_number = Some(SerialNumber::from(1));
    parameters
}

impl Certificates {
    fn new() -> Self {
        let pair = || KeyPair::from_pem(KEY).expect("a key");
        let parameters = authority("Root", BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(parameters, pair()).expect("a root");
        let parameters = authority("Intermediate", BasicConstraints::Constrained(0));
        let between = CertifiedIssuer::signed_by(parameters, pair(), &root).expect("one between");
        let mut parameters = CertificateParams::new([NAME.to_owned()]).expect("a name");
        parameters.serial_number = Some(SerialNumber::from(2));
        let own = parameters.signed_by(&pair(), &between).expect("a certificate");
        let list = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2020, 1, 1),
            next_update: rcgen::date_time_ymd(2060, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&between).expect("a list");
        Self {
            root: root.der().clone(),
            chain: vec![own.der().clone(), between.der().clone()],
            list: list.der().clone(),
            key: PrivatePkcs8KeyDer::from(pair().serialize_der()).into(),
            pem: own.pem(),
            list_pem: list.pem().expect("a list in PEM"),
        }
    }

    /// Trust in the root alone.
    #[must_use]
    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).expect("a root");
        roots
    }

    /// Who the server is, and the client where it is asked.
    #[must_use]
    pub fn identity<P: CryptoProvider>(&self, provider: &P) -> Identity {
        let key = provider.load_key(&self.key).expect("a key");
        Identity::new(provider, self.chain.clone(), key).expect("an identity")
    }
}

/// A client and a server, which trust each other and may resume.
pub struct Both<P: CryptoProvider> {
    /// The client.
    pub client: Arc<ClientConfig<P>>,
    /// The server.
    pub server: Arc<ServerConfig<P>>,
}

impl<P: CryptoProvider> Both<P> {
    /// Bits of `choice`: 1 asks the client for a certificate, 2 has it demanded, 4 has the groups
    /// differ, so that a retry comes first, 8 makes records small, 16 is without the compatibility
    /// mode, 32 asks for OCSP responses, 64 asks revocation lists.
    #[must_use]
    pub fn new(provider: &P, choice: u8) -> Self {
        let has = |bit: u8| choice & bit != 0;
        let certificates = &*CERTIFICATES;
        let (x25519, p256) = (NamedGroup::X25519, NamedGroup::Secp256r1);
        let client = ClientConfig::builder_with_provider(provider.clone())
            .with_root_certificates(certificates.roots());
        let mut client = match has(1) {
            true => client.with_client_identity(certificates.identity(provider)),
            false => client.with_no_client_auth(),
        };
        client = client
            .with_sessions(Arc::new(SessionMemory::new(2)))
            .with_groups(&[x25519, p256])
            .expect("groups")
            .with_compatibility_mode(!has(16))
            .with_timestamps(has(32));
        if has(32) {
            client = client.with_staples(Staples::Asked);
        }
        if has(64) {
            let mut lists = RevocationLists::new();
            lists.add(&certificates.list).expect("a list");
            client = client.with_revocation_lists(lists.allow_unknown_revocation_status());
        }
        let server = ServerConfig::builder_with_provider(provider.clone());
        let roots = certificates.roots();
        let server = match (has(1), has(2)) {
            (true, true) => server.with_client_auth_required(roots).expect("roots"),
            (true, false) => server.with_client_auth_requested(roots).expect("roots"),
            (false, _) => server.with_no_client_auth(),
        };
        let mut server = server
            .with_identity(certificates.identity(provider))
            .with_session_tickets(Arc::new(SealedTickets::new(provider.clone())))
            .with_groups(if has(4) { &[NamedGroup::Secp256r1] } else { &[NamedGroup::X25519] })
            .expect("groups");
        if has(8) {
            server = server.with_record_size_limit(512).expect("a limit");
        }
        Self { client: Arc::new(client), server: Arc::new(server) }
    }
}
