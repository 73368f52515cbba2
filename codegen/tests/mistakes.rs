//! Each mistake is rejected where it stands, with a message that says what to do.
//!
//! One file for each, named after it; its messages stand beside it. After a change of a message,
//! `TRYBUILD=overwrite cargo test -p hyaline-codegen --test mistakes` writes them anew: read them.

#[test]
fn mistakes_are_reported_and_right_tables_run() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/mistakes/*.rs");
    cases.pass("tests/right/*.rs");
}
