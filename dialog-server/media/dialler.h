/**
 * @file dialler.h  How somebody is called: one table a way to reach a number
 *
 *   placing --dial()--> driver --carrier, phone--> somebody
 *      ^─── channel_host.dialled() ───┘               │ answers
 *   call <── channel_host.open(offer.placed) ── line ─┘
 *
 * The order and its news are on the loop of the request that placed the call;
 * the line of who answers may come on any loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_DIALLER_H
#define MEDIA_DIALLER_H

#include <stdint.h>

struct channel_host;
struct loop;

/** What becomes of a call that is placed; all but the first end it. */
enum dial_news {
	DIAL_RINGING,
	DIAL_BUSY,
	DIAL_NO_ANSWER,
	DIAL_REJECTED, /**< by who was called                */
	DIAL_INVALID,  /**< there is no such number          */
	DIAL_CANCELED,
	DIAL_ERROR, /**< of the carrier, or of its setup  */
};

/** What is to be dialled; borrowed until return. */
struct dial_order {
	const char *call_id;
	const char *from, *to; /**< as in E.164                      */
	int64_t key;           /**< id of the API key that wants it  */
	int64_t ring_us;       /**< [us] then nobody has answered    */
};

struct dialler_ops {
	const char *name; /**< of the channel that comes of it   */
	/** [us] that the far side may be late with its own "no answer". */
	int64_t slack_us;
	/** @return nonzero when this way leads to o->to @thread any loop's */
	int (*reaches)(const struct channel_host *host,
		       const struct dial_order *o);
	/**
	 * @param host  must stay until leave() of its loop
	 * @param ret   set on success; drop() releases
	 * @return 0, -ENOENT (nobody is there any more), -EAGAIN, -ENOMEM;
	 *         host->dialled() is not called before return
	 * @thread host->loop
	 */
	int (*dial)(void **ret, const struct channel_host *host,
		    const struct dial_order *o);
	/** No news is wanted any more; unless it was answered, stop ringing.
	 *  @thread that of dial() */
	void (*drop)(void *dial, int answered);
	/** The loop ends: give up what is still to be told the far side.
	 *  NULL: there is nothing. @thread the loop's */
	void (*leave)(struct loop *l);
};

#endif /* MEDIA_DIALLER_H */
