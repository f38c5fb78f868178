/**
 * @file amd.h  Who has answered a call that we placed?
 *
 *   frames, speech ─┬─▶ how long they greet, where they pause ─┐
 *                   └─▶ beep                                   ├─▶ class, once
 *   recognizer's words ─▶ "after the tone", "press one" ───────┘
 *                                          a machine: when to speak, once
 *
 * A person says little and waits; a machine greets at length. Words decide
 * sooner and better than lengths, where there are any, and a beep for certain.
 * There is always a decision in time. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_AMD_H
#define SPEECH_AMD_H

#include <stdint.h>

#include "audio/beep.h"
#include "audio/pcm.h"

enum amd_class {
	AMD_UNDECIDED,
	AMD_HUMAN,
	AMD_MACHINE,     /**< takes a message                          */
	AMD_SCREENING,   /**< asks who is calling before it puts through */
	AMD_IVR,         /**< a menu                                   */
	AMD_UNAVAILABLE, /**< the network: there is no such number     */
	AMD_UNKNOWN,     /**< nothing was heard that tells             */
};

enum amd_event {
	AMD_NOTHING,
	AMD_DECIDED, /**< class is set; comes once                  */
	AMD_SPEAK,   /**< a machine: leave the message now; once     */
};

struct amd_config {
	int64_t greeting_us; /**< [us] longest greeting of a person: 2.5 s  */
	int64_t pause_us;    /**< [us] of silence after it: 0.5 s           */
	int64_t machine_pause_us; /**< [us] ... after a long one: 1.5 s     */
	int64_t silence_us;       /**< [us] without a word: unknown; 10 s   */
	int64_t deadline_us;      /**< [us] to decide by: 20 s              */
	int64_t beep_us; /**< [us] of silence after a machine's greeting that
			      stand for a beep: 4 s                  */
};

/** The values above. */
extern const struct amd_config amd_usual;

struct amd {
	enum amd_class class;
	const char *why;  /**< of the class, static               */
	int64_t heard_us; /**< [us] since the line opened         */
	int64_t voice_us; /**< [us] of speech so far              */
	int64_t quiet_us; /**< [us] of silence since              */
	int64_t first_us; /**< [us] of the first stretch of speech, its short
			       pauses included                  */
	uint32_t pauses;  /**< stretches of speech that have ended */
	uint32_t beeps;   /**< heard so far                       */
	int speak;        /**< AMD_SPEAK was told                 */
	enum amd_class hint; /**< what words lean to                 */
	int words;           /**< [words] recognized so far          */

	/* inside of amd.c */
	struct amd_config conf;
	struct beep beep;
	int64_t run_us;     /* of voice in a row */
	int64_t stretch_us; /* of the present stretch */
};

/** @param c  copied @param hz  8000 or 16000 */
void amd_init(struct amd *a, const struct amd_config *c, uint32_t hz);

/** One frame of who was called. @param speech  VAD's probability
 *  @realtime */
enum amd_event amd_frame(struct amd *a, const struct aframe *f, float speech);

/** What was recognized so far of the present turn, or of a whole one. */
enum amd_event amd_words(struct amd *a, const char *text);

/** @return "human", "machine", "screening", "ivr", "unavailable", "unknown",
 *  "undecided" */
const char *amd_class_name(enum amd_class c);

#endif /* SPEECH_AMD_H */
