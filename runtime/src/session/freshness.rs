//! Whether a ClientHello was sent lately (RFC 9846 section 8.3).

use std::ops::RangeInclusive;
use std::time::Duration;

use rustls_pki_types::UnixTime;

use super::Session;

/// By how many milliseconds a ClientHello may come earlier or later than expected, so that its
/// early data are accepted: what RFC 9846 section 8.3 finds right for clients on the Internet.
pub(crate) const MAXIMUM_DEVIATION: u64 = 10_000;

impl Session {
    /// When a ClientHello is fresh that offers this session and tells this obfuscated_ticket_age:
    /// the times of arrival at which its early data may be accepted. There is none before the
    /// session began.
    pub(crate) fn freshness(&self, obfuscated_age: u32) -> RangeInclusive<UnixTime> {
        let since = self.since.as_secs();
        // The age is told modulo 2^32, and no ticket gets so old.
        let age = u64::from(obfuscated_age.wrapping_sub(self.age_add));
        let expected = since.saturating_mul(1000).saturating_add(age);
        let earliest = expected.saturating_sub(MAXIMUM_DEVIATION).div_ceil(1000).max(since);
        let latest = expected.saturating_add(MAXIMUM_DEVIATION) / 1000;
        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        time(earliest)..=time(latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::session;

    fn time(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    #[test]
    fn a_hello_is_fresh_for_ten_seconds_about_its_expected_arrival() {
        let begun = session(time(1000));
        let of_age = |milliseconds: u32| begun.freshness(milliseconds.wrapping_add(begun.age_add));
        assert_eq!(of_age(50_000), time(1040)..=time(1060));
        assert_eq!(of_age(50_001), time(1041)..=time(1060), "whole seconds within");
        assert_eq!(of_age(0), time(1000)..=time(1010), "not before there was a session");
        let expected = begun.obfuscated_age(time(1077));
        assert!(begun.freshness(expected).contains(&time(1077)));
    }

    #[test]
    fn the_age_is_found_where_the_sum_has_wrapped_and_no_time_overflows() {
        let hidden = Session { age_add: u32::MAX, ..session(time(1000)) };
        assert_eq!(hidden.freshness(49_999), time(1040)..=time(1060));
        let late = session(time(u64::MAX));
        assert!(late.freshness(u32::MAX).is_empty());
    }
}
