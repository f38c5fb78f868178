/**
 * @file frame.c  The frames of RFC 6455: headers, masks, close codes
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "net/frame.h"

static uint64_t big_endian(const unsigned char *s, int n)
{
	uint64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | s[i];
	return v;
}

static int opcode_ok(const struct frame *f)
{
	switch (f->opcode) {
	case FRAME_CONTINUED:
	case FRAME_TEXT:
	case FRAME_BINARY:
		return 1;
	case FRAME_CLOSE:
	case FRAME_PING:
	case FRAME_PONG:
		return f->fin && f->len <= FRAME_CONTROL_MAX;
	default:
		return 0;
	}
}

int frame_read(struct frame *ret, const unsigned char *s, size_t len)
{
	struct frame f = {0};
	size_t n = 2;

	if (len < 2)
		return 0;
	f.fin = s[0] >> 7;
	f.opcode = s[0] & 0x0f;
	f.masked = s[1] >> 7;
	f.len = s[1] & 0x7f;

	int wide = f.len == 126 ? 2 : f.len == 127 ? 8 : 0;

	if (s[0] & 0x70 || !opcode_ok(&f))
		return -EBADMSG;
	if (len < n + (size_t)wide + (f.masked ? 4 : 0))
		return 0;
	if (wide) {
		f.len = big_endian(s + n, wide);
		n += (size_t)wide;
		if (f.len >> 63 || f.len < (wide == 2 ? 126U : 65536U))
			return -EBADMSG;
	}
	if (f.masked) {
		memcpy(f.mask, s + n, 4);
		n += 4;
	}
	*ret = f;
	return (int)n;
}

size_t frame_write(unsigned char *dst, const struct frame *f)
{
	size_t n = 2;
	int wide = 0;

	dst[0] = (unsigned char)(f->opcode | (f->fin ? 0x80 : 0));
	dst[1] = f->masked ? 0x80 : 0;
	if (f->len < 126) {
		dst[1] |= (unsigned char)f->len;
	} else if (f->len < 65536) {
		dst[1] |= 126;
		wide = 2;
	} else {
		dst[1] |= 127;
		wide = 8;
	}
	for (int i = wide; i > 0; i--)
		dst[n++] = (unsigned char)(f->len >> (8 * (i - 1)));
	if (f->masked) {
		memcpy(dst + n, f->mask, 4);
		n += 4;
	}
	return n;
}

void frame_mask(unsigned char *s, size_t len, const unsigned char mask[4],
		uint64_t at)
{
	unsigned char key[8];
	uint64_t wide, word;

	for (int i = 0; i < 8; i++)
		key[i] = mask[(at + (uint64_t)i) & 3];
	memcpy(&wide, key, 8);
	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&word, s, 8);
		word ^= wide;
		memcpy(s, &word, 8);
	}
	for (size_t i = 0; i < len; i++)
		s[i] ^= key[i];
}

int frame_close_code_ok(unsigned code)
{
	if (code >= 3000 && code <= 4999)
		return 1;
	return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 &&
	       code != 1006;
}
