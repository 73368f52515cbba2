------------------------------------ MODULE Turn ------------------------------------
(* One turn of an endpoint: which row fires, and what comes of it.                    *)
(*                                                                                    *)
(* An endpoint is a record. Of its fields this module knows the states of its         *)
(* machines, their memory, the mail between its halves, and the events that a turn    *)
(* has raised. What surrounds the machines answers the facts and performs the         *)
(* actions: module Surroundings.                                                      *)
EXTENDS Surroundings

(* How many raised events and letters may wait, and how many settle rows may fire.    *)
RaisedAtMost == 8
MailAtMost == 4
SettlesAtMost == 64

-----------------------------------------------------------------------------------
(* Rows by side, slot, state and event, as far as the side's policy admits them. The  *)
(* guards are left with what may change: memory and facts.                            *)

MachineIn(side, slot) == IF slot = "handshake" THEN side ELSE slot

IsOfPolicy(atom) == atom[1] = "policy"

Admits(policy, row) ==
    \A place \in DOMAIN row.guard :
        LET atom == row.guard[place]
        IN IsOfPolicy(atom) => policy[atom[2]] \in atom[3]

Admitted(side, row) ==
    [row EXCEPT !.guard = SelectSeq(@, LAMBDA atom : ~IsOfPolicy(atom))]

RECURSIVE AdmittedRows(_, _, _)
AdmittedRows(side, slot, place) ==
    IF place > Len(Rows) THEN <<>>
    ELSE LET row == Rows[place]
             rest == AdmittedRows(side, slot, place + 1)
         IN IF row.machine = MachineIn(side, slot) /\ Admits(Settings[side].policy, row)
            THEN <<Admitted(side, row)>> \o rest
            ELSE rest

RowsByEvent(rows) ==
    TLCEval([event \in DOMAIN Home \cup {"Settle"} |->
        SelectSeq(rows, LAMBDA row : row.event = event)])

RowsByState(side, slot, rows) ==
    TLCEval([state \in StatesOf[MachineIn(side, slot)] |->
        RowsByEvent(SelectSeq(rows, LAMBDA row : state \in row.from))])

RowsBySlot(side) ==
    TLCEval([slot \in SlotNames |->
        LET rows == TLCEval(AdmittedRows(side, slot, 1))
        IN RowsByState(side, slot, rows)])

RowsBySide == TLCEval([side \in Sides |-> RowsBySlot(side)])

-----------------------------------------------------------------------------------
(* The row that a machine takes: the first that is written for its state and the      *)
(* event, and whose guard holds. Rows of `otherwise` stand behind the others, of      *)
(* which at most one can fire. Only `Settle` may find none.                           *)

GuardHolds(guard, endpoint) ==
    \A place \in DOMAIN guard :
        LET atom == guard[place]
        IN (IF atom[1] = "memory" THEN endpoint.memory[atom[2]] ELSE Fact(endpoint, atom[2]))
            \in atom[3]

NoRow == [machine |-> "none", otherwise |-> FALSE]

RECURSIVE FirstThatFires(_, _, _, _)
FirstThatFires(rows, place, endpoint, payload) ==
    IF place > Len(rows) THEN NoRow
    ELSE IF payload \in rows[place].payloads /\ GuardHolds(rows[place].guard, endpoint)
    THEN rows[place]
    ELSE FirstThatFires(rows, place + 1, endpoint, payload)

RowOf(endpoint, slot, event) ==
    FirstThatFires(RowsBySide[endpoint.side][slot][endpoint.states[slot]][event[1]],
                   1, endpoint, event[2])

Fires(row) == row.machine # "none"

(* Would this event take a row that is no `otherwise`? That is what *interest* means. *)
AcceptsEvent(endpoint, event) ==
    LET row == RowOf(endpoint, Home[event[1]], event)
    IN Fires(row) /\ ~row.otherwise

-----------------------------------------------------------------------------------
(* What a row does: its state is entered, its memory is updated, and its effects are  *)
(* worked off in order.                                                               *)

Remembered(memory, row, payload) ==
    LET set == IF row.sets = <<>> THEN memory ELSE row.sets @@ memory
        lowered == IF row.lowers = {} THEN set
                   ELSE [field \in DOMAIN set |->
                            IF field \in row.lowers THEN set[field] - 1 ELSE set[field]]
    IN IF row.carries = {} THEN lowered
       ELSE [field \in DOMAIN lowered |->
                IF field \in row.carries THEN payload ELSE lowered[field]]

Raised(endpoint, event) ==
    IF Len(endpoint.raised) < RaisedAtMost
    THEN [endpoint EXCEPT !.raised = Append(@, event)]
    ELSE [endpoint EXCEPT !.fault = "raised events are bounded"]

(* A letter goes to the other half.                                                   *)
Posted(endpoint, half, event) ==
    LET other == IF half = "receiving" THEN "sending" ELSE "receiving"
    IN IF Len(endpoint.mail[other]) < MailAtMost
       THEN [endpoint EXCEPT !.mail[other] = Append(@, event)]
       ELSE [endpoint EXCEPT !.fault = "mail is bounded"]

Effected(endpoint, half, effect, payload) ==
    LET with == IF effect[3] = "(payload)" THEN payload ELSE effect[3]
    IN CASE effect[1] = "perform" -> Performed(endpoint, half, effect[2], with)
         [] effect[1] = "raise" -> Raised(endpoint, <<effect[2], with>>)
         [] effect[1] = "post" -> Posted(endpoint, half, <<effect[2], with>>)

RECURSIVE AllEffected(_, _, _, _)
AllEffected(endpoint, half, effects, payload) ==
    IF effects = <<>> THEN endpoint
    ELSE AllEffected(Effected(endpoint, half, Head(effects), payload),
                     half, Tail(effects), payload)

Fired(endpoint, half, slot, row, payload) ==
    LET entered ==
            [endpoint EXCEPT
                !.states[slot] = IF row.to = "(same)" THEN @ ELSE row.to,
                !.memory = Remembered(@, row, payload)]
    IN AllEffected(entered, half, row.effects, payload)

-----------------------------------------------------------------------------------
(* A turn of one half: the event's row, the events that it raises, and then the       *)
(* settle rows of the half's machines until none fires.                               *)

(* The first slot of these whose machine does not rest; none if all do.               *)
RECURSIVE Restless(_, _)
Restless(endpoint, slots) ==
    IF slots = <<>> THEN "none"
    ELSE IF Fires(RowOf(endpoint, Head(slots), <<"Settle", "">>)) THEN Head(slots)
    ELSE Restless(endpoint, Tail(slots))

RECURSIVE TurnOver(_, _, _)
TurnOver(endpoint, half, settles) ==
    IF endpoint.raised # <<>>
    THEN LET event == Head(endpoint.raised)
             slot == Home[event[1]]
             taken == [endpoint EXCEPT !.raised = Tail(@)]
             row == RowOf(taken, slot, event)
         IN TurnOver(IF Fires(row) THEN Fired(taken, half, slot, row, event[2]) ELSE taken,
                     half, settles)
    ELSE LET slot == Restless(endpoint, Slots[half])
         IN IF slot = "none" THEN endpoint
            ELSE LET row == RowOf(endpoint, slot, <<"Settle", "">>)
                     fired == Fired(endpoint, half, slot, row, "")
                 IN IF settles = SettlesAtMost
                    THEN [fired EXCEPT !.raised = <<>>, !.fault = "a turn ends"]
                    ELSE TurnOver(fired, half, settles + 1)

HalfOf(slot) ==
    IF \E place \in DOMAIN Slots["receiving"] : Slots["receiving"][place] = slot
    THEN "receiving" ELSE "sending"

HalfOfEvent == TLCEval([event \in DOMAIN Home |-> HalfOf(Home[event])])

TurnOn(endpoint, event) ==
    TurnOver([endpoint EXCEPT !.raised = <<event>>], HalfOfEvent[event[1]], 0)

(* All letters, each in a turn of its own: those to the receiving half first.         *)
RECURSIVE MailDelivered(_)
MailDelivered(endpoint) ==
    LET DeliveredTo(half) ==
            MailDelivered(TurnOn([endpoint EXCEPT !.mail[half] = Tail(@)],
                                 Head(endpoint.mail[half])))
    IN CASE endpoint.mail["receiving"] # <<>> -> DeliveredTo("receiving")
         [] endpoint.mail["receiving"] = <<>> /\ endpoint.mail["sending"] # <<>> ->
                DeliveredTo("sending")
         [] OTHER -> endpoint

(* An event of a whole endpoint. Where the halves have one owner, the letters that it *)
(* caused follow.                                                                     *)
Handled(endpoint, event) ==
    LET turned == TurnOn(endpoint, event)
    IN IF endpoint.owner = "one" THEN MailDelivered(turned) ELSE turned

(* In world *pair* work ends at once.                                                 *)
RECURSIVE WorkEnded(_)
WorkEnded(endpoint) ==
    IF endpoint.work_done = NoEvent THEN endpoint
    ELSE WorkEnded(Handled([endpoint EXCEPT !.work_done = NoEvent], endpoint.work_done))

HandledWithWork(endpoint, event) == WorkEnded(Handled(endpoint, event))
=====================================================================================
