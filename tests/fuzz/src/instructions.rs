//! What the fuzzer's bytes are read as: a sequence of small numbers and of pieces.

/// The bytes that are not read yet.
pub struct Instructions<'a>(&'a [u8]);

impl<'a> Instructions<'a> {
    /// All of an input.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    /// The next byte; none at the end.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The next two bytes as a number, as far as they are there.
    pub fn number(&mut self) -> usize {
        let high = usize::from(self.byte().unwrap_or_default());
        high << 8 | usize::from(self.byte().unwrap_or_default())
    }

    /// The next bytes, so many or as many as are left.
    pub fn piece(&mut self, length: usize) -> &'a [u8] {
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        piece
    }

    /// A piece behind its length in two bytes.
    pub fn counted_piece(&mut self) -> &'a [u8] {
        let length = self.number();
        self.piece(length)
    }
}
