//! What is explored: the forms of the handshake, and the manners of calling.

use serde::{Deserialize, Serialize};

use crate::programs::Manner;
use crate::search::bounds::ClientCertificate;
use crate::side::Both;
use crate::unbounded::run::UnboundedRun;

/// How much of world *pair* without bounds is explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// What each change is checked by.
    Part,
    /// All of it.
    Whole,
}

/// The runs of the shipped profile, those that take longest first.
///
/// No run varies what a RST does to unread data: nothing is ever reset between these ends.
pub fn runs(extent: Extent) -> Vec<UnboundedRun> {
    match extent {
        Extent::Part => part(),
        Extent::Whole => whole(),
    }
}

fn part() -> Vec<UnboundedRun> {
    use ClientCertificate::{Good, Missing, Rejected};
    let one = UnboundedRun::PLAIN;
    let threads = calling(one, Manner::OneCall, Manner::Threads);
    vec![
        threads,
        UnboundedRun { tickets: 2, client_certificate: Good, ..one },
        UnboundedRun { retry: true, ..one },
        UnboundedRun { resumed: true, ..one },
        UnboundedRun {
            resumed: true,
            early_data: 1,
            ..calling(one, Manner::OneCall, Manner::Task)
        },
        UnboundedRun { client_certificate: Rejected, ..one },
        UnboundedRun { client_certificate: Missing, ..one },
        UnboundedRun { tickets: 1, vanishing: true, ..one },
    ]
}

fn whole() -> Vec<UnboundedRun> {
    use ClientCertificate::{Declined, Good, Missing, None, Rejected};
    use Manner::{OneCall, Task, Threads};
    let one = UnboundedRun::PLAIN;
    let mut runs = Vec::new();
    let two = [(Threads, Threads), (Threads, Task), (Task, Threads), (Task, Task)];
    let mixed = [(Threads, OneCall), (OneCall, Threads), (Task, OneCall), (OneCall, Task)];
    for (client, server) in two.into_iter().chain(mixed) {
        runs.push(calling(one, client, server));
    }
    for (client, server) in mixed {
        runs.push(UnboundedRun { tickets: 2, ..calling(one, client, server) });
    }
    for client_certificate in [None, Good, Declined] {
        for tickets in [2, 1, 0] {
            runs.push(UnboundedRun { tickets, client_certificate, ..one });
        }
    }
    for client_certificate in [None, Good] {
        runs.push(UnboundedRun { tickets: 2, retry: true, client_certificate, ..one });
    }
    for retry in [false, true] {
        runs.push(UnboundedRun { tickets: 2, resumed: true, retry, ..one });
    }
    for (client, server) in [(Threads, Threads), (Task, Task)] {
        runs.push(UnboundedRun { vanishing: true, ..calling(one, client, server) });
    }
    runs.push(UnboundedRun { tickets: 2, vanishing: true, ..one });
    let early = UnboundedRun { tickets: 2, resumed: true, early_data: 2, ..one };
    runs.push(early);
    runs.push(calling(early, OneCall, Task));
    runs.push(UnboundedRun { early_data_accepted: false, ..early });
    runs.push(UnboundedRun { resumed: false, ..early });
    runs.push(UnboundedRun { retry: true, ..early });
    for client_certificate in [Rejected, Missing] {
        for (client, server) in [(OneCall, OneCall), (Threads, Threads), (Task, Task)] {
            runs.push(UnboundedRun { client_certificate, ..calling(one, client, server) });
        }
    }
    runs
}

const fn calling(run: UnboundedRun, client: Manner, server: Manner) -> UnboundedRun {
    UnboundedRun { manners: Both { client, server }, ..run }
}
