//! External keys, with GnuTLS on the other side: with an exchange of keys, and without one.

use std::io::{Read, Write};
use std::sync::Arc;

use hyaline::blocking::Stream;
use hyaline::pki_types::ServerName;
use hyaline::{ClientConfig, ExternalKey, PskExchange, RootCertStore, ServerConfig};
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::serve;
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::sockets::{echo, patient, tiny_connection, tiny_listener};

use crate::gnutls::{GnutlsServer, client, priority};

const DIGITS: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
const IDENTITY: &str = "sensor-7";

/// How GnuTLS calls the modes, and whether keys are exchanged then by one of ours that prefers it.
const MODES: [(&str, bool); 3] = [("+ECDHE-PSK", true), ("+PSK", false), ("+ECDHE-PSK:+PSK", true)];

fn key() -> ExternalKey {
    ExternalKey::new(IDENTITY.as_bytes(), &[0x5a; 32]).unwrap()
}

/// GnuTLS with these modes, and nothing else that would prove who it is.
fn only(modes: &str) -> String {
    format!("{}:-KX-ALL:{modes}", priority(Some("AES-128-GCM"), &[]))
}

#[test]
fn a_client_proves_who_it_is_to_gnutls_by_an_external_key() {
    let (_, identity) = authority_and_server();
    let passwords = file(format!("{IDENTITY}:{DIGITS}\n"));
    for (modes, exchanges) in MODES {
        let arguments = ["--pskpasswd", text(&passwords), "--disable-client-cert"];
        let server = GnutlsServer::start(&identity, &only(modes), &arguments);
        let config = ClientConfig::builder()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
            .with_external_key(key())
            .with_psk_exchange(PskExchange::Preferred);
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream =
            patient(Stream::client(config, name, tiny_connection(server.port)).unwrap());
        stream.write_all(b"line\n").unwrap();
        let mut received = [0; 5];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"line\n");
        assert!(stream.connection().negotiated().external_key().is_some(), "{modes}");
        assert_eq!(stream.connection().group().is_some(), exchanges, "{modes}");
        stream.close().unwrap();
    }
}

#[test]
fn gnutls_proves_who_it_is_to_a_server_by_an_external_key() {
    let (authority, _) = authority_and_server();
    for (modes, exchanges) in MODES {
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_only_external_keys(Arc::new(vec![key()]))
            .with_psk_exchange(PskExchange::Preferred);
        let (port, serving) = serve(config, tiny_listener(), move |stream| {
            echo(stream)?;
            assert!(stream.connection().negotiated().external_key().is_some(), "{modes}");
            assert_eq!(stream.connection().group().is_some(), exchanges, "{modes}");
            stream.close()
        });
        let arguments = ["--pskusername", IDENTITY, "--pskkey", DIGITS];
        let mut client = client(&authority, port, &only(modes), &arguments);
        client.output.wait_for("Simple Client Mode");
        client.write(b"a line to echo\n");
        client.output.wait_for("\na line to echo\n");
        assert_eq!(client.finish(), 0, "{}", client.errors.text());
        assert_eq!(serving.finish().status, 0, "{modes}");
    }
}
