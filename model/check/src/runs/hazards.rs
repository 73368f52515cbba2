//! The named hazards: what goes wrong if one switch of the shipped policy is flipped.
//!
//! Each fixes its bounds and the other end's profile. It is *found* when only the guilty switch of
//! the endangered end's shipped policy is flipped, and *gone* when it is flipped back.

use crate::judgement::outcome::Harm;
use crate::judgement::properties;
use crate::programs::Programs;
use crate::runs::run::{CheckRun, Expected, Purpose, RunError};
use crate::search::bounds::{ClientCertificate, Scenario};
use crate::search::profile::Profile;
use crate::side::{Both, Side};

/// One hazard.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// Its name in `docs/hazards.md`.
    pub name: &'static str,
    /// What happens, in a line.
    pub title: &'static str,
    /// The end whose policy is at fault.
    pub endangered: Side,
    /// The switch of that policy, and the value that makes the hazard.
    pub guilty: (&'static str, &'static str),
    /// The other end's profile.
    pub other: Profile,
    /// The bounds.
    pub scenario: Scenario,
    /// What a call reports that over plain TCP it would not, or that the rule for a rejected
    /// certificate forbids.
    pub harm: Harm,
}

impl Hazard {
    /// The endangered end's profile, with the guilty switch flipped.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn flipped(&self) -> Result<Profile, RunError> {
        let (switch, value) = self.guilty;
        Ok(Profile::HYALINE.with(switch, value)?)
    }

    /// Both ends' profiles, with this one at the endangered end.
    fn profiles(&self, endangered: Profile) -> Both<Profile> {
        let mut profiles = Both { client: self.other, server: self.other };
        *profiles.of_mut(self.endangered) = endangered;
        profiles
    }

    /// The property that fails with the switch flipped.
    #[must_use]
    pub const fn property(&self) -> &'static str {
        match self.scenario.client_certificate.rejecting_side() {
            Some(_) => properties::REJECTION_IS_TOLD,
            None => properties::TRANSPARENT,
        }
    }

    /// The command that shows it, by its shortest trace: what stands behind `hyaline`.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn command(&self) -> Result<String, RunError> {
        let Both { client, server } = self.profiles(self.flipped()?);
        let scenario = &self.scenario;
        let mut command = format!("scenario --client {client} --server {server}");
        if let Programs::Fixed(Both { client, server }) = scenario.programs {
            command += &format!(" --client-program \"{client}\" --server-program \"{server}\"");
        }
        let Scenario { send, receive, .. } = scenario;
        command += &format!(" --send-buffer {send} --receive-buffer {receive}");
        if scenario.tickets > 0 {
            command += &format!(" --tickets {}", scenario.tickets);
        }
        if scenario.client_certificate != ClientCertificate::None {
            command += &format!(" --client-certificate {}", scenario.client_certificate.word());
        }
        Ok(command)
    }

    /// Two runs: the switch flipped, and flipped back.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn runs(&self) -> Result<[CheckRun; 2], RunError> {
        let run = |word: &str, endangered, expected| CheckRun {
            purpose: Purpose::Hazard,
            name: format!("{} {word}", self.name),
            profiles: self.profiles(endangered),
            scenario: self.scenario,
            expected,
        };
        let caught = Expected::Caught {
            property: self.property(),
            harms: vec![self.harm],
            lost_good_runs: false,
        };
        Ok([
            run("flipped", self.flipped()?, caught),
            run("flipped back", Profile::HYALINE, Expected::Holds),
        ])
    }
}

/// The hazards, in the order of their names.
///
/// # Errors
///
/// If a program cannot be read.
pub fn hazards() -> Result<Vec<Hazard>, RunError> {
    let programs = |client: &str, server: &str| -> Result<Programs, RunError> {
        Ok(Programs::Fixed(Both { client: client.parse()?, server: server.parse()? }))
    };
    let one = |programs| Scenario::new(programs);
    // Send queues of two records: the second is still there when the RST drops it.
    let two = |programs| Scenario { send: 2, ..Scenario::new(programs) };
    let rejected = ClientCertificate::Rejected;
    Ok(vec![
        Hazard {
            name: "H01",
            title: "tickets wait in the handshake for a client that only writes",
            endangered: Side::Server,
            guilty: ("tickets", "in-handshake"),
            other: Profile::NAIVE,
            scenario: Scenario {
                tickets: 3,
                ..one(programs("write write write write close", "read read read read close")?)
            },
            harm: Harm::Stuck,
        },
        Hazard {
            name: "H02",
            title: "the reader answers a key update behind the writer, who waits for the peer",
            endangered: Side::Server,
            guilty: ("reply", "in-read-path"),
            other: Profile::NAIVE,
            scenario: one(programs(
                "update-key write write write read read close",
                "read read read | write write",
            )?),
            harm: Harm::Stuck,
        },
        Hazard {
            name: "H03",
            title: "nothing is read before the output is flushed, and both directions are full",
            endangered: Side::Server,
            guilty: ("duplex", "half"),
            other: Profile::NAIVE,
            scenario: one(programs(
                "write write write read read read close",
                "read read read | write write write",
            )?),
            harm: Harm::Stuck,
        },
        Hazard {
            name: "H04",
            title: "an early ticket resets a client that writes and closes: the upload is lost",
            endangered: Side::Server,
            guilty: ("tickets", "in-handshake"),
            other: Profile::NAIVE,
            scenario: Scenario { tickets: 1, ..two(programs("write close", "read close")?) },
            harm: Harm::Reset,
        },
        Hazard {
            name: "H05",
            title: "a client whose certificate is rejected is reset, and never sees the alert",
            endangered: Side::Server,
            guilty: ("closing", "at-once"),
            other: Profile::HYALINE,
            scenario: Scenario {
                client_certificate: rejected,
                ..one(programs("write read close", "close")?)
            },
            harm: Harm::Reset,
        },
        Hazard {
            name: "H06",
            title: "closing with a KeyUpdate unread is a reset, which drops the last data written",
            endangered: Side::Server,
            guilty: ("closing", "at-once"),
            other: Profile::HYALINE,
            scenario: two(programs("update-key read close", "write close")?),
            harm: Harm::Reset,
        },
        Hazard {
            name: "H10",
            title: "a close after a write that was given up: the close_notify is lost",
            endangered: Side::Client,
            guilty: ("backlog", "one-record"),
            other: Profile::HYALINE,
            scenario: one(programs("write try-write close", "read read read close")?),
            harm: Harm::Lost,
        },
        Hazard {
            name: "H33",
            title: "a FIN behind the close_notify is taken for the end of both directions",
            endangered: Side::Client,
            guilty: ("fin-leaves", "with-half-close"),
            other: Profile::HYALINE.with("at-fin", "give-up")?,
            scenario: one(programs(
                "write half-close read read read close",
                "read write write write close",
            )?),
            harm: Harm::Reset,
        },
        Hazard {
            name: "H34",
            title: "a reader answers a key update, and the answer draws a reset",
            endangered: Side::Server,
            guilty: ("reply", "queued"),
            other: Profile::NAIVE,
            scenario: two(programs("update-key close", "read close")?),
            harm: Harm::Reset,
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::explore::Effort;
    use crate::search::profile::endpoints_of;
    use crate::search::scenario::{Baselines, check};

    #[test]
    fn a_hazard_is_found_with_one_switch_flipped_and_gone_with_it_flipped_back() {
        for hazard in hazards().expect("hazards") {
            for run in hazard.runs().expect("runs") {
                let ends = endpoints_of(&run.scenario, &run.profiles);
                let mut baselines = Baselines::default();
                let effort = Effort::default();
                let checked = check(&run.scenario, ends, &mut baselines, &effort, &mut |_| ());
                let checked = checked.expect("a scenario within bounds");
                assert!(run.expected.is_met(&checked), "{}: {:?}", run.name, checked.harms());
                let property = hazard.property();
                let other = match run.expected {
                    Expected::Holds => {
                        Expected::Caught { property, harms: vec![], lost_good_runs: false }
                    }
                    Expected::Caught { .. } => Expected::Holds,
                };
                assert!(!other.is_met(&checked), "{}", run.name);
            }
        }
    }

    #[test]
    fn only_the_guilty_switch_is_flipped() {
        for hazard in hazards().expect("hazards") {
            let (switch, value) = hazard.guilty;
            let flipped = hazard.flipped().expect("a switch");
            assert_eq!(flipped.to_string(), format!("hyaline,{switch}={value}"));
        }
    }
}
