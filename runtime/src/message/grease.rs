//! Values that are reserved for meaning nothing (GREASE, RFC 8701). A receiver has to pass over
//! them, as over all that it does not know; an implementation that never receives any may come to
//! refuse what it does not know.

use super::list::Number16;
use super::writer::Writer;
use crate::identifiers::{CipherSuite, ExtensionType, NamedGroup, SignatureScheme};

/// The values of one connection, each drawn for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grease {
    pub(crate) version: u16,
    pub(crate) suite: CipherSuite,
    pub(crate) group: NamedGroup,
    /// Whether there is a key share of that group. A HelloRetryRequest for another group takes it
    /// away.
    pub(crate) has_share: bool,
    pub(crate) scheme: SignatureScheme,
    pub(crate) protocol: [u8; 2],
    /// In psk_key_exchange_modes.
    pub(crate) mode: u8,
    /// The first extension, which is empty.
    pub(crate) first: ExtensionType,
    /// The extension behind all others but pre_shared_key; its contents are one byte.
    pub(crate) last: ExtensionType,
}

impl Grease {
    /// Made of random bytes.
    pub(crate) fn new(
        [version, suite, group, scheme, protocol, mode, first, last]: [u8; 8],
    ) -> Self {
        let (first, last) = (number(first), number(last));
        Self {
            version: number(version),
            suite: CipherSuite(number(suite)),
            group: NamedGroup(number(group)),
            has_share: true,
            scheme: SignatureScheme(number(scheme)),
            protocol: number(protocol).to_be_bytes(),
            // RFC 8701 section 2: each is 31 more than the one before, from 11 to 228.
            mode: 0x0b + 0x1f * (mode % 8),
            first: ExtensionType(first),
            // No extension may stand twice.
            last: ExtensionType(if first == last { last ^ 0x1010 } else { last }),
        }
    }

    /// Writes the extension that stands before all others.
    pub(crate) fn write_first(&self, extensions: &mut Writer<'_>) {
        extensions.extension(self.first, |_| {});
    }

    /// Writes the extension that stands behind all others but pre_shared_key.
    pub(crate) fn write_last(&self, extensions: &mut Writer<'_>) {
        extensions.extension(self.last, |contents| contents.u8(0));
    }

    /// Writes the key share, which is of one byte.
    pub(crate) fn write_share(&self, shares: &mut Writer<'_>) {
        if self.has_share {
            shares.u16(self.group.0);
            shares.vector16(|key| key.u8(0));
        }
    }
}

/// One of the sixteen numbers of RFC 8701 section 2: 0x0a0a, 0x1a1a, up to 0xfafa.
fn number(random: u8) -> u16 {
    u16::from_be_bytes([random & 0xf0 | 0x0a; 2])
}

/// Writes a number that means nothing, if there is one.
pub(crate) fn write_number(writer: &mut Writer<'_>, number: Option<impl Number16>) {
    if let Some(number) = number {
        writer.u16(number.number());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_drawn_is_reserved() {
        let reserved: Vec<u16> = (0..16).map(|high| 0x0a0a + 0x1010 * high).collect();
        let modes = [0x0b, 0x2a, 0x49, 0x68, 0x87, 0xa6, 0xc5, 0xe4];
        let mut seen = [0; 256].map(|_| false);
        for random in 0..=0xff {
            let grease = Grease::new([random; 8]);
            let numbers = [
                grease.version,
                grease.suite.0,
                grease.group.0,
                grease.scheme.0,
                u16::from_be_bytes(grease.protocol),
                grease.first.0,
                grease.last.0,
            ];
            assert!(numbers.iter().all(|number| reserved.contains(number)), "{numbers:x?}");
            assert!(modes.contains(&grease.mode), "{:x}", grease.mode);
            assert_ne!(grease.first, grease.last);
            seen[usize::from(grease.mode)] = true;
            seen[usize::from(grease.suite.0 >> 8)] = true;
        }
        assert_eq!(seen.into_iter().filter(|seen| *seen).count(), 16 + 8 - 1, "0x2a is in both");
    }
}
