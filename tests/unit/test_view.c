/**
 * @file test_view.c  What a person sees of a call
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "ctl/view.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* @return what the view prints for an event; free() */
static char *seen(const char *event)
{
	json_t *json = json_loads(event, 0, NULL);
	struct view v;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(json);
	ck_assert_ptr_nonnull(out);
	view_init(&v, out);
	view_event(&v, json);
	(void)fclose(out);
	json_decref(json);

	return text;
}

START_TEST(says_each_event_in_words)
{
	static const struct {
		const char *event, *want;
	} cases[] = {
		{"\"type\":\"agent-speech\",\"text\":\"Hello.\"",
		 "agent     Hello."},
		{"\"type\":\"agent-speech\",\"text\":\"Hel\","
		 "\"interrupted\":true",
		 "agent     Hel -- (interrupted)"},
		{"\"type\":\"expert-attached\"", "expert    has the call"},
		{"\"type\":\"expert-attached\",\"text\":\"again\"",
		 "expert    has the call: again"},
		{"\"type\":\"expert-lost\",\"text\":\"no ping\"",
		 "lost      the Expert is gone from the call: no ping"},
		{"\"type\":\"llm-failed\",\"text\":\"503\"",
		 "warning   the language model failed: 503"},
		{"\"type\":\"expert-offered\"",
		 "expert    the call is offered to others"},
		{"\"type\":\"no-expert\"",
		 "lost      no Expert takes the call"},
		{"\"type\":\"declined\"", "expert    declines the call"},
		{"\"type\":\"field\",\"key\":\"name\",\"value\":\"Eve\"",
		 "field     name = Eve"},
		{"\"type\":\"field\",\"key\":\"size\",\"value\":4",
		 "field     size = 4"},
		{"\"type\":\"field\",\"key\":\"visit\",\"value\":{\"day\":5,"
		 "\"month\":2,\"year\":2026}",
		 "field     visit = 2026-02-05"},
		{"\"type\":\"call-ended\",\"reason\":\"bot-hangup\"",
		 "call      ended: bot-hangup"},
		{"\"type\":\"set-task\",\"id\":\"t1\"",
		 "expert    set-task: t1"},
		{"\"type\":\"agent-speech\",\"text\":\"a\\u001b[2Jb\"",
		 "agent     a [2Jb"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		char event[256], want[256], *got;

		(void)snprintf(event, sizeof(event), "{\"at_ms\":61200,%s}",
			       cases[i].event);
		(void)snprintf(want, sizeof(want), " 1:01.2  %s\n",
			       cases[i].want);
		got = seen(event);
		ck_assert_str_eq(got, want);
		free(got);
	}
}
END_TEST

START_TEST(is_silent_about_what_says_nothing)
{
	char *got = seen("{\"type\":\"turn\",\"at_ms\":1}");

	ck_assert_str_eq(got, "");
	free(got);
}
END_TEST

UNIT_MAIN("view", says_each_event_in_words, is_silent_about_what_says_nothing)
