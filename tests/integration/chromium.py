"""Chromium without a window, driven over its debugging pipe.

A page is opened, clicked and asked; the microphone is a WAV file. Nothing but
Python's standard library and the browser itself is needed.

SPDX-License-Identifier: MIT
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find():
    """The browser's path, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    def __init__(self, wav=None, deny_microphone=False, size=(640, 960)):
        self.profile = tempfile.mkdtemp(prefix="browser-test-")
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        flags = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--mute-audio",
            "--user-data-dir=" + self.profile,
            "--window-size=%d,%d" % size,
            "--use-fake-device-for-media-stream",
            "--remote-debugging-pipe",
        ]
        if deny_microphone:
            flags.append("--deny-permission-prompts")
        else:
            flags.append("--use-fake-ui-for-media-stream")
        if wav:
            flags.append("--use-file-for-fake-audio-capture=" + wav)

        def plug():
            # The browser reads commands from 3 and writes answers to 4.
            a, b = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(a, 3)
            os.dup2(b, 4)
            os.set_inheritable(3, True)
            os.set_inheritable(4, True)

        self.process = subprocess.Popen(
            [find()] + flags + ["about:blank"], preexec_fn=plug,
            close_fds=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.inp, self.out = ours_in, ours_out
        self.buffer = b""
        self.n = 0
        self.session = None
        self.log = []
        targets = self.ask("Target.getTargets")["targetInfos"]
        target = next(t for t in targets if t["type"] == "page")
        self.session = self.ask("Target.attachToTarget", {
            "targetId": target["targetId"], "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(domain + ".enable")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.inp)
        os.close(self.out)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.inp], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self.inp, 1 << 20)
            if not data:
                raise ConnectionError("the browser has gone")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, params=None, seconds=30):
        self.n += 1
        message = {"id": self.n, "method": method, "params": params or {}}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while True:
            m = self.receive(deadline)
            if m.get("id") == self.n:
                if "error" in m:
                    raise RuntimeError(m["error"]["message"])
                return m["result"]
            self.note(m)

    def note(self, m):
        """What the page complains about: exceptions, refused loads."""
        p = m.get("params", {})
        if m.get("method") == "Runtime.exceptionThrown":
            self.log.append(json.dumps(p["exceptionDetails"])[:400])
        elif m.get("method") == "Log.entryAdded":
            self.log.append(p["entry"]["text"])
        elif m.get("method") == "Runtime.consoleAPICalled":
            self.log.append(" ".join(str(a.get("value"))
                                     for a in p["args"]))

    def open(self, url):
        self.ask("Page.navigate", {"url": url})
        self.wait("document.readyState === 'complete'")

    def run(self, script):
        r = self.ask("Runtime.evaluate", {
            "expression": script, "returnByValue": True,
            "awaitPromise": True, "userGesture": True})
        if "exceptionDetails" in r:
            raise RuntimeError(json.dumps(r["exceptionDetails"])[:400])
        return r["result"].get("value")

    def wait(self, script, seconds=20):
        """Until the script's value is true. Returns it."""
        deadline = time.monotonic() + seconds
        while True:
            value = self.run(script)
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError("never true: " + script + "\n" + "\n".join(
                    [self.run("document.body.innerText")] + self.log))
            # The browser is another program: ask again in a while.
            select.select([], [], [], 0.05)

    def picture(self, path):
        data = self.ask("Page.captureScreenshot", {"format": "png"})["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))
