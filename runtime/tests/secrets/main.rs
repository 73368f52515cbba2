//! No secret outlives its use: this process searches its own memory for each.
//!
//! The tests are a process of their own, in which nothing else derives secrets.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

#[path = "../common/mod.rs"]
mod common;
mod keys;
mod memory;
mod watching;

use std::hint::black_box;
use std::sync::Mutex;

use common::{Authority, Pair};
use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::{Call, CallResult, CipherSuite, ClientConfig, ServerConfig};
use memory::{Masked, found};
use watching::Watching;

/// Names of those found that begin with one of these.
fn of<'n>(names: &'n [String], beginnings: &[&str]) -> Vec<&'n String> {
    names.iter().filter(|name| beginnings.iter().any(|begin| name.starts_with(begin))).collect()
}

fn configs<P: CryptoProvider + Default>(
    watching: &Watching<P>,
    suite: CipherSuite,
) -> (ClientConfig<Watching<P>>, ServerConfig<Watching<P>>) {
    let authority = Authority::new();
    let client = ClientConfig::builder_with_provider(watching.clone())
        .with_root_certificates(authority.roots.clone())
        .with_no_client_auth()
        .with_cipher_suites(&[suite])
        .unwrap();
    let server = ServerConfig::builder_with_provider(watching.clone())
        .with_no_client_auth()
        .with_single_cert(authority.chain.clone(), authority.key.clone_key())
        .unwrap();
    (client, server)
}

fn update_keys<P: CryptoProvider>(pair: &mut Pair<P>) {
    // A request of the client's updates both directions.
    pair.client.start(Call::UpdateKey);
    pair.run();
    assert_eq!(pair.client.start_write(b"progress"), Ok(8));
    pair.server.start(Call::Read);
    pair.run();
    assert_eq!(pair.server.start_write(b"progress"), Ok(8));
    pair.client.start(Call::Read);
    pair.run();
}

#[test]
fn a_secret_that_is_held_is_found_and_one_that_is_not_is_not() {
    let held: Vec<u8> = (0..32_u8).map(|index| index.wrapping_mul(0x3b) ^ 0x5c).collect();
    let masked = [Masked::new("held", &held), Masked::new("never made", &[0xe7; 32])];
    assert_eq!(found(&masked), ["held"]);
    drop(black_box(zeroize::Zeroizing::new(held)));
    assert_eq!(found(&masked), Vec::<String>::new());
}

/// Tests whose keys are the same ones take turns.
static SAME_KEYS: Mutex<()> = Mutex::new(());

#[test]
fn a_private_key_goes_with_what_it_was_handed_to() {
    let _turn = SAME_KEYS.lock().unwrap();
    for keys::Key { der, secret, chain } in keys::all() {
        let secrets = [secret];
        assert_eq!(found(&secrets), [secrets[0].name.as_str()], "it is held");
        // Where the chain is not the key's, the configuration is refused with the key in it.
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, der);
        drop(black_box(config));
        assert_eq!(found(&secrets), Vec::<String>::new());
    }
}

#[test]
fn a_private_key_file_leaves_nothing_when_it_was_read() {
    let _turn = SAME_KEYS.lock().unwrap();
    // The text is searched for where the key begins and ends, and the key for its secret part.
    for ((file, mut secrets), key) in keys::files().zip(keys::all()) {
        secrets.push(key.secret);
        drop(zeroize::Zeroizing::new(key.der));
        let read = zeroize::Zeroizing::new(hyaline::pem::private_key(file.as_bytes()).unwrap());
        assert_eq!(found(&secrets), [secrets[secrets.len() - 1].name.as_str()], "it is held");
        drop(read);
        assert_eq!(found(&secrets), Vec::<String>::new());
        // A file that is damaged at its end is refused with all of it read.
        let (before, after) = file.split_at(file.find("\n-----END").unwrap());
        let mut damaged = zeroize::Zeroizing::new(Vec::with_capacity(file.len() + 1));
        damaged.extend_from_slice(before.as_bytes());
        damaged.push(b'!');
        damaged.extend_from_slice(after.as_bytes());
        assert!(hyaline::pem::private_key(&damaged).is_err());
        drop(damaged);
        assert_eq!(found(&secrets), Vec::<String>::new());
    }
}

#[test]
fn no_secret_outlives_its_use() {
    no_secret_outlives_its_use_with::<Ring>();
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn no_secret_outlives_its_use_by_aws_lc_rs() {
    no_secret_outlives_its_use_with::<hyaline::crypto::AwsLcRs>();
}

fn no_secret_outlives_its_use_with<P: CryptoProvider + Default>() {
    for suite in [CipherSuite::Aes128GcmSha256, CipherSuite::Aes256GcmSha384] {
        let watching = Watching::<P>::default();
        let (client, server) = configs(&watching, suite);
        let mut pair = Pair::new(client.without_resumption(), server);
        pair.handshake();
        assert!(pair.client.connection.is_connected() && pair.server.connection.is_connected());
        let live = ["c ap traffic", "s ap traffic", "exp master"];
        let now = found(&watching.secrets());
        assert_eq!(now.len(), 3, "after the handshake: {now:?}");
        assert_eq!(of(&now, &live).len(), 3, "what is in use is found: {now:?}");

        for _ in 0..3 {
            update_keys(&mut pair);
        }
        // Three generations of each direction, of which the last is in use.
        let now = found(&watching.secrets());
        let of_updates = "traffic upd";
        let made = watching.secrets().iter().filter(|s| s.name.starts_with(of_updates)).count();
        assert_eq!(made, 6);
        assert_eq!(of(&now, &[of_updates]).len(), 2, "after three updates: {now:?}");
        assert_eq!(of(&now, &["exp master"]).len(), 1, "{now:?}");
        assert_eq!(now.len(), 3, "after three updates: {now:?}");

        close(&mut pair);
        let now = found(&watching.secrets());
        assert_eq!(now, Vec::<String>::new(), "after the close");
        // The ends are there all the while.
        drop(black_box(pair));
    }
}

fn close<P: CryptoProvider>(pair: &mut Pair<P>) {
    pair.client.start(Call::Close);
    pair.server.start(Call::Close);
    pair.run();
    assert_eq!(pair.client.result, Some(CallResult::Ok));
    assert_eq!(pair.server.result, Some(CallResult::Ok));
}

/// Writes over the part of the stack that calls have left: what is computed goes through that, and
/// no library wipes it (SECURITY.md). Here nothing comes behind the last tickets that would go as
/// deep.
#[inline(never)]
fn use_stack_again() {
    black_box([0_u8; 1 << 16]);
}

#[test]
fn of_a_session_that_may_be_resumed_its_key_is_left_and_nothing_else() {
    of_a_session_its_key_is_left_with::<Ring>();
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn of_a_session_that_may_be_resumed_its_key_is_left_and_nothing_else_by_aws_lc_rs() {
    of_a_session_its_key_is_left_with::<hyaline::crypto::AwsLcRs>();
}

fn of_a_session_its_key_is_left_with<P: CryptoProvider + Default>() {
    for suite in [CipherSuite::Aes128GcmSha256, CipherSuite::Aes256GcmSha384] {
        let watching = Watching::<P>::default();
        let (client, server) = configs(&watching, suite);
        for earlier in 0..3 {
            let mut pair = Pair::new(client.clone(), server.clone());
            pair.handshake();
            let negotiated = pair.client.connection.negotiated();
            assert_eq!(negotiated.is_resumed(), earlier > 0);
            // The tickets are still to be made. Each session that is resumed is used up: of two
            // that come with a connection one is left.
            use_stack_again();
            let live = ["c ap traffic", "s ap traffic", "exp master", "res master"];
            let now = found(&watching.secrets());
            assert_eq!(of(&now, &live).len(), 4, "after the handshake: {now:?}");
            let kept = of(&now, &["resumption"]).len();
            assert_eq!((kept, now.len()), (earlier, 4 + earlier), "{now:?}");

            // Two tickets come before the data. The client may get more.
            assert_eq!(pair.server.start_write(b"data"), Ok(4));
            pair.client.start(Call::Read);
            pair.run();
            use_stack_again();
            let now = found(&watching.secrets());
            let kept = of(&now, &["resumption"]).len();
            assert_eq!((kept, now.len()), (earlier + 2, 4 + kept), "{now:?}");

            close(&mut pair);
            use_stack_again();
            let now = found(&watching.secrets());
            let kept = of(&now, &["resumption"]).len();
            assert_eq!((kept, now.len()), (earlier + 2, kept), "after the close: {now:?}");
            drop(black_box(pair));
        }
        drop(black_box((client, server)));
        assert_eq!(found(&watching.secrets()), Vec::<String>::new(), "nobody can resume");
    }
}
