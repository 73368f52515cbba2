//! The table of what this library does with others, which is made of what tests have seen.
//!
//! A test that has seen something says so by [`saw`]. What is not seen has its reason here.

use std::fmt::Write as _;

use Feature::{
    Alpn, ClientCertificate, CompressedCertificate, EarlyDataAccepted, EarlyDataRejected,
    EncryptedHello, Full, HalfClose, HelloRetryRequest, Hybrid, KeyUpdates, Large, Resumed, Tiny,
    Truncation,
};
use Implementation::{Chromium, Curl, GnuTls, Go, Java, Node, OpenSsl, Python, RecentOpenSsl};

/// Somebody else's TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// OpenSSL's command line, of the system.
    OpenSsl,
    /// OpenSSL 3.5 or later, which a package of Python's carries.
    RecentOpenSsl,
    /// The command line of GnuTLS, of the system.
    GnuTls,
    /// rustls with ring, in the same process.
    Rustls,
    /// Python's `ssl`.
    Python,
    /// Node's `tls`.
    Node,
    /// Java's JSSE.
    Java,
    /// Go's `crypto/tls`.
    Go,
    /// curl, with the OpenSSL of the system.
    Curl,
    /// The browser.
    Chromium,
}

impl Implementation {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 10] =
        [OpenSsl, RecentOpenSsl, GnuTls, Self::Rustls, Python, Node, Java, Go, Curl, Chromium];

    /// As the table calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            OpenSsl => "OpenSSL",
            RecentOpenSsl => "OpenSSL 3.5+",
            GnuTls => "GnuTLS",
            Self::Rustls => "rustls",
            Python => "Python",
            Node => "Node",
            Java => "Java",
            Go => "Go",
            Curl => "curl",
            Chromium => "Chromium",
        }
    }

    /// Whether it can be this end.
    #[must_use]
    pub const fn can_be(self, end: As) -> bool {
        matches!(end, As::Client) || !matches!(self, Curl | Chromium)
    }
}

/// Which end somebody else is; this library is the other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// Somebody else connects.
    Client,
    /// Somebody else accepts.
    Server,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// A full handshake, data both ways, and a clean end of both directions.
    Full,
    /// A session is resumed.
    Resumed,
    /// Early data are accepted.
    EarlyDataAccepted,
    /// Early data are rejected, and the connection goes on.
    EarlyDataRejected,
    /// A HelloRetryRequest, and the handshake goes on.
    HelloRetryRequest,
    /// Keys are exchanged by X25519MLKEM768.
    Hybrid,
    /// The ClientHello is encrypted, and the server opens it (RFC 9849).
    EncryptedHello,
    /// The client shows a certificate, and the server accepts it.
    ClientCertificate,
    /// The server's certificate comes compressed (RFC 8879).
    CompressedCertificate,
    /// Keys are updated, and an update that is asked for comes.
    KeyUpdates,
    /// An application protocol is agreed on.
    Alpn,
    /// A mebibyte or more.
    Large,
    /// Bytes, each in a record of its own.
    Tiny,
    /// One direction ends by close_notify; the other one still brings data, and its own end.
    HalfClose,
    /// An end without close_notify, which our end tells from a clean one.
    Truncation,
}

impl Feature {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 15] = [
        Full,
        Resumed,
        EarlyDataAccepted,
        EarlyDataRejected,
        HelloRetryRequest,
        Hybrid,
        EncryptedHello,
        ClientCertificate,
        CompressedCertificate,
        KeyUpdates,
        Alpn,
        Large,
        Tiny,
        HalfClose,
        Truncation,
    ];

    /// Its column's head, and what a `yes` below it means.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Full => ("full", "a full handshake, data both ways, a clean end of both directions"),
            Resumed => ("resumed", "a session is resumed"),
            EarlyDataAccepted => ("0-RTT", "early data are accepted"),
            EarlyDataRejected => {
                ("0-RTT rejected", "early data are rejected, and the connection goes on")
            }
            HelloRetryRequest => ("retry", "a HelloRetryRequest, and the handshake goes on"),
            Hybrid => ("hybrid", "keys are exchanged by X25519MLKEM768"),
            EncryptedHello => {
                ("ECH", "the ClientHello is encrypted, and the server opens it (RFC 9849)")
            }
            ClientCertificate => {
                ("client certificate", "the client shows one, and the server accepts it")
            }
            CompressedCertificate => {
                ("compressed", "the server's certificate comes compressed (RFC 8879)")
            }
            KeyUpdates => {
                ("key updates", "keys are updated, and an update that is asked for comes")
            }
            Alpn => ("ALPN", "an application protocol is agreed on"),
            Large => ("large", "a mebibyte or more"),
            Tiny => ("tiny", "bytes, each in a record of its own"),
            HalfClose => (
                "half-close",
                "one direction ends by close_notify, and the other still brings data and its end",
            ),
            Truncation => {
                ("cut", "an end without close_notify, which our end tells from a clean one")
            }
        }
    }
}

/// Why features are not seen of some implementations.
struct Without {
    who: &'static [Implementation],
    ends: &'static [As],
    what: &'static [Feature],
    why: &'static str,
}

const BOTH: &[As] = &[As::Client, As::Server];
const EARLY_DATA: &[Feature] = &[EarlyDataAccepted, EarlyDataRejected];

/// The features that are not seen, with the reasons.
const WITHOUT: &[Without] = &[
    Without {
        who: &[RecentOpenSsl],
        ends: BOTH,
        what: EARLY_DATA,
        why: "Not tried: pyOpenSSL, by which this OpenSSL is reached, has no call for early data.",
    },
    Without {
        who: &[Python, Node, Java],
        ends: BOTH,
        what: EARLY_DATA,
        why: "Not in it: there is no call for early data.",
    },
    Without {
        who: &[Go],
        ends: BOTH,
        what: EARLY_DATA,
        why: "Not in it: `crypto/tls` has early data for QUIC only.",
    },
    Without {
        who: &[Curl],
        ends: BOTH,
        what: EARLY_DATA,
        why: "Not in it: curl has early data since version 8.11, and that of Debian 12 is older.",
    },
    Without {
        who: &[Chromium],
        ends: BOTH,
        what: &[EarlyDataRejected],
        why: "Not tried: no server here rejects what Chromium sends early.",
    },
    Without {
        who: &[OpenSsl, Python, Node, Curl],
        ends: BOTH,
        what: &[Hybrid],
        why: "Not in it: it is OpenSSL 3.0, which does not know the group.",
    },
    Without {
        who: &[GnuTls, Java],
        ends: BOTH,
        what: &[Hybrid],
        why: "Not in it: the version of Debian 12 does not know the group.",
    },
    Without {
        who: &[Implementation::Rustls],
        ends: BOTH,
        what: &[Hybrid],
        why: "Not tried: rustls has the group with aws-lc-rs, and exchanges keys by ring here.",
    },
    Without {
        who: &[OpenSsl, Python, Node, Curl],
        ends: BOTH,
        what: &[EncryptedHello],
        why: "Not in it: it is OpenSSL 3.0, which has no ECH.",
    },
    Without {
        who: &[RecentOpenSsl],
        ends: BOTH,
        what: &[EncryptedHello],
        why: "Not tried: pyOpenSSL, by which this OpenSSL is reached, has no call for ECH.",
    },
    Without {
        who: &[GnuTls, Java],
        ends: BOTH,
        what: &[EncryptedHello],
        why: "Not in it: there is no ECH in the version of Debian 12.",
    },
    Without {
        who: &[Implementation::Rustls],
        ends: &[As::Server],
        what: &[EncryptedHello],
        why: "Not in it: rustls 0.23 has ECH as a client.",
    },
    Without {
        who: &[Chromium],
        ends: BOTH,
        what: &[EncryptedHello],
        why: "Not tried: it takes the keys of servers from DNS alone.",
    },
    Without {
        who: &[OpenSsl, Python, Node, Curl],
        ends: BOTH,
        what: &[CompressedCertificate],
        why: "Not in it: it is OpenSSL 3.0, which compresses no certificates.",
    },
    Without {
        who: &[RecentOpenSsl, GnuTls],
        ends: BOTH,
        what: &[CompressedCertificate],
        why: "Not in it: it is built without any of the algorithms.",
    },
    Without {
        who: &[Java, Go],
        ends: BOTH,
        what: &[CompressedCertificate],
        why: "Not in it: it compresses no certificates.",
    },
    Without {
        who: &[OpenSsl, GnuTls],
        ends: &[As::Client],
        what: &[HalfClose],
        why: "Not in it: `s_client` and `gnutls-cli` leave when they meet our close_notify.",
    },
    Without {
        who: &[Curl, Chromium],
        ends: BOTH,
        what: &[HalfClose],
        why: "Not in it: a client of HTTP takes the end of an answer for the end of both.",
    },
    Without {
        who: &[Chromium],
        ends: BOTH,
        what: &[ClientCertificate],
        why: "Not tried: a user, or a policy of the system, has to choose the certificate.",
    },
    Without {
        who: &[Chromium],
        ends: BOTH,
        what: &[Truncation],
        why: "Not tried: its connections are its own, and nothing cuts one of them.",
    },
];

/// Why this is not seen; nothing when it is.
#[must_use]
pub fn reason(who: Implementation, end: As, what: Feature) -> Option<&'static str> {
    let applies = |one: &&Without| {
        one.who.contains(&who) && one.ends.contains(&end) && one.what.contains(&what)
    };
    WITHOUT.iter().find(applies).map(|one| one.why)
}

/// All that is to be seen of this end.
pub fn features(who: Implementation, end: As) -> impl Iterator<Item = Feature> {
    Feature::ALL.into_iter().filter(move |what| reason(who, end, *what).is_none())
}

/// Says that this was seen, by a test that has just seen it: a cell of the table.
///
/// # Panics
/// When the table has a reason why it is not.
#[track_caller]
pub fn saw(who: Implementation, end: As, what: Feature) {
    let reason = reason(who, end, what);
    assert_eq!(reason, None, "{who:?}, {end:?}, {what:?} is seen, and so needs no reason");
}

/// The table, for people.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(HEAD);
    for what in Feature::ALL {
        let (head, means) = what.words();
        let _ = writeln!(page, "- **{head}**: {means}");
    }
    let mut reasons = Vec::new();
    for (end, head) in [(As::Server, "It is the server"), (As::Client, "It is the client")] {
        let _ = writeln!(page, "\n## {head}\n");
        let heads = Feature::ALL.map(|what| what.words().0).join(" | ");
        let _ = writeln!(page, "| | {heads} |");
        let _ = writeln!(page, "|---|{}", "---|".repeat(Feature::ALL.len()));
        for who in Implementation::ALL.into_iter().filter(|who| who.can_be(end)) {
            let cells = Feature::ALL.map(|what| cell(&mut reasons, reason(who, end, what)));
            let _ = writeln!(page, "| {} | {} |", who.name(), cells.join(" | "));
        }
    }
    page.push_str("\n## What is not seen\n\n");
    for (index, why) in reasons.iter().enumerate() {
        let _ = writeln!(page, "{}. {why}", index + 1);
    }
    page
}

fn cell(reasons: &mut Vec<&'static str>, reason: Option<&'static str>) -> String {
    let Some(reason) = reason else { return "yes".to_owned() };
    let number = reasons.iter().position(|known| *known == reason).unwrap_or_else(|| {
        reasons.push(reason);
        reasons.len() - 1
    });
    format!("– ({})", number + 1)
}

const HEAD: &str = "\
# With others

Made by `HYALINE_RECORD=1 cargo test -p hyaline-tests --features peers --test interop_peers`.

This library with other people's TLS, in both roles, on sockets. A *yes* was seen by a test of
`.ci/run`, with what that installs: `saw` in the tests `interop_openssl`, `interop_gnutls`,
`interop_rustls` and `interop_peers` says which. What no test sees has the number of its reason.

";
