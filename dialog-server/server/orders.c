/**
 * @file orders.c  Reload, drain and stop, as messages from main to the shards
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/orders.h"

#include <string.h>

#include "api/api.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "expert/gateway.h"
#include "net/cert.h"
#include "net/server.h"
#include "server/process.h"

enum { MISTAKES_MAX = 20 };

struct order {
	struct loop_msg msg;
	struct shard *shard;
	const struct settings *conf;
	struct ssl_ctx_st *cert; /* counted */
};

static void post(struct process *p, const struct order *like)
{
	for (unsigned i = 0; i < p->n_shards; i++) {
		struct order *o;

		if (!p->shards[i].running)
			continue;
		o = mem_must(mem_zalloc(sizeof(*o)), "order");
		*o = *like;
		o->shard = &p->shards[i].shard;
		if (o->cert)
			cert_ref(o->cert);
		if (loop_post(o->shard->loop, &o->msg)) {
			log_error("server",
				  "shard too busy for an order shard=%u", i);
			cert_unref(o->cert);
			mem_free(o);
		}
	}
}

void orders_post(struct process *p, void (*run)(struct loop_msg *m),
		 const struct settings *conf)
{
	const struct order like = {.msg = {.run = run}, .conf = conf};

	post(p, &like);
}

static void use_cert(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;

	if (o->shard->server)
		server_use_cert(o->shard->server, o->cert);
	cert_unref(o->cert);
	mem_free(o);
}

static void use_conf(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;

	o->shard->conf = o->conf;
	o->shard->env.conf = o->conf;
	o->shard->host.conf = o->conf;
	mem_free(o);
}

static void drain(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;

	shard_drain(o->shard);
	mem_free(o);
}

static void goodbye(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;

	shard_goodbye_all(o->shard);
	mem_free(o);
}

void orders_hangup(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;

	shard_hangup_all(o->shard);
	mem_free(o);
}

void orders_end(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;

	/* From the outside in: a socket that closes tells its call, a call
	 * that ends tells its seat. */
	o->shard->server = server_close(o->shard->server);
	api_end(o->shard);
	shard_end_calls(o->shard);
	gateway_leave(o->shard->gateway, o->shard->loop);
	loop_stop(o->shard->loop);
	mem_free(o);
}

/* ---- for main ----------------------------------------------------------- */

void process_drain(struct process *p)
{
	gateway_drain(p->gateway);
	orders_post(p, drain, NULL);
}

void process_goodbye(struct process *p)
{
	orders_post(p, goodbye, NULL);
}

/** The files may be renewed ones. What cannot be used is logged, and the
 *  certificate that is in use stays. */
static void renew_cert(struct process *p)
{
	struct order like = {.msg = {.run = use_cert}};
	struct cert_error why = {"out of memory"};
	char until[32];

	if (!p->conf->tls_cert[0])
		return;
	if (cert_read(&like.cert, p->conf->tls_cert, p->conf->tls_key, &why)) {
		log_error("tls",
			  "certificate refused, the old one stays cert=%s "
			  "key=%s why=\"%s\"",
			  p->conf->tls_cert, p->conf->tls_key, why.text);
		return;
	}
	if (cert_until(like.cert, until, sizeof(until)))
		log_warn("tls", "certificate has expired cert=%s until=%s",
			 p->conf->tls_cert, until);
	else
		log_info("tls", "certificate read cert=%s until=%s",
			 p->conf->tls_cert, until);
	post(p, &like);
	cert_unref(like.cert);
}

static void log_mistake(void *arg, const char *text)
{
	int *told = arg;

	if (++*told <= MISTAKES_MAX)
		log_error("server",
			  "reload refused, old settings stay why=\"%s\"",
			  text);
}

/** Every mistake: who mends one at a time sends many signals. */
static void log_mistakes(const struct process_options *o, const char *first)
{
	int told = 0;

	(void)settings_check(o->file, o->sets, o->n_sets, log_mistake, &told);
	if (!told) /* out of memory, or mended in between */
		log_mistake(&told, first);
	if (told > MISTAKES_MAX)
		log_error("server", "and %d more mistakes in the settings",
			  told - MISTAKES_MAX);
}

void process_reload(struct process *p, const struct process_options *o)
{
	struct settings *fresh, *next;
	struct settings_error why;
	struct strbuf ignored;

	fresh = mem_must(mem_zalloc(sizeof(*fresh)), "settings");
	strbuf_init(&ignored, 4096);
	if (settings_load(fresh, o->file, o->sets, o->n_sets, &why)) {
		log_mistakes(o, why.text);
	} else if (p->n_old == RELOADS_MAX) {
		log_error("server",
			  "reload refused: too many since the start");
	} else {
		next = mem_must(mem_alloc(sizeof(*next)), "settings");
		memcpy(next, p->conf, sizeof(*next));
		(void)process_place(fresh);
		settings_reload(next, fresh, &ignored);
		p->old[p->n_old++] = p->conf;
		p->conf = next;
		orders_post(p, use_conf, next);
		log_info("server", "settings reloaded%s%s",
			 ignored.len ? ", a restart is needed for " : "",
			 ignored.s);
	}
	strbuf_done(&ignored);
	mem_free(fresh);
	renew_cert(p);
}
