//! Connections that can be cloned, which the replay does wherever the model's graph branches.
//!
//! A clone seals other content under the same nonces. So nothing that ships can be cloned, and all
//! of it stands here.

use crate::connection::ServerChoice;
use crate::connection::agreement::Agreement;
use crate::connection::core::{ReceivingCore, SendingCore};
use crate::connection::early_data::Arrived;
use crate::connection::ech::{ClientEch, Encryption};
use crate::connection::handshake::{ClientStage, Handshake, Negotiation};
use crate::connection::keys::KeyStage;
use crate::connection::resumption::{ClientResumption, ServerResumption};
use crate::connection::task::{
    ClientChoice, Judge, KeyShareRequest, PathCheck, SignatureCheck, SignatureRequest, Work,
};
use crate::crypto::{AeadKey, CryptoProvider, Secret, ring};
use crate::ech::hpke::HpkeContext;
use crate::key_schedule::{
    ExporterSecret, HandshakeBlock, HandshakeSecrets, ResumptionSecret, TrafficBlock, TrafficKeys,
};
use crate::outbox::Sealed;
use crate::record::protection::Protection;
use crate::record::{Opener, Sealer};
use crate::session::Session;
use crate::transcript::Transcript;
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

/// `Clone` of an enum, variant by variant. The name of a field in a tuple is its number.
macro_rules! fork_variants {
    ($name:ident $(<$provider:ident: $bound:ident>)? {
        $($variant:ident { $($field:tt: $value:ident),* }),+ $(,)?
    }) => {
        impl $(<$provider: $bound>)? Clone for $name $(<$provider>)? {
            fn clone(&self) -> Self {
                match self {
                    $(Self::$variant { $($field: $value),* } => {
                        Self::$variant { $($field: Clone::clone($value)),* }
                    })+
                }
            }
        }
    };
}

fork!(Connection<P: Forkable> { receiver, sender });
fork!(Receiver<P: Forkable> { endpoint, policy, core });
fork!(Sender<P: ForkableKeys> { endpoint, policy, core });
fork!(ReceivingCore<P: Forkable> {
    provider, side, opener, joiner, floods, handshake, exporter, negotiated, resumption, now,
    fresh, unread, early_data_offered, early_data, compatibility_requested, close_due, blocked,
    leaves_work, outstanding, state, journal, probe,
});
fork!(SendingCore<P: ForkableKeys> {
    provider, sealer, reply, request, tickets_sent, tickets_wanted, resumption, shutdown_due,
    blocked, state, journal, probe,
});
fork!(Handshake<P: Forkable> {
    transcript, random, client_random, negotiation, client_ech, server_ech, keys, peer, own,
    wanted, compression, certificate_types, called, session, early_data, receive_limit, judged_by,
    work, behind, message,
});
fork!(Transcript<P: CryptoProvider> { context });
fork!(Opener<P: ForkableKeys> { protection, sequence, epoch, early_data });
fork!(Sealer<P: ForkableKeys> { protection, sequence, epoch, padding });
fork!(TrafficKeys<P: ForkableKeys> { key, block, suite, size_limit });
fork!(TrafficBlock { secret, iv });
fork!(HandshakeSecrets { block, suite });
fork!(HandshakeBlock { client, server, main });
fork!(ExporterSecret { secret });
fork!(Outbox {
    buffer,
    start,
    end,
    front,
    later,
    sealed,
    front_transmitted,
    application,
    lent,
    displaced,
});
fork!(Sealed { content, length });

fork_variants!(Negotiation<P: Forkable> { Client { 0: stage }, Server { 0: stage } });
fork_variants!(ClientStage<P: Forkable> {
    Offering { offer: offer, group: group },
    Offered { offer: offer, exchange: exchange },
    Retrying { offer: offer, exchange: exchange, retry: retry },
    Answered { offer: offer, exchange: exchange, group: group, share: share },
    Agreeing { offer: offer },
    Settled {},
});
fork_variants!(ClientEch<P: Forkable> {
    Nothing {},
    WillGrease {},
    Grease { contents: contents },
    WillEncrypt { config: config },
    Offered { 0: encryption },
    Accepted {},
    Rejected { contents: contents, retry: retry },
});
fork!(Encryption<P: ForkableKeys> {
    config, encapsulated, context, outer_random, session, inner, contents, is_confirmed,
});
fork!(HpkeContext<P: ForkableKeys> { key, base_nonce, sequence });
fork_variants!(KeyStage {
    None {},
    Chosen { suite: suite },
    Agreed { suite: suite, shared: shared },
    Handshake { secrets: secrets },
    Application { secrets: secrets, finished_hash: finished_hash },
    Complete { secrets: secrets },
});
fork_variants!(Work<P: Forkable> {
    KeyShare { 0: work },
    Agreement { 0: work },
    Selection { 0: work },
    PathCheck { 0: work },
    SignatureCheck { 0: work },
    CertificateChoice { 0: work },
    Signature { 0: work },
});
fork!(KeyShareRequest<P: Forkable> { number, provider, group });
fork!(Agreement<P: Forkable> { number, provider, group, begun, peer_share });
fork!(ServerChoice<P: Forkable> {
    number, config, hello, retried, server_name, request,
});
fork!(Arrived { limit, total, bytes, secret });
fork!(Session { suite, key, since, lifetime, age_add, early_data, proof, external });
fork!(ClientResumption { secret, server, good_until, left });
fork!(ServerResumption<P: ForkableKeys> { secret, proof, time, config });
fork!(ResumptionSecret { secret, suite });
fork!(PathCheck<P: Forkable> { number, judge, credential, attached });
fork!(SignatureCheck<P: Forkable> { number, provider, key, signer, signed, signature });
fork!(ClientChoice { number, configured, schemes, authorities, certificate_type });
fork!(SignatureRequest { number, identity, signer, signed, scheme });
fork_variants!(Judge<P: Forkable> {
    Client { 0: config, 1: name },
    Server { 0: config },
});

impl<P: ForkableKeys> Clone for Protection<P> {
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
            Protection::On(keys) => Protection::On(keys.clone()),
            Protection::Off | Protection::Gone => Protection::Off,
        };
        Opener {
            protection,
            sequence: self.sequence,
            epoch: self.epoch,
            early_data: crate::record::open::Allowance::NONE,
        }
    }
}
