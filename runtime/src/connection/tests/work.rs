//! Work that is left to the driver, where the messages of a flight share one record.

use super::*;
use crate::replay::Recording;

/// A connection with its buffers.
struct Side {
    connection: Connection,
    outbox: Outbox,
    input: Vec<u8>,
}

impl Side {
    fn new(mut connection: Connection) -> Self {
        let mut outbox = Outbox::new();
        connection.start(now(), Call::Handshake, &mut outbox).unwrap();
        Self { connection, outbox, input: Vec::new() }
    }

    /// Carries out what is to be done, and says whether that was anything.
    fn advance(&mut self, peer: &mut Vec<u8>) -> bool {
        let mut moved = false;
        loop {
            match self.connection.poll_operation(&mut self.outbox) {
                Operation::Transmit => {
                    let count = self.outbox.bytes().len();
                    peer.extend_from_slice(self.outbox.bytes());
                    self.connection.handle_transmitted(count, &mut self.outbox);
                    moved = true;
                }
                Operation::Receive => {
                    let (input, outbox) = (&mut self.input, &mut self.outbox);
                    let received = self.connection.handle_input(now(), input, outbox);
                    self.input.drain(..received.consumed);
                    if received.consumed == 0 {
                        self.connection.handle_blocked(Operation::Receive);
                    }
                    moved |= received.consumed > 0;
                }
                _ => {
                    self.connection.handle_ready(Readiness { receive: true, transmit: true });
                    return moved;
                }
            }
        }
    }

    fn answer(&mut self) -> bool {
        let Some(work) = self.connection.poll_work() else { return false };
        let done = work.run(now());
        self.connection.handle_work(done, &mut self.outbox).unwrap();
        true
    }
}

#[test]
fn messages_behind_the_cause_of_work_wait_for_its_answer() {
    let world = World::new();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = Connection::client(Arc::new(world.client()), name).unwrap();
    client.delegate_work();
    let mut server = Connection::server(Arc::new(world.server())).unwrap();
    // Its messages share a record.
    server.follow(Recording::default());
    let (mut client, mut server) = (Side::new(client), Side::new(server));
    let mut answered = 0;
    loop {
        let (mut to_client, mut to_server) = (Vec::new(), Vec::new());
        let mut moved = client.answer();
        answered += u32::from(moved);
        moved |= client.advance(&mut to_server) | server.advance(&mut to_client);
        client.input.append(&mut to_client);
        server.input.append(&mut to_server);
        if !moved {
            break;
        }
    }
    assert_eq!(client.connection.take_result(), Some(CallResult::Ok), "{:?}", client.connection);
    assert_eq!(server.connection.take_result(), Some(CallResult::Ok), "{:?}", server.connection);
    // A key share, an agreement, a path, a signature.
    assert_eq!(answered, 4);
}
