/**
 * @file listeners.c  Which Experts listen, and what to do when none does
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/listeners.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ctl/remote.h"

enum { ADDRESSES_SHOWN = 8 };

static const char *address_of(const json_t *one)
{
	const char *s = json_string_value(json_object_get(one, "address"));

	return s ? s : "";
}

int listeners_fetch(struct remote *r, json_t **ret)
{
	json_t *answer = NULL;
	int status = remote_call(r, "GET", "/v1/experts", NULL, &answer);

	if (status)
		return status;
	*ret = json_is_array(answer)
		       ? json_incref(answer)
		       : json_incref(json_object_get(answer, "experts"));
	json_decref(answer);

	return 0;
}

unsigned listeners_ready(const json_t *all, const char *address)
{
	unsigned n = 0;

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);

		if (json_is_true(json_object_get(one, "ready")) &&
		    (!address || strcmp(address_of(one), address) == 0))
			n++;
	}

	return n;
}

/* Is the address one of the first n of the list? */
static int seen(const json_t *all, size_t n, const char *address)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(address_of(json_array_get(all, i)), address) == 0)
			return 1;

	return 0;
}

static void add_addresses(struct strbuf *b, const json_t *all)
{
	unsigned shown = 0;

	strbuf_add(b, "Experts listen on");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);

		if (!json_is_true(json_object_get(one, "ready")) ||
		    seen(all, i, address_of(one)))
			continue;
		if (shown == ADDRESSES_SHOWN) {
			strbuf_add(b, ", ... (dialogctl experts)");
			break;
		}
		strbuf_addf(b, "%s %s", shown++ ? "," : "", address_of(one));
	}
	strbuf_add(b, ": call one of them with --to.\n");
}

/* The command that starts an Expert there: the examples take a number. */
static void add_example(struct strbuf *b, const struct remote *r,
			const char *address)
{
	const char *call = strncmp(address, "web:", 4) == 0   ? "web"
			   : strncmp(address, "sip:", 4) == 0 ? "sip"
							      : NULL;

	if (call)
		strbuf_addf(b,
			    "Start one that calls expert_listen_%s() with "
			    "\"%s\".\n",
			    call, address + 4);
	else
		strbuf_addf(b,
			    "Start one for %s, for example (its key: "
			    "EXPERT_API_KEY, else data/default.key):\n"
			    "  EXPERT_URL=%s EXPERT_NUMBER=%s "
			    "build/examples/waitlist\n",
			    address, r->ws_url, address);
}

void listeners_advise(struct strbuf *b, const struct remote *r,
		      const json_t *all, const char *address)
{
	if (listeners_ready(all, address)) {
		strbuf_addf(b,
			    "An Expert listens on %s, but did not take the "
			    "call in time or refused it, or the\nserver takes "
			    "no more calls: its log says which.\n",
			    address);
		return;
	}
	if (listeners_ready(all, NULL)) {
		strbuf_addf(b, "No Expert listens on %s at %s.\n", address,
			    r->url);
		add_addresses(b, all);
	} else {
		strbuf_addf(b,
			    "No Expert listens at %s, on no address at all.\n",
			    r->url);
	}
	add_example(b, r, address);
}

void listeners_tell(struct remote *r, const char *address, const char *why)
{
	json_t *all = NULL;
	struct strbuf b;

	if (listeners_fetch(r, &all))
		return;
	strbuf_init(&b, 4096);
	strbuf_addf(&b, "\ndialogctl: %s\n", why);
	listeners_advise(&b, r, all, address);
	(void)fputs(b.s, stderr);
	strbuf_done(&b);
	json_decref(all);
}
