//! How protected records are padded (RFC 9846 section 5.4).

use crate::record_size::{GREATEST_SIZE_LIMIT, RecordSizeLimit};

/// What is encrypted of a record, which is content, its type and zeros, makes up a multiple of so
/// many bytes: 1 is no padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordPadding(u16);

impl RecordPadding {
    /// Only content and its type.
    pub(crate) const NONE: Self = Self(1);

    /// Multiples of so many bytes. None where a record holds no such multiple.
    pub(crate) const fn to_multiples_of(bytes: u16) -> Option<Self> {
        match bytes {
            1..=GREATEST_SIZE_LIMIT => Some(Self(bytes)),
            _ => None,
        }
    }

    /// How many bytes are encrypted for so many bytes of content: no more than the limit, within
    /// which the content is already.
    pub(crate) fn padded(self, content: usize, limit: RecordSizeLimit) -> usize {
        (content + 1).next_multiple_of(self.0.into()).min(usize::from(limit.number()))
    }

    /// The most bytes of content with which no more than `room` bytes and a type are encrypted.
    pub(crate) fn content_within(self, room: usize, limit: RecordSizeLimit) -> usize {
        let most = limit.content();
        if most <= room {
            return most;
        }
        let multiple = usize::from(self.0);
        ((room + 1) / multiple * multiple).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_most_content_that_fits_is_found(
            multiple in 1..=GREATEST_SIZE_LIMIT,
            limit in 64..=GREATEST_SIZE_LIMIT,
            room in 0..40_000_usize,
        ) {
            let padding = RecordPadding::to_multiples_of(multiple).unwrap();
            let limit = RecordSizeLimit::asked(limit).unwrap();
            let most = padding.content_within(room, limit);
            prop_assert!(most <= limit.content());
            if most > 0 {
                prop_assert!(padding.padded(most, limit) <= room + 1);
            }
            if most < limit.content() {
                prop_assert!(padding.padded(most + 1, limit) > room + 1);
            }
        }

        #[test]
        fn what_is_encrypted_is_a_multiple_or_the_limit(
            multiple in 1..=GREATEST_SIZE_LIMIT,
            limit in 64..=GREATEST_SIZE_LIMIT,
            content in 0..=usize::from(GREATEST_SIZE_LIMIT),
        ) {
            let padding = RecordPadding::to_multiples_of(multiple).unwrap();
            let limit = RecordSizeLimit::asked(limit).unwrap();
            let content = content.min(limit.content());
            let padded = padding.padded(content, limit);
            prop_assert!(padded > content);
            let at_limit = padded == usize::from(limit.number());
            prop_assert!(at_limit || padded.is_multiple_of(usize::from(multiple)));
            prop_assert!(padded <= content + usize::from(multiple));
        }
    }

    #[test]
    fn no_record_holds_a_multiple_of_nothing_or_of_too_much() {
        assert_eq!(RecordPadding::to_multiples_of(0), None);
        assert_eq!(RecordPadding::to_multiples_of(GREATEST_SIZE_LIMIT + 1), None);
        assert_eq!(RecordPadding::to_multiples_of(1), Some(RecordPadding::NONE));
    }
}
