//! Reads the presentation language (RFC 9846 section 3) from a message's bytes.

use crate::error::Error;
use crate::identifiers::HandshakeType;

/// A cursor over a message, or over a part of it. What does not fit is [`Error::Malformed`] with
/// the message and the field being read.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    /// What is not read yet.
    pub(crate) rest: &'a [u8],
    message: HandshakeType,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(message: HandshakeType, bytes: &'a [u8]) -> Self {
        Self { rest: bytes, message }
    }

    /// The message that errors name.
    pub(crate) fn message(&self) -> HandshakeType {
        self.message
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn malformed(&self, field: &'static str) -> Error {
        Error::Malformed { message: self.message, field }
    }

    pub(crate) fn illegal(&self, field: &'static str) -> Error {
        Error::IllegalValue { message: self.message, field }
    }

    /// The next `length` bytes.
    pub(crate) fn bytes(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], Error> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or_else(|| self.malformed(field))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes, as an array.
    pub(crate) fn array<const N: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<&'a [u8; N], Error> {
        let (taken, rest) =
            self.rest.split_first_chunk::<N>().ok_or_else(|| self.malformed(field))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, Error> {
        self.array::<1>(field).map(|bytes| u8::from_be_bytes(*bytes))
    }

    pub(crate) fn u16(&mut self, field: &'static str) -> Result<u16, Error> {
        self.array::<2>(field).map(|bytes| u16::from_be_bytes(*bytes))
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, Error> {
        self.array::<4>(field).map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// A vector behind a length of one byte, of at least `least` bytes.
    pub(crate) fn vector8(&mut self, least: usize, field: &'static str) -> Result<&'a [u8], Error> {
        let length = usize::from(self.u8(field)?);
        self.vector(length, least, field)
    }

    /// A vector behind a length of two bytes, of at least `least` bytes.
    pub(crate) fn vector16(
        &mut self,
        least: usize,
        field: &'static str,
    ) -> Result<&'a [u8], Error> {
        let length = usize::from(self.u16(field)?);
        self.vector(length, least, field)
    }

    /// A vector behind a length of three bytes, of at least `least` bytes.
    pub(crate) fn vector24(
        &mut self,
        least: usize,
        field: &'static str,
    ) -> Result<&'a [u8], Error> {
        let length = self.array::<3>(field).map(|bytes| u24(*bytes))?;
        self.vector(length, least, field)
    }

    fn vector(
        &mut self,
        length: usize,
        least: usize,
        field: &'static str,
    ) -> Result<&'a [u8], Error> {
        if length < least {
            return Err(self.malformed(field));
        }
        self.bytes(length, field)
    }

    /// All that is left.
    pub(crate) fn take_rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// A cursor over a part of the same message.
    pub(crate) fn within(&self, part: &'a [u8]) -> Self {
        Self { rest: part, message: self.message }
    }

    /// Nothing may be left: "trailing data is forbidden" (RFC 9846 section 4.3).
    pub(crate) fn end(&self, field: &'static str) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.malformed(field)) }
    }
}

/// A number of three bytes.
pub(crate) fn u24([high, middle, low]: [u8; 3]) -> usize {
    (usize::from(high) << 16) | (usize::from(middle) << 8) | usize::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_vectors_are_read_in_network_order() {
        let mut reader =
            Reader::new(HandshakeType::Finished, &[1, 2, 3, 0, 2, 8, 9, 0, 0, 1, 7, 5]);
        assert_eq!(reader.u8("a"), Ok(1));
        assert_eq!(reader.u16("b"), Ok(0x0203));
        assert_eq!(reader.vector16(2, "c"), Ok(&[8, 9][..]));
        assert_eq!(reader.vector24(1, "d"), Ok(&[7][..]));
        assert_eq!(reader.end("e"), Err(reader.malformed("e")));
        assert_eq!(reader.u8("f"), Ok(5));
        assert_eq!(reader.end("g"), Ok(()));
    }

    #[test]
    fn a_length_beyond_the_message_or_below_the_least_is_malformed() {
        let mut reader = Reader::new(HandshakeType::Finished, &[2, 1]);
        assert_eq!(reader.vector8(0, "field"), Err(reader.malformed("field")));
        let mut reader = Reader::new(HandshakeType::Finished, &[1, 1]);
        assert_eq!(reader.vector8(2, "field"), Err(reader.malformed("field")));
    }
}
