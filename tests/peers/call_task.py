"""Tasks in all their shapes, one after the other.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def checklist(call):
    call.set_task(
        "all",
        objective="Find out what the caller needs for the delivery.",
        checklist=[
            guava.Say("This call is recorded."),
            guava.Field(
                key="caller_name",
                question="Under which name shall I write this down?",
                field_type="text",
            ),
            guava.Field(
                key="day", description="day of the delivery", field_type="date"
            ),
            guava.Field(
                key="size",
                description="size of the parcel",
                field_type="multiple_choice",
                choices=["small", "medium", "large"],
            ),
            guava.Field(
                key="slot",
                description="time of the delivery",
                field_type="calendar_slot",
                choices=["2026-12-01T09:00", "2026-12-01T15:00"],
            ),
            guava.Field(
                key="note",
                description="special wishes for the delivery",
                field_type="text",
                required=False,
            ),
            "Tell the caller that the bell is broken.",
        ],
        completion_criteria="Everything is known.",
    )


def expert(what):
    agent = guava.Agent(name="Nova", organization="Acme Parcels")

    @agent.on_call_start
    def on_call_start(call):
        if what == "objective":
            call.set_task("open", objective="Help with parcels.")
        elif what == "say":
            call.set_task("say", checklist=[guava.Say("We close at nine.")])
        else:
            checklist(call)

    @agent.on_task_complete
    def on_task_complete(call, task):
        tell(
            "done",
            task=task,
            fields={
                key: call.get_field(key)
                for key in ("caller_name", "day", "size", "slot", "note")
                if call.has_field(key)
            },
        )
        if task == "all":
            call.set_task(
                "next",
                checklist=[
                    guava.Field(
                        key="caller_name",
                        description="name of the caller",
                        field_type="text",
                    ),
                    guava.Field(
                        key="stairs",
                        description="number of stairs",
                        field_type="integer",
                    ),
                ],
            )
        elif task == "next":
            tell("next", name=call.get_field("caller_name"),
                 stairs=call.get_field("stairs"))
            call.hangup()

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class Task(PeerTest):
    def test_an_objective_alone_is_a_task(self):
        self.expert("objective")
        caller = self.caller()
        caller.hears("acme parcels")
        caller.hears("help|parcels")
        caller.hangs_up()

    def test_a_statement_alone_is_a_task(self):
        expert = self.expert("say")
        caller = self.caller()
        caller.hears("we close at nine")
        expert.wait("done", task="say")
        caller.hangs_up()

    def test_a_checklist_of_everything_and_then_another(self):
        expert = self.expert("all")
        caller = self.caller()
        caller.hears("this call is recorded")
        caller.hears("under which name shall i write this down")
        caller.says("Robert", hears="day|date")
        caller.says("December the first", hears="size|small")
        caller.says("medium", hears="time|nine|day")
        caller.says("at nine in the morning", hears="wishes")
        caller.says("No, thanks")
        caller.hears("bell is broken")
        fields = expert.wait("done", task="all")["fields"]
        self.assertEqual(fields["caller_name"], "Robert")
        self.assertEqual(fields["day"], {"year": 2026, "month": 12, "day": 1})
        self.assertEqual(fields["size"], "medium")
        self.assertEqual(fields["slot"], "2026-12-01T09:00")
        self.assertNotIn("note", fields)
        # What is known is not asked again, and told with the new task, too.
        caller.hears("stairs")
        caller.says("three")
        told = expert.wait("next")
        self.assertEqual((told["name"], told["stairs"]), ("Robert", 3))
        expert.wait("end", reason="bot-hangup")


if __name__ == "__main__":
    main(expert)
