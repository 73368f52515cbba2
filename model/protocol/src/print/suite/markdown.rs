//! Markdown for the comment on a pull request: the verdict, a table, and folded charts.

use super::{ReportCase, ReportFamily, ReportSuite};

/// How many bytes the text has at most. GitHub's comments hold 65536 characters, GitLab's more.
const BYTES_AT_MOST: usize = 60_000;

/// The verdict first, the table, and then as many of the cases that are not as they have to be as
/// fit.
pub(super) fn markdown(suite: &ReportSuite) -> String {
    let ReportSuite { title, verdict, is_pass, .. } = suite;
    let mut text = format!("### {} {title}: {}\n\n", mark(*is_pass), escaped(verdict));
    text.push_str("| | | explorations | states | verdict |\n|---|---|---:|---:|---|\n");
    text.extend(suite.families.iter().map(of_family));
    // Room is kept for the lines that come last.
    let about = suite.about.iter().map(|line| format!("\n{}\n", escaped(line)));
    let last: String = about.collect();
    let room = BYTES_AT_MOST.saturating_sub(last.len());
    let bad: Vec<&ReportCase> = suite.bad_cases().collect();
    for (told, case) in bad.iter().enumerate() {
        let left_out = format!("\nAnd {} more, for which there is no room.\n", bad.len() - told);
        let part = of_case(case);
        if text.len() + part.len() + left_out.len() > room {
            text.push_str(&left_out);
            break;
        }
        text.push_str(&part);
    }
    text + &last
}

fn mark(is_good: bool) -> &'static str {
    if is_good { "✅" } else { "❌" }
}

fn of_family(family: &ReportFamily) -> String {
    let [explorations, states] = family.counts();
    let (title, verdict) = (escaped(&family.title), escaped(&family.verdict));
    let mark = mark(family.is_good);
    format!("| {mark} | {title} | {explorations} | {states} | {verdict} |\n")
}

fn of_case(case: &ReportCase) -> String {
    let (name, message) = (escaped(&case.name), escaped(&case.message));
    let mut text = format!("\n**{message}** — {name}\n");
    if !case.explanation.is_empty() {
        text.push('\n');
    }
    for line in &case.explanation {
        text.push_str(&format!("- {}\n", escaped(line)));
    }
    if let Some(trace) = &case.trace {
        let (steps, chart) = (trace.steps.len(), &trace.brief_chart);
        let summary = format!("<summary>the shortest trace, {steps} steps</summary>");
        let fenced = format!("```text\n{chart}```");
        text.push_str(&format!("\n<details>{summary}\n\n{fenced}\n\n</details>\n"));
    }
    text
}

/// The words with the signs of Markdown escaped, except between backticks. A bar is escaped even
/// there, since it would end the cell of a table.
pub fn escaped(words: &str) -> String {
    let mut text = String::new();
    let mut is_code = false;
    for next in words.chars() {
        match next {
            '`' => {
                is_code = !is_code;
                text.push(next);
            }
            '\n' | '\r' => text.push(' '),
            '|' => text.push_str("\\|"),
            '<' if !is_code => text.push_str("&lt;"),
            '*' | '_' | '\\' | '[' | ']' | '#' if !is_code => text.extend(['\\', next]),
            _ => text.push(next),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bad, good, suite};
    use super::*;

    #[test]
    fn the_verdict_stands_first_and_the_chart_is_folded() {
        insta::assert_snapshot!("markdown", markdown(&suite(vec![good(), bad()])));
    }

    #[test]
    fn a_comment_is_never_too_long_and_says_what_is_left_out() {
        let many = (0..1000).map(|_| bad()).collect();
        let text = markdown(&suite(many));
        assert!(text.len() <= BYTES_AT_MOST && text.len() > BYTES_AT_MOST / 2, "{}", text.len());
        let (before, left_out) = text.split_once("\nAnd ").expect("a last line");
        let left_out: usize = left_out.split(' ').next().expect("a word").parse().expect("a count");
        assert_eq!(before.matches("<details>").count() + left_out, 1000);
        assert!(text.ends_with("\n12 states\n"));
    }

    #[test]
    fn words_mean_themselves() {
        assert_eq!(escaped("a_b `c_d | e` <f>\n*g*"), "a\\_b `c_d \\| e` &lt;f> \\*g\\*");
    }
}
