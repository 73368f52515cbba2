//! What every peer is taken through: one list of each kind, whoever the other end is.

use hyaline::{Alert, AlertDescription};

use crate::certificates::{Authority, IssuedIdentity, KeyKind};

/// A server that our client does not accept.
pub struct RefusedServer {
    /// Who the server is.
    pub identity: IssuedIdentity,
    /// Whom the client wants to talk to.
    pub host: &'static str,
    /// Part of what our client says of it.
    pub error: &'static str,
    /// What our client tells the server.
    pub alert: AlertDescription,
}

/// Servers that a client which trusts `authority` does not accept.
#[must_use]
pub fn refused_servers(authority: &Authority) -> [RefusedServer; 4] {
    let case = |identity, host, error, alert: Alert| {
        let alert = AlertDescription::from(alert);
        RefusedServer { identity, host, error, alert }
    };
    let named = |name| authority.server_for(KeyKind::P256, &[name]);
    [
        case(
            Authority::new().server(KeyKind::P256),
            "localhost",
            "no path leads",
            Alert::UnknownCa,
        ),
        case(authority.expired_server(), "localhost", "expired", Alert::CertificateExpired),
        case(
            named("elsewhere.example"),
            "localhost",
            "not for the name localhost",
            Alert::BadCertificate,
        ),
        case(named("localhost"), "127.0.0.1", "not for the name 127.0.0.1", Alert::BadCertificate),
    ]
}

/// A client that our server does not accept.
pub struct RefusedClient {
    /// Who the client is.
    pub identity: Option<IssuedIdentity>,
    /// Whether our server requires a certificate.
    pub required: bool,
    /// Part of what our server says of it.
    pub error: &'static str,
    /// What our server tells the client.
    pub alert: AlertDescription,
}

/// Clients that a server which asks for certificates of a known authority does not accept.
#[must_use]
pub fn refused_clients() -> [RefusedClient; 3] {
    let stranger = Authority::new().client(KeyKind::P256);
    let case = |identity, required, error, alert: Alert| {
        let alert = AlertDescription::from(alert);
        RefusedClient { identity, required, error, alert }
    };
    [
        case(None, true, "the client sent none", Alert::CertificateRequired),
        case(Some(stranger.clone()), true, "no path leads", Alert::UnknownCa),
        case(Some(stranger), false, "no path leads", Alert::UnknownCa),
    ]
}

/// A server of ours that a peer does not accept.
pub struct ServerRefusedByPeer<'a> {
    /// Who our server is.
    pub identity: IssuedIdentity,
    /// Whom the peer trusts.
    pub trusted: &'a Authority,
    /// Whom the peer wants to talk to.
    pub host: &'static str,
    /// What RFC 9846 section 6.2 has for it.
    pub alert: AlertDescription,
}

/// Servers of ours, each wrong in another way: of `authority`, and of one that is not trusted.
#[must_use]
pub fn servers_refused_by_peers<'a>(
    authority: &'a Authority,
    other: &'a Authority,
) -> [ServerRefusedByPeer<'a>; 3] {
    let good = authority.server(KeyKind::P256);
    let case = |identity, trusted, host, alert: Alert| {
        let alert = AlertDescription::from(alert);
        ServerRefusedByPeer { identity, trusted, host, alert }
    };
    [
        case(good.clone(), other, "localhost", Alert::UnknownCa),
        case(authority.expired_server(), authority, "localhost", Alert::CertificateExpired),
        case(good, authority, "elsewhere.example", Alert::BadCertificate),
    ]
}

/// Clients of ours that a peer does not accept which requires a certificate of an authority that it
/// knows, and the alert that RFC 9846 section 6.2 has for each.
#[must_use]
pub fn clients_refused_by_peers() -> [(Option<IssuedIdentity>, AlertDescription); 2] {
    let stranger = Authority::new().client(KeyKind::P256);
    [(None, Alert::CertificateRequired.into()), (Some(stranger), Alert::UnknownCa.into())]
}

/// What such a client sends before it can know: nothing, little, and more than any buffer holds.
pub const SENT_TO_WHO_REFUSES: [&[u8]; 3] = [b"", b"line\n", &[b'x'; 1 << 20]];

/// The application protocol that a server prefers.
pub const PREFERRED_PROTOCOL: &str = "http/1.1";

/// The application protocol that two ends agree on, if on any; or the alert of the refusal.
pub type Agreed = Result<Option<&'static str>, Alert>;

/// What a client offers to a server that prefers [`PREFERRED_PROTOCOL`], and what comes of it.
pub const OFFERED_PROTOCOLS: [(&[&str], Agreed); 4] = [
    (&["h2", PREFERRED_PROTOCOL], Ok(Some(PREFERRED_PROTOCOL))),
    (&[PREFERRED_PROTOCOL], Ok(Some(PREFERRED_PROTOCOL))),
    (&[], Ok(None)),
    (&["spdy/3"], Err(Alert::NoApplicationProtocol)),
];
