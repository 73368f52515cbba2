//! The configurations that a server publishes for Encrypted Client Hello (RFC 9849 section 4).

use std::collections::BTreeSet;
use std::sync::Arc;

use rustls_pki_types::DnsName;

use super::hpke::{self, HpkeSuite};
use crate::host_name::host_name;
use crate::{ConfigurationError, Error};

/// The version of an ECHConfig that this library knows.
const VERSION: u16 = 0xfe0d;

/// The bit of an extension's type by which a client that does not know the extension passes the
/// config over (RFC 9849 section 4.1).
const MANDATORY: u16 = 0x8000;

/// What `info` of HPKE begins with (RFC 9849 section 6.1).
const INFO: &[u8] = b"tls ech\0";

/// An ECHConfigList (RFC 9849 section 4): the configurations by which a server can be sent an
/// encrypted ClientHello, the one that it likes best first.
///
/// A client finds it in DNS, in the parameter `ech` of a record of the type HTTPS or SVCB (RFC
/// 9848). A server makes it of its keys: see [`EchKey::config_list`](crate::EchKey::config_list).
///
/// ```
/// use hyaline::{EchConfigList, EchKey};
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let published = EchKey::generate(7, "public.example")?.config_list();
/// let found = EchConfigList::from_bytes(published.as_bytes())?;
/// assert_eq!(found, published);
/// assert!(EchConfigList::from_bytes(b"no list").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EchConfigList(Arc<[u8]>);

impl EchConfigList {
    /// Reads a list as it stands in DNS, with its length before it. A list is one even if it has no
    /// config that this library can use.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadEchConfigList`] with the field that is malformed.
    pub fn from_bytes(list: &[u8]) -> Result<Self, Error> {
        check(list).map_err(|field| ConfigurationError::BadEchConfigList { field })?;
        Ok(Self(list.into()))
    }

    /// The list as it stands in DNS, with its length before it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The configs whose version, algorithms, name and extensions suit us, in their order.
    pub(crate) fn usable(&self) -> impl Iterator<Item = EchConfig> {
        let configs = written_configs(&self.0).into_iter().flatten().map_while(Result::ok);
        configs.filter_map(|config| EchConfig::of(&config).ok())
    }

    /// Whether a config is of a version that we know, whatever it says.
    pub(crate) fn has_known_version(&self) -> bool {
        let mut configs = written_configs(&self.0).into_iter().flatten().map_while(Result::ok);
        configs.any(|config| config.contents.is_some())
    }

    /// A list that a peer has sent; None where it is malformed.
    pub(crate) fn read(list: &[u8]) -> Option<Self> {
        check(list).ok()?;
        Some(Self(list.into()))
    }

    /// A list of these configs, up to the last that fits into one.
    pub(super) fn of<'a>(configs: impl Iterator<Item = &'a EchConfig>) -> Self {
        let mut list = vec![0; 2];
        let mut length = 0_u16;
        for config in configs {
            let more = u16::try_from(config.bytes.len()).ok();
            let Some(sum) = more.and_then(|more| length.checked_add(more)) else { break };
            length = sum;
            list.extend_from_slice(&config.bytes);
        }
        for (to, from) in list.iter_mut().zip(length.to_be_bytes()) {
            *to = from;
        }
        Self(list.into())
    }
}

/// One config, with what we use of it.
#[derive(Clone, Debug)]
pub(crate) struct EchConfig {
    /// The whole ECHConfig, version and length included.
    pub(crate) bytes: Box<[u8]>,
    pub(crate) id: u8,
    pub(crate) public_key: [u8; 32],
    /// The first of its suites that we know.
    pub(crate) suite: HpkeSuite,
    pub(crate) maximum_name_length: u8,
    pub(crate) public_name: DnsName<'static>,
}

impl EchConfig {
    /// What a config says that we can use.
    ///
    /// # Errors
    /// The reason why we cannot use it, in words.
    pub(super) fn of(config: &WrittenConfig<'_>) -> Result<Self, &'static str> {
        let contents = config
            .contents
            .as_ref()
            .ok_or("the version of its ECHConfig is not that of RFC 9849")?;
        if contents.kem != hpke::KEM {
            return Err("its KEM is not DHKEM(X25519, HKDF-SHA256)");
        }
        if contents.has_mandatory_extension {
            return Err("its ECHConfig has a mandatory extension, and none is known here");
        }
        Ok(Self {
            bytes: config.whole.into(),
            id: contents.id,
            public_key: contents
                .public_key
                .try_into()
                .map_err(|_| "its public key has not the 32 bytes of X25519")?,
            suite: contents.suites().next().ok_or("none of its cipher suites is known here")?,
            maximum_name_length: contents.maximum_name_length,
            public_name: public_name(contents.public_name)
                .ok_or("its public name is no host name")?,
        })
    }

    /// HPKE's `info` (RFC 9849 section 6.1).
    pub(crate) fn info(&self) -> Vec<u8> {
        [INFO, &self.bytes].concat()
    }
}

/// A public name (RFC 9849 section 4): labels of letters, digits and hyphens with a dot between
/// two, and no IPv4 address, of which the last label is a number.
pub(super) fn public_name(name: &[u8]) -> Option<DnsName<'static>> {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    if !name.iter().all(is_allowed) || name.ends_with(b".") {
        return None;
    }
    host_name(name).map(|name| name.to_owned())
}

/// An ECHConfig as it is written.
pub(super) struct WrittenConfig<'a> {
    pub(super) whole: &'a [u8],
    /// None of another version than ours.
    pub(super) contents: Option<ConfigContents<'a>>,
}

/// An ECHConfigContents (RFC 9849 section 4).
pub(super) struct ConfigContents<'a> {
    id: u8,
    kem: u16,
    pub(super) public_key: &'a [u8],
    cipher_suites: &'a [u8],
    maximum_name_length: u8,
    public_name: &'a [u8],
    has_mandatory_extension: bool,
}

impl<'a> ConfigContents<'a> {
    /// # Errors
    /// The field that is malformed.
    fn read(mut rest: &'a [u8]) -> Result<Self, &'static str> {
        let rest = &mut rest;
        let id = byte(rest).ok_or("config_id")?;
        let kem = number(rest).ok_or("kem_id")?;
        let public_key = vector(rest).filter(|key| !key.is_empty()).ok_or("public_key")?;
        let cipher_suites = vector(rest)
            .filter(|suites| !suites.is_empty() && suites.len().is_multiple_of(4))
            .ok_or("cipher_suites")?;
        let maximum_name_length = byte(rest).ok_or("maximum_name_length")?;
        let public_name = byte(rest)
            .filter(|length| *length > 0)
            .and_then(|length| rest.split_off(..usize::from(length)))
            .ok_or("public_name")?;
        let extensions = vector(rest).ok_or("extensions")?;
        let has_mandatory_extension = has_mandatory_extension(extensions).ok_or("extensions")?;
        if !rest.is_empty() {
            return Err("length");
        }
        Ok(Self {
            id,
            kem,
            public_key,
            cipher_suites,
            maximum_name_length,
            public_name,
            has_mandatory_extension,
        })
    }

    /// Its suites that we know.
    pub(super) fn suites(&self) -> impl Iterator<Item = HpkeSuite> {
        let (suites, _) = self.cipher_suites.as_chunks::<4>();
        suites.iter().filter_map(|[kdf, kdf_end, aead, aead_end]| {
            let kdf = u16::from_be_bytes([*kdf, *kdf_end]);
            HpkeSuite::from_numbers(kdf, u16::from_be_bytes([*aead, *aead_end]))
        })
    }
}

/// Whether one of these extensions has to be known; None where they are malformed, or two have one
/// type.
fn has_mandatory_extension(mut rest: &[u8]) -> Option<bool> {
    let mut types = BTreeSet::new();
    while !rest.is_empty() {
        let is_new = types.insert(number(&mut rest)?);
        vector(&mut rest).filter(|_| is_new)?;
    }
    Some(types.iter().any(|number| number & MANDATORY != 0))
}

/// # Errors
/// The field that is malformed.
fn check(list: &[u8]) -> Result<(), &'static str> {
    written_configs(list)?.try_for_each(|config| config.map(drop))
}

/// The configs of a list. Behind a malformed one there is nothing to be read.
///
/// # Errors
/// The field that is malformed.
pub(super) fn written_configs(
    mut list: &[u8],
) -> Result<impl Iterator<Item = Result<WrittenConfig<'_>, &'static str>>, &'static str> {
    let configs = vector(&mut list).filter(|configs| !configs.is_empty() && list.is_empty());
    let mut rest = configs.ok_or("ECHConfigList")?;
    Ok(std::iter::from_fn(move || (!rest.is_empty()).then(|| written_config(&mut rest))))
}

/// The next config.
///
/// # Errors
/// The field that is malformed.
pub(super) fn written_config<'a>(rest: &mut &'a [u8]) -> Result<WrittenConfig<'a>, &'static str> {
    let start = *rest;
    let version = number(rest).ok_or("version")?;
    let contents = vector(rest).ok_or("length")?;
    let whole = start.get(..start.len() - rest.len()).ok_or("length")?;
    let contents = match version {
        VERSION => Some(ConfigContents::read(contents)?),
        _ => None,
    };
    Ok(WrittenConfig { whole, contents })
}

/// An ECHConfig without extensions. None where a part is longer than its field allows.
pub(super) fn write_config(
    id: u8,
    public_key: &[u8; 32],
    suites: &[HpkeSuite],
    maximum_name_length: u8,
    public_name: &[u8],
) -> Option<Vec<u8>> {
    let suites: Vec<u8> = suites
        .iter()
        .map(|suite| suite.numbers())
        .flat_map(|(kdf, aead)| [kdf.to_be_bytes(), aead.to_be_bytes()].concat())
        .collect();
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).ok().map(u16::to_be_bytes);
    let contents = [
        &[id][..],
        &hpke::KEM.to_be_bytes(),
        &length(public_key)?,
        public_key,
        &length(&suites)?,
        &suites,
        &[maximum_name_length, u8::try_from(public_name.len()).ok()?],
        public_name,
        // No extensions.
        &[0, 0],
    ]
    .concat();
    Some([&VERSION.to_be_bytes()[..], &length(&contents)?, &contents].concat())
}

// Each takes what it reads off the front of `rest`; None where this is too short.

fn byte(rest: &mut &[u8]) -> Option<u8> {
    rest.split_off_first().copied()
}

fn number(rest: &mut &[u8]) -> Option<u16> {
    let (number, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(u16::from_be_bytes(*number))
}

/// What stands behind a length of two bytes.
fn vector<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = number(rest)?;
    rest.split_off(..usize::from(length))
}

#[cfg(test)]
#[path = "config_list_tests.rs"]
mod tests;
