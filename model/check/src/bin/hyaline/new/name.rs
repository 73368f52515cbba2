//! What a crate may be called.

/// Words that Rust keeps for itself, and names that a crate of one's own cannot have beside them.
const TAKEN: &str = "\
    abstract alloc as async await become box break const continue core crate do dyn else enum \
    extern false final fn for gen hyaline-protocol hyaline_protocol if impl in let loop macro \
    match mod move mut override priv proc-macro proc_macro pub ref return self static std struct \
    super test trait true try type typeof unsafe unsized use virtual where while yield";

/// Whether a crate may have this name; what is wrong with it, if not.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if let Some(wrong) = name.chars().find(|letter| !is_letter(*letter)) {
        return Err(format!(
            "`{name}` is no name of a crate: `{wrong}` cannot be in one; it has letters, digits, \
             `-` and `_`"
        ));
    }
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return Err(format!("`{name}` is no name of a crate: it begins with a letter"));
    }
    if TAKEN.split_whitespace().any(|taken| taken == name) {
        return Err(format!("`{name}` means something to Rust or Cargo already: choose another"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_crates_or_the_error_says_why_not() {
        for name in ["my-protocol", "a", "smtp_2"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for (name, why) in [
            ("", "begins with a letter"),
            ("2-phase", "begins with a letter"),
            ("my protocol", "` ` cannot be in one"),
            ("../mine", "`.` cannot be in one"),
            ("größe", "`ö` cannot be in one"),
            ("match", "means something"),
            ("hyaline-protocol", "means something"),
        ] {
            let error = check(name).expect_err("no name");
            assert!(error.contains(why), "{error}");
        }
    }
}
