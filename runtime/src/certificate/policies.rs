//! Certificate policies along a path (RFC 5280 sections 6.1.2 to 6.1.5, RFC 9618).
//!
//! Nobody asks for a policy here, so any will do: the initial set is anyPolicy, and a policy need
//! not be explicit until a certificate says so. All that matters of the policy tree then is whether
//! it is empty. To know that, it is enough to keep the policies that the next certificate may name.
//! The tree itself grows without limit where policies are mapped, and neither it nor the graph of
//! RFC 9618 is built.

use std::collections::BTreeSet;

use super::der::{self, BadDer, Reader};
use super::extensions::Extensions;
use crate::CertificateError;

/// The identifier anyPolicy.
const ANY_POLICY: &[u8] = &[0x55, 0x1d, 0x20, 0];

/// What the authorities above leave to the next certificate.
#[derive(Clone, Debug)]
pub(crate) struct Policies<'a> {
    /// The policies that it may name.
    expected: Expected<'a>,
    explicit_policy: usize,
    policy_mapping: usize,
    inhibit_any_policy: usize,
}

/// A set of policies; an empty one is an empty tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Expected<'a> {
    /// anyPolicy is among them.
    any: bool,
    /// The others.
    named: BTreeSet<&'a [u8]>,
}

impl<'a> Policies<'a> {
    /// As a root leaves it (section 6.1.2).
    pub(crate) fn initial() -> Self {
        Self {
            expected: Expected { any: true, named: BTreeSet::new() },
            explicit_policy: usize::MAX,
            policy_mapping: usize::MAX,
            inhibit_any_policy: usize::MAX,
        }
    }

    /// Takes the policies of the next certificate (section 6.1.3, steps d to f).
    ///
    /// # Errors
    ///
    /// [`CertificateError::NoPolicy`]; [`CertificateError::BadEncoding`].
    pub(crate) fn take(
        &mut self,
        extensions: &Extensions<'a>,
        is_intermediate_and_self_issued: bool,
    ) -> Result<(), CertificateError> {
        let Expected { any, mut named } = match extensions.policies {
            Some(contents) => identifiers(contents)?,
            None => Expected::default(),
        };
        if !self.expected.any {
            named.retain(|policy| self.expected.named.contains(policy));
        }
        let any_counts = self.inhibit_any_policy > 0 || is_intermediate_and_self_issued;
        if any && any_counts {
            // The certificate has anyPolicy, so everything that was expected stays. The policies
            // that it names are either expected already, or anyPolicy is expected and lets them
            // join.
            self.expected.named.append(&mut named);
        } else {
            self.expected = Expected { any: false, named };
        }
        self.check()
    }

    fn check(&self) -> Result<(), CertificateError> {
        if self.explicit_policy == 0 && self.expected == Expected::default() {
            return Err(CertificateError::NoPolicy);
        }
        Ok(())
    }

    /// What an authority's certificate leaves to the next (section 6.1.4, steps a, b, h, i, j).
    ///
    /// # Errors
    ///
    /// [`CertificateError::BadEncoding`], also where anyPolicy is mapped.
    pub(crate) fn pass_on(
        &mut self,
        extensions: &Extensions<'a>,
        is_self_issued: bool,
    ) -> Result<(), CertificateError> {
        if let Some(mappings) = extensions.policy_mappings {
            self.map(mappings)?;
        }
        if !is_self_issued {
            self.explicit_policy = self.explicit_policy.saturating_sub(1);
            self.policy_mapping = self.policy_mapping.saturating_sub(1);
            self.inhibit_any_policy = self.inhibit_any_policy.saturating_sub(1);
        }
        let constraints = extensions.policy_constraints;
        let at_most = |now: usize, limit: Option<usize>| limit.map_or(now, |limit| now.min(limit));
        self.explicit_policy = at_most(
            self.explicit_policy,
            constraints.and_then(|constraints| constraints.require_explicit_policy),
        );
        self.policy_mapping = at_most(
            self.policy_mapping,
            constraints.and_then(|constraints| constraints.inhibit_policy_mapping),
        );
        self.inhibit_any_policy = at_most(self.inhibit_any_policy, extensions.inhibit_any_policy);
        Ok(())
    }

    /// Replaces each policy that is mapped by those that it is mapped to, or, where mapping is
    /// inhibited, by none.
    fn map(&mut self, mappings: &'a [u8]) -> Result<(), CertificateError> {
        let mut reader = Reader::new(mappings);
        let mut pairs = Vec::new();
        while !reader.is_empty() {
            let mut mapping = Reader::new(reader.expect(der::SEQUENCE)?);
            let issuers = mapping.expect(der::OBJECT_IDENTIFIER)?;
            let subjects = mapping.expect(der::OBJECT_IDENTIFIER)?;
            mapping.end()?;
            if issuers == ANY_POLICY || subjects == ANY_POLICY {
                return Err(CertificateError::BadEncoding);
            }
            pairs.push((issuers, subjects));
        }
        let Expected { any, named } = &mut self.expected;
        let before = named.clone();
        for (issuers, _) in &pairs {
            named.remove(issuers);
        }
        if self.policy_mapping > 0 {
            let mapped = pairs.iter().filter(|(issuers, _)| *any || before.contains(issuers));
            named.extend(mapped.map(|(_, subjects)| *subjects));
        }
        Ok(())
    }

    /// The end of the path (section 6.1.5, steps a, b, g).
    ///
    /// # Errors
    ///
    /// [`CertificateError::NoPolicy`].
    pub(crate) fn wrap_up(mut self, extensions: &Extensions<'a>) -> Result<(), CertificateError> {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        let required = extensions.policy_constraints.and_then(|of| of.require_explicit_policy);
        if required == Some(0) {
            self.explicit_policy = 0;
        }
        self.check()
    }
}

/// The policies in the contents of the extension; their qualifiers are passed over.
fn identifiers(contents: &[u8]) -> Result<Expected<'_>, BadDer> {
    let mut found = Expected::default();
    let mut reader = Reader::new(contents);
    while !reader.is_empty() {
        let mut policy = Reader::new(reader.expect(der::SEQUENCE)?);
        match policy.expect(der::OBJECT_IDENTIFIER)? {
            ANY_POLICY => found.any = true,
            identifier => {
                found.named.insert(identifier);
            }
        }
        policy.optional(der::SEQUENCE)?;
        policy.end()?;
    }
    Ok(found)
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;
