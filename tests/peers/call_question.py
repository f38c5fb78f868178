"""What the agent does not know, the Expert answers.

SPDX-License-Identifier: MIT
"""

import time

import guava

from peer import PeerTest, main, tell, NUMBER


def expert(what):
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    if what != "silent":

        @agent.on_question
        def on_question(call, question):
            tell("question", text=question)
            if what == "slow":
                time.sleep(3)
            if what == "broken":
                raise RuntimeError("no such table")
            return "There is free parking behind the house."

    @agent.on_call_start
    def on_call_start(call):
        tell("start")
        if what == "info":
            call.add_info("parking", {"where": "in the yard", "price": "free"})
        call.set_task(
            "waitlist",
            objective="Add the caller to the waiting list.",
            checklist=[
                guava.Field(
                    key="caller_name",
                    description="Name for the list",
                    field_type="text",
                )
            ],
        )

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class Question(PeerTest):
    def ask(self, what, hears):
        expert = self.expert(what)
        caller = self.caller()
        caller.hears("name")
        caller.says("Do you have parking?", hears=hears)
        return expert, caller

    def test_is_answered(self):
        expert, caller = self.ask("prompt", "parking behind the house")
        question = expert.wait("question")["text"]
        self.assertIn("parking", question.lower())
        # The conversation is taken up again where it was.
        caller.says("My name is Robert")
        caller.hangs_up()
        expert.wait("end", reason="user-hangup")

    def test_is_answered_late_while_the_caller_is_kept_company(self):
        expert, caller = self.ask("slow", "moment|second|check|look")
        caller.hears("parking behind the house")

    def test_without_a_handler_the_agent_says_that_it_does_not_know(self):
        expert, caller = self.ask("silent", "know|sorry|information")
        self.assertEqual(expert.told("question"), [])

    def test_a_handler_that_fails_does_not_end_the_call(self):
        expert, caller = self.ask("broken", "could not|error|sorry")
        caller.says("My name is Robert")
        caller.says("Do you have parking?")
        self.assertEqual(len(expert.told("end")), 0)


if __name__ == "__main__":
    main(expert)
