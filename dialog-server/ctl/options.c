/**
 * @file options.c  The words behind a subcommand: options and the rest
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { NAME_COLUMNS = 24, HINT_DISTANCE = 3 };

static void print_help(const struct command *c, const struct option *options)
{
	printf("usage: dialogctl %s %s\n\n%s\n", c->name, c->words, c->help);
	if (c->more)
		printf("\n%s", c->more);
	printf("\noptions:\n");
	printf("  %-*s %s\n", NAME_COLUMNS, "--help", "this text");
	for (const struct option *o = options; o->name; o++) {
		char left[64];

		if (o->type == OPTION_GROUP) {
			printf("\n%s:\n", o->name);
			continue;
		}
		(void)snprintf(left, sizeof(left), "%s%s%s", o->name,
			       o->value ? " " : "", o->value ? o->value : "");
		printf("  %-*s %s\n", NAME_COLUMNS, left, o->help);
	}
}

int options_usage(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "dialogctl %s: ", c->name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fprintf(stderr,
		      "\nusage: dialogctl %s %s\n"
		      "dialogctl %s --help tells more\n",
		      c->name, c->words, c->name);

	return CTL_USAGE;
}

int options_exit(int result)
{
	return result == -ECANCELED ? CTL_OK : CTL_USAGE;
}

/* Does arg name this option? @return its value behind "=", "" without one,
 * or NULL when it is another option */
static const char *option_is(const struct option *o, const char *arg)
{
	size_t len = strlen(o->name);

	if (strncmp(arg, o->name, len) != 0)
		return NULL;
	if (arg[len] == '=')
		return arg + len + 1;

	return arg[len] ? NULL : "";
}

static int unknown(const struct command *c, const struct option *options,
		   const char *arg)
{
	const struct option *near = NULL;
	unsigned best = HINT_DISTANCE + 1;

	for (const struct option *o = options; o->name; o++) {
		unsigned d = text_distance(arg, o->name);

		if (d < best) {
			best = d;
			near = o;
		}
	}
	if (near)
		(void)options_usage(c, "unknown option %s: did you mean %s?",
				    arg, near->name);
	else
		(void)options_usage(c, "unknown option %s", arg);

	return -EINVAL;
}

static int set(const struct command *c, const struct option *o,
	       const char *value)
{
	if (!value[0]) {
		(void)options_usage(c, "%s wants a value: %s", o->name,
				    o->value);
		return -EINVAL;
	}
	if (o->type == OPTION_TEXT) {
		*(const char **)o->into = value;
		return 0;
	}
	if (text_to_int(value, o->min, o->max, o->into) == 0)
		return 0;
	(void)options_usage(c,
			    "%s wants a whole number from %lld to %lld, "
			    "not \"%s\"",
			    o->name, (long long)o->min, (long long)o->max,
			    value);

	return -EINVAL;
}

/* Take the option at argv[*i], with its value. */
static int take(const struct command *c, const struct option *options,
		int argc, char **argv, int *i)
{
	const char *arg = argv[*i];

	for (const struct option *o = options; o->name; o++) {
		const char *value = option_is(o, arg);

		if (!value)
			continue;
		if (o->type == OPTION_FLAG) {
			if (value[0])
				break;
			*(int *)o->into = 1;
			return 0;
		}
		if (!strchr(arg, '=')) {
			if (*i + 1 >= argc ||
			    !strncmp(argv[*i + 1], "--", 2)) {
				(void)options_usage(c, "%s wants a value: %s",
						    o->name, o->value);
				return -EINVAL;
			}
			value = argv[++*i];
		}
		return set(c, o, value);
	}

	return unknown(c, options, arg);
}

int options_take(const struct command *c, const struct option *options,
		 int argc, char **argv)
{
	int words = 0, only_words = 0;

	for (int i = 0; i < argc; i++) {
		int err;

		if (only_words || argv[i][0] != '-' || !argv[i][1]) {
			argv[words++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			only_words = 1;
			continue;
		}
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			print_help(c, options);
			return -ECANCELED;
		}
		err = take(c, options, argc, argv, &i);
		if (err)
			return err;
	}

	return words;
}
