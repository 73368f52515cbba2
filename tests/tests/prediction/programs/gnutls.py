"""GnuTLS, by its library's own functions."""

import ctypes
import select

LIBRARY = ctypes.CDLL("libgnutls.so.30")
SERVER, CERTIFICATE, PEM, REQUIRE, BOTH_DIRECTIONS = 1, 1, 1, 2, 0
# What a call says on a socket that does not wait, and when a signal has ended it.
AGAIN, INTERRUPTED = -28, -52


class Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_uint)]


class GnuTlsError(Exception):
    pass


ERRORS = (OSError, GnuTlsError)

LIBRARY.gnutls_strerror.restype = ctypes.c_char_p
LIBRARY.gnutls_record_recv.restype = ctypes.c_ssize_t
LIBRARY.gnutls_record_send.restype = ctypes.c_ssize_t


def checked(result):
    if result < 0:
        raise GnuTlsError(LIBRARY.gnutls_strerror(int(result)).decode())
    return result


class End:
    def __init__(self, plain, certificate, key, authority):
        self.plain = plain
        credentials = ctypes.c_void_p()
        checked(LIBRARY.gnutls_certificate_allocate_credentials(ctypes.byref(credentials)))
        files = (certificate.encode(), key.encode())
        checked(LIBRARY.gnutls_certificate_set_x509_key_file(credentials, *files, PEM))
        self.session = ctypes.c_void_p()
        checked(LIBRARY.gnutls_init(ctypes.byref(self.session), SERVER))
        priority = b"NORMAL:-VERS-ALL:+VERS-TLS1.3"
        checked(LIBRARY.gnutls_priority_set_direct(self.session, priority, None))
        checked(LIBRARY.gnutls_credentials_set(self.session, CERTIFICATE, credentials))
        # Without keys for tickets it sends none.
        keys = Bytes()
        checked(LIBRARY.gnutls_session_ticket_key_generate(ctypes.byref(keys)))
        checked(LIBRARY.gnutls_session_ticket_enable_server(self.session, ctypes.byref(keys)))
        if authority != "-":
            trusted = authority.encode()
            checked(LIBRARY.gnutls_certificate_set_x509_trust_file(credentials, trusted, PEM))
            LIBRARY.gnutls_certificate_server_set_request(self.session, REQUIRE)
            LIBRARY.gnutls_session_set_verify_cert(self.session, None, 0)
        descriptor = plain.fileno()
        LIBRARY.gnutls_transport_set_int2(self.session, descriptor, descriptor)

    def again(self, call):
        while (result := call()) in (AGAIN, INTERRUPTED):
            pass
        return result

    def handshake(self):
        result = self.again(lambda: LIBRARY.gnutls_handshake(self.session))
        if result < 0:
            LIBRARY.gnutls_alert_send_appropriate(self.session, result)
        checked(result)

    def receive(self):
        chunk = ctypes.create_string_buffer(1 << 14)
        call = lambda: LIBRARY.gnutls_record_recv(self.session, chunk, 1 << 14)
        return chunk.raw[: checked(self.again(call))]

    def send(self, data):
        while data:
            call = lambda: LIBRARY.gnutls_record_send(self.session, data, len(data))
            data = data[checked(self.again(call)) :]

    def close(self):
        try:
            checked(self.again(lambda: LIBRARY.gnutls_bye(self.session, BOTH_DIRECTIONS)))
        finally:
            self.plain.close()

    def duplex(self, length):
        """One thread, which waits for whatever comes first."""
        self.plain.setblocking(False)
        chunk = ctypes.create_string_buffer(1 << 14)
        received = sent = 0
        while received < length or sent < length:
            count = LIBRARY.gnutls_record_recv(self.session, chunk, 1 << 14)
            is_empty = count == AGAIN
            received += 0 if is_empty else checked(count)
            is_full = False
            if sent < length:
                count = LIBRARY.gnutls_record_send(self.session, bytes(1 << 14), 1 << 14)
                is_full = count == AGAIN
                sent += 0 if is_full else checked(count)
            if is_empty and (is_full or sent == length):
                select.select([self.plain], [self.plain] if is_full else [], [])
