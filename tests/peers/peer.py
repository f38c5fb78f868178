"""What the tests of the published SDK share.

    test --starts--> Server    dialog-server on a free port
         --starts--> Expert    the test's own file again, as its own process,
                               with the SDK unmodified; it tells what happens
                               in JSON lines on its standard output
         --starts--> Caller    dialogctl talk: types, and reads the agent

Every wait has a deadline; nothing sleeps for a fixed time. When a test fails,
the ends of all logs are shown.

SPDX-License-Identifier: MIT
"""

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

BUILD = os.environ.get("B", "build")
WAIT_S = 30 * int(os.environ.get("SLOW", "1"))
NUMBER = "+15555550100"
telling = threading.Lock()


def tell(kind, **values):
    """In an Expert: one line for the test, from any thread."""
    with telling:
        print(json.dumps({"kind": kind, **values}), flush=True)


class Failed(AssertionError):
    """Something did not happen in time."""


class Process:
    """A child whose standard output is lines, kept and waited for."""

    def __init__(self, name, argv, folder, env=None, stdin=None):
        self.name = name
        self.lines = []
        self._taken = 0
        self._queue = queue.Queue()
        self.log = os.path.join(folder, name + ".log")
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                argv,
                env={**os.environ, **(env or {})},
                stdin=stdin or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self.child.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def _fetch(self, deadline):
        """Take over what has come; False when time or child is over."""
        try:
            line = self._queue.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            return False
        if line is None:
            self._queue.put(None)
            return False
        self.lines.append(self.parse(line))
        return True

    def parse(self, line):
        return line

    def wait_line(self, matches, what, timeout=None):
        """The first line that matches, behind those that were waited for."""
        deadline = time.monotonic() + (timeout or WAIT_S)
        at = self._taken
        while True:
            while at < len(self.lines):
                at += 1
                if matches(self.lines[at - 1]):
                    self._taken = at
                    return self.lines[at - 1]
            if not self._fetch(deadline):
                raise Failed(f"{self.name}: no {what}\n{self.show()}")

    def all_lines(self):
        """Everything that has come until now."""
        while self._fetch(time.monotonic()):
            pass
        return self.lines

    def show(self):
        lines = [str(line) for line in self.all_lines()[-20:]]
        with open(self.log, encoding="utf-8", errors="replace") as log:
            lines += ["  | " + line.rstrip() for line in log.readlines()[-20:]]
        return "\n".join(f"  {self.name}: {line}" for line in lines)

    def wait_exit(self, timeout=None):
        """Its exit status."""
        try:
            return self.child.wait(timeout or WAIT_S)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} does not end\n{self.show()}") from None

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        if self.child.stdin:
            self.child.stdin.close()
        self._thread.join()
        self.child.stdout.close()


class Server(Process):
    """dialog-server with files of its own; settings as "a.b=c"."""

    def __init__(self, folder, *settings):
        data = os.path.join(folder, "data")
        argv = [os.path.join(BUILD, "bin", "dialog-server")]
        for s in ("listen.port=0", "server.data_dir=" + data) + settings:
            argv += ["--set", s]
        super().__init__("server", argv, folder)
        line = self.wait_line(lambda s: "listening url=" in s, "address", 60)
        self.url = re.search(r"url=(\S+)", line)[1]
        self.key_file = os.path.join(data, "default.key")
        with open(self.key_file, encoding="ascii") as f:
            self.key = f.read().strip()

    def request(self, method, path, body=None, key=None):
        """(status, JSON or text) of a request with the server's key."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + (key or self.key)},
        )
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as r:
                status, text = r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            with e:
                status, text = e.code, e.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def metric(self, name):
        for line in self.request("GET", "/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        return 0.0

    def wait_metric(self, name, value):
        deadline = time.monotonic() + WAIT_S
        while self.metric(name) < value:
            if time.monotonic() > deadline:
                raise Failed(f"{name} does not reach {value}\n{self.show()}")
            time.sleep(0.05)


class Expert(Process):
    """A test's file as an Expert: runs expert(*words) of it."""

    def __init__(self, folder, server, path, words=(), name="expert"):
        env = {
            "GUAVA_BASE_URL": server.url,
            "GUAVA_API_KEY": server.key,
            "HOME": folder,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        argv = [sys.executable, "-u", path, "expert", *words]
        super().__init__(name, argv, folder, env)

    def parse(self, line):
        try:
            return json.loads(line)
        except ValueError:
            return {"kind": "print", "text": line}

    def wait(self, kind, timeout=None, **values):
        """The next line of this kind that has these values."""

        def matches(line):
            return line["kind"] == kind and all(
                line.get(k) == v for k, v in values.items()
            )

        return self.wait_line(matches, f"{kind} {values or ''}", timeout)

    def told(self, kind):
        """All lines of a kind until now."""
        return [line for line in self.all_lines() if line["kind"] == kind]


class Caller(Process):
    """dialogctl talk: a typed call."""

    def __init__(self, folder, server, to, name="caller"):
        argv = [
            os.path.join(BUILD, "bin", "dialogctl"),
            *("talk", "--json", "--url", server.url),
            *("--key-file", server.key_file, "--to", to),
        ]
        super().__init__(name, argv, folder, stdin=subprocess.PIPE)

    def parse(self, line):
        return json.loads(line)

    def type(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()

    def hears(self, pattern, timeout=None):
        """Wait until the agent says it: a regular expression, any case."""
        rule = re.compile(pattern, re.IGNORECASE)
        return self.wait_line(
            lambda m: m.get("final") and rule.search(m.get("text", "")),
            f'"{pattern}"',
            timeout,
        )["text"]

    def says(self, text, *, hears=None):
        """Type a line; with `hears`, wait for what the agent says to it."""
        self.type(text)
        return self.hears(hears) if hears else None

    def presses(self, keys):
        self.type("/press " + keys)

    def hangs_up(self):
        self.type("/hangup")

    def wait_end(self, timeout=None):
        """By whom it was ended, in the server's words."""
        m = self.wait_line(lambda m: m["type"] == "ended", "end", timeout)
        return m["reason"]

    def heard(self):
        """All that the agent has said until now."""
        return " ".join(
            m["text"] for m in self.all_lines() if m.get("final")
        )


class Phone(Caller):
    """dialogctl phone: is called, and answers in text."""

    def __init__(self, folder, server, number, *options, name="phone"):
        argv = [
            os.path.join(BUILD, "bin", "dialogctl"),
            *("phone", "--json", "--url", server.url),
            *("--key-file", server.key_file, "--number", number),
            *options,
        ]
        Process.__init__(self, name, argv, folder, stdin=subprocess.PIPE)

    def wait(self, kind):
        return self.wait_line(lambda m: m["type"] == kind, kind)


class PeerTest(unittest.TestCase):
    """One server a class; Experts and callers end with their test."""

    settings = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="peers.")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.server = Server(cls.folder, *cls.settings)
        cls.addClassCleanup(cls.server.stop)

    def expert(self, *words, name="expert", ready="dialog_experts_listening"):
        """Start this test's Expert; wait until it listens, unless told not."""
        before = self.server.metric(ready) if ready else 0
        path = sys.modules[type(self).__module__].__file__
        made = Expert(self.folder, self.server, path, words, name)
        self.addCleanup(made.stop)
        self.addCleanup(self._show_when_failed, made)
        if ready:
            self.server.wait_metric(ready, before + 1)
        return made

    def caller(self, to=NUMBER, name="caller"):
        made = Caller(self.folder, self.server, to, name)
        self.addCleanup(made.stop)
        self.addCleanup(self._show_when_failed, made)
        return made

    def phone(self, number, *options):
        """A telephone that waits to be called; it is there on return."""
        made = Phone(self.folder, self.server, number, *options)
        self.addCleanup(made.stop)
        self.addCleanup(self._show_when_failed, made)
        made.wait("ready")
        return made

    def call_record(self, call_id):
        """The server's own record of a call that is over."""
        deadline = time.monotonic() + WAIT_S
        while True:
            status, record = self.server.request("GET", "/v1/calls/" + call_id)
            if status == 200 and record.get("ended"):
                return record
            if time.monotonic() > deadline:
                raise Failed(f"call {call_id} is not in the records: {record}")
            time.sleep(0.05)

    def _show_when_failed(self, process):
        outcome = self._outcome
        if outcome and not outcome.success:
            print(process.show(), file=sys.stderr)


def main(expert):
    """The file is a test, or one of its Experts."""
    if sys.argv[1:2] == ["expert"]:
        expert(*sys.argv[2:])
    else:
        unittest.main(verbosity=2)
