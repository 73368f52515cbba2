//! What is asked of each provider. Those that ship are asked in `common/tests.rs`.

use super::*;
use crate::replay::Deterministic;

pub(super) fn both_ends_agree<P: CryptoProvider>(client: &P, server: &P) {
    for group in client.groups() {
        let begun = client.start_exchange(*group).expect("a supported group");
        assert_eq!(begun.group(), *group);
        let answered = server.exchange(*group, begun.share()).expect("a good share");
        let secret = begun.complete(&answered.share).expect("a good share");
        assert_eq!(secret.as_bytes(), answered.secret.as_bytes(), "{group}");
        let length = match *group {
            NamedGroup::X25519MlKem768 => 64,
            NamedGroup::Secp384r1 => 48,
            NamedGroup::Secp521r1 => 66,
            _ => 32,
        };
        assert_eq!(secret.as_bytes().len(), length, "{group}");
    }
}

pub(super) fn bad_shares_are_refused<P: CryptoProvider>(provider: &P) {
    for group in provider.groups() {
        let start = || provider.start_exchange(*group).expect("a supported group");
        let good = start().share().to_vec();
        let mut long = good.clone();
        long.push(0);
        // What stands for the point at infinity, where there is one.
        let infinity = [0];
        for bad in [&[][..], &good[1..], &long, &vec![0; good.len()], &infinity] {
            let error = start().complete(bad).expect_err("a bad share");
            assert_eq!(error, CryptoError::BadPublicShare, "{group}");
            let error = provider.exchange(*group, bad).expect_err("a bad share");
            assert_eq!(error, CryptoError::BadPublicShare, "{group}");
        }
    }
}

pub(super) fn unknown_groups_are_refused<P: CryptoProvider>(provider: &P) {
    // Curve448.
    let unknown = NamedGroup(0x001e);
    assert_eq!(provider.start_exchange(unknown).err(), Some(CryptoError::UnsupportedGroup));
    let error = provider.exchange(unknown, &[4; 56]).err();
    assert_eq!(error, Some(CryptoError::UnsupportedGroup));
}

#[test]
fn the_deterministic_provider_exchanges_keys_as_others_do() {
    both_ends_agree(&Deterministic::new(1), &Deterministic::new(2));
    bad_shares_are_refused(&Deterministic::new(1));
    unknown_groups_are_refused(&Deterministic::new(1));
}
