"""Two Experts in Python and two in C on one address: strictly in turn.

SPDX-License-Identifier: MIT
"""

import os

import guava

from peer import BUILD, NUMBER, PeerTest, Process, main, tell


def expert():
    agent = guava.Agent(name="Nova")

    @agent.on_call_start
    def on_call_start(call):
        tell("start", call=call.id)
        call.read_script("An Expert in Python has this call.")

    agent.listen_phone(NUMBER)


class Turns(PeerTest):
    def c_expert(self, name):
        before = self.server.metric("dialog_experts_listening")
        env = {
            "EXPERT_URL": "ws" + self.server.url.removeprefix("http"),
            "EXPERT_API_KEY": self.server.key,
        }
        program = os.path.join(BUILD, "examples", "waitlist")
        made = Process(name, [program], self.folder, env)
        self.addCleanup(made.stop)
        self.server.wait_metric("dialog_experts_listening", before + 1)
        return made

    def has_call(self, expert):
        """Did it get a call since it was last asked?"""
        before = getattr(expert, "calls", 0)
        expert.calls = sum(
            line.startswith("call from")
            if isinstance(line, str)
            else line["kind"] == "start"
            for line in expert.all_lines()
        )
        return expert.calls - before

    def test_strictly_in_turn(self):
        experts = [
            self.expert(name="python-1"),
            self.c_expert("c-1"),
            self.expert(name="python-2"),
            self.c_expert("c-2"),
        ]
        for n in range(12):
            caller = self.caller(name=f"caller-{n}")
            # The greeting comes when an Expert has the call.
            caller.hears(".")
            caller.hangs_up()
            caller.wait_exit()
            got = [self.has_call(e) for e in experts]
            self.assertEqual(got.index(1), n % 4, got)
            self.assertEqual(sum(got), 1, got)


if __name__ == "__main__":
    main(expert)
