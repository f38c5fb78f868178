"""The remaining commands: each is obeyed, or refused with a warning.

SPDX-License-Identifier: MIT
"""

import logging

import guava
import guava.commands

from peer import PeerTest, main, tell, NUMBER


class Warnings(logging.Handler):
    """What the SDK logs of the server's warnings, for the test."""

    def emit(self, record):
        text = record.getMessage()
        if "from Guava server" in text:
            tell("warning", text=text)


def persona(call):
    call.set_persona(agent_name="Mara", organization_name="Night Desk")
    call.set_task("open", objective="Help with rooms.")


def unsupported(call):
    call.set_persona(
        agent_name="Mara",
        voice="nobody-has-this-voice",
        pronunciations={"Thai": "tie"},
        speech_speed="fast",
    )
    call.set_language_mode(primary="german", secondary=["spanish"])
    call.set_agent_dtmf(True)
    call.send_dtmf("12#")
    call.set_variable("vip", {"yes": True})
    call.set_voicemail_action(message="Please call us back.")
    call.read_script("All of that was survived.")


def instruction(call):
    call.read_script("Please wait a moment.")
    call.add_info("rooms", [{"number": 12, "beds": 2}])
    call.send_instruction("Tell the caller that room twelve is ready.")


def hangup(call):
    call.hangup("Tell the caller that we are closed today.")


def empty_hangup(call):
    call.read_script("We are closed today.")
    call.hangup()


def webrtc_message(call):
    call.send_command(
        guava.commands.SendWebRTCMessageCommand(payload={"room": 12})
    )
    call.read_script("The call goes on.")


def voicemail_hangup(call):
    call.set_voicemail_action(hangup=True)
    call.set_task("open", objective="Help with rooms.")


def retry_without_task(call):
    call.retry_task("There is no task.")
    call.read_script("The call goes on.")


def expert(what):
    logging.getLogger("guava").addHandler(Warnings())
    agent = guava.Agent(name="Nova", organization="Day Desk")

    @agent.on_call_start
    def on_call_start(call):
        tell("start", call=call.id)
        globals()[what](call)

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class Commands(PeerTest):
    def begin(self, what):
        expert = self.expert(what)
        caller = self.caller()
        self.call_id = expert.wait("start")["call"]
        return expert, caller

    def test_another_persona(self):
        expert, caller = self.begin("persona")
        greeting = caller.hears("Mara")
        self.assertIn("Night Desk", greeting + caller.heard())

    def test_what_cannot_be_done_ends_no_call(self):
        expert, caller = self.begin("unsupported")
        for what in ("speech speed and pronunciations", "presses no keys",
                     "no keys can be pressed"):
            self.assertIn(what, expert.wait("warning")["text"])
        caller.hears("all of that was survived")
        caller.says("Hello?")
        caller.hangs_up()
        expert.wait("end", reason="user-hangup")

    def test_script_info_and_instruction(self):
        expert, caller = self.begin("instruction")
        first = caller.hears(".")
        self.assertRegex(first, "Please wait a moment")
        caller.hears("room twelve is ready")
        self.assertNotIn("beds", caller.heard())

    def test_last_words_and_then_the_end(self):
        expert, caller = self.begin("hangup")
        caller.hears("we are closed today")
        caller.wait_end()
        expert.wait("end", reason="bot-hangup")

    def test_the_end_without_last_words(self):
        expert, caller = self.begin("empty_hangup")
        caller.hears("we are closed today")
        caller.wait_end()
        expert.wait("end", reason="bot-hangup")

    def test_a_message_that_the_line_cannot_carry(self):
        expert, caller = self.begin("webrtc_message")
        expert.wait("warning")
        caller.hears("the call goes on")

    def test_a_voicemail_action_ends_no_call_with_a_person(self):
        expert, caller = self.begin("voicemail_hangup")
        caller.hears("help|rooms")
        self.assertEqual(expert.told("end"), [])

    def test_a_retry_without_a_task(self):
        expert, caller = self.begin("retry_without_task")
        caller.hears("the call goes on")


if __name__ == "__main__":
    main(expert)
