//! Memory that an input may take.

/// What a target may hold at once beside its input, in bytes: two connections with full outboxes,
/// the longest messages, and what judges certificates.
const BASE: u64 = 4 << 20;

/// How many times its length an input may take beside that.
const TIMES: u64 = 64;

/// Runs a target on an input.
pub fn bounded(input: &[u8], run: impl FnOnce(&[u8])) {
    let taken = allocation_counter::measure(|| run(input)).bytes_max;
    let most = BASE + TIMES * input.len() as u64;
    assert!(taken <= most, "{taken} bytes of memory for {} bytes of input", input.len());
}
