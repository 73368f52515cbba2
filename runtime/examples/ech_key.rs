//! Makes a key for which clients encrypt their ClientHello (RFC 9849), for the example `server`.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser;
use hyaline::EchKey;

/// Make a key with which a server reads an encrypted ClientHello.
///
/// Writes FILE, which must not be there yet, in the form of RFC 9934: the private key, and what
/// clients have to know. Only its owner can read it. Prints what clients have to know as base64
/// text: that goes into DNS, as `ech` of the HTTPS record of each name that the server has.
#[derive(Parser)]
#[command(name = "ech_key", after_help = AFTER_HELP)]
struct Arguments {
    /// The name that everybody can read in place of the encrypted one. The server needs a
    /// certificate for it.
    public_name: String,

    /// Where to write the key.
    file: PathBuf,

    /// A number by which the server finds the key: another one for each key that is in use.
    #[arg(long, value_name = "N", default_value_t = 0)]
    id: u8,
}

const AFTER_HELP: &str = "\
Examples:
  certificates --name localhost --name public.example try
  ech_key public.example try/ech.pem > try/ech.txt
  server --cert try/server.pem --key try/server.key --ech-key try/ech.pem 127.0.0.1:4433
  client --ca try/ca.pem --ech try/ech.txt localhost:4433";

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "ech_key: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let key = EchKey::generate(arguments.id, &arguments.public_name)?;
    write_secret(&arguments.file, key.to_pem().as_bytes())
        .map_err(|error| format!("{}: {error}", arguments.file.display()))?;
    writeln!(io::stdout(), "{}", STANDARD.encode(key.config_list().as_bytes()))?;
    Ok(())
}

/// Writes a new file that only its owner can read.
fn write_secret(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text)
}
