//! What the table says without a row, as far as that can be told from the rows alone.

use hyaline_model::table::{EventKind, Row};

use crate::interpret::whatever_the_state;

/// Whether the table without the row would have no row for the event. The macro refuses such a
/// table. Only `settle` may have no row.
#[must_use]
pub fn leaves_a_gap(row: &Row) -> bool {
    row.event != EventKind::Settle && whatever_the_state(row.machine, row.event).is_none()
}

/// Whether an `otherwise` would do the same for the row's event. Then the row differs from its
/// absence only in the interest in that event.
#[must_use]
pub fn is_repeated(row: &Row) -> bool {
    let Some(other) = whatever_the_state(row.machine, row.event) else { return false };
    let texts = |row: &Row| row.effects.iter().map(|effect| effect.text).collect::<Vec<_>>();
    row.event != EventKind::Settle
        && row.from.iter().all(|from| row.to.unwrap_or(*from) == other.to.unwrap_or(*from))
        && row.updates == other.updates
        && texts(row) == texts(other)
}

/// Whether the table without the row is the same table: an `otherwise` repeats it, and nobody
/// waits for its event.
#[must_use]
pub fn is_equivalent(row: &Row) -> bool {
    is_repeated(row) && !is_of_interest(row.event)
}

/// Whether the driver's interest is derived from the rows of this event. There even a row that does
/// nothing has a meaning: its event is waited for.
const fn is_of_interest(event: EventKind) -> bool {
    matches!(
        event,
        EventKind::Received
            | EventKind::Transmitted
            | EventKind::TransmitBlocked
            | EventKind::BudgetExpired
            | EventKind::ReceiveDeadlinePassed
            | EventKind::SendDeadlinePassed
    )
}
