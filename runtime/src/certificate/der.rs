//! The little DER that is written here: one element around bytes that are DER already.

use zeroize::Zeroizing;

/// The tag of an INTEGER.
pub(crate) const INTEGER: u8 = 0x02;
/// The tag of an OCTET STRING.
pub(crate) const OCTET_STRING: u8 = 0x04;
/// The tag of a SEQUENCE.
pub(crate) const SEQUENCE: u8 = 0x30;

/// One element: `tag`, the length in its shortest form, and `parts` one after the other.
///
/// The result is allocated once, at its final size, so that a secret leaves no copy behind.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let bytes = length.to_be_bytes();
    let leading_zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = bytes.iter().skip(leading_zeros);

    let mut out = Zeroizing::new(Vec::with_capacity(2 + bytes.len() + length));
    out.push(tag);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            // At most eight bytes: the number fits beside the flag of the long form.
            let count = u8::try_from(bytes.len() - leading_zeros).unwrap_or(u8::MAX);
            out.push(0x80 | count);
            out.extend(significant);
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_below_128_takes_one_byte() {
        assert_eq!(element(OCTET_STRING, &[&[7; 127]]).get(..2), Some(&[0x04, 127][..]));
        assert_eq!(element(SEQUENCE, &[]).as_slice(), [0x30, 0]);
    }

    #[test]
    fn a_longer_length_says_how_many_bytes_it_takes() {
        assert_eq!(element(INTEGER, &[&[7; 128]]).get(..3), Some(&[0x02, 0x81, 128][..]));
        assert_eq!(element(INTEGER, &[&[7; 256]]).get(..4), Some(&[0x02, 0x82, 1, 0][..]));
        assert_eq!(element(INTEGER, &[&[7; 200], &[8; 200]]).len(), 404);
    }
}
