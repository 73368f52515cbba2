"""Python's `ssl` as either end of a connection.

    peer.py client PORT AUTHORITY CERTIFICATE KEY [GROUP]
    peer.py server AUTHORITY CERTIFICATE KEY [GROUP]

What it does is said in `interop_peers/program.rs`.
"""

import os
import socket
import ssl
import sys

GROUPS = {"P-384": "secp384r1"}


def context(is_server, authority, certificate, key, group=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_verify_locations(authority)
    made.load_cert_chain(certificate, key)
    made.set_alpn_protocols(["http/1.1"])
    if is_server:
        made.verify_mode = ssl.CERT_OPTIONAL
    if group:
        made.set_ecdh_curve(GROUPS[group])
    return made


def talk(work, secured):
    told = "ok certificate" if secured.getpeercert() else "ok"
    late = b""
    while chunk := secured.recv(1 << 14):
        if work == "cut":
            os.close(secured.detach())
            return told
        if work == "late":
            late += chunk
        else:
            secured.sendall(chunk)
    secured.sendall(late)
    secured.session_to_keep = secured.session
    secured.unwrap().close()
    return told


def main(role, *arguments):
    is_server = role == "server"
    session = None
    if is_server:
        made = context(True, *arguments)
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
    else:
        made = context(False, *arguments[1:])
    for line in sys.stdin:
        # Otherwise an end without close_notify looks like a clean one.
        common = {"suppress_ragged_eofs": False}
        try:
            if is_server:
                secured = made.wrap_socket(listener.accept()[0], server_side=True, **common)
            else:
                plain = socket.create_connection(("127.0.0.1", int(arguments[0])))
                secured = made.wrap_socket(
                    plain, server_hostname="localhost", session=session, **common
                )
            told = talk(line.strip(), secured)
            session = getattr(secured, "session_to_keep", session)
        except OSError as error:
            told = repr(error)
        print(told, flush=True)


main(*sys.argv[1:])
