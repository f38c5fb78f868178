/**
 * @file text.h  Small pure helpers on bytes and UTF-8
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/** Copy and always terminate. @return 0, -EMSGSIZE (cut, between characters)
 */
int text_copy(char *dst, size_t cap, const char *src);

/** @return nonzero when the bytes are well-formed UTF-8 (RFC 3629) */
int text_is_utf8(const char *s, size_t len);

/** ASCII lower case in place. */
void text_lower(char *s);

/** Standard base64 with padding (RFC 4648 4).
 *  @return characters written without the NUL, -EMSGSIZE @realtime */
int text_base64_encode(char *dst, size_t cap, const void *src, size_t len);

/** @return bytes written, -EBADMSG (not base64), -EMSGSIZE @realtime */
int text_base64_decode(void *dst, size_t cap, const char *src, size_t len);

/** Lower-case hexadecimal. @param cap  at least 2 * len + 1 */
void text_hex(char *dst, size_t cap, const void *src, size_t len);

/** Fill with random bytes of the system. @return 0, -EIO */
int text_random(void *dst, size_t len);

/** Random identifier: bytes * 2 hexadecimal digits. @return 0, -EIO */
int text_random_hex(char *dst, size_t cap, size_t bytes);

/** Whole string to integer. @return 0, -EINVAL (not a number, out of range) */
int text_to_int(const char *s, int64_t min, int64_t max, int64_t *ret);

/** Where a sum of text_sum() begins. */
#define TEXT_SUM UINT64_C(14695981039346656037)

/**
 * One more string into a sum that tells texts apart. For tables and for "was
 * it this one": nothing secret, nothing an enemy gains by making two alike.
 *
 * @param sum  TEXT_SUM, or what the strings before gave
 * @param s    NULL counts as the empty string; where it ends counts too
 * @return the new sum, never 0
 * @realtime
 * @source FNV-1a, 64 bits, draft-eastlake-fnv
 */
uint64_t text_sum(uint64_t sum, const char *s);

/** Edit distance, for "did you mean". @return distance, at most 255 */
unsigned text_distance(const char *a, const char *b);

#endif /* BASE_TEXT_H */
