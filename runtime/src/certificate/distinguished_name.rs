//! Distinguished names, and when two are the same (RFC 5280 section 7.1).

use super::der::{self, BadDer, Element, Reader};

/// The identifier of the attribute emailAddress (PKCS #9).
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];

/// A Name as a certificate holds it: well-formed, and not yet in the form in which names are
/// compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedName<'a> {
    /// The contents of the Name.
    pub(crate) contents: &'a [u8],
}

/// The Name with these contents.
pub(crate) fn named(contents: &[u8]) -> Vec<u8> {
    der::element(der::SEQUENCE, &[contents]).to_vec()
}

impl<'a> EncodedName<'a> {
    /// From the contents of a Name. Allocates nothing.
    pub(crate) fn from_der(contents: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(contents);
        while !reader.is_empty() {
            let mut set = Reader::new(reader.expect(der::SET)?);
            while !set.is_empty() {
                attribute(&mut set)?;
            }
        }
        Ok(Self { contents })
    }

    pub(crate) fn is_empty(self) -> bool {
        self.contents.is_empty()
    }

    /// Its addresses of electronic mail.
    pub(crate) fn email_addresses(self) -> impl Iterator<Item = &'a [u8]> {
        let attributes = self.relative_names().flat_map(attributes);
        attributes.filter(|(kind, _)| *kind == EMAIL_ADDRESS).map(|(_, value)| value.contents)
    }

    /// Its relative names, each a set of attributes.
    fn relative_names(self) -> impl Iterator<Item = Reader<'a>> {
        let mut reader = Reader::new(self.contents);
        core::iter::from_fn(move || reader.expect(der::SET).ok().map(Reader::new))
    }
}

/// A name in the form in which names are compared. Text is compared without regard to its ASN.1
/// type, its case and superfluous spaces, as OpenSSL does it; other values byte by byte.
///
/// The form is one piece of memory: the relative names one after the other, each with the number of
/// its attributes and these in order. Every part has its length in front, so that a name begins
/// with the relative names of another exactly where its bytes do.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DistinguishedName(Vec<u8>);

/// Before a value that is text.
const TEXT: u8 = 0;
/// Before any other value, which stands there with tag and length.
const OTHER: u8 = 1;

impl DistinguishedName {
    /// Does it lie in the subtree of `base`: does it begin with the relative names of `base`?
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        self.0.starts_with(&base.0)
    }
}

impl From<EncodedName<'_>> for DistinguishedName {
    fn from(name: EncodedName<'_>) -> Self {
        // Counts and lengths of four bytes stand in the place of DER's shorter tags and lengths.
        let mut form = Vec::with_capacity(2 * name.contents.len());
        for set in name.relative_names() {
            let mut written = Vec::new();
            let mut count = 0_u32;
            let start = form.len();
            form.extend_from_slice(&count.to_be_bytes());
            for (kind, value) in attributes(set) {
                count += 1;
                if count > 1 {
                    // A set of several attributes is rare. They have to be sorted, because a set
                    // has no order.
                    written.push(form.split_off(start + LENGTH));
                }
                framed(&mut form, |place| place.extend_from_slice(kind));
                framed(&mut form, |place| write_value(value, place));
            }
            if count > 1 {
                written.push(form.split_off(start + LENGTH));
                written.sort();
                written.iter().for_each(|attribute| form.extend_from_slice(attribute));
            }
            fill_in(&mut form, start, count);
        }
        Self(form)
    }
}

/// The length of a length, and of a count.
const LENGTH: usize = size_of::<u32>();

/// Appends what `fill` appends, with its length in front.
fn framed(form: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = form.len();
    form.extend_from_slice(&[0; LENGTH]);
    fill(form);
    let length = form.len() - start - LENGTH;
    // No certificate is as long as that.
    fill_in(form, start, u32::try_from(length).unwrap_or(u32::MAX));
}

fn fill_in(form: &mut [u8], start: usize, number: u32) {
    if let Some(place) = form.get_mut(start..start + LENGTH) {
        place.copy_from_slice(&number.to_be_bytes());
    }
}

/// The attributes of a relative name: the type of each, and its value.
fn attributes(mut set: Reader<'_>) -> impl Iterator<Item = (&[u8], Element<'_>)> {
    core::iter::from_fn(move || attribute(&mut set).ok())
}

fn attribute<'a>(set: &mut Reader<'a>) -> Result<(&'a [u8], Element<'a>), BadDer> {
    let mut reader = Reader::new(set.expect(der::SEQUENCE)?);
    let kind = reader.expect(der::OBJECT_IDENTIFIER)?;
    let value = reader.any()?;
    reader.end()?;
    Ok((kind, value))
}

fn write_value(value: Element<'_>, form: &mut Vec<u8>) {
    let start = form.len();
    form.push(TEXT);
    if write_text(value, &mut Words::new(form)).is_none() {
        form.truncate(start);
        form.push(OTHER);
        form.extend_from_slice(value.whole);
    }
}

/// Writes the characters of a value of one of the types of text; nothing where it is of another
/// type, or not well-formed.
fn write_text(value: Element<'_>, words: &mut Words<'_>) -> Option<()> {
    const UTF8: u8 = 0x0c;
    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;
    const IA5: u8 = 0x16;
    const VISIBLE: u8 = 0x1a;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    let bytes = value.contents;
    match value.tag {
        UTF8 | PRINTABLE | IA5 | VISIBLE => {
            str::from_utf8(bytes).ok()?.chars().for_each(|character| words.push(character));
        }
        // In practice a TeletexString holds Latin 1.
        TELETEX => bytes.iter().for_each(|byte| words.push(char::from(*byte))),
        BMP => {
            let (units, rest) = bytes.as_chunks();
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            for character in char::decode_utf16(units) {
                words.push(character.ok()?);
            }
            return rest.is_empty().then_some(());
        }
        UNIVERSAL => {
            let (characters, rest) = bytes.as_chunks();
            for character in characters {
                words.push(char::from_u32(u32::from_be_bytes(*character))?);
            }
            return rest.is_empty().then_some(());
        }
        _ => return None,
    }
    Some(())
}

/// Writes words in small letters with one space between two.
struct Words<'f> {
    form: &'f mut Vec<u8>,
    /// Where the first word begins.
    start: usize,
    /// A space has come behind a word.
    is_behind: bool,
}

impl<'f> Words<'f> {
    fn new(form: &'f mut Vec<u8>) -> Self {
        let start = form.len();
        Self { form, start, is_behind: false }
    }

    fn push(&mut self, character: char) {
        if character.is_whitespace() {
            self.is_behind = self.form.len() > self.start;
            return;
        }
        if core::mem::take(&mut self.is_behind) {
            self.form.push(b' ');
        }
        // The capital of both small sigmas is the same.
        let character = if character == 'ς' { 'σ' } else { character };
        for small in character.to_lowercase() {
            self.form.extend_from_slice(small.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Name of one attribute for each relative name, of the type commonName.
    fn name(values: &[(u8, &[u8])]) -> DistinguishedName {
        EncodedName::from_der(&encoded(&[0x55, 4, 3], values)).unwrap().into()
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
    fn small_letters_are_the_same_whatever_stands_behind_them() {
        let [capitals, small, inside] =
            ["ΣΑΣ", "σας", "σασ"].map(|text| name(&[(0x0c, text.as_bytes())]));
        assert!(capitals == small && small == inside);
    }

    /// The type, and the value with its tag.
    type Written<'a> = (&'a [u8], u8, &'a [u8]);

    /// A Name of one relative name that has these attributes.
    fn set(attributes: &[Written<'_>]) -> DistinguishedName {
        let written = attributes.iter().map(|(kind, tag, value)| {
            let kind = der::element(der::OBJECT_IDENTIFIER, &[kind]);
            der::element(der::SEQUENCE, &[&kind, &der::element(*tag, &[value])]).to_vec()
        });
        let set = der::element(der::SET, &[&written.collect::<Vec<_>>().concat()]);
        EncodedName::from_der(&set).unwrap().into()
    }

    #[test]
    fn the_attributes_of_a_relative_name_have_no_order() {
        let country: Written<'_> = (&[0x55, 4, 6], 0x13, b"XX");
        let common: Written<'_> = (&[0x55, 4, 3], 0x0c, b"a");
        let spelled: Written<'_> = (&[0x55, 4, 3], 0x13, b" A ");
        assert_eq!(set(&[country, common]), set(&[spelled, country]));
        assert_ne!(set(&[country, common]), set(&[country]));
        assert_ne!(set(&[country, common]), set(&[country, common, common]));
        assert!(!set(&[country, common]).is_within(&set(&[country])));
    }

    #[test]
    fn addresses_of_electronic_mail_are_found() {
        let addresses = |subject: &[u8]| -> Result<Vec<Vec<u8>>, BadDer> {
            Ok(EncodedName::from_der(subject)?.email_addresses().map(<[u8]>::to_vec).collect())
        };
        let subject = encoded(EMAIL_ADDRESS, &[(0x16, b"a@b.c")]);
        assert_eq!(addresses(&subject), Ok(vec![b"a@b.c".to_vec()]));
        assert_eq!(addresses(&encoded(&[0x55, 4, 3], &[(0x16, b"a@b.c")])), Ok(vec![]));
        assert_eq!(addresses(&[0x30]), Err(BadDer));
    }
}
