/**
 * @file test_expert_fields.c  Values of several parts, and checked on the spot
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <string.h>

#include "unit/kit_expert.h"
#include "unit/unit.h"

static int n_checked, n_fields, n_invalid;

static void set_task(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("t");

	(void)arg;
	ck_assert_int_eq(expert_call_can(call, "fields"), 1);
	ck_assert_int_eq(
		expert_task_field(
			task,
			EXPERT_FIELD(.key = "order", .type = "text",
				     .pattern = "[0-9]{4}",
				     .minimum = EXPERT_ZERO, .maximum = 8,
				     .earliest = "2026-12-01", .validate = 1)),
		EXPERT_OK);
	ck_assert_int_eq(expert_set_task(call, task), EXPERT_OK);
}

static void collected(struct kit_peer *p, const char *key, const char *json,
		      enum xp_validity validity, const char *word)
{
	const struct xp_event e = {
		.kind = XP_FIELD_COLLECTED,
		.key = key,
		.value_json = json,
		.validity = validity,
		.reason = validity == XP_INVALID ? word : NULL,
		.id = validity == XP_CHECKING ? word : NULL,
	};

	kit_event(p, &e);
}

static void item_done(struct kit_peer *p, const char *key, const char *json)
{
	const struct xp_event e = {
		.kind = XP_ACTION_ITEM_DONE, .key = key, .value_json = json};

	kit_event(p, &e);
}

/* ---- checking ------------------------------------------------------------
 */

/* A wrong one, one out of bounds, then the right one. */
static void check_order(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SET_TASK) {
		ck_assert_str_eq(c->items[0].pattern, "[0-9]{4}");
		ck_assert_int_eq(c->items[0].has_minimum, 1);
		ck_assert_int_eq(c->items[0].minimum, 0);
		ck_assert_int_eq(c->items[0].maximum, 8);
		ck_assert_str_eq(c->items[0].earliest, "2026-12-01");
		ck_assert_ptr_null(c->items[0].latest);
		ck_assert_int_eq(c->items[0].validate, 1);
		collected(p, "order", "\"4711\"", XP_CHECKING, "v1");
	} else if (c->kind == XP_VALIDATE_RESULT && !strcmp(c->id, "v1")) {
		ck_assert_int_eq(c->valid, 0);
		ck_assert_str_eq(c->text, "There is no such order.");
		collected(p, "order", "\"47\"", XP_INVALID, "pattern");
		collected(p, "order", "\"4712\"", XP_CHECKING, "v2");
	} else if (c->kind == XP_VALIDATE_RESULT) {
		ck_assert_str_eq(c->id, "v2");
		ck_assert_int_eq(c->valid, 1);
		ck_assert_str_eq(c->value_json, "\"A-4712\"");
		item_done(p, "order", "\"A-4712\"");
		kit_end(p, "user-hangup");
	}
}

static char later_id[64];
static struct expert_call *later_call;
static pthread_t later_thread;

static void *answer_later(void *arg)
{
	(void)arg;
	ck_assert_int_eq(
		expert_validated_as(later_call, later_id, "\"A-4712\""),
		EXPERT_OK);
	return NULL;
}

static const char *on_validate(struct expert_call *call, const char *task,
			       const char *key, void *arg)
{
	(void)arg;
	n_checked++;
	ck_assert_str_eq(task, "t");
	ck_assert_str_eq(key, "order");
	if (n_checked == 1) {
		ck_assert_str_eq(expert_field_text(call, key), "4711");
		ck_assert_str_eq(expert_validation_id(call), "v1");
		return "There is no such order.";
	}
	ck_assert_str_eq(expert_field_text(call, key), "4712");
	ck_assert_int_eq(expert_validate_later(call), EXPERT_OK);
	(void)snprintf(later_id, sizeof(later_id), "%s",
		       expert_validation_id(call));
	later_call = call;
	ck_assert_int_eq(
		pthread_create(&later_thread, NULL, answer_later, NULL), 0);
	return "This does not count.";
}

static void on_field(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	n_fields++;
	ck_assert_str_eq(expert_field_text(call, key), "A-4712");
	ck_assert_str_eq(expert_validation_id(call), "");
	ck_assert_int_eq(expert_validate_later(call), EXPERT_EINVAL);
	ck_assert_int_eq(expert_validated(call, "", NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_validated_as(call, "v9", "{"), EXPERT_EINVAL);
}

static void on_invalid(struct expert_call *call, const char *key,
		       const char *json, const char *problem, void *arg)
{
	(void)arg;
	n_invalid++;
	ck_assert_str_eq(key, "order");
	ck_assert_str_eq(json, "\"47\"");
	ck_assert_str_eq(problem, "pattern");
	/* What was refused is not the field's. */
	ck_assert_int_eq(expert_has_field(call, key), 0);
}

START_TEST(a_value_is_checked_while_the_caller_is_on_the_line)
{
	static const struct kit_script script = {
		.extensions = XP_EXT_ALL,
		.command = check_order,
	};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = set_task,
		.on_validate = on_validate,
		.on_field = on_field,
		.on_invalid = on_invalid,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(pthread_join(later_thread, NULL), 0);
	ck_assert_int_eq(n_checked, 2);
	ck_assert_int_eq(n_invalid, 1);
	ck_assert_int_eq(n_fields, 1);
	kit_done();
}
END_TEST

static void accept_any(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SET_TASK)
		collected(p, "order", "\"4711\"", XP_CHECKING, "v1");
	if (c->kind != XP_VALIDATE_RESULT)
		return;
	ck_assert_int_eq(c->valid, 1);
	n_checked++;
	kit_end(p, "user-hangup");
}

START_TEST(without_a_handler_every_value_is_right)
{
	static const struct kit_script script = {
		.extensions = XP_EXT_ALL,
		.command = accept_any,
	};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = set_task,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_checked, 1);
	kit_done();
}
END_TEST

/* ---- parts ---------------------------------------------------------------
 */

static void tell_values(struct kit_peer *p, int again)
{
	if (!p->is_call || again)
		return;
	item_done(p, "who",
		  "{\"text\":\"Ann Lee\",\"given\":\"Ann\",\"family\":null}");
	item_done(p, "price", "{\"amount\":\"12.50\",\"currency\":\"USD\"}");
	item_done(p, "round", "{\"amount\":\"7\",\"currency\":null}");
	item_done(p, "top", "[\"cheese\",\"ham\"]");
	item_done(p, "stay", "5400");
	item_done(p, "plain", "\"hello\"");
	kit_end(p, "user-hangup");
}

static void look_at_values(struct expert_call *call, const char *key,
			   void *arg)
{
	(void)arg;
	n_fields++;
	if (strcmp(key, "plain") != 0)
		return;
	ck_assert_str_eq(expert_field_part(call, "who", "given"), "Ann");
	ck_assert_str_eq(expert_field_part(call, "who", "family"), "");
	ck_assert_str_eq(expert_field_part(call, "who", "nothing"), "");
	ck_assert_str_eq(expert_field_part(call, "who", NULL), "");
	ck_assert_str_eq(expert_field_part(call, "nobody", "given"), "");
	ck_assert_str_eq(expert_field_part(call, "plain", "text"), "");
	ck_assert_str_eq(expert_field_part(call, "price", "currency"), "USD");
	ck_assert_int_eq(expert_field_cents(call, "price", -1), 1250);
	ck_assert_int_eq(expert_field_cents(call, "round", -1), 700);
	ck_assert_int_eq(expert_field_cents(call, "who", -1), -1);
	ck_assert_int_eq(expert_field_cents(call, "plain", -1), -1);
	ck_assert_int_eq(expert_field_integer(call, "stay", 0), 5400);
	ck_assert_str_eq(expert_field_choice(call, "top", 0), "cheese");
	ck_assert_str_eq(expert_field_choice(call, "top", 1), "ham");
	ck_assert_ptr_null(expert_field_choice(call, "top", 2));
	ck_assert_ptr_null(expert_field_choice(call, "plain", 0));
	ck_assert_int_eq(expert_field_has(call, "top", "ham"), 1);
	ck_assert_int_eq(expert_field_has(call, "top", "onions"), 0);
	ck_assert_int_eq(expert_field_has(call, "who", "Ann"), 0);
	ck_assert_int_eq(expert_field_has(call, "top", NULL), 0);
}

START_TEST(values_have_their_parts)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .opened = tell_values};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_field = look_at_values,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_fields, 6);
	kit_done();
}
END_TEST

START_TEST(bounds_that_make_no_sense_are_refused)
{
	static const struct {
		struct expert_field f;
		int rc;
	} t[] = {
		{{.pattern = "[0-9]+"}, EXPERT_OK},
		{{.pattern = "([0-9]"}, EXPERT_EINVAL},
		{{.pattern = "(a{1,255}){1,255}"}, EXPERT_EINVAL},
		{{.earliest = "2026-12-01", .latest = "2026-12-24"},
		 EXPERT_OK},
		{{.earliest = "tomorrow"}, EXPERT_EINVAL},
		{{.latest = "2026-1-1"}, EXPERT_EINVAL},
		{{.minimum = -5, .maximum = EXPERT_ZERO}, EXPERT_OK},
		{{.minimum = INT64_MAX}, EXPERT_EINVAL},
		{{.minimum = 5, .maximum = 2}, EXPERT_EINVAL},
		{{.type = "multi_select"}, EXPERT_EINVAL},
	};
	char pattern[258];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct expert_task *task = expert_task_new("t");
		struct expert_field f = t[i].f;

		f.size = sizeof(f);
		f.key = "k";
		ck_assert_int_eq(expert_task_field(task, &f), t[i].rc);
		expert_task_free(task);
	}
	memset(pattern, 'x', sizeof(pattern) - 1);
	pattern[sizeof(pattern) - 1] = '\0';

	struct expert_task *task = expert_task_new("t");

	ck_assert_int_eq(
		expert_task_field(
			task, EXPERT_FIELD(.key = "k", .pattern = pattern)),
		EXPERT_ETOOBIG);
	expert_task_free(task);
}
END_TEST

UNIT_MAIN("expert_fields", a_value_is_checked_while_the_caller_is_on_the_line,
	  without_a_handler_every_value_is_right, values_have_their_parts,
	  bounds_that_make_no_sense_are_refused)
