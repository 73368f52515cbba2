//! See `hyaline_fuzz::pair`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hyaline_fuzz::pair::run(data));
