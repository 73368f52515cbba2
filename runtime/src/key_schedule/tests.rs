use super::*;
use crate::crypto::{AeadKey, Ring};

const SUITE: Suite = Suite::Aes128GcmSha256;

pub(crate) fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<char> = hexadecimal.chars().filter(|digit| !digit.is_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().collect::<String>())
        .map(|pair| u8::from_str_radix(&pair, 16).expect("hexadecimal"))
        .collect()
}

fn secret_of(hexadecimal: &str) -> Secret {
    Secret::new(&bytes(hexadecimal))
}

fn digest_of(hexadecimal: &str) -> Digest {
    Digest::new(&bytes(hexadecimal)).unwrap()
}

fn print(secret: &[u8]) -> String {
    format!("{:?}", Digest::new(secret).unwrap())
}

/// The handshake of RFC 8448 section 3.
fn recorded_handshake() -> HandshakeSecrets {
    HandshakeSecrets::new(
        &Ring,
        SUITE,
        None,
        &secret_of("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"),
        &digest_of("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8"),
    )
    .unwrap()
}

/// ClientHello to the server's Finished, in RFC 8448 section 3.
fn recorded_finished_hash() -> Digest {
    digest_of("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13")
}

/// The keys for application data of the client, or else of the server, in that handshake.
fn recorded_keys(of_client: bool) -> TrafficKeys<Ring> {
    let mut room = Transient::new();
    let secret = recorded_handshake()
        .application(&Ring, of_client, &recorded_finished_hash(), &mut room)
        .unwrap();
    TrafficKeys::new(&Ring, secret).unwrap()
}

#[test]
fn the_schedule_of_rfc_8448_is_met() {
    let handshake = recorded_handshake();
    assert_eq!(
        print(handshake.of(true).as_bytes()),
        "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"
    );
    assert_eq!(
        print(handshake.of(false).as_bytes()),
        "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"
    );
    assert_eq!(
        print(recorded_keys(true).secret().as_bytes()),
        "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"
    );
    assert_eq!(
        print(recorded_keys(false).secret().as_bytes()),
        "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"
    );
    assert_eq!(
        print(handshake.exporter(&Ring, &recorded_finished_hash()).unwrap().as_bytes()),
        "fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50"
    );
}

#[test]
fn the_finished_of_rfc_8448_is_met() {
    let handshake = recorded_handshake();
    let client = handshake.of(true);
    let hash = recorded_finished_hash();
    let verify_data = client.verify_data(&Ring, &hash).unwrap();
    assert_eq!(
        print(verify_data.as_bytes()),
        "a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61"
    );
    let check = |received: &[u8]| client.check_verify_data(&Ring, &hash, received);
    assert_eq!(check(verify_data.as_bytes()), Ok(()));
    let mut wrong = verify_data.as_bytes().to_vec();
    wrong[0] ^= 1;
    assert_eq!(check(&wrong), Err(CryptoError::BadTag));
    assert_eq!(check(&verify_data.as_bytes()[..31]), Err(CryptoError::BadTag));
    assert_eq!(check(&[]), Err(CryptoError::BadTag));
}

fn recorded_resumption(finished_hash: &Digest) -> ResumptionSecret {
    let mut secret = ResumptionSecret::empty(SUITE);
    secret.derive(&Ring, &recorded_handshake(), finished_hash).unwrap();
    secret
}

#[test]
fn the_resumption_secret_of_rfc_8448_is_met() {
    let hash = digest_of("209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d");
    assert_eq!(
        print(&recorded_resumption(&hash).secret[..32]),
        "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c"
    );
}

#[test]
fn the_pre_shared_key_and_the_binder_of_rfc_8448_are_met() {
    let hash = digest_of("209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d");
    let resumption = recorded_resumption(&hash);
    let key = resumption.pre_shared_key(&Ring, &[0, 0]).unwrap();
    assert_eq!(
        print(key.as_bytes()),
        "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3"
    );
    let hello = digest_of("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14");
    let binder = binder(&Ring, SUITE.hash(), (Label::RESUMPTION_BINDER, &key), &hello).unwrap();
    assert_eq!(
        print(binder.as_bytes()),
        "3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d"
    );
    let check = |received: &[u8]| {
        check_binder(&Ring, SUITE.hash(), (Label::RESUMPTION_BINDER, &key), &hello, received)
    };
    assert_eq!(check(binder.as_bytes()), Ok(()));
    assert_eq!(check(&[0; 32]), Err(CryptoError::BadTag));
    assert_eq!(check(&[]), Err(CryptoError::BadTag));
}

#[test]
fn the_early_traffic_secret_of_rfc_8448_opens_its_early_data() {
    let key = secret_of("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");
    let hello = digest_of("08ad0fa05d7c7233b1775ba2ff9f4c5b8b59276b7f227f13a976245f5d960913");
    let mut room = Transient::new();
    let secret = early_traffic_secret(&Ring, SUITE, &key, &hello, &mut room).unwrap();
    assert_eq!(
        print(secret.as_bytes()),
        "3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62"
    );
    let keys = TrafficKeys::<Ring>::new(&Ring, secret).unwrap();
    assert_eq!(keys.iv(), &*bytes("6d475f0993c8e564610db2b9"));
    let mut record = bytes("ab1df420e75c457a7cc5d2844f76d5aee4b4edbf049be0");
    let header = [0x17, 3, 3, 0, 0x17];
    let inner = keys.key.open(*keys.iv(), &header, &mut record).expect("the recorded key");
    assert_eq!(inner, b"ABCDEF\x17");
}

#[test]
fn the_traffic_keys_of_rfc_8448_open_its_records() {
    let keys = recorded_keys(true);
    assert_eq!(keys.iv(), &*bytes("5b78923dee08579033e523d9"));
    let mut record = bytes(
        "a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b\
         62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4",
    );
    let header = [0x17, 3, 3, 0, 0x43];
    let inner = keys.key.open(*keys.iv(), &header, &mut record).expect("the recorded key");
    let content: Vec<u8> = (0..50).chain([0x17]).collect();
    assert_eq!(inner, content);
}

#[test]
fn a_new_generation_has_another_secret_and_iv_and_the_same_place() {
    let (old, mut new) = (recorded_keys(true), recorded_keys(true));
    let place: *const TrafficBlock = &raw const *new.block;
    new.advance(&Ring).unwrap();
    assert_eq!(new.suite, old.suite);
    assert_ne!(new.secret().as_bytes(), old.secret().as_bytes());
    assert_ne!(new.iv(), old.iv());
    assert_eq!(place, &raw const *new.block);
}

#[test]
fn every_suite_yields_secrets_of_its_hash_and_working_keys() {
    for suite in Ring.suites() {
        let shared = Secret::new(&[1; 32]);
        let hash = Ring.hash(suite.hash(), b"hellos").unwrap();
        let secrets = HandshakeSecrets::new(&Ring, *suite, None, &shared, &hash).unwrap();
        let (client, server) = (secrets.of(true), secrets.of(false));
        assert_eq!(client.as_bytes().len(), suite.hash().length());
        assert_ne!(client.as_bytes(), server.as_bytes());
        let keys = TrafficKeys::new(&Ring, server).expect("the right length");
        assert_eq!(keys.secret().as_bytes(), server.as_bytes());
        let mut text = *b"text";
        let tag = keys.key.seal(*keys.iv(), b"", &mut text).expect("short");
        let mut sealed = [&text[..], &tag].concat();
        assert_eq!(keys.key.open(*keys.iv(), b"", &mut sealed).expect("the same key"), b"text");
        let verify_data = client.verify_data(&Ring, &hash).unwrap();
        assert_eq!(verify_data.as_bytes().len(), suite.hash().length());
    }
}

#[test]
fn exported_keys_depend_on_label_context_and_length() {
    let exporter = recorded_handshake().exporter(&Ring, &recorded_finished_hash()).unwrap();
    let export = |label: &[u8], context: &[u8], length: usize| {
        let mut output = vec![0; length];
        exporter.export(&Ring, label, context, &mut output).map(|()| output)
    };
    let first = export(b"label", b"context", 40).expect("within limits");
    assert_eq!(first, export(b"label", b"context", 40).expect("within limits"));
    assert_ne!(first, export(b"labels", b"context", 40).expect("within limits"));
    assert_ne!(first, export(b"label", b"", 40).expect("within limits"));
    assert_ne!(first[..32], export(b"label", b"context", 32).expect("within limits"));
    assert!(export(b"label", b"", 255 * 32).is_ok());
    assert_eq!(export(b"label", b"", 255 * 32 + 1), Err(CryptoError::TooLong));
    assert!(export(&[b'x'; MAX_LABEL_LENGTH], b"", 1).is_ok());
    assert_eq!(export(&[b'x'; MAX_LABEL_LENGTH + 1], b"", 1), Err(CryptoError::TooLong));
}

#[test]
fn key_log_labels_are_those_of_rfc_9850() {
    let printed = [
        KeyLogLabel::ClientEarlyTrafficSecret,
        KeyLogLabel::ClientHandshakeTrafficSecret,
        KeyLogLabel::ServerHandshakeTrafficSecret,
        KeyLogLabel::ClientTrafficSecret(0),
        KeyLogLabel::ServerTrafficSecret(1),
        KeyLogLabel::ExporterSecret,
    ]
    .map(|label| label.to_string());
    assert_eq!(
        printed,
        [
            "CLIENT_EARLY_TRAFFIC_SECRET",
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0",
            "SERVER_TRAFFIC_SECRET_1",
            "EXPORTER_SECRET",
        ]
    );
}
