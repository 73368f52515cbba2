//! Full handshakes, side by side.

use std::time::{Duration, Instant};

use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{self, MemoryEnd};

use crate::primitives::Handshake;
use crate::rounds::{Rounds, time};
use crate::theirs;

/// Handshakes of each contestant.
const ROUNDS: usize = 201;

/// Which side something is done by.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Client = 0,
    Server = 1,
}

/// One side of a handshake, made when it is needed and then gone on with: it takes all input,
/// appends its output, and says whether it is done.
type Step<'s> = dyn FnMut(&mut Vec<u8>, &mut Vec<u8>) -> bool + 's;

/// Makes a handshake, each step of either side inside of `around`. Gives the bytes that were sent.
pub(crate) fn shake(
    client: &mut Step<'_>,
    server: &mut Step<'_>,
    around: &mut dyn FnMut(Side, &mut dyn FnMut()),
) -> usize {
    let mut to_client = Vec::with_capacity(1 << 14);
    let mut to_server = Vec::with_capacity(1 << 14);
    let mut sent = 0;
    loop {
        let (mut client_done, mut server_done) = (false, false);
        around(Side::Client, &mut || client_done = client(&mut to_client, &mut to_server));
        sent += to_server.len();
        around(Side::Server, &mut || server_done = server(&mut to_server, &mut to_client));
        sent += to_client.len();
        if client_done && server_done && to_client.is_empty() {
            return sent;
        }
    }
}

/// A handshake of ours.
pub(crate) fn ours(
    configs: &memory::Configs,
    ends: &mut (Option<MemoryEnd>, Option<MemoryEnd>),
    around: &mut dyn FnMut(Side, &mut dyn FnMut()),
) -> usize {
    let (client, server) = ends;
    shake(
        &mut |input, output| {
            client.get_or_insert_with(|| MemoryEnd::client(configs)).shake(input, output)
        },
        &mut |input, output| {
            server.get_or_insert_with(|| MemoryEnd::server(configs)).shake(input, output)
        },
        around,
    )
}

/// A handshake of rustls.
pub(crate) fn theirs(
    configs: &theirs::Configs,
    ends: &mut (Option<rustls::ClientConnection>, Option<rustls::ServerConnection>),
    around: &mut dyn FnMut(Side, &mut dyn FnMut()),
) -> usize {
    let (client, server) = ends;
    shake(
        &mut |input, output| {
            theirs::shake(client.get_or_insert_with(|| configs.client()), input, output)
        },
        &mut |input, output| {
            theirs::shake(server.get_or_insert_with(|| configs.server()), input, output)
        },
        around,
    )
}

/// Times of both sides.
pub(crate) fn timed(
    run: impl FnOnce(&mut dyn FnMut(Side, &mut dyn FnMut())) -> usize,
) -> [Duration; 2] {
    let mut spent = [Duration::ZERO; 2];
    run(&mut |side, step| {
        let begun = Instant::now();
        step();
        spent[side as usize] += begun.elapsed();
    });
    spent
}

/// Prints the figures.
pub(crate) fn print(authority: &Authority) {
    let (configs, other) = (memory::Configs::new(authority), theirs::Configs::new(authority));
    let bytes = ours(&configs, &mut (None, None), &mut |_, step| step());
    let mut primitives = Handshake::new(bytes);
    let names = ["ring, its primitives alone", "hyaline", "rustls"];
    let mut rounds = [Rounds::new(&names), Rounds::new(&names)];
    for _ in 0..ROUNDS {
        let raw = [time(|| primitives.client()), time(|| primitives.server())];
        let ours = timed(|around| ours(&configs, &mut (None, None), around));
        let theirs = timed(|around| theirs(&other, &mut (None, None), around));
        for side in [Side::Client as usize, Side::Server as usize] {
            let times = [raw[side], Rounds::sum(&[ours[side]]), Rounds::sum(&[theirs[side]])];
            rounds[side].add(&times);
        }
    }
    println!("\nfull handshake: {ROUNDS} of each in turn, connections made and not yet dropped");
    println!("  {}", primitives.describe());
    for (name, rounds) in ["client", "server"].iter().zip(&rounds) {
        println!("  {name}");
        rounds.print(1.0, None);
    }
}
