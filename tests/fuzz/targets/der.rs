//! See `hyaline_fuzz::der`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hyaline_fuzz::der::run(data));
