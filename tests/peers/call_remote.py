"""A call steered from outside of the process that has it.

SPDX-License-Identifier: MIT
"""

import guava
import httpx
from guava.call import RemoteCall

from peer import NUMBER, PeerTest, main, tell


def listen():
    agent = guava.Agent(name="Nova")

    @agent.on_call_start
    def on_call_start(call):
        tell("start", call=call.id)
        call.read_script("One moment, please.")

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


def expert(what, call_id=""):
    if what == "listen":
        listen()
        return
    call = RemoteCall(call_id)
    try:
        if what == "script":
            call.read_script("The taxi is here.")
        else:
            call.hangup("Tell the caller that we close now.")
    except httpx.HTTPStatusError as e:
        tell("refused", status=e.response.status_code, text=str(e))
    tell("sent")


class Remote(PeerTest):
    def test_speaks_and_ends_a_call_of_another_process(self):
        listener = self.expert("listen")
        caller = self.caller()
        call = listener.wait("start")["call"]
        caller.hears("one moment")
        remote = self.expert("script", call, name="script", ready=None)
        remote.wait("sent")
        caller.hears("taxi is here")
        remote = self.expert("hangup", call, name="hangup", ready=None)
        remote.wait("sent")
        caller.hears("close now")
        listener.wait("end", reason="bot-hangup")

    def test_a_call_that_is_not_there(self):
        remote = self.expert("script", "c" + 20 * "0", ready=None)
        self.assertEqual(remote.wait("refused")["status"], 404)

    def test_a_request_sent_twice_is_done_once(self):
        listener = self.expert("listen")
        caller = self.caller()
        call = listener.wait("start")["call"]
        caller.hears("one moment")
        with httpx.Client() as client:
            for script in ("The taxi is here.", "The taxi is here.", "Bye."):
                key = "bye" if script == "Bye." else "taxi"
                done = client.post(
                    f"{self.server.url}/v1/call/{call}/send-commands",
                    headers={
                        "Authorization": "Bearer " + self.server.key,
                        "Idempotency-Key": key,
                    },
                    json=[{"command_type": "read-script", "script": script}],
                )
                self.assertEqual(done.status_code, 200, done.text)
        caller.hears("bye")
        self.assertEqual(caller.heard().count("taxi"), 1)

    def test_what_makes_no_sense_is_refused(self):
        for body, why in (
            ({}, "array"),
            ([], "array"),
            ([1], "command 0: must be an object"),
            ([{"command_type": "read-script"}], "command 0: script"),
            ([{"command_type": "dance"}], "does not know"),
        ):
            status, answer = self.server.request(
                "POST", "/v1/call/c0/send-commands", body
            )
            self.assertEqual(status, 400, answer)
            self.assertIn(why, str(answer))
        for path in ("/v1/call/c0", "/v1/call/c0/send", "/v1/call/"):
            self.assertEqual(self.server.request("POST", path, [])[0], 404)


if __name__ == "__main__":
    main(expert)
