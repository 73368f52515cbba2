//! Alerts on the wire (RFC 9846 section 6): their codes, both ways, and their spelling.

use core::fmt;

use hyaline_model::Alert;

/// Every alert of RFC 9846 section 6 with its code and its name there. The only place that knows
/// them.
const ALERTS: [(Alert, u8, &str); 29] = [
    (Alert::CloseNotify, 0, "close_notify"),
    (Alert::UnexpectedMessage, 10, "unexpected_message"),
    (Alert::BadRecordMac, 20, "bad_record_mac"),
    (Alert::RecordOverflow, 22, "record_overflow"),
    (Alert::HandshakeFailure, 40, "handshake_failure"),
    (Alert::BadCertificate, 42, "bad_certificate"),
    (Alert::UnsupportedCertificate, 43, "unsupported_certificate"),
    (Alert::CertificateRevoked, 44, "certificate_revoked"),
    (Alert::CertificateExpired, 45, "certificate_expired"),
    (Alert::CertificateUnknown, 46, "certificate_unknown"),
    (Alert::IllegalParameter, 47, "illegal_parameter"),
    (Alert::UnknownCa, 48, "unknown_ca"),
    (Alert::AccessDenied, 49, "access_denied"),
    (Alert::DecodeError, 50, "decode_error"),
    (Alert::DecryptError, 51, "decrypt_error"),
    (Alert::ProtocolVersion, 70, "protocol_version"),
    (Alert::InsufficientSecurity, 71, "insufficient_security"),
    (Alert::InternalError, 80, "internal_error"),
    (Alert::InappropriateFallback, 86, "inappropriate_fallback"),
    (Alert::UserCanceled, 90, "user_canceled"),
    (Alert::MissingExtension, 109, "missing_extension"),
    (Alert::UnsupportedExtension, 110, "unsupported_extension"),
    (Alert::UnrecognizedName, 112, "unrecognized_name"),
    (Alert::BadCertificateStatusResponse, 113, "bad_certificate_status_response"),
    (Alert::UnknownPskIdentity, 115, "unknown_psk_identity"),
    (Alert::CertificateRequired, 116, "certificate_required"),
    (Alert::GeneralError, 117, "general_error"),
    (Alert::NoApplicationProtocol, 120, "no_application_protocol"),
    (Alert::EchRequired, 121, "ech_required"),
];

/// What an alert says, as the number on the wire; unknown numbers are carried, since they count
/// as error alerts (RFC 9846 section 6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlertDescription(pub u8);

impl AlertDescription {
    /// The alert of RFC 9846 with this code.
    #[must_use]
    pub fn known(self) -> Option<Alert> {
        ALERTS.iter().find(|entry| entry.1 == self.0).map(|entry| entry.0)
    }

    /// The RFC's name.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        ALERTS.iter().find(|entry| entry.1 == self.0).map(|entry| entry.2)
    }
}

impl From<Alert> for AlertDescription {
    fn from(alert: Alert) -> Self {
        let found = ALERTS.iter().find(|entry| entry.0 == alert);
        // The table is complete (a test holds that); general_error (117) only completes the type.
        Self(found.map_or(117, |entry| entry.1))
    }
}

impl fmt::Display for AlertDescription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => formatter.write_str(name),
            None => write!(formatter, "unknown alert {}", self.0),
        }
    }
}

impl fmt::Debug for AlertDescription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_given_once_and_found_both_ways() {
        for (index, (alert, code, name)) in ALERTS.into_iter().enumerate() {
            assert_eq!(AlertDescription::from(alert), AlertDescription(code));
            assert_eq!(AlertDescription(code).known(), Some(alert));
            assert_eq!(AlertDescription(code).to_string(), name);
            for (other, other_code, other_name) in ALERTS.into_iter().skip(index + 1) {
                assert!(alert != other && code < other_code && name != other_name);
            }
        }
    }

    #[test]
    fn every_alert_of_the_table_has_a_code() {
        // Spelt as the RFC spells it, a variant's name is the alert's name.
        for (alert, _, name) in ALERTS {
            let spelt: String = name.split('_').flat_map(capitalized).collect();
            assert_eq!(format!("{alert:?}"), spelt);
        }
        // A new variant makes this match incomplete, and reminds whoever adds it of `ALERTS`.
        let count = |alert: Alert| match alert {
            Alert::CloseNotify
            | Alert::UnexpectedMessage
            | Alert::BadRecordMac
            | Alert::RecordOverflow
            | Alert::HandshakeFailure
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::IllegalParameter
            | Alert::UnknownCa
            | Alert::AccessDenied
            | Alert::DecodeError
            | Alert::DecryptError
            | Alert::ProtocolVersion
            | Alert::InsufficientSecurity
            | Alert::InternalError
            | Alert::InappropriateFallback
            | Alert::UserCanceled
            | Alert::MissingExtension
            | Alert::UnsupportedExtension
            | Alert::UnrecognizedName
            | Alert::BadCertificateStatusResponse
            | Alert::UnknownPskIdentity
            | Alert::CertificateRequired
            | Alert::GeneralError
            | Alert::NoApplicationProtocol
            | Alert::EchRequired => 29,
        };
        assert_eq!(count(Alert::CloseNotify), ALERTS.len());
    }

    fn capitalized(word: &str) -> Vec<char> {
        word.chars()
            .enumerate()
            .map(|(index, letter)| if index == 0 { letter.to_ascii_uppercase() } else { letter })
            .collect()
    }

    #[test]
    fn an_unknown_alert_keeps_its_number() {
        assert_eq!(AlertDescription(200).known(), None);
        assert_eq!(AlertDescription(200).to_string(), "unknown alert 200");
    }
}
