//! Connections that can be cloned, which the replay does wherever the model's graph branches.
//!
//! A clone seals other content under the same nonces. So nothing that ships can be cloned, and all
//! of it stands here.

use crate::connection::core::{ReceivingCore, SendingCore};
use crate::connection::handshake::Handshake;
use crate::crypto::{AeadKey, CryptoProvider, Secret, ring};
use crate::key_schedule::{
    ExporterSecret, HandshakeSecrets, Iv, MainSchedule, TrafficKeys, TrafficSecret,
};
use crate::outbox::Sealed;
use crate::record::{Opener, Sealer, open, seal};
use crate::transcript::{State, Transcript};
use crate::{Connection, Outbox, Receiver, Sender};

/// A provider whose keys for records can be cloned.
pub trait ForkableKeys: CryptoProvider<AeadKey: AeadKey + Clone> {}

impl<P: CryptoProvider<AeadKey: AeadKey + Clone>> ForkableKeys for P {}

/// A provider whose connections can be cloned at any time.
pub trait Forkable: ForkableKeys + CryptoProvider<KeyExchange: Clone> {}

impl<P: ForkableKeys + CryptoProvider<KeyExchange: Clone>> Forkable for P {}

/// `Clone` of a structure, field by field.
macro_rules! fork {
    ($name:ident $(<$provider:ident: $bound:ident>)? { $($field:tt),+ $(,)? }) => {
        impl $(<$provider: $bound>)? Clone for $name $(<$provider>)? {
            fn clone(&self) -> Self {
                Self { $($field: Clone::clone(&self.$field)),+ }
            }
        }
    };
}

fork!(Connection<P: Forkable> { receiver, sender });
fork!(Receiver<P: Forkable> { endpoint, policy, core });
fork!(Sender<P: ForkableKeys> { endpoint, policy, core });
fork!(ReceivingCore<P: Forkable> {
    provider, side, opener, joiner, floods, handshake, secret, exporter, negotiated, fresh, unread,
    compatibility_requested, close_due, blocked, work, leaves_work, outstanding, state, probe,
});
fork!(SendingCore<P: ForkableKeys> {
    provider, sealer, secret, reply, request, tickets_sent, tickets_wanted, shutdown_due, blocked,
    state, probe,
});
fork!(Handshake<P: Forkable> {
    transcript, random, client_random, suite, shared, secrets, client_application,
    server_application, peer_chain, peer_key, peer_signature, signed, own_signature, offer,
    exchange, retry, peer_share, accepted_schemes, identity, first_hello, hello,
    selection, own_share,
});
fork!(Transcript<P: CryptoProvider> { state });
fork!(Opener<P: ForkableKeys> { protection, sequence, epoch, early_data });
fork!(Sealer<P: ForkableKeys> { protection, sequence, epoch });
fork!(Iv { 0 });
fork!(TrafficKeys<P: ForkableKeys> { key, iv, suite });
fork!(HandshakeSecrets { client, server, main });
fork!(MainSchedule { main, suite });
fork!(TrafficSecret { secret, suite });
fork!(ExporterSecret { secret, hash });
fork!(Outbox {
    buffer,
    start,
    end,
    records,
    sealed,
    front_transmitted,
    application,
    lent,
    displaced,
});
fork!(Sealed { content, length });

impl<P: CryptoProvider> Clone for State<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Buffering(messages) => Self::Buffering(messages.clone()),
            Self::Hashing(context) => Self::Hashing(context.clone()),
        }
    }
}

impl<P: ForkableKeys> Clone for open::Protection<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::On(keys) => Self::On(keys.clone()),
            Self::Gone => Self::Gone,
        }
    }
}

impl<P: ForkableKeys> Clone for seal::Protection<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::On(keys) => Self::On(keys.clone()),
            Self::Gone => Self::Gone,
        }
    }
}

impl Clone for ring::AeadKey {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Clone for Secret {
    fn clone(&self) -> Self {
        Self::new(self.as_bytes())
    }
}

#[cfg(test)]
impl<P: ForkableKeys> Sealer<P> {
    /// An opener of what is sealed next.
    pub(crate) fn mirror(&self) -> Opener<P> {
        let protection = match &self.protection {
            seal::Protection::On(keys) => open::Protection::On(keys.clone()),
            seal::Protection::Off | seal::Protection::Gone => open::Protection::Off,
        };
        Opener {
            protection,
            sequence: self.sequence,
            epoch: self.epoch,
            early_data: open::EarlyData::NONE,
        }
    }
}
