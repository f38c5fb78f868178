"""The calls of the SDK's client that are no sockets.

SPDX-License-Identifier: MIT
"""

import datetime
import logging
import os
import warnings

# At its end a process would try to send to a server that is gone.
os.environ["GUAVA_DISABLE_TELEMETRY"] = "true"

import guava.client
import httpx
from guava.telemetry import TelemetryClient
from guava.threading_utils import FirstEntry

from peer import NUMBER, PeerTest, main, tell


class Rest(PeerTest):
    def client(self):
        return guava.client.Client(self.server.key, self.server.url)

    def test_the_version_is_supported(self):
        # Only the first client of a process asks.
        guava.client.first_client = FirstEntry()
        with self.assertLogs("guava", logging.DEBUG) as logs:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self.client()
        told = "\n".join(logs.output)
        self.assertIn("still supported", told)
        self.assertNotIn("ERROR", told)

    def test_codes(self):
        client = self.client()
        codes = {
            client.create_webrtc_agent(),
            client.create_webrtc_agent(ttl=datetime.timedelta(hours=1)),
            client.create_webrtc_agent(ttl=datetime.timedelta(days=30)),
            client.create_sip_agent(),
            client.create_sip_agent(),
        }
        self.assertEqual(len(codes), 5)
        with self.assertRaisesRegex(httpx.HTTPStatusError, "2592000"):
            client.create_webrtc_agent(ttl=datetime.timedelta(days=31))

    def test_numbers(self):
        numbers = [n.phone_number for n in self.client().list_numbers()]
        self.assertEqual(numbers, [NUMBER])

    def test_a_message_is_refused_and_none_comes(self):
        client = self.client()
        with self.assertRaisesRegex(httpx.HTTPStatusError, "was not sent"):
            client.send_sms(NUMBER, "+15555550109", "Your table is ready")
        message = client.next_sms(
            "+15555550109", NUMBER, timeout=0.2, poll_interval=0.1
        )
        self.assertIsNone(message)
        status, listed = self.server.request(
            "GET", "/v1/messages?to_number=%2B15555550109"
        )
        self.assertEqual(status, 200)
        self.assertEqual(
            [(m["content"], m["status"]) for m in listed["messages"]],
            [("Your table is ready", "failed")],
        )

    def test_usage_data_is_taken_and_dropped(self):
        telemetry = TelemetryClient()
        telemetry.UPLOAD_INTERVAL_SECONDS = 0.1
        telemetry.set_sdk_client(self.client())
        telemetry.send_event("sdk_call", {"name": "test"})
        telemetry.shutdown()
        self.server.wait_metric("dialog_telemetry_dropped_total", 1)

    def test_a_wrong_key_is_refused(self):
        client = guava.client.Client("dk_wrong", self.server.url)
        for ask in (
            client.list_numbers,
            client.create_sip_agent,
            client.create_webrtc_agent,
            lambda: client.send_sms(NUMBER, "+15555550109", "x"),
        ):
            with self.assertRaisesRegex(httpx.HTTPStatusError, "HTTP 401"):
                ask()

    def test_a_call_becomes_a_conversation(self):
        expert = self.expert()
        caller = self.caller()
        call = expert.wait("start")["call"]
        caller.hears("Nova|Thai Palace")
        caller.says("My name is Robert", hears=".")
        caller.hangs_up()
        self.call_record(call)
        path = "/v1/conversations/" + call
        status, one = self.server.request("GET", path)
        self.assertEqual(status, 200)
        self.assertEqual(one["call_id"], call)
        self.assertEqual(one["direction"], "inbound")
        self.assertEqual(one["to_number"], NUMBER)
        self.assertEqual(one["termination_reason"], "user-hangup")
        listed = self.server.request("GET", "/v1/conversations?limit=1")[1]
        self.assertEqual(listed["conversations"], [one])
        lines = self.server.request("GET", path + "/transcript")[1]
        self.assertIn(
            ("HUMAN", "My name is Robert"),
            [(line["speaker"], line["text"]) for line in lines],
        )
        self.assertEqual(lines[0]["speaker"], "AGENT")
        self.assertEqual(self.server.request("DELETE", path)[0], 204)
        self.assertEqual(self.server.request("GET", path)[0], 404)


def expert():
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    @agent.on_call_start
    def on_call_start(call):
        tell("start", call=call.id)

    agent.listen_phone(NUMBER)


if __name__ == "__main__":
    main(expert)
