use rcgen::{BasicConstraints, IsCa, KeyPair};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::*;
use crate::certificate::der;
use crate::certificate::pss_draft::{PssDraft, public_key, with_parameters};
use crate::certificate::rsassa_pss::UNRESTRICTED_KEY;
use crate::certificate::test_certificates::{
    Authority, client_parameters, keys_of_every_kind, noon, server_parameters,
};

/// Judges `chain` as a server's for `localhost`, in summer 2026.
fn judge_server(
    authority: &Authority,
    chain: &[CertificateDer<'_>],
) -> Result<(), CertificateError> {
    judge_named(authority, chain, "localhost")
}

fn judge_named(
    authority: &Authority,
    chain: &[CertificateDer<'_>],
    name: &'static str,
) -> Result<(), CertificateError> {
    let name = ServerName::try_from(name).unwrap();
    authority.trust().check_server(chain, &name, noon(2026, 7, 1)).map(|_| ())
}

fn judge_server_at(
    now: UnixTime,
    authority: &Authority,
    certificate: CertificateDer<'_>,
) -> Result<(), CertificateError> {
    let name = ServerName::try_from("localhost").unwrap();
    authority.trust().check_server(&[certificate], &name, now).map(|_| ())
}

fn server_certificate(authority: &Authority) -> CertificateDer<'static> {
    authority.sign(&server_parameters(), &KeyPair::generate().unwrap())
}

#[test]
fn a_certificate_with_a_key_of_any_kind_is_accepted() {
    let authority = Authority::new();
    for key in keys_of_every_kind() {
        let certificate = authority.sign(&server_parameters(), &key);
        assert_eq!(judge_server(&authority, &[certificate]), Ok(()), "{:?}", key.algorithm());
    }
}

#[test]
fn a_certificate_is_accepted_for_each_of_its_names_and_for_no_other() {
    let authority = Authority::new();
    let chain = [server_certificate(&authority)];
    for name in ["localhost", "LOCALHOST", "localhost.", "127.0.0.1"] {
        assert_eq!(judge_named(&authority, &chain, name), Ok(()), "{name}");
    }
    for name in ["example.com", "a.localhost", "127.0.0.2", "::1"] {
        let expected = name.into();
        assert_eq!(
            judge_named(&authority, &chain, name),
            Err(CertificateError::WrongName { expected })
        );
    }
}

#[test]
fn a_certificate_is_refused_before_and_after_its_validity() {
    let authority = Authority::new();
    let certificate = server_certificate(&authority);
    assert!(matches!(
        judge_server_at(noon(2025, 12, 31), &authority, certificate.clone()),
        Err(CertificateError::NotYetValid { .. })
    ));
    assert_eq!(judge_server_at(noon(2026, 1, 1), &authority, certificate.clone()), Ok(()));
    assert!(matches!(
        judge_server_at(noon(2027, 1, 1), &authority, certificate),
        Err(CertificateError::Expired { .. })
    ));
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    let (trusted, other) = (Authority::new(), Authority::new());
    let unknown = other.intermediate("unknown", BasicConstraints::Unconstrained);
    let certificate = server_certificate(&unknown);
    let chain = [certificate, unknown.certificate()];
    // Both authorities have one name, so the signature gives it away.
    assert_eq!(judge_server(&trusted, &chain), Err(CertificateError::BadSignature));
    assert_eq!(
        judge_server(&unknown, &[server_certificate(&trusted)]),
        Err(CertificateError::UnknownIssuer)
    );
}

#[test]
fn an_intermediate_makes_the_path_and_surplus_certificates_do_no_harm() {
    let authority = Authority::new();
    let intermediate = authority.intermediate("below", BasicConstraints::Constrained(0));
    let certificate = server_certificate(&intermediate);
    assert_eq!(
        judge_server(&authority, std::slice::from_ref(&certificate)),
        Err(CertificateError::UnknownIssuer)
    );
    let surplus = Authority::new().certificate();
    let chain = [certificate, surplus, intermediate.certificate(), authority.certificate()];
    assert_eq!(judge_server(&authority, &chain), Ok(()));
}

#[test]
fn an_intermediate_beyond_the_path_length_is_refused() {
    let authority = Authority::new();
    let last = authority.intermediate("last", BasicConstraints::Constrained(0));
    let surplus = last.intermediate("surplus", BasicConstraints::Unconstrained);
    let chain = [server_certificate(&surplus), surplus.certificate(), last.certificate()];
    assert_eq!(judge_server(&authority, &chain), Err(CertificateError::PathTooLong));
}

#[test]
fn an_authoritys_certificate_is_not_a_servers() {
    let authority = Authority::new();
    let mut parameters = server_parameters();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = authority.sign(&parameters, &KeyPair::generate().unwrap());
    assert_eq!(
        judge_server(&authority, &[certificate]),
        Err(CertificateError::AuthorityAsEndEntity)
    );
}

#[test]
fn a_clients_certificate_is_not_a_servers_and_a_servers_not_a_clients() {
    let authority = Authority::new();
    let server = server_certificate(&authority);
    let client = authority.sign(&client_parameters(), &KeyPair::generate().unwrap());
    let trust = authority.trust();
    let now = noon(2026, 7, 1);
    assert_eq!(trust.check_client(std::slice::from_ref(&client), now).map(|_| ()), Ok(()));
    assert_eq!(trust.check_client(&[server], now).map(|_| ()), Err(CertificateError::WrongPurpose));
    assert_eq!(judge_server(&authority, &[client]), Err(CertificateError::WrongPurpose));
}

#[test]
fn a_missing_certificate_is_told_apart_by_whose_it_is() {
    let authority = Authority::new();
    assert_eq!(judge_server(&authority, &[]), Err(CertificateError::NoServerCertificate));
    assert_eq!(
        authority.trust().check_client(&[], noon(2026, 7, 1)).map(|_| ()),
        Err(CertificateError::NoClientCertificate)
    );
}

#[test]
fn a_certificate_changed_by_one_byte_is_refused() {
    let authority = Authority::new();
    let certificate = server_certificate(&authority);
    let mut forged = certificate.to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let refusal = judge_server(&authority, &[forged.into()]).unwrap_err();
    assert_eq!(refusal, CertificateError::BadSignature);

    let cut = certificate.get(..certificate.len() - 1).unwrap();
    let refusal = judge_server(&authority, &[cut.into()]).unwrap_err();
    assert_eq!(refusal, CertificateError::BadEncoding);
}

#[test]
fn an_honest_peer_with_a_key_that_is_not_supported_is_not_told_that_its_signature_is_wrong() {
    use crate::Alert;
    use crate::certificate::draft::{sequence, tagged};

    let info = |algorithm: rustls_pki_types::AlgorithmIdentifier, key: &[u8]| {
        let key = tagged(der::BIT_STRING, &[&[0], key].concat());
        PeerKey(sequence(&[&sequence(&[algorithm.as_ref()]), &key]).into())
    };
    let number = |bytes: &[u8]| tagged(der::INTEGER, &[&[0], bytes].concat());
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        let key = sequence(&[&number(modulus), &number(exponent)]);
        info(rustls_pki_types::alg_id::RSA_ENCRYPTION, &key)
    };
    let for_pss = |algorithm: &[u8], bits: usize| {
        let key = sequence(&[&number(&vec![0xff; bits / 8]), &number(&[1, 0, 1])]);
        let key = tagged(der::BIT_STRING, &[&[0], &*key].concat());
        PeerKey(sequence(&[&sequence(&[algorithm]), &key]).into())
    };
    let mixed = PssDraft { mask_hash: 2, ..PssDraft::of(1) }.algorithm();
    let own = SignatureScheme::RsaPssPssSha256;
    let curve = rustls_pki_types::alg_id::ECDSA_P256;
    let (pss, ecdsa) = (SignatureScheme::RsaPssRsaeSha256, SignatureScheme::EcdsaSecp256r1Sha256);
    let hash = Digest::new(&[7; 32]).unwrap();
    for (key, scheme) in [
        (rsa(&[0xff; 128], &[1, 0, 1]), pss),
        (rsa(&[0xff; 2048], &[1, 0, 1]), pss),
        (rsa(&[0xff; 256], &[0x80, 0, 0, 0, 1]), pss),
        (info(curve, &[&[2], &[7; 32][..]].concat()), ecdsa),
        (for_pss(&UNRESTRICTED_KEY, 1024), own),
        (for_pss(&mixed, 2048), own),
        (for_pss(&with_parameters(&[0x30, 0]), 2048), own),
        (for_pss(&with_parameters(&[0x05, 0]), 2048), pss),
    ] {
        let refusal = key
            .check_certificate_verify(&crate::crypto::Ring, Signer::Server, &hash, scheme, &[1])
            .unwrap_err();
        let told = matches!(refusal, Error::Certificate(CertificateError::UnsupportedKey { .. }));
        assert!(told, "{refusal}");
        assert_eq!(refusal.alert(), Some(Alert::UnsupportedCertificate));
    }
    let sound = rsa(&[0xff; 256], &[1, 0, 1]);
    assert_eq!(
        sound.check_certificate_verify(&crate::crypto::Ring, Signer::Server, &hash, pss, &[1; 256]),
        Err(Error::BadSignature)
    );
}

#[test]
fn a_scheme_that_the_parameters_of_a_key_do_not_allow_is_illegal() {
    use crate::Alert;

    let hash = Digest::new(&[7; 32]).unwrap();
    let [sha256, sha384] =
        [1, 2].map(|hash| PeerKey(public_key(&PssDraft::of(hash).algorithm()).into()));
    let any = PeerKey(public_key(&UNRESTRICTED_KEY).into());
    for (key, scheme, refused) in [
        (&sha256, SignatureScheme::RsaPssPssSha384, true),
        (&sha384, SignatureScheme::RsaPssPssSha256, true),
        (&sha384, SignatureScheme::RsaPssPssSha384, false),
        (&sha256, SignatureScheme::RsaPssRsaeSha256, true),
        (&any, SignatureScheme::RsaPssRsaeSha256, true),
        (&any, SignatureScheme::RsaPssPssSha512, false),
    ] {
        let check = |signer| {
            key.check_certificate_verify(&crate::crypto::Ring, signer, &hash, scheme, &[1; 256])
        };
        for refusal in [check(Signer::Server), check(Signer::Client)].map(Result::unwrap_err) {
            let (expected, alert) = match refused {
                true => (Error::WrongSignatureScheme(scheme), Alert::IllegalParameter),
                false => (Error::BadSignature, Alert::DecryptError),
            };
            assert_eq!((&refusal, refusal.alert()), (&expected, Some(alert)));
        }
    }
}
