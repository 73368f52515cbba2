"""OpenSSL 3.5 or later, which Python's package `cryptography` carries: one connection, one line.

    recent.py server CERTIFICATE KEY    prints its port, then the group; sends the line back
    recent.py client PORT AUTHORITY     prints the group, then the line that came back
"""

import socket
import sys

from OpenSSL import SSL


def context():
    made = SSL.Context(SSL.TLS_METHOD)
    made.set_min_proto_version(SSL.TLS1_3_VERSION)
    return made


def end(connection):
    connection.shutdown()
    try:
        while connection.recv(4096):
            pass
    except SSL.ZeroReturnError:
        pass


def server(certificate, key):
    made = context()
    made.use_certificate_chain_file(certificate)
    made.use_privatekey_file(key)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    connection = SSL.Connection(made, listener.accept()[0])
    connection.set_accept_state()
    connection.do_handshake()
    print(connection.get_group_name(), flush=True)
    connection.sendall(connection.recv(4096))
    end(connection)


def client(port, authority):
    made = context()
    made.load_verify_locations(authority)
    made.set_verify(SSL.VERIFY_PEER, lambda *arguments: arguments[-1])
    connection = SSL.Connection(made, socket.create_connection(("127.0.0.1", int(port))))
    connection.set_tlsext_host_name(b"localhost")
    connection.set_connect_state()
    connection.do_handshake()
    print(connection.get_group_name(), flush=True)
    connection.sendall(b"a line\n")
    print(connection.recv(4096).decode(), end="", flush=True)
    end(connection)


{"server": server, "client": client}[sys.argv[1]](*sys.argv[2:])
