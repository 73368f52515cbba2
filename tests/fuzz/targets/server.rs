//! See `hyaline_fuzz::server`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hyaline_fuzz::server::run(data));
