use proptest::prelude::*;

use super::*;

const PUBLIC_KEY: [u8; 32] = [0x42; 32];

/// What a config says, with each field to be changed.
#[derive(Clone, Debug)]
struct ConfigDraft {
    version: u16,
    id: u8,
    kem: u16,
    public_key: Vec<u8>,
    suites: Vec<u16>,
    maximum_name_length: u8,
    public_name: Vec<u8>,
    extensions: Vec<(u16, Vec<u8>)>,
}

impl ConfigDraft {
    fn new() -> Self {
        Self {
            version: 0xfe0d,
            id: 7,
            kem: 0x20,
            public_key: PUBLIC_KEY.to_vec(),
            suites: vec![1, 3],
            maximum_name_length: 64,
            public_name: b"public.example".to_vec(),
            extensions: Vec::new(),
        }
    }

    fn written(&self) -> Vec<u8> {
        let mut extensions = Vec::new();
        for (number, data) in &self.extensions {
            extensions.extend(number.to_be_bytes());
            extensions.extend(prefixed(data));
        }
        let suites: Vec<u8> = self.suites.iter().flat_map(|number| number.to_be_bytes()).collect();
        let contents = [
            &[self.id][..],
            &self.kem.to_be_bytes(),
            &prefixed(&self.public_key),
            &prefixed(&suites),
            &[self.maximum_name_length, u8::try_from(self.public_name.len()).unwrap()],
            &self.public_name,
            &prefixed(&extensions),
        ]
        .concat();
        [&self.version.to_be_bytes()[..], &prefixed(&contents)].concat()
    }
}

/// These bytes behind their length.
fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

fn changed(change: impl FnOnce(&mut ConfigDraft)) -> Vec<u8> {
    let mut draft = ConfigDraft::new();
    change(&mut draft);
    draft.written()
}

fn list(configs: &[&[u8]]) -> Vec<u8> {
    prefixed(&configs.concat())
}

fn usable(configs: &[&[u8]]) -> Option<EchConfig> {
    EchConfigList::from_bytes(&list(configs)).unwrap().usable().next()
}

fn refused_field(list: &[u8]) -> &'static str {
    assert_eq!(EchConfigList::read(list), None);
    match EchConfigList::from_bytes(list) {
        Err(Error::Configuration(ConfigurationError::BadEchConfigList { field })) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_config_is_read_as_it_was_written() {
    let written = ConfigDraft::new().written();
    let list = list(&[&written]);
    let read = EchConfigList::from_bytes(&list).unwrap();
    assert_eq!(read.as_bytes(), list);
    assert_eq!(EchConfigList::read(&list), Some(read.clone()));
    let config = read.usable().next().unwrap();
    assert_eq!((config.id, config.public_key, config.maximum_name_length), (7, PUBLIC_KEY, 64));
    assert_eq!(config.suite.numbers(), (1, 3));
    assert_eq!(config.public_name.as_ref(), "public.example");
    assert_eq!(*config.bytes, *written);
    assert_eq!(config.info(), [b"tls ech\0", &written[..]].concat());
}

#[test]
fn the_first_config_that_suits_is_used_and_others_are_passed_over() {
    let good = ConfigDraft::new().written();
    let unsuitable = [
        changed(|draft| draft.version = 0xfe0c),
        changed(|draft| draft.kem = 0x10),
        changed(|draft| draft.public_key.truncate(31)),
        changed(|draft| draft.suites = vec![3, 1]),
        changed(|draft| draft.suites = vec![1, 0xffff, 9, 9]),
        changed(|draft| draft.extensions = vec![(1, vec![1]), (0x8001, vec![])]),
        changed(|draft| draft.public_name = b"192.0.2.1".to_vec()),
    ];
    for passed_over in &unsuitable {
        assert!(usable(&[passed_over]).is_none(), "{passed_over:02x?}");
        let second = changed(|draft| draft.id = 8);
        assert_eq!(usable(&[passed_over, &good, &second]).unwrap().id, 7);
    }
    let first = changed(|draft| {
        draft.suites = vec![9, 9, 2, 2, 1, 1];
        draft.extensions = vec![(1, vec![1]), (2, vec![])];
    });
    assert_eq!(usable(&[&first, &good]).unwrap().suite.numbers(), (2, 2));
}

#[test]
fn what_a_version_holds_that_we_do_not_know_is_not_looked_at() {
    let unknown = [&[0xfe, 0x0c][..], &prefixed(b"anything")].concat();
    assert!(usable(&[&unknown]).is_none());
    assert!(usable(&[&unknown, &ConfigDraft::new().written(), &unknown]).is_some());
}

#[test]
fn a_public_name_has_labels_of_letters_digits_and_hyphens_and_is_no_address() {
    let is_name = |name: &[u8]| public_name(name).is_some();
    let long = [&b"a".repeat(63)[..], b".example"].concat();
    for name in [&b"public.example"[..], b"localhost", b"xn--bcher-kva.example", b"1.a-1", &long] {
        assert!(is_name(name), "{}", name.escape_ascii());
    }
    let too_long = [b"a", &long[..]].concat();
    for other in [
        &b".public.example"[..],
        b"public.example.",
        b"public..example",
        b"-public.example",
        b"public-.example",
        b"a_b.example",
        b"*.example",
        b"a b.example",
        b"\xff.example",
        b"127.0.0.1",
        b"127.1",
        b"0x7f000001",
        b"example.0X1",
        b"example.0x",
        b"::1",
        b"",
        &too_long,
    ] {
        assert!(!is_name(other), "{}", other.escape_ascii());
    }
}

#[test]
fn a_malformed_list_is_refused_with_the_field() {
    let good = ConfigDraft::new().written();
    let behind = [&list(&[&good])[..], &[0]].concat();
    for nothing in [&[][..], &[0], &[0, 0], &[0, 1], &behind] {
        assert_eq!(refused_field(nothing), "ECHConfigList", "{nothing:02x?}");
    }
    assert_eq!(refused_field(&list(&[&good, &[0xfe]])), "version");
    assert_eq!(refused_field(&list(&[&good[..good.len() - 1]])), "length");
    let mut longer = good.clone();
    longer[3] += 1;
    assert_eq!(refused_field(&list(&[&longer, &[0]])), "length");
    let empty = |list: &mut ConfigDraft| list.public_key.clear();
    assert_eq!(refused_field(&list(&[&changed(empty)])), "public_key");
    for suites in [vec![], vec![1], vec![1, 1, 1]] {
        let config = changed(|draft| draft.suites = suites);
        assert_eq!(refused_field(&list(&[&config])), "cipher_suites");
    }
    let unnamed = changed(|draft| draft.public_name.clear());
    assert_eq!(refused_field(&list(&[&unnamed])), "public_name");
    let twice = changed(|draft| draft.extensions = vec![(1, vec![]), (2, vec![]), (1, vec![])]);
    assert_eq!(refused_field(&list(&[&twice])), "extensions");
    // An extension that claims more than there is.
    let mut cut = changed(|draft| draft.extensions = vec![(1, vec![0])]);
    let end = cut.len();
    cut[end - 2] = 2;
    assert_eq!(refused_field(&list(&[&cut])), "extensions");
}

#[test]
fn a_config_that_ends_within_a_field_is_refused_with_this_field() {
    let good = ConfigDraft::new().written();
    let fields = ["config_id", "kem_id", "public_key", "cipher_suites", "maximum_name_length"];
    let fields = [&fields[..], &["public_name", "extensions"]].concat();
    let mut found = Vec::new();
    for length in 0..good.len() - 4 {
        let contents = &good[4..4 + length];
        let config = [&good[..2], &prefixed(contents)].concat();
        let field = refused_field(&list(&[&config]));
        if found.last() != Some(&field) {
            found.push(field);
        }
    }
    assert_eq!(found, fields);
}

#[test]
fn a_list_of_our_own_is_cut_before_it_is_too_long() {
    let config = usable(&[&ConfigDraft::new().written()]).unwrap();
    let length = config.bytes.len();
    let most = usize::from(u16::MAX) / length;
    let list = EchConfigList::of(std::iter::repeat_n(&config, most + 1));
    assert_eq!(list.as_bytes().len(), 2 + most * length);
    assert_eq!(EchConfigList::read(list.as_bytes()), Some(list));
}

proptest! {
    #[test]
    fn any_bytes_are_a_list_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let configs = prefixed(&bytes);
        let contents = [&[0xfe, 0x0d][..], &prefixed(&bytes)].concat();
        for list in [&bytes, &configs, &list(&[&contents])] {
            if let Some(read) = EchConfigList::read(list) {
                prop_assert_eq!(read.as_bytes(), list.as_slice());
                let _ = read.usable().count();
            }
        }
    }

    #[test]
    fn a_config_with_some_bytes_changed_is_read_or_refused(
        changes in prop::collection::vec((0_usize..80, any::<u8>()), 1..4),
    ) {
        let mut list = list(&[&ConfigDraft::new().written()]);
        for (place, byte) in changes {
            if let Some(old) = list.get_mut(place) {
                *old = byte;
            }
        }
        let read = EchConfigList::from_bytes(&list);
        prop_assert_eq!(read.is_ok(), EchConfigList::read(&list).is_some());
        let _ = read.map(|list| list.usable().count());
    }

    #[test]
    fn what_was_written_is_read_again(
        id in any::<u8>(),
        public_key in any::<[u8; 32]>(),
        suites in prop::collection::vec(0_usize..6, 1..6),
        maximum_name_length in any::<u8>(),
        name in "[a-z]{1,20}\\.[a-z]{1,20}",
    ) {
        let all = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)];
        let suites: Vec<_> = suites
            .into_iter()
            .filter_map(|index| all.get(index))
            .filter_map(|(kdf, aead)| HpkeSuite::from_numbers(*kdf, *aead))
            .collect();
        let written =
            write_config(id, &public_key, &suites, maximum_name_length, name.as_bytes()).unwrap();
        let read = written_config(&mut written.as_slice()).ok().unwrap();
        let of_config: Vec<_> = read.contents.iter().flat_map(|read| read.suites()).collect();
        prop_assert_eq!(&of_config, &suites);
        let config = usable(&[&written]).unwrap();
        prop_assert_eq!(
            (config.id, config.public_key, config.maximum_name_length),
            (id, public_key, maximum_name_length)
        );
        prop_assert_eq!(Some(&config.suite), suites.first());
        prop_assert_eq!(config.public_name.as_ref(), name.as_str());
        prop_assert_eq!(&*config.bytes, written.as_slice());
    }
}
