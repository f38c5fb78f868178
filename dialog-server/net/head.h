/**
 * @file head.h  The head of an HTTP/1.1 message: start line and fields
 *
 * Pure. Works in place on one buffer of its caller and keeps no copy. Strict
 * where a lenient reading could be read two ways: no line folding, no space
 * before the colon, no bare CR, no control characters, one Host and one
 * Content-Length at most.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_HEAD_H
#define NET_HEAD_H

#include <stddef.h>
#include <stdint.h>

enum { HEAD_FIELDS_MAX = 64 };

struct head_field {
	const char *name;  /**< lower case */
	const char *value; /**< without space around it */
};

struct head {
	const char *part[3]; /**< method, target, version; or version,
				  status, reason */
	struct head_field field[HEAD_FIELDS_MAX];
	size_t n; /**< fields */
};

/** @return bytes up to and with the empty line, 0 when it has not come */
size_t head_end(const char *s, size_t len);

/**
 * @param s  s[len], ends with the empty line; changed, borrowed by *ret
 * @return 0, -EBADMSG (not HTTP), -EMSGSIZE (too many fields)
 * @source RFC 9112 3, 5
 */
int head_parse_request(struct head *ret, char *s, size_t len);
int head_parse_answer(struct head *ret, char *s, size_t len);

/** @param name  lower case @return the first value, or NULL */
const char *head_get(const struct head *h, const char *name);

/** Is `token` in the comma-separated value(s) of a field? Case is ignored. */
int head_has_token(const struct head *h, const char *name, const char *token);

/** Decode %xx in place. @return 0, -EBADMSG (bad escape, NUL) */
int percent_decode(char *s);

#endif /* NET_HEAD_H */
