/**
 * @file opus_codec.c  Opus by libopus: mono, 8 or 16 kHz, 20 ms a packet
 *
 * libopus keeps its state in memory of the caller, so that nothing is
 * allocated here. It tells the size only at run time; the bounds below hold
 * with room to spare for 1.3 (43.6 KB and 18.2 KB) and are checked at init.
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/codec_table.h"

#include <errno.h>
#include <opus.h>

enum {
	ENCODER_BYTES = 56 * 1024,
	DECODER_BYTES = 28 * 1024,
	BITRATE = 24000, /* [bit/s] wide-band speech without audible loss */
	COMPLEXITY = 5,  /* half the work of 10, hard to tell apart */
	PACKET_BYTES = 1275, /* RFC 6716 3.4: the largest frame */
};

struct encoder {
	uint32_t hz;
	_Alignas(16) unsigned char state[ENCODER_BYTES];
};

struct decoder {
	uint32_t hz;
	_Alignas(16) unsigned char state[DECODER_BYTES];
};

static OpusEncoder *enc_of(struct encoder *e)
{
	return (OpusEncoder *)(void *)e->state;
}

static OpusDecoder *dec_of(struct decoder *d)
{
	return (OpusDecoder *)(void *)d->state;
}

static int enc_init(void *arg, uint32_t hz)
{
	struct encoder *e = arg;

	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	if (opus_encoder_get_size(1) > ENCODER_BYTES)
		return -ENOMEM;

	OpusEncoder *o = enc_of(e);

	if (opus_encoder_init(o, (opus_int32)hz, 1, OPUS_APPLICATION_VOIP))
		return -EINVAL;
	opus_encoder_ctl(o, OPUS_SET_BITRATE(BITRATE));
	opus_encoder_ctl(o, OPUS_SET_COMPLEXITY(COMPLEXITY));
	opus_encoder_ctl(o, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
	e->hz = hz;
	return 0;
}

static int dec_init(void *arg, uint32_t hz)
{
	struct decoder *d = arg;

	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	if (opus_decoder_get_size(1) > DECODER_BYTES)
		return -ENOMEM;
	if (opus_decoder_init(dec_of(d), (opus_int32)hz, 1))
		return -EINVAL;
	d->hz = hz;
	return 0;
}

static int decode(void *arg, const void *in, size_t bytes, int16_t *out,
		  size_t cap)
{
	/* An empty packet would mean "conceal" to libopus. */
	if (!bytes || bytes > INT32_MAX)
		return -EBADMSG;

	const int room = (int)(cap < 16 * 1024 ? cap : 16 * 1024);
	const int n =
		opus_decode(dec_of(arg), in, (opus_int32)bytes, out, room, 0);

	if (n == OPUS_BUFFER_TOO_SMALL)
		return -EMSGSIZE;
	return n < 0 ? -EBADMSG : n;
}

static int conceal(void *arg, int16_t *out, size_t cap)
{
	struct decoder *d = arg;
	const int frame = (int)(d->hz / 50);

	if ((size_t)frame > cap)
		return -EMSGSIZE;

	const int n = opus_decode(dec_of(d), NULL, 0, out, frame, 0);

	return n < 0 ? -EBADMSG : n;
}

static int encode(void *arg, const int16_t *in, size_t samples, void *out,
		  size_t cap)
{
	struct encoder *e = arg;

	if (samples != e->hz / 50 || cap < 3)
		return -EMSGSIZE;

	const int room = (int)(cap < PACKET_BYTES ? cap : PACKET_BYTES);
	const int n = opus_encode(enc_of(e), in, (int)samples, out, room);

	return n < 0 ? -EMSGSIZE : n;
}

const struct codec_ops codec_opus = {
	.name = "opus",
	.enc_size = sizeof(struct encoder),
	.dec_size = sizeof(struct decoder),
	.enc_init = enc_init,
	.dec_init = dec_init,
	.decode = decode,
	.conceal = conceal,
	.encode = encode,
};
