"""Makes a fresh mongod a replica set of one, waits until it takes writes, and makes the user asked for.

Shape:   mongo_begin.py PORT [name:password]. Speaks the server's protocol (OP_MSG) itself, so that starting a server needs
         no client library.
Errors:  exit code 1 and the server's words.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

_SECONDS_MAX = 60
_ALREADY_INITIALIZED = 23
_UNAUTHORIZED = 13


def encode(document: dict[str, object]) -> bytes:
    """A document as BSON; of the types, those that are needed here."""
    body = b""
    for key, value in document.items():
        name = key.encode() + b"\0"
        if isinstance(value, bool):
            body += b"\x08" + name + bytes([value])
        elif isinstance(value, int):
            body += b"\x10" + name + struct.pack("<i", value)
        elif isinstance(value, str):
            text = value.encode() + b"\0"
            body += b"\x02" + name + struct.pack("<i", len(text)) + text
        elif isinstance(value, list):
            body += b"\x04" + name + encode({str(at): each for at, each in enumerate(value)})
        elif isinstance(value, dict):
            body += b"\x03" + name + encode(value)
        else:
            raise TypeError(key)
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def number(reply: bytes, key: str) -> float | None:
    """The number or truth under a key of the reply's outermost level; a search by bytes does for these few keys."""
    for mark, form in ((b"\x01", "<d"), (b"\x10", "<i"), (b"\x08", "<?")):
        place = reply.find(mark + key.encode() + b"\0")
        if place >= 0:
            return struct.unpack_from(form, reply, place + len(key) + 2)[0]
    return None


class Server:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)

    def ask(self, command: dict[str, object]) -> bytes:
        message = struct.pack("<iiiii", 0, 1, 0, 2013, 0)[4:] + b"\0" + encode(command | {"$db": "admin"})
        self._socket.sendall(struct.pack("<i", len(message) + 4) + message)
        length = struct.unpack("<i", self._read(4))[0]
        return self._read(length - 4)

    def _read(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            piece = self._socket.recv(count - len(taken))
            if not piece:
                raise ConnectionError("the server hung up")
            taken += piece
        return taken


def main() -> int:
    port = int(sys.argv[1])
    login = sys.argv[2] if len(sys.argv) > 2 else ""
    server = Server(port)
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
    began = server.ask({"replSetInitiate": {"_id": "rs0", "members": [member]}})
    # A server that asks for passwords and has been here before refuses, and has begun long ago.
    if number(began, "ok") != 1 and number(began, "code") not in (_ALREADY_INITIALIZED, _UNAUTHORIZED):
        print(began, file=sys.stderr)
        return 1
    end = time.monotonic() + _SECONDS_MAX
    while not number(server.ask({"hello": 1}), "isWritablePrimary"):
        if time.monotonic() > end:
            print(f"no primary after {_SECONDS_MAX} s", file=sys.stderr)
            return 1
        time.sleep(0.05)
    if login:
        name, password = login.split(":", 1)
        made = server.ask({"createUser": name, "pwd": password, "roles": ["root"]})
        if number(made, "ok") != 1 and number(made, "code") != _UNAUTHORIZED:
            print(made, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
