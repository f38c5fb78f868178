/**
 * @file flow.c  Gaps and clicks in what is heard
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/flow.h"

#include <stdlib.h>
#include <string.h>

#include "audio/level.h"

enum {
	CLICK = 1036,    /* -30 dBFS */
	GAP = 160,       /* [samples] 20 ms */
	GAP_MOST = 4000, /* longer is a pause, or slow thought */
	MS = 8,          /* [samples] */
};

static const float sound_dbfs = -45.0f;

static void note_break(struct flow *f, int16_t from, int16_t to)
{
	const uint32_t jump = (uint32_t)abs(to - from);

	f->stats.breaks++;
	f->stats.clicks += jump > CLICK;
	if (jump > f->stats.largest_jump)
		f->stats.largest_jump = jump;
}

static int is_loud(const int16_t *s, size_t n)
{
	return n && level_dbfs(s, n) > sound_dbfs;
}

/** Sound again after silence: was that torn? */
static void end_of_silence(struct flow *f, const int16_t *s, size_t n)
{
	const int loud = is_loud(s, n < FLOW_EDGE ? n : FLOW_EDGE);

	note_break(f, 0, s[0]);
	if (f->forgot || f->dry <= GAP || f->dry > GAP_MOST ||
	    !(loud || f->loud_before))
		return;
	f->stats.gaps++;
	if (f->dry / MS > f->stats.longest_gap_ms)
		f->stats.longest_gap_ms = (uint32_t)(f->dry / MS);
}

static void keep_edge(struct flow *f, const int16_t *s, size_t n)
{
	if (n >= FLOW_EDGE) {
		memcpy(f->edge, s + n - FLOW_EDGE, sizeof(f->edge));
		return;
	}
	memmove(f->edge, f->edge + n, (FLOW_EDGE - n) * sizeof(*s));
	memcpy(f->edge + FLOW_EDGE - n, s, n * sizeof(*s));
}

void flow_play(struct flow *f, const int16_t *s, size_t n, size_t silent)
{
	if (n) {
		if (f->begun && !f->playing)
			end_of_silence(f, s, n);
		else if (f->playing && f->forgot)
			note_break(f, f->edge[FLOW_EDGE - 1], s[0]);
		f->begun = f->playing = 1;
		f->forgot = 0;
		f->dry = 0;
		keep_edge(f, s, n);
	}
	if (silent && f->playing) {
		note_break(f, f->edge[FLOW_EDGE - 1], 0);
		f->loud_before = is_loud(f->edge, FLOW_EDGE);
		f->playing = 0;
	}
	f->dry += silent;
}

void flow_forget(struct flow *f, size_t waiting)
{
	f->forgot |= f->playing || waiting;
}
