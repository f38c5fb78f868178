/**
 * @file call.c  One call: its socket, its commands, its end
 *
 *   commands (any thread) --> outbox --call_flush--> sock --> server
 *   server --> sock --> call_event --> handlers
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "priv.h"

enum { JOB_RECEIVED, JOB_START, JOB_EVENT, JOB_FAILED, JOB_END };

/* ---- jobs: where the handlers run --------------------------------------- */

static void ask(struct call *c)
{
	const struct expert_handlers *h = call_handlers(c);
	int accepted =
		!h->on_call_received ||
		h->on_call_received(c->handle, call_arg(c)) == EXPERT_ACCEPT;

	atomic_store(&c->verdict, accepted ? VERDICT_ACCEPT : VERDICT_DECLINE);
}

/* One that takes a call over begins with the snapshot, which comes next. */
static void start(struct call *c)
{
	const struct expert_handlers *h = call_handlers(c);

	c->started = 1;
	if (c->offer->taken_over && h->on_takeover &&
	    atomic_load(&c->extensions) & XP_EXT_RESUME)
		return;
	if (h->on_call_start)
		h->on_call_start(c->handle, call_arg(c));
}

static void event(struct call *c, const char *text, size_t len)
{
	struct xp_error err;
	struct xp_event e;

	if (xp_event_decode_for(&e, text, len, atomic_load(&c->extensions),
				&err) < 0) {
		expert_log(c->e, EXPERT_LOG_WARN,
			   "call %s: event ignored: %s %s", c->id, err.where,
			   err.what);
		return;
	}

	if (c->e->test)
		test_on_event(c->e->test, &e);
	call_event(c, &e);
	xp_event_done(&e);
}

static void not_placed(struct call *c, const struct job *j)
{
	const struct expert_handlers *h = call_handlers(c);

	if (h->on_outbound_failed)
		h->on_outbound_failed(c->handle, j->number, j->text,
				      call_arg(c));
	call_end(c, j->text, 0);
}

struct job *call_failed_job(int code, const char *why)
{
	struct job *j = job_new(JOB_FAILED, why, strlen(why));

	if (j)
		j->number = code;
	return j;
}

static int run_job(void *arg, struct job *j)
{
	struct call *c = arg;

	switch (j->kind) {
	case JOB_RECEIVED:
		ask(c);
		return 1;
	case JOB_START:
		start(c);
		break;
	case JOB_EVENT:
		if (!atomic_load(&c->over) && !atomic_load(&c->e->hurry))
			event(c, j->text, j->len);
		break;
	case JOB_FAILED:
		not_placed(c, j);
		break;
	case JOB_END:
		call_end(c, j->text, 0);
		break;
	}
	return atomic_load(&c->over) || atomic_load(&c->paused);
}

static void post(struct call *c, struct job *j)
{
	strand_post(&c->e->exec, &c->strand, j);
}

void call_ask(struct call *c)
{
	c->received_job.kind = JOB_RECEIVED;
	post(c, &c->received_job);
}

void call_fail(struct call *c, const char *reason)
{
	sock_finish(c->sock);
	c->sock = NULL;
	if (c->end_posted)
		return;

	c->end_posted = 1;
	c->end_job.kind = JOB_END;
	c->end_job.text = (char *)reason;
	post(c, &c->end_job);
}

/* ---- events of the socket ----------------------------------------------- */

/* What the handlers are slow to take stays with the server. */
static void pause_when_full(struct call *c)
{
	size_t bytes;
	uint32_t n;

	strand_load(&c->e->exec, &c->strand, &n, &bytes);
	if (n < INBOX_HIGH && bytes < INBOX_BYTES_MAX)
		return;

	atomic_store(&c->paused, 1);
	sock_pause(c->sock, 1);
}

void call_resume(struct call *c)
{
	size_t bytes;
	uint32_t n;

	strand_load(&c->e->exec, &c->strand, &n, &bytes);
	if (n > INBOX_LOW || bytes > INBOX_BYTES_MAX / 2)
		return;

	atomic_store(&c->paused, 0);
	sock_pause(c->sock, 0);
}

void call_receive(struct call *c, const char *text, size_t len)
{
	struct job here = {
		.kind = JOB_EVENT, .text = (char *)text, .len = len};
	struct job *j;

	if (atomic_load(&c->over))
		return;
	if (c->e->exec.mode == EXEC_INLINE) {
		post(c, &here);
		return;
	}
	j = job_new(JOB_EVENT, text, len);
	if (!j) {
		expert_log(c->e, EXPERT_LOG_ERROR, "call %s: out of memory",
			   c->id);
		call_fail(c, "connection-lost");
		return;
	}
	post(c, j);
	pause_when_full(c);
}

static void on_payload(void *arg, const char *text, size_t len)
{
	call_receive(arg, text, len);
}

static void on_opened(void *arg, int reopen)
{
	struct call *c = arg;

	expert_log(c->e, EXPERT_LOG_INFO, "call %s: connected%s", c->id,
		   reopen ? " again" : "");
	if (reopen)
		return;
	/* What can be said to this server is known from here on. */
	atomic_store(&c->extensions, sock_extensions(c->sock));
	call_begin(c);
}

static void on_lost(void *arg, const char *why)
{
	struct call *c = arg;

	expert_log(c->e, EXPERT_LOG_WARN, "call %s: %s, retrying", c->id, why);
}

static void on_failed(void *arg, int err, const char *reason, const char *why)
{
	struct call *c = arg;

	const int is_done = reason && !strcmp(reason, XP_CLOSE_DONE);

	(void)err;
	expert_log(c->e, is_done ? EXPERT_LOG_INFO : EXPERT_LOG_WARN,
		   "call %s: %s", c->id, why);
	call_fail(c, is_done ? "handed-over" : "connection-lost");
}

#define EXTENSIONS                                                       \
	(XP_EXT_RESULTS | XP_EXT_HANGUP | XP_EXT_SAY | XP_EXT_HEARD |    \
	 XP_EXT_RESUME | XP_EXT_STATE | XP_EXT_CAPACITY | XP_EXT_TURNS | \
	 XP_EXT_FIELDS | XP_EXT_TRANSFER | XP_EXT_RECORDING)

const uint32_t call_extensions = EXTENSIONS;

static const struct sock_events events = {
	.extensions = EXTENSIONS,
	.payload = on_payload,
	.opened = on_opened,
	.lost = on_lost,
	.failed = on_failed,
};

const struct expert_handlers *call_handlers(const struct call *c)
{
	return &c->listener->handlers;
}

void *call_arg(const struct call *c)
{
	return c->listener->arg;
}

/* ---- life --------------------------------------------------------------- */

static void outbox_clear(struct outbox *o)
{
	while (o->head) {
		struct text_node *t = o->head;

		o->head = t->next;
		free(t);
	}
	*o = (struct outbox){0};
}

/* Handles are gone, so no other thread gets here. */
static void call_free(struct call *c)
{
	outbox_clear(&c->outbox);
	value_free_all(&c->fields);
	value_free_all(&c->variables);
	for (uint32_t i = 0; i < c->n_task_keys; i++)
		free(c->task_keys[i]);
	free(c->task);
	free(c->header);
	free(c->saved);
	free(c->id);
	if (c->offer)
		xp_listen_done(c->offer);
	free(c->offer);
	listener_free(c->own_listener);
	free(c);
}

struct call *call_new(struct listener *l, struct xp_listen *offer)
{
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;

	c->e = l->e;
	c->listener = l;
	c->strand.run = run_job;
	c->strand.arg = c;
	c->salt = expert_random(c->e, UINT32_MAX);
	c->id = strdup(offer->call_id);
	c->handle = c->id ? handle_new(HANDLE_CALL, c) : NULL;
	if (!c->handle) {
		call_free(c);
		return NULL;
	}

	c->offer = offer;
	c->next = c->e->calls;
	c->e->calls = c;
	c->e->n_calls++;
	c->e->n_live++;
	l->n_live++;
	return c;
}

struct call *call_find(struct expert *e, const char *id)
{
	for (struct call *c = e->calls; c; c = c->next)
		if (!atomic_load(&c->over) && !strcmp(c->id, id))
			return c;
	return NULL;
}

void call_drop(struct call *c)
{
	handle_lock_only();
	atomic_store(&c->over, 1);
	handle_unlock();
}

/* Who the agent is and what the program can do, before anything else. What
 * the program sent from on_call_received waits in the outbox behind it. */
static int introduce(struct call *c)
{
	const struct expert_handlers *h = call_handlers(c);
	const struct xp_command persona = {
		.kind = XP_SET_PERSONA,
		.agent_name = c->e->name,
		.organization = c->e->organization,
		.purpose = c->e->purpose,
		.voice = c->e->voice,
	};
	const struct xp_command hooks = {
		.kind = XP_REGISTERED_HOOKS,
		.has_on_question = h->on_question != NULL,
		.has_on_action = h->on_action_request != NULL,
		.has_on_escalate = h->on_escalate != NULL,
		.accept_dtmf = c->e->accept_dtmf,
	};
	const struct xp_command *first[] = {&persona, &hooks};

	for (size_t i = 0; i < 2; i++) {
		char *text = xp_command_encode(first[i]);
		int rc = text ? sock_send(c->sock, text, strlen(text)) : -1;

		free(text);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void call_begin(struct call *c)
{
	c->start_job.kind = JOB_START;
	post(c, &c->start_job);
}

void call_start(struct call *c)
{
	char *id = url_escape(c->id), *path = NULL;
	char name[XP_KEY_BYTES_MAX + 16];
	int rc = EXPERT_ENOMEM;

	(void)snprintf(name, sizeof(name), "call-%s", c->id);
	if (id && asprintf(&path, "/v2/connect-call/%s", id) > 0)
		rc = sock_open(&c->sock, c->e, c->listener->server, path, name,
			       &events, c);
	free(path);
	free(id);
	if (rc == 0)
		rc = introduce(c);

	expert_log(c->e, EXPERT_LOG_INFO, "call %s: started, calls=%u", c->id,
		   (unsigned)c->e->n_calls);
	if (rc < 0) {
		expert_log(c->e, EXPERT_LOG_ERROR, "call %s: out of memory",
			   c->id);
		call_fail(c, "connection-lost");
	}
}

void call_end(struct call *c, const char *reason, int dnc)
{
	const struct expert_handlers *h = call_handlers(c);
	const struct expert_end end = {.reason = reason, .dnc = dnc};
	int was_over;

	/* Commands from now on are refused; the handle still leads to what
	 * was collected. */
	handle_lock_only();
	was_over = atomic_exchange(&c->over, 1);
	outbox_clear(&c->outbox);
	handle_unlock();
	if (was_over)
		return;

	expert_log(c->e, EXPERT_LOG_INFO, "call %s: ended, reason=%s", c->id,
		   reason);
	if (c->started && h->on_session_end)
		h->on_session_end(c->handle, &end, call_arg(c));
}

void call_reap(struct expert *e)
{
	struct call **at = &e->calls;

	while (*at) {
		struct call *c = *at;
		size_t bytes;
		uint32_t n = 0;

		if (atomic_load(&c->over)) {
			sock_finish(c->sock);
			c->sock = NULL;
			strand_load(&e->exec, &c->strand, &n, &bytes);
		}
		if (!atomic_load(&c->over) || n || atomic_load(&c->held)) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		e->n_calls--;
		handle_free(c->handle);
		ticket_free_all(c);
		call_free(c);
	}
}

/* ---- commands ----------------------------------------------------------- */

int call_push(struct call *c, const char *text)
{
	size_t len = strlen(text);
	struct outbox *o = &c->outbox;
	struct text_node *t;

	if (atomic_load(&c->over))
		return EXPERT_EGONE;
	if (o->n >= OUTBOX_MAX || o->bytes + len > OUTBOX_BYTES_MAX)
		return EXPERT_EAGAIN;

	t = malloc(sizeof(*t) + len + 1);
	if (!t)
		return EXPERT_ENOMEM;
	t->next = NULL;
	t->len = len;
	memcpy(t->text, text, len + 1);
	if (o->tail)
		o->tail->next = t;
	else
		o->head = t;
	o->tail = t;
	o->n++;
	o->bytes += len;
	if (c->e->test)
		test_on_command(c->e->test, text, len);
	expert_wake(c->e);
	return EXPERT_OK;
}

/* What the server would refuse is refused here, where somebody sees it. */
int call_command(struct call *c, const struct xp_command *cmd)
{
	const uint32_t agreed = atomic_load(&c->extensions);
	struct xp_command numbered = *cmd, check;
	char id[XP_KEY_BYTES_MAX];
	char *text;
	int rc;

	/* on_result() in more.c reads the name. */
	(void)snprintf(id, sizeof(id), "%08x-%u:%s", c->salt, ++c->n_commands,
		       xp_command_name(cmd->kind));
	numbered.command_id = id;
	text = xp_command_encode_for(&numbered, agreed);
	if (!text)
		return EXPERT_EINVAL;

	rc = xp_command_decode_for(&check, text, strlen(text), agreed, NULL);
	if (rc == 0) {
		xp_command_done(&check);
		rc = call_push(c, text);
	} else {
		rc = rc == -EMSGSIZE ? EXPERT_ETOOBIG
		     : rc == -ENOMEM ? EXPERT_ENOMEM
				     : EXPERT_EINVAL;
	}
	free(text);
	return rc;
}

struct text_node *call_take(struct call *c)
{
	struct outbox *o = &c->outbox;
	struct text_node *t;

	handle_lock_only();
	t = o->head;
	if (t) {
		o->head = t->next;
		if (!o->head)
			o->tail = NULL;
		o->n--;
		o->bytes -= t->len;
	}
	handle_unlock();
	return t;
}

/* Back to where it was, unless the call ended meanwhile. */
static void outbox_return(struct call *c, struct text_node *t)
{
	struct outbox *o = &c->outbox;

	handle_lock_only();
	if (atomic_load(&c->over)) {
		free(t);
	} else {
		t->next = o->head;
		o->head = t;
		if (!o->tail)
			o->tail = t;
		o->n++;
		o->bytes += t->len;
	}
	handle_unlock();
}

void call_flush(struct call *c)
{
	for (;;) {
		struct text_node *t = c->sock ? call_take(c) : NULL;
		int rc;

		if (!t)
			return;

		rc = sock_send(c->sock, t->text, t->len);
		if (rc == -EAGAIN || rc == -ENOMEM) {
			outbox_return(c, t);
			return;
		}
		if (rc < 0)
			expert_log(c->e, EXPERT_LOG_ERROR,
				   "call %s: command not sent, err=%d", c->id,
				   rc);
		free(t);
	}
}

/* ---- about a call ------------------------------------------------------- */

static const struct xp_call_info *info_of(struct expert_call *call)
{
	struct call *c = handle_peek(call, HANDLE_CALL);

	return c ? &c->offer->info : NULL;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

const char *expert_call_id(struct expert_call *call)
{
	struct call *c = handle_peek(call, HANDLE_CALL);

	return c ? c->id : "";
}

const char *expert_call_type(struct expert_call *call)
{
	const struct xp_call_info *info = info_of(call);

	if (!info)
		return "";

	switch (info->type) {
	case XP_CALL_PSTN:
		return "pstn";
	case XP_CALL_WEBRTC:
		return "webrtc";
	case XP_CALL_SIP:
		return "sip";
	}
	return "";
}

const char *expert_call_from(struct expert_call *call)
{
	const struct xp_call_info *info = info_of(call);

	if (!info)
		return "";
	return or_empty(info->type == XP_CALL_SIP ? info->from_aor
						  : info->from_number);
}

const char *expert_call_to(struct expert_call *call)
{
	const struct xp_call_info *info = info_of(call);

	if (!info)
		return "";
	if (info->type == XP_CALL_SIP)
		return or_empty(info->sip_code);
	return or_empty(info->type == XP_CALL_PSTN ? info->to_number
						   : info->webrtc_code);
}

const char *expert_call_name(struct expert_call *call)
{
	const struct xp_call_info *info = info_of(call);

	return info ? or_empty(info->caller_id) : "";
}

const char *expert_call_header(struct expert_call *call, const char *name)
{
	struct call *c = handle_peek(call, HANDLE_CALL);
	json_t *headers, *value;
	const char *key;

	if (!c || !name || !c->offer->info.sip_headers_json)
		return "";

	free(c->header);
	c->header = NULL;
	headers = json_loads(c->offer->info.sip_headers_json, 0, NULL);
	json_object_foreach (headers, key, value) {
		if (!c->header && !strcasecmp(key, name) &&
		    json_is_string(value))
			c->header = strdup(json_string_value(value));
	}
	json_decref(headers);
	return or_empty(c->header);
}

int expert_call_set_data(struct expert_call *call, void *data)
{
	struct call *c = handle_lock(call, HANDLE_CALL);

	if (!c)
		return call ? EXPERT_EGONE : EXPERT_EINVAL;

	c->data = data;
	handle_unlock();
	return EXPERT_OK;
}

void *expert_call_data(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	void *data;

	if (!c)
		return NULL;

	data = c->data;
	handle_unlock();
	return data;
}
