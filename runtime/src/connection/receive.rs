//! Bytes in: one record at a time, opened, joined to messages, decoded to events.

use hyaline_model::Alert;
use hyaline_model::table::{AlertClass, Event, EventKind, Label, Slot};
use hyaline_model::turn;
use rustls_pki_types::UnixTime;

use super::Connection;
use super::examine::{Finding, event_of};
use super::perform::{AtHand, Turn};
use crate::alert::AlertDescription;
use crate::crypto::CryptoProvider;
use crate::handshake::join::Fragment;
use crate::message::{Message, decode_alert};
use crate::outbox::Outbox;
use crate::record::{HEADER_LENGTH, Opened, RecordError, Split, split};
use crate::{ContentType, Error, Flood, HandshakeType};

/// What became of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// How many bytes at the beginning of the input are done with. 0: no whole record is there.
    pub consumed: usize,
    /// Where in the input application data now stands, in the clear. Empty if there is none.
    pub data: core::ops::Range<usize>,
}

impl<P: CryptoProvider> Connection<P> {
    /// Takes at most one record from the beginning of `input` and opens it there.
    ///
    /// Application data is left in place, where [`Received::data`] says, and counts as
    /// [`unread`](Self::unread) until it is [consumed](Self::consume).
    pub fn handle_input(
        &mut self,
        now: UnixTime,
        input: &mut [u8],
        outbox: &mut Outbox,
    ) -> Received {
        self.core.receive_blocked = false;
        if !self.accepts(Event::Received, outbox) {
            return Received { consumed: 0, data: 0..0 };
        }
        if self.endpoint.states.has(Slot::Read, Label::DiscardsInput) {
            self.handle(now, Event::Received, outbox);
            self.handle(now, Event::Discarded, outbox);
            return Received { consumed: input.len(), data: 0..0 };
        }
        let whole = input.len();
        let record = match split(input, self.core.fresh) {
            Ok(Split::Record(record)) => record,
            Ok(Split::Incomplete) => {
                self.handle(now, Event::Received, outbox);
                return Received { consumed: 0, data: 0..0 };
            }
            Err(error) => {
                self.handle(now, Event::Received, outbox);
                self.fail(now, error.into(), outbox);
                return Received { consumed: whole, data: 0..0 };
            }
        };
        self.core.fresh = false;
        let consumed = record.length();
        self.handle(now, Event::Received, outbox);
        let may_be_plain = self.endpoint.states.has(Slot::Handshake, Label::AcceptsPlaintextAlert);
        let content = match self.core.opener.open(record, may_be_plain) {
            Ok(Opened::Content { content_type, plaintext }) => Some((content_type, plaintext)),
            Ok(Opened::Skipped) => None,
            Err(error) => {
                self.fail(now, error.into(), outbox);
                None
            }
        };
        let mut length = 0;
        if let Some((content_type, plaintext)) = content {
            length = plaintext.len();
            self.handle_content(now, content_type, plaintext, outbox);
        }
        let data = if self.core.unread > 0 && self.core.unread == length {
            HEADER_LENGTH..HEADER_LENGTH + length
        } else {
            0..0
        };
        Received { consumed, data }
    }

    /// An offence of the peer's, found outside the table.
    fn fail(&mut self, now: UnixTime, error: Error, outbox: &mut Outbox) {
        let event = self.core.offence(error);
        self.handle(now, event, outbox);
    }

    fn handle_content(
        &mut self,
        now: UnixTime,
        content_type: ContentType,
        plaintext: &[u8],
        outbox: &mut Outbox,
    ) {
        let cut = self.core.joiner.is_partial();
        match content_type {
            ContentType::Handshake => self.handle_handshake(now, plaintext, outbox),
            ContentType::Alert => match decode_alert(plaintext) {
                // Unclear in RFC: whether section 5.1 forbids an error alert where a message was
                // begun. Nothing follows it, so it is not between records of that message, and it
                // is why the rest never comes. An end in order is none there.
                Ok(description) if !cut || is_error(description) => {
                    self.handle_alert(now, description, outbox);
                }
                Ok(_) => self.fail(now, Error::Interleaved(content_type), outbox),
                Err(error) => self.fail(now, error, outbox),
            },
            // Unclear in RFC: whether one may come between the parts of a message. Section 5.1
            // forbids records of other types there, section 5 has this one dropped at any time
            // before the Finished. The second is the more specific.
            ContentType::ChangeCipherSpec => {
                let flood = Some(Flood::ChangeCipherSpecs);
                self.handle_record(now, Event::ChangeCipherSpec, content_type, flood, 0, outbox);
            }
            _ if cut => self.fail(now, Error::Interleaved(content_type), outbox),
            _ if plaintext.is_empty() => {
                let flood = Some(Flood::EmptyRecords);
                self.handle_record(now, Event::EmptyRecord, content_type, flood, 0, outbox);
            }
            _ => {
                let (event, length) = (Event::ApplicationData, plaintext.len());
                self.handle_record(now, event, content_type, None, length, outbox);
            }
        }
    }

    /// A record that is no handshake message, `length` bytes of it application data.
    fn handle_record(
        &mut self,
        now: UnixTime,
        event: Event,
        content_type: ContentType,
        counted: Option<Flood>,
        length: usize,
        outbox: &mut Outbox,
    ) {
        let flood = self.count(counted);
        let mut turn = Turn::new(&mut self.core, outbox);
        turn.at_hand = AtHand::Record(content_type);
        turn.flood = flood;
        turn.plaintext = length;
        turn::handle(&mut self.endpoint, &self.policy, event, &mut turn);
        self.after_turn(now, outbox);
    }

    /// Counts one more of these; true if that is one too many.
    fn count(&mut self, counted: Option<Flood>) -> bool {
        counted.is_some_and(|flood| self.core.floods.count(flood))
    }

    fn handle_alert(&mut self, now: UnixTime, description: AlertDescription, outbox: &mut Outbox) {
        let (class, counted) = match description.known() {
            Some(Alert::CloseNotify) => (AlertClass::Closure, None),
            Some(Alert::UserCanceled) => (AlertClass::Cancellation, Some(Flood::Alerts)),
            _ => (AlertClass::Error, None),
        };
        if is_error(description) {
            self.core.peer_alert(description);
        }
        let event = Event::AlertReceived(class);
        self.handle_record(now, event, ContentType::Alert, counted, 0, outbox);
    }

    /// All messages that end in this record, each with its rows, before the next is looked at.
    fn handle_handshake(&mut self, now: UnixTime, content: &[u8], outbox: &mut Outbox) {
        match Fragment::new(content) {
            Ok(fragment) => self.handle_messages(now, fragment, outbox),
            Err(error) => self.fail(now, error, outbox),
        }
    }

    /// Goes on with what was received behind the cause of work that is answered now.
    pub(super) fn resume_messages(&mut self, now: UnixTime, outbox: &mut Outbox) {
        let kept = self.core.joiner.take_kept();
        if let Ok(fragment) = Fragment::new(&kept) {
            self.handle_messages(now, fragment, outbox);
        }
    }

    fn handle_messages(&mut self, now: UnixTime, mut fragment: Fragment<'_>, outbox: &mut Outbox) {
        while !self.endpoint.states.has(Slot::Read, Label::DiscardsInput) {
            if self.core.is_working() {
                return self.core.joiner.keep(&fragment);
            }
            match self.core.joiner.next(&mut fragment) {
                Ok(Some(message)) => self.handle_message(now, &message, outbox),
                Ok(None) => return,
                Err(error) => return self.fail(now, error, outbox),
            }
        }
    }

    /// Whether the table refuses this message, whatever it says.
    fn is_out_of_turn(&mut self, event: Event, outbox: &mut Outbox) -> bool {
        let turn = Turn::new(&mut self.core, outbox);
        self.endpoint.raises(&self.policy, event, EventKind::Offence, &turn)
    }

    fn handle_message(&mut self, now: UnixTime, bytes: &[u8], outbox: &mut Outbox) {
        let understood = &*self.core.probe.understood(bytes);
        let examined =
            Message::decode(understood).and_then(|message| self.core.examine(&message, understood));
        let (event, finding) = match examined {
            Ok(examined) => examined,
            // What may not come is refused for that, and nothing in it matters.
            Err(error) => match event_of(understood) {
                Some(event) if self.is_out_of_turn(event, outbox) => (event, Finding::Nothing),
                _ => return self.fail(now, error, outbox),
            },
        };
        let counted = match event {
            Event::KeyUpdate(_) => Some(Flood::KeyUpdates),
            Event::NewSessionTicket => Some(Flood::Tickets),
            _ => None,
        };
        let flood = self.count(counted);
        let mut turn = Turn::new(&mut self.core, outbox);
        turn.at_hand = AtHand::Message(HandshakeType(bytes.first().copied().unwrap_or_default()));
        turn.flood = flood;
        turn.message = bytes;
        turn.finding = finding;
        turn::handle(&mut self.endpoint, &self.policy, event, &mut turn);
        self.after_turn(now, outbox);
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
