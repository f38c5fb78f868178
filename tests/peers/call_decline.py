"""An Expert that declines a call, or fails to begin it, is not asked again.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def expert(what):
    agent = guava.Agent(name="Nova")

    @agent.on_call_received
    def on_call_received(call_info):
        tell("received")
        return guava.DeclineCall() if what == "decline" else guava.AcceptCall()

    @agent.on_call_start
    def on_call_start(call):
        tell("start")
        if what == "fail":
            raise RuntimeError("the database is down")
        call.read_script("This is the one that takes it.")

    agent.listen_phone(NUMBER)


class Decline(PeerTest):
    def test_declined_by_the_only_one(self):
        only = self.expert("decline")
        caller = self.caller()
        only.wait("received")
        caller.wait_end()
        self.assertEqual(caller.heard(), "")
        self.assertEqual(len(only.told("received")), 1)
        self.assertEqual(only.told("start"), [])

    def test_declined_by_one_and_taken_by_the_next(self):
        first = self.expert("decline", name="first")
        second = self.expert("accept", name="second")
        caller = self.caller()
        second.wait("start")
        caller.hears("the one that takes it")
        caller.hangs_up()
        self.assertLessEqual(len(first.told("received")), 1)

    def test_failing_to_begin_is_declining(self):
        first = self.expert("fail", name="first")
        second = self.expert("accept", name="second")
        for _ in range(2):
            caller = self.caller()
            second.wait("start")
            caller.hears("the one that takes it")
            caller.hangs_up()
        first.wait("start")


if __name__ == "__main__":
    main(expert)
