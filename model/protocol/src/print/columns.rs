//! The lines of a chart: a number, what one end does, what lies between, what the other end does.

use super::wrap::wrapped;

/// The columns for the number of a step.
pub const NUMBER_COLUMNS: usize = 4;

/// What stands between two columns of a chart.
pub const GAP: &str = "  ";

/// One line of a chart, its texts as wide as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsLine {
    /// The number, at the right of its column.
    pub number: String,
    /// What the end on the left does.
    pub left: String,
    /// Blanks that fill the column of the left end.
    pub blanks: String,
    /// What lies between.
    pub middle: String,
    /// What the end on the right does.
    pub right: String,
}

impl ColumnsLine {
    /// The line, with texts of the ends that may have a style.
    pub fn with(&self, left: &str, right: &str) -> String {
        let Self { number, blanks, middle, .. } = self;
        let full = format!("{number}{GAP}{left}{blanks}{GAP}{middle}{GAP}{right}");
        full.trim_end().to_owned()
    }
}

/// The columns of an end in a chart of this width, where so many lie between the ends.
pub fn side_columns(width: usize, middle: usize, at_least: usize) -> usize {
    let taken = NUMBER_COLUMNS + 3 * GAP.len() + middle;
    (width.saturating_sub(taken) / 2).max(at_least)
}

/// A step in as many lines as the texts of its ends need. `broken` says whether they are broken at
/// `side` columns, or may be as wide as they like.
pub fn columns(
    number: &str,
    [left, right]: [&str; 2],
    middle: &str,
    side: usize,
    broken: bool,
) -> Vec<ColumnsLine> {
    let in_lines = |text: &str| match broken {
        true => wrapped(text, side),
        false => vec![text.to_owned()],
    };
    let (lefts, rights) = (in_lines(left), in_lines(right));
    let line = |index: usize| {
        let of = |lines: &[String]| lines.get(index).cloned().unwrap_or_default();
        let (number, middle) = match index {
            0 => (number, middle.to_owned()),
            _ => ("", " ".repeat(middle.chars().count())),
        };
        let left = of(&lefts);
        let blanks = " ".repeat(side.saturating_sub(left.chars().count()));
        let number = format!("{number:>NUMBER_COLUMNS$}");
        ColumnsLine { number, left, blanks, middle, right: of(&rights) }
    };
    (0..lefts.len().max(rights.len())).map(line).collect()
}
