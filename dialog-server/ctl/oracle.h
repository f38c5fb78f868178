/**
 * @file oracle.h  The server's event stream of one call
 *
 * The caller of a test has no recognizer: what the agent says is read here,
 * and nothing else of the inside is used while the call runs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_ORACLE_H
#define CTL_ORACLE_H

#include <jansson.h>

struct oracle;
struct remote;

struct oracle_events {
	/** Events arrive from now on. */
	void (*ready)(void *arg);
	/** One event, borrowed. */
	void (*event)(void *arg, const json_t *event);
	/** Last event. @param why  NULL when oracle_close() asked for it */
	void (*closed)(void *arg, const char *why);
};

/** @param external_id  of the call, also before it exists
 *  @return 0, -EINVAL, -ENOMEM; never calls back before returning */
int oracle_open(struct oracle **ret, struct remote *r, const char *external_id,
		const struct oracle_events *ev, void *arg);

/** closed() follows, which is also what frees it. */
void oracle_close(struct oracle *o);

#endif /* CTL_ORACLE_H */
