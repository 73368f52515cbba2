//! OpenSSL's command line, as the other end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::certificates::{Authority, IssuedIdentity};
use crate::peers::files::{Files, file};
use crate::process::Process;

fn openssl(arguments: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments);
    command
}

/// `openssl s_server`, on a port that the system chooses.
pub struct SServer {
    /// Its process.
    pub process: Process,
    /// Where it listens.
    pub port: u16,
}

impl SServer {
    /// With `-rev` among the arguments it sends each line back in reverse; otherwise it sends what
    /// it reads from its input, and prints what it receives.
    #[track_caller]
    pub fn start(identity: &IssuedIdentity, arguments: &[&str]) -> Self {
        let files = Files::new(identity);
        Self::start_with(&files.certificate, &files.key, arguments)
    }

    /// With the certificate and the private key in these files.
    #[track_caller]
    pub fn start_with(certificate: &Path, key: &Path, arguments: &[&str]) -> Self {
        let mut command = openssl(&["s_server", "-accept", "127.0.0.1:0", "-tls1_3"]);
        command.arg("-cert").arg(certificate).arg("-key").arg(key).args(arguments);
        let process = Process::start(&mut command);
        process.output.wait_for("ACCEPT ");
        let text = process.output.wait_until(|bytes| {
            String::from_utf8_lossy(bytes).split("ACCEPT ").nth(1).is_some_and(|t| t.contains('\n'))
        });
        let text = String::from_utf8_lossy(&text).into_owned();
        let address = text.split("ACCEPT ").nth(1).and_then(|rest| rest.lines().next());
        let port = address.and_then(|address| address.rsplit(':').next()?.parse().ok());
        Self { process, port: port.unwrap_or_else(|| panic!("no port in {text}")) }
    }
}

/// The revocation list of an authority that `openssl ca` writes, in PEM, with these certificates on
/// it.
#[must_use]
pub fn revocation_list(authority: &Authority, revoked: &[&IssuedIdentity]) -> PathBuf {
    let (database, number) = (file(""), file("01\n"));
    let settings = format!(
        "[ca]\ndefault_ca = test\n[test]\ndatabase = {}\ncrlnumber = {}\ndefault_md = sha256\n",
        database.display(),
        number.display(),
    );
    let settings = file(settings);
    let (certificate, key) = (file(authority.pem()), file(authority.key_pem()));
    let run = |arguments: &[&str], path: &Path| {
        let mut command = openssl(&["ca", "-batch", "-config"]);
        command.arg(&settings).arg("-cert").arg(&certificate).arg("-keyfile").arg(&key);
        let output = command.args(arguments).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    for identity in revoked {
        run(&["-crl_reason", "keyCompromise", "-revoke"], &file(&identity.certificate_pem));
    }
    let list = file("");
    run(&["-gencrl", "-crldays", "7", "-out"], &list);
    // Besides the database OpenSSL keeps what it was before.
    for suffix in ["old", "attr", "attr.old"] {
        let _ = fs::remove_file(database.with_extension(suffix));
    }
    list
}

/// `openssl s_client`, which trusts `authority` and wants to talk to `localhost`: with TLS 1.3,
/// unless the arguments name another version.
#[track_caller]
pub fn s_client(authority: &Authority, port: u16, arguments: &[&str]) -> Process {
    let mut command = openssl(&["s_client", "-connect", &format!("127.0.0.1:{port}")]);
    if !arguments.iter().any(|argument| argument.starts_with("-tls1")) {
        command.arg("-tls1_3");
    }
    command.args(["-servername", "localhost", "-verify_return_error"]);
    command.arg("-CAfile").arg(file(authority.pem())).args(arguments);
    Process::start(&mut command)
}
