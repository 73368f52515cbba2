//! The extension pre_shared_key (RFC 9846 section 4.3.11).

use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};

/// The shortest binder that the syntax allows, in bytes.
const SHORTEST_BINDER: usize = 32;

/// A key that a client offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PskIdentity<'a> {
    /// A ticket, or the name of an external key.
    pub(crate) identity: &'a [u8],
    /// The ticket's age in milliseconds, plus its ticket_age_add.
    pub(crate) obfuscated_ticket_age: u32,
}

impl<'a> PskIdentity<'a> {
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let identity = reader.vector16(1, "identities")?;
        let obfuscated_ticket_age = reader.u32("obfuscated_ticket_age")?;
        Ok(Self { identity, obfuscated_ticket_age })
    }
}

/// The keys that a client offers, each with a binder. The extension is the last of a ClientHello,
/// and the binders are the last in it: they cover everything before them (section 4.3.11.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OfferedPsks<'a> {
    identities: &'a [u8],
    binders: &'a [u8],
}

impl<'a> OfferedPsks<'a> {
    /// Reads the extension of a ClientHello. There are as many binders as identities.
    pub(super) fn decode(contents: &mut Reader<'a>) -> Result<Self, Error> {
        let identities = contents.vector16(7, "identities")?;
        let binders = contents.vector16(1 + SHORTEST_BINDER, "binders")?;
        let mut reader = contents.within(identities);
        let mut balance = 0_usize;
        while !reader.is_empty() {
            PskIdentity::decode(&mut reader)?;
            balance = balance.saturating_add(1);
        }
        let mut reader = contents.within(binders);
        while !reader.is_empty() {
            reader.vector8(SHORTEST_BINDER, "binders")?;
            balance = balance.checked_sub(1).ok_or_else(|| contents.illegal("binders"))?;
        }
        if balance != 0 {
            return Err(contents.illegal("binders"));
        }
        Ok(Self { identities, binders })
    }

    /// Each key with its binder.
    pub(crate) fn iter(self) -> impl Iterator<Item = (PskIdentity<'a>, &'a [u8])> {
        let mut identities = Reader::new(HandshakeType::ClientHello, self.identities);
        let mut binders = Reader::new(HandshakeType::ClientHello, self.binders);
        core::iter::from_fn(move || {
            let identity = PskIdentity::decode(&mut identities).ok()?;
            Some((identity, binders.vector8(SHORTEST_BINDER, "binders").ok()?))
        })
    }

    /// How many bytes at the end of the ClientHello the binders take, their length included.
    pub(crate) const fn binders_length(self) -> usize {
        2 + self.binders.len()
    }
}

/// Writes the extension of a ClientHello that offers one key, with zeros in the place of the
/// binder, which has as many bytes as its hash.
pub(crate) fn write_offered_psk(
    extensions: &mut Writer<'_>,
    offered: PskIdentity<'_>,
    binder_length: usize,
) {
    extensions.extension(ExtensionType::PreSharedKey, |contents| {
        contents.vector16(|identities| {
            identities.vector16(|identity| identity.bytes(offered.identity));
            identities.u32(offered.obfuscated_ticket_age);
        });
        contents.vector16(|binders| {
            binders.vector8(|binder| (0..binder_length).for_each(|_| binder.u8(0)));
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(contents: &[u8]) -> Result<OfferedPsks<'_>, Error> {
        let mut reader = Reader::new(HandshakeType::ClientHello, contents);
        let offered = OfferedPsks::decode(&mut reader)?;
        reader.end("extension_data").map(|()| offered)
    }

    fn extension(identities: &[&[u8]], binders: &[usize]) -> Vec<u8> {
        let mut buffer = Vec::new();
        let mut writer = Writer::new(&mut buffer);
        writer.vector16(|list| {
            for identity in identities {
                list.vector16(|bytes| bytes.bytes(identity));
                list.u32(7);
            }
        });
        writer.vector16(|list| {
            for length in binders {
                list.vector8(|bytes| bytes.bytes(&vec![9; *length]));
            }
        });
        buffer
    }

    #[test]
    fn each_identity_has_its_binder() {
        let bytes = extension(&[b"one", b"two"], &[32, 48]);
        let offered = decode(&bytes).unwrap();
        let found: Vec<_> =
            offered.iter().map(|(psk, binder)| (psk.identity.to_vec(), binder.len())).collect();
        assert_eq!(found, [(b"one".to_vec(), 32), (b"two".to_vec(), 48)]);
        assert_eq!(offered.binders_length(), 2 + 33 + 49);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut buffer = Vec::new();
        let psk = PskIdentity { identity: b"a ticket", obfuscated_ticket_age: 0x0102_0304 };
        write_offered_psk(&mut Writer::new(&mut buffer), psk, 32);
        let offered = decode(&buffer[4..]).unwrap();
        assert_eq!(offered.iter().next(), Some((psk, &[0; 32][..])));
    }

    #[test]
    fn too_few_or_too_many_binders_are_illegal() {
        let message = HandshakeType::ClientHello;
        let illegal = Err(Error::IllegalValue { message, field: "binders" });
        for binders in [&[32][..], &[32, 32, 32]] {
            let bytes = extension(&[b"one", b"two"], binders);
            assert_eq!(decode(&bytes).map(|_| ()), illegal);
        }
    }

    #[test]
    fn an_empty_identity_and_a_short_binder_are_malformed() {
        for bytes in [
            extension(&[b""], &[32]),
            extension(&[b"one"], &[31]),
            extension(&[], &[32]),
            extension(&[b"one"], &[]),
        ] {
            assert!(matches!(decode(&bytes), Err(Error::Malformed { .. })));
        }
    }
}
