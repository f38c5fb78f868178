/**
 * @file tickets.c  Single-use tokens that open a media socket
 *
 * A token is 4 digits of slot number and 28 random digits: it is found without
 * a search, and compared in constant time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/tickets.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { SLOT_CHARS = 4, RANDOM_BYTES = 14 };

_Static_assert(LIMIT_CARRIER_TOKENS <= 0x10000, "a slot number has 4 digits");
_Static_assert(SLOT_CHARS + 2 * RANDOM_BYTES == TICKET_TOKEN_CHARS,
	       "112 random bits");

struct entry {
	char token[TICKET_TOKEN_CHARS + 1]; /* "": free */
	int64_t until_us;
	struct ticket ticket;
};

static struct {
	pthread_mutex_t lock;
	struct entry entries[LIMIT_CARRIER_TOKENS];
	uint32_t next; /* where to look for a free one: the oldest */
	struct tickets_stats stats;
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void release(struct entry *e)
{
	OPENSSL_cleanse(e, sizeof(*e));
	table.stats.waiting--;
}

/* The next free slot, expired ones included; lives are about equal, so the
 * oldest is where the search begins. @return NULL when none is free */
static struct entry *find_free(int64_t now_us, uint32_t *ret_slot)
{
	for (uint32_t i = 0; i < LIMIT_CARRIER_TOKENS; i++) {
		uint32_t slot = (table.next + i) % LIMIT_CARRIER_TOKENS;
		struct entry *e = &table.entries[slot];

		if (e->token[0] && e->until_us > now_us)
			continue;
		if (e->token[0]) {
			table.stats.expired++;
			release(e);
		}
		table.next = (slot + 1) % LIMIT_CARRIER_TOKENS;
		*ret_slot = slot;
		return e;
	}
	return NULL;
}

int tickets_issue(const struct ticket *t, int64_t now_us, int64_t life_us,
		  char *token)
{
	char random[2 * RANDOM_BYTES + 1];
	struct entry *e;
	uint32_t slot = 0;
	int err = text_random_hex(random, sizeof(random), RANDOM_BYTES);

	if (err < 0)
		return err;
	pthread_mutex_lock(&table.lock);
	e = find_free(now_us, &slot);
	if (e) {
		(void)snprintf(e->token, sizeof(e->token), "%04x%s", slot,
			       random);
		e->until_us = now_us + life_us;
		e->ticket = *t;
		memcpy(token, e->token, sizeof(e->token));
		table.stats.issued++;
		table.stats.waiting++;
	}
	pthread_mutex_unlock(&table.lock);
	return e ? 0 : -EAGAIN;
}

static struct entry *entry_of(const char *token)
{
	uint32_t slot = 0;

	if (strnlen(token, TICKET_TOKEN_CHARS + 1) != TICKET_TOKEN_CHARS)
		return NULL;
	for (int i = 0; i < SLOT_CHARS; i++) {
		char c = token[i];

		if (c >= '0' && c <= '9')
			slot = slot * 16 + (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			slot = slot * 16 + (uint32_t)(c - 'a') + 10;
		else
			return NULL;
	}
	return slot < LIMIT_CARRIER_TOKENS ? &table.entries[slot] : NULL;
}

int tickets_take(const char *token, int64_t now_us, struct ticket *ret)
{
	struct entry *e;
	int err = -ENOENT;

	pthread_mutex_lock(&table.lock);
	e = entry_of(token);
	if (e && e->token[0] &&
	    CRYPTO_memcmp(e->token, token, TICKET_TOKEN_CHARS) == 0) {
		if (e->until_us > now_us) {
			*ret = e->ticket;
			table.stats.used++;
			err = 0;
		} else {
			table.stats.expired++;
		}
		release(e);
	}
	if (err < 0)
		table.stats.refused++;
	pthread_mutex_unlock(&table.lock);
	return err;
}

void tickets_stats(struct tickets_stats *ret)
{
	pthread_mutex_lock(&table.lock);
	*ret = table.stats;
	pthread_mutex_unlock(&table.lock);
}
