"""A field with too many options to list is searched by the Expert.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def expert(what):
    agent = guava.Agent(name="Nova", organization="Smile Dentists")

    @agent.on_search_query("doctor")
    def on_doctor(call, query):
        tell("query", field="doctor", text=query)
        if what == "broken":
            raise RuntimeError("no such table")
        if "lee" in query.lower():
            return ["Doctor Amanda Lee"], []
        return [], ["Doctor Amanda Lee", "Doctor John Smith"]

    @agent.on_call_start
    def on_call_start(call):
        call.set_task(
            "book",
            objective="Book an appointment.",
            checklist=[
                guava.Field(
                    key="doctor",
                    description="the doctor whom the caller wants to see",
                    field_type="multiple_choice",
                    searchable=True,
                )
            ],
        )

    @agent.on_task_complete("book")
    def on_book(call):
        tell("done", doctor=call.get_field("doctor"))

    agent.listen_phone(NUMBER)


class Search(PeerTest):
    def begin(self, what, words):
        expert = self.expert(what)
        caller = self.caller()
        caller.hears("doctor")
        caller.says(words)
        query = expert.wait("query")
        self.assertEqual(query["field"], "doctor")
        return expert, caller

    def test_one_match(self):
        expert, caller = self.begin("ok", "Doctor Lee")
        caller.hears("Amanda Lee")
        if not expert.told("done"):
            caller.says("Yes")
        self.assertEqual(expert.wait("done")["doctor"], "Doctor Amanda Lee")

    def test_no_match_so_others_are_offered(self):
        expert, caller = self.begin("ok", "Doctor Wang")
        caller.hears("Amanda Lee.*John Smith|John Smith.*Amanda Lee")
        caller.says("John Smith")
        self.assertEqual(expert.wait("done")["doctor"], "Doctor John Smith")

    def test_a_handler_that_fails_does_not_end_the_call(self):
        expert, caller = self.begin("broken", "Doctor Lee")
        caller.hears("sorry|could not|cannot|can't|find|trouble")


if __name__ == "__main__":
    main(expert)
