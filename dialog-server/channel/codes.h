/**
 * @file codes.h  Web codes: the words by which a browser finds an agent
 *
 * A code is configured (web.codes: "demo=+15555550100,shop") or minted for an
 * Expert that listens on a code of its own. Minted ones live in memory, end by
 * themselves and are bounded.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_CODES_H
#define CHANNEL_CODES_H

#include <stddef.h>
#include <stdint.h>

enum {
	WEB_CODE_BYTES = 65,         /* a code with its NUL           */
	WEB_ADDRESS_BYTES = 128,     /* what it leads to, with its NUL */
	WEB_CODES_MINTED_MAX = 4096, /* alive at once                 */
};

/**
 * Make a code that leads to "web:CODE".
 *
 * @param ttl_us  [us] how long it may be used
 * @param cap     at least WEB_CODE_BYTES
 * @return 0, -EAGAIN (too many are alive), -EIO (no randomness)
 * @thread any
 */
int web_code_mint(char *ret, size_t cap, int64_t ttl_us, int64_t now_us);

/**
 * Where a code leads.
 *
 * @param configured  the setting web.codes
 * @param cap         at least WEB_ADDRESS_BYTES
 * @return 0, -ENOENT
 * @thread any
 */
int web_code_find(char *ret_address, size_t cap, const char *configured,
		  const char *code, int64_t now_us);

#endif /* CHANNEL_CODES_H */
