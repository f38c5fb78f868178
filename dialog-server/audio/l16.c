/**
 * @file l16.c  16 bit PCM in both byte orders
 *
 * "l16" is little-endian, which is what media WebSockets carry whatever they
 * call it; "l16be" is the network order of RTP.
 *
 * @source RFC 3551 4.5.11
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/codec_table.h"

#include <errno.h>

static int decode(const uint8_t *p, size_t bytes, int16_t *out, size_t cap,
		  unsigned low)
{
	const size_t n = bytes / 2;

	if (bytes % 2)
		return -EBADMSG;
	if (n > cap)
		return -EMSGSIZE;
	for (size_t i = 0; i < n; i++) {
		const unsigned l = p[2 * i + low];
		const unsigned h = p[2 * i + 1 - low];

		out[i] = (int16_t)(h << 8 | l);
	}
	return (int)n;
}

static int encode(const int16_t *in, size_t samples, uint8_t *p, size_t cap,
		  unsigned low)
{
	if (samples > cap / 2)
		return -EMSGSIZE;
	for (size_t i = 0; i < samples; i++) {
		const unsigned v = (uint16_t)in[i];

		p[2 * i + low] = (uint8_t)v;
		p[2 * i + 1 - low] = (uint8_t)(v >> 8);
	}
	return (int)(samples * 2);
}

static int le_decode(void *d, const void *in, size_t bytes, int16_t *out,
		     size_t cap)
{
	(void)d;
	return decode(in, bytes, out, cap, 0);
}

static int be_decode(void *d, const void *in, size_t bytes, int16_t *out,
		     size_t cap)
{
	(void)d;
	return decode(in, bytes, out, cap, 1);
}

static int le_encode(void *e, const int16_t *in, size_t samples, void *out,
		     size_t cap)
{
	(void)e;
	return encode(in, samples, out, cap, 0);
}

static int be_encode(void *e, const int16_t *in, size_t samples, void *out,
		     size_t cap)
{
	(void)e;
	return encode(in, samples, out, cap, 1);
}

const struct codec_ops codec_l16 = {
	.name = "l16",
	.decode = le_decode,
	.encode = le_encode,
};

const struct codec_ops codec_l16be = {
	.name = "l16be",
	.decode = be_decode,
	.encode = be_encode,
};
