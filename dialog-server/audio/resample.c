/**
 * @file resample.c  The speexdsp resampler, one a stream
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/resample.h"

#include <errno.h>
#include <limits.h>
#include <speex/speex_resampler.h>
#include <string.h>

#include "base/alloc.h"

enum {
	QUALITY_LIVE = 4,  /* 5 ms of delay at most, about 3 us a frame */
	QUALITY_WHOLE = 8, /* recordings: nobody waits */
	CHUNK = 4096,      /* [samples] a step through a recording */
};

struct resample {
	SpeexResamplerState *speex; /* NULL: equal rates */
	uint32_t in_hz, out_hz;
};

static int known_rate(uint32_t hz)
{
	static const uint32_t rates[] = {8000,  16000, 22050, 24000,
					 32000, 44100, 48000};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (rates[i] == hz)
			return 1;
	return 0;
}

static int make(struct resample **ret, uint32_t in_hz, uint32_t out_hz,
		int quality)
{
	if (!known_rate(in_hz) || !known_rate(out_hz))
		return -EINVAL;

	struct resample *r = mem_zalloc(sizeof(*r));
	int err = 0;

	if (!r)
		return -ENOMEM;
	r->in_hz = in_hz;
	r->out_hz = out_hz;
	if (in_hz != out_hz)
		r->speex =
			speex_resampler_init(1, in_hz, out_hz, quality, &err);
	if (in_hz != out_hz && !r->speex) {
		mem_free(r);
		return -ENOMEM;
	}
	*ret = r;
	return 0;
}

int resample_new(struct resample **ret, uint32_t in_hz, uint32_t out_hz)
{
	return make(ret, in_hz, out_hz, QUALITY_LIVE);
}

size_t resample_bound(const struct resample *r, size_t n)
{
	if (!r->speex)
		return n;
	if (n > SIZE_MAX / 48000 - 1)
		return SIZE_MAX;
	return n * r->out_hz / r->in_hz + 2;
}

int resample_run(struct resample *r, const int16_t *in, size_t n, int16_t *out,
		 size_t cap)
{
	const size_t bound = resample_bound(r, n);

	if (bound > cap || bound > INT_MAX)
		return -EMSGSIZE;
	if (!r->speex) {
		if (in)
			memcpy(out, in, n * sizeof(*in));
		else
			memset(out, 0, n * sizeof(*out));
		return (int)n;
	}

	size_t done = 0, made = 0;

	while (done < n) {
		spx_uint32_t eaten = (spx_uint32_t)(n - done);
		spx_uint32_t wrote = (spx_uint32_t)(cap - made);

		speex_resampler_process_int(r->speex, 0, in ? in + done : NULL,
					    &eaten, out + made, &wrote);
		if (!eaten && !wrote)
			break;
		done += eaten;
		made += wrote;
	}
	return (int)made;
}

uint32_t resample_delay(const struct resample *r)
{
	return r->speex
		       ? (uint32_t)speex_resampler_get_output_latency(r->speex)
		       : 0;
}

void resample_reset(struct resample *r)
{
	if (r->speex)
		speex_resampler_reset_mem(r->speex);
}

struct resample *resample_free(struct resample *r)
{
	if (r && r->speex)
		speex_resampler_destroy(r->speex);
	return mem_free(r);
}

/** Run everything through; out has room for total plus one chunk's bound. */
static void run_whole(struct resample *r, const int16_t *in, size_t n,
		      int16_t *out, size_t total)
{
	const size_t bound = resample_bound(r, CHUNK);
	size_t made = 0;

	if (r->speex)
		speex_resampler_skip_zeros(r->speex);
	for (size_t at = 0; made < total;) {
		const size_t left = n - at;
		const size_t take = left < CHUNK ? left : CHUNK;
		const int16_t *from = take ? in + at : NULL;
		const int got = resample_run(r, from, take ? take : CHUNK,
					     out + made, bound);

		made += (size_t)got;
		at += take;
	}
}

int resample_all(int16_t **ret, size_t *ret_n, const int16_t *in, size_t n,
		 uint32_t in_hz, uint32_t out_hz)
{
	struct resample *r = NULL;
	const int err = make(&r, in_hz, out_hz, QUALITY_WHOLE);

	if (err)
		return err;
	if (n > INT_MAX / 2) {
		resample_free(r);
		return -ENOMEM;
	}

	const size_t total = (size_t)((uint64_t)n * out_hz / in_hz);
	int16_t *out = mem_alloc((total + resample_bound(r, CHUNK) + 1) *
				 sizeof(*out));

	if (out) {
		run_whole(r, in, n, out, total);
		*ret = out;
		*ret_n = total;
	}
	resample_free(r);
	return out ? 0 : -ENOMEM;
}

int resample_pcm(struct pcm **ret, struct pcm *src, uint32_t hz)
{
	if (src->hz == hz) {
		*ret = pcm_ref(src);
		return 0;
	}

	struct pcm *p = NULL;
	int16_t *s = NULL;
	size_t n = 0;
	int err = resample_all(&s, &n, src->s, src->samples, src->hz, hz);

	if (!err)
		err = pcm_new(&p, hz, (uint32_t)n, src->n_words);
	if (err)
		goto out;

	memcpy(p->s, s, n * sizeof(*s));
	for (uint32_t i = 0; i < src->n_words; i++) {
		const uint64_t end = src->words[i].end_sample;

		p->words[i] = src->words[i];
		p->words[i].end_sample = (uint32_t)(end * hz / src->hz);
	}
	*ret = p;
out:
	mem_free(s);
	return err;
}
