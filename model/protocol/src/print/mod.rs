//! Answers and tables, as a person or a tool reads them.

pub(crate) mod chart;
pub mod columns;
pub mod mark;
pub mod markdown;
pub mod mermaid;
#[cfg(feature = "command")]
pub mod suite;
mod words;
pub mod wrap;

use self::mark::{Paint, plain};
use crate::answer::ProtocolAnswer;

impl ProtocolAnswer {
    /// The answer for a terminal, in lines of at most 100 columns: words, and the chart of the
    /// first trace; with the rows that each step takes, if they are asked for.
    pub fn words(&self, shows_rows: bool) -> String {
        self.painted_words(shows_rows, &plain)
    }

    /// The same with each part painted, for a terminal that has colours.
    pub fn painted_words(&self, shows_rows: bool, paint: Paint<'_>) -> String {
        words::words(self, shows_rows, paint)
    }

    /// The first trace as a sequence diagram of Mermaid.
    pub fn mermaid(&self) -> String {
        mermaid::mermaid(self)
    }
}
