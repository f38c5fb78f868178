/**
 * @file fuzz_xp.c  Any bytes into the four decoders of the Expert protocol
 *
 * What decodes must encode (unless its type is unknown), and that text must
 * decode and encode to itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROUND(name, done_name, unknown)                            \
	static char *name(const char *s, size_t len)               \
	{                                                          \
		struct xp_##done_name m;                           \
		char *text;                                        \
                                                                   \
		if (xp_##done_name##_decode(&m, s, len, NULL) < 0) \
			return NULL;                               \
		text = xp_##done_name##_encode(&m);                \
		if (!text != (m.kind == (unknown)))                \
			abort();                                   \
		xp_##done_name##_done(&m);                         \
		return text;                                       \
	}

ROUND(round_frame, frame, XP_FRAME_UNKNOWN)
ROUND(round_listen, listen, XP_LISTEN_UNKNOWN)
ROUND(round_command, command, XP_CMD_UNKNOWN)
ROUND(round_event, event, XP_EV_UNKNOWN)

static void check(char *(*round)(const char *, size_t), const char *s,
		  size_t len)
{
	char *once = round(s, len), *twice;

	if (!once)
		return;

	/* Written out with every default the text may grow over the limit. */
	if (strlen(once) <= XP_MESSAGE_BYTES_MAX) {
		twice = round(once, strlen(once));
		if (!twice || strcmp(once, twice) != 0)
			abort();
		free(twice);
	}
	free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;

	check(round_frame, s, size);
	check(round_listen, s, size);
	check(round_command, s, size);
	check(round_event, s, size);
	return 0;
}
