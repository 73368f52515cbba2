//! The loop that every call runs: it advances the driver, and waits where nothing more can be done.

use std::io;
use std::time::{Duration, Instant};

use super::Stream;
use super::deadline::{Deadline, Direction};
use super::system::{AsFd, Socket};
use crate::Error;
use crate::connection::Interest;
use crate::crypto::CryptoProvider;
use crate::driver::{Driver, Now, Progress, Wait};

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Goes on until the pending call of this direction has its result, which it has at its
    /// deadline.
    pub(super) fn drive(
        &mut self,
        direction: Direction,
        deadline: &mut Deadline,
    ) -> Result<(), Error> {
        let is_done = match direction {
            Direction::Receive => Driver::has_receive_result,
            Direction::Send => Driver::has_send_result,
        };
        self.drive_until(is_done, direction, deadline)
    }

    /// Goes on until `is_done` is true. At the deadline the pending call of this direction is
    /// ended, and this goes on until the call has its result.
    pub(super) fn drive_until(
        &mut self,
        is_done: impl Fn(&Driver<Socket<S>, P>) -> bool,
        direction: Direction,
        deadline: &mut Deadline,
    ) -> Result<(), Error> {
        let mut is_late = false;
        loop {
            let now = self.driver.now(|_| Now::read());
            let is_over = match self.driver.carry_out(now) {
                Progress::Done | Progress::Busy => deadline.is_over(),
                Progress::Works(work) => {
                    let done = match &mut self.worker {
                        Some(worker) => worker(*work),
                        None => work.run(Now::read().date),
                    };
                    let answered = self.driver.handle_work(done);
                    answered.map_err(|_| Error::Internal("an answer to other work"))?;
                    false
                }
                // Everything is carried out, a close too.
                Progress::Waits(_) if is_done(&self.driver) => return Ok(()),
                Progress::Waits(wait) => {
                    self.driver.release_memory();
                    self.wait(wait, deadline)?
                }
            };
            if is_over && is_late {
                return Err(Error::Internal("a call outlives its time"));
            }
            if is_over {
                is_late = true;
                match direction {
                    Direction::Receive => self.driver.expire_receiving(),
                    Direction::Send => self.driver.expire_sending(),
                }
            }
        }
    }

    /// Waits for what the driver waits for; true when the deadline has passed.
    fn wait(&mut self, wait: Wait, deadline: &mut Deadline) -> Result<bool, Error> {
        let Wait { interest, until } = wait;
        let socket = self.driver.transport().ok_or(Error::Closed)?;
        if interest == Interest::default() {
            return Err(Error::Internal("a call waits for nothing"));
        }
        let left = deadline.left(|direction| socket.time(direction));
        if left == Some(Duration::ZERO) {
            return Ok(true);
        }
        let of_close = until.map(|until| until.saturating_duration_since(Instant::now()));
        let time = [left, of_close].into_iter().flatten().min();
        match socket.wait(interest, time) {
            Ok(ready) => self.driver.handle_ready(ready),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => deadline.interrupt(),
            Err(error) => self.driver.handle_wait_error(error.kind()),
        }
        Ok(false)
    }
}
