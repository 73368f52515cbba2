//! Under which conditions the figures were taken.

use std::fs;
use std::process::Command;

/// The versions that were built, as Cargo has locked them.
const LOCKED: &str = include_str!("../../../Cargo.lock");

/// The version of a package. Where two are locked it is the later one: the earlier rustls is a peer
/// of a hazard, and nobody measures it.
fn version(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"\nversion = \"");
    let versions = LOCKED.split(&name).skip(1).filter_map(|entry| entry.split('"').next());
    let numbers = |version: &&str| -> Vec<u32> {
        version.split(['.', '-', '+']).filter_map(|number| number.parse().ok()).collect()
    };
    versions.max_by_key(numbers).unwrap_or("?")
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("?").trim().to_owned()
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or("?".to_owned(), |output| first_line(&String::from_utf8_lossy(&output.stdout)))
}

/// The processor's name, where the system tells it.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    name.unwrap_or("unknown processor").trim().to_owned()
}

/// Prints them.
pub(crate) fn print() {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    println!("conditions");
    println!("  machine      {}, {cores} logical cores", processor());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<_> = load.split_whitespace().take(3).collect();
    println!("  load before  {} (averages of 1, 5 and 15 minutes)", load.join(" "));
    println!("  system       {} {}", std::env::consts::OS, std::env::consts::ARCH);
    println!("  compiler     {}, profile release, no flags", compiler());
    for package in ["hyaline", "ring", "rustls", "stateright", "allocation-counter"] {
        println!("  {package:<18} {}", version(package));
    }
    println!("  table        {}", hyaline_model::table::FINGERPRINT);
    println!(
        "  both libraries: TLS_AES_128_GCM_SHA256, X25519, a P-256 server certificate directly"
    );
    println!("  under its root, no client certificate, no tickets, over memory, in one thread;");
    println!("  every allocation passes a counter, in either library");
}
