//! Bytes in: one record at a time, opened, joined to messages, decoded to events.

use hyaline_model::Alert;
use hyaline_model::table::{AlertClass, Event, EventKind, Label, Reason, Slot};
use rustls_pki_types::UnixTime;

use super::Connection;
use super::core::ReceivingCore;
use super::examine::{Finding, event_of};
use super::halves::AtWork;
use super::perform::{AtHand, Subject};
use crate::alert::AlertDescription;
use crate::crypto::CryptoProvider;
use crate::handshake::join::Fragment;
use crate::message::{Message, decode_alert, decompressed};
use crate::outbox::Outbox;
use crate::record::{HEADER_LENGTH, Opened, RecordError, Split, split};
use crate::{ContentType, Error, Flood, HandshakeType};

/// What became of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// How many bytes at the beginning of the input are done with. 0: no whole record is there, or
    /// none may be received now.
    pub consumed: usize,
    /// Where in the input application data now stands, in the clear. Empty if there is none.
    pub data: core::ops::Range<usize>,
}

impl<P: CryptoProvider> Connection<P> {
    /// Takes at most one record from the beginning of `input` and opens it there.
    ///
    /// Application data is left in place, where [`Received::data`] says, and counts as
    /// [`unread`](Self::unread) until it is [consumed](Self::consume).
    ///
    /// `now` is the time for what is found in the record, and until the next is told: certificates
    /// and tickets are judged by it, and a session that a ticket brings is of that time.
    pub fn handle_input(
        &mut self,
        now: UnixTime,
        input: &mut [u8],
        outbox: &mut Outbox,
    ) -> Received {
        self.tell(now);
        self.at_work(outbox).handle_input(input)
    }
}

impl<P: CryptoProvider> AtWork<'_, P> {
    /// See [`Connection::handle_input`].
    pub(super) fn handle_input(&mut self, input: &mut [u8]) -> Received {
        self.core().blocked = false;
        if !self.handle_with(Event::Received, AtHand::NOTHING) {
            return Received { consumed: 0, data: 0..0 };
        }
        if self.receiver.has(Slot::Read, Label::DiscardsInput) {
            self.handle(Event::Discarded);
            return Received { consumed: input.len(), data: 0..0 };
        }
        let whole = input.len();
        let record = match split(input, self.core().fresh) {
            Ok(Split::Record(record)) => record,
            Ok(Split::Incomplete) => return Received { consumed: 0, data: 0..0 },
            Err(error) => {
                self.fail(error.into());
                return Received { consumed: whole, data: 0..0 };
            }
        };
        self.core().fresh = false;
        let consumed = record.length();
        let may_be_plain = self.receiver.has(Slot::Handshake, Label::AcceptsPlaintextAlert);
        let content = match self.core().opener.open(record, may_be_plain) {
            Ok(Opened::Content { content_type, plaintext }) => Some((content_type, plaintext)),
            Ok(Opened::Unopened { error, may_be_rejected_early_data }) => {
                self.handle_unopened(error.into(), may_be_rejected_early_data);
                None
            }
            Err(error) => {
                self.fail(error.into());
                None
            }
        };
        let mut length = 0;
        let unread = self.core().unread.bytes();
        if let Some((content_type, plaintext)) = content {
            length = plaintext.len();
            self.handle_content(content_type, plaintext);
        }
        let data = if length > 0 && self.core().unread.bytes() == unread + length {
            HEADER_LENGTH..HEADER_LENGTH + length
        } else {
            0..0
        };
        Received { consumed, data }
    }

    pub(super) fn core(&mut self) -> &mut ReceivingCore<P> {
        &mut self.receiver.core
    }

    /// An offence of the peer's, found outside the table.
    fn fail(&mut self, error: Error) {
        let event = self.core().offence(error);
        self.handle(event);
    }

    /// A record that cannot be opened, for this reason. The table says whether that is an offence.
    fn handle_unopened(&mut self, error: Error, early_data_rejected: bool) {
        let reason = error.reason().unwrap_or(Reason::OwnFailure);
        if !early_data_rejected {
            self.core().offence(error);
        }
        let subject = Subject::Record(ContentType::ApplicationData);
        let at_hand = AtHand { subject, early_data_rejected, ..AtHand::NOTHING };
        self.handle_with(Event::Unopened(reason), at_hand);
    }

    fn handle_content(&mut self, content_type: ContentType, plaintext: &[u8]) {
        let cut = self.core().joiner.is_partial();
        match content_type {
            ContentType::Handshake => self.handle_handshake(plaintext),
            ContentType::Alert => match decode_alert(plaintext) {
                // Unclear in RFC: whether section 5.1 forbids an error alert where a message was
                // begun. Nothing follows it, so it is not between records of that message, and it
                // is why the rest never comes. A close_notify does not explain that.
                Ok(description) if !cut || is_error(description) => {
                    self.handle_alert(description);
                }
                Ok(_) => self.fail(Error::Interleaved(content_type)),
                Err(error) => self.fail(error),
            },
            // Unclear in RFC: whether one may come between the parts of a message. Section 5.1
            // forbids records of other types there, section 5 has this one dropped at any time
            // before the Finished. The second is the more specific.
            ContentType::ChangeCipherSpec => {
                let flood = Some(Flood::ChangeCipherSpecs);
                self.handle_record(Event::ChangeCipherSpec, content_type, flood, &[]);
            }
            _ if cut => self.fail(Error::Interleaved(content_type)),
            _ if plaintext.is_empty() => {
                let flood = Some(Flood::EmptyRecords);
                self.handle_record(Event::EmptyRecord, content_type, flood, &[]);
            }
            _ => self.handle_record(Event::ApplicationData, content_type, None, plaintext),
        }
    }

    /// A record that is no handshake message, with its application data.
    fn handle_record(
        &mut self,
        event: Event,
        content_type: ContentType,
        counted: Option<Flood>,
        plaintext: &[u8],
    ) {
        let flood = self.count(counted);
        let subject = Subject::Record(content_type);
        let at_hand = AtHand { subject, flood, plaintext, ..AtHand::NOTHING };
        self.handle_with(event, at_hand);
    }

    /// Counts one more of these; true if that is one too many.
    fn count(&mut self, counted: Option<Flood>) -> bool {
        counted.is_some_and(|flood| self.core().floods.count(flood))
    }

    fn handle_alert(&mut self, description: AlertDescription) {
        let (class, counted) = match description.known() {
            Some(Alert::CloseNotify) => (AlertClass::Closure, None),
            Some(Alert::UserCanceled) => (AlertClass::Cancellation, Some(Flood::Alerts)),
            _ => (AlertClass::Error, None),
        };
        if is_error(description) {
            self.core().peer_alert(description);
        }
        let event = Event::AlertReceived(class);
        self.handle_record(event, ContentType::Alert, counted, &[]);
    }

    /// All messages that end in this record, each with its rows, before the next is looked at.
    fn handle_handshake(&mut self, content: &[u8]) {
        match Fragment::new(content) {
            Ok(fragment) => self.handle_messages(fragment),
            Err(error) => self.fail(error),
        }
    }

    /// Goes on with what was received behind the cause of work that is answered now.
    pub(super) fn resume_messages(&mut self, behind: &[u8]) {
        if let Ok(fragment) = Fragment::new(behind) {
            self.handle_messages(fragment);
        }
    }

    fn handle_messages(&mut self, mut fragment: Fragment<'_>) {
        while !self.receiver.has(Slot::Read, Label::DiscardsInput) {
            if self.core().is_working() {
                return self.core().keep_behind(fragment.rest());
            }
            match self.core().joiner.next(&mut fragment) {
                Ok(Some(message)) => self.handle_message(&message),
                Ok(None) => return,
                Err(error) => return self.fail(error),
            }
        }
    }

    fn handle_message(&mut self, bytes: &[u8]) {
        let understood = &*self.core().probe.understood(bytes);
        let examined = self.core().understand(understood);
        let (event, mut finding) = match examined {
            Ok(examined) => examined,
            // A message that may not come now is refused for coming, whatever is wrong inside it.
            Err(error) => match event_of(understood) {
                Some(event) if self.receiver.raises(event, EventKind::Offence) => {
                    (event, Finding::Nothing)
                }
                _ => return self.fail(error),
            },
        };
        let counted = match event {
            Event::KeyUpdate(_) => Some(Flood::KeyUpdates),
            Event::NewSessionTicket => Some(Flood::Tickets),
            _ => None,
        };
        let flood = self.count(counted);
        let kind = HandshakeType(bytes.first().copied().unwrap_or_default());
        let subject = Subject::Message(kind);
        let finding = Some(&mut finding);
        let at_hand = AtHand { subject, flood, message: bytes, finding, ..AtHand::NOTHING };
        self.handle_with(event, at_hand);
    }
}

impl<P: CryptoProvider> ReceivingCore<P> {
    /// What a message says, or the message that it holds compressed.
    fn understand(&self, bytes: &[u8]) -> Result<(Event, Finding), Error> {
        let inflated = decompressed(bytes, self.side.compressions())?;
        let bytes = inflated.as_deref().unwrap_or(bytes);
        Message::decode(bytes).and_then(|message| self.examine(&message, bytes))
    }
}

/// Whether an alert is an error alert: all are but two, unknown ones too, whatever their level says
/// (RFC 9846 section 6).
fn is_error(description: AlertDescription) -> bool {
    !matches!(description.known(), Some(Alert::CloseNotify | Alert::UserCanceled))
}

impl From<RecordError> for Error {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::NotTls(protocol) => Self::NotTls { looks_like: protocol.name() },
            RecordError::UnknownContentType(number) => {
                Self::UnknownContentType(ContentType(number))
            }
            RecordError::TooLong => Self::RecordOverflow,
            RecordError::Empty(content_type) => Self::EmptyFragment(content_type),
            RecordError::BadChangeCipherSpec => Self::BadChangeCipherSpec,
            RecordError::TooEarly => Self::UnexpectedRecord(ContentType::ApplicationData),
            RecordError::Unprotected(content_type) => Self::UnprotectedRecord(content_type),
            RecordError::BadMac => Self::BadRecordMac,
            RecordError::TooMuchEarlyData { limit } => Self::TooMuchEarlyData { limit },
            RecordError::NoContentType => Self::MissingContentType,
            RecordError::SequenceExhausted => Self::KeyExhausted,
            RecordError::NoKeys => Self::Internal("a record without keys"),
            RecordError::Crypto(_) => Self::Internal("the cryptographic library failed"),
        }
    }
}
