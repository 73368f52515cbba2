//! What tests ask of the system: pairs of sockets that hold little, and how much a thread has
//! worked.

#[cfg(windows)]
pub(in crate::blocking) use std::net::TcpStream as LocalSocket;
#[cfg(unix)]
pub(in crate::blocking) use std::os::unix::net::UnixStream as LocalSocket;
use std::time::Duration;

/// Two ends of a connection on this machine.
#[cfg(unix)]
pub(in crate::blocking) fn sockets() -> (LocalSocket, LocalSocket) {
    LocalSocket::pair().unwrap()
}

/// Two ends of a connection on this machine.
#[cfg(windows)]
pub(in crate::blocking) fn sockets() -> (LocalSocket, LocalSocket) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = LocalSocket::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// Two ends of a connection that holds a few kilobytes, where TCP is not what it stands on.
pub(in crate::blocking) fn small_sockets() -> (LocalSocket, LocalSocket) {
    let (first, second) = sockets();
    for socket in [&first, &second] {
        rustix::net::sockopt::set_socket_send_buffer_size(socket, 1).unwrap();
    }
    (first, second)
}

/// How long a write has to find no room before a connection is full.
#[cfg(unix)]
pub(in crate::blocking) const FULL_AFTER: Duration = Duration::ZERO;

/// How long a write has to find no room before a connection is full: TCP goes on moving to the peer
/// what it has taken.
#[cfg(windows)]
pub(in crate::blocking) const FULL_AFTER: Duration = Duration::from_millis(100);

/// Processor time that this thread has used.
#[cfg(unix)]
pub(in crate::blocking) fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// Processor time that this thread has used.
#[cfg(windows)]
pub(in crate::blocking) fn processor_time() -> Duration {
    cpu_time::ThreadTime::now().as_duration()
}
