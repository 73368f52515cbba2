//! The versions of what was checked, and of what checked it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Whose version is told: what ships, its cryptography, and the search that checks.
pub const PACKAGES: [&str; 3] = ["hyaline", "ring", "stateright"];

/// The least version of rustc that builds it.
pub const RUSTC: &str = env!("CARGO_PKG_RUST_VERSION");

/// Why there are no versions.
#[derive(Debug)]
pub enum VersionsError {
    /// The text is no lock file.
    Lock(toml::de::Error),
    /// So many packages of this name are locked, where one is expected.
    Packages(&'static str, usize),
}

impl fmt::Display for VersionsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(error) => write!(formatter, "Cargo.lock cannot be read: {error}"),
            Self::Packages(name, count) => {
                write!(formatter, "Cargo.lock has {count} packages `{name}`, where one is expected")
            }
        }
    }
}

impl std::error::Error for VersionsError {}

/// The part of a lock file that is read.
#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

/// One package of it.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

/// The versions, from the text of `Cargo.lock`; by name.
///
/// # Errors
///
/// If the text is no lock file, or one of [`PACKAGES`] is not in it once.
pub fn versions(lock: &str) -> Result<BTreeMap<String, String>, VersionsError> {
    let lock: Lock = toml::from_str(lock).map_err(VersionsError::Lock)?;
    let mut versions = BTreeMap::from([("rustc, at least".to_owned(), RUSTC.to_owned())]);
    for name in PACKAGES {
        let found: Vec<_> = lock.package.iter().filter(|package| package.name == name).collect();
        let [package] = *found.as_slice() else {
            return Err(VersionsError::Packages(name, found.len()));
        };
        versions.insert(name.to_owned(), package.version.clone());
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n[[package]]\nname = \"hyaline\"\nversion = \"1.2.3\"\n\
        [[package]]\nname = \"ring\"\nversion = \"0.1.0\"\nsource = \"registry\"\n\
        [[package]]\nname = \"stateright\"\nversion = \"0.2.0\"\ndependencies = [\"ring\"]\n";

    #[test]
    fn the_versions_are_those_of_the_lock_file() {
        let versions = versions(LOCK).expect("versions");
        let of = |name: &str| versions.get(name).map(String::as_str);
        assert_eq!(of("hyaline"), Some("1.2.3"));
        assert_eq!(of("ring"), Some("0.1.0"));
        assert_eq!(of("stateright"), Some("0.2.0"));
        assert_eq!(of("rustc, at least"), Some(RUSTC));
        assert_eq!(versions.len(), PACKAGES.len() + 1);
    }

    #[test]
    fn a_package_that_is_missing_or_there_twice_has_no_version() {
        let missing = LOCK.replace("stateright", "other");
        let twice = LOCK.replace("stateright", "ring");
        let packages = |text: &str| match versions(text) {
            Err(VersionsError::Packages(name, count)) => Some((name, count)),
            _ => None,
        };
        assert_eq!(packages(&missing), Some(("stateright", 0)));
        assert_eq!(packages(&twice), Some(("ring", 2)));
        assert!(matches!(versions("package = 1"), Err(VersionsError::Lock(_))));
    }
}
