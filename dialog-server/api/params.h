/**
 * @file params.h  Parameters of queries: instants, limits, numbers
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef API_PARAMS_H
#define API_PARAMS_H

#include <stddef.h>
#include <stdint.h>

struct http_req;

/**
 * An instant as RFC 3339 writes it, "2026-01-31T09:30:00.5+01:00"; without a
 * zone it is UTC, without a time of day the day.
 *
 * @param last  nonzero: the last microsecond of what is named, for ends
 * @param ret   [us] since 1970
 * @return 0, -EINVAL @source RFC 3339 5.6
 */
int param_time(const char *s, int last, int64_t *ret);

/** A query parameter. @return it, "" when it is absent */
const char *param_text(const struct http_req *r, const char *name);

/** Where a page goes on: "us-id", as store_list_conversations() writes it.
 *  @param ret_id  into s @return 0, -EINVAL */
int param_cursor(const char *s, int64_t *ret_us, const char **ret_id);

#endif /* API_PARAMS_H */
