//! What there is to choose from, and what stands in the table.

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_check::relay::script::Copying;
use hyaline_check::report::assumptions;
use hyaline_check::runs::buffers::NAMED_BUFFERS;
use hyaline_check::runs::libraries::{LIBRARIES, Library};
use hyaline_check::search::profile::{Profile, flippable};
use hyaline_model::table::FINGERPRINT;
use serde::Serialize;

use crate::exercises::{Exercise, exercises};
use crate::gallery::{HazardShown, hazards};
use crate::machines::{MachineShown, RowShown, machines, rows};
use hyaline_check::runs::written::{CERTIFICATES, RESETS, TIMERS, VANISHINGS};

/// All that a page has to know before it asks.
#[derive(Debug, Serialize)]
pub struct Catalogue {
    /// The fingerprint of the table and the shipped policy.
    pub fingerprint: &'static str,
    /// The fingerprint of the world in which verdicts hold.
    pub world: &'static str,
    /// Under what verdicts hold.
    pub assumptions: String,
    /// Profiles with a name.
    pub profiles: Vec<ProfileShown>,
    /// The switches that can be flipped.
    pub switches: Vec<SwitchShown>,
    /// Buffers with a name.
    pub buffers: Vec<BuffersShown>,
    /// Words for the certificate of the client.
    pub certificates: Vec<&'static str>,
    /// Words for what a RST does to unread data.
    pub resets: Vec<&'static str>,
    /// Words for how a relay copies, and what each means.
    pub copyings: Vec<(&'static str, String)>,
    /// Words for whether a host may vanish.
    pub vanishings: Vec<&'static str>,
    /// Words for when timers may expire.
    pub timers: Vec<&'static str>,
    /// The machines of the table.
    pub machines: Vec<MachineShown>,
    /// The rows of the table.
    pub rows: Vec<RowShown>,
    /// The hazards.
    pub hazards: Vec<HazardShown>,
    /// The exercises.
    pub exercises: &'static [Exercise],
}

/// A profile with a name.
#[derive(Debug, Serialize)]
pub struct ProfileShown {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// How each switch stands.
    pub settings: Vec<(String, String)>,
    /// What is known of a library, and how; nothing of our own profiles.
    pub known: Vec<ClaimShown>,
}

/// A claim about a library.
#[derive(Debug, Serialize)]
pub struct ClaimShown {
    /// The switch that says it; nothing where none does.
    pub switch: Option<String>,
    /// How it is known.
    pub evidence: &'static str,
    /// What the library does.
    pub claim: &'static str,
}

/// A switch.
#[derive(Debug, Serialize)]
pub struct SwitchShown {
    /// Its name.
    pub name: String,
    /// How it can stand.
    pub values: Vec<String>,
}

/// Buffers with a name.
#[derive(Debug, Serialize)]
pub struct BuffersShown {
    /// The name.
    pub name: &'static str,
    /// Capacity of each send queue, in records.
    pub send: u8,
    /// Capacity of each receive queue, in records.
    pub receive: u8,
    /// What it stands for.
    pub meaning: &'static str,
}

/// The catalogue.
///
/// # Errors
///
/// If what is built in cannot be read.
pub fn catalogue() -> Result<Catalogue, String> {
    let switches = flippable().map(|(name, values)| SwitchShown { name, values });
    let buffers = NAMED_BUFFERS.iter().map(|buffers| BuffersShown {
        name: buffers.name,
        send: buffers.send,
        receive: buffers.receive,
        meaning: buffers.meaning,
    });
    Ok(Catalogue {
        fingerprint: FINGERPRINT,
        world: WORLD_FINGERPRINT,
        assumptions: assumptions(),
        profiles: profiles().map_err(|error| error.to_string())?,
        switches: switches.collect(),
        buffers: buffers.collect(),
        certificates: CERTIFICATES.map(|one| one.word()).to_vec(),
        resets: RESETS.map(|(word, _)| word).to_vec(),
        copyings: Copying::ALL.map(|one| (one.word(), one.to_string())).to_vec(),
        vanishings: VANISHINGS.map(|(word, _)| word).to_vec(),
        timers: TIMERS.map(|(word, _)| word).to_vec(),
        machines: machines()?,
        rows: rows(),
        hazards: hazards().map_err(|error| error.to_string())?,
        exercises: exercises()?,
    })
}

fn profiles() -> Result<Vec<ProfileShown>, hyaline_check::search::profile::ProfileError> {
    let own = |name, title, profile: Profile| ProfileShown {
        name,
        title,
        settings: profile.settings().collect(),
        known: Vec::new(),
    };
    let mut profiles = vec![
        own("hyaline", "Hyaline: what ships", Profile::HYALINE),
        own("naive", "What a straightforward blocking library does", Profile::NAIVE),
    ];
    for library in &LIBRARIES {
        profiles.push(ProfileShown {
            name: library.name,
            title: library.title,
            settings: library.profile()?.settings().collect(),
            known: claims(library),
        });
    }
    Ok(profiles)
}

fn claims(library: &Library) -> Vec<ClaimShown> {
    let switches = library.switches.iter().map(|known| ClaimShown {
        switch: Some(format!("{}={}", known.switch, known.value)),
        evidence: known.evidence.word(),
        claim: known.claim,
    });
    let beyond = library.beyond.iter().map(|known| ClaimShown {
        switch: None,
        evidence: known.evidence.word(),
        claim: known.claim,
    });
    switches.chain(beyond).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyaline_check::runs::written::{AskedScenario, WrittenScenario};

    #[test]
    fn every_profile_and_buffer_of_the_catalogue_can_be_asked_for() {
        let catalogue = catalogue().expect("a catalogue");
        for profile in &catalogue.profiles {
            for buffers in &catalogue.buffers {
                let written = WrittenScenario {
                    client_program: "close".to_owned(),
                    server_program: "close".to_owned(),
                    client: Some(profile.name.to_owned()),
                    server: Some(profile.name.to_owned()),
                    buffers: Some(buffers.name.to_owned()),
                    ..WrittenScenario::default()
                };
                let asked = AskedScenario::read(&written).expect("a scenario");
                let settings: Vec<_> = asked.policies().client.settings().collect();
                assert_eq!(settings, profile.settings);
                assert_eq!(asked.scenario.send, buffers.send);
            }
        }
        assert!(catalogue.profiles.len() > LIBRARIES.len());
    }
}
