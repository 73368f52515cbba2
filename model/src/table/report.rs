//! What the receiving place asks of the sending half: to tell how far the outbox is transmitted.
//!
//! A handshake that is complete, and a receiving call that has failed, transmit what there is room
//! for before they return. A handshake that has sent early data waits until they are transmitted.
//! The naive policies ask for more: they receive nothing meanwhile.

hyaline_codegen::machine! {
    /// What the receiving place asks of the sending half: to tell how far the outbox is
    /// transmitted.
    machine report: report;

    states {
        /// It is told when everything is transmitted, or there is no room now.
        AwaitingRoom,
        /// It is told when everything is transmitted.
        AwaitingTransmission,
        /// Naive: it is told when the reply to a key update is transmitted.
        AwaitingReply,
        /// Nothing is asked.
        initial final Resting,
    }

    settle lowers { state }

    rows {
        #[local("a call that carries no application data transmits what there is room for")]
        _ + TellWhenDone => AwaitingRoom {
            asked = true;
        }
        #[local("early data are waited for; naive: nothing is received before that")]
        _ + TellWhenTransmitted => AwaitingTransmission {
            asked = false;
        }
        #[local("naive: nothing is received before the reply is transmitted")]
        _ + TellWhenReplied => AwaitingReply {
            asked = false;
        }

        #[local("the call that asked has ended")]
        AwaitingRoom | AwaitingTransmission + NeverMind => Resting {
            asked = false;
        }
        #[local("what there is no room for stays in the outbox for later calls")]
        AwaitingRoom + NoRoom => Resting {
            asked = false;
            post receiver.SendingDone;
        }
        #[local("everything is transmitted")]
        AwaitingRoom | AwaitingTransmission + settle if outbox(Empty) => Resting {
            asked = false;
            post receiver.SendingDone;
        }
        #[local("the reply is transmitted")]
        AwaitingReply + settle if reply_unsent(false) => Resting {
            post receiver.SendingDone;
        }
    }

    otherwise {
        #[local("nobody asked")]
        _ + _ => same {}
    }
}
