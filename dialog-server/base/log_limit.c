/**
 * @file log_limit.c  Lines that a peer can cause: a few a minute, then a count
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log_limit.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* Sites are static: once here, here for ever. */
static struct log_site *_Atomic sites;

int log_site_pass(struct log_site *site, int64_t now_us)
{
	int64_t until_us = atomic_load(&site->until_us);

	/* Whoever loses this race counts into the winner's minute. */
	if (now_us >= until_us &&
	    atomic_compare_exchange_strong(&site->until_us, &until_us,
					   now_us + LOG_LIMIT_WINDOW_S *
							    US_PER_S))
		atomic_store(&site->lines, 0);
	if (atomic_fetch_add(&site->lines, 1) <
	    (site->most ? site->most : LOG_LIMIT_LINES))
		return 1;
	return atomic_fetch_add(&site->missed, 1) == 0 ? -1 : 0;
}

static void list_site(struct log_site *site, enum log_level level,
		      const char *tag, const char *fmt)
{
	size_t n = strcspn(tag, "/");

	if (n >= sizeof(site->tag))
		n = sizeof(site->tag) - 1;
	memcpy(site->tag, tag, n);
	site->tag[n] = '\0';
	site->level = level;
	site->fmt = fmt;
	site->next = atomic_load(&sites);
	while (!atomic_compare_exchange_weak(&sites, &site->next, site))
		;
}

int log_site_enter(struct log_site *site, enum log_level level,
		   const char *tag, const char *fmt)
{
	int pass = log_site_pass(site, clock_now_us());

	if (pass > 0)
		return 1;
	if (!atomic_exchange(&site->listed, 1))
		list_site(site, level, tag, fmt);
	if (pass < 0)
		log_poke();
	return 0;
}

/* "webhook refused" of "webhook refused path=%s peer=%s" */
static int name_of(const char *fmt)
{
	size_t n = strcspn(fmt, "=%");

	if (fmt[n] != '\0') {
		while (n > 0 && fmt[n - 1] != ' ')
			n--;
		while (n > 0 && fmt[n - 1] == ' ')
			n--;
	}
	return (int)n;
}

void log_sites_tell(int64_t now_us, int all, log_site_tell_fn *tell)
{
	struct log_site *s = atomic_load(&sites);
	char text[200];

	for (; s; s = s->next) {
		uint32_t missed = atomic_load(&s->missed);

		if (missed > 0 && s->tell_us == 0)
			s->tell_us = now_us + LOG_LIMIT_WINDOW_S * US_PER_S;
		if (missed == 0 || (now_us < s->tell_us && !all))
			continue;
		s->tell_us = 0;
		missed = atomic_exchange(&s->missed, 0);
		(void)snprintf(text, sizeof(text),
			       "%.*s: and %u more like this", name_of(s->fmt),
			       s->fmt, missed);
		tell(s->level, s->tag, text);
	}
}

int log_sites_pending(void)
{
	for (struct log_site *s = atomic_load(&sites); s; s = s->next)
		if (atomic_load(&s->missed) > 0)
			return 1;
	return 0;
}
