//! What costs, can fail or may be delegated. It is data between the action that begins it and the
//! event that ends it; here it is done at once.

use hyaline_model::table::{CertificateList, Event, Reason, Work};
use rustls_pki_types::UnixTime;

use super::core::{Core, Side};
use crate::certificate::Signer;
use crate::config::ClientAuth;
use crate::crypto::{
    CryptoError, CryptoProvider, Exchanged, KeyExchange, MAX_SHARED_SECRET_LENGTH, Suite,
};
use crate::message::{HelloRetryRequest, Message};
use crate::negotiate::server::{self, Preferences, Share};
use crate::{CertificateError, Error};

const NO_INPUT: Error = Error::Internal("work was begun before its input was there");

impl<P: CryptoProvider> Core<P> {
    /// Takes down what the work is about, as it is when it begins.
    pub(super) fn prepare(&mut self, work: Work) -> Result<(), Error> {
        if matches!(work, Work::SignatureCheck | Work::Signature) {
            let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
            handshake.signed = Some(handshake.transcript.hash()?);
        }
        Ok(())
    }

    /// Does the work; the event ends it.
    pub(super) fn run(&mut self, work: Work, now: UnixTime) -> Event {
        let done = match work {
            Work::KeyShare => self.make_key_share(),
            Work::Agreement => self.agree(),
            Work::Selection => self.select(),
            Work::PathCheck => self.check_path(now),
            Work::SignatureCheck => self.check_signature(),
            Work::CertificateChoice => self.choose_certificate(),
            Work::Signature => self.sign(),
        };
        match done {
            Ok(event) => event,
            Err(error) => {
                let reason = error.reason().unwrap_or(Reason::OwnFailure);
                self.end_with(error);
                Event::WorkFailed(reason)
            }
        }
    }

    fn make_key_share(&mut self) -> Result<Event, Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let offer = handshake.offer.as_mut().ok_or(NO_INPUT)?;
        let Some(retry) = &handshake.retry else {
            let group = *offer.groups.first().ok_or(NO_INPUT)?;
            let exchange = self.provider.start_exchange(group)?;
            offer.shares = vec![(group, exchange.share().to_vec())];
            handshake.exchange = Some(exchange);
            return Ok(Event::KeyShareReady);
        };
        let mut public = Vec::new();
        // A retry that only brings a cookie keeps the share.
        if let Some(group) = retry.group {
            let exchange = self.provider.start_exchange(group)?;
            public = exchange.share().to_vec();
            handshake.exchange = Some(exchange);
        }
        let request = HelloRetryRequest {
            session_id: &[],
            suite: retry.suite,
            group: retry.group,
            cookie: retry.cookie.as_deref(),
        };
        offer.retry(&request, public);
        Ok(Event::KeyShareReady)
    }

    fn agree(&mut self) -> Result<Event, Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let (group, exchanged) = match &handshake.selection {
            // A server's share may depend on the client's.
            Some(selection) => {
                let Share::Found(peer_share) = &selection.share else { return Err(NO_INPUT) };
                (selection.group, self.provider.exchange(selection.group, peer_share))
            }
            None => {
                let exchange = handshake.exchange.take().ok_or(NO_INPUT)?;
                let (group, peer_share) = handshake.peer_share.take().ok_or(NO_INPUT)?;
                if exchange.group() != group {
                    return Err(NO_INPUT);
                }
                let share = Vec::new();
                let secret = exchange.complete(&peer_share);
                (group, secret.map(|secret| Exchanged { share, secret }))
            }
        };
        let Exchanged { share, secret } = exchanged.map_err(|error| match error {
            CryptoError::BadPublicShare => Error::BadKeyShare(group),
            other => other.into(),
        })?;
        if secret.as_bytes().len() > MAX_SHARED_SECRET_LENGTH {
            return Err(CryptoError::TooLong.into());
        }
        handshake.own_share = share;
        handshake.shared = Some(secret);
        Ok(Event::Agreed)
    }

    fn select(&mut self) -> Result<Event, Error> {
        let Side::Server { config } = &self.side else { return Err(NO_INPUT) };
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let bytes = handshake.hello.as_deref().ok_or(NO_INPUT)?;
        let Message::ClientHello(hello) = Message::decode(bytes)? else { return Err(NO_INPUT) };
        if let Some(first) = handshake.first_hello.as_deref() {
            let Message::ClientHello(first) = Message::decode(first)? else {
                return Err(NO_INPUT);
            };
            let group = self.negotiated.group.ok_or(NO_INPUT)?;
            server::check_second_client_hello(&first, &hello, group)?;
        }
        let preferences = Preferences {
            suites: config.cipher_suites(),
            groups: config.groups(),
            schemes: config.identity().schemes(),
            application_protocols: config.alpn_protocols(),
        };
        let selection = server::select(&preferences, &hello)?;
        let suite =
            Suite::from_number(selection.suite).ok_or(Error::WrongCipherSuite(selection.suite))?;
        if handshake.suite.is_some_and(|before| before != suite) {
            return Err(Error::ClientHelloChanged { field: "cipher_suites" });
        }
        handshake.suite = Some(suite);
        self.tickets_wanted = selection.tickets_wanted;
        self.negotiated.suite = Some(selection.suite);
        self.negotiated.group = Some(selection.group);
        self.negotiated.application_protocol.clone_from(&selection.application_protocol);
        self.negotiated.server_name.clone_from(&selection.server_name);
        let outcome = selection.outcome();
        // A second ClientHello has none, and ends that of the first.
        let skipped = if selection.early_data { MAXIMUM_SKIPPED_EARLY_DATA } else { 0 };
        self.opener.skip_early_data(skipped);
        handshake.selection = Some(selection);
        Ok(Event::Selected(outcome))
    }

    fn check_path(&mut self, now: UnixTime) -> Result<Event, Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let chain = &handshake.peer_chain;
        let key = match &self.side {
            Side::Client { config, name } => config.trust().check_server(chain, name, now)?,
            Side::Server { config } => match config.client_auth() {
                ClientAuth::Request(trust) | ClientAuth::Require(trust) => {
                    trust.check_client(chain, now)?
                }
                ClientAuth::None => return Err(CertificateError::UnknownIssuer.into()),
            },
        };
        handshake.peer_key = Some(key);
        Ok(Event::PathChecked)
    }

    fn check_signature(&mut self) -> Result<Event, Error> {
        let peer = if self.is_client() { Signer::Server } else { Signer::Client };
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let key = handshake.peer_key.as_ref().ok_or(NO_INPUT)?;
        let signed = handshake.signed.take().ok_or(NO_INPUT)?;
        let signature = handshake.peer_signature.take().ok_or(NO_INPUT)?;
        key.check_certificate_verify(
            &self.provider,
            peer,
            signed.as_bytes(),
            signature.scheme,
            &signature.signature,
        )?;
        Ok(Event::SignatureChecked)
    }

    fn choose_certificate(&mut self) -> Result<Event, Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        handshake.present_certificate = handshake.own_scheme.is_some();
        Ok(Event::CertificateChosen(if handshake.present_certificate {
            CertificateList::Chain
        } else {
            CertificateList::Empty
        }))
    }

    fn sign(&mut self) -> Result<Event, Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let signed = handshake.signed.take().ok_or(NO_INPUT)?;
        let (identity, signer, scheme) = match &self.side {
            Side::Client { config, .. } => (
                config.identity().ok_or(NO_INPUT)?,
                Signer::Client,
                handshake.own_scheme.ok_or(NO_INPUT)?,
            ),
            Side::Server { config } => (
                config.identity(),
                Signer::Server,
                handshake.selection.as_ref().ok_or(NO_INPUT)?.scheme,
            ),
        };
        handshake.own_signature =
            identity.sign_certificate_verify(signer, signed.as_bytes(), scheme)?;
        Ok(Event::Signed)
    }
}

/// How much rejected early data a server skips, in bytes of records (RFC 9846 section 4.3.10).
///
/// No ticket of ours allows any, so it comes from clients that hold a ticket of another server of
/// the same name. Of those, few allow more than 2^14 bytes; the rest is for what protects them,
/// which in small records is more than they are themselves.
pub(super) const MAXIMUM_SKIPPED_EARLY_DATA: usize = 1 << 16;
