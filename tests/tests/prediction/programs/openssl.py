"""OpenSSL 3.5 or later, by pyOpenSSL."""

import select

from OpenSSL import SSL

ERRORS = (OSError, SSL.Error)


class End:
    def __init__(self, plain, certificate, key, authority):
        made = SSL.Context(SSL.TLS_METHOD)
        made.set_min_proto_version(SSL.TLS1_3_VERSION)
        made.use_certificate_chain_file(certificate)
        made.use_privatekey_file(key)
        if authority != "-":
            made.load_verify_locations(authority)
            required = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
            made.set_verify(required, lambda *arguments: arguments[-1])
        self.plain = plain
        self.stream = SSL.Connection(made, plain)
        self.stream.set_accept_state()

    def handshake(self):
        self.stream.do_handshake()

    def receive(self):
        try:
            return self.stream.recv(1 << 14)
        except SSL.ZeroReturnError:
            return b""

    def send(self, data):
        self.stream.sendall(data)

    def close(self):
        try:
            self.stream.shutdown()
        finally:
            self.plain.close()

    def duplex(self, length):
        """One thread, which waits for whatever comes first: an SSL object is for one at a time."""
        self.plain.setblocking(False)
        received = sent = 0
        data = b"x" * (1 << 14)
        while received < length or sent < length:
            waits = [False, False]
            try:
                received += len(self.stream.recv(1 << 14))
            except SSL.WantReadError:
                waits[0] = True
            try:
                sent += self.stream.send(data) if sent < length else 0
            except SSL.WantWriteError:
                waits[1] = True
            if waits[0] and (waits[1] or sent >= length):
                select.select([self.plain], [self.plain] if waits[1] else [], [])
