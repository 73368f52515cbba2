//! The parts of snapshots, each kept once, and what they do, worked out once.

use hyaline_search::{Interned, Kept};

use crate::programs::Programs;
use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::side::{Both, Side};
use crate::unbounded::party::{Answer, Place, Rejection, Stimulus, UnboundedParty};
use crate::unbounded::view::{Direction, View};
use crate::unbounded::violation::UnboundedViolation;
use crate::unbounded::wire::{Movement, Rest, Wire, moved};
use crate::world::cell::Cell;
use crate::world::contract::{Completion, PairOperation};

/// What came of a stimulus, by numbers.
#[derive(Clone, Copy, Debug)]
pub struct CallOutcome {
    /// The party afterwards.
    pub party: u32,
    /// What the transport is to do at once, in order.
    pub operations: [Option<PairOperation>; 2],
    /// A read was told that the stream has ended in order.
    pub ends_stream: bool,
    /// A call was told that the transport has failed.
    pub failure: Option<(ProgramCall, ProgramResult)>,
    /// The peer's sending key counts from one later.
    pub renumbers: bool,
    /// What must not have happened.
    pub violation: Option<UnboundedViolation>,
}

/// The parties and transports that were met, and what came of what happened to them.
#[derive(Debug)]
pub struct PartSteps {
    programs: Programs,
    rejection: Option<Rejection>,
    may_fail: bool,
    parties: Interned<UnboundedParty>,
    views: Vec<View>,
    wires: Interned<Wire>,
    directions: Vec<Both<Direction>>,
    letters: Interned<Cell>,
    outcomes: Vec<CallOutcome>,
    answers: Kept,
    movements: Kept,
}

/// A stimulus as a number: those of records stand behind the others.
pub type StimulusCode = u8;

/// A movement as a number: those of records stand behind the others.
type MovementCode = u8;

/// The number of [`Stimulus::Mail`], behind those of all calls.
const MAIL: u8 = 13;

/// The number of [`Stimulus::Renumber`].
const RENUMBER: u8 = MAIL + 1;

/// The number of the first of [`WITHOUT_RECORD`].
const COMPLETED: u8 = RENUMBER + 1;

/// How many numbers there are before those of records.
const CODES_WITHOUT_RECORD: u8 = COMPLETED + 8;

// Each call and each completion has a number of its own.
const _: () = assert!(ProgramCall::ALL.len() == MAIL as usize);
const _: () = assert!(WITHOUT_RECORD.len() == (CODES_WITHOUT_RECORD - COMPLETED) as usize);

/// The most different records.
const LETTERS_AT_MOST: u8 = 112;

/// No stimulus.
const NONE: u64 = 0xff;

impl PartSteps {
    /// No parts yet, for sides that run these programs.
    pub fn new(programs: Programs, rejection: Option<Rejection>) -> Self {
        Self {
            programs,
            rejection,
            may_fail: false,
            parties: Interned::default(),
            views: Vec::new(),
            wires: Interned::default(),
            directions: Vec::new(),
            letters: Interned::default(),
            outcomes: Vec::new(),
            answers: Kept::default(),
            movements: Kept::default(),
        }
    }

    /// From now on the transport may fail.
    pub const fn expect_failures(&mut self) {
        self.may_fail = true;
    }

    /// What is fixed for a side.
    pub const fn place(&self, side: Side) -> Place {
        let Self { programs, rejection, may_fail, .. } = *self;
        Place { side, programs, rejection, may_fail }
    }

    /// How many different parties and transports were met.
    pub fn counts(&self) -> (usize, usize) {
        (self.parties.count(), self.wires.count())
    }

    /// Whether there were more different records than have numbers.
    pub fn has_too_many_letters(&self) -> bool {
        self.letters.count() > usize::from(LETTERS_AT_MOST)
    }

    /// The number of a party of this side.
    pub fn party(&mut self, side: Side, party: UnboundedParty) -> u32 {
        let (number, is_new) = self.parties.number(party);
        if is_new {
            let mut view = View::of(&party, side, &self.programs);
            view.first = party.first_cell().map(|cell| self.letter(cell));
            self.views.push(view);
        }
        number
    }

    /// The number of a transport.
    pub fn wire(&mut self, wire: Wire) -> u32 {
        let (number, is_new) = self.wires.number(wire);
        if is_new {
            let of = |side| Direction::of(&wire, side);
            self.directions.push(Both { client: of(Side::Client), server: of(Side::Server) });
        }
        number
    }

    /// The party of a number.
    pub fn party_of(&self, number: u32) -> Option<&UnboundedParty> {
        self.parties.get(number)
    }

    /// The transport of a number.
    pub fn wire_of(&self, number: u32) -> Option<&Wire> {
        self.wires.get(number)
    }

    /// What the search reads of the party of a number.
    pub fn view(&self, party: u32) -> Option<&View> {
        usize::try_from(party).ok().and_then(|number| self.views.get(number))
    }

    /// What the search reads of the transport of a number.
    pub fn directions(&self, wire: u32) -> Option<&Both<Direction>> {
        usize::try_from(wire).ok().and_then(|number| self.directions.get(number))
    }

    fn letter(&mut self, cell: Cell) -> u8 {
        u8::try_from(self.letters.number(cell).0).unwrap_or(u8::MAX).min(LETTERS_AT_MOST)
    }

    /// What comes of a stimulus.
    pub fn answer(&mut self, side: Side, party: u32, code: StimulusCode) -> Option<CallOutcome> {
        let key = u64::from(party) << 8 | u64::from(code);
        if let Some(number) = self.answers.get(key) {
            return usize::try_from(number).ok().and_then(|at| self.outcomes.get(at)).copied();
        }
        let stimulus = self.stimulus_of(code)?;
        let place = self.place(side);
        let Answer { party: after, operations, ends_stream, failure, renumbers, violation } =
            self.parties.get(party)?.answer(&place, stimulus, &mut ());
        let party = self.party(side, after);
        let outcome = CallOutcome { party, operations, ends_stream, failure, renumbers, violation };
        self.answers.keep(key, u64::try_from(self.outcomes.len()).unwrap_or(u64::MAX));
        self.outcomes.push(outcome);
        Some(outcome)
    }

    /// Moves a transport, and says what stimulus that is to the side that moved it.
    pub fn advance(&mut self, wire: &mut u32, movement: Movement<u8>) -> Option<StimulusCode> {
        let key = u64::from(*wire) << 8 | u64::from(code_of(movement));
        let value = match self.movements.get(key) {
            Some(value) => value,
            None => {
                let letters = &self.letters;
                let movement =
                    movement.with_record(|letter| letters.get(u32::from(letter)).copied())?;
                let (after, completion) = moved(*self.wires.get(*wire)?, movement);
                let stimulus = completion.map(|done| self.code_of(Stimulus::Completed(done)));
                let after = u64::from(self.wire(after));
                let value = after << 8 | stimulus.map_or(NONE, u64::from);
                self.movements.keep(key, value);
                value
            }
        };
        *wire = u32::try_from(value >> 8).unwrap_or(u32::MAX);
        u8::try_from(value & 0xff).ok().filter(|code| u64::from(*code) != NONE)
    }

    /// The number of a stimulus.
    pub fn code_of(&mut self, stimulus: Stimulus) -> StimulusCode {
        match stimulus {
            Stimulus::Begin(call) => index_of(call),
            Stimulus::Mail => MAIL,
            Stimulus::Renumber => RENUMBER,
            Stimulus::Completed(Completion::Received(cell)) => {
                CODES_WITHOUT_RECORD + self.letter(cell)
            }
            Stimulus::Completed(completion) => {
                let index = WITHOUT_RECORD.iter().position(|other| *other == completion);
                COMPLETED + index.and_then(|index| u8::try_from(index).ok()).unwrap_or_default()
            }
        }
    }

    fn stimulus_of(&self, code: StimulusCode) -> Option<Stimulus> {
        Some(match code {
            0..MAIL => Stimulus::Begin(*ProgramCall::ALL.get(usize::from(code))?),
            MAIL => Stimulus::Mail,
            RENUMBER => Stimulus::Renumber,
            COMPLETED..CODES_WITHOUT_RECORD => {
                Stimulus::Completed(*WITHOUT_RECORD.get(usize::from(code - COMPLETED))?)
            }
            _ => {
                let cell = self.letters.get(u32::from(code - CODES_WITHOUT_RECORD))?;
                Stimulus::Completed(Completion::Received(*cell))
            }
        })
    }
}

/// What a transport may do for an endpoint that brings no record.
const WITHOUT_RECORD: [Completion; 8] = [
    Completion::ReceivedFin,
    Completion::ReceivedReset,
    Completion::Transmitted,
    Completion::TransmitBlocked,
    Completion::TransmitFailed,
    Completion::BudgetExpired,
    Completion::DeadlinePassed,
    Completion::ReadDeadlinePassed,
];

/// The number of a call.
pub fn index_of(call: ProgramCall) -> u8 {
    let index = ProgramCall::ALL.iter().position(|other| *other == call);
    index.and_then(|index| u8::try_from(index).ok()).unwrap_or_default()
}

/// The number of a movement whose record is a number.
const fn code_of(movement: Movement<u8>) -> MovementCode {
    match movement {
        Movement::Deliver(side, rest) => 2 * number_of_rest(rest) + number_of(side),
        Movement::Receive(side, rest) => 4 + 2 * number_of_rest(rest) + number_of(side),
        Movement::Operate(side, PairOperation::ShutdownWrite) => 8 + number_of(side),
        Movement::Operate(side, PairOperation::Close) => 10 + number_of(side),
        Movement::Renumber(side) => 12 + number_of(side),
        Movement::Vanish(side) => 14 + number_of(side),
        Movement::GiveUp(side) => 16 + number_of(side),
        Movement::Transmit(side, letter) => CODES_WITHOUT_RECORD + 2 * letter + number_of(side),
    }
}

const fn number_of(side: Side) -> u8 {
    match side {
        Side::Client => 0,
        Side::Server => 1,
    }
}

const fn number_of_rest(rest: Rest) -> u8 {
    match rest {
        Rest::None => 0,
        Rest::Some => 1,
    }
}
