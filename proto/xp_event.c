/**
 * @file xp_event.c  Events of a call, server to client
 *
 * Each kind is one line of a table: which member of the message goes into
 * which member of the struct, and how.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_json.h"

enum how {
	NONE,
	KEY,        /* an id or key that must be there */
	TEXT,       /* a text that must be there */
	TEXT_OR,    /* a text, or the default */
	ID_OR_NULL, /* an id, or NULL */
	FLAG,       /* false when absent */
	INTEGER,
	JSON, /* any value */
};

struct member {
	enum how how;
	const char *name;
	size_t at; /* offset in struct xp_event */
	const char *dflt;
};

enum { MEMBERS_MAX = 3 };

#define AT(field) offsetof(struct xp_event, field)

static const struct kind {
	enum xp_event_kind kind;
	const char *type;
	struct member m[MEMBERS_MAX];
} kinds[] = {
	{XP_CALLER_SPEECH,
	 "caller-speech",
	 {{TEXT, "utterance", AT(text), NULL},
	  {ID_OR_NULL, "utterance_id", AT(id), NULL}}},
	{XP_AGENT_SPEECH,
	 "agent-speech",
	 {{TEXT, "utterance", AT(text), NULL},
	  {FLAG, "interrupted", AT(interrupted), NULL}}},
	{XP_AGENT_QUESTION,
	 "agent-question",
	 {{KEY, "question_id", AT(id), NULL},
	  {TEXT, "question", AT(text), NULL}}},
	{XP_ACTION_REQUEST,
	 "action-request",
	 {{KEY, "intent_id", AT(id), NULL},
	  {TEXT, "intent_summary", AT(text), NULL}}},
	{XP_EXECUTE_ACTION,
	 "execute-action",
	 {{KEY, "action_key", AT(key), NULL}}},
	{XP_ACTION_ITEM_DONE,
	 "action-item-done",
	 {{KEY, "key", AT(key), NULL},
	  {JSON, "payload", AT(value_json), NULL}}},
	{XP_TASK_DONE, "task-done", {{KEY, "task_id", AT(id), NULL}}},
	{XP_CHOICE_QUERY,
	 "choice-query",
	 {{KEY, "field_key", AT(key), NULL},
	  {TEXT, "query", AT(text), NULL},
	  {KEY, "query_id", AT(id), NULL}}},
	{XP_ESCALATE,
	 "escalate",
	 {{TEXT_OR, "requested_by", AT(text), "human"}}},
	{XP_DTMF,
	 "dtmf",
	 {{KEY, "digit", AT(text), NULL},
	  {TEXT_OR, "recent_digits", AT(recent), ""}}},
	{XP_OUTBOUND_CONNECTED, "outbound-call-connected", {{0}}},
	{XP_OUTBOUND_FAILED,
	 "outbound-call-failed",
	 {{INTEGER, "error_code", AT(code), NULL},
	  {TEXT_OR, "error_reason", AT(text), ""}}},
	{XP_SESSION_ENDED,
	 "bot-session-ended",
	 {{TEXT, "termination_reason", AT(text), NULL},
	  {FLAG, "dnc", AT(dnc), NULL}}},
	{XP_ERROR, "error", {{TEXT, "content", AT(text), NULL}}},
	{XP_WARNING, "warning", {{TEXT, "content", AT(text), NULL}}},
};

static const char **text_at(struct xp_event *e, const struct member *m)
{
	return (const char **)(void *)((char *)e + m->at);
}

static const char *text_of(const struct xp_event *e, const struct member *m)
{
	return *(const char *const *)(const void *)((const char *)e + m->at);
}

static int *flag_at(struct xp_event *e, const struct member *m)
{
	return (int *)(void *)((char *)e + m->at);
}

static void read_member(struct xp_reader *r, struct xp_event *e,
			const struct member *m)
{
	switch (m->how) {
	case NONE:
		break;
	case KEY:
		xp_get_key(r, m->name, text_at(e, m));
		break;
	case TEXT:
		xp_get_text(r, m->name, text_at(e, m));
		break;
	case TEXT_OR:
		xp_get_text_or(r, m->name, text_at(e, m), XP_TEXT_BYTES_MAX,
			       m->dflt);
		break;
	case ID_OR_NULL:
		xp_get_text_or(r, m->name, text_at(e, m), XP_KEY_BYTES_MAX,
			       NULL);
		break;
	case FLAG:
		xp_get_flag(r, m->name, flag_at(e, m), 0);
		break;
	case INTEGER:
		xp_get_int(r, m->name, &e->code, -XP_INTEGER_MAX);
		break;
	case JSON:
		xp_get_json(r, m->name, text_at(e, m));
		break;
	}
}

static void read_event(struct xp_reader *r, struct xp_event *e)
{
	int has_sequence =
		json_is_integer(json_object_get(r->obj, "sequence"));

	xp_get_key(r, "event_type", &e->type);
	if (has_sequence)
		xp_get_int(r, "sequence", &e->sequence, 0);

	for (size_t i = 0; !r->rc && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++) {
		if (strcmp(kinds[i].type, e->type) != 0)
			continue;
		e->kind = kinds[i].kind;
		for (int k = 0; k < MEMBERS_MAX; k++)
			read_member(r, e, &kinds[i].m[k]);
		break;
	}
}

int xp_event_decode(struct xp_event *ret, const char *s, size_t len,
		    struct xp_error *reterr)
{
	struct xp_event e = {0};
	struct xp_reader r;
	struct xp_doc *doc;
	int rc;

	rc = xp_doc_new(&doc, s, len, XP_DEPTH_MAX, reterr);
	if (rc < 0)
		return rc;

	r = xp_doc_reader(doc, reterr);
	read_event(&r, &e);
	if (r.rc) {
		xp_doc_free(doc);
		return r.rc;
	}

	e.root = doc;
	*ret = e;
	return 0;
}

void xp_event_done(struct xp_event *e)
{
	xp_doc_free(e->root);
	e->root = NULL;
}

static void put_member(struct xp_writer *w, const struct xp_event *e,
		       const struct member *m)
{
	const char *s;

	switch (m->how) {
	case NONE:
	case JSON:
		break;
	case KEY:
	case TEXT:
		xp_put_text(w, m->name, text_of(e, m));
		break;
	case TEXT_OR:
		s = text_of(e, m);
		xp_put_text(w, m->name, s ? s : m->dflt);
		break;
	case ID_OR_NULL:
		xp_put_text_or_null(w, m->name, text_of(e, m));
		break;
	case FLAG:
		xp_put_flag(
			w, m->name,
			*(const int *)(const void *)((const char *)e + m->at));
		break;
	case INTEGER:
		xp_put_int(w, m->name, e->code);
		break;
	}
}

static char *encode(const struct xp_event *e, const struct kind *k)
{
	struct xp_writer w = {.obj = json_object()};

	xp_put(&w, "sequence",
	       e->sequence ? json_integer(e->sequence) : json_null());
	xp_put_text(&w, "event_type", k->type);
	for (int i = 0; i < MEMBERS_MAX; i++)
		put_member(&w, e, &k->m[i]);

	if (e->kind == XP_ACTION_ITEM_DONE)
		return xp_text_with(&w, "payload", e->value_json,
				    e->value_json ? strlen(e->value_json) : 0);
	return xp_text(&w);
}

char *xp_event_encode(const struct xp_event *e)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == e->kind)
			return encode(e, &kinds[i]);
	return NULL;
}
