//! `hyaline new`: a crate with a protocol to begin with.

mod name;

use std::fs;
use std::io;
use std::path::Path;

use crate::CommandStatus;
use crate::arguments::NewArguments;
use crate::screen::{CommandError, write};

/// The files of the crate. `{{name}}` stands for its name, `{{dependency}}` for what it depends on.
const TEMPLATE: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("template/manifest.txt")),
    ("README.md", include_str!("template/readme.txt")),
    (".gitignore", "/target\n"),
    ("src/main.rs", include_str!("template/main.rs")),
];

pub(crate) fn run(arguments: &NewArguments) -> Result<CommandStatus, CommandError> {
    let name = &arguments.name;
    name::check(name).map_err(CommandError::Usage)?;
    let dependency = match &arguments.path {
        Some(checkout) => of_checkout(checkout)?,
        None => format!("\"{}\"", env!("CARGO_PKG_VERSION")),
    };
    let failed = |path: &Path, error: io::Error| {
        CommandError::File(format!("{} cannot be written: {error}", path.display()))
    };
    let root = Path::new(name);
    // A folder that is there already is left as it is.
    fs::create_dir(root).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CommandError::File(format!(
            "`{name}` is there already: choose another name, or remove it"
        )),
        _ => failed(root, error),
    })?;
    for (file, text) in TEMPLATE {
        let path = root.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        }
        let text = text.replace("{{name}}", name).replace("{{dependency}}", &dependency);
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    write(&format!(
        "{name} is written; it has a deadlock. Run: cd {name} && cargo run -- check --rows\n\
         and then repair it, as src/main.rs says.\n"
    ))?;
    Ok(CommandStatus::Holds)
}

/// The dependency on the package of a checkout of Hyaline.
fn of_checkout(checkout: &Path) -> Result<String, CommandError> {
    let package = checkout.join("model").join("protocol");
    let package = package.canonicalize().ok().filter(|path| path.join("Cargo.toml").is_file());
    let Some(package) = package else {
        return Err(CommandError::Usage(format!(
            "{} is no checkout of Hyaline: there is no model/protocol/Cargo.toml in it",
            checkout.display()
        )));
    };
    // A path in quotes of its own needs no escapes in TOML, and no path has such a quote in it.
    let path = package.display().to_string();
    match path.contains('\'') {
        true => Err(CommandError::Usage(format!(
            "{path}: a manifest cannot name a path with a single quote in it; move the checkout"
        ))),
        false => Ok(format!("{{ path = '{path}' }}")),
    }
}
