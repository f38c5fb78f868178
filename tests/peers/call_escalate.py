"""A person is wanted: by the caller, or by an agent that gives up.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def expert(what):
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    if what == "handler":

        @agent.on_escalate
        def on_escalate(call, event):
            tell("escalate", by=event.requested_by)
            call.read_script("Somebody will call you back today.")

    elif what == "broken":

        @agent.on_escalate
        def on_escalate(call, event):
            tell("escalate", by=event.requested_by)
            raise RuntimeError("the switchboard is down")

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

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class Escalate(PeerTest):
    def begin(self, what):
        expert = self.expert(what)
        caller = self.caller()
        caller.hears("people")
        return expert, caller

    def test_by_the_caller(self):
        expert, caller = self.begin("handler")
        caller.says("Can I speak to a human, please?")
        expert.wait("escalate", by="human")
        caller.hears("call you back today")

    def test_by_the_agent(self):
        expert, caller = self.begin("handler")
        for _ in range(3):
            caller.says("blue")
        expert.wait("escalate", by="agent")
        caller.hears("call you back today")

    def test_without_a_handler_the_conversation_goes_on(self):
        expert, caller = self.begin("none")
        caller.says("Can I speak to a human, please?", hears="nobody|no one")
        self.assertEqual(expert.told("end"), [])

    def test_without_a_handler_an_agent_that_gives_up_hangs_up(self):
        expert, caller = self.begin("none")
        for _ in range(3):
            caller.says("blue")
        expert.wait("end", reason="bot-hangup")
        caller.wait_end()

    def test_a_handler_that_fails_does_not_end_the_call(self):
        expert, caller = self.begin("broken")
        caller.says("Can I speak to a human, please?")
        expert.wait("escalate")
        caller.hears("sorry|nobody|apolog")
        self.assertEqual(expert.told("end"), [])


if __name__ == "__main__":
    main(expert)
