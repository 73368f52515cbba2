//! Results for things that have numbers, kept by thing and code.

use alloc::vec::Vec;

use crate::kept::Kept;

/// Results for things that have numbers, by codes that are below `u16::MAX`. Of each thing the
/// first `FEW` values stand together, so that the memory is waited for once.
#[derive(Clone, Debug)]
pub struct KeptNear<const FEW: usize> {
    blocks: Vec<Block<FEW>>,
    /// What had no place in a block, by number and code.
    others: Kept,
}

/// The first values of one thing.
#[derive(Clone, Copy, Debug)]
struct Block<const FEW: usize> {
    /// Codes, each one more than it is; 0 where there is none.
    codes: [u16; FEW],
    values: [u64; FEW],
}

impl<const FEW: usize> Block<FEW> {
    const EMPTY: Self = Self { codes: [0; FEW], values: [0; FEW] };
}

impl<const FEW: usize> Default for KeptNear<FEW> {
    fn default() -> Self {
        Self { blocks: Vec::new(), others: Kept::default() }
    }
}

impl<const FEW: usize> KeptNear<FEW> {
    /// The result that was kept of this thing for this code.
    #[inline]
    pub fn get(&self, number: u32, code: u16) -> Option<u64> {
        let block = usize::try_from(number).ok().and_then(|number| self.blocks.get(number))?;
        for (found, value) in block.codes.iter().zip(&block.values) {
            if *found == code + 1 {
                return Some(*value);
            }
            if *found == 0 {
                return None;
            }
        }
        self.others.get(joined(number, code))
    }

    /// Keeps a value for a code that has none.
    pub fn keep(&mut self, number: u32, code: u16, value: u64) {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        if self.blocks.len() <= index {
            self.blocks.resize(index + 1, Block::EMPTY);
        }
        let Some(block) = self.blocks.get_mut(index) else { return };
        let places = block.codes.iter_mut().zip(&mut block.values);
        match places.into_iter().find(|(found, _)| **found == 0) {
            Some((found, place)) => (*found, *place) = (code + 1, value),
            None => self.others.keep(joined(number, code), value),
        }
    }

    /// The memory that it takes, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block<FEW>>() + self.others.bytes()
    }
}

fn joined(number: u32, code: u16) -> u64 {
    u64::from(number) << 16 | u64::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_of_a_thing_is_had_again_however_much_it_is() {
        let mut kept = KeptNear::<3>::default();
        assert_eq!(kept.get(5, 0), None);
        let all = || (0_u32..200).flat_map(|number| (0_u16..7).map(move |code| (number, code)));
        let value = |number: u32, code: u16| u64::from(number) * 100 + u64::from(code);
        all().for_each(|(number, code)| kept.keep(number, code, value(number, code)));
        assert!(all().all(|(number, code)| kept.get(number, code) == Some(value(number, code))));
        assert_eq!((kept.get(3, 7), kept.get(200, 0)), (None, None));
        kept.keep(1000, 0, 1);
        assert_eq!((kept.get(999, 0), kept.get(1000, 0), kept.get(1000, 1)), (None, Some(1), None));
    }
}
