//! Of what type each side's certificate is (RFC 7250).

use proptest::prelude::*;

use super::{Preferences, TYPES, offer, preferences, read, select};
use crate::error::Error;
use crate::identifiers::{CertificateType, ExtensionType, HandshakeType};
use crate::message::{AgreedTypes, BothSides};
use crate::negotiate::certificate_types::{ServersTypes, TakenTypes, check_answer};
use crate::negotiate::client::{Offer, client_hello};

const X509: CertificateType = CertificateType::X509;
const RAW: CertificateType = CertificateType::RawPublicKey;
/// The certificate type OpenPGP, which is not for TLS 1.3 (RFC 9846 section 4.5.1).
const OPENPGP: CertificateType = CertificateType(1);

type Listed = &'static [CertificateType];

/// What a server answers to a client that lists these types.
fn answer(
    client: Listed,
    server: Listed,
    shown: Listed,
    taken: TakenTypes,
) -> Result<AgreedTypes, Error> {
    let listing = Offer { certificate_types: BothSides { client, server }, ..offer() };
    let certificate_types = ServersTypes { shown, taken };
    let preferences = Preferences { certificate_types, ..preferences(&[]) };
    let selected = select(&preferences, &read(&client_hello(&listing)))?;
    Ok(selected.certificate_types)
}

fn no_common(extension: ExtensionType) -> Error {
    Error::NoCommonCertificateType { extension }
}

#[test]
fn a_server_shows_the_first_type_of_the_client_that_it_has() {
    let answer = |server, shown| answer(&[], server, shown, TakenTypes::None).map(|of| of.server);
    assert_eq!(answer(&[RAW, X509], &[RAW, X509]), Ok(Some(RAW)));
    assert_eq!(answer(&[X509, RAW], &[RAW, X509]), Ok(Some(X509)));
    assert_eq!(answer(&[RAW, X509], &[X509]), Ok(Some(X509)));
    assert_eq!(answer(&[X509, RAW], &[RAW]), Ok(Some(RAW)));
    assert_eq!(answer(&[OPENPGP, CertificateType(77), RAW], &[RAW]), Ok(Some(RAW)));
    // Who lists nothing means X.509, and is not answered.
    assert_eq!(answer(&[], &[RAW, X509]), Ok(None));
    let refused = Err(no_common(ExtensionType::ServerCertificateType));
    assert_eq!(answer(&[], &[RAW]), refused);
    assert_eq!(answer(&[RAW], &[X509]), refused);
    assert_eq!(answer(&[OPENPGP], &[RAW, X509]), refused);
}

#[test]
fn a_server_asks_for_the_first_type_of_the_client_that_it_takes() {
    let answer = |client, taken| answer(client, &[], &[X509], taken).map(|of| of.client);
    let (requested, required) = (TakenTypes::Requested, TakenTypes::Required);
    for takes in [requested, required] {
        assert_eq!(answer(&[RAW, X509], takes(&[RAW, X509])), Ok(Some(RAW)));
        assert_eq!(answer(&[X509, RAW], takes(&[RAW, X509])), Ok(Some(X509)));
        assert_eq!(answer(&[X509, RAW], takes(&[RAW])), Ok(Some(RAW)));
        assert_eq!(answer(&[], takes(&[RAW, X509])), Ok(None));
    }
    // A server that asks for nothing says nothing of that.
    assert_eq!(answer(&[RAW, X509], TakenTypes::None), Ok(None));
    for (listed, taken) in [(&[RAW][..], &[X509][..]), (&[], &[RAW]), (&[OPENPGP], &[RAW, X509])] {
        let refused = Err(no_common(ExtensionType::ClientCertificateType));
        assert_eq!(answer(listed, required(taken)), refused);
        assert_eq!(answer(listed, requested(taken)), Ok(None), "it can do without");
    }
}

#[test]
fn types_without_one_in_common_are_told_by_unsupported_certificate() {
    let error = no_common(ExtensionType::ServerCertificateType);
    assert_eq!(error.alert(), Some(hyaline_model::Alert::UnsupportedCertificate));
}

proptest! {
    #[test]
    fn whatever_a_server_answers_a_client_that_has_listed_it_accepts(
        (client, server) in (prop::sample::select(&TYPES[..]), prop::sample::select(&TYPES[..])),
        (shown, taken) in (1_usize..4, 1_usize..4),
    ) {
        let taken = TakenTypes::Required(TYPES[taken]);
        if let Ok(answered) = answer(client, server, TYPES[shown], taken) {
            prop_assert_eq!(check_answer(BothSides { client, server }, answered), Ok(()));
        }
    }
}

#[test]
fn a_client_is_answered_what_it_has_listed_and_nothing_else() {
    let message = HandshakeType::EncryptedExtensions;
    // An answer about the one list, which is the client's and then the server's.
    let check = |list: Listed, other: Listed, found| {
        [
            (
                BothSides { client: list, server: other },
                AgreedTypes { client: found, server: None },
            ),
            (
                BothSides { client: other, server: list },
                AgreedTypes { client: None, server: found },
            ),
        ]
        .map(|(listed, found)| check_answer(listed, found))
    };
    let each = [
        ("client_certificate_type", ExtensionType::ClientCertificateType),
        ("server_certificate_type", ExtensionType::ServerCertificateType),
    ];
    let illegal = each.map(|(field, _)| Err(Error::IllegalValue { message, field }));
    let unsolicited =
        each.map(|(_, extension)| Err(Error::UnsolicitedExtension { message, extension }));
    assert_eq!(check(&[RAW, X509], &[], Some(X509)), [Ok(()), Ok(())]);
    assert_eq!(check(&[RAW, X509], &[], None), [Ok(()), Ok(())]);
    assert_eq!(check(&[RAW], &[RAW, X509], Some(X509)), illegal);
    assert_eq!(check(&[RAW, X509], &[], Some(OPENPGP)), illegal);
    assert_eq!(check(&[], &[RAW, X509], Some(X509)), unsolicited);
}
