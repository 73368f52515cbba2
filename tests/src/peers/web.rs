//! Web servers and what stands before them: nginx and HAProxy.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use super::files::{Files, file, text};
use crate::certificates::{Authority, KeyKind};
use crate::process::Process;
use crate::sockets::PATIENCE;

/// Where Debian has it, which is not in everybody's search path.
fn program(name: &str) -> PathBuf {
    let path = Path::new("/usr/sbin").join(name);
    if path.exists() { path } else { name.into() }
}

/// A port that is free. Neither server can be told to let the system choose.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[track_caller]
fn wait_for(port: u16) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < PATIENCE, "nobody listens");
        thread::yield_now();
    }
}

/// Where an answer comes from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// This file.
    File(&'a Path),
    /// The HTTP server on this port.
    Server(u16),
}

/// nginx, which answers every request from this source, and its port. It speaks TLS, with a
/// certificate of `authority`, if there is one.
#[must_use]
#[track_caller]
pub fn nginx(authority: Option<&Authority>, source: Source<'_>) -> (Process, u16) {
    let port = free_port();
    let answers = match source {
        Source::File(page) => {
            let name = page.file_name().unwrap().to_str().unwrap();
            let directory = text(page.parent().unwrap());
            format!("root {directory}; location / {{ rewrite ^ /{name} break; }}")
        }
        Source::Server(port) => {
            format!("location / {{ proxy_pass http://127.0.0.1:{port}; }}")
        }
    };
    let secured = authority.map_or_else(
        || format!("listen 127.0.0.1:{port};"),
        |authority| {
            let Files { certificate, key } = Files::new(&authority.server(KeyKind::P256));
            let (certificate, key) = (text(&certificate), text(&key));
            format!(
                "listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.3;\n\
                 ssl_certificate {certificate}; ssl_certificate_key {key};"
            )
        },
    );
    let configuration = format!(
        "daemon off; master_process off; pid {pid}; error_log stderr;\n\
         events {{}}\n\
         http {{\n\
           access_log off;\n\
           server {{\n\
             {secured}\n\
             {answers}\n\
           }}\n\
         }}\n",
        pid = text(&file("")),
    );
    let configuration = file(configuration);
    let mut command = Command::new(program("nginx"));
    let server = Process::start(command.args(["-e", "stderr", "-c"]).arg(configuration));
    wait_for(port);
    (server, port)
}

/// HAProxy, which speaks TLS with a certificate of `authority` and passes what it gets to the HTTP
/// server on `backend`; and its port.
#[must_use]
#[track_caller]
pub fn haproxy(authority: &Authority, backend: u16) -> (Process, u16) {
    let port = free_port();
    let Files { certificate, key } = Files::new(&authority.server(KeyKind::P256));
    // HAProxy wants both in one file.
    let both = [certificate, key].map(|one| fs::read_to_string(one).unwrap()).concat();
    let configuration = format!(
        "defaults\n\
         mode http\n\
         timeout connect 60s\n\
         timeout client 60s\n\
         timeout server 60s\n\
         frontend secured\n\
         bind 127.0.0.1:{port} ssl crt {certificate} ssl-min-ver TLSv1.3\n\
         default_backend plain\n\
         backend plain\n\
         server one 127.0.0.1:{backend}\n",
        certificate = text(&file(both)),
    );
    let configuration = file(configuration);
    let mut command = Command::new(program("haproxy"));
    let server = Process::start(command.args(["-db", "-f"]).arg(configuration));
    wait_for(port);
    (server, port)
}
