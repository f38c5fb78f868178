"""An Expert that holds every frame of a real call against the protocol.

A call in text, from the offer to its end: what the server sends must fit the
schemas, in the order and with the numbers that proto/PROTOCOL.md tells, also
over a socket that is lost in between. It asks for every extension and knows
only what the server confirms; --plain: it asks for none. --show prints the
frames.

    wire_expert.py PROGRAM TALK [--plain] [--show]

Run by 27_wire.sh; needs the module jsonschema.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, "tests/schema")
import check  # noqa: E402
from peer import DEADLINE_S, Peer, Server, fail  # noqa: E402

NUMBER = "+15555550100"
EXTENSIONS = ("results hangup say heard resume state transfer turns fields "
              "capacity recording").split()
# What belongs to none of the published messages, by the extension it is of.
EVENTS = {"command-result": "results", "call-ending": "hangup",
          "said": "say", "call-snapshot": "resume", "saved-state": "state",
          "transfer-status": "transfer", "caller-turn-ended": "turns",
          "caller-silent": "turns", "barge-in": "turns",
          "language-changed": "turns", "field-collected": "fields",
          "hand-over-failed": "capacity", "server-draining": "capacity",
          "recording-state": "recording"}
show = "--show" in sys.argv
plain = "--plain" in sys.argv


class Refused(Exception):
    pass


class Link(Peer):
    """One link over one socket after another; checks all that it hears."""

    validators = None

    def __init__(self, server, path, family):
        self.server, self.path, self.family = server, path, family
        self.connection = os.urandom(10).hex()
        self.sent, self.seen, self.events = 0, 0, 0
        self.agreed, self.waiting = None, []
        self.connect()

    def connect(self):
        super().__init__(self.server, self.path,
                         headers="Authorization: Bearer %s\r\n"
                         % self.server.key)
        hello = {"message_type": "open", "name": "wire",
                 "connection_id": self.connection,
                 "is_reopen": self.agreed is not None,
                 "last_seen_sequence": self.seen}
        self.put(hello if plain else dict(hello, extensions=EXTENSIONS))
        ack = self.frame_in()
        if ack["message_type"] == "close":
            raise Refused(ack["reason"])
        if ack["message_type"] != "open-ack":
            fail("no open-ack: %s" % ack)
        if ack["is_reopen"] != (self.agreed is not None):
            fail("open-ack of another link: %s" % ack)
        if ack["last_seen_sequence"] != self.sent:
            fail("the server has not seen all: %s" % ack)
        agreed = ack.get("extensions", [])
        if self.agreed is not None and agreed != self.agreed:
            fail("another agreement after a reopen: %s" % ack)
        if set(agreed) - set([] if plain else EXTENSIONS):
            fail("the server confirms what nobody asked for: %s" % ack)
        self.agreed = agreed

    def put(self, frame):
        self.valid("frame", frame)
        if show:
            print("-->", json.dumps(frame), flush=True)
        self.say(frame)

    def valid(self, family, message):
        why = check.why_not(Link.validators[family],
                            json.dumps(message).encode())
        if why:
            fail("%s: %s\n%s" % (family, why, json.dumps(message)))

    def frame_in(self):
        while True:
            opcode, data = self.next()
            if opcode == 8:
                raise ConnectionError(data)
            if opcode == 1:
                break
        frame = json.loads(data)
        self.valid("frame", frame)
        if show:
            print("<--", data.decode(), flush=True)
        return frame

    def tell(self, payload, valid=True):
        if valid:
            self.valid("command" if self.family == "event" else self.family,
                       payload)
        self.sent += 1
        self.put({"message_type": "message", "sequence": self.sent,
                  "payload": payload})

    def hear(self):
        """The next payload, once and in order."""
        while True:
            frame = self.frame_in()
            if frame["message_type"] == "ping":
                self.put({"message_type": "pong",
                          "ping_timestamp": frame["ping_timestamp"],
                          "pong_timestamp": 0})
            if frame["message_type"] != "message":
                continue
            if frame["sequence"] != self.seen + 1:
                fail("%d after %d" % (frame["sequence"], self.seen))
            self.seen = frame["sequence"]
            self.put({"message_type": "ack",
                      "last_seen_sequence": self.seen})
            self.valid(self.family, frame["payload"])
            return frame["payload"]

    def hear_event(self):
        event = self.hear()
        kind = event["event_type"]
        if kind in EVENTS and EVENTS[kind] not in self.agreed:
            fail("of an extension that was not agreed: %s" % event)
        if "resume" in self.agreed:
            # Not of the call, but to this Expert about its command.
            if event["sequence"] is None and \
                    kind in ("command-result", "warning",
                             "hand-over-failed", "server-draining"):
                return event
            if event["sequence"] is None or event["sequence"] <= self.events:
                fail("event %s after %d" % (event, self.events))
            self.events = event["sequence"]
        elif event["sequence"] is not None:
            fail("numbered without resume: %s" % event)
        return event


def promised():
    """What PROTOCOL.md says that the server confirms: call, listen."""
    with open("proto/PROTOCOL.md", encoding="utf-8") as f:
        match = re.search(r"confirms, on a call's socket: (.*?); on a\s"
                          r"listen\s+socket: (.*?)\.", f.read(), re.S)
    if not match:
        fail("PROTOCOL.md does not say what the server confirms")
    return [set() if plain else set(re.findall("`([a-z]+)`", names))
            for names in match.groups()]


def take_call(server):
    listen = Link(server, "/v2/listen-inbound?phone_number="
                  + urllib.parse.quote(NUMBER), "listen")
    if listen.hear() != {"message_type": "listen-started",
                         "other_listeners": 0}:
        fail("no listen-started")
    return listen


def another_link(call):
    """While its socket stands a call is nobody else's; then it is."""
    rude = Peer(call.server, call.path, headers="Authorization: Bearer %s\r\n"
                % call.server.key)
    rude.say({"message_type": "open", "connection_id": "another",
              "last_seen_sequence": 0})
    frame = json.loads(rude.next()[1])
    if frame["message_type"] != "close" or frame["reason"] != "state-lost":
        fail("a second link is not refused: %s" % frame)
    if rude.close_code() != 1000:
        fail("another close code")


def taken_over(call):
    """Another link has the call, and is told all about it."""
    call.socket.close()
    until = time.monotonic() + DEADLINE_S
    while True:
        try:
            fresh = Link(call.server, call.path, "event")
            break
        except Refused as e:
            # Until the server has seen that the old socket is away.
            if str(e) != "state-lost" or time.monotonic() > until:
                fail("cannot take over: %s" % e)
            time.sleep(0.05)
    fresh.events = call.events
    told = fresh.hear_event()
    if told["event_type"] != "call-snapshot" or told["cause"] != "lost":
        fail("no snapshot: %s" % told)
    if told["fields"] != {"caller_name": "John Smith", "party_size": 4}:
        fail("other fields: %s" % told)
    if told["task"]["task_id"] != "waitlist" or not told["transcript"]:
        fail("not the whole call: %s" % told)
    return fresh


# What is refused, and the reason that results give.
REFUSED = (
    ({"command_type": "weather"}, "unknown-command"),
    ({"command_type": "read-script", "script": 7}, "malformed"),
    ({"command_type": "read-script", "script": "x" * 8193}, "too-large"),
    ({"command_type": "answer-question", "question_id": "never",
      "answer": "x"}, "not-now"),
)


def refused(call):
    """Each is told by a result under its id, or by a warning."""
    events = []
    for i, (command, reason) in enumerate(REFUSED):
        results = "results" in call.agreed
        if not results and reason == "not-now":
            continue
        call.tell(dict(command, command_id="r%d" % i), valid=False)
        want = "command-result" if results else "warning"
        while True:
            event = call.hear_event()
            if event["event_type"] == want:
                break
            events.append(event)
        if results and (event["command_id"], event["status"],
                        event["reason"]) != ("r%d" % i, "refused", reason):
            fail("%s: %s" % (command, event))
    return events


def answer(server, listen):
    offer = listen.hear()
    if offer["message_type"] != "incoming-call":
        fail("no offer: %s" % offer)
    listen.tell({"message_type": "claim-call", "call_id": offer["call_id"]})
    assign = listen.hear()
    if assign["message_type"] != "assign-call" or \
            assign["call_id"] != offer["call_id"]:
        fail("not assigned: %s" % assign)
    listen.tell({"message_type": "answer-call", "call_id": offer["call_id"]})
    call = Link(server, "/v2/connect-call/" + offer["call_id"], "event")
    call.tell({"command_type": "set-persona", "agent_name": "Nova",
               "organization_name": "Thai Palace",
               "agent_purpose": "take names for the waiting list",
               "voice": None})
    call.tell({"command_type": "registered-hooks", "has_on_question": True,
               "has_on_intent": False, "has_on_action_requested": True,
               "has_on_escalate": False, "accept_dtmf_for_numbers": True})
    call.tell({"command_type": "set-task", "task_id": "waitlist",
               "objective": "Add the caller to the waiting list.",
               "completion_criteria": None,
               "action_items": [
                   {"item_type": "field", "key": "caller_name",
                    "description": "Name for the list", "question": "",
                    "field_type": "text", "required": True, "choices": [],
                    "is_search_field": False, "sensitive": False},
                   {"item_type": "field", "key": "party_size",
                    "description": "Number of people", "question": "",
                    "field_type": "integer", "required": True, "choices": [],
                    "is_search_field": False, "sensitive": False}]})
    return call


def converse(call):
    """Serves the call to its end. What came, by kind of event."""
    heard = {}
    reopened = taken = False
    waiting = refused(call) if not show else []
    until = time.monotonic() + 60
    while time.monotonic() < until:
        event = waiting.pop(0) if waiting else call.hear_event()
        kind = event["event_type"]
        heard.setdefault(kind, []).append(event)
        if kind == "agent-question":
            if not reopened:
                # The answer goes over another socket of the same link.
                call.socket.close()
                call.connect()
                reopened = True
            call.tell({"command_type": "answer-question",
                       "question_id": event["question_id"],
                       "answer": "Yes, there is parking behind the house."})
        elif kind == "task-done":
            # Nothing came of it: the next link is told again.
            if "resume" in call.agreed and not taken:
                call, taken = taken_over(call), True
                continue
            call.tell({"command_type": "send-instruction", "instruction":
                       "Thank the caller, then hang up."})
        elif kind == "bot-session-ended":
            return heard, call
    fail("the call does not end: %s" % list(heard))


def over(call):
    """After the last event the server closes the socket, and forgets."""
    try:
        call.socket.settimeout(DEADLINE_S)
        while True:
            call.frame_in()
    except ConnectionError as e:
        data = e.args[0]
        if data[:2] != b"\x03\xe8":
            fail("closed with %r" % data)


def expect(heard, kind, n=1):
    if len(heard.get(kind, [])) < n:
        fail("no %s in %s" % (kind, {k: len(v) for k, v in heard.items()}))
    return heard[kind]


def main():
    program, talk = sys.argv[1:3]
    schemas = check.read_schemas()
    make = check.validator_maker(schemas)
    Link.validators = {f: make({"$schema": schemas[f]["$schema"], "$ref":
                                schemas[f]["$id"] + "#/$defs/sent"})
                       for f in check.FAMILIES}
    server = Server(program)
    listen = take_call(server)
    caller = subprocess.Popen(
        [talk, "talk", "--to", NUMBER, "--key", server.key, "--url",
         "http://127.0.0.1:%d" % server.port],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    caller.stdin.write("John Smith\nIs there parking?\n/press 4\n")
    caller.stdin.flush()

    call = answer(server, listen)
    agreed = [set(call.agreed), set(listen.agreed)]
    if agreed != promised():
        fail("PROTOCOL.md promises %s, confirmed is %s"
             % (promised(), agreed))
    another_link(call)
    heard, call = converse(call)
    names = [e["payload"] for e in expect(heard, "action-item-done", 2)
             if e["key"] == "caller_name"]
    if names != ["John Smith"]:
        fail("another name: %s" % names)
    expect(heard, "agent-question")
    expect(heard, "task-done")
    expect(heard, "caller-speech")
    expect(heard, "agent-speech", 3)
    if expect(heard, "bot-session-ended")[0]["termination_reason"] != \
            "bot-hangup":
        fail("another end: %s" % heard["bot-session-ended"])
    over(call)
    caller.communicate(timeout=DEADLINE_S)
    server.stop()
    print("held against the schemas: %s"
          % ", ".join("%d %s" % (len(v), k) for k, v in heard.items()))


if __name__ == "__main__":
    main()
