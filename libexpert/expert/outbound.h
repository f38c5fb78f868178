/**
 * @file outbound.h  Place calls
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_OUTBOUND_H
#define LIBEXPERT_OUTBOUND_H

#include <stddef.h>

#include "base.h"
#include "handlers.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A call to place. Fill it with EXPERT_OUTBOUND(.to = "+15555550123", ...).
 */
struct expert_outbound {
	size_t size;      /**< EXPERT_OUTBOUND() sets it */
	const char *to;   /**< as in E.164, "+15555550123" */
	const char *from; /**< NULL: the first number that the server has for
			       this key */
	/** Of this call; copied. It begins with on_call_start, while it rings
	 *  (what is commanded waits for the answer), goes on with
	 *  on_outbound_connected, or ends with on_outbound_failed. */
	const struct expert_handlers *handlers;
	void *arg;             /**< given back to each handler */
	const char *variables; /**< NULL, or a JSON object: set before
				    on_call_start, expert_variable() */
};

#ifdef __cplusplus
#define EXPERT_OUTBOUND(...)                                           \
	(&static_cast<const struct expert_outbound &>(expert_outbound{ \
		.size = sizeof(struct expert_outbound), __VA_ARGS__}))
#else
#define EXPERT_OUTBOUND(...)              \
	(&(const struct expert_outbound){ \
		.size = sizeof(struct expert_outbound), __VA_ARGS__})
#endif

/**
 * Place a call, before expert_run() or while it runs. Any thread.
 *
 * Every order ends with one of on_outbound_failed and on_session_end, once.
 * It is sent to the server that was added last (expert_add_server()), once:
 * nobody could tell whether it rings already.
 *
 * A client that listens on no address ends, with EXPERT_OK, when the last call
 * that it has placed is over and no other one was ordered meanwhile.
 *
 * @param call  copied
 * @return EXPERT_OK, EXPERT_EINVAL (a number that is none, no handlers,
 *         variables that are no object), EXPERT_EAGAIN (1000 orders wait),
 *         EXPERT_ENOMEM
 */
EXPERT_API int expert_call_out(struct expert *e,
			       const struct expert_outbound *call);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_OUTBOUND_H */
