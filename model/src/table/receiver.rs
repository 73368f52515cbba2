//! The place of a receiving call: which one is pending, what it waits for, and when it is done.
//!
//! A read is a receiving call. So are the handshake and the close, which concern both directions:
//! what they need of the other half they ask for by letter, and the sending place takes no call
//! meanwhile. Whether the two halves have one owner or two makes no difference here.
//!
//! An endpoint receives where its event `Received` has a row, as long as a call of either place is
//! pending.

hyaline_codegen::machine! {
    /// The place of a receiving call: which one is pending, what it waits for, when it is done.
    machine receiver: receiver;

    states {
        /// The handshake call is pending.
        Handshaking [TakesBothPlaces],
        /// The handshake is complete: what is sealed is transmitted, then the call returns.
        Concluding [TakesBothPlaces],
        /// A read is pending.
        Reading,
        /// The pending call has failed; its alert is transmitted as far as there is room.
        Failing,
        /// A close is pending: the peer's end is waited for.
        Closing [TakesBothPlaces],
        /// A close that drains nothing is pending.
        Departing [TakesBothPlaces],
        /// No receiving call is pending.
        initial Idle [IsIdle, MaySplit],
        /// The transport is closed.
        final Closed [IsIdle],
    }

    settle lowers { state }

    rows {
        // Calls begin.
        #[local("the handshake is a call")]
        Idle + StartReceiving(Handshake) => Handshaking {
            raise handshake.Begin;
        }
        #[local("a read waits for one record of application data, or the end")]
        Idle + StartReceiving(Read) under duplex(Full) => Reading {}
        #[local("naive: nothing is received before everything is transmitted")]
        Idle + StartReceiving(Read) under duplex(Half) => Reading {
            held_back = true;
            post report.TellWhenTransmitted;
        }
        #[local("half-close, drain, close")]
        Idle + StartReceiving(Close) under closing(Drain) => Closing {
            raise read.DiscardUnread;
            post sender.Finish;
        }
        #[local("naive: transmit the close_notify and close")]
        Idle + StartReceiving(Close) under closing(AtOnce) => Departing {
            post sender.Finish;
        }

        // What is received meanwhile, and what holds it back.
        #[local("every call both receives and transmits")]
        Handshaking + Received if working == false and inbox_room(true) and receive_end == Nothing
            and held_back == false => Handshaking {}
        #[local("receiving never waits for our own output")]
        Reading + Received if inbox(Empty) and receive_end == Nothing and held_back == false =>
            Reading {}
        #[local("a pending write receives too, as far as there is room for application data")]
        Idle | Concluding + Received if inbox_room(true) and receive_end == Nothing
            and held_back == false under duplex(Full) => same {}
        #[local("naive: the transport's end is watched for behind the peer's close_notify")]
        Idle + Received if receive_end == CloseNotify and transport_end == Nothing
            under at_fin(GiveUp) => Idle {}
        #[local("the peer's data is drained, so that our close resets nothing")]
        Closing + Received if transport_end == Nothing => Closing {}
        #[local("receiving goes on while a flight is transmitted")]
        Handshaking + FlightSealed under duplex(Full) => Handshaking {}
        #[local("naive: nothing is received before everything is transmitted")]
        Handshaking + FlightSealed under duplex(Half) => Handshaking {
            held_back = true;
            post report.TellWhenTransmitted;
        }
        #[local("naive: nothing is received before everything is transmitted")]
        Handshaking | Concluding | Reading | Closing | Idle + ReplyOwed under duplex(Half) =>
            same {
            held_back = true;
            post report.TellWhenTransmitted;
        }
        #[local("naive: nothing is received before the reply is transmitted")]
        Handshaking | Concluding | Reading | Closing | Idle + ReplyOwed
            under duplex(Full) and reply(InReadPath) => same {
            held_back = true;
            post report.TellWhenReplied;
        }
        #[local("naive: what was waited for is transmitted")]
        Handshaking | Closing | Idle + SendingDone => same {
            held_back = false;
        }
        #[local("naive: what was waited for is transmitted")]
        Reading + SendingDone if send_reset == Nothing => Reading {
            held_back = false;
        }
        #[local("naive: a read that writes the reply has the reply's error for its result")]
        Reading + SendingDone if send_reset != Nothing => Idle {
            held_back = false;
            Complete(Reset);
        }

        // The handshake.
        #[local("complete: transmit what there is room for, then return")]
        Handshaking + settle if connected == true and early_data == Nothing | Arriving | Arrived
            under tickets(BeforeFirstData | AfterFirstData) => Concluding {
            post report.TellWhenDone;
        }
        #[local("complete: what early data were sent is waited for, as a write is")]
        Handshaking + settle if connected == true and early_data == Offered | Accepted | Rejected
            under tickets(BeforeFirstData | AfterFirstData) => Concluding {
            post report.TellWhenTransmitted;
        }
        #[local("naive: tickets are part of the handshake")]
        Handshaking + settle if connected == true under tickets(InHandshake) => Concluding {
            post report.TellWhenTransmitted;
        }
        #[local("the last flight is transmitted, or waits in the outbox for later calls")]
        Concluding + SendingDone under control(Queue) => Idle {
            held_back = false;
            Complete(Ok);
        }
        #[local("naive: the handshake waits until everything is transmitted")]
        Concluding + SendingDone if send_reset == Nothing under control(Wait) => Idle {
            held_back = false;
            Complete(Ok);
        }
        #[local("naive: the first output error is the result")]
        Concluding + SendingDone if send_reset != Nothing under control(Wait) => Idle {
            held_back = false;
            Complete(Reset);
        }
        #[rfc("6.1")]
        Handshaking + settle if connected == false and receive_end == CloseNotify => Idle {
            Complete(EndOfStream);
        }
        #[rfc("6.1")]
        Handshaking + settle if connected == false and receive_end == Truncated => Idle {
            Complete(Truncated);
        }
        #[local("the transport was reset")]
        Handshaking + settle if connected == false and receive_end == Reset => Idle {
            Complete(Reset);
        }
        #[rfc("6.2")]
        Handshaking + settle if connected == false and receive_end == Alert => Idle {
            Complete(Alert);
        }
        #[rfc("6.2")]
        Handshaking + settle if connected == false and receive_end == Failed => Failing {
            post report.TellWhenDone;
        }
        #[local("a handshake that we have cancelled cannot be completed")]
        Handshaking + settle if connected == false and receive_end == Nothing
            and abandoned == true and send_reset == Nothing => Idle {
            Complete(Error);
        }
        #[local("the transport was reset, and unread data hides what else has arrived")]
        Handshaking + settle if connected == false and receive_end == Nothing
            and send_reset == Met | Drained and inbox_room(false) => Idle {
            Complete(Reset);
        }

        // Reading.
        #[local("a record of application data is there")]
        Reading + settle if inbox(Unread) => Idle {
            Take;
            Complete(Ok);
        }
        #[rfc("6.1")]
        Reading + settle if inbox(Empty) and receive_end == CloseNotify => Idle {
            Complete(EndOfStream);
        }
        #[rfc("6.1")]
        Reading + settle if inbox(Empty) and receive_end == Truncated => Idle {
            Complete(Truncated);
        }
        #[local("the transport was reset")]
        Reading + settle if inbox(Empty) and receive_end == Reset => Idle {
            Complete(Reset);
        }
        #[rfc("6.2")]
        Reading + settle if inbox(Empty) and receive_end == Alert => Idle {
            Complete(Alert);
        }
        #[rfc("6.2")]
        Reading + settle if inbox(Empty) and receive_end == Failed => Failing {
            post report.TellWhenDone;
        }
        #[local("there is nothing to read before the handshake is complete")]
        Reading + settle if inbox(Empty) and receive_end == Nothing and connected == false => Idle {
            Complete(Error);
        }

        // Failing.
        #[rfc("6.2")]
        Failing + SendingDone => Idle {
            held_back = false;
            Complete(Error);
        }

        // Closing.
        #[local("our direction has ended, its FIN behind the last record")]
        Closing + SendingFinished => Closing {
            sending_finished = true;
        }
        #[local("both directions have ended")]
        Closing + settle if sending_finished == true and transport_end == Fin | Reset
            and receive_end == Nothing | CloseNotify | Truncated | Reset => Closed {
            CloseTransport;
            Complete(Ok);
        }
        #[rfc("6.2")]
        Closing + settle if sending_finished == true and transport_end == Fin | Reset
            and receive_end == Alert => Closed {
            CloseTransport;
            Complete(Alert);
        }
        #[rfc("6.2")]
        Closing + settle if sending_finished == true and transport_end == Fin | Reset
            and receive_end == Failed => Closed {
            CloseTransport;
            Complete(Error);
        }
        #[local("naive: everything is transmitted")]
        Departing + SendingFinished => Closed {
            CloseTransport;
            Complete(Ok);
        }
        #[local("the drain is bounded in time and bytes")]
        Closing + BudgetExpired if receive_end == Nothing | CloseNotify | Truncated | Reset =>
            Closed {
            CloseTransport;
            Complete(Unconfirmed);
            post sender.TransportClosed;
        }
        #[local("the drain is bounded in time and bytes, and an alert is told nevertheless")]
        Closing + BudgetExpired if receive_end == Alert => Closed {
            CloseTransport;
            Complete(Alert);
            post sender.TransportClosed;
        }
        #[local("the drain is bounded in time and bytes, and an alert is told nevertheless")]
        Closing + BudgetExpired if receive_end == Failed => Closed {
            CloseTransport;
            Complete(Error);
            post sender.TransportClosed;
        }

        // Calls end otherwise.
        #[local("a call that may take no longer ends; nothing that has arrived is lost")]
        Handshaking | Reading + ReceiveDeadlinePassed => Idle {
            Complete(TimedOut);
        }
        #[local("a call that may take no longer ends; what is sealed waits for later calls")]
        Concluding | Failing + ReceiveDeadlinePassed if held_back == false => Idle {
            Complete(TimedOut);
            post report.NeverMind;
        }
        #[local("naive: what holds receiving back is asked for again")]
        Concluding | Failing + ReceiveDeadlinePassed if held_back == true => Idle {
            Complete(TimedOut);
            post report.TellWhenTransmitted;
        }
        #[local("a closed connection takes no more calls")]
        Closed + StartReceiving => Closed {
            Complete(Error);
        }
    }

    otherwise {
        #[local("one call in this place; no transport event is of interest but the listed ones")]
        _ + _ => same {}
    }
}
