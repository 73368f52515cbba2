//! A certificate revocation list, complete and of one issuer (RFC 5280 section 5).

use std::sync::OnceLock;

use rustls_pki_types::UnixTime;

use super::der::{self, BadDer, Reader};
use super::distinguished_name::{DistinguishedName, EncodedName};
use super::extensions::Listed;
use super::scope::{BadRevocationList, Scope};
use super::serial_numbers::SerialNumbers;
use super::signature::{self, Algorithms, Signed};
use super::time;

/// The version of lists that have extensions, as it is encoded.
const VERSION_2: usize = 1;

/// The reason of an entry that takes a certificate off an earlier list (RFC 5280 section 5.3.1).
const REMOVE_FROM_LIST: &[u8] = &[8];

const ENUMERATED: u8 = 0x0a;

/// A list that is read whole. Its signature is verified when the issuer's key is known.
#[derive(Clone, Debug)]
pub(crate) struct RevocationList {
    bytes: Box<[u8]>,
    pub(crate) issuer: DistinguishedName,
    pub(crate) this_update: UnixTime,
    pub(crate) next_update: UnixTime,
    pub(crate) scope: Scope,
    revoked: SerialNumbers,
    /// The key with which the signature was verified: lists are long, and last for days.
    verified_with: OnceLock<Box<[u8]>>,
}

impl RevocationList {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// It is not well-formed, or of a kind that would have to be understood to be used: of another
    /// version, without its next update, a change of another list, of several issuers, or with a
    /// critical extension that is not known (RFC 5280 section 5.2).
    pub(crate) fn from_der(bytes: &[u8]) -> Result<Self, BadRevocationList> {
        let signed = Signed::from_der(bytes)?;
        let mut reader = Reader::new(der::only(signed.message, der::SEQUENCE)?);
        let version = reader.optional(der::INTEGER)?.map(der::unsigned).transpose()?;
        if version != Some(VERSION_2) {
            return Err("it is not of version 2".into());
        }
        if reader.expect(der::SEQUENCE)? != signed.algorithm {
            return Err("it names two algorithms for its one signature".into());
        }
        let issuer = EncodedName::from_der(reader.expect(der::SEQUENCE)?)?.into();
        let this_update = time::read(&mut reader)?.ok_or(BadDer)?;
        let next_update = time::read(&mut reader)?
            .ok_or("it does not say when the next one comes (nextUpdate)")?;
        let revoked = match reader.optional(der::SEQUENCE)? {
            Some(entries) => SerialNumbers::new(read_entries(entries)?),
            None => SerialNumbers::default(),
        };
        let scope = match reader.optional(der::constructed(0))? {
            Some(list) => read_extensions(der::only(list, der::SEQUENCE)?)?,
            None => Scope::default(),
        };
        reader.end()?;
        let verified_with = OnceLock::new();
        let bytes = bytes.into();
        Ok(Self { bytes, issuer, this_update, next_update, scope, revoked, verified_with })
    }

    /// The list as it came.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a certificate of the list's issuer with this serial number is on it.
    pub(crate) fn names(&self, serial_number: &[u8]) -> bool {
        self.revoked.contain(serial_number)
    }

    /// Whether it is known already that this key has signed the list.
    pub(crate) fn is_verified_with(&self, key: &[u8]) -> bool {
        self.verified_with.get().is_some_and(|verified| **verified == *key)
    }

    /// Whether this key, the contents of a SubjectPublicKeyInfo, has signed the list.
    pub(crate) fn verify(&self, algorithms: Algorithms<'_>, key: &[u8]) -> bool {
        let verified = Signed::from_der(&self.bytes)
            .is_ok_and(|signed| signature::verify(algorithms, key, &signed).is_ok());
        if verified {
            // Another key may have come first, for which this signature is good too.
            let _ = self.verified_with.set(key.into());
        }
        verified
    }
}

/// The serial numbers of the entries (RFC 5280 section 5.1.2.6).
fn read_entries(entries: &[u8]) -> Result<Vec<&[u8]>, BadRevocationList> {
    let mut serial_numbers = Vec::new();
    let mut reader = Reader::new(entries);
    while !reader.is_empty() {
        let mut entry = Reader::new(reader.expect(der::SEQUENCE)?);
        serial_numbers.push(entry.expect(der::INTEGER)?);
        time::read(&mut entry)?.ok_or(BadDer)?;
        if let Some(extensions) = entry.optional(der::SEQUENCE)? {
            check_entry(extensions)?;
        }
        entry.end()?;
    }
    Ok(serial_numbers)
}

/// Checks the extensions of an entry (RFC 5280 section 5.3).
fn check_entry(extensions: &[u8]) -> Result<(), BadRevocationList> {
    let mut list = Listed::new(extensions);
    while let Some(extension) = list.next()? {
        match extension.number() {
            Some(21) if der::only(extension.value, ENUMERATED)? == REMOVE_FROM_LIST => {
                return Err("an entry takes a certificate off, as only a change (delta) may".into());
            }
            Some(29) => return Err("it is for several issuers (an indirect list)".into()),
            _ if extension.critical => {
                let identifier = der::dotted(extension.identifier);
                let reason = format!("an entry has the unknown critical extension {identifier}");
                return Err(BadRevocationList(reason.into()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads the extensions of a list (RFC 5280 section 5.2).
fn read_extensions(extensions: &[u8]) -> Result<Scope, BadRevocationList> {
    let mut scope = Scope::default();
    let mut list = Listed::new(extensions);
    while let Some(extension) = list.next()? {
        match extension.number() {
            Some(27) => return Err("it is a change of another list (a delta list)".into()),
            Some(28) => scope = Scope::from_der(der::only(extension.value, der::SEQUENCE)?)?,
            _ if extension.critical => {
                let identifier = der::dotted(extension.identifier);
                let reason = format!("it has the unknown critical extension {identifier}");
                return Err(BadRevocationList(reason.into()));
            }
            // The list's number and the identifier of its key are hints; where its delta lists are
            // found does not matter, because none are used.
            _ => {}
        }
    }
    Ok(scope)
}

#[cfg(test)]
#[path = "revocation_list_tests.rs"]
mod tests;
