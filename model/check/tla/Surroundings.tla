-------------------------------- MODULE Surroundings --------------------------------
(* What surrounds the machines of a TLS endpoint: buffers, keys and verdicts, all     *)
(* abstract. Here stands what the facts say of cells, and what the actions do to      *)
(* them.                                                                              *)
EXTENDS Table, Scenario, Integers, Sequences, TLC

Sides == {"client", "server"}
Peer(side) == IF side = "client" THEN "server" ELSE "client"

(* The content of a record, and the description if it is an alert.                    *)
Record(name) == <<name, "">>
AlertRecord(alert) ==
    IF alert = "CloseNotify" THEN Record("CloseNotify") ELSE <<"Alert", alert>>

NoAlert == ""
NoEvent == <<"", "">>
NoResult == <<"", "">>

(* The generation of keys that were forgotten.                                        *)
KeysGone == 255

(* The generation of the keys of early data.                                          *)
EarlyKeys == 254

GenerationOf(epoch) ==
    CASE epoch = "Plaintext" -> 0
      [] epoch = "Handshake" -> 1
      [] epoch = "Application" -> 2
      [] epoch = "EarlyData" -> EarlyKeys

(* Early data are accepted by a server that resumes the session, and asks for no other *)
(* ClientHello.                                                                       *)
AcceptsEarlyData == EarlyData > 0 /\ EarlyDataAccepted /\ Resumed /\ ~Retry

(* The most records of an outbox, and of control records among them: a reply and a    *)
(* request to update keys, and an alert.                                              *)
OutboxRecords == 20
ControlRecords == 3

-----------------------------------------------------------------------------------
(* Facts.                                                                             *)

Waits(endpoint, name) ==
    \E place \in DOMAIN endpoint.outbox : endpoint.outbox[place][1][1] = name

(* Early data that this server rejects.                                               *)
IsRejected(endpoint, content) ==
    endpoint.side = "server" /\ content = "EarlyData" /\ ~AcceptsEarlyData

Fact(endpoint, name) ==
    CASE name = "outbox" -> IF endpoint.outbox = <<>> THEN "Empty" ELSE "Holding"
      [] name = "data_unsent" -> Waits(endpoint, "Data")
      [] name = "reply_unsent" -> Waits(endpoint, "KeyUpdate")
      [] name = "request_unsent" -> Waits(endpoint, "KeyUpdateRequest")
      [] name = "tickets_wanted" -> endpoint.tickets_wanted
      [] name = "key_usage" -> "Below"
      [] name = "may_update_key" -> TRUE
      [] name = "inbox" -> IF endpoint.unread = 0 THEN "Empty" ELSE "Unread"
      [] name = "inbox_room" -> endpoint.unread < Inbox
      [] name = "compatibility_requested" -> endpoint.compatibility_requested
      [] name = "aligned" -> TRUE
      [] name = "early_data_offered" -> endpoint.early_data_offered
      [] name = "early_data_room" -> TRUE
      [] name = "early_data_rejected" -> IsRejected(endpoint, endpoint.current)
      [] name = "flood" -> "Below"

-----------------------------------------------------------------------------------
(* Sealing.                                                                           *)

IsControl(content) ==
    content[1] \in {"KeyUpdate", "KeyUpdateRequest", "CloseNotify", "Alert"}

WaitingControl(outbox) == Len(SelectSeq(outbox, LAMBDA record : IsControl(record[1])))

SealedWith(endpoint, content, generation) ==
    LET fits == Len(endpoint.outbox) < OutboxRecords
        outbox == IF fits THEN Append(endpoint.outbox, <<content, generation>>)
                  ELSE endpoint.outbox
        crowded == WaitingControl(outbox) > ControlRecords
                   /\ Settings[endpoint.side].policy.requests # "Unlimited"
    IN [endpoint EXCEPT
            !.outbox = outbox,
            !.sealed = IF @ = 255 THEN @ ELSE @ + 1,
            !.fault = IF crowded \/ ~fits THEN "bounded"
                      ELSE IF generation = KeysGone THEN "in order" ELSE @]

Sealed(endpoint, content) == SealedWith(endpoint, content, endpoint.send_generation)

MessageRecord(endpoint, message) ==
    Record(CASE message = "ClientHello" ->
                    IF endpoint.share_fits THEN "ClientHello" ELSE "UnsuitableClientHello"
             [] message = "EncryptedExtensions" /\ AcceptsEarlyData ->
                    "EncryptedExtensionsWithEarlyData"
             [] message = "Certificate" -> Settings[endpoint.side].certificate
             [] OTHER -> message)

-----------------------------------------------------------------------------------
(* Work, which ends at once.                                                          *)

WorkEnd(endpoint, work) ==
    CASE work = "KeyShare" -> <<"KeyShareReady", "">>
      [] work = "Agreement" -> <<"Agreed", "">>
      [] work = "Selection" ->
            <<"Selected",
              IF endpoint.current # "ClientHello" THEN "ShareMissing"
              ELSE IF ~Resumed THEN "Complete"
              ELSE IF AcceptsEarlyData THEN "EarlyData" ELSE "PreSharedKey">>
      [] work = "PathCheck" ->
            IF endpoint.current = "RejectedCertificate" THEN <<"WorkFailed", "IssuerUnknown">>
            ELSE <<"PathChecked", "">>
      [] work = "SignatureCheck" -> <<"SignatureChecked", "">>
      [] work = "CertificateChoice" ->
            <<"CertificateChosen",
              IF Settings[endpoint.side].certificate = "EmptyCertificate" THEN "Empty"
              ELSE "Chain">>
      [] work = "Signature" -> <<"Signed", "">>

-----------------------------------------------------------------------------------
(* Results of calls, each with the alert that it is about.                            *)

ResultOf(endpoint, result) ==
    CASE result \in {"Ok", "Unconfirmed"} -> <<"ok", "">>
      [] result = "EndOfStream" -> <<"end of stream", "">>
      [] result = "Truncated" -> <<"truncated", "">>
      [] result = "Reset" -> <<"reset", "">>
      [] result = "Alert" ->
            IF endpoint.alert_received = NoAlert THEN <<"error", "">>
            ELSE <<"alert", endpoint.alert_received>>
      [] result = "TimedOut" /\ endpoint.own_error = NoAlert -> <<"ok", "">>
      [] OTHER -> <<"error", endpoint.own_error>>

-----------------------------------------------------------------------------------
(* Actions.                                                                           *)

RECURSIVE SealedEarly(_, _)
SealedEarly(endpoint, records) ==
    IF records = 0 THEN endpoint
    ELSE SealedEarly(Sealed(endpoint, Record("EarlyData")), records - 1)

Done(endpoint, half, action, with) ==
    CASE action = "Send" -> Sealed(endpoint, MessageRecord(endpoint, with))
      [] action = "Absorb" ->
            CASE with = "HelloRetryRequest" -> [endpoint EXCEPT !.share_fits = TRUE]
              [] with = "ClientHello" ->
                    [endpoint EXCEPT !.compatibility_requested =
                        Settings[endpoint.side].policy.compatibility = "On"]
              [] with = "EndOfEarlyData" /\ endpoint.early_data # EarlyData ->
                    [endpoint EXCEPT !.fault = "in order"]
              [] OTHER -> endpoint
      [] action = "StartWork" ->
            [endpoint EXCEPT
                !.tickets_wanted = @ \/ with = "Selection",
                !.early_data_offered =
                    IF with = "KeyShare" THEN EarlyData > 0 /\ endpoint.share_fits # Retry
                    ELSE @,
                !.work_done = WorkEnd(endpoint, with)]
      [] action = "DropTickets" -> [endpoint EXCEPT !.tickets_wanted = FALSE]
      [] action = "ReceiveWith" ->
            [endpoint EXCEPT !.receive_generation = GenerationOf(with)]
      [] action = "SendWith" ->
            [endpoint EXCEPT !.send_generation = GenerationOf(with)]
      [] action = "AdvanceReceiveKey" -> [endpoint EXCEPT !.receive_generation = @ + 1]
      [] action = "AdvanceSendKey" -> [endpoint EXCEPT !.send_generation = @ + 1]
      [] action = "SendChangeCipherSpec" ->
            SealedWith(endpoint, Record("ChangeCipherSpec"), 0)
      [] action = "SendKeyUpdate" ->
            Sealed(endpoint,
                   Record(IF with = "Requested" THEN "KeyUpdateRequest" ELSE "KeyUpdate"))
      [] action = "SendAlert" -> Sealed(endpoint, AlertRecord(with))
      [] action = "SendErrorAlert" -> Sealed(endpoint, <<"Alert", AlertOf[with]>>)
      [] action = "SendApplicationData" -> Sealed(endpoint, Record("Data"))
      [] action = "SendEarlyData" -> SealedEarly(endpoint, EarlyData)
      [] action = "DeliverEarlyData" -> [endpoint EXCEPT !.early_data = @ + 1]
      [] action = "Deliver" -> [endpoint EXCEPT !.unread = @ + 1]
      [] action = "Take" -> [endpoint EXCEPT !.unread = IF @ = 0 THEN 0 ELSE @ - 1]
      [] action = "DropUnread" -> [endpoint EXCEPT !.unread = 0]
      [] action = "DropOutbox" ->
            [endpoint EXCEPT !.outbox = <<>>, !.half_transmitted = FALSE]
      [] action = "KeepError" -> [endpoint EXCEPT !.own_error = AlertOf[with]]
      [] action = "ForgetReceiveKeys" -> [endpoint EXCEPT !.receive_generation = KeysGone]
      [] action = "ForgetSendKeys" -> [endpoint EXCEPT !.send_generation = KeysGone]
      [] action = "ShutdownWrite" -> [endpoint EXCEPT !.shutdown_due = TRUE]
      [] action = "CloseTransport" -> [endpoint EXCEPT !.close_due = TRUE]
      [] action = "Complete" -> [endpoint EXCEPT !.result[half] = ResultOf(endpoint, with)]
      [] action \in {"CountProgress", "ForgetHandshake", "KeepTicket", "Notify"} -> endpoint

(* A read that waits takes a record even where nothing may be kept.                   *)
Performed(endpoint, half, action, with) ==
    LET done == Done(endpoint, half, action, with)
    IN IF done.unread > (IF Inbox = 0 THEN 1 ELSE Inbox)
       THEN [done EXCEPT !.fault = "bounded"] ELSE done
=====================================================================================
