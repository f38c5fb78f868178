/**
 * @file journal.h  Everything that entered a call, in order, with its time
 *
 * One file a call: a header line of JSON, then records. A record is
 *   u32 length of what follows | u8 type | i64 time [us] | payload
 * little endian; time counts from the start of the call. Payloads of audio are
 * s16 samples; all others are JSON text. docs/journal.md has the types.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

struct journal;
struct writer;

enum journal_type {
	JOURNAL_AUDIO_IN = 1,     /**< a frame from the caller             */
	JOURNAL_TEXT_IN,          /**< typed line                          */
	JOURNAL_DTMF,
	JOURNAL_MARK,             /**< confirmed by the far side           */
	JOURNAL_STT,              /**< partial or final result             */
	JOURNAL_TTS,              /**< a clause was rendered               */
	JOURNAL_BRAIN,            /**< output of the language model        */
	JOURNAL_EXPERT_IN,        /**< command of the Expert               */
	JOURNAL_TIMER,
	JOURNAL_DECISION,         /**< computed; for comparison by replay  */
	JOURNAL_CONFIG,           /**< settings in force                   */
	JOURNAL_END,              /**< how it ended; counts of drops       */
};

/** @param path  copied @param header_json  one line about the call
 *  @return 0, -ENOMEM */
int journal_open(struct journal **ret, struct writer *w, const char *path,
		 const char *header_json, int64_t start_us);

/** Append. A full buffer drops and marks the journal incomplete. @realtime */
void journal_put(struct journal *j, enum journal_type type, int64_t now_us,
		 const void *payload, size_t len);

/** The same with JSON text made by printf; cut at 2 KiB. */
void journal_putf(struct journal *j, enum journal_type type, int64_t now_us,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** @return records dropped so far */
uint64_t journal_dropped(const struct journal *j);

/** Writes JOURNAL_END and closes. NULL is fine. @return NULL */
struct journal *journal_close(struct journal *j, int64_t now_us);

/* ---- reading -------------------------------------------------------------- */

struct journal_record {
	enum journal_type type;
	int64_t at_us;
	const void *payload;      /**< borrowed until the next read */
	size_t len;
};
struct journal_reader;

/** @return 0, -ENOENT, -EBADMSG (not a journal), -ENOMEM */
int journal_reader_open(struct journal_reader **ret, const char *path);
const char *journal_reader_header(const struct journal_reader *r);
/** @return 0, -ENOENT (end), -EBADMSG (torn or damaged record) */
int journal_reader_next(struct journal_reader *r, struct journal_record *ret);
struct journal_reader *journal_reader_close(struct journal_reader *r);

#endif /* JOURNAL_JOURNAL_H */
