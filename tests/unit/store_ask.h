/**
 * @file store_ask.h  Questions to a store, waited for, for its tests
 *
 *   ck_assert_int_eq(ASK(store_get_call, s, "c1"), 0); ... answer
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_STORE_ASK_H
#define TESTS_STORE_ASK_H

#include <check.h>
#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "net/loop.h"
#include "store/store.h"

static struct loop *ask_loop;
static int ask_err;
static char *answer; /* of the last one; NULL when there was none */

static inline void ask_on_answer(void *arg, int err, char *json)
{
	(void)arg;
	ask_err = err;
	answer = json;
	loop_stop(ask_loop);
}

static inline void ask_open(void)
{
	ck_assert_int_eq(loop_new(&ask_loop, "test"), 0);
}

static inline void ask_close(void)
{
	answer = mem_free(answer);
	ask_loop = loop_free(ask_loop);
}

static inline int ask_wait(int err)
{
	if (err)
		return err;
	loop_run(ask_loop);
	return ask_err;
}

#define ASK(fn, s, ...)                                                     \
	(answer = mem_free(answer),                                         \
	 ask_wait(fn(s, ask_loop __VA_OPT__(, ) __VA_ARGS__, ask_on_answer, \
		     NULL)))

/** A member of the answer, "best.0.text". @return new reference */
static inline json_t *ask_at(const char *path)
{
	json_t *root = json_loads(answer ? answer : "", 0, NULL);
	const json_t *at = root;
	json_t *ret;

	ck_assert_msg(root != NULL, "not JSON: %s", answer);
	while (at && *path) {
		char step[64];
		size_t n = strcspn(path, ".");

		memcpy(step, path, n);
		step[n] = '\0';
		path += n + (path[n] == '.');
		if (json_is_array(at))
			at = json_array_get(at, strtoul(step, NULL, 10));
		else
			at = json_object_get(at, step);
	}
	ret = json_incref((json_t *)at);
	json_decref(root);
	return ret;
}

static inline void ask_assert(const char *path, const char *expected)
{
	json_t *is = ask_at(path);
	json_t *want = json_loads(expected, JSON_DECODE_ANY, NULL);

	ck_assert_ptr_nonnull(want);
	ck_assert_msg(is && json_equal(is, want), "%s in %s is not %s", path,
		      answer, expected);
	json_decref(is);
	json_decref(want);
}

#endif /* TESTS_STORE_ASK_H */
