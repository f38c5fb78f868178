/**
 * @file codec_table.h  The codecs by name, private to audio
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_CODEC_TABLE_H
#define AUDIO_CODEC_TABLE_H

#include "audio/codec.h"

extern const struct codec_ops codec_pcmu;
extern const struct codec_ops codec_pcma;
extern const struct codec_ops codec_l16;
extern const struct codec_ops codec_l16be;
extern const struct codec_ops codec_opus;

#endif /* AUDIO_CODEC_TABLE_H */
