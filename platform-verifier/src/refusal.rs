//! Why the system's verifier refuses a server, in the words of Hyaline.
//!
//! Some systems say that something is wrong, and not where. What they leave open is looked for
//! among the faults that the certificates show by themselves, and where it is not found the system
//! is quoted: an error says nothing that nobody has seen.

use hyaline::CertificateError;
use hyaline::pki_types::ServerName;
use rustls::CertificateError as Verdict;
use rustls::OtherError;

/// Why a server is refused that was called by this name, and whose certificates have these faults.
pub(crate) fn refusal(
    error: rustls::Error,
    name: &ServerName<'_>,
    faults: Vec<CertificateError>,
) -> CertificateError {
    match error {
        rustls::Error::InvalidCertificate(verdict) => of_verdict(verdict, name, faults),
        // No fault of the server's that anybody has seen.
        rustls::Error::General(reason) => undecided(&reason),
        error => undecided(&error.to_string()),
    }
}

/// How Security.framework says that a certificate has expired, or is not valid yet:
/// `errSecCertificateExpired` and `errSecCertificateNotValidYet`.
const OF_TIME: [&str; 2] = ["-67818", "-67819"];

/// How a purpose that does not fit is told on the systems that have no word for it.
const OF_PURPOSE: &str = "certificate had invalid extensions";

fn undecided(reason: &str) -> CertificateError {
    quoted(format!("the system could not judge it: {reason}"))
}

fn quoted(reason: String) -> CertificateError {
    CertificateError::Refused { reason: reason.into() }
}

#[allow(deprecated, reason = "other versions of rustls may still say so")]
fn of_verdict(
    verdict: Verdict,
    name: &ServerName<'_>,
    faults: Vec<CertificateError>,
) -> CertificateError {
    let seen = |looked_for: fn(&CertificateError) -> bool| faults.into_iter().find(looked_for);
    match verdict {
        Verdict::BadEncoding => CertificateError::BadEncoding,
        Verdict::ExpiredContext { time, not_after } => {
            CertificateError::Expired { time, not_after }
        }
        Verdict::NotValidYetContext { time, not_before } => {
            CertificateError::NotYetValid { time, not_before }
        }
        // Windows means either by the first.
        Verdict::Expired | Verdict::NotValidYet => seen(is_of_time).unwrap_or_else(|| {
            quoted("the system says that one in its path is not in the time of its validity".into())
        }),
        Verdict::Revoked => CertificateError::Revoked,
        Verdict::UnknownIssuer => CertificateError::UnknownIssuer,
        Verdict::BadSignature => CertificateError::BadSignature,
        Verdict::UnsupportedSignatureAlgorithm
        | Verdict::UnsupportedSignatureAlgorithmContext { .. }
        | Verdict::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            CertificateError::UnsupportedAlgorithm
        }
        Verdict::NotValidForName | Verdict::NotValidForNameContext { .. } => {
            CertificateError::WrongName { expected: name.to_str().into() }
        }
        Verdict::InvalidPurpose | Verdict::InvalidPurposeContext { .. } => {
            CertificateError::WrongPurpose
        }
        Verdict::InvalidOcspResponse => {
            CertificateError::BadStaple { reason: "the system refuses it" }
        }
        Verdict::ExpiredRevocationListContext { time, next_update } => {
            CertificateError::RevocationListExpired { time, next_update }
        }
        Verdict::UnhandledCriticalExtension => seen(is_of_extension)
            .unwrap_or_else(|| quoted("it has a critical extension that is not known".into())),
        // What is said there is in words or a number of the system's. Only of those that mean a
        // time or a purpose is it known which fault to look for.
        Verdict::Other(OtherError(said)) => {
            let words = said.to_string();
            let found = match words.as_str() {
                words if OF_TIME.iter().any(|code| words.contains(code)) => seen(is_of_time),
                words if words.contains(OF_PURPOSE) => seen(is_of_purpose),
                _ => None,
            };
            found.unwrap_or_else(|| quoted(words))
        }
        verdict => quoted(verdict.to_string()),
    }
}

fn is_of_purpose(fault: &CertificateError) -> bool {
    matches!(fault, CertificateError::WrongPurpose)
}

fn is_of_time(fault: &CertificateError) -> bool {
    matches!(fault, CertificateError::Expired { .. } | CertificateError::NotYetValid { .. })
}

fn is_of_extension(fault: &CertificateError) -> bool {
    matches!(fault, CertificateError::UnknownCriticalExtension { .. })
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
