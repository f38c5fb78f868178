"""A simulated carrier: Twilio's REST API for calls, and the telephones behind.

    server --POST Calls.json--> Carrier   checks every field, then rings
           <--status callbacks--          signed: ringing, busy, completed
           <==media stream== dialogctl call --twiml: answers, in sound

What is asked for that a carrier would refuse is refused, with its codes; what
it would only not understand is kept in `complaints`, for the test to see that
there are none. That Twilio's own SDK gets along with it is shown by
call_outbound_carrier.py.

SPDX-License-Identifier: MIT
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

from peer import BUILD, WAIT_S

TWIML_MAX = 4000
EVENTS = {"initiated", "ringing", "answered", "completed"}
KNOWN = {
    "To", "From", "Url", "Twiml", "ApplicationSid", "Method", "FallbackUrl",
    "FallbackMethod", "StatusCallback", "StatusCallbackEvent",
    "StatusCallbackMethod", "SendDigits", "Timeout", "Record",
    "MachineDetection", "AsyncAmd", "CallerId", "CallReason", "TimeLimit",
}
FINAL = ("completed", "busy", "no-answer", "failed", "canceled")


def signature(token, url, params):
    """X-Twilio-Signature of a form."""
    text = url + "".join(k + params[k] for k in sorted(params))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Refused(Exception):
    """An answer in the carrier's own words."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Leg(threading.Thread):
    """One call from its order to its end."""

    def __init__(self, carrier, sid, form):
        super().__init__(daemon=True)
        self.carrier, self.sid, self.form = carrier, sid, form
        self.to, self.origin = form["To"][0], form["From"][0]
        self.twiml = form["Twiml"][0]
        self.status = "queued"
        self.sequence = 0
        self.stopped = threading.Event()
        self.result = None

    def run(self):
        how = self.carrier.people.get(self.to, "answers")
        self.tell("initiated", "initiated")
        if how == "failed":
            self.end("failed", SipResponseCode="503")
            return
        if how == "unknown":
            self.end("failed", SipResponseCode="404")
            return
        self.tell("ringing", "ringing")
        if how in ("busy", "canceled", "no-answer"):
            self.end(how)
        elif how == "rings":
            self.stopped.wait(float(self.form.get("Timeout", ["60"])[0]))
            self.end("canceled" if self.stopped.is_set() else "no-answer")
        elif how == "no-stream":
            self.tell("answered", "in-progress")
            self.end("completed", CallDuration="1")
        else:
            self.answer(how)

    def answer(self, script):
        """The person: dialogctl, over the stream of the TwiML."""
        self.status = "in-progress"
        self.tell("answered", "in-progress")
        stem = os.path.join(self.carrier.folder, self.sid)
        for end, text in (
            (".xml", self.twiml),
            (".yaml", script),
            (".token", self.carrier.token),
        ):
            with open(stem + end, "w", encoding="utf-8") as f:
                f.write(text)
        with open(stem + ".log", "wb") as log:
            done = subprocess.run(
                [
                    os.path.join(BUILD, "bin", "dialogctl"),
                    *("call", "--json", "--url", self.carrier.server_url),
                    *("--key-file", self.carrier.key_file),
                    *("--twiml", stem + ".xml", "--call-sid", self.sid),
                    *("--twilio-token-file", stem + ".token"),
                    *("--from", self.origin, "--to", self.to),
                    stem + ".yaml",
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                timeout=4 * WAIT_S,
                check=False,
            )
        if done.stdout:
            self.result = json.loads(done.stdout)
        else:
            with open(stem + ".log", encoding="utf-8") as log:
                self.carrier.complain("who answers: " + log.read())
        self.end("completed", CallDuration="10")

    def end(self, status, **more):
        self.status = status
        self.tell("completed", status, **more)
        self.carrier.ended(self)

    def tell(self, event, status, **more):
        url = self.form.get("StatusCallback", [None])[0]
        wanted = self.form.get("StatusCallbackEvent", ["completed"])
        if not url or event not in wanted:
            return
        params = {
            "CallSid": self.sid,
            "AccountSid": self.carrier.account,
            "ApiVersion": "2010-04-01",
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "Direction": "outbound-api",
            "From": self.origin,
            "To": self.to,
            "SequenceNumber": str(self.sequence),
            **more,
        }
        self.sequence += 1
        request = urllib.request.Request(
            url,
            data=urllib.parse.urlencode(params).encode(),
            headers={
                "X-Twilio-Signature": signature(
                    self.carrier.token, url, params
                ),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as r:
                if r.status >= 300:
                    self.carrier.complain(f"{url}: {r.status}")
        except (urllib.error.URLError, OSError) as e:
            self.carrier.complain(f"{url}: {e}")


class Carrier:
    """people: number -> "busy", "no-answer" (at once), "rings" (until the
    Timeout), "canceled", "failed", "unknown", "no-stream", or the script of
    who answers."""

    account = "AC" + 32 * "1"
    token = 32 * "5"

    def __init__(self, folder, numbers):
        self.folder, self.numbers = folder, set(numbers)
        self.server_url = self.key_file = None
        self.people = {}
        self.legs = {}
        self.complaints = []
        self.answers_with = None  # (status, code): to every order
        self._lock = threading.Condition()
        carrier = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                carrier.serve(self)

            def do_GET(self):
                carrier.serve(self)

            def log_message(self, *args):
                pass

        self._http = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler
        )
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, daemon=True
        )
        self._thread.start()

    def stop(self):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def complain(self, text):
        with self._lock:
            self.complaints.append(text)

    def ended(self, leg):
        with self._lock:
            self._lock.notify_all()

    def wait_leg(self, to, *, over=True):
        """The call to this number, when it is there, or is over."""
        deadline = time.monotonic() + 4 * WAIT_S
        with self._lock:
            while True:
                for leg in self.legs.values():
                    if leg.to == to and (
                        not over or leg.status in FINAL
                    ):
                        return leg
                if not self._lock.wait(
                    max(0.01, deadline - time.monotonic())
                ) and time.monotonic() > deadline:
                    raise AssertionError(f"no call to {to} is over")

    # ---- requests

    def serve(self, request):
        try:
            status, body = self.answer(request)
        except Refused as e:
            status, body = e.status, {
                "code": e.code,
                "message": e.message,
                "more_info": f"https://www.twilio.com/docs/errors/{e.code}",
                "status": e.status,
            }
        text = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)

    def answer(self, request):
        length = int(request.headers.get("Content-Length") or 0)
        text = request.rfile.read(length).decode()
        user = base64.b64encode(f"{self.account}:{self.token}".encode())
        if request.headers.get("Authorization") != "Basic " + user.decode():
            raise Refused(401, 20003, "Authenticate")
        path = urllib.parse.urlsplit(request.path).path
        found = re.fullmatch(
            r"/2010-04-01/Accounts/(\w+)/Calls(?:/(\w+))?\.json", path
        )
        if not found or found[1] != self.account:
            raise Refused(404, 20404, f"{path} was not found")
        if request.command == "GET":
            return 200, self.show(self.find(found[2]))
        if (
            request.headers.get("Content-Type", "").split(";")[0]
            != "application/x-www-form-urlencoded"
        ):
            self.complain("the body is no form")
        form = urllib.parse.parse_qs(
            text, keep_blank_values=True, strict_parsing=bool(text)
        )
        if found[2]:
            return 200, self.show(self.change(self.find(found[2]), form))
        return 201, self.show(self.create(form))

    def find(self, sid):
        leg = self.legs.get(sid)
        if not leg:
            raise Refused(404, 20404, f"call {sid} was not found")
        return leg

    def show(self, leg):
        return {
            "sid": leg.sid,
            "account_sid": self.account,
            "status": leg.status,
            "to": leg.to,
            "from": leg.origin,
            "direction": "outbound-api",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{self.account}"
            f"/Calls/{leg.sid}.json",
        }

    def create(self, form):
        if self.answers_with:
            raise Refused(*self.answers_with, "as the test wants it")
        self.check(form)
        with self._lock:
            sid = "CA%032x" % (len(self.legs) + 1)
            leg = self.legs[sid] = Leg(self, sid, form)
            self._lock.notify_all()
        leg.start()
        return leg

    def check(self, form):
        for name in set(form) - KNOWN:
            self.complain(f"{name} is no parameter of a call")
        for name, values in form.items():
            if len(values) > 1 and name != "StatusCallbackEvent":
                self.complain(f"{name} is there {len(values)} times")
        to, origin = form.get("To"), form.get("From")
        if not to:
            raise Refused(400, 21201, "No 'To' number is specified")
        if not re.fullmatch(r"\+[1-9]\d{6,14}", to[0]):
            raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to[0]}")
        if not origin:
            raise Refused(400, 21213, "No 'From' number is specified")
        if origin[0] not in self.numbers:
            raise Refused(400, 21210, f"{origin[0]} is not verified")
        if "Twiml" not in form:
            raise Refused(400, 21205, "Url parameter is required")
        self.check_twiml(form["Twiml"][0])
        self.check_rest(form)

    def check_twiml(self, text):
        if len(text) > TWIML_MAX:
            raise Refused(400, 21626, "the TwiML is too long")
        try:
            root = xml.etree.ElementTree.fromstring(text)
        except xml.etree.ElementTree.ParseError as e:
            raise Refused(400, 12100, f"Document parse failure: {e}") from e
        if root.tag != "Response":
            raise Refused(400, 12100, "no Response")

    def check_rest(self, form):
        timeout = form.get("Timeout", ["60"])[0]
        if not timeout.isdigit() or not 1 <= int(timeout) <= 600:
            raise Refused(400, 21218, f"Invalid Timeout: {timeout}")
        for event in set(form.get("StatusCallbackEvent", [])) - EVENTS:
            self.complain(f"{event} is no event of a call")
        for name in ("StatusCallback", "Url"):
            url = form.get(name, ["http://x.example"])[0]
            if not re.match(r"https?://[^/]+", url):
                raise Refused(400, 21609, f"{name} is no URL: {url}")

    def change(self, leg, form):
        for name in set(form) - {"Status", "Twiml", "Url", "Method"}:
            self.complain(f"{name} cannot be changed")
        if leg.status in FINAL:
            raise Refused(400, 21220, "Call is not in-progress")
        status = form.get("Status", [None])[0]
        if status not in (None, "completed", "canceled"):
            raise Refused(400, 21221, f"invalid Status: {status}")
        if status:
            leg.stopped.set()
        return leg
