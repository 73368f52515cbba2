//! One connection, fed what the fuzzer writes, in the pieces and among the calls that it chooses.

use hyaline::crypto::CryptoProvider;
use hyaline::{Call, Connection};

use crate::end::End;
use crate::instructions::Instructions;

/// Follows the instructions to their end, and then ends the connection.
///
/// The lower three bits of an instruction's first byte say what it is, the others are its number:
/// 0 to 3 a piece that arrives (0 and 1 with its length in one byte, 2 and 3 in two), 4 a call,
/// 5 a write, 6 and 7 what happens to the transport.
pub fn follow<P: CryptoProvider>(connection: Connection<P>, mut instructions: Instructions<'_>) {
    let mut end = End::new(connection);
    end.start(Call::Handshake);
    while let Some(instruction) = instructions.byte() {
        let number = instruction >> 3;
        match instruction & 7 {
            kind @ 0..=3 => {
                let length = match kind {
                    0 | 1 => usize::from(instructions.byte().unwrap_or_default()),
                    _ => instructions.number(),
                };
                end.arrived.extend_from_slice(instructions.piece(length));
                end.advance();
            }
            4 => end.start(Call::ALL[usize::from(number) % Call::ALL.len()]),
            5 => {
                end.start_write(&vec![7; usize::from(number) * 1000]);
            }
            _ => end.happens(number),
        }
        end.transmitted.clear();
    }
    end.finish();
}

/// The instruction by which all of this arrives at once.
#[must_use]
pub fn arrives(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a flight is short");
    [&[2], &length.to_be_bytes()[..], bytes].concat()
}

/// The instruction that makes this call.
#[must_use]
pub fn calls(call: Call) -> Vec<u8> {
    let number = Call::ALL.iter().position(|one| *one == call).expect("all are there");
    vec![u8::try_from(number << 3).expect("few calls") | 4]
}
