"""Calls that an Expert places by a carrier: rung, answered in sound, or not.

The carrier is carrier.py, which Twilio's own SDK is tried on first.

SPDX-License-Identifier: MIT
"""

import os
import shutil
import signal
import socket
import tempfile
import unittest

import guava
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from carrier import Carrier, signature
from peer import NUMBER, PeerTest, Server, main, tell

LEO = "+15555550123"

# Who is called says how many will come.
SCRIPT = """
voice: rms
max_s: 90
rules:
  - {when: "is that right | did you say", say: "Yes, that's right."}
  - {when: "how many|people", say: "Four people, please."}
expect:
  - field: {party_size: 4}
  - ended_by: bot-hangup
"""


def expert(to):
    agent = guava.Agent(name="Nova", organization="Dr. Ruiz's office")

    @agent.on_call_start
    def on_call_start(call):
        tell("start", id=call.id)
        call.set_task(
            "remind",
            checklist=[
                guava.Say("You have an appointment tomorrow at nine."),
                guava.Field(
                    key="party_size",
                    description="Number of people who will come",
                    field_type="integer",
                ),
            ],
        )

    @agent.on_task_complete("remind")
    def on_done(call):
        tell("done", coming=call.get_field("party_size"))
        call.hangup("Thank them, and say goodbye.")

    @agent.on_outbound_failed
    def on_failed(call, event):
        tell("failed", code=event.error_code, reason=event.error_reason)

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.call_phone(NUMBER, to)
    tell("returned")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class CarrierTest(PeerTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="peers.")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.carrier = Carrier(cls.folder, [NUMBER])
        cls.addClassCleanup(cls.carrier.stop)
        port = free_port()
        token = os.path.join(cls.folder, "token")
        with open(token, "w", encoding="ascii") as f:
            f.write(cls.carrier.token)
        cls.server = Server(
            cls.folder,
            "outbound.ring_ms=40000",
            "twilio.account_sid=" + cls.carrier.account,
            "twilio.auth_token_file=" + token,
            "twilio.api_url=" + cls.carrier.url,
            f"listen.public_url=http://127.0.0.1:{port}",
            f"listen.port={port}",
        )
        cls.addClassCleanup(cls.server.stop)
        cls.carrier.server_url = cls.server.url
        cls.carrier.key_file = cls.server.key_file

    def setUp(self):
        self.carrier.people.clear()
        self.carrier.legs.clear()
        self.carrier.answers_with = None

    def tearDown(self):
        self.assertEqual(self.carrier.complaints, [])

    def place(self, to=LEO):
        return self.expert(to, ready=None)

    def failed(self, how, code, reason, to=LEO):
        self.carrier.people[to] = how
        expert = self.place(to)
        told = expert.wait("failed")
        expert.wait("returned")
        self.assertEqual(told["code"], code)
        self.assertTrue(told["reason"].startswith(reason), told)
        self.assertEqual(len(expert.told("failed")), 1)
        self.assertEqual(expert.told("end"), [])
        return told["reason"]

    def test_is_answered_in_sound(self):
        self.carrier.people[LEO] = SCRIPT
        expert = self.place()
        self.assertEqual(expert.wait("done", 120)["coming"], 4)
        self.assertEqual(expert.wait("end")["reason"], "bot-hangup")
        expert.wait("returned")
        leg = self.carrier.wait_leg(LEO)
        # Not its exit status: a busy machine is late with frames.
        self.assertEqual(leg.result["fields"], {"party_size": 4})
        self.assertEqual(leg.result["ended_by"], "bot-hangup")
        self.assertEqual(leg.form["Timeout"], ["40"])
        record = self.call_record(expert.told("start")[0]["id"])
        self.assertEqual(record["external_id"], leg.sid)
        self.assertEqual(record["channel"], "twilio")
        self.assertEqual((record["from"], record["to"]), (NUMBER, LEO))

    def test_what_the_carrier_says_is_told(self):
        for how, code, reason in (
            ("busy", 486, "busy"),
            ("no-answer", 480, "no-answer"),
            ("canceled", 487, "canceled"),
            ("unknown", 404, "invalid-number"),
            ("failed", 500, "error: the carrier's call failed, SIP 503"),
            ("no-stream", 500, "error: it was answered, but no media"),
        ):
            with self.subTest(how=how):
                self.failed(how, code, reason)

    def test_what_the_carrier_refuses_is_told(self):
        for answer, code, reason in (
            ((400, 21211), 404, "invalid-number"),
            ((400, 21210), 500, "error: Twilio answered 400, error 21210"),
            ((401, 20003), 500, "error: Twilio answered 401, error 20003"),
            ((429, 20429), 500, "error: Twilio answered 429, error 20429"),
        ):
            with self.subTest(answer=answer):
                self.carrier.answers_with = answer
                self.failed("busy", code, reason)

    def test_an_expert_that_leaves_hangs_up_what_rings(self):
        self.carrier.people[LEO] = "rings"
        expert = self.place()
        expert.wait("start")
        self.carrier.wait_leg(LEO, over=False)
        expert.child.send_signal(signal.SIGINT)
        leg = self.carrier.wait_leg(LEO)
        self.assertEqual(leg.status, "canceled")

    def test_a_status_that_is_not_signed_is_refused(self):
        status, _ = self.server.request(
            "POST", "/twilio/status?call=c1", {"CallStatus": "busy"}
        )
        self.assertEqual(status, 403)


class Simulation(unittest.TestCase):
    """The carrier gets along with the carrier's own SDK."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="peers.")
        self.addCleanup(shutil.rmtree, self.folder)
        self.carrier = Carrier(self.folder, [NUMBER])
        self.addCleanup(self.carrier.stop)
        self.carrier.people[LEO] = "rings"
        self.client = Client(self.carrier.account, self.carrier.token)
        self.client.api.base_url = self.carrier.url

    def create(self, **more):
        order = {
            "to": LEO,
            "from_": NUMBER,
            "twiml": "<Response><Hangup/></Response>",
            "timeout": 30,
            **more,
        }
        return self.client.calls.create(**order)

    def refused(self, **more):
        with self.assertRaises(TwilioRestException) as raised:
            self.create(**more)
        return raised.exception.status, raised.exception.code

    def test_a_call_is_made_shown_and_hung_up(self):
        call = self.create(
            status_callback_event=["ringing", "completed"],
            status_callback_method="POST",
        )
        self.assertEqual(call.to, LEO)
        self.assertEqual(call.status, "queued")
        self.assertEqual(self.client.calls(call.sid).fetch().sid, call.sid)
        self.client.calls(call.sid).update(status="completed")
        self.assertEqual(self.carrier.wait_leg(LEO).status, "canceled")
        with self.assertRaises(TwilioRestException) as raised:
            self.client.calls(call.sid).update(status="completed")
        self.assertEqual(raised.exception.code, 21220)
        self.assertEqual(self.carrier.complaints, [])

    def test_what_is_wrong_is_refused(self):
        self.assertEqual(self.refused(to="5550123"), (400, 21211))
        self.assertEqual(self.refused(from_="+15555550188"), (400, 21210))
        self.assertEqual(self.refused(twiml="<Response>"), (400, 12100))
        self.assertEqual(self.refused(timeout=601), (400, 21218))
        self.client = Client(self.carrier.account, "another")
        self.client.api.base_url = self.carrier.url
        self.assertEqual(self.refused(), (401, 20003))

    def test_its_signatures_are_good(self):
        params = {"CallSid": "CA1", "To": LEO, "CallStatus": "busy"}
        url = "http://127.0.0.1:1/twilio/status?call=c1"
        made = signature(self.carrier.token, url, params)
        validator = RequestValidator(self.carrier.token)
        self.assertTrue(validator.validate(url, params, made))
        self.assertFalse(validator.validate(url + "2", params, made))


if __name__ == "__main__":
    main(expert)
