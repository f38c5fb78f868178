/**
 * @file settings.c  Reads settings from file, environment and command line
 *
 * Each source ends in put(): find the name in the table, check the value
 * against its type and bounds, store it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "conf/flat.h"
#include "conf/settings_table.h"

#define ENV_PREFIX "DIALOG_"

extern char **environ;

enum { NAME_MAX_BYTES = 64, HINT_DISTANCE = 4 };

/* Variables with our prefix that other programs of ours read. */
static const char *const foreign_env[] = {"DIALOG_URL", "DIALOG_API_KEY",
					  "DIALOG_CA_FILE"};

/* For settings_check(): mistakes are told, and reading goes on. */
struct report {
	settings_tell_fn *tell;
	void *arg;
	int n;
	char *failed; /* by row of the table */
};

/* Where a value comes from. */
struct origin {
	struct report *all; /* NULL: the first mistake ends it */
	struct settings *s;
	struct settings_error *reterr;
	const char *file; /* file, or NULL              */
	unsigned line;
	const char *what; /* "--set", "environment"     */
	const char *name; /* as the person wrote it     */
};

__attribute__((format(printf, 3, 4))) static int
fail(const struct origin *o, int err, const char *fmt, ...)
{
	struct strbuf b;
	va_list ap;

	strbuf_over(&b, o->reterr->text, sizeof(o->reterr->text));
	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	if (o->file)
		strbuf_addf(&b, " (%s:%u)", o->file, o->line);
	else if (o->what)
		strbuf_addf(&b, " (%s)", o->what);
	if (o->all) {
		o->all->n++;
		o->all->tell(o->all->arg, o->reterr->text);
	}

	return err;
}

/* Does this mistake end the reading? */
static int past(const struct origin *o, int err)
{
	return o->all && err != -ENOMEM ? 0 : err;
}

static int64_t *int_of(struct settings *s, const struct setting *row)
{
	return (int64_t *)(void *)((char *)s + row->offset);
}

static char *text_of(struct settings *s, const struct setting *row)
{
	return (char *)s + row->offset;
}

/* ---- values ------------------------------------------------------------- */

/* The value for a message; a secret is not shown. */
static const char *shown(const struct setting *row, const char *value)
{
	return row->flags & SETTING_SECRET ? "(secret)" : value;
}

static int put_int(const struct origin *o, const struct setting *row,
		   const char *value)
{
	int64_t v;

	if (text_to_int(value, INT64_MIN, INT64_MAX, &v) < 0)
		return fail(o, -EINVAL,
			    "%s: \"%.60s\" is not a whole number from "
			    "%" PRId64 " to %" PRId64,
			    row->name, value, row->min, row->max);
	if (v < row->min)
		return fail(o, -EINVAL,
			    "%s: %" PRId64 " is below the smallest value "
			    "%" PRId64 " (%" PRId64 " to %" PRId64 ")",
			    row->name, v, row->min, row->min, row->max);
	if (v > row->max)
		return fail(o, -EINVAL,
			    "%s: %" PRId64 " is above the largest value "
			    "%" PRId64 " (%" PRId64 " to %" PRId64 ")",
			    row->name, v, row->max, row->min, row->max);

	*int_of(o->s, row) = v;

	return 0;
}

static int put_bool(const struct origin *o, const struct setting *row,
		    const char *value)
{
	static const char *const words[][2] = {
		{"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int v = 0; v < 2; v++)
			if (strcmp(value, words[i][v]) == 0) {
				*int_of(o->s, row) = v;
				return 0;
			}

	return fail(o, -EINVAL, "%s: \"%.60s\" is neither true nor false",
		    row->name, value);
}

/* Is value one of the words, which are separated by spaces? */
static int is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	while (*choices) {
		size_t n = strcspn(choices, " ");

		if (n == len && memcmp(choices, value, n) == 0)
			return 1;
		choices += n + strspn(choices + n, " ");
	}

	return 0;
}

static int put_text(const struct origin *o, const struct setting *row,
		    const char *value)
{
	const char *want = row->check ? row->check(value) : NULL;

	if (want)
		return fail(o, -EINVAL, "%s: \"%.60s\" is not %s", row->name,
			    shown(row, value), want);
	if (strlen(value) >= SETTING_TEXT_MAX)
		return fail(o, -EMSGSIZE, "%s: longer than %d bytes",
			    row->name, SETTING_TEXT_MAX - 1);
	if (!text_is_utf8(value, strlen(value)))
		return fail(o, -EINVAL, "%s: not UTF-8 text", row->name);
	for (const char *c = value; *c; c++)
		if (iscntrl((unsigned char)*c))
			return fail(o, -EINVAL,
				    "%s: holds a control character",
				    row->name);
	if (row->type == SETTING_ENUM && !is_choice(row->choices, value))
		return fail(o, -EINVAL, "%s: \"%.60s\" is not one of: %s",
			    row->name, value, row->choices);

	return text_copy(text_of(o->s, row), SETTING_TEXT_MAX, value);
}

static int put_value(const struct origin *o, const struct setting *row,
		     const char *value)
{
	switch (row->type) {
	case SETTING_INT:
		return put_int(o, row, value);
	case SETTING_BOOL:
		return put_bool(o, row, value);
	case SETTING_TEXT:
	case SETTING_ENUM:
	default:
		return put_text(o, row, value);
	}
}

static int put_row(const struct origin *o, const struct setting *row,
		   const char *value)
{
	int err = put_value(o, row, value);

	if (err && o->all)
		o->all->failed[row - settings_table] = 1;

	return err;
}

/* ---- names -------------------------------------------------------------- */

static const struct setting *row_find(const char *name)
{
	for (size_t i = 0; i < settings_table_n; i++)
		if (strcmp(settings_table[i].name, name) == 0)
			return &settings_table[i];

	return NULL;
}

static int is_group(const char *name)
{
	for (size_t i = 0; i < settings_groups_n; i++)
		if (strcmp(settings_groups[i].name, name) == 0)
			return 1;

	return 0;
}

static void env_name(char *dst, size_t cap, const struct setting *row)
{
	(void)snprintf(dst, cap, ENV_PREFIX "%s", row->name);
	for (char *c = dst; *c; c++)
		*c = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
}

/* The nearest name, or NULL when none is near. A name without its group is
 * taken for the first one that ends like it. */
static const struct setting *row_near(const char *name, int env)
{
	const struct setting *best = NULL;
	unsigned best_distance = HINT_DISTANCE + 1;

	for (size_t i = 0; i < settings_table_n; i++) {
		const struct setting *row = &settings_table[i];
		char known[NAME_MAX_BYTES + sizeof(ENV_PREFIX)];
		unsigned d;

		if (env)
			env_name(known, sizeof(known), row);
		else
			(void)text_copy(known, sizeof(known), row->name);
		d = text_distance(name, known);
		if (!env && strcmp(strchr(row->name, '.') + 1, name) == 0)
			d = 1;
		if (d < best_distance) {
			best_distance = d;
			best = row;
		}
	}

	return best;
}

static int fail_unknown(const struct origin *o, const char *name)
{
	const struct setting *near = row_near(name, 0);

	if (near)
		return fail(o, -EINVAL,
			    "unknown setting `%.80s`: did you mean `%s`?",
			    name, near->name);

	return fail(o, -EINVAL,
		    "unknown setting `%.80s`; dialog-server --print-config "
		    "lists all",
		    name);
}

static int put(const struct origin *o, const char *name, const char *value)
{
	const struct setting *row = row_find(name);
	char env[NAME_MAX_BYTES + sizeof(ENV_PREFIX)];

	if (!row && is_group(name))
		return fail(o, -EINVAL,
			    "%s is a group of settings: give %s.NAME a value",
			    name, name);
	if (!row)
		return fail_unknown(o, name);
	if (row->flags & SETTING_SECRET) {
		env_name(env, sizeof(env), row);
		return fail(o, -EINVAL,
			    "%s is a secret: set it in the environment as %s, "
			    "or name its file in %s_file",
			    row->name, env, row->name);
	}

	return put_row(o, row, value);
}

/* ---- sources ------------------------------------------------------------ */

static int on_item(void *arg, const struct flat_item *item)
{
	struct origin *o = arg;

	/* "turn:" with nothing below it. */
	if (!item->value[0] && item->plain && is_group(item->path))
		return 0;

	o->line = item->line;

	return past(o, put(o, item->path, item->value));
}

int settings_parse(struct settings *s, const char *text, size_t len,
		   const char *name, struct settings_error *reterr)
{
	struct origin o = {.s = s, .reterr = reterr, .file = name};

	return flat_text(text, len, name, on_item, &o, reterr->text,
			 sizeof(reterr->text));
}

static int is_foreign(const char *var, size_t len)
{
	for (size_t i = 0; i < sizeof(foreign_env) / sizeof(foreign_env[0]);
	     i++)
		if (strlen(foreign_env[i]) == len &&
		    memcmp(foreign_env[i], var, len) == 0)
			return 1;

	return 0;
}

/* One "NAME=value" of the environment. */
static int put_env(const struct origin *from, const char *var)
{
	struct origin o = *from;
	size_t len = strcspn(var, "=");
	char name[NAME_MAX_BYTES + sizeof(ENV_PREFIX)], known[sizeof(name)];
	const struct setting *near;

	if (strncmp(var, ENV_PREFIX, strlen(ENV_PREFIX)) != 0 ||
	    is_foreign(var, len) || !var[len])
		return 0;

	(void)snprintf(name, sizeof(name), "%.*s", (int)len, var);
	for (size_t i = 0; i < settings_table_n; i++) {
		env_name(known, sizeof(known), &settings_table[i]);
		if (strcmp(known, name) != 0)
			continue;
		o.what = name;
		return put_row(&o, &settings_table[i], var + len + 1);
	}

	o.what = "environment";
	near = row_near(name, 1);
	if (!near)
		return fail(&o, -EINVAL, "unknown variable `%s`", name);
	env_name(known, sizeof(known), near);

	return fail(&o, -EINVAL, "unknown variable `%s`: did you mean `%s`?",
		    name, known);
}

static int put_set(struct origin *o, const char *set)
{
	size_t len = strcspn(set, "=");
	char name[NAME_MAX_BYTES];

	o->what = "--set";
	if (!len || !set[len] || len >= sizeof(name))
		return fail(o, -EINVAL, "\"%.60s\": expected name=value", set);

	memcpy(name, set, len);
	name[len] = '\0';

	return put(o, name, set + len + 1);
}

/* Read the file of a secret, unless the environment gave the secret. */
static int load_secret(const struct origin *o, const char *name,
		       const char *path, char *dst)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	if (dst[0] || !path[0])
		return 0;

	err = flat_slurp(&text, &len, path, SETTING_TEXT_MAX - 1);
	if (err) {
		char why[128];

		return fail(o, err, "%s: cannot read %.200s: %s", name, path,
			    err == -EMSGSIZE
				    ? "too long for a secret"
				    : strerror_r(-err, why, sizeof(why)));
	}
	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	if (!len || strlen(text) != len)
		err = fail(o, -EINVAL, "%s: %.200s holds no secret", name,
			   path);
	else
		err = text_copy(dst, SETTING_TEXT_MAX,
				text + strspn(text, " \t\r\n"));
	memset(text, 0, len);
	mem_free(text);

	return err;
}

static int is_sound(const struct origin *o, const char *name)
{
	return !o->all || !o->all->failed[row_find(name) - settings_table];
}

/* What one setting demands of another; nothing of one that was refused. */
static int check_together(const struct origin *o)
{
	const struct settings *s = o->s;
	const int openai = strcmp(s->llm_provider, "openai") == 0;
	const struct {
		int wrong;
		const char *one, *other, *why;
	} rules[] = {
		{!s->tls_cert[0] != !s->tls_key[0], "listen.tls_cert",
		 "listen.tls_key",
		 "listen.tls_cert and listen.tls_key go together"},
		{s->turn_min_silence_ms > s->turn_silence_ms,
		 "turn.min_silence_ms", "turn.silence_ms",
		 "turn.min_silence_ms is above turn.silence_ms"},
		{s->turn_silence_ms > s->turn_max_silence_ms,
		 "turn.silence_ms", "turn.max_silence_ms",
		 "turn.silence_ms is above turn.max_silence_ms"},
		{openai && (!s->llm_url[0] || !s->llm_model[0]), "llm.url",
		 "llm.model",
		 "llm.provider openai needs llm.url and llm.model"},
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong && is_sound(o, rules[i].one) &&
		    is_sound(o, rules[i].other))
			err = past(o, fail(o, -EINVAL, "%s", rules[i].why));

	return err;
}

/* All sources over the defaults. */
static int load_over(struct origin *o, const char *file,
		     const char *const *sets, size_t n)
{
	struct settings *s = o->s;
	int err = 0;

	if (file) {
		o->file = file;
		err = flat_file(file, on_item, o, o->reterr->text,
				sizeof(o->reterr->text));
		o->file = NULL;
		if (err && o->all && err != -ENOMEM) {
			o->all->n++;
			o->all->tell(o->all->arg, o->reterr->text);
			err = 0;
		}
	}
	for (char **var = environ; !err && var && *var; var++)
		err = past(o, put_env(o, *var));
	for (size_t i = 0; !err && i < n; i++)
		err = past(o, put_set(o, sets[i]));
	o->what = NULL;
	if (!err)
		err = past(o, load_secret(o, "llm.key_file", s->llm_key_file,
					  s->llm_key));
	if (!err)
		err = past(o, load_secret(o, "twilio.auth_token_file",
					  s->twilio_auth_token_file,
					  s->twilio_auth_token));
	if (!err)
		err = check_together(o);

	return err;
}

/* ---- public ------------------------------------------------------------- */

void settings_default(struct settings *ret)
{
	struct settings_error error = {""};
	struct origin o = {.s = ret, .reterr = &error};

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < settings_table_n; i++) {
		int err = put_row(&o, &settings_table[i],
				  settings_table[i].value);

		assert(err == 0); /* the table refuses its own default */
	}
}

int settings_load(struct settings *ret, const char *file,
		  const char *const *sets, size_t n,
		  struct settings_error *reterr)
{
	struct settings *s = mem_alloc(sizeof(*s));
	struct origin o = {.s = s, .reterr = reterr};
	int err;

	if (!s)
		return fail(&o, -ENOMEM, "out of memory");

	settings_default(s);
	err = load_over(&o, file, sets, n);
	if (!err)
		*ret = *s;
	memset(s, 0, sizeof(*s));
	mem_free(s);

	return err;
}

int settings_check(const char *file, const char *const *sets, size_t n,
		   settings_tell_fn *tell, void *arg)
{
	struct settings *s = mem_alloc(sizeof(*s));
	char *failed = mem_zalloc(settings_table_n);
	struct settings_error last;
	struct report all = {.tell = tell, .arg = arg, .failed = failed};
	struct origin o = {.s = s, .reterr = &last, .all = &all};
	int err = -ENOMEM;

	if (s && failed) {
		settings_default(s);
		err = load_over(&o, file, sets, n);
		memset(s, 0, sizeof(*s));
	}
	mem_free(s);
	mem_free(failed);

	return err ? err : all.n;
}

static int row_equal(const struct settings *a, const struct settings *b,
		     const struct setting *row)
{
	const char *pa = (const char *)a + row->offset;
	const char *pb = (const char *)b + row->offset;

	if (row->type == SETTING_INT || row->type == SETTING_BOOL)
		return memcmp(pa, pb, sizeof(int64_t)) == 0;

	return strcmp(pa, pb) == 0;
}

void settings_reload(struct settings *now, const struct settings *fresh,
		     struct strbuf *ret_ignored)
{
	for (size_t i = 0; i < settings_table_n; i++) {
		const struct setting *row = &settings_table[i];

		if (row_equal(now, fresh, row))
			continue;
		if (row->flags & SETTING_RELOAD)
			memcpy((char *)now + row->offset,
			       (const char *)fresh + row->offset,
			       row->type == SETTING_INT ||
					       row->type == SETTING_BOOL
				       ? sizeof(int64_t)
				       : SETTING_TEXT_MAX);
		else if (ret_ignored)
			strbuf_addf(ret_ignored, "%s%s",
				    ret_ignored->len ? " " : "", row->name);
	}
}
