"""Listens with the socket buffers that it is given, prints the port, and becomes another program,
which has the listener as its descriptor 3: not every language can set buffers.

    listen.py RECEIVE SEND PROGRAM ARGUMENT...
"""

import os
import socket
import sys

receive, send, *program = sys.argv[1:]
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(receive))
listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, int(send))
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.execvp(program[0], program)
