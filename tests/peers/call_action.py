"""What the caller wants done: none, one and several candidates.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell, NUMBER


def expert(what):
    agent = guava.Agent(name="Nova", organization="Acme Bank")
    balance = guava.SuggestedAction(
        key="balance", description="tell the balance of the account"
    )
    card = guava.SuggestedAction(
        key="block_card", description="block a lost card"
    )
    limit = guava.SuggestedAction(
        key="raise_limit", description="raise the limit of a card"
    )

    @agent.on_action_request
    def on_action_request(call, request):
        tell("request", text=request)
        if what == "broken":
            raise RuntimeError("no such table")
        return {"none": None, "one": balance, "several": [card, limit]}[what]

    if what == "one":

        @agent.on_action("balance")
        def on_balance(call):
            tell("action", key="balance")
            return "The balance is forty two dollars."

    else:

        @agent.on_action
        def on_action(call, key):
            tell("action", key=key)
            call.read_script(f"Done with {key}.")

    @agent.on_call_start
    def on_call_start(call):
        call.read_script("Welcome to the bank. How can I help you?")

    agent.listen_phone(NUMBER)


class Action(PeerTest):
    def begin(self, what, words):
        expert = self.expert(what)
        caller = self.caller()
        caller.hears("how can i help")
        caller.says(words)
        expert.wait("request")
        return expert, caller

    def test_none_fits(self):
        expert, caller = self.begin("none", "I want to sell my house")
        caller.hears("sorry|cannot|can't|not able|unable")
        self.assertEqual(expert.told("action"), [])

    def test_one_fits(self):
        expert, caller = self.begin("one", "I want to know my balance")
        expert.wait("action", key="balance")
        # What the handler returns reaches the caller.
        caller.hears("forty two dollars")
        self.assertEqual(len(expert.told("action")), 1)

    def test_of_several_the_caller_chooses(self):
        expert, caller = self.begin("several", "I want to change my card")
        caller.hears("block|limit")
        self.assertEqual(expert.told("action"), [])
        caller.says("Raise the limit, please")
        expert.wait("action", key="raise_limit")
        caller.hears("done with raise")
        self.assertEqual(len(expert.told("action")), 1)

    def test_a_handler_that_fails_does_not_end_the_call(self):
        expert, caller = self.begin("broken", "I want to know my balance")
        caller.hears("sorry|cannot|can't|not able|unable")


if __name__ == "__main__":
    main(expert)
