"""A person at the page: python3 browser.py URL CODE FOLDER

Calls the waiting list's agent from a browser without a window, once with a
silent microphone and a keyboard, once without a microphone; then asks for a
code that nobody knows, and last loses the server. Pictures are left in FOLDER.

SPDX-License-Identifier: MIT
"""
import os
import signal
import sys
import wave

import chromium

STATE = "document.getElementById('phone').dataset.state"
STATUS = "document.getElementById('status').textContent"
NOTICE = "document.getElementById('notice').textContent"
SAID = """[...document.querySelectorAll('.%s:not(.partial) span')]
          .map(e => e.textContent).join(' | ')"""


def check(what, ok):
    if not ok:
        raise AssertionError(what)
    print("  ok: " + what)


def silent_wav(path):
    with wave.open(path, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(48000)
        w.writeframes(b"\0\0" * 48000)


def call(page):
    page.run("document.getElementById('call').click()")
    page.wait(STATE + " === 'talking'")


def type_line(page, text):
    page.run("""document.getElementById('words').value = %r;
                document.getElementById('type').requestSubmit()""" % text)


def agent_says(page, *any_of):
    """Until the agent has said one of these words."""
    return page.wait("(t => %s.find(w => t.toLowerCase().includes(w)))(%s)"
                     % (list(any_of), SAID % "agent"), 40)


def conversation(url, code, folder):
    wav = os.path.join(folder, "silence.wav")
    silent_wav(wav)
    page = chromium.Page(wav=wav)
    try:
        page.open(url + "/?code=" + code)
        check("the page waits for its button", page.run(STATE) == "idle")
        page.picture(os.path.join(folder, "page-1-idle.png"))
        call(page)
        agent_says(page, "name")
        check("the greeting is shown", True)
        # The meter of the agent's sound has moved while it spoke.
        page.wait("""+document.getElementById('level-out').style.transform
                     .match(/scaleX\\((.*)\\)/)[1] > 0.2""")
        check("the greeting is heard", True)
        type_line(page, "My name is Robert")
        agent_says(page, "how many", "people", "party")
        type_line(page, "four")
        agent_says(page, "phone", "number")
        page.picture(os.path.join(folder, "page-2-talking.png"))
        said = page.run(SAID % "caller")
        check("what was typed is shown once: " + said,
              said == "My name is Robert | four")
        page.run("document.getElementById('keys').click()")
        for digit in "5550142":
            page.run("""[...document.querySelectorAll('#keypad button')]
                        .find(b => b.textContent === %r).click()""" % digit)
        page.picture(os.path.join(folder, "page-3-keypad.png"))
        # Read back, or taken at once: then the goodbye ends the call.
        page.wait("%s === 'idle' || %s.includes('right?') || "
                  "%s.includes('correct?')"
                  % (STATE, SAID % "agent", SAID % "agent"), 60)
        if page.run(STATE) != "idle":
            type_line(page, "yes")
        page.wait(STATE + " === 'idle'", 60)
        check("the agent hangs up after its goodbye: " + page.run(STATUS),
              page.run(STATUS) == "The agent hung up.")
        page.picture(os.path.join(folder, "page-4-ended.png"))
        call(page)
        page.run("document.getElementById('hangup').click()")
        page.wait(STATE + " === 'idle'")
        check("a second call can be made, and hung up",
              page.run(STATUS) == "You hung up.")
        check("the page has no complaints: " + "; ".join(page.log),
              not page.log)
    finally:
        page.close()


def without_microphone(url, code, folder):
    page = chromium.Page(deny_microphone=True)
    try:
        page.open(url + "/?code=" + code)
        call(page)
        check("without a microphone the page says so: " + page.run(NOTICE),
              "microphone" in page.run(NOTICE).lower())
        agent_says(page, "name")
        type_line(page, "My name is Robert")
        agent_says(page, "how many", "people", "party")
        check("and typing does instead", True)
        page.picture(os.path.join(folder, "page-5-no-microphone.png"))
    finally:
        page.close()


def refusals(url, code, folder, server_pid):
    page = chromium.Page()
    try:
        page.open(url + "/?code=nobody")
        page.run("document.getElementById('call').click()")
        page.wait(STATE + " === 'failed'")
        check("an unknown code is explained: " + page.run(STATUS),
              "not known" in page.run(STATUS))
        page.open(url + "/?code=" + code)
        call(page)
        agent_says(page, "name")
        os.kill(server_pid, signal.SIGKILL)
        page.wait(STATE + " === 'failed'")
        check("a lost server is explained: " + page.run(STATUS),
              "lost" in page.run(STATUS))
        page.picture(os.path.join(folder, "page-6-lost.png"))
        page.run("document.getElementById('call').click()")
        page.wait(STATUS + ".includes('reached')")
        check("and when it is gone: " + page.run(STATUS), True)
    finally:
        page.close()


def main():
    url, code, folder, pid = sys.argv[1:5]
    conversation(url, code, folder)
    without_microphone(url, code, folder)
    refusals(url, code, folder, int(pid))


if __name__ == "__main__":
    main()
