/**
 * @file fuzz_xp.c  Any bytes into the four decoders of the Expert protocol
 *
 * With nothing agreed, with everything, and with some of it: what decodes must
 * encode (unless its type is unknown), and that text must decode and encode to
 * itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROUND(name, what, unknown)                                            \
	static char *name(const char *s, size_t len, uint32_t extensions)     \
	{                                                                     \
		struct xp_##what m;                                           \
		char *text;                                                   \
                                                                              \
		if (xp_##what##_decode_for(&m, s, len, extensions, NULL) < 0) \
			return NULL;                                          \
		text = xp_##what##_encode_for(&m, extensions);                \
		if (!text != (m.kind == (unknown)))                           \
			abort();                                              \
		xp_##what##_done(&m);                                         \
		return text;                                                  \
	}

ROUND(round_listen, listen, XP_LISTEN_UNKNOWN)
ROUND(round_command, command, XP_CMD_UNKNOWN)
ROUND(round_event, event, XP_EV_UNKNOWN)

/* Frames are the same whatever is agreed. */
static char *round_frame(const char *s, size_t len, uint32_t extensions)
{
	struct xp_frame f;
	char *text;

	(void)extensions;
	if (xp_frame_decode(&f, s, len, NULL) < 0)
		return NULL;
	text = xp_frame_encode(&f);
	if (!text != (f.kind == XP_FRAME_UNKNOWN))
		abort();
	xp_frame_done(&f);
	return text;
}

static void check(char *(*round)(const char *, size_t, uint32_t),
		  const char *s, size_t len, uint32_t extensions)
{
	char *once = round(s, len, extensions), *twice;

	if (!once)
		return;

	/* Written out with every default the text may grow over the limit. */
	if (strlen(once) <= XP_MESSAGE_BYTES_MAX) {
		twice = round(once, strlen(once), extensions);
		if (!twice || strcmp(once, twice) != 0)
			abort();
		free(twice);
	}
	free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t agreed[] = {0, XP_EXT_ALL,
					  XP_EXT_HEARD | XP_EXT_TURNS};
	const char *s = (const char *)data;
	char id[XP_KEY_BYTES_MAX + 1];

	check(round_frame, s, size, 0);
	for (size_t i = 0; i < sizeof(agreed) / sizeof(agreed[0]); i++) {
		check(round_listen, s, size, agreed[i]);
		check(round_command, s, size, agreed[i]);
		check(round_event, s, size, agreed[i]);
	}
	if (!xp_command_id_of(id, s, size) && !id[0])
		abort();
	return 0;
}
