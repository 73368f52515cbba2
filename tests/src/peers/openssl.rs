//! OpenSSL's command line, as the other end.

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

    /// A server with the certificate and the private key in these files.
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

/// What an authority knows of its certificates, as `openssl ca` and `openssl ocsp` keep it.
struct Database {
    index: PathBuf,
    settings: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Database {
    fn new(authority: &Authority) -> Self {
        let (index, number) = (file(""), file("01\n"));
        let settings = format!(
            "[ca]\ndefault_ca = test\n[test]\ndatabase = {}\ncrlnumber = {}\ndefault_md = sha256\n",
            index.display(),
            number.display(),
        );
        let settings = file(settings);
        let (certificate, key) = (file(authority.pem()), file(authority.key_pem()));
        Self { index, settings, certificate, key }
    }

    /// Runs `openssl ca` with these arguments and this file behind them.
    fn run(&self, arguments: &[&str], path: &Path) {
        let mut command = openssl(&["ca", "-batch", "-config"]);
        command.arg(&self.settings).arg("-cert").arg(&self.certificate);
        succeed(command.arg("-keyfile").arg(&self.key).args(arguments).arg(path));
    }

    fn revoke(&self, identity: &IssuedIdentity) {
        let certificate = file(&identity.certificate_pem);
        self.run(&["-crl_reason", "keyCompromise", "-revoke"], &certificate);
    }
}

#[track_caller]
fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The revocation list of an authority that `openssl ca` writes, in PEM, with these certificates on
/// it.
#[must_use]
pub fn revocation_list(authority: &Authority, revoked: &[&IssuedIdentity]) -> PathBuf {
    let database = Database::new(authority);
    for identity in revoked {
        database.revoke(identity);
    }
    let list = file("");
    database.run(&["-gencrl", "-crldays", "7", "-out"], &list);
    list
}

/// The OCSP response of an authority that `openssl ocsp` writes, in DER, about this certificate.
#[must_use]
pub fn status_response(
    authority: &Authority,
    identity: &IssuedIdentity,
    is_revoked: bool,
) -> PathBuf {
    let database = Database::new(authority);
    let certificate = file(&identity.certificate_pem);
    match is_revoked {
        true => database.revoke(identity),
        false => database.run(&["-valid"], &certificate),
    }
    let response = file("");
    let Database { index, certificate: issuer, key, .. } = &database;
    let mut command = openssl(&["ocsp", "-ndays", "7", "-index"]);
    command.arg(index).arg("-rsigner").arg(issuer).arg("-rkey").arg(key).arg("-CA").arg(issuer);
    command.arg("-issuer").arg(issuer).arg("-cert").arg(&certificate);
    succeed(command.arg("-respout").arg(&response));
    response
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
