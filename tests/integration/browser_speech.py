"""A person who speaks at the page: python3 browser_speech.py URL CODE WORDS.wav

The microphone of a browser without a window plays silence, then WORDS.wav, then
silence. The agent's first question is answered that way; what was heard of it is
printed last. A second call is made when nothing was heard in the first.

SPDX-License-Identifier: MIT
"""
import array
import os
import sys
import wave

import chromium
from browser import SAID, STATE, call, check

HZ = 48000
LEAD_S = 12  # the greeting is over, and the agent does not yet ask again
REST_S = 30
LEVEL = "+document.getElementById('level-%s').style.transform" \
        ".match(/scaleX\\((.*)\\)/)[1]"


def microphone(words, path):
    """At 48 kHz, which the browser's fake microphone reads as it is."""
    with wave.open(words, "rb") as w:
        assert w.getnchannels() == 1 and w.getsampwidth() == 2
        hz = w.getframerate()
        s = array.array("h", w.readframes(w.getnframes()))
    spoken = array.array("h")
    for i in range(len(s) * HZ // hz):
        at, part = divmod(i * hz, HZ)
        after = s[min(at + 1, len(s) - 1)]
        spoken.append(s[at] + (after - s[at]) * part // HZ)
    with wave.open(path, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(HZ)
        w.writeframes(bytes(2 * HZ * LEAD_S))
        w.writeframes(spoken.tobytes())
        w.writeframes(bytes(2 * HZ * REST_S))
    # Once, and from then on silence.
    return path + "%noloop"


def lines(page, who):
    return page.run("document.querySelectorAll('.%s:not(.partial) span')"
                    ".length" % who)


def conversation(url, code, wav):
    """@return what was heard of the words"""
    page = chromium.Page(wav=wav)
    try:
        page.open(url + "/?code=" + code)
        call(page)
        page.wait(LEVEL % "out" + " > 0.2")
        check("the greeting is heard", True)
        page.wait(LEVEL % "in" + " > 0.2", LEAD_S + 5)
        check("the microphone is heard", True)
        asked = lines(page, "agent")
        check("the agent has asked before it was answered", asked > 0)
        page.wait(SAID % "caller", 15)
        page.wait(LEVEL % "out" + " > 0.2", 15)
        page.wait("document.querySelectorAll('.agent:not(.partial) span')"
                  ".length > %d" % asked, 30)
        check("the answer to it is heard: " + page.run(SAID % "agent"), True)
        heard = page.run(SAID % "caller")
        page.run("document.getElementById('hangup').click()")
        page.wait(STATE + " === 'idle'")
        check("the page has no complaints: " + "; ".join(page.log),
              not page.log)
        return heard
    finally:
        page.close()


def main():
    url, code, words = sys.argv[1:4]
    wav = microphone(words, os.path.join(os.path.dirname(words), "mic.wav"))
    try:
        heard = conversation(url, code, wav)
    except TimeoutError as e:
        print("  once more: " + str(e).replace("\n", " ")[:300])
        heard = conversation(url, code, wav)
    print(heard)


main()
