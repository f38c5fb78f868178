/**
 * @file xp_snapshot.c  The whole state of a call, as one message
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_event.h"

static const struct xp_word causes[] = {
	{"start", XP_CAUSE_START},
	{"lost", XP_CAUSE_LOST},
	{"hand-over", XP_CAUSE_HAND_OVER},
	{NULL, 0},
};

static const struct xp_word roles[] = {
	{"caller", XP_ROLE_CALLER},
	{"agent", XP_ROLE_AGENT},
	{"system", XP_ROLE_SYSTEM},
	{NULL, 0},
};

static const struct xp_word item_types[] = {
	{"field", XP_ITEM_FIELD},
	{"say", XP_ITEM_SAY},
	{"todo", XP_ITEM_TODO},
	{NULL, 0},
};

static const struct xp_word progresses[] = {
	{"pending", XP_PROGRESS_PENDING},   {"asking", XP_PROGRESS_ASKING},
	{"checking", XP_PROGRESS_CHECKING}, {"done", XP_PROGRESS_DONE},
	{"skipped", XP_PROGRESS_SKIPPED},   {NULL, 0},
};

static const struct xp_word movings[] = {
	{"waiting", XP_TRANSFER_WAITING},
	{"trying", XP_TRANSFER_TRYING},
	{"ringing", XP_TRANSFER_RINGING},
	{"answered", XP_TRANSFER_ANSWERED},
	{NULL, 0},
};

/* "open" names four members at once. */
static const struct xp_word cuts[] = {
	{"transcript", XP_CUT_TRANSCRIPT},
	{"variables", XP_CUT_VARIABLES},
	{"fields", XP_CUT_FIELDS},
	{"open", XP_CUT_OPEN},
	{NULL, 0},
};

/* ---- decoding ----------------------------------------------------------- */

static void get_items(struct xp_reader *r, struct xp_snapshot *s)
{
	uint32_t n = 0;
	const json_t *array = xp_get_array(r, "items", &n, XP_ITEMS_MAX);
	struct xp_snapshot_item *v;

	v = n ? xp_doc_alloc(r, n * sizeof(*v)) : NULL;
	for (uint32_t i = 0; i < n && !r->rc; i++) {
		char path[XP_PATH_BYTES];
		struct xp_reader at = xp_reader_at(r, array, "items", i, path);
		int kind = 0, progress = 0;

		xp_get_key(&at, "key", &v[i].key);
		xp_get_word(&at, "item_type", item_types, &kind, -1);
		xp_get_word(&at, "status", progresses, &progress, -1);
		v[i].kind = (enum xp_item_kind)kind;
		v[i].progress = (enum xp_progress)progress;
		r->rc = at.rc;
	}

	s->items = v;
	s->n_items = r->rc ? 0 : n;
}

static void get_task(struct xp_reader *r, struct xp_snapshot *s)
{
	const json_t *task = json_object_get(r->obj, "task");
	char path[XP_PATH_BYTES];
	struct xp_reader in;

	if (r->rc || json_is_null(task))
		return;

	in = xp_reader_in(r, "task", path);
	xp_get_key(&in, "task_id", &s->task_id);
	xp_get_text_or(&in, "objective", &s->objective, XP_TEXT_BYTES_MAX, "");
	xp_get_text_or(&in, "completion_criteria", &s->criteria,
		       XP_TEXT_BYTES_MAX, NULL);
	xp_get_flag(&in, "reported", &s->reported, 0);
	get_items(&in, s);
	r->rc = in.rc;
}

static void get_lines(struct xp_reader *r, struct xp_snapshot *s)
{
	uint32_t n = 0;
	const json_t *array = xp_get_array(r, "transcript", &n, XP_LINES_MAX);
	struct xp_snapshot_line *v;

	v = n ? xp_doc_alloc(r, n * sizeof(*v)) : NULL;
	for (uint32_t i = 0; i < n && !r->rc; i++) {
		char path[XP_PATH_BYTES];
		struct xp_reader at =
			xp_reader_at(r, array, "transcript", i, path);
		int role = 0;

		xp_get_word(&at, "role", roles, &role, -1);
		xp_get_text(&at, "text", &v[i].text);
		xp_get_int(&at, "at_ms", &v[i].at_ms, 0);
		v[i].role = (enum xp_role)role;
		r->rc = at.rc;
	}

	s->lines = v;
	s->n_lines = r->rc ? 0 : n;
}

/* Names of the members of something that is open. */
struct open_names {
	const char *list, *id, *key, *text;
};

static const struct open_names questions = {"questions", "question_id", NULL,
					    "question"};
static const struct open_names requests = {"requests", "intent_id", NULL,
					   "intent_summary"};
static const struct open_names queries = {"queries", "query_id", "field_key",
					  "query"};
static const struct open_names executions = {"executions", "execution_id",
					     "action_key", NULL};

static void get_open(struct xp_reader *r, const struct open_names *names,
		     const struct xp_asked **ret, uint32_t *ret_n)
{
	uint32_t n = 0;
	const json_t *array = xp_get_array(r, names->list, &n, XP_OPEN_MAX);
	struct xp_asked *v;

	v = n ? xp_doc_alloc(r, n * sizeof(*v)) : NULL;
	for (uint32_t i = 0; i < n && !r->rc; i++) {
		char path[XP_PATH_BYTES];
		struct xp_reader at =
			xp_reader_at(r, array, names->list, i, path);

		xp_get_key(&at, names->id, &v[i].id);
		if (names->key)
			xp_get_key(&at, names->key, &v[i].key);
		if (names->text)
			xp_get_text(&at, names->text, &v[i].text);
		r->rc = at.rc;
	}
	if (r->rc)
		return;

	*ret = v;
	*ret_n = n;
}

/* A name that is not known is of a newer server's; there is nothing to do. */
static void get_cuts(struct xp_reader *r, struct xp_snapshot *s)
{
	const char *const *names = NULL;
	uint32_t n = 0;

	xp_get_texts(r, "truncated", &names, &n, XP_CHOICES_MAX);
	for (uint32_t i = 0; i < n; i++)
		for (const struct xp_word *w = cuts; w->name; w++)
			if (!strcmp(w->name, names[i]))
				s->truncated |= (uint32_t)w->value;
}

static void get_values(struct xp_reader *r, const char *key, const char **ret)
{
	xp_get_object(r, key, ret);
	if (!r->rc && !*ret)
		(void)xp_fail(r, -EBADMSG, key, "must be an object");
}

void xp_get_snapshot(struct xp_reader *r, const struct xp_snapshot **ret)
{
	struct xp_snapshot *s = xp_doc_alloc(r, sizeof(*s));
	int cause = 0;

	if (!s)
		return;

	xp_get_word(r, "cause", causes, &cause, -1);
	s->cause = (enum xp_cause)cause;
	xp_get_text_or(r, "note", &s->note, XP_TEXT_BYTES_MAX, "");
	xp_get_int(r, "last_sequence", &s->last_sequence, 0);
	xp_get_int(r, "elapsed_ms", &s->elapsed_ms, 0);
	get_values(r, "variables", &s->variables_json);
	get_values(r, "fields", &s->fields_json);
	get_task(r, s);
	get_lines(r, s);
	get_open(r, &questions, &s->questions, &s->n_questions);
	get_open(r, &requests, &s->requests, &s->n_requests);
	get_open(r, &queries, &s->queries, &s->n_queries);
	get_open(r, &executions, &s->executions, &s->n_executions);
	xp_get_json(r, "state", &s->state_json);
	get_cuts(r, s);
	if (!r->rc && strlen(s->state_json) > XP_STATE_BYTES_MAX)
		(void)xp_fail(r, -EMSGSIZE, "state", "too long");
	*ret = s;
}

void xp_get_moving(struct xp_reader *r, struct xp_snapshot *to)
{
	const json_t *transfer = json_object_get(r->obj, "transfer");
	char path[XP_PATH_BYTES];
	struct xp_reader in;
	int status = 0;

	if (r->rc || !transfer || json_is_null(transfer))
		return;

	in = xp_reader_in(r, "transfer", path);
	xp_get_word(&in, "status", movings, &status, -1);
	xp_get_text_or(&in, "transfer_id", &to->transfer_id, XP_KEY_BYTES_MAX,
		       NULL);
	xp_get_key(&in, "to_number", &to->transfer_to);
	to->transfer = (enum xp_transfer)status;
	r->rc = in.rc;
}

/* ---- encoding ----------------------------------------------------------- */

static json_t *task_json(const struct xp_snapshot *s)
{
	struct xp_writer w = xp_writer_of("task_id", s->task_id);
	json_t *array = s->n_items && !s->items ? NULL : json_array();

	for (uint32_t i = 0; i < s->n_items && array; i++) {
		const struct xp_snapshot_item *item = &s->items[i];
		struct xp_writer o = xp_writer_of("key", item->key);

		xp_put_word(&o, "item_type", item_types, (int)item->kind);
		xp_put_word(&o, "status", progresses, (int)item->progress);
		array = xp_append(array, &o);
	}
	xp_put_speech(&w, "objective", s->objective ? s->objective : "");
	if (s->criteria)
		xp_put_speech(&w, "completion_criteria", s->criteria);
	else
		xp_put(&w, "completion_criteria", json_null());
	xp_put_flag(&w, "reported", s->reported);
	xp_put(&w, "items", array);
	return w.obj;
}

/* Where the last lines begin that there is room for. */
static uint32_t tail_of(const struct xp_snapshot *s)
{
	uint32_t from = s->n_lines;
	size_t bytes = 0;

	while (from > 0 && s->n_lines - from < XP_LINES_MAX) {
		const char *text = s->lines[from - 1].text;

		bytes += text ? strlen(text) : 0;
		if (bytes > XP_TRANSCRIPT_BYTES_MAX)
			break;
		from--;
	}

	return from;
}

static json_t *lines_json(const struct xp_snapshot *s)
{
	uint32_t from = s->lines ? tail_of(s) : 0;
	json_t *array = s->n_lines && !s->lines ? NULL : json_array();

	for (uint32_t i = from; i < s->n_lines && array; i++) {
		const struct xp_snapshot_line *line = &s->lines[i];
		struct xp_writer o = {.obj = json_object()};

		xp_put_word(&o, "role", roles, (int)line->role);
		xp_put_speech(&o, "text", line->text);
		xp_put_int(&o, "at_ms", line->at_ms);
		array = xp_append(array, &o);
	}

	return array;
}

static void put_open(struct xp_writer *w, const struct open_names *names,
		     const struct xp_asked *v, uint32_t n)
{
	json_t *array = n && !v ? NULL : json_array();

	for (uint32_t i = 0; i < n && array; i++) {
		struct xp_writer o = xp_writer_of(names->id, v[i].id);

		if (names->key)
			xp_put_text(&o, names->key, v[i].key);
		if (names->text)
			xp_put_speech(&o, names->text, v[i].text);
		array = xp_append(array, &o);
	}
	xp_put(w, names->list, array);
}

static void put_cuts(struct xp_writer *w, uint32_t truncated)
{
	const char *names[sizeof(cuts) / sizeof(cuts[0])];
	uint32_t n = 0;

	for (const struct xp_word *c = cuts; c->name; c++)
		if (truncated & (uint32_t)c->value)
			names[n++] = c->name;
	xp_put_texts(w, "truncated", names, n);
}

static void put_object(struct xp_writer *w, const char *key, const char *json)
{
	xp_put_raw(w, key, json ? json : "{}", json ? strlen(json) : 2);
}

void xp_put_moving(struct xp_writer *w, const struct xp_snapshot *s)
{
	struct xp_writer o;

	if (!s || !s->transfer_to) {
		xp_put(w, "transfer", json_null());
		return;
	}

	o = xp_writer_of("to_number", s->transfer_to);
	xp_put_word(&o, "status", movings, (int)s->transfer);
	xp_put_text_or_null(&o, "transfer_id", s->transfer_id);
	xp_put(w, "transfer", o.obj);
}

void xp_put_snapshot(struct xp_writer *w, const struct xp_snapshot *s,
		     uint32_t cut)
{
	const char *state;

	if (!s) {
		xp_put(w, "cause", NULL);
		return;
	}

	state = s->state_json ? s->state_json : "null";
	xp_put_word(w, "cause", causes, (int)s->cause);
	xp_put_speech(w, "note", s->note ? s->note : "");
	xp_put_int(w, "last_sequence", s->last_sequence);
	xp_put_int(w, "elapsed_ms", s->elapsed_ms);
	xp_put(w, "task", s->task_id ? task_json(s) : json_null());
	xp_put(w, "transcript",
	       cut & XP_CUT_TRANSCRIPT ? json_array() : lines_json(s));
	put_open(w, &questions, s->questions,
		 cut & XP_CUT_OPEN ? 0 : s->n_questions);
	put_open(w, &requests, s->requests,
		 cut & XP_CUT_OPEN ? 0 : s->n_requests);
	put_open(w, &queries, s->queries,
		 cut & XP_CUT_OPEN ? 0 : s->n_queries);
	put_open(w, &executions, s->executions,
		 cut & XP_CUT_OPEN ? 0 : s->n_executions);
	put_cuts(w, s->truncated | cut);
	put_object(w, "variables",
		   cut & XP_CUT_VARIABLES ? NULL : s->variables_json);
	put_object(w, "fields", cut & XP_CUT_FIELDS ? NULL : s->fields_json);
	xp_put_raw(w, "state", state, strlen(state));
}
