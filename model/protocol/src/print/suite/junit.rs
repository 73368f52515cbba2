//! The form of JUnit, which most services of continuous integration show as tests.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{ReportCase, ReportError, ReportSuite};

/// One suite for each family, and one test for each case.
pub(super) fn junit(suite: &ReportSuite) -> Result<String, ReportError> {
    let mut report = Report::new(suite.title.as_str());
    let mut families: Vec<&str> = Vec::new();
    for case in &suite.cases {
        if !families.contains(&case.family.as_str()) {
            families.push(&case.family);
        }
    }
    for family in families {
        let mut tests = TestSuite::new(family);
        for line in &suite.about {
            tests.add_property(Property::new("about", line.as_str()));
        }
        let members = || suite.cases.iter().filter(|case| case.family == family);
        tests.add_test_cases(members().map(|case| test(suite, case)));
        tests.set_time(members().filter_map(|case| case.elapsed).sum::<Duration>());
        report.add_test_suite(tests);
    }
    report.set_time(suite.cases.iter().filter_map(|case| case.elapsed).sum::<Duration>());
    report.to_string().map_err(|error| ReportError::Junit(error.to_string()))
}

fn test(suite: &ReportSuite, case: &ReportCase) -> TestCase {
    let mut status = match case.is_good {
        true => TestCaseStatus::success(),
        false => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if !case.is_good {
        status.set_message(case.message.as_str());
        status.set_type(case.rule.name.as_str());
        status.set_description(format!("{}\n{}", case.message, case.details()));
    }
    let mut test = TestCase::new(case.name.as_str(), status);
    test.set_classname(format!("{}: {}", suite.title, case.family));
    test.set_time(case.elapsed.unwrap_or_default());
    if case.is_good {
        test.set_system_out(format!("{}\n{}", case.message, case.details()));
    }
    test
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bad, good, suite};
    use super::*;

    #[test]
    fn a_family_is_a_suite_and_what_fails_has_its_trace() {
        let other = ReportCase { family: "hazards".to_owned(), ..good() };
        let text = junit(&suite(vec![good(), other, bad()])).expect("JUnit");
        let report = Report::deserialize_from_str(&text).expect("JUnit");
        assert_eq!((report.tests, report.failures, report.errors), (3, 1, 0));
        let names: Vec<&str> = report.test_suites.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["bounds", "hazards"]);
        assert!(
            text.contains("&lt;three> &amp; 100%") || text.contains("&lt;three&gt; &amp; 100%")
        );
        let chart = text.contains("The client waits.") && text.contains("1  write  [");
        assert!(chart && text.contains("client: "), "{text}");
        assert!(text.contains("time=\"1.500\"") && text.contains("12 states"), "{text}");
        assert!(text.contains("type=\"transparent-throughout\""), "{text}");
    }
}
