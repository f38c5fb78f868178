/**
 * @file nlu_words.h  An utterance as normalised words, and patterns on them
 *
 *   "It's 7:30pm, ok?"  -->  it is 7 :30 pm okay
 *
 * Lower case; contractions opened ("i'd" -> "i would"); digits and letters
 * apart ("7pm" -> "7" "pm"). Each word remembers where it stood, so that
 * names and free text are cut from what was really said.
 *
 * Inside dialog/nlu*.c only. No heap, no clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_NLU_WORDS_H
#define DIALOG_NLU_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum {
	WORDS_MAX = 160,        /* of one utterance; the rest is not read  */
	WORDS_BYTES_MAX = 1536, /* normalised, with a NUL each             */
	WORDS_TEXT_MAX = 1024,  /* [bytes] of an utterance that are read   */
};

struct word {
	const char *s;    /**< normalised                            */
	uint16_t at, end; /**< [bytes] where it stands in the text   */
	char sep;         /**< glued to the word before by / : - . ,
			       or ' '; 0 when there was a space     */
	uint8_t brk;      /**< punctuation ended a clause before it  */
	uint8_t upper;    /**< typed with a capital letter           */
	uint8_t digits;   /**< nothing but digits                    */
};

struct words {
	uint32_t n;
	const char *text; /**< borrowed until the struct is unused   */
	struct word w[WORDS_MAX];
	char buf[WORDS_BYTES_MAX];
	size_t used;
};

/** Split. NULL counts as "". */
void words_split(struct words *ret, const char *text);

/** Only the words from..to-1 of another; they share text and letters. */
void words_slice(struct words *ret, const struct words *ws, uint32_t from,
		 uint32_t to);

/** @return nonzero when s is one of the alternatives "a|b|c" */
int word_in(const char *s, const char *set);

/** The same for word i; 0 beyond the end. */
int words_in(const struct words *ws, uint32_t i, const char *set);

/**
 * Does a pattern match at word `at`?
 *
 * "do|does you|they have|take *? parking": words, alternatives by '|', '*' for
 * any one word, a trailing '?' for one that may be missing.
 *
 * @return words matched, 0 for none
 */
uint32_t words_match(const struct words *ws, uint32_t at, const char *pattern);

/**
 * Can a pattern match a word that begins with this letter? Most patterns of a
 * table need not be tried.
 *
 * The letters of a pattern are worked out when it is first tried and kept;
 * any thread comes to the same result, so the order does not matter.
 *
 * @param memo  one for each pattern, zeroed at start
 */
int pattern_may_begin(_Atomic uint32_t *memo, const char *pattern,
		      uint32_t letter);

/** The bit of a word's own first letter. */
uint32_t word_letter(const char *s);

/** First of a NULL-ended table that matches; the longest wins.
 *  @return words matched, 0 for none */
uint32_t words_match_any(const struct words *ws, uint32_t at,
			 const char *const *patterns);

/** @return index of the first match at or after `from`, or -1 */
int words_find(const struct words *ws, uint32_t from, const char *pattern);

/** @return how many fillers ("um", "well", "please") stand at `at` */
uint32_t words_fillers(const struct words *ws, uint32_t at);

/** Where the caller took words back: the index after the last "no i said",
 *  "i mean", "actually", "sorry", "make it"; 0 when there is none. */
uint32_t words_after_correction(const struct words *ws);

/**
 * Cut at the last such place.
 *
 * @param ret_from, ret_to  the words that take back
 * @return 1, 0: there is none with words on both sides
 */
int words_taken_back(const struct words *ws, uint32_t *ret_from,
		     uint32_t *ret_to);

/** The text from word `from` to word `to` - 1 as it was said, without
 *  punctuation at its ends. @return 0, -EMSGSIZE (cut) */
int words_text(const struct words *ws, uint32_t from, uint32_t to, char *ret,
	       size_t cap);

/** Take an incomplete UTF-8 sequence off the end of a text that was cut. */
void text_trim_utf8(char *s);

/** Any of the alternatives anywhere in some text, word by word? */
int text_has_word(const char *text, const char *set);

/** @return length of the words' common singular: "tickets" ~ "ticket" */
int words_same_stem(const char *a, const char *b);

/** Write s as a JSON string with quotes. @return 0, -EMSGSIZE */
int json_quote(char *ret, size_t cap, const char *s);

/** Read a JSON string. @return 0, -EBADMSG, -EMSGSIZE */
int json_unquote(char *ret, size_t cap, const char *json);

/** Find an integer member of a flat JSON object. @return 0, -ENOENT */
int json_member_int(const char *json, const char *name, int *ret);

/** One member of a flat object, or one element of a flat array. */
struct json_member {
	const char *key; /**< behind its quote; NULL in an array */
	size_t key_len;
	const char *value; /**< begins here, for json_unquote() */
	size_t value_len;
};

/**
 * Walk over a flat object or array.
 *
 * @param at    the JSON at first; moved on
 * @param open  '{' or '['
 * @return 1, 0 (it is over), -EBADMSG (it is none, or has another in it)
 */
int json_next(const char **at, char open, struct json_member *ret);

/** Find a text of a flat JSON object. @return 0, -ENOENT (also: null) */
int json_member_text(const char *json, const char *name, char *ret,
		     size_t cap);

#endif /* DIALOG_NLU_WORDS_H */
