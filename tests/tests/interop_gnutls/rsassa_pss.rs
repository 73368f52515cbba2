//! RSA keys for RSASSA-PSS only, at either end and in the path, as GnuTLS and OpenSSL make them.
//! GnuTLS leaves NULL out behind the hashes of parameters, and OpenSSL does not.

use hyaline_tests::certificates::{Authority, IssuedIdentity, authority_and_server};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::rsassa_pss::{
    Restriction, gnutls_authority_and_identity, openssl_authority, openssl_identity,
};

use crate::as_client::assert_went_well;
use crate::as_server::talk;
use crate::gnutls::{GnutlsServer, priority};

/// An authority, with a server or a client below it, for each program that makes such keys and for
/// each restriction of them.
fn authorities(
    [of_gnutls, of_openssl]: [&str; 2],
) -> impl Iterator<Item = (Authority, IssuedIdentity)> {
    Restriction::ALL.into_iter().flat_map(move |restriction| {
        let authority = openssl_authority(restriction);
        let identity = openssl_identity((&authority, Some(restriction)), restriction, of_openssl);
        [gnutls_authority_and_identity(restriction, of_gnutls), (authority, identity)]
    })
}

#[test]
fn a_client_verifies_gnutls_whose_path_is_by_keys_for_rsassa_pss_only() {
    for (authority, identity) in authorities(["tls_www_server", "serverAuth"]) {
        let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
        assert_went_well(&Client::new(&authority).talk(server.port, b"line\n"));
    }
}

#[test]
fn gnutls_verifies_a_server_whose_path_is_by_keys_for_rsassa_pss_only() {
    for (authority, identity) in authorities(["tls_www_server", "serverAuth"]) {
        talk(&Server::new(identity), &authority, &priority(None, &[]), &[]);
    }
}

#[test]
fn gnutls_and_a_server_verify_clients_whose_paths_are_by_keys_for_rsassa_pss_only() {
    let (of_server, server) = authority_and_server();
    for (authority, own) in authorities(["tls_www_client", "clientAuth"]) {
        let trusted = file(authority.pem());
        let arguments =
            ["--require-client-cert", "--verify-client-cert", "--x509cafile", text(&trusted)];
        let gnutls = GnutlsServer::start(&server, &priority(None, &[]), &arguments);
        let client = Client { identity: Some(own.clone()), ..Client::new(&of_server) };
        assert_went_well(&client.talk(gnutls.port, b"line\n"));
        gnutls.process.output.wait_for("The certificate is trusted");

        let files = Files::new(&own);
        let arguments =
            ["--x509certfile", text(&files.certificate), "--x509keyfile", text(&files.key)];
        let server = Server { asks: Some((&authority, true)), ..Server::new(server.clone()) };
        talk(&server, &of_server, &priority(None, &[]), &arguments);
    }
}
