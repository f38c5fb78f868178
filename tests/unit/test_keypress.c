/**
 * @file test_keypress.c  Keys told by event, by sound, and by both
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "speech/keypress.h"

/* What was heard: 'e' or 's', key, after [ms]; what was pressed. */
static const struct {
	struct {
		char way, key;
		int ms;
	} heard[12];
	const char *pressed;
} lines[] = {
	/* one way only */
	{{{'e', '5', 0}, {'e', '5', 120}, {'e', '1', 120}}, "551"},
	{{{'s', '5', 0}, {'s', '5', 120}, {'s', '1', 120}}, "551"},
	/* both, event first, sound first, and several late */
	{{{'e', '5', 0}, {'s', '5', 60}, {'e', '5', 90}, {'s', '5', 60}},
	 "55"},
	{{{'s', '5', 0}, {'e', '5', 60}, {'s', '5', 90}, {'e', '5', 60}},
	 "55"},
	{{{'s', '5', 0},
	  {'s', '5', 100},
	  {'s', '7', 100},
	  {'e', '5', 100},
	  {'e', '5', 100},
	  {'e', '7', 100}},
	 "557"},
	/* one way misses a key now and then */
	{{{'e', '1', 0}, {'e', '2', 200}, {'s', '2', 50}, {'s', '3', 200}},
	 "123"},
	/* too late to be the same press */
	{{{'e', '1', 0}, {'s', '1', 1200}}, "11"},
	/* more than can wait: the oldest is forgotten */
	{{{'e', '0', 0},
	  {'e', '1', 10},
	  {'e', '2', 10},
	  {'e', '3', 10},
	  {'e', '4', 10},
	  {'e', '5', 10},
	  {'e', '6', 10},
	  {'e', '7', 10},
	  {'e', '8', 10},
	  {'s', '1', 10},
	  {'s', '0', 10}},
	 "0123456780"},
};

START_TEST(counts_each_press_once)
{
	struct keypress k = {.n = 0};
	int64_t now_us = 5000000;
	char pressed[16];
	size_t n = 0;

	for (int i = 0; i < 12 && lines[_i].heard[i].way; i++) {
		const char key = lines[_i].heard[i].key;

		now_us += lines[_i].heard[i].ms * 1000;
		if (keypress_heard(&k, key,
				   lines[_i].heard[i].way == 'e'
					   ? KEYPRESS_EVENT
					   : KEYPRESS_SOUND,
				   now_us))
			pressed[n++] = key;
	}
	pressed[n] = '\0';
	ck_assert_str_eq(pressed, lines[_i].pressed);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keypress");
	TCase *t = tcase_create("keypress");

	tcase_add_loop_test(t, counts_each_press_once, 0,
			    sizeof(lines) / sizeof(lines[0]));
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
