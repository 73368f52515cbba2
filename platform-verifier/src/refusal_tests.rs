use std::sync::Arc;
use std::time::Duration;

use hyaline::pki_types::UnixTime;
use hyaline::{Alert, Error};

use super::*;

/// What becomes of this verdict on certificates with these faults, and what the server is told.
fn of(verdict: Verdict, faults: &[CertificateError]) -> (CertificateError, Option<Alert>) {
    of_error(rustls::Error::InvalidCertificate(verdict), faults)
}

fn of_error(
    error: rustls::Error,
    faults: &[CertificateError],
) -> (CertificateError, Option<Alert>) {
    let name = ServerName::try_from("example.org").unwrap();
    let refusal = refusal(error, &name, faults.to_vec());
    (refusal.clone(), Error::from(refusal).alert())
}

fn at(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

fn said(text: &str) -> Verdict {
    Verdict::Other(OtherError(Arc::from(Box::from(text))))
}

fn expired() -> CertificateError {
    CertificateError::Expired { time: at(9), not_after: at(5) }
}

fn too_early() -> CertificateError {
    CertificateError::NotYetValid { time: at(1), not_before: at(5) }
}

fn unknown_extension() -> CertificateError {
    CertificateError::UnknownCriticalExtension { extension: "1.2.3".into() }
}

/// That the system is quoted with these words among its own, which says nothing in particular.
#[track_caller]
fn assert_quoted((refusal, alert): (CertificateError, Option<Alert>), words: &str) {
    let CertificateError::Refused { reason } = &refusal else { panic!("{refusal:?}") };
    assert!(reason.contains(words), "{reason}");
    assert_eq!(alert, Some(Alert::CertificateUnknown));
}

#[test]
fn what_the_system_says_outright_is_said_so() {
    let expected = "example.org".into();
    let (time, next_update) = (at(9), at(5));
    for (verdict, refusal, alert) in [
        (Verdict::BadEncoding, CertificateError::BadEncoding, Alert::BadCertificate),
        (Verdict::Revoked, CertificateError::Revoked, Alert::CertificateRevoked),
        (Verdict::UnknownIssuer, CertificateError::UnknownIssuer, Alert::UnknownCa),
        (Verdict::BadSignature, CertificateError::BadSignature, Alert::BadCertificate),
        (Verdict::NotValidForName, CertificateError::WrongName { expected }, Alert::BadCertificate),
        (Verdict::InvalidPurpose, CertificateError::WrongPurpose, Alert::UnsupportedCertificate),
        (
            Verdict::InvalidOcspResponse,
            CertificateError::BadStaple { reason: "the system refuses it" },
            Alert::BadCertificateStatusResponse,
        ),
        (
            Verdict::ExpiredContext { time: at(9), not_after: at(5) },
            expired(),
            Alert::CertificateExpired,
        ),
        (
            Verdict::NotValidYetContext { time: at(1), not_before: at(5) },
            too_early(),
            Alert::CertificateExpired,
        ),
        (
            Verdict::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: vec![1],
                public_key_algorithm_id: vec![2],
            },
            CertificateError::UnsupportedAlgorithm,
            Alert::UnsupportedCertificate,
        ),
        (
            Verdict::ExpiredRevocationListContext { time, next_update },
            CertificateError::RevocationListExpired { time, next_update },
            Alert::CertificateUnknown,
        ),
    ] {
        assert_eq!(of(verdict, &[]), (refusal, Some(alert)));
    }
}

#[test]
fn what_the_system_leaves_open_is_told_where_it_is_seen() {
    let of_time = Some(Alert::CertificateExpired);
    let faults = [CertificateError::WrongPurpose, too_early(), expired()];
    for verdict in [Verdict::Expired, Verdict::NotValidYet] {
        assert_eq!(of(verdict, &faults), (too_early(), of_time), "which of them, the server shows");
    }
    assert_eq!(of(said("-67818"), &[expired()]), (expired(), of_time));
    let unsupported = Some(Alert::UnsupportedCertificate);
    let purpose = (CertificateError::WrongPurpose, unsupported);
    assert_eq!(of(said("certificate had invalid extensions"), &faults[..1]), purpose);
    let faults = [expired(), unknown_extension()];
    let extension = (unknown_extension(), unsupported);
    assert_eq!(of(Verdict::UnhandledCriticalExtension, &faults), extension);
}

#[test]
fn where_nothing_is_seen_the_system_is_quoted() {
    for faults in [&[][..], &[CertificateError::BadEncoding]] {
        assert_quoted(of(Verdict::Expired, faults), "the system says");
        assert_quoted(of(Verdict::NotValidYet, faults), "the system says");
        assert_quoted(of(Verdict::UnhandledCriticalExtension, faults), "critical extension");
        assert_quoted(of(said("no transparency: -67606"), faults), "no transparency: -67606");
        assert_quoted(of(said("-67818"), faults), "-67818");
        assert_quoted(of(Verdict::UnknownRevocationStatus, faults), "");
        assert_quoted(of(Verdict::ApplicationVerificationFailure, faults), "");
    }
}

#[test]
fn a_fault_that_is_seen_is_no_reason_where_the_system_says_another() {
    let faults = [expired(), CertificateError::WrongPurpose];
    for words in ["-67606", "a chain could not be built: 0x10000"] {
        assert_quoted(of(said(words), &faults), words);
    }
}

#[test]
fn that_the_system_could_not_judge_is_no_fault_of_the_servers() {
    let none = rustls::Error::General("No system trust stores available".to_owned());
    let faults = [expired()];
    assert_quoted(of_error(none, &faults), "could not judge it: No system trust stores available");
    assert_quoted(of_error(rustls::Error::FailedToGetCurrentTime, &faults), "could not judge it: ");
}
