"""The SDK's sockets break in mid-call, and nothing is lost or done twice.

SPDX-License-Identifier: MIT
"""

import socket
import threading
from urllib.parse import urlsplit

import guava

from peer import NUMBER, Expert, PeerTest, main, tell


def shut(s):
    try:
        s.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the other side was sooner


class Proxy:
    """Passes bytes on, and breaks all connections when it is told to."""

    def __init__(self, url):
        self.to = (urlsplit(url).hostname, urlsplit(url).port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self.serve, args=(client,), daemon=True
            ).start()

    def serve(self, client):
        with client, socket.create_connection(self.to) as server:
            with self.lock:
                self.open.append(client)
            back = threading.Thread(
                target=self.pass_on, args=(server, client), daemon=True
            )
            back.start()
            self.pass_on(client, server)
            back.join()
            with self.lock:
                self.open.remove(client)

    @staticmethod
    def pass_on(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        shut(a)
        shut(b)

    def cut(self):
        """Break what is open now. How many connections that were."""
        with self.lock:
            for s in self.open:
                shut(s)
            return len(self.open)

    def stop(self):
        self.listener.close()
        self.cut()


def expert():
    agent = guava.Agent(name="Nova", organization="Thai Palace")

    @agent.on_question
    def on_question(call, question):
        tell("question", text=question)
        return "There is free parking behind the house."

    @agent.on_call_start
    def on_call_start(call):
        tell("start")
        call.set_task(
            "waitlist",
            checklist=[
                guava.Field(key="caller_name", description="Name"),
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

    @agent.on_task_complete("waitlist")
    def on_waitlist(call):
        tell("done", fields=[call.get_field("caller_name"),
                             call.get_field("party_size")])
        call.hangup("Thank the caller.")

    @agent.on_session_end
    def on_session_end(call, event):
        tell("end", reason=event.termination_reason)

    agent.listen_phone(NUMBER)


class Resume(PeerTest):
    def test_the_same_expert_comes_back(self):
        proxy = Proxy(self.server.url)
        self.addCleanup(proxy.stop)
        listening = self.server.metric("dialog_experts_listening")
        direct = self.server.url
        self.server.url = proxy.url
        try:
            expert = Expert(self.folder, self.server, __file__)
        finally:
            self.server.url = direct
        self.addCleanup(expert.stop)
        self.addCleanup(self._show_when_failed, expert)
        self.server.wait_metric("dialog_experts_listening", listening + 1)

        caller = self.caller()
        caller.hears("name")
        self.assertGreaterEqual(proxy.cut(), 2)
        # Said while nobody is there to be told of it.
        caller.says("My name is Robert", hears="people")
        expert.wait("caller", text="My name is Robert")
        caller.says("Do you have parking?", hears="parking behind the house")
        proxy.cut()
        caller.says("four")
        self.assertEqual(expert.wait("done")["fields"], ["Robert", 4])
        expert.wait("end", reason="bot-hangup")
        caller.wait_end()
        for kind, times in (("start", 1), ("question", 1), ("done", 1)):
            self.assertEqual(len(expert.told(kind)), times, kind)
        said = [line["text"] for line in expert.told("caller")]
        self.assertEqual(
            said, ["My name is Robert", "Do you have parking?", "four"]
        )


if __name__ == "__main__":
    main(expert)
