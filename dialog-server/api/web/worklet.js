/* The sound of the page, on the audio thread.
 *
 *   microphone at the card's rate --> [ capture ] --> 16 kHz frames of 20 ms
 *   frames of 20 ms at 16 kHz --> [ playback ] --> the card's rate
 *
 * SPDX-License-Identifier: MIT
 */
"use strict";

const HZ = 16000;
const FRAME = HZ / 50;
const ZEROS = 16;          /* zero crossings of the filter on each side */
const STEPS = 256;         /* positions of the filter between two samples */
const PREFILL = 3 * FRAME; /* play when this much is here: rides out 60 ms */

/* A windowed sinc, sampled finely. Cuts at the lower of both rates. */
class Resampler {
	constructor(from, to) {
		this.step = from / to;
		const cut = Math.min(1, to / from) * 0.95;
		this.half = Math.ceil(ZEROS / cut);
		this.taps = 2 * this.half;
		this.table = new Float32Array((STEPS + 1) * this.taps);
		for (let p = 0; p <= STEPS; p++)
			for (let i = 0; i < this.taps; i++) {
				const x = i - this.half + 1 - p / STEPS;
				const w = 0.5 + 0.5 * Math.cos(Math.PI * Math.max(-1, Math.min(1, x / this.half)));
				const a = Math.PI * x * cut;
				this.table[p * this.taps + i] = cut * w * (a ? Math.sin(a) / a : 1);
			}
		this.reset();
	}

	reset() {
		this.past = new Float32Array(this.taps); /* the newest samples */
		this.at = 1;                             /* of the next output, from the
		                                            middle of past */
	}

	/* How many inputs the next output needs before. */
	wanted() {
		return Math.floor(this.at);
	}

	push(sample) {
		this.past.copyWithin(0, 1);
		this.past[this.taps - 1] = sample;
		this.at -= 1;
	}

	/* Only when wanted() is 0. */
	pull() {
		const row = Math.round(this.at * STEPS) * this.taps;
		let sum = 0;

		for (let i = 0; i < this.taps; i++)
			sum += this.past[i] * this.table[row + i];
		this.at += this.step;
		return sum;
	}
}

class Capture extends AudioWorkletProcessor {
	constructor() {
		super();
		this.resampler = new Resampler(sampleRate, HZ);
		this.frame = new Int16Array(FRAME);
		this.n = 0;
		this.peak = 0;
		this.muted = false;
		this.port.onmessage = (e) => { this.muted = e.data.muted; };
	}

	add(sample) {
		const loud = Math.abs(sample);

		if (loud > this.peak)
			this.peak = loud;
		this.frame[this.n++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
		if (this.n < FRAME)
			return;
		const buffer = this.frame.buffer;
		this.port.postMessage({ frame: buffer, peak: this.peak }, [buffer]);
		this.frame = new Int16Array(FRAME);
		this.n = 0;
		this.peak = 0;
	}

	/* Without a microphone there is no input: silence keeps the call's clock. */
	process(inputs, outputs) {
		const input = inputs[0];
		const length = outputs[0][0].length;

		for (let i = 0; i < length; i++) {
			let sample = 0;

			if (!this.muted)
				for (const channel of input)
					sample += channel[i] / input.length;
			this.resampler.push(sample);
			while (this.resampler.wanted() === 0)
				this.add(this.resampler.pull());
		}
		return true;
	}
}

class Playback extends AudioWorkletProcessor {
	constructor() {
		super();
		this.resampler = new Resampler(HZ, sampleRate);
		this.queue = [];        /* frames, and marks between them */
		this.offset = 0;        /* in the first frame */
		this.held = 0;          /* samples in the queue */
		this.playing = false;
		this.waited = 0;        /* outputs since the first frame came */
		this.last = 0;
		this.peak = 0;
		this.told = 0;
		this.port.onmessage = (e) => this.take(e.data);
	}

	take(m) {
		if (m.frame) {
			const frame = new Int16Array(m.frame);

			this.queue.push(frame);
			this.held += frame.length;
		} else if (m.mark !== undefined) {
			this.queue.push(m.mark);
			this.pass();
		} else if (m.clear) {
			this.clear();
		}
	}

	/* What is thrown away counts as over: its marks are reported. */
	clear() {
		for (const item of this.queue)
			if (typeof item === "number")
				this.port.postMessage({ marked: item });
		this.queue = [];
		this.offset = 0;
		this.held = 0;
		this.stop();
	}

	stop() {
		this.playing = false;
		this.waited = 0;
		this.resampler.reset();
	}

	/* Report the marks that nothing stands before any more. */
	pass() {
		while (this.queue.length && typeof this.queue[0] === "number")
			this.port.postMessage({ marked: this.queue.shift() });
	}

	/* The next sample of the queue, which is not empty. */
	next() {
		const frame = this.queue[0];
		const sample = frame[this.offset++] / 32768;

		this.held--;
		if (this.offset === frame.length) {
			this.queue.shift();
			this.offset = 0;
			this.pass();
		}
		return sample;
	}

	one() {
		if (!this.playing)
			return this.last * 0.9; /* no click where sound stops */
		while (this.resampler.wanted() > 0) {
			if (!this.held) {
				this.stop();
				return this.last * 0.9;
			}
			this.resampler.push(this.next());
		}
		return this.resampler.pull();
	}

	process(inputs, outputs) {
		const output = outputs[0][0];

		if (!this.playing && this.held) {
			this.waited += output.length;
			this.playing = this.held >= PREFILL || this.waited * HZ >= PREFILL * sampleRate;
		}
		for (let i = 0; i < output.length; i++) {
			this.last = this.one();
			output[i] = this.last;
			this.peak = Math.max(this.peak, Math.abs(this.last));
		}
		for (let c = 1; c < outputs[0].length; c++)
			outputs[0][c].set(output);
		this.told += output.length;
		if (this.told >= sampleRate / 50) {
			this.port.postMessage({ peak: this.peak });
			this.told = 0;
			this.peak = 0;
		}
		return true;
	}
}

registerProcessor("capture", Capture);
registerProcessor("playback", Playback);
