//! The names that a certificate is for (RFC 5280 section 4.2.1.6), and whether the name by which
//! the server was called is among them (RFC 9525 section 6.3).

use rustls_pki_types::{IpAddr, ServerName};

use super::der::{self, BadDer, Reader};

/// A name of a certificate, or the base of a subtree of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName<'a> {
    /// An address of electronic mail.
    Rfc822(&'a [u8]),
    /// A DNS name, if it is one: nobody checks that before it is signed.
    Dns(&'a [u8]),
    /// The contents of a distinguished name.
    Directory(&'a [u8]),
    Uri(&'a [u8]),
    /// An address; in a constraint, an address and a mask.
    Ip(&'a [u8]),
    /// A form that is not processed: the number of its tag.
    Other(u8),
}

impl<'a> GeneralName<'a> {
    /// Reads the next name.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, BadDer> {
        let element = reader.any()?;
        let contents = element.contents;
        const RFC822: u8 = der::primitive(1);
        const DNS: u8 = der::primitive(2);
        const DIRECTORY: u8 = der::constructed(4);
        const URI: u8 = der::primitive(6);
        const IP: u8 = der::primitive(7);
        Ok(match element.tag {
            RFC822 => Self::Rfc822(contents),
            DNS => Self::Dns(contents),
            DIRECTORY => Self::Directory(der::only(contents, der::SEQUENCE)?),
            URI => Self::Uri(contents),
            IP => Self::Ip(contents),
            // otherName, x400Address, ediPartyName, registeredID.
            tag @ (0xa0 | 0xa3 | 0xa5 | 0x88) => Self::Other(tag & 0x1f),
            _ => return Err(BadDer),
        })
    }

    /// Whether this is a name of the server that was called. A DNS name that is not well-formed is
    /// a name of none; an address that was called is found among addresses only, even if a DNS name
    /// spells it.
    pub(crate) fn stands_for(self, called: &ServerName<'_>) -> bool {
        match (called, self) {
            (ServerName::DnsName(called), Self::Dns(name)) => {
                is_dns_name_of(name, called.as_ref().as_bytes())
            }
            (ServerName::IpAddress(IpAddr::V4(called)), Self::Ip(name)) => called.as_ref() == name,
            (ServerName::IpAddress(IpAddr::V6(called)), Self::Ip(name)) => called.as_ref() == name,
            _ => false,
        }
    }
}

/// A list of names, all of which can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GeneralNames<'a> {
    contents: &'a [u8],
}

impl<'a> GeneralNames<'a> {
    /// From the contents of the list.
    pub(crate) fn from_der(contents: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(contents);
        while !reader.is_empty() {
            GeneralName::read(&mut reader)?;
        }
        Ok(Self { contents })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = GeneralName<'a>> {
        let mut reader = Reader::new(self.contents);
        core::iter::from_fn(move || GeneralName::read(&mut reader).ok())
    }
}

/// Whether the DNS name of a certificate stands for the one that was called. A `*` is a whole
/// label, the first one, and stands for one label; at least two follow it, as NSS and webpki have
/// it.
fn is_dns_name_of(name: &[u8], called: &[u8]) -> bool {
    // A dot at the end says only that the name is complete.
    let called = called.strip_suffix(b".").unwrap_or(called);
    match name.strip_prefix(b"*.") {
        Some(parent) => {
            parent.contains(&b'.')
                && without_first_label(called).is_some_and(|rest| rest.eq_ignore_ascii_case(parent))
        }
        None => name.eq_ignore_ascii_case(called),
    }
}

/// What stands behind the first dot of a DNS name.
pub(crate) fn without_first_label(name: &[u8]) -> Option<&[u8]> {
    let dot = name.iter().position(|byte| *byte == b'.')?;
    name.get(dot + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_for(name: &[u8], called: &str) -> bool {
        GeneralName::Dns(name).stands_for(&ServerName::try_from(called).unwrap())
    }

    #[test]
    fn a_dns_name_stands_for_itself_in_any_case() {
        assert!(is_for(b"a.example.com", "A.example.COM"));
        assert!(is_for(b"A.EXAMPLE.com", "a.example.com."));
        assert!(!is_for(b"a.example.com", "b.example.com"));
        assert!(
            !is_for(b"example.com", "a.example.com") && !is_for(b"a.example.com", "example.com")
        );
    }

    #[test]
    fn a_wildcard_is_the_whole_first_label_and_stands_for_one() {
        assert!(is_for(b"*.example.com", "a.example.com"));
        assert!(!is_for(b"*.example.com", "example.com"));
        assert!(!is_for(b"*.example.com", "a.b.example.com"));
        for odd in [&b"*.com"[..], b"*.", b"*", b"a*.example.com", b"*a.example.com", b"a.*.com"] {
            assert!(!is_for(odd, "example.com") && !is_for(odd, "a.example.com"), "{odd:?}");
        }
    }

    #[test]
    fn what_is_no_dns_name_stands_for_nothing() {
        for odd in [&b""[..], b".", b"a b", b"https://localhost/", b"localhost:443", b"\xff"] {
            assert!(!is_for(odd, "localhost"), "{odd:?}");
        }
    }

    #[test]
    fn an_address_is_what_is_written_as_one() {
        let called = ServerName::try_from("127.0.0.1").unwrap();
        assert!(GeneralName::Ip(&[127, 0, 0, 1]).stands_for(&called));
        let mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1];
        for other in [
            GeneralName::Dns(b"127.0.0.1"),
            GeneralName::Ip(&[127, 0, 0, 2]),
            GeneralName::Ip(&[127, 0, 0]),
            GeneralName::Ip(&mapped),
            GeneralName::Uri(b"https://127.0.0.1/"),
        ] {
            assert!(!other.stands_for(&called), "{other:?}");
        }
        let called = ServerName::try_from("::1").unwrap();
        let one = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        assert!(GeneralName::Ip(&one).stands_for(&called));
        assert!(!GeneralName::Ip(&[0, 0, 0, 1]).stands_for(&called));
    }

    #[test]
    fn forms_that_are_not_processed_are_read_and_unknown_ones_are_not() {
        let list = [0xa0, 2, 0x06, 0, 0x88, 1, 0x2a, 0x82, 1, b'a'];
        let names = [GeneralName::Other(0), GeneralName::Other(8), GeneralName::Dns(b"a")];
        assert!(GeneralNames::from_der(&list).unwrap().iter().eq(names));
        assert_eq!(GeneralNames::from_der(&[0x89, 0]), Err(BadDer));
        assert_eq!(GeneralNames::from_der(&[0x82, 1]), Err(BadDer));
    }
}
