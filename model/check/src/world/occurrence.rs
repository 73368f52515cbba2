//! What happens to one side of world *pair*, as far as the other side and the transport have no
//! part in it. So it can be worked out once for each endpoint, and for each history.

use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Callers, Manner};
use crate::world::contract::{Completion, Log, PairEndpoint, PairOperation};

/// What happens to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Occurrence {
    /// A call begins that endpoints see.
    Begin(ProgramCall),
    /// The letters between its halves are delivered.
    Mail,
    /// The transport has done something for a pending call.
    Completed(Completion),
}

/// Which results an endpoint is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Awaited {
    /// The callers whose calls are pending.
    pub callers: Callers<bool>,
    /// The pending call is the first: a handshake.
    pub is_first: bool,
}

impl Awaited {
    /// What the callers with these histories wait for.
    pub fn of(histories: &Callers<History>) -> Self {
        let callers = histories.map(|history| history.pending().is_some());
        Self { callers, is_first: histories.whole.calls().length() == 1 }
    }
}

/// What comes of an occurrence for an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aftermath {
    /// What the transport is to do at once, in order.
    pub operations: Vec<PairOperation>,
    /// The results of the calls that return.
    pub results: Callers<Option<ProgramResult>>,
}

/// Tells an endpoint, called in this manner, what has happened. The rows that it takes go to the
/// log.
pub fn happen<E: PairEndpoint>(
    endpoint: &mut E,
    manner: Manner,
    occurrence: Occurrence,
    awaited: &Awaited,
    log: &mut impl Log<E::Row>,
) -> Aftermath {
    let has_threads = manner == Manner::Threads;
    match occurrence {
        Occurrence::Begin(call) => {
            if call == ProgramCall::Close && has_threads {
                endpoint.unite();
            }
            endpoint.start(call, log);
        }
        Occurrence::Mail => endpoint.deliver_mail(log),
        Occurrence::Completed(completion) => endpoint.finish(completion, log),
    }
    let mut aftermath = Aftermath::default();
    while let Some(operation) = endpoint.take_operation() {
        aftermath.operations.push(operation);
    }
    for caller in Caller::ALL.into_iter().filter(|caller| *awaited.callers.of(*caller)) {
        let result = endpoint.take_result_of(caller, manner);
        *aftermath.results.of_mut(caller) = result;
        let is_connected = caller == Caller::Whole && result == Some(ProgramResult::Ok);
        if has_threads && awaited.is_first && is_connected {
            endpoint.divide();
        }
    }
    aftermath
}

impl Callers<History> {
    /// How many calls of one kind have returned `ok`; see [`History::successes`].
    pub fn successes(&self, call: ProgramCall) -> usize {
        self.iter().map(|history| history.successes(call)).sum()
    }

    /// How many records the writes have accepted.
    pub fn accepted(&self) -> usize {
        [ProgramCall::Write, ProgramCall::TryWrite, ProgramCall::PlainWrite]
            .into_iter()
            .map(|call| self.successes(call))
            .sum()
    }

    /// How many records the reads have delivered.
    pub fn delivered(&self) -> usize {
        [ProgramCall::Read, ProgramCall::TryRead, ProgramCall::PlainRead]
            .into_iter()
            .map(|call| self.successes(call))
            .sum()
    }

    /// Calls return with these results, where the peer's writes have accepted so many records. An
    /// end of the stream before all of them were delivered is an early end.
    ///
    /// Whether a call is among them that transmits what there is room for before it returns: a read
    /// does not, but one that fails sends an alert.
    pub fn conclude(&mut self, results: &Callers<Option<ProgramResult>>, accepted: usize) -> bool {
        let mut is_prompt = false;
        for caller in Caller::ALL {
            let Some(result) = *results.of(caller) else { continue };
            // What a write accepted counts from its return on. The peer's FIN follows the
            // return of all its writes, and so does every RST: so all are counted by now.
            let is_early = self.delivered() < accepted;
            is_prompt |= !self.of(caller).pending().is_some_and(ProgramCall::is_read)
                || matches!(result, ProgramResult::Error(_));
            self.of_mut(caller).finish(match result {
                ProgramResult::EndOfStream if is_early => ProgramResult::EarlyEnd,
                result => result,
            });
        }
        is_prompt
    }
}
