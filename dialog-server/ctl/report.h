/**
 * @file report.h  What came of a call, as JSON: the same for machine and view
 *
 *   {"ok", "call_id", "external_id", "ended_by", "duration_ms", "fields": {},
 *    "transfer_to", "recording", "journal", "problem", "carrier": {},
 *    "sound": {},
 *    "turns": [{"said", "heard", "agent", "latency_ms": {}}],
 *    "expectations": [{"what", "ok", "detail"}]}
 *
 * Pure: puts together what the caller did, what the server recorded (the
 * answer of GET /v1/calls/ID), and the expectations of the script.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_REPORT_H
#define CTL_REPORT_H

#include <jansson.h>
#include <stdint.h>

#include "ctl/phone.h"
#include "ctl/script.h"

enum { REPORT_SAID_MAX = 256 };

/** One thing that the caller said or pressed. */
struct report_said {
	const char *text; /**< borrowed                               */
	int64_t at_ms;    /**< when it began                          */
	int64_t reply_ms; /**< [ms] from its end to the agent's voice,
				by ear; -1: none came                 */
};

struct report_call {
	const char *external_id;
	enum phone_end end;
	const char *detail; /**< number of a transfer, or what failed */
	int timed_out;      /**< the script's max_s was reached       */
	int wants_reply;    /**< fails unless what was said is answered */
	int64_t duration_ms;
	struct phone_stats stats;
	unsigned n_said;
	struct report_said said[REPORT_SAID_MAX];
};

/** Why nobody took the call. @param record  what the server knows, or NULL
 *  @return static text, or NULL: an Expert took it, or nothing is known */
const char *report_not_taken(const struct report_call *c,
			     const json_t *record);

/** A call that nobody takes has failed, unless the script expects that.
 *  @param record  what the server knows, or NULL @return caller frees with
 *  json_decref(); NULL without memory */
json_t *report_make(const struct report_call *c, const struct script *s,
		    const json_t *record);

#endif /* CTL_REPORT_H */
