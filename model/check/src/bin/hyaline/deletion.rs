//! Tables from which a row is really deleted: a copy of the sources is changed and built.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use hyaline_model::table::Row;

/// A copy of what the command is built from, where one row after the other is deleted.
pub(crate) struct Copy {
    root: PathBuf,
}

/// What the command is built from, from the root of the repository.
const SOURCES: [&str; 3] = ["Cargo.lock", "codegen", "model"];

impl Copy {
    /// Copies the sources, to a directory for temporary files.
    pub(crate) fn new() -> io::Result<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = std::env::temp_dir().join(format!("hyaline-deletion-{}", std::process::id()));
        std::fs::create_dir_all(&root)?;
        let copy = Self { root };
        for source in SOURCES {
            copy_all(&repository.join(source), &copy.root.join(source))?;
        }
        let workspace = std::fs::read_to_string(repository.join("Cargo.toml"))?;
        std::fs::write(copy.root.join("Cargo.toml"), with_fewer_members(&workspace)?)?;
        Ok(copy)
    }

    /// Builds the command without the row, runs it, and returns what it says of its own table, or
    /// why it does not build.
    pub(crate) fn without(&self, row: &Row) -> io::Result<String> {
        let path = self.root.join(format!("model/src/table/{}.rs", row.machine.name()));
        let shipped = std::fs::read_to_string(&path)?;
        let Some(changed) = deleted(&shipped, row.text) else {
            return Ok(format!("not found in {}", path.display()));
        };
        std::fs::write(&path, changed)?;
        let said = self.build_and_run();
        std::fs::write(&path, shipped)?;
        said
    }

    fn build_and_run(&self) -> io::Result<String> {
        let build = Command::new("cargo")
            .args(["build", "--offline", "--quiet", "-p", "hyaline-check"])
            .env_remove("CARGO_TARGET_DIR")
            // The build takes longer than the exploration, so the build is kept cheap.
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .current_dir(&self.root)
            .output()?;
        if !build.status.success() {
            let errors = String::from_utf8_lossy(&build.stderr);
            let first = errors.lines().find(|line| line.starts_with("error"));
            return Ok(format!("it does not build: {}", first.unwrap_or("for no stated reason")));
        }
        let run = Command::new(self.root.join("target/debug/hyaline"))
            .args(["mutants", "--as-built"])
            .output()?;
        Ok(String::from_utf8_lossy(&run.stdout).trim().to_owned())
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // A copy that cannot be removed stays among the system's temporary files.
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return std::fs::copy(from, to).map(drop);
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The manifest of the workspace with those members alone that are copied.
fn with_fewer_members(workspace: &str) -> io::Result<String> {
    let split = || {
        let (before, rest) = workspace.split_once("\nmembers = [")?;
        let (_, after) = rest.split_once(']')?;
        Some((before, after))
    };
    let (before, after) =
        split().ok_or_else(|| io::Error::other("the workspace lists no members"))?;
    Ok(format!("{before}\nmembers = [\"codegen\", \"model\", \"model/check\"]{after}"))
}

/// A machine's source without the row of this text; nothing if it has no such row.
fn deleted(source: &str, text: &str) -> Option<String> {
    let without_space = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = without_space(text);
    let lines: Vec<&str> = source.lines().collect();
    let is_citation = |line: &&str| line.trim().starts_with("#[");
    let mut from = None;
    for (index, line) in lines.iter().enumerate() {
        if is_citation(line) {
            from.get_or_insert(index);
            continue;
        }
        let Some(first) = from else { continue };
        let row = lines.get(first..=index).unwrap_or_default();
        let written: String = row.iter().filter(|line| !is_citation(line)).copied().collect();
        let written = without_space(&written);
        if written == wanted {
            let rest = lines.get(index + 1..).unwrap_or_default();
            let kept: Vec<&str> = lines.iter().take(first).chain(rest).copied().collect();
            return Some(kept.join("\n") + "\n");
        }
        if !wanted.starts_with(&written) {
            from = None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_has_those_members_alone_that_are_copied() {
        let manifest = include_str!("../../../../../Cargo.toml");
        let fewer = with_fewer_members(manifest).expect("a workspace");
        assert!(fewer.contains("[\"codegen\", \"model\", \"model/check\"]"));
        assert!(!fewer.contains("runtime\", \"tests"));
        assert!(with_fewer_members("[package]\n").is_err());
    }

    #[test]
    fn a_row_is_deleted_with_its_citation_and_nothing_else_is() {
        let source = "rows {\n    #[rfc(\"1\")]\n    A + b => C {\n        D;\n    }\n    \
                      #[local(\"why\")]\n    A + b if c\n        and d => C {}\n}\n";
        let first = deleted(source, "A + b => C { D; }").expect("a row");
        assert_eq!(
            first,
            "rows {\n    #[local(\"why\")]\n    A + b if c\n        and d => C {}\n}\n"
        );
        let second = deleted(source, "A + b if c and d => C {}").expect("a row");
        assert_eq!(second, "rows {\n    #[rfc(\"1\")]\n    A + b => C {\n        D;\n    }\n}\n");
        assert_eq!(deleted(source, "A + b => D {}"), None);
    }
}
