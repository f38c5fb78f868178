/**
 * @file sse.c  Server-sent events from a stream that is cut anywhere
 *
 *   bytes --> lines (LF, CRLF, CR) --> fields --> event at an empty line
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "net/http.h"

enum { EVENT_NAME_BYTES = 256 };

struct sse {
	sse_event_fn *fn;
	void *arg;
	struct strbuf line, data;
	char event[EVENT_NAME_BYTES];
	int has_data;
	int after_cr; /* a LF now belongs to the CR before */
	int begun;    /* the byte order mark can no longer come */
};

int sse_new(struct sse **ret, size_t max_event_bytes, sse_event_fn *fn,
	    void *arg)
{
	struct sse *s = mem_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->fn = fn;
	s->arg = arg;
	/* The name of the field and the NUL are not the event's. */
	strbuf_init(&s->line, max_event_bytes + 16);
	strbuf_init(&s->data, max_event_bytes + 2);
	*ret = s;
	return 0;
}

static void dispatch(struct sse *s)
{
	if (s->has_data && s->data.len)
		s->fn(s->arg, s->event, s->data.s, s->data.len);
	strbuf_clear(&s->data);
	s->has_data = 0;
	s->event[0] = '\0';
}

static void on_field(struct sse *s, const char *name, const char *value,
		     size_t len)
{
	if (!strcmp(name, "data")) {
		if (s->has_data)
			strbuf_addc(&s->data, '\n');
		strbuf_addn(&s->data, value, len);
		s->has_data = 1;
	} else if (!strcmp(name, "event") && len < sizeof(s->event)) {
		memcpy(s->event, value, len + 1);
	}
}

static void on_line(struct sse *s)
{
	char *line = s->line.s;
	size_t len = s->line.len;

	if (!s->begun && len >= 3 && !memcmp(line, "\xef\xbb\xbf", 3)) {
		line += 3;
		len -= 3;
	}
	s->begun = 1;
	if (!len) {
		dispatch(s);
		return;
	}

	char *colon = memchr(line, ':', len);

	if (!colon) {
		on_field(s, line, "", 0);
		return;
	}
	*colon = '\0';

	char *value = colon + 1;

	if (*value == ' ')
		value++;
	on_field(s, line, value, (size_t)(line + len - value));
}

int sse_feed(struct sse *s, const char *data, size_t len)
{
	while (len) {
		size_t n = 0;

		if (s->after_cr && *data == '\n')
			n = 1;
		s->after_cr = 0;
		data += n;
		len -= n;
		for (n = 0; n < len && data[n] != '\n' && data[n] != '\r';)
			n++;
		strbuf_addn(&s->line, data, n);
		if (!strbuf_ok(&s->line))
			return -EMSGSIZE;
		if (n == len)
			break;
		s->after_cr = data[n] == '\r';
		on_line(s);
		strbuf_clear(&s->line);
		if (!strbuf_ok(&s->data))
			return -EMSGSIZE;
		data += n + 1;
		len -= n + 1;
	}
	return 0;
}

void sse_finish(struct sse *s)
{
	if (s->line.len)
		on_line(s);
	strbuf_clear(&s->line);
	if (strbuf_ok(&s->data))
		dispatch(s);
}

struct sse *sse_free(struct sse *s)
{
	if (!s)
		return NULL;
	strbuf_done(&s->line);
	strbuf_done(&s->data);
	return mem_free(s);
}
