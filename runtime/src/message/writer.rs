//! Writes the presentation language (RFC 9846 section 3) behind what a `Vec` already holds.

use crate::identifiers::{ExtensionType, HandshakeType};

/// How many bytes the length in front of a vector has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    One,
    Two,
    Three,
}

impl Width {
    fn bytes(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    fn most(self) -> usize {
        (1 << (8 * self.bytes())) - 1
    }
}

/// Appends to a `Vec`; lengths in front of vectors are filled in when the vector's end is known.
///
/// Writing cannot fail. A vector longer than its length can say is cut there, so that the lengths
/// in the buffer are always right. Configurations are checked so that no vector is cut
/// (`message::limits`).
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    buffer: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(buffer: &'a mut Vec<u8>) -> Self {
        Self { buffer }
    }

    pub(crate) fn u8(&mut self, number: u8) {
        self.buffer.push(number);
    }

    pub(crate) fn u16(&mut self, number: u16) {
        self.buffer.extend_from_slice(&number.to_be_bytes());
    }

    pub(crate) fn u32(&mut self, number: u32) {
        self.buffer.extend_from_slice(&number.to_be_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    pub(crate) fn vector8(&mut self, fill: impl FnOnce(&mut Writer<'_>)) {
        self.vector(Width::One, fill);
    }

    pub(crate) fn vector16(&mut self, fill: impl FnOnce(&mut Writer<'_>)) {
        self.vector(Width::Two, fill);
    }

    pub(crate) fn vector24(&mut self, fill: impl FnOnce(&mut Writer<'_>)) {
        self.vector(Width::Three, fill);
    }

    /// One extension (RFC 9846 section 4.3).
    pub(crate) fn extension(
        &mut self,
        extension: ExtensionType,
        fill: impl FnOnce(&mut Writer<'_>),
    ) {
        self.u16(extension.0);
        self.vector16(fill);
    }

    /// A whole handshake message with its header (RFC 9846 section 4).
    pub(crate) fn handshake(&mut self, message: HandshakeType, fill: impl FnOnce(&mut Writer<'_>)) {
        self.u8(message.0);
        self.vector24(fill);
    }

    fn vector(&mut self, width: Width, fill: impl FnOnce(&mut Writer<'_>)) {
        let front = self.buffer.len();
        let start = front + width.bytes();
        self.buffer.resize(start, 0);
        fill(&mut Writer { buffer: self.buffer });
        self.buffer.truncate(start.saturating_add(width.most()));
        let length = self.buffer.len().saturating_sub(start).to_be_bytes();
        let low = length.iter().rev();
        if let Some(place) = self.buffer.get_mut(front..start) {
            place.iter_mut().rev().zip(low).for_each(|(place, byte)| *place = *byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_filled_in_from_the_inside_out() {
        let mut buffer = vec![0xff];
        Writer::new(&mut buffer).handshake(HandshakeType::Finished, |body| {
            body.vector16(|outer| outer.vector8(|inner| inner.bytes(&[7, 8])));
        });
        assert_eq!(buffer, [0xff, 20, 0, 0, 5, 0, 3, 2, 7, 8]);
    }

    #[test]
    fn a_vector_that_is_too_long_is_cut_and_its_length_tells_the_truth() {
        let mut buffer = Vec::new();
        Writer::new(&mut buffer).vector8(|body| body.bytes(&[1; 300]));
        assert_eq!((buffer.len(), buffer.first()), (256, Some(&255)));
    }
}
