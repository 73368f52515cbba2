//! What ships cannot do what the replay does: nothing with keys in it can be cloned.

use core::marker::PhantomData;

use hyaline_replay::replay::{Deterministic, Recorded};

/// A type about which is asked whether it can be cloned.
struct About<T>(PhantomData<T>);

impl<T: Clone> About<T> {
    /// Goes before the trait's constant of this name, where the type can be cloned.
    const CAN_BE_CLONED: bool = true;
}

trait Otherwise {
    const CAN_BE_CLONED: bool = false;
}

impl<T> Otherwise for About<T> {}

macro_rules! can_be_cloned {
    ($($subject:ty),+ $(,)?) => {
        [$((stringify!($subject), About::<$subject>::CAN_BE_CLONED)),+]
    };
}

#[test]
fn what_ships_cannot_be_cloned_where_it_holds_keys_or_sealed_records() {
    let shipped = can_be_cloned![
        hyaline::Connection,
        hyaline::Receiver,
        hyaline::Sender,
        hyaline::Outbox,
        hyaline::HandedOver,
        hyaline::RecordSecrets,
        hyaline::blocking::Stream,
        hyaline::blocking::Reader,
        hyaline::blocking::Writer,
        hyaline::crypto::Secret,
        hyaline::crypto::ring::AeadKey,
        hyaline::crypto::ring::KeyExchange,
        hyaline::crypto::aws_lc_rs::AeadKey,
        hyaline::crypto::aws_lc_rs::KeyExchange,
    ];
    for (subject, answer) in shipped {
        assert!(!answer, "{subject} can be cloned");
    }
}

#[test]
fn the_replay_clones_what_it_forks_and_does_not_clone_the_shares_of_ring() {
    let forked = can_be_cloned![
        hyaline_replay::Connection<Deterministic>,
        hyaline_replay::Connection<Recorded>,
        hyaline_replay::Receiver<Deterministic>,
        hyaline_replay::Sender<Deterministic>,
        hyaline_replay::Outbox,
    ];
    for (subject, answer) in forked {
        assert!(answer, "{subject} cannot be cloned");
    }
    let real =
        can_be_cloned![hyaline_replay::Connection, hyaline_replay::crypto::ring::KeyExchange];
    for (subject, answer) in real {
        assert!(!answer, "{subject} can be cloned");
    }
}
