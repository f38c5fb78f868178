/**
 * @file text.c  Small pure helpers on bytes and UTF-8
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>

#include "base/text.h"

enum { DISTANCE_MAX = 255, BASE64_MAX = INT_MAX / 4 };

/* Where to cut so that no character is: at most 3 bytes before n. */
static size_t whole_chars(const char *s, size_t n)
{
	size_t at = n;

	while (at && n - at < 3 && ((unsigned char)s[at] & 0xc0) == 0x80)
		at--;

	return ((unsigned char)s[at] & 0xc0) == 0x80 ? n : at;
}

int text_copy(char *dst, size_t cap, const char *src)
{
	size_t len = strlen(src);

	assert(cap > 0);
	if (len >= cap) {
		len = whole_chars(src, cap - 1);
		memcpy(dst, src, len);
		dst[len] = '\0';
		return -EMSGSIZE;
	}
	memcpy(dst, src, len + 1);

	return 0;
}

/* Bytes of the sequence at s, or 0 when it is not well formed. */
static size_t utf8_step(const unsigned char *s, size_t len)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;

	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return 0;

	/* Overlong forms, surrogates and what is above U+10FFFF. */
	if (s[0] == 0xe0)
		lo = 0xa0;
	else if (s[0] == 0xed)
		hi = 0x9f;
	else if (s[0] == 0xf0)
		lo = 0x90;
	else if (s[0] == 0xf4)
		hi = 0x8f;
	if (s[1] < lo || s[1] > hi)
		return 0;

	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;

	return n;
}

int text_is_utf8(const char *s, size_t len)
{
	while (len) {
		size_t n = utf8_step((const unsigned char *)s, len);

		if (!n)
			return 0;
		s += n;
		len -= n;
	}

	return 1;
}

void text_lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

int text_base64_encode(char *dst, size_t cap, const void *src, size_t len)
{
	if (len > BASE64_MAX || cap < (len + 2) / 3 * 4 + 1)
		return -EMSGSIZE;

	return EVP_EncodeBlock((unsigned char *)dst, src, (int)len);
}

/* Value of a base64 character, or -1. */
static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Characters and padding as RFC 4648 wants them, left-over bits zero.
 * @return number of '=' (0..2), or -EBADMSG; len is a multiple of 4, > 0 */
static int base64_check(const char *src, size_t len)
{
	size_t pad = src[len - 1] != '=' ? 0 : src[len - 2] != '=' ? 1 : 2;

	for (size_t i = 0; i < len - pad; i++)
		if (base64_value(src[i]) < 0)
			return -EBADMSG;

	/* EVP_DecodeBlock() would skip these bits in silence: two texts
	 * for the same bytes. */
	if (pad == 1 && (base64_value(src[len - 2]) & 3))
		return -EBADMSG;
	if (pad == 2 && (base64_value(src[len - 3]) & 15))
		return -EBADMSG;

	return (int)pad;
}

int text_base64_decode(void *dst, size_t cap, const char *src, size_t len)
{
	const unsigned char *in = (const unsigned char *)src;
	unsigned char last[3];
	size_t head, tail;
	int pad;

	if (len == 0)
		return 0;
	if (len % 4)
		return -EBADMSG;
	if (len > BASE64_MAX)
		return -EMSGSIZE;

	pad = base64_check(src, len);
	if (pad < 0)
		return pad;

	/* The decoder writes padding as zero bytes: the last group goes
	 * through a buffer of its own, so that dst may be exactly right. */
	head = len / 4 * 3 - 3;
	tail = 3 - (size_t)pad;
	if (cap < head + tail)
		return -EMSGSIZE;
	if (head && EVP_DecodeBlock(dst, in, (int)(len - 4)) < 0)
		return -EBADMSG;
	if (EVP_DecodeBlock(last, in + len - 4, 4) < 0)
		return -EBADMSG;

	memcpy((unsigned char *)dst + head, last, tail);

	return (int)(head + tail);
}

void text_hex(char *dst, size_t cap, const void *src, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *in = src;

	assert(len < SIZE_MAX / 2 && cap >= 2 * len + 1);
	for (size_t i = 0; i < len; i++) {
		dst[2 * i] = digits[in[i] >> 4];
		dst[2 * i + 1] = digits[in[i] & 15];
	}
	dst[2 * len] = '\0';
}

int text_random(void *dst, size_t len)
{
	unsigned char *p = dst;

	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		p += n;
		len -= (size_t)n;
	}

	return 0;
}

int text_random_hex(char *dst, size_t cap, size_t bytes)
{
	unsigned char raw[32];

	assert(cap >= 2 * bytes + 1);
	while (bytes) {
		size_t n = bytes < sizeof(raw) ? bytes : sizeof(raw);
		int err = text_random(raw, n);

		if (err)
			return err;
		text_hex(dst, 2 * n + 1, raw, n);
		dst += 2 * n;
		bytes -= n;
	}
	*dst = '\0';

	return 0;
}

int text_to_int(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	char *end = NULL;
	long long v;

	/* strtoll() would skip white space and take a plus sign. */
	if (!isdigit((unsigned char)s[0]) &&
	    !(s[0] == '-' && isdigit((unsigned char)s[1])))
		return -EINVAL;

	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno || *end || v < min || v > max)
		return -EINVAL;

	*ret = v;

	return 0;
}

uint64_t text_sum(uint64_t sum, const char *s)
{
	const uint64_t prime = UINT64_C(1099511628211);

	for (; s && *s; s++)
		sum = (sum ^ (unsigned char)*s) * prime;
	/* No text has this byte, so "ab" "c" is not "a" "bc". */
	sum = (sum ^ 0xff) * prime;
	return sum ? sum : 1;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned text_distance(const char *a, const char *b)
{
	unsigned rows[3][DISTANCE_MAX + 1];
	unsigned *before = rows[0], *prev = rows[1], *row = rows[2];
	size_t na = strlen(a), nb = strlen(b);

	if (na > DISTANCE_MAX || nb > DISTANCE_MAX)
		return DISTANCE_MAX;

	for (size_t j = 0; j <= nb; j++)
		prev[j] = (unsigned)j;

	for (size_t i = 1; i <= na; i++) {
		unsigned *spare;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			row[j] = min3(prev[j] + 1, row[j - 1] + 1,
				      prev[j - 1] + (a[i - 1] != b[j - 1]));
			/* Two letters swapped are one slip, not two. */
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		spare = before;
		before = prev;
		prev = row;
		row = spare;
	}

	return prev[nb];
}
