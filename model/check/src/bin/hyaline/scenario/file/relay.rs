//! How a relay is written in a file: with the keys that the command line of `hyaline relay` has.

use hyaline_check::relay::written::{AskedRelay, WrittenRelay};
use serde::Deserialize;
use toml::Spanned;

use super::entry::{Entry, FileQuestion, Places, Reader, needed, value};

/// Who may notice what fails.
const ENDS: [&str; 3] = ["client", "relay", "server"];

/// A relay as it is written, with the places of what is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct FileRelay {
    pub(super) name: Spanned<String>,
    expect: Spanned<String>,
    at: Option<Spanned<String>>,
    client_program: Spanned<String>,
    server_program: Spanned<String>,
    client: Option<Spanned<String>>,
    relay: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    copying: Option<Spanned<String>>,
    buffers: Option<Spanned<String>>,
    send_buffer: Option<Spanned<u8>>,
    receive_buffer: Option<Spanned<u8>>,
    tickets: Option<Spanned<u8>>,
    reset: Option<Spanned<String>>,
}

impl FileRelay {
    /// The entry.
    ///
    /// # Errors
    ///
    /// What is wrong, with the file, the line and the key.
    pub(super) fn read(&self, reader: &Reader<'_>) -> Result<Entry, String> {
        let place = self.name.span();
        let (written, places) = self.written();
        let asked =
            AskedRelay::read(&written).map_err(|error| reader.wrong_in(&error, &places, &place))?;
        let expected = reader.expected(&self.expect)?;
        let at = self.at.as_ref().map(|end| reader.where_it_fails("at", end, expected, known_end));
        Ok(Entry {
            name: self.name.get_ref().clone(),
            line: reader.line(&place),
            question: FileQuestion::Relay { asked, at: at.transpose()? },
            expected,
        })
    }

    /// The relay without the places, and the places.
    fn written(&self) -> (WrittenRelay, Places) {
        let mut places = Places::new();
        let at = &mut places;
        let written = WrittenRelay {
            client_program: needed(at, "client-program", &self.client_program),
            server_program: needed(at, "server-program", &self.server_program),
            client: value(at, "client", &self.client),
            relay: value(at, "relay", &self.relay),
            server: value(at, "server", &self.server),
            copying: value(at, "copying", &self.copying),
            buffers: value(at, "buffers", &self.buffers),
            send_buffer: value(at, "send-buffer", &self.send_buffer),
            receive_buffer: value(at, "receive-buffer", &self.receive_buffer),
            tickets: value(at, "tickets", &self.tickets),
            reset: value(at, "reset", &self.reset),
        };
        (written, places)
    }
}

fn known_end(word: &str) -> Result<String, String> {
    match ENDS.contains(&word) {
        true => Ok(word.to_owned()),
        false => Err(format!("`{word}` is none of {}", ENDS.join(", "))),
    }
}
