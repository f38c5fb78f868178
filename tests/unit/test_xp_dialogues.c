/**
 * @file test_xp_dialogues.c  The numbered layer against
 * proto/vectors/link.jsonl
 *
 * Each line is a conversation of one side with its peer, step by step: what
 * happens to it, and what it must then have said, delivered and become.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp_link.h"

struct side {
	const char *name; /* of the vector */
	struct xp_link *link;
	json_t *said, *got; /* arrays: since the last look at them */
	char closed[64];
	int opened; /* -1: not since the last look, else the reopen flag */
	int dropped;
	int64_t now_us;
};

static int on_send(void *arg, const char *text, size_t len)
{
	struct side *s = arg;
	json_t *frame = json_loadb(text, len, 0, NULL);

	ck_assert_int_eq(json_array_append_new(s->said, frame), 0);
	return 0;
}

static void on_payload(void *arg, const char *text, size_t len)
{
	struct side *s = arg;
	json_t *payload = json_loadb(text, len, 0, NULL);

	ck_assert_int_eq(json_array_append_new(s->got, payload), 0);
}

static void on_opened(void *arg, int reopen)
{
	struct side *s = arg;

	s->opened = reopen != 0;
}

static void on_drop(void *arg, const char *why)
{
	struct side *s = arg;

	(void)why;
	s->dropped = 1;
}

static void on_closed(void *arg, const char *reason, const char *description)
{
	struct side *s = arg;

	(void)description;
	(void)snprintf(s->closed, sizeof(s->closed), "%s", reason);
}

static const struct xp_link_events events = {
	.send = on_send,
	.payload = on_payload,
	.opened = on_opened,
	.drop = on_drop,
	.closed = on_closed,
};

static uint32_t bits_of(const json_t *names)
{
	uint32_t all = 0;
	json_t *name;
	size_t i;

	json_array_foreach (names, i, name)
		all |= xp_extension_named(json_string_value(name));
	return all;
}

/* What nobody can foretell: words for people, and the time. */
static void forget_free_members(json_t *frames)
{
	json_t *frame;
	size_t i;

	json_array_foreach (frames, i, frame) {
		(void)json_object_del(frame, "description");
		(void)json_object_del(frame, "pong_timestamp");
	}
}

static void check_list(const struct side *s, const char *what, json_t *got,
		       json_t *want)
{
	char *a, *b;

	forget_free_members(got);
	forget_free_members(want);
	a = json_dumps(got, JSON_SORT_KEYS);
	b = json_dumps(want, JSON_SORT_KEYS);
	ck_assert_msg(json_equal(got, want), "%s: %s\n%s\nand not\n%s",
		      s->name, what, a, b);
	free(a);
	free(b);
	json_array_clear(got);
}

static void hear(struct side *s, const json_t *frame)
{
	char *text = json_dumps(frame, JSON_COMPACT);

	(void)xp_link_input(s->link, text, strlen(text), s->now_us);
	free(text);
}

static void say(struct side *s, const json_t *payload)
{
	char *text = json_dumps(payload, JSON_COMPACT);

	ck_assert_int_eq(xp_link_send(s->link, text, strlen(text)), 0);
	free(text);
}

static void happen(struct side *s, const json_t *step)
{
	const char *what = json_string_value(json_object_get(step, "do"));

	if (what && !strcmp(what, "connect"))
		xp_link_connected(s->link, s->now_us);
	else if (what)
		xp_link_disconnected(s->link);
	if (json_object_get(step, "hear"))
		hear(s, json_object_get(step, "hear"));
	if (json_object_get(step, "send"))
		say(s, json_object_get(step, "send"));
	if (json_object_get(step, "wait_ms")) {
		s->now_us += 1000 * json_integer_value(
					    json_object_get(step, "wait_ms"));
		(void)xp_link_tick(s->link, s->now_us);
	}
}

static void look(struct side *s, const json_t *step)
{
	const json_t *v;

	if (json_object_get(step, "says"))
		check_list(s, "says", s->said, json_object_get(step, "says"));
	if (json_object_get(step, "gets"))
		check_list(s, "gets", s->got, json_object_get(step, "gets"));
	v = json_object_get(step, "closed");
	if (v)
		ck_assert_msg(!strcmp(s->closed, json_string_value(v)),
			      "%s: closed: %s", s->name, s->closed);
	v = json_object_get(step, "opened");
	if (v)
		ck_assert_msg(s->opened == json_is_true(v), "%s: opened: %d",
			      s->name, s->opened);
	v = json_object_get(step, "dropped");
	if (v)
		ck_assert_msg(s->dropped == json_is_true(v), "%s: dropped: %d",
			      s->name, s->dropped);
	v = json_object_get(step, "agreed");
	if (v)
		ck_assert_msg(xp_link_extensions(s->link) == bits_of(v),
			      "%s: agreed", s->name);
}

static void run(const json_t *vector)
{
	const char *side = json_string_value(json_object_get(vector, "side"));
	const struct xp_link_options o = {
		.server = !strcmp(side, "server"),
		.name = "vector",
		.connection_id = "c1",
		.extensions = bits_of(json_object_get(vector, "extensions")),
	};
	struct side s = {
		.name = json_string_value(json_object_get(vector, "name")),
		.said = json_array(),
		.got = json_array(),
		.opened = -1,
	};
	json_t *step;
	size_t i;

	ck_assert_int_eq(xp_link_new(&s.link, &o, &events, &s), 0);
	json_array_foreach (json_object_get(vector, "steps"), i, step) {
		happen(&s, step);
		look(&s, step);
	}
	/* What a vector does not tell must not happen at its end. */
	ck_assert_msg(!json_array_size(s.said), "%s: says more", s.name);
	ck_assert_msg(!s.closed[0] == !xp_link_is_closed(s.link), "%s: closed",
		      s.name);
	(void)xp_link_free(s.link);
	json_decref(s.said);
	json_decref(s.got);
}

START_TEST(holds_every_conversation_as_its_vector_tells)
{
	FILE *in = fopen("proto/vectors/link.jsonl", "r");
	char *line = NULL;
	size_t room = 0;
	int n = 0;

	ck_assert_msg(in != NULL, "run from the top folder");
	while (getline(&line, &room, in) > 0) {
		json_error_t why = {0};
		json_t *vector = json_loads(line, 0, &why);

		n++;
		ck_assert_msg(vector != NULL, "line %d: %s", n, why.text);
		run(vector);
		json_decref(vector);
	}
	ck_assert_int_ge(n, 34);
	free(line);
	(void)fclose(in);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("xp_dialogues");
	TCase *t = tcase_create("vectors");
	SRunner *r;
	int failed;

	tcase_add_test(t, holds_every_conversation_as_its_vector_tells);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
