/**
 * @file speak.c  What we say: utterances, clauses, and what was heard of them
 *
 *   deltas --guard--> [ clause buffer ] --a sentence is whole--> DIALOG_SAY
 *   DIALOG_SAID --> history, agent-speech, items that were spoken
 *
 * A sentence is given out when the next one begins, the last one when the
 * utterance ends: so the final clause is always marked and never empty, and
 * synthesis starts as early as it can sound right.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "dialog/state.h"

enum {
	CLAUSE_BYTES = 1024, /* [bytes] cut at a space beyond this  */
	CLAUSE_LONG = 90,    /* [bytes] a comma may end it from here */
	CLAUSE_ROOM = 64,    /* [actions] beyond: longer clauses    */
	REFUSED_MAX = 2,     /* a say item cut so often is done     */
};

int speak_busy(const struct dialog *d)
{
	return d->n_utts > 0;
}

int speak_uncut(const struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_utts; i++) {
		if (d->utts[i].given && !d->utts[i].cut)
			return 1;
	}
	return 0;
}

int speak_script_waits(const struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_utts; i++) {
		if (d->utts[i].purpose == SAID_SCRIPT)
			return 1;
	}
	return 0;
}

static void utterance_drop(struct dialog *d, uint32_t i)
{
	struct utterance *u = &d->utts[i];

	say_heard(d, u, "", 0, 1);
	keep_free(&d->keep, u->whole);
	for (uint32_t k = 0; k < u->n_done; k++)
		keep_free(&d->keep, u->done[k]);
	memmove(u, u + 1, (d->n_utts - i - 1) * sizeof(*u));
	d->n_utts--;
}

/* They were never reported: what can't be confirmed is not taken as heard. */
void speak_forget(struct dialog *d)
{
	d->open_utt = 0;
	while (d->n_utts)
		utterance_drop(d, 0);
}

static struct utterance *utterance_new(struct dialog *d, enum purpose purpose,
				       int interruptible)
{
	if (d->n_utts == UTTERANCES_MAX) {
		step_note(d, "an utterance was never reported as heard");
		utterance_drop(d, 0);
	}

	struct utterance *u = &d->utts[d->n_utts++];

	*u = (struct utterance){.utt = ++d->utt,
				.purpose = purpose,
				.interruptible = interruptible};
	d->clause_len = 0;
	return u;
}

static struct utterance *last_utterance(struct dialog *d)
{
	return &d->utts[d->n_utts - 1];
}

/* ---- clauses ----------------------------------------------------------- */

/* What was to be said is worth keeping for one that compares. */
static void remember_whole(struct dialog *d, struct utterance *u,
			   const char *clause)
{
	const char *whole = u->whole;

	if (!(d->extensions & XP_EXT_HEARD))
		return;
	u->whole =
		keep_str(&d->keep,
			 scratch_printf(&d->keep, "%s%s%s", whole ? whole : "",
					whole && *clause ? " " : "", clause));
	keep_free(&d->keep, whole);
}

static void give_out(struct dialog *d, size_t len, int last)
{
	struct utterance *u = last_utterance(d);
	struct dialog_action *a = step_act(d, DIALOG_SAY);
	char *text = scratch_alloc(&d->keep, len + 1);

	if (!text)
		return;
	memcpy(text, d->clause, len);
	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	if (!text_is_utf8(text, len)) {
		for (size_t i = 0; i < len; i++) {
			if ((unsigned char)text[i] > 127)
				text[i] = '?';
		}
	}
	u->given = 1;
	remember_whole(d, u, text);
	a->utt = u->utt;
	a->text = text;
	a->interruptible = u->interruptible;
	a->last = last;
}

/* "Freitag, 27. November": a figure and a dot is an ordinal but in English. */
static int is_ordinal(const struct dialog *d, size_t dot)
{
	size_t start = dot;

	while (start && isdigit((unsigned char)d->clause[start - 1]))
		start--;
	return dot - start >= 1 && dot - start <= 2 &&
	       language_find(d->language) != NULL;
}

static int is_abbreviation(const char *clause, size_t dot)
{
	static const char *const list[] = {"mr",  "mrs", "ms",    "dr", "st",
					   "no",  "vs",  "ave",   "jr", "sr",
					   "e.g", "i.e", "approx"};
	size_t start = dot;

	while (start && clause[start - 1] != ' ')
		start--;

	size_t len = dot - start;

	if (len == 1 && isalpha((unsigned char)clause[start]) &&
	    clause[start] != 'I')
		return 1;
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (strlen(list[i]) == len &&
		    !strncasecmp(list[i], &clause[start], len))
			return 1;
	}
	return 0;
}

/* The buffer ends in a space and a word begins with c: is a clause whole? */
static int clause_whole(const struct dialog *d, char c)
{
	size_t end = d->clause_len;

	if (d->out->n >= CLAUSE_ROOM)
		return 0;
	while (end && d->clause[end - 1] == ' ')
		end--;
	if (end < 2 || end == d->clause_len)
		return 0;

	size_t at = end - 1;

	while (at && strchr("\"')", d->clause[at]))
		at--;
	switch (d->clause[at]) {
	case '?':
	case '!':
		return 1;
	case '.':
		return !islower((unsigned char)c) &&
		       !is_abbreviation(d->clause, at) && !is_ordinal(d, at);
	case ',':
	case ';':
	case ':':
		return end >= CLAUSE_LONG;
	default:
		return 0;
	}
}

static void cut_long(struct dialog *d)
{
	/* Something always stays behind, for the last clause. */
	size_t at = d->clause_len - 1;

	while (at > CLAUSE_BYTES / 2 && d->clause[at - 1] != ' ')
		at--;
	if (at <= CLAUSE_BYTES / 2) {
		at = d->clause_len - 1;
		/* Between two characters, not inside one. */
		while (((unsigned char)d->clause[at - 1] & 0xc0) == 0x80)
			at--;
		at--;
	}
	give_out(d, at, 0);
	d->clause_len -= at;
	memmove(d->clause, d->clause + at, d->clause_len);
}

static void add_char(struct dialog *d, char c)
{
	if ((unsigned char)c < 0x20 || c == 0x7f)
		c = ' ';
	if (c == '*' || c == '`')
		return;
	if (c == ' ' &&
	    (!d->clause_len || d->clause[d->clause_len - 1] == ' '))
		return;
	if (c != ' ' && clause_whole(d, c)) {
		give_out(d, d->clause_len, 0);
		d->clause_len = 0;
	}
	d->clause[d->clause_len++] = c;
	if (d->clause_len == CLAUSE_BYTES)
		cut_long(d);
}

static void add_text(struct dialog *d, const char *text)
{
	struct utterance *u = last_utterance(d);

	if (!d->clause)
		d->clause = keep_alloc(&d->keep, CLAUSE_BYTES);
	for (; d->clause && *text; text++) {
		if (u->bytes == LIMIT_TEXT_BYTES) {
			d->stats.refused++;
			return;
		}
		u->bytes++;
		add_char(d, *text);
	}
}

static int is_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n*`")];
}

uint32_t speak_end(struct dialog *d)
{
	if (!d->open_utt)
		return 0;
	d->open_utt = 0;
	if (d->clause)
		give_out(d, d->clause_len, 1);
	d->clause_len = 0;
	return last_utterance(d)->utt;
}

void speak_delta(struct dialog *d, const char *text)
{
	if (!d->open_utt) {
		if (is_blank(text))
			return;
		utterance_new(d, SAID_BY_BRAIN, 1);
		d->open_utt = 1;
	}
	add_text(d, text);
}

uint32_t speak_text(struct dialog *d, enum purpose purpose, const char *text,
		    int interruptible)
{
	(void)speak_end(d);
	if (!text || is_blank(text))
		return 0;
	utterance_new(d, purpose, interruptible);
	d->open_utt = 1;
	add_text(d, text);
	return speak_end(d);
}

void speak_stop(struct dialog *d, int all)
{
	uint32_t upto = 0;

	for (uint32_t i = 0; i < d->n_utts; i++) {
		if (!d->utts[i].interruptible && !all)
			return;
	}
	/* Nobody will report what was never given out. */
	if (d->open_utt && !last_utterance(d)->given)
		utterance_drop(d, d->n_utts - 1);
	d->open_utt = 0;
	d->clause_len = 0;
	for (uint32_t i = 0; i < d->n_utts; i++) {
		if (!d->utts[i].cut)
			upto = d->utts[i].utt;
		d->utts[i].cut = 1;
	}
	if (upto)
		step_act(d, DIALOG_STOP_SAYING)->utt = upto;
}

/* ---- heard ------------------------------------------------------------- */

int speak_then_done(struct dialog *d, const char *key)
{
	const struct brain_item *item = task_item(d, key);

	if (!item || item->item->kind == XP_ITEM_FIELD)
		return -EINVAL;
	if (!d->open_utt)
		return task_item_done(d, key);

	struct utterance *u = last_utterance(d);

	if (u->n_done == UTTERANCE_DONES_MAX)
		return task_item_done(d, key);

	const char *copy = keep_str(&d->keep, key);

	if (copy)
		u->done[u->n_done++] = copy;
	return 0;
}

/* Letters and digits only: what was heard may be spelled a little otherwise */
static int heard_all_of(const char *heard, const char *statement)
{
	for (; *heard; heard++) {
		const char *h = heard;
		const char *s = statement;

		while (*s) {
			if (!isalnum((unsigned char)*s)) {
				s++;
			} else if (*h && !isalnum((unsigned char)*h)) {
				h++;
			} else if (tolower((unsigned char)*h) ==
				   tolower((unsigned char)*s)) {
				h++;
				s++;
			} else {
				break;
			}
		}
		if (!*s)
			return 1;
	}
	return 0;
}

static void spoken_item(struct dialog *d, const char *key, const char *heard,
			int interrupted)
{
	const struct brain_item *item = task_item(d, key);

	if (!item)
		return;
	if (interrupted && item->item->kind == XP_ITEM_SAY &&
	    !heard_all_of(heard, item->item->statement)) {
		uint8_t *n = &d->task.refused[item - d->task.items];

		if (++*n <= REFUSED_MAX)
			return;
	}
	(void)task_item_done(d, key);
}

int speak_said(struct dialog *d, const struct dialog_event *e)
{
	const char *heard = e->text ? e->text : "";
	uint32_t i = 0;

	while (i < d->n_utts && d->utts[i].utt != e->utt)
		i++;
	if (i == d->n_utts)
		return -EINVAL;
	if (i == d->n_utts - 1)
		d->open_utt = 0;
	/* They come in order: what was before it was not heard. */
	for (; i; i--)
		utterance_drop(d, 0);

	say_heard(d, &d->utts[i], heard, e->spoken_us, e->interrupted);

	struct utterance u = d->utts[i];

	if (*heard) {
		d->sound_us = d->now_us;

		struct xp_event *ev = step_tell(d, XP_AGENT_SPEECH);

		ev->text = scratch_str(&d->keep, u.whole ? u.whole : heard);
		ev->interrupted = e->interrupted;
		ev->heard_text = scratch_str(&d->keep, heard);
		ev->heard_ms = e->spoken_us / 1000;
		history_add(d, BRAIN_AGENT, heard, e->interrupted);
	}
	for (uint32_t k = 0; k < u.n_done; k++)
		spoken_item(d, u.done[k], heard, e->interrupted);
	utterance_drop(d, i);
	end_heard(d, e->utt);
	return 0;
}
