//! What a client offers (RFC 9846 section 4.2.2).

use std::borrow::Cow;
use std::sync::Arc;

use rustls_pki_types::DnsName;

use crate::config::{Compressions, PskExchange};
use crate::crypto::{HashAlgorithm, Suite};
use crate::identifiers::{CertificateType, CipherSuite, NamedGroup, SignatureScheme};
use crate::message::{BothSides, Grease, SessionId, Wanted};
use crate::record_size::RecordSizeLimit;

/// What a client offers. Kept from the ClientHello until the server's answers have been checked
/// against it. Lists are in descending order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) random: [u8; 32],
    /// 32 bytes in compatibility mode (RFC 9846 appendix E.4), otherwise empty.
    pub(crate) session_id: SessionId,
    pub(crate) suites: Arc<[CipherSuite]>,
    pub(crate) groups: Arc<[NamedGroup]>,
    /// Public keys, for some of the groups, in the same order.
    pub(crate) shares: Vec<(NamedGroup, Vec<u8>)>,
    /// For CertificateVerify.
    pub(crate) schemes: Cow<'static, [SignatureScheme]>,
    /// For certificates; not sent if empty.
    pub(crate) certificate_schemes: Vec<SignatureScheme>,
    pub(crate) application_protocols: Arc<[Vec<u8>]>,
    /// What the server may attach to its certificates.
    pub(crate) wanted: Wanted,
    /// Under whom the server's certificates are wanted.
    pub(crate) authorities: Arc<[Vec<u8>]>,
    /// How the server may compress its certificates.
    pub(crate) compressions: Compressions,
    /// Of what types the client's certificate can be, and the server's may be; an empty list is not
    /// sent, and says X.509.
    pub(crate) certificate_types: BothSides<&'static [CertificateType]>,
    /// Whether `psk_key_exchange_modes` is sent: tickets are wanted, or a pre-shared key is
    /// offered.
    pub(crate) tickets: bool,
    /// Whether keys are exchanged beside a pre-shared key.
    pub(crate) psk_exchange: PskExchange,
    /// The server's name, if it is a `host_name`.
    pub(crate) server_name: Option<DnsName<'static>>,
    /// How long a protected record may be that we receive; not sent if nothing says so.
    pub(crate) record_size_limit: Option<RecordSizeLimit>,
    /// From a HelloRetryRequest.
    pub(crate) cookie: Option<Vec<u8>>,
    /// The cipher suite of a HelloRetryRequest, once there was one.
    pub(crate) retried: Option<CipherSuite>,
    /// An earlier session that the server may resume, or an external key.
    pub(crate) session: Option<OfferedSession>,
    /// Early data follow, under the key of `session`.
    pub(crate) early_data: bool,
    /// The ClientHello has encrypted_client_hello, or looks as if (RFC 9849).
    pub(crate) has_ech: bool,
    /// Reserved values that are sent beside all that and mean nothing (GREASE, RFC 8701). They are
    /// not in the lists above, so a server that chooses one chooses what was not offered.
    pub(crate) grease: Option<Grease>,
}

/// An earlier session or an external key, as a client offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfferedSession {
    pub(crate) ticket: Box<[u8]>,
    /// In milliseconds, plus what hides it (RFC 9846 section 4.3.11.1).
    pub(crate) obfuscated_age: u32,
    /// The hash that its key is for.
    pub(crate) hash: HashAlgorithm,
}

/// What a HelloRetryRequest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    pub(crate) suite: CipherSuite,
    /// None: the share stays.
    pub(crate) group: Option<NamedGroup>,
    pub(crate) cookie: Option<Vec<u8>>,
}

impl Offer {
    /// The offer of the second ClientHello: with the cookie, and with a share for the group that
    /// was asked for in place of the others (RFC 9846 section 4.2.2). `share` is that group's new
    /// public key; there is none if the HelloRetryRequest names no group.
    pub(crate) fn retry(&mut self, retry: Retry, share: Option<Vec<u8>>) {
        self.retried = Some(retry.suite);
        self.cookie = retry.cookie;
        // Section 4.3.10: what was sent behind the first ClientHello is lost.
        self.early_data = false;
        // Section 4.2.4: a key goes that is not for the hash of the cipher suite.
        let hash = Suite::from_number(retry.suite).map(Suite::hash);
        self.session.take_if(|session| Some(session.hash) != hash);
        if let Some(share) = retry.group.zip(share) {
            self.shares = vec![share];
            if let Some(grease) = &mut self.grease {
                grease.has_share = false;
            }
        }
    }
}

impl Offer {
    /// The server has not read the encrypted ClientHello: what counts from now on is what the outer
    /// one offers (RFC 9849 section 6.1.6), which is no session.
    pub(crate) fn become_outer(&mut self, random: [u8; 32], public_name: DnsName<'static>) {
        self.random = random;
        self.server_name = Some(public_name);
        self.session = None;
        self.authorities = Arc::default();
    }
}
