//! The times of a certificate's validity (RFC 5280 section 4.1.2.5).

use core::time::Duration;

use rustls_pki_types::UnixTime;

use super::der::{BadDer, Element, Reader};

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// From when until when a certificate is valid, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) not_before: UnixTime,
    pub(crate) not_after: UnixTime,
}

impl Validity {
    /// From the contents of a Validity.
    pub(crate) fn from_der(contents: &[u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(contents);
        let (not_before, not_after) = (seconds(reader.any()?)?, seconds(reader.any()?)?);
        reader.end()?;
        Ok(Self { not_before: since_1970(not_before), not_after: since_1970(not_after) })
    }
}

/// The next element, if it is a time.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Option<UnixTime>, BadDer> {
    for tag in [UTC_TIME, GENERALIZED_TIME] {
        if let Some(contents) = reader.optional(tag)? {
            let time = Element { tag, contents, whole: contents };
            return seconds(time).map(|seconds| Some(since_1970(seconds)));
        }
    }
    Ok(None)
}

/// A time before 1970 becomes 1970. That changes no judgement, since either has passed.
fn since_1970(seconds: i64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// Seconds since 1970 of a UTCTime or a GeneralizedTime, in the only form that the RFC leaves of
/// each: with seconds, without fractions of them, and in Greenwich Mean Time.
fn seconds(time: Element<'_>) -> Result<i64, BadDer> {
    let digits = time.contents.strip_suffix(b"Z").ok_or(BadDer)?;
    let (year, rest) = match time.tag {
        UTC_TIME => {
            let (digits, rest) = digits.split_at_checked(2).ok_or(BadDer)?;
            let year = number(digits)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (digits, rest) = digits.split_at_checked(4).ok_or(BadDer)?;
            (number(digits)?, rest)
        }
        _ => return Err(BadDer),
    };
    let ([month, day, hour, minute, second], []) = rest.as_chunks::<2>() else {
        return Err(BadDer);
    };
    let (month, day) = (number(month)?, number(day)?);
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !in_range {
        return Err(BadDer);
    }
    Ok(((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

fn number(digits: &[u8]) -> Result<i64, BadDer> {
    digits.iter().try_fold(0, |sum, digit| {
        if digit.is_ascii_digit() { Ok(sum * 10 + i64::from(digit - b'0')) } else { Err(BadDer) }
    })
}

fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// In the Gregorian calendar, whose years repeat after 400.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    // 719162 days lie between the first days of the years 1 and 1970.
    let days_before_year = 365 * before + leap_days - 719_162;
    let days_before_month: i64 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
    days_before_year + days_before_month + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tag: u8, text: &str) -> Result<i64, BadDer> {
        seconds(Element { tag, contents: text.as_bytes(), whole: &[] })
    }

    #[test]
    fn years_in_two_digits_are_those_from_1950_to_2049() {
        assert_eq!(at(UTC_TIME, "700101000000Z"), Ok(0));
        assert_eq!(at(UTC_TIME, "500101000000Z"), at(GENERALIZED_TIME, "19500101000000Z"));
        assert_eq!(at(UTC_TIME, "491231235959Z"), at(GENERALIZED_TIME, "20491231235959Z"));
    }

    #[test]
    fn years_in_four_digits_may_lie_beyond_2049() {
        assert_eq!(at(GENERALIZED_TIME, "20000229120000Z"), Ok(951_825_600));
        assert_eq!(at(GENERALIZED_TIME, "20500101000000Z"), Ok(2_524_608_000));
        assert_eq!(at(GENERALIZED_TIME, "99991231235959Z"), Ok(253_402_300_799));
        assert_eq!(at(GENERALIZED_TIME, "00010101000000Z"), Ok(-62_135_596_800));
    }

    #[test]
    fn a_time_has_one_form() {
        for bad in [
            "7001010000Z",
            "700101000000",
            "700101000000+0100",
            "700001000000Z",
            "701301000000Z",
            "700229000000Z",
            "700101240000Z",
            "700101006000Z",
            "700101000060Z",
            "7001010000001Z",
            "70010100000 Z",
            "",
        ] {
            assert_eq!(at(UTC_TIME, bad), Err(BadDer), "{bad}");
        }
        assert_eq!(at(GENERALIZED_TIME, "20500101000000.5Z"), Err(BadDer));
        assert_eq!(at(0x13, "700101000000Z"), Err(BadDer));
    }
}
