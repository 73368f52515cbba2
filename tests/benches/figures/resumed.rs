//! Handshakes that resume a session, side by side.

use hyaline::Call;
use hyaline::pki_types::UnixTime;
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory;

use crate::handshake::{self, Side, timed};
use crate::primitives::Handshake;
use crate::rounds::{Rounds, time};
use crate::theirs;

/// Handshakes of each contestant.
const ROUNDS: usize = 201;

type Around<'a> = dyn FnMut(Side, &mut dyn FnMut()) + 'a;

/// A handshake of ours, and the server's first byte of data, which a ticket precedes. Returns the
/// bytes of the handshake, and whether a session was resumed.
fn ours(configs: &memory::Configs, around: &mut Around<'_>) -> (usize, bool) {
    let mut ends = (None, None);
    let sent = handshake::ours(configs, &mut ends, around);
    let (Some(mut client), Some(mut server)) = ends else { panic!("two ends") };
    let (now, mut wire) = (UnixTime::now(), Vec::with_capacity(1 << 14));
    around(Side::Server, &mut || server.write(now, b"1", |bytes| wire.extend_from_slice(bytes)));
    around(Side::Client, &mut || {
        client.connection.start(now, Call::Read, &mut client.outbox).unwrap();
        loop {
            let (result, received) = client.run(now, &mut wire, |_| ());
            wire.drain(..received.consumed);
            if result.is_some() {
                client.connection.consume(received.data.len());
                return;
            }
        }
    });
    (sent, client.connection.negotiated().is_resumed())
}

/// The same of rustls.
fn theirs(configs: &theirs::Configs, around: &mut Around<'_>) -> bool {
    let mut ends = (None, None);
    handshake::theirs(configs, &mut ends, around);
    let (Some(mut client), Some(mut server)) = ends else { panic!("two ends") };
    let mut wire = Vec::with_capacity(1 << 14);
    around(Side::Server, &mut || theirs::write(&mut server, b"1", &mut wire));
    around(Side::Client, &mut || {
        assert_eq!(theirs::read(&mut client, &wire, &mut [0; 16]), 1);
    });
    client.handshake_kind() == Some(rustls::HandshakeKind::Resumed)
}

/// Prints the figures.
pub(crate) fn print(authority: &Authority) {
    let configs = memory::Configs::new(authority).resuming(1);
    let other = theirs::Configs::new(authority).resuming();
    // The first ones begin the sessions.
    assert!(!ours(&configs, &mut |_, step| step()).1 && !theirs(&other, &mut |_, step| step()));
    let (bytes, resumed) = ours(&configs, &mut |_, step| step());
    assert!(resumed);
    let mut primitives = Handshake::new(bytes);
    let names = ["ring, its primitives alone", "hyaline", "rustls"];
    let mut rounds = [Rounds::new(&names), Rounds::new(&names)];
    for _ in 0..ROUNDS {
        let raw = time(|| primitives.resumed());
        let mut resumed = [false; 2];
        let of_ours = timed(|around| {
            let (sent, is_resumed) = ours(&configs, around);
            resumed[0] = is_resumed;
            sent
        });
        let of_theirs = timed(|around| {
            resumed[1] = theirs(&other, around);
            0
        });
        assert_eq!(resumed, [true; 2]);
        for side in [Side::Client as usize, Side::Server as usize] {
            let times = [raw, Rounds::sum(&[of_ours[side]]), Rounds::sum(&[of_theirs[side]])];
            rounds[side].add(&times);
        }
    }
    println!(
        "\nresumed handshake and the ticket for the next: {ROUNDS} of each in turn, connections \
         made and dropped"
    );
    println!("  {}", primitives.describe_resumed());
    for (name, rounds) in ["client", "server"].iter().zip(&rounds) {
        println!("  {name}");
        rounds.print(1.0, None);
    }
}
