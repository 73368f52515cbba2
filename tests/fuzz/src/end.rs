//! One connection with its buffers, driven to where it waits; and what has to hold wherever it is.

use std::collections::VecDeque;
use std::io::ErrorKind;

use hyaline::crypto::CryptoProvider;
use hyaline::{
    APPLICATION_ALLOWANCE, Call, CallResult, Connection, Error, Interest, Operation, Outbox,
};

use crate::configuration::now;

/// How many bytes of flights, tickets, key updates and alerts may wait beside application data.
const CONTROL_ALLOWANCE: usize = 32 << 10;

/// How many operations one byte of input may cause at most, and how many come without any.
const OPERATIONS_OF_A_BYTE: usize = 8;
const OPERATIONS_BESIDE: usize = 1000;

/// A connection, what it has to transmit, and what has arrived for it.
pub struct End<P: CryptoProvider> {
    /// The connection.
    pub connection: Connection<P>,
    outbox: Outbox,
    /// What has arrived and is not done with.
    pub arrived: Vec<u8>,
    /// Whether a FIN is behind that.
    pub fin: bool,
    /// Whether the transport takes what is transmitted.
    pub takes: bool,
    /// The bytes that were transmitted.
    pub transmitted: VecDeque<u8>,
    /// Whether the transport's sending direction was shut down.
    pub is_shut: bool,
    /// Application data that has come.
    pub data: Vec<u8>,
    /// Results of calls that have ended.
    pub results: Vec<CallResult>,
    error: Option<Error>,
    transport_failed: bool,
}

impl<P: CryptoProvider> End<P> {
    /// An end that has made no call.
    #[must_use]
    pub fn new(connection: Connection<P>) -> Self {
        Self {
            connection,
            outbox: Outbox::new(),
            arrived: Vec::new(),
            fin: false,
            takes: true,
            transmitted: VecDeque::new(),
            is_shut: false,
            data: Vec::new(),
            results: Vec::new(),
            error: None,
            transport_failed: false,
        }
    }

    /// Starts a call, if one may begin, and goes on to where it waits.
    pub fn start(&mut self, call: Call) {
        let begun = self.connection.start(now(), call, &mut self.outbox).is_ok();
        self.check_begun(begun);
    }

    /// Starts a write and returns how many bytes it takes.
    pub fn start_write(&mut self, data: &[u8]) -> usize {
        let taken = self.connection.start_write(now(), data, &mut self.outbox);
        let count = *taken.as_ref().unwrap_or(&0);
        assert!(count <= data.len(), "a write takes more than it was given");
        self.check_begun(taken.is_ok());
        count
    }

    /// A call that has begun is pending or has its result.
    fn check_begun(&mut self, begun: bool) {
        if begun && self.connection.is_idle() {
            let results = self.results.len();
            self.take_results();
            assert!(self.results.len() > results, "a call began, and is neither pending nor done");
        }
        self.advance();
    }

    /// Something else happens to the transport or its time.
    pub fn happens(&mut self, number: u8) {
        let outbox = &mut self.outbox;
        match number % 6 {
            0 => self.fin = true,
            1 => {
                self.connection.handle_receive_error(ErrorKind::ConnectionReset, outbox);
                self.transport_failed = true;
            }
            2 => {
                self.connection.handle_transmit_error(ErrorKind::BrokenPipe, outbox);
                self.transport_failed = true;
            }
            3 => self.connection.handle_deadline(outbox),
            4 if self.connection.interest(outbox).budget => {
                self.connection.handle_budget_expired(outbox);
            }
            4 => {}
            _ => self.takes = !self.takes,
        }
        self.advance();
    }

    /// Goes on with the pending calls until they wait or are done.
    pub fn advance(&mut self) {
        self.connection.handle_ready(hyaline::Readiness { receive: true, transmit: true });
        let most = OPERATIONS_BESIDE + OPERATIONS_OF_A_BYTE * self.arrived.len();
        for _ in 0..most {
            self.check();
            match self.connection.poll_operation(&mut self.outbox) {
                Operation::Receive => self.receive(),
                Operation::Transmit => self.transmit(),
                Operation::ShutdownWrite => self.is_shut = true,
                Operation::Close => self.is_shut = true,
                Operation::Wait(interest) => return self.wait(interest),
            }
        }
        panic!("a call goes on for ever");
    }

    fn receive(&mut self) {
        let was_over = self.is_over();
        let length = self.arrived.len();
        let input = &mut self.arrived;
        let received = self.connection.handle_input(now(), input, &mut self.outbox);
        assert!(received.consumed <= length, "more is consumed than has arrived");
        assert!(received.data.is_empty() || received.data.end <= received.consumed);
        let data = input.get(received.data).expect("data stands in the input");
        assert!(data.is_empty() || !was_over, "data comes behind an error");
        self.data.extend_from_slice(data);
        input.drain(..received.consumed);
        if received.consumed > 0 {
            return;
        }
        if self.fin {
            self.connection.handle_fin(&mut self.outbox);
        } else {
            self.connection.handle_blocked(Operation::Receive);
        }
    }

    /// Whether whatever is received from now on has to be ignored.
    fn is_over(&self) -> bool {
        !self.transport_failed && self.connection.error().is_some()
    }

    fn transmit(&mut self) {
        if !self.takes {
            return self.connection.handle_blocked(Operation::Transmit);
        }
        assert!(!self.outbox.is_empty(), "there is nothing to transmit");
        self.transmitted.extend(self.outbox.bytes());
        let count = self.outbox.bytes().len();
        self.connection.handle_transmitted(count, &mut self.outbox);
    }

    fn wait(&mut self, interest: Interest) {
        let waits = interest != Interest::default();
        let is_idle = self.connection.is_idle();
        assert!(waits || is_idle, "a call is pending and waits for nothing");
        assert!(!waits || !is_idle, "no call is pending, and something is waited for");
        self.take_results();
        self.check();
    }

    fn take_results(&mut self) {
        if let Some(result) = self.connection.take_receive_result() {
            self.results.push(result);
            let unread = self.connection.unread();
            self.connection.consume(unread);
            assert!(self.connection.unread() <= unread);
        }
        self.results.extend(self.connection.take_send_result());
        while self.connection.poll_notice().is_some() {}
    }

    /// What holds wherever the connection is.
    fn check(&mut self) {
        let waiting = self.outbox.bytes().len();
        assert!(waiting <= APPLICATION_ALLOWANCE + CONTROL_ALLOWANCE, "{waiting} bytes wait");
        let error = self.connection.error();
        if let Some(before) = &self.error {
            let stays = error.is_some() && (self.transport_failed || error == Some(before));
            assert!(stays, "{before:?} has become {error:?}");
        }
        self.error = error.cloned();
    }

    /// The peer's direction ends, and the transport takes everything: every call ends.
    pub fn finish(&mut self) {
        self.takes = true;
        self.fin = true;
        self.advance();
        self.settle_budget();
        self.start(Call::Read);
        self.settle_budget();
        self.start(Call::Close);
        self.settle_budget();
        assert!(self.connection.is_closed(), "a close does not close: {:?}", self.results);
    }

    fn settle_budget(&mut self) {
        if self.connection.interest(&mut self.outbox).budget {
            self.connection.handle_budget_expired(&mut self.outbox);
            self.advance();
        }
        assert!(self.connection.is_idle(), "a call is pending for ever: {:?}", self.connection);
    }
}
