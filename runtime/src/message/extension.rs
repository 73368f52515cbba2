//! Extension blocks, and which extension may stand where (RFC 9846 section 4.3).

use super::list::has_duplicate;
use super::reader::Reader;
use crate::error::Error;
use crate::identifiers::ExtensionType;

/// The messages that carry extensions, as the table of RFC 9846 section 4.3 abbreviates them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    ClientHello,
    ServerHello,
    HelloRetryRequest,
    EncryptedExtensions,
    Certificate,
    CertificateRequest,
    NewSessionTicket,
}

impl Place {
    /// Whether extensions here answer those of the peer. Unknown ones are then errors, since
    /// nobody asked for them; elsewhere they are ignored.
    fn answers(self) -> bool {
        match self {
            Self::ServerHello
            | Self::HelloRetryRequest
            | Self::EncryptedExtensions
            | Self::Certificate => true,
            Self::ClientHello | Self::CertificateRequest | Self::NewSessionTicket => false,
        }
    }
}

/// Where an extension may stand; nothing if this library does not recognise it.
fn places(extension: ExtensionType) -> Option<&'static [Place]> {
    use Place::{
        Certificate, CertificateRequest, ClientHello, EncryptedExtensions, HelloRetryRequest,
        NewSessionTicket, ServerHello,
    };
    Some(match extension {
        ExtensionType::ServerName => &[ClientHello, EncryptedExtensions, CertificateRequest],
        ExtensionType::MaxFragmentLength
        | ExtensionType::ClientCertificateType
        | ExtensionType::ServerCertificateType
        | ExtensionType::RecordSizeLimit
        | ExtensionType::SupportedGroups
        | ExtensionType::ApplicationLayerProtocolNegotiation => &[ClientHello, EncryptedExtensions],
        ExtensionType::StatusRequest | ExtensionType::SignedCertificateTimestamp => {
            &[ClientHello, CertificateRequest, Certificate]
        }
        ExtensionType::SignatureAlgorithms
        | ExtensionType::SignatureAlgorithmsCert
        | ExtensionType::CompressCertificate
        | ExtensionType::CertificateAuthorities => &[ClientHello, CertificateRequest],
        ExtensionType::PreSharedKey => &[ClientHello, ServerHello],
        ExtensionType::EarlyData => &[ClientHello, EncryptedExtensions, NewSessionTicket],
        ExtensionType::SupportedVersions | ExtensionType::KeyShare => {
            &[ClientHello, ServerHello, HelloRetryRequest]
        }
        ExtensionType::Cookie => &[ClientHello, HelloRetryRequest],
        ExtensionType::PskKeyExchangeModes | ExtensionType::PostHandshakeAuth => &[ClientHello],
        ExtensionType::OidFilters => &[CertificateRequest],
        ExtensionType::EncryptedClientHello => {
            &[ClientHello, HelloRetryRequest, EncryptedExtensions]
        }
        // RFC 9849 section 5.1: in what is encrypted, and nowhere else.
        ExtensionType::EchOuterExtensions => &[],
        _ => return None,
    })
}

/// A block of extensions: well-framed, and none of them twice.
#[derive(Clone, Debug)]
pub(crate) struct Extensions<'a> {
    reader: Reader<'a>,
}

impl<'a> Extensions<'a> {
    /// The block in exactly these bytes; its length went before.
    pub(crate) fn decode(message: &Reader<'_>, block: &'a [u8]) -> Result<Self, Error> {
        let extensions = Self { reader: Reader::new(message.message(), block) };
        let mut rest = extensions.reader.clone();
        while !rest.is_empty() {
            next(&mut rest)?;
        }
        let types = extensions.iter().map(|(extension, _)| extension);
        if let Some(extension) = has_duplicate(types) {
            return Err(Error::DuplicateExtension { message: message.message(), extension });
        }
        Ok(extensions)
    }

    /// The contents of one extension.
    pub(crate) fn find(&self, wanted: ExtensionType) -> Option<Reader<'a>> {
        let mut rest = self.reader.clone();
        while let Ok((extension, contents)) = next(&mut rest) {
            if extension == wanted {
                return Some(contents);
            }
        }
        None
    }

    /// Each extension and its contents, after the rules of section 4.3 for this message: one that
    /// may not stand here is an error, an unknown one is an error in an answer, and is left out
    /// elsewhere.
    pub(crate) fn in_place(
        &self,
        place: Place,
    ) -> impl Iterator<Item = Result<(ExtensionType, Reader<'a>), Error>> {
        let message = self.reader.message();
        self.iter().filter_map(move |(extension, contents)| match places(extension) {
            Some(places) if places.contains(&place) => Some(Ok((extension, contents))),
            Some(_) => Some(Err(Error::MisplacedExtension { message, extension })),
            None if place.answers() => {
                Some(Err(Error::UnsolicitedExtension { message, extension }))
            }
            None => None,
        })
    }

    /// The last extension's type.
    pub(crate) fn last(&self) -> Option<ExtensionType> {
        self.iter().last().map(|(extension, _)| extension)
    }

    /// Each extension and its contents, as they stand there.
    pub(crate) fn iter(
        &self,
    ) -> impl Iterator<Item = (ExtensionType, Reader<'a>)> + Clone + use<'a> {
        let mut rest = self.reader.clone();
        core::iter::from_fn(move || next(&mut rest).ok())
    }
}

/// Takes one extension, and returns the type and the contents.
pub(crate) fn next<'a>(rest: &mut Reader<'a>) -> Result<(ExtensionType, Reader<'a>), Error> {
    let extension = ExtensionType(rest.u16("extension_type")?);
    let contents = rest.vector16(0, "extension_data")?;
    Ok((extension, rest.within(contents)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifiers::HandshakeType;

    fn decode(block: &[u8]) -> Result<Extensions<'_>, Error> {
        Extensions::decode(&Reader::new(HandshakeType::EncryptedExtensions, &[]), block)
    }

    #[test]
    fn an_extension_may_not_stand_twice() {
        let block = [0, 16, 0, 0, 0, 10, 0, 0, 0, 16, 0, 1, 9];
        assert_eq!(
            decode(&block).map(|_| ()),
            Err(Error::DuplicateExtension {
                message: HandshakeType::EncryptedExtensions,
                extension: ExtensionType(16)
            })
        );
    }

    #[test]
    fn an_unknown_extension_is_ignored_in_a_request_and_refused_in_an_answer() {
        let block = [0x5a, 0x5a, 0, 1, 0];
        let extensions = decode(&block).unwrap();
        assert_eq!(extensions.in_place(Place::NewSessionTicket).count(), 0);
        let refused = extensions.in_place(Place::EncryptedExtensions).next();
        assert!(matches!(refused, Some(Err(Error::UnsolicitedExtension { .. }))));
    }

    #[test]
    fn a_known_extension_in_the_wrong_message_is_misplaced() {
        let block = [0, 51, 0, 0];
        let refused = decode(&block).unwrap().in_place(Place::EncryptedExtensions).next();
        assert!(matches!(refused, Some(Err(Error::MisplacedExtension { .. }))));
    }

    #[test]
    fn a_block_of_many_extensions_is_read_in_reasonable_time() {
        let block: Vec<u8> =
            (0..16_000u16).flat_map(|number| [number.to_be_bytes(), [0, 0]].concat()).collect();
        assert_eq!(decode(&block).map(|extensions| extensions.iter().count()), Ok(16_000));
    }
}
