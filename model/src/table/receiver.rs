//! The driver of the reading thread, where a connection is split between two threads.
//!
//! The write half belongs to the other thread, and what this half owes it goes there as mail.
//! Either thread transmits; and while no read is pending, a pending write receives, as it does
//! where one thread makes all calls: else control records would take the room that plain TCP
//! leaves free.

hyaline_codegen::machine! {
    /// The driver of the reading thread of a split connection.
    machine receiver: driver;

    states {
        /// A read is pending.
        Reading,
        /// No read is pending.
        initial final Idle [IsIdle],
    }

    settle lowers { state }

    rows {
        #[local("a read waits for one record of application data, or the end")]
        Idle + Start(Read) => Reading {}

        #[local("receiving never waits for our own output")]
        Reading + Received if inbox(Empty) and receive_end == Nothing
            under duplex(Full) and reply(Queued) => Reading {}
        #[local("a pending write receives too, up to one record of application data")]
        Idle + Received if inbox(Empty) and receive_end == Nothing
            under duplex(Full) and reply(Queued) => Idle {}
        #[local("naive: the reply to a key update is written from the read path")]
        Reading + Received if inbox(Empty) and receive_end == Nothing and reply_unsent(false)
            under duplex(Full) and reply(InReadPath) => Reading {}
        #[local("naive: a pending write that receives waits for a reply that is being written")]
        Idle + Received if inbox(Empty) and receive_end == Nothing and reply_unsent(false)
            under duplex(Full) and reply(InReadPath) => Idle {}
        #[local("naive: nothing is received before everything is transmitted")]
        Reading + Received if inbox(Empty) and receive_end == Nothing and outbox(Empty)
            under duplex(Half) => Reading {}
        #[local("either thread transmits what is sealed")]
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
        Reading + settle if inbox(Empty) and receive_end == Failed => Idle {
            Complete(Error);
        }
        #[local("a call that may take no longer ends; nothing that has arrived is lost")]
        Reading + DeadlinePassed => Idle {
            Complete(TimedOut);
        }
    }

    otherwise {
        #[local("one call at a time; no transport event is of interest but the listed ones")]
        _ + _ => same {}
    }
}
