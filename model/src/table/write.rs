//! The write half: what is sent after the handshake, in which order, and how sending ends.
//!
//! Records are sealed when their row fires, one after the other into one outbox, so that the order
//! of sealing, of the wire and of key generations is one order.

hyaline_codegen::machine! {
    /// The write half: what is sent after the handshake, in which order, and how sending ends.
    machine write: write;

    states {
        /// The handshake is not complete: no application data may be sent.
        initial Handshaking,
        /// A server's Finished is sent, and the client's is to come: data that answers early data
        /// may be sent.
        Answering,
        /// Application data may be sent.
        Open,
        /// Our close_notify is sealed.
        final Closed,
        /// Nothing more is sealed.
        final Ended,
    }

    settle lowers { falling reply_due, falling tickets_owed, falling data_waiting, rising fin }

    rows {
        #[rfc("4.5.3")]
        Handshaking + FlightSent => Answering {
            opened = true;
        }
        #[rfc("4.7.1")]
        Handshaking | Answering + OwnFinished if tickets_wanted(true) => Open {
            opened = true;
        }
        #[rfc("4.3.9")]
        Handshaking | Answering + OwnFinished if tickets_wanted(false) => Open {
            opened = true;
            tickets_owed = 0;
        }

        // What a server answers before the client's Finished is here. Tickets may be sent behind
        // that only, and would stand behind data: with a request and an answer to update keys they
        // are more than an inbox makes up for. So there are none.
        #[rfc("4.5.3")]
        Answering + Write if key_usage(Below | Due) under tickets(BeforeFirstData) => same {
            data_waiting = true;
            DropTickets;
        }
        #[rfc("4.5.3")]
        Answering + Write if key_usage(Below | Due)
            under tickets(AfterFirstData | InHandshake) => same {
            data_waiting = true;
        }
        #[local("a key may be updated when the handshake is complete")]
        Answering + Write if key_usage(AtLimit) => Closed {
            send_end = CloseNotify;
            fin = Owed;
            Notify(KeyExhausted);
            SendAlert(UserCanceled);
            SendAlert(CloseNotify);
            ForgetSendKeys;
            post handshake.Abandon;
        }
        #[rfc("5.2")]
        Answering + settle if data_waiting == true => same {
            data_waiting = false;
            SendApplicationData;
        }

        // Application data, and the tickets before or after the first of it.
        #[rfc("5.1")]
        Open + Write if key_usage(Below) => Open {
            data_waiting = true;
        }
        #[rfc("5.5")]
        Open + Write if key_usage(Due | AtLimit) and may_update_key(true) => Open {
            data_waiting = true;
            reply_due = false;
            SendKeyUpdate(NotRequested);
            AdvanceSendKey;
        }
        #[rfc("4.7.3")]
        Open + Write if key_usage(Due) and may_update_key(false) => Open {
            data_waiting = true;
        }
        #[rfc("5.5")]
        Open + Write if key_usage(AtLimit) and may_update_key(false) => Closed {
            send_end = CloseNotify;
            fin = Owed;
            Notify(KeyExhausted);
            SendAlert(CloseNotify);
            ForgetSendKeys;
        }
        #[rfc("5.2")]
        Open + settle if data_waiting == true and tickets_owed == 0 and reply_due == false =>
            Open {
            data_waiting = false;
            SendApplicationData;
        }
        #[rfc("4.7.1")]
        Open + settle if data_waiting == true and tickets_owed != 0 and reply_due == false
            under tickets(BeforeFirstData) => Open {
            tickets_owed -= 1;
            Send(NewSessionTicket);
        }
        #[rfc("5.2")]
        Open + settle if data_waiting == true and tickets_owed != 0 and reply_due == false
            under tickets(AfterFirstData) => Open {
            data_waiting = false;
            data_sent = true;
            SendApplicationData;
        }
        #[rfc("4.7.1")]
        Open + settle if data_waiting == false and data_sent == true and tickets_owed != 0
            under tickets(AfterFirstData) => Open {
            tickets_owed -= 1;
            Send(NewSessionTicket);
        }
        #[rfc("4.7.1")]
        Open + settle if tickets_owed != 0 and reply_due == false
            under tickets(InHandshake) => Open {
            tickets_owed -= 1;
            Send(NewSessionTicket);
        }

        // Key updates: ours, and the answer to the peer's. One of each waits at most.
        #[rfc("4.7.3")]
        Open + UpdateKey if request_outstanding == false and request_unsent(false)
            and may_update_key(true) under requests(OneOutstanding) => Open {
            request_outstanding = true;
            SendKeyUpdate(Requested);
            AdvanceSendKey;
        }
        #[rfc("4.7.3")]
        Open + UpdateKey if request_outstanding == true and may_update_key(true)
            under requests(OneOutstanding) => Open {}
        #[local("the peer's own KeyUpdate came while our request has yet to leave")]
        Open + UpdateKey if request_outstanding == false and request_unsent(true)
            and may_update_key(true) under requests(OneOutstanding) => Open {}
        #[local("what RFC 8446 allowed: one request after the other")]
        Open + UpdateKey if may_update_key(true) under requests(Unlimited) => Open {
            SendKeyUpdate(Requested);
            AdvanceSendKey;
        }
        #[local("no more updates are allowed; a write says so when the key is used up")]
        Open + UpdateKey if may_update_key(false) => Open {}
        #[rfc("4.7.3")]
        Open + PeerKeyUpdated(Requested) if reply_unsent(false) and may_update_key(true)
            under reply(Deferred) => Open {
            reply_due = true;
        }
        #[rfc("4.7.3")]
        Open + settle if data_waiting == true and reply_due == true and may_update_key(true) =>
            Open {
            reply_due = false;
            SendKeyUpdate(NotRequested);
            AdvanceSendKey;
        }
        #[local("our own update was the last that is allowed")]
        Open + settle if data_waiting == true and reply_due == true and may_update_key(false) =>
            Open {
            reply_due = false;
        }
        #[rfc("4.7.3")]
        Open + PeerKeyUpdated(Requested) if reply_unsent(false) and may_update_key(true)
            under reply(Queued | InReadPath) => Open {
            SendKeyUpdate(NotRequested);
            AdvanceSendKey;
        }
        // Unclear in RFC: whether a reply of which some bytes are transmitted still answers a
        // request that arrives now. It leaves after the request has come, so it does here.
        #[rfc("4.7.3")]
        Open + PeerKeyUpdated(Requested) if reply_unsent(true) and may_update_key(true) => Open {}
        #[rfc("4.7.3")]
        Open + PeerKeyUpdated(Requested) if may_update_key(false) => Open {}
        // A request that crosses ours does not answer it: answers are update_not_requested. RFC
        // 9846 section 4.7.3 would let us ask again, but four calls of such requests fill buffers
        // that plain TCP leaves free.
        #[rfc("4.7.3")]
        Open + PeerKeyUpdated(NotRequested) if request_outstanding == true => Open {
            request_outstanding = false;
            post read.UpdateAnswered;
        }
        #[rfc("4.7.3")]
        Open + PeerKeyUpdated(NotRequested) if request_outstanding == false => Open {}
        #[rfc("6.1")]
        Closed | Ended + PeerKeyUpdated => same {}
        #[local("a direction that has ended needs no new keys")]
        Handshaking | Answering | Closed | Ended + UpdateKey => same {}

        // The end of our direction.
        #[rfc("6.1")]
        Open + HalfClose under backlog(Ordered) => Closed {
            send_end = CloseNotify;
            fin = Owed;
            SendAlert(CloseNotify);
            ForgetSendKeys;
        }
        #[rfc("6.1")]
        Open + HalfClose if data_unsent(false) under backlog(OneRecord) => Closed {
            send_end = CloseNotify;
            fin = Owed;
            SendAlert(CloseNotify);
            ForgetSendKeys;
        }
        #[local("naive: a record that a write gave up has the only place; close_notify is lost")]
        Open + HalfClose if data_unsent(true) under backlog(OneRecord) => Closed {
            send_end = CloseNotify;
            fin = Owed;
            ForgetSendKeys;
        }
        #[rfc("6.1")]
        Handshaking | Answering + HalfClose => Closed {
            send_end = CloseNotify;
            fin = Owed;
            SendAlert(UserCanceled);
            SendAlert(CloseNotify);
            ForgetSendKeys;
            post handshake.Abandon;
        }
        #[local("an alert has ended our direction; only the FIN is missing")]
        Ended + HalfClose if fin == NotOwed => Ended {
            fin = Owed;
        }
        #[local("our direction is closed already")]
        Closed | Ended + HalfClose if fin == Owed | Sent => same {}
        #[local("peers that take a FIN for the end of both directions still answer our half-close")]
        Closed | Ended + settle if fin == Owed and fin_due == true and outbox(Empty)
            under fin_leaves(WithPeersEnd | WithClose) => same {
            fin = Sent;
            ShutdownWrite;
        }
        #[local("the FIN follows the close_notify, as it follows the data of a plain half-close")]
        Closed | Ended + settle if fin == Owed and outbox(Empty)
            under fin_leaves(WithHalfClose) => same {
            fin = Sent;
            ShutdownWrite;
        }
        #[local("the peer sends no more, so that it takes no FIN of ours for a reason to stop")]
        Handshaking | Answering | Open | Closed | Ended + PeerEnded if fin_due == false
            under fin_leaves(WithPeersEnd) => same {
            fin_due = true;
        }
        #[local("a close ends the transport's direction too")]
        Handshaking | Answering | Open | Closed | Ended + FinDue if fin_due == false
            under fin_leaves(WithPeersEnd | WithClose) => same {
            fin_due = true;
        }

        // Failure.
        #[rfc("6.2")]
        Handshaking | Answering | Open + AlertDue(reason) => Ended {
            send_end = Alert;
            SendErrorAlert(reason);
            ForgetSendKeys;
        }
        #[rfc("6.1")]
        Closed + AlertDue => Closed {}
        #[local("the peer's offence says more than the reset that hides our alert")]
        Ended + AlertDue if send_end == ResetMet => Ended {
            send_end = Alert;
        }
        #[local("randomness, memory or the provider failed us")]
        Handshaking | Answering | Open + SealingFailed(reason) => Ended {
            send_end = Alert;
            SendErrorAlert(reason);
            ForgetSendKeys;
            post read.SendingFailed(reason);
        }
        #[local("our direction has ended; the other one ends with it")]
        Closed + SealingFailed(reason) => Ended {
            post read.SendingFailed(reason);
        }
        #[rfc("6.2")]
        Handshaking | Answering | Open | Closed + PeerFailed => Ended {
            send_end = PeerAlert;
            DropOutbox;
            ForgetSendKeys;
        }
        #[local("a transmitting call has met the reset first, and hears why later")]
        Ended + PeerFailed if send_end == Reset | ResetMet => Ended {
            send_end = PeerAlert;
        }

        #[local("naive: nobody is thought to be there to receive what is left")]
        Open + PeerGone => Ended {
            send_end = Reset;
            DropOutbox;
            ForgetSendKeys;
        }

        // A reset ends both directions (RFC 9293 section 3.10.7.4).
        #[local("what has arrived may say more: the read half drains it first")]
        Open | Closed + TransmitFailed under duplex(Full) => Ended {
            send_end = ResetMet;
            DropOutbox;
            ForgetSendKeys;
            post read.SendingReset;
        }
        #[local("naive: the first output error is the result")]
        Open | Closed + TransmitFailed under duplex(Half) => Ended {
            send_end = Reset;
            DropOutbox;
            ForgetSendKeys;
            post read.SendingReset;
        }
        #[local("a handshake that cannot be answered is over; what has arrived is still read")]
        Handshaking | Answering + TransmitFailed under duplex(Full) => Ended {
            send_end = ResetMet;
            DropOutbox;
            ForgetSendKeys;
            post read.SendingReset;
            post handshake.Abandon;
        }
        #[local("naive: the first output error is the result")]
        Handshaking | Answering + TransmitFailed under duplex(Half) => Ended {
            send_end = Reset;
            DropOutbox;
            ForgetSendKeys;
            post read.SendingReset;
            post handshake.Abandon;
        }
        #[local("an alert has ended our direction, and its reason stands")]
        Ended + TransmitFailed => Ended {
            DropOutbox;
            post read.SendingReset;
        }
        #[local("everything that had arrived is received, or hidden by unread data")]
        Ended + InputDrained if send_end == ResetMet => Ended {
            send_end = Reset;
        }
        #[local("the read half has met the reset")]
        Handshaking | Answering | Open | Closed + ReceivingReset => Ended {
            send_end = Reset;
            DropOutbox;
            ForgetSendKeys;
        }
        #[local("the read half has met the reset too: there is nothing left to drain")]
        Ended + ReceivingReset if send_end == ResetMet | Reset => Ended {
            send_end = Reset;
        }
        #[local("an alert has ended our direction, and its reason stands")]
        Ended + ReceivingReset if send_end == Alert | PeerAlert => Ended {
            DropOutbox;
        }
    }

    otherwise {
        #[local("an ended half does nothing; the others do only what is listed")]
        _ + _ => same {}
    }
}
