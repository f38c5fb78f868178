/**
 * @file test_sse.c  Server-sent events, cut anywhere
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http.h"

enum { EVENT_MAX = 64 };

static char heard[4096];

static void on_event(void *arg, const char *event, const char *data,
		     size_t len)
{
	size_t n = strlen(heard);

	(void)arg;
	ck_assert_uint_eq(strlen(data), len);
	(void)snprintf(heard + n, sizeof(heard) - n, "<%s|%s>", event, data);
}

static const struct {
	const char *stream, *want;
	int finish; /* the stream ends here */
} v[] = {
	{"data: one\n\ndata: two\n\n", "<|one><|two>", 0},
	{"data:one\r\n\r\ndata: two\r\r", "<|one><|two>", 0},
	{"event: delta\ndata: {\"a\":1}\n\n", "<delta|{\"a\":1}>", 0},
	{"data: a\ndata: b\ndata\n\n", "<|a\nb\n>", 0},
	{"data:  two spaces\n\n", "<| two spaces>", 0},
	{": a comment\n\ndata: x\n: another\n\n", "<|x>", 0},
	{"id: 1\nretry: 10\nunknown: y\ndata: x\n\n", "<|x>", 0},
	{"\xef\xbb\xbf"
	 "data: mark\n\n",
	 "<|mark>", 0},
	{"id: 7\ndata: \n\n", "", 0}, /* a priming event */
	{"data\n\n", "", 0},
	{"event: ping\n\n", "", 0},
	{"event: a\n\ndata: b\n\n", "<|b>", 0}, /* the name does not stay */
	{"data: unfinished\n", "", 0},
	{"data: unfinished", "", 0},
	{"data: last\n", "<|last>", 1},
	{"data: last", "<|last>", 1},
	{"data: [DONE]\n\n", "<|[DONE]>", 1},
	{"", "", 1},
	{"data: gr\xc3\xbc\xc3\x9f\n\n", "<|gr\xc3\xbc\xc3\x9f>", 0},
};

static void feed(struct sse *s, const char *stream, size_t piece)
{
	size_t len = strlen(stream);

	for (size_t at = 0; at < len; at += piece)
		ck_assert_int_eq(sse_feed(s, stream + at,
					  len - at < piece ? len - at : piece),
				 0);
}

START_TEST(gives_out_the_same_events_however_the_stream_is_cut)
{
	static const size_t pieces[] = {1, 2, 3, 5, 1000};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct sse *s = NULL;

		heard[0] = '\0';
		ck_assert_int_eq(sse_new(&s, EVENT_MAX, on_event, NULL), 0);
		feed(s, v[_i].stream, pieces[i]);
		if (v[_i].finish)
			sse_finish(s);
		ck_assert_str_eq(heard, v[_i].want);
		ck_assert_ptr_null(sse_free(s));
	}
}
END_TEST

START_TEST(forgets_a_name_that_is_too_long)
{
	char stream[400], want[400];
	struct sse *s = NULL;

	for (int n = 255; n <= 256; n++) {
		heard[0] = '\0';
		ck_assert_int_eq(sse_new(&s, 4096, on_event, NULL), 0);
		(void)snprintf(stream, sizeof(stream),
			       "event: %0*d\ndata: x\n\n", n, 0);
		(void)snprintf(want, sizeof(want), "<%0*d|x>", n, 0);
		feed(s, stream, 64);
		ck_assert_str_eq(heard, n > 255 ? "<|x>" : want);
		sse_free(s);
	}
}
END_TEST

START_TEST(takes_an_event_at_the_limit_and_refuses_one_more)
{
	char text[EVENT_MAX + 2];
	struct sse *s = NULL;

	memset(text, 'x', sizeof(text));
	for (int over = 0; over < 2; over++) {
		heard[0] = '\0';
		ck_assert_int_eq(sse_new(&s, EVENT_MAX, on_event, NULL), 0);
		feed(s, "data: x", 7);
		ck_assert_int_eq(sse_feed(s, text, EVENT_MAX - 1), 0);
		if (over)
			ck_assert_int_eq(sse_feed(s, "xx\n\n", 4), -EMSGSIZE);
		else
			ck_assert_int_eq(sse_feed(s, "\n\n", 2), 0);
		ck_assert_uint_eq(strlen(heard), over ? 0 : EVENT_MAX + 3);
		sse_free(s);
	}
	/* In many lines as in one. */
	ck_assert_int_eq(sse_new(&s, EVENT_MAX, on_event, NULL), 0);

	int err = 0;

	for (int i = 0; i < EVENT_MAX && !err; i++)
		err = sse_feed(s, "data: y\n", 8);
	ck_assert_int_eq(err, -EMSGSIZE);
	sse_free(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sse");
	TCase *t = tcase_create("sse");
	SRunner *r = srunner_create(s);

	tcase_add_loop_test(
		t, gives_out_the_same_events_however_the_stream_is_cut, 0,
		(int)(sizeof(v) / sizeof(v[0])));
	tcase_add_test(t, forgets_a_name_that_is_too_long);
	tcase_add_test(t, takes_an_event_at_the_limit_and_refuses_one_more);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
