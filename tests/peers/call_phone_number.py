"""An Expert listens on a phone number, collects a field, and says goodbye.

SPDX-License-Identifier: MIT
"""

import guava

from peer import NUMBER, PeerTest, main, tell


def expert():
    agent = guava.Agent(
        name="Nova",
        organization="Thai Palace",
        purpose="take names for the waiting list",
    )

    @agent.on_call_received
    def on_call_received(call_info):
        tell("received", info=call_info.model_dump())
        return guava.AcceptCall()

    @agent.on_call_start
    def on_call_start(call):
        tell("start", call=call.id)
        call.set_task(
            "waitlist",
            objective="Add the caller to the waiting list.",
            checklist=[
                guava.Field(
                    key="caller_name",
                    description="Name for the list",
                    field_type="text",
                ),
                guava.Field(
                    key="party_size",
                    description="Number of people",
                    field_type="integer",
                ),
            ],
        )

    @agent.on_caller_speech
    def on_caller_speech(call, event):
        tell("caller", text=event.utterance)

    @agent.on_agent_speech
    def on_agent_speech(call, event):
        tell("agent", text=event.utterance, interrupted=event.interrupted)

    @agent.on_task_complete("waitlist")
    def on_task_complete(call):
        tell(
            "done",
            name=call.get_field("caller_name"),
            size=call.get_field("party_size"),
        )
        call.hangup("Thank the caller; we text when the table is ready.")

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class PhoneNumber(PeerTest):
    def test_collects_two_fields_and_hangs_up(self):
        expert = self.expert()
        caller = self.caller()
        info = expert.wait("received")["info"]
        self.assertEqual(info["call_type"], "pstn")
        self.assertEqual(info["to_number"], NUMBER)
        call = expert.wait("start")["call"]
        caller.hears("Nova|Thai Palace")
        caller.says("My name is Robert", hears="people")
        caller.says("four", hears="text|thank")
        done = expert.wait("done")
        self.assertEqual((done["name"], done["size"]), ("Robert", 4))
        expert.wait("end", reason="bot-hangup")
        caller.wait_end()
        said = [line["text"] for line in expert.told("caller")]
        self.assertEqual(said, ["My name is Robert", "four"])
        agent = " ".join(line["text"] for line in expert.told("agent"))
        self.assertIn("Thai Palace", agent)
        record = self.call_record(call)
        self.assertEqual(record["fields"]["party_size"], 4)


if __name__ == "__main__":
    main(expert)
