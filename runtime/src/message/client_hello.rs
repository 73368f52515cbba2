//! ClientHello (RFC 9846 section 4.2.2), as a server reads it.

use rustls_pki_types::DnsName;

use super::authorities::Authorities;
use super::certificate::{Wanted, read_compressions};
use super::certificate_types::ListedTypes;
use super::ech::EchClientHello;
use super::extension::{Extensions, Place};
use super::key_share::KeyShares;
use super::list::{List, has_duplicate, list16};
use super::pre_shared_key::OfferedPsks;
use super::reader::Reader;
use super::{LEGACY_VERSION, TLS13};
use crate::error::Error;
use crate::host_name::host_name;
use crate::identifiers::{CipherSuite, ExtensionType, HandshakeType, NamedGroup, SignatureScheme};
use crate::record_size::RecordSizeLimit;

/// The name type of RFC 6066 section 3.
const HOST_NAME: u8 = 0;
/// The mode psk_ke of RFC 9846 section 4.3.9.
pub(crate) const PSK_KE: u8 = 0;
/// The mode psk_dhe_ke of RFC 9846 section 4.3.9.
pub(crate) const PSK_DHE_KE: u8 = 1;
/// The longest legacy_session_id.
pub(crate) const MAXIMUM_SESSION_ID: usize = 32;

/// A legacy_session_id (RFC 9846 section 4.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SessionId {
    bytes: [u8; MAXIMUM_SESSION_ID],
    length: usize,
}

impl SessionId {
    /// A copy; none of more than [`MAXIMUM_SESSION_ID`] bytes.
    pub(crate) fn new(identifier: &[u8]) -> Option<Self> {
        let mut bytes = [0; MAXIMUM_SESSION_ID];
        bytes.get_mut(..identifier.len())?.copy_from_slice(identifier);
        Some(Self { bytes, length: identifier.len() })
    }
}

impl From<[u8; MAXIMUM_SESSION_ID]> for SessionId {
    fn from(bytes: [u8; MAXIMUM_SESSION_ID]) -> Self {
        Self { bytes, length: bytes.len() }
    }
}

impl core::ops::Deref for SessionId {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A ClientHello that offers TLS 1.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientHello<'a> {
    pub(crate) random: &'a [u8; 32],
    pub(crate) session_id: &'a [u8],
    pub(crate) suites: List<'a, CipherSuite>,
    pub(crate) server_name: Option<DnsName<'a>>,
    pub(crate) groups: Option<List<'a, NamedGroup>>,
    pub(crate) shares: Option<KeyShares<'a>>,
    /// For CertificateVerify, and for certificates too if there is no other list.
    pub(crate) schemes: Option<List<'a, SignatureScheme>>,
    pub(crate) certificate_schemes: Option<List<'a, SignatureScheme>>,
    pub(crate) application_protocols: Option<ProtocolNames<'a>>,
    pub(crate) psk_key_exchange_modes: Option<&'a [u8]>,
    pub(crate) cookie: Option<&'a [u8]>,
    pub(crate) pre_shared_key: Option<OfferedPsks<'a>>,
    pub(crate) early_data: bool,
    pub(crate) record_size_limit: Option<RecordSizeLimit>,
    pub(crate) wanted: Wanted,
    pub(crate) authorities: Authorities<'a>,
    /// Of certificates.
    pub(crate) compressions: Option<List<'a, u16>>,
    pub(crate) certificate_types: ListedTypes<'a>,
    pub(crate) ech: Option<EchClientHello<'a>>,
}

impl<'a> ClientHello<'a> {
    /// One without extensions.
    pub(crate) fn offering(
        random: &'a [u8; 32],
        session_id: &'a [u8],
        suites: List<'a, CipherSuite>,
    ) -> Self {
        Self {
            random,
            session_id,
            suites,
            server_name: None,
            groups: None,
            shares: None,
            schemes: None,
            certificate_schemes: None,
            application_protocols: None,
            psk_key_exchange_modes: None,
            cookie: None,
            pre_shared_key: None,
            early_data: false,
            record_size_limit: None,
            wanted: Wanted::default(),
            authorities: Authorities::default(),
            compressions: None,
            certificate_types: ListedTypes::default(),
            ech: None,
        }
    }

    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(HandshakeType::ClientHello, body);
        let legacy_version = reader.u16("legacy_version")?;
        let random = reader.array::<32>("random")?;
        let session_id = reader.vector8(0, "legacy_session_id")?;
        if session_id.len() > MAXIMUM_SESSION_ID {
            return Err(reader.malformed("legacy_session_id"));
        }
        let suites = reader.vector16(2, "cipher_suites")?;
        let suites = List::decode(&reader, suites, "cipher_suites")?;
        let compression = reader.vector8(1, "legacy_compression_methods")?;
        if reader.is_empty() {
            // Versions before TLS 1.3 could do without extensions.
            return Err(Error::UnsupportedVersion { version: legacy_version });
        }
        let block = reader.vector16(0, "extensions")?;
        reader.end("extensions")?;
        let extensions = Extensions::decode(&reader, block)?;

        // The version comes first, so that clients of older versions are told protocol_version,
        // whatever else they do in their own ways (RFC 9846 section 4.3.1).
        check_version(&extensions, legacy_version)?;
        if compression != [0] {
            return Err(reader.illegal("legacy_compression_methods"));
        }
        let mut hello = Self::offering(random, session_id, suites);
        let psk = ExtensionType::PreSharedKey;
        if extensions.find(psk).is_some() && extensions.last() != Some(psk) {
            return Err(reader.illegal("pre_shared_key"));
        }
        for extension in extensions.in_place(Place::ClientHello) {
            let (extension, contents) = extension?;
            hello.take(extension, contents)?;
        }
        hello.check_shares(&reader)?;
        Ok(hello)
    }

    /// Reads one extension's contents.
    fn take(&mut self, extension: ExtensionType, mut contents: Reader<'a>) -> Result<(), Error> {
        match extension {
            ExtensionType::ServerName => self.server_name = server_name(&mut contents)?,
            ExtensionType::SupportedGroups => {
                self.groups = Some(list16(&mut contents, "supported_groups")?);
            }
            ExtensionType::SignatureAlgorithms => {
                self.schemes = Some(list16(&mut contents, "signature_algorithms")?);
            }
            ExtensionType::SignatureAlgorithmsCert => {
                self.certificate_schemes =
                    Some(list16(&mut contents, "signature_algorithms_cert")?);
            }
            ExtensionType::ApplicationLayerProtocolNegotiation => {
                self.application_protocols = Some(ProtocolNames::decode(&mut contents)?);
            }
            ExtensionType::PskKeyExchangeModes => {
                self.psk_key_exchange_modes = Some(contents.vector8(1, "psk_key_exchange_modes")?);
            }
            ExtensionType::Cookie => self.cookie = Some(contents.vector16(1, "cookie")?),
            ExtensionType::KeyShare => self.shares = Some(KeyShares::decode(&mut contents)?),
            ExtensionType::CertificateAuthorities => {
                self.authorities = Authorities::decode(&mut contents)?;
            }
            ExtensionType::EarlyData => self.early_data = true,
            ExtensionType::RecordSizeLimit => {
                self.record_size_limit = Some(record_size_limit(&mut contents)?);
            }
            ExtensionType::PreSharedKey => {
                self.pre_shared_key = Some(OfferedPsks::decode(&mut contents)?);
            }
            ExtensionType::CompressCertificate => {
                self.compressions = Some(read_compressions(&mut contents)?);
            }
            ExtensionType::ClientCertificateType | ExtensionType::ServerCertificateType => {
                self.certificate_types.read(extension, &mut contents)?;
            }
            ExtensionType::EncryptedClientHello => {
                self.ech = Some(EchClientHello::decode(&mut contents)?);
            }
            ExtensionType::StatusRequest => self.wanted.read_status_request(&mut contents)?,
            ExtensionType::SignedCertificateTimestamp => self.wanted.timestamps = true,
            // supported_versions has been read; the rest asks for what this library never does.
            ExtensionType::SupportedVersions | ExtensionType::MaxFragmentLength => return Ok(()),
            _ => {}
        }
        contents.end("extension_data")
    }

    /// Section 4.3.8: a share for each group at most once, and only for supported groups. Servers
    /// may check this. The order is not checked: nothing depends on it.
    fn check_shares(&self, reader: &Reader<'_>) -> Result<(), Error> {
        let (Some(groups), Some(shares)) = (self.groups, self.shares) else {
            return Ok(());
        };
        let shared = shares.iter().map(|share| share.group);
        if !groups.contains_all(shared.clone()) || has_duplicate(shared).is_some() {
            return Err(reader.illegal("key_share"));
        }
        Ok(())
    }
}

fn check_version(extensions: &Extensions<'_>, legacy_version: u16) -> Result<(), Error> {
    let Some(mut contents) = extensions.find(ExtensionType::SupportedVersions) else {
        return Err(Error::UnsupportedVersion { version: legacy_version });
    };
    let versions = contents.vector8(2, "supported_versions")?;
    contents.end("supported_versions")?;
    let versions: List<'_, u16> = List::decode(&contents, versions, "supported_versions")?;
    if !versions.contains(TLS13) {
        let newest = versions.iter().filter(|version| *version < TLS13).max();
        return Err(Error::UnsupportedVersion { version: newest.unwrap_or(legacy_version) });
    }
    // Unclear in RFC: section 4.3.1 forbids to use legacy_version for version negotiation, section
    // 4.2.2 demands an abort when it is not 0x0303. The second is the more specific.
    if legacy_version != LEGACY_VERSION {
        let message = HandshakeType::ClientHello;
        return Err(Error::WrongLegacyVersion { message, version: legacy_version });
    }
    Ok(())
}

/// The name in a server_name extension (RFC 6066 section 3). What is no [`host_name`] is passed
/// over, as if the client had sent no name.
fn server_name<'a>(contents: &mut Reader<'a>) -> Result<Option<DnsName<'a>>, Error> {
    let list = contents.vector16(1, "server_name")?;
    let mut list = contents.within(list);
    let mut found = None;
    while !list.is_empty() {
        let name_type = list.u8("server_name")?;
        let name = list.vector16(1, "server_name")?;
        if name_type != HOST_NAME {
            continue;
        }
        if found.is_some() {
            return Err(list.illegal("server_name"));
        }
        found = Some(name);
    }
    Ok(found.and_then(host_name))
}

/// A record_size_limit (RFC 8449 section 4).
pub(super) fn record_size_limit(contents: &mut Reader<'_>) -> Result<RecordSizeLimit, Error> {
    let limit = contents.u16("record_size_limit")?;
    RecordSizeLimit::asked(limit).ok_or_else(|| contents.illegal("record_size_limit"))
}

/// A list of application protocols (RFC 7301 section 3.1): at least one, none with an empty name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProtocolNames<'a> {
    list: &'a [u8],
}

impl<'a> ProtocolNames<'a> {
    pub(super) fn decode(contents: &mut Reader<'a>) -> Result<Self, Error> {
        let list = contents.vector16(2, "protocol_name_list")?;
        let mut names = contents.within(list);
        while !names.is_empty() {
            names.vector8(1, "protocol_name_list")?;
        }
        Ok(Self { list })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let mut names = Reader::new(HandshakeType::ClientHello, self.list);
        core::iter::from_fn(move || names.vector8(1, "protocol_name_list").ok())
    }
}
