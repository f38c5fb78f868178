"""A telephone call in sound, put through to another number.

SPDX-License-Identifier: MIT
"""

import json
import os
import subprocess

import guava

from peer import BUILD, NUMBER, PeerTest, main, tell

SCRIPT = """
voice: rms
max_s: 90

steps:
  - say: "{says}"
    when: {{after_text: "how many|people"}}

rules:
  - when: "is that right | did you say"
    say: Yes, that's right.
  - when: how many|people
    say: Four people, please.

expect:
  - transfer_to: "+15555550999"
  - ended_by: bot-transfer
"""


def expert(kind):
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    @agent.on_call_start
    def on_call_start(call):
        call.set_task(
            "table",
            checklist=[
                guava.Field(
                    key="party_size",
                    description="Number of people",
                    field_type="integer",
                )
            ],
        )

    @agent.on_task_complete("table")
    def on_table(call):
        tell("done", size=call.get_field("party_size"))
        call.send_dtmf("12#")
        if kind == "soft":
            call.transfer("+15555550999", "Tell them that the manager helps.")
        else:
            call.immediate_transfer("+15555550999", "Here is the manager.")

    @agent.on_agent_speech
    def on_agent_speech(call, event):
        tell("agent", text=event.utterance)

    @agent.on_agent_dtmf
    def on_agent_dtmf(call, event):
        tell("keys", digits=event.digits, by=event.requested_by)

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class Audio(PeerTest):
    def converse(self, kind):
        expert = self.expert(kind)
        path = os.path.join(self.folder, "call.yaml")
        with open(path, "w", encoding="ascii") as f:
            f.write(SCRIPT.format(says="Four people, please."))
        done = subprocess.run(
            [
                os.path.join(BUILD, "bin", "dialogctl"),
                *("call", "--json", "--url", self.server.url),
                *("--key-file", self.server.key_file, path),
            ],
            stdout=subprocess.PIPE,
            timeout=120,
            check=False,
        )
        result = json.loads(done.stdout)
        self.assertEqual(result["ended_by"], "bot-transfer", result)
        self.assertEqual(result["transfer_to"], "+15555550999")
        self.assertEqual(expert.wait("done")["size"], 4)
        expert.wait("keys", digits=["1", "2", "#"], by="developer")
        expert.wait("end", reason="bot-transfer")
        return " ".join(line["text"] for line in expert.told("agent"))

    def test_a_soft_transfer(self):
        self.assertIn("manager", self.converse("soft"))

    def test_an_immediate_transfer_says_its_words(self):
        self.assertIn("Here is the manager.", self.converse("hard"))


if __name__ == "__main__":
    main(expert)
