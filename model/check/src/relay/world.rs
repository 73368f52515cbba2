//! Both connections of a relay, and who may move.

use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::{Caller, Callers, Program, Programs};
use crate::relay::link::{Link, Links};
use crate::relay::script::Copying;
use crate::side::{Both, Side};
use crate::world::cell::CellContent;
use crate::world::contract::{Completion, PairEndpoint};
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;
use crate::world::tcp::Reset;

/// The valuation of the whole: that of each connection.
pub type RelaySnapshot<E> = Links<Snapshot<E>>;

/// What moves: two connections, the programs at their outer ends, and the relay between them.
#[derive(Debug)]
pub struct RelayWorld<E> {
    /// Each connection, on which any call may be made.
    pairs: Links<Pair<E>>,
    /// What the client and the server call.
    programs: Both<Program>,
    /// How the relay copies.
    copying: Copying,
    /// Whether a call that nothing else notices begins before any other step.
    begins_at_once: bool,
}

impl<E: PairEndpoint> RelayWorld<E> {
    /// The world of these connections.
    pub const fn new(pairs: Links<Pair<E>>, programs: Both<Program>, copying: Copying) -> Self {
        Self { pairs, programs, copying, begins_at_once: true }
    }

    /// The same world with every beginning of a call at any time, to compare with.
    #[must_use]
    pub fn with_beginnings_at_any_time(self) -> Self {
        Self { begins_at_once: false, ..self }
    }

    /// One connection.
    pub const fn pair(&self, link: Link) -> &Pair<E> {
        self.pairs.of(link)
    }

    /// The snapshot in which no call was made.
    pub fn first(&self) -> RelaySnapshot<E> {
        Links::from_links(|link| self.pairs.of(link).first())
    }

    /// The steps that may be taken, as places in the lists `moves`, which have every step that each
    /// connection alone has.
    ///
    /// A call of one that makes all calls begins at once, before any other step, where nothing but
    /// its own end notices when it does: see
    /// [`Beginnings::AtOnce`](crate::world::step::Beginnings). The relay's other connection notices
    /// only what a call returns, and a further result never withdraws a call that the script has
    /// next. Budgets run out where no other step can be taken.
    pub fn enabled(
        &self,
        snapshots: Links<&Snapshot<E>>,
        moves: Links<&[Step]>,
    ) -> Vec<(Link, usize)> {
        let scripted = self.scripted_in(snapshots);
        let mut enabled = Vec::new();
        let mut expiries = Vec::new();
        for link in Link::ALL {
            for (place, step) in moves.of(link).iter().enumerate() {
                match *step {
                    Step::ExpireBudget(_) => expiries.push((link, place)),
                    Step::Begin(side, call) => {
                        if !self.may_begin(snapshots, link, side, call, scripted) {
                            continue;
                        }
                        if self.begins_alone(snapshots, link, side, call) {
                            return vec![(link, place)];
                        }
                        enabled.push((link, place));
                    }
                    _ => enabled.push((link, place)),
                }
            }
        }
        if enabled.is_empty() { expiries } else { enabled }
    }

    /// The steps that may be taken in a snapshot: each connection's, those of its network last.
    pub fn steps(&self, snapshot: &RelaySnapshot<E>) -> Vec<(Link, Step)> {
        let moves = Links::from_links(|link| {
            let mut steps = Vec::new();
            self.pair(link).steps(snapshot.of(link), &mut steps);
            steps
        });
        let places = self.enabled(
            Links { downstream: &snapshot.downstream, upstream: &snapshot.upstream },
            Links { downstream: &moves.downstream, upstream: &moves.upstream },
        );
        let step = |(link, place): (Link, usize)| Some((link, *moves.of(link).get(place)?));
        places.into_iter().filter_map(step).collect()
    }

    /// The calls that the relay's script has next.
    pub fn scripted(&self, snapshot: &RelaySnapshot<E>) -> [Option<(Link, ProgramCall)>; 2] {
        self.scripted_in(Links { downstream: &snapshot.downstream, upstream: &snapshot.upstream })
    }

    fn scripted_in(&self, snapshots: Links<&Snapshot<E>>) -> [Option<(Link, ProgramCall)>; 2] {
        let relays = |link: Link| &snapshots.of(link).parties.of(link.relays_side()).histories;
        self.copying.next(Links::from_links(relays))
    }

    /// Whether a step that its connection has may be taken, as far as programs and relay go.
    pub fn allows(&self, snapshot: &RelaySnapshot<E>, link: Link, step: Step) -> bool {
        let Step::Begin(side, call) = step else { return true };
        let snapshots = Links { downstream: &snapshot.downstream, upstream: &snapshot.upstream };
        self.may_begin(snapshots, link, side, call, self.scripted_in(snapshots))
    }

    /// Whether a step is one of a connection's handshake: it begins one, or moves one of its
    /// messages to an end whose socket is open.
    pub fn is_handshake(&self, snapshot: &RelaySnapshot<E>, link: Link, step: Step) -> bool {
        let (before, config) = (snapshot.of(link), &self.pair(link).tcp);
        let cell = match step {
            Step::Begin(_, call) => return call == ProgramCall::Handshake,
            Step::Transmit(side) if before.tcp.reset(side) != Reset::Nowhere => None,
            Step::Transmit(side) | Step::Exchange(side) => {
                before.parties.of(side).endpoint.first_cell()
            }
            Step::Deliver(side) if before.tcp.is_closed(side.peer()) => None,
            Step::Deliver(side) => before.tcp.send_queue(side).first(),
            Step::Receive(side) => match { before.tcp }.receive(config, side) {
                Some(Completion::Received(cell)) => Some(cell),
                _ => None,
            },
            _ => None,
        };
        cell.is_some_and(|cell| is_message(cell.content))
    }

    /// Whether the program of a side has this call next.
    fn may_begin(
        &self,
        snapshots: Links<&Snapshot<E>>,
        link: Link,
        side: Side,
        call: ProgramCall,
        scripted: [Option<(Link, ProgramCall)>; 2],
    ) -> bool {
        if side == link.relays_side() {
            return scripted.contains(&Some((link, call)));
        }
        let caller = self.programs_of(link).caller(side, call);
        let begun = snapshots.of(link).parties.of(side).histories.of(caller).calls().length();
        self.programs.of(side).calls.of(caller).get(begun) == Some(call)
    }

    fn begins_alone(
        &self,
        snapshots: Links<&Snapshot<E>>,
        link: Link,
        side: Side,
        call: ProgramCall,
    ) -> bool {
        // Of two callers each begins at any time: what one is told of a reset depends on whether
        // the other has begun, and between a relay's calls there is always time for one.
        self.begins_at_once
            && self.programs_of(link).caller(side, call) == Caller::Whole
            && snapshots.of(link).tcp.receive_queue(side).is_empty()
    }

    const fn programs_of(&self, link: Link) -> &Programs {
        &self.pairs.of(link).programs
    }
}

/// Whether it is a message of the handshake, or what goes with one.
const fn is_message(content: CellContent) -> bool {
    match content {
        CellContent::ClientHello
        | CellContent::UnsuitableClientHello
        | CellContent::HelloRetryRequest
        | CellContent::ServerHello
        | CellContent::ChangeCipherSpec
        | CellContent::EndOfEarlyData
        | CellContent::EncryptedExtensions
        | CellContent::EncryptedExtensionsWithEarlyData
        | CellContent::CertificateRequest
        | CellContent::GoodCertificate
        | CellContent::RejectedCertificate
        | CellContent::EmptyCertificate
        | CellContent::CertificateVerify
        | CellContent::Finished => true,
        CellContent::Data
        | CellContent::EarlyData
        | CellContent::NewSessionTicket
        | CellContent::KeyUpdate
        | CellContent::KeyUpdateRequest
        | CellContent::CloseNotify
        | CellContent::Alert(_)
        | CellContent::Plaintext => false,
    }
}

/// The histories of the client, of the relay on both connections, and of the server.
pub fn histories<E>(snapshot: &RelaySnapshot<E>) -> Links<Both<Callers<History>>> {
    Links::from_links(|link| {
        let parties = &snapshot.of(link).parties;
        Both { client: parties.client.histories, server: parties.server.histories }
    })
}
