//! The driver of the writing thread, where a connection is split between two threads.
//!
//! It transmits; how our receiving ended it learns by mail to the write half, as `send_end`.

hyaline_codegen::machine! {
    /// The driver of the writing thread of a split connection.
    machine sender: driver;

    states {
        /// A write is pending.
        Writing,
        /// A call without application data has queued its record and transmits what it can.
        Flushing,
        /// The pending write has failed; our alert is transmitted as far as there is room.
        Failing,
        /// No call is pending.
        initial final Idle [IsIdle],
    }

    settle lowers { state }

    rows {
        #[local("a write waits until the transport has its bytes, as TCP's does")]
        Idle + Start(Write) => Writing {
            raise write.Write;
        }
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

        #[local("transmitting never waits for a read")]
        Writing + Transmitted => Writing {}
        #[local("the transport has the bytes; what was sealed behind them follows in later calls")]
        Writing + settle if data_unsent(false) and send_end == Nothing => Idle {
            Complete(Ok);
        }
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
        #[local("the transport was reset")]
        Writing + settle if send_end == Reset => Idle {
            Complete(Reset);
        }

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
        #[local("everything is transmitted")]
        Flushing + settle if outbox(Empty) => Idle {
            Complete(Ok);
        }
        #[rfc("6.2")]
        Failing + settle if outbox(Empty) => Idle {
            Complete(Error);
        }
        #[local("a call that may take no longer ends; what it has accepted stays in the outbox")]
        Writing | Flushing | Failing + DeadlinePassed => Idle {
            Complete(TimedOut);
        }
    }

    otherwise {
        #[local("one call at a time; no transport event is of interest but the listed ones")]
        _ + _ => same {}
    }
}
