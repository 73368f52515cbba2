//! NewSessionTicket and KeyUpdate (RFC 9846 section 4.7).

use super::extension::{Extensions, Place};
use super::grease::Grease;
use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};

/// A ticket for a later handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NewSessionTicket<'a> {
    /// In seconds.
    pub(crate) lifetime: u32,
    /// Added to the ticket's age, which it hides.
    pub(crate) age_add: u32,
    pub(crate) nonce: &'a [u8],
    pub(crate) ticket: &'a [u8],
    /// How many bytes of early data may be sent under its key (max_early_data_size); 0 without the
    /// extension.
    pub(crate) early_data: u32,
}

impl<'a> NewSessionTicket<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(HandshakeType::NewSessionTicket, body);
        let lifetime = reader.u32("ticket_lifetime")?;
        let age_add = reader.u32("ticket_age_add")?;
        let nonce = reader.vector8(0, "ticket_nonce")?;
        let ticket = reader.vector16(1, "ticket")?;
        let block = reader.vector16(0, "extensions")?;
        reader.end("extensions")?;
        let mut early_data = 0;
        for extension in Extensions::decode(&reader, block)?.in_place(Place::NewSessionTicket) {
            if let (ExtensionType::EarlyData, mut contents) = extension? {
                early_data = contents.u32("max_early_data_size")?;
                contents.end("max_early_data_size")?;
            }
        }
        Ok(Self { lifetime, age_add, nonce, ticket, early_data })
    }

    /// Appends the message.
    pub(crate) fn encode(&self, grease: Option<&Grease>, buffer: &mut Vec<u8>) {
        Writer::new(buffer).handshake(HandshakeType::NewSessionTicket, |body| {
            body.u32(self.lifetime);
            body.u32(self.age_add);
            body.vector8(|nonce| nonce.bytes(self.nonce));
            body.vector16(|ticket| ticket.bytes(self.ticket));
            body.vector16(|extensions| {
                if let Some(grease) = grease {
                    grease.write_first(extensions);
                }
                if self.early_data > 0 {
                    extensions.extension(ExtensionType::EarlyData, |contents| {
                        contents.u32(self.early_data);
                    });
                }
            });
        });
    }
}

/// The sender changes its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyUpdate {
    /// The receiver is to change its keys too.
    pub(crate) requested: bool,
}

impl KeyUpdate {
    pub(crate) fn decode(body: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(HandshakeType::KeyUpdate, body);
        let request = reader.u8("request_update")?;
        reader.end("request_update")?;
        match request {
            0 => Ok(Self { requested: false }),
            1 => Ok(Self { requested: true }),
            _ => Err(reader.illegal("request_update")),
        }
    }

    /// Appends the message.
    pub(crate) fn encode(self, buffer: &mut Vec<u8>) {
        Writer::new(buffer)
            .handshake(HandshakeType::KeyUpdate, |body| body.u8(u8::from(self.requested)));
    }
}
