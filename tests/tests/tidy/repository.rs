//! The files of the repository.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::lexer;

/// What holds nothing that was written here. In a second worktree, `.git` is a file.
const NOT_SOURCES: [&str; 2] = [".git", "node_modules"];

/// A text file of the repository.
pub(crate) struct File {
    /// Its path below the repository's root, with `/` between the parts.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// A Rust source, with its code and its prose told apart.
pub(crate) struct Source {
    /// Its path below the repository's root, with `/` between the parts.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    /// The text with comments and string contents blanked.
    pub(crate) code: String,
    /// The text with all but comments and string contents blanked.
    pub(crate) prose: String,
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// Every text file of the repository, sorted by path.
pub(crate) fn files() -> io::Result<Vec<File>> {
    let root = root();
    let mut paths = Vec::new();
    collect(&root, &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        // A file that is not UTF-8 holds no text.
        let Ok(text) = String::from_utf8(fs::read(&path)?) else { continue };
        let below = path.strip_prefix(&root).unwrap_or(&path);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        files.push(File { path: parts.join("/"), text });
    }
    Ok(files)
}

/// Every Rust source of the repository, sorted by path.
pub(crate) fn sources() -> io::Result<Vec<Source>> {
    files()?
        .into_iter()
        .filter(|file| has_extension(&file.path, "rs"))
        .map(|File { path, text }| {
            let (code, prose) = lexer::separate(&text)
                .map_err(|error| io::Error::other(format!("{path}: {error}")))?;
            Ok(Source { path, text, code, prose })
        })
        .collect()
}

/// One file, by its path below the root.
pub(crate) fn read(path: &str) -> io::Result<String> {
    fs::read_to_string(root().join(path))
}

/// Does the path end in `.extension`?
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

/// The number of the line, from 1, in which the byte at `offset` stands.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if NOT_SOURCES.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            if !is_build_directory(&entry.path(), &name) {
                collect(&entry.path(), paths)?;
            }
        } else if kind.is_file() && !has_extension(&name, "log") {
            paths.push(entry.path());
        }
    }
    Ok(())
}

/// The packages of the workspace, as its manifest lists them.
pub(crate) fn members() -> io::Result<Vec<String>> {
    let manifest = read("Cargo.toml")?;
    let list = manifest.lines().find_map(|line| line.strip_prefix("members = ["));
    let list = list.and_then(|list| list.strip_suffix(']')).unwrap_or_default();
    let members: Vec<String> =
        list.split(',').map(|member| member.trim().trim_matches('"').to_owned()).collect();
    assert!(members.iter().any(|member| member == "runtime"), "the manifest lists no members");
    Ok(members)
}

/// Cargo marks the directories that it builds in; `.gitignore` names the same ones.
fn is_build_directory(path: &Path, name: &str) -> bool {
    name == "target" || name.starts_with("target-") || path.join("CACHEDIR.TAG").exists()
}

#[test]
fn the_walk_sees_every_member_of_the_workspace() {
    let sources = sources().unwrap();
    for member in members().unwrap() {
        let start = format!("{member}/");
        assert!(sources.iter().any(|source| source.path.starts_with(&start)), "{member}");
    }
}
