"""What the Expert's checks refuse is asked again, and nothing else.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def expert():
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    @agent.on_call_start
    def on_call_start(call):
        call.set_task(
            "table",
            checklist=[
                guava.Field(
                    key="caller_name",
                    description="Name for the reservation",
                    field_type="text",
                ),
                guava.Field(
                    key="party_size",
                    description="Number of people",
                    field_type="integer",
                ),
                guava.Field(
                    key="area",
                    description="where the guests want to sit",
                    field_type="multiple_choice",
                    choices=["inside", "terrace"],
                ),
            ],
        )

    @agent.on_validate("party_size")
    def validate_size(call, value):
        tell("validate", key="party_size", value=value)
        return True if value <= 8 else (False, "We seat at most 8 people.")

    @agent.on_validate("area")
    def validate_area(call, value):
        tell("validate", key="area", value=value)
        if value == "terrace":
            return (False, "The terrace is closed in winter.")
        return True

    @agent.on_task_complete("table")
    def on_table(call):
        tell(
            "done",
            name=call.get_field("caller_name"),
            size=call.get_field("party_size"),
            area=call.get_field("area"),
        )
        call.hangup("Thank the caller.")

    agent.listen_phone(NUMBER)


class Validate(PeerTest):
    def begin(self, size, area):
        expert = self.expert()
        caller = self.caller()
        caller.hears("name")
        caller.says("Robert", hears="people")
        caller.says(size, hears="sit|inside")
        caller.says(area)
        return expert, caller

    def test_everything_is_right(self):
        expert, caller = self.begin("four", "inside")
        done = expert.wait("done")
        self.assertEqual(
            (done["name"], done["size"], done["area"]), ("Robert", 4, "inside")
        )
        caller.wait_end()

    def test_one_field_is_asked_again(self):
        expert, caller = self.begin("twelve", "inside")
        caller.hears("at most 8 people")
        caller.hears("people")
        caller.says("eight")
        done = expert.wait("done")
        self.assertEqual(
            (done["name"], done["size"], done["area"]), ("Robert", 8, "inside")
        )
        heard = caller.heard()
        self.assertEqual(heard.count("sit"), 1, heard)

    def test_two_fields_are_asked_again(self):
        expert, caller = self.begin("twelve", "the terrace")
        caller.hears("terrace is closed")
        caller.hears("people")
        caller.says("six", hears="sit|inside")
        caller.says("inside")
        done = expert.wait("done")
        self.assertEqual(
            (done["name"], done["size"], done["area"]), ("Robert", 6, "inside")
        )
        self.assertEqual(caller.heard().count("name"), 1)


if __name__ == "__main__":
    main(expert)
