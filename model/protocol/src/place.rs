//! Where something is written.

use serde::Serialize;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourcePlace {
    /// The file's path: as a command was told it, or as the compiler was, which is told the paths
    /// of a workspace from its root. Parts of it stand between `/`.
    pub file: String,
    /// The line, from 1. None where it is not known.
    pub line: Option<usize>,
}

impl SourcePlace {
    /// The place at which the compiler has read something, by what `file!` and `line!` say of it:
    /// the path without the `..` of a module that lies in another folder.
    pub fn of_compiler(file: &str, line: u32) -> Self {
        let file = if cfg!(windows) { file.replace('\\', "/") } else { file.to_owned() };
        let mut parts: Vec<&str> = Vec::new();
        for part in file.split('/') {
            let leaves =
                part == ".." && parts.last().is_some_and(|last| !["", ".."].contains(last));
            if leaves {
                parts.pop();
            } else if part != "." {
                parts.push(part);
            }
        }
        Self { file: parts.join("/"), line: usize::try_from(line).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_no_detours() {
        for (told, short) in [
            ("src/main.rs", "src/main.rs"),
            ("tests/shown/../../examples/credit.rs", "examples/credit.rs"),
            ("./src/./client.rs", "src/client.rs"),
            ("../other/src/lib.rs", "../other/src/lib.rs"),
            ("/rust/../src/lib.rs", "/src/lib.rs"),
        ] {
            let place = SourcePlace::of_compiler(told, 7);
            assert_eq!((place.file.as_str(), place.line), (short, Some(7)));
        }
    }
}
