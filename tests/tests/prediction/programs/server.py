"""A server with the TLS of a module beside this one: `standard`, `openssl` or `gnutls`.

    server.py MODULE CERTIFICATE KEY AUTHORITY

What it does is said in `prediction/server.rs`.
"""

import importlib
import socket
import sys

module, certificate, key, authority = sys.argv[1:]
library = importlib.import_module(module)
listener = socket.socket(fileno=3)
end = None


def handshake():
    global end
    plain = listener.accept()[0]
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end = library.End(plain, certificate, key, authority)
    end.handshake()
    return "ok"


def read():
    count = 0
    try:
        while chunk := end.receive():
            count += len(chunk)
    except library.ERRORS as error:
        return f"{count} {error!r}".replace("\n", " ")
    return f"{count} end"


def write(length):
    end.send(b"x" * int(length))
    return "ok"


def close():
    end.close()
    return "ok"


def duplex(length):
    end.duplex(int(length))
    return "ok"


for line in sys.stdin:
    command, *arguments = line.split()
    try:
        print(globals()[command](*arguments), flush=True)
    except library.ERRORS as error:
        print(f"{error!r}".replace("\n", " "), flush=True)
