//! The transports of snapshots, each kept once, and what comes of what happens to them.

use hyaline_search::{Interned, KeptNear, Stop};

use super::aspect::TransportAspect;
use super::occurrences::{CellNumbers, OccurrenceCode, TransportMove, code_of_bare};
use super::sides::NONE;
use crate::side::{Both, Side};
use crate::world::contract::Completion;
use crate::world::snapshot::Marks;
use crate::world::tcp::{Tcp, TcpConfig};

/// What the search reads of a transport.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransportView {
    /// The number of what steps depend on.
    pub(super) aspect: u32,
    /// Who has vanished: 0 for nobody, 1 for the client, 2 for the server.
    pub(super) vanished: u8,
    /// Whether each side has room for one more cell.
    pub(super) has_room: Both<bool>,
}

/// What comes of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TransportChange {
    /// The transport afterwards.
    pub(super) transport: u32,
    /// By how much its part of the measure of progress rises.
    pub(super) rise: i16,
    /// What the move is to the side that made it, as an occurrence.
    pub(super) occurrence: Option<OccurrenceCode>,
}

/// The transports, and what comes of what happens to them.
#[derive(Debug)]
pub(super) struct Transports {
    config: TcpConfig,
    transports: Interned<Tcp>,
    views: Vec<TransportView>,
    aspects: Interned<TransportAspect>,
    /// The changes, by transport and move.
    changes: KeptNear<6>,
}

impl Transports {
    /// No transport yet.
    pub(super) fn new(config: TcpConfig) -> Self {
        Self {
            config,
            transports: Interned::default(),
            views: Vec::new(),
            aspects: Interned::default(),
            changes: KeptNear::default(),
        }
    }

    /// The number of a transport.
    pub(super) fn number(&mut self, tcp: Tcp) -> u32 {
        let (number, is_new) = self.transports.number(tcp);
        if is_new {
            let aspect = TransportAspect::of(&tcp, &self.config);
            let vanished = (1..).zip(Side::ALL).find(|(_, side)| tcp.is_vanished(*side));
            self.views.push(TransportView {
                aspect: self.aspects.number(aspect).0,
                vanished: vanished.map_or(0, |(number, _)| number),
                has_room: Both { client: Side::Client, server: Side::Server }
                    .map(|side| tcp.has_room(&self.config, side)),
            });
        }
        number
    }

    /// The transport of a number.
    pub(super) fn transport_of(&self, number: u32) -> Result<Tcp, Stop> {
        self.transports.get(number).copied().ok_or(Stop::Outgrown)
    }

    /// What the search reads of the transport of a number.
    pub(super) fn view(&self, number: u32) -> Result<TransportView, Stop> {
        let number = usize::try_from(number).ok();
        number.and_then(|number| self.views.get(number)).copied().ok_or(Stop::Outgrown)
    }

    /// What comes of a move.
    pub(super) fn change(
        &mut self,
        transport: u32,
        step: TransportMove,
        cells: &mut CellNumbers,
    ) -> Result<TransportChange, Stop> {
        let code = step.code();
        if let Some(kept) = self.changes.get(transport, code) {
            return Ok(TransportChange::unpacked(kept));
        }
        let before = self.transport_of(transport)?;
        let mut after = before;
        let completion = moved(&mut after, &self.config, step, cells)?;
        let occurrence = completion.map(|completion| match completion {
            Completion::Received(cell) => cells.of(cell).map(super::occurrences::code_of_received),
            bare => Ok(code_of_bare(bare)),
        });
        let rise = i64::from(after.potential()) - i64::from(before.potential());
        let change = TransportChange {
            transport: self.number(after),
            rise: i16::try_from(rise).map_err(|_| Stop::Outgrown)?,
            occurrence: occurrence.transpose()?,
        };
        self.changes.keep(transport, code, change.packed());
        Ok(change)
    }

    /// How many transports were met.
    pub(super) const fn count(&self) -> usize {
        self.transports.count()
    }

    /// The memory that they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.transports.bytes()
            + self.views.capacity() * size_of::<TransportView>()
            + self.aspects.bytes()
            + self.changes.bytes()
    }
}

/// Moves a transport, and says what that is to the side that moved it.
fn moved(
    tcp: &mut Tcp,
    config: &TcpConfig,
    step: TransportMove,
    cells: &CellNumbers,
) -> Result<Option<Completion>, Stop> {
    match step {
        TransportMove::Transmit(side, number) => {
            let cell = cells.cell(number).ok_or(Stop::Outgrown)?;
            return Ok(Some(tcp.transmit(config, side, cell)));
        }
        TransportMove::Receive(side) => return Ok(tcp.receive(config, side)),
        TransportMove::Deliver(side) => tcp.deliver(config, side),
        TransportMove::DeliverReset(side) => tcp.deliver_reset(config, side),
        TransportMove::Vanish(side) => tcp.vanish(side),
        TransportMove::GiveUp(side) => tcp.give_up(side),
        TransportMove::Operate(side, operation) => tcp.operate(side, operation),
    }
    Ok(None)
}

impl TransportChange {
    fn packed(self) -> u64 {
        let [a, b] = self.rise.to_le_bytes();
        let [c, d] = self.occurrence.unwrap_or(NONE).to_le_bytes();
        let [e, f, g, h] = self.transport.to_le_bytes();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    fn unpacked(packed: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = packed.to_le_bytes();
        Self {
            transport: u32::from_le_bytes([e, f, g, h]),
            rise: i16::from_le_bytes([a, b]),
            occurrence: Some(u16::from_le_bytes([c, d])).filter(|code| *code != NONE),
        }
    }
}

/// Both sides' numbers of parties, and the transport's: see [`Packed`](super::Packed).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) parties: Both<u32>,
    pub(super) transport: u32,
    pub(super) marks: Marks,
}

/// How many bits of a key the number of a party has.
const PARTY_BITS: u32 = 21;

/// How many bits the number of a transport has.
const TRANSPORT_BITS: u32 = 19;

/// How many bits the marks have.
const MARK_BITS: u32 = 3;

impl Place {
    /// The key of a snapshot.
    pub(super) fn key(self) -> Result<u64, Stop> {
        let Self { parties: Both { client, server }, transport, marks } = self;
        // The highest number of each part is left out, so that the highest key stands for no
        // snapshot.
        let fits = |number: u32, bits: u32| number < (1 << bits) - 1;
        if !(fits(client, PARTY_BITS)
            && fits(server, PARTY_BITS)
            && fits(transport, TRANSPORT_BITS))
        {
            return Err(Stop::Outgrown);
        }
        let parties = u64::from(client) << PARTY_BITS | u64::from(server);
        let parts = parties << TRANSPORT_BITS | u64::from(transport);
        Ok(parts << MARK_BITS | marks_as_bits(marks))
    }

    /// The parts of a key.
    pub(super) fn of(key: u64) -> Self {
        let part = |shift: u32, bits: u32| {
            u32::try_from(key >> shift & ((1 << bits) - 1)).unwrap_or_default()
        };
        let server = MARK_BITS + TRANSPORT_BITS;
        Self {
            parties: Both {
                client: part(server + PARTY_BITS, PARTY_BITS),
                server: part(server, PARTY_BITS),
            },
            transport: part(MARK_BITS, TRANSPORT_BITS),
            marks: Marks {
                went_back: key & 1 != 0,
                dallied: key & 2 != 0,
                unconfirmed: key & 4 != 0,
            },
        }
    }
}

/// The marks as [`MARK_BITS`] bits.
pub(super) fn marks_as_bits(marks: Marks) -> u64 {
    let Marks { went_back, dallied, unconfirmed } = marks;
    u64::from(went_back) | u64::from(dallied) << 1 | u64::from(unconfirmed) << 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_all_parts_and_is_refused_where_it_cannot() {
        let most = (1 << PARTY_BITS) - 2;
        let most_of_transport = (1 << TRANSPORT_BITS) - 2;
        let marks = |bits: u8| Marks {
            went_back: bits & 1 != 0,
            dallied: bits & 2 != 0,
            unconfirmed: bits & 4 != 0,
        };
        for marks in (0..8).map(marks) {
            for (client, server, transport) in
                [(0, 0, 0), (1, 2, 3), (most, most, most_of_transport)]
            {
                let parties = Both { client, server };
                let place = Place { parties, transport, marks };
                let key = place.key().expect("few parts");
                assert_eq!(Place::of(key), place);
                assert!(key < u64::MAX);
            }
        }
        let marks = Marks::default();
        for (client, transport) in [(most + 1, 0), (0, most_of_transport + 1)] {
            let place = Place { parties: Both { client, server: 0 }, transport, marks };
            assert_eq!(place.key(), Err(Stop::Outgrown));
        }
    }
}
