/**
 * @file openai_fake.h  A chat-completions service that does what it is told
 *
 *   scenario (the request's model) --> answers, one a request --> steps
 *
 * An answer is JSON: {"mode":"byte"|"whole"|"crlf"|"cr", "steps":[...]}; the
 * n-th request for a scenario gets its n-th answer, later ones the last. When
 * the first answer has a "when", the first one whose "when" stands in the last
 * message is given (one without fits always).
 * Steps: {"delta":{}} {"finish":"stop"} {"usage":[5,7]} {"done":1}
 * {"data":"text"} (one event) {"raw":"bytes"} {"stall":1} {"silence":1} (not
 * even a status) {"drop":1}
 * {"status":429,"headers":"A: b\r\n","type":"application/json","body":"..."}
 *
 * One thread a connection, blocking sockets, loopback only. Key: "test-key".
 * The shapes are checked against the service's own client by
 * tests/integration/50_openai_sdk.sh.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKE_OPENAI_FAKE_H
#define TESTS_FAKE_OPENAI_FAKE_H

#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAKE_KEY "test-key"

enum { FAKE_REQUESTS_MAX = 64, FAKE_HEAD_MAX = 16384, FAKE_CONNS_MAX = 256 };

struct fake {
	int fd, port;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int stopping, conns;
	int open_fds[FAKE_CONNS_MAX];
	json_t *scenarios; /* name -> [answers]              */
	json_t *counts;    /* name -> requests so far        */
	unsigned requests, aborted, connections;
	json_t *bodies[FAKE_REQUESTS_MAX];
	FILE *log; /* NULL, or a line of JSON each   */
};

struct fake_conn {
	struct fake *f;
	int fd;
	const char *mode;
	const char *model;
	int chunked, gone;
};

static inline int fake_send(struct fake_conn *c, const void *s, size_t len)
{
	const char *p = s;

	while (len > 0 && !c->gone) {
		ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL);

		if (n <= 0) {
			c->gone = 1;
			return -1;
		}
		p += n;
		len -= (size_t)n;
	}
	return c->gone ? -1 : 0;
}

static inline void fake_piece(struct fake_conn *c, const char *s, size_t len)
{
	char head[24];
	int n = snprintf(head, sizeof(head), "%zx\r\n", len);

	if (len == 0)
		return;
	if (fake_send(c, head, (size_t)n) == 0 && fake_send(c, s, len) == 0)
		(void)fake_send(c, "\r\n", 2);
}

/* Part of the body, cut as the mode says. */
static inline void fake_body(struct fake_conn *c, const char *s, size_t len)
{
	if (strcmp(c->mode, "byte") != 0) {
		fake_piece(c, s, len);
		return;
	}
	for (size_t i = 0; i < len && !c->gone; i++)
		fake_piece(c, s + i, 1);
}

static inline void fake_event(struct fake_conn *c, const char *data)
{
	const char *end = strcmp(c->mode, "crlf") == 0 ? "\r\n\r\n"
			  : strcmp(c->mode, "cr") == 0 ? "\r\r"
						       : "\n\n";
	size_t len = strlen(data) + 16;
	char *s = malloc(len);
	int n = snprintf(s, len, "data: %s%s", data, end);

	fake_body(c, s, (size_t)n);
	free(s);
}

/* A chunk of the documented shape. */
static inline void fake_chunk(struct fake_conn *c, json_t *choices,
			      json_t *usage)
{
	json_t *o =
		json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:o, s:o}", "id",
			  "chatcmpl-fake", "object", "chat.completion.chunk",
			  "created", 1790000000, "model", c->model,
			  "service_tier", "default", "system_fingerprint",
			  "fp_fake", "choices", choices, "usage", usage);
	char *s = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);

	fake_event(c, s);
	free(s);
	json_decref(o);
}

static inline void fake_choice(struct fake_conn *c, json_t *delta,
			       const char *finish)
{
	json_t *choice =
		json_pack("{s:i, s:O, s:n, s:s?}", "index", 0, "delta", delta,
			  "logprobs", "finish_reason", finish);

	fake_chunk(c, json_pack("[o]", choice), json_null());
}

/* Wait until the other side hangs up or the test ends. */
static inline void fake_stall(struct fake_conn *c)
{
	char byte;
	ssize_t n = recv(c->fd, &byte, 1, 0);

	if (n <= 0)
		c->gone = 1;
}

static inline void fake_head(struct fake_conn *c)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n"
				   "Content-Type: text/event-stream; "
				   "charset=utf-8\r\n"
				   "x-request-id: req_fake\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n";

	if (!c->chunked)
		(void)fake_send(c, head, sizeof(head) - 1);
	c->chunked = 1;
}

static inline void fake_status(struct fake_conn *c, const json_t *step)
{
	const char *headers =
		json_string_value(json_object_get(step, "headers"));
	const char *type = json_string_value(json_object_get(step, "type"));
	const char *body = json_string_value(json_object_get(step, "body"));
	char head[1024];
	int n;

	body = body != NULL ? body : "";
	n = snprintf(head, sizeof(head),
		     "HTTP/1.1 %d Fake\r\nContent-Type: %s\r\n"
		     "Content-Length: %zu\r\n%s\r\n",
		     (int)json_integer_value(json_object_get(step, "status")),
		     type != NULL ? type : "application/json", strlen(body),
		     headers != NULL ? headers : "");
	(void)fake_send(c, head, (size_t)n);
	(void)fake_send(c, body, strlen(body));
}

static inline void fake_drop(struct fake_conn *c)
{
	struct linger hard = {1, 0};

	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	c->gone = 1;
}

static inline void fake_step(struct fake_conn *c, const json_t *step)
{
	const json_t *v;
	const char *s;

	if (json_object_get(step, "status") != NULL) {
		fake_status(c, step);
		return;
	}
	if (json_object_get(step, "drop") != NULL) {
		fake_drop(c);
		return;
	}
	if (json_object_get(step, "silence") != NULL) {
		fake_stall(c);
		return;
	}
	fake_head(c);
	v = json_object_get(step, "delta");
	if (v != NULL)
		fake_choice(c, (json_t *)v, NULL);
	s = json_string_value(json_object_get(step, "finish"));
	if (s != NULL) {
		json_t *none = json_object();

		fake_choice(c, none, s);
		json_decref(none);
	}
	v = json_object_get(step, "usage");
	if (v != NULL) {
		json_int_t p = json_integer_value(json_array_get(v, 0));
		json_int_t q = json_integer_value(json_array_get(v, 1));

		fake_chunk(c, json_array(),
			   json_pack("{s:I, s:I, s:I}", "prompt_tokens", p,
				     "completion_tokens", q, "total_tokens",
				     p + q));
	}
	if (json_object_get(step, "done") != NULL)
		fake_event(c, "[DONE]");
	s = json_string_value(json_object_get(step, "data"));
	if (s != NULL)
		fake_event(c, s);
	v = json_object_get(step, "raw");
	if (v != NULL)
		fake_body(c, json_string_value(v), json_string_length(v));
	if (json_object_get(step, "stall") != NULL)
		fake_stall(c);
}

/* Does an answer's "when" stand in the last message? Without one: always. */
static inline int fake_fits(const json_t *answer, const json_t *messages)
{
	const char *when = json_string_value(json_object_get(answer, "when"));
	const json_t *last =
		json_array_get(messages, json_array_size(messages) - 1);
	const char *text = json_string_value(json_object_get(last, "content"));

	return when == NULL || (text != NULL && strstr(text, when) != NULL);
}

/* With "when" the first that fits, else the n-th. */
static inline json_t *fake_pick(const json_t *answers, const json_t *messages,
				size_t n)
{
	size_t last = json_array_size(answers) - 1, i;
	const json_t *answer;

	if (json_object_get(json_array_get(answers, 0), "when") == NULL)
		return json_array_get(answers, n < last ? n : last);
	json_array_foreach (answers, i, answer) {
		if (fake_fits(answer, messages))
			return (json_t *)answer;
	}
	return NULL;
}

/* The answer that is next for this scenario; a reference of our own. */
static inline json_t *fake_next(struct fake *f, const char *model,
				json_t *body)
{
	json_t *answers, *answer = NULL;

	pthread_mutex_lock(&f->lock);
	answers = json_object_get(f->scenarios, model);
	if (answers != NULL) {
		json_int_t n =
			json_integer_value(json_object_get(f->counts, model));

		answer = json_incref(
			fake_pick(answers, json_object_get(body, "messages"),
				  (size_t)n));
		json_object_set_new(f->counts, model, json_integer(n + 1));
	}
	if (f->requests < FAKE_REQUESTS_MAX)
		f->bodies[f->requests] = json_incref(body);
	f->requests++;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	return answer;
}

/*
 * Give back a reference of our own. Under the lock: jansson's last decrement
 * frees without an acquire, so that it must not meet another's.
 */
static inline void fake_unref(struct fake *f, json_t *json)
{
	pthread_mutex_lock(&f->lock);
	json_decref(json);
	pthread_mutex_unlock(&f->lock);
}

static inline void fake_refuse(struct fake_conn *c, int status,
			       const char *type, const char *code,
			       const char *message)
{
	json_t *body =
		json_pack("{s:{s:s, s:s, s:n, s:s}}", "error", "message",
			  message, "type", type, "param", "code", code);
	char *text = json_dumps(body, JSON_COMPACT);
	json_t *step = json_pack("{s:i, s:s}", "status", status, "body", text);

	fake_status(c, step);
	free(text);
	json_decref(step);
	json_decref(body);
}

/* Answer one request. */
static inline void fake_answer(struct fake_conn *c, const char *head,
			       json_t *body)
{
	const char *model = json_string_value(json_object_get(body, "model"));
	json_t *answer, *step;
	const char *mode;
	size_t i;

	if (strncmp(head, "POST /v1/chat/completions ", 26) != 0) {
		fake_refuse(c, 404, "invalid_request_error", "unknown_url",
			    "Unknown request URL");
		return;
	}
	if (strcasestr(head, "\nAuthorization: Bearer " FAKE_KEY "\r") ==
	    NULL) {
		fake_refuse(c, 401, "invalid_request_error", "invalid_api_key",
			    "Incorrect API key provided");
		return;
	}
	if (model == NULL ||
	    !json_is_array(json_object_get(body, "messages"))) {
		fake_refuse(c, 400, "invalid_request_error",
			    "missing_required_parameter",
			    "model and messages are required");
		return;
	}
	answer = fake_next(c->f, model, body);
	if (answer == NULL) {
		fake_refuse(c, 404, "invalid_request_error", "model_not_found",
			    "The model does not exist");
		return;
	}
	mode = json_string_value(json_object_get(answer, "mode"));
	c->mode = mode != NULL ? mode : "whole";
	c->model = model;
	c->chunked = 0;
	json_array_foreach (json_object_get(answer, "steps"), i, step) {
		if (!c->gone)
			fake_step(c, step);
	}
	if (c->chunked && !c->gone)
		(void)fake_send(c, "0\r\n\r\n", 5);
	fake_unref(c->f, answer);
}

/* Head and body of one request. @return the body, or NULL at the end */
static inline json_t *fake_read(struct fake_conn *c, char *head)
{
	size_t len = 0, body_len, have;
	char *end = NULL, *field, *body;
	json_t *root;

	while (end == NULL) {
		ssize_t n =
			recv(c->fd, head + len, FAKE_HEAD_MAX - 1 - len, 0);

		if (n <= 0 || len + (size_t)n >= FAKE_HEAD_MAX - 1)
			return NULL;
		len += (size_t)n;
		head[len] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	field = strcasestr(head, "\nContent-Length:");
	body_len = field != NULL && field < end ? strtoul(field + 16, NULL, 10)
						: 0;
	if (body_len > 4 * 1024 * 1024)
		return NULL;
	body = malloc(body_len + 1);
	have = len - (size_t)(end + 4 - head);
	if (have > body_len)
		have = body_len;
	memcpy(body, end + 4, have);
	end[2] = '\0';
	while (have < body_len) {
		ssize_t n = recv(c->fd, body + have, body_len - have, 0);

		if (n <= 0)
			break;
		have += (size_t)n;
	}
	root = have == body_len ? json_loadb(body, body_len, 0, NULL) : NULL;
	free(body);
	return root != NULL ? root : json_object();
}

static inline void fake_log(struct fake *f, const char *head, json_t *body,
			    int gone)
{
	char *text;

	if (f->log == NULL)
		return;
	text = json_dumps(body, JSON_COMPACT);
	fprintf(f->log, "{\"line\":\"%.*s\",\"aborted\":%s,\"body\":%s}\n",
		(int)strcspn(head, "\r\""), head, gone ? "true" : "false",
		text);
	fflush(f->log);
	free(text);
}

static inline void *fake_serve(void *arg)
{
	struct fake_conn *c = arg;
	struct fake *f = c->f;
	char *head = malloc(FAKE_HEAD_MAX);

	while (!c->gone) {
		json_t *body = fake_read(c, head);

		if (body == NULL)
			break;
		fake_answer(c, head, body);
		fake_log(f, head, body, c->gone);
		fake_unref(f, body);
	}
	pthread_mutex_lock(&f->lock);
	for (int i = 0; i < FAKE_CONNS_MAX; i++) {
		if (f->open_fds[i] == c->fd)
			f->open_fds[i] = -1;
	}
	close(c->fd);
	f->aborted += (unsigned)c->gone;
	f->conns--;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	free(head);
	free(c);
	return NULL;
}

static inline void fake_accepted(struct fake *f, int fd)
{
	struct fake_conn *c = calloc(1, sizeof(*c));
	pthread_attr_t attr;
	pthread_t t;
	int one = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->f = f;
	c->fd = fd;
	c->mode = "whole";
	pthread_mutex_lock(&f->lock);
	f->conns++;
	f->connections++;
	for (int i = 0; i < FAKE_CONNS_MAX; i++) {
		if (f->open_fds[i] < 0) {
			f->open_fds[i] = fd;
			break;
		}
	}
	pthread_mutex_unlock(&f->lock);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&t, &attr, fake_serve, c) != 0)
		abort();
	pthread_attr_destroy(&attr);
}

static inline void *fake_accept(void *arg)
{
	struct fake *f = arg;

	for (;;) {
		int fd = accept(f->fd, NULL, NULL);

		if (fd < 0)
			return NULL;
		fake_accepted(f, fd);
	}
}

/* @param port  0: any free one, see f->port @return 0, -1 */
static inline int fake_start(struct fake *f, int port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port)};
	socklen_t len = sizeof(sa);

	memset(f, 0, sizeof(*f));
	memset(f->open_fds, -1, sizeof(f->open_fds));
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	f->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (f->fd < 0 || bind(f->fd, (struct sockaddr *)&sa, len) < 0 ||
	    listen(f->fd, 64) < 0 ||
	    getsockname(f->fd, (struct sockaddr *)&sa, &len) < 0)
		return -1;
	f->port = ntohs(sa.sin_port);
	f->scenarios = json_object();
	f->counts = json_object();
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	return pthread_create(&f->thread, NULL, fake_accept, f) == 0 ? 0 : -1;
}

/* @param answers  JSON text of an array @return 0, -1 (not JSON) */
static inline int fake_add(struct fake *f, const char *name,
			   const char *answers)
{
	json_t *a = json_loads(answers, 0, NULL);

	if (!json_is_array(a) || json_array_size(a) == 0) {
		json_decref(a);
		return -1;
	}
	pthread_mutex_lock(&f->lock);
	json_object_set_new(f->scenarios, name, a);
	json_object_del(f->counts, name);
	pthread_mutex_unlock(&f->lock);
	return 0;
}

/* All scenarios of a file. @return 0, -1 */
static inline int fake_load(struct fake *f, const char *path)
{
	json_t *all = json_load_file(path, 0, NULL), *answers;
	const char *name;
	int err = all != NULL ? 0 : -1;

	json_object_foreach (all, name, answers) {
		char *text = json_dumps(answers, 0);

		err |= fake_add(f, name, text);
		free(text);
	}
	json_decref(all);
	return err;
}

static inline void fake_stop(struct fake *f)
{
	(void)shutdown(f->fd, SHUT_RDWR);
	pthread_join(f->thread, NULL);
	close(f->fd);
	pthread_mutex_lock(&f->lock);
	for (int i = 0; i < FAKE_CONNS_MAX; i++) {
		if (f->open_fds[i] >= 0)
			(void)shutdown(f->open_fds[i], SHUT_RDWR);
	}
	while (f->conns > 0)
		pthread_cond_wait(&f->changed, &f->lock);
	pthread_mutex_unlock(&f->lock);
	for (unsigned i = 0; i < FAKE_REQUESTS_MAX; i++)
		json_decref(f->bodies[i]);
	json_decref(f->scenarios);
	json_decref(f->counts);
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->changed);
}

#endif /* TESTS_FAKE_OPENAI_FAKE_H */
