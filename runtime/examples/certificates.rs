//! Makes a certification authority, a server certificate and a client certificate to try with.
//!
//! The examples `server` and `client`, and `openssl s_server` and `s_client`, take the files as
//! they are.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::{Parser, ValueEnum};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SignatureAlgorithm,
};

const SECONDS_PER_DAY: u64 = 86_400;

/// Make a CA, a server certificate and a client certificate, as PEM files, to try TLS with.
///
/// Writes into DIRECTORY, which is created if need be (files of the same names are replaced):
///
///   ca.pem      the CA's certificate: what the other side trusts
///   server.pem  the server's certificate, for the names given
///   server.key  its private key (PKCS#8)
///   client.pem  the client's certificate
///   client.key  its private key (PKCS#8)
///
/// The CA's own private key is not kept: run the command again for other certificates.
/// These certificates are for trying things out on your own machine and for nothing else.
#[derive(Parser)]
#[command(name = "certificates", verbatim_doc_comment, after_help = AFTER_HELP)]
struct Arguments {
    /// Where to write the files.
    directory: PathBuf,

    /// A name or an IP address of the server; may be given several times.
    #[arg(long = "name", value_name = "NAME",
          default_values = ["localhost", "127.0.0.1", "::1"])]
    names: Vec<String>,

    /// The kind of key to make, for the CA as for both leaves.
    #[arg(long, value_enum, default_value_t = KeyKind::P256)]
    key_kind: KeyKind,

    /// Use this private key (PKCS#8 PEM) for the server instead of a new one: the way to a
    /// server with an RSA key, which this program cannot make.
    #[arg(long, value_name = "PEM")]
    server_key: Option<PathBuf>,

    /// For how many days from now the certificates are valid. With 0 they expired an hour ago.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16))]
    days: u16,
}

const AFTER_HELP: &str = "\
Examples:
  certificates try
  openssl s_server -accept 127.0.0.1:4433 -cert try/server.pem -key try/server.key -tls1_3
  openssl s_client -connect 127.0.0.1:4433 -servername localhost -CAfile try/ca.pem \\
      -verify_return_error -tls1_3

An RSA server:
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out try/rsa.key
  certificates try --server-key try/rsa.key";

/// Kinds of keys that can be made here.
#[derive(Clone, Copy, ValueEnum)]
enum KeyKind {
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// Ed25519.
    Ed25519,
}

impl KeyKind {
    fn algorithm(self) -> &'static SignatureAlgorithm {
        match self {
            Self::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Self::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Self::Ed25519 => &rcgen::PKCS_ED25519,
        }
    }

    /// Makes a key that OpenSSL can read too.
    fn generate(self) -> Result<KeyPair, Box<dyn Error>> {
        let key = KeyPair::generate_for(self.algorithm())?;
        Ok(match self {
            Self::P256 | Self::P384 => key,
            Self::Ed25519 => {
                let short = without_public_key(&key.serialize_der()).ok_or("not as expected")?;
                KeyPair::try_from(short.as_slice())?
            }
        })
    }
}

/// An Ed25519 key in PKCS#8 (RFC 8410 section 7) without its public key.
///
/// With the public key it is of version 2 (RFC 5958 section 2), which OpenSSL 3.0 cannot read.
fn without_public_key(pkcs8: &[u8]) -> Option<Vec<u8>> {
    // SEQUENCE of the version 0, the algorithm 1.3.101.112, and an OCTET STRING of one of 32 bytes.
    const FRONT: [u8; 16] = [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 34, 4, 32];
    let (front, rest) = pkcs8.split_at_checked(FRONT.len())?;
    let is_as_expected = front.get(5..) == FRONT.get(5..);
    is_as_expected.then(|| rest.get(..32).map(|seed| [&FRONT[..], seed].concat()))?
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("certificates: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let algorithm = arguments.key_kind.algorithm();
    let authority = authority(algorithm, arguments.days)?;

    let server_key = match &arguments.server_key {
        Some(path) => KeyPair::from_pem(&read(path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?,
        None => arguments.key_kind.generate()?,
    };
    let mut server = leaf("Hyaline example server", arguments.days, &arguments.names)?;
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let server = server.signed_by(&server_key, &authority)?;

    let client_key = arguments.key_kind.generate()?;
    let mut client = leaf("Hyaline example client", arguments.days, &[])?;
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let client = client.signed_by(&client_key, &authority)?;

    let directory = &arguments.directory;
    fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let names = arguments.names.join(", ");
    write(directory, "ca.pem", &authority.pem(), "the CA's certificate")?;
    write(directory, "server.pem", &server.pem(), &format!("the server's, for {names}"))?;
    write_secret(directory, "server.key", &server_key.serialize_pem(), "its private key")?;
    write(directory, "client.pem", &client.pem(), "the client's certificate")?;
    write_secret(directory, "client.key", &client_key.serialize_pem(), "its private key")?;
    Ok(())
}

/// Makes the certification authority.
fn authority(
    algorithm: &'static SignatureAlgorithm,
    days: u16,
) -> Result<CertifiedIssuer<'static, KeyPair>, Box<dyn Error>> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, "Hyaline example CA");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut parameters, days);
    Ok(CertifiedIssuer::self_signed(parameters, KeyPair::generate_for(algorithm)?)?)
}

/// What both leaves have in common.
fn leaf(
    common_name: &str,
    days: u16,
    names: &[String],
) -> Result<CertificateParams, Box<dyn Error>> {
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.use_authority_key_identifier_extension = true;
    set_validity(&mut parameters, days);
    Ok(parameters)
}

/// Valid from a day ago (clocks differ) until `days` from now.
fn set_validity(parameters: &mut CertificateParams, days: u16) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let hour_ago = now.saturating_sub(Duration::from_secs(3_600));
    let end = match days {
        0 => hour_ago,
        days => now + Duration::from_secs(u64::from(days) * SECONDS_PER_DAY),
    };
    parameters.not_before = epoch + now.saturating_sub(Duration::from_secs(SECONDS_PER_DAY));
    parameters.not_after = epoch + end;
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    Ok(fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn write(directory: &Path, name: &str, text: &str, what: &str) -> Result<(), Box<dyn Error>> {
    let path = directory.join(name);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}  {what}", path.display());
    Ok(())
}

/// Like [`write`], into a file that only its owner can read.
fn write_secret(
    directory: &Path,
    name: &str,
    text: &str,
    what: &str,
) -> Result<(), Box<dyn Error>> {
    let path = directory.join(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A new file always: the mode of an old one would stay as it is.
    if path.exists() {
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let mut file = options.open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    file.write_all(text.as_bytes()).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}  {what}", path.display());
    Ok(())
}
