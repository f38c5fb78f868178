"""Experts that die, each in a way of its own: for kills.py.

  kill   SIGKILL: the kernel closes its connections
  reset  its connections are reset
  cut    half-open: nothing comes through any more, in no direction, and
         nobody is told
  stop   SIGSTOP: its connections stand, nobody is there
  wake   the same, and it goes on later, maybe after its calls were taken over

SPDX-License-Identifier: MIT
"""
import collections
import os
import random
import signal
import subprocess
import sys
import time

EXPERTS = 6
# Of twenty. Of the last three the server learns after three pings, so that
# they make most of the Experts that seem to be there.
WAYS = ["kill"] * 9 + ["reset"] * 8 + ["cut", "stop", "wake"]
GHOST_S = 6     # longer than the server takes to find out
SLEEP_S = 1, 6  # shorter and longer than that
AWAKE_S = 2     # and then it is killed after all


class Expert:
    def __init__(self, program, folder, env, way, port):
        self.way, self.port = way, port
        self.process = subprocess.Popen([program, folder], env=env,
                                        stdout=subprocess.DEVNULL)
        self.pid = self.process.pid


class Experts:
    """Six processes; the seed says which one is next to go, and how."""

    def __init__(self, server, folder, seed):
        self.program = os.path.join(os.environ["B"], "tests/kill_expert")
        self.server, self.folder = server, folder
        self.random = random.Random(seed)
        self.ways = {}         # of all there ever were, by pid
        self.ghosts = []       # (when, what then, Expert)
        self.count = collections.Counter()
        self.relay = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__),
                                          "relay.py"), str(server.port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.running = [self.start() for _ in range(EXPERTS)]

    def order(self, text):
        self.relay.stdin.write(text + "\n")
        self.relay.stdin.flush()

    def start(self):
        way, port = self.random.choice(WAYS), self.server.port
        if way == "cut":
            self.order("open")
            port = int(self.relay.stdout.readline())
        env = dict(os.environ, EXPERT_API_KEY=self.server.key,
                   EXPERT_URL="ws://127.0.0.1:%d" % port)
        expert = Expert(self.program, self.folder, env, way, port)
        self.ways[str(expert.pid)] = way
        return expert

    def later(self, seconds, what, expert):
        self.ghosts.append((time.monotonic() + seconds, what, expert))

    def kill_one(self):
        i = self.random.randrange(EXPERTS)
        expert = self.running[i]
        self.count[expert.way] += 1
        if expert.way == "kill":
            expert.process.kill()
            expert.process.wait()
        elif expert.way == "reset":
            expert.process.send_signal(signal.SIGUSR1)
            self.later(1, self.bury, expert)
        elif expert.way == "cut":
            self.order("cut %d" % expert.port)
            self.later(GHOST_S, self.bury, expert)
        elif expert.way == "stop":
            expert.process.send_signal(signal.SIGSTOP)
            self.later(GHOST_S, self.bury, expert)
        else:
            expert.process.send_signal(signal.SIGSTOP)
            self.later(self.random.uniform(*SLEEP_S), self.wake, expert)
        self.running[i] = self.start()

    def wake(self, expert):
        expert.process.send_signal(signal.SIGCONT)
        self.later(AWAKE_S, self.bury, expert)

    def bury(self, expert):
        expert.process.kill()
        expert.process.wait()
        if expert.way == "cut":
            self.order("close %d" % expert.port)

    def look_after(self, all_of_them=False):
        """What is due to those that were struck before."""
        now = time.monotonic()
        due = [g for g in self.ghosts if all_of_them or g[0] <= now]
        self.ghosts = [g for g in self.ghosts if g not in due]
        for _, what, expert in due:
            what(expert)

    def stop(self):
        while self.ghosts:
            self.look_after(all_of_them=True)
        for expert in self.running:
            expert.process.send_signal(signal.SIGTERM)
            expert.process.wait()
        self.relay.stdin.close()
        self.relay.wait()
