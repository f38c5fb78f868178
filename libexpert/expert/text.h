/**
 * @file text.h  Help with words: documents, choices, days, telephone numbers
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_TEXT_H
#define LIBEXPERT_TEXT_H

#include <stddef.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- text --------------------------------------------------------------- */

/**
 * Whether text has this word or phrase: "park" is in "is there parking?", but
 * not in "spark". Case, spaces and punctuation do not count.
 *
 * @return nonzero when it has; 0 also when either is NULL or empty
 */
EXPERT_API int expert_text_has(const char *text, const char *words);

/* ---- documents and choices -----------------------------------------------
 */

/*
 * Answers from texts, and what somebody means of several things: by words
 * alone, on this machine. A question fits a passage that has the rarer of its
 * words, in any form ("delivered", "deliveries"); "the", "how" and the like do
 * not count. Made for English.
 */

struct expert_docs;

/** @return no documents yet, or NULL: out of memory; expert_docs_free() */
EXPERT_API struct expert_docs *expert_docs_new(void);

/** NULL is fine. */
EXPERT_API void expert_docs_free(struct expert_docs *d);

/**
 * Add a text. Its passages are its paragraphs, with empty lines in between;
 * one of more than 600 bytes is divided after sentences. A short line of its
 * own that is no sentence is a heading: it helps to find what follows.
 *
 * @param source  what expert_docs_source() is to say; copied
 * @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ENOMEM, EXPERT_ETOOBIG (more than
 *         10000 passages; those before are kept)
 */
EXPERT_API int expert_docs_add(struct expert_docs *d, const char *source,
			       const char *text);

/** The same with a file of up to 4 MiB; its source is its name without
 *  folders. @return also EXPERT_ENOENT: it cannot be read */
EXPERT_API int expert_docs_add_file(struct expert_docs *d, const char *path);

/** @return how many passages there are */
EXPERT_API size_t expert_docs_count(const struct expert_docs *d);

/** @param rank  0: the passage that fits best, 1: the next, ...
 *  @return it, in one line, good as long as d; NULL when none fits. Any
 *          thread, once everything is added. */
EXPERT_API const char *expert_docs_ask(const struct expert_docs *d,
				       const char *question, size_t rank);

/** @return where that passage is from; NULL when none fits. As
 *          expert_docs_ask(). */
EXPERT_API const char *expert_docs_source(const struct expert_docs *d,
					  const char *question, size_t rank);

/**
 * Which of several things somebody means.
 *
 * @param choices  each described in a few words, with those that people use
 *                 for it; ended by NULL
 * @param rank     0: the one that fits best, 1: the next, ...
 * @return its index in choices; EXPERT_ENOENT when none fits, EXPERT_EINVAL,
 *         EXPERT_ENOMEM, EXPERT_ETOOBIG (more than 10000). Any thread.
 */
EXPERT_API int expert_choose(const char *text, const char *const *choices,
			     size_t rank);

/* ---- days and hours ------------------------------------------------------
 */

/*
 * What people say about time, as a filter of dates: "tomorrow after three",
 * "next week, but not Monday", "between the 24th and the 26th", "Tuesday or
 * Thursday in the morning", "in two weeks", "before November 24". English.
 */

struct expert_when;

/** @param text   what was said; what is no time in it does not count
 *  @param today  "2026-11-21"; NULL: of this machine's clock
 *  @return expert_when_free(); NULL when out of memory, text is NULL, or today
 *          is no date */
EXPERT_API struct expert_when *expert_when_new(const char *text,
					       const char *today);

/** NULL is fine. */
EXPERT_API void expert_when_free(struct expert_when *w);

/** @return nonzero when nothing was said about time: every date suits */
EXPERT_API int expert_when_is_any(const struct expert_when *w);

/** @param iso  "2026-11-24T15:30", or a day alone; what follows the minutes
 *              does not count
 *  @return nonzero when it suits */
EXPERT_API int expert_when_has(const struct expert_when *w, const char *iso);

/** @return the first and the last day of the range, "2026-11-24"; "" where it
 *          is open, as with weekdays alone; good as long as w */
EXPERT_API const char *expert_when_first(const struct expert_when *w);
EXPERT_API const char *expert_when_last(const struct expert_when *w);

/* ---- telephone numbers ---------------------------------------------------
 */

/** Room for a number, with its end. */
enum { EXPERT_PHONE_BYTES = 32 };

/**
 * The number as networks have it: "(212) 555-0142" becomes "+12125550142".
 *
 * @param text     digits with spaces, dots, dashes, slashes and brackets;
 *                 with "+", "00" or, from North America, "011" from abroad
 * @param country  code of the country that text is of, "1", "49"
 * @param ret      untouched on failure
 * @return EXPERT_OK; EXPERT_EINVAL: that is no number. Any thread.
 */
EXPERT_API int expert_phone_e164(const char *text, const char *country,
				 char ret[EXPERT_PHONE_BYTES]);

/** For people to read: "+12125550142" becomes "+1 212 555 0142".
 *  @param ret  untouched on failure
 *  @return EXPERT_OK; EXPERT_EINVAL: not a number with a "+". Any thread. */
EXPERT_API int expert_phone_format(const char *e164,
				   char ret[EXPERT_PHONE_BYTES]);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_TEXT_H */
