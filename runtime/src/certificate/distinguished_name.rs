//! Distinguished names, and when two are the same (RFC 5280 section 7.1).

use super::der::{self, BadDer, Element, Reader};

/// The identifier of the attribute emailAddress (PKCS #9).
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];

/// A name in the form in which names are compared: its relative names, each with its attributes in
/// order. Text is compared without regard to its ASN.1 type, its case and superfluous spaces, as
/// OpenSSL does it; other values byte by byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DistinguishedName(Vec<Vec<Attribute>>);

/// The type of an attribute, and its value.
type Attribute = (Vec<u8>, Value);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Text(String),
    /// With tag and length.
    Other(Vec<u8>),
}

impl DistinguishedName {
    /// From the contents of a Name.
    pub(crate) fn from_der(contents: &[u8]) -> Result<Self, BadDer> {
        let mut names = Vec::new();
        let mut reader = Reader::new(contents);
        while !reader.is_empty() {
            let mut attributes = Vec::new();
            let mut set = Reader::new(reader.expect(der::SET)?);
            while !set.is_empty() {
                let (kind, value) = attribute(&mut set)?;
                attributes.push((kind.to_vec(), Value::of(value)));
            }
            attributes.sort();
            names.push(attributes);
        }
        Ok(Self(names))
    }

    /// Does it lie in the subtree of `base`: does it begin with the relative names of `base`?
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        self.0.starts_with(&base.0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The addresses of electronic mail in the contents of a Name.
pub(crate) fn email_addresses(contents: &[u8]) -> Result<Vec<&[u8]>, BadDer> {
    let mut found = Vec::new();
    let mut reader = Reader::new(contents);
    while !reader.is_empty() {
        let mut set = Reader::new(reader.expect(der::SET)?);
        while !set.is_empty() {
            let (kind, value) = attribute(&mut set)?;
            if kind == EMAIL_ADDRESS {
                found.push(value.contents);
            }
        }
    }
    Ok(found)
}

fn attribute<'a>(set: &mut Reader<'a>) -> Result<(&'a [u8], Element<'a>), BadDer> {
    let mut reader = Reader::new(set.expect(der::SEQUENCE)?);
    let kind = reader.expect(der::OBJECT_IDENTIFIER)?;
    let value = reader.any()?;
    reader.end()?;
    Ok((kind, value))
}

impl Value {
    fn of(value: Element<'_>) -> Self {
        match text(value) {
            Some(text) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                Self::Text(words.join(" ").to_lowercase())
            }
            None => Self::Other(value.whole.to_vec()),
        }
    }
}

/// The characters of a value of one of the types of text; nothing where they are not well-formed.
fn text(value: Element<'_>) -> Option<String> {
    const UTF8: u8 = 0x0c;
    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;
    const IA5: u8 = 0x16;
    const VISIBLE: u8 = 0x1a;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    let bytes = value.contents;
    match value.tag {
        UTF8 | PRINTABLE | IA5 | VISIBLE => String::from_utf8(bytes.to_vec()).ok(),
        // What stands there in practice is Latin 1.
        TELETEX => Some(bytes.iter().copied().map(char::from).collect()),
        BMP => {
            let units = bytes.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).ok());
            let units: Option<Vec<u16>> = units.map(|unit| unit.map(u16::from_be_bytes)).collect();
            String::from_utf16(&units?).ok()
        }
        UNIVERSAL => {
            let character = |four: &[u8]| char::from_u32(u32::from_be_bytes(four.try_into().ok()?));
            bytes.chunks(4).map(character).collect()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Name of one attribute for each relative name, of the type commonName.
    fn name(values: &[(u8, &[u8])]) -> DistinguishedName {
        DistinguishedName::from_der(&encoded(&[0x55, 4, 3], values)).unwrap()
    }

    fn encoded(kind: &[u8], values: &[(u8, &[u8])]) -> Vec<u8> {
        let sets = values.iter().map(|(tag, value)| {
            let kind = der::element(der::OBJECT_IDENTIFIER, &[kind]);
            let attribute = der::element(der::SEQUENCE, &[&kind, &der::element(*tag, &[value])]);
            der::element(der::SET, &[&attribute]).to_vec()
        });
        sets.collect::<Vec<_>>().concat()
    }

    #[test]
    fn text_is_the_same_in_any_type_case_and_spacing() {
        let plain = name(&[(0x0c, b"An Authority")]);
        let universal: Vec<u8> =
            "an authority".chars().flat_map(|next| u32::from(next).to_be_bytes()).collect();
        for (tag, value) in [
            (0x13, &b"an authority"[..]),
            (0x14, b" AN  AUTHORITY "),
            (0x16, b"An Authority"),
            (0x1e, b"\0A\0n\0 \0A\0u\0t\0h\0o\0r\0i\0t\0y"),
            (0x1c, &universal),
        ] {
            assert_eq!(name(&[(tag, value)]), plain, "{tag:#x}");
        }
        assert_ne!(name(&[(0x0c, b"AnAuthority")]), plain);
        // A value that is no text, or not well-formed, is only the same byte by byte.
        assert_ne!(name(&[(0x04, b"An Authority")]), plain);
        assert_ne!(name(&[(0x0c, b"\xff")]), name(&[(0x14, b"\xff")]));
    }

    #[test]
    fn a_subtree_holds_the_names_that_begin_with_its_own() {
        let (one, two) = (name(&[(0x0c, b"a")]), name(&[(0x0c, b"a"), (0x0c, b"b")]));
        assert!(two.is_within(&one) && one.is_within(&one) && two.is_within(&name(&[])));
        assert!(!one.is_within(&two) && !name(&[(0x0c, b"b")]).is_within(&one));
    }

    #[test]
    fn addresses_of_electronic_mail_are_found() {
        let subject = encoded(EMAIL_ADDRESS, &[(0x16, b"a@b.c")]);
        assert_eq!(email_addresses(&subject), Ok(vec![&b"a@b.c"[..]]));
        assert_eq!(email_addresses(&encoded(&[0x55, 4, 3], &[(0x16, b"a@b.c")])), Ok(vec![]));
        assert_eq!(email_addresses(&[0x30]), Err(BadDer));
    }
}
