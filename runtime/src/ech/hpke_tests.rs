//! What is asked of HPKE over each provider. Those that ship are asked in
//! `crypto/common/tests.rs`.

use super::*;
use crate::crypto::X25519_BASE_POINT;
use crate::key_schedule::tests::bytes;
use crate::replay::Deterministic;

const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";

const TEXT: &[u8] = b"Beauty is truth, truth beauty";

const SUITES: [(u16, u16); 6] = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)];

/// A run of the base mode.
struct Example {
    aead: u16,
    private_key: &'static str,
    public_key: &'static str,
    encapsulated: &'static str,
    base_nonce: &'static str,
    /// The first two texts, with `Count-0` and `Count-1` for their additional data.
    sealed: [&'static str; 2],
}

/// Of RFC 9180, appendices A.1.1 and A.2.1; the second is from the test vectors that its authors
/// publish beside the appendix.
const EXAMPLES: [Example; 3] = [
    Example {
        aead: 1,
        private_key: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        public_key: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
        encapsulated: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        base_nonce: "56d890e5accaaf011cff4b7d",
        sealed: [
            "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9\
             6d8770ac83d07bea87e13c512a",
            "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab25\
             1c03d0c22a56b8ca42c2063b84",
        ],
    },
    Example {
        aead: 2,
        private_key: "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
        public_key: "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
        encapsulated: "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
        base_nonce: "151d9929e2449747889bc923",
        sealed: [
            "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be99319\
             80a41de125a925cdad859d5b7a",
            "2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655\
             fdf197fe40297a8aebeed5cc2d",
        ],
    },
    Example {
        aead: 3,
        private_key: "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        public_key: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        encapsulated: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        base_nonce: "5c4d98150661b848853b547f",
        sealed: [
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db\
             21993c62ce81883d2dd1b51a28",
            "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e\
             85285337cc95ba5f59992dc98c",
        ],
    },
];

fn suite((kdf, aead): (u16, u16)) -> HpkeSuite {
    HpkeSuite::from_numbers(kdf, aead).unwrap()
}

fn key(hexadecimal: &str) -> [u8; 32] {
    bytes(hexadecimal).try_into().unwrap()
}

/// A private key and its public key.
fn pair<P: CryptoProvider>(provider: &P) -> ([u8; 32], [u8; 32]) {
    let private_key = [0x42; 32];
    let public_key = provider.x25519(&private_key, &X25519_BASE_POINT).unwrap();
    (private_key, public_key.as_bytes().try_into().unwrap())
}

/// Both contexts of one encryption.
fn both<P: CryptoProvider>(provider: &P, suite: HpkeSuite) -> [HpkeContext<P>; 2] {
    let (private_key, public_key) = pair(provider);
    let (encapsulated, sender) =
        HpkeContext::to(provider, suite, &public_key, b"information").unwrap();
    let recipient = HpkeContext::from(
        provider,
        suite,
        &private_key,
        &public_key,
        &encapsulated,
        b"information",
    );
    [sender, recipient.unwrap()]
}

pub(crate) fn the_examples_of_the_rfc_are_opened<P: CryptoProvider>(provider: &P) {
    for example in EXAMPLES {
        let mut recipient = HpkeContext::from(
            provider,
            suite((1, example.aead)),
            &key(example.private_key),
            &key(example.public_key),
            &bytes(example.encapsulated),
            &bytes(INFO),
        )
        .unwrap();
        assert_eq!(recipient.nonce().to_vec(), bytes(example.base_nonce));
        for (count, sealed) in example.sealed.into_iter().enumerate() {
            let mut sealed = bytes(sealed);
            let opened = recipient.open(format!("Count-{count}").as_bytes(), &mut sealed);
            assert_eq!(opened.unwrap(), TEXT, "{}", example.aead);
        }
    }
}

pub(crate) fn what_is_sealed_is_opened_in_its_order<P: CryptoProvider>(provider: &P) {
    for suite in SUITES.map(suite) {
        let [mut sender, mut recipient] = both(provider, suite);
        for count in 0..300_u16 {
            let mut text = TEXT.to_vec();
            sender.seal(&count.to_be_bytes(), &mut text).unwrap();
            assert_eq!(text.len(), TEXT.len() + 16);
            assert_eq!(recipient.open(&count.to_be_bytes(), &mut text).unwrap(), TEXT);
        }
    }
}

pub(crate) fn what_was_changed_is_refused_and_does_not_count<P: CryptoProvider>(provider: &P) {
    let [mut sender, mut recipient] = both(provider, suite((1, 1)));
    let mut sealed = TEXT.to_vec();
    sender.seal(b"header", &mut sealed).unwrap();
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    let bad = Err(CryptoError::BadTag);
    assert_eq!(recipient.open(b"header", &mut changed).map(drop), bad);
    assert_eq!(recipient.open(b"heading", &mut sealed.clone()).map(drop), bad);
    assert_eq!(recipient.open(b"header", &mut [0; 15]).map(drop), bad);
    assert_eq!(recipient.open(b"header", &mut sealed.clone()).unwrap(), TEXT);
    assert_eq!(recipient.open(b"header", &mut sealed).map(drop), bad, "twice");
}

pub(crate) fn keys_that_are_no_keys_are_refused<P: CryptoProvider>(provider: &P) {
    let (private_key, public_key) = pair(provider);
    let suite = suite((1, 1));
    let long = [public_key.as_slice(), &[0]].concat();
    for bad in [&[][..], &public_key[1..], &long, &[0; 32]] {
        let refused = HpkeContext::to(provider, suite, bad, b"").map(drop);
        assert_eq!(refused, Err(CryptoError::BadPublicShare), "{bad:02x?}");
        let refused = HpkeContext::from(provider, suite, &private_key, &public_key, bad, b"");
        assert_eq!(refused.map(drop), Err(CryptoError::BadPublicShare), "{bad:02x?}");
    }
}

#[test]
fn the_deterministic_provider_encrypts_as_others_do() {
    let provider = Deterministic::new(1);
    what_is_sealed_is_opened_in_its_order(&provider);
    what_was_changed_is_refused_and_does_not_count(&provider);
    keys_that_are_no_keys_are_refused(&provider);
}

#[test]
fn every_suite_is_found_by_its_numbers_and_no_other_is() {
    for numbers in SUITES {
        assert_eq!(suite(numbers).numbers(), numbers);
    }
    for (kdf, aead) in [(0, 1), (3, 1), (1, 0), (1, 4), (1, 0xffff)] {
        assert_eq!(HpkeSuite::from_numbers(kdf, aead), None);
    }
}

#[test]
fn the_last_number_is_used_for_nothing() {
    let [mut sender, mut recipient] = both(&Deterministic::new(1), suite((1, 3)));
    sender.sequence = u64::MAX;
    recipient.sequence = u64::MAX;
    assert_eq!(sender.seal(b"", &mut TEXT.to_vec()), Err(CryptoError::TooLong));
    assert_eq!(recipient.open(b"", &mut [0; 40]).map(drop), Err(CryptoError::TooLong));
}

#[test]
fn a_context_shows_no_secret() {
    let [sender, _] = both(&Deterministic::new(1), suite((1, 1)));
    assert_eq!(format!("{sender:?}"), "HpkeContext { sequence: 0, .. }");
}
