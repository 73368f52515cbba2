//! What the most general peer sends, and how work may end.

use hyaline_model::table::{
    Alert, AlertClass, Authentication, CertificateList, EarlyDataIndication, Event, FinishedCheck,
    Flood, HandshakeState, KeyUpdateRequest, Reason, Role, Selection, Work, client, server,
};

use super::counted::Counted;
use super::seen::Seen;

/// A record that arrives, as the event that it is, with what a ClientHello asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerRecord {
    /// What it brings.
    pub event: Event,
    /// A ClientHello that can use tickets.
    pub wants_tickets: bool,
    /// A ClientHello that asks for compatibility mode.
    pub wants_compatibility: bool,
    /// The message ends where the record ends.
    pub aligned: bool,
    /// What the library's counters say of it.
    pub counted: Counted,
}

impl PeerRecord {
    const fn of(event: Event) -> Self {
        Self {
            event,
            wants_tickets: false,
            wants_compatibility: false,
            aligned: true,
            counted: Counted::FEW,
        }
    }

    /// Whether the library counts the record as one too many of its kind.
    #[must_use]
    pub const fn is_flood(&self) -> bool {
        matches!(self.counted.flood, Flood::AtLimit)
    }

    /// The ways in which it may come: alone, before more of its record, as one of too many, beyond
    /// the early data that a ticket allows, as rejected early data, and with a sending key that may
    /// not be updated again.
    fn ways(self) -> impl Iterator<Item = Self> {
        let is_counted = matches!(
            self.event,
            Event::EmptyRecord
                | Event::NewSessionTicket
                | Event::KeyUpdate(_)
                | Event::ChangeCipherSpec
                | Event::AlertReceived(AlertClass::Cancellation)
        );
        let is_message = matches!(
            self.event,
            Event::ClientHello
                | Event::HelloRetryRequest
                | Event::ServerHello(_)
                | Event::Finished(_)
                | Event::EndOfEarlyData
                | Event::NewSessionTicket
                | Event::KeyUpdate(_)
        );
        let is_data = self.event == Event::ApplicationData;
        let is_unopened = matches!(self.event, Event::Unopened(_));
        let asks = self.event == Event::KeyUpdate(KeyUpdateRequest::Requested);
        let few = self.counted;
        [
            Some(self),
            is_message.then_some(Self { aligned: false, ..self }),
            is_counted
                .then_some(Self { counted: Counted { flood: Flood::AtLimit, ..few }, ..self }),
            is_data.then_some(Self { counted: Counted { early_data_room: false, ..few }, ..self }),
            is_unopened
                .then_some(Self { counted: Counted { early_data_rejected: true, ..few }, ..self }),
            asks.then_some(Self { counted: Counted { may_update_key: false, ..few }, ..self }),
        ]
        .into_iter()
        .flatten()
    }

    /// A record that the endpoint discards unopened.
    #[must_use]
    pub const fn discarded() -> Self {
        Self::of(Event::Discarded)
    }
}

/// What the record layer, the joiner or the codec find before the table is asked: a representative
/// for each alert that answers a record or a message that is badly made.
pub(super) const OFFENCES: [Reason; 12] = [
    Reason::RecordOutOfPlace,
    Reason::RecordTooLong,
    Reason::NothingInCommon,
    Reason::CertificateBad,
    Reason::ValueIllegal,
    Reason::MessageMalformed,
    Reason::SignatureWrong,
    Reason::VersionUnsupported,
    Reason::OwnFailure,
    Reason::ExtensionMissing,
    Reason::ExtensionUnsolicited,
    Reason::NoCommonApplicationProtocol,
];

/// Why a protected record cannot be opened: its protection is wrong, or there are no keys yet.
const UNOPENED: [Reason; 2] = [Reason::RecordNotGenuine, Reason::RecordOutOfPlace];

/// Why work fails.
const FAILURES: [Reason; 4] =
    [Reason::IssuerUnknown, Reason::NothingInCommon, Reason::ValueIllegal, Reason::OwnFailure];

/// Everything that one record may bring to an endpoint of this role.
pub fn records(role: Role) -> impl Iterator<Item = PeerRecord> {
    const MESSAGES: [Event; 21] = [
        Event::HelloRetryRequest,
        Event::ServerHello(Authentication::Certificate),
        Event::ServerHello(Authentication::PreSharedKey),
        Event::ServerHello(Authentication::PublicName),
        Event::EncryptedExtensions(EarlyDataIndication::Absent),
        Event::EncryptedExtensions(EarlyDataIndication::Present),
        Event::CertificateRequest,
        Event::Certificate(CertificateList::Empty),
        Event::Certificate(CertificateList::Chain),
        Event::CertificateVerify,
        Event::Finished(FinishedCheck::Good),
        Event::Finished(FinishedCheck::Bad),
        Event::EndOfEarlyData,
        Event::NewSessionTicket,
        Event::KeyUpdate(KeyUpdateRequest::NotRequested),
        Event::KeyUpdate(KeyUpdateRequest::Requested),
        Event::ApplicationData,
        Event::EmptyRecord,
        Event::ChangeCipherSpec,
        Event::AlertReceived(AlertClass::Closure),
        Event::AlertReceived(AlertClass::Cancellation),
    ];
    let hellos: &[bool] = match role {
        Role::Client => &[false],
        Role::Server => &[false, true],
    };
    let hellos = hellos.iter().flat_map(move |wants_tickets| {
        hellos.iter().map(move |wants_compatibility| PeerRecord {
            wants_tickets: *wants_tickets,
            wants_compatibility: *wants_compatibility,
            ..PeerRecord::of(Event::ClientHello)
        })
    });
    hellos
        .chain(MESSAGES.into_iter().map(PeerRecord::of))
        .chain(UNOPENED.into_iter().map(|reason| PeerRecord::of(Event::Unopened(reason))))
        .flat_map(PeerRecord::ways)
        .filter(move |record| role == Role::Server || !record.counted.early_data_rejected)
        .chain([PeerRecord::of(Event::AlertReceived(AlertClass::Error))])
        .chain(OFFENCES.into_iter().map(|reason| PeerRecord::of(Event::Offence(reason))))
}

/// How work may end.
pub(super) fn ends_of(work: Work) -> impl Iterator<Item = Event> {
    let good: &[Event] = match work {
        Work::KeyShare => &[Event::KeyShareReady],
        Work::Agreement => &[Event::Agreed],
        Work::Selection => &[
            Event::Selected(Selection::Complete),
            Event::Selected(Selection::PreSharedKey),
            Event::Selected(Selection::EarlyData),
            Event::Selected(Selection::ShareMissing),
        ],
        Work::PathCheck => &[Event::PathChecked],
        Work::SignatureCheck => &[Event::SignatureChecked],
        Work::CertificateChoice => &[
            Event::CertificateChosen(CertificateList::Empty),
            Event::CertificateChosen(CertificateList::Chain),
        ],
        Work::Signature => &[Event::Signed],
    };
    good.iter().copied().chain(FAILURES.into_iter().map(Event::WorkFailed))
}

/// The alert with which RFC 9846 has an endpoint in this state refuse this record. It is written
/// apart from the table, to compare the table with.
#[must_use]
pub(super) fn answer(before: HandshakeState, record: &PeerRecord, seen: &Seen) -> Option<Alert> {
    use HandshakeState::{Client, Server};
    use client::State as C;
    use server::State as S;
    let specific = match (before, record.event) {
        (_, Event::Offence(reason) | Event::Unopened(reason)) => Some(reason.alert()),
        // Section 4.3.10: early data are accepted together with the pre-shared key that protects
        // them. Section 4.3: a server answers no extension that was not offered.
        (
            Client(C::WaitEncryptedExtensions),
            Event::EncryptedExtensions(EarlyDataIndication::Present),
        ) => match seen.early_data_offered {
            true => Some(Alert::IllegalParameter),
            false => Some(Alert::UnsupportedExtension),
        },
        // Section 5.1: no message lies across a change of keys.
        (_, Event::Finished(FinishedCheck::Good)) if !record.aligned => None,
        // RFC 9849 section 6.1.6: a server that has proved its public name is told so.
        (Client(C::WaitFinished), Event::Finished(FinishedCheck::Good)) if seen.public_name => {
            Some(Alert::EchRequired)
        }
        // Section 4.5.3 names the alert for a Finished that is wrong.
        (Client(C::WaitFinished) | Server(S::WaitFinished), Event::Finished(_)) => {
            Some(Alert::DecryptError)
        }
        // Section 4.5.1.3 names the alerts for an empty Certificate.
        (
            Client(C::WaitCertificateOrRequest | C::WaitCertificate),
            Event::Certificate(CertificateList::Empty),
        ) => Some(Alert::DecodeError),
        (Server(S::WaitCertificate), Event::Certificate(CertificateList::Empty)) => {
            Some(Alert::CertificateRequired)
        }
        _ => None,
    };
    // Sections 4 and 6.2: everything else comes out of order.
    specific.or(Some(Alert::UnexpectedMessage))
}
