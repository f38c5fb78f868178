/**
 * @file kit_playout.h  A line behind the playout, that notes what happens
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_KIT_PLAYOUT_H
#define TESTS_UNIT_KIT_PLAYOUT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "media/playout.h"
#include "media/playout_parts.h"

#define MS(x) ((int64_t)(x)*1000)

enum { HZ = 8000, FRAME = 160, FADE = 40, LOG = 4096 };

/** A line that plays what it is sent, and reports marks when asked to. */
struct line {
	struct playout *p;
	int64_t now_us;
	/* what happened, in order */
	struct {
		char what; /* 's'aid, 'f'irst */
		uint32_t id;
		char text[128];
		int interrupted;
		int64_t spoken_us;
		int64_t at_us;
	} log[LOG];
	int n;
	uint32_t marks[LOG];
	int n_marks;
	struct aframe f;
	uint32_t cut_in_said; /* cut so far when the next one is over */
};

/** Note what is over; what it sets off may be over at once as well. */
static inline void tell(struct line *l)
{
	struct playout_said said;

	while (playout_said(l->p, &said)) {
		const uint32_t cut = l->cut_in_said;

		l->log[l->n].what = 's';
		l->log[l->n].id = said.utt;
		strncpy(l->log[l->n].text, said.text,
			sizeof(l->log[0].text) - 1);
		l->log[l->n].interrupted = said.interrupted;
		l->log[l->n].spoken_us = said.spoken_us;
		l->log[l->n].at_us = l->now_us;
		l->n++;
		mem_free(said.text);
		l->cut_in_said = 0;
		if (cut) {
			playout_cut(l->p, cut, l->now_us);
			(void)playout_clause(l->p, cut + 1, 0, "again", 1);
		}
	}
}

static inline void cut(struct line *l, uint32_t utt, int64_t now_us)
{
	playout_cut(l->p, utt, now_us);
	tell(l);
}

static inline void mark_back(struct line *l, uint32_t id, int64_t now_us)
{
	playout_marked(l->p, id, now_us);
	tell(l);
}

static inline void on_first(void *arg, uint32_t utt)
{
	struct line *l = arg;

	tell(l); /* the one before, when it is over */
	l->log[l->n].what = 'f';
	l->log[l->n].id = utt;
	l->log[l->n].at_us = l->now_us;
	l->n++;
}

static const struct playout_events events = {
	.first = on_first,
};

static inline struct line *line_new(int marks)
{
	struct line *l = calloc(1, sizeof(*l));

	l->now_us = MS(1000);
	ck_assert_int_eq(playout_new(&l->p, HZ, marks, &events, l), 0);
	return l;
}

static inline void line_free(struct line *l)
{
	playout_free(l->p);
	free(l);
}

/** A tone that does not change: fades and edges show. */
static inline struct pcm *sound(uint32_t samples, int16_t value)
{
	struct pcm *p = NULL;

	ck_assert_int_eq(pcm_new(&p, HZ, samples, 0), 0);
	for (uint32_t i = 0; i < samples; i++)
		p->s[i] = value;
	return p;
}

static inline void say(struct line *l, uint32_t utt, uint32_t clause,
		       const char *text, int last, uint32_t ms)
{
	ck_assert_int_eq(playout_clause(l->p, utt, clause, text, last), 0);
	ck_assert_int_eq(playout_audio(l->p, utt, clause,
				       sound(ms * HZ / 1000, 1000), 1),
			 0);
}

/** One period. @return what pull returned */
static inline int pull(struct line *l)
{
	const int got = playout_pull(l->p, l->now_us, &l->f);
	const uint32_t id = playout_mark(l->p);

	ck_assert_uint_eq(l->f.samples, FRAME);
	ck_assert_uint_eq(l->f.hz, HZ);
	if (id)
		l->marks[l->n_marks++] = id;
	tell(l);
	l->now_us += FRAME_US;
	return got;
}

static inline void pull_ms(struct line *l, int ms)
{
	for (int t = 0; t < ms; t += 20)
		(void)pull(l);
}

#endif /* TESTS_UNIT_KIT_PLAYOUT_H */
