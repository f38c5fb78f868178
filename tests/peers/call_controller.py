"""The older way of the SDK: a class whose methods are called.

SPDX-License-Identifier: MIT
"""

import guava
from guava.call_controller import CallController

from peer import NUMBER, PeerTest, main, tell


def doctors(query):
    tell("query", text=query)
    return ["Doctor Amanda Lee"], ["Doctor John Smith"]


class Controller(CallController):
    def __init__(self):
        super().__init__()
        self.set_persona(agent_name="Nova", organization_name="Smile Dentists")
        self.accept_call()
        self.set_task(
            objective="Book an appointment.",
            checklist=[
                guava.Say("This call is recorded."),
                guava.Field(
                    key="doctor",
                    description="the doctor whom the caller wants to see",
                    field_type="multiple_choice",
                    choice_generator=doctors,
                ),
            ],
            on_complete=self.booked,
        )

    def on_incoming_call(self, from_number):
        tell("incoming")

    def on_question(self, question):
        tell("question", text=question)
        return "There is free parking behind the house."

    def booked(self):
        tell("done", doctor=self.get_field("doctor"))
        self.hangup("Thank the caller.")

    def on_session_done(self):
        tell("end")


def expert():
    guava.Client().listen_inbound(
        agent_number=NUMBER, controller_class=Controller
    )


class OlderWay(PeerTest):
    def test_a_whole_call(self):
        expert = self.expert()
        caller = self.caller()
        expert.wait("incoming")
        caller.hears("this call is recorded")
        caller.hears("doctor")
        caller.says("Do you have parking?", hears="parking behind the house")
        expert.wait("question")
        caller.says("Doctor Lee", hears="Amanda Lee")
        caller.says("yes")
        self.assertEqual(expert.wait("done")["doctor"], "Doctor Amanda Lee")
        caller.wait_end()
        expert.wait("end")


if __name__ == "__main__":
    main(expert)
