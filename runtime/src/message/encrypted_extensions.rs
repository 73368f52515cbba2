//! EncryptedExtensions (RFC 9846 section 4.4.1).

use super::certificate_types::AgreedTypes;
use super::client_hello::{ProtocolNames, record_size_limit};
use super::extension::{Extensions, Place};
use super::list::{List, list16, write_list};
use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType, NamedGroup};
use crate::record_size::RecordSizeLimit;

/// What a server says under the first keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EncryptedExtensions<'a> {
    /// The server has used the name.
    pub(crate) server_name: bool,
    /// Groups that the server would rather have had. Nothing is done with them yet.
    pub(crate) groups: Option<List<'a, NamedGroup>>,
    pub(crate) application_protocol: Option<&'a [u8]>,
    pub(crate) record_size_limit: Option<RecordSizeLimit>,
    /// The server accepts the client's early data.
    pub(crate) early_data: bool,
    pub(crate) certificate_types: AgreedTypes,
    /// By what configurations the server would have read the encrypted ClientHello: an
    /// ECHConfigList (RFC 9849 section 5).
    pub(crate) retry_configs: Option<&'a [u8]>,
}

impl<'a> EncryptedExtensions<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let message = HandshakeType::EncryptedExtensions;
        let mut reader = Reader::new(message, body);
        let block = reader.vector16(0, "extensions")?;
        reader.end("extensions")?;
        let mut found = Self::default();
        for extension in Extensions::decode(&reader, block)?.in_place(Place::EncryptedExtensions) {
            let (extension, mut contents) = extension?;
            match extension {
                ExtensionType::ServerName => found.server_name = true,
                ExtensionType::SupportedGroups => {
                    found.groups = Some(list16(&mut contents, "supported_groups")?);
                }
                ExtensionType::ApplicationLayerProtocolNegotiation => {
                    let names = ProtocolNames::decode(&mut contents)?;
                    let mut names = names.iter();
                    // RFC 7301 section 3.1: exactly one.
                    found.application_protocol = match (names.next(), names.next()) {
                        (Some(name), None) => Some(name),
                        _ => return Err(reader.malformed("protocol_name_list")),
                    };
                }
                ExtensionType::RecordSizeLimit => {
                    found.record_size_limit = Some(record_size_limit(&mut contents)?);
                }
                ExtensionType::EarlyData => found.early_data = true,
                ExtensionType::ClientCertificateType | ExtensionType::ServerCertificateType => {
                    found.certificate_types.read(extension, &mut contents)?;
                }
                ExtensionType::EncryptedClientHello => {
                    found.retry_configs = Some(contents.take_rest());
                }
                // This library never asks for the others, such as max_fragment_length.
                _ => return Err(Error::UnsolicitedExtension { message, extension }),
            }
            contents.end("extension_data")?;
        }
        Ok(found)
    }

    /// Appends the message. `groups` are what the server would rather have had.
    pub(crate) fn encode(&self, groups: Option<&[NamedGroup]>, buffer: &mut Vec<u8>) {
        Writer::new(buffer).handshake(HandshakeType::EncryptedExtensions, |body| {
            body.vector16(|extensions| {
                if self.server_name {
                    extensions.extension(ExtensionType::ServerName, |_| {});
                }
                if let Some(groups) = groups {
                    extensions.extension(ExtensionType::SupportedGroups, |contents| {
                        contents.vector16(|list| write_list(list, groups));
                    });
                }
                if let Some(limit) = self.record_size_limit {
                    extensions.extension(ExtensionType::RecordSizeLimit, |contents| {
                        contents.u16(limit.number());
                    });
                }
                if self.early_data {
                    extensions.extension(ExtensionType::EarlyData, |_| {});
                }
                self.certificate_types.write(extensions);
                if let Some(name) = self.application_protocol {
                    let alpn = ExtensionType::ApplicationLayerProtocolNegotiation;
                    extensions.extension(alpn, |contents| {
                        contents.vector16(|list| list.vector8(|one| one.bytes(name)));
                    });
                }
                if let Some(list) = self.retry_configs {
                    let extension = ExtensionType::EncryptedClientHello;
                    extensions.extension(extension, |contents| contents.bytes(list));
                }
            });
        });
    }
}
