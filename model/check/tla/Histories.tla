---------------------------------- MODULE Histories ----------------------------------
(* What a caller has called, and what became of it: the calls that have begun, and    *)
(* the results of those that have returned, each with the alert that it is about. A   *)
(* side has a history for each of its callers.                                        *)
EXTENDS Scenario, Integers, Sequences, FiniteSets

NewHistory == [calls |-> <<>>, results |-> <<>>]
NewHistories == [whole |-> NewHistory, reader |-> NewHistory, writer |-> NewHistory]
EveryCaller == {"whole", "reader", "writer"}

IsPending(history) == Len(history.calls) > Len(history.results)
PendingCall(history) == history.calls[Len(history.results) + 1]

IsEnd(call) == call \in {"end-reading", "end-writing"}
IsLast(call) == call = "close" \/ IsEnd(call)

HasEnded(history) ==
    /\ history.calls # <<>>
    /\ IsLast(history.calls[Len(history.calls)])
    /\ ~IsPending(history)

Begun(history, call) == [history EXCEPT !.calls = Append(@, call)]
Returned(history, result) == [history EXCEPT !.results = Append(@, result)]

PendingCalls(histories) ==
    {PendingCall(histories[caller]) :
        caller \in {one \in EveryCaller : IsPending(histories[one])}}

SuccessesOf(history, calls) ==
    Cardinality({place \in DOMAIN history.results :
        history.calls[place] \in calls /\ history.results[place][1] = "ok"})

Successes(histories, calls) ==
    SuccessesOf(histories.whole, calls) + SuccessesOf(histories.reader, calls)
        + SuccessesOf(histories.writer, calls)

-----------------------------------------------------------------------------------
(* Programs. Where they are given, Program[side] has the calls of each caller. Where  *)
(* they are chosen, each caller chooses at most ChosenAtMost calls, one by one.       *)

HasTwoCallers(side) == Program[side].manner \in {"task", "threads"}

CallerOf(side, call) ==
    CASE ~HasTwoCallers(side) \/ call \in {"finish-handshake", "close"} -> "whole"
      [] HasTwoCallers(side) /\ call \in {"read", "end-reading"} -> "reader"
      [] OTHER -> "writer"

Contains(calls, call) == \E place \in DOMAIN calls : calls[place] = call

IsComplete(calls) == calls # <<>> /\ IsLast(calls[Len(calls)])

(* After a half-close nothing is sent.                                                *)
MayFollow(calls, call) ==
    CASE call = "finish-handshake" -> calls = <<>>
      [] call = "close" -> calls # <<>>
      [] call \in {"half-close", "update-key", "write"} -> ~Contains(calls, "half-close")
      [] call \in {"read", "end-reading", "end-writing"} -> TRUE

MayChoose(side, caller, calls, call) ==
    /\ MayFollow(calls, call)
    /\ IF HasTwoCallers(side)
       THEN /\ CallerOf(side, call) = caller
            /\ caller = "whole" \/ IsEnd(call) \/ Len(calls) < ChosenAtMost
       ELSE /\ ~IsEnd(call)
            /\ \/ call = "finish-handshake"
               \/ calls # <<>> /\ (call = "close" \/ Len(calls) <= ChosenAtMost)

ChosenCalls ==
    {"finish-handshake", "read", "write", "half-close", "update-key", "close",
     "end-reading", "end-writing"}

(* The calls with which a caller may go on.                                           *)
NextCalls(side, caller, calls) ==
    IF IsComplete(calls) THEN {}
    ELSE IF ProgramsAreChosen
    THEN {call \in ChosenCalls : MayChoose(side, caller, calls, call)}
    ELSE {Program[side][caller][Len(calls) + 1]}

(* Every program of a caller that begins with these calls.                            *)
RECURSIVE Completions(_, _, _)
Completions(side, caller, calls) ==
    IF NextCalls(side, caller, calls) = {} THEN {calls}
    ELSE UNION {Completions(side, caller, Append(calls, call)) :
                    call \in NextCalls(side, caller, calls)}
======================================================================================
