/**
 * @file client.c  Making a client and telling it what to do
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "priv.h"

enum { LOG_BYTES = 512 };

/* A client that its program forgot to free is at least not lost. Lock of
 * handle.c. */
static struct expert *clients;

/* ---- words -------------------------------------------------------------- */

enum { NEWS_LOG, NEWS_STATE };

int news_run(void *arg, struct job *j)
{
	struct expert *e = arg;

	if (j->kind == NEWS_LOG)
		e->opt.log(j->number, j->text, e->opt.log_arg);
	else
		e->opt.state(j->number, j->about, j->text, e->opt.state_arg);
	return 0;
}

/* Whether this thread is the one that calls the user's functions for news. */
static int may_tell(const struct expert *e)
{
	return e->exec.mode == EXEC_INLINE ||
	       (e->exec.mode == EXEC_WORKERS &&
		pthread_equal(e->io_thread, pthread_self()));
}

/* What finds no room is lost: a log must not cost more than a call. */
static void post_news(struct expert *e, int kind, int number,
		      const char *about, const char *text)
{
	struct job here = {.kind = kind,
			   .number = number,
			   .about = about,
			   .text = (char *)text};
	struct exec *x = e->exec.mode == EXEC_WORKERS ? &e->told : &e->exec;
	struct job *j;
	size_t bytes;
	uint32_t n;

	if (may_tell(e)) {
		(void)news_run(e, &here);
		return;
	}
	strand_load(x, &e->news, &n, &bytes);
	j = n < NEWS_MAX ? job_new(kind, text, strlen(text)) : NULL;
	if (!j)
		return;
	j->number = number;
	j->about = about;
	strand_post(x, &e->news, j);
	if (e->exec.mode == EXEC_WORKERS)
		expert_wake(e);
}

void expert_log(struct expert *e, int level, const char *format, ...)
{
	char text[LOG_BYTES];
	va_list ap;

	if (!e->opt.log || level > e->opt.log_level)
		return;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	post_news(e, NEWS_LOG, level, NULL, text);
}

void expert_news(struct expert *e, int state, const char *address,
		 const char *text)
{
	if (e->opt.state)
		post_news(e, NEWS_STATE, state, address, text);
}

int expert_fail(struct expert *e, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(e->error, sizeof(e->error), format, ap);
	va_end(ap);
	expert_log(e, EXPERT_LOG_ERROR, "%s", e->error);
	return err;
}

const char *expert_error(const struct expert *e)
{
	return e ? e->error : "out of memory";
}

uint32_t expert_random(struct expert *e, uint32_t n)
{
	/* splitmix64: spreads retries and makes ids, keeps no secrets */
	uint64_t z = e->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

int64_t now_us(void)
{
	return (int64_t)lws_now_usecs();
}

void expert_wake(struct expert *e)
{
	/* A full pipe wakes as well. */
	(void)!write(e->wake_fd[1], "", 1);
}

/* ---- life --------------------------------------------------------------- */

/* The server of the options. What cannot be used is told by expert_run(),
 * which can say so. */
static int configure(struct expert *e)
{
	char why[ERROR_BYTES] = "";
	int rc = options_resolve(&e->opt, why);

	if (rc == EXPERT_ENOMEM)
		return rc;
	e->servers = server_new(e->opt.url, e->opt.key);
	if (!e->servers)
		return EXPERT_ENOMEM;
	if (rc < 0) {
		e->servers->err = rc;
		(void)snprintf(e->servers->why, sizeof(e->servers->why), "%s",
			       why);
	}
	(void)snprintf(e->error, sizeof(e->error), "%s", e->servers->why);
	return EXPERT_OK;
}

struct expert *expert_new(const struct expert_options *o)
{
	struct expert_options *defaults = o ? NULL : expert_options_new();
	struct expert *e = calloc(1, sizeof(*e));
	int rc;

	if (!e || (!o && !defaults)) {
		free(defaults);
		free(e);
		return NULL;
	}

	rc = options_copy(&e->opt, o ? o : defaults);
	expert_options_free(defaults);
	if (rc == EXPERT_OK)
		rc = configure(e);
	if (rc < 0 || pipe2(e->wake_fd, O_CLOEXEC | O_NONBLOCK) < 0) {
		server_free_all(e->servers);
		options_done(&e->opt);
		free(e);
		return NULL;
	}

	e->accept_dtmf = 1;
	atomic_store(&e->max_calls, e->opt.max_calls);
	e->exec.fd = e->told.fd = e->event_fd = -1;
	e->news.run = news_run;
	e->news.arg = e;
	if (getrandom(&e->random, sizeof(e->random), GRND_NONBLOCK) < 0)
		e->random = (uint64_t)now_us() ^ (uint64_t)getpid() << 32;

	handle_lock_only();
	e->next = clients;
	clients = e;
	handle_unlock();
	return e;
}

void expert_free(struct expert *e)
{
	struct expert **at = &clients;

	if (!e || expert_end(e) < 0)
		return;

	handle_lock_only();
	while (*at && *at != e)
		at = &(*at)->next;
	if (*at)
		*at = e->next;
	handle_unlock();

	while (e->listeners) {
		struct listener *l = e->listeners;

		e->listeners = l->next;
		listener_free(l);
	}
	callout_free_all(e);
	(void)close(e->wake_fd[0]);
	(void)close(e->wake_fd[1]);
	if (e->event_fd >= 0)
		(void)close(e->event_fd);
	options_done(&e->opt);
	server_free_all(e->servers);
	free(e->name);
	free(e->organization);
	free(e->purpose);
	free(e->voice);
	free(e->labels);
	free(e);
}

void expert_stop(struct expert *e)
{
	int saved = errno;

	if (!e)
		return;

	if (atomic_load(&e->stops) < STOP_NOW)
		(void)atomic_fetch_add(&e->stops, 1);
	expert_wake(e);
	errno = saved;
}

void expert_drain(struct expert *e)
{
	int saved = errno, none = 0;

	if (!e)
		return;

	(void)atomic_compare_exchange_strong(&e->stops, &none, STOP_DRAIN);
	expert_wake(e);
	errno = saved;
}

/* ---- the agent ---------------------------------------------------------- */

static int set_text(char **to, const char *text, size_t max)
{
	char *copy = NULL;

	if (text && strlen(text) > max)
		return EXPERT_ETOOBIG;
	if (text) {
		copy = strdup(text);
		if (!copy)
			return EXPERT_ENOMEM;
	}

	free(*to);
	*to = copy;
	return EXPERT_OK;
}

int expert_persona(struct expert *e, const char *name,
		   const char *organization, const char *purpose)
{
	int rc;

	if (!e)
		return EXPERT_EINVAL;
	if (atomic_load(&e->running))
		return EXPERT_EALREADY;

	rc = set_text(&e->name, name, XP_TEXT_BYTES_MAX);
	if (rc == EXPERT_OK)
		rc = set_text(&e->organization, organization,
			      XP_TEXT_BYTES_MAX);
	if (rc == EXPERT_OK)
		rc = set_text(&e->purpose, purpose, XP_TEXT_BYTES_MAX);
	return rc;
}

int expert_voice(struct expert *e, const char *voice)
{
	if (!e)
		return EXPERT_EINVAL;
	if (atomic_load(&e->running))
		return EXPERT_EALREADY;

	return set_text(&e->voice, voice, XP_KEY_BYTES_MAX);
}

int expert_accept_dtmf(struct expert *e, int on)
{
	if (!e)
		return EXPERT_EINVAL;
	if (atomic_load(&e->running))
		return EXPERT_EALREADY;

	e->accept_dtmf = on != 0;
	return EXPERT_OK;
}

/* ---- addresses ---------------------------------------------------------- */

int expert_add_server(struct expert *e, const char *url, const char *key)
{
	struct server *s;

	if (!e || !url || !url[0] || (key && !key[0]))
		return EXPERT_EINVAL;
	if (atomic_load(&e->running))
		return EXPERT_EALREADY;

	s = server_new(url, key ? key : e->opt.key);
	if (!s)
		return EXPERT_ENOMEM;
	if (s->err) {
		int rc = expert_fail(e, s->err, "%s", s->why);

		server_free_all(s);
		return rc;
	}

	s->next = e->servers;
	e->servers = s;
	return EXPERT_OK;
}

static int add_listener(struct expert *e, const char *parameter,
			const char *address,
			const struct expert_handlers *handlers, void *arg)
{
	static const char path[] = "/v2/listen-inbound?";
	struct listener *l = NULL, **at;
	char *escaped;
	size_t n;
	int rc;

	if (!e || !address || !address[0])
		return EXPERT_EINVAL;
	if (strlen(address) > XP_KEY_BYTES_MAX)
		return EXPERT_ETOOBIG;
	if (atomic_load(&e->running))
		return EXPERT_EALREADY;

	rc = listener_new(&l, e, handlers, arg);
	if (rc < 0)
		return rc;
	escaped = url_escape(address);
	n = sizeof(path) + strlen(parameter) + 1 +
	    (escaped ? strlen(escaped) : 0);
	l->address = strdup(address);
	l->path = malloc(n);
	if (!escaped || !l->address || !l->path) {
		free(escaped);
		listener_free(l);
		return EXPERT_ENOMEM;
	}

	(void)snprintf(l->path, n, "%s%s=%s", path, parameter, escaped);
	free(escaped);
	l->server->used = 1;
	for (at = &e->listeners; *at; at = &(*at)->next)
		;
	*at = l;
	return EXPERT_OK;
}

int expert_listen_phone(struct expert *e, const char *number,
			const struct expert_handlers *handlers, void *arg)
{
	return add_listener(e, "phone_number", number, handlers, arg);
}

int expert_listen_web(struct expert *e, const char *code,
		      const struct expert_handlers *handlers, void *arg)
{
	return add_listener(e, "webrtc_code", code, handlers, arg);
}

int expert_listen_sip(struct expert *e, const char *code,
		      const struct expert_handlers *handlers, void *arg)
{
	return add_listener(e, "sip_code", code, handlers, arg);
}
