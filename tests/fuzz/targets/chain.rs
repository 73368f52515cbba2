//! See `hyaline_fuzz::chain`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hyaline_fuzz::chain::run(data));
