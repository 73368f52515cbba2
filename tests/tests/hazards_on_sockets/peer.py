"""One end of a connection, with OpenSSL through Python's `ssl`. It does what it is told, no more.

Each line of the input is a command, each line of the output the result of one. The first line is
the port on which a server listens, or the one to which a client has connected.
"""

import argparse
import select
import socket
import ssl
import sys

parser = argparse.ArgumentParser()
parser.add_argument("role", choices=["client", "server"])
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--receive-buffer", type=int)
parser.add_argument("--send-buffer", type=int)
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--trust", help="PEM; a server asks for certificates of it")
parser.add_argument("--tickets", type=int)
options = parser.parse_args()


def context():
    server = options.role == "server"
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    if options.certificate:
        made.load_cert_chain(options.certificate, options.key)
    if options.trust:
        made.load_verify_locations(options.trust)
        made.verify_mode = ssl.CERT_REQUIRED
    if options.tickets is not None:
        made.num_tickets = options.tickets
    return made


def plain_socket():
    """A socket that has its buffers before its first segment."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if options.receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.receive_buffer)
    if options.send_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, options.send_buffer)
    return made


def wrap(connected):
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = options.role == "server"
    return context().wrap_socket(
        connected,
        server_side=server,
        do_handshake_on_connect=False,
        # Otherwise an end without close_notify looks like a clean one.
        suppress_ragged_eofs=False,
        server_hostname=None if server else "localhost",
    )


def content(path):
    with open(path, "rb") as file:
        return file.read()


class End:
    """The commands."""

    def __init__(self):
        self.stream = None
        plain = plain_socket()
        if options.role == "server":
            plain.bind(("127.0.0.1", 0))
            plain.listen()
            self.listener = plain
            print(plain.getsockname()[1], flush=True)
        else:
            plain.connect(("127.0.0.1", options.port))
            self.stream = wrap(plain)
            print(options.port, flush=True)

    def handshake(self):
        if self.stream is None:
            self.stream = wrap(self.listener.accept()[0])
        self.stream.do_handshake()
        return "ok"

    def write(self, path):
        self.stream.sendall(content(path))
        return "ok"

    def write_until_late(self, path):
        """How many bytes were accepted before a write was given up at its deadline."""
        data = content(path)
        self.stream.setblocking(False)
        accepted = 0
        while accepted < len(data):
            try:
                accepted += self.stream.send(data[accepted : accepted + 10000])
            except ssl.SSLWantWriteError:
                _, has_room, _ = select.select([], [self.stream], [], 0.1)
                if not has_room:
                    break
        self.stream.setblocking(True)
        return str(accepted)

    def read(self, path):
        """Reads to the end, and says which end that is."""
        with open(path, "wb") as file:
            while True:
                data = self.stream.recv(1 << 16)
                if not data:
                    return "clean end"
                file.write(data)
                file.flush()

    def shut_down(self):
        """Sends close_notify, waits for the peer's, and closes."""
        self.stream.unwrap().close()
        return "ok"

    def close(self):
        self.stream.close()
        return "ok"


def main():
    end = End()
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            result = getattr(end, command)(*arguments)
        except OSError as error:
            # An `ssl.SSLError` is one.
            result = f"{type(error).__name__}: {error}".replace("\n", " ")
        print(result, flush=True)


main()
