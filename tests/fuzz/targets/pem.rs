//! See `hyaline_fuzz::pem`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hyaline_fuzz::pem::run(data));
