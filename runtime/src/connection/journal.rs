//! The log of the rows that a connection takes, where its configuration has one.
//!
//! Both halves number their lines by one counter, so that the lines of a connection have one order,
//! whoever owns the halves.

use core::fmt;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use hyaline_model::table::{
    Action, EffectKind, Event, FINGERPRINT, FactName, Facts, Half, Machine, Memory, Policy,
    PolicyName, Role, Row,
};
use hyaline_model::turn::{Fault, Listener, OneHalf, World};

use crate::RowLog;

/// What both halves of a connection share.
struct Shared {
    log: Arc<dyn RowLog>,
    /// The number of the connection in this process.
    connection: u64,
    role: Role,
    began: Instant,
    /// The number of the next line.
    next: AtomicU64,
}

impl Shared {
    fn line(&self, what: What<'_>) {
        let line = RowLine {
            connection: self.connection,
            role: self.role,
            sequence: self.next.fetch_add(1, Ordering::Relaxed),
            microseconds: self.began.elapsed().as_micros(),
            what,
        };
        self.log.log(&line);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.line(What::Over);
    }
}

/// What one half writes down.
#[derive(Clone)]
pub(crate) struct Journal {
    shared: Arc<Shared>,
    half: Half,
    /// The number of its turn.
    turn: u64,
    /// Events that this turn has raised, and has not handled.
    raised: VecDeque<Event>,
    /// The state of each machine.
    states: Vec<u8>,
}

impl Journal {
    /// The journals of both halves of a connection that begins.
    pub(super) fn begin(log: &Arc<dyn RowLog>, tickets: u8, policy: &Policy) -> [Box<Self>; 2] {
        static CONNECTIONS: AtomicU64 = AtomicU64::new(1);
        let shared = Arc::new(Shared {
            log: Arc::clone(log),
            connection: CONNECTIONS.fetch_add(1, Ordering::Relaxed),
            role: policy.role,
            began: Instant::now(),
            next: AtomicU64::new(0),
        });
        shared.line(What::Began { policy, tickets });
        let states: Vec<u8> = Machine::ALL.iter().map(|machine| machine.initial_state()).collect();
        [Half::Receiving, Half::Sending].map(|half| {
            let (shared, states) = (Arc::clone(&shared), states.clone());
            Box::new(Self { shared, half, turn: 0, raised: VecDeque::new(), states })
        })
    }

    /// The halves have two owners from now on, or one again.
    pub(super) fn owners(&self, number: u8) {
        self.shared.line(What::Owners(number));
    }

    /// A row has fired, on this event if it is the first of its turn. `sealed` is how many records
    /// the sending half had sealed before.
    fn fired(
        &mut self,
        row: &'static Row,
        first: Option<Event>,
        facts: &Facts,
        sealed: Option<u64>,
    ) {
        let event = match first {
            Some(event) => {
                self.turn += 1;
                self.raised.clear();
                event
            }
            None if row.event == Event::Settle.kind() => Event::Settle,
            None => self.raised.pop_front().unwrap_or(Event::Settle),
        };
        for effect in row.effects {
            if let EffectKind::Raise(raised) = effect.kind {
                self.raised.push_back(raised(event));
            }
        }
        let state = self.states.get_mut(usize::from(row.machine.index()));
        let from = state.as_deref().copied().unwrap_or_default();
        let to = row.to.unwrap_or(from);
        if let Some(state) = state {
            *state = to;
        }
        let (half, turn) = (self.half, self.turn);
        self.shared.line(What::Row(&Taken { half, turn, row, event, from, to, facts, sealed }));
    }
}

/// What surrounds a turn that may be written down.
pub(super) trait Written {
    /// Where its rows go, if that is wanted.
    fn journal(&mut self) -> &mut Option<Box<Journal>>;

    /// How many records the sending half has sealed, where this is its turn.
    fn sealed(&self) -> Option<u64>;
}

/// What surrounds a turn that is written down.
pub(super) struct Writing<'t, H, W> {
    world: &'t mut W,
    journal: &'t mut Journal,
    /// What the turn begins with, until its row has fired.
    event: Option<Event>,
    half: PhantomData<H>,
}

impl<'t, H, W> Writing<'t, H, W> {
    pub(super) const fn new(world: &'t mut W, journal: &'t mut Journal, event: Event) -> Self {
        Self { world, journal, event: Some(event), half: PhantomData }
    }
}

impl<H: OneHalf, W: World<H> + Written> Listener for Writing<'_, H, W> {
    #[inline(never)]
    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        self.world.fired(row, memory);
        let facts = self.world.facts().into();
        self.journal.fired(row, self.event.take(), &facts, self.world.sealed());
    }

    fn fault(&mut self, fault: Fault) {
        self.world.fault(fault);
    }
}

impl<H: OneHalf, W: World<H> + Written> World<H> for Writing<'_, H, W> {
    fn facts(&self) -> H::Facts {
        self.world.facts()
    }

    fn perform(&mut self, action: Action) {
        self.world.perform(action);
    }
}

/// One line of a log of rows: an object of JSON, which `to_string` gives. Names and numbers are all
/// that is in it.
pub struct RowLine<'l> {
    connection: u64,
    role: Role,
    sequence: u64,
    microseconds: u128,
    what: What<'l>,
}

impl RowLine<'_> {
    /// The number of the connection in this process.
    #[must_use]
    pub const fn connection(&self) -> u64 {
        self.connection
    }

    /// The place of the line among those of its connection: 0 at first.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }
}

/// What a line tells.
enum What<'l> {
    /// A connection begins.
    Began { policy: &'l Policy, tickets: u8 },
    /// A row is taken.
    Row(&'l Taken<'l>),
    /// The halves have so many owners from now on.
    Owners(u8),
    /// The connection is dropped.
    Over,
}

/// A row that is taken.
struct Taken<'l> {
    half: Half,
    turn: u64,
    row: &'static Row,
    event: Event,
    from: u8,
    to: u8,
    facts: &'l Facts,
    sealed: Option<u64>,
}

/// Names of the table are identifiers, so that nothing is to be escaped.
impl fmt::Display for RowLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, sequence, microseconds, .. } = self;
        let end = self.role.name().to_ascii_lowercase();
        write!(
            formatter,
            "{{\"connection\":{connection},\"end\":\"{end}\",\"sequence\":{sequence},\
             \"microseconds\":{microseconds}"
        )?;
        match &self.what {
            What::Began { policy, tickets } => {
                write!(formatter, ",\"table\":\"{FINGERPRINT}\",\"tickets\":{tickets}")?;
                let values = PolicyName::ALL
                    .iter()
                    .map(|switch| (switch.name(), switch.value_name(policy.get(*switch))));
                object(formatter, "policy", values)?;
            }
            What::Row(taken) => taken.fmt(formatter)?,
            What::Owners(number) => write!(formatter, ",\"owners\":{number}")?,
            What::Over => formatter.write_str(",\"over\":true")?,
        }
        formatter.write_str("}")
    }
}

impl Taken<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { turn, row, event, .. } = self;
        let half = self.half.name();
        let (machine, number) = (row.machine, row.number);
        let [from, to] = [self.from, self.to].map(|state| machine.state_name(state));
        let machine = machine.name();
        write!(
            formatter,
            ",\"half\":\"{half}\",\"turn\":{turn},\"machine\":\"{machine}\",\"row\":{number},\
             \"event\":\"{event}\",\"from\":\"{from}\",\"to\":\"{to}\""
        )?;
        if let Some(sealed) = self.sealed {
            write!(formatter, ",\"sealed\":{sealed}")?;
        }
        // Only facts that differ from their first value are written: those of the other half never
        // do here, and those of this half rarely.
        let others = FactName::ALL.iter().filter_map(|fact| {
            let value = self.facts.get(*fact);
            (value != Facts::FIRST.get(*fact)).then(|| (fact.name(), fact.value_name(value)))
        });
        object(formatter, "facts", others)
    }
}

/// A field whose value is an object of names.
fn object(
    formatter: &mut fmt::Formatter<'_>,
    name: &str,
    fields: impl Iterator<Item = (&'static str, &'static str)>,
) -> fmt::Result {
    write!(formatter, ",\"{name}\":{{")?;
    for (index, (field, value)) in fields.enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(formatter, "{comma}\"{field}\":\"{value}\"")?;
    }
    formatter.write_str("}")
}

impl fmt::Debug for RowLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RowLine({self})")
    }
}
