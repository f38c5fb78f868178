#!/usr/bin/env python3
"""Do the schemas, the vectors, the codec and the golden messages agree?

    check.py EMITTED.jsonl

The schemas must accept and refuse what the vectors say, accept the golden
messages of the published client, and accept what our codec writes: of known
types, and without a member that the schema does not know. PROTOCOL.md must name
every type, member and word of theirs. EMITTED.jsonl comes from
test_xp_vectors, run with XP_EMIT.

Needs the module jsonschema: Debian's python3-jsonschema.

SPDX-License-Identifier: MIT
"""
import json
import sys

import jsonschema

BASE = "https://dialog-server.example/expert/v2/"
FAMILIES = ("frame", "listen", "command", "event")
PARTS = ("common", "item")
# Messages of the golden file that belong to protocols other than this one.
GOLDEN = (("commands", "", "command"), ("events", "", "event"),
          ("frames", "", "frame"), ("misc", "li_", "listen"))

problems = []


def problem(text):
    problems.append(text)


def read_schemas():
    schemas = {}
    for name in FAMILIES + PARTS:
        with open(f"proto/schema/{name}.json", encoding="utf-8") as f:
            schema = json.load(f)
        if schema["$id"] != BASE + name + ".json":
            problem(f"schema {name}: its $id is {schema['$id']}")
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas[name] = schema
    return schemas


def validator_maker(schemas):
    """Old and new versions of the module find other schemas differently."""
    try:
        from referencing import Registry, Resource
        registry = Registry().with_resources(
            (s["$id"], Resource.from_contents(s)) for s in schemas.values())
        return lambda s: jsonschema.Draft202012Validator(s, registry=registry)
    except ImportError:
        store = {s["$id"]: s for s in schemas.values()}
        return lambda s: jsonschema.Draft202012Validator(
            s, resolver=jsonschema.RefResolver(s.get("$id", BASE), s, store))


class NotJson(Exception):
    pass


def unique(pairs):
    if len(dict(pairs)) != len(pairs):
        raise NotJson("a key twice")
    return dict(pairs)


def no_constant(name):
    raise NotJson(name)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for v in value:
            yield from strings(v)
    elif isinstance(value, dict):
        for k, v in value.items():
            yield k
            yield from strings(v)


def parse(data):
    """JSON as the protocol has it; a schema sees only what passed this."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=unique,
                           parse_constant=no_constant)
    except (ValueError, RecursionError) as e:
        raise NotJson(str(e)) from e
    for s in strings(value):
        if "\0" in s:
            raise NotJson("NUL")
        if any("\ud800" <= c <= "\udfff" for c in s):
            raise NotJson("half a surrogate pair")
    for n in numbers(value):
        if n in (float("inf"), float("-inf")):
            raise NotJson("a number that is not finite")
    return value


def numbers(value):
    if isinstance(value, float):
        yield value
    elif isinstance(value, (list, dict)):
        for v in value.values() if isinstance(value, dict) else value:
            yield from numbers(v)


def text_of(parts):
    if isinstance(parts, str):
        return parts.encode("utf-8")
    data = b""
    for p in parts:
        if isinstance(p, str):
            data += p.encode("utf-8")
        elif "hex" in p:
            data += bytes.fromhex(p["hex"])
        else:
            data += p["repeat"].encode("utf-8") * p["times"]
    return data


def why_not(validator, data):
    """None, or why the message is refused."""
    try:
        value = parse(data)
    except NotJson as e:
        return str(e)
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return error and f"{error.json_path}: {error.message}"[:200]


def lines(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def type_key(family):
    return "message_type" if family in ("frame", "listen") \
        else family + "_type"


def type_in(data, family):
    try:
        value = json.loads(data)
        return value.get(type_key(family))
    except (ValueError, AttributeError, RecursionError):
        return None


def check_vectors(family, schema, validator):
    accepted, refused, n = set(), set(), 0
    for v in lines(f"proto/vectors/{family}.jsonl"):
        data = text_of(v["text"])
        want = v.get("schema", "accepts" if v["accept"] else "refuses")
        if "schema" in v and "because" not in v:
            problem(f"{family} vector {v['name']}: does not say why the "
                    "schema differs")
        why = why_not(validator, data)
        if (why is None) != (want == "accepts"):
            problem(f"{family} vector {v['name']}: should be "
                    f"{'accepted' if why else 'refused'}: {why}")
        (accepted if v["accept"] else refused).add(type_in(data, family))
        n += 1
    for t in schema["$defs"]["known"]["enum"]:
        if t not in accepted:
            problem(f"{family} {t}: no vector is accepted")
        if t not in refused and schema["$defs"][t].get("properties"):
            problem(f"{family} {t}: no vector is refused")
    return n


def check_dialogues(validator):
    """The frames of whole conversations."""
    n = 0
    for v in lines("proto/vectors/link.jsonl"):
        for step in v["steps"]:
            frames = step.get("says", []) + \
                ([step["hear"]] if "hear" in step else [])
            for frame in frames:
                why = why_not(validator, json.dumps(frame).encode())
                if (why is not None) != ("bad" in step):
                    problem(f"link vector {v['name']}: {why}: {frame}")
        n += 1
    return n


def check_golden(validators):
    with open("tests/data/guava-wire.json", encoding="utf-8") as f:
        golden = json.load(f)
    n = 0
    for group, prefix, family in GOLDEN:
        for name, entry in golden[group].items():
            if not name.startswith(prefix):
                continue
            why = why_not(validators[family], entry["json"].encode("utf-8"))
            if why:
                problem(f"golden {group} {name}: {why}")
            n += 1
    return n


# Members whose value is the program's own, or names of its own.
OWN = ("payload", "value", "state", "variables", "fields", "sip_headers",
       "labels")


def members(value):
    if isinstance(value, list):
        for v in value:
            yield from members(v)
    elif isinstance(value, dict):
        for name, v in value.items():
            yield name
            if name not in OWN:
                yield from members(v)


def check_emitted(path, schemas, sent):
    known = {n for schema in schemas.values() for n in names_in(schema)}
    seen = {family: set() for family in FAMILIES}
    n = 0
    for line in lines(path):
        family, data = line["family"], line["text"].encode("utf-8")
        why = why_not(sent[family], data)
        if why:
            problem(f"we send {family} ({line['name']}): {why}")
        for name in set(members(json.loads(data))) - known:
            problem(f"we send {family} ({line['name']}): `{name}`")
        seen[family].add(type_in(data, family))
        n += 1
    for family in FAMILIES:
        for t in schemas[family]["$defs"]["known"]["enum"]:
            if t not in seen[family]:
                problem(f"{family} {t}: the codec never wrote one")
    return n


def names_in(schema):
    """Members and words that a schema knows."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                yield from value
            if key in ("enum", "const"):
                words = value if key == "enum" else [value]
                yield from (w for w in words if isinstance(w, str))
            yield from names_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from names_in(value)


def check_text(schemas):
    with open("proto/PROTOCOL.md", encoding="utf-8") as f:
        text = f.read()
    names = {n for schema in schemas.values() for n in names_in(schema)}
    for name in sorted(names):
        if f"`{name}`" not in text:
            problem(f"PROTOCOL.md: nothing about `{name}`")
    return len(names)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    schemas = read_schemas()
    make = validator_maker(schemas)
    validators = {f: make(schemas[f]) for f in FAMILIES}
    sent = {f: make({"$schema": schemas[f]["$schema"],
                     "$ref": schemas[f]["$id"] + "#/$defs/sent"})
            for f in FAMILIES}

    n = sum(check_vectors(f, schemas[f], validators[f]) for f in FAMILIES)
    n += check_dialogues(validators["frame"])
    golden = check_golden(validators)
    emitted = check_emitted(sys.argv[1], schemas, sent)
    names = check_text(schemas)
    for p in problems:
        print(p)
    print(f"schemas: {n} vectors, {golden} golden messages, {emitted} messages "
          f"of ours, {names} names in the text, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
