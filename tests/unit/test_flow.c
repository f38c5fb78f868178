/**
 * @file test_flow.c  Gaps and clicks are found, and pauses are none
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "ctl/flow.h"
#include "unit/unit.h"

enum { N = 160 };

static int16_t tone[N], quiet[N], faded[N];

static void setup(void)
{
	for (int i = 0; i < N; i++) {
		tone[i] = (int16_t)(8000 * cos(i * 3.14159265 / 8));
		faded[i] = (int16_t)(i < 40 ? tone[i] * (39 - i) / 40 : 0);
	}
}

/* t one, q quiet, f aded, - dry, x forget what waits; gaps, clicks */
static const struct {
	const char *heard;
	uint64_t gaps, clicks;
} calls[] = {
	{"ttt", 0, 0},
	/* begins and ends softly: a pause, however long */
	{"qtq---qtq", 0, 0},
	{"qtq-qtq", 0, 0},
	/* torn in a sound */
	{"qt--tq", 1, 2},
	{"qt---qtq", 1, 1},
	{"qtq---tq", 1, 1},
	/* up to 20 ms nobody minds, but it clicks */
	{"qt-tq", 0, 2},
	/* so long that it is no gap */
	{"qt--------------------------------------tq", 0, 2},
	/* cut hard, cut with a fade, held and gone on with */
	{"qtx---", 0, 1},
	{"qtxf---", 0, 0},
	{"qtxf---qtq", 0, 0},
	{"qtx---tq", 0, 2},
};

static struct flow hear(const char *c)
{
	struct flow f = {.begun = 0};

	for (; *c; c++) {
		if (*c == 'x')
			flow_forget(&f, N);
		else if (*c == '-')
			flow_play(&f, NULL, 0, N);
		else
			flow_play(&f,
				  *c == 't'   ? tone
				  : *c == 'f' ? faded
					      : quiet,
				  N, 0);
	}
	return f;
}

START_TEST(tells_gaps_and_clicks_from_pauses)
{
	setup();
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const struct flow f = hear(calls[i].heard);

		ck_assert_msg(f.stats.gaps == calls[i].gaps &&
				      f.stats.clicks == calls[i].clicks,
			      "%s: %u gaps, %u clicks", calls[i].heard,
			      (unsigned)f.stats.gaps,
			      (unsigned)f.stats.clicks);
	}
}
END_TEST

START_TEST(measures_the_longest_gap)
{
	struct flow f = {.begun = 0};

	setup();
	flow_play(&f, tone, N, 0);
	flow_play(&f, tone, 80, 80);
	flow_play(&f, NULL, 0, N);
	flow_play(&f, tone, N, 0);
	flow_play(&f, NULL, 0, N);
	flow_play(&f, NULL, 0, N);
	flow_play(&f, tone, N, 0);
	ck_assert_uint_eq(f.stats.gaps, 2);
	ck_assert_uint_eq(f.stats.longest_gap_ms, 40);
}
END_TEST

UNIT_MAIN("flow", tells_gaps_and_clicks_from_pauses, measures_the_longest_gap)
