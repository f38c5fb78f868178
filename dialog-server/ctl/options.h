/**
 * @file options.h  The words behind a subcommand: options and the rest
 *
 * One table a subcommand; --help is written from it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

/** What dialogctl ends with. */
enum ctl_exit {
	CTL_OK = 0,        /**< done; every expectation held             */
	CTL_FAILED = 1,    /**< the call or request did not do as wanted */
	CTL_USAGE = 2,     /**< wrong words or a wrong script            */
	CTL_NO_SERVER = 3, /**< no server there, or it refused the key   */
};

enum option_type {
	OPTION_FLAG, /**< into int *: 1 when given                  */
	OPTION_TEXT, /**< into const char **                        */
	OPTION_INT,  /**< into int64_t *, min..max                  */
	OPTION_GROUP /**< no option: name is a heading in the help  */
};

struct option {
	const char *name;  /**< "--url"                             */
	const char *value; /**< "URL" for the help; NULL for a flag */
	enum option_type type;
	void *into;
	int64_t min, max;
	const char *help;
};

/** A subcommand; the table ends with a NULL name. */
struct command {
	const char *name;
	const char *words; /**< "[options] SCRIPT.yaml"             */
	const char *help;  /**< one line                            */
	const char *more;  /**< further lines for --help, or NULL   */
	int (*run)(int argc, char **argv);
};

/**
 * Take the options out of argv; what remains are words.
 *
 * @param options  ended by a NULL name
 * @param argv     argv[argc] behind the subcommand's name; reordered: words
 *                 come first
 * @return number of words, -EINVAL (told on standard error), -ECANCELED
 *         (--help was given and printed)
 */
int options_take(const struct command *c, const struct option *options,
		 int argc, char **argv);

/** Tell how a subcommand is used, on standard error. @return CTL_USAGE */
int options_usage(const struct command *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** What options_take() returned, as an exit status. */
int options_exit(int result);

#endif /* CTL_OPTIONS_H */
