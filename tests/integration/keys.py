"""An Expert has keys pressed on a line of Twilio, which has no message for it.

    keys.py PROGRAM

What the far end hears is taken apart with the frequencies of ITU-T Q.23. It
talks all the time, as the machines do that want keys.

Run by 28_keys.sh; needs Python's standard library only.

SPDX-License-Identifier: MIT
"""
import base64
import json
import math
import sys
import time

from peer import DEADLINE_S, Server, fail
from recording import Humming, Link, NUMBER

KEYS = "147*2580369#ABCD"
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
ROWS = ("123A", "456B", "789C", "*0#D")
BLOCK = 160  # 20 ms


def linear(byte):
    """A sample of mu-law."""
    byte = ~byte & 0xff
    value = (((byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return 0x84 - value if byte & 0x80 else value - 0x84


LINEAR = [linear(b) for b in range(256)]


def power(samples, hz):
    step = 2 * math.cos(2 * math.pi * hz / 8000)
    a = b = 0.0
    for s in samples:
        a, b = s + step * a - b, a
    return a * a + b * b - step * a * b


def key_of(samples):
    """The key that is held in these 20 ms, or None."""
    whole = sum(s * s for s in samples) * len(samples) / 2
    if whole < 1e9:
        return None
    low = [power(samples, f) for f in LOW]
    high = [power(samples, f) for f in HIGH]
    row, column = low.index(max(low)), high.index(max(high))
    if low[row] + high[column] < 0.8 * whole:
        return None
    return ROWS[row][column]


def keys_in(samples):
    """[(key, ms)] of the tones of 60 ms and more."""
    found, last = [], None
    for i in range(0, len(samples) - BLOCK + 1, BLOCK):
        key = key_of(samples[i:i + BLOCK])
        if key and key == last:
            found[-1][1] += 20
        elif key:
            found.append([key, 20])
        last = key
    return [tuple(f) for f in found if f[1] >= 60]


def main():
    server = Server(sys.argv[1])
    listen = Link(server, "/v2/listen-inbound?phone_number=%2B"
                  + NUMBER[1:])
    listen.hear("listen-started")
    caller = Humming(server)
    offer = listen.hear("incoming-call")["call_id"]
    listen.tell(message_type="claim-call", call_id=offer)
    listen.hear("assign-call")
    listen.tell(message_type="answer-call", call_id=offer)
    call = Link(server, "/v2/connect-call/" + offer)
    call.tell(command_type="set-persona", agent_name="Nova")
    call.tell(command_type="registered-hooks", has_on_agent_dtmf=True)
    call.tell(command_type="send-agent-dtmf", digits=list(KEYS))
    event = call.hear("agent-dtmf")
    if event["digits"] != list(KEYS) or event["requested_by"] != "developer":
        fail("another event: %s" % event)

    heard, samples = [], []
    until = time.monotonic() + DEADLINE_S
    while "".join(k for k, _ in heard) != KEYS:
        if time.monotonic() > until:
            fail("heard %s" % heard)
        opcode, data = caller.peer.next()
        message = json.loads(data) if opcode == 1 else {}
        if message.get("event") == "media":
            samples += [LINEAR[b] for b in
                        base64.b64decode(message["media"]["payload"])]
            heard = keys_in(samples)
        elif message.get("event") == "clear" and heard:
            fail("keys were taken back")
        elif message.get("event") == "mark":
            caller.peer.say(dict(message, sequenceNumber="1"))
    caller.hang_up()
    call.hear("bot-session-ended")
    server.stop()
    print("heard: %s" % " ".join("%s:%d" % h for h in heard))


if __name__ == "__main__":
    main()
