use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use rustls_pki_types::ServerName;

use super::super::tests::{configs, reason};
use super::super::{ALERT_TIME, CLOSE_TIME, Stream};
use crate::Error;

/// Two ends of one TCP connection.
fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// Two streams over TCP, connected.
fn connected() -> (Stream, Stream) {
    let (client, server) = sockets();
    let (client_config, server_config) = configs("authority");
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = Stream::client(client_config, name, client).unwrap();
    let mut server = Stream::server(server_config, server).unwrap();
    thread::scope(|scope| {
        let accepting = scope.spawn(|| server.handshake());
        client.handshake().unwrap();
        accepting.join().unwrap().unwrap();
    });
    (client, server)
}

#[test]
fn a_stream_that_is_aborted_is_reset_for_its_peer() {
    let (mut client, mut server) = connected();
    client.write_all(b"a part").unwrap();
    let mut part = [0; 6];
    server.read_exact(&mut part).unwrap();
    client.abort();
    let error = server.read(&mut part).unwrap_err();
    assert_eq!(reason(&error), Error::Reset);
}

#[test]
fn what_is_unread_and_unsent_goes_with_an_abort() {
    let (mut client, mut server) = connected();
    server.write_all(b"unread").unwrap();
    client.read_exact(&mut [0]).unwrap();
    client.set_write_timeout(Some(Duration::ZERO));
    while client.write(&[7; 1 << 16]).is_ok() {}
    assert!(client.unread() > 0 && client.unsent() > 0);
    client.abort();
    assert_eq!((client.unread(), client.unsent()), (0, 0));
    assert_eq!(reason(&client.read(&mut [0]).unwrap_err()), Error::Closed);
    assert_eq!(reason(&client.write(&[0]).unwrap_err()), Error::Closed);
    client.close().unwrap();
    client.abort();
    let mut received = Vec::new();
    let error = server.read_to_end(&mut received).unwrap_err();
    assert_eq!(reason(&error), Error::Reset);
}

#[cfg(target_os = "linux")]
#[test]
fn a_duplicate_of_the_descriptor_does_not_hold_up_an_abort() {
    let (mut client, mut server) = connected();
    let duplicate = client.get_ref().unwrap().try_clone().unwrap();
    client.abort();
    assert_eq!(reason(&server.read(&mut [0]).unwrap_err()), Error::Reset);
    drop(duplicate);
}

#[test]
fn either_half_aborts_both() {
    let (client, mut server) = connected();
    let (mut reader, writer) = client.split().unwrap();
    let reading = thread::spawn(move || reader.read(&mut [0]).unwrap_err());
    writer.abort();
    assert_eq!(reason(&reading.join().unwrap()), Error::Reset);
    // On Linux the peer knows already, and elsewhere when the socket is closed.
    drop(writer);
    assert_eq!(reason(&server.read(&mut [0]).unwrap_err()), Error::Reset);

    let (client, mut server) = connected();
    let (reader, mut writer) = client.split().unwrap();
    let writing = thread::spawn(move || {
        let written: io::Result<()> = loop {
            if let Err(error) = writer.write(&[7; 1 << 16]) {
                break Err(error);
            }
        };
        written.unwrap_err()
    });
    reader.abort();
    assert_eq!(reason(&writing.join().unwrap()), Error::Reset);
    drop(reader);
    assert_eq!(reason(&server.read_to_end(&mut Vec::new()).unwrap_err()), Error::Reset);
}

#[test]
fn a_stranger_to_whom_an_alert_has_gone_is_not_waited_for_long() {
    for goes_on in [false, true] {
        let (mut stranger, socket) = sockets();
        let (_, config) = configs("authority");
        let mut server = Stream::server(config, socket).unwrap();
        stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let offence = server.handshake().unwrap_err();
        let began = Instant::now();
        let sending = stranger.try_clone().unwrap();
        let sending = thread::spawn(move || {
            let mut sending = sending;
            while goes_on && sending.write_all(&[7; 1 << 16]).is_ok() {}
        });
        let mut alert = [0; 7];
        stranger.read_exact(&mut alert).unwrap();
        // alert, fatal, unexpected_message or another
        assert_eq!((alert[0], alert[5]), (21, 2));
        assert_eq!(reason(&server.close().unwrap_err()), reason(&offence));
        assert!(began.elapsed() < (ALERT_TIME + CLOSE_TIME) / 2);
        sending.join().unwrap();
    }
}
