/**
 * @file codec.h  G.711 (mu-law, A-law), L16 and Opus behind one table
 *
 * @source ITU-T G.711; RFC 6716 for Opus
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_CODEC_H
#define AUDIO_CODEC_H

#include <stddef.h>
#include <stdint.h>

struct codec_ops {
	const char *name;          /**< "pcmu", "pcma", "l16", "opus"    */
	size_t enc_size, dec_size; /**< [bytes] of state, 0: none        */
	/** Zeroed state to ready. May be NULL. @return 0, -EINVAL, -ENOMEM */
	int (*enc_init)(void *e, uint32_t hz);
	int (*dec_init)(void *d, uint32_t hz);
	/** @return samples written, -EBADMSG, -EMSGSIZE @realtime */
	int (*decode)(void *d, const void *in, size_t bytes, int16_t *out,
		      size_t cap);
	/** Make up a lost frame; NULL: silence. @return samples @realtime */
	int (*conceal)(void *d, int16_t *out, size_t cap);
	/** @return bytes written, -EMSGSIZE @realtime */
	int (*encode)(void *e, const int16_t *in, size_t samples, void *out,
		      size_t cap);
};

/** @return the codec of that name, or NULL */
const struct codec_ops *codec_find(const char *name);

#endif /* AUDIO_CODEC_H */
