/**
 * @file health.c  Alive, ready, and in numbers
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "api/api.h"
#include "base/strbuf.h"
#include "call/shard.h"
#include "journal/metrics.h"
#include "journal/writer.h"
#include "store/store.h"

enum { METRICS_BYTES = 256 * 1024 };

static void say(struct http_req *r, int status, const char *text)
{
	http_reply(r, status, "text/plain; charset=utf-8", NULL, text,
		   strlen(text));
}

void api_healthz(struct http_req *r, void *arg)
{
	(void)arg;
	say(r, 200, "ok\n");
}

static int loses_records(const struct shard *sh)
{
	struct writer_stats files;

	writer_stats(sh->writer, &files);
	return files.in_trouble || store_in_trouble(sh->store);
}

/* A full disk is no reason to send callers elsewhere: calls are held. */
void api_readyz(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;

	if (sh->draining)
		say(r, 503, "draining\n");
	else if (loses_records(sh))
		say(r, 200,
		    "ready, but records of calls are being lost: see "
		    "the log\n");
	else
		say(r, 200, "ready\n");
}

void api_metrics(struct http_req *r, void *arg)
{
	struct strbuf b;

	(void)arg;
	strbuf_init(&b, METRICS_BYTES);
	metrics_render(&b);
	if (strbuf_ok(&b))
		http_reply(r, 200, "text/plain; version=0.0.4; charset=utf-8",
			   NULL, b.s, b.len);
	else
		http_error(r, 500, "the metrics do not fit");
	strbuf_done(&b);
}
