//! Logs of both ends of a connection, held against each other.
//!
//! What one end receives the other has sent before, in that order. The logs have no common clock,
//! so that an order of all steps is looked for in which this holds, and in which each end's steps
//! keep their own order. It is found without any search: a step is taken as soon as it can be. That
//! loses nothing. What was sent waits until it is received, however long that takes, so that no
//! step of one end keeps the other from a step that it could take before; hence whatever is taken
//! early can be taken late too, and if there is an order at all, the one that takes each step as
//! soon as it can be is one. (Full buffers are not considered: a log does not tell how large they
//! are.)
//!
//! A transport may be reset at any time. Its end comes behind everything that was sent before it,
//! but for what was thrown away with the outbox. An end whose log has come to its end may have been
//! dropped, which ends its direction too.

use std::collections::VecDeque;

use hyaline_model::table::{Action, Alert, AlertClass, Event, EventKind, Message};

use super::departure::{Departure, Wrong, words};
use super::end::{Followed, Move, Moved};
use crate::side::{Both, Side};

/// What came of comparing the logs of two ends.
#[derive(Debug)]
pub(super) struct Compared {
    /// How many messages, alerts and records have arrived.
    pub(super) arrived: usize,
    /// The first step of each end that no order allows.
    pub(super) departures: Vec<(Side, Departure)>,
    /// What was on its way between the ends where the logs stop.
    pub(super) under_way: Vec<String>,
}

/// One direction.
#[derive(Debug, Default)]
struct Direction {
    /// Whatever was sent and not received.
    waiting: VecDeque<Waiting>,
    /// The direction has ended: nothing comes behind what waits.
    ended: bool,
    /// Its receiver throws away whatever comes.
    discards: bool,
}

/// Something that was sent.
#[derive(Debug)]
struct Waiting {
    action: Action,
    /// Of application data: how many records, where that is known.
    records: Option<u64>,
    line: usize,
    /// The sender may have thrown it away before it was transmitted.
    may_be_lost: bool,
}

/// One end on its way through its steps.
struct EndOnItsWay<'f> {
    followed: &'f Followed,
    taken: usize,
}

impl<'f> EndOnItsWay<'f> {
    const fn new(followed: &'f Followed) -> Self {
        Self { followed, taken: 0 }
    }

    fn next(&self) -> Option<&'f Move> {
        self.followed.moves.get(self.taken)
    }
}

/// Looks for an order of the steps of both.
pub(super) fn compare(client: &Followed, server: &Followed) -> Compared {
    let mut ends = Both { client: EndOnItsWay::new(client), server: EndOnItsWay::new(server) };
    // From each side to the other.
    let mut directions: Both<Direction> = Both::default();
    let mut arrived = 0;
    loop {
        let mut is_stuck = true;
        for side in Side::ALL {
            while let Some(step) = ends.of(side).next() {
                let peer_is_done = ends.of(side.peer()).next().is_none();
                if wrong(step, directions.of(side.peer()), peer_is_done).is_some() {
                    break;
                }
                arrived += usize::from(matches!(step.what, Moved::Received(_)));
                take(step, side, &mut directions);
                ends.of_mut(side).taken += 1;
                is_stuck = false;
            }
        }
        if is_stuck {
            break;
        }
    }
    let departures = departures(&ends, &directions);
    let under_way = Side::ALL.into_iter().filter_map(|side| {
        let direction = directions.of(side);
        under_way(side, direction).filter(|_| !direction.discards)
    });
    Compared { arrived, departures, under_way: under_way.collect() }
}

/// The steps at which both ends stand, and that no order allows. If one of them can never be taken,
/// whatever the other end does later, the other end's step may only wait for what would come behind
/// it, and is left out. If both wait for what the other end does later, both are reported.
fn departures(
    ends: &Both<EndOnItsWay<'_>>,
    directions: &Both<Direction>,
) -> Vec<(Side, Departure)> {
    let mut found = Vec::new();
    for side in Side::ALL {
        let Some(step) = ends.of(side).next() else { continue };
        let peer = ends.of(side.peer());
        let peer_is_done = peer.next().is_none();
        // A log that departs from the model is not followed further: behind its departure, the
        // other end may have sent what is missing here.
        let may_have_sent = peer_is_done && peer.followed.departure.is_some();
        let Some(wrong) = wrong(step, directions.of(side.peer()), peer_is_done) else { continue };
        let waits = matches!(wrong, Wrong::NotSent { next: None } | Wrong::NoEnd);
        if !(waits && may_have_sent) {
            found.push((waits && !peer_is_done, side, departure(step, &wrong)));
        }
    }
    let is_final = found.iter().any(|(waits, ..)| !waits);
    found.retain(|(waits, ..)| !(is_final && *waits));
    found.into_iter().map(|(_, side, departure)| (side, departure)).collect()
}

/// Why a step cannot be taken now, if so. `from` is the direction in which it receives.
fn wrong(step: &Move, from: &Direction, peer_is_done: bool) -> Option<Wrong> {
    match step.what {
        Moved::Sent(..) | Moved::Dropped | Moved::EndSent | Moved::Closed | Moved::Discards => None,
        Moved::Received(event) => {
            let next = next_of(from, event);
            let is_sent = next.is_some_and(|next| next.may_be(event));
            let front = next.map(|next| (format!("`{}`", next.action), next.line));
            (!is_sent).then_some(Wrong::NotSent { next: front })
        }
        Moved::EndReceived if !(from.ended || peer_is_done) => Some(Wrong::NoEnd),
        Moved::EndReceived => {
            let is_kept = |waiting: &&Waiting| {
                !waiting.may_be_lost && waiting.records.is_none_or(|records| records > 0)
            };
            let mut kept = from.waiting.iter().filter(is_kept);
            let first = kept.find(|_| from.ended && !from.discards)?;
            Some(Wrong::EndBefore(format!("`{}`", first.action), first.line))
        }
    }
}

/// What has to be received next. Application data is skipped if its number of records is spent, or
/// not known and the event is something else.
fn next_of(from: &Direction, event: Event) -> Option<&Waiting> {
    let gives_way = |waiting: &&Waiting| match waiting.records {
        Some(0) => true,
        None => waiting.is_data() && !waiting.may_be(event),
        Some(_) => false,
    };
    from.waiting.iter().find(|waiting| !gives_way(waiting))
}

fn take(step: &Move, side: Side, directions: &mut Both<Direction>) {
    let to_peer = directions.of_mut(side);
    match step.what {
        Moved::Sent(action, records) => {
            // A server passes over early data that it rejects.
            let (line, may_be_lost) = (step.line, action == Action::SendEarlyData);
            to_peer.waiting.push_back(Waiting { action, records, line, may_be_lost });
        }
        Moved::EndSent => to_peer.ended = true,
        Moved::Dropped | Moved::Closed => {
            to_peer.ended |= step.what == Moved::Closed;
            for waiting in &mut to_peer.waiting {
                waiting.may_be_lost = true;
            }
        }
        Moved::Discards => directions.of_mut(side.peer()).discards = true,
        Moved::EndReceived => directions.of_mut(side.peer()).waiting.clear(),
        Moved::Received(event) => {
            let from = directions.of_mut(side.peer());
            while let Some(front) = from.waiting.front_mut() {
                if !front.may_be(event) || front.records == Some(0) {
                    from.waiting.pop_front();
                    continue;
                }
                let is_data = front.is_data();
                match &mut front.records {
                    Some(records) => *records -= 1,
                    None if is_data => {}
                    None => {
                        from.waiting.pop_front();
                    }
                }
                break;
            }
        }
    }
}

impl Waiting {
    /// Whether it is data, in one record or more.
    fn is_data(&self) -> bool {
        matches!(self.action, Action::SendApplicationData | Action::SendEarlyData)
    }

    /// Whether this is what arrives as the event.
    fn may_be(&self, event: Event) -> bool {
        let kind = match self.action {
            Action::Send(message) => match message {
                Message::ClientHello => EventKind::ClientHello,
                Message::HelloRetryRequest => EventKind::HelloRetryRequest,
                Message::ServerHello => EventKind::ServerHello,
                Message::EncryptedExtensions => EventKind::EncryptedExtensions,
                Message::CertificateRequest => EventKind::CertificateRequest,
                Message::Certificate => EventKind::Certificate,
                Message::CertificateVerify => EventKind::CertificateVerify,
                Message::Finished => EventKind::Finished,
                Message::EndOfEarlyData => EventKind::EndOfEarlyData,
                Message::NewSessionTicket => EventKind::NewSessionTicket,
            },
            Action::SendChangeCipherSpec => EventKind::ChangeCipherSpec,
            // A server that rejects early data cannot open them.
            Action::SendEarlyData if matches!(event, Event::Unopened(_)) => return true,
            Action::SendApplicationData | Action::SendEarlyData => EventKind::ApplicationData,
            Action::SendKeyUpdate(request) => return event == Event::KeyUpdate(request),
            Action::SendAlert(alert) => {
                let class = match alert {
                    Alert::CloseNotify => AlertClass::Closure,
                    Alert::UserCanceled => AlertClass::Cancellation,
                    _ => AlertClass::Error,
                };
                return event == Event::AlertReceived(class);
            }
            Action::SendErrorAlert(_) => return event == Event::AlertReceived(AlertClass::Error),
            _ => return false,
        };
        event.kind() == kind
    }
}

fn departure(step: &Move, wrong: &Wrong) -> Departure {
    Departure {
        line: step.line,
        microseconds: step.microseconds,
        row: words(step.row),
        because: wrong.to_string(),
        states: Vec::new(),
        could_fire: Vec::new(),
    }
}

/// What one end has sent and the other has not received, in a sentence.
fn under_way(side: Side, direction: &Direction) -> Option<String> {
    let waiting = direction.waiting.iter();
    let kept: Vec<&Waiting> = waiting.filter(|one| one.records != Some(0)).collect();
    let first = kept.first()?;
    let peer = side.peer();
    let count = kept.len();
    let things = if count == 1 { "thing" } else { "things" };
    let maybe =
        if first.may_be_lost { " It may have been thrown away with the outbox." } else { "" };
    Some(format!(
        "The {peer} has not received {count} {things} that the {side} has sealed; the first is \
         `{}`, in line {} of the {side}'s log.{maybe}",
        first.action, first.line
    ))
}
