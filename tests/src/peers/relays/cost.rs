//! What a chain costs: processor time for bytes, threads and descriptors for idle connections.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::thread;
use std::time::Duration;

use super::chain::{Chain, Make};

/// How much is moved, in bytes.
pub const MOVED: usize = 256 << 20;

/// How many connections are idle.
pub const IDLE: usize = 300;

/// What a chain costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// How many of [`MOVED`] bytes have arrived.
    pub arrived: usize,
    /// The processor time that both relays took for them.
    pub time: Duration,
    /// How many threads both relays have for [`IDLE`] connections.
    pub threads: usize,
    /// How many descriptors they have for them.
    pub descriptors: usize,
}

impl Cost {
    /// Measures it.
    #[must_use]
    pub fn of(make: Make) -> Self {
        let (arrived, time) = moving(make);
        let (threads, descriptors) = idle(make);
        Self { arrived, time, threads, descriptors }
    }
}

fn moving(make: Make) -> (usize, Duration) {
    let chain = Chain::start(make);
    // The first connection makes the relays load and create things once. Its cost does not count.
    drop(chain.pair());
    let before = chain.processor_time();
    let (mut client, mut server) = chain.pair();
    let bytes = vec![7; 1 << 16];
    let arrived = thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..MOVED / bytes.len() {
                client.write_all(&bytes).unwrap();
            }
            client.shutdown(Shutdown::Write).unwrap();
            // The end of the other direction, however it comes.
            let _ = client.read(&mut [0]);
        });
        let (mut arrived, mut part) = (0, vec![0; 1 << 16]);
        loop {
            match server.read(&mut part) {
                Ok(0) | Err(_) => break,
                Ok(count) => arrived += count,
            }
        }
        server.shutdown(Shutdown::Write).unwrap();
        arrived
    });
    // A child's time counts when it has ended, which it does when its connection has.
    let ended = |chain: &Chain| chain.children() == 0;
    while !ended(&chain) {
        thread::yield_now();
    }
    (arrived, chain.processor_time() - before)
}

fn idle(make: Make) -> (usize, usize) {
    let chain = Chain::start(make);
    let mut pairs: Vec<_> = (0..IDLE).map(|_| chain.pair()).collect();
    for (client, server) in &mut pairs {
        // A relay that has passed this on waits for more.
        client.write_all(&[1]).unwrap();
        server.read_exact(&mut [0]).unwrap();
        server.write_all(&[2]).unwrap();
        client.read_exact(&mut [0]).unwrap();
    }
    chain.held()
}
