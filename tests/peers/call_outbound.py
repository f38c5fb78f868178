"""Calls that an Expert places: answered, refused by who is called, or not.

Who is called is dialogctl phone.

SPDX-License-Identifier: MIT
"""

import logging
import os
import signal

import guava
import httpx

from peer import NUMBER, PeerTest, main, tell

LEO = "+15555550123"


def reminder(name="Nova"):
    agent = guava.Agent(name=name, organization="Dr. Ruiz's office")

    @agent.on_call_start
    def on_call_start(call):
        tell("start", id=call.id, to=call._call_info.to_number)
        call.set_task(
            "remind",
            objective="Remind the patient of the appointment tomorrow at 9.",
            checklist=[
                guava.Say("You have an appointment tomorrow at nine."),
                guava.Field(
                    key="party_size",
                    description="Number of people who will come",
                    field_type="integer",
                ),
            ],
        )

    @agent.on_task_complete("remind")
    def on_done(call):
        tell(
            "done",
            coming=call.get_field("party_size"),
            who=call.get_variable("who"),
        )
        call.hangup("Thank them, and say goodbye.")

    @agent.on_outbound_failed
    def on_failed(call, event):
        tell("failed", code=event.error_code, reason=event.error_reason)

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    return agent


def reach(agent):
    @agent.on_call_start
    def on_call_start(call):
        tell("start", id=call.id)
        call.reach_person(
            "Leo Ruiz", greeting="Hello, I am looking for Leo Ruiz."
        )

    @agent.on_reach_person
    def on_reach_person(call, outcome):
        tell("reached", outcome=outcome)
        call.hangup("Thank them, and say goodbye.")


class Counted(logging.Handler):
    """Events that the SDK itself tells of, to see that there is one end."""

    def emit(self, record):
        if record.getMessage().startswith("Outbound call failed"):
            tell("log", text=record.getMessage())


def controller():
    class Reminder(guava.CallController):
        def __init__(self):
            super().__init__()
            self.set_persona(agent_name="Nova")
            self.read_script("This is a reminder.")

        def on_session_done(self):
            tell("session-done")

    guava.Client().create_outbound(
        from_number=NUMBER, to_number=LEO, call_controller=Reminder()
    )
    tell("returned")


def expert(what, to=LEO, origin=NUMBER):
    logging.getLogger("guava").addHandler(Counted())
    if what == "key":
        os.environ["GUAVA_API_KEY"] = "dk_" + 40 * "0"
        guava.Agent(name="Nova").listen_phone(NUMBER)
        return
    if what == "controller":
        controller()
        return
    agent = reminder()
    if what == "reach":
        reach(agent)
    if what == "two":
        runner = guava.Runner()
        runner.call_phone(agent, NUMBER, LEO, {"who": "Leo"})
        runner.call_phone(agent, NUMBER, "+15555550124", {"who": "Ann"})
        runner.run()
        tell("returned")
        return
    try:
        agent.call_phone(origin, to, {"who": "Leo"})
        tell("returned")
    except httpx.HTTPStatusError as e:
        tell("refused", status=e.response.status_code, text=str(e))


class Placing(PeerTest):
    def place(self, *words):
        return self.expert(*words, ready=None)

    def failed(self, code, reason, *words):
        expert = self.place("call", *words)
        told = expert.wait("failed")
        expert.wait("returned")
        self.assertEqual((told["code"], told["reason"]), (code, reason))
        self.assertEqual(len(expert.told("failed")), 1)
        self.assertEqual(expert.told("end"), [])
        return expert


class Outbound(Placing):
    settings = (
        "outbound.ring_ms=60000",
        "outbound.numbers=" + NUMBER + ",+15555550177=somebody else",
    )

    def conversation(self, call_id):
        return self.server.request("GET", "/v1/conversations/" + call_id)[1]

    def test_is_answered_and_talks(self):
        phone = self.phone(LEO)
        expert = self.place("call")
        ringing = phone.wait("ringing")
        self.assertEqual((ringing["from"], ringing["to"]), (NUMBER, LEO))
        self.assertEqual(ringing["call_id"], expert.wait("start")["id"])
        phone.hears("appointment tomorrow at nine")
        phone.says("three", hears="goodbye")
        self.assertEqual(expert.wait("done")["coming"], 3)
        self.assertEqual(expert.told("done")[0]["who"], "Leo")
        self.assertEqual(expert.wait("end")["reason"], "bot-hangup")
        expert.wait("returned")
        self.assertEqual(phone.wait_exit(), 0)
        self.assertEqual(expert.told("failed"), [])
        record = self.call_record(ringing["call_id"])
        self.assertEqual((record["from"], record["to"]), (NUMBER, LEO))
        row = self.conversation(ringing["call_id"])
        self.assertEqual(row["direction"], "outbound")
        self.assertEqual(row["from_number"], NUMBER)

    def test_ends_when_the_person_hangs_up(self):
        phone = self.phone(LEO)
        expert = self.place("call")
        phone.hears("nine")
        phone.hangs_up()
        self.assertEqual(expert.wait("end")["reason"], "user-hangup")
        expert.wait("returned")

    def test_one_that_is_busy_is_told_once(self):
        self.phone(LEO, "--decline", "busy")
        expert = self.failed(486, "busy")
        row = self.conversation(expert.told("start")[0]["id"])
        self.assertEqual(row["termination_reason"], "busy")
        self.assertEqual(row["direction"], "outbound")

    def test_one_that_is_rejected_is_told(self):
        self.phone(LEO, "--decline", "reject")
        self.failed(603, "rejected")

    def test_an_expert_that_leaves_stops_the_ringing(self):
        phone = self.phone(LEO, "--decline", "ignore")
        failed = self.server.metric("dialog_outbound_failed_total")
        expert = self.place("call")
        phone.wait("ringing")
        expert.wait("start")
        expert.child.send_signal(signal.SIGINT)
        phone.wait("cancelled")
        self.server.wait_metric("dialog_outbound_failed_total", failed + 1)
        self.assertEqual(self.server.metric("dialog_outbound_active"), 0)

    def test_two_at_a_time(self):
        leo, ann = self.phone(LEO), self.phone("+15555550124")
        expert = self.place("two")
        for phone in (leo, ann):
            phone.hears("nine")
        ann.says("two")
        leo.says("one")
        done = [expert.wait("done"), expert.wait("done")]
        self.assertEqual(
            sorted((d["who"], d["coming"]) for d in done),
            [("Ann", 2), ("Leo", 1)],
        )
        expert.wait("returned")

    def test_reaches_a_person(self):
        phone = self.phone(LEO)
        expert = self.place("reach")
        phone.hears("looking for Leo Ruiz")
        phone.says("I am available")
        self.assertEqual(expert.wait("reached")["outcome"], "available")

    def test_the_older_controller_places_calls_too(self):
        phone = self.phone(LEO)
        expert = self.place("controller")
        phone.hears("reminder")
        phone.hangs_up()
        expert.wait("session-done")
        expert.wait("returned")

    def refused(self, *words):
        return self.place("call", *words).wait("refused")

    def test_a_number_without_a_way_is_refused_with_advice(self):
        told = self.refused("+15555550199")
        self.assertEqual(told["status"], 501)
        for word in ("twilio.account_sid", "dialogctl phone"):
            self.assertIn(word, told["text"])

    def test_a_number_that_is_none_is_refused(self):
        told = self.refused("5550123")
        self.assertEqual(told["status"], 400)
        self.assertIn("to_number must be", told["text"])

    def test_calls_go_out_from_own_numbers_only(self):
        self.phone(LEO, "--decline", "busy")
        for number in ("+15555550166", "+15555550177"):
            told = self.refused(LEO, number)
            self.assertEqual(told["status"], 403)
            self.assertIn("outbound.numbers", told["text"])

    def test_a_wrong_key_is_refused(self):
        refused = self.server.metric("dialog_auth_refused_total")
        self.expert("key", ready=None)
        self.server.wait_metric("dialog_auth_refused_total", refused + 1)


class Deadline(Placing):
    settings = ("outbound.ring_ms=1000",)

    def test_one_that_nobody_answers_ends_by_its_deadline(self):
        phone = self.phone(LEO, "--decline", "ignore")
        self.failed(480, "no-answer")
        phone.wait("cancelled")
        self.assertEqual(phone.wait_exit(), 0)


class Limits(Placing):
    settings = (
        "outbound.max_calls=1",
        "outbound.per_minute=2",
        "outbound.ring_ms=1000",
    )

    def test_how_many_at_once_and_within_a_minute(self):
        phone = self.phone(LEO, "--calls", "2", "--decline", "ignore")
        path = f"/v2/create-outbound?to_number=%2B{LEO[1:]}"
        self.assertEqual(self.server.request("POST", path, {})[0], 200)
        status, text = self.server.request("POST", path, {})
        self.assertEqual(status, 429)
        self.assertIn("outbound.max_calls", str(text))
        phone.wait("cancelled")
        self.assertEqual(self.server.request("POST", path, {})[0], 200)
        phone.wait("cancelled")
        status, text = self.server.request("POST", path, {})
        self.assertEqual(status, 429)
        self.assertIn("outbound.per_minute", str(text))


if __name__ == "__main__":
    main(expert)
