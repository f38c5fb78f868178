"""An Expert listens on a web code and on a SIP code.

SPDX-License-Identifier: MIT
"""

import guava

from peer import PeerTest, main, tell


def expert(kind, code=""):
    agent = guava.Agent(name="Nova")

    @agent.on_call_received
    def on_call_received(call_info):
        info = call_info.model_dump()
        if kind == "sip":
            info["from_uri"] = call_info.from_uri
        tell("received", info=info)
        return guava.AcceptCall()

    @agent.on_call_start
    def on_call_start(call):
        call.read_script("You have reached the code.")

    if kind == "sip":
        code = code or agent._client.create_sip_agent()
        tell("code", code=code)
        agent.listen_sip(code)
    elif code:
        agent.listen_webrtc(code)
    else:
        code = agent._client.create_webrtc_agent()
        tell("code", code=code)
        agent.listen_webrtc(code)


class Codes(PeerTest):
    settings = ("web.codes=shop=web:shop",)

    def reach(self, expert, address):
        caller = self.caller(address)
        info = expert.wait("received")["info"]
        caller.hears("you have reached the code")
        caller.hangs_up()
        return info

    def test_a_configured_web_code(self):
        expert = self.expert("web", "shop")
        info = self.reach(expert, "web:shop")
        self.assertEqual(info["call_type"], "webrtc")
        self.assertEqual(info["webrtc_code"], "shop")

    def test_a_web_code_that_the_sdk_makes(self):
        expert = self.expert("web")
        code = expert.wait("code")["code"]
        info = self.reach(expert, "web:" + code)
        self.assertEqual(info["webrtc_code"], code)
        # The address that it logs leads to the page.
        path = "/debug-webrtc?webrtc_code=" + code
        status, page = self.server.request("GET", path)
        self.assertEqual(status, 200)
        self.assertIn("<html", page)

    def test_a_sip_code_that_the_sdk_makes(self):
        expert = self.expert("sip")
        code = expert.wait("code")["code"]
        info = self.reach(expert, "sip:" + code)
        self.assertEqual(info["call_type"], "sip")
        self.assertEqual(info["sip_code"], code)
        self.assertEqual(info["from_uri"], "sip:anonymous@anonymous.invalid")


if __name__ == "__main__":
    main(expert)
