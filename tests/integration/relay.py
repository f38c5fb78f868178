"""Connections to one port of this machine that can be cut without a word.

    relay.py TARGET_PORT

Reads a line at a time: "open" prints the port of a new relay; "cut PORT" goes
on to take what both sides send, and passes nothing on any more, nor that one
of them is gone; "close PORT" ends it and its connections.

SPDX-License-Identifier: MIT
"""
import os
import selectors
import socket
import sys

HELD_MAX = 1 << 20


class Side:
    """One end of a connection; what waits to be sent to it."""

    def __init__(self, relay, sock):
        self.relay, self.socket, self.out = relay, sock, b""
        self.other = None
        sock.setblocking(False)

    def watch(self):
        events = selectors.EVENT_READ
        if self.out:
            events |= selectors.EVENT_WRITE
        poll.modify(self.socket, events, self)

    def close(self):
        poll.unregister(self.socket)
        self.socket.close()
        self.relay.sides.discard(self)

    def gone(self):
        self.close()
        # Of a relay that is cut the other side learns nothing.
        if not self.relay.is_cut and self.other in self.relay.sides:
            self.other.close()

    def ready(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                self.out = self.out[self.socket.send(self.out):]
                self.watch()
            if events & selectors.EVENT_READ:
                data = self.socket.recv(65536)
                if not data:
                    self.gone()
                elif not self.relay.is_cut:
                    self.other.out += data
                    self.other.watch()
        except BlockingIOError:
            pass
        except OSError:
            self.gone()
        if len(self.out) > HELD_MAX and self in self.relay.sides:
            self.gone()


class Relay:
    def __init__(self, target):
        self.target, self.sides, self.is_cut = target, set(), False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        poll.register(self.listener, selectors.EVENT_READ, self)

    def ready(self, _events):
        near = Side(self, self.listener.accept()[0])
        far = Side(self, socket.create_connection(("127.0.0.1",
                                                   self.target)))
        near.other, far.other = far, near
        for side in (near, far):
            side.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sides.add(side)
            poll.register(side.socket, selectors.EVENT_READ, side)

    def cut(self):
        self.is_cut = True
        for side in self.sides:
            side.out = b""
            side.watch()

    def close(self):
        for side in list(self.sides):
            side.close()
        poll.unregister(self.listener)
        self.listener.close()


class Orders:
    """Standard input."""

    def __init__(self, target):
        self.target, self.relays, self.text = target, {}, ""

    def ready(self, _events):
        data = os.read(0, 4096)
        if not data:
            sys.exit(0)
        *lines, self.text = (self.text + data.decode()).split("\n")
        for line in lines:
            self.obey(line.split())

    def obey(self, words):
        if words[0] == "open":
            relay = Relay(self.target)
            self.relays[relay.port] = relay
            print(relay.port, flush=True)
        elif words[0] == "cut":
            self.relays[int(words[1])].cut()
        elif words[0] == "close":
            self.relays.pop(int(words[1])).close()


poll = selectors.DefaultSelector()


def main():
    poll.register(sys.stdin, selectors.EVENT_READ, Orders(int(sys.argv[1])))
    while True:
        for key, events in poll.select():
            # One that was closed by what came before it in this turn.
            if key.fileobj.fileno() >= 0:
                key.data.ready(events)


if __name__ == "__main__":
    main()
