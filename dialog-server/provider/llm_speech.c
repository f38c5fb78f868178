/**
 * @file llm_speech.c  From what a model writes to what a caller may hear
 *
 *   "<think>hm</think>**Great**, five." --> "Great, five. "
 *
 * Models write markup, thoughts, tool calls as text and notes that they saw
 * in the history. None of that is for the ear. Words are held back until
 * they are whole, since a tag may begin anywhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "provider/llm_snapshot.h"

enum {
	SKIP_MAX = 16 * 1024, /* [bytes] of thoughts before we give up */
	SPAN_MAX = 1000,      /* [bytes] of one bracket                */
};

void llm_speech_init(struct llm_speech *s)
{
	memset(s, 0, sizeof(*s));
	s->line_start = 1;
}

static void remember(struct llm_speech *s, const char *text, size_t len)
{
	size_t room = sizeof(s->tail) - 1;

	if (len > room) {
		text += len - room;
		len = room;
	}
	if (s->tail_len + len > room) {
		size_t drop = s->tail_len + len - room;

		memmove(s->tail, s->tail + drop, s->tail_len - drop);
		s->tail_len -= drop;
	}
	memcpy(s->tail + s->tail_len, text, len);
	s->tail_len += len;
	s->tail[s->tail_len] = '\0';
}

static void flush(struct llm_speech *s, const struct llm_sink *sink)
{
	struct brain_output o = {.kind = BRAIN_SAY, .text = s->hold};

	if (s->n == 0)
		return;
	s->hold[s->n] = '\0';
	if (s->hold[strspn(s->hold, " ")] != '\0')
		s->spoke = 1;
	s->said += s->n;
	remember(s, s->hold, s->n);
	s->n = 0;
	if (s->spoke)
		sink->output(sink->arg, &o);
}

/** Names of tools and roles that begin a line are leaks, not speech. */
static int is_leak(const char *word)
{
	for (size_t i = 0; i < LLM_TOOLS_N; i++) {
		size_t len = strlen(llm_tools[i].name);

		if (strchr(llm_tools[i].name, '_') != NULL &&
		    strncmp(word, llm_tools[i].name, len) == 0)
			return 1;
	}
	return 0;
}

static void put(struct llm_speech *s, char c, const struct llm_sink *sink)
{
	if (c == ' ') {
		/* A word is whole. */
		size_t at = s->n;

		while (at > 0 && s->hold[at - 1] != ' ')
			at--;
		s->hold[s->n] = '\0';
		if (is_leak(s->hold + at)) {
			s->n = at;
			s->closer = '\n';
			return;
		}
		/* "_so_" is markup, "party_size" a key said aloud. */
		while (s->n > at && s->hold[s->n - 1] == '_')
			s->n--;
		for (size_t i = at; i < s->n; i++) {
			if (s->hold[i] == '_')
				s->hold[i] = ' ';
		}
		if (s->n == 0 &&
		    (s->tail_len == 0 || s->tail[s->tail_len - 1] == ' '))
			return;
		s->hold[s->n++] = c;
		flush(s, sink);
		return;
	}
	s->hold[s->n++] = c;
	/* A word without end: out with it, between characters. */
	if (s->n >= sizeof(s->hold) - 8 && ((unsigned char)c & 0xc0) != 0x80)
		flush(s, sink);
}

static char closer_of(char c)
{
	switch (c) {
	case '[':
		return ']';
	case '{':
		return '}';
	case '<':
		return '>';
	default:
		return 0;
	}
}

/** A tag of thoughts or of a tool call hides what stands up to its end.
 *  @return nonzero for such a name; *ret_end for the end tag */
static int is_hiding(const char *tag, int *ret_end)
{
	static const char *const names[] = {
		"think",     "thinking", "thought", "reasoning",
		"tool_call", "function", "tool"};

	*ret_end = tag[0] == '/';
	tag += *ret_end;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t len = strlen(names[i]);

		if (strncasecmp(tag, names[i], len) == 0 &&
		    (tag[len] == '\0' || tag[len] == ' ' || tag[len] == '='))
			return 1;
	}
	return 0;
}

/** Between < and >: the name is collected in hold. */
static void skip_tag(struct llm_speech *s, char c)
{
	int end, hiding;

	/* "5 < 6" is no tag. */
	if (s->n == 0 && c != '/' && c != '|' && c != '!' &&
	    !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')) {
		s->closer = s->hidden ? '<' : 0;
		return;
	}
	if (c != '>') {
		if (s->n < sizeof(s->hold) - 1)
			s->hold[s->n++] = c;
		else
			s->closer = s->hidden ? '<' : 0;
		return;
	}
	s->hold[s->n] = '\0';
	s->n = 0;
	hiding = is_hiding(s->hold, &end);
	if (hiding)
		s->hidden = !end;
	s->closer = s->hidden ? '<' : 0;
}

/** Not for the ear. closer: '>' in a tag, '<' in what a tag hides, '\n' in
 *  the rest of a line, else a bracket. */
static void skip(struct llm_speech *s, char c)
{
	s->skipped++;
	s->span++;
	switch (s->closer) {
	case '\n':
		if (c == '\n')
			s->closer = 0;
		break;
	case '>':
		skip_tag(s, c);
		break;
	case '<':
		if (c == '<') {
			s->closer = '>';
			s->n = 0;
		}
		break;
	default:
		if (closer_of(c) == s->closer)
			s->depth++;
		else if (c == s->closer)
			s->depth--;
		/* One that is never closed takes only so much with it. */
		if (s->depth == 0 || s->span > SPAN_MAX)
			s->closer = 0;
	}
	if (s->closer == 0)
		s->n = 0;
}

static int is_mark(char c)
{
	return c == '*' || c == '`' || c == '#' || c == '_' || c == '|' ||
	       c == '~';
}

static void take(struct llm_speech *s, char c, const struct llm_sink *sink)
{
	if (s->closer != 0) {
		skip(s, c);
		return;
	}
	if (closer_of(c) != 0) {
		/* The word before is whole. */
		put(s, ' ', sink);
		flush(s, sink);
		s->closer = closer_of(c);
		s->depth = 1;
		s->span = 0;
		s->n = 0;
		return;
	}
	if (c == '\n' || c == '\t' || c == '\r')
		c = c == '\t' ? ' ' : '\n';
	if (c == '\n') {
		s->line_start = 1;
		put(s, ' ', sink);
		s->closer = 0;
		return;
	}
	/* "- one", "1) two" at the beginning of a line. */
	if (s->line_start && (c == '-' || c == ' '))
		return;
	s->line_start = 0;
	if (is_mark(c)) {
		/* Inside of a name of a tool it tells the leak. */
		if (c == '_' && s->n > 0 && s->hold[s->n - 1] != ' ')
			put(s, c, sink);
		return;
	}
	if ((unsigned char)c < 0x20 || c == 0x7f)
		return;
	put(s, c, sink);
}

int llm_speech_add(struct llm_speech *s, const char *delta,
		   const struct llm_sink *sink)
{
	for (; *delta != '\0'; delta++) {
		take(s, *delta, sink);
		if (s->said > LLM_SPEECH_MAX || s->skipped > SKIP_MAX)
			return -EMSGSIZE;
	}
	return 0;
}

void llm_speech_end(struct llm_speech *s, const struct llm_sink *sink)
{
	if (s->closer == 0 && s->n > 0)
		put(s, ' ', sink);
	s->n = 0;
	s->closer = 0;
}
