//! A client in Go encrypts its ClientHello for our server (RFC 9849 section 7).

use std::io::Read;

use hyaline::blocking::Stream;
use hyaline::{AlertDescription, EchConfigList, EchStatus, Error, NamedGroup};
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::sockets::reason;

use crate::ech::{GoClient, PUBLIC, SECRET, hexadecimal, key, server};
use crate::{echo_a_line, end_both};

/// Both names have a certificate.
const BOTH: &[&str] = &[PUBLIC, SECRET];

/// RFC 9849 section 6.1.6: ech_required.
const REQUIRED: Error = Error::PeerAlert(AlertDescription(121));

/// What the server says of the encrypted ClientHello and of the client, and what the client says.
#[track_caller]
fn complete(
    go: &mut GoClient,
    list: Option<&EchConfigList>,
    config: &hyaline::ServerConfig,
) -> (EchStatus, String) {
    let mut stream = go.connect(list, config);
    echo_a_line(&mut stream);
    // Go's client believes no certificate but that of the name that it wants.
    assert_eq!(stream.connection().server_name(), Some(SECRET));
    let status = stream.connection().negotiated().ech();
    end_both(stream);
    (status, go.program.answer())
}

/// The alert by which the client ends the connection: in the handshake, or behind its Finished.
#[track_caller]
fn failure(mut stream: Stream) -> Error {
    let error = stream.read(&mut [0]).unwrap_err();
    let _ = stream.close();
    reason(&error)
}

#[test]
fn a_server_learns_the_name_that_a_client_in_go_encrypts() {
    let (authority, key) = (Authority::new(), key(1));
    let list = key.config_list();
    let config = server(&authority, BOTH).with_ech_keys(vec![key]).unwrap();
    let mut go = GoClient::start(&authority, None, None);
    let (status, told) = complete(&mut go, Some(&list), &config);
    assert_eq!((status, told), (EchStatus::Accepted, format!("name {SECRET}, ech")));
    // Who encrypts nothing is served as well.
    let (status, told) = complete(&mut go, None, &config);
    assert_eq!(status, EchStatus::NotOffered);
    assert!(!told.contains("ech"), "{told}");
    saw(Implementation::Go, As::Client, Feature::EncryptedHello);
}

#[test]
fn a_server_opens_what_is_encrypted_for_any_of_its_keys() {
    let authority = Authority::new();
    // Two have the same number, so that it does not say which key it is.
    let keys = [key(7), key(7), key(8)];
    let lists = [0, 1, 2].map(|index: usize| keys[index].config_list());
    let config = server(&authority, BOTH).with_ech_keys(Vec::from(keys)).unwrap();
    let mut go = GoClient::start(&authority, None, None);
    for list in lists {
        assert_eq!(complete(&mut go, Some(&list), &config).0, EchStatus::Accepted);
    }
}

#[test]
fn a_server_that_wants_another_share_reads_the_second_encrypted_hello_of_go() {
    let (authority, key) = (Authority::new(), key(1));
    let list = key.config_list();
    let config = server(&authority, BOTH).with_ech_keys(vec![key]).unwrap();
    let config = config.with_groups(&[NamedGroup::Secp384r1]).unwrap();
    // The client sends a share for the first of its groups alone.
    let mut go = GoClient::start(&authority, None, Some("X25519,P-384"));
    let (status, told) = complete(&mut go, Some(&list), &config);
    assert_eq!((status, told), (EchStatus::Accepted, format!("name {SECRET}, ech, retried")));
}

#[test]
fn a_server_with_another_key_tells_a_client_in_go_which_one_to_take() {
    for (groups, old) in [(None, 1), (None, 2), (Some("X25519,P-384"), 1)] {
        let (authority, old, key) = (Authority::new(), key(old), key(1));
        let list = key.config_list();
        let mut config = server(&authority, BOTH).with_ech_keys(vec![key]).unwrap();
        if groups.is_some() {
            config = config.with_groups(&[NamedGroup::Secp384r1]).unwrap();
        }
        let mut go = GoClient::start(&authority, None, groups);
        assert_eq!(failure(go.connect(Some(&old.config_list()), &config)), REQUIRED);
        assert_eq!(go.program.answer(), format!("rejected {}", hexadecimal(&list)));
        assert_eq!(complete(&mut go, Some(&list), &config).0, EchStatus::Accepted);
    }
}

#[test]
fn a_server_without_keys_leaves_a_client_in_go_without_configurations() {
    let authority = Authority::new();
    let config = server(&authority, BOTH);
    let mut go = GoClient::start(&authority, None, None);
    assert_eq!(failure(go.connect(Some(&key(1).config_list()), &config)), REQUIRED);
    assert_eq!(go.program.answer(), "rejected ");
}

#[test]
fn a_client_in_go_does_not_believe_a_server_that_is_not_the_public_name() {
    let (authority, key) = (Authority::new(), key(1));
    let config = server(&authority, &[SECRET]).with_ech_keys(vec![key]).unwrap();
    let mut go = GoClient::start(&authority, None, None);
    // bad_certificate
    let refused = Error::PeerAlert(AlertDescription(42));
    assert_eq!(failure(go.connect(Some(&self::key(1).config_list()), &config)), refused);
    let answer = go.program.answer();
    assert!(answer.starts_with("failed: ") && answer.contains(PUBLIC), "{answer}");
}

#[test]
fn a_client_in_go_resumes_its_session_inside_of_the_encrypted_hello() {
    let (authority, key) = (Authority::new(), key(1));
    let list = key.config_list();
    let config = server(&authority, BOTH).with_ech_keys(vec![key]).unwrap();
    let mut go = GoClient::start(&authority, None, None);
    for resumed in [false, true, true] {
        let (status, told) = complete(&mut go, Some(&list), &config);
        assert_eq!(status, EchStatus::Accepted);
        assert_eq!(told.contains(", ech, resumed"), resumed, "{told}");
    }
}

#[test]
fn a_client_in_go_shows_its_certificate_inside_of_the_encrypted_hello() {
    let (authority, key) = (Authority::new(), key(1));
    let list = key.config_list();
    let config = server(&authority, BOTH).with_ech_keys(vec![key]).unwrap();
    let identity = authority.client(KeyKind::P256);
    let mut go = GoClient::start(&authority, Some(&identity), None);
    let mut stream = go.connect(Some(&list), &config);
    echo_a_line(&mut stream);
    assert_eq!(stream.connection().peer_certificates(), identity.chain);
    assert_eq!(stream.connection().negotiated().ech(), EchStatus::Accepted);
    end_both(stream);
    assert!(go.program.answer().contains(", ech"));
}
