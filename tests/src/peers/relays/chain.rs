//! A client, perhaps two relays with TLS between them, and a server.

use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;
use std::{fs, iter};

use crate::built::example;
use crate::certificates::{Authority, KeyKind};
use crate::peers::files::{Files, file, text};
use crate::process::Process;
use crate::sockets::PATIENCE;

/// Whose relays they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// Nobody's: the client connects to the server.
    Tcp,
    /// Our example `relay`.
    Ours,
    /// `stunnel`, as Debian has it, with no option but those that it needs.
    Stunnel,
    /// `socat`, likewise.
    Socat,
}

impl Make {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Tcp, Self::Ours, Self::Stunnel, Self::Socat];

    /// Those that have relays.
    pub const RELAYS: [Self; 3] = [Self::Ours, Self::Stunnel, Self::Socat];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Ours => "ours",
            Self::Stunnel => "stunnel",
            Self::Socat => "socat",
        }
    }
}

/// The chain, up to the server that listens at its end.
pub struct Chain {
    listener: TcpListener,
    /// Where the client connects by TCP.
    pub port: u16,
    /// Where one could connect by TLS, if there are relays.
    pub tls_port: Option<u16>,
    /// Whom a TLS client trusts.
    pub authority: Authority,
    relays: Vec<Process>,
}

impl Chain {
    /// Starts its relays.
    #[must_use]
    pub fn start(make: Make) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = Authority::new();
        let target = listener.local_addr().unwrap().port();
        let identity = Files::new(&authority.server(KeyKind::P256));
        let roots = file(authority.pem());
        let way = |target| Way { target, identity: &identity, roots: text(&roots) };
        let start: Option<[Start; 2]> = match make {
            Make::Tcp => None,
            Make::Ours => Some([ours_to_tcp, ours_to_tls]),
            Make::Stunnel => Some([stunnel_to_tcp, stunnel_to_tls]),
            Make::Socat => Some([socat_to_tcp, socat_to_tls]),
        };
        let Some([to_tcp, to_tls]) = start else {
            return Self { listener, port: target, tls_port: None, authority, relays: Vec::new() };
        };
        let (far, tls_port) = to_tcp(&way(target));
        let (near, port) = to_tls(&way(tls_port));
        Self { listener, port, tls_port: Some(tls_port), authority, relays: vec![near, far] }
    }

    /// A connection through the chain: its client's and its server's end.
    #[must_use]
    pub fn pair(&self) -> (TcpStream, TcpStream) {
        let client = prepare(TcpStream::connect(("127.0.0.1", self.port)).unwrap());
        (client, self.accept())
    }

    /// The server's end of what arrives next.
    #[must_use]
    pub fn accept(&self) -> TcpStream {
        crate::sockets::wait(&self.listener, true, false).unwrap();
        prepare(self.listener.accept().unwrap().0)
    }

    /// How many threads and how many descriptors the relays have, all processes of theirs together.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        let count = |directory: &str| -> usize {
            let entries = |id| fs::read_dir(format!("/proc/{id}/{directory}")).map(Iterator::count);
            self.processes().filter_map(|id| entries(id).ok()).sum()
        };
        (count("task"), count("fd"))
    }

    /// How much processor time the relays have taken, with that of children that have ended.
    #[must_use]
    pub fn processor_time(&self) -> Duration {
        self.relays.iter().map(|relay| processor_time(relay.id())).sum()
    }

    /// How many processes the relays have started that are still there.
    #[must_use]
    pub fn children(&self) -> usize {
        self.relays.iter().map(|relay| children(relay.id()).len()).sum()
    }

    fn processes(&self) -> impl Iterator<Item = u32> {
        self.relays.iter().flat_map(|relay| iter::once(relay.id()).chain(children(relay.id())))
    }
}

/// The processes that this one has started and that are still there.
fn children(id: u32) -> Vec<u32> {
    let path = format!("/proc/{id}/task/{id}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    children.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

/// The ticks of `/proc/PID/stat`: 100 a second, whatever the kernel counts in (proc(5), USER_HZ).
fn processor_time(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The name, in parentheses, may hold anything; utime, stime, cutime and cstime are 14 to 17.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split_whitespace().skip(11).take(4).map(|field| field.parse::<u64>());
    Duration::from_millis(ticks.map(Result::unwrap).sum::<u64>() * 10)
}

fn prepare(socket: TcpStream) -> TcpStream {
    socket.set_nodelay(true).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.set_write_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// What one relay needs to know.
struct Way<'a> {
    target: u16,
    identity: &'a Files,
    roots: &'a str,
}

/// Starts one relay: its process, and where it listens.
type Start = fn(&Way<'_>) -> (Process, u16);

fn ours_to_tcp(way: &Way<'_>) -> (Process, u16) {
    let Files { certificate, key } = way.identity;
    let mut command = Command::new(example("relay"));
    command.args(["to-tcp", "--cert", text(certificate), "--key", text(key)]);
    ours(command, way.target)
}

fn ours_to_tls(way: &Way<'_>) -> (Process, u16) {
    let mut command = Command::new(example("relay"));
    command.args(["to-tls", "--ca", way.roots]);
    ours(command, way.target)
}

fn ours(mut command: Command, target: u16) -> (Process, u16) {
    command.arg("127.0.0.1:0").arg(format!("localhost:{target}"));
    let relay = Process::start(&mut command);
    let line = relay.output.wait_for("\n");
    let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
    (relay, port)
}

fn stunnel_to_tcp(way: &Way<'_>) -> (Process, u16) {
    let Files { certificate, key } = way.identity;
    stunnel(way.target, &format!("cert = {}\nkey = {}", text(certificate), text(key)))
}

fn stunnel_to_tls(way: &Way<'_>) -> (Process, u16) {
    let roots = format!("CAfile = {}\nverifyChain = yes\ncheckHost = localhost", way.roots);
    stunnel(way.target, &format!("client = yes\n{roots}"))
}

/// `stunnel` cannot be told to let the system choose a port.
fn stunnel(target: u16, options: &str) -> (Process, u16) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let configuration = format!(
        "foreground = yes\npid =\ndebug = notice\n[relay]\naccept = 127.0.0.1:{port}\n\
         connect = 127.0.0.1:{target}\nsslVersion = TLSv1.3\n{options}\n"
    );
    let relay = Process::start(Command::new("stunnel4").arg(file(configuration)));
    relay.errors.wait_for("Configuration successful");
    (relay, port)
}

fn socat_to_tcp(way: &Way<'_>) -> (Process, u16) {
    let Files { certificate, key } = way.identity;
    let options = format!("cert={},key={},verify=0", text(certificate), text(key));
    let accept = format!("OPENSSL-LISTEN:0,bind=127.0.0.1,backlog=400,fork,{options}");
    socat(&accept, &format!("TCP:127.0.0.1:{}", way.target))
}

fn socat_to_tls(way: &Way<'_>) -> (Process, u16) {
    let connect = format!("OPENSSL:localhost:{},pf=ip4,cafile={}", way.target, way.roots);
    socat("TCP-LISTEN:0,bind=127.0.0.1,backlog=400,fork", &connect)
}

fn socat(accept: &str, connect: &str) -> (Process, u16) {
    let relay = Process::start(Command::new("socat").args(["-d", "-d", accept, connect]));
    let told = relay.errors.wait_for("\n");
    let told =
        if told.contains("listening on") { told } else { relay.errors.wait_for("listening") };
    let line = told.lines().find(|line| line.contains("listening on")).unwrap_or_default();
    let port = line.rsplit(':').next().and_then(|port| port.trim().parse().ok());
    (relay, port.unwrap_or_else(|| panic!("no port in {told:?}")))
}
