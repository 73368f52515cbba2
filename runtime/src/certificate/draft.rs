//! Certificates put together by hand, for the tests: with whatever no tool would write.

use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, alg_id};

use super::der;

/// The contents of a certificate before it is signed. Every part is as it is written.
#[derive(Clone)]
pub(crate) struct Draft {
    /// 0 is version 1, and is left out.
    pub(crate) version: u8,
    pub(crate) serial_number: Vec<u8>,
    /// The name of the algorithm under the signature.
    pub(crate) algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: Vec<u8>,
    pub(crate) not_after: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) unique_identifiers: Vec<u8>,
    pub(crate) extensions: Vec<Vec<u8>>,
}

/// A GeneralizedTime.
pub(crate) fn time(text: &str) -> Vec<u8> {
    der::element(0x18, &[text.as_bytes()]).to_vec()
}

/// A Name of attributes of the type commonName.
pub(crate) fn name(parts: &[&str]) -> Vec<u8> {
    let kind = der::element(der::OBJECT_IDENTIFIER, &[&[0x55, 4, 3]]);
    let sets = parts.iter().map(|part| {
        let attribute =
            der::element(der::SEQUENCE, &[&kind, &der::element(0x0c, &[part.as_bytes()])]);
        der::element(der::SET, &[&attribute]).to_vec()
    });
    der::element(der::SEQUENCE, &[&sets.collect::<Vec<_>>().concat()]).to_vec()
}

/// A SEQUENCE of these elements.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der::element(der::SEQUENCE, parts).to_vec()
}

/// An INTEGER of one byte.
pub(crate) fn integer(number: u8) -> Vec<u8> {
    vec![der::INTEGER, 1, number]
}

/// An OBJECT IDENTIFIER.
pub(crate) fn identifier(contents: &[u8]) -> Vec<u8> {
    der::element(der::OBJECT_IDENTIFIER, &[contents]).to_vec()
}

/// A field with this tag.
pub(crate) fn tagged(tag: u8, contents: &[u8]) -> Vec<u8> {
    der::element(tag, &[contents]).to_vec()
}

/// An extension of any identifier.
pub(crate) fn any_extension(contents: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &[der::BOOLEAN, 1, 0xff] } else { &[] };
    sequence(&[&identifier(contents), flag, &tagged(der::OCTET_STRING, value)])
}

/// A critical extension of those that RFC 5280 numbers.
pub(crate) fn extension(number: u8, value: &[u8]) -> Vec<u8> {
    any_extension(&[0x55, 0x1d, number], true, value)
}

/// Basic constraints of an authority.
pub(crate) fn authority(path_length: Option<u8>) -> Vec<u8> {
    let length = path_length.map(integer).unwrap_or_default();
    extension(19, &sequence(&[&[der::BOOLEAN, 1, 0xff], &length]))
}

/// Key usage of one byte of bits.
pub(crate) fn key_usage(bits: u8) -> Vec<u8> {
    extension(15, &[der::BIT_STRING, 2, 0, bits])
}

/// Subject alternative names, each of the form that its tag says.
pub(crate) fn names(names: &[(u8, &[u8])]) -> Vec<u8> {
    let all: Vec<_> = names.iter().flat_map(|(tag, name)| tagged(*tag, name)).collect();
    extension(17, &sequence(&[&all]))
}

/// Constraints on names: permitted and excluded subtrees, each of the form that its tag says.
pub(crate) fn name_constraints(permitted: &[(u8, &[u8])], excluded: &[(u8, &[u8])]) -> Vec<u8> {
    let subtrees = |tag, bases: &[(u8, &[u8])]| {
        let all: Vec<_> =
            bases.iter().flat_map(|(tag, base)| sequence(&[&tagged(*tag, base)])).collect();
        if bases.is_empty() { all } else { tagged(tag, &all) }
    };
    sequence(&[&subtrees(0xa0, permitted), &subtrees(0xa1, excluded)])
}

impl Draft {
    /// Of an authority called `subject`, below `issuer`, valid in this century.
    pub(crate) fn of_authority(subject: &str, issuer: &str, key: &KeyPair) -> Self {
        Self {
            version: 2,
            serial_number: vec![1],
            algorithm: sequence(&[alg_id::ECDSA_SHA256.as_ref()]),
            issuer: name(&[issuer]),
            not_before: time("20000101000000Z"),
            not_after: time("20991231235959Z"),
            subject: name(&[subject]),
            public_key: key.subject_public_key_info(),
            unique_identifiers: Vec::new(),
            extensions: vec![authority(None)],
        }
    }

    /// Of a server called `localhost`.
    pub(crate) fn of_server(issuer: &str, key: &KeyPair) -> Self {
        let extensions = vec![names(&[(0x82, b"localhost")])];
        Self { extensions, ..Self::of_authority("a server", issuer, key) }
    }

    pub(crate) fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Signs it with a P-256 key.
    pub(crate) fn sign(&self, key: &KeyPair) -> CertificateDer<'static> {
        let version = match self.version {
            0 => Vec::new(),
            version => tagged(0xa0, &integer(version)),
        };
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            list => tagged(0xa3, &sequence(&[&list.concat()])),
        };
        let to_be_signed = sequence(&[
            &version,
            &tagged(der::INTEGER, &self.serial_number),
            &self.algorithm,
            &self.issuer,
            &sequence(&[&self.not_before, &self.not_after]),
            &self.subject,
            &self.public_key,
            &self.unique_identifiers,
            &extensions,
        ]);
        Self::sign_bytes(&to_be_signed, key)
    }

    /// The certificate around these bytes, signed with a P-256 key.
    pub(crate) fn sign_bytes(to_be_signed: &[u8], key: &KeyPair) -> CertificateDer<'static> {
        let signature = key.sign(to_be_signed).unwrap();
        let algorithm = sequence(&[alg_id::ECDSA_SHA256.as_ref()]);
        let signature = der::element(der::BIT_STRING, &[&[0], &signature]);
        CertificateDer::from(sequence(&[to_be_signed, &algorithm, &signature]))
    }
}

/// A revocation list before it is signed. Every part is as it is written.
#[derive(Clone)]
pub(crate) struct ListDraft {
    pub(crate) version: Vec<u8>,
    pub(crate) algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) this_update: Vec<u8>,
    pub(crate) next_update: Vec<u8>,
    /// Serial numbers, each with its extensions.
    pub(crate) entries: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl ListDraft {
    /// Of an issuer, good in July 2026, with these serial numbers.
    pub(crate) fn of(issuer: &str, serial_numbers: &[&[u8]]) -> Self {
        Self {
            version: integer(1),
            algorithm: sequence(&[alg_id::ECDSA_SHA256.as_ref()]),
            issuer: name(&[issuer]),
            this_update: time("20260701000000Z"),
            next_update: time("20260801000000Z"),
            entries: serial_numbers.iter().map(|number| (number.to_vec(), Vec::new())).collect(),
            extensions: Vec::new(),
        }
    }

    /// Of a month of 2026.
    pub(crate) fn of_month(mut self, month: u8) -> Self {
        self.this_update = time(&format!("2026{month:02}01000000Z"));
        self.next_update = time(&format!("2026{:02}01000000Z", month + 1));
        self
    }

    pub(crate) fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Signs it with a P-256 key.
    pub(crate) fn sign(&self, key: &KeyPair) -> CertificateRevocationListDer<'static> {
        let date = time("20260615000000Z");
        let entries = self.entries.iter().flat_map(|(number, extensions)| {
            sequence(&[&tagged(der::INTEGER, number), &date, extensions])
        });
        let entries = match self.entries.as_slice() {
            [] => Vec::new(),
            _ => sequence(&[&entries.collect::<Vec<_>>()]),
        };
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            list => tagged(0xa0, &sequence(&[&list.concat()])),
        };
        let to_be_signed = sequence(&[
            &self.version,
            &self.algorithm,
            &self.issuer,
            &self.this_update,
            &self.next_update,
            &entries,
            &extensions,
        ]);
        Draft::sign_bytes(&to_be_signed, key).to_vec().into()
    }
}
