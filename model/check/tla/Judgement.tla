--------------------------------- MODULE Judgement ---------------------------------
(* What is asked of a snapshot: how bad results are, when a run of plain TCP excuses  *)
(* one of TLS, and what has to hold at any time.                                      *)
EXTENDS Histories

-----------------------------------------------------------------------------------
(* How bad a result is: 0 it is none, 1 an end of stream, 2 broken off, 3 lost (it says *)
(* that the peer has ended), 4 it never comes.                                        *)

Severity(result) ==
    CASE result[1] \in {"ok", "given up"} -> 0
      [] result[1] = "end of stream" -> 1
      [] result[1] \in {"truncated", "early end"} -> 3
      [] OTHER -> 2

(* No call has such a result.                                                         *)
NoCall == 99

Least(numbers) == CHOOSE least \in numbers : \A number \in numbers : least <= number

(* The number of the first call whose result is at least so bad. The handshake is     *)
(* number 0. A call that is still pending where a run has ended never returns.        *)
FirstOf(history, severity) ==
    LET bad == {place \in DOMAIN history.results :
                    Severity(history.results[place]) >= severity}
    IN IF bad # {} THEN Least(bad) - 1
       ELSE IF IsPending(history) THEN Len(history.results) ELSE NoCall

Harms(history) ==
    [end |-> FirstOf(history, 1), broken |-> FirstOf(history, 2),
     lost |-> FirstOf(history, 3), never |-> FirstOf(history, 4)]

NoHarms == [end |-> NoCall, broken |-> NoCall, lost |-> NoCall, never |-> NoCall]

(* The harms of a run on both sides. Nobody is harmed where a host has vanished.      *)
HarmsOf(snapshot) ==
    [side \in {"client", "server"} |->
        [caller \in EveryCaller |->
            IF snapshot.tcp[side].vanished THEN NoHarms
            ELSE Harms(snapshot.history[side][caller])]]

VanishedHosts(snapshot) == {side \in {"client", "server"} : snapshot.tcp[side].vanished}

FirstBadSeverity(harms) ==
    IF harms.never = harms.end THEN 4
    ELSE IF harms.lost = harms.end THEN 3
    ELSE IF harms.broken = harms.end THEN 2 ELSE 1

(* By the first bad result: that of TCP is as bad, and no later.                      *)
Excuses(tcp, tls) ==
    tls.end = NoCall
        \/ (tcp.end <= tls.end /\ FirstBadSeverity(tcp) >= FirstBadSeverity(tls))

(* And for each severity TCP has a result at least so bad, and no later.              *)
ExcusesThroughout(tcp, tls) ==
    /\ Excuses(tcp, tls)
    /\ tcp.end <= tls.end /\ tcp.broken <= tls.broken
    /\ tcp.lost <= tls.lost /\ tcp.never <= tls.never

(* By what never returns alone.                                                       *)
ExcusesWaits(tcp, tls) == tcp.never <= tls.never

OnEachSide(Excuse(_, _), tcp, tls) ==
    \A side \in {"client", "server"} : \A caller \in EveryCaller :
        Excuse(tcp[side][caller], tls[side][caller])

CallsOf(snapshot) ==
    [side \in {"client", "server"} |->
        [caller \in EveryCaller |-> snapshot.history[side][caller].calls]]

(* A run: what was called, its harms, and the hosts that have vanished.               *)
RunOf(snapshot) ==
    [calls |-> CallsOf(snapshot), harms |-> HarmsOf(snapshot),
     vanished |-> VanishedHosts(snapshot)]

IsBeginning(calls, program) ==
    Len(calls) <= Len(program) /\ calls = SubSeq(program, 1, Len(calls))

AreBeginnings(calls, programs) ==
    \A side \in {"client", "server"} : \A caller \in EveryCaller :
        IsBeginning(calls[side][caller], programs[side][caller])

(* One run of TCP of these programs, or stuck in them, excuses the run. It has to be  *)
(* one: harms that TCP has only in different runs do not excuse one run of TLS.       *)
HasExcuse(Excuse(_, _), tcp_runs, run, programs) ==
    \E tcp \in tcp_runs :
        /\ tcp.vanished = run.vanished
        /\ AreBeginnings(tcp.calls, programs)
        /\ OnEachSide(Excuse, tcp.harms, run.harms)

(* All programs of which it can be a run.                                             *)
ProgramsOf(side, calls) ==
    {[whole |-> whole, reader |-> reader, writer |-> writer] :
        whole \in Completions(side, "whole", calls.whole),
        reader \in IF HasTwoCallers(side) THEN Completions(side, "reader", calls.reader)
                   ELSE {<<>>},
        writer \in IF HasTwoCallers(side) THEN Completions(side, "writer", calls.writer)
                   ELSE {<<>>}}

(* For each of them there is an excuse.                                               *)
IsExcused(Excuse(_, _), tcp_runs, run) ==
    \/ \A side \in {"client", "server"} : \A caller \in EveryCaller :
            run.harms[side][caller] = NoHarms
    \/ HasExcuse(Excuse, tcp_runs, run, run.calls)
    \/ \A client \in ProgramsOf("client", run.calls.client) :
            \A server \in ProgramsOf("server", run.calls.server) :
                HasExcuse(Excuse, tcp_runs, run, [client |-> client, server |-> server])

IsGood(run) ==
    /\ run.vanished = {}
    /\ \A side \in {"client", "server"} : \A caller \in EveryCaller :
            run.harms[side][caller] = NoHarms

-----------------------------------------------------------------------------------
(* A certificate that one side rejects: that end returns its error, and the other's   *)
(* first call that reads or waits returns exactly that alert. Nothing is reset,       *)
(* truncated or stuck.                                                                *)

ResultsOf(histories) ==
    UNION {{histories[caller].results[place] : place \in DOMAIN histories[caller].results} :
            caller \in EveryCaller}

Unharmed(histories) ==
    /\ HasEnded(histories.whole)
    /\ \A caller \in EveryCaller : ~IsPending(histories[caller])
    /\ \A result \in ResultsOf(histories) : result[1] \in {"ok", "alert", "error"}

(* The first result that tells something, as a set of one or none.                    *)
News(history) ==
    LET telling == {place \in DOMAIN history.results :
            history.results[place][1] # "ok" \/ history.calls[place] \in {"read", "close"}}
    IN IF telling = {} THEN {} ELSE {history.results[Least(telling)]}

(* The alert of the first error, in the order of the callers, as a set.               *)
RECURSIVE FirstError(_)
FirstError(results) ==
    IF results = <<>> THEN {}
    ELSE IF Head(results)[1] = "error" /\ Head(results)[2] # "" THEN {Head(results)[2]}
    ELSE FirstError(Tail(results))

RejectionIsTold(snapshot, rejecting, other) ==
    LET ours == snapshot.history[rejecting]
        theirs == snapshot.history[other]
        sent == FirstError(ours.whole.results \o ours.reader.results \o ours.writer.results)
        news == UNION {News(theirs[caller]) : caller \in EveryCaller}
    IN /\ sent # {}
       /\ Unharmed(ours) /\ Unharmed(theirs)
       /\ news # {}
       /\ \A result \in news : result[1] = "alert" /\ result[2] \in sent

-----------------------------------------------------------------------------------
(* At any time.                                                                       *)

(* No stream ends before everything that the peer's writes accepted was delivered.    *)
IsHonest(snapshot) ==
    \A side \in {"client", "server"} : \A caller \in EveryCaller :
        LET results == snapshot.history[side][caller].results
        IN \A place \in DOMAIN results : results[place][1] # "early end"

(* The first read that gives no data is followed by none that finds otherwise.        *)
EndStays(snapshot) ==
    \A side \in {"client", "server"} : \A caller \in EveryCaller :
        LET history == snapshot.history[side][caller]
            reads == {place \in DOMAIN history.results : history.calls[place] = "read"}
            ends == {place \in reads : history.results[place][1] # "ok"}
        IN ends # {} =>
            \A place \in reads :
                place > Least(ends) => history.results[place] = history.results[Least(ends)]

HasFault(snapshot, fault) ==
    \E side \in {"client", "server"} : snapshot.endpoint[side].fault = fault

(* No fault of an endpoint but these, which have properties of their own.             *)
FaultsAreIn(snapshot, faults) ==
    \A side \in {"client", "server"} : snapshot.endpoint[side].fault \in faults

CloseCloses(snapshot) ==
    \A side \in {"client", "server"} :
        HasEnded(snapshot.history[side].whole) = snapshot.tcp[side].closed
====================================================================================
