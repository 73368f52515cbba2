//! What `alphabet!` becomes.

use super::{Variant, docs_or, fields, plain_enum, signals};
use crate::machine::{Alphabet, Mapping, Named, ValueEnum};
use proc_macro2::Ident;
use proc_macro2::{Span, TokenStream};
use quote::quote;

impl Alphabet {
    /// All items.
    pub(crate) fn expand(&self) -> TokenStream {
        let enums = self.enums.iter().map(value_enum);
        let mappings = self.enums.iter().filter_map(|one| self.mapping_method(one));
        let labels = variants(&self.labels, "label");
        let label = Ident::new("Label", Span::call_site());
        let labels = plain_enum(&label, "What a state can be asked about.", &labels);
        let events = signals::events(self);
        let actions = signals::actions(self);
        let fields = fields::expand(self);
        quote! { #( #enums )* #( #mappings )* #labels #events #actions #fields }
    }

    /// The method by which an enum tells what its variants map to.
    fn mapping_method(&self, one: &ValueEnum) -> Option<TokenStream> {
        let Mapping { name: method, domain, values } = one.mapping.as_ref()?;
        let (name, target) = (&one.name, self.type_tokens(*domain));
        let docs = format!("The `{method}` of each `{name}`, as the alphabet says.");
        let arms = one.variants.iter().zip(values).map(|(variant, value)| {
            let (variant, value) = (&variant.name, self.value_tokens(*domain, *value));
            quote!(#name::#variant => #value)
        });
        Some(quote! {
            impl #name {
                #[doc = #docs]
                pub const fn #method(self) -> #target {
                    match self { #( #arms, )* }
                }
            }
        })
    }
}

fn value_enum(one: &ValueEnum) -> TokenStream {
    let docs = docs_or(&one.docs, || format!("The values of `{}`.", one.name));
    plain_enum(&one.name, &docs, &variants(&one.variants, "value"))
}

fn variants(names: &[Named], what: &str) -> Vec<Variant> {
    names
        .iter()
        .map(|named| Variant {
            name: named.name.clone(),
            docs: docs_or(&named.docs, || format!("The {what} `{}`.", named.name)),
            text: named.name.to_string(),
        })
        .collect()
}
