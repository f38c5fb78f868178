/**
 * @file vad_net.h  Weighs what is known of a frame: speech or not?
 *
 * One recurrent layer (gated, as in GRU) and one number out of it. What it
 * remembers is what makes music, babble and hum known for what they are. Its
 * weights (vad_weights.c) are fitted by tests/bench/turns/vad_train.py.
 *
 * @source K. Cho et al., Learning phrase representations using RNN
 *         encoder-decoder, 2014 (the gates)
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_VAD_NET_H
#define SPEECH_VAD_NET_H

enum { VAD_INPUTS = 40, VAD_HIDDEN = 32 };

struct vad_net {
	float h[VAD_HIDDEN]; /**< what it remembers */
};

/** Columns: the two gates (update, reset), then the candidate. */
struct vad_weights {
	float in[VAD_INPUTS][3 * VAD_HIDDEN];
	float in_bias[3 * VAD_HIDDEN];
	float past[VAD_HIDDEN][3 * VAD_HIDDEN];
	float past_bias[3 * VAD_HIDDEN];
	float out[VAD_HIDDEN];
	float out_bias;
};

extern const struct vad_weights vad_weights;

/** @param x  x[VAD_INPUTS] @return 0..1 @realtime */
float vad_net_run(struct vad_net *n, const float *x);

#endif /* SPEECH_VAD_NET_H */
