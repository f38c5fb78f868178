/**
 * @file jitter.c  A ring of samples with edges that do not click
 *
 * SPDX-License-Identifier: MIT
 */
#include "media/jitter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
	FADE_MS = 5,
	JUMP_S = 10,        /* a larger step in time is another stream */
	QUIET_SAMPLE = 200, /* a frame below this may be left out: -44 dBFS */
	CALM_GETS = 50,     /* how long audio must lie unused to be surplus */
};

struct jitter {
	uint32_t hz, frame;
	uint32_t cap;        /* [samples] of the ring */
	uint32_t head, held; /* [samples] oldest, and how many */
	uint32_t prefill;    /* [samples] before the first is given out */
	int flowing;         /* the last get gave audio */
	int stale;           /* nothing was put since the last get */
	int fade_in;         /* the next audio follows silence */
	int16_t last;        /* last sample given out */
	int placed;          /* next_at is known */
	uint64_t next_at;    /* [samples] place of the next in order */
	uint64_t owed;       /* [samples] of silence given out since dry */
	uint32_t spare;      /* [samples] least held over the last gets */
	uint32_t gets;       /* since spare began */
	struct jitter_stats stats;
	int16_t ring[];
};

int jitter_new(struct jitter **ret, uint32_t hz, uint32_t cap_ms)
{
	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	if (cap_ms < 2 * FRAME_MS || cap_ms > 2000)
		return -EINVAL;

	const uint32_t cap = hz / 1000 * cap_ms;
	struct jitter *j = mem_zalloc(sizeof(*j) + cap * sizeof(j->ring[0]));

	if (!j)
		return -ENOMEM;
	j->hz = hz;
	j->frame = hz / 50;
	j->cap = cap;
	j->spare = cap;
	*ret = j;
	return 0;
}

void jitter_prefill(struct jitter *j, uint32_t ms)
{
	const uint32_t want = j->hz / 1000 * (ms < 2000 ? ms : 2000);

	j->prefill = want < j->cap - j->frame ? want : j->cap - j->frame;
}

static void drop_oldest(struct jitter *j, uint32_t n)
{
	j->head = (j->head + n) % j->cap;
	j->held -= n;
}

/** @param s  NULL: silence */
static int append(struct jitter *j, const int16_t *s, size_t n)
{
	int err = 0;

	if (!n)
		return 0;
	if (n > j->cap) {
		j->stats.dropped_samples += n - j->cap;
		s = s ? s + (n - j->cap) : NULL;
		n = j->cap;
		err = -ENOSPC;
	}
	if (n > j->cap - j->held) {
		const uint32_t over = (uint32_t)n - (j->cap - j->held);

		j->stats.dropped_samples += over;
		drop_oldest(j, over);
		err = -ENOSPC;
	}

	const uint32_t at = (j->head + j->held) % j->cap;
	const size_t first = n < j->cap - at ? n : j->cap - at;

	if (s) {
		memcpy(j->ring + at, s, first * sizeof(*s));
		memcpy(j->ring, s + first, (n - first) * sizeof(*s));
	} else {
		memset(j->ring + at, 0, first * sizeof(*s));
		memset(j->ring, 0, (n - first) * sizeof(*s));
	}
	j->held += (uint32_t)n;
	j->stale = 0;
	return err;
}

int jitter_put(struct jitter *j, const int16_t *s, size_t n)
{
	j->next_at += n;
	j->owed = 0;
	return append(j, s, n);
}

/** A hole in the stream, less the silence already given out for it. */
static void fill_hole(struct jitter *j, uint64_t hole)
{
	const uint64_t paid = hole < j->owed ? hole : j->owed;

	hole -= paid;
	if (!hole)
		return;
	if (hole > j->cap)
		hole = j->cap;
	j->stats.gap_samples += hole;
	(void)append(j, NULL, (size_t)hole);
}

int jitter_put_at(struct jitter *j, uint64_t at, const int16_t *s, size_t n)
{
	const uint64_t jump = (uint64_t)j->hz * JUMP_S;
	const uint64_t step =
		at > j->next_at ? at - j->next_at : j->next_at - at;

	if (!j->placed || step > jump) {
		j->placed = 1;
		j->next_at = at;
	}
	if (at < j->next_at) {
		const uint64_t late = j->next_at - at;

		if (late >= n) {
			j->stats.late_samples += n;
			return -EALREADY;
		}
		j->stats.late_samples += late;
		s += late;
		n -= (size_t)late;
		at = j->next_at;
	}
	if (at > j->next_at)
		fill_hole(j, at - j->next_at);
	j->next_at = at + n;
	j->owed = 0;
	return append(j, s, n);
}

static void copy_out(struct jitter *j, int16_t *out, uint32_t n)
{
	const uint32_t first = n < j->cap - j->head ? n : j->cap - j->head;

	memcpy(out, j->ring + j->head, first * sizeof(*out));
	memcpy(out + first, j->ring, (n - first) * sizeof(*out));
	drop_oldest(j, n);
}

static int is_quiet(const struct jitter *j)
{
	for (uint32_t i = 0; i < j->frame; i++)
		if (abs(j->ring[(j->head + i) % j->cap]) > QUIET_SAMPLE)
			return 0;
	return 1;
}

/** After a burst more is held than the line's raggedness needs: give the time
 *  back in a frame where nobody hears it. */
static void trim(struct jitter *j)
{
	if (j->held < j->spare)
		j->spare = j->held;
	if (++j->gets < CALM_GETS)
		return;
	if (j->spare >= j->frame + j->prefill) {
		if (!is_quiet(j))
			return;
		drop_oldest(j, j->frame);
		j->stats.trimmed_samples += j->frame;
		j->spare -= j->frame;
		return;
	}
	j->spare = j->cap;
	j->gets = 0;
}

/** Let the last sound die away instead of stopping dead. */
static void die_away(struct jitter *j, struct aframe *f, uint32_t from)
{
	const int32_t fade = (int32_t)(j->hz / 1000 * FADE_MS);

	memset(f->s + from, 0, (FRAME_SAMPLES_MAX - from) * sizeof(f->s[0]));
	for (int32_t i = 0; i < fade && from + i < j->frame; i++)
		f->s[from + i] = (int16_t)(j->last * (fade - 1 - i) / fade);
	j->last = 0;
	j->flowing = 0;
	j->fade_in = 1;
	j->spare = j->cap;
	j->gets = 0;
}

static int give_silence(struct jitter *j, struct aframe *f)
{
	j->stats.underruns += j->flowing;
	die_away(j, f, 0);
	j->owed += j->frame;
	j->stats.silent++;
	return 0;
}

int jitter_get(struct jitter *j, struct aframe *f)
{
	const uint32_t want = j->flowing ? j->frame : j->frame + j->prefill;
	const int stale = j->stale;
	uint32_t n = j->frame;

	f->hz = j->hz;
	f->samples = j->frame;
	j->stale = 1;
	if (j->held < want) {
		/* what is left and not followed by more is the end */
		if (!stale || !j->held)
			return give_silence(j, f);
		n = j->held < n ? j->held : n;
	}

	copy_out(j, f->s, n);
	if (j->fade_in) {
		const int32_t fade = (int32_t)(j->hz / 1000 * FADE_MS);

		for (int32_t i = 0; i < fade && i < (int32_t)n; i++)
			f->s[i] = (int16_t)(f->s[i] * i / fade);
	}
	j->fade_in = 0;
	j->flowing = 1;
	j->last = f->s[n - 1];
	j->stats.frames++;
	if (n < j->frame)
		die_away(j, f, n);
	else
		trim(j);
	return 1;
}

uint32_t jitter_held(const struct jitter *j)
{
	return j->held;
}

void jitter_stats(const struct jitter *j, struct jitter_stats *ret)
{
	*ret = j->stats;
	ret->held_samples = j->held;
}

void jitter_reset(struct jitter *j)
{
	j->head = j->held = 0;
	j->flowing = j->stale = j->fade_in = 0;
	j->last = 0;
	j->placed = 0;
	j->next_at = j->owed = 0;
	j->spare = j->cap;
	j->gets = 0;
}

struct jitter *jitter_free(struct jitter *j)
{
	return mem_free(j);
}
