/**
 * @file test_xp_vectors.c  The codec against the vectors of proto/vectors
 *
 * What is accepted comes out with the meaning that its line tells; what is
 * refused is refused for that reason at that place. With XP_EMIT=FILE in the
 * environment everything that was encoded is also written there, a line each,
 * for tests/schema/check.py to hold against the schemas.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp.h"

enum { TEXT_BYTES_MAX = XP_MESSAGE_BYTES_MAX + 4096 };

struct text {
	char *s;
	size_t len;
};

static void add_bytes(struct text *t, const char *s, size_t len)
{
	ck_assert_uint_le(t->len + len, TEXT_BYTES_MAX);
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = 0;
}

static void add_hex(struct text *t, const char *hex)
{
	for (; hex[0] && hex[1]; hex += 2) {
		char digits[] = {hex[0], hex[1], 0};
		char byte = (char)strtol(digits, NULL, 16);

		add_bytes(t, &byte, 1);
	}
}

/* A text, or an array of texts, {"repeat","times"} and {"hex"}. */
static struct text text_of(const json_t *v)
{
	struct text t = {.s = malloc(TEXT_BYTES_MAX + 1)};
	json_t *part;
	size_t i;

	ck_assert_ptr_nonnull(t.s);
	if (json_is_string(v))
		add_bytes(&t, json_string_value(v), json_string_length(v));
	json_array_foreach (v, i, part) {
		const char *s =
			json_string_value(json_object_get(part, "repeat"));
		json_int_t times =
			json_integer_value(json_object_get(part, "times"));

		if (json_is_string(part))
			add_bytes(&t, json_string_value(part),
				  json_string_length(part));
		for (json_int_t k = 0; s && k < times; k++)
			add_bytes(&t, s, strlen(s));
		if (json_object_get(part, "hex"))
			add_hex(&t, json_string_value(
					    json_object_get(part, "hex")));
	}
	return t;
}

/* ---- the four families -------------------------------------------------- */

struct family {
	const char *name, *path;
	/* Decode, then encode for others; *ret stays NULL for unknown types.
	 */
	int (*round)(char **ret, const char *s, size_t len, uint32_t agreed,
		     uint32_t to, struct xp_error *err);
};

static int round_frame(char **ret, const char *s, size_t len, uint32_t agreed,
		       uint32_t to, struct xp_error *err)
{
	struct xp_frame f;
	int rc = xp_frame_decode(&f, s, len, err);

	(void)agreed;
	(void)to;
	if (rc < 0)
		return rc;
	*ret = xp_frame_encode(&f);
	xp_frame_done(&f);
	return 0;
}

#define ROUND(what)                                                       \
	static int round_##what(char **ret, const char *s, size_t len,    \
				uint32_t agreed, uint32_t to,             \
				struct xp_error *err)                     \
	{                                                                 \
		struct xp_##what m;                                       \
		int rc = xp_##what##_decode_for(&m, s, len, agreed, err); \
                                                                          \
		if (rc < 0)                                               \
			return rc;                                        \
		ck_assert_ptr_nonnull(m.type);                            \
		*ret = xp_##what##_encode_for(&m, to);                    \
		xp_##what##_done(&m);                                     \
		return 0;                                                 \
	}

ROUND(listen)
ROUND(command)
ROUND(event)

static const struct family families[] = {
	{"frame", "proto/vectors/frame.jsonl", round_frame},
	{"listen", "proto/vectors/listen.jsonl", round_listen},
	{"command", "proto/vectors/command.jsonl", round_command},
	{"event", "proto/vectors/event.jsonl", round_event},
};

/* ---- what we send, for the schemas -------------------------------------- */

static void emit(const struct family *f, const char *name, const char *text)
{
	const char *path = getenv("XP_EMIT");
	FILE *out = path && text ? fopen(path, "a") : NULL;
	json_t *line;

	if (!out)
		return;
	line = json_pack("{s:s,s:s,s:s}", "family", f->name, "name", name,
			 "text", text);
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(json_dumpf(line, out, JSON_COMPACT), 0);
	(void)fputc('\n', out);
	ck_assert_int_eq(fclose(out), 0);
	json_decref(line);
}

/* To a peer that agreed to less, what is left must still be a message. */
static void emit_for_less(const struct family *f, const char *name,
			  const struct text *t, uint32_t agreed)
{
	char *text = NULL;

	if (!agreed)
		return;
	ck_assert_int_eq(f->round(&text, t->s, t->len, agreed, 0, NULL), 0);
	emit(f, name, text);
	free(text);
}

/* ---- one line ----------------------------------------------------------- */

static uint32_t agreed_of(const json_t *v)
{
	uint32_t all = 0;
	json_t *name;
	size_t i;

	json_array_foreach (json_object_get(v, "extensions"), i, name) {
		uint32_t one = xp_extension_named(json_string_value(name));

		ck_assert_uint_ne(one, 0);
		all |= one;
	}
	return all;
}

static void check_meaning(const json_t *v, const char *name, const char *out)
{
	const json_t *means = json_object_get(v, "means");
	json_t *got = means ? json_loads(out, 0, NULL) : NULL;

	if (means)
		ck_assert_msg(json_equal(got, means), "%s: %s", name, out);
	json_decref(got);
}

/* What was decoded and written again decodes to the same text again. */
static void check_accepted(const struct family *f, const json_t *v,
			   const char *name, const struct text *t)
{
	int unknown = json_is_true(json_object_get(v, "unknown"));
	uint32_t agreed = agreed_of(v);
	struct xp_error err = {0};
	char *out = NULL, *again = NULL;
	int rc = f->round(&out, t->s, t->len, agreed, agreed, &err);

	ck_assert_msg(rc == 0, "%s: %d %s %s", name, rc, err.where, err.what);
	ck_assert_msg((out == NULL) == unknown, "%s: %s", name,
		      unknown ? "is known" : "is unknown");
	if (!out)
		return;

	check_meaning(v, name, out);
	emit(f, name, out);
	emit_for_less(f, name, t, agreed);
	if (strlen(out) <= XP_MESSAGE_BYTES_MAX) {
		rc = f->round(&again, out, strlen(out), agreed, agreed, NULL);
		ck_assert_msg(rc == 0, "%s: own text refused", name);
		ck_assert_str_eq(again, out);
	}
	free(again);
	free(out);
}

static void check_refused(const struct family *f, const json_t *v,
			  const char *name, const struct text *t)
{
	const char *error = json_string_value(json_object_get(v, "error"));
	const char *where = json_string_value(json_object_get(v, "where"));
	const char *what = json_string_value(json_object_get(v, "what"));
	struct xp_error err = {0};
	char *out = NULL;
	int rc = f->round(&out, t->s, t->len, agreed_of(v), 0, &err);

	ck_assert_msg(error && where, "%s: no reason in its line", name);
	ck_assert_msg(
		rc == (!strcmp(error, "too-large") ? -EMSGSIZE : -EBADMSG),
		"%s: %d %s %s", name, rc, err.where, err.what);
	ck_assert_ptr_null(out);
	ck_assert_msg(!strcmp(err.where, where), "%s: where: %s", name,
		      err.where);
	ck_assert_msg(err.what[0] && (!what || !strcmp(err.what, what)),
		      "%s: what: %s", name, err.what);
	for (const char *c = err.what; *c; c++)
		ck_assert_msg(*c >= ' ' && *c <= '~', "%s: %s", name,
			      err.what);
}

static void check_line(const struct family *f, const char *line, int n)
{
	json_error_t why = {0};
	json_t *v = json_loads(line, JSON_ALLOW_NUL, &why);
	const char *name = json_string_value(json_object_get(v, "name"));
	struct text t;

	ck_assert_msg(name != NULL, "%s:%d: %s", f->path, n, why.text);
	t = text_of(json_object_get(v, "text"));
	if (json_is_true(json_object_get(v, "accept")))
		check_accepted(f, v, name, &t);
	else
		check_refused(f, v, name, &t);
	free(t.s);
	json_decref(v);
}

static int run_family(const struct family *f)
{
	FILE *in = fopen(f->path, "r");
	char *line = NULL;
	size_t room = 0;
	int n = 0;

	ck_assert_msg(in != NULL, "%s: run from the top folder", f->path);
	while (getline(&line, &room, in) > 0)
		check_line(f, line, ++n);
	free(line);
	(void)fclose(in);
	return n;
}

START_TEST(agrees_with_every_vector)
{
	static const int least[] = {100, 100, 400, 500};

	ck_assert_int_ge(run_family(&families[_i]), least[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("xp_vectors");
	TCase *t = tcase_create("vectors");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, agrees_with_every_vector, 0, 4);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
