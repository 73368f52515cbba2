//! Work that a stream leaves to its program.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustls_pki_types::UnixTime;

use super::*;
use crate::Outbox;

#[test]
fn work_is_left_to_whoever_takes_it() {
    static DONE: AtomicUsize = AtomicUsize::new(0);
    let (mut client, mut server) = pair();
    server.delegate_work(|work| {
        DONE.fetch_add(1, Ordering::Relaxed);
        // On another thread, whose answer is waited for.
        thread::spawn(move || work.run(UnixTime::now())).join().unwrap()
    });
    thread::scope(|scope| {
        scope.spawn(|| client.handshake().unwrap());
        server.handshake().unwrap();
    });
    // A choice, an agreement and a signature.
    assert_eq!(DONE.load(Ordering::Relaxed), 3);
}

#[test]
fn the_answer_to_other_work_fails_the_handshake() {
    let (mut client, _server) = pair();
    let (config, _) = configs("one");
    client.delegate_work(move |_| {
        let name = ServerName::try_from("localhost").unwrap();
        let mut other = Connection::client(Arc::new(config.clone()), name).unwrap();
        let (now, mut outbox) = (UnixTime::now(), Outbox::new());
        other.delegate_work();
        other.start(now, Call::Handshake, &mut outbox).unwrap();
        other.poll_work().unwrap().run(now)
    });
    assert!(matches!(reason(&client.handshake().unwrap_err()), Error::Internal(_)));
}
