------------------------------------ MODULE Pair ------------------------------------
(* World *pair* over TLS, compared with the same programs over plain TCP.             *)
EXTENDS TlsEnd, PlainTcpEnd, Judgement

Plain == INSTANCE World WITH
    First <- PlainFirst, Divided <- PlainDivided, United <- PlainUnited,
    HasMail <- PlainHasMail, OwesMail <- PlainOwesMail, MailTaken <- PlainMailDelivered,
    AcceptsAnswer <- PlainAcceptsAnswer,
    Started <- PlainStarted, Finished <- PlainFinished, Accepts <- PlainAccepts,
    HasCell <- PlainHasCell, FirstCell <- PlainFirstCell,
    WantsToReceive <- PlainWantsToReceive, WantsToTransmit <- PlainWantsToTransmit,
    WantsBlocked <- PlainWantsBlocked, WaitsForBudget <- PlainWaitsForBudget

Tls == INSTANCE World WITH
    First <- TlsFirst, Divided <- TlsDivided, United <- TlsUnited,
    HasMail <- TlsHasMail, OwesMail <- TlsOwesMail, MailTaken <- TlsMailDelivered,
    AcceptsAnswer <- TlsAcceptsAnswer,
    Started <- TlsStarted, Finished <- TlsFinished, Accepts <- TlsAccepts,
    HasCell <- TlsHasCell, FirstCell <- TlsFirstCell,
    WantsToReceive <- TlsWantsToReceive, WantsToTransmit <- TlsWantsToTransmit,
    WantsBlocked <- TlsWantsBlocked, WaitsForBudget <- TlsWaitsForBudget

VARIABLE snapshot

Init == snapshot = Tls!FirstSnapshot

Next == \E step \in Tls!Steps(snapshot) : snapshot' = Tls!After(snapshot, step)

Spec == Init /\ [][Next]_snapshot

(* Plain TCP, explored once, before everything else.                                  *)

PlainSnapshots == Plain!Reachable
PlainEnds == {plain \in PlainSnapshots : Plain!IsTerminal(plain)}
PlainRuns == {RunOf(plain) : plain \in PlainEnds}

-----------------------------------------------------------------------------------
(* The properties. Those of runs are asked where one has ended.                       *)

IsCompared == RejectingSide = "none"

RunIsExcused ==
    VanishedHosts(snapshot) # {} \/ IsExcused(Excuses, PlainRuns, RunOf(snapshot))

RunIsExcusedThroughout ==
    VanishedHosts(snapshot) # {} \/ IsExcused(ExcusesThroughout, PlainRuns, RunOf(snapshot))

RunWaitsNoLonger ==
    VanishedHosts(snapshot) = {} \/ IsExcused(ExcusesWaits, PlainRuns, RunOf(snapshot))

RunTellsRejection == RejectionIsTold(snapshot, RejectingSide, Peer(RejectingSide))

AtEnd(holds) == Tls!IsTerminal(snapshot) => holds

Transparent == IsCompared => AtEnd(RunIsExcused)
TransparentThroughout == IsCompared => AtEnd(RunIsExcusedThroughout)
WaitsNoLonger == IsCompared => AtEnd(RunWaitsNoLonger)
RejectionTold == IsCompared \/ AtEnd(RunTellsRejection)

HonestEnd == IsHonest(snapshot)
EndsStay == EndStays(snapshot)
InOrder == ~HasFault(snapshot, "in order")
Bounded == ~HasFault(snapshot, "bounded")
Sound == FaultsAreIn(snapshot, {"", "in order", "bounded"})
ClosesClose == CloseCloses(snapshot)

(* A pending read is ready to receive, whatever is unsent; a pending write is ready   *)
(* to transmit, whatever is unread.                                                   *)
Independent ==
    \A side \in Sides :
        LET endpoint == snapshot.endpoint[side]
        IN \A call \in PendingCalls(snapshot.history[side]) :
            CASE call = "read" ->
                    TlsWantsToReceive(endpoint) \/ TlsOwesMail(endpoint)
                        \/ TlsWantsBlocked(endpoint)
              [] call \in {"write", "try-write"} ->
                    ~TlsHasCell(endpoint) \/ TlsWantsToTransmit(endpoint)
              [] OTHER -> TRUE

(* What the transport could do for a pending call, and the endpoint has a row for, it *)
(* waits for. And a call that can do nothing now waits for something.                 *)
IsAwake(side) ==
    LET endpoint == snapshot.endpoint[side]
        tcp == snapshot.tcp
        to_receive == TlsWantsToReceive(endpoint)
        to_transmit == TlsWantsToTransmit(endpoint)
        receives ==
            /\ Tls!CanReceive(tcp, side)
            /\ TlsAccepts(endpoint, Tls!AfterReceive(tcp, side)[2].what)
        transmits ==
            /\ TlsHasCell(endpoint) /\ Tls!CanTransmit(tcp, side)
            /\ TlsAccepts(endpoint, "transmitted")
    IN /\ to_receive \/ ~receives
       /\ to_transmit \/ ~transmits
       /\ \/ to_receive \/ to_transmit \/ TlsWaitsForBudget(endpoint)
          \/ ~Tls!WaitsForOthers(snapshot, side)

Awake ==
    \A side \in Sides :
        Tls!IsWaiting(snapshot, side) /\ Tls!IsHere(snapshot.tcp, side) => IsAwake(side)

-----------------------------------------------------------------------------------
(* What is printed, beside what TLC itself says: each property that fails, wherever   *)
(* it does; the ends of runs; and how much of plain TCP there is. Always true.        *)

Told(holds, line) == holds \/ PrintT(line)

ASSUME PrintT("fingerprint " \o Fingerprint)
ASSUME PrintT("plain TCP snapshots: " \o ToString(Cardinality(PlainSnapshots)))

RECURSIVE Joined(_)
Joined(words) ==
    IF words = <<>> THEN ""
    ELSE IF Len(words) = 1 THEN Head(words)
    ELSE Head(words) \o ", " \o Joined(Tail(words))

(* One word for each call.                                                            *)
WordsOf(history) ==
    [place \in DOMAIN history.calls |->
        IF place \in DOMAIN history.results THEN history.results[place][1]
        ELSE "never returns"]

WordsOfProgram(history) ==
    IF history.calls = <<>> THEN <<>>
    ELSE IF history.calls[Len(history.calls)] \in {"end-reading", "end-writing"}
    THEN SubSeq(WordsOf(history), 1, Len(history.calls) - 1)
    ELSE WordsOf(history)

WordsOfSide(histories) ==
    LET whole == WordsOf(histories.whole)
    IN SubSeq(whole, 1, 1) \o WordsOfProgram(histories.reader)
        \o WordsOfProgram(histories.writer) \o SubSeq(whole, 2, Len(whole))

OutcomeOf(ended) ==
    "client: " \o Joined(WordsOfSide(ended.history.client))
        \o "; server: " \o Joined(WordsOfSide(ended.history.server))

CallsInWords(histories) ==
    Joined(histories.whole.calls \o histories.reader.calls \o histories.writer.calls)

ProgramsInWords(ended) ==
    CallsInWords(ended.history.client) \o "; " \o CallsInWords(ended.history.server)

(* Programs that are chosen are too many to print what came of each.                  *)
ToldOfEnd(whose, ended) ==
    /\ ~ProgramsAreChosen => PrintT(whose \o ": " \o OutcomeOf(ended))
    /\ IsGood(RunOf(ended)) => PrintT(whose \o " is good: " \o ProgramsInWords(ended))

ASSUME \A plain \in PlainEnds : ToldOfEnd("plain TCP", plain)

ReportOfEnd ==
    /\ IF IsCompared
       THEN /\ Told(RunIsExcused, "fails: transparent")
            /\ Told(RunIsExcusedThroughout, "fails: transparent throughout")
            /\ Told(RunWaitsNoLonger, "fails: waits no longer")
       ELSE Told(RunTellsRejection, "fails: rejection is told")
    /\ ToldOfEnd("TLS", snapshot)
    /\ PrintT("TLS: a run ends")

Report ==
    /\ Tls!IsTerminal(snapshot) => ReportOfEnd
    /\ Told(HonestEnd, "fails: honest end")
    /\ Told(EndsStay, "fails: end stays")
    /\ Told(InOrder, "fails: in order")
    /\ Told(Bounded, "fails: bounded")
    /\ Told(Independent, "fails: independent")
    /\ Told(Awake, "fails: awake")
    /\ Told(Sound, "fails: sound")
    /\ Told(ClosesClose, "fails: close closes")
=====================================================================================
