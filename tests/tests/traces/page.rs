//! The page about traces shows what the command prints.

use std::sync::Arc;
use std::{env, fs};

use hyaline::pki_types::UnixTime;
use hyaline::{Call, RowLog};
use hyaline_check::validate::log::Written;
use hyaline_check::validate::text::text;
use hyaline_check::validate::validate;
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{Configs, connected};
use hyaline_tests::traces::Traces;

use crate::changes::Lines;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/traces.md");

/// The logs of a client that has written and of a server that reads: nothing is transmitted.
fn logs() -> [String; 2] {
    let logs: [Arc<Traces>; 2] = [Traces::new(), Traces::new()];
    let [of_client, of_server] = logs.clone().map(|log| -> Arc<dyn RowLog> { log });
    let Configs { client, server } = Configs::new(&Authority::new());
    let configs = Configs {
        client: Arc::new(Arc::unwrap_or_clone(client).with_row_log(of_client)),
        server: Arc::new(Arc::unwrap_or_clone(server).with_row_log(of_server)),
    };
    let (mut client, mut server) = connected(&configs);
    let now = UnixTime::now();
    client.connection.start_write(now, b"data", &mut client.outbox).unwrap();
    server.connection.start(now, Call::Read, &mut server.outbox).unwrap();
    logs.map(|log| {
        // The page shows it as the first connection, whichever number it has in this process.
        let number = Lines::of(&log.text()).0[0].split([':', ',']).nth(1).unwrap().to_owned();
        log.text().replace(&format!("{{\"connection\":{number},"), "{\"connection\":1,")
    })
}

fn printed(written: &[Written<'_>]) -> String {
    text(&validate(written, &[]).unwrap(), |_, words| words.to_owned())
}

#[test]
fn the_page_shows_what_the_command_prints() {
    let [client, server] = logs();
    let one = printed(&[Written { file: "rows.jsonl", text: &server }]);
    let both = printed(&[
        Written { file: "client.jsonl", text: &client },
        Written { file: "server.jsonl", text: &server },
    ]);
    let mut changed = Lines::of(&server);
    changed.0[2] = changed.0[2].replace("\"Begin\"", "\"ClientHello\"");
    let bad = printed(&[Written { file: "rows.jsonl", text: &changed.text() }]);
    let page = fs::read_to_string(PAGE).unwrap();
    let current = [
        ("rows.jsonl", one),
        ("client.jsonl server.jsonl", both),
        ("changed.jsonl", bad.replace("rows.jsonl", "changed.jsonl")),
    ]
    .iter()
    .fold(page.clone(), |page, (files, answer)| with_answer(&page, files, answer));
    if env::var_os("HYALINE_RECORD").is_some() {
        fs::write(PAGE, &current).unwrap();
    } else {
        assert!(page == current, "HYALINE_RECORD=1 writes the page, which is to be\n{current}");
    }
}

/// The page with this answer to the command that judges these files.
fn with_answer(page: &str, files: &str, answer: &str) -> String {
    let command = format!("```console\n$ hyaline validate {files}\n");
    let (front, rest) = page.split_once(&command).unwrap();
    let (_, behind) = rest.split_once("```\n").unwrap();
    format!("{front}{command}{answer}```\n{behind}")
}
