/**
 * @file language.c  Reading the files of languages, and finding one
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/language.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "dialog/language_table.h"

enum { LANGUAGES_MAX = 32, FILE_MAX = 256 * 1024 };

static struct language *all[LANGUAGES_MAX];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- reading ----------------------------------------------------------- */

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (*s == ' ' || *s == '\t')
		s++;
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

/** Folded, after what is there already. @return it, or NULL: no room */
static const char *keep_folded(struct language *l, size_t *used, const char *s)
{
	char *at = l->folded + *used;
	const size_t cap = l->folded_bytes - *used, len = strlen(s);

	if (2 * len + 1 > cap)
		return NULL;
	*used += language_fold(at, cap, s, len) + 1;
	return at;
}

/** "21 = einundzwanzig | ...", "1. = erste | ..." */
static int add_number(struct language *l, size_t *used, char *key, char *words)
{
	char *end;
	const long value = strtol(key, &end, 10);
	const int ordinal = *end == '.';

	if (end == key || end[ordinal] || value < 0 || value > 1000)
		return -1;
	for (char *next = words; next;) {
		char *s = strsep(&next, "|");
		struct language_number *n = &l->numbers[l->n_numbers];

		if (l->n_numbers == LANGUAGE_NUMBERS)
			return -1;
		n->words = keep_folded(l, used, trim(s));
		if (!n->words || !*n->words)
			return -1;
		n->value = (int)value;
		n->ordinal = ordinal;
		l->n_numbers++;
	}
	return 0;
}

static int add_pair(struct language_pair *v, unsigned *n, unsigned max,
		    const char *from, const char *to)
{
	if (*n == max || !from || !*from)
		return -1;
	v[(*n)++] = (struct language_pair){from, to};
	return 0;
}

static int add_value(struct language *l, const char *key, const char *format)
{
	struct language_values *v = &l->values;
	const struct {
		const char *key;
		const char **to;
	} table[] = {
		{"date", &v->date},
		{"date_year", &v->date_year},
		{"time", &v->time},
		{"minutes", &v->minutes},
		{"at", &v->at},
		{"morning", &v->part[0]},
		{"afternoon", &v->part[1]},
		{"evening", &v->part[2]},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (strcmp(key, table[i].key) == 0) {
			*table[i].to = format;
			return 0;
		}
	}
	return -1;
}

static int add_to_list(const char **list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++) {
		if (!list[i]) {
			list[i] = s;
			return 0;
		}
	}
	return -1;
}

/** The conversions of a format in their order: "%s%u". */
static void conversions(char *ret, size_t cap, const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		if (*s != '%')
			continue;
		s++;
		if (n + 1 < cap)
			ret[n++] = *s;
		if (!*s)
			break;
	}
	ret[n] = '\0';
}

/** "_" at an end of a line stands for a space there. */
static char *with_spaces(char *s)
{
	const size_t len = strlen(s);

	if (len && s[len - 1] == '_')
		s[len - 1] = ' ';
	if (*s == '_')
		*s = ' ';
	return s;
}

/** A line with other conversions than the English one is not used. */
static int add_line(struct language *l, char *english, char *own)
{
	char a[16], b[16];

	(void)with_spaces(english);
	(void)with_spaces(own);
	conversions(a, sizeof(a), english);
	conversions(b, sizeof(b), own);
	if (strcmp(a, b) != 0 || a[strspn(a, "s")])
		return -1;
	return add_pair(l->lines, &l->n_lines, LANGUAGE_LINES, english, own);
}

static int add(struct language *l, size_t *used, const char *section,
	       char *line)
{
	char *to = strstr(line, " = ");

	if (strcmp(section, "[months]") == 0)
		return add_to_list(l->months, 12, line);
	if (strcmp(section, "[weekdays]") == 0)
		return add_to_list(l->weekdays, 7, line);
	if (!to)
		return -1;
	*to = '\0';
	to = trim(to + 3);
	line = trim(line);
	if (strcmp(section, "[numbers]") == 0)
		return add_number(l, used, line, to);
	if (strcmp(section, "[hear]") == 0)
		return add_pair(l->phrases, &l->n_phrases, LANGUAGE_PHRASES,
				keep_folded(l, used, line), to);
	if (strcmp(section, "[say]") == 0)
		return add_line(l, line, to);
	if (strcmp(section, "[values]") == 0)
		return add_value(l, line, to);
	return -1;
}

void language_free(struct language *l)
{
	mem_free(l->text);
	mem_free(l->folded);
	mem_free(l);
}

/** @return the line that cannot be read, 0: all can */
static unsigned read_lines(struct language *l)
{
	const char *section = "";
	size_t used = 0;
	unsigned number = 0;

	for (char *next = l->text; next;) {
		char *line = trim(strsep(&next, "\n"));

		number++;
		if (!*line || *line == '#')
			continue;
		if (!l->names)
			l->names = line;
		else if (*line == '[')
			section = line;
		else if (add(l, &used, section, line) < 0)
			return number;
	}
	return 0;
}

static int is_whole(const struct language *l)
{
	const struct language_values *v = &l->values;

	return l->names && l->months[11] && l->weekdays[6] && v->date &&
	       v->date_year && v->time && v->minutes && v->at && v->part[0] &&
	       v->part[1] && v->part[2];
}

struct language *language_read(const unsigned char *data, size_t len)
{
	struct language *l = mem_zalloc(sizeof(*l));
	unsigned bad = 0;

	if (!l || len >= FILE_MAX)
		goto fail;
	l->text = mem_alloc(len + 1);
	l->folded_bytes = 2 * len + 1;
	l->folded = mem_alloc(l->folded_bytes);
	if (!l->text || !l->folded)
		goto fail;
	memcpy(l->text, data, len);
	l->text[len] = '\0';
	bad = read_lines(l);
	if (l->names)
		(void)text_copy(l->name, sizeof(l->name), l->names);
	l->name[strcspn(l->name, " |")] = '\0';
	if (!bad && is_whole(l))
		return l;
	log_error("dialog", "language %s: line %u can't be read", l->name,
		  bad);
fail:
	if (l)
		language_free(l);
	return NULL;
}

/* ---- finding ----------------------------------------------------------- */

static void read_all(void)
{
	unsigned n = 0;

	for (const struct language_file *f = language_files;
	     f->name && n < LANGUAGES_MAX; f++) {
		all[n] = language_read(f->data, f->len);
		n += all[n] != NULL;
	}
}

/** Is s one of "german | deutsch | de", also as "de-AT"? */
static int has_name(const char *names, const char *s)
{
	const size_t len = strlen(s);

	while (*names) {
		const size_t n = strcspn(names, " |");

		if (n && n <= len && strncasecmp(names, s, n) == 0 &&
		    (n == len || (n == 2 && strchr("-_", s[n]))))
			return 1;
		names += n;
		names += strspn(names, " |");
	}
	return 0;
}

const struct language *language_find(const char *name)
{
	if (!name || !*name || has_name("english | en", name))
		return NULL;
	(void)pthread_once(&once, read_all);
	for (unsigned i = 0; i < LANGUAGES_MAX && all[i]; i++) {
		if (has_name(all[i]->names, name))
			return all[i];
	}
	return NULL;
}

int language_is_known(const char *name)
{
	return !name || !*name || has_name("english | en", name) ||
	       language_find(name) != NULL;
}

const char *language_line(const struct language *l, const char *english)
{
	for (unsigned i = 0; l && i < l->n_lines; i++) {
		if (strcmp(l->lines[i].from, english) == 0)
			return l->lines[i].to;
	}
	return english;
}
