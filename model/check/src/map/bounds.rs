//! In what each pair of policies is explored.

use hyaline_model::table::INBOX_RECORDS;

use crate::programs::Programs;
use crate::search::bounds::{ClientCertificate, Scenario};
use crate::world::tcp::ResetRule;

/// What may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapBounds {
    /// The most calls of a program but the close.
    pub calls: u8,
    /// The queues, in records: send and receive.
    pub buffers: Vec<(u8, u8)>,
    /// How many tickets the server sends.
    pub tickets: Vec<u8>,
}

impl Default for MapBounds {
    fn default() -> Self {
        Self { calls: 3, buffers: vec![(0, 1), (1, 1), (2, 2)], tickets: vec![0, 1] }
    }
}

impl MapBounds {
    /// Every combination, with both rules for resets, without a client's certificate and with one
    /// that is rejected.
    pub fn scenarios(&self) -> Vec<Scenario> {
        let mut scenarios = Vec::new();
        for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
            for (send, receive) in self.buffers.iter().copied() {
                for tickets in self.tickets.iter().copied() {
                    for client_certificate in [ClientCertificate::None, ClientCertificate::Rejected]
                    {
                        scenarios.push(Scenario {
                            send,
                            receive,
                            tickets,
                            reset_rule,
                            client_certificate,
                            ..Scenario::new(Programs::up_to(self.calls))
                        });
                    }
                }
            }
        }
        scenarios
    }

    /// The bounds in a sentence.
    pub fn words(&self) -> String {
        let buffers: Vec<String> =
            self.buffers.iter().map(|(send, receive)| format!("{send}/{receive}")).collect();
        let tickets: Vec<String> = self.tickets.iter().map(ToString::to_string).collect();
        format!(
            "All programs of up to {} calls plus close at both ends; queues of {} records \
             (send/receive), an inbox of {INBOX_RECORDS}; {} tickets; both rules for resets; no \
             client certificate, and one that is rejected.",
            self.calls,
            buffers.join(", "),
            tickets.join(" and "),
        )
    }
}
