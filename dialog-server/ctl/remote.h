/**
 * @file remote.h  The server that a subcommand talks to
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_REMOTE_H
#define CTL_REMOTE_H

#include <jansson.h>
#include <stdint.h>

#include "ctl/options.h"
#include "net/ws.h"

struct loop;

enum {
	REMOTE_URL_BYTES = 512,
	REMOTE_FULL_URL_BYTES = 1024, /* with a path behind it */
	REMOTE_KEY_BYTES = 256,
};

/** @return a variable of the environment, or NULL when unset or empty
 *  @thread main: nothing here writes the environment */
const char *remote_env(const char *name);

/** As given on the command line, NULL where not. */
struct remote_options {
	const char *url, *key, *key_file, *ca_file;
};

/** The last rows of the table of a subcommand. */
#define REMOTE_OPTIONS(o)                                                  \
	{.name = "the server", .type = OPTION_GROUP},                      \
		{.name = "--url",                                          \
		 .value = "URL",                                           \
		 .type = OPTION_TEXT,                                      \
		 .into = (void *)&(o).url,                                 \
		 .help = "DIALOG_URL, else http://127.0.0.1:8800"},        \
		{.name = "--key",                                          \
		 .value = "KEY",                                           \
		 .type = OPTION_TEXT,                                      \
		 .into = (void *)&(o).key,                                 \
		 .help = "API key: DIALOG_API_KEY, else EXPERT_API_KEY"},  \
		{.name = "--key-file",                                     \
		 .value = "FILE",                                          \
		 .type = OPTION_TEXT,                                      \
		 .into = (void *)&(o).key_file,                            \
		 .help = "file with the key (here: data/default.key)"},    \
	{                                                                  \
		.name = "--ca-file", .value = "FILE", .type = OPTION_TEXT, \
		.into = (void *)&(o).ca_file,                              \
		.help = "trust these authorities, too: DIALOG_CA_FILE"     \
	}

struct remote {
	struct loop *loop;
	char url[REMOTE_URL_BYTES]; /**< without a slash at its end */
	char ws_url[REMOTE_URL_BYTES];
	char key[REMOTE_KEY_BYTES]; /**< "" when there is none      */
	char bearer[REMOTE_KEY_BYTES + 16];
	struct ws_header headers[2]; /**< Authorization              */
};

/**
 * Find URL and key, make a loop. Tells what is wrong on standard error.
 * @return 0, or what to exit with
 */
int remote_open(struct remote *r, const struct remote_options *o);
void remote_close(struct remote *r);

/**
 * One request; waits. Tells what is wrong on standard error, and what to do.
 *
 * @param body  JSON text, or NULL
 * @param ret   set when 0 is returned; json_decref(); NULL for no body
 * @return 0, or what to exit with
 */
int remote_call(struct remote *r, const char *method, const char *path,
		const char *body, json_t **ret);

/** Tell that the server cannot be reached. @return CTL_NO_SERVER */
int remote_unreachable(const struct remote *r, const char *why);

/** Append a value to a URL, escaped. */
struct strbuf;
void remote_escape(struct strbuf *b, const char *value);

#endif /* CTL_REMOTE_H */
