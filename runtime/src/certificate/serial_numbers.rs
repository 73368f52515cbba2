//! Serial numbers of certificates, many of them.

/// A set of serial numbers, in one piece of memory: lists of a hundred thousand are common.
#[derive(Clone, Debug, Default)]
pub(crate) struct SerialNumbers {
    /// One after the other, in order.
    bytes: Box<[u8]>,
    /// Where each ends.
    ends: Box<[usize]>,
}

impl SerialNumbers {
    /// From the contents of INTEGERs.
    pub(crate) fn new(mut numbers: Vec<&[u8]>) -> Self {
        for number in &mut numbers {
            *number = shortest(number);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut sum = 0_usize;
        let ends = numbers.iter().map(|number| {
            sum = sum.saturating_add(number.len());
            sum
        });
        Self { ends: ends.collect(), bytes: numbers.concat().into() }
    }

    /// Whether the contents of an INTEGER are one of these.
    pub(crate) fn contain(&self, number: &[u8]) -> bool {
        let number = shortest(number);
        let (mut first, mut after) = (0, self.ends.len());
        while first < after {
            let middle = first.midpoint(after);
            match self.get(middle).cmp(number) {
                core::cmp::Ordering::Equal => return true,
                core::cmp::Ordering::Less => first = middle + 1,
                core::cmp::Ordering::Greater => after = middle,
            }
        }
        false
    }

    fn get(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(place).copied().unwrap_or_default();
        self.bytes.get(start.unwrap_or_default()..end).unwrap_or_default()
    }
}

/// The same number without the bytes in front that say nothing: some issuers write them in one
/// place and not in another.
pub(crate) fn shortest(mut number: &[u8]) -> &[u8] {
    while let [0x00, second, ..] | [0xff, second, ..] = number {
        let is_sign = number.first().is_some_and(|first| (first ^ second) & 0x80 != 0);
        if is_sign {
            break;
        }
        number = number.get(1..).unwrap_or_default();
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_among_others_however_many_zeros_stand_before_it() {
        let numbers: [&[u8]; 5] = [&[5], &[0, 0, 7], &[0, 0x80], &[1, 0], &[5]];
        let set = SerialNumbers::new(numbers.to_vec());
        for there in [&[5][..], &[0, 5], &[7], &[0, 0, 0x80], &[0, 1, 0]] {
            assert!(set.contain(there), "{there:?}");
        }
        for absent in [&[][..], &[0], &[6], &[0, 0], &[0x80], &[1], &[1, 0, 0]] {
            assert!(!set.contain(absent), "{absent:?}");
        }
        assert!(!SerialNumbers::default().contain(&[5]));
    }

    #[test]
    fn the_sign_of_a_number_counts() {
        assert_eq!(shortest(&[0, 0x80]), [0, 0x80]);
        assert_eq!(shortest(&[0xff, 0xff, 0x80]), [0x80]);
        assert_eq!(shortest(&[0xff, 0x7f]), [0xff, 0x7f]);
        assert_eq!(shortest(&[0, 0, 0]), [0]);
    }
}
