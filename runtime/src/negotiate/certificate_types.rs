//! Of what type each side's certificate is (RFC 7250 section 4; RFC 9846 section 4.5.1).

use crate::error::Error;
use crate::identifiers::{CertificateType, ExtensionType, HandshakeType};
use crate::message::{AgreedTypes, BothSides, ClientHello};

/// The types that a server can show, and those that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServersTypes {
    /// What our identity can show; empty without one.
    pub(crate) shown: &'static [CertificateType],
    pub(crate) taken: TakenTypes,
}

/// The types of certificates that a server takes from clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TakenTypes {
    /// It does not ask for any.
    None,
    /// It asks for one of these, and does without.
    Requested(&'static [CertificateType]),
    /// It asks for one of these, and refuses clients that have none.
    Required(&'static [CertificateType]),
}

/// The first type of a client's list that is one of ours. Without the list the client means X.509.
pub(crate) fn first_of(listed: Option<&[u8]>, ours: &[CertificateType]) -> Option<CertificateType> {
    let listed = listed.unwrap_or(&[CertificateType::X509.0]);
    listed.iter().map(|number| CertificateType(*number)).find(|listed| ours.contains(listed))
}

/// What a server answers to the client's lists.
///
/// # Errors
/// [`Error::NoCommonCertificateType`]: there is none that the server can show and the client takes,
/// or none that the client can show and the server insists on.
pub(crate) fn agree(ours: ServersTypes, hello: &ClientHello<'_>) -> Result<AgreedTypes, Error> {
    let listed = hello.certificate_types;
    let server = first_of(listed.server, ours.shown)
        .ok_or(no_common(ExtensionType::ServerCertificateType))?;
    let client = match ours.taken {
        TakenTypes::None => None,
        // Unclear in RFC: RFC 7250 section 4.2 has a server end the handshake where no type is in
        // common, and further down has it leave out the answer where it can take no certificate
        // that the client has. It does the second where it can do without: then the client is asked
        // for X.509. One that shows nothing goes on, and one that shows a certificate is refused.
        TakenTypes::Requested(types) => first_of(listed.client, types),
        TakenTypes::Required(types) => {
            let found = first_of(listed.client, types);
            Some(found.ok_or(no_common(ExtensionType::ClientCertificateType))?)
        }
    };
    // Only what was asked is answered.
    Ok(AgreedTypes {
        client: client.filter(|_| listed.client.is_some()),
        server: Some(server).filter(|_| listed.server.is_some()),
    })
}

const fn no_common(extension: ExtensionType) -> Error {
    Error::NoCommonCertificateType { extension }
}

/// Checks that EncryptedExtensions answer with types that this client has listed.
///
/// # Errors
/// An answer to what was not asked, or with a type that was not listed.
pub(crate) fn check_answer(
    listed: BothSides<&[CertificateType]>,
    found: AgreedTypes,
) -> Result<(), Error> {
    let message = HandshakeType::EncryptedExtensions;
    for (extension, field, listed, found) in [
        (
            ExtensionType::ClientCertificateType,
            "client_certificate_type",
            listed.client,
            found.client,
        ),
        (
            ExtensionType::ServerCertificateType,
            "server_certificate_type",
            listed.server,
            found.server,
        ),
    ] {
        match found {
            Some(_) if listed.is_empty() => {
                return Err(Error::UnsolicitedExtension { message, extension });
            }
            Some(found) if !listed.contains(&found) => {
                return Err(Error::IllegalValue { message, field });
            }
            _ => {}
        }
    }
    Ok(())
}
