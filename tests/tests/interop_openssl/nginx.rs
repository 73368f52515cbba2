//! nginx as the server of our client example.

use std::process::Command;

use hyaline_tests::certificates::Authority;
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::peers::web::{self, Source};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::pattern;

use crate::ours::example;

/// More than all buffers hold.
const LENGTH: usize = 16 << 20;

#[test]
fn the_pipe_that_the_help_shows_gets_a_page_of_nginx() {
    let authority = Authority::new();
    let page = pattern(LENGTH);
    let (_nginx, port) = web::nginx(Some(&authority), Source::File(&file(&page)));
    let help = Process::start(Command::new(example("client")).arg("--help")).output.text();
    let pipe = help.lines().find(|line| line.contains("printf")).unwrap();
    let client = example("client");
    let trust = file(authority.pem());
    let client = format!("| {} --ca {} ", text(&client), text(&trust));
    let pipe =
        pipe.replace("| client ", &client).replace("example.net:443", &format!("localhost:{port}"));
    let mut answer = Process::start(Command::new("sh").arg("-c").arg(pipe));
    assert_eq!(answer.finish(), 0, "{}", answer.errors.text());
    let answer = answer.output.all();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(answer.ends_with(&page), "{} bytes", answer.len());
}
