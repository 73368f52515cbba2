//! What the handshake needs and the connection does not: dropped when it is complete.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer, ServerName};

use crate::certificate::{Identity, PeerKey};
use crate::crypto::{CryptoProvider, Digest, Secret, Suite};
use crate::host_name::host_name;
use crate::key_schedule::{HandshakeSecrets, TrafficSecret};
use crate::negotiate::client::Offer;
use crate::negotiate::server::Selection;
use crate::transcript::Transcript;
use crate::{CipherSuite, ClientConfig, Error, NamedGroup, SignatureScheme};

/// A signature of the peer's, to be checked.
#[derive(Clone)]
pub(crate) struct PeerSignature {
    pub(crate) scheme: SignatureScheme,
    pub(crate) signature: Vec<u8>,
}

/// What a HelloRetryRequest asked for.
#[derive(Clone)]
pub(crate) struct Retry {
    pub(crate) suite: CipherSuite,
    pub(crate) group: Option<NamedGroup>,
    pub(crate) cookie: Option<Vec<u8>>,
}

/// The data of a handshake that is not complete.
pub(crate) struct Handshake<P: CryptoProvider> {
    pub(crate) transcript: Transcript<P>,
    /// Our own random value; on a client it stands in the offer too.
    pub(crate) random: [u8; 32],
    /// The client's random value, for the key log.
    pub(crate) client_random: [u8; 32],
    pub(crate) suite: Option<Suite>,
    pub(crate) shared: Option<Secret>,
    pub(crate) secrets: Option<HandshakeSecrets>,
    /// Derived for both directions at once and installed one by one.
    pub(crate) client_application: Option<TrafficSecret>,
    pub(crate) server_application: Option<TrafficSecret>,
    pub(crate) peer_chain: Vec<CertificateDer<'static>>,
    pub(crate) peer_key: Option<PeerKey>,
    pub(crate) peer_signature: Option<PeerSignature>,
    /// What the peer's signature covers, or ours.
    pub(crate) signed: Option<Digest>,
    pub(crate) own_signature: Vec<u8>,
    /// Who we are, and the scheme for our CertificateVerify; none: we have no suitable certificate.
    pub(crate) identity: Option<(Arc<Identity>, SignatureScheme)>,

    // Of a client.
    pub(crate) offer: Option<Offer>,
    pub(crate) exchange: Option<P::KeyExchange>,
    pub(crate) retry: Option<Retry>,
    pub(crate) peer_share: Option<(NamedGroup, Vec<u8>)>,
    /// The schemes that the server's CertificateRequest lists.
    pub(crate) accepted_schemes: Vec<SignatureScheme>,

    // Of a server.
    pub(crate) first_hello: Option<Vec<u8>>,
    pub(crate) hello: Option<Vec<u8>>,
    pub(crate) selection: Option<Selection>,
    pub(crate) own_share: Vec<u8>,
}

impl<P: CryptoProvider> Handshake<P> {
    pub(crate) fn client(
        provider: &P,
        config: &ClientConfig<P>,
        name: &ServerName<'static>,
    ) -> Result<Self, Error> {
        let mut handshake = Self::empty(provider)?;
        let mut session_id = Vec::new();
        if config.compatibility_mode() {
            session_id = vec![0; 32];
            provider.fill(&mut session_id).map_err(|_| Error::NoRandomness)?;
        }
        let server_name = match name {
            ServerName::DnsName(name) => {
                host_name(name.as_ref().as_bytes()).map(|name| name.to_owned())
            }
            // RFC 6066 section 3: literal addresses are not sent.
            _ => None,
        };
        handshake.client_random = handshake.random;
        handshake.offer = Some(Offer {
            random: handshake.random,
            session_id,
            suites: config.cipher_suites().to_vec(),
            groups: config.groups().to_vec(),
            shares: Vec::new(),
            schemes: provider.verification_schemes().to_vec(),
            certificate_schemes: Vec::new(),
            application_protocols: config.alpn_protocols().to_vec(),
            server_name,
            cookie: None,
            tickets: config.tickets(),
            retried: None,
        });
        Ok(handshake)
    }

    pub(crate) fn server(provider: &P) -> Result<Self, Error> {
        Self::empty(provider)
    }

    fn empty(provider: &P) -> Result<Self, Error> {
        let mut random = [0; 32];
        provider.fill(&mut random).map_err(|_| Error::NoRandomness)?;
        Ok(Self {
            transcript: Transcript::new(),
            random,
            client_random: [0; 32],
            suite: None,
            shared: None,
            secrets: None,
            client_application: None,
            server_application: None,
            peer_chain: Vec::new(),
            peer_key: None,
            peer_signature: None,
            signed: None,
            own_signature: Vec::new(),
            identity: None,
            offer: None,
            exchange: None,
            retry: None,
            peer_share: None,
            accepted_schemes: Vec::new(),
            first_hello: None,
            hello: None,
            selection: None,
            own_share: Vec::new(),
        })
    }
}
