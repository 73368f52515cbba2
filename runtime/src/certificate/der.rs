//! DER (ITU-T X.690), as far as certificates and private keys need it: elements are read one after
//! the other, and an element is written around bytes that are DER already.
//!
//! webpki's reader is not public. That of the crate `der` refuses every universal tag that it does
//! not list, and with it a name that holds a UniversalString.

use zeroize::Zeroizing;

use crate::CertificateError;

/// The tag of a BOOLEAN.
pub(crate) const BOOLEAN: u8 = 0x01;
/// The tag of an INTEGER.
pub(crate) const INTEGER: u8 = 0x02;
/// The tag of a BIT STRING.
pub(crate) const BIT_STRING: u8 = 0x03;
/// The tag of an OCTET STRING.
pub(crate) const OCTET_STRING: u8 = 0x04;
/// The tag of an OBJECT IDENTIFIER.
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
/// The tag of a SEQUENCE.
pub(crate) const SEQUENCE: u8 = 0x30;
/// The tag of a SET.
pub(crate) const SET: u8 = 0x31;

/// The tag of a field `[number]` whose contents are not elements themselves.
pub(crate) const fn primitive(number: u8) -> u8 {
    0x80 | number
}

/// The tag of a field `[number]` whose contents are elements.
pub(crate) const fn constructed(number: u8) -> u8 {
    0xa0 | number
}

/// Bytes that are not the DER that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadDer;

impl From<BadDer> for CertificateError {
    fn from(_: BadDer) -> Self {
        Self::BadEncoding
    }
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    /// With tag and length.
    pub(crate) whole: &'a [u8],
}

/// Reads elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, of any tag below 31.
    pub(crate) fn any(&mut self) -> Result<Element<'a>, BadDer> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(BadDer)?;
        if tag & 0x1f == 0x1f {
            return Err(BadDer);
        }
        let (&first, after_length) = after_tag.split_first().ok_or(BadDer)?;
        let (length, after_length) = match first {
            0..=0x7f => (usize::from(first), after_length),
            0x81..=0x84 => long_length(usize::from(first & 0x7f), after_length)?,
            _ => return Err(BadDer),
        };
        let (contents, rest) = after_length.split_at_checked(length).ok_or(BadDer)?;
        let whole = self.rest.get(..self.rest.len() - rest.len()).ok_or(BadDer)?;
        self.rest = rest;
        Ok(Element { tag, contents, whole })
    }

    /// The contents of the next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<&'a [u8], BadDer> {
        self.optional(tag)?.ok_or(BadDer)
    }

    /// The contents of the next element, if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, BadDer> {
        if self.rest.first() != Some(&tag) {
            return Ok(None);
        }
        self.any().map(|element| Some(element.contents))
    }

    /// The bytes of a BIT STRING of whole bytes.
    pub(crate) fn bit_string(&mut self) -> Result<&'a [u8], BadDer> {
        self.expect(BIT_STRING)?.strip_prefix(&[0]).ok_or(BadDer)
    }

    /// Nothing may follow.
    pub(crate) fn end(self) -> Result<(), BadDer> {
        if self.rest.is_empty() { Ok(()) } else { Err(BadDer) }
    }
}

/// A length in its long form, of `count` bytes, and what follows it.
fn long_length(count: usize, bytes: &[u8]) -> Result<(usize, &[u8]), BadDer> {
    let (digits, rest) = bytes.split_at_checked(count).ok_or(BadDer)?;
    let length = digits
        .iter()
        .try_fold(0_usize, |sum, digit| Some(sum.checked_mul(0x100)? + usize::from(*digit)))
        .ok_or(BadDer)?;
    // DER allows the shortest form of a length only.
    if length < 0x80 || digits.first() == Some(&0) { Err(BadDer) } else { Ok((length, rest)) }
}

/// The contents of the one element of which `bytes` consist, and which must have this tag.
pub(crate) fn only(bytes: &[u8], tag: u8) -> Result<&[u8], BadDer> {
    let mut reader = Reader::new(bytes);
    let contents = reader.expect(tag)?;
    reader.end()?;
    Ok(contents)
}

/// A number from the contents of an INTEGER. A number that is too large for the type is read as the
/// largest.
pub(crate) fn unsigned(contents: &[u8]) -> Result<usize, BadDer> {
    let (first, _) = contents.split_first().ok_or(BadDer)?;
    if first & 0x80 != 0 {
        return Err(BadDer);
    }
    Ok(contents.iter().fold(0_usize, |sum, byte| {
        sum.checked_mul(0x100)
            .and_then(|sum| sum.checked_add(usize::from(*byte)))
            .unwrap_or(usize::MAX)
    }))
}

/// A truth value from the contents of a BOOLEAN.
pub(crate) fn truth(contents: &[u8]) -> Result<bool, BadDer> {
    match contents {
        [0x00] => Ok(false),
        [0xff] => Ok(true),
        _ => Err(BadDer),
    }
}

/// The contents of an OBJECT IDENTIFIER with dots between its numbers.
pub(crate) fn dotted(identifier: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0_u64;
    for byte in identifier {
        number = number.saturating_mul(0x80).saturating_add(u64::from(byte & 0x7f));
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.extend([first, number - 40 * first]);
            } else {
                numbers.push(number);
            }
            number = 0;
        }
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

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
    fn elements_are_read_one_after_the_other() {
        let bytes = [0x02, 1, 5, 0x30, 2, 0x05, 0];
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.optional(SEQUENCE), Ok(None));
        assert_eq!(reader.expect(INTEGER), Ok(&[5][..]));
        let sequence = reader.any().unwrap();
        assert_eq!((sequence.tag, sequence.contents, sequence.whole.len()), (0x30, &[5, 0][..], 4));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn a_length_has_one_form_and_stays_within_the_bytes() {
        for bad in [
            &[0x04][..],
            &[0x04, 1],
            &[0x04, 0x80, 0, 0],
            &[0x04, 0x81, 1, 0],
            &[0x04, 0x82, 0, 128],
            &[0x04, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x04, 0x85, 0, 0, 0, 0, 0],
            &[0x1f, 0x22, 0],
        ] {
            assert_eq!(Reader::new(bad).any(), Err(BadDer), "{bad:02x?}");
        }
        let long = element(OCTET_STRING, &[&[7; 70_000]]);
        assert_eq!(only(&long, OCTET_STRING), Ok(&[7; 70_000][..]));
        assert_eq!(only(&[&long[..], &[0]].concat(), OCTET_STRING), Err(BadDer));
    }

    #[test]
    fn numbers_are_not_negative_and_may_be_large() {
        assert_eq!(unsigned(&[0]), Ok(0));
        assert_eq!(unsigned(&[1, 0]), Ok(256));
        assert_eq!(unsigned(&[0x7f; 20]), Ok(usize::MAX));
        assert_eq!(unsigned(&[0x80]), Err(BadDer));
        assert_eq!(unsigned(&[]), Err(BadDer));
    }

    #[test]
    fn an_identifier_is_shown_with_dots() {
        assert_eq!(dotted(&[0x55, 0x1d, 0x0f]), "2.5.29.15");
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), "1.2.840.113549.1.1.1");
    }

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
