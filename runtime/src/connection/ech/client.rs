//! A client that encrypts its ClientHello (RFC 9849 section 6).

use std::sync::Arc;

use rustls_pki_types::DnsName;

use super::confirmation::{Confirms, confirmation, is_same};
use super::grease::{grease, grease_session};
use crate::config::EchOffer;
use crate::crypto::{CryptoProvider, HashAlgorithm, TAG_LENGTH};
use crate::ech::hpke::HpkeContext;
use crate::ech::{EchConfig, EchConfigList};
use crate::message::ech::CONFIRMATION_LENGTH;
use crate::message::{EchClientHello, HEADER_LENGTH, Writer};
use crate::negotiate::hello::{
    OuterHello, encode_inner_hello, pad, write_inner_hello, write_outer_hello,
};
use crate::negotiate::offer::{Offer, OfferedSession};
use crate::transcript::Transcript;
use crate::{EchStatus, Error, HandshakeType};

/// How far a client has come with the encryption of its ClientHello.
#[derive(Default)]
pub(crate) enum ClientEch<P: CryptoProvider> {
    /// Nothing is said of it.
    #[default]
    Nothing,
    /// What is said of it will mean nothing.
    WillGrease,
    /// This means nothing. A second ClientHello says it again (section 6.2).
    Grease { contents: Vec<u8> },
    /// The ClientHello will be encrypted by this configuration.
    WillEncrypt { config: Arc<EchConfig> },
    /// An encrypted ClientHello is sent.
    Offered(Box<Encryption<P>>),
    /// The server has read it.
    Accepted,
    /// The server has not, and might by these configurations. A second ClientHello has this
    /// extension as the first.
    Rejected { contents: Vec<u8>, retry: Option<EchConfigList> },
}

/// A ClientHello that is encrypted.
pub(crate) struct Encryption<P: CryptoProvider> {
    pub(crate) config: Arc<EchConfig>,
    pub(crate) encapsulated: Vec<u8>,
    pub(crate) context: HpkeContext<P>,
    /// The random value of the outer ClientHello.
    pub(crate) outer_random: [u8; 32],
    /// What stands for the session that the inner one offers.
    pub(crate) session: Option<OfferedSession>,
    /// The last inner ClientHello, as the transcript has it.
    pub(crate) inner: Vec<u8>,
    /// The contents of the extension in the last outer one.
    pub(crate) contents: Vec<u8>,
    /// A HelloRetryRequest has said that the server has read the first one.
    pub(crate) is_confirmed: bool,
}

/// Whether the server has read the encrypted ClientHello.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EchAnswer {
    /// There was none.
    #[default]
    Nothing,
    Accepted,
    Rejected,
}

impl<P: CryptoProvider> ClientEch<P> {
    pub(crate) fn new(offer: &EchOffer) -> Self {
        match offer {
            EchOffer::Nothing => Self::Nothing,
            EchOffer::Grease => Self::WillGrease,
            EchOffer::Encrypt(config) => Self::WillEncrypt { config: Arc::clone(config) },
        }
    }

    /// What became of the encryption, as the program is told.
    pub(crate) const fn status(&self) -> EchStatus {
        match self {
            Self::Nothing => EchStatus::NotOffered,
            Self::WillGrease | Self::Grease { .. } => EchStatus::Grease,
            Self::WillEncrypt { .. } | Self::Offered(_) => EchStatus::Offered,
            Self::Accepted => EchStatus::Accepted,
            Self::Rejected { .. } => EchStatus::Rejected,
        }
    }

    /// Before a ClientHello is written: there is a key, or there are bytes that mean nothing.
    ///
    /// # Errors
    /// The provider fails, or the configuration's key is none.
    pub(crate) fn begin(&mut self, provider: &P, offer: &Offer) -> Result<(), Error> {
        *self = match std::mem::take(self) {
            Self::WillGrease => Self::Grease { contents: grease(provider, offer)? },
            Self::WillEncrypt { config } => {
                Self::Offered(Box::new(Encryption::new(provider, config)?))
            }
            other => other,
        };
        Ok(())
    }

    /// What a ClientHello that is not encrypted has in encrypted_client_hello.
    pub(crate) fn contents(&self) -> Option<&[u8]> {
        match self {
            Self::Grease { contents } | Self::Rejected { contents, .. } => Some(contents),
            _ => None,
        }
    }

    /// The ClientHello that is encrypted, while the server has not said that it has read it.
    pub(crate) fn encryption(&self) -> Option<&Encryption<P>> {
        match self {
            Self::Offered(encryption) => Some(encryption),
            _ => None,
        }
    }

    /// Whether this message says that the server has read the encrypted ClientHello. `transcript`
    /// covers what goes before the last one. `said` is what stands in the message.
    ///
    /// # Errors
    /// The provider fails; or a ServerHello takes back what a HelloRetryRequest has said.
    pub(crate) fn answer(
        &self,
        provider: &P,
        transcript: &Transcript<P>,
        hash: HashAlgorithm,
        confirms: Confirms,
        message: &[u8],
        said: Option<&[u8; CONFIRMATION_LENGTH]>,
    ) -> Result<EchAnswer, Error> {
        let encryption = match self {
            Self::Offered(encryption) => encryption,
            // That is known since a HelloRetryRequest.
            Self::Rejected { .. } => return Ok(EchAnswer::Rejected),
            _ => return Ok(EchAnswer::Nothing),
        };
        let is_read = match said {
            Some(said) => {
                let mut covered = transcript.branch();
                covered.start(provider, hash);
                covered.absorb(&encryption.inner)?;
                if confirms == Confirms::HelloRetryRequest {
                    covered.start_retry(provider, hash)?;
                }
                let random = encryption.inner_random()?;
                let right = confirmation(provider, &covered, hash, random, confirms, message)?;
                is_same(said, &right)
            }
            None => false,
        };
        match is_read {
            true => Ok(EchAnswer::Accepted),
            false if encryption.is_confirmed => {
                // Section 6.1.5: what was read is read again.
                let (message, field) = (HandshakeType::ServerHello, "random");
                Err(Error::IllegalValue { message, field })
            }
            false => Ok(EchAnswer::Rejected),
        }
    }

    /// Takes the answer of a ServerHello or HelloRetryRequest that is accepted. Where the server
    /// has not read the encrypted ClientHello, the offer becomes that of the outer one, and the
    /// name is returned that the server has to prove in place of the one that was called.
    pub(crate) fn take(
        &mut self,
        answer: EchAnswer,
        confirms: Confirms,
        offer: &mut Offer,
    ) -> Option<DnsName<'static>> {
        match (std::mem::take(self), answer, confirms) {
            (Self::Offered(mut encryption), EchAnswer::Accepted, Confirms::HelloRetryRequest) => {
                encryption.is_confirmed = true;
                *self = Self::Offered(encryption);
                None
            }
            (Self::Offered(_), EchAnswer::Accepted, Confirms::ServerHello) => {
                *self = Self::Accepted;
                None
            }
            (Self::Offered(encryption), EchAnswer::Rejected, _) => {
                let Encryption { config, outer_random, contents, .. } = *encryption;
                *self = Self::Rejected { contents, retry: None };
                offer.become_outer(outer_random, config.public_name.clone());
                Some(config.public_name.clone())
            }
            (other, ..) => {
                *self = other;
                None
            }
        }
    }

    /// What EncryptedExtensions say of configurations to try again with.
    ///
    /// # Errors
    /// They are no list of configurations, or nobody has asked for any (section 5).
    pub(crate) fn check_retry_configs(
        &self,
        said: Option<&[u8]>,
    ) -> Result<Option<EchConfigList>, Error> {
        let message = HandshakeType::EncryptedExtensions;
        let Some(said) = said else { return Ok(None) };
        match self {
            Self::Grease { .. } | Self::Rejected { .. } => match EchConfigList::read(said) {
                Some(list) => Ok(Some(list)),
                None => Err(Error::Malformed { message, field: "retry_configs" }),
            },
            _ => {
                let extension = crate::ExtensionType::EncryptedClientHello;
                Err(Error::UnsolicitedExtension { message, extension })
            }
        }
    }

    /// Keeps the configurations to try again with. What was not encrypted by any has no use for
    /// them. A list without a version that we know is as good as none (section 6.1.6).
    pub(crate) fn keep_retry_configs(&mut self, list: Option<EchConfigList>) {
        if let Self::Rejected { retry, .. } = self {
            *retry = list.filter(EchConfigList::has_known_version);
        }
    }

    /// Why the connection ends where the server has not read the encrypted ClientHello.
    pub(crate) fn rejection(&self) -> Error {
        let retry = match self {
            Self::Rejected { retry, .. } => retry.clone(),
            _ => None,
        };
        Error::EchRejected { retry }
    }
}

impl<P: CryptoProvider> Encryption<P> {
    fn new(provider: &P, config: Arc<EchConfig>) -> Result<Self, Error> {
        let (encapsulated, context) =
            HpkeContext::to(provider, config.suite, &config.public_key, &config.info())?;
        let mut outer_random = [0; 32];
        provider.fill(&mut outer_random)?;
        let (session, inner, contents) = (None, Vec::new(), Vec::new());
        let is_confirmed = false;
        Ok(Self {
            config,
            encapsulated,
            context,
            outer_random,
            session,
            inner,
            contents,
            is_confirmed,
        })
    }

    /// The last inner ClientHello, as the transcript has it.
    pub(crate) fn inner(&self) -> &[u8] {
        &self.inner
    }

    fn inner_random(&self) -> Result<&[u8; 32], Error> {
        let random = self.inner.get(HEADER_LENGTH + 2..).and_then(|rest| rest.first_chunk());
        random.ok_or(Error::Internal("an inner ClientHello without a random value"))
    }

    /// Writes the inner ClientHello, which `bind` completes, and appends the outer one.
    ///
    /// # Errors
    /// The provider fails, or `bind` does.
    pub(crate) fn write(
        &mut self,
        provider: &P,
        offer: &Offer,
        bind: impl FnOnce(&mut [u8]) -> Result<(), Error>,
        buffer: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.inner.clear();
        write_inner_hello(offer, &mut self.inner);
        bind(&mut self.inner)?;
        let mut text = encode_inner_hello(offer, &self.inner);
        pad(&mut text, offer, self.config.maximum_name_length);

        self.session = match (&offer.session, self.session.take()) {
            (Some(_), Some(before)) => Some(before),
            (Some(session), None) => Some(grease_session(provider, session)?),
            (None, _) => None,
        };
        let mut binder = vec![0; offer.session.as_ref().map_or(0, |one| one.hash.length())];
        provider.fill(&mut binder)?;
        // Section 5.2: the outer one is authenticated with zeros in place of the payload.
        let zeros = vec![0; text.len() + TAG_LENGTH];
        let outer = self.outer(offer, &zeros, &binder);
        self.context.seal(outer.get(HEADER_LENGTH..).unwrap_or_default(), &mut text)?;
        buffer.extend_from_slice(&self.outer(offer, &text, &binder));

        let mut contents = Vec::new();
        self.extension(offer, &text).write(&mut Writer::new(&mut contents));
        self.contents = contents;
        Ok(())
    }

    fn extension<'a>(&'a self, offer: &Offer, payload: &'a [u8]) -> EchClientHello<'a> {
        // Section 6.1.5: the server has it from the first.
        let encapsulated = match offer.retried {
            Some(_) => &[][..],
            None => &self.encapsulated,
        };
        let suite = self.config.suite.numbers();
        EchClientHello::Outer { suite, config_id: self.config.id, encapsulated, payload }
    }

    /// The outer ClientHello with this payload.
    fn outer(&self, offer: &Offer, payload: &[u8], binder: &[u8]) -> Vec<u8> {
        let outer = OuterHello {
            random: &self.outer_random,
            public_name: &self.config.public_name,
            ech: self.extension(offer, payload),
            session: self.session.as_ref(),
        };
        let mut message = Vec::new();
        write_outer_hello(offer, &outer, &mut message);
        let place = message.len().saturating_sub(binder.len());
        if let Some(place) = message.get_mut(place..) {
            place.copy_from_slice(binder);
        }
        message
    }
}
