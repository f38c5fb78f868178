"""What an Expert is told when something cannot be: calls out, a wrong key.

SPDX-License-Identifier: MIT
"""

import os

import guava
import httpx

from peer import NUMBER, PeerTest, main, tell


def expert(what):
    if what == "key":
        os.environ["GUAVA_API_KEY"] = "dk_" + 40 * "0"
    agent = guava.Agent(name="Nova")
    if what == "key":
        agent.listen_phone(NUMBER)
        return
    try:
        agent.call_phone(NUMBER, what)
    except httpx.HTTPStatusError as e:
        tell("refused", status=e.response.status_code, text=str(e))


class Outbound(PeerTest):
    def refused(self, *words):
        return self.expert(*words, ready=None).wait("refused")

    def test_a_call_out_is_refused_with_a_reason(self):
        told = self.refused("+15555550123")
        self.assertEqual(told["status"], 501)
        self.assertIn("places no calls", told["text"])

    def test_a_number_that_is_none_is_refused(self):
        told = self.refused("5550123")
        self.assertEqual(told["status"], 400)
        self.assertIn("to_number must be", told["text"])

    def test_a_wrong_key_is_refused(self):
        refused = self.server.metric("dialog_auth_refused_total")
        self.expert("key", ready=None)
        self.server.wait_metric("dialog_auth_refused_total", refused + 1)


if __name__ == "__main__":
    main(expert)
