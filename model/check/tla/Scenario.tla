---- MODULE Scenario ----
(* naive and naive:
   client `write close`, server `read close`, buffers 2/1, 2 tickets, reset keeps. *)
EXTENDS Table

ProgramsAreChosen == FALSE
ChosenAtMost == 0
Program == [
    client |-> [manner |-> "one call", whole |-> <<"finish-handshake", "write", "close">>, reader |-> <<>>, writer |-> <<>>],
    server |-> [manner |-> "one call", whole |-> <<"finish-handshake", "read", "close">>, reader |-> <<>>, writer |-> <<>>]]
SendCells == 2
ReceiveCells == 1
RecordCells == 1
Inbox == 2
Retry == FALSE
Resumed == FALSE
EarlyData == 0
EarlyDataAccepted == TRUE
ResetRule == "keeps"
Vanishing == "never"
Timers == "quiescent"
RejectingSide == "none"
Settings == [
    client |-> [policy |-> Profiles.naive, certificate |-> "EmptyCertificate", tickets |-> 0],
    server |-> [policy |-> [Profiles.naive EXCEPT !.role = "Server"], certificate |-> "GoodCertificate", tickets |-> 2]]
====
