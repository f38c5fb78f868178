/**
 * @file recorder.c  Stereo WAV of a call: caller left, agent right
 *
 * SPDX-License-Identifier: MIT
 */
#include "media/recorder.h"

#include <errno.h>
#include <string.h>

#include "audio/wav.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "journal/metrics.h"
#include "journal/writer.h"

enum {
	CHANNELS = 2,
	SAMPLE_BYTES = CHANNELS * 2, /* of both sides */
	/* Silence made up for in one put, so that a put stays short. */
	CATCH_UP_PERIODS = 8,
};

struct recorder {
	struct wfile *file;
	uint32_t hz;
	uint64_t owed;    /* periods dropped, silence not yet written */
	uint64_t dropped; /* periods in all */
};

_Static_assert((int)WAV_HEADER_BYTES <= (int)WFILE_HEADER_BYTES_MAX,
	       "a WAV header fits");

static size_t make_header(unsigned char *out, uint64_t bytes, uint32_t hz)
{
	uint64_t data =
		bytes > WAV_HEADER_BYTES ? bytes - WAV_HEADER_BYTES : 0;

	wav_header(out, hz, CHANNELS, data / SAMPLE_BYTES);
	return WAV_HEADER_BYTES;
}

int recorder_open(struct recorder **ret, struct writer *w, const char *path,
		  uint32_t hz)
{
	struct recorder *r;
	unsigned char header[WAV_HEADER_BYTES];
	int err;

	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	r = mem_zalloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	err = wfile_open(&r->file, w, path, LIMIT_RECORDER_RING_BYTES);
	if (err < 0) {
		mem_free(r);
		return err;
	}
	r->hz = hz;
	wfile_set_header(r->file, make_header, hz);
	(void)make_header(header, 0, hz);
	(void)wfile_put(r->file, header, sizeof(header)); /* ring is empty */
	*ret = r;
	return 0;
}

/* Put one side of a period in place, little endian. */
static void place(unsigned char *out, const struct aframe *f, uint32_t hz)
{
	uint32_t n = hz / 50;

	if (!f || f->hz != hz || f->samples != n)
		return;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t v = (uint16_t)f->s[i];

		out[0] = (unsigned char)v;
		out[1] = (unsigned char)(v >> 8);
		out += SAMPLE_BYTES;
	}
}

static int put_period(struct recorder *r, const struct aframe *caller,
		      const struct aframe *agent)
{
	unsigned char out[FRAME_SAMPLES_MAX * SAMPLE_BYTES];
	size_t bytes = (size_t)r->hz / 50 * SAMPLE_BYTES;

	/* Asked first: a refused put would count again each period. */
	if (wfile_room(r->file) < bytes)
		return -EAGAIN;
	memset(out, 0, bytes);
	place(out, caller, r->hz);
	place(out + 2, agent, r->hz);
	return wfile_put(r->file, out, bytes);
}

/* Write up to n periods of the silence that is owed. */
static void catch_up(struct recorder *r, uint64_t n)
{
	for (; n > 0 && r->owed > 0; n--) {
		if (put_period(r, NULL, NULL) < 0)
			return;
		r->owed--;
	}
}

void recorder_put(struct recorder *r, const struct aframe *caller,
		  const struct aframe *agent)
{
	catch_up(r, CATCH_UP_PERIODS);
	if (r->owed > 0 || put_period(r, caller, agent) < 0) {
		r->owed++;
		r->dropped++;
		metric_add(METRIC_RECORDING_DROPPED, 1);
	}
}

uint64_t recorder_dropped(const struct recorder *r)
{
	return r->dropped;
}

void recorder_trim(struct recorder *r)
{
	if (r)
		wfile_trim(r->file);
}

struct recorder *recorder_close(struct recorder *r)
{
	if (!r)
		return NULL;
	catch_up(r, r->owed);
	r->file = wfile_close(r->file);
	return mem_free(r);
}

struct recorder *recorder_discard(struct recorder *r)
{
	if (!r)
		return NULL;
	r->file = wfile_discard(r->file);
	return mem_free(r);
}
