//! What someone in the middle makes of a hello.

/// The header of a record, and of the message in it.
const HEADERS: usize = 5 + 4;

/// Where the body of the first extension of a type stands in a ClientHello, header included.
fn extension(hello: &[u8], wanted: u16) -> usize {
    let number = |at: usize| usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
    let mut at = compression(hello);
    at += 1 + usize::from(hello[at]) + 2;
    while number(at) != usize::from(wanted) {
        at += 4 + number(at + 2);
    }
    at
}

/// Where the length of legacy_session_id stands, in either hello.
const SESSION_ID: usize = HEADERS + 2 + 32;

/// Where the length of legacy_compression_methods stands in a ClientHello.
fn compression(hello: &[u8]) -> usize {
    let suites = SESSION_ID + 1 + usize::from(hello[SESSION_ID]);
    suites + 2 + usize::from(u16::from_be_bytes([hello[suites], hello[suites + 1]]))
}

/// The first record, changed like this.
fn first(number: usize, mut record: Vec<u8>, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    if number == 0 {
        change(&mut record);
    }
    record
}

/// A session identifier longer than there may be.
pub(crate) fn malformed(number: usize, record: Vec<u8>) -> Vec<u8> {
    first(number, record, |hello| hello[SESSION_ID] = 33)
}

/// A compression method other than null, which TLS 1.3 has no use for.
pub(crate) fn compressed(number: usize, record: Vec<u8>) -> Vec<u8> {
    first(number, record, |hello| {
        let at = compression(hello) + 1;
        hello[at] = 1;
    })
}

/// signature_algorithms gives way to an extension that nobody knows.
pub(crate) fn without_schemes(number: usize, record: Vec<u8>) -> Vec<u8> {
    first(number, record, |hello| {
        let at = extension(hello, 13);
        hello[at..at + 2].copy_from_slice(&[0x4a, 0x4a]);
    })
}

/// A ServerHello with an extension that nobody asked for.
pub(crate) fn with_extension(number: usize, record: Vec<u8>) -> Vec<u8> {
    first(number, record, |hello| {
        let block = SESSION_ID + 1 + usize::from(hello[SESSION_ID]) + 3;
        // The record, the message and the block grow by an empty extension.
        for length in [3, 7, block] {
            let longer = u16::from_be_bytes([hello[length], hello[length + 1]]) + 4;
            hello[length..length + 2].copy_from_slice(&longer.to_be_bytes());
        }
        hello.extend([0x4a, 0x4a, 0, 0]);
    })
}

/// Application data in the clear comes first.
pub(crate) fn data_first(number: usize, record: Vec<u8>) -> Vec<u8> {
    first(number, record, |hello| {
        hello.splice(0..0, [23, 3, 3, 0, 1, 0]);
    })
}

/// The header says that the record has a byte more than there may be.
pub(crate) fn too_long(number: usize, record: Vec<u8>) -> Vec<u8> {
    first(number, record, |hello| hello[3..5].copy_from_slice(&[0x40, 0x01]))
}

/// The first protected record loses a bit.
pub(crate) fn bit_flipped(_: usize, mut record: Vec<u8>) -> Vec<u8> {
    if record[0] == 23 {
        record[5] ^= 1;
    }
    record
}
