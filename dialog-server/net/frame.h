/**
 * @file frame.h  The frames of RFC 6455: headers, masks, close codes
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_CONTINUED = 0,
	FRAME_TEXT = 1,
	FRAME_BINARY = 2,
	FRAME_CLOSE = 8,
	FRAME_PING = 9,
	FRAME_PONG = 10,
};

enum {
	FRAME_HEAD_MAX = 14,
	FRAME_CONTROL_MAX = 125,
};

struct frame {
	uint64_t len; /**< [bytes] of payload */
	unsigned char mask[4];
	unsigned char opcode;
	unsigned char fin;
	unsigned char masked;
};

/**
 * Read a header.
 *
 * @return bytes of it; 0: more is needed; -EBADMSG (reserved bits or opcodes,
 *         control frames that are long or in pieces, lengths not minimal)
 * @source RFC 6455 5.2
 */
int frame_read(struct frame *ret, const unsigned char *s, size_t len);

/** Write a header. @param dst  FRAME_HEAD_MAX bytes @return bytes of it */
size_t frame_write(unsigned char *dst, const struct frame *f);

/** Mask or unmask in place. @param at  offset of s[0] in the payload */
void frame_mask(unsigned char *s, size_t len, const unsigned char mask[4],
		uint64_t at);

/** @return nonzero when a peer may send this code (RFC 6455 7.4) */
int frame_close_code_ok(unsigned code);

#endif /* NET_FRAME_H */
