/**
 * @file test_xp.c  The codec against golden messages
 *
 * tests/data/guava-wire.json holds the exact text of every message that a
 * published client sends or accepts; test_xp_vectors.c has our own.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp.h"

struct codec {
	const char *name;
	/* Decode, then encode what came out. *ret stays NULL for messages of
	 * an unknown type. */
	int (*round)(char **ret, const char *s, size_t len,
		     struct xp_error *err);
};

static int round_frame(char **ret, const char *s, size_t len,
		       struct xp_error *err)
{
	struct xp_frame f;
	int rc = xp_frame_decode(&f, s, len, err);

	if (rc < 0)
		return rc;
	ck_assert_ptr_nonnull(f.type);
	*ret = xp_frame_encode(&f);
	ck_assert_int_eq(!*ret, f.kind == XP_FRAME_UNKNOWN);
	xp_frame_done(&f);
	return 0;
}

static int round_listen(char **ret, const char *s, size_t len,
			struct xp_error *err)
{
	struct xp_listen l;
	int rc = xp_listen_decode(&l, s, len, err);

	if (rc < 0)
		return rc;
	ck_assert_ptr_nonnull(l.type);
	*ret = xp_listen_encode(&l);
	ck_assert_int_eq(!*ret, l.kind == XP_LISTEN_UNKNOWN);
	xp_listen_done(&l);
	return 0;
}

static int round_command(char **ret, const char *s, size_t len,
			 struct xp_error *err)
{
	struct xp_command c;
	int rc = xp_command_decode(&c, s, len, err);

	if (rc < 0)
		return rc;
	ck_assert_ptr_nonnull(c.type);
	*ret = xp_command_encode(&c);
	ck_assert_int_eq(!*ret, c.kind == XP_CMD_UNKNOWN);
	xp_command_done(&c);
	return 0;
}

static int round_event(char **ret, const char *s, size_t len,
		       struct xp_error *err)
{
	struct xp_event e;
	int rc = xp_event_decode(&e, s, len, err);

	if (rc < 0)
		return rc;
	ck_assert_ptr_nonnull(e.type);
	*ret = xp_event_encode(&e);
	ck_assert_int_eq(!*ret, e.kind == XP_EV_UNKNOWN);
	xp_event_done(&e);
	return 0;
}

static const struct codec codecs[] = {
	{"frame", round_frame},
	{"listen", round_listen},
	{"command", round_command},
	{"event", round_event},
};

static const struct codec *codec_named(const char *name)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (!strncmp(name, codecs[i].name, strlen(codecs[i].name)))
			return &codecs[i];
	ck_abort_msg("no codec for %s", name);
	return NULL;
}

/* ---- golden messages ---------------------------------------------------- */

/* Each message of a group comes out equal, or is one of the named unknowns.
 * Returns how many came out equal. */
static int all_equal(const char *group, const char *prefix, const char *codec,
		     const char *const *unknown)
{
	json_error_t why;
	json_t *all = json_load_file("tests/data/guava-wire.json", 0, &why);
	const char *name;
	json_t *entry;
	int n = 0;

	ck_assert_msg(all != NULL, "%s", why.text);
	json_object_foreach (json_object_get(all, group), name, entry) {
		const char *s =
			json_string_value(json_object_get(entry, "json"));
		json_t *want = json_loads(s, 0, NULL), *got;
		struct xp_error err = {0};
		const char *const *u = unknown;
		char *text = NULL;
		int rc;

		if (strncmp(name, prefix, strlen(prefix))) {
			json_decref(want);
			continue;
		}
		rc = codec_named(codec)->round(&text, s, strlen(s), &err);
		ck_assert_msg(rc == 0, "%s: %d %s %s", name, rc, err.where,
			      err.what);
		while (*u && strcmp(*u, name))
			u++;
		if (*u) {
			ck_assert_msg(text == NULL, "%s is known", name);
		} else {
			ck_assert_msg(text != NULL, "%s is unknown", name);
			got = json_loads(text, 0, NULL);
			ck_assert_msg(json_equal(got, want), "%s:\n%s\n%s",
				      name, s, text);
			json_decref(got);
			n++;
		}
		free(text);
		json_decref(want);
	}
	json_decref(all);
	return n;
}

START_TEST(golden_commands_come_out_equal)
{
	static const char *const legacy[] = {
		"accept_inbound", "reject_inbound",         "listen_inbound",
		"start_outbound", "start_outbound_no_from", NULL};

	ck_assert_int_eq(all_equal("commands", "", "command", legacy), 22);
}
END_TEST

START_TEST(golden_events_come_out_equal)
{
	static const char *const legacy[] = {
		"inbound_call", "inbound_call_empty", "intent", NULL};

	ck_assert_int_eq(all_equal("events", "", "event", legacy), 20);
}
END_TEST

START_TEST(golden_frames_come_out_equal)
{
	static const char *const none[] = {NULL};

	ck_assert_int_eq(all_equal("frames", "", "frame", none), 7);
}
END_TEST

START_TEST(golden_listen_messages_come_out_equal)
{
	static const char *const none[] = {NULL};

	ck_assert_int_eq(all_equal("misc", "li_", "listen", none), 8);
}
END_TEST

START_TEST(golden_messages_of_other_protocols_are_unknown_not_errors)
{
	static const char *const other[] = {
		"gd_controller_ready", "gd_init_failed", "gd_initiate", NULL};

	ck_assert_int_eq(all_equal("misc", "gd_", "listen", other), 1);
}
END_TEST

/* ---- single rules ------------------------------------------------------- */

START_TEST(names_the_place_of_an_error)
{
	static const char s[] =
		"{\"command_type\":\"set-task\",\"task_id\":\"t\","
		"\"action_items\":[{\"item_type\":\"todo\",\"key\":\"a\","
		"\"description\":\"d\"},{\"item_type\":\"say\",\"key\":\"b\","
		"\"statement\":7}]}";
	struct xp_command c;
	struct xp_error err;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), &err), -EBADMSG);
	ck_assert_str_eq(err.where, "action_items[1].statement");
	ck_assert_str_eq(err.what, "must be a string");
}
END_TEST

START_TEST(leaves_the_output_alone_when_it_fails)
{
	struct xp_frame f = {.sequence = 99}, before = f;

	ck_assert_int_eq(xp_frame_decode(&f, "{", 1, NULL), -EBADMSG);
	ck_assert_mem_eq(&f, &before, sizeof(f));
}
END_TEST

START_TEST(keeps_a_value_as_the_peer_wrote_it)
{
	static const char s[] = "{ \"command_type\" : \"set-variable\" ,"
				"\"value\":\t[0.1, {\"value\":\"],}\\\"\"} ] "
				",\"key\":\"k\"}";
	struct xp_command c;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), NULL), 0);
	ck_assert_str_eq(c.value_json, "[0.1, {\"value\":\"],}\\\"\"} ]");
	xp_command_done(&c);
}
END_TEST

START_TEST(finds_a_value_whose_name_is_written_with_escapes)
{
	static const char s[] = "{\"command_type\":\"set-variable\","
				"\"\\u0076alue\":[1, 2],\"key\":\"k\"}";
	struct xp_command c;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), NULL), 0);
	ck_assert_str_eq(c.value_json, "[1,2]");
	xp_command_done(&c);
}
END_TEST

START_TEST(fills_defaults_of_a_bare_field)
{
	static const char s[] =
		"{\"command_type\":\"set-task\",\"task_id\":\"t\","
		"\"action_items\":[{\"item_type\":\"field\",\"key\":\"k\"}]}";
	struct xp_command c;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), NULL), 0);
	ck_assert_uint_eq(c.n_items, 1);
	ck_assert_str_eq(c.items[0].field_type, "text");
	ck_assert_str_eq(c.items[0].question, "");
	ck_assert_int_eq(c.items[0].required, 1);
	ck_assert_int_eq(c.items[0].searchable, 0);
	ck_assert_uint_eq(c.items[0].n_choices, 0);
	ck_assert_ptr_null(c.criteria);
	xp_command_done(&c);
}
END_TEST

START_TEST(reads_the_old_form_of_a_single_suggestion)
{
	static const char s[] =
		"{\"command_type\":\"action-suggestion\",\"intent_id\":\"i\","
		"\"action_key\":\"sales\",\"action_description\":\"d\"}";
	struct xp_command c;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), NULL), 0);
	ck_assert_uint_eq(c.n_actions, 1);
	ck_assert_str_eq(c.actions[0].key, "sales");
	ck_assert_str_eq(c.actions[0].description, "d");
	xp_command_done(&c);
}
END_TEST

START_TEST(does_not_encode_what_lacks_a_needed_member)
{
	struct xp_command answer = {.kind = XP_ANSWER_QUESTION, .text = "a"};
	struct xp_command value = {.kind = XP_SET_VARIABLE, .key = "k"};
	struct xp_event question = {.kind = XP_AGENT_QUESTION, .text = "q"};
	struct xp_frame message = {.kind = XP_MESSAGE, .sequence = 1};
	struct xp_listen claim = {.kind = XP_CLAIM_CALL};

	ck_assert_ptr_null(xp_command_encode(&answer));
	ck_assert_ptr_null(xp_command_encode(&value));
	ck_assert_ptr_null(xp_event_encode(&question));
	ck_assert_ptr_null(xp_frame_encode(&message));
	ck_assert_ptr_null(xp_listen_encode(&claim));
}
END_TEST

START_TEST(does_not_encode_what_is_not_utf8_or_not_json)
{
	struct xp_command script = {.kind = XP_READ_SCRIPT, .text = "a\xff"};
	struct xp_command value = {
		.kind = XP_SET_VARIABLE, .key = "k", .value_json = "{} x"};
	struct xp_frame message = {
		.kind = XP_MESSAGE, .sequence = 1, .payload = "{\"a\":}"};

	ck_assert_ptr_null(xp_command_encode(&script));
	ck_assert_ptr_null(xp_command_encode(&value));
	ck_assert_ptr_null(xp_frame_encode(&message));
}
END_TEST

static int budget;

static void *stingy_malloc(size_t bytes)
{
	return budget-- > 0 ? malloc(bytes) : NULL;
}

START_TEST(survives_every_allocation_that_fails_on_decoding)
{
	static const char s[] =
		"{\"command_type\":\"set-task\",\"task_id\":\"t\","
		"\"action_items\":[{\"item_type\":\"field\",\"key\":\"k\","
		"\"choices\":[\"a\",\"b\"]}]}";
	int failures = 0;

	for (int n = 0; n < 200; n++) {
		struct xp_command c;
		int rc;

		budget = n;
		json_set_alloc_funcs(stingy_malloc, free);
		rc = xp_command_decode(&c, s, strlen(s), NULL);
		json_set_alloc_funcs(malloc, free);
		if (rc == 0) {
			xp_command_done(&c);
			ck_assert_int_gt(failures, 3);
			return;
		}
		/* The lexer of jansson drops a byte when its buffer cannot
		 * grow, which then reads as a syntax error. */
		ck_assert(rc == -ENOMEM || rc == -EBADMSG);
		failures += rc == -ENOMEM;
	}
	ck_abort_msg("never decoded");
}
END_TEST

/* A message with something of everything that is written in a way of its own:
 * lists of objects, embedded values, words. */
static const char snapshot[] =
	"{\"event_type\":\"call-snapshot\",\"cause\":\"lost\","
	"\"last_sequence\":1,\"elapsed_ms\":2,\"variables\":{\"a\":[1]},"
	"\"fields\":{\"b\":\"c\"},\"task\":{\"task_id\":\"t\",\"items\":["
	"{\"key\":\"a\",\"item_type\":\"say\",\"status\":\"done\"}]},"
	"\"transcript\":[{\"role\":\"agent\",\"text\":\"hi\",\"at_ms\":3}],"
	"\"questions\":[{\"question_id\":\"q\",\"question\":\"x\"}],"
	"\"queries\":[{\"query_id\":\"q\",\"field_key\":\"f\",\"query\":\"x\"}"
	"],"
	"\"state\":null,\"truncated\":[\"open\"]}";

START_TEST(survives_every_allocation_that_fails_on_a_snapshot)
{
	int decoded = 0, refused = 0;

	for (int n = 0; n < 2000; n++) {
		struct xp_event e;
		char *text;
		int rc;

		budget = decoded ? 1 << 20 : n;
		json_set_alloc_funcs(stingy_malloc, free);
		rc = xp_event_decode_for(&e, snapshot, strlen(snapshot),
					 XP_EXT_RESUME, NULL);
		ck_assert(rc == 0 || rc == -ENOMEM || rc == -EBADMSG);
		refused += rc != 0;
		if (rc == 0) {
			/* From here on the writing has the small purse. */
			budget = decoded ? n - decoded : 0;
			decoded = decoded ? decoded : n;
			text = xp_event_encode_for(&e, XP_EXT_RESUME);
			json_set_alloc_funcs(malloc, free);
			xp_event_done(&e);
			if (text) {
				ck_assert_ptr_nonnull(
					strstr(text, "\"open\""));
				free(text);
				ck_assert_int_gt(refused, 20);
				ck_assert_int_gt(n - decoded, 20);
				return;
			}
		}
		json_set_alloc_funcs(malloc, free);
	}
	ck_abort_msg("never written");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("xp");
	TCase *t = tcase_create("codec");
	SRunner *r;
	int failed;

	tcase_add_test(t, golden_commands_come_out_equal);
	tcase_add_test(t, golden_events_come_out_equal);
	tcase_add_test(t, golden_frames_come_out_equal);
	tcase_add_test(t, golden_listen_messages_come_out_equal);
	tcase_add_test(
		t, golden_messages_of_other_protocols_are_unknown_not_errors);
	tcase_add_test(t, names_the_place_of_an_error);
	tcase_add_test(t, leaves_the_output_alone_when_it_fails);
	tcase_add_test(t, keeps_a_value_as_the_peer_wrote_it);
	tcase_add_test(t, finds_a_value_whose_name_is_written_with_escapes);
	tcase_add_test(t, fills_defaults_of_a_bare_field);
	tcase_add_test(t, reads_the_old_form_of_a_single_suggestion);
	tcase_add_test(t, does_not_encode_what_lacks_a_needed_member);
	tcase_add_test(t, does_not_encode_what_is_not_utf8_or_not_json);
	tcase_add_test(t, survives_every_allocation_that_fails_on_decoding);
	tcase_add_test(t, survives_every_allocation_that_fails_on_a_snapshot);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
