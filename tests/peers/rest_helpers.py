"""The SDK's helpers that the server's language model and documents are behind.

SPDX-License-Identifier: MIT
"""

import datetime
import json
import os
import warnings

# At its end a process would try to send to a server that is gone.
os.environ["GUAVA_DISABLE_TELEMETRY"] = "true"

import httpx
from guava.client import Client
from guava.helpers import llm, rag
from guava.helpers.server_rag import ServerRAG

from model import ModelTest, said
from peer import PeerTest, main

# The SDK warns of what it means to do on every use.
warnings.simplefilter("ignore")

TODAY = datetime.date.today()
NEXT = TODAY + datetime.timedelta(days=7)
SLOTS = ["2031-03-03T09:00", "2031-03-03T15:00", "2031-03-04T15:00"]
HOUSE = (
    "Parking\n\nThere is parking behind the house. It is free for guests.\n\n"
    "Deductible\n\nThe deductible is one thousand dollars for water damage."
)
OTHER = "Opening hours\n\nWe open at nine in the morning, on Sundays at ten."

ANSWERS = [
    # Not one of the choices; told so, the model does better.
    said('{"possible_matches": ["sales"]}', "does not fit the schema"),
    said('{"possible_matches": ["selling"]}', "<intent>buy a car"),
    said('{"possible_matches": []}', "<intent>sing"),
    said('{"possible_matches": ["billing", "sales"]}', "<intent>"),
    said(
        json.dumps(
            {
                "matching_appointments": [SLOTS[1], SLOTS[2]],
                "other_appointments": [SLOTS[0]],
            }
        ),
        "Available slots:",
    ),
    said(
        "```json\n"
        + json.dumps({"start_date": str(NEXT), "end_date": str(NEXT)})
        + "\n```",
        "Extract the date",
    ),
    said("One thousand dollars.", "Question: What is the deductible"),
    said("Hello.", "say hello"),
]


class Helpers(ModelTest):
    answers = ANSWERS

    def test_generate(self):
        self.assertEqual(llm.generate("say hello"), "Hello.")

    def test_intents_are_ranked(self):
        choices = {"billing": "about bills", "sales": "wants to buy"}
        found = llm.IntentRecognizer(choices).classify("my bill is wrong")
        self.assertEqual(
            [(a.key, a.description) for a in found],
            [("billing", "about bills"), ("sales", "wants to buy")],
        )
        self.assertIsNone(llm.IntentRecognizer(choices).classify("sing"))
        asked = self.model.asked("sing")["response_format"]["json_schema"]
        self.assertTrue(asked["strict"])

    def test_an_intent_is_one_of_the_choices(self):
        found = llm.IntentRecognizer(["billing", "sales"]).classify(
            "buy a car"
        )
        self.assertEqual([a.key for a in found], ["sales"])

    def test_datetime_filter(self):
        found = llm.DatetimeFilter(SLOTS).filter("in the afternoon", 1)
        self.assertEqual(found, ([SLOTS[1]], [SLOTS[0]]))

    def test_date_range(self):
        day = datetime.timedelta(days=1)
        found = llm.DateRangeParser().parse("in a week")
        self.assertEqual(found, (NEXT - day, NEXT + day))

    def test_documents(self):
        qa = rag.DocumentQA(documents=[HOUSE, OTHER], namespace="house")
        self.assertEqual(
            qa.ask("What is the deductible?"), "One thousand dollars."
        )
        asked = self.model.asked("Question: What is the deductible")
        prompt = asked["messages"][-1]["content"]
        self.assertIn("one thousand dollars for water damage", prompt)


class WithoutModel(PeerTest):
    """The built-in engine writes no texts, and finds passages."""

    def setUp(self):
        os.environ["GUAVA_API_KEY"] = self.server.key
        os.environ["GUAVA_BASE_URL"] = self.server.url

    def keys(self):
        return {
            d["key"]
            for d in self.server.request("GET", "/v1/rag/documents")[1]
        }

    def test_generate_says_what_to_set(self):
        with self.assertRaisesRegex(httpx.HTTPStatusError, "llm.provider"):
            llm.generate("say hello")

    def test_documents_are_reconciled(self):
        rag.DocumentQA(documents=[HOUSE, OTHER], ids=["a", "b"], namespace="n")
        self.assertEqual(self.keys(), {"n.a", "n.b"})
        qa = rag.DocumentQA(documents=[HOUSE], ids=["a"], namespace="n")
        other = rag.DocumentQA(namespace="m")
        other.upsert_document("x", OTHER)
        other.add_document(HOUSE)
        self.assertEqual(self.keys() - {"n.a", "m.x"}, self.hashed())
        self.assertIn("behind the house", qa.ask("Where can I park?"))
        # Not in its documents, though in the other's.
        self.assertIn("do not say", qa.ask("When do you open on Sunday?"))
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            answer = other.ask("When do you open on Sunday?")
        self.assertIn("on Sundays at ten", answer)
        self.assertIn("word for word", " ".join(str(w.message) for w in seen))
        other.delete_document("x")
        other.clear()
        qa.clear()
        self.assertEqual(self.keys(), set())

    def hashed(self):
        return {k for k in self.keys() if k.startswith("m.") and k != "m.x"}

    def test_another_key_sees_nothing(self):
        rag.DocumentQA(documents=[HOUSE], ids=["a"], namespace="k")
        _, made = self.server.request("POST", "/v1/keys", {"name": "second"})
        theirs = ServerRAG(Client(made["key"], self.server.url))
        self.assertEqual(theirs._list_documents(), [])
        self.assertIn("do not say", theirs._ask("Where can I park?", ["k.a"]))
        refusals = set()
        for key in ("k.a", "k.none"):
            with self.assertRaises(httpx.HTTPStatusError) as refused:
                theirs._delete_document(key)
            refusals.add(refused.exception.response.text)
        self.assertEqual(len(refusals), 1)
        self.assertEqual(self.keys(), {"k.a"})
        ServerRAG(Client(), namespace="k").delete_document("a")


if __name__ == "__main__":
    main(lambda: None)
