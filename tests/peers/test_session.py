"""The SDK's own test sessions: agent.test(), without a telephone.

SPDX-License-Identifier: MIT
"""

import guava
from websockets.exceptions import ConnectionClosedOK

from peer import PeerTest, main, tell


def make_agent(what):
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    @agent.on_question
    def on_question(call, question):
        return "There is free parking behind the house."

    @agent.on_action_request
    def on_action_request(call, request):
        return guava.SuggestedAction(key="menu", description="hear the menu")

    @agent.on_action("menu")
    def on_menu(call):
        return "Today there is green curry."

    @agent.on_call_start
    def on_call_start(call):
        tell("start", guests=call.get_variable("guests"))
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

    @agent.on_task_complete("waitlist")
    def on_waitlist(call):
        tell("done", name=call.get_field("caller_name"))
        if what == "transfer":
            call.transfer("+15555550199")
        else:
            call.hangup("Thank the caller.")

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    return agent


def expert(what):
    agent = make_agent(what)
    with agent.test(variables={"guests": 4}) as session:
        session.wait_for_turn()
        tell("transcript", text=session.get_transcript())
        if what == "leave":
            return
        if what == "end":
            for line in ("Do you have parking?", "I want to hear the menu"):
                session.say(line)
                session.wait_for_turn()
                tell("transcript", text=session.get_transcript())
            tell("actions", keys=session.executed_actions)
        session.say("My name is Robert")
        if what == "turn":
            try:
                session.wait_for_turn()
            except ConnectionClosedOK:
                tell("closed")
        else:
            session.wait_for_end()
    tell("session", reason=session.termination_reason)


class Session(PeerTest):
    def test_a_whole_conversation(self):
        session = self.expert("end", ready=None)
        self.assertEqual(session.wait("start")["guests"], 4)
        greeting = session.wait("transcript")["text"]
        self.assertRegex(greeting, r"\[agent\]: .*Thai Palace")
        self.assertRegex(greeting, "name")
        # A turn is the caller's when the Expert's answer was given.
        answer = session.wait("transcript")["text"]
        self.assertRegex(answer, "parking behind the house")
        action = session.wait("transcript")["text"]
        self.assertRegex(action, "green curry")
        self.assertEqual(session.wait("actions")["keys"], ["menu"])
        self.assertEqual(session.wait("done")["name"], "Robert")
        session.wait("end", reason="bot-hangup")
        session.wait("session", reason="bot-hangup")
        self.assertEqual(session.wait_exit(), 0)

    def test_waiting_for_a_turn_that_does_not_come(self):
        session = self.expert("turn", ready=None)
        session.wait("closed")
        session.wait("session", reason="bot-hangup")
        self.assertEqual(session.wait_exit(), 0)

    def test_a_transfer_ends_the_session(self):
        session = self.expert("transfer", ready=None)
        session.wait("end", reason="bot-transfer")
        session.wait("session", reason="bot-transfer")
        self.assertEqual(session.wait_exit(), 0)

    def test_leaving_is_hanging_up(self):
        session = self.expert("leave", ready=None)
        session.wait("end", reason="user-hangup")
        self.assertEqual(session.wait_exit(), 0)


if __name__ == "__main__":
    main(expert)
