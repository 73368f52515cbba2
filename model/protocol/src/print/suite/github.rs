//! Workflow commands of GitHub Actions: annotations beside the lines that they are about.

use super::ReportSuite;
use crate::place::SourcePlace;

/// The verdict as a notice, and an error for each case that is not as it has to be.
pub(super) fn github(suite: &ReportSuite) -> String {
    let verdict = format!("{} ({})", suite.verdict, suite.about.join("; "));
    let mut text = command("notice", None, &suite.title, &verdict);
    for case in suite.bad_cases() {
        let title = format!("{}: {}", suite.title, case.rule.name);
        let mut message = format!("{}: {}", case.name, case.message);
        for line in &case.explanation {
            message.push_str(&format!("\n{line}"));
        }
        text.push_str(&command("error", case.first_place(), &title, &message));
    }
    text
}

/// A workflow command that is about no line.
pub fn github_command(name: &str, title: &str, message: &str) -> String {
    command(name, None, title, message)
}

/// One workflow command.
fn command(name: &str, place: Option<&SourcePlace>, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    if let Some(SourcePlace { file, line }) = place {
        properties.push(format!("file={}", property(file)));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{name} {}::{}\n", properties.join(","), data(message))
}

/// A message, in which the runner would take a line's end for the command's.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value, in which a colon and a comma have a meaning too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::ReportCase;
    use super::super::samples::{bad, good, suite};
    use super::*;

    #[test]
    fn the_verdict_is_a_notice_and_what_fails_is_an_error_at_its_line() {
        let place = Some(SourcePlace { file: "a:b,c.toml".to_owned(), line: Some(7) });
        let text = github(&suite(vec![good(), ReportCase { place, ..bad() }]));
        let expected = "\
::notice title=hyaline check::1 is not well (12 states)
::error file=a%3Ab%2Cc.toml,line=7,title=hyaline check%3A transparent-throughout::\
<three> & 100%25: four, `five`: TLS adds a hang here%0Aand more%0AThe client waits.
";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_no_file_asks_for_is_told_at_the_row_of_the_table() {
        let text = github(&suite(vec![bad()]));
        assert!(text.contains("::error file=src/table/client.rs,line=12,"), "{text}");
    }

    #[test]
    fn where_all_is_well_there_is_no_error() {
        assert!(!github(&suite(vec![good()])).contains("::error"));
    }
}
