//! Whether another policy of ours avoids what is found opposite a peer, and what that costs.

use crate::opposite::finding::{Instance, Unexcused};
use crate::opposite::lattice::{flips, policies};
use crate::opposite::survey::{Arena, OpposeError};
use crate::search::bounds::Scenario;
use crate::search::profile::Profile;
use crate::side::Side;

/// Something that is found opposite one policy of the peer's.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Our side.
    pub side: Side,
    /// The peer's policy.
    pub peers: Profile,
    /// The finding.
    pub finding: Unexcused,
    /// The instance in which it was found.
    pub instance: Instance,
}

impl Case {
    /// The shortest given programs in which the case is found.
    ///
    /// # Errors
    ///
    /// As [`Arena::oppose`].
    pub fn example(&self) -> Result<Option<Scenario>, OpposeError> {
        self.example_with(Profile::HYALINE, &self.instance)
    }

    fn example_with(
        &self,
        ours: Profile,
        instance: &Instance,
    ) -> Result<Option<Scenario>, OpposeError> {
        for scenario in instance.scenarios() {
            if self.is_found(&Arena::of(&scenario)?, ours)? {
                return Ok(Some(scenario));
            }
        }
        Ok(None)
    }

    fn is_found(&self, arena: &Arena, ours: Profile) -> Result<bool, OpposeError> {
        Ok(self.instance_with(arena, ours)?.is_some())
    }

    fn instance_with(&self, arena: &Arena, ours: Profile) -> Result<Option<Instance>, OpposeError> {
        let opposed = arena.oppose(self.side, ours, self.peers)?;
        Ok(opposed.findings.get(&self.finding).copied())
    }

    /// The least policies of ours that avoid the case in all programs, those that are one call
    /// longer included: no part of their flips does. A policy is tried on given programs first,
    /// which is quick; each exploration of all programs that finds the case adds two programs to
    /// these.
    ///
    /// # Errors
    ///
    /// As [`Arena::oppose`].
    pub fn evasions(&self, arena: &Arena, longer: &Arena) -> Result<Vec<Profile>, OpposeError> {
        let mut candidates = policies();
        candidates.sort_by_key(|policy| flips(policy).len());
        let mut refutations = Vec::new();
        if let Some(example) = self.example()? {
            refutations.push(Arena::of(&example)?);
        }
        let mut evasions: Vec<Profile> = Vec::new();
        for ours in candidates {
            let own = flips(&ours);
            let is_refuted = |refutation: &Arena| self.is_found(refutation, ours);
            let has_part = evasions.iter().any(|known| flips(known).is_subset(&own));
            if has_part || any(&refutations, is_refuted)? {
                continue;
            }
            let instance = match self.instance_with(arena, ours)? {
                None => self.instance_with(longer, ours)?,
                found => found,
            };
            match instance {
                Some(instance) => {
                    if let Some(example) = self.example_with(ours, &instance)? {
                        refutations.push(Arena::of(&example)?);
                    }
                }
                None => evasions.push(ours),
            }
        }
        Ok(evasions)
    }
}

/// Whether some item is so. The last item is asked first.
fn any<T>(
    items: &[T],
    is_so: impl Fn(&T) -> Result<bool, OpposeError>,
) -> Result<bool, OpposeError> {
    for item in items.iter().rev() {
        if is_so(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
