//! What protects the records of a connection, handed over for good to whoever goes on with them: a
//! kernel (kTLS), a network card, another process.

use core::fmt;

use super::Connection;
use crate::CipherSuite;
use crate::crypto::hkdf::{Label, expand_label};
use crate::crypto::{CryptoError, CryptoProvider, DefaultProvider, NONCE_LENGTH, Secret, Suite};
use crate::outbox::Outbox;
use crate::record::protection::Protection;

/// What protects the records of a connection, once it is [handed over](Connection::hand_over).
#[derive(Debug)]
#[non_exhaustive]
pub struct HandedOver<P: CryptoProvider = DefaultProvider> {
    /// Of the records that we send.
    pub sending: RecordSecrets<P>,
    /// Of those that the peer sends.
    pub receiving: RecordSecrets<P>,
}

/// What protects the records of one direction (RFC 9846 sections 5.2 and 5.3), wiped when dropped.
///
/// There is one of it, and it cannot be cloned: whoever protects two different records under one
/// key and one sequence number gives the key away.
pub struct RecordSecrets<P: CryptoProvider = DefaultProvider> {
    provider: P,
    suite: Suite,
    /// client_application_traffic_secret_N, or the server's.
    traffic_secret: Secret,
    key: Secret,
    iv: Secret,
    sequence: u64,
    most_content: usize,
}

impl<P: CryptoProvider> RecordSecrets<P> {
    fn new(provider: &P, protection: &Protection<P>, sequence: u64) -> Result<Self, Unrest> {
        // A direction that has ended has no keys any more.
        let Protection::On(keys) = protection else { return Err(Unrest::Ended) };
        let secret = keys.secret();
        let suite = secret.suite();
        let made = |label, length| derive(provider, suite, secret.as_bytes(), label, length);
        Ok(Self {
            key: made(Label::KEY, suite.aead().key_length())?,
            iv: made(Label::IV, NONCE_LENGTH)?,
            traffic_secret: Secret::new(secret.as_bytes()),
            provider: provider.clone(),
            suite,
            sequence,
            most_content: keys.size_limit.content(),
        })
    }

    /// The cipher suite, whose AEAD protects records.
    #[must_use]
    pub const fn cipher_suite(&self) -> CipherSuite {
        self.suite.number()
    }

    /// The key of the AEAD: 16 bytes for AES-128, 32 for the others.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        self.key.as_bytes()
    }

    /// What is XORed with the sequence number to make a nonce (RFC 9846 section 5.3): 12 bytes. For
    /// AES-GCM, Linux calls the first four the salt.
    #[must_use]
    pub fn iv(&self) -> &[u8] {
        self.iv.as_bytes()
    }

    /// The sequence number of the next record under this key.
    #[must_use]
    pub const fn sequence_number(&self) -> u64 {
        self.sequence
    }

    /// How many more records this key may protect (RFC 9846 section 5.5), each counted as a full
    /// one.
    #[must_use]
    pub const fn records_left(&self) -> u64 {
        self.suite.aead().record_limit().saturating_sub(self.sequence)
    }

    /// The most bytes of content that a record may have: for what is sent, what the peer receives
    /// (RFC 8449).
    #[must_use]
    pub const fn most_content(&self) -> usize {
        self.most_content
    }

    /// Goes on to the next generation of keys, whose first record has the number 0: to be done
    /// behind each KeyUpdate of that direction, sent or received (RFC 9846 section 7.2).
    ///
    /// # Errors
    /// The provider fails. All is as it was then.
    pub fn update(&mut self) -> Result<(), CryptoError> {
        let (provider, suite) = (&self.provider, self.suite);
        let length = suite.hash().length();
        let now = self.traffic_secret.as_bytes();
        let next = derive(provider, suite, now, Label::TRAFFIC_UPDATE, length)?;
        let key_length = suite.aead().key_length();
        let key = derive(provider, suite, next.as_bytes(), Label::KEY, key_length)?;
        let iv = derive(provider, suite, next.as_bytes(), Label::IV, NONCE_LENGTH)?;
        (self.traffic_secret, self.key, self.iv, self.sequence) = (next, key, iv, 0);
        Ok(())
    }
}

/// What HKDF derives of a traffic secret.
fn derive<P: CryptoProvider>(
    provider: &P,
    suite: Suite,
    secret: &[u8],
    label: Label,
    length: usize,
) -> Result<Secret, CryptoError> {
    Secret::make(length, |place| expand_label(provider, suite.hash(), secret, label, None, place))
}

impl<P: CryptoProvider> fmt::Debug for RecordSecrets<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecordSecrets")
            .field("suite", &self.suite)
            .field("sequence_number", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// Why a connection cannot be handed over now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unrest {
    /// The handshake is not complete.
    NotConnected,
    /// The connection has failed or is closed, or one of its directions has ended.
    Ended,
    /// A call is pending. It has to end, or to be made again until it does.
    CallPending,
    /// Sealed records wait for the transport. A flush transmits them.
    Unsent,
    /// Application data is opened and not taken: a read takes it. Or early data are, which
    /// [`Connection::take_early_data`] takes.
    Unread,
    /// Bytes are received that are not opened: a record, or a part of one, or a part of a message.
    /// A read goes on with them.
    Unopened,
    /// The peer has asked for a key update, and the answer stands before our next data. A write
    /// sends both.
    KeyUpdateOwed,
    /// The provider has failed.
    Provider(CryptoError),
}

impl From<CryptoError> for Unrest {
    fn from(error: CryptoError) -> Self {
        Self::Provider(error)
    }
}

impl fmt::Display for Unrest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotConnected => "the handshake is not complete",
            Self::Ended => "the connection, or one of its directions, has ended",
            Self::CallPending => "a call is pending",
            Self::Unsent => "sealed records wait to be transmitted; flush first",
            Self::Unread => "opened data waits; read it, or take the early data, first",
            Self::Unopened => "bytes are received that are not opened; read first",
            Self::KeyUpdateOwed => "the peer has asked for a key update; write first",
            Self::Provider(error) => {
                return write!(formatter, "the cryptography has failed: {error}");
            }
        })
    }
}

impl std::error::Error for Unrest {}

/// What was not handed over, and why. It has lost nothing, and goes on as it was.
pub struct NotAtRest<C> {
    reason: Unrest,
    kept: C,
}

impl<C> NotAtRest<C> {
    pub(crate) const fn new(reason: Unrest, kept: C) -> Self {
        Self { reason, kept }
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> &Unrest {
        &self.reason
    }

    /// The connection, or the stream.
    #[must_use]
    pub fn into_inner(self) -> C {
        self.kept
    }
}

impl<C> fmt::Debug for NotAtRest<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NotAtRest").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl<C> fmt::Display for NotAtRest<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the connection does not rest: {}", self.reason)
    }
}

impl<C> std::error::Error for NotAtRest<C> {}

impl<P: CryptoProvider> Connection<P> {
    /// Ends this connection without a word to the peer, and gives away what protects its records,
    /// once: for a kernel that does so from now on (kTLS), or whoever else goes on with it.
    ///
    /// **What is checked ends here.** The table sees nothing of what comes, and whoever goes on
    /// does what it did:
    ///
    /// - *Alerts.* A record of the type alert (21) is no data. `[1, 0]`, close_notify, is the end
    ///   of the peer's direction; any other alert but user_canceled (90) ends both. An end of the
    ///   transport without close_notify is a truncation (RFC 9846 section 6.1).
    /// - *Our end.* Send close_notify, as a record of that type, before the transport is shut down,
    ///   and receive what still comes before it is closed: else the last bytes may be destroyed on
    ///   their way (H06).
    /// - *Handshake messages.* Records of the type handshake (22) still come: a client passes over
    ///   tickets (NewSessionTicket, 4), which is always right. Nothing is resumed by them.
    /// - *Key updates* (KeyUpdate, 24). Behind the peer's, [`RecordSecrets::update`] has the keys
    ///   that come next, and where it asks for ours, a KeyUpdate of our own is owed before our next
    ///   data. Who cannot change keys, as kernels before Linux 6.14 cannot, has to refuse it, by
    ///   ending the connection with an alert, and must itself stop before
    ///   [`RecordSecrets::records_left`] is 0.
    ///
    /// Tickets that a server has not sent yet are never sent. What is wanted of the connection
    /// later, [keying material](Self::export_keying_material) or what was negotiated, is to be
    /// taken before.
    ///
    /// A stream has the same call, which gives the transport too.
    ///
    /// # Errors
    /// The connection does not rest, and is given back: see [`Unrest`], also for what to do then.
    /// Bytes that a transport has received and that were not handed to the connection are not known
    /// here, and would be lost to who goes on: there must be none.
    pub fn hand_over(self, outbox: &Outbox) -> Result<HandedOver<P>, NotAtRest<Box<Self>>> {
        self.record_secrets(outbox).map_err(|reason| NotAtRest::new(reason, Box::new(self)))
    }

    /// What protects records, if the connection rests. To be handed out once, and nothing else is
    /// done with the connection then.
    pub(crate) fn record_secrets(&self, outbox: &Outbox) -> Result<HandedOver<P>, Unrest> {
        let (receiving, sending) = (&self.receiver.core, &self.sender.core);
        if self.error().is_some() || self.is_closed() {
            return Err(Unrest::Ended);
        }
        if !self.is_connected() {
            return Err(Unrest::NotConnected);
        }
        if !self.is_idle() || self.receiver.has_mail() || self.sender.has_mail() {
            return Err(Unrest::CallPending);
        }
        let (opener, sealer) = (&receiving.opener, &sending.sealer);
        let handed_over = HandedOver {
            sending: RecordSecrets::new(&sending.provider, &sealer.protection, sealer.sequence)?,
            receiving: RecordSecrets::new(&sending.provider, &opener.protection, opener.sequence)?,
        };
        let early_data = receiving.early_data.as_ref();
        if !outbox.is_empty() {
            Err(Unrest::Unsent)
        } else if self.unread() > 0 || early_data.is_some_and(|data| !data.bytes.is_empty()) {
            Err(Unrest::Unread)
        } else if receiving.joiner.is_partial() {
            Err(Unrest::Unopened)
        } else if self.sender.endpoint.memory.reply_due {
            Err(Unrest::KeyUpdateOwed)
        } else {
            Ok(handed_over)
        }
    }
}
