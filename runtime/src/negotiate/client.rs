//! Checks a server's answers against what was offered.

#[cfg(test)]
pub(crate) use super::hello::client_hello;
pub(crate) use super::hello::write_client_hello;
pub(crate) use super::offer::{Offer, Retry};

use super::certificate_types;
use crate::crypto::Suite;
use crate::error::Error;
use crate::identifiers::{CipherSuite, ExtensionType, HandshakeType, NamedGroup, SignatureScheme};
use crate::message::{
    CertificateRequest, CertificateVerify, EncryptedExtensions, HelloRetryRequest, KeyShare,
    PSK_DHE_KE, PSK_KE, ServerHello,
};
use crate::session::Session;

/// What a ServerHello settles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen<'a> {
    pub(crate) suite: CipherSuite,
    /// None: no keys are exchanged, and there is no public key.
    pub(crate) group: Option<NamedGroup>,
    /// The server's public key, not yet known to be a valid one.
    pub(crate) public_key: &'a [u8],
    /// The server uses the pre-shared key that was offered.
    pub(crate) resumes: bool,
}

/// Checks a ServerHello (RFC 9846 section 4.2.3): the session identifier, the cipher suite and the
/// group must be what was offered, and what a HelloRetryRequest has named before. Who has not read
/// the encrypted ClientHello was offered no session.
pub(crate) fn check_server_hello<'a>(
    offer: &Offer,
    hello: &ServerHello<'a>,
    offers_session: bool,
) -> Result<Chosen<'a>, Error> {
    check_echo(offer, hello.session_id, hello.suite)?;
    // Section 4.2.4: the ServerHello keeps to the cipher suite of the HelloRetryRequest.
    if offer.retried.is_some_and(|suite| suite != hello.suite) {
        return Err(Error::WrongCipherSuite(hello.suite));
    }
    let resumes = check_selected_identity(offer, hello)?;
    if resumes && !offers_session {
        // RFC 9849 section 6.1.2: what stood for a session in the outer ClientHello means nothing.
        let (message, field) = (HandshakeType::ServerHello, "selected_identity");
        return Err(Error::IllegalValue { message, field });
    }
    let share = check_share(offer, hello, resumes)?;
    let public_key = share.map(|share| share.public_key).unwrap_or_default();
    let group = share.map(|share| share.group);
    Ok(Chosen { suite: hello.suite, group, public_key, resumes })
}

/// Whether there is a share where there has to be one, and of which group (RFC 9846 sections 4.3.8,
/// 4.3.9 and 4.3.11).
fn check_share<'a>(
    offer: &Offer,
    hello: &ServerHello<'a>,
    resumes: bool,
) -> Result<Option<KeyShare<'a>>, Error> {
    let message = HandshakeType::ServerHello;
    let modes = offer.psk_exchange.modes();
    match hello.share {
        None if resumes && modes.contains(&PSK_KE) => Ok(None),
        None => Err(Error::MissingExtension { message, extension: ExtensionType::KeyShare }),
        // One of our shares. After a retry with a group there is only that one.
        Some(KeyShare { group, .. }) if !offer.shares.iter().any(|(ours, _)| *ours == group) => {
            Err(Error::WrongGroup(group))
        }
        Some(_) if resumes && !modes.contains(&PSK_DHE_KE) => {
            Err(Error::IllegalValue { message, field: "key_share" })
        }
        share => Ok(share),
    }
}

/// Whether the server uses the pre-shared key that was offered (RFC 9846 section 4.3.11): we offer
/// one at most, and the cipher suite must have its hash.
fn check_selected_identity(offer: &Offer, hello: &ServerHello<'_>) -> Result<bool, Error> {
    let message = HandshakeType::ServerHello;
    match (hello.selected_identity, &offer.session) {
        (None, _) => Ok(false),
        (Some(_), None) => {
            let extension = ExtensionType::PreSharedKey;
            Err(Error::UnsolicitedExtension { message, extension })
        }
        (Some(0), Some(session)) => match Suite::from_number(hello.suite) {
            Some(suite) if suite.hash() == session.hash => Ok(true),
            _ => Err(Error::WrongCipherSuite(hello.suite)),
        },
        (Some(_), Some(_)) => Err(Error::IllegalValue { message, field: "selected_identity" }),
    }
}

/// Checks a HelloRetryRequest (RFC 9846 sections 4.2.4 and 4.3.8), and returns what it asks for.
/// This does not check that it is the first one. The group, if it names one, needs a new share for
/// [`Offer::retry`].
pub(crate) fn check_hello_retry_request(
    offer: &Offer,
    request: &HelloRetryRequest<'_>,
) -> Result<Retry, Error> {
    check_echo(offer, request.session_id, request.suite)?;
    if request.ech_confirmation.is_some() && !offer.has_ech {
        let message = HandshakeType::ServerHello;
        let extension = ExtensionType::EncryptedClientHello;
        return Err(Error::UnsolicitedExtension { message, extension });
    }
    if request.group.is_none() && request.cookie.is_none() {
        return Err(Error::RetryWithoutChange);
    }
    if let Some(group) = request.group {
        let supported = offer.groups.contains(&group);
        let shared = offer.shares.iter().any(|(shared, _)| *shared == group);
        if !supported || shared {
            return Err(Error::WrongGroup(group));
        }
    }
    let cookie = request.cookie.map(<[u8]>::to_vec);
    Ok(Retry { suite: request.suite, group: request.group, cookie })
}

fn check_echo(offer: &Offer, session_id: &[u8], suite: CipherSuite) -> Result<(), Error> {
    if *session_id != *offer.session_id {
        return Err(Error::SessionIdNotEchoed);
    }
    if !offer.suites.contains(&suite) {
        return Err(Error::WrongCipherSuite(suite));
    }
    Ok(())
}

/// Checks EncryptedExtensions (RFC 9846 section 4.4.1): answers only to what was sent, types of
/// certificates and an application protocol only from the lists (RFC 7301 section 3.2). Returns
/// that protocol.
pub(crate) fn check_encrypted_extensions<'a>(
    offer: &Offer,
    found: &EncryptedExtensions<'a>,
) -> Result<Option<&'a [u8]>, Error> {
    let message = HandshakeType::EncryptedExtensions;
    if found.server_name && offer.server_name.is_none() {
        let extension = ExtensionType::ServerName;
        return Err(Error::UnsolicitedExtension { message, extension });
    }
    if found.record_size_limit.is_some() && offer.record_size_limit.is_none() {
        let extension = ExtensionType::RecordSizeLimit;
        return Err(Error::UnsolicitedExtension { message, extension });
    }
    certificate_types::check_answer(offer.certificate_types, found.certificate_types)?;
    let Some(protocol) = found.application_protocol else {
        return Ok(None);
    };
    if offer.application_protocols.is_empty() {
        let extension = ExtensionType::ApplicationLayerProtocolNegotiation;
        return Err(Error::UnsolicitedExtension { message, extension });
    }
    if !offer.application_protocols.iter().any(|offered| offered == protocol) {
        return Err(Error::WrongApplicationProtocol);
    }
    Ok(Some(protocol))
}

/// Checks early data that the server accepts, and that were offered under the key of the session
/// that is resumed (RFC 9846 section 4.3.10): cipher suite and application protocol are its own.
/// Where none is resumed, a row of the table refuses.
pub(crate) fn check_early_data(
    resumed: Option<&Session>,
    suite: Option<Suite>,
    protocol: Option<&[u8]>,
) -> Result<(), Error> {
    let field = match resumed {
        None => return Ok(()),
        Some(session) if suite != Some(session.suite) => "cipher_suite",
        Some(session) if protocol != session.proof.application_protocol.as_deref() => {
            "application_protocol"
        }
        Some(_) => return Ok(()),
    };
    Err(Error::EarlyDataMismatch { field })
}

/// Checks a CertificateRequest of the handshake, whose context is empty (RFC 9846 section 4.4.2),
/// and returns the schemes that the server accepts.
pub(crate) fn check_certificate_request(
    request: &CertificateRequest<'_>,
) -> Result<Vec<SignatureScheme>, Error> {
    check_context(HandshakeType::CertificateRequest, request.context)?;
    Ok(request.schemes.iter().collect())
}

/// The first of `ours`, the schemes that our key can make, that the server accepts. Nothing if
/// there is none: then we answer without a certificate.
pub(crate) fn scheme_for(
    accepted: &[SignatureScheme],
    ours: &[SignatureScheme],
) -> Option<SignatureScheme> {
    ours.iter().copied().find(|scheme| accepted.contains(scheme))
}

/// Checks that a signature is under one of the schemes that this side has listed (RFC 9846
/// section 4.5.2). PKCS #1 and SHA-1 are for certificates only, whatever was listed.
pub(crate) fn check_signature_scheme(
    listed: &[SignatureScheme],
    verify: &CertificateVerify<'_>,
) -> Result<(), Error> {
    let scheme = verify.scheme;
    if listed.contains(&scheme) && is_for_certificate_verify(scheme) {
        Ok(())
    } else {
        Err(Error::WrongSignatureScheme(scheme))
    }
}

/// Whether CertificateVerify may use this scheme, as far as this library has it (RFC 9846 section
/// 4.3.3).
pub(super) fn is_for_certificate_verify(scheme: SignatureScheme) -> bool {
    matches!(
        scheme,
        SignatureScheme::EcdsaSecp256r1Sha256
            | SignatureScheme::EcdsaSecp384r1Sha384
            | SignatureScheme::EcdsaSecp521r1Sha512
            | SignatureScheme::RsaPssRsaeSha256
            | SignatureScheme::RsaPssRsaeSha384
            | SignatureScheme::RsaPssRsaeSha512
            | SignatureScheme::RsaPssPssSha256
            | SignatureScheme::RsaPssPssSha384
            | SignatureScheme::RsaPssPssSha512
            | SignatureScheme::Ed25519
    )
}

/// The context is empty in all of the handshake's messages (RFC 9846 section 4.4.2).
pub(super) fn check_context(message: HandshakeType, context: &[u8]) -> Result<(), Error> {
    if context.is_empty() {
        Ok(())
    } else {
        Err(Error::IllegalValue { message, field: "certificate_request_context" })
    }
}
