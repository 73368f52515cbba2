//! Someone in the middle, who changes what one side sends.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// What becomes of the record of this number, header included: what is sent on in its place.
pub type Edit = fn(number: usize, record: Vec<u8>) -> Vec<u8>;

/// Whose records are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Those of whoever connects.
    Client,
    /// Those of whoever is connected to.
    Server,
}

/// Relays one connection to this port, on the port that it gives.
pub fn relay(port: u16, of: Of, edit: Edit) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        for socket in [&client, &server] {
            socket.set_nodelay(true).unwrap();
        }
        let same: Edit = |_, record| record;
        let ways = [
            (client.try_clone().unwrap(), server.try_clone().unwrap(), Of::Client),
            (server, client, Of::Server),
        ];
        for (from, to, whose) in ways {
            let edit = if whose == of { edit } else { same };
            // Either side may end whenever it likes.
            thread::spawn(move || pass(from, to, edit));
        }
    });
    own
}

fn pass(mut from: TcpStream, mut to: TcpStream, edit: Edit) -> io::Result<()> {
    for number in 0.. {
        match record(&mut from) {
            Ok(record) => to.write_all(&edit(number, record))?,
            Err(_) => return to.shutdown(Shutdown::Write),
        }
    }
    Ok(())
}

/// The next record, with its header.
fn record(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut record = vec![0; 5];
    from.read_exact(&mut record)?;
    let length = u16::from_be_bytes([record[3], record[4]]);
    from.take(length.into()).read_to_end(&mut record)?;
    if record.len() < 5 + usize::from(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(record)
}
