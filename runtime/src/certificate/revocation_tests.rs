use std::sync::Arc;

use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName};

use super::*;
use crate::RootCertStore;
use crate::certificate::draft::{Draft, ListDraft, extension, key_usage, sequence, tagged};
use crate::certificate::test_certificates::noon;
use crate::crypto::Ring;
use crate::trust::{Roots, Trust};

/// A server's certificate below an authority, below a root.
struct Stage {
    root: KeyPair,
    middle: KeyPair,
    chain: [CertificateDer<'static>; 2],
}

/// The serial number of the server's certificate.
const OWN: &[u8] = &[7];

/// The serial number of the authority's.
const MIDDLE: &[u8] = &[9];

impl Stage {
    fn new() -> Self {
        Self::with_usage(&[])
    }

    /// The authority's certificate has this extension too.
    fn with_usage(usage: &[Vec<u8>]) -> Self {
        let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let numbered = |number: &[u8], draft| Draft { serial_number: number.to_vec(), ..draft };
        let server = numbered(OWN, Draft::of_server("middle", &own));
        let mut authority = numbered(MIDDLE, Draft::of_authority("middle", "root", &middle));
        authority.extensions.extend_from_slice(usage);
        let chain = [server.sign(&middle), authority.sign(&root)];
        Self { root, middle, chain }
    }

    fn trust(&self, lists: RevocationLists) -> Arc<dyn Trust> {
        let root = Draft::of_authority("root", "root", &self.root).sign(&self.root);
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        Roots::new(roots.into(), &Ring).with_revocation_lists(Arc::new(lists))
    }

    /// Judges the server in the middle of July 2026.
    fn judge(&self, lists: RevocationLists) -> Result<(), CertificateError> {
        self.judge_at(lists, noon(2026, 7, 15))
    }

    fn judge_at(&self, lists: RevocationLists, now: UnixTime) -> Result<(), CertificateError> {
        let name = ServerName::try_from("localhost").unwrap();
        let as_server = self.trust(lists.clone()).check_server(&self.chain, &name, now);
        let as_client = self.trust(lists).check_client(&self.chain, now);
        let verdicts = [as_server, as_client].map(|verdict| verdict.map(|_| ()));
        assert_eq!(verdicts[0], verdicts[1], "both sides judge alike");
        verdicts.into_iter().next().unwrap()
    }
}

fn lists<'a>(drafts: impl IntoIterator<Item = (ListDraft, &'a KeyPair)>) -> RevocationLists {
    let mut lists = RevocationLists::new();
    for (draft, key) in drafts {
        lists.add(&draft.sign(key)).unwrap();
    }
    lists
}

#[test]
fn each_certificate_of_a_path_is_to_be_covered_and_on_no_list() {
    let stage = Stage::new();
    let (root, middle) = (&stage.root, &stage.middle);
    let of_root = |numbers: &[&[u8]]| (ListDraft::of("root", numbers), root);
    let of_middle = |numbers: &[&[u8]]| (ListDraft::of("middle", numbers), middle);
    let judge = |drafts: Vec<_>| stage.judge(lists(drafts));

    assert_eq!(judge(vec![of_root(&[]), of_middle(&[])]), Ok(()));
    assert_eq!(judge(vec![of_root(&[]), of_middle(&[OWN])]), Err(CertificateError::Revoked));
    assert_eq!(judge(vec![of_root(&[MIDDLE]), of_middle(&[])]), Err(CertificateError::Revoked));
    // A list is about certificates of its own issuer only, whatever serial numbers those of others
    // have.
    assert_eq!(judge(vec![of_root(&[OWN]), of_middle(&[MIDDLE])]), Ok(()));
    for lacking in [vec![], vec![of_root(&[])], vec![of_middle(&[])]] {
        assert_eq!(judge(lacking), Err(CertificateError::RevocationUnknown));
    }
}

#[test]
fn less_is_asked_where_the_program_says_so() {
    let stage = Stage::new();
    let (root, middle) = (&stage.root, &stage.middle);
    let of_middle = |numbers: &[&[u8]]| (ListDraft::of("middle", numbers), middle);
    let revoked = lists([(ListDraft::of("root", &[MIDDLE]), root), of_middle(&[])]);
    assert_eq!(stage.judge(revoked.only_check_end_entity_revocation()), Ok(()));
    let own_only = lists([of_middle(&[])]).only_check_end_entity_revocation();
    assert_eq!(stage.judge(own_only), Ok(()));

    let none = RevocationLists::new().allow_unknown_revocation_status();
    assert_eq!(stage.judge(none), Ok(()));
    let own = lists([of_middle(&[OWN])]).allow_unknown_revocation_status();
    assert_eq!(stage.judge(own), Err(CertificateError::Revoked));
}

#[test]
fn a_list_is_good_until_its_next_update_and_revokes_for_ever() {
    let stage = Stage::new();
    let list = |numbers: &[&[u8]]| {
        lists([(ListDraft::of("middle", numbers), &stage.middle)])
            .only_check_end_entity_revocation()
    };
    let (before, after) = (noon(2026, 6, 30), noon(2026, 8, 1));
    let overdue = stage.judge_at(list(&[]), after).unwrap_err();
    assert!(
        matches!(overdue, CertificateError::RevocationListExpired { time, .. } if time == after)
    );
    let unknown = list(&[]).allow_unknown_revocation_status();
    assert_eq!(stage.judge_at(unknown, after), Err(overdue));
    assert_eq!(stage.judge_at(list(&[]).allow_expired_lists(), after), Ok(()));
    assert_eq!(stage.judge_at(list(&[]), before), Err(CertificateError::RevocationUnknown));
    for at in [before, after] {
        assert_eq!(stage.judge_at(list(&[OWN]), at), Err(CertificateError::Revoked));
    }
}

#[test]
fn of_several_lists_the_newest_counts() {
    let stage = Stage::new();
    let list = |month, numbers: &[&[u8]]| {
        (ListDraft::of("middle", numbers).of_month(month), &stage.middle)
    };
    let judge = |drafts: [_; 2]| stage.judge(lists(drafts).only_check_end_entity_revocation());
    assert_eq!(judge([list(6, &[OWN]), list(7, &[])]), Ok(()));
    assert_eq!(judge([list(7, &[]), list(6, &[OWN])]), Ok(()));
    assert_eq!(judge([list(7, &[OWN]), list(6, &[])]), Err(CertificateError::Revoked));
    // A list from the future counts where it revokes.
    assert_eq!(judge([list(8, &[OWN]), list(7, &[])]), Err(CertificateError::Revoked));
    assert_eq!(judge([list(8, &[]), list(7, &[])]), Ok(()));
}

#[test]
fn a_list_is_signed_with_the_key_that_signed_the_certificate() {
    let stage = Stage::new();
    let stranger = KeyPair::generate().unwrap();
    let forged = lists([(ListDraft::of("middle", &[OWN]), &stranger)]);
    let forged = forged.only_check_end_entity_revocation();
    assert_eq!(stage.judge(forged), Err(CertificateError::RevocationUnknown));
    // An issuer of two keys has a list for each.
    let both = [&stranger, &stage.middle].map(|key| (ListDraft::of("middle", &[]), key));
    assert_eq!(stage.judge(lists(both).only_check_end_entity_revocation()), Ok(()));
}

#[test]
fn an_issuer_of_a_list_may_sign_lists() {
    let judge = |usage| {
        let stage = Stage::with_usage(&[key_usage(usage)]);
        let list = lists([(ListDraft::of("middle", &[]), &stage.middle)]);
        stage.judge(list.only_check_end_entity_revocation())
    };
    assert_eq!(judge(0x06), Ok(()));
    assert_eq!(judge(0x04), Err(CertificateError::IssuerMayNotSignLists));
}

#[test]
fn a_list_of_one_kind_covers_that_kind() {
    let stage = Stage::new();
    let only = |tag| extension(28, &sequence(&[&tagged(tag, &[0xff])]));
    let judge = |tag| {
        let list = lists([(ListDraft::of("middle", &[]).with(only(tag)), &stage.middle)]);
        stage.judge(list.only_check_end_entity_revocation())
    };
    assert_eq!(judge(0x81), Ok(()));
    assert_eq!(judge(0x82), Err(CertificateError::RevocationUnknown));
}

#[test]
fn a_list_that_is_refused_changes_nothing() {
    let stage = Stage::new();
    let mut lists = lists([(ListDraft::of("middle", &[]), &stage.middle)]);
    let refused = lists.add(&b"not a list"[..].into()).unwrap_err();
    assert!(matches!(refused, Error::Configuration(ConfigurationError::BadRevocationList { .. })));
    assert_eq!(lists.len(), 1);
    assert_eq!(stage.judge(lists.only_check_end_entity_revocation()), Ok(()));
}

#[test]
fn trust_by_other_lists_is_another_trust() {
    let stage = Stage::new();
    let list = |numbers: &[&[u8]]| lists([(ListDraft::of("middle", numbers), &stage.middle)]);
    let all = [
        list(&[]),
        list(&[OWN]),
        list(&[]).only_check_end_entity_revocation(),
        list(&[]).allow_unknown_revocation_status(),
        list(&[]).allow_expired_lists(),
    ];
    let all: std::collections::BTreeSet<_> =
        all.map(|lists| stage.trust(lists).fingerprint().unwrap()).into();
    assert_eq!(all.len(), 5);
}
