//! Encrypted ClientHello (RFC 9849), between two ends of this library.

use rcgen::CertificateParams;

use super::resumption::is_resumed;
use super::*;
use crate::certificate::test_certificates::valid_in_2026;
use crate::message::extension::next;
use crate::message::reader::Reader;
use crate::message::{ClientHello, EchClientHello, Message};
use crate::{EchConfigList, EchKey, EchStatus};

const PUBLIC_NAME: &str = "public.example";
const SECRET_NAME: &str = "localhost";

/// A server with an encrypted name and a public one, and what its clients know of it.
struct Hiding {
    world: World,
    client: ClientConfig,
    server: ServerConfig,
}

pub(super) fn key(id: u8) -> EchKey {
    EchKey::generate(id, PUBLIC_NAME).unwrap()
}

/// A server that reads by these keys.
pub(super) fn server_with(world: &World, keys: Vec<EchKey>) -> ServerConfig {
    server(world, &[SECRET_NAME, PUBLIC_NAME]).with_ech_keys(keys).unwrap()
}

/// A server with a certificate for these names.
fn server(world: &World, names: &[&str]) -> ServerConfig {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let parameters = valid_in_2026(CertificateParams::new(names).unwrap());
    let chain = vec![world.authority.sign(&parameters, &world.server_key)];
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, der(&world.server_key))
        .unwrap()
}

impl Hiding {
    /// The client encrypts by the first key, and the server reads by the others.
    fn with(encrypts: &EchKey, reads: Vec<EchKey>) -> Self {
        let world = World::new();
        let client = world.client().with_ech(&encrypts.config_list()).unwrap();
        let server = server_with(&world, reads);
        Self { world, client, server }
    }

    fn new() -> Self {
        let key = key(7);
        let same = EchKey::from_pem(key.to_pem().as_bytes()).unwrap();
        Self::with(&key, same)
    }

    fn connect(&self) -> Pair {
        let mut pair = Pair::with(self.client.clone(), self.server.clone());
        let data = pair.server.write(b"hello");
        pair.client.receive(&data);
        assert_eq!(pair.client.read, b"hello");
        pair
    }
}

fn status(pair: &Pair) -> [EchStatus; 2] {
    [&pair.client, &pair.server].map(|end| end.connection.negotiated().ech())
}

/// The first ClientHello of a client.
fn hello(client: &mut Victim) -> Vec<u8> {
    let contents = open_all(&mut Opener::new(), &client.transmit());
    contents.into_iter().next().expect("a record").1
}

fn read(message: &[u8]) -> ClientHello<'_> {
    match Message::decode(message) {
        Ok(Message::ClientHello(hello)) => hello,
        other => panic!("{other:?}"),
    }
}

/// Both ends as far as they come, with the client's error.
fn refusal(client: ClientConfig, server: ServerConfig) -> (Error, Pair) {
    let mut pair = Pair { client: Victim::client(client), server: Victim::server(server) };
    pair.exchange();
    assert_eq!(pair.client.take_result(), Some(CallResult::Error), "{:?}", pair.client.connection);
    let error = pair.client.connection.error().cloned().expect("an error");
    (error, pair)
}

#[test]
fn a_server_with_the_key_reads_the_name_that_nobody_else_sees() {
    let both = Hiding::new();
    let mut client = Victim::client(both.client.clone());
    let outer = hello(&mut client);
    assert_eq!(
        read(&outer).server_name.map(|name| name.to_owned()),
        Some(PUBLIC_NAME.try_into().unwrap())
    );
    assert!(!outer.windows(SECRET_NAME.len()).any(|part| part == SECRET_NAME.as_bytes()));

    let pair = both.connect();
    assert_eq!(status(&pair), [EchStatus::Accepted; 2]);
    assert_eq!(pair.server.connection.negotiated().server_name(), Some(SECRET_NAME));
}

#[test]
fn it_is_read_across_a_hello_retry_request() {
    for suite in [CipherSuite::Aes128GcmSha256, CipherSuite::Aes256GcmSha384] {
        let mut both = Hiding::new();
        both.server = both.server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
        both.server = both.server.with_cipher_suites(&[suite]).unwrap();
        let pair = both.connect();
        assert_eq!(status(&pair), [EchStatus::Accepted; 2]);
        assert_eq!(pair.server.connection.negotiated().server_name(), Some(SECRET_NAME));
    }
}

#[test]
fn a_session_is_resumed_that_nobody_else_can_tell() {
    let both = Hiding::new();
    assert!(!is_resumed(&both.connect()));
    let pair = both.connect();
    assert!(is_resumed(&pair));
    assert_eq!(status(&pair), [EchStatus::Accepted; 2]);
    let mut retried = Hiding { server: both.server.clone(), ..both };
    retried.server = retried.server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
    assert!(is_resumed(&retried.connect()), "across a HelloRetryRequest, too");
}

#[test]
fn another_key_of_the_same_number_is_tried_too() {
    let (right, wrong) = (key(3), key(3));
    let same = EchKey::from_pem(right.to_pem().as_bytes()).unwrap();
    let reads = [vec![wrong], same].into_iter().flatten().collect();
    assert_eq!(status(&Hiding::with(&right, reads).connect()), [EchStatus::Accepted; 2]);
}

#[test]
fn a_server_that_cannot_read_it_proves_its_public_name_and_says_by_what_it_could() {
    for retried in [false, true] {
        let mut both = Hiding::with(&key(1), vec![key(2)]);
        if retried {
            both.server = both.server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
        }
        let (error, pair) = refusal(both.client.clone(), both.server.clone());
        let Error::EchRejected { retry: Some(list) } = error else { panic!("{error:?}") };
        let told = pair.server.connection.error().cloned();
        assert_eq!(told, Some(Error::PeerAlert(Alert::EchRequired.into())));
        assert_eq!(status(&pair), [EchStatus::Rejected; 2]);
        assert_eq!(pair.server.connection.negotiated().server_name(), Some(PUBLIC_NAME));
        both.client = both.client.with_ech(&list).unwrap();
        assert_eq!(status(&both.connect()), [EchStatus::Accepted; 2]);
    }
}

#[test]
fn a_server_that_reads_none_has_nothing_to_say() {
    for retried in [false, true] {
        let both = Hiding::with(&key(1), Vec::new());
        let server = match retried {
            true => both.server.with_groups(&[NamedGroup::Secp384r1]).unwrap(),
            false => both.server,
        };
        let (error, _) = refusal(both.client, server);
        assert_eq!(error, Error::EchRejected { retry: None });
    }
}

#[test]
fn a_server_that_does_not_prove_its_public_name_has_rejected_nothing() {
    let both = Hiding::with(&key(1), vec![key(2)]);
    let server = server(&both.world, &[SECRET_NAME]).with_ech_keys(vec![key(2)]).unwrap();
    let (error, pair) = refusal(both.client, server);
    assert!(matches!(error, Error::Certificate(_)), "{error:?}");
    let told = pair.server.connection.error().cloned();
    assert_ne!(told, Some(Error::PeerAlert(Alert::EchRequired.into())));
}

#[test]
fn a_session_is_not_resumed_by_a_server_that_cannot_read_it() {
    let both = Hiding::new();
    drop(both.connect());
    let other = both.server.clone().with_ech_keys(vec![key(7)]).unwrap();
    let (error, _) = refusal(both.client.clone(), other);
    assert!(matches!(error, Error::EchRejected { retry: Some(_) }), "{error:?}");
}

#[test]
fn early_data_go_with_the_session_that_is_hidden_and_are_lost_where_it_is_not_read() {
    let mut both = Hiding::new();
    both.server = both.server.with_max_early_data(100).unwrap();
    for read in [true, false] {
        drop(both.connect());
        let server = match read {
            true => both.server.clone(),
            false => both.server.clone().with_ech_keys(vec![key(7)]).unwrap(),
        };
        let mut client = Victim::idle_client(both.client.clone());
        client.connection.offer_early_data(b"early".to_vec()).unwrap();
        client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
        let mut pair = Pair { client, server: Victim::server(server) };
        pair.exchange();
        let outcome = pair.client.connection.early_data_outcome();
        let accepted = matches!(outcome, crate::EarlyDataOutcome::Accepted);
        assert_eq!(accepted, read, "{outcome:?}");
        let error = pair.client.connection.error();
        let rejected = matches!(error, Some(Error::EchRejected { retry: Some(_) }));
        assert_eq!(rejected, !read, "{error:?}");
        let told = pair.server.connection.error().cloned();
        let alert = Error::PeerAlert(Alert::EchRequired.into());
        assert_eq!(told, (!read).then_some(alert));
    }
}

#[test]
fn what_means_nothing_looks_the_same_and_changes_nothing() {
    for keys in [Arc::<[EchKey]>::from([]), Arc::from([key(1)])] {
        for retried in [false, true] {
            let world = World::new();
            let client = world.client().with_ech_grease(true);
            let server = server(&world, &[SECRET_NAME]).with_ech_keys(Arc::clone(&keys)).unwrap();
            let server = match retried {
                true => server.with_groups(&[NamedGroup::Secp384r1]).unwrap(),
                false => server,
            };
            let pair = Pair::with(client, server);
            assert_eq!(status(&pair), [EchStatus::Grease, EchStatus::Rejected]);
        }
    }
}

/// The types of the extensions of a ClientHello in order.
fn extension_types(hello: &[u8]) -> Vec<u16> {
    let mut reader = Reader::new(HandshakeType::ClientHello, &hello[4 + 2 + 32..]);
    reader.vector8(0, "").unwrap();
    reader.vector16(0, "").unwrap();
    reader.vector8(0, "").unwrap();
    reader.u16("").unwrap();
    std::iter::from_fn(|| next(&mut reader).ok().map(|(extension, _)| extension.0)).collect()
}

/// The extensions of a ClientHello in order, without reserved values.
fn shape(hello: &[u8]) -> (Vec<u16>, usize) {
    let Some(EchClientHello::Outer { payload, encapsulated, .. }) = read(hello).ech else {
        panic!("no encrypted_client_hello")
    };
    assert_eq!(encapsulated.len(), 32);
    let extensions = extension_types(hello);
    (extensions.into_iter().filter(|number| number & 0x0f0f != 0x0a0a).collect(), payload.len())
}

#[test]
fn what_means_nothing_and_what_does_cannot_be_told_apart() {
    let both = Hiding::new();
    let grease = both.world.client().with_ech_grease(true);
    for resumed in [false, true] {
        if resumed {
            drop(both.connect());
            let server = server(&both.world, &[SECRET_NAME]);
            let mut pair = Pair::with(grease.clone(), server);
            let data = pair.server.write(b"hello");
            pair.client.receive(&data);
        }
        let one = shape(&hello(&mut Victim::client(both.client.clone())));
        let other = shape(&hello(&mut Victim::client(grease.clone())));
        assert_eq!(one, other, "resumed: {resumed}");
    }
}

#[test]
fn a_list_without_a_usable_configuration_is_refused_when_it_is_configured() {
    let world = World::new();
    let list = EchConfigList::from_bytes(&[0, 6, 0xfe, 0x0a, 0, 2, 7, 7]).unwrap();
    let refused = world.client().with_ech(&list).err();
    let reason = crate::ConfigurationError::NoUsableEchConfig;
    assert_eq!(refused, Some(Error::Configuration(reason)));
}

#[test]
fn a_client_that_calls_an_address_hides_that_it_says_no_name() {
    let both = Hiding::new();
    let address = ServerName::try_from("127.0.0.1").unwrap();
    let parameters = crate::certificate::test_certificates::server_parameters();
    let chain = vec![both.world.authority.sign(&parameters, &both.world.server_key)];
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, der(&both.world.server_key))
        .unwrap();
    let key = key(1);
    let client = both.world.client().with_ech(&key.config_list()).unwrap();
    let client = Connection::client(Arc::new(client), address).unwrap();
    let mut client = Victim::new(client);
    client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
    let server = Victim::server(server.with_ech_keys(vec![key]).unwrap());
    let mut pair = Pair { client, server };
    pair.exchange();
    assert_eq!(status(&pair), [EchStatus::Accepted; 2]);
    assert_eq!(pair.server.connection.negotiated().server_name(), None);
}

#[test]
fn no_certificate_is_shown_to_a_server_that_cannot_read_it() {
    let world = World::new();
    let names = vec![SECRET_NAME.to_owned(), PUBLIC_NAME.to_owned()];
    let parameters = valid_in_2026(CertificateParams::new(names).unwrap());
    let chain = vec![world.authority.sign(&parameters, &world.server_key)];
    let (right, wrong) = (Arc::from([key(1)]), Arc::from([key(1)]));
    let list = |keys: &Arc<[EchKey]>| keys[0].config_list();
    for (keys, is_shown) in [(&right, true), (&wrong, false)] {
        let server = ServerConfig::builder()
            .with_client_auth_required(world.authority.roots())
            .unwrap()
            .with_single_cert(chain.clone(), der(&world.server_key))
            .unwrap()
            .with_ech_keys(Arc::clone(keys))
            .unwrap();
        let client = ClientConfig::builder()
            .with_root_certificates(world.authority.roots())
            .with_client_auth_cert(world.client_chain(), der(&world.client_key))
            .unwrap()
            .with_ech(&list(&right))
            .unwrap();
        let mut pair = Pair { client: Victim::client(client), server: Victim::server(server) };
        pair.exchange();
        let shown = !pair.server.connection.peer_certificates().is_empty();
        assert_eq!(shown, is_shown);
        let told = pair.server.connection.error().cloned();
        let alert = Error::PeerAlert(Alert::EchRequired.into());
        assert_eq!(told, (!is_shown).then_some(alert));
    }
}

#[test]
fn a_key_that_both_sides_have_is_hidden_too() {
    let both = Hiding::new();
    let external = crate::ExternalKey::new(b"whoever calls", &[5; 32]).unwrap();
    let client = both.client.clone().with_external_key(external.clone());
    let mut victim = Victim::client(client.clone());
    let outer = hello(&mut victim);
    assert!(read(&outer).pre_shared_key.is_some());
    assert!(!outer.windows(13).any(|part| part == b"whoever calls"));
    let keys = Arc::new(vec![external]);
    let pair = Pair::with(client, both.server.clone().with_external_keys(keys));
    assert_eq!(status(&pair), [EchStatus::Accepted; 2]);
    assert!(pair.client.connection.negotiated().external_key().is_some());
}

#[test]
fn the_names_of_authorities_are_hidden() {
    let both = Hiding::new();
    let client = both.client.clone().with_authority_names().unwrap();
    let mut victim = Victim::client(client.clone());
    assert!(read(&hello(&mut victim)).authorities.list.is_empty());
    let handshake = victim.connection.receiver.core.handshake.as_deref().unwrap();
    assert!(!read(handshake.last_hello()).authorities.list.is_empty());
    assert_eq!(status(&Pair::with(client, both.server)), [EchStatus::Accepted; 2]);
}

#[test]
fn a_list_of_other_versions_is_as_good_as_none() {
    let mut ech =
        crate::connection::ech::ClientEch::<Ring>::Rejected { contents: Vec::new(), retry: None };
    let other = EchConfigList::from_bytes(&[0, 6, 0xfe, 0x0a, 0, 2, 7, 7]).unwrap();
    ech.keep_retry_configs(Some(other));
    assert_eq!(ech.rejection(), Error::EchRejected { retry: None });
    let list = key(1).config_list();
    ech.keep_retry_configs(Some(list.clone()));
    assert_eq!(ech.rejection(), Error::EchRejected { retry: Some(list) });
}

#[test]
fn a_server_has_so_many_keys_and_no_more() {
    let world = World::new();
    let with = |count: u8| world.server().with_ech_keys((0..count).map(key).collect::<Vec<_>>());
    assert!(with(16).is_ok());
    let reason = crate::ConfigurationError::TooManyEchKeys { limit: 16 };
    assert_eq!(with(17).err(), Some(Error::Configuration(reason)));
}
