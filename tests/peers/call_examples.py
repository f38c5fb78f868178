"""Programs that come with the SDK, as they are.

SPDX-License-Identifier: MIT
"""

import sys

from peer import NUMBER, PeerTest, Process, main


class Examples(PeerTest):
    def example(self, name, *words):
        before = self.server.metric("dialog_experts_listening")
        env = {
            "GUAVA_BASE_URL": self.server.url,
            "GUAVA_API_KEY": self.server.key,
            "GUAVA_AGENT_NUMBER": NUMBER,
            "HOME": self.folder,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        argv = [sys.executable, "-u", "-m", "guava.examples." + name, *words]
        made = Process(name, argv, self.folder, env)
        self.addCleanup(made.stop)
        self.addCleanup(self._show_when_failed, made)
        self.server.wait_metric("dialog_experts_listening", before + 1)
        return made

    def logged(self, example, text):
        """What it has logged until its call was over."""
        with open(example.log, encoding="utf-8") as log:
            self.assertIn(text, log.read())

    def test_the_waiting_list_of_a_restaurant(self):
        example = self.example("restaurant_waitlist", "--phone", NUMBER)
        caller = self.caller()
        caller.hears("Leo.*Thai Palace")
        caller.hears("name")
        caller.says("My name is Robert", hears="people|party|how many")
        caller.says("four", hears="phone number")
        caller.says("five five five zero one four two", hears="right")
        caller.says("yes", hears="text")
        caller.wait_end()
        self.logged(example, "Added Robert, party of 4, to waitlist.")

    def test_an_insurance_that_answers_from_its_documents(self):
        example = self.example("property_insurance", "--phone", NUMBER)
        caller = self.caller()
        caller.hears("Harper Valley")
        caller.says(
            "What is a deductible?", hears="standard deductible applies"
        )
        caller.hangs_up()
        self.logged(example, "RAG answer: ")

    def test_a_slow_voice(self):
        self.example("slow_speech", "--phone", NUMBER)
        caller = self.caller()
        caller.hears(".")
        caller.says("Hello")
        caller.hangs_up()


if __name__ == "__main__":
    main(None)
