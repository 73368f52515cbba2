//! Certificates, keys and revocation lists from PEM (RFC 7468), as tools write it: whatever
//! stands outside of the sections is passed over, in any encoding.

mod base64;

use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs1KeyDer,
    PrivatePkcs8KeyDer, PrivateSec1KeyDer, SubjectPublicKeyInfoDer,
};
use zeroize::Zeroizing;

use crate::{ConfigurationError, Error};

/// All certificates of a PEM file, in its order.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = rcgen::KeyPair::generate()?;
/// let certificate = rcgen::CertificateParams::default().self_signed(&key)?;
/// let chain = hyaline::pem::certificates(certificate.pem().as_bytes())?;
/// assert_eq!(chain, [certificate.der().clone()]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`ConfigurationError::BadPem`] when there is none; [`ConfigurationError::DamagedPem`].
pub fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut found = Vec::new();
    for section in sections(pem) {
        // The second label is one of old tools.
        if matches!(section.label, b"CERTIFICATE" | b"X509 CERTIFICATE") {
            found.push(std::mem::take(&mut *section.contents("CERTIFICATE")?).into());
        }
    }
    if found.is_empty() { Err(ConfigurationError::BadPem.into()) } else { Ok(found) }
}

/// All revocation lists of a PEM file, in its order. [`RevocationLists`](crate::RevocationLists)
/// shows how to use them.
///
/// # Errors
///
/// [`ConfigurationError::BadPem`] when there is none; [`ConfigurationError::DamagedPem`].
pub fn revocation_lists(pem: &[u8]) -> Result<Vec<CertificateRevocationListDer<'static>>, Error> {
    let mut found = Vec::new();
    for section in sections(pem).into_iter().filter(|section| section.label == b"X509 CRL") {
        found.push(std::mem::take(&mut *section.contents("X509 CRL")?).into());
    }
    if found.is_empty() { Err(ConfigurationError::BadPem.into()) } else { Ok(found) }
}

/// All public keys of a PEM file, in its order: each a SubjectPublicKeyInfo, as `openssl pkey
/// -pubout` writes it. [`RawPublicKeys`](crate::RawPublicKeys) shows how to use them.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = rcgen::KeyPair::generate()?;
/// let keys = hyaline::pem::public_keys(key.public_key_pem().as_bytes())?;
/// assert_eq!(keys.len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`ConfigurationError::BadPem`] when there is none; [`ConfigurationError::DamagedPem`].
pub fn public_keys(pem: &[u8]) -> Result<Vec<SubjectPublicKeyInfoDer<'static>>, Error> {
    let mut found = Vec::new();
    for section in sections(pem).into_iter().filter(|section| section.label == b"PUBLIC KEY") {
        found.push(std::mem::take(&mut *section.contents("PUBLIC KEY")?).into());
    }
    if found.is_empty() { Err(ConfigurationError::BadPem.into()) } else { Ok(found) }
}

/// The first private key of a PEM file that is not encrypted, in PKCS#8, PKCS#1 or SEC1.
///
/// Nothing of it stays in memory but what is returned. That, and `pem`, are the caller's to wipe,
/// with [`zeroize`](https://docs.rs/zeroize) for instance; a configuration wipes the key that it is
/// given.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = rcgen::KeyPair::generate()?;
/// let loaded = hyaline::pem::private_key(key.serialize_pem().as_bytes())?;
/// assert_eq!(loaded.secret_der(), key.serialize_der());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`ConfigurationError::EncryptedPrivateKey`] when it is there and encrypted;
/// [`ConfigurationError::BadPrivateKey`] when it is in another format, such as that of OpenSSH;
/// [`ConfigurationError::BadPem`] when there is none; [`ConfigurationError::DamagedPem`].
pub fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, Error> {
    let mut refusal = ConfigurationError::BadPem;
    for section in sections(pem) {
        let is_key = section.label.ends_with(b"PRIVATE KEY");
        if is_key && section.is_encrypted() {
            refusal = ConfigurationError::EncryptedPrivateKey;
            continue;
        }
        match section.label {
            b"PRIVATE KEY" => {
                let key = std::mem::take(&mut *section.contents("PRIVATE KEY")?);
                return Ok(PrivatePkcs8KeyDer::from(key).into());
            }
            b"RSA PRIVATE KEY" => {
                let key = std::mem::take(&mut *section.contents("RSA PRIVATE KEY")?);
                return Ok(PrivatePkcs1KeyDer::from(key).into());
            }
            b"EC PRIVATE KEY" => {
                let key = std::mem::take(&mut *section.contents("EC PRIVATE KEY")?);
                return Ok(PrivateSec1KeyDer::from(key).into());
            }
            other if is_key && refusal == ConfigurationError::BadPem => {
                let format = other.escape_ascii();
                let reason = format!("its format, {format}, is none of PKCS#8, PKCS#1 and SEC1");
                refusal = ConfigurationError::BadPrivateKey { reason: reason.into() };
            }
            _ => {}
        }
    }
    Err(refusal.into())
}

/// What the first section of this label holds.
///
/// # Errors
/// [`ConfigurationError::BadPem`] when there is none; [`ConfigurationError::DamagedPem`].
pub(crate) fn first(pem: &[u8], label: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let found = sections(pem).into_iter().find(|section| section.label == label.as_bytes());
    found.ok_or(ConfigurationError::BadPem)?.contents(label)
}

/// The PEM of these sections, each a label with what it holds.
pub(crate) fn write(sections: &[(&str, &[u8])]) -> Zeroizing<String> {
    // This never grows: the memory that it would grow out of would keep a copy.
    let longest = |(label, contents): &(&str, &[u8])| 2 * (label.len() + 18) + 2 * contents.len();
    let mut text = Zeroizing::new(String::with_capacity(sections.iter().map(longest).sum()));
    for (label, contents) in sections {
        text.extend(["-----BEGIN ", label, "-----\n"]);
        for line in contents.chunks(BYTES_OF_LINE) {
            base64::encode(line, &mut text);
            text.push('\n');
        }
        text.extend(["-----END ", label, "-----\n"]);
    }
    text
}

/// How many bytes a line of 64 characters encodes (RFC 7468 section 2).
const BYTES_OF_LINE: usize = 48;

/// What stands between two lines of dashes.
struct Section<'a> {
    label: &'a [u8],
    lines: Vec<&'a [u8]>,
    is_complete: bool,
}

impl Section<'_> {
    /// Both ways in which OpenSSL encrypts a key: the first is PKCS#8, the second has a header.
    fn is_encrypted(&self) -> bool {
        let is_header =
            |line: &&[u8]| line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED");
        self.label == b"ENCRYPTED PRIVATE KEY" || self.lines.iter().any(is_header)
    }

    /// What is encoded here. Headers (RFC 1421) are passed over. `label` is what the section is
    /// called in errors.
    fn contents(&self, label: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let damaged = |reason: String| ConfigurationError::DamagedPem { reason: reason.into() };
        if !self.is_complete {
            return Err(damaged(format!("the {label} does not end")).into());
        }
        let lines = self.lines.iter().copied().filter(|line| !line.contains(&b':'));
        let decoded = base64::decode(lines);
        decoded.ok_or_else(|| damaged(format!("the {label} is not base64")).into())
    }
}

/// The sections of a file. Lines end in any of the three ways; the file may begin with the mark by
/// which Windows tells UTF-8.
fn sections(pem: &[u8]) -> Vec<Section<'_>> {
    let pem = pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem);
    let mut found = Vec::new();
    let mut open: Option<Section<'_>> = None;
    for line in pem.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii_end) {
        if let Some(label) = between(line, b"-----BEGIN ") {
            found.extend(open.take());
            open = Some(Section { label, lines: Vec::new(), is_complete: false });
        } else if let Some(label) = between(line, b"-----END ") {
            if let Some(mut section) = open.take() {
                section.is_complete = section.label == label;
                found.push(section);
            }
        } else if let Some(section) = open.as_mut() {
            section.lines.push(line);
        }
    }
    found.extend(open);
    found
}

fn between<'a>(line: &'a [u8], beginning: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(beginning)?.strip_suffix(b"-----")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::test_certificates::{Authority, P256_SEC1, RSA_PKCS1, RSA_PKCS8};

    fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> ConfigurationError {
        match result.unwrap_err() {
            Error::Configuration(error) => error,
            other => panic!("{other}"),
        }
    }

    fn pem() -> (String, CertificateDer<'static>) {
        let certificate = Authority::new().certificate();
        let pem = pem_of("CERTIFICATE", &certificate);
        (pem, certificate)
    }

    /// What OpenSSL would write.
    fn pem_of(label: &str, contents: &[u8]) -> String {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in contents.chunks(3) {
            let number = chunk.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            let number = number << (8 * (3 - chunk.len()));
            for digit in 0..4 {
                let value = DIGITS[number >> (18 - 6 * digit) & 63];
                text.push(if digit > chunk.len() { '=' } else { value.into() });
            }
        }
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    #[test]
    fn what_stands_outside_of_the_sections_is_passed_over() {
        let (pem, certificate) = pem();
        let one = |text: &[u8]| {
            assert_eq!(certificates(text).unwrap(), std::slice::from_ref(&certificate))
        };
        one(pem.as_bytes());
        one(pem.replace('\n', "\r\n").as_bytes());
        one(pem.replace('\n', "\r").as_bytes());
        one(pem.replace('\n', " \n").as_bytes());
        one(pem.trim_end().as_bytes());
        one(&[b"Bag Attributes\n  localKeyID: 01\n", pem.as_bytes(), b"junk"].concat());
        one(&[b"# M\xfcnchen \xff\xfe\n", pem.as_bytes(), b"\xff"].concat());
        one(&[b"\xef\xbb\xbf", pem.as_bytes()].concat());
        one(&[b"-----BEGIN X\n", RSA_PKCS8.as_bytes(), pem.as_bytes()].concat());
        one(pem.replace(" CERTIFICATE", " X509 CERTIFICATE").as_bytes());
        let both = [pem.as_bytes(), P256_SEC1.as_bytes(), pem.as_bytes()].concat();
        assert_eq!(certificates(&both).unwrap(), [certificate.clone(), certificate]);
    }

    #[test]
    fn public_keys_are_told_from_private_ones_and_from_certificates() {
        let key = rcgen::PublicKeyData::subject_public_key_info(
            &rcgen::KeyPair::from_pem(RSA_PKCS8).unwrap(),
        );
        let (certificate, _) = pem();
        let public = pem_of("PUBLIC KEY", &key);
        let all = [RSA_PKCS8, &public, &certificate, P256_SEC1, &public].concat();
        let found = public_keys(all.as_bytes()).unwrap();
        assert_eq!(found, [SubjectPublicKeyInfoDer::from(&key[..]), key[..].into()]);
        let without = [RSA_PKCS8, &certificate, P256_SEC1].concat();
        assert_eq!(refusal(public_keys(without.as_bytes())), ConfigurationError::BadPem);
        let cut = public.get(..public.len() / 2).unwrap();
        let damaged = refusal(public_keys(cut.as_bytes()));
        assert!(matches!(damaged, ConfigurationError::DamagedPem { .. }), "{damaged}");
    }

    #[test]
    fn the_key_is_found_behind_its_parameters_and_among_other_sections() {
        let parameters =
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        let (certificate, _) = pem();
        for key in [P256_SEC1, RSA_PKCS1, RSA_PKCS8] {
            let alone = private_key(key.as_bytes()).unwrap();
            for text in [
                format!("{parameters}{key}"),
                format!("{certificate}{key}{certificate}"),
                format!("Bag Attributes\nKey Attributes: <No Attributes>\n{key}junk"),
                key.replace("KEY-----\n", "KEY-----\nComment: mine\n\n"),
                key.replace('\n', "\r\n"),
            ] {
                assert_eq!(private_key(text.as_bytes()).unwrap().secret_der(), alone.secret_der());
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_never_moves() {
        for length in 0..200 {
            let contents = vec![0xa5; length];
            let text = write(&[("FIRST", &contents), ("SECOND", b"other")]);
            let expected = [pem_of("FIRST", &contents), pem_of("SECOND", b"other")].concat();
            // An empty section has no line here.
            assert_eq!(*text, expected.replace("\n\n", "\n"));
            let room = 2 * ("FIRST".len() + "SECOND".len() + 36) + 2 * (length + 5);
            assert!(text.len() <= room, "{length}");
            assert_eq!(*first(text.as_bytes(), "FIRST").unwrap(), contents);
            assert_eq!(*first(text.as_bytes(), "SECOND").unwrap(), b"other");
        }
    }

    #[test]
    fn an_encrypted_key_is_told_to_be_one() {
        let pkcs8 = RSA_PKCS8.replace("PRIVATE", "ENCRYPTED PRIVATE");
        let header = "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123\n\n";
        let legacy = |key: &str| key.replacen("KEY-----\n", header, 1);
        for encrypted in
            [pkcs8, legacy(P256_SEC1), legacy(RSA_PKCS1), legacy(RSA_PKCS1).replace('\n', "\r\n")]
        {
            let refusal = refusal(private_key(encrypted.as_bytes()));
            assert_eq!(refusal, ConfigurationError::EncryptedPrivateKey);
            // A certificate beside it, and a key that is not encrypted, are read.
            let (certificate, _) = pem();
            assert!(certificates(format!("{encrypted}{certificate}").as_bytes()).is_ok());
            assert!(private_key(format!("{encrypted}{P256_SEC1}").as_bytes()).is_ok());
        }
    }

    #[test]
    fn a_key_in_another_format_is_told_with_its_name() {
        for label in ["OPENSSH PRIVATE KEY", "DSA PRIVATE KEY"] {
            let refusal = refusal(private_key(pem_of(label, b"key").as_bytes()));
            assert!(refusal.to_string().contains(label), "{refusal}");
        }
    }

    #[test]
    fn what_is_not_there_or_damaged_is_told() {
        let (pem, _) = pem();
        assert_eq!(refusal(certificates(b"")), ConfigurationError::BadPem);
        assert_eq!(refusal(certificates(P256_SEC1.as_bytes())), ConfigurationError::BadPem);
        assert_eq!(refusal(private_key(pem.as_bytes())), ConfigurationError::BadPem);
        for damaged in [
            pem.replace("MII", "M!I"),
            pem.replace("-----END", "-----"),
            pem.replace("-----END C", "-----END D"),
        ] {
            let refusal = refusal(certificates(damaged.as_bytes()));
            assert!(matches!(refusal, ConfigurationError::DamagedPem { .. }), "{refusal}");
        }
    }
}
