/**
 * @file ear.c  The far end's buffer, and what is heard when it plays
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/ear.h"

#include <errno.h>
#include <string.h>

#include "audio/level.h"
#include "base/alloc.h"
#include "base/text.h"

/* Synthetic speech stands at -15 to -25 dBFS, its noise floor below -60. Gaps
 * between sentences last up to 500 ms, and audio that follows is queued by
 * then; a queue that has run dry means the end. */
static const float voice_dbfs = -45.0f;
enum {
	BEGIN_FRAMES = 2,  /* 40 ms  */
	DRY_FRAMES = 12,   /* 240 ms without voice, nothing queued */
	PAUSE_FRAMES = 40, /* 800 ms without voice, more queued   */
};

struct mark {
	uint64_t at; /* [samples] of the stream before it */
	char name[EAR_MARK_BYTES];
};

struct ear {
	ear_mark_fn *fn;
	void *arg;
	uint64_t in, played; /* [samples] since the start, without cleared */
	struct mark marks[EAR_MARKS];
	size_t first_mark, n_marks;
	int speaking;
	unsigned voiced, unvoiced; /* [frames] in a row */
	uint64_t voice_frames;
	struct flow flow;
	int16_t queue[EAR_QUEUE]; /* of sample i at i % EAR_QUEUE */
};

int ear_new(struct ear **ret, ear_mark_fn *fn, void *arg)
{
	struct ear *e = mem_zalloc(sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->fn = fn;
	e->arg = arg;
	*ret = e;

	return 0;
}

int ear_push(struct ear *e, const int16_t *s, size_t n)
{
	if (n > EAR_QUEUE - ear_waiting(e))
		return -EMSGSIZE;
	for (size_t i = 0; i < n; i++)
		e->queue[e->in++ % EAR_QUEUE] = s[i];

	return 0;
}

/* Send back every mark that has nothing queued before it. */
static void marks_due(struct ear *e)
{
	while (e->n_marks && e->marks[e->first_mark].at <= e->played) {
		struct mark *m = &e->marks[e->first_mark];

		e->first_mark = (e->first_mark + 1) % EAR_MARKS;
		--e->n_marks;
		e->fn(e->arg, m->name);
	}
}

int ear_mark(struct ear *e, const char *name)
{
	struct mark *m = &e->marks[(e->first_mark + e->n_marks) % EAR_MARKS];

	if (e->n_marks >= EAR_MARKS || strlen(name) >= sizeof(m->name))
		return -EMSGSIZE;
	m->at = e->in;
	(void)text_copy(m->name, sizeof(m->name), name);
	++e->n_marks;
	marks_due(e);

	return 0;
}

void ear_clear(struct ear *e)
{
	flow_forget(&e->flow, ear_waiting(e));
	e->played = e->in;
	marks_due(e);
}

static void listen(struct ear *e, const int16_t *s)
{
	int voice = level_dbfs(s, EAR_FRAME) > voice_dbfs;

	e->voiced = voice ? e->voiced + 1 : 0;
	e->unvoiced = voice ? 0 : e->unvoiced + 1;
	e->voice_frames += (unsigned)voice;
	if (!e->speaking && e->voiced >= BEGIN_FRAMES)
		e->speaking = 1;
	if (e->speaking &&
	    e->unvoiced >=
		    (unsigned)(ear_waiting(e) ? PAUSE_FRAMES : DRY_FRAMES))
		e->speaking = 0;
}

void ear_tick(struct ear *e, int16_t *out)
{
	int16_t frame[EAR_FRAME] = {0};
	size_t n = ear_waiting(e);

	if (n > EAR_FRAME)
		n = EAR_FRAME;
	for (size_t i = 0; i < n; i++)
		frame[i] = e->queue[e->played++ % EAR_QUEUE];
	flow_play(&e->flow, frame, n, EAR_FRAME - n);
	listen(e, frame);
	if (out)
		memcpy(out, frame, sizeof(frame));
	marks_due(e);
}

int ear_hears_voice(const struct ear *e)
{
	return e->speaking;
}

size_t ear_waiting(const struct ear *e)
{
	return (size_t)(e->in - e->played);
}

uint64_t ear_voice_frames(const struct ear *e)
{
	return e->voice_frames;
}

void ear_flow(const struct ear *e, struct flow_stats *ret)
{
	*ret = e->flow.stats;
}

struct ear *ear_free(struct ear *e)
{
	return mem_free(e);
}
