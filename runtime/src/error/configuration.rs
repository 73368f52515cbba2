//! Why a configuration cannot work.

use core::fmt;
use std::borrow::Cow;

use super::CertificateError;
use crate::message::limits::{
    MAXIMUM_APPLICATION_PROTOCOLS, MAXIMUM_CERTIFICATE, MAXIMUM_CERTIFICATES,
};
use crate::record_size::{GREATEST_SIZE_LIMIT, LEAST_SIZE_LIMIT};
use crate::session::MAXIMUM_TICKET;

/// Why a configuration cannot work. Found when it is built, before any connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// No cipher suite, one twice, or one that the provider does not have; or none with the hash of
    /// the external key.
    CipherSuites,
    /// No group, one twice, or one that the provider does not have.
    Groups,
    /// An application protocol's name is empty or over 255 bytes, or all are too long together.
    ApplicationProtocols,
    /// The certificate chain is empty.
    NoCertificate,
    /// The certificate chain is too long for one Certificate message.
    ChainTooLong,
    /// The first certificate of the chain cannot be read.
    BadCertificate,
    /// The first certificate of the chain can be read, and no peer would accept it.
    UnusableCertificate(CertificateError),
    /// The private key cannot be read, or is of a kind or size that is not supported.
    BadPrivateKey {
        /// What is wrong with it, in words.
        reason: Cow<'static, str>,
    },
    /// A public key, our own or one to be trusted, cannot be used without a certificate.
    BadPublicKey {
        /// What is wrong with it, in words.
        reason: Cow<'static, str>,
    },
    /// The key is to be shown without a certificate, and its signer does not know the public key
    /// to it ([`SigningKey::public_key`](crate::crypto::SigningKey::public_key)).
    NoPublicKey,
    /// The private key does not belong to the first certificate of the chain, or not to the raw
    /// public key.
    KeyDoesNotMatch,
    /// A trusted root cannot be read.
    BadRoot,
    /// An OCSP response cannot be shown.
    BadStaple {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// What is no SignedCertificateTimestampList (RFC 6962 section 3.3).
    BadTimestamps,
    /// A revocation list cannot be used.
    BadRevocationList {
        /// What is wrong with it, in words.
        reason: Cow<'static, str>,
    },
    /// Revocation lists are for paths that lead to roots, and a judge of the program's own
    /// ([`ServerJudge`](crate::ServerJudge)) takes the place of roots.
    UnusedRevocationLists,
    /// Client certificates are asked for, but no roots to judge them by were given; or a setting is
    /// given by which to judge them or to ask for them (revocation lists, OCSP responses, names of
    /// roots), and none are asked for.
    NoRoots,
    /// Raw public keys of clients are asked for, and there is none to be trusted.
    NoRawPublicKeys,
    /// The operating system has no trusted roots that can be read.
    NoNativeRoots {
        /// What the system says, in words.
        reason: Box<str>,
    },
    /// The names of the roots are too long together to be sent.
    TooManyAuthorities {
        /// Bytes that are allowed.
        limit: usize,
    },
    /// More tickets than a server may send at once.
    TooManyTickets {
        /// How many are allowed.
        limit: u8,
    },
    /// More early data than a server may accept.
    TooMuchEarlyData {
        /// Bytes that are allowed.
        limit: u32,
    },
    /// Early data are to be accepted by a server that hands out no tickets, since all of its
    /// clients have external keys.
    EarlyDataWithoutTickets,
    /// A limit for the size of records that is below 64 or above 16,385 bytes.
    RecordSizeLimit,
    /// Padding to multiples of 0 bytes, or of more than 16,385.
    RecordPadding,
    /// A key for tickets has not 32 bytes, or its name not 16.
    TicketKey,
    /// There is no key for tickets, or two have one name.
    TicketKeys,
    /// An external key is shorter than 16 bytes, or its identity is empty or too long.
    ExternalKey,
    /// An ECHConfigList that was given is malformed.
    BadEchConfigList {
        /// The field that is malformed, as RFC 9849 section 4 names it.
        field: &'static str,
    },
    /// A key for Encrypted Client Hello cannot be used.
    BadEchKey {
        /// What is wrong with it, in words.
        reason: Cow<'static, str>,
    },
    /// The public name for Encrypted Client Hello is no host name.
    EchPublicName,
    /// No configuration of an ECHConfigList is one by which this client can encrypt: of another
    /// version, with other algorithms, or with an extension that it must know.
    NoUsableEchConfig,
    /// More keys by which a server reads encrypted ClientHellos than it may have.
    TooManyEchKeys {
        /// The most it may have.
        limit: usize,
    },
    /// Encrypted ClientHellos cannot be read: the provider has no
    /// [X25519](crate::crypto::CryptoProvider::x25519) for a key that is kept.
    NoKeptX25519,
    /// The input has no PEM section of the kind looked for, or is not PEM at all.
    BadPem,
    /// A PEM section of the kind looked for does not hold what it should.
    DamagedPem {
        /// What is wrong with it, in words.
        reason: Box<str>,
    },
    /// The private key is encrypted, and this library decrypts none.
    EncryptedPrivateKey,
    /// The name is neither a DNS name nor an IP address.
    BadServerName,
    /// What certificates are shown for is no host name, nor `*.` before one.
    BadHostName,
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::CipherSuites => "choose at least one cipher suite, and only supported ones",
            Self::Groups => "choose at least one group, and only supported ones",
            Self::ApplicationProtocols => {
                return write!(
                    formatter,
                    "each application protocol needs a name of 1 to 255 bytes, and all together, \
                     each with a byte for its length, at most {MAXIMUM_APPLICATION_PROTOCOLS}"
                );
            }
            Self::NoCertificate => "the certificate chain is empty",
            Self::ChainTooLong => {
                return write!(
                    formatter,
                    "the certificate chain is too long to be sent: at most {MAXIMUM_CERTIFICATES} \
                     certificates, in {MAXIMUM_CERTIFICATE} bytes"
                );
            }
            Self::BadCertificate => "the first certificate of the chain cannot be read",
            Self::BadPrivateKey { reason } => {
                return write!(formatter, "the private key cannot be used: {reason}");
            }
            Self::BadPublicKey { reason } => {
                return write!(formatter, "a public key cannot be used: {reason}");
            }
            Self::NoPublicKey => {
                "the signer does not tell its public key: give it beside the private one"
            }
            Self::KeyDoesNotMatch => {
                "the private key does not belong to the first certificate, or to the public key"
            }
            Self::BadRoot => "a trusted root certificate cannot be read",
            Self::BadStaple { reason } => {
                return write!(formatter, "an OCSP response cannot be shown: {reason}");
            }
            Self::BadTimestamps => "this is no SignedCertificateTimestampList",
            Self::BadRevocationList { reason } => {
                return write!(formatter, "a revocation list cannot be used: {reason}");
            }
            Self::UnusedRevocationLists => {
                "revocation lists go with roots: the judge that the program has in their place \
                 looks at none"
            }
            Self::NoRoots => "no roots were given by which to judge certificates",
            Self::NoRawPublicKeys => {
                "clients are asked for raw public keys, and none were given to be trusted"
            }
            Self::NoNativeRoots { reason } => {
                return write!(formatter, "the system has no roots that can be read: {reason}");
            }
            Self::TooManyAuthorities { limit } => {
                return write!(
                    formatter,
                    "the names of the roots have more than {limit} bytes together"
                );
            }
            Self::TooManyTickets { limit } => {
                return write!(formatter, "at most {limit} tickets may be sent");
            }
            Self::TooMuchEarlyData { limit } => {
                return write!(formatter, "at most {limit} bytes of early data may be accepted");
            }
            Self::EarlyDataWithoutTickets => {
                "early data are sent by clients that have a ticket, and a server whose clients \
                 all have external keys hands out none"
            }
            Self::UnusableCertificate(refusal) => {
                return write!(formatter, "no peer would accept the first certificate: {refusal}");
            }
            Self::RecordPadding => {
                return write!(
                    formatter,
                    "records are padded to multiples of 1 to {GREATEST_SIZE_LIMIT} bytes"
                );
            }
            Self::RecordSizeLimit => {
                return write!(
                    formatter,
                    "a limit for the size of records has {LEAST_SIZE_LIMIT} to \
                     {GREATEST_SIZE_LIMIT} bytes"
                );
            }
            Self::TicketKey => {
                "a key for tickets needs exactly 32 bytes, all of them random, and a name of \
                 exactly 16"
            }
            Self::TicketKeys => "tickets need a key, and each key a name of its own",
            Self::ExternalKey => {
                return write!(
                    formatter,
                    "an external key needs 16 bytes or more, all of them random, and an identity \
                     of 1 to {MAXIMUM_TICKET} bytes"
                );
            }
            Self::BadEchConfigList { field } => {
                return write!(
                    formatter,
                    "the ECHConfigList that was given is malformed in its field `{field}`"
                );
            }
            Self::BadEchKey { reason } => {
                return write!(
                    formatter,
                    "a key for Encrypted Client Hello cannot be used: {reason}"
                );
            }
            Self::NoUsableEchConfig => {
                "no configuration of the ECHConfigList can be used: each is of another version, \
                 has other algorithms or a bad key, or has a mandatory extension"
            }
            Self::TooManyEchKeys { limit } => {
                return write!(
                    formatter,
                    "a server reads encrypted ClientHellos by {limit} keys at most"
                );
            }
            Self::NoKeptX25519 => {
                "this provider cannot read encrypted ClientHellos: it has no X25519 for a key that \
                 is kept (`CryptoProvider::x25519`)"
            }
            Self::EchPublicName => {
                "the public name for Encrypted Client Hello is a host name of letters, digits and \
                 hyphens, such as `example.org`"
            }
            Self::BadPem => "no PEM section of the expected kind was found",
            Self::DamagedPem { reason } => {
                return write!(formatter, "a PEM section is damaged: {reason}");
            }
            Self::EncryptedPrivateKey => {
                "the private key is encrypted with a password; decrypt it first, for instance with \
                 `openssl pkey`"
            }
            Self::BadHostName => {
                "certificates are shown for a host name, such as `example.org`, or for all of one \
                 label more, as `*.example.org`"
            }
            Self::BadServerName => "the server's name is neither a DNS name nor an IP address",
        };
        formatter.write_str(text)
    }
}

impl std::error::Error for ConfigurationError {}
