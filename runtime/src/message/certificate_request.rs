//! CertificateRequest (RFC 9846 section 4.4.2).

use super::authorities::{Authorities, write_authorities};
use super::certificate::{Wanted, read_compressions, write_compressions};
use super::extension::{Extensions, Place};
use super::grease::{Grease, write_number};
use super::list::{List, list16, write_list};
use super::reader::Reader;
use super::writer::Writer;
use crate::config::Compressions;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType, SignatureScheme};

/// A server's wish for a client certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateRequest<'a> {
    /// Empty within the handshake.
    pub(crate) context: &'a [u8],
    /// For CertificateVerify, and for certificates too if there is no other list.
    pub(crate) schemes: List<'a, SignatureScheme>,
    pub(crate) certificate_schemes: Option<List<'a, SignatureScheme>>,
    pub(crate) wanted: Wanted,
    pub(crate) authorities: Authorities<'a>,
    /// Of certificates.
    pub(crate) compressions: Option<List<'a, u16>>,
}

impl<'a> CertificateRequest<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let message = HandshakeType::CertificateRequest;
        let mut reader = Reader::new(message, body);
        let context = reader.vector8(0, "certificate_request_context")?;
        let block = reader.vector16(0, "extensions")?;
        reader.end("extensions")?;
        let mut schemes = None;
        let mut certificate_schemes = None;
        let mut wanted = Wanted::default();
        let mut authorities = Authorities::default();
        let mut compressions = None;
        for extension in Extensions::decode(&reader, block)?.in_place(Place::CertificateRequest) {
            let (extension, mut contents) = extension?;
            match extension {
                ExtensionType::SignatureAlgorithms => {
                    schemes = Some(list16(&mut contents, "signature_algorithms")?);
                }
                ExtensionType::SignatureAlgorithmsCert => {
                    certificate_schemes = Some(list16(&mut contents, "signature_algorithms_cert")?);
                }
                ExtensionType::CertificateAuthorities => {
                    authorities = Authorities::decode(&mut contents)?;
                }
                ExtensionType::OidFilters => check_filters(&mut contents)?,
                // Unclear in RFC: what a status_request means here that is not empty. Section
                // 4.5.1.1 has servers send an empty one, and does not say that others are refused.
                ExtensionType::StatusRequest => {
                    wanted.staples = true;
                    continue;
                }
                ExtensionType::SignedCertificateTimestamp => wanted.timestamps = true,
                ExtensionType::CompressCertificate => {
                    compressions = Some(read_compressions(&mut contents)?);
                }
                // Wishes that this library does not serve.
                _ => continue,
            }
            contents.end("extension_data")?;
        }
        let extension = ExtensionType::SignatureAlgorithms;
        let schemes = schemes.ok_or(Error::MissingExtension { message, extension })?;
        Ok(Self { context, schemes, certificate_schemes, wanted, authorities, compressions })
    }

    /// Appends a request with an empty context. No list of schemes for certificates is sent if it
    /// is empty.
    pub(crate) fn encode(
        schemes: &[SignatureScheme],
        certificate_schemes: &[SignatureScheme],
        wanted: Wanted,
        authorities: &[Vec<u8>],
        compressions: &Compressions,
        grease: Option<&Grease>,
        buffer: &mut Vec<u8>,
    ) {
        Writer::new(buffer).handshake(HandshakeType::CertificateRequest, |body| {
            body.vector8(|_| {});
            body.vector16(|extensions| {
                if let Some(grease) = grease {
                    grease.write_first(extensions);
                }
                write_schemes(extensions, schemes, certificate_schemes, grease);
                wanted.write(Place::CertificateRequest, extensions);
                write_authorities(authorities, extensions);
                write_compressions(compressions, extensions);
                if let Some(grease) = grease {
                    grease.write_last(extensions);
                }
            });
        });
    }
}

/// Writes the two extensions of RFC 9846 section 4.3.3; the second only if it is not empty.
pub(crate) fn write_schemes(
    extensions: &mut Writer<'_>,
    schemes: &[SignatureScheme],
    certificate_schemes: &[SignatureScheme],
    grease: Option<&Grease>,
) {
    extensions.extension(ExtensionType::SignatureAlgorithms, |contents| {
        contents.vector16(|list| {
            write_list(list, schemes);
            write_number(list, grease.map(|grease| grease.scheme));
        });
    });
    if !certificate_schemes.is_empty() {
        extensions.extension(ExtensionType::SignatureAlgorithmsCert, |contents| {
            contents.vector16(|list| write_list(list, certificate_schemes));
        });
    }
}

/// The syntax of oid_filters (RFC 9846 section 4.3.5). This library recognises none of the
/// certificate extensions that they may name, and unrecognised ones are to be skipped.
fn check_filters(contents: &mut Reader<'_>) -> Result<(), Error> {
    let list = contents.vector16(0, "oid_filters")?;
    let mut filters = contents.within(list);
    while !filters.is_empty() {
        filters.vector8(1, "oid_filters")?;
        filters.vector16(0, "oid_filters")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::limits::limit;

    /// A request with authorities of 100 bytes each, in an extension of so many bytes in all.
    fn naming_authorities(contents: usize) -> Vec<u8> {
        let mut names = Vec::new();
        while names.len() + 2 * 102 < contents - 2 {
            names.extend([0, 100]);
            names.extend([7; 100]);
        }
        let rest = contents - 2 - names.len() - 2;
        names.extend(u16::try_from(rest).unwrap().to_be_bytes());
        names.resize(contents - 2, 7);

        let mut body = vec![0];
        Writer::new(&mut body).vector16(|extensions| {
            write_schemes(extensions, &[SignatureScheme::Ed25519], &[], None);
            extensions.extension(ExtensionType::CertificateAuthorities, |contents| {
                contents.vector16(|list| list.bytes(&names));
            });
        });
        body
    }

    #[test]
    fn as_many_authorities_are_read_as_the_syntax_has_room_for() {
        // What signature_algorithms with one scheme and the header of the other take away.
        for contents in [1000, 0xffff - 8 - 4] {
            let body = naming_authorities(contents);
            let request = CertificateRequest::decode(&body).unwrap();
            assert_eq!(request.schemes.iter().collect::<Vec<_>>(), [SignatureScheme::Ed25519]);
        }
        let length = naming_authorities(0xffff - 8 - 4).len();
        assert_eq!(length, 1 + 2 + 0xffff);
        assert!(length <= limit(HandshakeType::CertificateRequest).unwrap());
    }
}
