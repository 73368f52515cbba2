//! A search of this process's own memory.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// Secrets are kept under this mask, so that the search does not find what it searches for.
const MASK: u8 = 0xa5;

/// The shortest secret that is looked for, in bytes: shorter ones are found by chance.
const SHORTEST: usize = 16;

/// How much is read at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// A secret that is known, and not in memory as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Masked {
    pub(crate) name: String,
    masked: Vec<u8>,
}

impl Masked {
    pub(crate) fn new(name: impl Into<String>, secret: &[u8]) -> Self {
        Self { name: name.into(), masked: secret.iter().map(|byte| byte ^ MASK).collect() }
    }

    pub(crate) fn is(&self, secret: &[u8]) -> bool {
        self.masked.iter().map(|byte| byte ^ MASK).eq(secret.iter().copied())
    }

    fn stands_at(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.masked.len()
            && self.masked.iter().zip(bytes).all(|(masked, byte)| masked ^ MASK == *byte)
    }
}

/// The names of those secrets that stand anywhere in what this process can write to, sorted.
pub(crate) fn found(secrets: &[Masked]) -> Vec<String> {
    // Where each pair of first bytes leads.
    let mut begins = vec![Vec::new(); 1 << 16];
    let mut longest = 0;
    for secret in secrets {
        assert!(secret.masked.len() >= SHORTEST, "{} is too short to search for", secret.name);
        longest = longest.max(secret.masked.len());
        begins[usize::from(u16::from_be_bytes([secret.masked[0], secret.masked[1]]))].push(secret);
    }
    let mut names = Vec::new();
    let mut searched = 0;
    let memory = File::open("/proc/self/mem").unwrap();
    let mut buffer = vec![0; CHUNK];
    for (begin, end) in writable() {
        let mut at = begin;
        while at < end {
            let wanted = CHUNK.min(usize::try_from(end - at).unwrap());
            // What was unmapped meanwhile, or belongs to a device, cannot be read.
            let Ok(read) = memory.read_at(&mut buffer[..wanted], at) else { break };
            searched += read;
            for offset in 0..read.saturating_sub(1) {
                let first = u16::from_be_bytes([buffer[offset] ^ MASK, buffer[offset + 1] ^ MASK]);
                for secret in &begins[usize::from(first)] {
                    if secret.stands_at(&buffer[offset..read]) {
                        names.push(secret.name.clone());
                    }
                }
            }
            if read <= longest {
                break;
            }
            // A secret may lie across two chunks.
            at += u64::try_from(if read < wanted { read } else { read - longest }).unwrap();
            if at + u64::try_from(longest).unwrap() >= end {
                break;
            }
        }
    }
    buffer.fill(0);
    std::hint::black_box(&buffer);
    assert!(searched > 1 << 16, "only {searched} bytes were searched");
    names.sort();
    names.dedup();
    names
}

/// The ranges of addresses that this process can write to: its heap, its stacks, its data.
fn writable() -> Vec<(u64, u64)> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines()
        .filter_map(|line| {
            let (range, rest) = line.split_once(' ')?;
            let (begin, end) = range.split_once('-')?;
            rest.starts_with("rw").then(|| {
                let address = |text| u64::from_str_radix(text, 16).unwrap();
                (address(begin), address(end))
            })
        })
        .collect()
}
