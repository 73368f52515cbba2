//! What the parts of a report are, so that a terminal can colour them.

#[cfg(feature = "command")]
use anstyle::{AnsiColor, Style};

/// What a part of a report is, so that it can be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A heading.
    Heading,
    /// As it has to be.
    Good,
    /// Wrong.
    Bad,
    /// A detail that most readers skip.
    Faint,
}

/// How a part is written: its words in a colour, or as they are.
pub type Paint<'p> = &'p dyn Fn(Mark, &str) -> String;

/// The words as they are.
pub fn plain(_: Mark, words: &str) -> String {
    words.to_owned()
}

#[cfg(feature = "command")]
impl Mark {
    /// The style of such a part on a terminal.
    pub const fn style(self) -> Style {
        match self {
            Self::Heading => Style::new().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// The words in the style of the part, by the codes of terminals. What writes them has to take the
/// codes off where there is no terminal.
#[cfg(feature = "command")]
pub fn coloured(mark: Mark, words: &str) -> String {
    let style = mark.style();
    format!("{style}{words}{style:#}")
}

/// A paragraph's lines, each painted.
pub(crate) fn painted(lines: &str, mark: Option<Mark>, paint: Paint<'_>) -> String {
    let Some(mark) = mark else { return lines.to_owned() };
    lines.lines().map(|line| paint(mark, line) + "\n").collect()
}
