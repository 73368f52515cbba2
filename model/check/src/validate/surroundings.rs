//! What may come from outside of the table, and how the facts may be, by what a log has told.
//!
//! Facts are the world's, but most of them follow from what rows have done: the outbox holds
//! something from the first record that is sealed until the transport has taken bytes; the inbox
//! has what was delivered and not taken. Free are only those that nothing in a log determines:
//! whether a message ends with its record, whether too many of a kind have come, how far a key is
//! used up, and what the ClientHello asks for.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hyaline_model::table::{
    Action, EffectKind, Event, EventKind, FactName, Facts, INBOX_RECORDS, Inbox, KeyUpdateRequest,
    Outbox, ROWS, Work,
};

use super::departure::Wrong;
use super::written::Taken;

/// What a record may still bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    /// Nothing: no record was received, or all of it is used up.
    Nothing,
    /// Anything.
    Record,
    /// More messages of the handshake.
    Messages,
}

/// The world around one end, as far as the log tells.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    /// The facts of both halves, as rows have left them.
    pub(super) facts: Facts,
    /// How many records of application data are opened, and not taken whole.
    unread: u8,
    /// The oldest of them was given to the application.
    given: bool,
    opened: Opened,
    /// Work that was begun, and has not ended.
    pub(super) work: Option<Work>,
    /// How many records the sending half has sealed, as far as the log has told.
    sealed: u64,
    /// How many records it has sealed since, at least, and whether it may be more.
    sealed_since: (u64, bool),
}

impl Surroundings {
    pub(super) const fn new() -> Self {
        let facts = Facts { inbox_room: true, ..Facts::FIRST };
        Self {
            facts,
            unread: 0,
            given: false,
            opened: Opened::Nothing,
            work: None,
            sealed: 0,
            sealed_since: (0, false),
        }
    }

    /// Whether this event may come from outside now. Letters are not asked for here.
    pub(super) fn admits(&mut self, event: Event) -> Result<(), Wrong> {
        if !comes_from_outside(event.kind()) {
            return Err(Wrong::FromOutside);
        }
        let wanted = match event {
            Event::KeyShareReady => Some(Work::KeyShare),
            Event::Agreed => Some(Work::Agreement),
            Event::Selected(_) => Some(Work::Selection),
            Event::PathChecked => Some(Work::PathCheck),
            Event::SignatureChecked => Some(Work::SignatureCheck),
            Event::CertificateChosen(_) => Some(Work::CertificateChoice),
            Event::Signed => Some(Work::Signature),
            Event::WorkFailed(_) => self.work.or(Some(Work::KeyShare)),
            _ => None,
        };
        if wanted.is_some() {
            let begun = self.work.take();
            return if begun == wanted { Ok(()) } else { Err(Wrong::NoSuchWork) };
        }
        self.opened = match (content(event), self.opened) {
            (Content::None, opened) => opened,
            (Content::Record, Opened::Record) => Opened::Nothing,
            (Content::Message, Opened::Record | Opened::Messages) => Opened::Messages,
            _ => return Err(Wrong::NothingReceived),
        };
        Ok(())
    }

    /// The transport has received something, and the table accepts it, or does not.
    pub(super) fn received(&mut self, accepted: bool) {
        self.opened = if accepted { Opened::Record } else { Opened::Nothing };
    }

    /// Whether the facts may be as this line says, before its row fires. The first of a turn may
    /// tell of what has happened since the last.
    pub(super) fn fact_that_is_wrong(&mut self, taken: &Taken, is_first: bool) -> Option<Wrong> {
        let wrong = match taken.sealed {
            Some(sealed) => self.wrong_in_sending(taken, sealed, is_first),
            None => self.wrong_in_receiving(&taken.facts, is_first),
        };
        wrong.or_else(|| {
            self.adopt(taken);
            None
        })
    }

    fn wrong_in_sending(&mut self, taken: &Taken, sealed: u64, is_first: bool) -> Option<Wrong> {
        let least = self.sealed.saturating_add(self.sealed_since.0);
        let most = (!self.sealed_since.1).then_some(least);
        if sealed < least || most.is_some_and(|most| sealed > most) {
            return Some(Wrong::Sealed { is: sealed, least, most });
        }
        if sealed > self.sealed && self.sealed_since.1 {
            // Application data was sealed after all.
            self.facts.outbox = Outbox::Holding;
        }
        let transmitted = is_first && taken.event == Event::Transmitted;
        for fact in OF_THE_OUTBOX {
            let (is, was) = (taken.facts.get(fact), self.facts.get(fact));
            if is > was {
                return Some(Wrong::Fact(fact, is, "nothing was sealed that makes it so"));
            }
            if is < was && !transmitted {
                return Some(Wrong::Fact(fact, is, "nothing was transmitted since it was not"));
            }
        }
        let holds = |fact: &&FactName| taken.facts.get(**fact) > 0;
        let held = OF_THE_OUTBOX.iter().skip(1).find(holds);
        held.filter(|_| taken.facts.get(FactName::Outbox) == 0)
            .map(|fact| Wrong::Fact(*fact, taken.facts.get(*fact), "the outbox is empty"))
    }

    fn wrong_in_receiving(&self, facts: &Facts, is_first: bool) -> Option<Wrong> {
        let of =
            |unread: u8| (if unread > 0 { Inbox::Unread } else { Inbox::Empty }, has_room(unread));
        let is = (facts.inbox, facts.inbox_room);
        let may_be_taken = is_first && self.given;
        if is == of(self.unread) || (may_be_taken && is == of(self.unread.saturating_sub(1))) {
            return None;
        }
        let (fact, why) = if facts.inbox == of(self.unread).0 {
            (FactName::InboxRoom, "so many records are delivered and not taken")
        } else {
            (FactName::Inbox, "the records that are delivered and not taken say otherwise")
        };
        Some(Wrong::Fact(fact, facts.get(fact), why))
    }

    /// The facts are as the line says.
    pub(super) fn adopt(&mut self, taken: &Taken) {
        match taken.sealed {
            Some(sealed) => {
                self.facts = self.facts.sending(taken.facts.into());
                (self.sealed, self.sealed_since) = (sealed, (0, false));
            }
            None => {
                self.facts = self.facts.receiving(taken.facts.into());
                let left = self.unread.saturating_sub(1);
                let is_left = self.given
                    && taken.facts.inbox_room == has_room(left)
                    && (taken.facts.inbox == Inbox::Unread) == (left > 0);
                if is_left {
                    (self.unread, self.given) = (left, false);
                }
            }
        }
    }

    /// An action of a row is performed. `sealed` is how many records it seals, where the log tells.
    pub(super) fn perform(&mut self, action: Action, sealed: Option<u64>) {
        let seals = match action {
            Action::SendApplicationData => sealed != Some(0),
            _ => action.seals(),
        };
        match action {
            Action::SendApplicationData => self.facts.data_unsent |= seals,
            Action::SendKeyUpdate(KeyUpdateRequest::NotRequested) => self.facts.reply_unsent = true,
            Action::SendKeyUpdate(KeyUpdateRequest::Requested) => self.facts.request_unsent = true,
            Action::DropOutbox => {
                for fact in OF_THE_OUTBOX {
                    self.facts.set(fact, 0);
                }
            }
            Action::Deliver => self.unread = self.unread.saturating_add(1),
            Action::Take => self.given = true,
            Action::DropUnread => (self.unread, self.given) = (0, false),
            Action::StartWork(work) => self.work = Some(work),
            Action::ForgetHandshake => self.work = None,
            _ => {}
        }
        if seals {
            self.facts.outbox = Outbox::Holding;
            let (least, _) = self.sealed_since;
            let least = least + u64::from(action != Action::SendApplicationData);
            // A message may take several records, and so may application data.
            self.sealed_since = (least, true);
        }
        self.facts.inbox = if self.unread > 0 { Inbox::Unread } else { Inbox::Empty };
        self.facts.inbox_room = has_room(self.unread);
    }
}

const fn has_room(unread: u8) -> bool {
    unread < INBOX_RECORDS
}

/// The facts that only a transmission ends.
const OF_THE_OUTBOX: [FactName; 4] =
    [FactName::Outbox, FactName::DataUnsent, FactName::ReplyUnsent, FactName::RequestUnsent];

/// Which part of a record an event stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The event stands for no part of a record.
    None,
    /// A whole record.
    Record,
    /// A message of the handshake, of which a record may have several.
    Message,
}

/// Which part of a record the event stands for.
pub(super) const fn content(event: Event) -> Content {
    match event {
        Event::ApplicationData
        | Event::EmptyRecord
        | Event::ChangeCipherSpec
        | Event::AlertReceived(_)
        | Event::Unopened(_)
        | Event::Discarded => Content::Record,
        Event::ClientHello
        | Event::HelloRetryRequest
        | Event::ServerHello(_)
        | Event::EncryptedExtensions(_)
        | Event::CertificateRequest
        | Event::Certificate(_)
        | Event::CertificateVerify
        | Event::Finished(_)
        | Event::EndOfEarlyData
        | Event::NewSessionTicket
        | Event::KeyUpdate(_) => Content::Message,
        _ => Content::None,
    }
}

/// The kinds of events that rows bring by effects like this.
fn kinds_brought(by: impl Fn(&EffectKind, Event) -> Option<Event>) -> BTreeSet<EventKind> {
    let mut kinds = BTreeSet::new();
    for row in ROWS {
        for effect in row.effects {
            let brought = row.event.values().filter_map(|event| by(&effect.kind, event));
            kinds.extend(brought.map(Event::kind));
        }
    }
    kinds
}

/// The kinds of letters.
static POSTED: LazyLock<BTreeSet<EventKind>> = LazyLock::new(|| {
    kinds_brought(|effect, event| match effect {
        EffectKind::Post(letter) => Some(letter(event)),
        EffectKind::Raise(_) | EffectKind::Perform(_) => None,
    })
});

/// The kinds of events that rows raise.
static RAISED: LazyLock<BTreeSet<EventKind>> = LazyLock::new(|| {
    kinds_brought(|effect, event| match effect {
        EffectKind::Raise(raised) => Some(raised(event)),
        EffectKind::Post(_) | EffectKind::Perform(_) => None,
    })
});

/// Whether an event of this kind is a letter between the halves.
pub(super) fn is_letter(kind: EventKind) -> bool {
    POSTED.contains(&kind)
}

/// Whether an event of this kind may begin a turn without being a letter: no row raises it, but for
/// an offence, which is found in records too, before a row is asked.
fn comes_from_outside(kind: EventKind) -> bool {
    kind != EventKind::Settle && (kind == EventKind::Offence || !RAISED.contains(&kind))
}
