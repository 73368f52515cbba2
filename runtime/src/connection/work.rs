//! What costs, can fail or may be delegated. It is data between the action that begins it and the
//! event that ends it.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyaline_model::table::{self, CertificateList, Event, Reason};

use super::Connection;
use super::core::{ReceivingCore, Side};
use super::early_data::{Arrived, skipped_early_data};
use super::examine::Finding;
use super::halves::AtWork;
use super::handshake::{Handshake, MISPLACED, Negotiation, OwnStage, PeerStage, Retried};
use super::server_choice::ServerChoice;
use super::task::{
    Answer, ClientChoice, Judge, KeyShareRequest, PathCheck, SignatureCheck, SignatureRequest,
    UnknownWork, Work, WorkDone,
};
use crate::Error;
use crate::certificate::{Identity, Signer};
use crate::config::Compressions;
use crate::crypto::{CryptoProvider, Suite, Transient};
use crate::message::{Message, Wanted};
use crate::negotiate::server::{EarlyDataChoice, Selection};
use crate::outbox::Outbox;
use crate::record::RecordPadding;

/// The number of a piece of work, unique in the process, so that no answer is taken for that to
/// another connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WorkNumber(NonZeroU64);

impl WorkNumber {
    fn next() -> Self {
        static GIVEN: AtomicU64 = AtomicU64::new(0);
        Self(NonZeroU64::MIN.saturating_add(GIVEN.fetch_add(1, Ordering::Relaxed)))
    }
}

impl<P: CryptoProvider> ReceivingCore<P> {
    /// Begins work: takes what it needs out of the handshake, or out of the message at hand.
    pub(super) fn start_work(&mut self, kind: table::Work, finding: Finding) -> Result<(), Error> {
        if kind == table::Work::KeyShare {
            self.offer_session()?;
        }
        let number = WorkNumber::next();
        let provider = self.provider.clone();
        let handshake = Handshake::of(&mut self.handshake)?;
        let work = match kind {
            table::Work::KeyShare => {
                let group = handshake.client_stage()?.wanted_group()?;
                Work::KeyShare(KeyShareRequest { number, provider, group })
            }
            table::Work::Agreement => Work::Agreement(handshake.agree(number, provider)?),
            table::Work::Selection => {
                let (hello, retried) = handshake.server_stage()?.select()?;
                let request =
                    retried.as_ref().map(|_| handshake.message.clone()).unwrap_or_default();
                Work::Selection(server_choice(number, &self.side, hello, retried, request)?)
            }
            table::Work::PathCheck => {
                let judge = match &self.side {
                    Side::Client(config) => {
                        let name = handshake.called.take().ok_or(MISPLACED)?;
                        Judge::Client(Arc::clone(config), name)
                    }
                    Side::Server(config) => Judge::Server(Arc::clone(config)),
                };
                let (credential, attached) = handshake.peer.judge()?;
                Work::PathCheck(PathCheck { number, judge, credential, attached })
            }
            table::Work::SignatureCheck => {
                let Finding::Signature(signature) = finding else { return Err(MISPLACED) };
                let key = handshake.peer.prove()?;
                let signed = handshake.transcript.hash()?;
                let signer = self.side.peer();
                Work::SignatureCheck(SignatureCheck {
                    number,
                    provider,
                    key,
                    signer,
                    signed,
                    signature,
                })
            }
            table::Work::CertificateChoice => {
                let configured = match &self.side {
                    Side::Client(config) => config.identity().cloned(),
                    Side::Server(_) => None,
                };
                let (schemes, authorities) = handshake.own.choose()?;
                let certificate_type = handshake.certificate_types.of(true);
                Work::CertificateChoice(ClientChoice {
                    number,
                    configured,
                    schemes,
                    authorities,
                    certificate_type,
                })
            }
            table::Work::Signature => {
                let (identity, scheme) = handshake.own.sign()?;
                let signed = handshake.transcript.hash()?;
                let signer = self.side.own();
                Work::Signature(SignatureRequest { number, identity, signer, signed, scheme })
            }
        };
        handshake.work = Some(work);
        Ok(())
    }

    /// Whether work was begun and is not answered: no further message is looked at.
    pub(super) fn is_working(&self) -> bool {
        let begun = self.handshake.as_ref().is_some_and(|handshake| handshake.work.is_some());
        begun || self.outstanding.is_some()
    }

    /// Keeps what is left of the record behind the cause of work: no other is opened until that is
    /// answered.
    pub(super) fn keep_behind(&mut self, messages: &[u8]) {
        if let Some(handshake) = &mut self.handshake {
            handshake.behind.extend_from_slice(messages);
        }
    }

    /// What was kept.
    fn take_behind(&mut self) -> Vec<u8> {
        self.handshake.as_mut().map(|of| std::mem::take(&mut of.behind)).unwrap_or_default()
    }

    /// The work that was begun, once.
    fn take_work(&mut self) -> Option<Work<P>> {
        self.handshake.as_mut()?.work.take()
    }

    /// The work that is to be done here and now.
    pub(super) fn take_own_work(&mut self) -> Option<Work<P>> {
        if self.leaves_work { None } else { self.take_work() }
    }

    fn keep(&mut self, answer: Answer<P>) -> Result<Event, Error> {
        let handshake = Handshake::of(&mut self.handshake)?;
        Ok(match answer {
            Answer::KeyShare(exchange) => {
                handshake.client_stage()?.offer(exchange)?;
                Event::KeyShareReady
            }
            Answer::Agreed { share, secret } => {
                if let Negotiation::Server(stage) = &mut handshake.negotiation {
                    stage.agreed(share)?;
                }
                handshake.keys.agree(secret)?;
                Event::Agreed
            }
            Answer::Selected { hello, server_name, selection, identity, judged_by, session } => {
                self.negotiated.server_name = server_name;
                handshake.judged_by = judged_by;
                handshake.session = session;
                self.keep_selection(hello, selection, identity)?
            }
            Answer::PathChecked { credential, key, called } => {
                // The sessions of this connection are kept under the name.
                handshake.called = called;
                handshake.peer = PeerStage::Accepted { credential, key };
                Event::PathChecked
            }
            Answer::SignatureChecked => {
                handshake.peer.authenticate()?;
                Event::SignatureChecked
            }
            Answer::CertificateChosen(Some((identity, scheme))) => {
                handshake.own = OwnStage::Chosen { identity, scheme };
                Event::CertificateChosen(CertificateList::Chain)
            }
            Answer::CertificateChosen(None) => {
                handshake.own = OwnStage::Declined;
                Event::CertificateChosen(CertificateList::Empty)
            }
            Answer::Signed(signature) => {
                handshake.own.signed(signature)?;
                Event::Signed
            }
        })
    }

    fn keep_selection(
        &mut self,
        hello: Vec<u8>,
        selection: Selection,
        identity: Option<Arc<Identity>>,
    ) -> Result<Event, Error> {
        let handshake = Handshake::of(&mut self.handshake)?;
        let suite =
            Suite::from_number(selection.suite).ok_or(Error::WrongCipherSuite(selection.suite))?;
        handshake.keys.choose(suite)?;
        if !handshake.transcript.is_started() {
            handshake.transcript.start(&self.provider, suite.hash());
            handshake.transcript.absorb(&hello)?;
        }
        handshake.wanted = selection.wanted;
        handshake.compression = selection.compression;
        handshake.certificate_types = selection.certificate_types;
        if let (Some(identity), Some(scheme)) = (identity, selection.scheme) {
            handshake.own = OwnStage::Chosen { identity, scheme };
        }
        if let Some(session) = handshake.session.as_deref() {
            handshake.peer = PeerStage::of_session(session);
            self.negotiated.resumes(session);
        }
        self.negotiated.suite = Some(suite);
        self.negotiated.group = selection.group;
        self.negotiated.application_protocol =
            selection.application_protocol.as_deref().map(Box::from);
        // A second ClientHello comes with no early data, and ends the skipping of those behind the
        // first.
        let Side::Server(config) = &self.side else { return Err(MISPLACED) };
        self.opener.skip_early_data(match selection.early_data {
            EarlyDataChoice::Rejected => skipped_early_data(config.max_early_data()),
            EarlyDataChoice::None | EarlyDataChoice::Accepted { .. } => 0,
        });
        if let EarlyDataChoice::Accepted { limit } = selection.early_data {
            // The transcript covers the ClientHello, and nothing behind it.
            let mut room = Transient::new();
            let secret = handshake.early_secret(&self.provider, &mut room)?;
            self.early_data = Some(Box::new(Arrived::new(limit, secret)));
        }
        let outcome = match (&selection.share, selection.selected_identity) {
            (None, None) => table::Selection::ShareMissing,
            (Some(_), None) => table::Selection::Complete,
            (_, Some(_)) if self.early_data.is_some() => table::Selection::EarlyData,
            (_, Some(_)) => table::Selection::PreSharedKey,
        };
        handshake.server_stage()?.selected(hello, selection)?;
        Ok(Event::Selected(outcome))
    }
}

impl<P: CryptoProvider> Side<P> {
    /// Who signs on this side.
    const fn own(&self) -> Signer {
        match self {
            Self::Client(_) => Signer::Client,
            Self::Server(_) => Signer::Server,
        }
    }

    /// What the other side is asked to attach to its certificates.
    pub(super) fn wanted(&self) -> Wanted {
        match self {
            Self::Client(config) => config.wanted(),
            Self::Server(config) => config.wanted(),
        }
    }

    /// Under whom the other side's certificates are wanted.
    pub(super) fn authorities(&self) -> &[Vec<u8>] {
        match self {
            Self::Client(config) => config.authorities(),
            Self::Server(config) => config.authorities(),
        }
    }

    /// How what this side sends is padded.
    pub(super) fn record_padding(&self) -> RecordPadding {
        match self {
            Self::Client(config) => config.record_padding(),
            Self::Server(config) => config.record_padding(),
        }
    }

    /// How certificates may be compressed.
    pub(super) fn compressions(&self) -> &Compressions {
        match self {
            Self::Client(config) => config.compressions(),
            Self::Server(config) => config.compressions(),
        }
    }

    /// Who signs on the other side.
    const fn peer(&self) -> Signer {
        match self {
            Self::Client(_) => Signer::Server,
            Self::Server(_) => Signer::Client,
        }
    }
}

fn server_choice<P: CryptoProvider>(
    number: WorkNumber,
    side: &Side<P>,
    hello: Vec<u8>,
    retried: Option<Retried>,
    request: Vec<u8>,
) -> Result<ServerChoice<P>, Error> {
    let Side::Server(config) = side else { return Err(MISPLACED) };
    let server_name = match Message::decode(&hello)? {
        Message::ClientHello(hello) => hello.server_name.map(|name| name.to_owned()),
        _ => None,
    };
    Ok(ServerChoice { number, config: Arc::clone(config), hello, retried, server_name, request })
}

impl<P: CryptoProvider> AtWork<'_, P> {
    /// Keeps what came of the work; the event ends it.
    pub(super) fn finish(&mut self, done: WorkDone<P>) -> Event {
        if let (Ok(Answer::Selected { selection, .. }), Some((sender, _))) =
            (&done.answer, &mut self.sender)
        {
            sender.core.tickets_wanted = selection.tickets_wanted;
        }
        match done.answer.and_then(|answer| self.core().keep(answer)) {
            Ok(event) => event,
            Err(error) => {
                let reason = error.reason().unwrap_or(Reason::OwnFailure);
                self.core().state.end_with(error);
                Event::WorkFailed(reason)
            }
        }
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Leaves work to whoever drives the connection, from now on: it is handed out by
    /// [`poll_work`](Self::poll_work). Without this it is done at once, inside of the call that
    /// begins it, and through the same rows of the table.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use hyaline::pki_types::{ServerName, UnixTime};
    /// use hyaline::{Call, ClientConfig, Connection, Outbox, RootCertStore, Work};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth();
    /// let name = ServerName::try_from("localhost")?;
    /// let mut connection = Connection::client(Arc::new(config), name)?;
    /// let mut outbox = Outbox::new();
    /// let now = UnixTime::now();
    ///
    /// connection.delegate_work();
    /// connection.start(now, Call::Handshake, &mut outbox);
    /// let work = connection.poll_work().ok_or("a client needs a key share")?;
    /// assert!(matches!(work, Work::KeyShare(_)));
    /// assert!(outbox.is_empty());
    ///
    /// let elsewhere = std::thread::spawn(move || work.run(UnixTime::now()));
    /// let done = elsewhere.join().expect("no work panics");
    /// connection.handle_work(done, &mut outbox)?;
    /// assert!(!outbox.is_empty(), "the ClientHello is sealed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn delegate_work(&mut self) {
        self.receiver.core.leaves_work = true;
    }

    /// The work that has begun, once, where it is [left](Self::delegate_work) to whoever drives the
    /// connection. To be asked for after everything that the connection handles.
    ///
    /// Until it is [answered](Self::handle_work) nothing is received: no record is opened. Calls
    /// may begin, what is sealed may be transmitted, and the transport may end.
    pub fn poll_work(&mut self) -> Option<Work<P>> {
        let work = self.receiver.core.take_work()?;
        self.receiver.core.outstanding = Some(work.number());
        Some(work)
    }

    /// Answers work, and goes on with what was received behind its cause. An answer that comes
    /// after the end of the handshake changes nothing.
    ///
    /// # Errors
    /// [`UnknownWork`] for the answer to another connection's work.
    pub fn handle_work(
        &mut self,
        done: WorkDone<P>,
        outbox: &mut Outbox,
    ) -> Result<(), UnknownWork> {
        if self.receiver.core.outstanding != Some(done.number) {
            return Err(UnknownWork);
        }
        self.receiver.core.outstanding = None;
        if self.waits_for_work() {
            let behind = self.receiver.core.take_behind();
            let mut at_work = self.at_work(outbox);
            let event = at_work.finish(done);
            at_work.handle(event);
            at_work.resume_messages(&behind);
        }
        Ok(())
    }

    /// Whether the table still waits for an answer.
    pub(crate) fn waits_for_work(&mut self) -> bool {
        self.receiver.accepts(Event::WorkFailed(Reason::OwnFailure))
    }
}
