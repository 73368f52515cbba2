//! HTTP/1, as far as one small page needs it.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use hyaline::crypto::CryptoProvider;

use crate::input::Input;
use crate::support;

/// The longest head of a request, in bytes.
const HEAD: usize = 1 << 14;

/// What ends a head.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Answers one request of HTTP/1, and closes. It may be in early data: GET and HEAD may be answered
/// twice (RFC 8470 section 3).
pub(crate) fn answer<P: CryptoProvider>(
    input: &mut Input<'_, P>,
    time: Option<Duration>,
) -> io::Result<()> {
    let until = time.and_then(|time| Instant::now().checked_add(time));
    let mut head = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        // The deadline is that of the whole head, however slowly it comes.
        if let Some(until) = until {
            input.stream.set_read_timeout(Some(until.saturating_duration_since(Instant::now())));
        }
        let count = input.read(&mut bytes)?;
        if count == 0 && head.is_empty() {
            return Ok(());
        }
        if count == 0 {
            return respond(input, true, "400 Bad Request", "That was not an HTTP request.\n");
        }
        // What was looked at before need not be again, but for a beginning of the end.
        let unseen = head.len().saturating_sub(END_OF_HEAD.len() - 1);
        head.extend_from_slice(bytes.get(..count).unwrap_or_default());
        let seen = head.get(unseen..).unwrap_or_default();
        if seen.windows(END_OF_HEAD.len()).any(|end| end == END_OF_HEAD) {
            break;
        }
        if head.len() > HEAD {
            let status = "431 Request Header Fields Too Large";
            return respond(input, true, status, "That is too long.\n");
        }
    }
    let with_body = !head.starts_with(b"HEAD ");
    if with_body && !head.starts_with(b"GET ") {
        let status = "405 Method Not Allowed\r\nAllow: GET, HEAD";
        return respond(input, true, status, "There are only GET and HEAD.\n");
    }
    let page = format!("Hello from Hyaline.\n{}\n", support::summary(input.stream.connection()));
    respond(input, with_body, "200 OK", &page)
}

/// The answer; to HEAD without the page, whose length it names nevertheless (RFC 9110 section
/// 9.3.2).
fn respond(stream: &mut impl Write, with_body: bool, status: &str, page: &str) -> io::Result<()> {
    let length = page.len();
    let mut response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    if with_body {
        response += page;
    }
    stream.write_all(response.as_bytes())
}
