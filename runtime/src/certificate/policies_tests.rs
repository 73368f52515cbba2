use super::*;
use crate::certificate::draft::{identifier, sequence};
use crate::certificate::extensions::PolicyConstraints;

const ONE: &[u8] = &[0x2a, 1];
const TWO: &[u8] = &[0x2a, 2];

/// The contents of the extension with these policies.
fn policies(list: &[&[u8]]) -> Vec<u8> {
    list.iter().flat_map(|policy| sequence(&[&identifier(policy)])).collect()
}

/// The contents of policy mappings.
fn mappings(list: &[(&[u8], &[u8])]) -> Vec<u8> {
    list.iter().flat_map(|(from, to)| sequence(&[&identifier(from), &identifier(to)])).collect()
}

/// What one certificate says.
#[derive(Clone, Default)]
struct Says {
    policies: Option<Vec<u8>>,
    mappings: Option<Vec<u8>>,
    require: Option<usize>,
    inhibit_mapping: Option<usize>,
    inhibit_any: Option<usize>,
    is_self_issued: bool,
}

fn names(list: &[&[u8]]) -> Says {
    Says { policies: Some(policies(list)), ..Says::default() }
}

/// Does a path of these certificates hold? The last one is the peer's.
fn judge(path: &[Says]) -> Result<(), CertificateError> {
    let (own, authorities) = path.split_last().unwrap();
    let extensions = |says: &'static Says| Extensions {
        policies: says.policies.as_deref(),
        policy_mappings: says.mappings.as_deref(),
        policy_constraints: Some(PolicyConstraints {
            require_explicit_policy: says.require,
            inhibit_policy_mapping: says.inhibit_mapping,
        }),
        inhibit_any_policy: says.inhibit_any,
        ..Extensions::default()
    };
    // The state borrows from all of them, for as long as the path lasts.
    let leak = |says: &Says| -> &'static Says { Box::leak(Box::new(says.clone())) };
    let mut state = Policies::initial();
    for authority in authorities {
        let extensions = extensions(leak(authority));
        state.take(&extensions, authority.is_self_issued)?;
        state.pass_on(&extensions, authority.is_self_issued)?;
    }
    let extensions = extensions(leak(own));
    state.take(&extensions, false)?;
    state.wrap_up(&extensions)
}

/// The same, with a policy required by the first certificate at once.
fn judge_required(mut path: Vec<Says>) -> Result<(), CertificateError> {
    path[0].require = Some(0);
    judge(&path)
}

const REFUSED: Result<(), CertificateError> = Err(CertificateError::NoPolicy);

#[test]
fn no_policy_is_needed_until_one_is_required() {
    assert_eq!(judge(&[Says::default(), Says::default()]), Ok(()));
    assert_eq!(judge(&[names(&[ONE]), names(&[TWO])]), Ok(()));
    assert_eq!(judge_required(vec![names(&[ONE]), names(&[TWO])]), REFUSED);
    assert_eq!(judge_required(vec![names(&[ONE]), names(&[TWO, ONE])]), Ok(()));
    assert_eq!(judge_required(vec![names(&[ONE]), Says::default()]), REFUSED);
}

#[test]
fn a_policy_may_be_required_only_later() {
    let path = |require| {
        let first = Says { require: Some(require), ..names(&[ONE]) };
        judge(&[first, names(&[TWO]), names(&[TWO])])
    };
    assert_eq!((path(0), path(1), path(2), path(3)), (REFUSED, REFUSED, REFUSED, Ok(())));
    // The peer's own certificate may require one.
    let own = Says { require: Some(0), ..Says::default() };
    assert_eq!(judge(&[Says::default(), own]), REFUSED);
    // A self-issued certificate does not count.
    let rollover = Says { is_self_issued: true, ..names(&[ONE]) };
    let first = Says { require: Some(2), ..names(&[ONE]) };
    assert_eq!(judge(&[first, rollover.clone(), rollover, Says::default()]), Ok(()));
}

#[test]
fn any_policy_stands_for_those_above_until_it_is_inhibited() {
    assert_eq!(judge_required(vec![names(&[ANY_POLICY]), names(&[TWO])]), Ok(()));
    assert_eq!(judge_required(vec![names(&[ONE]), names(&[ANY_POLICY])]), Ok(()));
    assert_eq!(judge_required(vec![names(&[ONE]), names(&[ANY_POLICY]), names(&[ONE])]), Ok(()));
    assert_eq!(judge_required(vec![names(&[ONE]), names(&[ANY_POLICY]), names(&[TWO])]), REFUSED);
    let first = Says { inhibit_any: Some(0), ..names(&[ONE]) };
    assert_eq!(judge_required(vec![first.clone(), names(&[ANY_POLICY])]), REFUSED);
    assert_eq!(judge_required(vec![first.clone(), names(&[ANY_POLICY, ONE])]), Ok(()));
    let rollover = Says { is_self_issued: true, ..names(&[ANY_POLICY]) };
    assert_eq!(judge_required(vec![first, rollover, names(&[ONE])]), Ok(()));
}

#[test]
fn a_policy_that_is_mapped_is_the_other_from_there_on() {
    let first = Says { mappings: Some(mappings(&[(ONE, TWO)])), ..names(&[ONE]) };
    assert_eq!(judge_required(vec![first.clone(), names(&[TWO])]), Ok(()));
    assert_eq!(judge_required(vec![first.clone(), names(&[ONE])]), REFUSED);
    // A policy that does not hold is mapped to nothing; anyPolicy holds for all.
    let other = Says { mappings: Some(mappings(&[(TWO, ONE)])), ..names(&[ONE]) };
    assert_eq!(judge_required(vec![other, names(&[TWO])]), REFUSED);
    let any = Says { mappings: Some(mappings(&[(ONE, TWO)])), ..names(&[ANY_POLICY]) };
    assert_eq!(judge_required(vec![any, names(&[TWO])]), Ok(()));
    // Where mapping is inhibited, it takes the policy away.
    let above = Says { inhibit_mapping: Some(0), ..names(&[ONE]) };
    assert_eq!(judge_required(vec![above, first, names(&[TWO])]), REFUSED);
}

#[test]
fn any_policy_is_not_mapped() {
    for pair in [(ANY_POLICY, ONE), (ONE, ANY_POLICY)] {
        let first = Says { mappings: Some(mappings(&[pair])), ..names(&[ONE]) };
        assert_eq!(judge(&[first, names(&[ONE])]), Err(CertificateError::BadEncoding));
    }
}
