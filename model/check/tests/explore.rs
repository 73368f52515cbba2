//! `hyaline explore`: what the Explorer is told of a snapshot can be read.
#![allow(clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

mod running;

/// The lines of a snapshot: five for each end at most, one for each direction, and how it ended.
const MOST_LINES: usize = 13;

/// How long the Explorer may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// An Explorer that ends with the test.
struct Explorer {
    process: Child,
    /// Where it serves.
    address: String,
}

impl Explorer {
    fn start(arguments: &[&str]) -> Self {
        let mut command = running::command();
        command.args(["explore", "--address", "127.0.0.1:0"]).args(arguments);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the command runs");
        let output = BufReader::new(process.stdout.take().expect("an output"));
        let told = output.lines().map(|line| line.expect("a line"));
        let told = told.filter_map(|line| Some(line.strip_prefix("http://")?.to_owned())).next();
        let address = told.expect("an address").trim_end_matches('/').to_owned();
        Self { process, address }
    }

    /// The Explorer prints its address before it serves there.
    fn connect(&self) -> TcpStream {
        let began = Instant::now();
        loop {
            match TcpStream::connect(&self.address) {
                Ok(socket) => return socket,
                Err(error) if began.elapsed() > PATIENCE => panic!("{}: {error}", self.address),
                Err(_) => thread::yield_now(),
            }
        }
    }

    fn get(&self, path: &str) -> Value {
        let mut socket = self.connect();
        write!(socket, "GET {path} HTTP/1.0\r\n\r\n").expect("a request");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The hazard H04: an early ticket resets a client that writes and closes.
const LOST: [&str; 12] = [
    "--client",
    "naive",
    "--server",
    "hyaline,tickets=in-handshake",
    "--client-program",
    "write close",
    "--server-program",
    "read close",
    "--send-buffer",
    "2",
    "--tickets",
    "1",
];

#[test]
fn each_snapshot_is_a_few_lines_of_words_and_a_picture() {
    let explorer = Explorer::start(&LOST);
    let mut path = "/.states".to_owned();
    let mut steps = 0;
    loop {
        let states = explorer.get(&path);
        let states = states.as_array().expect("states");
        for state in states {
            let words = state["state"].as_str().expect("words");
            assert!(words.lines().count() <= MOST_LINES, "{words}");
            for part in ["client: ", "server: ", "machines: ", "client to server: "] {
                assert!(words.contains(part), "{part}: {words}");
            }
            assert!(state["svg"].as_str().is_some_and(|svg| svg.starts_with("<svg")), "{state}");
            let told = state["outcome"].as_str().unwrap_or(words);
            assert!(told.ends_with(words), "{told}");
        }
        // The steps of the network stand last.
        let Some(last) = states.last() else { break };
        path += &format!("/{}", last["actionIndex"]);
        steps += 1;
    }
    assert!(steps > 20, "{steps}");
}
