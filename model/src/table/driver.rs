//! The I/O driver: which transport operation may run next, and when a call is done.
//!
//! `Received` and `Transmitted` rows say what a call waits for: an operation is of interest exactly
//! where its event has a row here.

hyaline_codegen::machine! {
    /// The I/O driver: which transport operation may run next, and when a call is done.
    machine driver: driver;

    states {
        /// The handshake call is pending.
        Handshaking,
        /// A read is pending.
        Reading,
        /// A write is pending.
        Writing,
        /// A call without application data has queued its record and transmits what it can.
        Flushing,
        /// The pending call has failed; its alert is transmitted as far as there is room.
        Failing,
        /// A close is pending: the peer's end is waited for.
        Closing,
        /// A close that drains nothing is pending.
        Departing,
        /// No call is pending.
        initial Idle [IsIdle, MaySplit],
        /// The transport is closed.
        final Closed [IsIdle],
    }

    settle lowers { state }

    rows {
        // Calls begin.
        #[local("the handshake is a call")]
        Idle + Start(Handshake) => Handshaking {
            raise handshake.Begin;
        }
        #[local("a read waits for one record of application data, or the end")]
        Idle + Start(Read) => Reading {}
        #[local("a write waits until the transport has its bytes, as TCP's does")]
        Idle + Start(Write) if connected == true => Writing {
            raise write.Write;
        }
        #[local("a failed handshake is why the write fails; before one, it is refused")]
        Idle + Start(Write) if connected == false => Reading {}
        #[local("what a write has left when its deadline passed is waited for")]
        Idle + Start(Flush) if data_unsent(true) and send_end == Nothing => Writing {}
        #[local("other records are transmitted as far as there is room, and so is what ends them")]
        Idle + Start(Flush) if data_unsent(false) and send_end == Nothing => Flushing {}
        #[local("other records are transmitted as far as there is room, and so is what ends them")]
        Idle + Start(Flush) if send_end != Nothing => Flushing {}
        #[local("a half-close queues its records")]
        Idle + Start(HalfClose) => Flushing {
            raise write.HalfClose;
        }
        #[local("a key update queues its record")]
        Idle + Start(UpdateKey) => Flushing {
            raise write.UpdateKey;
        }
        #[local("half-close, drain, close")]
        Idle + Start(Close) under closing(Drain) => Closing {
            raise read.DiscardUnread;
            raise write.HalfClose;
        }
        #[local("naive: transmit the close_notify and close")]
        Idle + Start(Close) under closing(AtOnce) => Departing {
            raise write.HalfClose;
        }

        // The handshake.
        #[local("every blocking call both receives and transmits")]
        Handshaking + Received if working == false and inbox(Empty) and receive_end == Nothing
            under duplex(Full) => Handshaking {}
        #[local("naive: nothing is received before everything is transmitted")]
        Handshaking + Received if working == false and inbox(Empty) and receive_end == Nothing
            and outbox(Empty) under duplex(Half) => Handshaking {}
        #[local("every blocking call both receives and transmits")]
        Handshaking + Transmitted => Handshaking {}
        #[local("complete: transmit what there is room for, then return")]
        Handshaking + settle if connected == true
            under tickets(BeforeFirstData | AfterFirstData) => Flushing {}
        #[local("naive: tickets are part of the handshake")]
        Handshaking + settle if connected == true and outbox(Empty) under tickets(InHandshake) =>
            Idle {
            Complete(Ok);
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
        Handshaking + settle if connected == false and receive_end == Failed => Failing {}

        #[local("a handshake that we have cancelled cannot be completed")]
        Handshaking + settle if connected == false and receive_end == Nothing
            and send_end == CloseNotify => Idle {
            Complete(Error);
        }

        #[local("the transport was reset, and unread data hides what else has arrived")]
        Handshaking + settle if connected == false and receive_end == Nothing
            and send_end == Reset and inbox(Unread) => Idle {
            Complete(Reset);
        }

        // Reading.
        #[local("every blocking call both receives and transmits")]
        Reading + Received if inbox(Empty) and receive_end == Nothing
            under duplex(Full) and reply(Queued) => Reading {}
        #[local("naive: the reply to a key update is written from the read path")]
        Reading + Received if inbox(Empty) and receive_end == Nothing and reply_unsent(false)
            under duplex(Full) and reply(InReadPath) => Reading {}
        #[local("naive: nothing is received before everything is transmitted")]
        Reading + Received if inbox(Empty) and receive_end == Nothing and outbox(Empty)
            under duplex(Half) => Reading {}
        #[local("every blocking call both receives and transmits")]
        Reading + Transmitted => Reading {}
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
        Reading + settle if inbox(Empty) and receive_end == Failed => Failing {}
        #[local("there is nothing to read before the handshake is complete")]
        Reading + settle if inbox(Empty) and receive_end == Nothing and connected == false => Idle {
            Complete(Error);
        }

        // Writing.
        #[local("every blocking call both receives and transmits")]
        Writing + Received if inbox(Empty) and receive_end == Nothing
            under duplex(Full) and reply(Queued) => Writing {}
        #[local("naive: the reply to a key update is written from the read path")]
        Writing + Received if inbox(Empty) and receive_end == Nothing and reply_unsent(false)
            under duplex(Full) and reply(InReadPath) => Writing {}
        #[local("every blocking call both receives and transmits")]
        Writing + Transmitted => Writing {}
        #[local("the transport has the bytes; what was sealed behind them follows in later calls")]
        Writing + settle if data_unsent(false) and send_end == Nothing
            and receive_end == Nothing | CloseNotify | Truncated => Idle {
            Complete(Ok);
        }
        #[rfc("6.1")]
        Writing + settle if send_end == CloseNotify
            and receive_end == Nothing | CloseNotify | Truncated => Idle {
            Complete(Error);
        }
        #[rfc("6.2")]
        Writing + settle if receive_end == Alert => Idle {
            Complete(Alert);
        }
        #[rfc("6.2")]
        Writing + settle if receive_end == Failed => Failing {}
        #[rfc("6.2")]
        Writing + settle if send_end == Alert
            and receive_end == Nothing | CloseNotify | Truncated => Failing {}
        #[local("the transport was reset")]
        Writing + settle if receive_end == Reset => Idle {
            Complete(Reset);
        }
        #[local("the transport was reset after the peer's end")]
        Writing + settle if send_end == Reset and receive_end == CloseNotify | Truncated => Idle {
            Complete(Reset);
        }
        #[local("input is drained before an output error is reported, but unread data blocks it")]
        Writing + settle if send_end == Reset and receive_end == Nothing and inbox(Unread) =>
            Idle {
            Complete(Reset);
        }
        #[local("naive: the first output error is the result")]
        Writing + settle if send_end == Reset and receive_end == Nothing and inbox(Empty)
            under duplex(Half) => Idle {
            Complete(Reset);
        }

        // Calls without application data.
        #[local("transmit what there is room for")]
        Flushing | Failing + Transmitted => same {}
        #[local("a call that carries no application data never waits for room")]
        Flushing + TransmitBlocked under control(Queue) => Idle {
            Complete(Ok);
        }
        #[local("a call that carries no application data never waits for room")]
        Failing + TransmitBlocked under control(Queue) => Idle {
            Complete(Error);
        }
        #[local("naive: waiting for room, in both directions")]
        Flushing + Received if inbox(Empty) and receive_end == Nothing
            under control(Wait) and duplex(Full) => Flushing {}
        #[local("everything is transmitted")]
        Flushing + settle if outbox(Empty) => Idle {
            Complete(Ok);
        }
        #[rfc("6.2")]
        Failing + settle if outbox(Empty) and send_end != Nothing => Idle {
            Complete(Error);
        }

        // Closing.
        #[local("the peer's data is drained, so that our close resets nothing")]
        Closing + Received if transport_end == Nothing => Closing {}
        #[local("what is sealed is transmitted, then the FIN")]
        Closing | Departing + Transmitted => same {}
        #[local("both directions have ended")]
        Closing + settle if fin == Sent and transport_end == Fin | Reset
            and receive_end == Nothing | CloseNotify | Truncated | Reset => Closed {
            CloseTransport;
            Complete(Ok);
        }
        #[rfc("6.2")]
        Closing + settle if fin == Sent and transport_end == Fin | Reset
            and receive_end == Alert => Closed {
            CloseTransport;
            Complete(Alert);
        }
        #[rfc("6.2")]
        Closing + settle if fin == Sent and transport_end == Fin | Reset
            and receive_end == Failed => Closed {
            CloseTransport;
            Complete(Error);
        }
        #[local("naive: everything is transmitted")]
        Departing + settle if fin == Sent => Closed {
            CloseTransport;
            Complete(Ok);
        }
        #[local("the drain is bounded in time and bytes")]
        Closing + BudgetExpired if receive_end == Nothing | CloseNotify | Truncated | Reset =>
            Closed {
            CloseTransport;
            Complete(Unconfirmed);
        }
        #[local("the drain is bounded in time and bytes, and an alert is told nevertheless")]
        Closing + BudgetExpired if receive_end == Alert => Closed {
            CloseTransport;
            Complete(Alert);
        }
        #[local("the drain is bounded in time and bytes, and an alert is told nevertheless")]
        Closing + BudgetExpired if receive_end == Failed => Closed {
            CloseTransport;
            Complete(Error);
        }
        #[local("a call that may take no longer ends; what it has accepted stays in the outbox")]
        Handshaking | Reading | Writing | Flushing | Failing + DeadlinePassed => Idle {
            Complete(TimedOut);
        }
        #[local("a closed connection takes no more calls")]
        Closed + Start => Closed {
            Complete(Error);
        }
    }

    otherwise {
        #[local("one call at a time; no transport event is of interest but the listed ones")]
        _ + _ => same {}
    }
}
