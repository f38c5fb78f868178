/**
 * @file log_limit.h  Lines that a peer can cause: a few a minute, then a count
 *
 *   log_limited() --the first 10 of a minute--> log_line()
 *                 --the others--> counted --log thread--> "and 123 more"
 *
 * A place in the code is one site, whoever the peer is: a flood from many
 * addresses is as long as one from one. What is held back is not formatted and
 * takes no place in the ring, so that it cannot push out what others say.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_LOG_LIMIT_H
#define BASE_LOG_LIMIT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/log.h"

enum {
	LOG_LIMIT_LINES = 10,
	LOG_LIMIT_WINDOW_S = 60,
	LOG_LIMIT_CALLS = 600, /**< for the lines that name each call */
};

/** One place that logs; static, zeroed. */
struct log_site {
	uint32_t most;            /**< lines; 0: LOG_LIMIT_LINES       */
	_Atomic int64_t until_us; /**< end of the minute               */
	_Atomic uint32_t lines;   /**< in it, held back or not         */
	_Atomic uint32_t missed;  /**< held back, not yet told         */
	_Atomic int listed;       /**< what follows is set             */
	enum log_level level;
	char tag[16];          /**< of the first one, up to its '/' */
	const char *fmt;       /**< names the line                  */
	struct log_site *next; /**< all that ever held back         */
	int64_t tell_us;       /**< the log thread's alone          */
};

/** The rule by itself. @return 1: the line may be written; 0: held back;
 *  -1: held back, the first since it was told @thread any */
int log_site_pass(struct log_site *site, int64_t now_us);

/** May this line be written? If not it is counted, and told within
 *  LOG_LIMIT_WINDOW_S. @thread any */
int log_site_enter(struct log_site *site, enum log_level level,
		   const char *tag, const char *fmt);

/** Like log_line(); fmt is a literal with at least one value. Lines beyond
 *  `most` a minute are counted. */
#define log_limited_to(most_, level_, tag_, fmt_, ...)              \
	do {                                                        \
		static struct log_site log_site_ = {.most = most_}; \
                                                                    \
		if (log_site_enter(&log_site_, level_, tag_, fmt_)) \
			log_line(level_, tag_, fmt_, __VA_ARGS__);  \
	} while (0)

#define log_limited(...)      log_limited_to(LOG_LIMIT_LINES, __VA_ARGS__)
#define log_warn_limited(...) log_limited(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info_limited(...) log_limited(LOG_LEVEL_INFO, __VA_ARGS__)

/* ---- for log.c ---------------------------------------------------------- */

typedef void(log_site_tell_fn)(enum log_level level, const char *tag,
			       const char *text);

/** Tell what was held back and is due, or all of it. @thread log */
void log_sites_tell(int64_t now_us, int all, log_site_tell_fn *tell);

/** @return nonzero while something is held back @thread log */
int log_sites_pending(void);

#endif /* BASE_LOG_LIMIT_H */
