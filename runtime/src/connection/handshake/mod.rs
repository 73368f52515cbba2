//! What the handshake needs and the connection does not: dropped when it is complete.
//!
//! Parts of the handshake go through stages, and each stage owns what its actions need: how the
//! parameters are agreed on ([`ClientStage`], [`ServerStage`]), which keys there are
//! ([`KeyStage`]), how the peer shows who it is ([`PeerStage`]), and how we do ([`OwnStage`]).
//! Which action comes next is for the table to say. The action takes its input out of the stage
//! that has it.

mod authentication;
mod client;
mod encrypted;
mod server;

use std::borrow::Cow;

use rustls_pki_types::ServerName;

pub(crate) use self::authentication::{OwnStage, PeerSignature, PeerStage};
pub(crate) use self::client::ClientStage;
pub(crate) use self::server::{Retried, ServerStage};
use super::agreement::Agreement;
use super::ech::{ClientEch, ServerEch};
use super::keys::KeyStage;
use super::task::Work;
use super::work::WorkNumber;
use crate::config::{EchOffer, Lists};
use crate::crypto::CryptoProvider;
use crate::host_name::host_name;
use crate::message::{AgreedTypes, Grease, SessionId, Wanted};
use crate::negotiate::client::Offer;
use crate::record_size::RecordSizeLimit;
use crate::session::{Fingerprint, Session};
use crate::transcript::Transcript;
use crate::{ClientConfig, Error};

/// An action came at a stage that has no input for it.
///
/// Actions are total, and the compiler does not know in which order the table's rows perform them.
/// So an action has something to say where it finds nothing, too: there is a mistake in the table,
/// and the connection ends with `internal_error`.
pub(crate) const MISPLACED: Error = Error::Internal("an action came where its input is not");

/// The data of a handshake that is not complete.
pub(crate) struct Handshake<P: CryptoProvider> {
    pub(crate) transcript: Transcript<P>,
    /// Our own random value; on a client the offer has it too.
    pub(crate) random: [u8; 32],
    /// The client's random value, for the key log. On a server: once a ClientHello has come.
    pub(crate) client_random: [u8; 32],
    pub(crate) negotiation: Negotiation<P>,
    /// How far a client has come with the encryption of its ClientHello.
    pub(crate) client_ech: ClientEch<P>,
    /// What a server knows of it; none before the first ClientHello.
    pub(crate) server_ech: Option<ServerEch>,
    pub(crate) keys: KeyStage,
    pub(crate) peer: PeerStage,
    pub(crate) own: OwnStage,
    /// What the peer wants attached to our certificates.
    pub(crate) wanted: Wanted,
    /// By which algorithm our certificates are compressed.
    pub(crate) compression: Option<u16>,
    /// Of what type each side's certificate is.
    pub(crate) certificate_types: AgreedTypes,
    /// The server that a client has called: by that name its certificate is judged.
    pub(crate) called: Option<ServerName<'static>>,
    /// The session that is offered, and then the one that is resumed.
    pub(crate) session: Option<Box<Session>>,
    /// On a client: the early data that it was given, as long as they may be sent.
    pub(crate) early_data: Option<Vec<u8>>,
    /// On a server whose client asks for it: how long protected records may be that are received,
    /// from those under the handshake's keys on. The keys of early data come before (RFC 8449
    /// section 4).
    pub(crate) receive_limit: Option<RecordSizeLimit>,
    /// On a server that hands out tickets: its fingerprint as the judge of clients.
    pub(crate) judged_by: Option<Fingerprint>,
    /// Work that was begun, and is not taken.
    pub(crate) work: Option<Work<P>>,
    /// Messages that came in one record behind the message that caused work: fewer bytes than a
    /// record.
    pub(crate) behind: Vec<u8>,
    /// Our last message. On a client its ClientHello, until the answer is there.
    pub(crate) message: Vec<u8>,
}

/// How the two sides agree on parameters.
#[allow(clippy::large_enum_variant)] // It goes with the handshake, which has a box of its own.
pub(crate) enum Negotiation<P: CryptoProvider> {
    Client(ClientStage<P>),
    Server(ServerStage),
}

impl<P: CryptoProvider> Negotiation<P> {
    /// The offer of a first ClientHello that is not written yet.
    pub(crate) const fn offering(&mut self) -> Option<&mut Offer> {
        match self {
            Self::Client(ClientStage::Offering { offer, .. }) => Some(offer),
            _ => None,
        }
    }
}

impl<P: CryptoProvider> Handshake<P> {
    pub(crate) fn client(
        provider: &P,
        config: &ClientConfig<P>,
        name: ServerName<'static>,
    ) -> Result<Self, Error> {
        let random = random_bytes(provider)?;
        let session_id = match config.compatibility_mode() {
            true => random_bytes::<32, _>(provider)?.into(),
            false => SessionId::default(),
        };
        let grease = match config.sends_grease() {
            true => Some(grease(provider)?),
            false => None,
        };
        let server_name = match &name {
            ServerName::DnsName(name) => {
                host_name(name.as_ref().as_bytes()).map(|host| match host == *name {
                    // A name that the program has for good is not copied.
                    true => name.clone(),
                    false => host.to_owned(),
                })
            }
            // RFC 6066 section 3: literal addresses are not sent.
            _ => None,
        };
        let Lists { cipher_suites, groups, alpn_protocols, authorities, compressions } =
            config.lists().clone();
        let stage = ClientStage::new(Offer {
            random,
            session_id,
            suites: cipher_suites,
            groups,
            shares: Vec::new(),
            schemes: Cow::Borrowed(provider.verification_schemes()),
            certificate_schemes: Vec::new(),
            application_protocols: alpn_protocols,
            server_name,
            record_size_limit: config.record_size_limit(),
            cookie: None,
            wanted: config.wanted(),
            authorities,
            compressions,
            certificate_types: config.certificate_types(),
            // An external key is offered with its mode, too.
            tickets: config.sessions().is_some() || config.external_key().is_some(),
            retried: None,
            session: None,
            early_data: false,
            psk_exchange: config.psk_exchange(),
            has_ech: !matches!(config.ech(), EchOffer::Nothing),
            grease,
        })?;
        let handshake = Self::new(random, random, Negotiation::Client(stage));
        let client_ech = ClientEch::new(config.ech());
        Ok(Self { called: Some(name), client_ech, ..handshake })
    }

    pub(crate) fn server(provider: &P) -> Result<Self, Error> {
        let stage = ServerStage::Waiting { retried: None };
        Ok(Self::new(random_bytes(provider)?, [0; 32], Negotiation::Server(stage)))
    }

    fn new(random: [u8; 32], client_random: [u8; 32], negotiation: Negotiation<P>) -> Self {
        Self {
            transcript: Transcript::new(),
            random,
            client_random,
            negotiation,
            client_ech: ClientEch::default(),
            server_ech: None,
            keys: KeyStage::default(),
            peer: PeerStage::default(),
            own: OwnStage::default(),
            wanted: Wanted::default(),
            compression: None,
            certificate_types: AgreedTypes::default(),
            called: None,
            session: None,
            early_data: None,
            receive_limit: None,
            judged_by: None,
            work: None,
            behind: Vec::new(),
            message: Vec::new(),
        }
    }

    /// The handshake that is under way.
    pub(crate) fn of(handshake: &mut Option<Box<Self>>) -> Result<&mut Self, Error> {
        handshake.as_deref_mut().ok_or(MISPLACED)
    }

    /// The stage of a client.
    pub(crate) const fn client_stage(&mut self) -> Result<&mut ClientStage<P>, Error> {
        match &mut self.negotiation {
            Negotiation::Client(stage) => Ok(stage),
            Negotiation::Server(_) => Err(MISPLACED),
        }
    }

    /// The stage of a server.
    pub(crate) const fn server_stage(&mut self) -> Result<&mut ServerStage, Error> {
        match &mut self.negotiation {
            Negotiation::Client(_) => Err(MISPLACED),
            Negotiation::Server(stage) => Ok(stage),
        }
    }

    /// The work that computes the shared secret.
    pub(crate) fn agree(&mut self, number: WorkNumber, provider: P) -> Result<Agreement<P>, Error> {
        let (begun, group, peer_share) = match &mut self.negotiation {
            Negotiation::Client(stage) => {
                let (begun, group, share) = stage.agree()?;
                (Some(begun), group, share)
            }
            Negotiation::Server(stage) => {
                let (group, share) = stage.agree()?;
                (None, group, share)
            }
        };
        Ok(Agreement { number, provider, group, begun, peer_share })
    }
}

/// Reserved values that mean nothing (GREASE, RFC 8701), drawn now.
pub(super) fn grease<P: CryptoProvider>(provider: &P) -> Result<Grease, Error> {
    random_bytes(provider).map(Grease::new)
}

fn random_bytes<const N: usize, P: CryptoProvider>(provider: &P) -> Result<[u8; N], Error> {
    let mut random = [0; N];
    provider.fill(&mut random).map_err(|_| Error::NoRandomness)?;
    Ok(random)
}
