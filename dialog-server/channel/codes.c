/**
 * @file codes.c  Web codes: the words by which a browser finds an agent
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "channel/codes.h"

enum { MINTED_RANDOM_BYTES = 12 };

/* One table for all shards: a code may be minted on one and used on another.
 * Touched when a line is opened, never on the tick. */
static struct {
	pthread_mutex_t lock;
	struct {
		char code[2 * MINTED_RANDOM_BYTES + 1];
		int64_t until_us;
	} v[WEB_CODES_MINTED_MAX];
} minted = {.lock = PTHREAD_MUTEX_INITIALIZER};

int web_code_mint(char *ret, size_t cap, int64_t ttl_us, int64_t now_us)
{
	char code[2 * MINTED_RANDOM_BYTES + 1];
	int err = text_random_hex(code, sizeof(code), MINTED_RANDOM_BYTES);

	if (err)
		return err;
	err = -EAGAIN;
	pthread_mutex_lock(&minted.lock);
	for (size_t i = 0; err && i < WEB_CODES_MINTED_MAX; i++) {
		if (minted.v[i].until_us > now_us)
			continue;
		memcpy(minted.v[i].code, code, sizeof(code));
		minted.v[i].until_us = now_us + ttl_us;
		err = text_copy(ret, cap, code);
	}
	pthread_mutex_unlock(&minted.lock);
	return err;
}

static int is_minted(const char *code, int64_t now_us)
{
	int found = 0;

	pthread_mutex_lock(&minted.lock);
	for (size_t i = 0; !found && i < WEB_CODES_MINTED_MAX; i++)
		found = minted.v[i].until_us > now_us &&
			!strcmp(minted.v[i].code, code);
	pthread_mutex_unlock(&minted.lock);
	return found;
}

/* "demo=+15555550100, shop": spaces around a comma do not matter.
 * @return 0, -ENOENT */
static int find_configured(char *ret, size_t cap, const char *list,
			   const char *code)
{
	size_t want = strlen(code);

	while (*list) {
		list += strspn(list, ", ");

		size_t n = strcspn(list, ", ");
		size_t name = strcspn(list, "=, ");

		if (name == want && !memcmp(list, code, want)) {
			int len = name < n ? (int)(n - name - 1) : -1;

			if (len > 0)
				(void)snprintf(ret, cap, "%.*s", len,
					       list + name + 1);
			else
				(void)snprintf(ret, cap, "web:%s", code);
			return 0;
		}
		list += n;
	}
	return -ENOENT;
}

int web_code_find(char *ret_address, size_t cap, const char *configured,
		  const char *code, int64_t now_us)
{
	if (!*code || strlen(code) >= WEB_CODE_BYTES ||
	    strpbrk(code, "=, \t\r\n"))
		return -ENOENT;
	if (!find_configured(ret_address, cap, configured, code))
		return 0;
	if (!is_minted(code, now_us))
		return -ENOENT;
	(void)snprintf(ret_address, cap, "web:%s", code);
	return 0;
}
