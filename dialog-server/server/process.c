/**
 * @file process.c  Starts and ends the threads and what they share
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "call/shard.h"
#include "expert/gateway.h"
#include "journal/feed.h"
#include "journal/metrics.h"
#include "journal/writer.h"
#include "net/loop.h"
#include "net/server.h"
#include "server/firstrun.h"
#include "server/orders.h"
#include "server/process.h"
#include "store/store.h"

enum { SHARDS_MAX = 64 };

/* ---- where its files are -------------------------------------------------
 */

int process_place(struct settings *s)
{
	char folder[SETTING_TEXT_MAX], path[SETTING_TEXT_MAX];
	const char *rest = s->data_dir;
	struct strbuf b;

	if (rest[0] == '/')
		return 0;
	while (strncmp(rest, "./", 2) == 0)
		rest += 2;
	if (!getcwd(folder, sizeof(folder)))
		return -errno;
	strbuf_over(&b, path, sizeof(path));
	strbuf_addf(&b, "%s/%s", folder[1] ? folder : "", rest);
	if (!strbuf_ok(&b))
		return -EMSGSIZE;

	return text_copy(s->data_dir, sizeof(s->data_dir), path);
}

/* ---- opening ---------------------------------------------------------- */

static int make_folders(const struct settings *conf)
{
	char path[SETTING_TEXT_MAX + 16];

	if (mkdir(conf->data_dir, 0700) && errno != EEXIST)
		goto fail;
	(void)snprintf(path, sizeof(path), "%s/calls", conf->data_dir);
	if (mkdir(path, 0700) && errno != EEXIST)
		goto fail;
	if (access(path, W_OK | X_OK))
		goto fail;
	return 0;
fail:
	log_error("server",
		  "cannot use the data folder path=%s error=\"%m\": set "
		  "server.data_dir to a folder that can be written",
		  conf->data_dir);
	return -EACCES;
}

static int open_store(struct process *p)
{
	char path[SETTING_TEXT_MAX + 16];
	const char *why = "";
	int err;

	(void)snprintf(path, sizeof(path), "%s/dialog.db", p->conf->data_dir);
	err = store_open(&p->store, path, &why);
	if (err)
		log_error(
			"server",
			"cannot open the database why=\"%s\": it must be the "
			"server's to write, with room on the disk, or move it "
			"away for a new one",
			why);
	return err;
}

static int open_shared(struct process *p)
{
	const char *why = "";
	int err = make_folders(p->conf);

	if (!err)
		err = open_store(p);
	/* Calls that a killed server left open are over. On a full disk they
	 * stay open in the record, which is no reason not to take calls. */
	if (!err)
		(void)store_end_lost(p->store, "server-lost");
	if (!err)
		err = firstrun_key(p->store, p->conf->data_dir);
	if (!err)
		err = writer_new(&p->writer);
	if (!err)
		err = feed_new(&p->feed);
	if (!err)
		err = gateway_new(&p->gateway, p->conf);
	if (err)
		return err;
	err = providers_open(p->conf, &p->workers, &why);
	if (err)
		log_error("server",
			  "cannot load the speech engines why=\"%s\": see "
			  "stt.* and tts.* of the settings",
			  why);
	return err;
}

static void *run_shard(void *arg)
{
	struct shard_thread *t = arg;

	loop_run(t->shard.loop);
	return NULL;
}

static void say_why_not(const struct server_options *o, int error)
{
	const char *advice = "";
	char why[64];

	if (error == EADDRINUSE)
		advice = ": stop the other program or set listen.port";
	else if (error == EADDRNOTAVAIL || error == EINVAL)
		advice = ": set listen.address to one of this machine, or to "
			 "0.0.0.0 or :: for all";
	else if (error == EACCES)
		advice = ": below 1024 a port takes root or "
			 "CAP_NET_BIND_SERVICE; set listen.port";
	else if (error == EBADMSG)
		advice = ": see listen.tls_cert and listen.tls_key";
	log_error("server", "cannot listen address=%s port=%d why=\"%s\"%s",
		  o->address, o->port,
		  error == EBADMSG ? "no good certificate"
				   : strerror_r(error, why, sizeof(why)),
		  advice);
}

static int open_listener(struct process *p, struct shard *sh)
{
	const struct settings *s = p->conf;
	const struct server_options o = {
		.address = s->listen_address,
		.port = p->port ? p->port : (int)s->listen_port,
		.tls_cert = s->tls_cert[0] ? s->tls_cert : NULL,
		.tls_key = s->tls_key[0] ? s->tls_key : NULL,
		.routes = routes_table(),
		.max_body_bytes = LIMIT_HTTP_BODY_BYTES,
		.max_connections = (size_t)s->max_connections,
		.check_key = routes_check_key,
		.key_holds = routes_key_holds,
		.arg = sh,
	};
	int err = server_open(&sh->server, sh->loop, &o);

	if (err)
		say_why_not(&o, -err);
	else
		p->port = server_port(sh->server);
	return err;
}

static int open_shard(struct process *p, unsigned i)
{
	struct shard_thread *t = &p->shards[i];
	struct shard *sh = &t->shard;
	char name[16];
	int err;

	(void)snprintf(name, sizeof(name), "shard%u", i);
	err = loop_new(&sh->loop, name);
	if (err)
		return err;
	sh->conf = p->conf;
	sh->store = p->store;
	sh->gateway = p->gateway;
	sh->writer = p->writer;
	sh->feed = p->feed;
	sh->env = (struct provider_env){
		.loop = sh->loop,
		.conf = p->conf,
		.workers = p->workers,
	};
	err = feed_attach(p->feed, sh->loop);
	if (!err)
		err = shard_init(sh, i);
	if (!err)
		err = open_listener(p, sh);
	if (err)
		return err;
	err = -pthread_create(&t->thread, NULL, run_shard, t);
	t->running = !err;
	return err;
}

int process_open(struct process **ret, const struct settings *conf)
{
	struct process *p = mem_must(mem_zalloc(sizeof(*p)), "process");
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int err;

	p->conf = mem_must(mem_alloc(sizeof(*conf)), "settings");
	memcpy(p->conf, conf, sizeof(*conf));
	p->n_shards = conf->shards ? (unsigned)conf->shards
				   : (unsigned)(cores > 0 ? cores : 1);
	if (p->n_shards > SHARDS_MAX)
		p->n_shards = SHARDS_MAX;
	p->shards = mem_must(mem_zalloc(sizeof(*p->shards) * p->n_shards),
			     "shards");
	err = open_shared(p);
	for (unsigned i = 0; !err && i < p->n_shards; i++)
		err = open_shard(p, i);
	if (err) {
		process_close(p);
		return err;
	}
	*ret = p;
	return 0;
}

const struct settings *process_settings(const struct process *p)
{
	return p->conf;
}

int process_port(const struct process *p)
{
	return p->port;
}

int process_calls(const struct process *p)
{
	(void)p;
	return (int)metric_get(METRIC_CALLS_ACTIVE);
}

/* ---- closing ------------------------------------------------------------ */

/** Let hang-ups reach the far side and the record before the loops end. */
static void hang_up_all(struct process *p)
{
	enum { STEP_US = 20 * 1000, STEPS = 150 };

	orders_post(p, orders_hangup, NULL);
	for (int i = 0; i < STEPS && process_calls(p) > 0; i++)
		(void)usleep(STEP_US);
}

static void free_shards(struct process *p)
{
	for (unsigned i = 0; i < p->n_shards; i++) {
		struct shard *sh = &p->shards[i].shard;

		if (!p->shards[i].running && sh->server)
			sh->server = server_close(sh->server);
		if (sh->loop) {
			sh->loop = loop_free(sh->loop);
			shard_done(sh);
		}
	}
}

struct process *process_close(struct process *p)
{
	hang_up_all(p);
	orders_post(p, orders_end, NULL);
	for (unsigned i = 0; i < p->n_shards; i++) {
		if (p->shards[i].running)
			(void)pthread_join(p->shards[i].thread, NULL);
	}
	if (p->workers)
		providers_close(p->workers);
	free_shards(p);
	p->gateway = gateway_free(p->gateway);
	p->feed = feed_free(p->feed);
	p->writer = writer_free(p->writer);
	p->store = store_close(p->store);
	for (size_t i = 0; i < p->n_old; i++)
		mem_free(p->old[i]);
	mem_free(p->conf);
	mem_free(p->shards);
	return mem_free(p);
}
