//! Servers that choose their configuration when they have read the ClientHello.

use super::*;
use crate::{Alert, AlertDescription, EchKey, EchStatus, Refusal};

/// A client that has not begun, and the socket on which its server waits.
fn client_and_socket() -> (Stream<LocalSocket>, Arc<ServerConfig>, LocalSocket) {
    let (client, server) = configs("one");
    let (first, second) = sockets();
    let name = ServerName::try_from("localhost").unwrap();
    (Stream::client(client, name, first).unwrap(), Arc::new(server), second)
}

#[test]
fn a_server_is_configured_by_what_the_client_says() {
    let (mut client, config, socket) = client_and_socket();
    thread::scope(|scope| {
        scope.spawn(|| {
            client.write_all(b"hello").unwrap();
            client.close().unwrap();
        });
        let start = LazyAcceptor::new().accept(socket).unwrap();
        assert_eq!(start.client_hello().server_name(), Some("localhost"));
        assert!(start.get_ref().is_some());
        assert!(format!("{start:?}").contains("localhost"));
        let mut server = start.into_stream(config).unwrap();
        let mut heard = String::new();
        server.read_to_string(&mut heard).unwrap();
        server.close().unwrap();
        assert_eq!(heard, "hello");
    });
}

#[test]
fn a_client_that_says_nothing_or_half_of_it_is_let_go_when_its_time_is_over() {
    for said in [&b""[..], &[22, 3, 1, 2, 0, 1, 0, 1]] {
        let (mut client, socket) = sockets();
        client.write_all(said).unwrap();
        let acceptor = LazyAcceptor::default().with_read_timeout(Duration::from_millis(20));
        let error = acceptor.accept(socket).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(reason(&error), Error::Timeout);
        // The socket is closed; bytes that nobody has read reset it.
        let ended = client.read(&mut [0]);
        assert!(matches!(ended.as_ref().map_err(io::Error::kind), Ok(0) | Err(_)), "{ended:?}");
    }
}

#[test]
fn the_sockets_own_time_bounds_the_wait_for_a_client() {
    let (_client, socket) = sockets();
    socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let error = LazyAcceptor::new().accept(socket).unwrap_err();
    assert_eq!(error.kind(), system::OUT_OF_TIME);
    assert_eq!(reason(&error), Error::Timeout);
}

#[test]
fn what_is_no_tls_is_answered_by_an_alert() {
    let (mut client, socket) = sockets();
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let error = LazyAcceptor::new().accept(socket).unwrap_err();
    assert_eq!(reason(&error), Error::NotTls { looks_like: "HTTP" });
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).unwrap();
    assert_eq!(heard, [21, 3, 3, 0, 2, 2, AlertDescription::from(Alert::UnexpectedMessage).0]);
}

#[test]
fn a_client_that_goes_before_its_hello_is_told_apart() {
    let (client, socket) = sockets();
    drop(client);
    let error = LazyAcceptor::new().accept(socket).unwrap_err();
    assert_eq!(reason(&error), Error::Truncated);
}

#[test]
fn a_client_that_is_refused_hears_the_alert() {
    let (mut client, _config, socket) = client_and_socket();
    let (told, heard) = thread::scope(|scope| {
        let client = scope.spawn(move || {
            let failed = client.handshake().unwrap_err();
            let _ = client.close();
            reason(&failed)
        });
        let start = LazyAcceptor::new().accept(socket).unwrap();
        (reason(&start.refuse(Refusal::Name)), client.join().unwrap())
    });
    assert_eq!(told, Error::UnrecognizedName { name: "localhost".into() });
    assert_eq!(heard, Error::PeerAlert(Alert::UnrecognizedName.into()));
}

#[test]
fn a_socket_is_given_back_with_the_bytes_that_were_read() {
    let (mut client, socket) = sockets();
    let (mut first, _, _) = client_and_socket();
    let mut hello = Vec::new();
    let (inner, mut other) = sockets();
    first.driver.wire.transport = Some(Socket::new(inner));
    first.set_read_timeout(Some(Duration::ZERO));
    assert_eq!(reason(&first.handshake().unwrap_err()), Error::Timeout);
    drop(first);
    other.read_to_end(&mut hello).unwrap();
    client.write_all(&hello).unwrap();
    let start = LazyAcceptor::new().accept(socket).unwrap();
    let (mut socket, received) = start.into_parts().unwrap();
    assert_eq!(received, hello);
    client.write_all(b"more").unwrap();
    let mut more = [0; 4];
    socket.read_exact(&mut more).unwrap();
    assert_eq!(&more, b"more");
    // It is in the mode in which it came: a plain read waits.
    const TIME: Duration = Duration::from_millis(20);
    socket.set_read_timeout(Some(TIME)).unwrap();
    let before = Instant::now();
    assert_eq!(socket.read(&mut more).unwrap_err().kind(), system::OUT_OF_TIME);
    assert!(before.elapsed() >= TIME);
}

#[test]
fn what_is_encrypted_is_heard_by_who_has_the_key_and_what_is_in_the_clear_by_others() {
    for has_keys in [true, false] {
        let (client, config) = configs("one");
        let key = EchKey::generate(1, "public.example").unwrap();
        let client = client.with_ech(&key.config_list()).unwrap();
        let keys: Arc<[EchKey]> = Arc::from([key]);
        let config = Arc::new(config.with_ech_keys(Arc::clone(&keys)).unwrap());
        let (first, second) = sockets();
        let name = ServerName::try_from("localhost").unwrap();
        let mut client = Stream::client(client, name, first).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                client.write_all(b"hello").unwrap();
                assert_eq!(client.connection().negotiated().ech(), EchStatus::Accepted);
                client.close().unwrap();
            });
            let acceptor = match has_keys {
                true => LazyAcceptor::new().with_ech_keys(keys).unwrap(),
                false => LazyAcceptor::new(),
            };
            let start = acceptor.accept(second).unwrap();
            let heard = if has_keys { "localhost" } else { "public.example" };
            assert_eq!(start.client_hello().server_name(), Some(heard));
            let mut server = start.into_stream(config).unwrap();
            let mut heard = String::new();
            server.read_to_string(&mut heard).unwrap();
            assert_eq!(server.connection().negotiated().server_name(), Some("localhost"));
            server.close().unwrap();
            assert_eq!(heard, "hello");
        });
    }
}
