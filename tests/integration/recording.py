"""Calls whose Expert pauses their recording, and whose caller refuses it.

    recording.py PROGRAM

A caller with sound hums all the time: in the recording there is silence
exactly while it was paused. A caller that types says a secret then: it is in
no file and no row. Of a caller that refuses nothing is left.

Run by 28_recording.sh; needs Python's standard library only.

SPDX-License-Identifier: MIT
"""
import array
import base64
import glob
import json
import os
import sys
import threading
import time

from peer import DEADLINE_S, Peer, Server, fail

HUM = base64.b64encode(b"\x20\xa0" * 80).decode()  # loud, in mu-law
NUMBER = "+15555550100"


class Link:
    """A numbered link that says and hears payloads."""

    def __init__(self, server, path, extensions=()):
        self.peer = Peer(server, path, headers="Authorization: Bearer %s\r\n"
                         % server.key)
        self.sent = 0
        self.peer.say({"message_type": "open", "connection_id":
                       os.urandom(10).hex(), "last_seen_sequence": 0,
                       "extensions": list(extensions)})

    def tell(self, **payload):
        self.sent += 1
        self.peer.say({"message_type": "message", "sequence": self.sent,
                       "payload": payload})

    def hear(self, kind):
        """The next payload of this type."""
        while True:
            opcode, data = self.peer.next()
            if opcode == 8:
                fail("closed before %s" % kind)
            if opcode != 1:
                continue
            frame = json.loads(data)
            if frame["message_type"] != "message":
                continue
            self.peer.say({"message_type": "ack",
                           "last_seen_sequence": frame["sequence"]})
            payload = frame["payload"]
            if kind in (payload.get("event_type"),
                        payload.get("message_type")):
                return payload

    def set(self, **members):
        """Set the recording. How it is then."""
        self.tell(command_type="set-recording", **members)
        return self.hear("recording-state")


def take(server, listen):
    """Answer the next call: its id and its link."""
    offer = listen.hear("incoming-call")["call_id"]
    listen.tell(message_type="claim-call", call_id=offer)
    listen.hear("assign-call")
    listen.tell(message_type="answer-call", call_id=offer)
    call = Link(server, "/v2/connect-call/" + offer, ["recording"])
    state = call.hear("recording-state")
    if (state["state"], state["consent"]) != ("on", "unknown"):
        fail("a call begins so: %s" % state)
    call.tell(command_type="set-persona", agent_name="Nova")
    call.tell(command_type="registered-hooks")
    return offer, call


def record_of(server, call_id):
    """Its row, once it is over."""
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        call = json.loads(server.get("/v1/calls/" + call_id))
        if call["ended"]:
            return call
        time.sleep(0.05)
    fail("the call does not end")


def runs(samples):
    """[(silent, ms)] of stretches of 100 ms and more."""
    found = []
    for i in range(0, len(samples) - 159, 160):
        silent = max(abs(s) for s in samples[i:i + 160]) < 50
        if found and found[-1][0] == silent:
            found[-1][1] += 20
        else:
            found.append([silent, 20])
    return [tuple(r) for r in found if r[1] >= 100]


class Humming(threading.Thread):
    """A caller on the telephone, who hums."""

    def __init__(self, server):
        super().__init__(daemon=True)
        token = server.ring()
        self.peer = Peer(server)
        self.peer.start(token)
        self.over = False
        self.start()

    def run(self):
        begin, n = time.monotonic(), 0
        while not self.over:
            self.peer.media(HUM, at_ms=n * 20)
            n += 1
            time.sleep(max(0, begin + n * 0.02 - time.monotonic()))

    def hang_up(self):
        self.over = True
        self.join()
        self.peer.say({"event": "stop", "streamSid": "MZ1",
                       "stop": {"accountSid": "AC1", "callSid": "CA1"}})


def heard_ms(server, call_id, ms):
    """Wait until so much of the call has gone by."""
    path = "%s/calls/%s.wav" % (server.folder, call_id)
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        if os.path.exists(path) and os.path.getsize(path) > ms * 32:
            return os.path.getsize(path) // 32
        time.sleep(0.02)
    fail("the recording does not grow")


def sound(server, listen):
    caller = Humming(server)
    call_id, call = take(server, listen)
    paused_at = heard_ms(server, call_id, 400)
    state = call.set(state="paused")
    if state["state"] != "paused":
        fail("not paused: %s" % state)
    again_at = heard_ms(server, call_id, paused_at + 600)
    state = call.set(state="on", consent="given")
    if (state["state"], state["consent"]) != ("on", "given"):
        fail("not on again: %s" % state)
    heard_ms(server, call_id, again_at + 400)
    caller.hang_up()
    call.hear("bot-session-ended")
    row = record_of(server, call_id)
    path = row["recording"]
    until = time.monotonic() + DEADLINE_S
    while True:
        with open(path, "rb") as f:
            samples = array.array("h", f.read()[44:])[0::2]
        found = runs(samples)
        while found and found[0][0]:
            found.pop(0)  # before the caller's first frame
        if [r[0] for r in found[:3]] == [False, True, False]:
            break
        if time.monotonic() > until:
            fail("not loud, silent, loud: %s" % found)
        time.sleep(0.05)
    if found[1][1] < 400:
        fail("the pause is too short: %s" % found)
    return found[1][1]


def everywhere(server, words):
    """Where in the server's files these words are."""
    found = []
    for path in glob.glob(server.folder + "/**", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as f:
                if words.encode() in f.read():
                    found.append(path)
    return found


def typed(server, listen):
    caller = Peer(server, "/text?to=%2B15555550100", headers="Authorization: "
                  "Bearer %s\r\n" % server.key)
    call_id, call = take(server, listen)

    def say(text):
        caller.say({"type": "text", "text": text})
        while call.hear("caller-speech")["utterance"] != text:
            pass
        call.hear("agent-speech")

    call.hear("agent-speech")
    say("the red house")
    call.set(state="paused")
    say("my secret is mandrake")
    call.set(state="on")
    say("the blue house")
    caller.say({"type": "hangup"})
    call.hear("bot-session-ended")
    row = record_of(server, call_id)
    lines = [line["text"] for line in row["transcript"]
             if line["who"] == "caller"]
    if lines != ["the red house", "the blue house"]:
        fail("another transcript: %s" % lines)
    if "mandrake" in json.dumps(row):
        fail("it is in the record: %s" % row)
    return call_id


def refused(server, listen):
    caller = Humming(server)
    call_id, call = take(server, listen)
    heard_ms(server, call_id, 200)
    state = call.set(consent="refused")
    if (state["state"], state["consent"]) != ("off", "refused"):
        fail("not off: %s" % state)
    caller.hang_up()
    call.hear("bot-session-ended")
    row = record_of(server, call_id)
    if row["recording"] or row["journal"] or row["transcript"]:
        fail("something is left: %s" % row)
    until = time.monotonic() + DEADLINE_S
    while glob.glob("%s/calls/%s.*" % (server.folder, call_id)):
        if time.monotonic() > until:
            fail("files are left: %s" % os.listdir(server.folder + "/calls"))
        time.sleep(0.02)


def typed_and_refused(server, listen):
    """Gone from every file while the server runs, also from logs of writes."""
    caller = Peer(server, "/text?to=%2B15555550100", headers="Authorization: "
                  "Bearer %s\r\n" % server.key)
    call_id, call = take(server, listen)
    call.hear("agent-speech")
    caller.say({"type": "text", "text": "zanzibarium is the other"})
    call.hear("caller-speech")
    until = time.monotonic() + DEADLINE_S
    while "zanzibarium" not in server.get("/v1/calls/" + call_id):
        if time.monotonic() > until:
            fail("what was said is not in the record")
        time.sleep(0.02)
    call.set(consent="refused")
    until = time.monotonic() + DEADLINE_S
    while everywhere(server, "zanzibarium"):
        if time.monotonic() > until:
            fail("it is in %s" % everywhere(server, "zanzibarium"))
        time.sleep(0.05)
    caller.say({"type": "hangup"})
    call.hear("bot-session-ended")


def main():
    server = Server(sys.argv[1])
    listen = Link(server, "/v2/listen-inbound?phone_number=%2B"
                  + NUMBER[1:])
    listen.hear("listen-started")
    silent_ms = sound(server, listen)
    typed(server, listen)
    refused(server, listen)
    typed_and_refused(server, listen)
    server.stop()
    # Also when all that waited is written.
    if not everywhere(server, "the red house"):
        fail("what was said aloud is nowhere")
    if everywhere(server, "zanzibarium"):
        fail("it is in %s" % everywhere(server, "zanzibarium"))
    if everywhere(server, "mandrake"):
        fail("the secret is in %s" % everywhere(server, "mandrake"))
    print("paused: %d ms of silence; a secret that is nowhere; a refusal "
          "that left nothing" % silent_ms)


if __name__ == "__main__":
    main()
