//! Prints the page about relays:
//!
//! ```text
//! cargo run --release -p hyaline-tests --features peers --example relays > docs/relays.md
//! ```

fn main() {
    print!("{}", hyaline_tests::peers::relays::document::page());
}
