//! Certificates with any byte changed, and signed again: nothing panics, and webpki is a second
//! opinion.

use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName};
use webpki::{EndEntityCert, Error as Reason, KeyUsage, anchor_from_trusted_cert};

use super::draft::{
    Draft, any_extension, authority, extension, identifier, key_usage, name, name_constraints,
    names, sequence, tagged,
};
use super::test_certificates::noon;
use crate::crypto::{CryptoProvider as _, Ring};
use crate::trust::{Roots, Trust as _};
use crate::{CertificateError, RootCertStore};

struct Stage {
    anchor: CertificateDer<'static>,
    root: KeyPair,
    middle: KeyPair,
    own: KeyPair,
}

impl Stage {
    fn new() -> Self {
        let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let anchor = Draft::of_authority("root", "root", &root).sign(&root);
        Self { anchor, root, middle, own }
    }

    fn server(&self) -> Draft {
        let purposes = sequence(&[&identifier(&[0x2b, 6, 1, 5, 5, 7, 3, 1])]);
        let extensions = vec![
            names(&[(0x82, b"localhost"), (0x87, &[10, 0, 0, 1]), (0x81, b"a@b.c")]),
            key_usage(0x80),
            extension(37, &purposes),
            any_extension(&[0x2a, 3, 4], false, &[5, 0]),
        ];
        Draft { extensions, ..Draft::of_server("middle", &self.own) }
    }

    fn authority(&self) -> Draft {
        let dns: &[(u8, &[u8])] = &[(0x82, b"localhost"), (0x82, b"example.com")];
        let extensions = vec![
            authority(Some(1)),
            key_usage(0x06),
            extension(30, &name_constraints(dns, &[(0x87, &[11, 0, 0, 0, 255, 0, 0, 0])])),
        ];
        Draft { extensions, ..Draft::of_authority("middle", "root", &self.middle) }
    }

    fn ours(&self, chain: &[CertificateDer<'_>]) -> Result<(), CertificateError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.anchor.clone()).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Roots::new(roots.into(), &Ring).check_server(chain, &name, noon(2026, 7, 1)).map(|_| ())
    }

    fn of_webpki(&self, chain: &[CertificateDer<'_>]) -> Result<(), Reason> {
        let anchors = [anchor_from_trusted_cert(&self.anchor).unwrap()];
        let (own, others) = chain.split_first().unwrap();
        let own = EndEntityCert::try_from(own)?;
        own.verify_for_usage(
            Ring.path_algorithms(),
            &anchors,
            others,
            noon(2026, 7, 1),
            KeyUsage::server_auth(),
            None,
            None,
        )?;
        own.verify_is_valid_for_subject_name(&ServerName::try_from("localhost").unwrap())
    }

    /// Compares the two opinions, which differ where this library means them to.
    #[track_caller]
    fn compare(&self, chain: &[CertificateDer<'_>], what: &str) {
        match (self.ours(chain), self.of_webpki(chain)) {
            (Ok(()), Ok(())) | (Err(_), Err(_)) => {}
            // webpki does not check these rules, or reads no further than it needs to.
            (Err(ours), Ok(())) => assert!(
                matches!(
                    ours,
                    CertificateError::KeyMayNotSign
                        | CertificateError::IssuerMayNotSign
                        | CertificateError::DuplicateExtension { .. }
                        | CertificateError::NoPolicy
                        | CertificateError::NameNotPermitted
                        | CertificateError::BadEncoding
                ),
                "{what}: {ours:?}"
            ),
            // What webpki refuses or does not know: names in another case, policies, lengths of
            // paths above 255, anyExtendedKeyUsage, forms of names.
            (Ok(()), Err(theirs)) => assert!(
                matches!(
                    theirs,
                    Reason::UnknownIssuer
                        | Reason::UnsupportedCriticalExtension
                        | Reason::BadDer
                        | Reason::BadDerTime
                        | Reason::RequiredEkuNotFoundContext(_)
                        | Reason::NameConstraintViolation
                        | Reason::TrailingData(_)
                ),
                "{what}: {theirs:?}"
            ),
        }
    }
}

/// What is signed of a certificate, and the certificate around other bytes that are signed.
fn signed(draft: &Draft, key: &KeyPair) -> Vec<u8> {
    let certificate = draft.sign(key);
    super::x509::Certificate::from_der(&certificate).unwrap().signed.message.to_vec()
}

/// Every byte in turn becomes its neighbours and a few others.
fn changes(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..bytes.len()).flat_map(move |at| {
        [1, 2, 0x20, 0x80, 0xff].map(|bits| {
            let mut changed = bytes.to_vec();
            changed[at] ^= bits;
            (at, changed)
        })
    })
}

#[test]
fn a_changed_certificate_of_a_server_is_judged_as_webpki_judges_it() {
    let stage = Stage::new();
    let authority = stage.authority().sign(&stage.root);
    assert_eq!(stage.ours(&[stage.server().sign(&stage.middle), authority.clone()]), Ok(()));
    for (at, changed) in changes(&signed(&stage.server(), &stage.middle)) {
        let server = Draft::sign_bytes(&changed, &stage.middle);
        stage.compare(&[server, authority.clone()], &format!("byte {at}"));
    }
}

#[test]
fn a_changed_certificate_of_an_authority_is_judged_as_webpki_judges_it() {
    let stage = Stage::new();
    let server = stage.server().sign(&stage.middle);
    for (at, changed) in changes(&signed(&stage.authority(), &stage.root)) {
        let authority = Draft::sign_bytes(&changed, &stage.root);
        stage.compare(&[server.clone(), authority], &format!("byte {at}"));
    }
}

#[test]
fn a_certificate_that_is_cut_off_anywhere_is_refused() {
    let stage = Stage::new();
    let server = stage.server().sign(&stage.middle);
    for length in 0..server.len() {
        let cut = CertificateDer::from(&server[..length]);
        assert_eq!(stage.ours(&[cut]), Err(CertificateError::BadEncoding), "{length}");
    }
}

#[test]
fn all_that_no_webpki_judges_may_be_changed_anywhere() {
    let stage = Stage::new();
    let policies = sequence(&[&sequence(&[&identifier(&[0x2a, 1])])]);
    let mappings = sequence(&[&sequence(&[&identifier(&[0x2a, 1]), &identifier(&[0x2a, 2])])]);
    let base = name(&["a server"]);
    let forms: &[(u8, &[u8])] =
        &[(0x81, b".b.c"), (0x86, b".d.e"), (0xa4, &base), (0x82, b""), (0x87, &[0; 8])];
    let authority = Draft::of_authority("middle", "root", &stage.middle)
        .with(extension(30, &name_constraints(forms, &[])))
        .with(extension(32, &policies))
        .with(extension(33, &mappings))
        .with(extension(36, &sequence(&[&tagged(0x80, &[0]), &tagged(0x81, &[1])])))
        .with(extension(54, &[2, 1, 0]));
    let policies = sequence(&[&sequence(&[&identifier(&[0x2a, 2])])]);
    let all: &[(u8, &[u8])] =
        &[(0x82, b"localhost"), (0x81, b"a@a.b.c"), (0x86, b"https://x.d.e/"), (0xa4, &base)];
    let server = Draft { extensions: vec![names(all)], ..Draft::of_server("middle", &stage.own) }
        .with(extension(32, &policies))
        .sign(&stage.middle);
    assert_eq!(stage.ours(&[server.clone(), authority.sign(&stage.root)]), Ok(()));
    let mut refused = 0;
    for (_, changed) in changes(&signed(&authority, &stage.root)) {
        let authority = Draft::sign_bytes(&changed, &stage.root);
        refused += usize::from(stage.ours(&[server.clone(), authority]).is_err());
    }
    assert!(refused > 1000, "{refused}");
}
