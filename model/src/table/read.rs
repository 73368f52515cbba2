//! The read half: what received records mean, and how receiving ends.

hyaline_codegen::machine! {
    /// The read half: what received records mean, and how receiving ends.
    machine read: read;

    states {
        /// The peer's Finished has not been accepted: no application data may come.
        initial Handshaking,
        /// Application data may come.
        Open,
        /// The application reads no more: its data is dropped, everything else counts.
        Draining,
        /// Nothing more is opened.
        final Ended [DiscardsInput],
    }

    settle lowers { rising send_reset }

    rows {
        // What the peer sends in order.
        #[rfc("4.5.3")]
        Handshaking + PeerFinished => Open {}
        #[rfc("5")]
        Handshaking + ChangeCipherSpec if greeted == true and flood(Below) => same {}
        #[rfc("2.3")]
        #[rfc("4.3.10")]
        Handshaking + ApplicationData if early_data == Arriving and early_data_room(true) => same {
            DeliverEarlyData;
        }
        #[rfc("5.4")]
        Handshaking + EmptyRecord if early_data == Arriving and flood(Below) => same {}
        #[rfc("4.3.10")]
        Handshaking + Unopened if early_data_rejected(true) under role(Server) => same {}
        #[rfc("5.2")]
        Open + ApplicationData => Open {
            Deliver;
        }
        #[local("close discards unread data, so that it never blocks what follows it")]
        Draining + ApplicationData => Draining {}
        #[rfc("5.4")]
        Open | Draining + EmptyRecord if flood(Below) => same {}
        #[rfc("4.7.1")]
        Open | Draining + NewSessionTicket if flood(Below) under role(Client) => same {
            KeepTicket;
            Notify(TicketReceived);
        }
        #[rfc("4.7.3")]
        Open | Draining + KeyUpdate(NotRequested) if aligned(true) and flood(Below) => same {
            AdvanceReceiveKey;
            Notify(PeerKeyUpdated);
            post write.PeerKeyUpdated(NotRequested);
        }
        #[rfc("4.7.3")]
        Open | Draining + KeyUpdate(Requested) if aligned(true) and flood(Below)
            under reply(Deferred) => same {
            AdvanceReceiveKey;
            Notify(PeerKeyUpdated);
            post write.PeerKeyUpdated(Requested);
        }
        #[rfc("4.7.3")]
        Open | Draining + KeyUpdate(Requested) if aligned(true) and flood(Below)
            under duplex(Full) and reply(Queued) => same {
            AdvanceReceiveKey;
            Notify(PeerKeyUpdated);
            post write.PeerKeyUpdated(Requested);
        }
        #[local("naive: the reply to a key update is written from the read path")]
        Open | Draining + KeyUpdate(Requested) if aligned(true) and flood(Below)
            under duplex(Full) and reply(InReadPath) => same {
            AdvanceReceiveKey;
            Notify(PeerKeyUpdated);
            post write.PeerKeyUpdated(Requested);
            raise receiver.ReplyOwed;
        }
        #[local("naive: nothing is received before everything is transmitted")]
        Open | Draining + KeyUpdate(Requested) if aligned(true) and flood(Below)
            under duplex(Half) and reply(Queued | InReadPath) => same {
            AdvanceReceiveKey;
            Notify(PeerKeyUpdated);
            post write.PeerKeyUpdated(Requested);
            raise receiver.ReplyOwed;
        }
        #[local("an update that we asked for is no work for nothing")]
        Open | Draining + UpdateAnswered => same {
            CountProgress;
        }

        // What the peer must not send.
        #[rfc("6.2")]
        Handshaking + ApplicationData | EmptyRecord if early_data != Arriving => same {
            raise read.Offence(ApplicationDataBeforeFinished);
        }
        #[rfc("4.3.10")]
        Handshaking + ApplicationData if early_data == Arriving and early_data_room(false) => same {
            raise read.Offence(EarlyDataTooLong);
        }
        #[rfc("5.2")]
        Handshaking + Unopened(reason) if early_data_rejected(false) under role(Server) => same {
            raise read.Offence(reason);
        }
        #[rfc("5.2")]
        Handshaking + Unopened(reason) under role(Client) => same {
            raise read.Offence(reason);
        }
        #[rfc("5.2")]
        Open | Draining + Unopened(reason) => same {
            raise read.Offence(reason);
        }
        #[rfc("4.7.3")]
        Handshaking + KeyUpdate => same {
            raise read.Offence(MessageOutOfTurn);
        }
        #[rfc("4.7.1")]
        Handshaking + NewSessionTicket => same {
            raise read.Offence(MessageOutOfTurn);
        }
        #[rfc("4")]
        Open | Draining + NewSessionTicket under role(Server) => same {
            raise read.Offence(MessageOutOfTurn);
        }
        #[rfc("5.1")]
        Open | Draining + KeyUpdate if aligned(false) => same {
            raise read.Offence(KeysChangeInsideRecord);
        }
        #[rfc("5")]
        Handshaking + ChangeCipherSpec if greeted == false => same {
            raise read.Offence(ChangeCipherSpecOutOfPlace);
        }
        #[rfc("5")]
        Open | Draining + ChangeCipherSpec => same {
            raise read.Offence(ChangeCipherSpecOutOfPlace);
        }
        #[rfc("6")]
        #[rfc("6.2")]
        Handshaking | Open | Draining + Offence(reason) => Ended {
            receive_end = Failed;
            KeepError(reason);
            ForgetReceiveKeys;
            raise handshake.Abandon;
            post write.AlertDue(reason);
        }

        #[local("our own sending has failed, and told the peer: nothing more is received")]
        Handshaking | Open | Draining + SendingFailed(reason) => Ended {
            receive_end = Failed;
            KeepError(reason);
            ForgetReceiveKeys;
            raise handshake.Abandon;
        }

        // What is harmless once, and work for nothing when it does not stop.
        #[local("dummies of compatibility mode are few")]
        Handshaking + ChangeCipherSpec if greeted == true and flood(AtLimit) => same {
            raise read.Offence(ChangeCipherSpecFlood);
        }
        #[local("cover traffic without end, and never anything to cover")]
        Handshaking + EmptyRecord if early_data == Arriving and flood(AtLimit) => same {
            raise read.Offence(EmptyRecordFlood);
        }
        #[local("cover traffic without end, and never anything to cover")]
        Open | Draining + EmptyRecord if flood(AtLimit) => same {
            raise read.Offence(EmptyRecordFlood);
        }
        #[local("nobody can use so many tickets")]
        Open | Draining + NewSessionTicket if flood(AtLimit) under role(Client) => same {
            raise read.Offence(TicketFlood);
        }
        #[local("keys that have protected nothing need no update")]
        Open | Draining + KeyUpdate if aligned(true) and flood(AtLimit) => same {
            raise read.Offence(KeyUpdateFlood);
        }
        #[local("a cancellation is followed by close_notify, not by more of them")]
        Handshaking | Open | Draining + AlertReceived(Cancellation) if flood(AtLimit) => same {
            raise read.Offence(CancellationFlood);
        }

        // Alerts.
        #[rfc("6.1")]
        Handshaking | Open | Draining + AlertReceived(Closure) => Ended {
            receive_end = CloseNotify;
            ForgetReceiveKeys;
            raise handshake.Abandon;
            post write.PeerEnded;
        }
        #[rfc("6.1")]
        Handshaking | Open | Draining + AlertReceived(Cancellation) if flood(Below) => same {}
        #[rfc("6.2")]
        Handshaking | Open | Draining + AlertReceived(Error) => Ended {
            receive_end = Alert;
            ForgetReceiveKeys;
            raise handshake.Abandon;
            post write.PeerFailed;
        }

        // The transport's end.
        #[rfc("6.1")]
        Handshaking | Open | Draining + FinReceived if send_reset == Nothing => Ended {
            receive_end = Truncated;
            transport_end = Fin;
            ForgetReceiveKeys;
            raise handshake.Abandon;
            post write.PeerEnded;
        }
        #[local("after a reset that a transmitting call has seen, the transport reports a FIN")]
        Handshaking | Open | Draining + FinReceived if send_reset != Nothing => Ended {
            receive_end = Reset;
            transport_end = Reset;
            ForgetReceiveKeys;
            raise handshake.Abandon;
        }
        #[local("the FIN behind the last record")]
        Ended + FinReceived under at_fin(GoOn) => Ended {
            transport_end = Fin;
            post write.PeerEnded;
        }
        #[local("naive: a FIN is taken for the end of both directions")]
        Ended + FinReceived under at_fin(GiveUp) => Ended {
            transport_end = Fin;
            post write.PeerEnded;
            post write.PeerGone;
        }
        #[local("a reset ends both directions (RFC 9293 section 3.10.7.4)")]
        Handshaking | Open | Draining + ResetReceived => Ended {
            receive_end = Reset;
            transport_end = Reset;
            ForgetReceiveKeys;
            raise handshake.Abandon;
            post write.ReceivingReset;
        }
        #[local("a reset ends both directions (RFC 9293 section 3.10.7.4)")]
        Ended + ResetReceived => Ended {
            transport_end = Reset;
            post write.ReceivingReset;
        }

        // A transmitting call has met a reset: what has arrived may say why.
        #[local("input is drained before an output error is reported")]
        Handshaking | Open | Draining | Ended + SendingReset if send_reset == Nothing => same {
            send_reset = Met;
        }
        #[local("input is drained before an output error is reported")]
        Handshaking | Open | Draining | Ended + settle if send_reset == Met
            and receive_end != Nothing => same {
            send_reset = Drained;
            post write.InputDrained;
        }
        #[local("unread data hides what else has arrived")]
        Handshaking | Open | Draining | Ended + settle if send_reset == Met
            and receive_end == Nothing and inbox_room(false) => same {
            send_reset = Drained;
            post write.InputDrained;
        }

        // What is thrown away.
        #[rfc("6.1")]
        Ended + Discarded => Ended {}
        #[local("close discards unread data from its first step")]
        Open | Draining + DiscardUnread => Draining {
            DropUnread;
        }
        #[local("a close before the handshake is complete waits for no more of it")]
        Handshaking + DiscardUnread => Ended {
            ForgetReceiveKeys;
            raise handshake.Abandon;
        }
        #[local("close discards unread data from its first step")]
        Ended + DiscardUnread => Ended {
            DropUnread;
        }
    }

    otherwise {
        #[local("an ended half hears nothing; the others hear only what is listed")]
        _ + _ => same {}
    }
}
