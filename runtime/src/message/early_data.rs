//! EndOfEarlyData (RFC 9846 section 4.6), which says nothing but that it has come.

use super::writer::Writer;
use crate::identifiers::HandshakeType;

/// Appends the message.
pub(crate) fn encode_end_of_early_data(buffer: &mut Vec<u8>) {
    Writer::new(buffer).handshake(HandshakeType::EndOfEarlyData, |_| {});
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    #[test]
    fn the_end_of_early_data_is_empty() {
        let mut buffer = Vec::new();
        encode_end_of_early_data(&mut buffer);
        assert_eq!(buffer, [5, 0, 0, 0]);
        assert_eq!(Message::decode(&buffer), Ok(Message::EndOfEarlyData));
    }
}
