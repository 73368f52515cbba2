------------------------------------ MODULE World ------------------------------------
(* World *pair*: two endpoints, TCP between them, and a program on each side.         *)
(*                                                                                    *)
(* A snapshot is [endpoint, history, tcp]; the first two are functions of the side. A *)
(* history is that of each caller: the calls that have begun, and the results of      *)
(* those that have returned. Which endpoint this is over is a parameter.              *)
EXTENDS Histories, Tcp

CONSTANTS First(_),              \* the endpoint of a side, before its first call
          Divided(_), United(_), \* its halves go to two owners, or to one
          HasMail(_), OwesMail(_), MailTaken(_),
          AcceptsAnswer(_),      \* whether a write may begin while the handshake is pending
          Started(_, _),         \* a call begins
          Finished(_, _),        \* the transport did something for a pending call
          Accepts(_, _),         \* whether it has something to say about that
          HasCell(_), FirstCell(_),
          WantsToReceive(_), WantsToTransmit(_), WantsBlocked(_), WaitsForBudget(_)

BothSides == {"client", "server"}

IsWaiting(snapshot, side) ==
    \E caller \in EveryCaller : IsPending(snapshot.history[side][caller])

IsConnected(snapshot, side) ==
    LET results == snapshot.history[side].whole.results
    IN results # <<>> /\ Head(results)[1] = "ok"

-----------------------------------------------------------------------------------
(* A task may write while its handshake is pending, in answer to early data.          *)
MayAnswer(snapshot, side) ==
    LET whole == snapshot.history[side].whole
    IN /\ Program[side].manner = "task"
       /\ IsPending(whole) /\ Len(whole.calls) = 1
       /\ AcceptsAnswer(snapshot.endpoint[side])

(* Who may begin a call. Two callers run from the end of the handshake to the close,  *)
(* which waits for both; one whose half owes a letter delivers that first.            *)

MayBegin(snapshot, side, caller) ==
    LET histories == snapshot.history[side]
        two == HasTwoCallers(side)
        begun == Len(histories.whole.calls)
        between == two /\ begun = 1 /\ IsConnected(snapshot, side)
    IN /\ IsHere(snapshot.tcp, side)
       /\ ~IsPending(histories[caller])
       /\ ~HasEnded(histories[caller])
       /\ CASE caller = "whole" ->
                 \/ ~two \/ begun = 0
                 \/ ~IsConnected(snapshot, side) /\ ~IsPending(histories.writer)
                 \/ /\ HasEnded(histories.reader) /\ HasEnded(histories.writer)
                    /\ ~HasMail(snapshot.endpoint[side])
            [] caller = "reader" -> between /\ ~OwesMail(snapshot.endpoint[side])
            [] caller = "writer" -> between \/ (begun = 1 /\ MayAnswer(snapshot, side))

(* A beginning that is looked at alone, before anything else happens: that loses      *)
(* nothing (see the reasons in `model/check/src/world/step.rs`). Where a host may     *)
(* vanish, none is.                                                                   *)
BeginsAlone(snapshot, side, caller) ==
    /\ Vanishing = "never"
    /\ \/ caller = "whole" /\ snapshot.tcp[side].receive = <<>>
       \/ caller = "reader"

(* Callers of both sides, in the order in which they are asked.                       *)
Beginners ==
    << <<"client", "whole">>, <<"client", "reader">>, <<"client", "writer">>,
       <<"server", "whole">>, <<"server", "reader">>, <<"server", "writer">> >>

(* The places of those among them that may begin, up to the first that begins alone.  *)
FirstAlone(snapshot) ==
    LET alone == {place \in DOMAIN Beginners :
            LET side == Beginners[place][1]
                caller == Beginners[place][2]
            IN BeginsAlone(snapshot, side, caller) /\ MayBegin(snapshot, side, caller)}
    IN IF alone = {} THEN 0
       ELSE CHOOSE place \in alone : \A other \in alone : place <= other

-----------------------------------------------------------------------------------
(* Steps: [what, side], and for a beginning its call.                                 *)

Step(what, side) == [what |-> what, side |-> side, call |-> ""]

BeginningsOf(snapshot, side, caller) ==
    IF ~MayBegin(snapshot, side, caller) THEN {}
    ELSE {[what |-> "begin", side |-> side, call |-> call] :
            call \in {next \in NextCalls(side, caller, snapshot.history[side][caller].calls) :
                caller # "writer" \/ IsConnected(snapshot, side) \/ next = "write"}}

Beginnings(snapshot, last) ==
    UNION {BeginningsOf(snapshot, Beginners[place][1], Beginners[place][2]) :
            place \in 1..last}

(* A write with a deadline finds no room.                                             *)
MayPassDeadline(snapshot, side) ==
    LET endpoint == snapshot.endpoint[side]
    IN /\ "try-write" \in PendingCalls(snapshot.history[side])
       /\ HasCell(endpoint)
       /\ Accepts(endpoint, "deadline passed")
       /\ CanBlock(snapshot.tcp, side)

Transmissions(snapshot, side) ==
    LET endpoint == snapshot.endpoint[side]
        other == Other(side)
        tcp == snapshot.tcp
    IN IF ~(WantsToTransmit(endpoint) /\ HasCell(endpoint)) THEN {}
       ELSE {what \in {"transmit", "block", "exchange"} :
            CASE what = "transmit" -> CanTransmit(tcp, side)
              [] what = "block" -> WantsBlocked(endpoint) /\ CanBlock(tcp, side)
              [] what = "exchange" ->
                    /\ CanExchange(tcp, side)
                    /\ IsWaiting(snapshot, other)
                    /\ WantsToReceive(snapshot.endpoint[other])}

(* What one endpoint can do. Only a pending call makes steps, and mail.               *)
EndpointSteps(snapshot, side) ==
    IF ~IsHere(snapshot.tcp, side) THEN {}
    ELSE LET endpoint == snapshot.endpoint[side]
             mail == IF HasMail(endpoint) THEN {"deliver mail"} ELSE {}
             own ==
                 IF ~IsWaiting(snapshot, side) THEN {}
                 ELSE (IF MayPassDeadline(snapshot, side) THEN {"pass deadline"} ELSE {})
                      \cup Transmissions(snapshot, side)
                      \cup (IF CanReceive(snapshot.tcp, side) /\ WantsToReceive(endpoint)
                            THEN {"receive"} ELSE {})
         IN {Step(what, side) : what \in mail \cup own}

NetworkSteps(snapshot, side) ==
    LET connected == IsConnected(snapshot, "client") /\ IsConnected(snapshot, "server")
        tcp == snapshot.tcp
    IN {Step(what, side) : what \in {what \in
            {"vanish", "give up", "deliver", "deliver reset"} :
                CASE what = "vanish" -> connected /\ CanVanish(tcp, side)
                  [] what = "give up" -> CanGiveUp(tcp, side)
                  [] what = "deliver" -> CanDeliver(tcp, side)
                  [] what = "deliver reset" -> CanDeliverReset(tcp, side)}}

Expiries(snapshot) ==
    {Step("expire budget", side) : side \in {side \in BothSides :
        /\ IsWaiting(snapshot, side)
        /\ IsHere(snapshot.tcp, side)
        /\ WaitsForBudget(snapshot.endpoint[side])}}

(* Time is long: a budget expires where nothing else can happen, or, if `Timers` says *)
(* so, at any time at which no caller begins alone.                                   *)
Steps(snapshot) ==
    LET alone == FirstAlone(snapshot)
        steps ==
            IF alone # 0 THEN Beginnings(snapshot, alone)
            ELSE Beginnings(snapshot, Len(Beginners))
                 \cup UNION {EndpointSteps(snapshot, side) : side \in BothSides}
                 \cup UNION {NetworkSteps(snapshot, side) : side \in BothSides}
    IN IF steps = {} THEN Expiries(snapshot)
       ELSE IF Timers = "any" /\ alone = 0 THEN steps \cup Expiries(snapshot)
       ELSE steps

(* A call waits, and somebody else has to move first.                                 *)
WaitsForOthers(snapshot, side) ==
    /\ IsWaiting(snapshot, side)
    /\ IsHere(snapshot.tcp, side)
    /\ EndpointSteps(snapshot, side) = {}

(* No step is enabled: Steps(snapshot) = {}, asked so that the answer comes early.     *)
IsTerminal(snapshot) ==
    /\ \A side \in BothSides : NetworkSteps(snapshot, side) = {}
    /\ Beginnings(snapshot, Len(Beginners)) = {}
    /\ \A side \in BothSides : EndpointSteps(snapshot, side) = {}
    /\ Expiries(snapshot) = {}

-----------------------------------------------------------------------------------
(* What a step does.                                                                  *)

FirstSnapshot ==
    [endpoint |-> [client |-> First("client"), server |-> First("server")],
     history |-> [client |-> NewHistories, server |-> NewHistories],
     tcp |-> NewConnection]

(* What an endpoint's turn asked of the transport is carried out.                     *)
Operated(snapshot, side) ==
    LET endpoint == snapshot.endpoint[side]
        tcp == IF endpoint.shutdown_due THEN AfterShutdownWrite(snapshot.tcp, side)
               ELSE snapshot.tcp
    IN [snapshot EXCEPT
            !.tcp = IF endpoint.close_due THEN AfterClose(tcp, side) ELSE tcp,
            !.endpoint[side].shutdown_due = FALSE,
            !.endpoint[side].close_due = FALSE]

(* The place whose result a pending call of this caller takes; "" if there is none.   *)
PlaceOfResult(endpoint, two, caller) ==
    LET Has(place) == endpoint.result[place] # <<"", "">>
    IN CASE caller = "whole" ->
              IF Has("receiving") THEN "receiving"
              ELSE IF Has("sending") /\ ~two THEN "sending" ELSE ""
         [] caller = "reader" -> IF Has("receiving") THEN "receiving" ELSE ""
         [] caller = "writer" -> IF Has("sending") THEN "sending" ELSE ""

(* The pending call of a caller returns, if its result is there. A stream that ends   *)
(* before everything that the peer's writes accepted was delivered, ends early.       *)
ReturnedTo(snapshot, side, caller) ==
    LET endpoint == snapshot.endpoint[side]
        histories == snapshot.history[side]
        place == PlaceOfResult(endpoint, HasTwoCallers(side), caller)
        result == endpoint.result[place]
        accepted == Successes(snapshot.history[Other(side)], {"write", "try-write"})
        early == Successes(histories, {"read"}) < accepted
        told == IF result[1] = "end of stream" /\ early THEN <<"early end", "">> ELSE result
        after ==
            [snapshot EXCEPT
                !.history[side][caller] = Returned(@, told),
                !.endpoint[side].result[place] = <<"", "">>]
        divides ==
            /\ Program[side].manner = "threads" /\ caller = "whole"
            /\ IsConnected(after, side) /\ Len(histories.whole.calls) = 1
    IN IF ~IsPending(histories[caller]) \/ place = "" THEN snapshot
       ELSE IF divides THEN [after EXCEPT !.endpoint[side] = Divided(@)]
       ELSE after

Settled(snapshot, side) ==
    LET operated == Operated(snapshot, side)
        whole == ReturnedTo(operated, side, "whole")
        reader == ReturnedTo(whole, side, "reader")
    IN ReturnedTo(reader, side, "writer")

FinishedAt(snapshot, side, completion) ==
    Settled([snapshot EXCEPT !.endpoint[side] = Finished(@, completion)], side)

AfterBegin(snapshot, side, call) ==
    LET caller == CallerOf(side, call)
        begun == [snapshot EXCEPT !.history[side][caller] = Begun(@, call)]
        united == call = "close" /\ Program[side].manner = "threads"
        endpoint == IF united THEN United(snapshot.endpoint[side])
                    ELSE snapshot.endpoint[side]
    IN IF IsEnd(call)
       THEN [begun EXCEPT !.history[side][caller] = Returned(@, <<"ok", "">>)]
       ELSE Settled([begun EXCEPT !.endpoint[side] = Started(endpoint, call)], side)

(* The transport's part of a step, and then the endpoint's.                           *)
AfterTransport(snapshot, side, outcome) ==
    FinishedAt([snapshot EXCEPT !.tcp = outcome[1]], side, outcome[2])

After(snapshot, step) ==
    LET side == step.side
        tcp == snapshot.tcp
        endpoint == snapshot.endpoint[side]
    IN CASE step.what = "begin" -> AfterBegin(snapshot, side, step.call)
         [] step.what = "transmit" ->
              AfterTransport(snapshot, side, AfterTransmit(tcp, side, FirstCell(endpoint)))
         [] step.what = "block" -> FinishedAt(snapshot, side, Happened("blocked"))
         [] step.what = "receive" -> AfterTransport(snapshot, side, AfterReceive(tcp, side))
         [] step.what = "exchange" ->
              FinishedAt(FinishedAt(snapshot, side, Happened("transmitted")), Other(side),
                         [what |-> "received", cell |-> FirstCell(endpoint)])
         [] step.what = "deliver" -> [snapshot EXCEPT !.tcp = AfterDeliver(tcp, side)]
         [] step.what = "deliver reset" ->
              [snapshot EXCEPT !.tcp = AfterDeliverReset(tcp, side)]
         [] step.what = "vanish" -> [snapshot EXCEPT !.tcp = AfterVanish(tcp, side)]
         [] step.what = "give up" -> [snapshot EXCEPT !.tcp = AfterGiveUp(tcp, side)]
         [] step.what = "deliver mail" ->
              Settled([snapshot EXCEPT !.endpoint[side] = MailTaken(@)], side)
         [] step.what = "expire budget" ->
              FinishedAt(snapshot, side, Happened("budget expired"))
         [] step.what = "pass deadline" ->
              FinishedAt(snapshot, side, Happened("deadline passed"))

-----------------------------------------------------------------------------------
(* Every snapshot that can be reached. Only plain TCP is explored like this.          *)
RECURSIVE ReachedFrom(_, _)
ReachedFrom(border, reached) ==
    LET new == UNION {{After(snapshot, step) : step \in Steps(snapshot)} : snapshot \in border}
               \ reached
    IN IF new = {} THEN reached ELSE ReachedFrom(new, reached \cup new)

Reachable == ReachedFrom({FirstSnapshot}, {FirstSnapshot})
======================================================================================
