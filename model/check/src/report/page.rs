//! The answer to a scenario as a page that stands for itself: nothing is fetched, and no script
//! runs.

use crate::report::answer::ScenarioAnswer;
use crate::report::{JointOutcome, Line, assumptions, subject};
use crate::search::explore::Verdict;

const STYLE: &str = "\
:root { color-scheme: light }
body { font: 16px/1.55 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2.5rem auto;
  max-width: 62rem; padding: 0 1.5rem }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem }
h1.fails, h1.unfinished { color: #b3261e } h1.holds { color: #1d7340 }
h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem }
p, li { max-width: 48rem } p.faint { color: #6b7480; font-size: .88rem }
ul { padding-left: 1.2rem; margin: .3rem 0 } code { font: .92em ui-monospace, monospace }
.trace { overflow-x: auto; border: 1px solid #dde2e8; border-radius: 8px; margin: .6rem 0 }
.trace svg { display: block; width: 100%; height: auto; min-width: 44rem }
.relay svg { min-width: 76rem }
table { border-collapse: collapse; font-size: .92rem } td, th { text-align: left;
  padding: .2rem 1.2rem .2rem 0; vertical-align: top } th { font-weight: 600 }";

/// The page, about a scenario of this title, with a picture of its trace, or of one of its runs.
pub fn page(answer: &ScenarioAnswer<'_>, title: &str, picture: &str) -> String {
    document(answer.answer, &body(answer, title, picture))
}

/// A page that tells of a hazard first, in paragraphs below a heading, and then answers the
/// scenario that shows it.
pub fn page_of_hazard(
    heading: &str,
    paragraphs: &[String],
    answer: &ScenarioAnswer<'_>,
    title: &str,
    picture: &str,
) -> String {
    let mut story = format!("<h1>{}</h1>\n", escaped(heading));
    for paragraph in paragraphs {
        story.push_str(&format!("<p>{}</p>\n", linked(&code(paragraph))));
    }
    document(heading, &(story + &body(answer, title, picture)))
}

fn body(answer: &ScenarioAnswer<'_>, title: &str, picture: &str) -> String {
    let mut body = format!(
        "<h1 class=\"{}\">{}</h1>\n<p class=\"faint\">{}</p>\n",
        answer.outcome,
        escaped(answer.answer),
        code(title)
    );
    let because: String = answer.explanation.iter().map(|line| item(line)).collect();
    body.push_str(&chapter("Because", &list(&because)));
    body.push_str(&chapter("What would heal it", &healing(answer)));
    let heading = match &answer.trace {
        Some(_) => "The shortest trace",
        None => "One of its runs",
    };
    body.push_str(&chapter(heading, &format!("<div class=\"trace\">{picture}</div>\n")));
    let outcomes =
        |list: &Option<Vec<JointOutcome>>| list.as_deref().map(outcomes).unwrap_or_default();
    body.push_str(&chapter("Outcomes over plain TCP", &outcomes(&answer.report.tcp)));
    body.push_str(&chapter("Outcomes over TLS", &outcomes(&answer.report.tls)));
    body.push_str(&chapter("Verdicts", &verdicts(answer)));
    body.push_str(&format!(
        "<p class=\"faint\">{}</p>\n<p class=\"faint\">{}</p>\n",
        escaped(&assumptions()),
        escaped(&subject())
    ));
    body
}

/// The whole of a page.
pub(crate) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escaped(title)
    )
}

/// The text with what begins with `https://`, and has no blank or comma, as a link.
fn linked(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.trim_end_matches([',', '.']) {
        address if address.starts_with("https://") => {
            let rest = word.get(address.len()..).unwrap_or_default();
            format!("<a href=\"{address}\">{address}</a>{rest}")
        }
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A chapter with its heading; nothing where it is empty.
pub(crate) fn chapter(heading: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<h2>{heading}</h2>\n{content}")
}

/// A line of a list.
pub(crate) fn item(text: &str) -> String {
    format!("<li>{}</li>\n", code(text))
}

/// A list of these lines; nothing where there are none.
pub(crate) fn list(items: &str) -> String {
    if items.is_empty() { String::new() } else { format!("<ul>\n{items}</ul>\n") }
}

fn healing(answer: &ScenarioAnswer<'_>) -> String {
    let Some(heals) = &answer.heals else { return String::new() };
    let sets = heals.changes.iter().map(|set| item(&set.join(", and ")));
    let words = format!("<p class=\"faint\">{}</p>\n", escaped(&heals.tried_in_words()));
    list(&sets.collect::<String>()) + &words
}

fn outcomes(outcomes: &[JointOutcome]) -> String {
    let mut table = "<table>\n<tr><th>client</th><th>server</th></tr>\n".to_owned();
    for JointOutcome { client, server } in outcomes {
        let cell = |words: &[String]| escaped(&words.join(", "));
        table.push_str(&format!("<tr><td>{}</td><td>{}</td></tr>\n", cell(client), cell(server)));
    }
    table + "</table>\n"
}

/// What holds in one line, and all else in a table.
fn verdicts(answer: &ScenarioAnswer<'_>) -> String {
    let (held, others): (Vec<&Line>, Vec<&Line>) =
        answer.report.results.iter().partition(|line| line.verdict == Verdict::Holds.word());
    let mut text = String::new();
    for line in others {
        let (property, verdict) = (escaped(&line.property), line.verdict);
        text.push_str(&format!("<tr><td>{property}</td><td>{verdict}</td></tr>\n"));
    }
    if !text.is_empty() {
        text = format!("<table>\n{text}</table>\n");
    }
    let names: Vec<String> = held.into_iter().map(|line| escaped(&line.property)).collect();
    if !names.is_empty() {
        text.push_str(&format!("<p>holds: {}</p>\n", names.join(", ")));
    }
    text
}

/// The text with what stands between backticks set as code.
pub(crate) fn code(text: &str) -> String {
    let parts = escaped(text);
    let parts = parts.split('`').enumerate();
    let parts = parts.map(|(number, part)| match number % 2 {
        0 => part.to_owned(),
        _ => format!("<code>{part}</code>"),
    });
    parts.collect()
}

/// The text without what HTML would take for its own.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_html_would_take_for_its_own_is_escaped_and_code_is_set_as_such() {
        assert_eq!(escaped("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
        assert_eq!(code("the `read` of <it>"), "the <code>read</code> of &lt;it&gt;");
    }

    #[test]
    fn an_address_is_a_link_without_what_stands_behind_it() {
        let link = "<a href=\"https://a.b/c\">https://a.b/c</a>";
        assert_eq!(linked("see https://a.b/c, and more"), format!("see {link}, and more"));
    }
}
