//! A snapshot of world *pair* without bounds, and its key.

use crate::side::Both;

/// The whole system's valuation, by the numbers of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnboundedSnapshot {
    /// The number of each party.
    pub parties: Both<u32>,
    /// The number of the wire.
    pub wire: u32,
}

/// How many bits of a key are a party's number, and how many are the wire's.
const PARTY_BITS: u32 = 21;
const WIRE_BITS: u32 = 22;

impl UnboundedSnapshot {
    /// An exact key; nothing if there are more parts than a key can tell apart.
    pub fn key(self) -> Option<u64> {
        let Both { client, server } = self.parties;
        let fits = client >> PARTY_BITS == 0 && server >> PARTY_BITS == 0;
        let fits = fits && self.wire >> WIRE_BITS == 0;
        let key = u64::from(client) << (PARTY_BITS + WIRE_BITS)
            | u64::from(server) << WIRE_BITS
            | u64::from(self.wire);
        fits.then_some(key)
    }

    /// The snapshot of a key.
    pub fn of_key(key: u64) -> Self {
        let bits = |shift: u32, bits: u32| {
            u32::try_from(key >> shift & ((1 << bits) - 1)).unwrap_or_default()
        };
        let client = bits(PARTY_BITS + WIRE_BITS, PARTY_BITS);
        let server = bits(WIRE_BITS, PARTY_BITS);
        Self { parties: Both { client, server }, wire: bits(0, WIRE_BITS) }
    }
}
