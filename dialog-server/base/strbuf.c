/**
 * @file strbuf.c  Text that grows to a bound, always NUL-terminated
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"

enum { STRBUF_FIRST = 64 };

/* What s points to while nothing is reserved (cap == 0); never written. */
static char empty[1];

void strbuf_init(struct strbuf *b, size_t max_bytes)
{
	*b = (struct strbuf){.s = empty, .max = max_bytes, .heap = 1};
}

void strbuf_over(struct strbuf *b, char *memory, size_t bytes)
{
	*b = (struct strbuf){.s = memory, .cap = bytes, .max = bytes};
	if (bytes) {
		memory[0] = '\0';
	} else {
		b->s = empty;
		b->failed = 1;
	}
}

/* Try to have room for `more` bytes and the NUL. @return room without NUL */
static size_t room_for(struct strbuf *b, size_t more)
{
	size_t want = b->cap ? b->cap : STRBUF_FIRST;
	char *s;

	if (b->cap > b->len && more <= b->cap - b->len - 1)
		return b->cap - b->len - 1;

	while (want < b->max && (want <= b->len || more > want - b->len - 1))
		want = want > b->max / 2 ? b->max : want * 2;
	if (want > b->max)
		want = b->max;

	if (b->heap && want > b->cap) {
		s = mem_realloc(b->cap ? b->s : NULL, want);
		if (s) {
			s[b->len] = '\0';
			b->s = s;
			b->cap = want;
		}
	}

	return b->cap > b->len ? b->cap - b->len - 1 : 0;
}

void strbuf_addn(struct strbuf *b, const char *s, size_t len)
{
	size_t room;

	if (!len)
		return;

	room = room_for(b, len);
	if (len > room) {
		b->failed = 1;
		len = room;
	}
	if (!len)
		return;

	memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void strbuf_add(struct strbuf *b, const char *s)
{
	if (s)
		strbuf_addn(b, s, strlen(s));
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_addn(b, &c, 1);
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0) {
		b->failed = 1;
		goto out;
	}

	room = room_for(b, (size_t)n);
	if ((size_t)n > room)
		b->failed = 1;
	if (!b->cap)
		goto out;

	(void)vsnprintf(b->s + b->len, room + 1, fmt, again);
	b->len += (size_t)n > room ? room : (size_t)n;

out:
	va_end(again);
}

void strbuf_clear(struct strbuf *b)
{
	b->len = 0;
	b->failed = b->cap || b->heap ? 0 : 1;
	if (b->cap)
		b->s[0] = '\0';
}

int strbuf_ok(const struct strbuf *b)
{
	return !b->failed;
}

char *strbuf_take(struct strbuf *b)
{
	char *s = NULL;

	if (b->heap && !b->failed)
		s = b->cap ? b->s : mem_strndup("", 0);
	if (s)
		b->cap = 0;

	strbuf_done(b);

	return s;
}

void strbuf_done(struct strbuf *b)
{
	if (!b->heap) {
		strbuf_clear(b);
		return;
	}

	if (b->cap)
		mem_free(b->s);
	strbuf_init(b, b->max);
}
