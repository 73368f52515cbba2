//! X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem): ML-KEM-768 (FIPS 203) and X25519, side by side.
//! What is shared stays secret as long as one of both holds, so that traffic recorded today stays
//! closed to a quantum computer.
//!
//! On the wire ML-KEM comes first, and in the secret, too.

use zeroize::Zeroizing;

use super::super::ml_kem::{DecapsulationKey, EncapsulationKey};
use super::agreement::Ecdh;
use super::{CIPHERTEXT, ENCAPSULATION_KEY};
use crate::NamedGroup;
use crate::crypto::{CryptoError, Exchanged, Secret};

/// What a client has begun.
pub(super) struct Hybrid {
    x25519: Ecdh,
    private: DecapsulationKey,
    share: Box<[u8]>,
}

impl Hybrid {
    pub(super) fn start() -> Result<Self, CryptoError> {
        let x25519 = Ecdh::start(NamedGroup::X25519)?;
        let (private, mut share) = DecapsulationKey::generate()?;
        share.extend_from_slice(x25519.share());
        Ok(Self { x25519, private, share: share.into() })
    }

    pub(super) fn share(&self) -> &[u8] {
        &self.share
    }

    /// The share of X25519 alone.
    pub(super) fn part(&self) -> (NamedGroup, &[u8]) {
        (NamedGroup::X25519, self.x25519.share())
    }

    pub(super) fn complete_part(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        self.x25519.complete(peer_share)
    }

    /// A ciphertext of the right length is never refused: one that is not of ours leads to another
    /// secret (FIPS 203 section 6.3).
    pub(super) fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        let (ciphertext, public_key) = split::<CIPHERTEXT>(peer_share)?;
        let first = self.private.decapsulate(ciphertext)?;
        let second = self.x25519.complete(public_key)?;
        Ok(joined(&first, &second))
    }
}

/// Answers a client's share.
///
/// # Errors
/// [`CryptoError::BadPublicShare`] for one of the wrong length, one whose encapsulation key does
/// not pass the check of FIPS 203 section 7.2, and what X25519 refuses.
pub(super) fn answer(peer_share: &[u8]) -> Result<Exchanged, CryptoError> {
    let (encapsulation_key, public_key) = split::<ENCAPSULATION_KEY>(peer_share)?;
    let encapsulation_key = EncapsulationKey::new(encapsulation_key)?;
    let x25519 = Ecdh::start(NamedGroup::X25519)?;
    let own = x25519.share().to_vec();
    // First what may refuse the share, then what costs more.
    let second = x25519.complete(public_key)?;
    let (mut share, first) = encapsulation_key.encapsulate()?;
    share.extend_from_slice(&own);
    Ok(Exchanged { share, secret: joined(&first, &second) })
}

/// The part of a share that is ML-KEM's, and that which is X25519's.
fn split<const OF_ML_KEM: usize>(share: &[u8]) -> Result<(&[u8; OF_ML_KEM], &[u8]), CryptoError> {
    share.split_first_chunk().ok_or(CryptoError::BadPublicShare)
}

fn joined(first: &Secret, second: &Secret) -> Secret {
    Secret::new(&Zeroizing::new([first.as_bytes(), second.as_bytes()].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length of a share of X25519, in bytes.
    const X25519: usize = 32;

    /// The length of either secret, in bytes.
    const HALF: usize = 32;

    fn secret(secret: &Secret) -> Vec<u8> {
        secret.as_bytes().to_vec()
    }

    #[test]
    fn both_sides_share_64_bytes_that_differ_each_time() {
        let (first, second) = (exchange(), exchange());
        assert!(first.len() == 2 * HALF && first[..HALF] != first[HALF..]);
        assert!(first[..HALF] != second[..HALF] && first[HALF..] != second[HALF..]);
    }

    fn exchange() -> Vec<u8> {
        let begun = Hybrid::start().unwrap();
        assert_eq!(begun.share().len(), ENCAPSULATION_KEY + X25519);
        let answered = answer(begun.share()).unwrap();
        assert_eq!(answered.share.len(), CIPHERTEXT + X25519);
        let shared = secret(&begun.complete(&answered.share).unwrap());
        assert_eq!(shared, secret(&answered.secret));
        shared
    }

    #[test]
    fn the_part_is_the_same_key_of_x25519_and_is_enough_for_a_server_that_knows_no_other() {
        let begun = Hybrid::start().unwrap();
        let (group, part) = begun.part();
        assert_eq!((group, part), (NamedGroup::X25519, &begun.share()[ENCAPSULATION_KEY..]));
        let server = Ecdh::start(NamedGroup::X25519).unwrap();
        let share = server.share().to_vec();
        let of_server = server.complete(part).unwrap();
        assert_eq!(secret(&begun.complete_part(&share).unwrap()), secret(&of_server));
    }

    #[test]
    fn a_share_of_another_length_is_refused_on_both_sides() {
        let begun = Hybrid::start().unwrap();
        let answered = answer(begun.share()).unwrap().share;
        let longer = |share: &[u8]| [share, &[0]].concat();
        for wrong in [&begun.share()[1..], &longer(begun.share()), &answered, &[]] {
            assert_eq!(answer(wrong).unwrap_err(), CryptoError::BadPublicShare);
        }
        for wrong in [&answered[1..], &longer(&answered), &[]] {
            let begun = Hybrid::start().unwrap();
            assert_eq!(begun.complete(wrong).unwrap_err(), CryptoError::BadPublicShare);
        }
    }

    #[test]
    fn what_is_no_encapsulation_key_and_what_is_no_point_of_the_curve_are_refused() {
        let share = Hybrid::start().unwrap().share().to_vec();
        // Each coefficient has 12 bits, and is less than 3329.
        let mut too_large = share.clone();
        too_large[..3].fill(0xff);
        let mut zero = share;
        zero[ENCAPSULATION_KEY..].fill(0);
        for wrong in [too_large, zero] {
            assert_eq!(answer(&wrong).unwrap_err(), CryptoError::BadPublicShare);
        }
    }

    #[test]
    fn a_ciphertext_that_was_changed_leads_to_another_secret() {
        let begun = Hybrid::start().unwrap();
        let mut answered = answer(begun.share()).unwrap();
        answered.share[7] ^= 1;
        let other = begun.complete(&answered.share).unwrap();
        assert_ne!(secret(&other)[..HALF], secret(&answered.secret)[..HALF]);
        assert_eq!(secret(&other)[HALF..], secret(&answered.secret)[HALF..]);
    }
}
