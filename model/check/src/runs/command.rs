//! The command that explores a scenario again.

use std::fmt::Display;

use hyaline_model::table::INBOX_RECORDS;

use crate::programs::Programs;
use crate::search::bounds::{ClientCertificate, Scenario};
use crate::side::Both;
use crate::world::tcp::ResetRule;

/// What stands behind `hyaline` to explore a scenario with given programs between profiles of these
/// names; nothing of other programs.
pub fn command_of(names: &Both<impl Display>, scenario: &Scenario) -> Option<String> {
    let Programs::Fixed(programs) = scenario.programs else { return None };
    let Both { client, server } = names;
    let mut command = format!("scenario --client {client} --server {server}");
    let Both { client, server } = programs;
    command += &format!(" --client-program \"{client}\" --server-program \"{server}\"");
    let Scenario { send, receive, .. } = scenario;
    command += &format!(" --send-buffer {send} --receive-buffer {receive}");
    if scenario.tickets > 0 {
        command += &format!(" --tickets {}", scenario.tickets);
    }
    if scenario.record_cells != 1 {
        command += &format!(" --record-cells {}", scenario.record_cells);
    }
    if scenario.retry {
        command += " --retry";
    }
    if scenario.resumed {
        command += " --resumed";
    }
    if scenario.early_data > 0 {
        command += &format!(" --early-data {}", scenario.early_data);
        if !scenario.early_data_accepted {
            command += " --early-data-rejected";
        }
    }
    if scenario.reset_rule == ResetRule::Discards {
        command += " --reset discards";
    }
    if scenario.inbox != INBOX_RECORDS {
        command += &format!(" --inbox {}", scenario.inbox);
    }
    if scenario.client_certificate != ClientCertificate::None {
        command += &format!(" --client-certificate {}", scenario.client_certificate.word());
    }
    Some(command)
}
