"""A chat-completions service that answers what it is told: tests/fake/openai.c.

SPDX-License-Identifier: MIT
"""

import json
import os
import shutil
import subprocess
import tempfile

from peer import PeerTest, Process

FOLDER = os.path.join(os.path.dirname(__file__), "..", "fake")


def said(text, when=None):
    """An answer; with `when`, to a last message that has these words."""
    answer = {
        "steps": [
            {"delta": {"role": "assistant", "content": text}},
            {"finish": "stop"},
            {"done": 1},
        ]
    }
    return {"when": when, **answer} if when else answer


class Model(Process):
    """One model, "m"; `settings` are a server's that uses it."""

    def __init__(self, folder, answers):
        program = os.path.join(folder, "fake_model")
        scenarios = os.path.join(folder, "scenarios.json")
        key = os.path.join(folder, "model.key")
        flags = subprocess.check_output(
            ["pkg-config", "--cflags", "--libs", "jansson"], text=True
        )
        subprocess.run(
            [
                *(os.environ.get("CC", "cc").split() + ["-std=c11"]),
                *("-D_GNU_SOURCE", "-o", program),
                *(os.path.join(FOLDER, "openai.c"), *flags.split()),
                "-lpthread",
            ],
            check=True,
        )
        with open(scenarios, "w", encoding="utf-8") as f:
            json.dump({"m": answers}, f)
        with open(key, "w", encoding="ascii") as f:
            f.write("test-key\n")
        super().__init__(
            "model", [program, scenarios], folder, stdin=subprocess.PIPE
        )
        line = self.wait_line(lambda s: s.startswith("port "), "port", 10)
        self.settings = (
            "llm.provider=openai",
            f"llm.url=http://127.0.0.1:{line.split()[1]}/v1",
            "llm.model=m",
            "llm.key_file=" + key,
        )

    def asked(self, words):
        """The body of the next request that has these words."""
        line = self.wait_line(
            lambda s: s[0] == "{" and words in s, f'request with "{words}"'
        )
        return json.loads(line)["body"]


class ModelTest(PeerTest):
    """A server whose language model gives `answers`; the SDK in this process
    asks that server."""

    answers = ()

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="peers.")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.model = Model(folder, list(cls.answers))
        cls.addClassCleanup(cls.model.stop)
        cls.settings = cls.model.settings
        super().setUpClass()
        os.environ["GUAVA_API_KEY"] = cls.server.key
        os.environ["GUAVA_BASE_URL"] = cls.server.url
