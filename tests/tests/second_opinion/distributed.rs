//! TLC on several machines: here a server and two workers on one.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use hyaline_check::search::bounds::Scenario;
use hyaline_tests::process::Process;

use crate::configurations::{given, profiles};
use crate::tlc::Opinion;
use crate::{ours, tlc};

/// How long a server and its workers may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What all of them are told: they meet here, at this port, and tell each other this address.
fn options(port: u16) -> [String; 2] {
    [
        format!("-Dtlc2.tool.distributed.TLCServer.port={port}"),
        "-Djava.rmi.server.hostname=127.0.0.1".to_owned(),
    ]
}

/// A port that nobody listens at.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

#[test]
fn a_server_and_two_workers_find_what_one_checker_finds() {
    let scenario = Scenario { tickets: 1, ..given("write close", "read close") };
    let profiles = profiles("hyaline", "hyaline");
    let ours = ours::ask(&scenario, &profiles);
    let directory = tlc::directory("distributed", &scenario, &profiles);
    let port = free_port();
    let mut server = tlc::java_with(&directory, options(port));
    server.args(["tlc2.tool.distributed.TLCServer", "-deadlock"]);
    server.args(["-metadir", "states", "-config", "Pair.cfg", "Pair.tla"]);
    let server = Process::start(&mut server);
    let ready = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(" is ready (");
    let said = server.output.wait_for_so_long(PATIENCE, ready);
    assert!(said.is_ok_and(|said| ready(&said)), "{}", server.errors.text());
    let workers = ["first", "second"].map(|name| {
        // Each has a directory of its own, to which the server sends it the modules.
        let own = directory.join(name);
        std::fs::create_dir(&own).unwrap();
        let mut worker = tlc::java_with(&own, options(port));
        Process::start(worker.args(["tlc2.tool.distributed.TLCWorker", "127.0.0.1"]))
    });
    let said = server.output.wait_for_so_long(PATIENCE, |_| false).unwrap();
    let mut said = String::from_utf8(said).unwrap();
    assert!(said.contains("Model checking completed. No error has been found."), "{said}");
    let worked = workers.each_ref().map(|worker| {
        let worked = worker.output.wait_for_so_long(PATIENCE, |_| false).unwrap();
        String::from_utf8(worked).unwrap()
    });
    // One that begins late may find that all is done.
    assert!(worked.iter().any(|worked| worked.contains("work completed")), "{worked:?}");
    // The invariant prints in the process that evaluates it, which is a worker.
    worked.iter().for_each(|worked| said.push_str(worked));
    // The workers' count of generated snapshots includes those that they send each other. And a
    // server evaluates no assumption, by which plain TCP is reported. So these numbers are taken
    // from our own opinion.
    let theirs = Opinion {
        edges: ours.edges,
        plain: ours.plain,
        plain_outcomes: ours.plain_outcomes.clone(),
        ..tlc::opinion(&said, true)
    };
    assert_eq!(theirs, ours);
}
