------------------------------------- MODULE Tcp -------------------------------------
(* A TCP connection, established: four bounded queues, FIN, RST, and what a socket    *)
(* can be asked for (RFC 9293).                                                       *)
(*                                                                                    *)
(* A socket is [send, receive, fin, reset, closed, vanished]: what this end has sent  *)
(* and the other has not got, what it got and has not received; how far its FIN has   *)
(* come, and how far a RST *towards* it; whether it called close, and whether its     *)
(* host has vanished. A connection is the sockets of both sides.                      *)
EXTENDS Scenario, Naturals, Sequences

Other(side) == IF side = "client" THEN "server" ELSE "client"

NewSocket ==
    [send |-> <<>>, receive |-> <<>>, fin |-> "nowhere", reset |-> "nowhere",
     closed |-> FALSE, vanished |-> FALSE]

NewConnection == [client |-> NewSocket, server |-> NewSocket]

Happened(what) == [what |-> what]

(* A RST has arrived; its error may be reported already.                              *)
IsReset(socket) == socket.reset \in {"unreported", "reported"}

IsHere(connection, side) == ~connection[side].vanished

(* What an end has sent and the other has not got is dropped, its FIN included.       *)
UnsentDropped(socket) ==
    [socket EXCEPT !.send = <<>>, !.fin = IF @ = "queued" THEN "nowhere" ELSE @]

(* A side resets the connection.                                                      *)
ResetSent(connection, side) ==
    [connection EXCEPT
        ![side] = UnsentDropped(@),
        ![Other(side)].reset = IF @ = "nowhere" THEN "in flight" ELSE @]

-----------------------------------------------------------------------------------
(* Transmitting: the next cell is taken, or the call fails. With no send queue a cell *)
(* goes straight into the other's receive queue.                                      *)

CanTransmit(connection, side) ==
    LET socket == connection[side]
        other == connection[Other(side)]
    IN \/ IsReset(socket)
       \/ socket.fin # "nowhere"
       \/ IF SendCells > 0 THEN Len(socket.send) < SendCells
          ELSE ~other.vanished /\ (other.closed \/ Len(other.receive) < ReceiveCells)

(* The connection afterwards, and what came of the call.                              *)
AfterTransmit(connection, side, cell) ==
    LET socket == connection[side]
    IN CASE IsReset(socket) ->
              <<[connection EXCEPT ![side].reset = "reported"], Happened("failed")>>
         [] ~IsReset(socket) /\ socket.fin # "nowhere" -> <<connection, Happened("failed")>>
         [] OTHER ->
              <<IF SendCells > 0 THEN [connection EXCEPT ![side].send = Append(@, cell)]
                ELSE IF connection[Other(side)].closed
                THEN ResetSent(connection, Other(side))
                ELSE [connection EXCEPT ![Other(side)].receive = Append(@, cell)],
                Happened("transmitted")>>

(* A transmitting call that must not wait can find no room.                           *)
CanBlock(connection, side) ==
    /\ ~IsReset(connection[side])
    /\ connection[side].fin = "nowhere"
    /\ SendCells = 0 \/ Len(connection[side].send) >= SendCells

(* With no queue between them, a cell goes from one call straight to the other.       *)
CanExchange(connection, side) ==
    /\ SendCells = 0 /\ ReceiveCells = 0
    /\ ~IsReset(connection[side])
    /\ connection[side].fin = "nowhere"
    /\ ~connection[Other(side)].closed
    /\ IsHere(connection, Other(side))

-----------------------------------------------------------------------------------
(* Receiving: the oldest cell, else the FIN, else the error, once. A FIN that came    *)
(* before the RST hides it.                                                           *)

StraightFromSender(connection, side) ==
    ReceiveCells = 0 /\ connection[Other(side)].send # <<>>

CanReceive(connection, side) ==
    \/ connection[side].receive # <<>>
    \/ StraightFromSender(connection, side)
    \/ connection[Other(side)].fin = "arrived"
    \/ IsReset(connection[side])

AfterReceive(connection, side) ==
    LET socket == connection[side]
        other == connection[Other(side)]
        Cell(cell) == [what |-> "received", cell |-> cell]
    IN IF socket.receive # <<>>
       THEN <<[connection EXCEPT ![side].receive = Tail(@)], Cell(Head(socket.receive))>>
       ELSE IF StraightFromSender(connection, side)
       THEN <<[connection EXCEPT ![Other(side)].send = Tail(@)], Cell(Head(other.send))>>
       ELSE IF other.fin # "arrived" /\ socket.reset = "unreported"
       THEN <<[connection EXCEPT ![side].reset = "reported"], Happened("received reset")>>
       ELSE <<connection, Happened("received FIN")>>

-----------------------------------------------------------------------------------
(* The network: the first cell of a send queue moves on, or the FIN behind it. Data   *)
(* for a closed socket draws a RST.                                                   *)

CanDeliver(connection, side) ==
    LET socket == connection[side]
        other == connection[Other(side)]
    IN /\ ~other.vanished
       /\ IF socket.send = <<>> THEN socket.fin = "queued" /\ ~other.closed
          ELSE other.closed \/ Len(other.receive) < ReceiveCells

AfterDeliver(connection, side) ==
    LET socket == connection[side]
        moved == [connection EXCEPT ![side].send = Tail(@)]
    IN IF socket.send = <<>> THEN [connection EXCEPT ![side].fin = "arrived"]
       ELSE IF connection[Other(side)].closed THEN ResetSent(moved, Other(side))
       ELSE [moved EXCEPT ![Other(side)].receive = Append(@, Head(socket.send))]

CanDeliverReset(connection, side) == connection[side].reset = "in flight"

(* How the end of a connection that was reset is told.                                *)
Reported(connection, side) ==
    IF connection[Other(side)].fin = "arrived" THEN "reported" ELSE "unreported"

AfterDeliverReset(connection, side) ==
    LET socket == UnsentDropped(connection[side])
    IN [connection EXCEPT
            ![side] = [socket EXCEPT
                !.receive = IF ResetRule = "discards" THEN <<>> ELSE @,
                !.reset = Reported(connection, side)]]

-----------------------------------------------------------------------------------
(* Hosts that vanish, and a TCP that gives up since nothing is acknowledged.          *)

CanVanish(connection, side) ==
    /\ Vanishing # "never"
    /\ IsHere(connection, "client") /\ IsHere(connection, "server")
    /\ ~connection[Other(side)].closed

AfterVanish(connection, side) ==
    LET socket == UnsentDropped(connection[side])
    IN [connection EXCEPT ![side] = [socket EXCEPT !.receive = <<>>, !.vanished = TRUE]]

CanGiveUp(connection, side) ==
    LET socket == connection[side]
    IN /\ connection[Other(side)].vanished
       /\ ~socket.closed
       /\ socket.reset \in {"nowhere", "in flight"}
       /\ \/ socket.send # <<>> \/ socket.fin = "queued" \/ SendCells = 0
          \/ Vanishing = "probed"

AfterGiveUp(connection, side) ==
    LET socket == UnsentDropped(connection[side])
    IN [connection EXCEPT ![side] = [socket EXCEPT !.reset = Reported(connection, side)]]

-----------------------------------------------------------------------------------
(* Operations.                                                                        *)

AfterShutdownWrite(connection, side) ==
    LET socket == connection[side]
    IN IF socket.fin = "nowhere" /\ ~IsReset(socket) /\ ~socket.closed
       THEN [connection EXCEPT ![side].fin = "queued"] ELSE connection

(* `close`: with unread input a RST, else a FIN behind what is queued. Between two    *)
(* closed sockets nothing that moves can be observed.                                 *)
AfterClose(connection, side) ==
    LET socket == connection[side]
        other == connection[Other(side)]
        both_ended == socket.fin = "arrived" /\ other.fin = "arrived"
        closed == [connection EXCEPT ![side].closed = TRUE, ![side].receive = <<>>]
        nothing == [of \in {"client", "server"} |->
            [NewSocket EXCEPT !.closed = TRUE, !.vanished = connection[of].vanished]]
    IN CASE other.closed -> nothing
         [] ~other.closed /\ socket.receive # <<>> /\ ~both_ended -> ResetSent(closed, side)
         [] OTHER ->
              [closed EXCEPT ![side].fin = IF @ = "nowhere" THEN "queued" ELSE @]
======================================================================================
