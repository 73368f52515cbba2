//! A trace: the octets that RFC 8448 gives, by name.

use hyaline_model::table::Role;
use hyaline_replay::NamedGroup;
use hyaline_replay::crypto::{CryptoProvider, HashAlgorithm, Ring};

/// What one section of RFC 8448 gives.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// In the order of the file. The records' two names come more than once.
    values: Vec<(String, Vec<u8>)>,
}

impl Trace {
    /// Reads our own format: a name, and its octets in the indented lines below it.
    pub(crate) fn parse(text: &str) -> Self {
        let mut values: Vec<(String, Vec<u8>)> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if !line.starts_with(' ') {
                values.push((line.to_owned(), Vec::new()));
                continue;
            }
            let (_, octets) = values.last_mut().expect("a name comes first");
            for word in line.split_whitespace() {
                let digits = word.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
                octets.extend(digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()));
            }
        }
        Self { values }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.values.iter();
        values.find(|(found, _)| found == name).map(|(_, octets)| octets.as_slice())
    }

    pub(crate) fn get(&self, name: &str) -> &[u8] {
        self.find(name).unwrap_or_else(|| panic!("the trace has no {name}"))
    }

    /// Every record, with its sender, in order.
    pub(crate) fn records(&self) -> impl Iterator<Item = (Role, &[u8])> {
        self.values.iter().filter_map(|(name, octets)| match name.as_str() {
            "client_sends" => Some((Role::Client, octets.as_slice())),
            "server_sends" => Some((Role::Server, octets.as_slice())),
            _ => None,
        })
    }

    /// Every handshake message, with its name, in order.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        MESSAGES.iter().filter_map(|name| self.find(name).map(|octets| (*name, octets)))
    }

    /// The group in which there is agreement.
    pub(crate) fn group(&self) -> NamedGroup {
        if self.get("server_share").len() == 32 {
            NamedGroup::X25519
        } else {
            NamedGroup::Secp256r1
        }
    }

    /// The transcript hash up to and including the message of this name (RFC 9846 section 4.1),
    /// computed from the given messages.
    pub(crate) fn hash_to(&self, last: &str) -> Vec<u8> {
        let mut transcript = Vec::new();
        for (name, message) in self.messages() {
            if name == "hello_retry_request" {
                let first = hash(&transcript);
                transcript = [&[254, 0, 0, 32], first.as_slice()].concat();
            }
            transcript.extend_from_slice(message);
            if name == last {
                return hash(&transcript);
            }
        }
        panic!("the trace has no {last}")
    }

    /// How many octets it gives.
    pub(crate) fn octets(&self) -> usize {
        self.values.iter().map(|(_, octets)| octets.len()).sum()
    }

    /// The trace with one bit of this octet flipped, and the name of what that is in.
    pub(crate) fn flipped(&self, octet: usize) -> (Self, &str) {
        let mut flipped = self.clone();
        let mut before = 0;
        for (index, (name, octets)) in self.values.iter().enumerate() {
            if octet < before + octets.len() {
                flipped.values[index].1[octet - before] ^= 1 << (octet % 8);
                return (flipped, name);
            }
            before += octets.len();
        }
        panic!("the trace has no octet {octet}")
    }
}

/// The names of all handshake messages, in their order.
const MESSAGES: [&str; 13] = [
    "client_hello",
    "hello_retry_request",
    "second_client_hello",
    "server_hello",
    "encrypted_extensions",
    "certificate_request",
    "server_certificate",
    "server_certificate_verify",
    "server_finished",
    "client_certificate",
    "client_certificate_verify",
    "client_finished",
    "new_session_ticket",
];

/// SHA-256, the hash of the suite that all traces use.
pub(crate) fn hash(data: &[u8]) -> Vec<u8> {
    Ring.hash(HashAlgorithm::Sha256, data).unwrap().as_bytes().to_vec()
}
