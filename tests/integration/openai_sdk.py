"""The fake chat-completions service against the service's own client.

usage: openai_sdk.py PORT

Checks both directions: that the client's requests are understood, and that
every chunk we send is, field by field, what the client declares.
"""
import json
import sys
import urllib.request

import openai
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

BASE = "http://127.0.0.1:%s/v1" % sys.argv[1]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "record_field",
            "description": "Record a value",
            "parameters": {
                "type": "object",
                "properties": {
                    "key": {"type": "string"},
                    "value": {"type": "string"},
                },
                "required": ["key", "value"],
                "additionalProperties": False,
            },
        },
    }
]
MESSAGES = [
    {"role": "system", "content": "You are Nova."},
    {"role": "user", "content": "five people"},
]


def client(**more):
    return OpenAI(api_key=more.pop("key", "test-key"), base_url=BASE, **more)


def stream(model, **more):
    return client(**more).chat.completions.create(
        model=model,
        messages=MESSAGES,
        tools=TOOLS,
        stream=True,
        stream_options={"include_usage": True},
    )


def collect(model, **more):
    """Text, calls by index, finish reason and usage of one answer."""
    text, calls, finish, usage = "", {}, None, None
    for chunk in stream(model, **more):
        if chunk.usage:
            usage = chunk.usage.total_tokens
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
            for call in choice.delta.tool_calls or []:
                name, args = calls.get(call.index, ("", ""))
                calls[call.index] = (
                    name + (call.function.name or ""),
                    args + (call.function.arguments or ""),
                )
    return text, calls, finish, usage


def raises(kind, model, **more):
    try:
        collect(model, **more)
    except kind as e:
        return e
    raise AssertionError("%s: no %s" % (model, kind.__name__))


def check_shapes(model):
    """Every event of the raw stream is valid for the client's own types."""
    request = urllib.request.Request(
        BASE + "/chat/completions",
        data=json.dumps({"model": model, "messages": MESSAGES}).encode(),
        headers={"Authorization": "Bearer test-key"},
    )
    n = 0
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        body = answer.read().decode()
    for event in body.replace("\r\n", "\n").replace("\r", "\n").split("\n\n"):
        if not event.startswith("data: ") or event == "data: [DONE]":
            continue
        ChatCompletionChunk.model_validate(
            json.loads(event[6:]), strict=True
        )
        n += 1
    assert n > 2, "%s: %d chunks" % (model, n)


assert collect("text") == ("Hello. How many people?", {}, "stop", 57)
assert collect("text-bytes")[0] == "Caf\u00e9 \U0001f600 is open."
assert collect("text-crlf")[0] == "One two three."

text, calls, finish, _ = collect("tool")
assert text == "Five, got it. And your name?"
assert calls[0][0] == "record_field"
assert json.loads(calls[0][1]) == {"key": "party_size", "value": "5"}
assert finish == "tool_calls"

text, calls, _, _ = collect("parallel")
assert [json.loads(calls[i][1])["value"] for i in (0, 1)] == ["5", "Bob"]

assert collect("rate-then-text")[0] == "Here I am."
assert collect("broken-then-text")[0] == "Back again."
raises(openai.RateLimitError, "rate-long", max_retries=0)
assert raises(openai.RateLimitError, "quota", max_retries=0).code == (
    "insufficient_quota"
)
raises(openai.InternalServerError, "broken", max_retries=0)
raises(openai.APIError, "error-in-mid", max_retries=0)
raises(openai.AuthenticationError, "text", key="wrong", max_retries=0)
raises(openai.NotFoundError, "no such model", max_retries=0)

for name in ("text", "text-bytes", "text-crlf", "text-cr", "tool", "parallel"):
    check_shapes(name)
print("openai %s agrees with the fake" % openai.__version__)
