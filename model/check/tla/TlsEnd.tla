----------------------------------- MODULE TlsEnd -----------------------------------
(* The endpoint of TLS: the table over cells. What a cell means, and what a call      *)
(* waits for.                                                                         *)
EXTENDS Turn

TlsFirst(side) ==
    [side |-> side,
     owner |-> "one",
     states |-> [slot \in SlotNames |-> InitialState[MachineIn(side, slot)]],
     memory |-> [InitialMemory EXCEPT !.tickets_owed = Settings[side].tickets],
     mail |-> [receiving |-> <<>>, sending |-> <<>>],
     raised |-> <<>>,
     outbox |-> <<>>,
     half_transmitted |-> FALSE,
     sealed |-> 0,
     unread |-> 0,
     early_data_offered |-> FALSE,
     early_data |-> 0,
     half_received |-> FALSE,
     send_generation |-> 0,
     receive_generation |-> 0,
     share_fits |-> ~Retry,
     current |-> "Data",
     work_done |-> NoEvent,
     tickets_wanted |-> FALSE,
     compatibility_requested |-> FALSE,
     shutdown_due |-> FALSE,
     close_due |-> FALSE,
     alert_received |-> NoAlert,
     own_error |-> NoAlert,
     result |-> [receiving |-> NoResult, sending |-> NoResult],
     fault |-> ""]

(* Two threads take the halves, and give them back.                                   *)
TlsDivided(endpoint) == [endpoint EXCEPT !.owner = "two"]
TlsUnited(endpoint) == [endpoint EXCEPT !.owner = "one"]

TlsOwesMail(endpoint) == endpoint.mail.sending # <<>>
TlsHasMail(endpoint) == endpoint.mail.receiving # <<>> \/ TlsOwesMail(endpoint)
TlsMailDelivered(endpoint) == MailDelivered(endpoint)

(* A server that has accepted early data may be asked for its answer.                 *)
TlsAcceptsAnswer(endpoint) ==
    /\ endpoint.owner = "one"
    /\ endpoint.states["handshake"] \in Labelled[endpoint.side].AcceptsAnswer

TlsStarted(endpoint, call) ==
    HandledWithWork(endpoint,
        CASE call = "finish-handshake" -> <<"StartReceiving", "Handshake">>
          [] call = "read" -> <<"StartReceiving", "Read">>
          [] call = "close" -> <<"StartReceiving", "Close">>
          [] call \in {"write", "try-write"} -> <<"StartSending", "Write">>
          [] call = "half-close" -> <<"StartSending", "HalfClose">>
          [] call = "update-key" -> <<"StartSending", "UpdateKey">>)

-----------------------------------------------------------------------------------
(* What the transport did.                                                            *)

EventOf(content) ==
    CASE content[1] \in {"Data", "EarlyData"} -> <<"ApplicationData", "">>
      [] content[1] = "EncryptedExtensions" -> <<"EncryptedExtensions", "Absent">>
      [] content[1] = "EncryptedExtensionsWithEarlyData" ->
            <<"EncryptedExtensions", "Present">>
      [] content[1] = "UnsuitableClientHello" -> <<"ClientHello", "">>
      [] content[1] \in {"GoodCertificate", "RejectedCertificate"} ->
            <<"Certificate", "Chain">>
      [] content[1] = "EmptyCertificate" -> <<"Certificate", "Empty">>
      [] content[1] = "ServerHello" ->
            <<"ServerHello", IF Resumed THEN "PreSharedKey" ELSE "Certificate">>
      [] content[1] = "Finished" -> <<"Finished", "Good">>
      [] content[1] = "KeyUpdate" -> <<"KeyUpdate", "NotRequested">>
      [] content[1] = "KeyUpdateRequest" -> <<"KeyUpdate", "Requested">>
      [] content[1] = "CloseNotify" -> <<"AlertReceived", "Closure">>
      [] content = <<"Alert", "UserCanceled">> -> <<"AlertReceived", "Cancellation">>
      [] content[1] = "Alert" /\ content[2] # "UserCanceled" -> <<"AlertReceived", "Error">>
      [] OTHER -> content

(* A record is opened. Its keys must be those with which we open. A server has none   *)
(* for early data that it rejects.                                                    *)
Opened(endpoint, cell) ==
    LET content == cell.content
        rejected == IsRejected(endpoint, content[1])
        expected == IF content[1] = "ChangeCipherSpec" THEN 0
                    ELSE endpoint.receive_generation
        event == IF rejected THEN <<"Unopened", "RecordNotGenuine">> ELSE EventOf(content)
        opened ==
            [endpoint EXCEPT
                !.current = content[1],
                !.fault = IF rejected \/ cell.generation = expected THEN @ ELSE "in order",
                !.alert_received = IF event = <<"AlertReceived", "Error">> THEN content[2]
                                   ELSE @]
    IN HandledWithWork(opened, event)

DiscardsInput(endpoint) == endpoint.states["read"] \in Labelled["read"].DiscardsInput

CellReceived(endpoint, cell) ==
    IF cell.part = "first"
    THEN HandledWithWork([endpoint EXCEPT !.half_received = TRUE], <<"Received", "">>)
    ELSE LET received ==
                 HandledWithWork([endpoint EXCEPT !.half_received = FALSE], <<"Received", "">>)
             taken == IF DiscardsInput(received)
                      THEN HandledWithWork(received, <<"Discarded", "">>)
                      ELSE Opened(received, cell)
         IN [taken EXCEPT !.current = "Data"]

(* The transmitted cell leaves the outbox.                                            *)
CellTransmitted(endpoint) ==
    LET left ==
            IF RecordCells > 1 /\ ~endpoint.half_transmitted
            THEN [endpoint EXCEPT !.half_transmitted = TRUE]
            ELSE [endpoint EXCEPT !.half_transmitted = FALSE, !.outbox = Tail(@)]
    IN HandledWithWork(left, <<"Transmitted", "">>)

(* Letters may say that a transmitting call has met a reset; then a FIN is no clean   *)
(* end. So they go before it.                                                         *)
TlsFinished(endpoint, completion) ==
    CASE completion.what = "received" -> CellReceived(endpoint, completion.cell)
      [] completion.what = "received FIN" ->
            HandledWithWork(MailDelivered(endpoint), <<"FinReceived", "">>)
      [] completion.what = "received reset" ->
            HandledWithWork(endpoint, <<"ResetReceived", "">>)
      [] completion.what = "transmitted" -> CellTransmitted(endpoint)
      [] completion.what = "blocked" -> HandledWithWork(endpoint, <<"TransmitBlocked", "">>)
      [] completion.what = "failed" -> HandledWithWork(endpoint, <<"TransmitFailed", "">>)
      [] completion.what = "budget expired" ->
            HandledWithWork(endpoint, <<"BudgetExpired", "">>)
      [] completion.what = "deadline passed" ->
            HandledWithWork(endpoint, <<"SendDeadlinePassed", "">>)

-----------------------------------------------------------------------------------
(* What a pending call waits for.                                                     *)

TlsHasCell(endpoint) == endpoint.outbox # <<>>

TlsFirstCell(endpoint) ==
    LET record == Head(endpoint.outbox)
    IN [content |-> record[1],
        generation |-> record[2],
        part |-> IF RecordCells = 1 THEN "whole"
                 ELSE IF endpoint.half_transmitted THEN "second" ELSE "first"]

TlsAccepts(endpoint, what) ==
    CASE what \in {"received", "received FIN", "received reset"} ->
            ~TlsOwesMail(endpoint) /\ AcceptsEvent(endpoint, <<"Received", "">>)
      [] what \in {"transmitted", "failed"} -> AcceptsEvent(endpoint, <<"Transmitted", "">>)
      [] what = "blocked" -> AcceptsEvent(endpoint, <<"TransmitBlocked", "">>)
      [] what = "budget expired" -> AcceptsEvent(endpoint, <<"BudgetExpired", "">>)
      [] what = "deadline passed" -> AcceptsEvent(endpoint, <<"SendDeadlinePassed", "">>)

TlsWantsToReceive(endpoint) == TlsAccepts(endpoint, "received")
TlsWantsToTransmit(endpoint) == TlsHasCell(endpoint) /\ TlsAccepts(endpoint, "transmitted")
TlsWantsBlocked(endpoint) == TlsHasCell(endpoint) /\ TlsAccepts(endpoint, "blocked")
TlsWaitsForBudget(endpoint) == TlsAccepts(endpoint, "budget expired")
=====================================================================================
