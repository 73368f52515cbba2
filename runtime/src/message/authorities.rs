//! certificate_authorities (RFC 9846 section 4.3.4): under whom certificates are wanted.

use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};

const FIELD: &str = "certificate_authorities";

/// The distinguished names of authorities, each in DER. Whether they are such names is not looked
/// at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authorities<'a> {
    pub(crate) list: &'a [u8],
}

impl<'a> Authorities<'a> {
    pub(super) fn decode(contents: &mut Reader<'a>) -> Result<Self, Error> {
        let list = contents.vector16(3, FIELD)?;
        let mut names = contents.within(list);
        while !names.is_empty() {
            names.vector16(1, FIELD)?;
        }
        Ok(Self { list })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let mut names = Reader::new(HandshakeType::CertificateRequest, self.list);
        core::iter::from_fn(move || names.vector16(1, FIELD).ok())
    }
}

/// Writes certificate_authorities, unless there are no names.
pub(crate) fn write_authorities(names: &[Vec<u8>], extensions: &mut Writer<'_>) {
    if !names.is_empty() {
        extensions.extension(ExtensionType::CertificateAuthorities, |contents| {
            contents.vector16(|list| {
                for name in names {
                    list.vector16(|bytes| bytes.bytes(name));
                }
            });
        });
    }
}
