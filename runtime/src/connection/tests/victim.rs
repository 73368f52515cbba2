//! One connection whose peer is the test, and two that talk to each other.

use super::*;

/// One connection, whose peer is the test.
pub(super) struct Victim {
    pub(super) connection: Connection,
    pub(super) outbox: Outbox,
    /// What it received of application data.
    pub(super) read: Vec<u8>,
    /// The result of the last call that has ended.
    result: Option<CallResult>,
}

impl Victim {
    /// A client whose ClientHello is sent.
    pub(super) fn client(config: ClientConfig) -> Self {
        let mut victim = Self::idle_client(config);
        victim.connection.start(now(), Call::Handshake, &mut victim.outbox).unwrap();
        victim
    }

    /// A client that has not begun.
    pub(super) fn idle_client(config: ClientConfig) -> Self {
        let name = ServerName::try_from("localhost").unwrap();
        Self::new(Connection::client(Arc::new(config), name).unwrap())
    }

    /// A server that waits for a ClientHello.
    pub(super) fn server(config: ServerConfig) -> Self {
        let mut victim = Self::new(Connection::server(Arc::new(config)).unwrap());
        victim.connection.start(now(), Call::Handshake, &mut victim.outbox).unwrap();
        victim
    }

    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, outbox: Outbox::new(), read: Vec::new(), result: None }
    }

    /// Everything that waits in the outbox is transmitted.
    pub(super) fn transmit(&mut self) -> Vec<u8> {
        let bytes = self.outbox.bytes().to_vec();
        self.connection.handle_transmitted(bytes.len(), &mut self.outbox);
        bytes
    }

    /// Receives these bytes, and tells what it sealed in answer.
    pub(super) fn receive(&mut self, bytes: &[u8]) -> Vec<Sent> {
        let mut mirror = self.connection.sender.core.sealer.mirror();
        let before = self.outbox.bytes().len();
        let mut input = bytes.to_vec();
        while !input.is_empty() {
            // Only a pending call receives.
            if self.connection.is_idle() {
                self.result = self.connection.take_result().or(self.result);
                self.connection.start(now(), Call::Read, &mut self.outbox).unwrap();
            }
            let received = self.connection.handle_input(now(), &mut input, &mut self.outbox);
            if let Some(data) = input.get(received.data.clone()) {
                self.read.extend_from_slice(data);
                self.connection.consume(data.len());
            }
            if received.consumed == 0 {
                break;
            }
            input.drain(..received.consumed);
        }
        open_all(&mut mirror, &self.outbox.bytes()[before..])
    }

    /// Receives a record with this content, under the keys that it opens with now.
    pub(super) fn receive_content(
        &mut self,
        content_type: ContentType,
        content: &[u8],
    ) -> Vec<Sent> {
        let record = self.connection.forge(content_type, content);
        self.receive(&record)
    }

    /// Receives a handshake message in a record of its own.
    pub(super) fn receive_message(&mut self, message: &[u8]) -> Vec<Sent> {
        self.receive_content(ContentType::Handshake, message)
    }

    /// Fails with this error, after these answers, of which the last is its alert.
    pub(super) fn assert_failed(&self, sent: &[Sent], error: &Error) {
        assert_eq!(self.connection.error(), Some(error));
        let alert = error.alert().expect("an offence has an alert");
        let expected = (ContentType::Alert, vec![2, AlertDescription::from(alert).0]);
        assert_eq!(sent.last(), Some(&expected), "{alert:?}");
        assert!(!self.connection.is_reading(), "nothing more is opened");
    }

    /// Refuses a record of this content.
    pub(super) fn assert_refuses(
        mut self,
        content_type: ContentType,
        content: &[u8],
        error: &Error,
    ) {
        let sent = self.receive_content(content_type, content);
        self.assert_failed(&sent, error);
    }

    /// Refuses a handshake message.
    pub(super) fn assert_refuses_message(self, message: &[u8], error: &Error) {
        self.assert_refuses(ContentType::Handshake, message, error);
    }

    /// Has accepted what it received.
    pub(super) fn assert_well(&self) {
        assert_eq!(self.connection.error(), None);
        assert!(self.connection.is_reading());
    }

    pub(super) fn offer(&self) -> &Offer {
        let handshake = self.connection.receiver.core.handshake.as_deref().expect("a handshake");
        match &handshake.negotiation {
            Negotiation::Client(
                ClientStage::Offering { offer, .. } | ClientStage::Offered { offer, .. },
            ) => offer,
            _ => panic!("no offer"),
        }
    }

    /// The Finished that its peer should send now.
    pub(super) fn good_finished(&self) -> Vec<u8> {
        self.connection.good_finished().expect("keys")
    }

    /// The CertificateVerify that its peer should send now.
    pub(super) fn good_certificate_verify(
        &self,
        identity: &Identity,
        scheme: SignatureScheme,
    ) -> Vec<u8> {
        let core = &self.connection.receiver.core;
        let handshake = core.handshake.as_deref().expect("a handshake");
        let signer = if core.is_client() { Signer::Server } else { Signer::Client };
        let hash = handshake.transcript.hash().unwrap();
        let signature = identity.sign_certificate_verify(signer, &hash, scheme).unwrap();
        let mut bytes = Vec::new();
        CertificateVerify { scheme, signature: &signature }.encode(&mut bytes);
        bytes
    }
}

/// A client and a server whose handshake is complete.
pub(super) struct Pair {
    pub(super) client: Victim,
    pub(super) server: Victim,
}

impl Pair {
    pub(super) fn new() -> Self {
        let world = World::new();
        Self::with(world.client(), world.server().with_tickets(0).unwrap())
    }

    pub(super) fn with(client: ClientConfig, server: ServerConfig) -> Self {
        let mut pair = Self { client: Victim::client(client), server: Victim::server(server) };
        pair.exchange();
        for end in [&mut pair.client, &mut pair.server] {
            assert_eq!(end.take_result(), Some(CallResult::Ok), "{:?}", end.connection);
        }
        pair
    }

    /// Both transmit and receive until nothing is left.
    pub(super) fn exchange(&mut self) {
        loop {
            let to_server = self.client.transmit();
            self.server.receive(&to_server);
            let to_client = self.server.transmit();
            self.client.receive(&to_client);
            if to_server.is_empty() && to_client.is_empty() {
                return;
            }
        }
    }
}

impl Victim {
    /// Carries out what the pending call orders, without transmitting, and gives the result of the
    /// last call, once.
    pub(super) fn take_result(&mut self) -> Option<CallResult> {
        loop {
            match self.connection.poll_operation(&mut self.outbox) {
                Operation::Wait(_) => {
                    self.connection.handle_ready(Readiness { receive: true, transmit: true });
                    let last = self.result.take();
                    return self.connection.take_result().or(last);
                }
                Operation::Receive => self.connection.handle_blocked(Operation::Receive),
                Operation::Transmit => self.connection.handle_blocked(Operation::Transmit),
                Operation::ShutdownWrite | Operation::Close => {}
            }
        }
    }

    /// Begins a call and gives its result, if it ends at once. A read that is pending gives way.
    pub(super) fn call(&mut self, call: Call) -> Option<CallResult> {
        self.end_read();
        self.connection.start(now(), call, &mut self.outbox).unwrap();
        self.take_result()
    }

    pub(super) fn end_read(&mut self) {
        self.connection.handle_deadline(&mut self.outbox);
        self.take_result();
    }

    /// Seals a record of this content, whatever the rules say, and gives its bytes.
    pub(super) fn seal(&mut self, content: Content, body: &[u8]) -> Vec<u8> {
        let before = self.outbox.bytes().len();
        self.connection.sender.core.sealer.seal(&mut self.outbox, content, body).unwrap();
        let bytes = self.outbox.bytes()[before..].to_vec();
        self.transmit();
        bytes
    }

    /// Writes, and gives the bytes that are transmitted.
    pub(super) fn write(&mut self, data: &[u8]) -> Vec<u8> {
        self.end_read();
        assert_eq!(self.connection.start_write(now(), data, &mut self.outbox), Ok(data.len()));
        let bytes = self.transmit();
        assert_eq!(self.take_result(), Some(CallResult::Ok));
        bytes
    }
}
