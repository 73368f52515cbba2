//! nginx as the server of our client example.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{PATIENCE, pattern};

use crate::ours::example;

/// More than all buffers hold.
const LENGTH: usize = 16 << 20;

/// Where Debian has it, which is not in everybody's search path.
fn nginx() -> PathBuf {
    let path = Path::new("/usr/sbin/nginx");
    if path.exists() { path.to_owned() } else { "nginx".into() }
}

/// nginx, which answers every request with this file, and its port.
fn serve(authority: &Authority, page: &Path) -> (Process, u16) {
    let Files { certificate, key } = Files::new(&authority.server(KeyKind::P256));
    // It cannot be told to let the system choose.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (directory, name) = (page.parent().unwrap(), page.file_name().unwrap().to_str().unwrap());
    let configuration = format!(
        "daemon off; master_process off; pid {pid}; error_log stderr;\n\
         events {{}}\n\
         http {{\n\
           access_log off;\n\
           server {{\n\
             listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.3;\n\
             ssl_certificate {certificate}; ssl_certificate_key {key};\n\
             root {directory}; location / {{ rewrite ^ /{name} break; }}\n\
           }}\n\
         }}\n",
        pid = text(&file("")),
        certificate = text(&certificate),
        key = text(&key),
        directory = text(directory),
    );
    let configuration = file(configuration);
    let server =
        Process::start(Command::new(nginx()).args(["-e", "stderr", "-c"]).arg(configuration));
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < PATIENCE, "nginx does not listen");
        thread::yield_now();
    }
    (server, port)
}

#[test]
fn the_pipe_that_the_help_shows_gets_a_page_of_nginx() {
    let authority = Authority::new();
    let page = pattern(LENGTH);
    let (_nginx, port) = serve(&authority, &file(&page));
    let help = Process::start(Command::new(example("client")).arg("--help")).output.text();
    let pipe = help.lines().find(|line| line.contains("printf")).unwrap();
    let client = example("client");
    let trust = file(authority.pem());
    let client = format!("| {} --ca {} ", text(&client), text(&trust));
    let pipe =
        pipe.replace("| client ", &client).replace("example.net:443", &format!("localhost:{port}"));
    let mut answer = Process::start(Command::new("sh").arg("-c").arg(pipe));
    assert_eq!(answer.finish(), 0, "{}", answer.errors.text());
    let answer = answer.output.all();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(answer.ends_with(&page), "{} bytes", answer.len());
}
