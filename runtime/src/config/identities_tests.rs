use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::certificate::test_certificates::der;
use crate::crypto::{CryptoProvider, Ring};
use crate::message::Message;
use crate::pki_types::UnixTime;
use crate::{Call, CertificateError, ClientConfig, Connection, Outbox, RootCertStore};

/// An identity of these names.
fn identity(names: &[&str]) -> Arc<Identity> {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    let key = Ring.load_key(&der(&key)).unwrap();
    Arc::new(Identity::new(&Ring, vec![certificate.der().clone()], key).unwrap())
}

/// The ClientHello of a client that asks for this name.
fn hello(name: &str) -> Vec<u8> {
    let config = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = Connection::client(Arc::new(config), name).unwrap();
    let mut outbox = Outbox::new();
    client.start(UnixTime::now(), Call::Handshake, &mut outbox).unwrap();
    outbox.bytes()[5..].to_vec()
}

/// What is shown to a client that asks for this name.
fn shown(identities: &Identities, name: &str) -> Option<Arc<Identity>> {
    let hello = hello(name);
    let Ok(Message::ClientHello(hello)) = Message::decode(&hello) else { panic!("a ClientHello") };
    identities.resolve(&ClientOffer::new(hello))
}

fn is_same(shown: Option<&Arc<Identity>>, expected: &Arc<Identity>) -> bool {
    shown.is_some_and(|shown| Arc::ptr_eq(shown, expected))
}

#[test]
fn each_name_gets_its_own_certificate_in_any_case_and_one_label_stands_for_the_star() {
    let (exact, star) = (identity(&["shop.example"]), identity(&["*.example.net"]));
    let both = identity(&["a.example.net"]);
    let identities = Identities::new()
        .with("shop.example", Arc::clone(&exact))
        .and_then(|identities| identities.with("*.example.net", Arc::clone(&star)))
        .and_then(|identities| identities.with("A.example.net", Arc::clone(&both)))
        .unwrap();
    for (name, expected) in [
        ("shop.example", &exact),
        ("SHOP.example", &exact),
        ("b.example.net", &star),
        ("B.EXAMPLE.NET", &star),
        ("a.example.net", &both),
    ] {
        assert!(is_same(shown(&identities, name).as_ref(), expected), "{name}");
    }
    for name in ["other.example", "example.net", "a.b.example.net", "127.0.0.1", "localhost"] {
        assert!(shown(&identities, name).is_none(), "{name}");
    }
}

#[test]
fn who_asks_for_another_name_or_for_none_gets_what_is_there_otherwise() {
    let (own, other) = (identity(&["shop.example"]), identity(&["other.example"]));
    let identities = Identities::new().otherwise(Arc::clone(&other));
    let identities = identities.with_its_names(Arc::clone(&own)).unwrap();
    assert!(is_same(shown(&identities, "shop.example").as_ref(), &own));
    for name in ["nobody.example", "127.0.0.1"] {
        assert!(is_same(shown(&identities, name).as_ref(), &other), "{name}");
    }
}

#[test]
fn of_several_for_one_name_the_first_that_the_client_verifies_is_shown() {
    let good = identity(&["shop.example"]);
    let unknown = SignatureScheme(0xfe01);
    let foreign = Arc::new(Identity::delegated(good.chain().to_vec(), &[unknown]).unwrap());
    let with = |order: [&Arc<Identity>; 2]| {
        order.into_iter().fold(Identities::new(), |identities, identity| {
            identities.with("shop.example", Arc::clone(identity)).unwrap()
        })
    };
    for order in [[&good, &foreign], [&foreign, &good]] {
        assert!(is_same(shown(&with(order), "shop.example").as_ref(), &good));
    }
    let only = Identities::new().with("shop.example", Arc::clone(&foreign)).unwrap();
    assert!(is_same(shown(&only, "shop.example").as_ref(), &foreign), "no scheme in common");
}

#[test]
fn what_is_no_host_name_and_a_certificate_of_another_name_are_found_at_once() {
    let own = identity(&["shop.example", "127.0.0.1"]);
    for name in ["", "*", "*.", "a.*.example", "127.0.0.1", "shop.example:443", "bücher.example"] {
        let error = Identities::new().with(name, Arc::clone(&own)).unwrap_err();
        assert_eq!(error, ConfigurationError::BadHostName, "{name}");
    }
    for (name, called) in [("other.example", "other.example"), ("*.example", "any.example")] {
        let wrong = CertificateError::WrongName { expected: called.into() };
        let error = Identities::new().with(name, Arc::clone(&own)).unwrap_err();
        assert_eq!(error, ConfigurationError::UnusableCertificate(wrong));
    }
    let nameless = Identities::new().with_its_names(identity(&["127.0.0.1"]));
    assert_eq!(nameless.unwrap_err(), ConfigurationError::BadHostName);
}

#[test]
fn an_offer_says_what_stands_in_the_hello() {
    let hello = hello("shop.example");
    let Ok(Message::ClientHello(hello)) = Message::decode(&hello) else { panic!("a ClientHello") };
    let offer = ClientOffer::new(hello);
    assert_eq!(offer.server_name(), Some("shop.example"));
    assert_eq!(offer.application_protocols().count(), 0);
    assert!(offer.groups().any(|group| group == NamedGroup::X25519));
    assert!(offer.cipher_suites().any(|suite| suite == CipherSuite::Aes128GcmSha256));
    assert!(offer.signature_schemes().any(|scheme| scheme == SignatureScheme::Ed25519));
    assert!(format!("{offer:?}").contains("shop.example"));
}
