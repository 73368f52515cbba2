//! Both ends ask for new keys and write, and neither reads. A request and a reply stand behind data
//! that nobody has read; an end that opened one record, and no more before that was read, would
//! never hear them, nor the record behind them.

use std::io::Write;
use std::thread;

use hyaline::blocking::Stream;
use hyaline_tests::sockets::{Buffers, PATIENCE, pattern, tiny_listener};

use crate::ours;

/// The content of one record of the greatest length, which is more than the sockets hold.
const RECORD: usize = 1 << 14;

/// `before` writes, an update of keys, `after` writes and the close.
fn run(mut stream: Stream, before: usize, after: usize) {
    let record = pattern(RECORD);
    // Through such small windows the peer's records take long.
    stream.set_close_budget(PATIENCE, 1 << 24);
    let write = |stream: &mut Stream| stream.write_all(&record).unwrap();
    (0..before).for_each(|_| write(&mut stream));
    stream.update_key().unwrap();
    (0..after).for_each(|_| write(&mut stream));
    stream.close().unwrap();
}

#[test]
fn two_ends_that_update_keys_and_write_and_never_read_come_to_their_end() {
    let (authority, identity) = ours::authority_and_server();
    let listener = tiny_listener();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let mut server = ours::server(&listener, identity, None);
        server.handshake().unwrap();
        run(server, 0, 4);
    });
    let mut client = ours::client(port, Buffers::SMALLEST, &authority, None);
    client.handshake().unwrap();
    run(client, 1, 1);
    server.join().unwrap();
}
