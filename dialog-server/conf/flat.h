/**
 * @file flat.h  YAML read as a list of dotted paths with their lines
 *
 *   turn:                        turn.silence_ms = "600"   line 2
 *     silence_ms: 600     -->    steps.0.say     = "hello" line 4
 *   steps:
 *     - say: hello
 *
 * Pure; holds one document with a mapping on top. Anchors, aliases, tags,
 * and a key given twice are refused: they hide what is in force.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONF_FLAT_H
#define CONF_FLAT_H

#include <stddef.h>

enum {
	FLAT_BYTES_MAX = 256 * 1024, /* of a file */
	FLAT_DEPTH_MAX = 8,          /* parts of a path */
	FLAT_PATH_MAX = 256,         /* [bytes] of a path, with the NUL */
	FLAT_VALUE_MAX = 8 * 1024,   /* [bytes] of a value, with the NUL */
	FLAT_ITEMS_MAX = 4096,       /* values in a document */
};

/** One value. All borrowed until the function returns. */
struct flat_item {
	const char *path;                 /**< "steps.0.say"             */
	const char *part[FLAT_DEPTH_MAX]; /**< "steps", "0", "say"       */
	unsigned n_parts;
	const char *value; /**< text, "" for nothing      */
	int plain;         /**< nonzero: without quotes   */
	unsigned line;     /**< from 1                    */
};

/** @return 0, or -errno, which ends the reading and is passed on */
typedef int(flat_item_fn)(void *arg, const struct flat_item *item);

/**
 * @param name    of the source, for messages
 * @param reterr  says what is wrong and where, "name:line: ..."; untouched
 *                when fn itself failed
 * @return 0, -EBADMSG (not such YAML), -EMSGSIZE (over a limit), -ENOMEM, or
 *         what fn returned
 */
int flat_text(const char *text, size_t len, const char *name, flat_item_fn *fn,
	      void *arg, char *reterr, size_t cap);

/** The same for a file. @return also -errno of open and read */
int flat_file(const char *path, flat_item_fn *fn, void *arg, char *reterr,
	      size_t cap);

/** A whole file as text. @param ret  caller frees with mem_free()
 *  @return 0, -errno, -EMSGSIZE (longer than max_bytes), -ENOMEM */
int flat_slurp(char **ret, size_t *ret_len, const char *path,
	       size_t max_bytes);

#endif /* CONF_FLAT_H */
