//! Most general programs: what is remembered of a side's calls is what can still matter.

use crate::programs::calls::{Calls, ProgramCall};
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Callers, Manner, Programs};
use crate::side::Side;

/// What one side's callers may still do, and what they wait for.
///
/// A call that has returned is forgotten, unless it forbids a later one: the handshake, which is
/// made once; a half-close, after which nothing is sent; the close, and the end of a thread. So a
/// program has no length, and this has few values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Remembered {
    /// The calls that have returned and can still matter.
    calls: Callers<Calls>,
    /// The calls that have not returned.
    pending: Callers<Option<ProgramCall>>,
    /// The handshake has returned `ok`.
    connected: bool,
    /// A caller has been told that the connection failed. It matters where a certificate is
    /// rejected, and stays as it is elsewhere.
    told: Callers<bool>,
}

/// What of a side's endpoint its callers look at before they begin a call.
#[derive(Clone, Copy, Debug)]
pub struct CallReadiness {
    /// A letter waits, of either half. The close waits for all of them.
    pub has_mail: bool,
    /// The receiving half owes a letter, which its caller delivers first.
    pub owes_mail: bool,
    /// A write may begin while the handshake is pending.
    pub accepts_answer: bool,
}

impl Remembered {
    /// What is to be remembered of these histories. Whether they were told of a failure is asked
    /// only where a certificate is rejected.
    pub fn of(histories: &Callers<History>, rejects: bool) -> Self {
        let was_told =
            |history: &History| history.results().any(|result| result != ProgramResult::Ok);
        let first = histories.whole.results().next();
        Self {
            calls: histories.map(|history| {
                let returned = history.calls().iter().take(usize::from(history.returned()));
                returned.fold(Calls::NONE, remembering)
            }),
            pending: histories.map(|history| history.pending()),
            connected: first == Some(ProgramResult::Ok),
            told: histories.map(|history| rejects && was_told(&history)),
        }
    }

    /// The call of this caller that has not returned.
    pub const fn pending(&self, caller: Caller) -> Option<ProgramCall> {
        *self.pending.of(caller)
    }

    /// Whether a call of the side has not returned.
    pub fn is_waiting(&self) -> bool {
        self.pending.iter().any(Option::is_some)
    }

    /// Whether a call of this kind has not returned.
    pub fn waits_in(&self, call: ProgramCall) -> bool {
        self.pending.iter().any(|pending| *pending == Some(call))
    }

    /// Whether the close has begun.
    pub fn is_closing(&self) -> bool {
        self.has_ended() || self.waits_in(ProgramCall::Close)
    }

    /// Whether the close has returned.
    pub fn has_ended(&self) -> bool {
        self.calls.whole.is_complete()
    }

    /// Whether the handshake has returned `ok`.
    pub const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether a caller was told of a failure.
    pub const fn was_told(&self, caller: Caller) -> bool {
        *self.told.of(caller)
    }

    /// The calls that a caller may begin now, as far as the callers go.
    pub fn may_begin(
        &self,
        programs: &Programs,
        side: Side,
        caller: Caller,
        ready: CallReadiness,
    ) -> impl Iterator<Item = ProgramCall> {
        let calls = *self.calls.of(caller);
        let is_free = self.pending(caller).is_none() && !calls.is_complete();
        let manner = programs.manner(side);
        let two = manner.has_two_callers();
        let both_run = two && self.connected && self.calls.whole.length() == 1;
        let handshaking = self.pending(Caller::Whole) == Some(ProgramCall::Handshake);
        let answers = manner == Manner::Task && handshaking && ready.accepts_answer;
        let may = is_free
            && match caller {
                Caller::Whole if !both_run => self.pending(Caller::Writer).is_none(),
                Caller::Whole => {
                    let callers = [&self.calls.reader, &self.calls.writer];
                    callers.into_iter().all(|calls| calls.is_complete()) && !ready.has_mail
                }
                Caller::Reader => both_run && !self.is_closing() && !ready.owes_mail,
                Caller::Writer => answers || both_run && !self.is_closing(),
            };
        let programs = *programs;
        let allowed = move |call: &ProgramCall| {
            programs.allow(side, caller, calls, *call) && (!answers || *call == ProgramCall::Write)
        };
        ProgramCall::ALL.into_iter().filter(move |_| may).filter(allowed)
    }

    /// A call begins.
    pub fn begin(&mut self, caller: Caller, call: ProgramCall) {
        *self.pending.of_mut(caller) = Some(call);
        if call.is_end() {
            self.finish(caller, ProgramResult::Ok, false);
        }
    }

    /// The pending call of a caller returns.
    pub fn finish(&mut self, caller: Caller, result: ProgramResult, rejects: bool) {
        let Some(call) = self.pending.of_mut(caller).take() else { return };
        let calls = self.calls.of_mut(caller);
        if call == ProgramCall::Handshake {
            self.connected = result == ProgramResult::Ok;
        }
        *calls = remembering(*calls, call);
        *self.told.of_mut(caller) |= rejects && result != ProgramResult::Ok;
    }
}

/// The calls to be remembered, after one more has returned.
fn remembering(calls: Calls, call: ProgramCall) -> Calls {
    let matters =
        matches!(call, ProgramCall::Handshake | ProgramCall::HalfClose | ProgramCall::Close)
            || call.is_end();
    if matters { calls.with(call).unwrap_or(calls) } else { calls }
}

/// Every program, of any length, made in these manners.
pub const fn any_length(client: Manner, server: Manner) -> Programs {
    Programs::Every(crate::side::Both { client, server }, u8::MAX)
}
