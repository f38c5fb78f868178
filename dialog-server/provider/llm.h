/**
 * @file llm.h  The brain: structured state in, words and tool calls out
 *
 * A driver renders the view as its service wants it; nothing of a prompt
 * exists above. The built-in engine (dialog/engine.h) implements the same
 * interface with rules.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LLM_H
#define PROVIDER_LLM_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/brain.h"

struct provider_env;

struct llm_events {
	/** One output of a turn, in order: text delta or tool call.
	 *  Borrowed until return. */
	void (*output)(void *arg, uint32_t turn, const struct brain_output *o);
	/** The turn's answer is complete. */
	void (*done)(void *arg, uint32_t turn);
	/** This turn failed; text given before stands. */
	void (*failed)(void *arg, uint32_t turn, int err, const char *why);
};

/**
 * Every event may call back into the session: cancel(), think(), close(). The
 * session's memory must stay until the event has returned.
 */
struct llm_ops {
	const char *name;
	size_t session_size;
	int (*open)(void *s, const struct provider_env *env,
		    const struct llm_events *ev, void *arg);
	/** Think. @param v  borrowed until return
	 *  @return 0, -EAGAIN, -ENOMEM */
	int (*think)(void *s, uint32_t turn, const struct brain_view *v);
	void (*cancel)(void *s, uint32_t turn);
	void (*close)(void *s);
};

#endif /* PROVIDER_LLM_H */
