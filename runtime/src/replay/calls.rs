//! Calls as the table takes them. The replay follows the table into calls that the library refuses
//! to begin, or whose result it turns into a refusal.

use hyaline_model::table::Event;
use rustls_pki_types::UnixTime;

use crate::connection::sending::Offered;
use crate::crypto::CryptoProvider;
use crate::{Connection, Outbox, Receiver, Sender};

impl<P: CryptoProvider> Connection<P> {
    /// Begins the call of this event; a write offers this data. How much of it was sealed, in
    /// bytes.
    pub fn begin_call(
        &mut self,
        now: UnixTime,
        event: Event,
        data: &[u8],
        outbox: &mut Outbox,
    ) -> usize {
        self.begin(now, event, Offered::Bytes(data), outbox)
    }
}

impl<P: CryptoProvider> Receiver<P> {
    /// As [`Connection::begin_call`], for a receiving call.
    pub fn begin_call(&mut self, event: Event) {
        self.alone().handle(event);
    }
}

impl<P: CryptoProvider> Sender<P> {
    /// As [`Connection::begin_call`], for a sending call.
    pub fn begin_call(&mut self, event: Event, data: &[u8], outbox: &mut Outbox) -> usize {
        self.handle_offer(event, Offered::Bytes(data), outbox)
    }
}
