//! How each alert is provoked.

use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use hyaline::blocking::Stream;
use hyaline::pki_types::{PrivateKeyDer, ServerName};
use hyaline::{Alert, AlertDescription, EchKey};
use hyaline_replay::replay::Recorded;
use hyaline_replay::replay::recorded::{Script, Signature, SigningKey};
use hyaline_replay::{CertificateError, ClientConfig, ServerConfig, SignatureScheme, blocking};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind, authority_and_server};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::peers::openssl::SServer;
use hyaline_tests::peers::relay::Edit;
use hyaline_tests::sockets::PATIENCE;
use rcgen::{ExtendedKeyUsagePurpose, KeyPair};

use crate::edit;
use crate::stage::{Seen, refuse_client, refuse_server, serve, start_s_client, wait_for};

/// One way to have an alert sent.
pub(crate) struct Provocation {
    pub(crate) alert: Alert,
    /// Who does what.
    pub(crate) how: &'static str,
    /// What our end says of it.
    pub(crate) error: &'static str,
    pub(crate) provoke: fn() -> Seen,
}

/// Of each alert of the library that OpenSSL can see, one.
pub(crate) const PROVOCATIONS: [Provocation; 25] = [
    Provocation {
        alert: Alert::CloseNotify,
        how: "our server half-closes",
        error: "",
        provoke: close_notify,
    },
    Provocation {
        alert: Alert::UserCanceled,
        how: "our client closes before the handshake is complete",
        error: "",
        provoke: user_canceled,
    },
    Provocation {
        alert: Alert::UnexpectedMessage,
        how: "application data in the clear comes before OpenSSL's ClientHello",
        error: "application_data",
        provoke: || hello(edit::data_first, Alert::UnexpectedMessage),
    },
    Provocation {
        alert: Alert::BadRecordMac,
        how: "OpenSSL's first protected record is changed on its way",
        error: "cannot be deprotected",
        provoke: || hello(edit::bit_flipped, Alert::BadRecordMac),
    },
    Provocation {
        alert: Alert::RecordOverflow,
        how: "the length of OpenSSL's ClientHello is changed on its way",
        error: "longer than TLS allows",
        provoke: || hello(edit::too_long, Alert::RecordOverflow),
    },
    Provocation {
        alert: Alert::DecodeError,
        how: "legacy_session_id of OpenSSL's ClientHello is changed on its way",
        error: "malformed at legacy_session_id",
        provoke: || hello(edit::malformed, Alert::DecodeError),
    },
    Provocation {
        alert: Alert::IllegalParameter,
        how: "legacy_compression_methods of OpenSSL's ClientHello is changed on its way",
        error: "illegal value in legacy_compression_methods",
        provoke: || hello(edit::compressed, Alert::IllegalParameter),
    },
    Provocation {
        alert: Alert::MissingExtension,
        how: "signature_algorithms of OpenSSL's ClientHello is lost on its way",
        error: "lacks the extension signature_algorithms",
        provoke: || hello(edit::without_schemes, Alert::MissingExtension),
    },
    Provocation {
        alert: Alert::UnsupportedExtension,
        how: "OpenSSL's ServerHello gets an extension on its way",
        error: "which was not asked for",
        provoke: unsupported_extension,
    },
    Provocation {
        alert: Alert::ProtocolVersion,
        how: "openssl s_client -tls1_2",
        error: "does not speak TLS 1.3",
        provoke: || arguments(&["-tls1_2"], Alert::ProtocolVersion),
    },
    Provocation {
        alert: Alert::HandshakeFailure,
        how: "openssl s_client -groups X448",
        error: "no key exchange group in common",
        provoke: || arguments(&["-groups", "X448"], Alert::HandshakeFailure),
    },
    Provocation {
        alert: Alert::NoApplicationProtocol,
        how: "openssl s_client -alpn spdy/3",
        error: "application protocol",
        provoke: || arguments(&["-alpn", "spdy/3"], Alert::NoApplicationProtocol),
    },
    Provocation {
        alert: Alert::EchRequired,
        how: "our client encrypts its ClientHello, which openssl s_server cannot read; it has a \
              certificate for the public name",
        error: "could not read the encrypted ClientHello",
        provoke: ech_required,
    },
    Provocation {
        alert: Alert::CertificateRequired,
        how: "openssl s_client has no certificate",
        error: "the client sent none",
        provoke: || arguments(&[], Alert::CertificateRequired),
    },
    Provocation {
        alert: Alert::BadCertificate,
        how: "openssl s_server has a certificate for another name",
        error: "not for the name",
        provoke: || {
            let other =
                |authority: &Authority| authority.server_for(KeyKind::P256, &["elsewhere.example"]);
            certificate(other, Alert::BadCertificate)
        },
    },
    Provocation {
        alert: Alert::UnsupportedCertificate,
        how: "openssl s_server has a certificate for clients",
        error: "is not for this purpose",
        provoke: || certificate(for_clients, Alert::UnsupportedCertificate),
    },
    Provocation {
        alert: Alert::CertificateRevoked,
        how: "the verdict on the certificate of openssl s_server is scripted: no list of revoked \
              certificates is looked at",
        error: "has been revoked",
        provoke: || judged(CertificateError::Revoked, Alert::CertificateRevoked),
    },
    Provocation {
        alert: Alert::BadCertificateStatusResponse,
        how: "the verdict on the certificate of openssl s_server is scripted: it sends no OCSP \
              response",
        error: "the OCSP response with it is not accepted",
        provoke: || {
            let verdict = CertificateError::BadStaple { reason: "it is of another certificate" };
            judged(verdict, Alert::BadCertificateStatusResponse)
        },
    },
    Provocation {
        alert: Alert::AccessDenied,
        how: "the verdict on the certificate of openssl s_server is scripted: only a program's own \
              judgement lets somebody valid not in",
        error: "not let in",
        provoke: || judged(CertificateError::AccessDenied, Alert::AccessDenied),
    },
    Provocation {
        alert: Alert::UnrecognizedName,
        how: "openssl s_client asks for a name for which our server has no certificate",
        error: "not other.example",
        provoke: unrecognized_name,
    },
    Provocation {
        alert: Alert::CertificateExpired,
        how: "openssl s_server has a certificate of another year",
        error: "expired",
        provoke: || certificate(Authority::expired_server, Alert::CertificateExpired),
    },
    Provocation {
        alert: Alert::CertificateUnknown,
        how: "openssl s_server has more certificates than the limit",
        error: "the chain has more than",
        provoke: too_many_certificates,
    },
    Provocation {
        alert: Alert::UnknownCa,
        how: "openssl s_server has a certificate of an authority that is not trusted",
        error: "no path leads",
        provoke: || certificate(|_| Authority::new().server(KeyKind::P256), Alert::UnknownCa),
    },
    Provocation {
        alert: Alert::DecryptError,
        how: "openssl s_server signs with another key than that of its certificate",
        error: "does not prove that it owns its key",
        provoke: decrypt_error,
    },
    Provocation {
        alert: Alert::InternalError,
        how: "our server has no random bytes for its answer to openssl s_client",
        error: "no random bytes",
        provoke: internal_error,
    },
];

fn code(alert: Alert) -> u8 {
    AlertDescription::from(alert).0
}

/// Someone in the middle changes what `openssl s_client` sends.
fn hello(edit: Edit, alert: Alert) -> Seen {
    let (authority, identity) = authority_and_server();
    refuse_client(&authority, &Server::new(identity), Some(edit), &[], code(alert))
}

/// `openssl s_client` is called with these arguments.
fn arguments(arguments: &[&str], alert: Alert) -> Seen {
    let (authority, identity) = authority_and_server();
    let asks = arguments.is_empty().then_some((&authority, true));
    let server = Server { asks, alpn: &["h2"], ..Server::new(identity) };
    refuse_client(&authority, &server, None, arguments, code(alert))
}

/// `openssl s_server` has this certificate.
fn certificate(identity: impl Fn(&Authority) -> IssuedIdentity, alert: Alert) -> Seen {
    let authority = Authority::new();
    let identity = identity(&authority);
    refuse_server(&Client::new(&authority), &identity, None, &[], code(alert))
}

fn ech_required() -> Seen {
    let authority = Authority::new();
    let identity = authority.server_for(KeyKind::P256, &["public.example"]);
    let server = SServer::start(&identity, &["-msg"]);
    let key = EchKey::generate(1, "public.example").unwrap();
    let config = Client::new(&authority).config().with_ech(&key.config_list()).unwrap();
    let socket = TcpStream::connect(("localhost", server.port)).unwrap();
    let mut stream =
        Stream::client(config, ServerName::try_from("localhost").unwrap(), socket).unwrap();
    stream.set_read_timeout(Some(PATIENCE));
    let ours = stream.handshake().err().map_or_else(String::new, |error| error.to_string());
    let _ = stream.close();
    let (alerts, printed) = wait_for(&server.process.output, code(Alert::EchRequired));
    Seen { alerts, printed, ours }
}

fn close_notify() -> Seen {
    let (authority, identity) = authority_and_server();
    let server = Server::new(identity);
    let half_close = |stream: &mut Stream| stream.half_close();
    serve(&authority, &server, None, &[], code(Alert::CloseNotify), half_close)
}

fn user_canceled() -> Seen {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-msg"]);
    let mut stream = Client::new(&authority).stream(server.port);
    stream.set_read_timeout(Some(Duration::ZERO));
    // While the server is stopped, no answer can complete the handshake.
    server.process.stop();
    assert!(stream.handshake().is_err());
    server.process.go_on();
    let ours = stream.close().err().map_or_else(String::new, |error| error.to_string());
    let (alerts, printed) = wait_for(&server.process.output, code(Alert::UserCanceled));
    Seen { alerts, printed, ours }
}

fn unsupported_extension() -> Seen {
    let (authority, identity) = authority_and_server();
    let edit: Option<Edit> = Some(edit::with_extension);
    let alert = code(Alert::UnsupportedExtension);
    refuse_server(&Client::new(&authority), &identity, edit, &[], alert)
}

fn for_clients(authority: &Authority) -> IssuedIdentity {
    authority.changed_server(|parameters| {
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    })
}

fn too_many_certificates() -> Seen {
    let (authority, identity) = authority_and_server();
    let chain = file(identity.certificate_pem.repeat(40));
    let arguments = ["-cert_chain", text(&chain)];
    let alert = code(Alert::CertificateUnknown);
    refuse_server(&Client::new(&authority), &identity, None, &arguments, alert)
}

/// Our client has this to say of the certificate of `openssl s_server`.
fn judged(verdict: CertificateError, alert: Alert) -> Seen {
    let identity = Authority::new().server(KeyKind::P256);
    let server = SServer::start(&identity, &["-msg"]);
    let config = ClientConfig::builder().with_scripted_verdict(Err(verdict)).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let mut stream = blocking::Stream::client(config, name, socket).unwrap();
    stream.set_read_timeout(Some(PATIENCE));
    let ours = stream.handshake().unwrap_err().to_string();
    let _ = stream.close();
    let (alerts, printed) = wait_for(&server.process.output, code(alert));
    Seen { alerts, printed, ours }
}

fn unrecognized_name() -> Seen {
    let (authority, identity) = authority_and_server();
    let server = Server { by_name: true, ..Server::new(identity) };
    let arguments = ["-servername", "other.example"];
    refuse_client(&authority, &server, None, &arguments, code(Alert::UnrecognizedName))
}

/// OpenSSL does not compute the public half of a key that brings one: it believes it, compares it
/// with the certificate's, and signs with the private half.
fn decrypt_error() -> Seen {
    let (authority, identity) = authority_and_server();
    let public = |key: &PrivateKeyDer<'_>| {
        KeyPair::try_from(key.secret_der()).unwrap().public_key_raw().to_vec()
    };
    let other = authority.server(KeyKind::P256);
    let (ours, wrong) = (public(&identity.key), public(&other.key));
    let mut key = other.key.secret_der().to_vec();
    let at = key.windows(wrong.len()).position(|window| window == wrong).unwrap();
    key[at..at + ours.len()].copy_from_slice(&ours);
    let key = file(key);
    let arguments = ["-key", text(&key), "-keyform", "DER"];
    let alert = code(Alert::DecryptError);
    refuse_server(&Client::new(&authority), &identity, None, &arguments, alert)
}

fn internal_error() -> Seen {
    let (authority, identity) = authority_and_server();
    // The script has random bytes for the ServerHello, and none for the key share.
    let script = Script { random: [vec![7; 32]].into(), ..Script::default() };
    let signature = Signature {
        certificate: identity.chain[0].to_vec(),
        scheme: SignatureScheme::EcdsaSecp256r1Sha256,
        content: Vec::new(),
        signature: Vec::new(),
    };
    let config = ServerConfig::builder_with_provider(Recorded::new(script))
        .with_no_client_auth()
        .with_scripted_identity(SigningKey::new(signature));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let mut stream = blocking::Stream::server(config, socket).unwrap();
        stream.set_read_timeout(Some(PATIENCE));
        let ours = stream.handshake().unwrap_err().to_string();
        let _ = stream.close();
        ours
    });
    let client = start_s_client(&authority, port, None, &[]);
    let (alerts, printed) = wait_for(&client.output, code(Alert::InternalError));
    Seen { alerts, printed, ours: serving.join().unwrap() }
}
