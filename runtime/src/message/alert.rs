//! Alert records (RFC 9846 section 6).

use hyaline_model::Alert;

use crate::alert::AlertDescription;
use crate::error::Error;

/// The bytes of an alert record's content.
pub(crate) const ALERT_LENGTH: usize = 2;

const WARNING: u8 = 1;
const FATAL: u8 = 2;

/// Reads the content of an alert record, which is exactly one alert (RFC 9846 section 5.1). The
/// level means nothing in TLS 1.3 and is not looked at.
pub(crate) fn decode_alert(fragment: &[u8]) -> Result<AlertDescription, Error> {
    match fragment {
        [_, description] => Ok(AlertDescription(*description)),
        _ => Err(Error::MalformedAlert { length: fragment.len() }),
    }
}

/// The content of an alert record: closure alerts as warnings (RFC 9846 section 6.1), all others
/// as fatal.
pub(crate) fn encode_alert(alert: Alert) -> [u8; ALERT_LENGTH] {
    let level = match alert {
        Alert::CloseNotify | Alert::UserCanceled => WARNING,
        _ => FATAL,
    };
    [level, AlertDescription::from(alert).0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_two_bytes_and_its_level_does_not_matter() {
        assert_eq!(encode_alert(Alert::CloseNotify), [1, 0]);
        assert_eq!(encode_alert(Alert::DecodeError), [2, 50]);
        assert_eq!(
            decode_alert(&[1, 50]).map(AlertDescription::known),
            Ok(Some(Alert::DecodeError))
        );
        assert_eq!(decode_alert(&[9, 222]), Ok(AlertDescription(222)));
        assert_eq!(decode_alert(&[2]), Err(Error::MalformedAlert { length: 1 }));
        assert_eq!(decode_alert(&[1, 0, 1, 0]), Err(Error::MalformedAlert { length: 4 }));
    }
}
