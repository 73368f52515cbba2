//! What is refused of a peer that shows a raw public key (RFC 7250; RFC 9846 section 4.5.1).

use super::raw_public_keys::{meet, public, trusting};
use super::*;
use crate::message::{AgreedTypes, EncryptedExtensions};
use crate::{CertificateError, CertificateType, ExtensionType, Staples};

/// EncryptedExtensions that say of what type the server's certificate is.
fn saying(server: CertificateType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let types = AgreedTypes { client: None, server: Some(server) };
    EncryptedExtensions { certificate_types: types, ..Default::default() }.encode(None, &mut bytes);
    bytes
}

/// A client that waits for EncryptedExtensions.
fn waiting(config: ClientConfig) -> Victim {
    let mut client = Victim::client(config);
    client.transmit();
    client.receive(&plain(ContentType::Handshake, &server_hello(&client)));
    client.assert_well();
    client
}

/// A client that waits for the server's raw public key.
fn client(config: ClientConfig) -> Victim {
    let mut client = waiting(config);
    client.receive_message(&saying(CertificateType::RawPublicKey));
    client.assert_well();
    client
}

/// A server that waits for the client's raw public key.
fn server(world: &World) -> Victim {
    let builder =
        ServerConfig::builder().with_raw_public_keys_required(trusting(&[&world.client_key]));
    let mut server = Victim::server(world.with_raw_key(builder.unwrap()));
    let raw: &[CertificateType] = &[CertificateType::RawPublicKey];
    let offer = Offer { certificate_types: BothSides { client: raw, server: raw }, ..offer() };
    let hello = crate::negotiate::client::client_hello(&offer);
    server.receive(&plain(ContentType::Handshake, &hello));
    server.assert_well();
    server.transmit();
    server
}

/// A Certificate message with these entries.
fn entries(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Certificate::encode(entries.iter().copied(), &mut bytes);
    bytes
}

fn refused(error: CertificateError, alert: Alert) -> Error {
    let error = Error::Certificate(error);
    assert_eq!(error.alert(), Some(alert));
    error
}

#[test]
fn a_key_that_nobody_has_named_is_refused() {
    let (world, other) = (World::new(), World::new());
    let unknown = refused(CertificateError::UnknownPublicKey, Alert::CertificateUnknown);
    let told = Error::PeerAlert(AlertDescription::from(Alert::CertificateUnknown));
    let [client, server] = meet(other.raw_client(), world.raw_server());
    assert_eq!([client, server], [Some(unknown.clone()), Some(told.clone())]);

    let both = world.raw_on_both_sides();
    let stranger = ClientConfig::builder()
        .with_raw_public_keys(trusting(&[&world.server_key]))
        .with_raw_public_key(der(&other.client_key))
        .unwrap();
    let [client, server] = meet(stranger, both.server);
    assert_eq!([client, server], [Some(told), Some(unknown)]);
}

#[test]
fn a_certificate_is_refused_where_a_raw_public_key_alone_is_taken() {
    let world = World::new();
    let keys = trusting(&[&world.client_key]);
    let asking = ServerConfig::builder().with_raw_public_keys_requested(keys).unwrap();
    let with_certificate = ClientConfig::builder()
        .with_raw_public_keys(trusting(&[&world.server_key]))
        .with_client_auth_cert(world.client_chain(), der(&world.client_key))
        .unwrap();
    let certificate_type = CertificateType::X509;
    let unsupported = CertificateError::UnsupportedType { certificate_type };
    let unsupported = refused(unsupported, Alert::UnsupportedCertificate);
    let told = Error::PeerAlert(AlertDescription::from(Alert::UnsupportedCertificate));
    let [client, server] = meet(with_certificate, world.with_raw_key(asking));
    assert_eq!([client, server], [Some(told), Some(unsupported)]);
}

#[test]
fn a_key_is_compared_whole() {
    let world = World::new();
    let key = public(&world.server_key);
    // The same point, under an AlgorithmIdentifier that is encoded otherwise; or one bit changed.
    let mut changed = key.to_vec();
    *changed.last_mut().unwrap() ^= 1;
    let longer = crate::certificate::public_key::public_key_info(
        &rustls_pki_types::alg_id::ECDSA_P384,
        &key[key.len() - 65..],
    );
    let unknown = Error::Certificate(CertificateError::UnknownPublicKey);
    for key in [&changed[..], &longer] {
        client(world.raw_client()).assert_refuses_message(&entries(&[Entry::bare(key)]), &unknown);
    }
    client(world.raw_client()).receive_message(&entries(&[Entry::bare(&key)]));
}

#[test]
fn what_is_no_key_is_a_bad_certificate() {
    let world = World::new();
    let bad = refused(CertificateError::BadPublicKey, Alert::BadCertificate);
    let (of_server, of_client) = (public(&world.server_key), public(&world.client_key));
    let certificate = &world.server_chain()[0];
    let longer = |key: &[u8]| [key, &[0]].concat();
    for key in [&b"no key"[..], &[0x30, 0], &longer(&of_server), certificate] {
        client(world.raw_client()).assert_refuses_message(&entries(&[Entry::bare(key)]), &bad);
    }
    for key in [&b"no key"[..], &longer(&of_client), certificate] {
        server(&world).assert_refuses_message(&entries(&[Entry::bare(key)]), &bad);
    }
}

#[test]
fn there_is_one_key_and_no_second() {
    let world = World::new();
    let (message, field) = (HandshakeType::Certificate, "certificate_list");
    let illegal = Error::IllegalValue { message, field };
    assert_eq!(illegal.alert(), Some(Alert::IllegalParameter));
    let (of_server, of_client) = (public(&world.server_key), public(&world.client_key));
    let two = entries(&[Entry::bare(&of_server), Entry::bare(&of_server)]);
    client(world.raw_client()).assert_refuses_message(&two, &illegal);
    let two = entries(&[Entry::bare(&of_client), Entry::bare(&of_client)]);
    server(&world).assert_refuses_message(&two, &illegal);
}

#[test]
fn a_key_that_is_asked_for_comes() {
    let world = World::new();
    let missing = refused(CertificateError::NoServerCertificate, Alert::DecodeError);
    client(world.raw_client()).assert_refuses_message(&entries(&[]), &missing);
    let missing = refused(CertificateError::NoClientCertificate, Alert::CertificateRequired);
    server(&world).assert_refuses_message(&entries(&[]), &missing);
    // An entry with nothing in it has no place in the syntax.
    let (message, field) = (HandshakeType::Certificate, "cert_data");
    let empty = super::message(message, &[0, 0, 0, 5, 0, 0, 0, 0, 0]);
    let malformed = Error::Malformed { message, field };
    client(world.raw_client()).assert_refuses_message(&empty, &malformed);
    server(&world).assert_refuses_message(&empty, &malformed);
}

#[test]
fn nothing_is_attached_to_a_key_that_was_not_asked_for() {
    let world = World::new();
    let (of_server, of_client) = (public(&world.server_key), public(&world.client_key));
    let (message, extension) = (HandshakeType::Certificate, ExtensionType::StatusRequest);
    let unsolicited = Error::UnsolicitedExtension { message, extension };
    let stapled = |key| entries(&[Entry { staple: Some(b"response"), ..Entry::bare(key) }]);
    client(world.raw_client()).assert_refuses_message(&stapled(&of_server), &unsolicited);
    server(&world).assert_refuses_message(&stapled(&of_client), &unsolicited);
    // The extensions that have brought the key here do not stand in this message.
    let extension = ExtensionType::ServerCertificateType;
    let [.., high, low] = of_server.len().to_be_bytes();
    let list = [&[0, high, low][..], &of_server, &[0, 5, 0, 20, 0, 1, 2]].concat();
    let [.., high, low] = list.len().to_be_bytes();
    let misplaced = super::message(message, &[&[0, 0, high, low][..], &list].concat());
    let error = Error::MisplacedExtension { message, extension };
    client(world.raw_client()).assert_refuses_message(&misplaced, &error);
}

#[test]
fn what_is_attached_to_a_key_and_was_asked_for_says_nothing_of_it() {
    let world = World::new();
    let config = ClientConfig::builder()
        .with_root_certificates(world.authority.roots())
        .or_raw_public_keys(trusting(&[&world.server_key]))
        .with_no_client_auth()
        .with_staples(Staples::Required);
    let key = public(&world.server_key);
    // No response could be about a key, so that one that is none is as good as any.
    for staple in [None, Some(&b"response"[..])] {
        let mut client = client(config.clone());
        client.receive_message(&entries(&[Entry { staple, ..Entry::bare(&key) }]));
        client.assert_well();
    }
    let (message, field) = (HandshakeType::Certificate, "status_request");
    let staple = Some(&b""[..]);
    let malformed = Error::Malformed { message, field };
    let empty = entries(&[Entry { staple, ..Entry::bare(&key) }]);
    client(config).assert_refuses_message(&empty, &malformed);
}

#[test]
fn a_server_that_says_nothing_of_types_shows_a_certificate() {
    let world = World::new();
    let certificate_type = CertificateType::X509;
    let error = CertificateError::UnsupportedType { certificate_type };
    let unsupported = refused(error, Alert::UnsupportedCertificate);
    let mut client = waiting(world.raw_client());
    client.receive_message(&NO_EXTENSIONS);
    client.assert_refuses_message(&certificate(&world.server_chain()), &unsupported);
}

#[test]
fn a_client_is_shown_a_type_that_it_has_listed() {
    let world = World::new();
    let (message, field) = (HandshakeType::EncryptedExtensions, "server_certificate_type");
    let illegal = Error::IllegalValue { message, field };
    for other in [CertificateType::X509, CertificateType(1), CertificateType(255)] {
        waiting(world.raw_client()).assert_refuses_message(&saying(other), &illegal);
    }
    let extension = ExtensionType::ServerCertificateType;
    let unsolicited = Error::UnsolicitedExtension { message, extension };
    assert_eq!(unsolicited.alert(), Some(Alert::UnsupportedExtension));
    let raw = saying(CertificateType::RawPublicKey);
    waiting(world.client()).assert_refuses_message(&raw, &unsolicited);
    // One byte, and nothing behind it.
    for (contents, field) in [(&[][..], field), (&[2, 2], "extension_data")] {
        let length = u8::try_from(contents.len()).unwrap();
        let block = [&[0, 20, 0, length][..], contents].concat();
        let bytes = extensions(message, &[], &block);
        let malformed = Error::Malformed { message, field };
        waiting(world.raw_client()).assert_refuses_message(&bytes, &malformed);
    }
}

#[test]
fn the_types_of_a_request_stand_elsewhere() {
    let world = World::new();
    let (message, extension) =
        (HandshakeType::CertificateRequest, ExtensionType::ClientCertificateType);
    let block = [&[0, 13, 0, 4, 0, 2, 4, 3][..], &[0, 19, 0, 1, 2]].concat();
    let request = extensions(message, &[0], &block);
    let error = Error::MisplacedExtension { message, extension };
    client(world.raw_client()).assert_refuses_message(&request, &error);
}

#[test]
fn sides_without_a_type_in_common_part() {
    let world = World::new();
    let told = Error::PeerAlert(AlertDescription::from(Alert::UnsupportedCertificate));
    let extension = ExtensionType::ServerCertificateType;
    let refusal = Error::NoCommonCertificateType { extension };
    for (client, server) in
        [(world.client(), world.raw_server()), (world.raw_client(), world.server())]
    {
        assert_eq!(meet(client, server), [Some(told.clone()), Some(refusal.clone())]);
    }
}

#[test]
fn a_list_of_types_has_at_least_one() {
    let world = World::new();
    for (extension, field) in [(19, "client_certificate_type"), (20, "server_certificate_type")] {
        let hello = super::server::with_extension(&offer(), &[0, extension, 0, 1, 0]);
        let message = HandshakeType::ClientHello;
        let malformed = Error::Malformed { message, field };
        Victim::server(world.server()).assert_refuses_message(&hello, &malformed);
    }
}

#[test]
fn the_owner_of_a_key_proves_it_by_a_scheme_that_fits() {
    let (world, other) = (World::new(), World::new());
    let key = entries(&[Entry::bare(&public(&world.server_key))]);
    let identity = Identity::load(&Ring, other.server_chain(), &der(&other.server_key)).unwrap();
    let mut thief = client(world.raw_client());
    thief.receive_message(&key);
    let verify = thief.good_certificate_verify(&identity, identity.schemes()[0]);
    thief.assert_refuses_message(&verify, &Error::BadSignature);

    let mut misfit = client(world.raw_client());
    misfit.receive_message(&key);
    let scheme = SignatureScheme::Ed25519;
    let body = [&scheme.0.to_be_bytes()[..], &[0, 1, 1]].concat();
    let verify = message(HandshakeType::CertificateVerify, &body);
    misfit.assert_refuses_message(&verify, &Error::WrongSignatureScheme(scheme));
}

#[test]
fn the_types_stay_after_a_retry() {
    let world = World::new();
    let config = world.raw_server().with_groups(&[NamedGroup::Secp256r1]).unwrap();
    let raw: &[CertificateType] = &[CertificateType::RawPublicKey];
    let types = BothSides { client: raw, server: raw };
    let first = Offer { certificate_types: types, ..offer() };
    let share = (NamedGroup::Secp256r1, vec![4; 65]);
    let second = Offer { shares: vec![share], ..first.clone() };
    let lists = [
        BothSides { client: &[][..], ..types },
        BothSides { server: &[CertificateType::RawPublicKey, CertificateType::X509], ..types },
    ];
    for certificate_types in lists {
        let mut server = Victim::server(config.clone());
        let hello = crate::negotiate::client::client_hello(&first);
        server.receive(&plain(ContentType::Handshake, &hello));
        server.assert_well();
        let changed = Offer { certificate_types, ..second.clone() };
        let hello = crate::negotiate::client::client_hello(&changed);
        let error = Error::ClientHelloChanged { field: "certificate_type" };
        server.assert_refuses_message(&hello, &error);
    }
}
