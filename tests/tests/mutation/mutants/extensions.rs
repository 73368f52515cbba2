//! Handshake messages whose frames stay whole while their extensions change.

use super::end::Plain;
use super::mutate::tell_the_length;
use super::random::Random;

/// Types of extensions: known ones of all messages, reserved ones, and unknown ones.
const TYPES: [u16; 22] = [
    0, 1, 5, 10, 13, 16, 18, 27, 28, 41, 42, 43, 44, 45, 47, 48, 49, 50, 51, 0x0a0a, 0xff01, 0xfe0d,
];

/// Where in a handshake message the length of its extensions stands; nothing if it has none.
fn block_at(message: &[u8]) -> Option<usize> {
    let byte_at = |place: usize| message.get(place).copied().map(usize::from);
    let number_at = |place: usize| Some(byte_at(place)? << 8 | byte_at(place + 1)?);
    // Behind the header, a version of two bytes and a random value of 32.
    let session_id = 4 + 34;
    Some(match message.first()? {
        1 => {
            let suites = session_id + 1 + byte_at(session_id)?;
            let methods = suites + 2 + number_at(suites)?;
            methods + 1 + byte_at(methods)?
        }
        2 => session_id + 1 + byte_at(session_id)? + 3,
        4 => {
            let ticket = 12 + 1 + byte_at(12)?;
            ticket + 2 + number_at(ticket)?
        }
        8 => 4,
        13 => 5 + byte_at(4)?,
        _ => return None,
    })
}

/// The extensions that stand in these bytes, each with its type.
fn extensions(mut block: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut found = Vec::new();
    while let Some((&[high, low, length @ ..], rest)) = block.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes(length)).min(rest.len());
        let (contents, behind) = rest.split_at(length);
        found.push((u16::from_be_bytes([high, low]), contents.to_vec()));
        block = behind;
    }
    found
}

/// Changes the extensions of a message that has some. False if it has none.
pub(super) fn mutate(random: &mut Random, message: &mut Vec<u8>, corpus: &[Plain]) -> bool {
    let Some(at) = block_at(message).filter(|at| at + 2 <= message.len()) else { return false };
    let mut found = extensions(message.get(at + 2..).unwrap_or_default());
    let place = random.below(found.len());
    match random.below(8) {
        0 if place < found.len() => {
            found.remove(place);
        }
        1 if place < found.len() => {
            if let Some(again) = found.get(place).cloned() {
                found.push(again);
            }
        }
        2 if place < found.len() => {
            let other = random.below(found.len());
            found.swap(place, other);
        }
        3 => {
            let kind = random.one_of(&TYPES).copied().unwrap_or_default();
            let contents = (0..random.below(6)).map(|_| random.byte() % 4).collect();
            found.insert(place, (kind, contents));
        }
        4 => {
            // One that stands in another message.
            let other = random.one_of(corpus).map(|other| other.content.as_slice());
            let block = other.and_then(|other| other.get(block_at(other)? + 2..));
            let others = extensions(block.unwrap_or_default());
            found.extend(random.one_of(&others).cloned());
        }
        _ => {
            if let Some((kind, contents)) = found.get_mut(place) {
                if random.once_in(8) {
                    *kind = random.one_of(&TYPES).copied().unwrap_or_default();
                }
                change(random, contents);
            }
        }
    }
    let mut block: Vec<u8> = Vec::new();
    for (kind, contents) in found {
        let length = u16::try_from(contents.len()).unwrap_or(u16::MAX);
        block.extend(kind.to_be_bytes());
        block.extend(length.to_be_bytes());
        block.extend(contents);
    }
    message.truncate(at);
    message.extend(u16::try_from(block.len()).unwrap_or(u16::MAX).to_be_bytes());
    message.extend(block);
    tell_the_length(message);
    true
}

/// Changes the contents of one extension; a list in it mostly keeps a true length.
fn change(random: &mut Random, contents: &mut Vec<u8>) {
    let place = random.below(contents.len());
    match random.below(5) {
        0 => contents.insert(place, random.byte()),
        1 if place < contents.len() => {
            contents.remove(place);
        }
        2 => contents.clear(),
        3 => {
            // One item of two bytes more, or less.
            let item = [random.byte() % 9, random.byte() % 32];
            if random.once_in(2) {
                contents.extend(item);
            } else {
                contents.truncate(contents.len().saturating_sub(2));
            }
            let behind = contents.len().saturating_sub(2);
            let length = u16::try_from(behind).unwrap_or(u16::MAX).to_be_bytes();
            if let Some(front) = contents.first_chunk_mut() {
                *front = length;
            }
        }
        _ => {
            if let Some(byte) = contents.get_mut(place) {
                *byte = random.byte() % 64;
            }
        }
    }
}
