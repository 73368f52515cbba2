//! One side: its endpoint, and what is remembered of its program.

use hyaline_model::Alert;

use crate::ends::tls::{TakenRow, Tls};
use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Manner, Programs};
use crate::side::Side;
use crate::unbounded::remembered::Remembered;
use crate::unbounded::violation::UnboundedViolation;
use crate::world::cell::{Cell, CellContent};
use crate::world::contract::{Completion, Log, PairEndpoint, PairOperation};

/// One side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnboundedParty {
    /// The endpoint, without the number of records that it has sealed, its keys numbered anew.
    pub endpoint: Tls,
    /// What is remembered of its program.
    pub remembered: Remembered,
}

/// What can happen to one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stimulus {
    /// A call begins.
    Begin(ProgramCall),
    /// The letters of both halves are delivered.
    Mail,
    /// The transport has done something for a pending call.
    Completed(Completion),
    /// The peer has taken an update of the sending key: its generations count from one later.
    Renumber,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The side afterwards.
    pub party: UnboundedParty,
    /// What the transport is to do at once, in order.
    pub operations: [Option<PairOperation>; 2],
    /// A read was told that the stream has ended in order.
    pub ends_stream: bool,
    /// A call was told that the transport has failed.
    pub failure: Option<(ProgramCall, ProgramResult)>,
    /// An update of the receiving key was taken: the peer's sending key counts from one later.
    pub renumbers: bool,
    /// What must not have happened.
    pub violation: Option<UnboundedViolation>,
}

/// What is fixed for one side.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which side it is.
    pub side: Side,
    /// The programs of both sides.
    pub programs: Programs,
    /// The certificate that is rejected, if one is: then calls are told so.
    pub rejection: Option<Rejection>,
    /// Whether the transport may fail. Then calls may be told so.
    pub may_fail: bool,
}

/// The rule for a certificate, or the want of one, that is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Who rejects it.
    pub by: Side,
    /// The alert that tells the other side.
    pub alert: Alert,
}

impl UnboundedParty {
    /// What comes of a stimulus. The rows that the endpoint takes go to the log.
    pub fn answer(
        &self,
        place: &Place,
        stimulus: Stimulus,
        log: &mut impl Log<TakenRow>,
    ) -> Answer {
        let mut party = *self;
        party.stimulate(place, stimulus, log);
        let mut answer = Answer {
            party,
            operations: [None, None],
            ends_stream: false,
            failure: None,
            renumbers: false,
            violation: None,
        };
        for operation in &mut answer.operations {
            *operation = answer.party.endpoint.take_operation();
        }
        let mut taken = 0;
        for caller in Caller::ALL {
            let Some((call, result)) = answer.party.take_result(place, caller) else { continue };
            answer.ends_stream |= result == ProgramResult::EndOfStream;
            let is_well = result == ProgramResult::Ok;
            taken += u8::from(call == ProgramCall::Read && is_well);
            if call == ProgramCall::Write && is_well && answer.party.unsent() > 0 {
                answer.violation = Some(UnboundedViolation::EarlyReturn);
            }
            let told = self.remembered.was_told(caller);
            if place.may_fail && tells_of_failure(result) {
                answer.failure = Some((call, result));
            } else {
                answer.violation = answer.violation.or(judged(place, call, result, told));
            }
        }
        if place.rejection.is_none() && !self.keeps_data(&answer.party, stimulus, taken) {
            answer.violation = answer.violation.or(Some(UnboundedViolation::DataLost));
        }
        let fails_read = matches!(answer.failure, Some((ProgramCall::Read, _)));
        if (answer.ends_stream || fails_read) && answer.party.endpoint.unread() > 0 {
            answer.violation = answer.violation.or(Some(UnboundedViolation::EarlyEnd));
        }
        if let Some(name) = answer.party.endpoint.fault() {
            answer.violation = Some(UnboundedViolation::Unsound(name));
        }
        answer.party.endpoint.forget_past();
        answer.renumbers = answer.party.endpoint.renumber_receiving();
        answer
    }

    fn stimulate(&mut self, place: &Place, stimulus: Stimulus, log: &mut impl Log<TakenRow>) {
        let Self { endpoint, remembered } = self;
        match stimulus {
            Stimulus::Begin(call) => {
                let is_divided = place.programs.manner(place.side) == Manner::Threads;
                remembered.begin(place.programs.caller(place.side, call), call);
                if call == ProgramCall::Close && is_divided {
                    endpoint.unite();
                }
                if !call.is_end() {
                    endpoint.start(call, log);
                }
            }
            Stimulus::Mail => endpoint.deliver_mail(log),
            Stimulus::Completed(completion) => endpoint.finish(completion, log),
            Stimulus::Renumber => endpoint.renumber_sending(),
        }
    }

    /// The result of a caller's pending call, if it returns.
    fn take_result(
        &mut self,
        place: &Place,
        caller: Caller,
    ) -> Option<(ProgramCall, ProgramResult)> {
        let call = self.remembered.pending(caller)?;
        let manner = place.programs.manner(place.side);
        let endpoint = &mut self.endpoint;
        let result = endpoint.take_result_of(caller, manner)?;
        self.remembered.finish(caller, result, place.rejection.is_some());
        let is_divided = manner == Manner::Threads;
        if is_divided && call == ProgramCall::Handshake && result == ProgramResult::Ok {
            endpoint.divide();
        }
        Some((call, result))
    }

    /// Whether each record of data is where it has to be after a step: what came is unread or was
    /// taken by a read, what was unread is still, and what waits to be transmitted waits on. A
    /// close throws away what is unread.
    fn keeps_data(&self, after: &Self, stimulus: Stimulus, taken: u8) -> bool {
        let came = |content| {
            matches!(stimulus, Stimulus::Completed(Completion::Received(cell))
                if cell.content == content)
        };
        let received = u8::from(came(CellContent::Data));
        let is_kept = after.remembered.is_closing()
            || after.endpoint.unread() + taken == self.endpoint.unread() + received;
        let writes = u8::from(stimulus == Stimulus::Begin(ProgramCall::Write));
        let transmitted = stimulus == Stimulus::Completed(Completion::Transmitted)
            && self.endpoint.first_cell().is_some_and(|cell| cell.content == CellContent::Data);
        let is_dropped = after.endpoint.sending_has_failed() && after.unsent() == 0;
        is_kept && (is_dropped || after.unsent() + u8::from(transmitted) == self.unsent() + writes)
    }

    /// How many records of data wait in the outbox.
    fn unsent(&self) -> u8 {
        let data = self.endpoint.waiting().filter(|(content, _)| *content == CellContent::Data);
        u8::try_from(data.count()).unwrap_or(u8::MAX)
    }

    /// A pending call that is not ready for its own direction: a read has to be ready to receive,
    /// whatever is unsent, and a write to transmit, whatever is unread.
    pub fn dependent(&self) -> Option<ProgramCall> {
        let endpoint = &self.endpoint;
        let interest = endpoint.interest();
        let reads = interest.receive || endpoint.owes_mail() || endpoint.wants_blocked();
        let writes = interest.transmit || endpoint.first_cell().is_none();
        let waits = |call| self.remembered.waits_in(call);
        if waits(ProgramCall::Read) && !reads {
            Some(ProgramCall::Read)
        } else if waits(ProgramCall::Write) && !writes {
            Some(ProgramCall::Write)
        } else {
            None
        }
    }

    /// Whether a record of this content waits in the outbox.
    pub fn holds(&self, is_asked: impl Fn(CellContent) -> bool) -> bool {
        self.endpoint.waiting().any(|(content, _)| is_asked(content))
    }

    /// The first record of the outbox.
    pub fn first_cell(&self) -> Option<Cell> {
        self.endpoint.first_cell()
    }
}

/// Whether a result says that the transport has failed.
const fn tells_of_failure(result: ProgramResult) -> bool {
    matches!(result, ProgramResult::Reset | ProgramResult::Truncated)
}

/// What is wrong with the result of a call. Where a certificate is rejected, the first call of each
/// caller that reads or waits is told by the alert; see
/// [`rejection_is_told`](crate::judgement::rejection::rejection_is_told).
fn judged(
    place: &Place,
    call: ProgramCall,
    result: ProgramResult,
    told: bool,
) -> Option<UnboundedViolation> {
    let Some(Rejection { by, alert }) = place.rejection else {
        let expected = matches!(result, ProgramResult::Ok | ProgramResult::EndOfStream);
        return (!expected).then_some(UnboundedViolation::Result(call, result));
    };
    let news = match place.side == by {
        true => ProgramResult::Error(Some(alert)),
        false => ProgramResult::Alert(alert),
    };
    let is_told = result == news
        || told
            && matches!(
                result,
                ProgramResult::Ok | ProgramResult::Alert(_) | ProgramResult::Error(_)
            );
    match (result, call) {
        _ if is_told => None,
        (ProgramResult::Ok, ProgramCall::Read | ProgramCall::Close) => {
            Some(UnboundedViolation::NotTold(call))
        }
        (ProgramResult::Ok, _) => None,
        _ => Some(UnboundedViolation::Result(call, result)),
    }
}
