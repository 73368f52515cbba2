//! The place of a sending call: which one is pending, what it waits for, and when it is done.
//!
//! An endpoint transmits what is in the outbox as long as a call of either place is pending. How
//! our receiving ended, this half learns by letters to the write half, as `send_end`.

hyaline_codegen::machine! {
    /// The place of a sending call: which one is pending, what it waits for, when it is done.
    machine sender: sender;

    states {
        /// A write is pending.
        Writing,
        /// A call without application data has queued its record and transmits what it can.
        Flushing,
        /// The pending write has failed; our alert is transmitted as far as there is room.
        Failing,
        /// A close is pending: everything is transmitted, and the FIN behind it.
        Finishing,
        /// No sending call is pending.
        initial Idle [IsIdle, MaySplit],
        /// Our direction has ended, and a close was pending.
        final Closed [IsIdle],
    }

    settle lowers { state }

    rows {
        // Calls begin.
        #[local("a write waits until the transport has its bytes, as TCP's does")]
        Idle + StartSending(Write) if opened == true => Writing {
            raise write.Write;
        }
        #[local("a failed handshake is why the write fails")]
        Idle + StartSending(Write) if opened == false and send_end != Nothing => Writing {}
        #[local("nothing may be written before the handshake is complete")]
        Idle + StartSending(Write) if opened == false and send_end == Nothing => Idle {
            Complete(Error);
        }
        #[local("what a write has left when its deadline passed is waited for")]
        Idle + StartSending(Flush) if data_unsent(true) and send_end == Nothing => Writing {}
        #[local("other records are transmitted as far as there is room, and so is what ends them")]
        Idle + StartSending(Flush) if data_unsent(false) and send_end == Nothing => Flushing {}
        #[local("other records are transmitted as far as there is room, and so is what ends them")]
        Idle + StartSending(Flush) if send_end != Nothing => Flushing {}
        #[local("a half-close queues its records")]
        Idle + StartSending(HalfClose) => Flushing {
            raise write.HalfClose;
        }
        #[local("a key update queues its record")]
        Idle + StartSending(UpdateKey) => Flushing {
            raise write.UpdateKey;
        }
        #[local("a close ends our direction: everything is transmitted, then the FIN")]
        Idle + Finish => Finishing {
            raise write.HalfClose;
            raise write.FinDue;
        }

        // What is transmitted meanwhile.
        #[local("transmitting never waits for a read, and a pending read transmits too")]
        Idle | Writing | Flushing | Failing | Finishing + Transmitted => same {}

        // Writing.
        #[local("the transport has the data; tickets behind it follow as far as there is room")]
        Writing + settle if data_unsent(false) and send_end == Nothing => Flushing {}
        #[rfc("6.1")]
        Writing + settle if send_end == CloseNotify => Idle {
            Complete(Error);
        }
        #[rfc("6.2")]
        Writing + settle if send_end == PeerAlert => Idle {
            Complete(Alert);
        }
        #[rfc("6.2")]
        Writing + settle if send_end == Alert => Failing {}
        #[local("the transport was reset, and what had arrived is drained")]
        Writing + settle if send_end == Reset => Idle {
            Complete(Reset);
        }

        // Calls without application data, and what else is transmitted as far as there is room.
        #[local("everything is transmitted")]
        Flushing + settle if outbox(Empty) under control(Queue) => Idle {
            Complete(Ok);
        }
        #[local("naive: a call waits until its record is transmitted")]
        Flushing + settle if outbox(Empty) and send_end != Reset under control(Wait) => Idle {
            Complete(Ok);
        }
        #[local("naive: the first output error is the result")]
        Flushing + settle if outbox(Empty) and send_end == Reset under control(Wait) => Idle {
            Complete(Reset);
        }
        #[rfc("6.2")]
        Failing + settle if outbox(Empty) => Idle {
            Complete(Error);
        }
        #[local("a call that carries no application data never waits for room")]
        Flushing + TransmitBlocked under control(Queue) => Idle {
            Complete(Ok);
            raise report.NoRoom;
        }
        #[local("a call that carries no application data never waits for room")]
        Failing + TransmitBlocked under control(Queue) => Idle {
            Complete(Error);
            raise report.NoRoom;
        }
        #[local("neither does a receiving call that has failed, nor a handshake that is complete")]
        Idle | Writing | Finishing + TransmitBlocked if asked == true under control(Queue) => same {
            raise report.NoRoom;
        }

        // Closing.
        #[local("our direction has ended")]
        Finishing + settle if fin == Sent => Closed {
            post receiver.SendingFinished;
        }
        #[local("the transport was closed before everything was transmitted")]
        Finishing + TransportClosed => Closed {}

        // Calls end otherwise.
        #[local("a call that may take no longer ends; what it has accepted stays in the outbox")]
        Writing | Failing + SendDeadlinePassed => Idle {
            Complete(TimedOut);
        }
        #[local("the transport has the data; what is left waits in the outbox for later calls")]
        Flushing + SendDeadlinePassed => Idle {
            Complete(Ok);
        }
        #[local("a closed connection takes no more calls")]
        Closed + StartSending => Closed {
            Complete(Error);
        }
    }

    otherwise {
        #[local("one call in this place; no transport event is of interest but the listed ones")]
        _ + _ => same {}
    }
}
