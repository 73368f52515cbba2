//! From the values behind the variants of an enum to a mapping.

use super::{Alphabet, Mapping};
use crate::errors::Errors;
use crate::syntax::{EnumSyntax, MappingSyntax};

impl Alphabet {
    /// Resolves what the variants of an enum map to, when all enums are known. A variant whose
    /// value is missing or wrong is reported, and maps to the first value.
    pub(super) fn add_mapping(&mut self, written: &EnumSyntax, errors: &mut Errors) {
        let mapping = match &written.mapping {
            Some(declared) => self.mapping(written, declared, errors),
            None => {
                if let Some((variant, _)) = written.values.first() {
                    errors.at(
                        variant,
                        format!(
                            "`{variant}` maps to a value, but `{0}` declares no mapping: write \
                             `pub enum {0} => name: Type`",
                            written.name
                        ),
                    );
                }
                None
            }
        };
        if let Some(one) = self.enums.iter_mut().find(|one| one.name == written.name) {
            one.mapping = mapping;
        }
    }

    fn mapping(
        &self,
        written: &EnumSyntax,
        declared: &MappingSyntax,
        errors: &mut Errors,
    ) -> Option<Mapping> {
        let domain = self.named_type(&declared.domain, errors)?;
        let one = self.enums.iter().find(|one| one.name == written.name)?;
        let value = |variant: &crate::machine::Named| {
            let behind = written.values.iter().find(|(name, _)| *name == variant.name);
            match behind {
                Some((_, value)) => errors.keep(self.value(domain, value)),
                None => {
                    errors.at(
                        &variant.name,
                        format!(
                            "`{0}` has no `{1}`: write `{0} => value`",
                            variant.name, declared.name
                        ),
                    );
                    None
                }
            }
        };
        let values = one.variants.iter().map(value).map(Option::unwrap_or_default).collect();
        Some(Mapping { name: declared.name.clone(), domain, values })
    }
}
