//! Certificate (RFC 9846 section 4.5.1), with what is attached to each certificate of it.

use super::HEADER_LENGTH;
use super::extension::{Extensions, Place};
use super::limits::MAXIMUM_CERTIFICATES;
use super::list::List;
use super::reader::Reader;
use super::writer::Writer;
use crate::config::Compressions;
use crate::error::{CertificateError, Error};
use crate::identifiers::{ExtensionType, HandshakeType};

/// The type of an OCSP response (RFC 6066 section 8).
const OCSP: u8 = 1;

/// What a side asks its peer to attach to its certificates (RFC 9846 section 4.5.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// An OCSP response.
    pub(crate) staples: bool,
    /// Signed certificate timestamps (RFC 6962 section 3.3).
    pub(crate) timestamps: bool,
}

impl Wanted {
    /// Asks in a ClientHello (RFC 6066 section 8: of any responder, and without extensions) or,
    /// with nothing in it, in a CertificateRequest.
    pub(crate) fn write(self, place: Place, extensions: &mut Writer<'_>) {
        if self.staples {
            extensions.extension(ExtensionType::StatusRequest, |contents| {
                if place == Place::ClientHello {
                    contents.u8(OCSP);
                    contents.vector16(|_| {});
                    contents.vector16(|_| {});
                }
            });
        }
        if self.timestamps {
            extensions.extension(ExtensionType::SignedCertificateTimestamp, |_| {});
        }
    }

    /// Reads the status_request of a ClientHello. A type that is not known here asks for nothing.
    pub(super) fn read_status_request(&mut self, contents: &mut Reader<'_>) -> Result<(), Error> {
        const FIELD: &str = "status_request";
        if contents.u8(FIELD)? != OCSP {
            contents.rest = &[];
            return Ok(());
        }
        contents.vector16(0, FIELD)?;
        contents.vector16(0, FIELD)?;
        self.staples = true;
        Ok(())
    }
}

/// The contents of compress_certificate (RFC 8879 section 3).
pub(super) fn read_compressions<'a>(contents: &mut Reader<'a>) -> Result<List<'a, u16>, Error> {
    const FIELD: &str = "compress_certificate";
    let numbers = contents.vector8(2, FIELD)?;
    List::decode(contents, numbers, FIELD)
}

/// Writes compress_certificate, unless there are no algorithms.
pub(crate) fn write_compressions(ours: &Compressions, extensions: &mut Writer<'_>) {
    if !ours.is_empty() {
        extensions.extension(ExtensionType::CompressCertificate, |contents| {
            contents.vector8(|list| ours.numbers().for_each(|number| list.u16(number)));
        });
    }
}

/// A certificate chain, the end entity's first; empty if a client has none to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate<'a> {
    /// Empty within the handshake.
    pub(crate) context: &'a [u8],
    pub(crate) chain: Chain<'a>,
}

/// At most [`MAXIMUM_CERTIFICATES`] certificates, each in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain<'a> {
    list: &'a [u8],
}

/// A certificate in DER, and what is attached to it. An attachment that does not follow its syntax
/// is kept as an empty one: it is an error only where this side has asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) certificate: &'a [u8],
    /// An OCSP response in DER.
    pub(crate) staple: Option<&'a [u8]>,
    /// A SignedCertificateTimestampList.
    pub(crate) timestamps: Option<&'a [u8]>,
}

impl<'a> Chain<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn entries(self) -> impl Iterator<Item = Entry<'a>> + Clone {
        let mut list = Reader::new(HandshakeType::Certificate, self.list);
        core::iter::from_fn(move || Entry::read(&mut list).ok())
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        self.entries().map(|entry| entry.certificate)
    }
}

impl<'a> Entry<'a> {
    /// One to which nothing is attached.
    pub(crate) const fn bare(certificate: &'a [u8]) -> Self {
        Self { certificate, staple: None, timestamps: None }
    }

    /// How many bytes it takes in a message.
    pub(crate) fn length(&self) -> usize {
        let Self { certificate, staple, timestamps } = self;
        // Two lengths; and for each extension its number, its length, and what stands before the
        // contents.
        let staple = staple.map_or(0, |staple| 4 + 4 + staple.len());
        let timestamps = timestamps.map_or(0, |timestamps| 4 + timestamps.len());
        3 + certificate.len() + 2 + staple + timestamps
    }

    fn read(list: &mut Reader<'a>) -> Result<Self, Error> {
        let mut entry = Self::bare(list.vector24(1, "cert_data")?);
        let block = list.vector16(0, "extensions")?;
        if block.is_empty() {
            return Ok(entry);
        }
        let extensions = Extensions::decode(list, block)?;
        for extension in extensions.in_place(Place::Certificate) {
            let (extension, mut contents) = extension?;
            match extension {
                ExtensionType::StatusRequest => {
                    entry.staple = Some(read_staple(&mut contents).unwrap_or_default());
                }
                ExtensionType::SignedCertificateTimestamp => {
                    let whole = contents.rest;
                    entry.timestamps = Some(if are_timestamps(whole) { whole } else { &[] });
                }
                _ => {
                    let message = HandshakeType::Certificate;
                    return Err(Error::UnsolicitedExtension { message, extension });
                }
            }
        }
        Ok(entry)
    }

    fn write(&self, list: &mut Writer<'_>) {
        list.vector24(|data| data.bytes(self.certificate));
        list.vector16(|extensions| {
            if let Some(staple) = self.staple {
                extensions.extension(ExtensionType::StatusRequest, |contents| {
                    contents.u8(OCSP);
                    contents.vector24(|response| response.bytes(staple));
                });
            }
            if let Some(timestamps) = self.timestamps {
                let extension = ExtensionType::SignedCertificateTimestamp;
                extensions.extension(extension, |contents| contents.bytes(timestamps));
            }
        });
    }
}

/// The response in a CertificateStatus (RFC 6066 section 8).
fn read_staple<'a>(contents: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    const FIELD: &str = "status_request";
    if contents.u8(FIELD)? != OCSP {
        return Err(contents.malformed(FIELD));
    }
    let response = contents.vector24(1, FIELD)?;
    contents.end(FIELD)?;
    Ok(response)
}

/// The syntax of a SignedCertificateTimestampList (RFC 6962 section 3.3).
fn check_timestamps(contents: &mut Reader<'_>) -> Result<(), Error> {
    const FIELD: &str = "signed_certificate_timestamp";
    let list = contents.vector16(1, FIELD)?;
    let mut timestamps = contents.within(list);
    while !timestamps.is_empty() {
        timestamps.vector16(1, FIELD)?;
    }
    Ok(())
}

/// Whether these bytes are a SignedCertificateTimestampList.
pub(crate) fn are_timestamps(bytes: &[u8]) -> bool {
    let mut contents = Reader::new(HandshakeType::Certificate, bytes);
    check_timestamps(&mut contents).is_ok() && contents.is_empty()
}

impl<'a> Certificate<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(HandshakeType::Certificate, body);
        let context = reader.vector8(0, "certificate_request_context")?;
        let list = reader.vector24(0, "certificate_list")?;
        reader.end("certificate_list")?;
        let chain = Chain { list };
        let mut list = reader.within(list);
        let mut count = 0;
        while !list.is_empty() {
            if count >= MAXIMUM_CERTIFICATES {
                return Err(CertificateError::TooMany { limit: MAXIMUM_CERTIFICATES }.into());
            }
            count += 1;
            Entry::read(&mut list)?;
        }
        Ok(Self { context, chain })
    }

    /// Checks that nothing is attached that this side has not asked for, and the syntax of what is
    /// (RFC 9846 section 4.5.1).
    pub(crate) fn check_attached(&self, asked: Wanted) -> Result<(), Error> {
        for Entry { staple, timestamps, .. } in self.chain.entries() {
            let (status_request, field) = (ExtensionType::StatusRequest, "status_request");
            check_attachment(staple, asked.staples, status_request, field)?;
            let extension = ExtensionType::SignedCertificateTimestamp;
            let field = "signed_certificate_timestamp";
            check_attachment(timestamps, asked.timestamps, extension, field)?;
        }
        Ok(())
    }

    /// Appends the message with an empty context.
    pub(crate) fn encode<'e>(
        entries: impl Iterator<Item = Entry<'e>> + Clone,
        buffer: &mut Vec<u8>,
    ) {
        let lengths = entries.clone().map(|entry| entry.length());
        buffer.reserve_exact(HEADER_LENGTH + 4 + lengths.sum::<usize>());
        Writer::new(buffer).handshake(HandshakeType::Certificate, |body| {
            body.vector8(|_| {});
            body.vector24(|list| entries.for_each(|entry| entry.write(list)));
        });
    }
}

fn check_attachment(
    attached: Option<&[u8]>,
    is_asked: bool,
    extension: ExtensionType,
    field: &'static str,
) -> Result<(), Error> {
    let message = HandshakeType::Certificate;
    match attached {
        Some(_) if !is_asked => Err(Error::UnsolicitedExtension { message, extension }),
        Some([]) => Err(Error::Malformed { message, field }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use crate::message::tests::encoded;

    #[test]
    fn a_certificate_has_no_answers_to_questions_that_were_not_asked() {
        let message = HandshakeType::Certificate;
        let decode_for = |block: &[u8], asked| {
            let certificate = encoded(|buffer| {
                Writer::new(buffer).handshake(message, |body| {
                    body.vector8(|_| {});
                    body.vector24(|list| {
                        list.vector24(|data| data.u8(7));
                        list.vector16(|extensions| extensions.bytes(block));
                    });
                });
            });
            let Message::Certificate(certificate) = Message::decode(&certificate)? else {
                panic!()
            };
            certificate.check_attached(asked)
        };
        let decode = |block: &[u8]| decode_for(block, Wanted::default());
        let decode_asked =
            |block: &[u8]| decode_for(block, Wanted { staples: true, timestamps: true });
        assert_eq!(decode(&[]), Ok(()));
        for (extension, block) in
            [(5, &[0, 5, 0, 5, 1, 0, 0, 1, 7][..]), (18, &[0, 18, 0, 5, 0, 3, 0, 1, 7])]
        {
            let extension = ExtensionType(extension);
            let unsolicited = Error::UnsolicitedExtension { message, extension };
            assert_eq!(decode(block), Err(unsolicited));
            assert_eq!(decode_asked(block), Ok(()));
        }
        let malformed = |field| Err(Error::Malformed { message, field });
        for bad in [
            &[0, 5, 0, 0][..],
            &[0, 5, 0, 4, 1, 0, 0, 0],
            &[0, 5, 0, 5, 2, 0, 0, 1, 7],
            &[0, 5, 0, 6, 1, 0, 0, 1, 7, 0],
        ] {
            let extension = ExtensionType::StatusRequest;
            assert_eq!(decode(bad), Err(Error::UnsolicitedExtension { message, extension }));
            assert_eq!(decode_asked(bad), malformed("status_request"));
        }
        for bad in [&[0, 18, 0, 2, 0, 0][..], &[0, 18, 0, 4, 0, 2, 0, 0], &[0, 18, 0, 1, 0]] {
            assert_eq!(decode_asked(bad), malformed("signed_certificate_timestamp"));
        }
        let misplaced = Error::MisplacedExtension { message, extension: ExtensionType(51) };
        assert_eq!(decode(&[0, 51, 0, 0]), Err(misplaced));
    }
}
