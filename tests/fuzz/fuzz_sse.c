/**
 * @file fuzz_sse.c  Server-sent events: any bytes, cut in two ways
 *
 * The events must be the same however the stream is cut.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "net/http.h"

enum { EVENT_MAX = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t events, hash;
};

static void on_event(void *arg, const char *event, const char *data,
		     size_t len)
{
	struct sum *s = arg;

	assert(strlen(event) < EVENT_MAX + 1 && data[len] == '\0');
	s->events++;
	for (size_t i = 0; i < len; i++)
		s->hash = s->hash * 31 + (unsigned char)data[i];
	for (; *event; event++)
		s->hash = s->hash * 37 + (unsigned char)*event;
}

static int run(struct sum *sum, const char *s, size_t len, size_t piece)
{
	struct sse *sse = NULL;
	int err = sse_new(&sse, EVENT_MAX, on_event, sum);

	for (size_t at = 0; !err && at < len; at += piece)
		err = sse_feed(sse, s + at,
			       len - at < piece ? len - at : piece);
	if (!err)
		sse_finish(sse);
	sse_free(sse);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole = {0}, cut = {0};
	size_t piece = size ? data[0] % 7 + 1 : 1;
	int a = run(&whole, (const char *)data, size, size + 1);
	int b = run(&cut, (const char *)data, size, piece);

	assert(a == b);
	assert(whole.events == cut.events && whole.hash == cut.hash);
	return 0;
}
