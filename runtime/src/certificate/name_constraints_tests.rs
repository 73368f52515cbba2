use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName};

use super::*;
use crate::RootCertStore;
use crate::certificate::draft::{
    Draft, extension, integer, name, name_constraints, names, sequence, tagged,
};
use crate::certificate::test_certificates::noon;
use crate::crypto::Ring;
use crate::trust::{Roots, Trust as _};

/// Names and bases in the form of their tags.
const RFC822: u8 = 0x81;
const DNS: u8 = 0x82;
const DIRECTORY: u8 = 0xa4;
const URI: u8 = 0x86;
const IP: u8 = 0x87;
const OTHER: u8 = 0xa0;

type Names<'a> = &'a [(u8, &'a [u8])];

const REFUSED: Result<(), CertificateError> = Err(CertificateError::NameNotPermitted);

/// Is a server of this subject and of these names accepted below an authority with these
/// constraints?
fn judge(constraints: &[u8], subject: &[u8], others: Names<'_>) -> Result<(), CertificateError> {
    let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
    let anchor = Draft::of_authority("root", "root", &root).sign(&root);
    let authority = Draft::of_authority("middle", "root", &middle).with(extension(30, constraints));
    let mut all = vec![(DNS, &b"localhost"[..])];
    all.extend(others);
    let server = Draft {
        subject: subject.to_vec(),
        extensions: vec![names(&all)],
        ..Draft::of_server("middle", &own)
    };
    judge_chain(anchor, &[server.sign(&middle), authority.sign(&root)])
}

fn judge_chain(
    anchor: CertificateDer<'_>,
    chain: &[CertificateDer<'_>],
) -> Result<(), CertificateError> {
    let mut roots = RootCertStore::empty();
    roots.add(anchor).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    Roots::new(roots.into(), &Ring).check_server(chain, &name, noon(2026, 7, 1)).map(|_| ())
}

fn permitted(form: u8, base: &[u8], others: Names<'_>) -> Result<(), CertificateError> {
    judge(&name_constraints(&[(form, base)], &[]), &name(&["x"]), others)
}

fn excluded(form: u8, base: &[u8], others: Names<'_>) -> Result<(), CertificateError> {
    judge(&name_constraints(&[], &[(form, base)]), &name(&["x"]), others)
}

#[test]
fn directory_names_lie_below_a_permitted_one_and_not_below_an_excluded_one() {
    let base = name(&["bar"]);
    let permits = name_constraints(&[(DIRECTORY, &base)], &[]);
    let excludes = name_constraints(&[], &[(DIRECTORY, &base)]);
    let (inside, outside) = (name(&["BAR", "x"]), name(&["other", "x"]));
    assert_eq!(judge(&permits, &inside, &[]), Ok(()));
    assert_eq!(judge(&permits, &outside, &[]), REFUSED);
    assert_eq!(judge(&excludes, &inside, &[]), REFUSED);
    assert_eq!(judge(&excludes, &outside, &[]), Ok(()));
    // An empty subject is no name that could be refused.
    assert_eq!(judge(&permits, &name(&[]), &[]), Ok(()));
    // Directory names among the alternative names count as well.
    assert_eq!(judge(&permits, &inside, &[(DIRECTORY, &outside)]), REFUSED);
    assert_eq!(judge(&permits, &inside, &[(DIRECTORY, &inside)]), Ok(()));
    assert_eq!(judge(&excludes, &outside, &[(DIRECTORY, &inside)]), REFUSED);
}

#[test]
fn dns_names_end_with_the_labels_of_the_base() {
    let judge = |base: &[u8], other: &[u8]| {
        let both = [(DNS, &b"localhost"[..]), (DNS, base)];
        let permits = name_constraints(&both, &[]);
        let in_permitted = judge(&permits, &name(&["x"]), &[(DNS, other)]);
        (in_permitted, excluded(DNS, base, &[(DNS, other)]))
    };
    let inside = (Ok(()), REFUSED);
    let outside = (REFUSED, Ok(()));
    assert_eq!(judge(b"example.com", b"example.com"), inside);
    assert_eq!(judge(b"example.com", b"a.b.EXAMPLE.com"), inside);
    assert_eq!(judge(b"example.com", b"*.example.com"), inside);
    assert_eq!(judge(b"example.com", b"anexample.com"), outside);
    assert_eq!(judge(b"example.com", b"example.com.evil"), outside);
    assert_eq!(judge(b".example.com", b"a.example.com"), inside);
    assert_eq!(judge(b".example.com", b"example.com"), outside);
    // A name that is no well-formed DNS name is compared by its bytes, too.
    assert_eq!(judge(b"example.com", b"{x}.example.com"), inside);
    assert_eq!(judge(b"example.com", b"foo bar"), outside);
    // A wildcard must be permitted with all that it stands for, and is excluded with any.
    assert_eq!(judge(b"a.example.com", b"*.example.com"), (REFUSED, REFUSED));
    assert_eq!(judge(b"b.a.example.com", b"*.example.com"), outside);
    // An empty base covers all names.
    assert_eq!(permitted(DNS, b"", &[]), Ok(()));
    assert_eq!(excluded(DNS, b"", &[]), REFUSED);
}

#[test]
fn addresses_lie_within_the_network_of_their_kind() {
    let network = [10, 1, 0, 0, 255, 255, 0, 0];
    assert_eq!(permitted(IP, &network, &[(IP, &[10, 1, 2, 3])]), Ok(()));
    assert_eq!(permitted(IP, &network, &[(IP, &[10, 2, 2, 3])]), REFUSED);
    assert_eq!(excluded(IP, &network, &[(IP, &[10, 1, 2, 3])]), REFUSED);
    assert_eq!(excluded(IP, &network, &[(IP, &[10, 2, 2, 3])]), Ok(()));
    let one = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!(permitted(IP, &network, &[(IP, &one)]), REFUSED);
    let long = [one, [255; 16]].concat();
    assert_eq!(permitted(IP, &long, &[(IP, &one)]), Ok(()));
    // A mask with gaps, or of a length that none has.
    for base in [&[10, 1, 0, 0, 255, 0, 255, 0][..], &[10, 1, 0, 0, 254, 255, 0, 0], &[10, 1]] {
        assert_eq!(
            permitted(IP, base, &[(IP, &[10, 1, 2, 3])]),
            Err(CertificateError::BadEncoding)
        );
    }
}

#[test]
fn addresses_of_electronic_mail_lie_in_a_mailbox_at_a_host_or_below_a_domain() {
    let judge = |base: &[u8], address: &[u8]| {
        let others = [(RFC822, address)];
        (permitted(RFC822, base, &others), excluded(RFC822, base, &others))
    };
    let (inside, outside) = ((Ok(()), REFUSED), (REFUSED, Ok(())));
    assert_eq!(judge(b"a@example.com", b"a@EXAMPLE.com"), inside);
    assert_eq!(judge(b"a@example.com", b"A@example.com"), outside);
    assert_eq!(judge(b"example.com", b"b@example.com"), inside);
    assert_eq!(judge(b"example.com", b"b@a.example.com"), outside);
    assert_eq!(judge(b".example.com", b"b@a.example.com"), inside);
    assert_eq!(judge(b".example.com", b"b@example.com"), outside);
    // An address in the subject counts as well.
    let attribute = sequence(&[
        &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        &tagged(0x16, b"b@other.example"),
    ]);
    let subject = sequence(&[&tagged(0x31, &attribute)]);
    let permits = name_constraints(&[(RFC822, b"example.com")], &[]);
    assert_eq!(super::tests::judge(&permits, &subject, &[]), REFUSED);
}

#[test]
fn uris_lie_where_their_host_does() {
    let judge = |base: &[u8], uri: &[u8]| {
        (permitted(URI, base, &[(URI, uri)]), excluded(URI, base, &[(URI, uri)]))
    };
    let (inside, outside) = ((Ok(()), REFUSED), (REFUSED, Ok(())));
    assert_eq!(judge(b"example.com", b"https://u@EXAMPLE.com:80/path?x@y"), inside);
    assert_eq!(judge(b"example.com", b"https://a.example.com/"), outside);
    assert_eq!(judge(b".example.com", b"spiffe://a.b.example.com/x"), inside);
    assert_eq!(judge(b".example.com", b"https://example.com"), outside);
    assert_eq!(judge(b"example.com", b"https://other/?https://example.com"), outside);
    // Without a host that is a name, it is refused by either.
    for uri in [&b"urn:example"[..], b"https:///x", b"https://10.0.0.1/", b"https://[::1]/", b"x"] {
        assert_eq!(judge(b"example.com", uri), (REFUSED, REFUSED), "{uri:?}");
    }
}

#[test]
fn a_form_that_is_not_constrained_is_free() {
    let network = [10, 1, 0, 0, 255, 255, 0, 0];
    let others: Names<'_> = &[(RFC822, b"a@b.c"), (URI, b"urn:x"), (OTHER, &[6, 0]), (0x88, &[42])];
    assert_eq!(permitted(IP, &network, others), Ok(()));
    assert_eq!(excluded(IP, &network, others), Ok(()));
}

#[test]
fn constraints_on_a_form_that_is_not_processed_are_refused_where_it_occurs() {
    let refused = Err(CertificateError::UnsupportedNameConstraint);
    let base = [0x06, 1, 42];
    assert_eq!(permitted(OTHER, &base, &[(OTHER, &base)]), refused);
    assert_eq!(excluded(OTHER, &base, &[(OTHER, &base)]), refused);
    assert_eq!(permitted(OTHER, &base, &[]), Ok(()));
}

#[test]
fn a_base_that_is_no_name_is_refused_where_its_form_occurs() {
    let refused = Err(CertificateError::UnsupportedNameConstraint);
    for base in [&b"*.example.com"[..], b"example.com.", b"a b", b"..a", b".", b"\xff"] {
        assert_eq!(permitted(DNS, base, &[]), refused, "{base:?}");
        assert_eq!(excluded(DNS, base, &[]), refused, "{base:?}");
        assert_eq!(excluded(RFC822, base, &[(RFC822, b"a@b.c")]), refused, "{base:?}");
        assert_eq!(excluded(URI, base, &[(URI, b"https://b.c/")]), refused, "{base:?}");
        assert_eq!(excluded(URI, base, &[]), Ok(()), "{base:?}");
    }
}

#[test]
fn a_minimum_or_a_maximum_is_refused() {
    let subtree = |more: &[u8]| {
        let subtree = sequence(&[&tagged(DNS, b"localhost"), more]);
        sequence(&[&tagged(0xa0, &subtree)])
    };
    let verdict = |more: &[u8]| judge(&subtree(more), &name(&["x"]), &[]);
    assert_eq!(verdict(&[]), Ok(()));
    assert_eq!(verdict(&[0x80, 1, 0]), Ok(()));
    assert_eq!(verdict(&[0x80, 1, 1]), Err(CertificateError::UnsupportedNameConstraint));
    assert_eq!(verdict(&[0x81, 1, 5]), Err(CertificateError::UnsupportedNameConstraint));
    assert_eq!(verdict(&integer(1)), Err(CertificateError::BadEncoding));
}

#[test]
fn constraints_hold_for_all_that_follows_but_what_its_subject_issued_itself() {
    let [root, middle, renewed, own] = [(); 4].map(|()| KeyPair::generate().unwrap());
    let constraints = name_constraints(&[(DIRECTORY, &name(&["server"]))], &[]);
    let anchor = Draft::of_authority("root", "root", &root);
    let server = |key: &KeyPair| {
        let server = Draft { subject: name(&["server"]), ..Draft::of_server("middle", &own) };
        server.sign(key)
    };
    let authority = Draft::of_authority("middle", "root", &middle);
    let constrained = authority.clone().with(extension(30, &constraints)).sign(&root);
    // `middle` has issued a certificate for its own new key: its name is not permitted.
    let rollover = Draft::of_authority("middle", "middle", &renewed);
    let chain = [server(&renewed), rollover.sign(&middle), constrained];
    assert_eq!(judge_chain(anchor.clone().sign(&root), &chain), Ok(()));

    // Constraints of a root, on an authority below it.
    let anchor = anchor.with(extension(30, &constraints)).sign(&root);
    let chain = [server(&middle), authority.sign(&root)];
    assert_eq!(judge_chain(anchor, &chain), REFUSED);
}

#[test]
fn comparisons_are_counted() {
    // 1,001 names with 250 subtrees are more than 250,000 comparisons.
    let bases: Vec<Vec<u8>> = (0..250).map(|number| format!("{number}.a").into_bytes()).collect();
    let bases: Vec<_> = bases.iter().map(|base| (DNS, base.as_slice())).collect();
    let constraints = name_constraints(&[], &bases);
    let subject = name(&[]);
    let others = vec![(DNS, &b"b"[..]); 1000];
    assert_eq!(judge(&constraints, &subject, &others[1..]), Ok(()));
    assert_eq!(judge(&constraints, &subject, &others), Err(CertificateError::PathTooComplex));
}
