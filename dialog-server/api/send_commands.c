/**
 * @file send_commands.c  Commands for a call from outside of its Expert
 *
 *   POST v1/call/ID/send-commands  [{"command_type": ...}, ...]
 *
 * They take effect as if the call's own Expert had sent them, in order. Only
 * the key that the call was given to may send any. A client that was not
 * answered sends again with the same Idempotency-Key: done once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/text.h"
#include "call/shard.h"
#include "expert/gateway.h"
#include "proto/xp.h"

enum {
	COMMANDS_MAX = 64,
	BODY_BYTES_MAX = 64 * 1024, /* read on the loop */
	REPEATS_MAX = 256,          /* remembered, of all calls */
	REPEAT_BYTES = 128,
};

/* What was done by which key of whose request. */
static struct {
	pthread_mutex_t lock;
	unsigned next;
	char v[REPEATS_MAX][REPEAT_BYTES];
} repeats = {.lock = PTHREAD_MUTEX_INITIALIZER};

/** Under the lock. @return its place, or NULL; also for "" */
static char *find_repeat(const char *name)
{
	for (unsigned i = 0; *name && i < REPEATS_MAX; i++)
		if (strcmp(repeats.v[i], name) == 0)
			return repeats.v[i];
	return NULL;
}

/** Look and remember in one, for two that come at once.
 *  @return nonzero when it was done before */
static int was_done(const char *name)
{
	int found;

	pthread_mutex_lock(&repeats.lock);
	found = find_repeat(name) != NULL;
	if (*name && !found)
		(void)text_copy(repeats.v[repeats.next++ % REPEATS_MAX],
				REPEAT_BYTES, name);
	pthread_mutex_unlock(&repeats.lock);
	return found;
}

/** It was not done after all. */
static void forget(const char *name)
{
	char *at;

	pthread_mutex_lock(&repeats.lock);
	at = find_repeat(name);
	if (at)
		*at = '\0';
	pthread_mutex_unlock(&repeats.lock);
}

/** "ID/send-commands". @return 0, -ENOENT */
static int call_of(const struct http_req *r, char *ret, size_t cap)
{
	static const char rest[] = "/send-commands";
	const char *tail = http_tail(r), *slash = strchr(tail, '/');

	if (!slash || strcmp(slash, rest) || slash == tail)
		return -ENOENT;
	if (snprintf(ret, cap, "%.*s", (int)(slash - tail), tail) >= (int)cap)
		return -ENOENT;
	return 0;
}

/** Does a command make sense? @return 0, -EBADMSG */
static int check(const json_t *one, size_t i, char *ret_why, size_t cap)
{
	char *s = json_is_object(one) ? json_dumps(one, JSON_COMPACT) : NULL;
	struct xp_error why = {{0}, {0}};
	struct xp_command c = {0};
	int err = s ? xp_command_decode(&c, s, strlen(s), &why) : -EBADMSG;

	if (err)
		(void)snprintf(ret_why, cap, "command %zu: %s%s%s", i,
			       why.where, why.where[0] ? " " : "",
			       s ? why.what : "must be an object");
	else if (c.kind == XP_CMD_UNKNOWN)
		(void)snprintf(ret_why, cap,
			       "command %zu: this server does not know it", i);
	err = err || c.kind == XP_CMD_UNKNOWN ? -EBADMSG : 0;
	xp_command_done(&c);
	free(s);
	return err;
}

/** In one message: all of them take effect, or none. */
static int send_all(const struct shard *sh, const json_t *all,
		    const char *call, int64_t key)
{
	char *text = NULL;
	size_t len = 0, i;
	FILE *f = open_memstream(&text, &len);
	const json_t *one;
	int err = f ? 0 : -ENOMEM;

	json_array_foreach (all, i, one) {
		if (!err && (json_dumpf(one, f, JSON_COMPACT) < 0 ||
			     fputc('\0', f) == EOF))
			err = -ENOMEM;
	}
	if (f && fclose(f) != 0)
		err = -ENOMEM;
	if (!err)
		err = gateway_commands(sh->gateway, call, key, text, len);
	free(text);
	return err;
}

static void take(struct http_req *r, const struct shard *sh, const json_t *all,
		 const char *call)
{
	const char *again = http_header(r, "idempotency-key");
	char why[256], name[REPEAT_BYTES] = "";
	size_t n = json_array_size(all);
	int err = 0;

	for (size_t i = 0; !err && i < n; i++)
		err = check(json_array_get(all, i), i, why, sizeof(why));
	if (err) {
		http_error(r, 400, why);
		return;
	}
	if (again && *again &&
	    snprintf(name, sizeof(name), "%lld/%s/%s",
		     (long long)http_key_id(r), call,
		     again) >= (int)sizeof(name)) {
		http_error(r, 400, "Idempotency-Key is too long");
		return;
	}
	if (!was_done(name)) {
		err = send_all(sh, all, call, http_key_id(r));
		if (err) {
			forget(name);
			http_error(r, err == -ENOENT ? 404 : 503,
				   err == -ENOENT ? "no such call"
						  : "busy, try again");
			return;
		}
	}
	(void)snprintf(why, sizeof(why), "{\"commands\":%zu}", n);
	http_reply(r, 200, "application/json", NULL, why, strlen(why));
}

void api_send_commands(struct http_req *r, void *arg)
{
	char call[32];
	size_t len;
	const char *body = http_body(r, &len);
	json_t *all;

	if (call_of(r, call, sizeof(call))) {
		http_error(r, 404, "there is nothing at this path");
		return;
	}
	if (len > BODY_BYTES_MAX) {
		http_error(r, 413, "more than 64 KiB of commands");
		return;
	}
	all = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_array(all) || !json_array_size(all) ||
	    json_array_size(all) > COMMANDS_MAX)
		http_error(r, 400,
			   "the body must be an array of 1 to 64 "
			   "commands");
	else
		take(r, arg, all, call);
	json_decref(all);
}
