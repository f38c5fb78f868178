/**
 * @file g711.c  Mu-law and A-law: decode by table, encode by segment
 *
 * A code is sign, three bits of segment and four of step. Both laws are read
 * at the scale of 16 bits, so that mu-law reaches +-32124 and A-law +-32256.
 *
 * @source ITU-T G.711 tables 1a, 1b, 2a, 2b
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/codec_table.h"

#include <errno.h>

enum {
	ULAW_BIAS = 132,    /* shifts the segments to powers of two */
	ULAW_CLIP = 32635,  /* largest magnitude that still has a code */
	ALAW_INVERT = 0x55, /* even bits are sent inverted */
};

/* clang-format off */
static const int16_t ulaw_to_linear[256] = {
	-32124, -31100, -30076, -29052, -28028, -27004, -25980, -24956,
	-23932, -22908, -21884, -20860, -19836, -18812, -17788, -16764,
	-15996, -15484, -14972, -14460, -13948, -13436, -12924, -12412,
	-11900, -11388, -10876, -10364, -9852, -9340, -8828, -8316, -7932,
	-7676, -7420, -7164, -6908, -6652, -6396, -6140, -5884, -5628, -5372,
	-5116, -4860, -4604, -4348, -4092, -3900, -3772, -3644, -3516, -3388,
	-3260, -3132, -3004, -2876, -2748, -2620, -2492, -2364, -2236, -2108,
	-1980, -1884, -1820, -1756, -1692, -1628, -1564, -1500, -1436, -1372,
	-1308, -1244, -1180, -1116, -1052, -988, -924, -876, -844, -812, -780,
	-748, -716, -684, -652, -620, -588, -556, -524, -492, -460, -428,
	-396, -372, -356, -340, -324, -308, -292, -276, -260, -244, -228,
	-212, -196, -180, -164, -148, -132, -120, -112, -104, -96, -88, -80,
	-72, -64, -56, -48, -40, -32, -24, -16, -8, 0, 32124, 31100, 30076,
	29052, 28028, 27004, 25980, 24956, 23932, 22908, 21884, 20860, 19836,
	18812, 17788, 16764, 15996, 15484, 14972, 14460, 13948, 13436, 12924,
	12412, 11900, 11388, 10876, 10364, 9852, 9340, 8828, 8316, 7932, 7676,
	7420, 7164, 6908, 6652, 6396, 6140, 5884, 5628, 5372, 5116, 4860,
	4604, 4348, 4092, 3900, 3772, 3644, 3516, 3388, 3260, 3132, 3004,
	2876, 2748, 2620, 2492, 2364, 2236, 2108, 1980, 1884, 1820, 1756,
	1692, 1628, 1564, 1500, 1436, 1372, 1308, 1244, 1180, 1116, 1052, 988,
	924, 876, 844, 812, 780, 748, 716, 684, 652, 620, 588, 556, 524, 492,
	460, 428, 396, 372, 356, 340, 324, 308, 292, 276, 260, 244, 228, 212,
	196, 180, 164, 148, 132, 120, 112, 104, 96, 88, 80, 72, 64, 56, 48,
	40, 32, 24, 16, 8, 0,
};

static const int16_t alaw_to_linear[256] = {
	-5504, -5248, -6016, -5760, -4480, -4224, -4992, -4736, -7552, -7296,
	-8064, -7808, -6528, -6272, -7040, -6784, -2752, -2624, -3008, -2880,
	-2240, -2112, -2496, -2368, -3776, -3648, -4032, -3904, -3264, -3136,
	-3520, -3392, -22016, -20992, -24064, -23040, -17920, -16896, -19968,
	-18944, -30208, -29184, -32256, -31232, -26112, -25088, -28160,
	-27136, -11008, -10496, -12032, -11520, -8960, -8448, -9984, -9472,
	-15104, -14592, -16128, -15616, -13056, -12544, -14080, -13568, -344,
	-328, -376, -360, -280, -264, -312, -296, -472, -456, -504, -488,
	-408, -392, -440, -424, -88, -72, -120, -104, -24, -8, -56, -40, -216,
	-200, -248, -232, -152, -136, -184, -168, -1376, -1312, -1504, -1440,
	-1120, -1056, -1248, -1184, -1888, -1824, -2016, -1952, -1632, -1568,
	-1760, -1696, -688, -656, -752, -720, -560, -528, -624, -592, -944,
	-912, -1008, -976, -816, -784, -880, -848, 5504, 5248, 6016, 5760,
	4480, 4224, 4992, 4736, 7552, 7296, 8064, 7808, 6528, 6272, 7040,
	6784, 2752, 2624, 3008, 2880, 2240, 2112, 2496, 2368, 3776, 3648,
	4032, 3904, 3264, 3136, 3520, 3392, 22016, 20992, 24064, 23040, 17920,
	16896, 19968, 18944, 30208, 29184, 32256, 31232, 26112, 25088, 28160,
	27136, 11008, 10496, 12032, 11520, 8960, 8448, 9984, 9472, 15104,
	14592, 16128, 15616, 13056, 12544, 14080, 13568, 344, 328, 376, 360,
	280, 264, 312, 296, 472, 456, 504, 488, 408, 392, 440, 424, 88, 72,
	120, 104, 24, 8, 56, 40, 216, 200, 248, 232, 152, 136, 184, 168, 1376,
	1312, 1504, 1440, 1120, 1056, 1248, 1184, 1888, 1824, 2016, 1952,
	1632, 1568, 1760, 1696, 688, 656, 752, 720, 560, 528, 624, 592, 944,
	912, 1008, 976, 816, 784, 880, 848,
};
/* clang-format on */

/** @return place of the highest bit set; v is not 0 */
static unsigned top_bit(unsigned v)
{
	return 31u - (unsigned)__builtin_clz(v);
}

static uint8_t linear_to_ulaw(int v)
{
	const unsigned sign = v < 0 ? 0x80 : 0;
	unsigned mag = (unsigned)(v < 0 ? -v : v);

	if (mag > ULAW_CLIP)
		mag = ULAW_CLIP;
	mag += ULAW_BIAS;

	const unsigned segment = top_bit(mag) - 7;
	const unsigned step = (mag >> (segment + 3)) & 15;

	return (uint8_t) ~(sign | segment << 4 | step);
}

static uint8_t linear_to_alaw(int v)
{
	const unsigned sign = v < 0 ? 0 : 0x80;
	/* -1 mirrors 0: A-law has no level at zero */
	const unsigned mag = (unsigned)(v < 0 ? -v - 1 : v) >> 4;
	unsigned code = mag; /* the two lowest segments have equal steps */

	if (mag >= 32) {
		const unsigned shift = top_bit(mag) - 4;

		code = (shift + 1) << 4 | (mag >> shift & 15);
	}
	return (uint8_t)((sign | code) ^ ALAW_INVERT);
}

static int expand(const int16_t table[256], const void *in, size_t bytes,
		  int16_t *out, size_t cap)
{
	const uint8_t *p = in;

	if (bytes > cap)
		return -EMSGSIZE;
	for (size_t i = 0; i < bytes; i++)
		out[i] = table[p[i]];
	return (int)bytes;
}

static int ulaw_decode(void *d, const void *in, size_t bytes, int16_t *out,
		       size_t cap)
{
	(void)d;
	return expand(ulaw_to_linear, in, bytes, out, cap);
}

static int alaw_decode(void *d, const void *in, size_t bytes, int16_t *out,
		       size_t cap)
{
	(void)d;
	return expand(alaw_to_linear, in, bytes, out, cap);
}

static int ulaw_encode(void *e, const int16_t *in, size_t samples, void *out,
		       size_t cap)
{
	uint8_t *p = out;

	(void)e;
	if (samples > cap)
		return -EMSGSIZE;
	for (size_t i = 0; i < samples; i++)
		p[i] = linear_to_ulaw(in[i]);
	return (int)samples;
}

static int alaw_encode(void *e, const int16_t *in, size_t samples, void *out,
		       size_t cap)
{
	uint8_t *p = out;

	(void)e;
	if (samples > cap)
		return -EMSGSIZE;
	for (size_t i = 0; i < samples; i++)
		p[i] = linear_to_alaw(in[i]);
	return (int)samples;
}

const struct codec_ops codec_pcmu = {
	.name = "pcmu",
	.decode = ulaw_decode,
	.encode = ulaw_encode,
};

const struct codec_ops codec_pcma = {
	.name = "pcma",
	.decode = alaw_decode,
	.encode = alaw_encode,
};
