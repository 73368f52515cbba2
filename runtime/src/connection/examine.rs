//! From a decoded message to the event that it is, with what the rows' actions will keep of it.
//!
//! Only form is judged here, against what was offered. Whether a message may come now is for the
//! table to say, so a message that nobody waits for is passed on as it is.

use hyaline_model::table::{
    Authentication, CertificateList, EarlyDataIndication, Event, FinishedCheck, KeyUpdateRequest,
};
use rustls_pki_types::CertificateDer;

use super::core::{ReceivingCore, Side};
use super::ech::{Confirms, EchAnswer, ServerEch, open};
use super::handshake::{ClientStage, MISPLACED, Negotiation, PeerSignature};
use crate::certificate::{Attached, Credential};
use crate::crypto::{CryptoError, CryptoProvider, Suite};
use crate::ech::EchConfigList;
use crate::message::{
    AgreedTypes, Certificate, CertificateRequest, ClientHello, EncryptedExtensions, Finished,
    HelloRetryRequest, Message, ServerHello, Wanted, is_retry,
};
use crate::negotiate::client::{self, Retry};
use crate::negotiate::server;
use crate::record_size::RecordSizeLimit;
use crate::session::ReceivedTicket;
use crate::{CertificateType, CipherSuite, Error, HandshakeType, NamedGroup, SignatureScheme};

/// What a message says, checked against what was offered; kept if its row absorbs it.
#[derive(Clone, Default)]
pub(super) enum Finding {
    #[default]
    Nothing,
    ClientHello {
        bytes: Vec<u8>,
        random: [u8; 32],
        has_session_id: bool,
        /// How it was read, if it was encrypted: then all this is of the inner ClientHello.
        ech: ServerEch,
    },
    Retry {
        suite: Suite,
        retry: Retry,
        /// Whether the server has read our encrypted ClientHello.
        ech: EchAnswer,
    },
    ServerHello {
        suite: Suite,
        group: Option<NamedGroup>,
        public_key: Vec<u8>,
        /// The session that was offered is resumed.
        resumes: bool,
        /// Whether the server has read our encrypted ClientHello.
        ech: EchAnswer,
    },
    EncryptedExtensions {
        application_protocol: Option<Vec<u8>>,
        /// How long the server's and our records may be, from now on.
        record_sizes: Option<(RecordSizeLimit, RecordSizeLimit)>,
        certificate_types: AgreedTypes,
        /// By what the server would have read our encrypted ClientHello.
        retry_configs: Option<EchConfigList>,
    },
    CertificateRequest {
        schemes: Vec<SignatureScheme>,
        wanted: Wanted,
        compression: Option<u16>,
        authorities: Box<[u8]>,
    },
    Shown {
        credential: Credential,
        attached: Vec<Attached>,
    },
    Signature(PeerSignature),
    Ticket(ReceivedTicket),
}

impl<P: CryptoProvider> ReceivingCore<P> {
    /// The event of a message.
    ///
    /// # Errors
    /// The message contradicts what was offered.
    pub(super) fn examine(
        &self,
        message: &Message<'_>,
        bytes: &[u8],
    ) -> Result<(Event, Finding), Error> {
        Ok(match message {
            Message::ClientHello(hello) => (Event::ClientHello, self.client_hello(hello, bytes)?),
            Message::ServerHello(hello) => self.server_hello(hello, bytes)?,
            Message::HelloRetryRequest(retry) => {
                (Event::HelloRetryRequest, self.hello_retry_request(retry, bytes)?)
            }
            Message::EncryptedExtensions(extensions) => {
                let indication = match extensions.early_data {
                    true => EarlyDataIndication::Present,
                    false => EarlyDataIndication::Absent,
                };
                let finding = self.encrypted_extensions(extensions)?;
                (Event::EncryptedExtensions(indication), finding)
            }
            Message::CertificateRequest(request) => {
                (Event::CertificateRequest, self.certificate_request(request)?)
            }
            Message::Certificate(certificate) => self.certificate(certificate)?,
            Message::CertificateVerify(verify) => {
                client::check_signature_scheme(self.provider.verification_schemes(), verify)?;
                let signature = verify.signature.to_vec();
                let finding = PeerSignature { scheme: verify.scheme, signature };
                (Event::CertificateVerify, Finding::Signature(finding))
            }
            Message::Finished(finished) => {
                (Event::Finished(self.finished(*finished)?), Finding::Nothing)
            }
            Message::EndOfEarlyData => (Event::EndOfEarlyData, Finding::Nothing),
            Message::NewSessionTicket(ticket) => {
                (Event::NewSessionTicket, Finding::Ticket(ticket.into()))
            }
            Message::KeyUpdate(update) => {
                let request = if update.requested {
                    KeyUpdateRequest::Requested
                } else {
                    KeyUpdateRequest::NotRequested
                };
                (Event::KeyUpdate(request), Finding::Nothing)
            }
        })
    }

    /// The stage of a client whose handshake is not over.
    fn client_stage(&self) -> Option<&ClientStage<P>> {
        match &self.handshake.as_deref()?.negotiation {
            Negotiation::Client(stage) => Some(stage),
            Negotiation::Server(_) => None,
        }
    }

    fn client_hello(&self, hello: &ClientHello<'_>, bytes: &[u8]) -> Result<Finding, Error> {
        let Side::Server(config) = &self.side else { return Ok(Finding::Nothing) };
        let before = self.handshake.as_deref().and_then(|of| of.server_ech.as_ref());
        let (ech, inner) = open(&self.provider, config.ech_keys(), hello, bytes, before)?;
        let found = |hello: &ClientHello<'_>, bytes: Vec<u8>| Finding::ClientHello {
            bytes,
            random: *hello.random,
            has_session_id: !hello.session_id.is_empty(),
            ech,
        };
        let Some(inner) = inner else { return Ok(found(hello, bytes.to_vec())) };
        match Message::decode(&inner)? {
            Message::ClientHello(hello) => Ok(found(&hello, inner.clone())),
            _ => Err(MISPLACED),
        }
    }

    fn server_hello(
        &self,
        hello: &ServerHello<'_>,
        bytes: &[u8],
    ) -> Result<(Event, Finding), Error> {
        let handshake = self.handshake.as_deref();
        let offered = self.client_stage().and_then(ClientStage::offered);
        let (Some(handshake), Some(offer)) = (handshake, offered) else {
            return Ok((Event::ServerHello(Authentication::Certificate), Finding::Nothing));
        };
        let ech = match Suite::from_number(hello.suite) {
            Some(suite) => {
                let said = hello.random.last_chunk();
                handshake.ech_answer(&self.provider, suite, Confirms::ServerHello, bytes, said)?
            }
            // It is refused below.
            None => EchAnswer::Nothing,
        };
        // The outer ClientHello offers no session.
        let offers_session = ech != EchAnswer::Rejected;
        let chosen = client::check_server_hello(offer, hello, offers_session)?;
        let suite = suite(chosen.suite)?;
        let public_key = chosen.public_key.to_vec();
        let resumes = chosen.resumes;
        let authentication = match (ech, resumes) {
            (EchAnswer::Rejected, _) => Authentication::PublicName,
            (_, true) => Authentication::PreSharedKey,
            (_, false) => Authentication::Certificate,
        };
        let finding = Finding::ServerHello { suite, group: chosen.group, public_key, resumes, ech };
        Ok((Event::ServerHello(authentication), finding))
    }

    fn hello_retry_request(
        &self,
        request: &HelloRetryRequest<'_>,
        bytes: &[u8],
    ) -> Result<Finding, Error> {
        let offer = self.client_stage().and_then(ClientStage::offered);
        let handshake = self.handshake.as_deref();
        // A second request is refused by its row, whatever it says.
        let (Some(handshake), Some(offer)) =
            (handshake, offer.filter(|offer| offer.retried.is_none()))
        else {
            return Ok(Finding::Nothing);
        };
        let retry = client::check_hello_retry_request(offer, request)?;
        let suite = suite(retry.suite)?;
        let said = request.ech_confirmation.as_ref();
        let confirms = Confirms::HelloRetryRequest;
        let ech = handshake.ech_answer(&self.provider, suite, confirms, bytes, said)?;
        Ok(Finding::Retry { suite, retry, ech })
    }

    fn encrypted_extensions(&self, extensions: &EncryptedExtensions<'_>) -> Result<Finding, Error> {
        let Some(offer) = self.client_stage().and_then(ClientStage::unanswered) else {
            return Ok(Finding::Nothing);
        };
        let protocol = client::check_encrypted_extensions(offer, extensions)?;
        let application_protocol = protocol.map(<[u8]>::to_vec);
        let record_sizes = offer.record_size_limit.zip(extensions.record_size_limit);
        let early_data = extensions.early_data;
        // Whether it may be there at all is for the table to say.
        if early_data
            && self.early_data_offered
            && let Some(handshake) = self.handshake.as_deref()
        {
            let suite = handshake.keys.secrets().map(|secrets| secrets.suite);
            client::check_early_data(handshake.session.as_deref(), suite, protocol)?;
        }
        let said = extensions.retry_configs;
        let ech = self.handshake.as_deref().map(|handshake| &handshake.client_ech);
        Ok(Finding::EncryptedExtensions {
            application_protocol,
            record_sizes,
            certificate_types: extensions.certificate_types,
            retry_configs: ech.map_or(Ok(None), |ech| ech.check_retry_configs(said))?,
        })
    }

    fn certificate_request(&self, request: &CertificateRequest<'_>) -> Result<Finding, Error> {
        if self.handshake.is_none() {
            // After the handshake its row refuses it; the context would not be empty.
            return Ok(Finding::Nothing);
        }
        let schemes = client::check_certificate_request(request)?;
        let compression = self.side.compressions().first_of(request.compressions);
        let (wanted, authorities) = (request.wanted, request.authorities.list.into());
        Ok(Finding::CertificateRequest { schemes, wanted, compression, authorities })
    }

    fn certificate(&self, certificate: &Certificate<'_>) -> Result<(Event, Finding), Error> {
        server::check_certificate(certificate, self.side.wanted())?;
        let list = match certificate.chain.is_empty() {
            true => CertificateList::Empty,
            false => CertificateList::Chain,
        };
        let types = self.handshake.as_deref().map(|handshake| handshake.certificate_types);
        let finding = match types.unwrap_or_default().of(!self.is_client()) {
            CertificateType::RawPublicKey => raw_public_key(certificate)?,
            _ => chain(certificate),
        };
        Ok((Event::Certificate(list), finding))
    }

    /// Compares the peer's Finished with what it must be, in constant time. Before there are keys,
    /// no Finished is good, and none is waited for.
    ///
    /// # Errors
    /// Its length is not that of the handshake's hash, or the provider fails.
    fn finished(&self, finished: Finished<'_>) -> Result<FinishedCheck, Error> {
        let Some(handshake) = self.handshake.as_deref() else { return Ok(FinishedCheck::Bad) };
        let Some(secrets) = handshake.keys.secrets() else { return Ok(FinishedCheck::Bad) };
        let secret = secrets.of(!self.is_client());
        let verify_data = finished.of_length(secret.suite().hash().length())?;
        let hash = handshake.transcript.hash()?;
        match secret.check_verify_data(&self.provider, &hash, verify_data) {
            Ok(()) => Ok(FinishedCheck::Good),
            Err(CryptoError::BadTag) => Ok(FinishedCheck::Bad),
            Err(error) => Err(error.into()),
        }
    }
}

/// The event of a message by its header alone, as if all else in it were good; nothing where the
/// header does not tell it.
pub(super) fn event_of(bytes: &[u8]) -> Option<Event> {
    Some(match HandshakeType(*bytes.first()?) {
        HandshakeType::ClientHello => Event::ClientHello,
        HandshakeType::ServerHello if is_retry(bytes) => Event::HelloRetryRequest,
        HandshakeType::ServerHello => Event::ServerHello(Authentication::Certificate),
        HandshakeType::EncryptedExtensions => {
            Event::EncryptedExtensions(EarlyDataIndication::Absent)
        }
        HandshakeType::CertificateRequest => Event::CertificateRequest,
        HandshakeType::Certificate | HandshakeType::CompressedCertificate => {
            Event::Certificate(CertificateList::Chain)
        }
        HandshakeType::CertificateVerify => Event::CertificateVerify,
        HandshakeType::Finished => Event::Finished(FinishedCheck::Good),
        HandshakeType::EndOfEarlyData => Event::EndOfEarlyData,
        HandshakeType::NewSessionTicket => Event::NewSessionTicket,
        // A KeyUpdate: the value of its one field decides which event it is.
        _ => return None,
    })
}

fn suite(number: CipherSuite) -> Result<Suite, Error> {
    Suite::from_number(number).ok_or(Error::WrongCipherSuite(number))
}

fn chain(certificate: &Certificate<'_>) -> Finding {
    // Allocated at its exact size, because an idle connection keeps the chain.
    let mut chain = Vec::with_capacity(certificate.chain.iter().count());
    chain.extend(certificate.chain.iter().map(|entry| CertificateDer::from(entry).into_owned()));
    let attached = match certificate.chain.entries().all(|entry| Attached::is_nothing(&entry)) {
        true => Vec::new(),
        false => certificate.chain.entries().map(Attached::from).collect(),
    };
    Finding::Shown { credential: Credential::Chain(chain.into()), attached }
}

/// The one entry of a Certificate with a raw public key, or none (RFC 9846 section 4.5.1). What is
/// attached to it says something of certificates, and is passed over.
fn raw_public_key(certificate: &Certificate<'_>) -> Result<Finding, Error> {
    let mut keys = certificate.chain.iter();
    let key = keys.next();
    if keys.next().is_some() {
        let (message, field) = (HandshakeType::Certificate, "certificate_list");
        return Err(Error::IllegalValue { message, field });
    }
    let key = key.map(|key| Credential::RawPublicKey(Box::new(key.to_vec().into())));
    Ok(Finding::Shown { credential: key.unwrap_or_default(), attached: Vec::new() })
}
