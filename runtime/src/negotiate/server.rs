//! Chooses from what a client offers.

use super::certificate_types::{self, ServersTypes};
use super::client::{check_context, is_for_certificate_verify};
use crate::config::PskExchange;
use crate::crypto::{HashAlgorithm, Suite};
use crate::error::Error;
use crate::identifiers::{CipherSuite, ExtensionType, HandshakeType, NamedGroup, SignatureScheme};
use crate::message::{AgreedTypes, Certificate, ClientHello, SessionId, Wanted};
use crate::record_size::RecordSizeLimit;

/// What a server can do. Each list is in descending order of preference, and that order counts more
/// than the client's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preferences<'a> {
    pub(crate) suites: &'a [CipherSuite],
    pub(crate) groups: &'a [NamedGroup],
    /// What our private key can make.
    pub(crate) schemes: &'a [SignatureScheme],
    pub(crate) certificate_types: ServersTypes,
    /// Empty: application protocols are not negotiated.
    pub(crate) application_protocols: &'a [Vec<u8>],
    /// The hash of a key that both sides have: a cipher suite with it comes first.
    pub(crate) key_hash: Option<HashAlgorithm>,
    /// Whether keys are exchanged where there is such a key.
    pub(crate) psk_exchange: PskExchange,
}

/// What a server has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) suite: CipherSuite,
    /// None: no keys are exchanged, which only a pre-shared key makes up for.
    pub(crate) group: Option<NamedGroup>,
    /// The client's public key for that group, not yet known to be a valid one. None: a
    /// HelloRetryRequest must ask for it.
    pub(crate) share: Option<Vec<u8>>,
    /// For our CertificateVerify. None is needed where a session is resumed.
    pub(crate) scheme: Option<SignatureScheme>,
    /// Which of the client's pre-shared keys is chosen.
    pub(crate) selected_identity: Option<u16>,
    pub(crate) application_protocol: Option<Vec<u8>>,
    /// To be echoed. Not empty in compatibility mode, in which this side must send a
    /// change_cipher_spec (RFC 9846 appendix E.4).
    pub(crate) session_id: SessionId,
    /// The client can use a ticket (RFC 9846 section 4.7.1).
    pub(crate) tickets_wanted: bool,
    /// What the client wants attached to our certificates.
    pub(crate) wanted: Wanted,
    /// By which algorithm our certificates are compressed.
    pub(crate) compression: Option<u16>,
    /// Of what type each side's certificate is.
    pub(crate) certificate_types: AgreedTypes,
    /// We would have preferred another group that the client may not have, so EncryptedExtensions
    /// should name ours (RFC 9846 section 4.3.7).
    pub(crate) groups_wanted: bool,
    pub(crate) early_data: EarlyDataChoice,
    /// How long a protected record the client receives, if it says so.
    pub(crate) record_size_limit: Option<RecordSizeLimit>,
}

/// What becomes of the early data of a client (RFC 9846 section 4.3.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EarlyDataChoice {
    /// It sends none.
    #[default]
    None,
    /// They are skipped.
    Rejected,
    /// They are accepted.
    Accepted {
        /// Up to so many bytes.
        limit: u32,
    },
}

/// Chooses from a ClientHello. Early data are rejected for now; the caller accepts them if a
/// session is resumed that allows them.
///
/// The group is our first for which the client has sent a share, or else our first that it
/// supports: a round trip costs more than a less preferred group.
///
/// # Errors
/// An extension is missing (RFC 9846 section 9.2), or the two sides have nothing in common.
pub(crate) fn select(
    preferences: &Preferences<'_>,
    hello: &ClientHello<'_>,
) -> Result<Selection, Error> {
    let has_key = hello.pre_shared_key.is_some();
    if has_key && hello.psk_key_exchange_modes.is_none() {
        // Section 4.3.9.
        return Err(missing(ExtensionType::PskKeyExchangeModes));
    }
    let certificate_types = match certificate_types::agree(preferences.certificate_types, hello) {
        Err(error) if !has_key => return Err(error),
        found => found.unwrap_or_default(),
    };
    let scheme = match scheme(preferences, hello) {
        Err(error) if !has_key => return Err(error),
        found => found.ok(),
    };
    let modes = hello.psk_key_exchange_modes.unwrap_or_default();
    let may_omit = has_key
        && preferences.psk_exchange.omits_exchange_with(modes)
        // Section 9.2: both or neither.
        && hello.groups.is_some() == hello.shares.is_some();
    let (group, share) = match exchange(preferences, hello) {
        Err(_) if may_omit => (None, None),
        found => found.map(|(group, share)| (Some(group), share))?,
    };

    let suite = suite(preferences, hello)?;
    let message = HandshakeType::ClientHello;
    let malformed = Error::Malformed { message, field: "legacy_session_id" };
    let session_id = SessionId::new(hello.session_id).ok_or(malformed)?;
    Ok(Selection {
        suite,
        group,
        share,
        scheme,
        selected_identity: None,
        application_protocol: select_protocol(preferences, hello)?,
        session_id,
        wanted: hello.wanted,
        compression: None,
        certificate_types,
        tickets_wanted: preferences.psk_exchange.has_exchange_with(modes)
            || preferences.psk_exchange.omits_exchange_with(modes),
        groups_wanted: group.is_some() && preferences.groups.first() != group.as_ref(),
        early_data: match hello.early_data {
            true => EarlyDataChoice::Rejected,
            false => EarlyDataChoice::None,
        },
        record_size_limit: hello.record_size_limit,
    })
}

/// The group, and the client's public key for it, if it has sent one.
///
/// # Errors
/// An extension is missing (RFC 9846 section 9.2), or there is no group in common.
pub(crate) fn exchange(
    preferences: &Preferences<'_>,
    hello: &ClientHello<'_>,
) -> Result<(NamedGroup, Option<Vec<u8>>), Error> {
    let groups = hello.groups.ok_or(missing(ExtensionType::SupportedGroups))?;
    let shares = hello.shares.ok_or(missing(ExtensionType::KeyShare))?;
    let shared = preferences
        .groups
        .iter()
        .copied()
        .filter(|group| groups.contains(*group))
        .find_map(|group| shares.find(group).map(|key| (group, Some(key.to_vec()))));
    match shared {
        Some(found) => Ok(found),
        None => Ok((groups.first_of(preferences.groups).ok_or(Error::NoCommonGroup)?, None)),
    }
}

/// The cipher suite: our first that the client offers, of those for the key that both sides have if
/// there is one (RFC 9846 section 4.3.11).
fn suite(preferences: &Preferences<'_>, hello: &ClientHello<'_>) -> Result<CipherSuite, Error> {
    let is_for_key = |number: &CipherSuite| {
        let suite = Suite::from_number(*number);
        suite.is_some_and(|suite| Some(suite.hash()) == preferences.key_hash)
    };
    let for_key: Vec<CipherSuite> = preferences.suites.iter().copied().filter(is_for_key).collect();
    hello
        .suites
        .first_of(&for_key)
        .or_else(|| hello.suites.first_of(preferences.suites))
        .ok_or(Error::NoCommonCipherSuite)
}

/// The scheme of our CertificateVerify.
///
/// # Errors
/// There is none in common, or the client has sent no list, which it may leave out only where it
/// offers a pre-shared key (RFC 9846 section 9.2).
pub(crate) fn scheme(
    preferences: &Preferences<'_>,
    hello: &ClientHello<'_>,
) -> Result<SignatureScheme, Error> {
    let schemes = hello.schemes.ok_or(missing(ExtensionType::SignatureAlgorithms))?;
    let suits =
        |scheme: &SignatureScheme| is_for_certificate_verify(*scheme) && schemes.contains(*scheme);
    preferences.schemes.iter().copied().find(suits).ok_or(Error::NoCommonSignatureScheme)
}

fn missing(extension: ExtensionType) -> Error {
    Error::MissingExtension { message: HandshakeType::ClientHello, extension }
}

/// RFC 7301 section 3.2.
fn select_protocol(
    preferences: &Preferences<'_>,
    hello: &ClientHello<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(offered) = hello.application_protocols else {
        return Ok(None);
    };
    if preferences.application_protocols.is_empty() {
        return Ok(None);
    }
    preferences
        .application_protocols
        .iter()
        .find(|ours| offered.iter().any(|theirs| theirs == ours.as_slice()))
        .map(|protocol| Some(protocol.clone()))
        .ok_or(Error::NoCommonApplicationProtocol)
}

/// Checks that the ClientHello after our HelloRetryRequest, which named `group` and no cookie, is
/// the first one with exactly the changes of RFC 9846 section 4.2.2.
///
/// Extensions that this library does not know may change: their own specifications may allow it.
pub(crate) fn check_second_client_hello(
    first: &ClientHello<'_>,
    second: &ClientHello<'_>,
    group: NamedGroup,
) -> Result<(), Error> {
    let same = [
        (first.random == second.random, "random"),
        (first.session_id == second.session_id, "legacy_session_id"),
        (first.suites == second.suites, "cipher_suites"),
        (first.server_name == second.server_name, "server_name"),
        (first.groups == second.groups, "supported_groups"),
        (first.schemes == second.schemes, "signature_algorithms"),
        (first.certificate_schemes == second.certificate_schemes, "signature_algorithms_cert"),
        (first.application_protocols == second.application_protocols, "protocol_name_list"),
        (first.psk_key_exchange_modes == second.psk_key_exchange_modes, "psk_key_exchange_modes"),
        (first.record_size_limit == second.record_size_limit, "record_size_limit"),
        (first.cookie == second.cookie, "cookie"),
        (first.wanted == second.wanted, "status_request"),
        (first.compressions == second.compressions, "compress_certificate"),
        (first.certificate_types == second.certificate_types, "certificate_type"),
        (first.authorities == second.authorities, "certificate_authorities"),
        (!second.early_data, "early_data"),
        (has_at_most(second, group), "key_share"),
    ];
    match same.into_iter().find(|(same, _)| !same) {
        Some((_, field)) => Err(Error::ClientHelloChanged { field }),
        None => Ok(()),
    }
}

/// Whether the shares are one for this group, or none. Where there is none, a row of the table
/// refuses the ClientHello.
fn has_at_most(hello: &ClientHello<'_>, group: NamedGroup) -> bool {
    hello.shares.is_some_and(|shares| {
        let mut shares = shares.iter();
        shares.next().is_none_or(|share| share.group == group) && shares.next().is_none()
    })
}

/// Checks the frame of a client's Certificate: its context is that of our request, which is empty
/// (RFC 9846 section 4.5.1), and what is attached was asked for. The chain, which may be empty, is
/// judged elsewhere.
pub(crate) fn check_certificate(certificate: &Certificate<'_>, asked: Wanted) -> Result<(), Error> {
    check_context(HandshakeType::Certificate, certificate.context)?;
    certificate.check_attached(asked)
}
