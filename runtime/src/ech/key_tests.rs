use super::*;
use crate::crypto::Ring;

fn generated(id: u8) -> EchKey {
    EchKey::generate(id, "public.example").unwrap()
}

fn refusal<T>(result: Result<T, Error>) -> ConfigurationError {
    match result.err() {
        Some(Error::Configuration(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn pem_of(private_key: &[u8], configs: &[&EchKey]) -> Zeroizing<String> {
    let list = EchConfigList::of(configs.iter().map(|key| key.config()));
    pem::write(&[(KEY_SECTION, private_key), (CONFIG_SECTION, list.as_bytes())])
}

/// The PKCS#8 in a key's PEM.
fn pkcs8_of(key: &EchKey) -> Vec<u8> {
    pem::private_key(key.to_pem().as_bytes()).unwrap().secret_der().to_vec()
}

/// Whether what is encrypted by the config of one key is opened by another.
fn opens(sender: &EchKey, recipient: &EchKey, suite: HpkeSuite) -> bool {
    let config = sender.config();
    let (encapsulated, mut context) =
        HpkeContext::to(&Ring, suite, &config.public_key, &config.info()).unwrap();
    let mut text = b"text".to_vec();
    context.seal(b"header", &mut text).unwrap();
    let opened = recipient.open_context(&Ring, suite, &encapsulated);
    opened.unwrap().is_some_and(|mut context| context.open(b"header", &mut text).is_ok())
}

#[test]
fn a_key_opens_what_was_encrypted_by_its_config_and_by_no_other() {
    let (key, other) = (generated(1), generated(1));
    for suite in SUITES {
        assert!(opens(&key, &key, suite), "{suite:?}");
        assert!(!opens(&other, &key, suite), "{suite:?}");
    }
    let config = key.config_list().usable().next().unwrap();
    assert_eq!((config.id, config.suite, config.maximum_name_length), (1, SUITES[0], 64));
    assert_eq!(config.public_name.as_ref(), "public.example");
}

#[test]
fn a_suite_that_is_not_the_configs_and_a_bad_encapsulated_key_lead_to_no_context() {
    let key = generated(1);
    let other = HpkeSuite { kdf: HashAlgorithm::Sha384, aead: AeadAlgorithm::Aes128Gcm };
    assert!(!opens(&key, &key, other));
    for bad in [&[][..], &[7; 31], &[7; 33], &[0; 32]] {
        assert!(key.open_context(&Ring, SUITES[0], bad).unwrap().is_none(), "{bad:02x?}");
    }
    assert!(key.open_context(&Ring, SUITES[0], &[7; 32]).unwrap().is_some());
}

#[test]
fn a_key_is_made_of_its_config_and_its_private_key() {
    let key = generated(9);
    let again = EchKey::new(&key.config.bytes, &**key.private_key).unwrap();
    assert_eq!(again.config_list(), key.config_list());
    assert!(opens(&key, &again, SUITES[2]));
}

#[test]
fn a_key_that_cannot_be_used_is_refused_with_the_reason() {
    let key = generated(1);
    let config = &key.config.bytes;
    let changed = |place: usize| {
        let mut changed = config.to_vec();
        changed[place] ^= 1;
        changed
    };
    let longer = [config, &[0][..]].concat();
    for (config, private_key, reason) in [
        (&config[..], &[7; 32][..], "its private key is not that of its ECHConfig"),
        (config, &key.private_key[1..], "its private key has not 32 bytes"),
        (&changed(1), &**key.private_key, "the version of its ECHConfig is not that of RFC 9849"),
        (&changed(6), &**key.private_key, "its KEM is not DHKEM(X25519, HKDF-SHA256)"),
        (&longer, &**key.private_key, "something follows its ECHConfig"),
        (&config[1..], &**key.private_key, "the field `length` of its ECHConfig is malformed"),
    ] {
        let expected = ConfigurationError::BadEchKey { reason: reason.into() };
        assert_eq!(refusal(EchKey::new(config, private_key)), expected);
    }
}

#[test]
fn a_public_name_that_is_no_host_name_is_refused() {
    for name in ["", "192.0.2.1", "a_b.example", "public.example.", "*.example", "bücher.example"]
    {
        let refused = refusal(EchKey::generate(1, name));
        assert_eq!(refused, ConfigurationError::EchPublicName, "{name}");
    }
}

#[test]
fn a_key_is_written_as_pem_and_read_again() {
    let key = generated(5);
    let pem = key.to_pem();
    let lines: Vec<_> = pem.lines().collect();
    assert_eq!(lines.first(), Some(&"-----BEGIN PRIVATE KEY-----"));
    assert_eq!(lines.last(), Some(&"-----END ECHCONFIG-----"));
    assert!(lines.iter().all(|line| line.len() <= 64));
    let read = EchKey::from_pem(pem.as_bytes()).unwrap();
    let [read] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(read.config_list(), key.config_list());
    assert!(opens(&key, read, SUITES[1]));
}

#[test]
fn the_example_of_rfc_9934_is_read() {
    let pem = "\
        -----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VuBCIEICjd4yGRdsoP9gU7YT7My8DHx1Tjme8GYDXrOMCi8v1V\n\
        -----END PRIVATE KEY-----\n\
        -----BEGIN ECHCONFIG-----\n\
        AD7+DQA65wAgACA8wVN2BtscOl3vQheUzHeIkVmKIiydUhDCliA4iyQRCwAEAAEA\n\
        AQALZXhhbXBsZS5jb20AAA==\n\
        -----END ECHCONFIG-----\n";
    let keys = EchKey::from_pem(pem.as_bytes()).unwrap();
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!(key.config().id, 0xe7);
    assert_eq!(key.config().public_name.as_ref(), "example.com");
    assert!(opens(key, key, SUITES[0]));
}

#[test]
fn of_a_list_the_configs_of_the_private_key_are_taken() {
    let (key, other) = (generated(1), generated(2));
    let config = write_config(3, &key.config.public_key, &SUITES[..1], 0, b"other.example");
    let second = EchKey::new(&config.unwrap(), &**key.private_key).unwrap();
    let pem = pem_of(&pkcs8_of(&key), &[&other, &key, &second]);
    let keys = EchKey::from_pem(pem.as_bytes()).unwrap();
    assert_eq!(keys.iter().map(|key| key.config().id).collect::<Vec<_>>(), [1, 3]);
    let without = pem_of(&pkcs8_of(&key), &[&other]);
    let refused = refusal(EchKey::from_pem(without.as_bytes()));
    assert!(refused.to_string().contains("no ECHConfig of the list"), "{refused}");
}

#[test]
fn a_pem_file_that_holds_no_key_is_refused_with_the_reason() {
    let key = generated(1);
    let pem = key.to_pem();
    let list = key.config_list();
    let alone = pem::write(&[(CONFIG_SECTION, list.as_bytes())]);
    let refusal = |pem: &str| refusal(EchKey::from_pem(pem.as_bytes()));
    assert_eq!(refusal(&alone), ConfigurationError::BadPem);
    assert_eq!(refusal(&pem.replace("ECHCONFIG", "SOMETHING")), ConfigurationError::BadPem);
    let encrypted = pem.replace("PRIVATE", "ENCRYPTED PRIVATE");
    assert_eq!(refusal(&encrypted), ConfigurationError::EncryptedPrivateKey);
    let pkcs8 = pkcs8_of(&key);
    let cut = pem::write(&[(KEY_SECTION, &pkcs8), (CONFIG_SECTION, &list.as_bytes()[1..])]);
    assert_eq!(refusal(&cut), ConfigurationError::BadEchConfigList { field: "ECHConfigList" });
    // id-Ed25519.
    let mut of_another_kind = pkcs8;
    let place = of_another_kind.windows(3).position(|bytes| bytes == ID_X25519).unwrap();
    of_another_kind[place + 2] += 2;
    let refused = refusal(&pem_of(&of_another_kind, &[&key]));
    assert!(refused.to_string().contains("not one of X25519"), "{refused}");
}

#[test]
fn the_configs_of_all_keys_are_in_the_list_for_a_retry() {
    let keys = [generated(1), generated(2)];
    let list = retry_configs(&keys);
    let configs: Vec<_> = written_configs(list.as_bytes()).unwrap().map(Result::unwrap).collect();
    let whole: Vec<_> = configs.iter().map(|config| config.whole).collect();
    assert_eq!(whole, [&*keys[0].config.bytes, &*keys[1].config.bytes]);
}

#[test]
fn a_key_shows_its_config_and_no_secret() {
    let shown = format!("{:?}", generated(3));
    assert_eq!(shown, "EchKey { id: 3, public_name: DnsName(\"public.example\"), .. }");
}
