/**
 * @file twilio_away.c  Callers who are with somebody else, and come back
 *
 * A place of the table is a line's from its first transfer until the line is
 * gone. Lines and pipes are touched on their own loops only: messages carry
 * the place, and what stands there when they arrive counts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_away.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/twilio_line.h"
#include "net/loop.h"

enum state {
	STATE_FREE,
	STATE_MOVING, /* a transfer is under way    */
	STATE_COMING, /* a stream is to open for it */
	STATE_HERE,   /* it has a pipe, or had      */
};

struct place {
	enum state state;
	uint64_t id; /* of who has it now */
	char call_sid[LIMIT_KEY_BYTES + 1];
	char to[TWILIO_TO_BYTES];
	uint32_t transfer; /* counts them */
	uint32_t ring_s;
	int may_fail, may_return, asked;
	struct loop *loop; /* the line's */
	struct line *line;
	uint32_t attached; /* counts the pipes */
	struct loop *pipe_loop;
	struct line *pipe;
};

static struct {
	pthread_mutex_t lock;
	uint64_t ids;
	struct place v[LIMIT_TRANSFERS];
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- the table, locked -------------------------------------------------- */

static struct place *place_of(uint64_t id)
{
	struct place *p = &table.v[id % LIMIT_TRANSFERS];

	return id && p->state != STATE_FREE && p->id == id ? p : NULL;
}

static struct place *find(const char *call_sid)
{
	for (size_t i = 0; i < LIMIT_TRANSFERS && call_sid[0]; i++)
		if (table.v[i].state != STATE_FREE &&
		    strcmp(table.v[i].call_sid, call_sid) == 0)
			return &table.v[i];
	return NULL;
}

/* By what we wrote into the address: "<transfer>" of this call. */
static struct place *find_transfer(const char *call_sid, const char *token)
{
	struct place *p = find(call_sid);
	int64_t n;

	if (!p || p->state != STATE_MOVING ||
	    text_to_int(token, 1, UINT32_MAX, &n) < 0 || n != p->transfer)
		return NULL;
	return p;
}

static struct place *find_free(void)
{
	for (size_t i = 0; i < LIMIT_TRANSFERS; i++) {
		struct place *p = &table.v[i];

		if (p->state != STATE_FREE)
			continue;
		*p = (struct place){
			.id = ++table.ids * LIMIT_TRANSFERS + i,
		};
		return p;
	}
	return NULL;
}

/* ---- messages ----------------------------------------------------------- */

struct message {
	struct loop_msg msg;
	uint64_t id;
	uint32_t attached; /* the pipe it is from, or for; 0: neither */
	int to_pipe, forget, closes;
	struct away_told told;
	char text[];
};

static void to_pipe(struct line *pipe, const struct message *m)
{
	if (m->closes)
		pipe_close(pipe, m->told.code, m->text);
	else
		pipe_send(pipe, m->text, m->told.len, m->forget);
}

static void on_message(struct loop_msg *msg)
{
	struct message *m = (struct message *)(void *)msg;
	struct line *l = NULL;
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = place_of(m->id);
	if (p && (!m->attached || m->attached == p->attached))
		l = m->to_pipe ? p->pipe : p->line;
	pthread_mutex_unlock(&table.lock);
	m->told.text = m->text;
	if (l && m->to_pipe)
		to_pipe(l, m);
	else if (l)
		line_news(l, &m->told);
	mem_free(m);
}

static struct message *message_new(const char *text, size_t len)
{
	struct message *m = mem_zalloc(sizeof(*m) + len + 1);

	if (!m)
		return NULL;
	m->msg.run = on_message;
	m->told.len = len;
	if (len)
		memcpy(m->text, text, len);
	return m;
}

/* @param m  taken; NULL: out of memory */
static int post(struct loop *to, struct message *m)
{
	int err = -ENOMEM;

	if (m)
		err = loop_post(to, &m->msg);
	if (err < 0)
		mem_free(m);
	return err;
}

/* What a webhook has learnt, to the line. Locked. */
static void tell(const struct place *p, struct away_told told)
{
	struct message *m = message_new("", 0);

	if (m) {
		m->id = p->id;
		m->told = told;
	}
	/* The line has a deadline for what does not come. */
	(void)post(p->loop, m);
}

/* ---- the line ----------------------------------------------------------- */

int away_begin(struct line *l, const struct channel_transfer *t)
{
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = place_of(l->away);
	if (!p)
		p = find_free();
	if (p) {
		p->state = STATE_MOVING;
		p->transfer++;
		p->asked = 0;
		p->ring_s = (t->ring_ms + 999) / 1000;
		p->may_fail = t->may_fail;
		p->may_return = t->may_return;
		p->loop = l->host->loop;
		p->line = l;
		(void)text_copy(p->call_sid, sizeof(p->call_sid), l->call_sid);
		(void)text_copy(p->to, sizeof(p->to), t->to);
		l->away = p->id;
	}
	pthread_mutex_unlock(&table.lock);
	return p ? 0 : -EAGAIN;
}

void away_end(struct line *l)
{
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = place_of(l->away);
	if (p)
		p->state = STATE_FREE;
	pthread_mutex_unlock(&table.lock);
	l->away = 0;
}

/* ---- what to dial ------------------------------------------------------- */

static void add_address(struct strbuf *b, const char *base, const char *path,
			const struct place *p)
{
	twilio_xml(b, base);
	strbuf_addf(b, "/twilio/%s?sid=", path);
	twilio_xml(b, p->call_sid); /* letters and digits */
	strbuf_addf(b, "&amp;t=%u", p->transfer);
}

static void write_dial(struct strbuf *b, const char *base,
		       const struct place *p)
{
	const char *to = p->to;
	const char *element = twilio_dial_element(&to);

	strbuf_addf(b,
		    "<Response><Dial answerOnBridge=\"true\" timeout=\"%u\" "
		    "method=\"POST\" action=\"",
		    p->ring_s ? p->ring_s : 30);
	add_address(b, base, "dialed", p);
	strbuf_addf(b,
		    "\"><%s statusCallbackEvent=\"initiated ringing answered "
		    "completed\" statusCallbackMethod=\"POST\" "
		    "statusCallback=\"",
		    element);
	add_address(b, base, "leg", p);
	strbuf_add(b, "\">");
	twilio_xml(b, to);
	strbuf_addf(b, "</%s></Dial></Response>", element);
}

int away_twiml(struct strbuf *b, const char *base, const char *call_sid)
{
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = find(call_sid);
	if (p)
		write_dial(b, base, p);
	pthread_mutex_unlock(&table.lock);
	return p ? 0 : -ENOENT;
}

/* ---- webhooks ----------------------------------------------------------- */

int away_asked(struct strbuf *b, const char *base, const char *call_sid)
{
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = find(call_sid);
	if (p && (p->state != STATE_MOVING || p->asked))
		p = NULL;
	if (p) {
		p->asked = 1;
		write_dial(b, base, p);
		tell(p, (struct away_told){.what = AWAY_ASKED});
	}
	pthread_mutex_unlock(&table.lock);
	return p ? 0 : -ENOENT;
}

static int is_one_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(s, *words) == 0)
			return 1;
	return 0;
}

void away_leg(const char *call_sid, const char *token, const char *status)
{
	static const char *const ends[] = {"completed", "busy",     "failed",
					   "no-answer", "canceled", NULL};
	struct away_told told = {.what = AWAY_LEG_OVER};
	struct place *p;

	if (strcmp(status, "ringing") == 0)
		told.what = AWAY_RINGING;
	else if (strcmp(status, "in-progress") == 0 ||
		 strcmp(status, "answered") == 0)
		told.what = AWAY_ANSWERED;
	else if (!is_one_of(status, ends))
		return;
	pthread_mutex_lock(&table.lock);
	p = find_transfer(call_sid, token);
	if (p)
		tell(p, told);
	pthread_mutex_unlock(&table.lock);
}

static const char *cause_of(const char *status)
{
	static const struct {
		const char *status, *cause;
	} known[] = {
		{"busy", XP_CAUSE_BUSY},
		{"no-answer", XP_CAUSE_NO_ANSWER},
		{"failed", XP_CAUSE_UNREACHABLE},
		{"canceled", XP_CAUSE_CANCELLED},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(status, known[i].status) == 0)
			return known[i].cause;
	return XP_CAUSE_ERROR;
}

int away_dialed(const char *call_sid, const char *token, const char *status,
		int gone)
{
	const int answered = strcmp(status, "completed") == 0 ||
			     strcmp(status, "answered") == 0;
	struct away_told told = {.what = AWAY_DIALED, .answered = answered};
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = find_transfer(call_sid, token);
	if (p) {
		told.cause = answered ? NULL : cause_of(status);
		told.comes = !gone && (answered ? p->may_return : p->may_fail);
		if (gone)
			told.what = AWAY_HUNG_UP;
		else if (told.comes)
			p->state = STATE_COMING;
		tell(p, told);
	}
	pthread_mutex_unlock(&table.lock);
	return told.comes;
}

void away_hung_up(const char *call_sid)
{
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = find(call_sid);
	if (p && p->state != STATE_HERE)
		tell(p, (struct away_told){.what = AWAY_HUNG_UP});
	pthread_mutex_unlock(&table.lock);
}

/* ---- pipes -------------------------------------------------------------- */

int away_attach(struct line *pipe, const char *call_sid,
		const char *stream_sid)
{
	struct message *m = message_new(stream_sid, strlen(stream_sid));
	struct loop *to = NULL;
	struct place *p;

	if (!m)
		return -ENOMEM;
	m->told.what = AWAY_HERE;
	pthread_mutex_lock(&table.lock);
	p = find(call_sid);
	if (p && p->state == STATE_COMING) {
		p->state = STATE_HERE;
		p->pipe = pipe;
		p->pipe_loop = pipe->host->loop;
		pipe->away = m->id = p->id;
		pipe->attached = m->attached = ++p->attached;
		m->told.code = (int)p->attached;
		to = p->loop;
	}
	pthread_mutex_unlock(&table.lock);
	if (!to) {
		mem_free(m);
		return -ENOENT;
	}
	return post(to, m);
}

int away_up(struct line *pipe, enum away_news what, int code, const char *text,
	    size_t len)
{
	struct message *m = message_new(text, len);
	struct loop *to = NULL;
	struct place *p;

	if (!m)
		return -ENOMEM;
	m->told.what = what;
	m->told.code = code;
	m->id = pipe->away;
	m->attached = pipe->attached;
	pthread_mutex_lock(&table.lock);
	p = place_of(m->id);
	if (p)
		to = p->loop;
	pthread_mutex_unlock(&table.lock);
	if (to)
		return post(to, m);
	mem_free(m);
	return -EPIPE;
}

void away_detach(struct line *pipe)
{
	struct place *p;

	pthread_mutex_lock(&table.lock);
	p = place_of(pipe->away);
	if (p && p->pipe == pipe)
		p->pipe = NULL;
	pthread_mutex_unlock(&table.lock);
}

static int post_down(const struct line *l, struct message *m)
{
	struct loop *to = NULL;
	struct place *p;

	if (!m)
		return -ENOMEM;
	m->to_pipe = 1;
	m->id = l->away;
	m->attached = l->attached;
	pthread_mutex_lock(&table.lock);
	p = place_of(m->id);
	if (p && p->pipe && p->attached == l->attached)
		to = p->pipe_loop;
	pthread_mutex_unlock(&table.lock);
	if (to)
		return post(to, m);
	mem_free(m);
	return -EPIPE;
}

int away_down(struct line *l, const char *texts, size_t len, int forget)
{
	struct message *m = message_new(texts, len);

	if (m)
		m->forget = forget;
	return post_down(l, m);
}

void away_close(struct line *l, int code, const char *why)
{
	struct message *m = message_new(why, strlen(why));

	if (m) {
		m->closes = 1;
		m->told.code = code;
	}
	/* A pipe that does not hear it is closed by the carrier. */
	(void)post_down(l, m);
}

int away_has_pipe(const struct line *l)
{
	struct place *p;
	int has;

	pthread_mutex_lock(&table.lock);
	p = place_of(l->away);
	has = p && p->pipe && p->attached == l->attached;
	pthread_mutex_unlock(&table.lock);
	return has;
}
