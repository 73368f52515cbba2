--------------------------------- MODULE PlainTcpEnd ---------------------------------
(* The endpoint of plain TCP, which adds nothing: what a program calls is what the    *)
(* socket does. A record is as many cells as one of TLS.                              *)
EXTENDS Scenario, Integers

(* Of the call that waits: how many cells of its record are moved. None waits at -1.  *)
NotPending == -1

PlainFirst(side) ==
    [reading |-> NotPending,
     writing |-> NotPending,
     result |-> [receiving |-> <<"", "">>, sending |-> <<"", "">>],
     shutdown_due |-> FALSE,
     close_due |-> FALSE,
     fault |-> ""]

(* The directions of TCP share nothing, so that its halves have no mail.              *)
PlainDivided(endpoint) == endpoint
PlainUnited(endpoint) == endpoint
PlainOwesMail(endpoint) == FALSE
PlainHasMail(endpoint) == FALSE
PlainAcceptsAnswer(endpoint) == FALSE
PlainMailDelivered(endpoint) == endpoint

ReceivingEnds(endpoint, word) ==
    [endpoint EXCEPT !.reading = NotPending, !.result.receiving = <<word, "">>]

SendingEnds(endpoint, word) ==
    [endpoint EXCEPT !.writing = NotPending, !.result.sending = <<word, "">>]

PlainStarted(endpoint, call) ==
    CASE call = "read" -> [endpoint EXCEPT !.reading = 0]
      [] call \in {"write", "try-write"} -> [endpoint EXCEPT !.writing = 0]
      [] call = "finish-handshake" -> ReceivingEnds(endpoint, "ok")
      [] call = "update-key" -> SendingEnds(endpoint, "ok")
      [] call = "half-close" -> SendingEnds([endpoint EXCEPT !.shutdown_due = TRUE], "ok")
      [] call = "close" -> ReceivingEnds([endpoint EXCEPT !.close_due = TRUE], "ok")

OneMore(cells) == IF cells = NotPending THEN NotPending ELSE cells + 1

PlainFinished(endpoint, completion) ==
    CASE completion.what = "received" ->
            IF OneMore(endpoint.reading) = RecordCells THEN ReceivingEnds(endpoint, "ok")
            ELSE [endpoint EXCEPT !.reading = OneMore(@)]
      [] completion.what = "received FIN" -> ReceivingEnds(endpoint, "end of stream")
      [] completion.what = "received reset" -> ReceivingEnds(endpoint, "reset")
      [] completion.what = "transmitted" ->
            IF OneMore(endpoint.writing) = RecordCells THEN SendingEnds(endpoint, "ok")
            ELSE [endpoint EXCEPT !.writing = OneMore(@)]
      [] completion.what = "failed" -> SendingEnds(endpoint, "reset")
      [] completion.what = "deadline passed" -> SendingEnds(endpoint, "given up")
      [] completion.what \in {"blocked", "budget expired"} -> endpoint

PlainHasCell(endpoint) == endpoint.writing # NotPending

PlainFirstCell(endpoint) ==
    [content |-> <<"Data", "">>,
     generation |-> 0,
     part |-> IF RecordCells = 1 THEN "whole"
              ELSE IF endpoint.writing = 0 THEN "first" ELSE "second"]

PlainWantsToReceive(endpoint) == endpoint.reading # NotPending
PlainWantsToTransmit(endpoint) == endpoint.writing # NotPending
PlainWantsBlocked(endpoint) == FALSE
PlainWaitsForBudget(endpoint) == FALSE

(* A record that is transmitted in part is completed.                                 *)
PlainAccepts(endpoint, what) ==
    CASE what \in {"received", "received FIN", "received reset"} ->
            PlainWantsToReceive(endpoint)
      [] what \in {"transmitted", "failed"} -> PlainWantsToTransmit(endpoint)
      [] what = "deadline passed" -> endpoint.writing = 0
      [] what \in {"blocked", "budget expired"} -> FALSE
======================================================================================
