/**
 * @file journal.h  Everything that entered a call, in order, with its time
 *
 *   call --put--> [ ring of writer.h ] --> file --journal_reader--> you
 *
 * One file a call: a header line {"journal":1,"call":HEADER}, then records:
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
	JOURNAL_AUDIO_IN = 1, /**< a frame from the caller             */
	JOURNAL_TEXT_IN,      /**< typed line                          */
	JOURNAL_DTMF,
	JOURNAL_MARK,      /**< confirmed by the far side           */
	JOURNAL_STT,       /**< partial or final result             */
	JOURNAL_TTS,       /**< a clause was rendered               */
	JOURNAL_BRAIN,     /**< output of the language model        */
	JOURNAL_EXPERT_IN, /**< command of the Expert               */
	JOURNAL_TIMER,
	JOURNAL_DECISION, /**< computed; for comparison by replay  */
	JOURNAL_CONFIG,   /**< settings in force                   */
	JOURNAL_END,      /**< how it ended; counts of drops       */
};

/**
 * @param path         copied
 * @param header_json  an object about the call on one line, copied; at most
 *                     LIMIT_JOURNAL_HEADER_BYTES
 * @param start_us     [us] what the times of records count from
 * @return 0, -EINVAL (header is not one line), -EMSGSIZE (header), -ENOMEM
 * @thread the shard of the call, like all below
 */
int journal_open(struct journal **ret, struct writer *w, const char *path,
		 const char *header_json, int64_t start_us);

/** Append. A full buffer, or a payload above LIMIT_JOURNAL_RECORD_BYTES, drops
 *  the record and marks the journal incomplete. All three take NULL for a call
 *  whose journal is switched off: nothing happens. @realtime */
void journal_put(struct journal *j, enum journal_type type, int64_t now_us,
		 const void *payload, size_t len);

/** The same with JSON text made by printf. Text above 2 KiB is dropped like a
 *  record that finds no room: half a JSON text helps nobody. @realtime */
void journal_putf(struct journal *j, enum journal_type type, int64_t now_us,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** Give the memory of what is written back; not for the tick. */
void journal_trim(struct journal *j);

/** @return records dropped so far */
uint64_t journal_dropped(const struct journal *j);

/** Writes JOURNAL_END {"records":n,"dropped":n}, for which room is always
 * kept, and closes. NULL is fine. @return NULL */
struct journal *journal_close(struct journal *j, int64_t now_us);

/** Close it, and have the file deleted. NULL is fine. @return NULL */
struct journal *journal_discard(struct journal *j);

/* ---- reading ------------------------------------------------------------ */

struct journal_record {
	enum journal_type type;
	int64_t at_us;
	const void *payload; /**< borrowed until the next read */
	size_t len;
};
struct journal_reader;

/** @return 0, -ENOENT, -EACCES, -EBADMSG (not a journal), -ENOMEM */
int journal_reader_open(struct journal_reader **ret, const char *path);

/** @return the header as it was given to journal_open(); borrowed */
const char *journal_reader_header(const struct journal_reader *r);

/**
 * A torn or damaged record ends the journal: what came before it is good.
 *
 * @return 0, -ENOENT (end), -EBADMSG (torn or damaged; again on each further
 *         call), -ENOMEM
 */
int journal_reader_next(struct journal_reader *r, struct journal_record *ret);

/** @return nonzero once JOURNAL_END was read and counted no drops */
int journal_reader_complete(const struct journal_reader *r);

/** NULL is fine. @return NULL */
struct journal_reader *journal_reader_close(struct journal_reader *r);

/** @return "audio_in", "dtmf", ...; "unknown" for anything else */
const char *journal_type_name(enum journal_type type);

#endif /* JOURNAL_JOURNAL_H */
