/**
 * @file listeners.h  Which Experts listen, and what to do when none does
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_LISTENERS_H
#define CTL_LISTENERS_H

#include <jansson.h>

struct remote;
struct strbuf;

/** Ask the server. Tells what is wrong on standard error.
 *  @param ret  array of listeners, json_decref(); set when 0 is returned
 *  @return 0, or what to exit with */
int listeners_fetch(struct remote *r, json_t **ret);

/** @param address  NULL: any @return how many of them take calls there */
unsigned listeners_ready(const json_t *all, const char *address);

/** Why a call to the address found nobody, and what to do.
 *  @param all  as listeners_fetch() gives it @param b  gets whole lines */
void listeners_advise(struct strbuf *b, const struct remote *r,
		      const json_t *all, const char *address);

/** Tell it on standard error, with who listens now.
 *  @param why  what happened to the call */
void listeners_tell(struct remote *r, const char *address, const char *why);

#endif /* CTL_LISTENERS_H */
