//! Lists of 16-bit numbers, borrowed from the message.

use core::fmt;
use core::marker::PhantomData;

use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{CipherSuite, ExtensionType, NamedGroup, SignatureScheme};

/// A number of two bytes on the wire.
pub(crate) trait Number16: Copy + PartialEq + Ord + fmt::Debug {
    fn from_number(number: u16) -> Self;
    fn number(self) -> u16;
}

macro_rules! number16 {
    ($($name:ident)*) => {
        $(impl Number16 for $name {
            fn from_number(number: u16) -> Self {
                Self(number)
            }

            fn number(self) -> u16 {
                self.0
            }
        })*
    };
}

number16! { CipherSuite NamedGroup SignatureScheme ExtensionType }

impl Number16 for u16 {
    fn from_number(number: u16) -> Self {
        number
    }

    fn number(self) -> u16 {
        self
    }
}

/// A non-empty list of 16-bit numbers in the order of the sender's preference. Numbers that this
/// library does not know stay in it, and are never chosen.
#[derive(Clone, Copy)]
pub(crate) struct List<'a, T> {
    pairs: &'a [[u8; 2]],
    item: PhantomData<T>,
}

/// Nothing, which no message says.
impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self { pairs: &[], item: PhantomData }
    }
}

impl<'a, T: Number16> List<'a, T> {
    /// The list in exactly these bytes; its length went before.
    pub(crate) fn decode(
        reader: &Reader<'_>,
        bytes: &'a [u8],
        field: &'static str,
    ) -> Result<Self, Error> {
        match bytes.as_chunks::<2>() {
            (pairs, []) if !pairs.is_empty() => Ok(Self { pairs, item: PhantomData }),
            _ => Err(reader.malformed(field)),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = T> + 'a
    where
        T: 'a,
    {
        self.pairs.iter().map(|pair| T::from_number(u16::from_be_bytes(*pair)))
    }

    pub(crate) fn contains(self, wanted: T) -> bool {
        self.iter().any(|item| item == wanted)
    }

    /// Whether the list contains all of these. Long lists are sorted first, so that a peer cannot
    /// make this slow by sending one.
    pub(crate) fn contains_all(self, mut items: impl Iterator<Item = T>) -> bool {
        if self.pairs.len() <= FEW {
            return items.all(|item| self.contains(item));
        }
        let mut sorted: Vec<T> = self.iter().collect();
        sorted.sort_unstable();
        items.all(|item| sorted.binary_search(&item).is_ok())
    }

    /// The first of `ours` that the list contains.
    pub(crate) fn first_of(self, ours: &[T]) -> Option<T> {
        ours.iter().copied().find(|item| self.contains(*item))
    }
}

impl<T: Number16> PartialEq for List<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.pairs == other.pairs
    }
}

impl<T: Number16> Eq for List<'_, T> {}

impl<T: Number16> fmt::Debug for List<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// A list of 16-bit numbers behind a length of two bytes.
pub(super) fn list16<'a, T: Number16>(
    contents: &mut Reader<'a>,
    field: &'static str,
) -> Result<List<'a, T>, Error> {
    let bytes = contents.vector16(2, field)?;
    List::decode(contents, bytes, field)
}

/// Writes a list without its length.
pub(crate) fn write_list<T: Number16>(writer: &mut Writer<'_>, items: &[T]) {
    for item in items {
        writer.u16(item.number());
    }
}

/// Lists of so many numbers are searched as they are, longer ones are sorted first.
const FEW: usize = 32;

/// The number that stands twice, if one does. A long list is sorted, so that a peer cannot make
/// this slow by sending one.
pub(crate) fn has_duplicate<T: Number16>(items: impl Iterator<Item = T> + Clone) -> Option<T> {
    if items.clone().nth(FEW).is_none() {
        let again = |(number, item)| items.clone().take(number).find(|before| *before == item);
        return items.clone().enumerate().find_map(again);
    }
    let mut sorted: Vec<T> = items.collect();
    sorted.sort_unstable();
    sorted.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some(*first),
        _ => None,
    })
}
