"""Keys: pressed by the caller, taken as a number, pressed for the agent.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def expert(accept):
    agent = guava.Agent(name="Nova", accept_dtmf=accept == "accept")

    @agent.on_caller_dtmf
    def on_caller_dtmf(call, event):
        tell("key", digit=event.digit, recent=event.recent_digits)
        if event.digit == "#" and accept != "accept":
            call.read_script("I saw your keys.")

    @agent.on_call_start
    def on_call_start(call):
        call.set_task(
            "account",
            checklist=[
                guava.Field(
                    key="account",
                    description="account number",
                    field_type="digit_sequence",
                )
            ],
        )

    @agent.on_task_complete("account")
    def on_account(call):
        tell("done", account=call.get_field("account"))

    agent.listen_phone(NUMBER)


class Keypad(PeerTest):
    def test_keys_fill_a_number(self):
        expert = self.expert("accept")
        caller = self.caller()
        caller.hears("account")
        caller.presses("0042#")
        recent = [expert.wait("key")["recent"] for _ in range(5)]
        self.assertEqual(recent[3], "0042")
        caller.hears("zero.*zero.*four.*two|0042|0 0 4 2")
        if not expert.told("done"):
            caller.says("Yes")
        self.assertEqual(expert.wait("done")["account"], "0042")

    def test_keys_are_only_events_when_the_agent_does_not_take_them(self):
        expert = self.expert("refuse")
        caller = self.caller()
        caller.hears("account")
        caller.presses("1#")
        expert.wait("key", digit="#")
        caller.hears("saw your keys")
        self.assertEqual(expert.told("done"), [])


if __name__ == "__main__":
    main(expert)
