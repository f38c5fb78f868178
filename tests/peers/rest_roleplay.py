"""The SDK's automated test conversations: a model plays the caller, and judges.

SPDX-License-Identifier: MIT
"""

import json
import os

# At its end a process would try to send to a server that is gone.
os.environ["GUAVA_DISABLE_TELEMETRY"] = "true"

import guava

from model import ModelTest, said
from peer import main

JUDGED = {
    "results": [
        {"passed": True, "reasoning": "it asked for the name"},
        {"passed": False, "reasoning": "nobody was rude"},
    ]
}

ANSWERS = [
    said(json.dumps(JUDGED), "Evaluate whether"),
    said('{"action": "hangup"}', "[caller]: My name is Robert"),
    said(
        '{"action": "speak", "utterance": "My name is Robert"}',
        "You are roleplaying",
    ),
    # The conversation itself.
    said("Hello, this is Nova. May I have your name, please?"),
]


class Roleplay(ModelTest):
    answers = ANSWERS

    def test_a_model_calls_and_judges(self):
        agent = guava.Agent(name="Nova", organization="Thai Palace")
        session = agent.roleplay("You want a table for four.")
        transcript = session.get_transcript()
        self.assertRegex(transcript, r"\[agent\]: Hello, this is Nova")
        self.assertIn("[caller]: My name is Robert", transcript)
        session.evaluate(
            pass_criteria=["It asks for the name."],
            fail_criteria=["Somebody is rude."],
        )
        with self.assertRaisesRegex(AssertionError, "nobody was rude"):
            session.evaluate(
                pass_criteria=["It asks for the name.", "Somebody is rude."],
            )


if __name__ == "__main__":
    main(lambda: None)
