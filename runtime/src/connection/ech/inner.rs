//! From what is encrypted to the ClientHello that is meant (RFC 9849 section 5.1).

use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};
use crate::message::extension::{Extensions, next};
use crate::message::reader::Reader;
use crate::message::{EchClientHello, TLS13, Writer};

/// What errors name.
const FIELD: &str = "EncodedClientHelloInner";

/// The ClientHelloInner of this EncodedClientHelloInner, as a whole handshake message. `outer` is
/// the body of the ClientHelloOuter, whose session id it has, and some of whose extensions.
///
/// The result is no longer than both together: each extension is taken once, in its order.
///
/// # Errors
/// [`Error::IllegalValue`] where it does not follow section 5.1.
pub(super) fn reconstruct(encoded: &[u8], outer: &[u8]) -> Result<Vec<u8>, Error> {
    let illegal = |_| illegal();
    let mut reader = Reader::new(HandshakeType::ClientHello, encoded);
    let fixed = reader.bytes(2 + 32, FIELD).map_err(illegal)?;
    if !reader.vector8(0, FIELD).map_err(illegal)?.is_empty() {
        return Err(self::illegal());
    }
    let suites = reader.vector16(0, FIELD).map_err(illegal)?;
    let compression = reader.vector8(0, FIELD).map_err(illegal)?;
    let extensions = reader.vector16(0, FIELD).map_err(illegal)?;
    // What is left is padding.
    if reader.take_rest().iter().any(|byte| *byte != 0) {
        return Err(self::illegal());
    }
    let (session_id, mut outer) = read_outer(outer).map_err(illegal)?;
    let mut block = Vec::new();
    let mut inner = Reader::new(HandshakeType::ClientHello, extensions);
    let mut is_referring = false;
    while !inner.is_empty() {
        let (extension, mut contents) = next(&mut inner).map_err(illegal)?;
        if extension != ExtensionType::EchOuterExtensions {
            write(extension, contents.take_rest(), &mut block);
            continue;
        }
        if std::mem::replace(&mut is_referring, true) {
            return Err(self::illegal());
        }
        copy_outer(contents, &mut outer, &mut block)?;
    }
    let mut message = Vec::new();
    Writer::new(&mut message).handshake(HandshakeType::ClientHello, |body| {
        body.bytes(fixed);
        body.vector8(|vector| vector.bytes(session_id));
        body.vector16(|vector| vector.bytes(suites));
        body.vector8(|vector| vector.bytes(compression));
        body.vector16(|vector| vector.bytes(&block));
    });
    check(&block)?;
    Ok(message)
}

fn illegal() -> Error {
    Error::IllegalValue { message: HandshakeType::ClientHello, field: FIELD }
}

fn write(extension: ExtensionType, contents: &[u8], block: &mut Vec<u8>) {
    Writer::new(block).extension(extension, |place| place.bytes(contents));
}

/// The session id of an outer ClientHello, and its extensions.
fn read_outer(outer: &[u8]) -> Result<(&[u8], Reader<'_>), Error> {
    let mut reader = Reader::new(HandshakeType::ClientHello, outer);
    reader.bytes(2 + 32, FIELD)?;
    let session_id = reader.vector8(0, FIELD)?;
    reader.vector16(0, FIELD)?;
    reader.vector8(0, FIELD)?;
    let block = reader.vector16(0, FIELD)?;
    Ok((session_id, reader.within(block)))
}

/// Copies the extensions that a list names. They stand in the outer ClientHello in the same order,
/// so that none is taken twice; the encryption itself is none of them.
fn copy_outer(
    mut contents: Reader<'_>,
    outer: &mut Reader<'_>,
    block: &mut Vec<u8>,
) -> Result<(), Error> {
    let list = contents.vector8(2, FIELD).map_err(|_| illegal())?;
    if !contents.is_empty() {
        return Err(illegal());
    }
    let mut list = contents.within(list);
    while !list.is_empty() {
        let wanted = ExtensionType(list.u16(FIELD).map_err(|_| illegal())?);
        if wanted == ExtensionType::EncryptedClientHello {
            return Err(illegal());
        }
        loop {
            let (extension, mut contents) = next(outer).map_err(|_| illegal())?;
            if extension == wanted {
                write(extension, contents.take_rest(), block);
                break;
            }
        }
    }
    Ok(())
}

/// Section 7.1: the inner ClientHello says that it is one, and offers no version before TLS 1.3.
fn check(block: &[u8]) -> Result<(), Error> {
    let reader = Reader::new(HandshakeType::ClientHello, block);
    let extensions = Extensions::decode(&reader, block)?;
    let ech = extensions.find(ExtensionType::EncryptedClientHello);
    let says_so = ech.is_some_and(|mut contents| {
        matches!(EchClientHello::decode(&mut contents), Ok(EchClientHello::Inner))
            && contents.is_empty()
    });
    // Without a list it offers TLS 1.2.
    let listed = extensions
        .find(ExtensionType::SupportedVersions)
        .and_then(|mut contents| contents.vector8(2, FIELD).ok())
        .unwrap_or_default();
    let (versions, _) = listed.as_chunks::<2>();
    let offers = |version: u16| versions.contains(&version.to_be_bytes());
    // Reserved values (RFC 8701) are no versions; those of TLS begin with 3.
    let is_older = |version: &[u8; 2]| version[0] == 3 && u16::from_be_bytes(*version) < TLS13;
    let is_good = says_so && offers(TLS13) && !versions.iter().any(is_older);
    if is_good { Ok(()) } else { Err(illegal()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A ClientHello's body with these extensions.
    fn body(session_id: &[u8], extensions: &[(u16, Vec<u8>)], padding: usize) -> Vec<u8> {
        let mut body = [&[3, 3][..], &[7; 32]].concat();
        let mut writer = Writer::new(&mut body);
        writer.vector8(|vector| vector.bytes(session_id));
        writer.vector16(|vector| vector.u16(0x1301));
        writer.vector8(|vector| vector.u8(0));
        writer.vector16(|block| {
            for (number, contents) in extensions {
                block.extension(ExtensionType(*number), |place| place.bytes(contents));
            }
        });
        body.resize(body.len() + padding, 0);
        body
    }

    /// Extensions with numbers of which none stands twice.
    fn extensions() -> impl Strategy<Value = Vec<(u16, Vec<u8>)>> {
        let contents = prop::collection::vec(any::<u8>(), 0..9);
        prop::collection::btree_map(100..200_u16, contents, 1..9)
            .prop_map(|all| all.into_iter().collect::<Vec<_>>())
            .prop_shuffle()
    }

    proptest! {
        #[test]
        fn whatever_is_encrypted_nothing_panics_and_little_comes_of_it(
            mut encoded in prop::collection::vec(any::<u8>(), 0..200),
            outer in prop::collection::vec(any::<u8>(), 0..200),
            is_likely in any::<bool>(),
        ) {
            if is_likely {
                encoded = body(&[], &[(0xfd00, encoded)], 0);
            }
            if let Ok(message) = reconstruct(&encoded, &outer) {
                prop_assert!(message.len() <= encoded.len() + outer.len() + 4);
            }
        }

        #[test]
        fn what_was_left_to_the_outer_one_is_put_where_it_was(
            shared in extensions(),
            taken in any::<u8>(),
            session_id in prop::collection::vec(any::<u8>(), 0..33),
            padding in 0..40_usize,
        ) {
            let inner = (ExtensionType::EncryptedClientHello.0, vec![1]);
            let own = (ExtensionType::SupportedVersions.0, vec![2, 3, 4]);
            let chosen: Vec<(u16, Vec<u8>)> = shared
                .iter()
                .enumerate()
                .filter(|(number, _)| taken >> number & 1 == 1)
                .map(|(_, extension)| extension.clone())
                .collect();
            let mut list = Vec::new();
            let numbers = chosen.iter().map(|one| one.0);
            Writer::new(&mut list).vector8(|vector| numbers.for_each(|one| vector.u16(one)));
            let encoded = body(&[], &[inner.clone(), (0xfd00, list), own.clone()], padding);
            let outer = body(&session_id, &shared, 0);
            let found = reconstruct(&encoded, &outer);
            if chosen.is_empty() {
                prop_assert_eq!(found, Err(illegal()));
                return Ok(());
            }
            let whole: Vec<_> = [vec![inner], chosen, vec![own]].concat();
            let expected = body(&session_id, &whole, 0);
            prop_assert_eq!(&found.unwrap()[4..], &expected);
        }
    }
}
