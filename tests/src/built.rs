//! Programs of this workspace that tests run, built.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// What is built, in the words of cargo.
const PROGRAMS: [[&str; 2]; 7] = [
    ["--example", "by_name"],
    ["--example", "certificates"],
    ["--example", "client"],
    ["--example", "ech_key"],
    ["--example", "relay"],
    ["--example", "server"],
    ["--bin", "https_server"],
];

/// The features with which `.ci/run` builds the tests. With the same ones it has built these
/// programs already, and nothing is compiled anew.
const FEATURES: &str =
    "hyaline-tests/peers,hyaline-tests/book,hyaline-examples/peers,hyaline-lab/browser";

/// Is set where all of these have been built just now, with the tests.
const ARE_BUILT: &str = "HYALINE_PROGRAMS_ARE_BUILT";

/// An example of the library, built when the first test needs one, as fast as the test that asks.
pub fn example(name: &str) -> PathBuf {
    directory().join("examples").join(name)
}

/// A program of the package of examples, built alike.
pub fn program(name: &str) -> PathBuf {
    directory().join(name)
}

/// Where the programs of this profile are.
fn directory() -> &'static PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        // target/profile/deps/program, or target/profile/examples/program
        let this = std::env::current_exe().unwrap();
        let directory = this.ancestors().nth(2).unwrap();
        if std::env::var_os(ARE_BUILT).is_some() {
            return directory.to_owned();
        }
        let target = directory.parent().unwrap();
        let profile = if directory.ends_with("release") { "release" } else { "test" };
        let mut cargo = Command::new(env!("CARGO"));
        // Build scripts ask for some of what cargo says to the test that runs, and would be run
        // again since it is said of another package.
        let is_about_the_test = |name: &str| {
            let beginnings = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
            beginnings.iter().any(|beginning| name.starts_with(beginning))
        };
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_about_the_test) {
                cargo.env_remove(&name);
            }
        }
        let status = cargo
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["build", "--quiet", "--locked", "--workspace", "--profile", profile])
            .args(["--features", FEATURES])
            .args(PROGRAMS.as_flattened())
            .arg("--target-dir")
            .arg(target)
            .status()
            .unwrap();
        assert!(status.success(), "the programs do not build");
        directory.to_owned()
    })
}
