//! The answer about a relay as a page that stands for itself.

use crate::relay::answer::{ASKED, RelayAnswer, healed_besides, heals_in_words, owing_in_words};
use crate::relay::assessment::RelayOutcome;
use crate::report::page::{chapter, code, document, escaped, item, list};
use crate::report::subject;

/// The page, with a picture of the trace, or of one run.
pub fn page(answer: &RelayAnswer<'_>, picture: &str) -> String {
    let mut body = format!(
        "<h1 class=\"{}\">{}</h1>\n<p class=\"faint\">{}</p>\n",
        answer.outcome,
        escaped(answer.answer),
        code(answer.scenario)
    );
    let because: String = answer.explanation.iter().map(|line| item(line)).collect();
    body.push_str(&chapter("Because", &list(&because)));
    body.push_str(&chapter("What would heal it", &healing(answer)));
    let heading = match &answer.trace {
        Some(_) => "The shortest way there",
        None => "One of its runs",
    };
    let picture = format!("<div class=\"trace relay\">{picture}</div>\n");
    body.push_str(&chapter(heading, &picture));
    body.push_str(&chapter("Outcomes over plain TCP", &outcomes(answer.tcp)));
    body.push_str(&chapter("Outcomes over TLS", &outcomes(answer.tls)));
    let owing = owing_in_words(answer.owing);
    body.extend(owing.map(|words| format!("<p>{}</p>\n", escaped(&words))));
    let (states, edges) = (answer.states, answer.edges);
    let complete = if answer.complete { "complete" } else { "not complete" };
    let size = format!("{states} states, {edges} steps, {complete}; {ASKED}.");
    for line in [size, subject()] {
        body.push_str(&format!("<p class=\"faint\">{}</p>\n", escaped(&line)));
    }
    document(answer.answer, &body)
}

fn healing(answer: &RelayAnswer<'_>) -> String {
    let Some(heals) = answer.heals else { return String::new() };
    let sets = heals_in_words(heals).iter().map(|set| item(set)).collect::<String>();
    let besides = healed_besides(heals, answer.heals_unfinished);
    let besides = besides.map(|words| format!("<p>{}</p>\n", escaped(&words)));
    list(&sets) + &besides.unwrap_or_default()
}

/// One outcome of each kind.
fn outcomes(outcomes: &[RelayOutcome]) -> String {
    let mut table = "<table>\n<tr><th>client</th><th>relay to the client</th>\
                     <th>relay to the server</th><th>server</th></tr>\n"
        .to_owned();
    for outcome in outcomes {
        let cells = outcome.iter().map(|words| format!("<td>{}</td>", escaped(&words.join(", "))));
        table.push_str(&format!("<tr>{}</tr>\n", cells.collect::<String>()));
    }
    table + "</table>\n"
}
