//! RSA keys for RSASSA-PSS only, and certificates for them and by them, as OpenSSL and GnuTLS make
//! them. rcgen makes none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::certificates::{Authority, IssuedIdentity};
use crate::peers::files::file;

/// By which parameters a key is restricted to one hash, whose signatures have a salt as long as it
/// is. Each is a name of OpenSSL's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// No parameters: any hash.
    None,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Restriction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The hash, and its length in bytes.
    fn hash(self) -> Option<(&'static str, u32)> {
        match self {
            Self::None => None,
            Self::Sha256 => Some(("sha256", 32)),
            Self::Sha384 => Some(("sha384", 48)),
            Self::Sha512 => Some(("sha512", 64)),
        }
    }

    /// The hash of what such a key signs here.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.hash().map_or("sha256", |(name, _)| name)
    }
}

/// What a program is given to sign with.
struct SigningArguments {
    hash: String,
    /// OpenSSL uses the longest salt that there is, unless the key is restricted.
    salt: &'static [&'static str],
}

impl SigningArguments {
    fn of(restriction: Restriction) -> Self {
        let salt: &[&str] = match restriction {
            Restriction::None => &["-sigopt", "rsa_pss_saltlen:digest"],
            _ => &[],
        };
        Self { hash: format!("-{}", restriction.name()), salt }
    }
}

/// Runs a program to its end, which is to be a good one.
#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// A private key that `openssl genpkey` makes, in a file.
fn openssl_key(restriction: Restriction) -> PathBuf {
    let key = file("");
    let mut command = Command::new("openssl");
    command.args(["genpkey", "-quiet", "-algorithm", "RSA-PSS", "-pkeyopt"]);
    command.arg("rsa_keygen_bits:2048");
    if let Some((hash, length)) = restriction.hash() {
        command.args(["-pkeyopt", &format!("rsa_pss_keygen_md:{hash}")]);
        command.args(["-pkeyopt", &format!("rsa_pss_keygen_mgf1_md:{hash}")]);
        command.args(["-pkeyopt", &format!("rsa_pss_keygen_saltlen:{length}")]);
    }
    run(command.arg("-out").arg(&key));
    key
}

/// An authority with such a key, which OpenSSL makes.
#[must_use]
pub fn openssl_authority(restriction: Restriction) -> Authority {
    let (certificate, key) = (file(""), openssl_key(restriction));
    let SigningArguments { hash, salt } = SigningArguments::of(restriction);
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-new", "-days", "7", "-subj", "/CN=RSASSA-PSS authority"]);
    command.args(["-addext", "basicConstraints=critical,CA:TRUE"]);
    command.args(["-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
    command.arg(hash).args(salt).arg("-key").arg(&key).arg("-out").arg(&certificate);
    run(&mut command);
    Authority::foreign(text(&certificate), text(&key))
}

/// A certificate for a new key of this restriction, which OpenSSL signs in the name of the
/// authority. Where that has an RSASSA-PSS key, too, its restriction comes with it.
#[must_use]
pub fn openssl_identity(
    (authority, its_restriction): (&Authority, Option<Restriction>),
    restriction: Restriction,
    purpose: &str,
) -> IssuedIdentity {
    let (certificate, public_key) = (file(""), file(""));
    let key = openssl_key(restriction);
    let mut command = Command::new("openssl");
    run(command.args(["pkey", "-pubout", "-in"]).arg(&key).arg("-out").arg(&public_key));
    let extensions = file(format!(
        "subjectAltName = DNS:localhost, IP:127.0.0.1\nkeyUsage = digitalSignature\n\
         extendedKeyUsage = {purpose}\nbasicConstraints = CA:FALSE\n"
    ));
    let mut command = Command::new("openssl");
    command.args(["x509", "-new", "-days", "7", "-subj", "/CN=Hyaline test", "-force_pubkey"]);
    command.arg(&public_key).arg("-CA").arg(file(authority.pem()));
    command.arg("-CAkey").arg(file(authority.key_pem())).arg("-extfile").arg(extensions);
    if let Some(restriction) = its_restriction {
        let SigningArguments { hash, salt } = SigningArguments::of(restriction);
        command.arg(hash).args(salt);
    }
    run(command.arg("-out").arg(&certificate));
    IssuedIdentity::foreign(text(&certificate), text(&key))
}

/// The section of a file in PEM that begins with this line: `certtool` tells more of a key before.
fn section(path: &Path, begin: &str) -> String {
    let whole = text(path);
    let start = whole.find(begin).unwrap_or_else(|| panic!("no {begin} in {whole}"));
    whole.get(start..).unwrap_or_default().to_owned()
}

/// A private key that `certtool` makes, in a file.
fn gnutls_key(restriction: Restriction) -> PathBuf {
    let key = file("");
    let mut command = Command::new("certtool");
    command.args(["--generate-privkey", "--key-type", "rsa-pss", "--bits", "2048"]);
    if let Some((hash, length)) = restriction.hash() {
        command.args(["--hash", hash, "--salt-size", &length.to_string()]);
    }
    run(command.arg("--outfile").arg(&key));
    file(section(&key, "-----BEGIN PRIVATE KEY"))
}

/// An authority with such a key, and the certificate of a server or a client with another, which
/// GnuTLS makes.
#[must_use]
pub fn gnutls_authority_and_identity(
    restriction: Restriction,
    purpose: &str,
) -> (Authority, IssuedIdentity) {
    let [authority_key, own_key] = [(); 2].map(|()| gnutls_key(restriction));
    let [authority, own] = [(); 2].map(|()| file(""));
    let of_authority = "cn = \"RSASSA-PSS authority\"\nca\ncert_signing_key\nexpiration_days = 7\n";
    let mut command = Command::new("certtool");
    command.args(["--generate-self-signed", "--hash", restriction.name(), "--template"]);
    command.arg(file(of_authority)).arg("--load-privkey").arg(&authority_key);
    run(command.arg("--outfile").arg(&authority));
    let of_own = format!(
        "cn = \"Hyaline test\"\ndns_name = localhost\nip_address = 127.0.0.1\nsigning_key\n\
         {purpose}\nexpiration_days = 7\n"
    );
    let mut command = Command::new("certtool");
    command.args(["--generate-certificate", "--hash", restriction.name(), "--template"]);
    command.arg(file(of_own)).arg("--load-privkey").arg(&own_key);
    command.arg("--load-ca-privkey").arg(&authority_key);
    command.arg("--load-ca-certificate").arg(&authority);
    run(command.arg("--outfile").arg(&own));
    let identity = IssuedIdentity::foreign(section(&own, "-----BEGIN"), text(&own_key));
    (Authority::foreign(section(&authority, "-----BEGIN"), text(&authority_key)), identity)
}
