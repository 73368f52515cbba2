//! External keys (RFC 9846 section 4.3.11), as arguments.

use clap::Args;
use hyaline::ExternalKey;

use crate::support::Failure;

/// A key that the other side has, too.
#[derive(Args)]
pub(crate) struct KeyArguments {
    /// A key that the other side has by other means, in hexadecimal digits: both sides prove with
    /// it who they are, in place of certificates. It has to be random, of 16 bytes or more, and
    /// others on this machine can see it here.
    #[arg(long, value_name = "HEX", requires = "psk_identity")]
    psk: Option<String>,

    /// The name by which the client offers that key.
    #[arg(long, value_name = "NAME", requires = "psk")]
    psk_identity: Option<String>,
}

impl KeyArguments {
    /// The key, if one is given.
    pub(crate) fn key(&self) -> Result<Option<ExternalKey>, Failure> {
        let (Some(digits), Some(identity)) = (&self.psk, &self.psk_identity) else {
            return Ok(None);
        };
        let key = bytes(digits).ok_or("--psk: two hexadecimal digits for each byte")?;
        Ok(Some(ExternalKey::new(identity.as_bytes(), &key)?))
    }
}

/// The bytes of hexadecimal digits.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let values: Vec<u32> = digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    values
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(16 * high + low).ok(),
            _ => None,
        })
        .collect()
}
