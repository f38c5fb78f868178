"""A small Expert in Python, with one flaw of choice.

    small_expert.py FLAW      none, mute, twice, anew, forgets, unacked,
                              other-id, done-twice, quits, trusting

The flaws: mute answers no ping, twice answers each question twice, anew opens
a call's second socket with another connection_id, forgets sends nothing again
that was lost, unacked acknowledges no event that it does not know, other-id
answers under ids that nobody gave, done-twice says twice that an action is done,
quits ends when a person is wanted or its task is done, trusting looks at no
certificate (others know those of SSL_CERT_FILE). What it dials is in EXPERT_URL, EXPERT_API_KEY and EXPERT_NUMBER. Run by
33_expert_check.sh; needs Python's standard library only.

SPDX-License-Identifier: MIT
"""
import json
import os
import ssl
import sys
import threading
import time
import urllib.parse

from peer import Peer

flaw = sys.argv[1]


class Where:
    port = int(os.environ["EXPERT_URL"].rsplit(":", 1)[1])
    tls = None


if os.environ["EXPERT_URL"].startswith("wss:"):
    Where.tls = ssl.create_default_context()
    if flaw == "trusting":
        Where.tls.check_hostname = False
        Where.tls.verify_mode = ssl.CERT_NONE


class Link:
    """One numbered link, for as long as its server knows it."""

    def __init__(self, path, first=(), extensions=()):
        self.path, self.first = path, list(first)
        self.extensions = list(extensions)
        self.seen, self.sent, self.kept = 0, 0, []
        self.opened = False
        self.connection = os.urandom(10).hex()

    def put(self, **frame):
        self.peer.say(frame)

    def tell(self, **payload):
        self.sent += 1
        self.kept.append((self.sent, payload))
        self.put(message_type="message", sequence=self.sent, payload=payload)

    def run(self):
        while True:
            try:
                self.peer = Peer(Where, self.path,
                                 headers="Authorization: Bearer %s\r\n"
                                 % os.environ["EXPERT_API_KEY"])
                # Until the server closes; nothing is pinged from here.
                self.peer.socket.settimeout(None)
                if not self.serve():
                    return
            except (OSError, SystemExit):
                pass
            time.sleep(0.3)

    def serve(self):
        """False: the link is over."""
        if self.opened and flaw == "anew":
            self.connection = os.urandom(10).hex()
        self.put(message_type="open", name="small",
                 connection_id=self.connection, is_reopen=self.opened,
                 last_seen_sequence=self.seen, extensions=self.extensions)
        while True:
            opcode, data = self.peer.next()
            if opcode == 8:
                self.peer.frame(data, 8)
                return not self.over
            if opcode != 1:
                continue
            frame = json.loads(data)
            kind = frame["message_type"]
            if kind == "close":
                return False
            getattr(self, "on_" + kind.replace("-", "_"), lambda f: 0)(frame)

    over = False

    def on_open_ack(self, frame):
        self.on_ack(frame)
        if self.opened and flaw != "forgets":
            for sequence, payload in self.kept:
                self.put(message_type="message", sequence=sequence,
                         payload=payload)
        first, self.opened = not self.opened, True
        for payload in self.first if first else ():
            self.tell(**payload)

    def on_ack(self, frame):
        self.kept = [k for k in self.kept
                     if k[0] > frame["last_seen_sequence"]]

    def on_ping(self, frame):
        if flaw != "mute":
            self.put(message_type="pong", pong_timestamp=0,
                     ping_timestamp=frame["ping_timestamp"])

    def on_message(self, frame):
        payload = frame["payload"]
        kind = payload.get("event_type") or payload["message_type"]
        known = getattr(self, "got_" + kind.replace("-", "_"), None)
        if known or flaw != "unacked":
            self.put(message_type="ack",
                     last_seen_sequence=max(frame["sequence"], self.seen))
        if frame["sequence"] > self.seen:
            self.seen = frame["sequence"]
            if known:
                known(payload)

    def got_listen_started(self, payload):
        pass

    def got_incoming_call(self, payload):
        self.tell(message_type="claim-call", call_id=payload["call_id"])

    def got_assign_call(self, payload):
        call = payload["call_id"]
        self.tell(message_type="answer-call", call_id=call)
        link = Link("/v2/connect-call/" + call, first=(
            {"command_type": "registered-hooks", "has_on_question": True,
             "has_on_action_requested": True},
            {"command_type": "read-script", "script": "Hello."},
            {"command_type": "set-task", "task_id": "visit",
             "objective": "Find a day.", "action_items": [
                 {"item_type": "field", "key": "day", "description": "Day",
                  "field_type": "calendar_slot", "is_search_field": True},
                 {"item_type": "field", "key": "order", "validate": True,
                  "description": "Order number"}]}),
            extensions=("resume", "fields"))
        threading.Thread(target=link.run, daemon=True).start()

    def got_agent_question(self, payload):
        for _ in range(2 if flaw == "twice" else 1):
            self.tell(command_type="answer-question", answer="Yes.",
                      question_id=payload["question_id"])

    @staticmethod
    def id_of(payload, member):
        return "nobody's" if flaw == "other-id" else payload[member]

    def got_action_request(self, payload):
        self.tell(command_type="action-suggestion",
                  intent_id=self.id_of(payload, "intent_id"),
                  actions=[{"key": "book", "description": "book a table"}])

    def got_execute_action(self, payload):
        if payload.get("execution_id"):
            for _ in range(2 if flaw == "done-twice" else 1):
                self.tell(command_type="action-done",
                          execution_id=payload["execution_id"])

    def got_choice_query(self, payload):
        self.tell(command_type="choice-query-result",
                  field_key=payload["field_key"],
                  query_id=self.id_of(payload, "query_id"),
                  matched_choices=["Monday at nine"], other_choices=[])

    def got_field_collected(self, payload):
        if payload["status"] == "checking":
            self.tell(command_type="validate-result", valid=True,
                      validation_id=self.id_of(payload, "validation_id"))

    def got_escalate(self, payload):
        if flaw == "quits":
            os._exit(3)

    got_task_done = got_escalate

    def got_bot_session_ended(self, payload):
        self.over = True


while True:
    Link("/v2/listen-inbound?phone_number="
         + urllib.parse.quote(os.environ["EXPERT_NUMBER"])).run()
