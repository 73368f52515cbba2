//! What can be done to records in the clear before they are sealed again.

use hyaline_replay::ContentType;

use super::end::Plain;
use super::extensions;
use super::random::Random;

/// The most content of a record, in bytes (RFC 9846 section 5.1).
const MOST_CONTENT: usize = 1 << 14;

/// The length of a handshake message's header, in bytes.
const HEADER_LENGTH: usize = 4;

/// Bytes and numbers that stand at edges.
const EDGES: [u8; 8] = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, 0x20];

/// Handshake types, known ones and others.
const HANDSHAKE_TYPES: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 8, 11, 13, 14, 15, 20, 24, 254, 255];

/// Content types, known ones and others.
const CONTENT_TYPES: [u8; 7] = [20, 21, 22, 23, 24, 0, 255];

/// Alert descriptions, known ones and others.
const ALERTS: [u8; 14] = [0, 10, 20, 22, 40, 42, 47, 50, 51, 80, 90, 110, 116, 255];

/// Mutates the record at `place` of what is to come. `corpus` is what records of valid
/// conversations hold.
pub(super) fn mutate(random: &mut Random, coming: &mut Vec<Plain>, place: usize, corpus: &[Plain]) {
    match random.below(20) {
        0 if random.once_in(8) => flood(random, coming, place),
        0 if random.once_in(32) => swell(random, coming, place),
        0 => {
            if place < coming.len() {
                coming.remove(place);
            }
        }
        1 => {
            if let Some(record) = coming.get(place).cloned() {
                coming.insert(place, record);
            }
        }
        2 => {
            if let Some(other) = random.one_of(corpus) {
                coming.insert(place.min(coming.len()), other.clone());
            }
        }
        3 => {
            if let (Some(record), Some(other)) = (coming.get_mut(place), random.one_of(corpus)) {
                *record = other.clone();
            }
        }
        4 => split(random, coming, place),
        5 => join(coming, place),
        6 => coming.insert(place.min(coming.len()), invented(random)),
        7 => {
            let other = random.below(coming.len());
            if place < coming.len() {
                coming.swap(place, other);
            }
        }
        8..14 => {
            if let Some(record) = coming.get_mut(place)
                && (record.content_type != ContentType::Handshake
                    || !extensions::mutate(random, &mut record.content, corpus))
            {
                change(random, record, corpus);
            }
        }
        _ => {
            if let Some(record) = coming.get_mut(place) {
                change(random, record, corpus);
            }
        }
    }
}

/// The same record many times.
fn flood(random: &mut Random, coming: &mut Vec<Plain>, place: usize) {
    // More than any limit on records that bring nothing.
    const MOST: usize = 1100;
    let record =
        if random.once_in(2) { Some(invented(random)) } else { coming.get(place).cloned() };
    if let Some(record) = record.filter(|record| record.content.len() < 1000) {
        let times = random.below(MOST);
        let place = place.min(coming.len());
        coming.splice(place..place, std::iter::repeat_n(record, times));
    }
}

/// A handshake message about as long as the longest that is let through, in full records, perhaps
/// without its last byte.
fn swell(random: &mut Random, coming: &mut Vec<Plain>, place: usize) {
    let kind = random.one_of(&HANDSHAKE_TYPES).copied().unwrap_or_default();
    let beyond = random.one_of(&[0, 1, 5000]).copied().unwrap_or_default();
    let claimed = 100 * 1024_usize + beyond;
    let [.., high, middle, low] = claimed.to_be_bytes();
    let mut message = vec![0; HEADER_LENGTH + claimed - random.below(2)];
    if let Some(header) = message.first_chunk_mut() {
        *header = [kind, high, middle, low];
    }
    let records = message
        .chunks(MOST_CONTENT)
        .map(|content| Plain { content_type: ContentType::Handshake, content: content.to_vec() });
    let place = place.min(coming.len());
    coming.splice(place..place, records);
}

/// A record that no valid conversation has.
fn invented(random: &mut Random) -> Plain {
    let number = random.one_of(&CONTENT_TYPES).copied().unwrap_or_default();
    let content = match random.below(6) {
        0 => vec![1 + random.byte() % 2, random.one_of(&ALERTS).copied().unwrap_or_default()],
        1 => vec![random.byte(), random.byte()],
        2 => vec![1],
        3 => Vec::new(),
        4 => {
            let kind = random.one_of(&HANDSHAKE_TYPES).copied().unwrap_or_default();
            let length = u8::try_from(random.below(8)).unwrap_or_default();
            let mut message = vec![kind, 0, 0, length];
            message.extend((0..length).map(|_| random.byte() % 3));
            return Plain { content_type: ContentType::Handshake, content: message };
        }
        _ => vec![random.byte(); MOST_CONTENT + random.below(300)],
    };
    Plain { content_type: ContentType(number), content }
}

/// One record becomes two, and perhaps something comes between them.
fn split(random: &mut Random, coming: &mut Vec<Plain>, place: usize) {
    let Some(record) = coming.get_mut(place) else { return };
    let behind = record.content.split_off(random.below(record.content.len() + 1));
    let second = Plain { content_type: record.content_type, content: behind };
    coming.insert(place + 1, second);
    if random.once_in(4) {
        coming.insert(place + 1, invented(random));
    }
}

/// Two records become one.
fn join(coming: &mut Vec<Plain>, place: usize) {
    if place + 1 < coming.len() {
        let second = coming.remove(place + 1);
        if let Some(first) = coming.get_mut(place) {
            first.content.extend_from_slice(&second.content);
        }
    }
}

/// Changes a record's content or type; in most cases handshake messages keep a true length.
fn change(random: &mut Random, record: &mut Plain, corpus: &[Plain]) {
    if random.once_in(24) {
        let number = random.one_of(&CONTENT_TYPES).copied().unwrap_or_default();
        record.content_type = ContentType(number);
    }
    for _ in 0..=random.below(3) {
        change_bytes(random, &mut record.content, corpus);
    }
    if record.content_type == ContentType::Handshake && !random.once_in(4) {
        tell_the_length(&mut record.content);
    }
    if random.once_in(24) {
        record.content.resize(record.content.len() + random.below(40), 0);
    }
}

fn change_bytes(random: &mut Random, content: &mut Vec<u8>, corpus: &[Plain]) {
    let place = random.below(content.len());
    let length = 1 + random.below(8);
    let end = (place + length).min(content.len());
    match random.below(10) {
        0 | 1 => {
            if let Some(byte) = content.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
        }
        2 => {
            if let Some(byte) = content.get_mut(place) {
                *byte = random.one_of(&EDGES).copied().unwrap_or_default();
            }
        }
        3 => {
            if let Some(byte) = content.get_mut(place) {
                *byte = random.byte();
            }
        }
        4 => {
            // A number of two bytes, perhaps a length, a little off.
            let near = [1, 2, 4, 0xffff, 0xfffe, 0x8000];
            if let Some(number) = content.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
                let off = random.one_of(&near).copied().unwrap_or_default();
                *number = u16::from_be_bytes(*number).wrapping_add(off).to_be_bytes();
            }
        }
        5 => {
            let added: Vec<u8> = (0..length).map(|_| random.byte()).collect();
            content.splice(place..place, added);
        }
        6 => {
            content.drain(place..end);
        }
        7 => {
            let again = content.get(place..end).unwrap_or_default().to_vec();
            content.splice(place..place, again);
        }
        8 => content.truncate(place),
        _ => {
            // The beginning of this content, and the end of another.
            if let Some(other) = random.one_of(corpus) {
                content.truncate(place);
                let from = random.below(other.content.len() + 1);
                content.extend_from_slice(other.content.get(from..).unwrap_or_default());
            }
        }
    }
}

/// Makes the header of a handshake message tell the length of what is behind it.
pub(super) fn tell_the_length(content: &mut [u8]) {
    let length = content.len().saturating_sub(HEADER_LENGTH);
    let [.., high, middle, low] = length.to_be_bytes();
    if let Some([_, length @ ..]) = content.first_chunk_mut::<HEADER_LENGTH>() {
        *length = [high, middle, low];
    }
}
