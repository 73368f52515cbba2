//! RSA keys for RSASSA-PSS only, at either end and in the path, as OpenSSL makes them.

use std::net::TcpListener;
use std::sync::Arc;

use hyaline::crypto::{CryptoProvider as _, Ring};
use hyaline::{Alert, AlertDescription, Identities, Identity, ServerConfig, Staples};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind, authority_and_server};
use hyaline_tests::peers::ends::{Client, Server, StreamOutcome, serve};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::openssl::{SServer, revocation_list, s_client, status_response};
use hyaline_tests::peers::rsassa_pss::{Restriction, openssl_authority, openssl_identity};
use hyaline_tests::sockets::echo;

use crate::as_client::assert_went_well;
use crate::as_server::{fails, talk};
use crate::ours::{ClientExample, ServerExample, Way};

/// The schemes of a key of each restriction.
const SCHEMES: [(Restriction, &[&str]); 4] = [
    (Restriction::None, &["rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512"]),
    (Restriction::Sha256, &["rsa_pss_pss_sha256"]),
    (Restriction::Sha384, &["rsa_pss_pss_sha384"]),
    (Restriction::Sha512, &["rsa_pss_pss_sha512"]),
];

/// What makes OpenSSL ask for a client's certificate below this authority.
fn asking(trusted: &str) -> [&str; 6] {
    ["-rev", "-Verify", "1", "-verify_return_error", "-CAfile", trusted]
}

/// OpenSSL's client shows this certificate to our server, which trusts the authority.
fn shows(own: &IssuedIdentity, authority: &Authority, server: &IssuedIdentity, way: Way) {
    let files = Files::new(own);
    let arguments = ["-cert", text(&files.certificate), "-key", text(&files.key)];
    let server = Server { asks: Some((authority, true)), ..Server::new(server.clone()) };
    talk(&server, way, authority, &arguments);
}

#[test]
fn a_client_verifies_openssl_whose_key_is_for_rsassa_pss_only() {
    let authority = Authority::new();
    for (restriction, schemes) in SCHEMES {
        let identity = openssl_identity((&authority, None), restriction, "serverAuth");
        for scheme in schemes {
            let server = SServer::start(&identity, &["-rev", "-sigalgs", scheme]);
            for way in Way::BOTH {
                assert_went_well(&Client::new(&authority).run(way, server.port, b"line\n"));
            }
        }
    }
}

#[test]
fn openssl_verifies_a_server_whose_key_is_for_rsassa_pss_only() {
    let authority = Authority::new();
    for (restriction, schemes) in SCHEMES {
        let identity = openssl_identity((&authority, None), restriction, "serverAuth");
        for way in Way::BOTH {
            for scheme in schemes {
                // The authority signs with P-256.
                let offered = format!("{scheme}:ECDSA+SHA256");
                talk(&Server::new(identity.clone()), way, &authority, &["-sigalgs", &offered]);
            }
        }
    }
}

#[test]
fn a_server_with_a_key_for_one_hash_has_no_scheme_for_openssl_with_others() {
    let authority = Authority::new();
    let identity = openssl_identity((&authority, None), Restriction::Sha256, "serverAuth");
    let offered = "rsa_pss_rsae_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:ECDSA+SHA256";
    for way in Way::BOTH {
        let serving = Server::new(identity.clone()).start(way);
        let client = s_client(&authority, serving.0, &["-sigalgs", offered]);
        fails(serving, client, "signature scheme", Alert::HandshakeFailure.into());
    }
}

#[test]
fn openssl_and_a_server_verify_clients_whose_keys_are_for_rsassa_pss_only() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let server = SServer::start(&identity, &asking(text(&trusted)));
    for restriction in Restriction::ALL {
        let own = openssl_identity((&authority, None), restriction, "clientAuth");
        for way in Way::BOTH {
            let client = Client { identity: Some(own.clone()), ..Client::new(&authority) };
            assert_went_well(&client.run(way, server.port, b"line\n"));
            shows(&own, &authority, &identity, way);
        }
    }
}

#[test]
fn a_path_under_a_key_for_rsassa_pss_only_is_verified_at_either_end() {
    for restriction in Restriction::ALL {
        let authority = openssl_authority(restriction);
        let issuer = (&authority, Some(restriction));
        let [server, client] = ["serverAuth", "clientAuth"]
            .map(|purpose| openssl_identity(issuer, Restriction::Sha256, purpose));
        let trusted = file(authority.pem());
        let openssl = SServer::start(&server, &asking(text(&trusted)));
        for way in Way::BOTH {
            let ours = Client { identity: Some(client.clone()), ..Client::new(&authority) };
            assert_went_well(&ours.run(way, openssl.port, b"line\n"));
            shows(&client, &authority, &server, way);
        }
    }
}

#[test]
fn a_salt_that_openssl_uses_unless_it_is_asked_for_another_is_refused_with_the_reason() {
    let authority = openssl_authority(Restriction::None);
    // Without a restriction the salt is the longest that there is room for.
    let identity = openssl_identity((&authority, None), Restriction::None, "serverAuth");
    let server = SServer::start(&identity, &["-rev"]);
    for way in Way::BOTH {
        let outcome = Client::new(&authority).run(way, server.port, b"line\n");
        assert_eq!(outcome.status, 1, "{outcome:?}");
        assert!(outcome.told.contains("a salt that is not as long as the hash"), "{outcome:?}");
    }
    let alert = AlertDescription::from(Alert::UnsupportedCertificate);
    server.process.errors.wait_for(&format!("alert number {}", alert.0));
}

#[test]
fn a_list_and_a_response_under_a_key_for_rsassa_pss_only_count() {
    let restriction = Restriction::Sha256;
    let authority = openssl_authority(restriction);
    let issuer = (&authority, Some(restriction));
    let identity = openssl_identity(issuer, Restriction::None, "serverAuth");
    let outcome = |client: Client<'_>, arguments: &[&str]| -> StreamOutcome {
        let server = SServer::start(&identity, &[&["-rev"], arguments].concat());
        client.talk(server.port, b"line\n")
    };
    let [good, bad] = [&[][..], &[&identity]].map(|revoked| revocation_list(&authority, revoked));
    let with_list = |list| Client { revocation_lists: Some(list), ..Client::new(&authority) };
    assert_went_well(&outcome(with_list(&good), &[]));
    assert!(outcome(with_list(&bad), &[]).told.contains("has been revoked"));

    let [good, bad] =
        [false, true].map(|is_revoked| status_response(&authority, &identity, is_revoked));
    let asks = || Client { staples: Staples::Required, ..Client::new(&authority) };
    assert_went_well(&outcome(asks(), &["-status_file", text(&good)]));
    assert!(outcome(asks(), &["-status_file", text(&bad)]).told.contains("has been revoked"));
}

#[test]
fn of_two_rsa_keys_openssl_gets_that_of_whose_schemes_it_has_one() {
    let authority = Authority::new();
    let pss = openssl_identity((&authority, None), Restriction::None, "serverAuth");
    let identities =
        [authority.server(KeyKind::Rsa), pss].map(|IssuedIdentity { chain, key, .. }| {
            Arc::new(Identity::new(&Ring, chain, Ring.load_key(&key).unwrap()).unwrap())
        });
    let both = identities
        .into_iter()
        .fold(Identities::new(), |all, identity| all.with("localhost", identity).unwrap());
    let both = Arc::new(both);
    for (schemes, kind) in [
        ("rsa_pss_rsae_sha384:ECDSA+SHA256", "a:PKEY: rsaEncryption"),
        ("rsa_pss_pss_sha384:ECDSA+SHA256", "a:PKEY: RSASSA-PSS"),
    ] {
        let config = ServerConfig::builder().with_no_client_auth().with_resolver(both.clone());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, serving) = serve(config, listener, echo);
        let mut client = s_client(&authority, port, &["-sigalgs", schemes]);
        client.output.wait_for(kind);
        assert_eq!(client.finish(), 0);
        assert_eq!(serving.finish().status, 0);
    }
}
