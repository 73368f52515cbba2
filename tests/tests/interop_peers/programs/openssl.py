"""OpenSSL 3.5 or later, which Python's package `cryptography` carries, as either end of a
connection.

    openssl.py client PORT AUTHORITY CERTIFICATE KEY [GROUP]
    openssl.py server AUTHORITY CERTIFICATE KEY [GROUP]

What it does is said in `interop_peers/program.rs`.
"""

import socket
import sys

from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

GROUPS = {"P-384": ec.SECP384R1()}


def context(authority, certificate, key, group=None):
    made = SSL.Context(SSL.TLS_METHOD)
    made.set_min_proto_version(SSL.TLS1_3_VERSION)
    made.load_verify_locations(authority)
    made.use_certificate_chain_file(certificate)
    made.use_privatekey_file(key)
    made.set_verify(SSL.VERIFY_PEER, lambda *arguments: arguments[-1])
    made.set_session_id(b"hyaline")
    made.set_alpn_protos([b"http/1.1"])
    made.set_alpn_select_callback(
        lambda _, offered: b"http/1.1" if b"http/1.1" in offered else SSL.NO_OVERLAPPING_PROTOCOLS
    )
    if group:
        made.set_tmp_ecdh(GROUPS[group])
    return made


def chunks(secured):
    while True:
        try:
            yield secured.recv(1 << 14)
        except SSL.ZeroReturnError:
            return


def talk(work, plain, secured):
    secured.do_handshake()
    told = "ok certificate" if secured.get_peer_certificate() else "ok"
    late = b""
    for chunk in chunks(secured):
        if work == "cut":
            plain.close()
            return told
        if work == "late":
            late += chunk
        else:
            secured.sendall(chunk)
    if late:
        secured.sendall(late)
    secured.shutdown()
    plain.close()
    return told


def main(role, *arguments):
    session = None
    if role == "server":
        made = context(*arguments)
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
    else:
        made = context(*arguments[1:])
    for line in sys.stdin:
        if role == "server":
            plain = listener.accept()[0]
        else:
            plain = socket.create_connection(("127.0.0.1", int(arguments[0])))
        secured = SSL.Connection(made, plain)
        if role == "server":
            secured.set_accept_state()
        else:
            secured.set_connect_state()
            secured.set_tlsext_host_name(b"localhost")
            if session:
                secured.set_session(session)
        try:
            told = talk(line.strip(), plain, secured)
            session = secured.get_session()
        except (SSL.Error, OSError) as error:
            told = repr(error)
        print(told, flush=True)


main(*sys.argv[1:])
