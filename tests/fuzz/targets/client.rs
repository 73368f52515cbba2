//! See `hyaline_fuzz::client`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hyaline_fuzz::client::run(data));
