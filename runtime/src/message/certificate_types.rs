//! The types of certificates: the extensions client_certificate_type and server_certificate_type
//! (RFC 7250 section 3).

use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{CertificateType, ExtensionType};

/// The same thing of the client's certificate and of the server's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BothSides<T> {
    pub(crate) client: T,
    pub(crate) server: T,
}

/// What a client lists in its ClientHello, each list in its order of preference. Without the
/// extension there is no list, and X.509 is meant.
pub(crate) type ListedTypes<'a> = BothSides<Option<&'a [u8]>>;

/// What the server has answered in EncryptedExtensions. Without an answer the type is X.509 (RFC
/// 9846 section 4.5.1).
pub(crate) type AgreedTypes = BothSides<Option<CertificateType>>;

const CLIENT: &str = "client_certificate_type";
const SERVER: &str = "server_certificate_type";

impl<'a> ListedTypes<'a> {
    /// Reads one of the extensions in a ClientHello. It is one of the two by its type.
    pub(super) fn read(
        &mut self,
        extension: ExtensionType,
        contents: &mut Reader<'a>,
    ) -> Result<(), Error> {
        match extension {
            ExtensionType::ClientCertificateType => {
                self.client = Some(contents.vector8(1, CLIENT)?);
            }
            _ => self.server = Some(contents.vector8(1, SERVER)?),
        }
        Ok(())
    }
}

impl BothSides<&[CertificateType]> {
    /// Writes the extensions of a ClientHello. An empty list is left out.
    pub(crate) fn write(self, extensions: &mut Writer<'_>) {
        for (extension, types) in [
            (ExtensionType::ClientCertificateType, self.client),
            (ExtensionType::ServerCertificateType, self.server),
        ] {
            if !types.is_empty() {
                extensions.extension(extension, |contents| {
                    contents.vector8(|list| types.iter().for_each(|one| list.u8(one.0)));
                });
            }
        }
    }
}

impl AgreedTypes {
    /// The type of the client's certificate, or of the server's.
    pub(crate) fn of(self, is_client: bool) -> CertificateType {
        let agreed = if is_client { self.client } else { self.server };
        agreed.unwrap_or(CertificateType::X509)
    }

    /// Reads one of the extensions in EncryptedExtensions. It is one of the two by its type.
    pub(super) fn read(
        &mut self,
        extension: ExtensionType,
        contents: &mut Reader<'_>,
    ) -> Result<(), Error> {
        match extension {
            ExtensionType::ClientCertificateType => {
                self.client = Some(CertificateType(contents.u8(CLIENT)?));
            }
            _ => self.server = Some(CertificateType(contents.u8(SERVER)?)),
        }
        Ok(())
    }

    /// Writes the extensions of EncryptedExtensions.
    pub(super) fn write(self, extensions: &mut Writer<'_>) {
        for (extension, agreed) in [
            (ExtensionType::ClientCertificateType, self.client),
            (ExtensionType::ServerCertificateType, self.server),
        ] {
            if let Some(agreed) = agreed {
                extensions.extension(extension, |contents| contents.u8(agreed.0));
            }
        }
    }
}
