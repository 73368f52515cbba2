//! Base64 (RFC 4648 section 4) of what is secret: without a copy that stays, a table, or a branch
//! by what is decoded.

use zeroize::Zeroizing;

/// What these lines encode, one after the other; None where they are not base64. Padding may be
/// missing, white space may stand anywhere.
pub(super) fn decode<'l>(
    lines: impl Iterator<Item = &'l [u8]> + Clone,
) -> Option<Zeroizing<Vec<u8>>> {
    let length: usize = lines.clone().map(<[u8]>::len).sum();
    // This never grows: the memory that it would grow out of would keep a copy.
    let mut decoded = Zeroizing::new(Vec::with_capacity(length / 4 * 3 + 3));
    let (mut bits, mut held, mut padding) = (0_u32, 0_u32, 0);
    for byte in lines.flatten().filter(|byte| !byte.is_ascii_whitespace()) {
        if *byte == b'=' {
            padding += 1;
            continue;
        }
        let digit = digit(*byte);
        if padding > 0 || digit < 0 {
            return None;
        }
        bits = bits << 6 | u32::from(digit.unsigned_abs());
        held += 6;
        if held >= 8 {
            held -= 8;
            let [.., whole] = (bits >> held).to_be_bytes();
            decoded.push(whole);
        }
    }
    // A digit alone encodes no byte, and padding fills four digits up.
    let is_whole = match held {
        0 => padding == 0,
        4 => matches!(padding, 0 | 2),
        2 => matches!(padding, 0 | 1),
        _ => false,
    };
    is_whole.then_some(decoded)
}

/// Appends what encodes these bytes, with its padding.
pub(super) fn encode(bytes: &[u8], text: &mut String) {
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = bits << 8 | chunk.get(place).copied().map_or(0, u32::from);
        }
        for place in 0..4 {
            let [value, ..] = (bits >> (18 - 6 * place) & 63).to_le_bytes();
            let is_padding = place > chunk.len();
            text.push(if is_padding { '=' } else { letter(value).into() });
        }
    }
}

/// The digit of a value below 64. Each line but the first corrects the values above its number,
/// and leaves the others.
fn letter(value: u8) -> u8 {
    let value = i16::from(value);
    let above = |number: i16| (number - value) >> 8;
    let [letter, _] =
        (value + 0x41 + (above(25) & 6) + (above(51) & -75) + (above(61) & -15) + (above(62) & 3))
            .to_le_bytes();
    letter
}

/// The value of a digit, and -1 of any other byte. Each line adds one more than the value where the
/// byte is in its range, and nothing elsewhere.
fn digit(byte: u8) -> i16 {
    let byte = i16::from(byte);
    let inside = |from: i16, to: i16| ((from - 1 - byte) & (byte - to - 1)) >> 8;
    -1 + (inside(0x41, 0x5a) & (byte - 0x40))
        + (inside(0x61, 0x7a) & (byte - 0x46))
        + (inside(0x30, 0x39) & (byte + 5))
        + (inside(0x2b, 0x2b) & 63)
        + (inside(0x2f, 0x2f) & 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
        decode(text.as_bytes().split(|byte| *byte == b'\n')).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn the_examples_of_the_rfc_are_decoded_with_their_padding_and_without() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            for spelled in [text, text.trim_end_matches('='), &text.replace("m", "m\n ")] {
                assert_eq!(decoded(spelled).unwrap(), bytes.as_bytes(), "{spelled}");
            }
        }
    }

    #[test]
    fn every_byte_has_the_value_of_the_alphabet_or_none() {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for byte in 0..=u8::MAX {
            let place = DIGITS.iter().position(|digit| *digit == byte);
            let value = place.map_or(-1, |place| i16::try_from(place).unwrap());
            assert_eq!(digit(byte), value, "{byte}");
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_and_the_examples_of_the_rfc_are_encoded() {
        let encoded = |bytes: &[u8]| {
            let mut text = String::new();
            encode(bytes, &mut text);
            text
        };
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob")]
        {
            assert_eq!(encoded(bytes.as_bytes()), text);
        }
        for value in 0..64 {
            assert_eq!(digit(letter(value)), i16::from(value));
        }
        let all: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(decoded(&encoded(&all)), Some(all));
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in
            ["Z", "Zm9vY", "Zg=", "Zg===", "Zm8==", "Zm9v=", "=", "Zg==Zg==", "Zm!v", "Zm-v"]
        {
            assert_eq!(decoded(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_decoded_never_moves() {
        for length in 0..200 {
            let text = "A".repeat(length);
            if let Some(bytes) = decode(std::iter::once(text.as_bytes())) {
                assert!(bytes.len() <= length / 4 * 3 + 3);
            }
        }
    }
}
