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

enum { UNIT_TIMEOUT_S = 60 };

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
