/**
 * @file settings_table.h  The table of settings; private to conf/
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONF_SETTINGS_TABLE_H
#define CONF_SETTINGS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "conf/settings.h"

enum setting_type {
	SETTING_INT,  /**< min..max                                      */
	SETTING_BOOL, /**< true or false, as int64_t 1 or 0              */
	SETTING_TEXT, /**< free, or as `check` wants it                  */
	SETTING_ENUM, /**< one of the words in `choices`                 */
};

enum {
	SETTING_RELOAD = 1 << 0, /**< may change while running             */
	SETTING_SECRET = 1 << 1, /**< environment only; never printed      */
};

struct setting {
	const char *name; /**< "turn.silence_ms"                    */
	enum setting_type type;
	unsigned flags;
	size_t offset;       /**< into struct settings                 */
	const char *value;   /**< the default, as text                 */
	int64_t min, max;    /**< SETTING_INT                          */
	const char *choices; /**< SETTING_ENUM: words and spaces       */
	/** SETTING_TEXT: NULL, or @return NULL when fine, else what is
	 *  expected, "a URL that begins with http:// or https://" */
	const char *(*check)(const char *value);
	const char *doc; /**< one line, with its unit              */
};

struct setting_group {
	const char *name; /**< "turn"                               */
	const char *doc;
};

extern const struct setting settings_table[];
extern const size_t settings_table_n;

/** In the order of the table. */
extern const struct setting_group settings_groups[];
extern const size_t settings_groups_n;

#endif /* CONF_SETTINGS_TABLE_H */
