//! What the model says.

use hyaline_check::runs::hazards::demonstration::Version;
use hyaline_check::runs::hazards::entry::catalogue;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::endpoints_of;
use hyaline_check::search::scenario::{Baselines, check};

/// Whether a server of this profile is harmed by this hazard, in the hazard's own scenario.
pub(crate) fn is_harmed(hazard: &str, profile: &str) -> bool {
    let entry = catalogue().unwrap().iter().find(|entry| entry.number == hazard).unwrap();
    let shown = entry.demonstration().unwrap().unwrap();
    let scenario = shown.scenario(Version::Endangered);
    let mut profiles = shown.profiles(Version::Endangered).unwrap();
    profiles.server = profile.parse::<NamedProfile>().unwrap().profile();
    let (ends, effort) = (endpoints_of(&scenario, &profiles), Effort::default());
    let checked = check(&scenario, ends, &mut Baselines::default(), &effort, &mut |_| ()).unwrap();
    shown.expected(Version::Endangered).is_met(&checked)
}
