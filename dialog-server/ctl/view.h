/**
 * @file view.h  A call as it happens, for a person at a terminal
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_VIEW_H
#define CTL_VIEW_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct view {
	FILE *out; /**< NULL: show nothing                          */
	int colour;
};

/** Colours on a terminal, unless NO_COLOR is set.
 *  @param out  NULL: show nothing */
void view_init(struct view *v, FILE *out);

/** One line: when, who, what. @param who  "agent", "caller", ... */
void view_line(const struct view *v, int64_t at_ms, const char *who,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** An event of the server's stream; unknown ones are shown as they are. */
void view_event(const struct view *v, const json_t *event);

/** What came of it: fields, how it ended, latency by stage, files,
 *  expectations. @param result  as report_make() gives it */
void view_summary(const struct view *v, const json_t *result);

#endif /* CTL_VIEW_H */
