//! How long records are: what both examples may be told.

use clap::Args;

/// The lengths of records.
#[derive(Args)]
pub(crate) struct RecordArguments {
    /// Receive no records with more than so many bytes of content and its type: 64 to 16385. A
    /// peer that does not know the extension (record_size_limit) sends what it likes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(64..=16385))]
    pub(crate) record_size_limit: Option<u16>,

    /// Pad each protected record: content, its type and zeros make up a multiple of so many bytes,
    /// 1 to 16385, or the longest record that the peer receives.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=16385))]
    pub(crate) record_padding: Option<u16>,
}
