/**
 * @file unit.h  The main() of a unit test program
 *
 *   UNIT_MAIN("thing", refuses_x, accepts_y)
 *
 * Every test runs in a process of its own. UNIT_ONLY=name runs one test;
 * CK_FORK=no runs them in this process (for a debugger).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* The sanitizers slow a test down by a factor of 5 to 15. */
#if defined(__SANITIZE_THREAD__)
#define UNIT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNIT_TSAN 1
#endif
#endif
#ifndef UNIT_TSAN
#define UNIT_TSAN 0
#endif

enum { UNIT_TIMEOUT_S = 60 };

/**
 * How often a random test of one thread tries: a tenth of it where only races
 * are looked for, and where each try takes ten times as long.
 */
#define UNIT_ROUNDS(n) (UNIT_TSAN ? (n) / 10 : (n))

/**
 * ck_assert_int_eq() for the samples of a sound: it costs a comparison.
 * Check's own writes to a file each time that it holds.
 */
#define UNIT_SAMPLE_EQ(a, b)                                                 \
	do {                                                                 \
		const int unit_a = (a), unit_b = (b);                        \
                                                                             \
		if (unit_a != unit_b)                                        \
			ck_abort_msg("%s is %d, not %s, %d", #a, unit_a, #b, \
				     unit_b);                                \
	} while (0)

static inline int unit_run(const char *name, const TTest *const *tests,
			   size_t n)
{
	const char *only = getenv("UNIT_ONLY");
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, UNIT_TIMEOUT_S);
	for (size_t i = 0; i < n; i++)
		if (!only || strcmp(only, tests[i]->name) == 0)
			tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define UNIT_MAIN(name, ...)                                       \
	int main(void)                                             \
	{                                                          \
		const TTest *const tests[] = {__VA_ARGS__};        \
                                                                   \
		return unit_run(name, tests,                       \
				sizeof(tests) / sizeof(tests[0])); \
	}

#endif /* UNIT_UNIT_H */
