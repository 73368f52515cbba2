//! Work as data: each kind with all that it needs, so that it can be done anywhere, at any time.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer, DnsName, ServerName, SubjectPublicKeyInfoDer, UnixTime};

use super::agreement::Agreement;
use super::handshake::PeerSignature;
use super::server_choice::ServerChoice;
use super::work::WorkNumber;
use crate::certificate::certificate_verify::SignedContent;
use crate::certificate::{Attached, Credential, Identity, PeerKey, Signer, check_public_key};
use crate::config::{ClientConfig, ServerConfig};
use crate::crypto::{CryptoProvider, DefaultProvider, Digest, Secret};
use crate::message::Authorities;
use crate::negotiate::client::scheme_for;
use crate::negotiate::server::Selection;
use crate::session::{Fingerprint, Session};
use crate::trust::Shown;
use crate::{CertificateError, CertificateType, Error, NamedGroup, SignatureScheme};

/// What costs, can fail or may be delegated, between the moment when a connection begins it and the
/// moment when it is [answered](super::Connection::handle_work).
///
/// `run` does it here and now. It may be sent to another thread first. Some kinds can be answered
/// by other means too: a [`PathCheck`] by a judgement of one's own, a [`SignatureRequest`] by a
/// service that holds the key, the choices of a certificate by a certificate of one's own.
#[derive(Debug)]
#[must_use = "the handshake waits for the answer"]
pub enum Work<P: CryptoProvider = DefaultProvider> {
    /// Make the key share that the next ClientHello carries.
    KeyShare(KeyShareRequest<P>),
    /// Compute the shared secret.
    Agreement(Agreement<P>),
    /// On a server: choose parameters and certificate.
    Selection(ServerChoice<P>),
    /// Judge the peer's certificates.
    PathCheck(PathCheck<P>),
    /// Check the signature of the peer's CertificateVerify.
    SignatureCheck(SignatureCheck<P>),
    /// On a client: choose the certificate.
    CertificateChoice(ClientChoice),
    /// Sign our own CertificateVerify.
    Signature(SignatureRequest),
}

impl<P: CryptoProvider> Work<P> {
    /// Does the work. `now` is the time by which certificates and tickets are judged.
    pub fn run(self, now: UnixTime) -> WorkDone<P> {
        match self {
            Self::KeyShare(work) => work.run(),
            Self::Agreement(work) => work.run(),
            Self::Selection(work) => work.run(now),
            Self::PathCheck(work) => work.run(now),
            Self::SignatureCheck(work) => work.run(),
            Self::CertificateChoice(work) => work.run(),
            Self::Signature(work) => work.run(),
        }
    }
}

impl<P: CryptoProvider> Work<P> {
    pub(super) const fn number(&self) -> WorkNumber {
        match self {
            Self::KeyShare(work) => work.number,
            Self::Agreement(work) => work.number,
            Self::Selection(work) => work.number,
            Self::PathCheck(work) => work.number,
            Self::SignatureCheck(work) => work.number,
            Self::CertificateChoice(work) => work.number,
            Self::Signature(work) => work.number,
        }
    }
}

/// An answer to no work of this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWork;

impl std::fmt::Display for UnknownWork {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the answer is to no outstanding work of this connection")
    }
}

impl std::error::Error for UnknownWork {}

/// The answer to [`Work`], for [`Connection::handle_work`](super::Connection::handle_work).
#[must_use = "the handshake waits for the answer"]
pub struct WorkDone<P: CryptoProvider = DefaultProvider> {
    pub(super) number: WorkNumber,
    pub(super) answer: Result<Answer<P>, Error>,
}

impl<P: CryptoProvider> std::fmt::Debug for WorkDone<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let failure = self.answer.as_ref().err();
        formatter.debug_struct("WorkDone").field("failure", &failure).finish_non_exhaustive()
    }
}

/// What came of work that did not fail.
pub(super) enum Answer<P: CryptoProvider> {
    KeyShare(Option<P::KeyExchange>),
    Agreed {
        share: Vec<u8>,
        /// None, where no keys are exchanged.
        secret: Option<Secret>,
    },
    Selected {
        hello: Vec<u8>,
        server_name: Option<DnsName<'static>>,
        selection: Selection,
        identity: Option<Arc<Identity>>,
        judged_by: Option<Fingerprint>,
        /// The session that is resumed.
        session: Option<Box<Session>>,
    },
    PathChecked {
        credential: Credential,
        key: PeerKey,
        /// By which name a client has called the server.
        called: Option<ServerName<'static>>,
    },
    SignatureChecked,
    CertificateChosen(Option<(Arc<Identity>, SignatureScheme)>),
    Signed(Vec<u8>),
}

macro_rules! opaque {
    ($($name:ident $(<$provider:ident>)?),+) => { $(
        impl $(<$provider: CryptoProvider>)? std::fmt::Debug for $name $(<$provider>)? {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+ };
}
opaque!(
    KeyShareRequest<P>,
    Agreement<P>,
    ServerChoice<P>,
    PathCheck<P>,
    SignatureCheck<P>,
    ClientChoice,
    SignatureRequest
);

pub(super) fn done<P: CryptoProvider>(
    number: WorkNumber,
    answer: Result<Answer<P>, Error>,
) -> WorkDone<P> {
    WorkDone { number, answer }
}

/// Make the key share that the next ClientHello carries.
pub struct KeyShareRequest<P: CryptoProvider = DefaultProvider> {
    pub(crate) number: WorkNumber,
    pub(crate) provider: P,
    /// None: a retry that only brings a cookie keeps the share.
    pub(crate) group: Option<NamedGroup>,
}

impl<P: CryptoProvider> KeyShareRequest<P> {
    /// Makes it.
    pub fn run(self) -> WorkDone<P> {
        let exchange = self.group.map(|group| self.provider.start_exchange(group)).transpose();
        done(self.number, exchange.map(Answer::KeyShare).map_err(Error::from))
    }
}

/// Judge the peer's certificates, or its raw public key.
pub struct PathCheck<P: CryptoProvider = DefaultProvider> {
    pub(crate) number: WorkNumber,
    pub(crate) judge: Judge<P>,
    pub(crate) credential: Credential,
    /// What is attached to each; empty where nothing is.
    pub(crate) attached: Vec<Attached>,
}

/// By whose configuration certificates are judged.
pub(crate) enum Judge<P: CryptoProvider> {
    Client(Arc<ClientConfig<P>>, ServerName<'static>),
    Server(Arc<ServerConfig<P>>),
}

impl<P: CryptoProvider> PathCheck<P> {
    /// The peer's certificates, its own first; empty where it shows a raw public key.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        self.credential.chain()
    }

    /// What the peer shows in place of certificates (RFC 7250), where the configuration
    /// [takes raw public keys](crate::RawPublicKeys). The bytes are as they came: they may be no
    /// SubjectPublicKeyInfo.
    #[must_use]
    pub fn raw_public_key(&self) -> Option<&SubjectPublicKeyInfoDer<'static>> {
        self.credential.raw_public_key()
    }

    /// The OCSP responses in DER that came with them, for each certificate its own, where any came.
    /// The configuration [says whether they are asked for](crate::ClientConfig::with_staples).
    pub fn staples(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.attached.iter().map(|attached| attached.staple.as_deref())
    }

    /// The signed certificate timestamps that came with the peer's own certificate (RFC 6962
    /// section 3.3), as a SignedCertificateTimestampList. They are not looked at here. The
    /// configuration [says whether they are asked for](crate::ClientConfig::with_timestamps).
    #[must_use]
    pub fn timestamps(&self) -> Option<&[u8]> {
        self.attached.first()?.timestamps.as_deref()
    }

    /// The name for which a server's certificate must be valid; none for a client's. Where the
    /// server has not read an encrypted ClientHello this is the public name, and not the one that
    /// was called (RFC 9849 section 6.1.7).
    #[must_use]
    pub fn server_name(&self) -> Option<&ServerName<'static>> {
        match &self.judge {
            Judge::Client(_, name) => Some(name),
            Judge::Server(_) => None,
        }
    }

    /// Judges them as the configuration says, at this time.
    pub fn run(self, now: UnixTime) -> WorkDone<P> {
        let trust = match &self.judge {
            Judge::Client(config, _) => Some(config.trust()),
            Judge::Server(config) => config.client_auth().trust(),
        };
        let shown = |chain| Shown { chain, attached: &self.attached };
        let key = match (trust, &self.credential, &self.judge) {
            (None, ..) => Err(CertificateError::UnknownIssuer),
            (Some(trust), Credential::RawPublicKey(key), _) => trust.judge_raw_public_key(key),
            (Some(trust), Credential::Chain(chain), Judge::Client(_, name)) => {
                trust.judge_server(shown(chain), name, now)
            }
            (Some(trust), Credential::Chain(chain), Judge::Server(_)) => {
                trust.judge_client(shown(chain), now)
            }
        };
        self.answer(key)
    }

    /// Accepts or refuses them by a judgement of the program's own, which takes the place of the
    /// configuration's. That the peer owns the key is checked all the same.
    ///
    /// When the session is resumed later, nobody is asked again: its peer is the one that was
    /// judged. Where the judgement must be made each time, a client is configured [without
    /// resumption](crate::ClientConfig::without_resumption), and a server with no tickets. The
    /// session counts as one that the configuration's own trust has accepted: a
    /// [`ServerJudge`](crate::ServerJudge) in the configuration has sessions of its own.
    pub fn judged(self, verdict: Result<(), CertificateError>) -> WorkDone<P> {
        let key = verdict.and_then(|()| match &self.credential {
            Credential::Chain(chain) => {
                PeerKey::of(chain.first().ok_or(CertificateError::NoServerCertificate)?)
            }
            Credential::RawPublicKey(key) => match check_public_key(key) {
                Ok(_) => Ok(PeerKey(key.as_ref().clone())),
                Err(_) => Err(CertificateError::BadPublicKey),
            },
        });
        self.answer(key)
    }

    fn answer(self, key: Result<PeerKey, CertificateError>) -> WorkDone<P> {
        let called = match self.judge {
            Judge::Client(_, name) => Some(name),
            Judge::Server(_) => None,
        };
        let credential = self.credential;
        let answer = key.map(|key| Answer::PathChecked { credential, key, called });
        done(self.number, answer.map_err(Error::from))
    }
}

/// Check the signature of the peer's CertificateVerify.
pub struct SignatureCheck<P: CryptoProvider = DefaultProvider> {
    pub(crate) number: WorkNumber,
    pub(crate) provider: P,
    pub(crate) key: PeerKey,
    pub(crate) signer: Signer,
    pub(crate) signed: Digest,
    pub(crate) signature: PeerSignature,
}

impl<P: CryptoProvider> SignatureCheck<P> {
    /// Checks it.
    pub fn run(self) -> WorkDone<P> {
        let PeerSignature { scheme, signature } = &self.signature;
        let checked = self.key.check_certificate_verify(
            &self.provider,
            self.signer,
            &self.signed,
            *scheme,
            signature,
        );
        done(self.number, checked.map(|()| Answer::SignatureChecked))
    }
}

/// On a client: choose the certificate that a server has asked for.
pub struct ClientChoice {
    pub(crate) number: WorkNumber,
    pub(crate) configured: Option<Arc<Identity>>,
    pub(crate) schemes: Vec<SignatureScheme>,
    /// As in the server's message.
    pub(crate) authorities: Box<[u8]>,
    pub(crate) certificate_type: CertificateType,
}

impl ClientChoice {
    /// The schemes that the server accepts, in its order of preference.
    #[must_use]
    pub fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    /// The distinguished names, in DER, of the authorities under which the server wants a
    /// certificate (RFC 9846 section 4.3.4); none where it says nothing of that.
    /// [`Identity::is_under`] compares them.
    pub fn authorities(&self) -> impl Iterator<Item = &[u8]> {
        Authorities { list: &self.authorities }.iter()
    }

    /// What the server wants to be shown: certificates, or a raw public key (RFC 7250). It chooses
    /// among what the configured identity [can show](Identity::certificate_types).
    #[must_use]
    pub const fn certificate_type(&self) -> CertificateType {
        self.certificate_type
    }

    /// Chooses the configured certificate, if there is one whose key the server accepts.
    pub fn run<P: CryptoProvider>(mut self) -> WorkDone<P> {
        let identity = self.configured.take();
        self.run_with(identity)
    }

    /// Chooses this certificate, if the server accepts its type and its key; else none.
    pub fn run_with<P: CryptoProvider>(self, identity: Option<Arc<Identity>>) -> WorkDone<P> {
        let chosen = identity.and_then(|identity| {
            let scheme = scheme_for(&self.schemes, identity.schemes())?;
            let is_wanted = identity.certificate_types().contains(&self.certificate_type);
            is_wanted.then_some((identity, scheme))
        });
        done(self.number, Ok(Answer::CertificateChosen(chosen)))
    }
}

/// Sign our own CertificateVerify.
pub struct SignatureRequest {
    pub(crate) number: WorkNumber,
    pub(crate) identity: Arc<Identity>,
    pub(crate) signer: Signer,
    pub(crate) signed: Digest,
    pub(crate) scheme: SignatureScheme,
}

impl SignatureRequest {
    /// The scheme under which to sign.
    #[must_use]
    pub fn scheme(&self) -> SignatureScheme {
        self.scheme
    }

    /// All that is to be signed (RFC 9846 section 4.5.2). The scheme's hash is applied to it.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        SignedContent::new(self.signer, &self.signed).as_bytes().to_vec()
    }

    /// The certificates of the key that is to sign, our own first; empty where there is only a raw
    /// public key.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        self.identity.chain()
    }

    /// Whose signature it is to be, with all that may be shown of it.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Signs with the identity's key.
    pub fn run<P: CryptoProvider>(self) -> WorkDone<P> {
        let signature =
            self.identity.sign_certificate_verify(self.signer, &self.signed, self.scheme);
        done(self.number, signature.map(Answer::Signed))
    }

    /// Answers with a signature that was made elsewhere; none, where none could be made.
    pub fn signed<P: CryptoProvider>(self, signature: Option<Vec<u8>>) -> WorkDone<P> {
        done(self.number, signature.map(Answer::Signed).ok_or(Error::SigningFailed))
    }
}
