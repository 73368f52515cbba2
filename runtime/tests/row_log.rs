//! The log of rows in a file.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "all of this is tests")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hyaline::pki_types::{ServerName, UnixTime};
use hyaline::{Call, ClientConfig, Connection, Outbox, RootCertStore, RowLogFile};

/// A file of this name that is not there.
fn fresh(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

/// Begins a handshake, and drops the connection: four lines.
fn begin(log: &Arc<RowLogFile>) {
    let config = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
        .with_row_log(log.clone());
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = Connection::client(Arc::new(config), name).unwrap();
    connection.delegate_work();
    connection.start(UnixTime::now(), Call::Handshake, &mut Outbox::new()).unwrap();
}

#[test]
fn each_row_is_a_line_and_what_stands_in_the_file_stays() {
    let path = fresh("row-log");
    fs::write(&path, "before\n").unwrap();
    let log = Arc::new(RowLogFile::open(&path).unwrap());
    begin(&log);
    begin(&log);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 4 + 4, "{text}");
    assert_eq!(lines[0], "before");
    assert!(lines[1].contains(hyaline::TABLE_FINGERPRINT), "{text}");
    assert!(lines[2].contains("\"event\":\"StartReceiving(Handshake)\""), "{text}");
    assert!(lines[3].contains("\"event\":\"Begin\""), "{text}");
    assert!(lines[4].ends_with("\"over\":true}"), "{text}");
    assert_eq!(log.lost(), 0);
}

#[test]
fn a_row_log_that_is_made_is_its_owners_alone() {
    let path = fresh("row-log-made");
    drop(RowLogFile::open(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    assert!(RowLogFile::open(env!("CARGO_TARGET_TMPDIR")).is_err(), "a directory");
}

/// A pipe of this name.
fn pipe(name: &str) -> PathBuf {
    let path = fresh(name);
    let status = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(status.success());
    path
}

#[test]
fn no_connection_waits_for_a_reader_and_the_next_line_says_how_many_are_lost() {
    let path = pipe("row-log-pipe");
    assert!(RowLogFile::open(&path).is_err(), "nobody reads the pipe");
    // Opened for both, a pipe is opened at once; and reading ends where nothing is left.
    let no_wait = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let mut options = fs::OpenOptions::new();
    let reader = options.read(true).write(true).custom_flags(no_wait).open(&path).unwrap();
    let log = Arc::new(RowLogFile::open(&path).unwrap());
    while log.lost() == 0 {
        begin(&log);
    }
    begin(&log);
    // Reading makes room: so many lines are more than what is read at once.
    let mut lines = BufReader::new(reader).lines().map_while(Result::ok);
    assert!(lines.by_ref().take(100).all(|line| line.starts_with("{\"connection\":")));
    begin(&log);
    let told = lines.filter_map(|line| {
        let count = line.strip_prefix("{\"lost\":")?.strip_suffix('}')?;
        count.parse::<u64>().ok()
    });
    assert_eq!(told.sum::<u64>(), log.lost());
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_room_fails_no_connection() {
    // The system's file that has never room.
    let log = Arc::new(RowLogFile::open("/dev/full").unwrap());
    begin(&log);
    assert_eq!(log.lost(), 4);
}
