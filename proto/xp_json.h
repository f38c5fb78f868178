/**
 * @file xp_json.h  Checked reading and writing of JSON, for the codec only
 *
 *   text --limits--> jansson --xp_get_*--> struct     (first error sticks)
 *   struct --xp_put_*--> jansson --xp_text--> text    (first failure sticks)
 *
 * What is refused before anything is built: more than XP_MESSAGE_BYTES_MAX,
 * deeper than XP_DEPTH_MAX, more than XP_VALUES_MAX values. What jansson
 * refuses: text that is not UTF-8, a key given twice, \u0000, numbers that do
 * not fit.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_JSON_H
#define PROTO_XP_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/xp.h"

enum { XP_VALUES_MAX = 16384 };

/** Largest integer that every JSON reader keeps exact, 2^53 - 1. */
#define XP_INTEGER_MAX INT64_C(9007199254740991)

struct xp_doc; /* one parsed message and its blocks */

/** Reads one object; the first error is kept, later reads do nothing. */
struct xp_reader {
	struct xp_doc *doc;
	const json_t *obj;
	const char *path; /**< "" or "action_items[3].", borrowed */
	struct xp_error *err;
	int rc;
};

/**
 * Parse a message whose top level is an object.
 *
 * @param ret    set on success; xp_doc_free() releases
 * @param depth  [levels] deepest nesting that is accepted
 * @param err    filled on failure
 * @return 0, -EBADMSG, -EMSGSIZE, -ENOMEM
 */
int xp_doc_new(struct xp_doc **ret, const char *s, size_t len, int depth,
	       struct xp_error *err);

/** NULL is fine. */
void xp_doc_free(struct xp_doc *doc);

/** @return a reader of the top-level object */
struct xp_reader xp_doc_reader(struct xp_doc *doc, struct xp_error *err);

/** Zeroed memory that lives as long as the document. @return NULL: no memory,
 *  and the reader is failed */
void *xp_doc_alloc(struct xp_reader *r, size_t bytes);

/** Note the first error. @return rc */
int xp_fail(struct xp_reader *r, int rc, const char *key, const char *what);

/* Each leaves *ret alone when the reader has failed or fails here. */

/** A string that must be there, up to XP_TEXT_BYTES_MAX. */
void xp_get_text(struct xp_reader *r, const char *key, const char **ret);

/** The same with another limit; absent or null gives dflt. */
void xp_get_text_or(struct xp_reader *r, const char *key, const char **ret,
		    size_t max, const char *dflt);

/** An id or key that must be there: 1..XP_KEY_BYTES_MAX bytes. */
void xp_get_key(struct xp_reader *r, const char *key, const char **ret);

/** Absent or null gives dflt. */
void xp_get_flag(struct xp_reader *r, const char *key, int *ret, int dflt);

/** An integer within min..XP_INTEGER_MAX that must be there. */
void xp_get_int(struct xp_reader *r, const char *key, int64_t *ret,
		int64_t min);

/** Absent or null gives dflt; a fraction is cut off. For time stamps. */
void xp_get_stamp(struct xp_reader *r, const char *key, int64_t *ret,
		  int64_t dflt);

/** An integer within min..max; absent or null gives dflt. */
void xp_get_int_or(struct xp_reader *r, const char *key, int64_t *ret,
		   int64_t min, int64_t max, int64_t dflt);

/** A word of a closed list. */
struct xp_word {
	const char *name; /**< NULL ends the list */
	int value;
};

/** @param dflt  when absent or null; negative: it must be there */
void xp_get_word(struct xp_reader *r, const char *key,
		 const struct xp_word *words, int *ret, int dflt);

/** @return NULL for a value that has no word */
const char *xp_word_of(const struct xp_word *words, int value);

/** Any value, as the peer wrote it; it must be there. */
void xp_get_json(struct xp_reader *r, const char *key, const char **ret);

/** An object as JSON text; absent or null gives NULL. */
void xp_get_object(struct xp_reader *r, const char *key, const char **ret);

/** Up to max strings; absent or null gives none. */
void xp_get_texts(struct xp_reader *r, const char *key,
		  const char *const **ret, uint32_t *ret_n, uint32_t max);

/** Up to max objects; absent or null gives NULL and none. Read each with
 *  xp_reader_at(). */
const json_t *xp_get_array(struct xp_reader *r, const char *key,
			   uint32_t *ret_n, uint32_t max);

/**
 * Where the value of a member of the outermost object stands.
 *
 * @param s  text of an object that has been parsed without error
 * @return borrowed from s, or NULL: no such name, or written with escapes
 */
const char *xp_raw_member(const char *s, size_t len, const char *key,
			  size_t *ret_len);

/** Longest path that xp_reader_at() and xp_reader_in() write. */
enum { XP_PATH_BYTES = 96 };

/** A reader of the object that is the member; fails when it is none. Copy rc
 *  back into the parent when done. */
struct xp_reader xp_reader_in(const struct xp_reader *parent, const char *key,
			      char path[XP_PATH_BYTES]);

/** A reader of the i-th object of an array; path is the memory for its name.
 *  Copy rc back into the parent when done. */
struct xp_reader xp_reader_at(const struct xp_reader *parent,
			      const json_t *array, const char *key, uint32_t i,
			      char path[XP_PATH_BYTES]);

enum { XP_RAW_MAX = 3 };

/** Writes one object; after the first failure nothing more is done. */
struct xp_writer {
	json_t *obj; /**< NULL once failed */
	uint32_t n_raw;
	struct {
		const char *key, *text; /**< borrowed until xp_text() */
		size_t len;
	} raw[XP_RAW_MAX];
};

/** Begin an object whose type_key is type. */
struct xp_writer xp_writer_of(const char *type_key, const char *type);

/** @param taken  also on failure; NULL (out of memory) is a failure */
void xp_put(struct xp_writer *w, const char *key, json_t *taken);
void xp_put_text(struct xp_writer *w, const char *key, const char *s);

/** The same, cut at XP_TEXT_BYTES_MAX, between characters. */
void xp_put_speech(struct xp_writer *w, const char *key, const char *s);

/** NULL becomes null. */
void xp_put_text_or_null(struct xp_writer *w, const char *key, const char *s);
void xp_put_flag(struct xp_writer *w, const char *key, int flag);
void xp_put_int(struct xp_writer *w, const char *key, int64_t n);
void xp_put_texts(struct xp_writer *w, const char *key, const char *const *v,
		  uint32_t n);

/** NULL or a value without a word is a failure. */
void xp_put_word(struct xp_writer *w, const char *key,
		 const struct xp_word *words, int value);

/** A member whose value is embedded as it stands, after all others; for the
 *  outermost object. @param raw  JSON text; anything that is not fails */
void xp_put_raw(struct xp_writer *w, const char *key, const char *raw,
		size_t len);

/** Append obj to array. @return array, or NULL and both are released */
json_t *xp_append(json_t *array, struct xp_writer *obj);

/** Release the object. @return its text, caller frees with free(), or NULL */
char *xp_text(struct xp_writer *w);

/** The same with one more member whose value is embedded as it stands.
 *  @param raw  JSON text; anything that is not gives NULL */
char *xp_text_with(struct xp_writer *w, const char *key, const char *raw,
		   size_t len);

#endif /* PROTO_XP_JSON_H */
