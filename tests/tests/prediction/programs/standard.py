"""Python's `ssl`."""

import select
import ssl

ERRORS = (OSError,)

# More than a connection with the smallest buffers holds.
TICKETS = 50


class End:
    def __init__(self, plain, certificate, key, authority):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_3
        made.load_cert_chain(certificate, key)
        if authority != "-":
            made.load_verify_locations(authority)
            made.verify_mode = ssl.CERT_REQUIRED
        made.num_tickets = TICKETS
        self.stream = made.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=False
        )

    def handshake(self):
        self.stream.do_handshake()

    def receive(self):
        return self.stream.recv(1 << 14)

    def send(self, data):
        self.stream.sendall(data)

    def close(self):
        self.stream.close()

    def duplex(self, length):
        """One thread, which waits for whatever comes first: an SSL object is for one at a time."""
        self.stream.setblocking(False)
        received = sent = 0
        data = b"x" * length
        while received < length or sent < length:
            waits = [False, False]
            try:
                received += len(self.stream.recv(1 << 14))
            except ssl.SSLWantReadError:
                waits[0] = True
            try:
                sent += self.stream.send(data[sent : sent + (1 << 14)]) if sent < length else 0
            except ssl.SSLWantWriteError:
                waits[1] = True
            if waits[0] and (waits[1] or sent == length):
                select.select([self.stream], [self.stream] if waits[1] else [], [])
