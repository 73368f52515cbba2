//! `hyaline completions` and `hyaline man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

pub(super) const COMPLETIONS: &str = "\
Examples:
  hyaline completions bash > ~/.local/share/bash-completion/completions/hyaline
  hyaline completions fish > ~/.config/fish/completions/hyaline.fish";

pub(super) const MANUAL: &str = "\
Examples:
  hyaline man | man -l -
  hyaline man ~/.local/share/man/man1";

/// `hyaline completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `hyaline man`.
#[derive(Debug, Args)]
pub(crate) struct ManualArguments {
    /// Where the pages of this command and of each below go; the directory must be there. Without
    /// it the page of this command is printed
    #[arg(value_name = "DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
}
