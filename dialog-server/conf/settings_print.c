/**
 * @file settings_print.c  Writes settings as a commented YAML file
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "conf/settings_table.h"

/* Double-quoted YAML: what put_text() lets through needs only these two. */
static void add_quoted(struct strbuf *b, const char *s)
{
	strbuf_addc(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			strbuf_addc(b, '\\');
		strbuf_addc(b, *s);
	}
	strbuf_addc(b, '"');
}

static void add_range(struct strbuf *b, const struct setting *row)
{
	switch (row->type) {
	case SETTING_INT:
		strbuf_addf(b, "%" PRId64 " to %" PRId64 ", default %s",
			    row->min, row->max, row->value);
		break;
	case SETTING_BOOL:
		strbuf_addf(b, "true or false, default %s", row->value);
		break;
	case SETTING_ENUM:
		strbuf_addf(b, "one of: %s; default %s", row->choices,
			    row->value);
		break;
	case SETTING_TEXT:
	default:
		strbuf_addf(b, "text, default \"%s\"", row->value);
		break;
	}
	if (row->flags & SETTING_RELOAD)
		strbuf_add(b, "; may change on SIGHUP");
}

static void add_value(struct strbuf *b, const struct setting *row,
		      const struct settings *s)
{
	const char *at = (const char *)s + row->offset;
	int64_t v;

	switch (row->type) {
	case SETTING_INT:
	case SETTING_BOOL:
		memcpy(&v, at, sizeof(v));
		if (row->type == SETTING_BOOL)
			strbuf_add(b, v ? "true" : "false");
		else
			strbuf_addf(b, "%" PRId64, v);
		break;
	case SETTING_TEXT:
	case SETTING_ENUM:
	default:
		add_quoted(b, at);
		break;
	}
}

static void add_env(struct strbuf *b, const struct setting *row)
{
	strbuf_add(b, "DIALOG_");
	for (const char *c = row->name; *c; c++)
		strbuf_addc(b, *c == '.' ? '_'
					 : (char)toupper((unsigned char)*c));
}

static void add_row(struct strbuf *b, const struct setting *row,
		    const struct settings *s)
{
	const char *leaf = strchr(row->name, '.') + 1;

	strbuf_addf(b, "  # %s.\n", row->doc);
	if (row->flags & SETTING_SECRET) {
		const char *at = (const char *)s + row->offset;

		strbuf_add(b, "  # Secret, from the environment only: ");
		add_env(b, row);
		strbuf_add(b, at[0] ? " (set)\n" : " (not set)\n");
		return;
	}
	strbuf_add(b, "  # (");
	add_range(b, row);
	strbuf_addf(b, ")\n  %s: ", leaf);
	add_value(b, row, s);
	strbuf_addc(b, '\n');
}

void settings_print(struct strbuf *b, const struct settings *values)
{
	struct settings *defaults = NULL;
	const char *group = "";
	size_t g = 0;

	if (!values) {
		defaults = mem_alloc(sizeof(*defaults));
		if (!defaults) {
			b->failed = 1;
			return;
		}
		settings_default(defaults);
		values = defaults;
	}

	strbuf_add(b, "# Settings of dialog-server: dialog-server --config "
		      "THIS_FILE\n"
		      "# The environment (DIALOG_TURN_SILENCE_MS=700) goes "
		      "over this file,\n"
		      "# and --set turn.silence_ms=700 over both.\n");
	for (size_t i = 0; i < settings_table_n; i++) {
		const struct setting *row = &settings_table[i];
		size_t len = strcspn(row->name, ".");

		if (strlen(group) != len ||
		    memcmp(group, row->name, len) != 0) {
			group = settings_groups[g].name;
			strbuf_addf(b, "\n# %s\n%s:\n", settings_groups[g].doc,
				    group);
			++g;
		}
		add_row(b, row, values);
	}
	mem_free(defaults);
}
