//! Key shares (RFC 9846 section 4.3.8).

use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{HandshakeType, NamedGroup};

/// The public key of one side for one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyShare<'a> {
    pub(crate) group: NamedGroup,
    pub(crate) public_key: &'a [u8],
}

impl<'a> KeyShare<'a> {
    pub(super) fn decode(contents: &mut Reader<'a>) -> Result<Self, Error> {
        let group = NamedGroup(contents.u16("key_share")?);
        let public_key = contents.vector16(1, "key_share")?;
        Ok(Self { group, public_key })
    }

    pub(crate) fn write(self, writer: &mut Writer<'_>) {
        writer.u16(self.group.0);
        writer.vector16(|key| key.bytes(self.public_key));
    }
}

/// The shares of a ClientHello; none if it asks the server to name a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyShares<'a> {
    list: &'a [u8],
}

impl<'a> KeyShares<'a> {
    pub(super) fn decode(contents: &mut Reader<'a>) -> Result<Self, Error> {
        let list = contents.vector16(0, "key_share")?;
        let mut shares = contents.within(list);
        while !shares.is_empty() {
            KeyShare::decode(&mut shares)?;
        }
        Ok(Self { list })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = KeyShare<'a>> + Clone {
        let mut shares = Reader::new(HandshakeType::ClientHello, self.list);
        core::iter::from_fn(move || KeyShare::decode(&mut shares).ok())
    }

    pub(crate) fn find(self, group: NamedGroup) -> Option<&'a [u8]> {
        self.iter().find(|share| share.group == group).map(|share| share.public_key)
    }
}
