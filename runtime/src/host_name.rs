//! What counts as a host name in the extension server_name (RFC 6066 section 3), on both sides.

use rustls_pki_types::DnsName;

/// The host name in these bytes, without the dot that may stand behind it; nothing if they are no
/// host name.
///
/// One rule for both sides. A host name is a DNS name in ASCII (letters, digits, hyphens and
/// underscores; internationalised names in their A-label form), whose last label is no number. All
/// else is no name: an address in any spelling (with brackets, zone or port, or as `inet_aton`
/// reads it, decimal or hexadecimal), a wildcard, a name with a port, text beyond ASCII. A client
/// leaves out what is no name, and to a server it is as if no name had come: clients do send such
/// things, and a server here then shows what it shows to a client that has said no name.
pub(crate) fn host_name(bytes: &[u8]) -> Option<DnsName<'_>> {
    let text = core::str::from_utf8(bytes).ok()?;
    let text = text.strip_suffix('.').unwrap_or(text);
    let last = text.rsplit('.').next().unwrap_or(text);
    // One dot is dropped, and none more.
    if last.is_empty() || is_number(last) {
        return None;
    }
    DnsName::try_from(text).ok()
}

/// Whether a label is a number to `inet_aton`: then it ends an address and no name.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_and_the_dot_behind_them_is_dropped() {
        for (text, name) in [
            ("localhost", "localhost"),
            ("LOCALHOST", "LOCALHOST"),
            ("example.org.", "example.org"),
            ("a_b.c", "a_b.c"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("1.2.3.4.example", "1.2.3.4.example"),
            ("0x7f.example", "0x7f.example"),
            ("3com", "3com"),
        ] {
            assert_eq!(host_name(text.as_bytes()).as_ref().map(AsRef::as_ref), Some(name));
        }
    }

    #[test]
    fn an_address_is_no_name_in_any_spelling() {
        for text in [
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0X7F.0.0.0x1",
            "127.0.0.0x",
            "::1",
            "[::1]",
            "fe80::1%eth0",
            "[fe80::1%25eth0]:443",
            "127.0.0.1:4433",
            "[::1]:4433",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(host_name(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_neither_a_name_nor_an_address_is_no_name() {
        let long = "a".repeat(64);
        let longer = "a.".repeat(127) + "aa";
        for text in
            ["", ".", "a..", "a..b", "localhost:443", "*.example.com", "a b", "-a.b", "a\0b"]
        {
            assert_eq!(host_name(text.as_bytes()), None, "{text:?}");
        }
        for text in ["bücher.example", long.as_str(), longer.as_str()] {
            assert_eq!(host_name(text.as_bytes()), None, "{text}");
        }
        assert_eq!(host_name(&[0xff, 0xfe]), None);
    }
}
