//! The page that has both side by side.

use std::fmt::Write as _;
use std::{env, fs, thread};

use crate::server::Library;
use crate::{observed, predicted};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/prediction.md");

/// The hazards, what a server and its client do there, and what the harm is.
const HAZARDS: [(&str, &str, &str); 5] = [
    (
        "H01",
        "shakes hands, sending as many tickets as it can be told to; the client only writes",
        "neither call returns",
    ),
    (
        "H02",
        "reads and writes much at the same time; the client asks for new keys, writes much, and \
         reads only then",
        "no call returns",
    ),
    ("H04", "reads; the client writes, and closes with the tickets unread", "the upload is lost"),
    (
        "H05",
        "rejects the client's certificate, and closes; the client writes, and reads",
        "the client is told of a reset, and not of the alert",
    ),
    ("H06", "writes, and closes with a KeyUpdate unread; the client reads", "the answer is lost"),
];

/// Where prediction and observation differ: of whom, and why.
const DIFFERENCES: &[(&str, &[Library], &str)] = &[
    (
        "H01",
        &[Library::OpenSsl, Library::Node, Library::GnuTls, Library::Java, Library::Go],
        "its one or two tickets, and no program can ask for more here, fit the smallest buffers \
         that Linux gives. In the model a queue is full with one record, however short. Python and \
         rustls can be told to send more than the buffers hold, and are stuck.",
    ),
    (
        "H05",
        &[Library::GnuTls],
        "the profile drains, since `gnutls_bye` reads up to the client's end. But behind a \
         handshake that has failed it cannot decrypt what it reads: it fails at the first record, \
         and the program closes with the rest unread.",
    ),
    (
        "H06",
        &[Library::Node],
        "Node reads what arrives, whether its program reads or not, so that no KeyUpdate is unread \
         when it closes. It has no profile of its own, and is predicted by that of OpenSSL.",
    ),
    (
        "H06",
        &[Library::Java],
        "`SSLSocket.close` reads what has arrived before it closes the socket. How Java closes is \
         not known to the profile, which takes the worst.",
    ),
];

/// Whether each library is harmed by each hazard, as predicted and as observed.
fn found() -> Vec<(Library, [(bool, bool); 5])> {
    let of = |library: Library| {
        HAZARDS.map(|(hazard, ..)| {
            let predicted = predicted::is_harmed(hazard, library.names().1);
            let observed = observed::is_harmed(hazard, library);
            println!("{library:?} {hazard}: {predicted} {observed}");
            (predicted, observed)
        })
    };
    thread::scope(|scope| {
        let started = Library::ALL.map(|library| (library, scope.spawn(move || of(library))));
        started.into_iter().map(|(library, found)| (library, found.join().unwrap())).collect()
    })
}

/// The number of the explanation of this difference.
fn explanation(hazard: &str, library: Library) -> Option<usize> {
    DIFFERENCES.iter().position(|(of, who, _)| *of == hazard && who.contains(&library))
}

fn page(found: &[(Library, [(bool, bool); 5])]) -> String {
    let mut page = String::from(HEAD);
    for (hazard, does, harm) in HAZARDS {
        let _ = writeln!(page, "- **{hazard}**: the server {does}. Harm: {harm}.");
    }
    let _ = writeln!(page, "\n| | {} |", HAZARDS.map(|(hazard, ..)| hazard).join(" | "));
    let _ = writeln!(page, "|---|{}", "---|".repeat(HAZARDS.len()));
    let word = |is_harmed: bool| if is_harmed { "harm" } else { "none" };
    for (library, pairs) in found {
        let cells = pairs.iter().zip(HAZARDS).map(|((predicted, observed), (hazard, ..))| {
            let both = format!("{} / {}", word(*predicted), word(*observed));
            match explanation(hazard, *library).filter(|_| predicted != observed) {
                Some(index) => format!("{both} ({})", index + 1),
                None => both,
            }
        });
        let (name, profile) = library.names();
        let cells: Vec<_> = cells.collect();
        let _ = writeln!(page, "| {name}, by `{profile}` | {} |", cells.join(" | "));
    }
    page.push_str("\n## Where they differ\n\n");
    for (index, (hazard, _, why)) in DIFFERENCES.iter().enumerate() {
        let _ = writeln!(page, "{}. {hazard}: {why}", index + 1);
    }
    page
}

const HEAD: &str = "\
# Prediction against reality

Made by `HYALINE_RECORD=1 cargo test -p hyaline-tests --features peers --test prediction`.

What the model predicts of a server, by the [profile](map.md#the-profiles) of its library in the
scenario of a [hazard](hazards.md), stands before the stroke; behind it what such a server does on
real sockets of Linux, with small buffers. The client is rustls without a stream around it, which
takes each step as told. A hang is seen by a state in which nothing can move any more: no thread has
anything to do, both ends have bytes that they cannot transmit and bytes that they do not read, and
nothing changes. H02 and H06 are tried without the request for new keys too: there nobody is harmed.

";

#[test]
fn what_is_predicted_is_what_is_observed_or_the_page_says_why_not() {
    let found = found();
    let page = page(&found);
    if env::var_os("HYALINE_RECORD").is_some() {
        fs::write(PAGE, &page).unwrap();
    }
    for (library, pairs) in &found {
        for ((predicted, observed), (hazard, ..)) in pairs.iter().zip(HAZARDS) {
            let is_explained = explanation(hazard, *library).is_some();
            assert_eq!(predicted != observed, is_explained, "{library:?}, {hazard}\n{page}");
        }
    }
    let current = fs::read_to_string(PAGE).unwrap_or_default();
    assert!(current == page, "HYALINE_RECORD=1 writes the page, which is to be\n{page}");
}
