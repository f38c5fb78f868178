/**
 * @file log.c  One line an event, written by a thread of its own
 *
 *   log_line() --format--> [ ring of cells ] --sem--> writer --write--> file
 *
 * The ring is the bounded queue of mailbox.c with the line inside the cell,
 * so that logging takes no lock and no heap. A line that repeats (same tag
 * and text) within a second is counted, and told once when the second is
 * over.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"

enum {
	TAG_BYTES = 48,
	TEXT_BYTES = 464,
	REPEAT_SITES = 32,
	REPEAT_WINDOW_US = 1000000,
	OUT_BYTES = 8 * TEXT_BYTES, /* every byte may become \u00xx */
};

struct line {
	enum log_level level;
	int64_t wall_us;
	char tag[TAG_BYTES];
	char text[TEXT_BYTES];
};

struct log_cell {
	atomic_size_t seq;
	struct line line;
};

/* A line seen lately, and how often it came again since. */
struct repeat {
	struct line line;
	int64_t until_us;
	uint64_t again;
};

static struct {
	struct log_cell *cells; /* made once, kept until exit */
	atomic_size_t tail;
	size_t head; /* the writer's alone */
	atomic_uint_least64_t dropped;
	atomic_int level;
	atomic_int running, stop, reopen;
	sem_t wake;
	pthread_t thread;
	int fd, json;
	char *path; /* NULL: standard error */
	uint64_t dropped_told;
	int broken; /* the last write failed; the writer's alone */
	struct repeat repeats[REPEAT_SITES];
} lg = {.level = LOG_LEVEL_INFO, .fd = STDERR_FILENO};

static const char *const level_names[] = {"error", "warn", "info", "debug"};

/* @return 0, -errno: a full disk must not stop the server */
static int write_all(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		s += n;
		len -= (size_t)n;
	}
	return 0;
}

static void add_time(struct strbuf *b, int64_t wall_us)
{
	time_t s = (time_t)(wall_us / US_PER_S);
	struct tm tm;

	if (!gmtime_r(&s, &tm))
		return;
	strbuf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec,
		    (int)(wall_us % US_PER_S / US_PER_MS));
}

/* Control characters as \n or \u001b: one event stays one line. */
static void add_clean(struct strbuf *b, const char *s, int json)
{
	int utf8 = text_is_utf8(s, strlen(s));

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\n')
			strbuf_add(b, "\\n");
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(b, "\\u%04x", c);
		else if (c >= 0x80 && !utf8)
			strbuf_addc(b, '?');
		else if (json && (c == '"' || c == '\\'))
			strbuf_addf(b, "\\%c", c);
		else
			strbuf_addc(b, (char)c);
	}
}

static int write_line(int fd, int json, const struct line *l)
{
	char memory[OUT_BYTES];
	struct strbuf b;

	strbuf_over(&b, memory, sizeof(memory));
	if (json) {
		strbuf_add(&b, "{\"time\":\"");
		add_time(&b, l->wall_us);
		strbuf_addf(&b, "\",\"level\":\"%s\",\"tag\":\"",
			    level_names[l->level]);
		add_clean(&b, l->tag, 1);
		strbuf_add(&b, "\",\"message\":\"");
		add_clean(&b, l->text, 1);
		strbuf_add(&b, "\"}\n");
	} else {
		add_time(&b, l->wall_us);
		strbuf_addf(&b, " %-5s ", level_names[l->level]);
		add_clean(&b, l->tag, 0);
		strbuf_addc(&b, ' ');
		add_clean(&b, l->text, 0);
		strbuf_addc(&b, '\n');
	}
	return write_all(fd, b.s, b.len);
}

/* Mark where a line was cut, and keep its UTF-8 whole. */
static void mark_cut(char *text, size_t cap)
{
	size_t end = cap - 4;

	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
}

static void line_fill(struct line *l, enum log_level level, const char *tag,
		      const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static void line_fill(struct line *l, enum log_level level, const char *tag,
		      const char *fmt, va_list ap)
{
	int n;

	l->level = level;
	l->wall_us = clock_wall_us();
	if (text_copy(l->tag, sizeof(l->tag), tag ? tag : "-") < 0)
		mark_cut(l->tag, sizeof(l->tag));
	n = vsnprintf(l->text, sizeof(l->text), fmt, ap);
	if (n < 0)
		l->text[0] = '\0';
	else if ((size_t)n >= sizeof(l->text))
		mark_cut(l->text, sizeof(l->text));
}

/* ---- writer thread ------------------------------------------------------ */

/* Once, where somebody may see it: the log itself cannot tell. */
static void tell_broken(int err)
{
	struct line l = {.level = LOG_LEVEL_ERROR, .tag = "log"};
	char why[64];

	l.wall_us = clock_wall_us();
	(void)snprintf(l.text, sizeof(l.text),
		       "log.file cannot be written, lines are lost until it "
		       "can path=%s error=\"%s\": free space",
		       lg.path, strerror_r(err, why, sizeof(why)));
	(void)write_line(STDERR_FILENO, 0, &l);
}

/* To the log as it stands. @return 0, -errno */
static int put(const struct line *l)
{
	int err = 0;

	/* What came before may have stopped in the middle of a line. */
	if (lg.broken)
		err = write_all(lg.fd, "\n", 1);
	if (err == 0)
		err = write_line(lg.fd, lg.json, l);
	if (err < 0 && !lg.broken && lg.path)
		tell_broken(-err);
	lg.broken = err < 0;
	return err;
}

static void put_or_count(const struct line *l)
{
	if (put(l) < 0)
		atomic_fetch_add(&lg.dropped, 1);
}

static void tell(enum log_level level, const char *tag, const char *text)
{
	struct line l = {.level = level, .wall_us = clock_wall_us()};

	(void)text_copy(l.tag, sizeof(l.tag), tag);
	(void)text_copy(l.text, sizeof(l.text), text);
	put_or_count(&l);
}

static void repeat_tell(struct repeat *r)
{
	struct line l = r->line;
	char count[48];
	size_t len;

	if (!r->again)
		return;

	(void)snprintf(count, sizeof(count), " repeated=%llu",
		       (unsigned long long)r->again);
	len = strlen(l.text);
	if (len > sizeof(l.text) - sizeof(count))
		len = sizeof(l.text) - sizeof(count);
	(void)text_copy(l.text + len, sizeof(l.text) - len, count);
	l.wall_us = clock_wall_us();
	put_or_count(&l);
	r->again = 0;
}

static void repeats_flush(int64_t now_us)
{
	for (size_t i = 0; i < REPEAT_SITES; i++) {
		struct repeat *r = &lg.repeats[i];

		if (r->until_us && r->until_us <= now_us) {
			repeat_tell(r);
			r->until_us = 0;
		}
	}
}

static int repeats_pending(void)
{
	for (size_t i = 0; i < REPEAT_SITES; i++)
		if (lg.repeats[i].again)
			return 1;

	return 0;
}

static void line_put(const struct line *l)
{
	uint64_t sum = text_sum(text_sum(TEXT_SUM, l->tag), l->text);
	struct repeat *r = &lg.repeats[sum % REPEAT_SITES];
	int64_t now_us = clock_now_us();

	repeats_flush(now_us);
	if (r->until_us && r->line.level == l->level &&
	    strcmp(r->line.tag, l->tag) == 0 &&
	    strcmp(r->line.text, l->text) == 0) {
		++r->again;
		return;
	}

	repeat_tell(r);
	r->line = *l;
	r->until_us = now_us + REPEAT_WINDOW_US;
	put_or_count(l);
}

static int ring_pull(struct line *ret)
{
	struct log_cell *c = &lg.cells[lg.head % LIMIT_LOG_LINES];

	if (atomic_load_explicit(&c->seq, memory_order_acquire) != lg.head + 1)
		return 0;

	*ret = c->line;
	atomic_store_explicit(&c->seq, lg.head + LIMIT_LOG_LINES,
			      memory_order_release);
	++lg.head;

	return 1;
}

static int untold(void)
{
	return atomic_load(&lg.dropped) != lg.dropped_told;
}

static void tell_dropped(void)
{
	uint64_t n = atomic_load(&lg.dropped);
	struct line l = {.level = LOG_LEVEL_WARN, .tag = "log"};

	if (n == lg.dropped_told)
		return;

	l.wall_us = clock_wall_us();
	(void)snprintf(l.text, sizeof(l.text), "lines dropped count=%llu",
		       (unsigned long long)(n - lg.dropped_told));
	if (put(&l) == 0)
		lg.dropped_told = n;
}

static int file_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	return fd < 0 ? -errno : fd;
}

static void file_reopen(void)
{
	int fd;

	if (!lg.path)
		return;

	/* When it fails, the old file goes on: better than no log. */
	fd = file_open(lg.path);
	if (fd >= 0) {
		(void)close(lg.fd);
		lg.fd = fd;
	}
}

static void wait_for_lines(void)
{
	struct timespec t;

	if (!repeats_pending() && !log_sites_pending() && !untold()) {
		while (sem_wait(&lg.wake) < 0 && errno == EINTR)
			;
		return;
	}

	(void)clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 1;
	while (sem_timedwait(&lg.wake, &t) < 0 && errno == EINTR)
		;
}

static void *writer(void *arg)
{
	struct line l;
	int stop;

	(void)arg;
	do {
		wait_for_lines();
		stop = atomic_load(&lg.stop);
		if (atomic_exchange(&lg.reopen, 0))
			file_reopen();
		while (ring_pull(&l))
			line_put(&l);
		repeats_flush(stop ? INT64_MAX : clock_now_us());
		log_sites_tell(clock_now_us(), stop, tell);
		tell_dropped();
	} while (!stop);

	return NULL;
}

/* ---- public ------------------------------------------------------------- */

static int ring_make(void)
{
	if (lg.cells)
		return 0;

	lg.cells = mem_zalloc(LIMIT_LOG_LINES * sizeof(*lg.cells));
	if (!lg.cells)
		return -ENOMEM;

	for (size_t i = 0; i < LIMIT_LOG_LINES; i++)
		atomic_init(&lg.cells[i].seq, i);

	return sem_init(&lg.wake, 0, 0) < 0 ? -errno : 0;
}

int log_open(const char *path, enum log_level level, int json)
{
	int fd = STDERR_FILENO, err;
	char *copy = NULL;

	if (atomic_load(&lg.running))
		return -EPROTO;

	err = ring_make();
	if (err)
		return err;

	if (path) {
		copy = mem_strdup(path);
		if (!copy)
			return -ENOMEM;
		fd = file_open(path);
		if (fd < 0) {
			mem_free(copy);
			return fd;
		}
	}

	lg.fd = fd;
	lg.json = json;
	lg.path = copy;
	atomic_store(&lg.level, (int)level);
	atomic_store(&lg.stop, 0);
	err = -pthread_create(&lg.thread, NULL, writer, NULL);
	if (err) {
		if (path)
			(void)close(fd);
		lg.fd = STDERR_FILENO;
		lg.path = mem_free(copy);
		return err;
	}
	atomic_store(&lg.running, 1);

	return 0;
}

void log_set_level(enum log_level level)
{
	atomic_store(&lg.level, (int)level);
}

void log_reopen(void)
{
	if (!atomic_load(&lg.running))
		return;

	atomic_store(&lg.reopen, 1);
	(void)sem_post(&lg.wake);
}

void log_close(void)
{
	/* From here on lines go to standard error; the semaphore stays, for
	 * a thread that is just now in log_line(). */
	if (!atomic_exchange(&lg.running, 0))
		return;

	atomic_store(&lg.stop, 1);
	(void)sem_post(&lg.wake);
	(void)pthread_join(lg.thread, NULL);
	if (lg.path)
		(void)close(lg.fd);
	lg.fd = STDERR_FILENO;
	lg.path = mem_free(lg.path);
	memset(lg.repeats, 0, sizeof(lg.repeats));
	lg.broken = 0;
}

void log_poke(void)
{
	if (atomic_load_explicit(&lg.running, memory_order_acquire))
		(void)sem_post(&lg.wake);
}

uint64_t log_dropped(void)
{
	return atomic_load(&lg.dropped);
}

/* Take a free cell. @return NULL when the ring is full */
static struct log_cell *ring_take(size_t *ret_pos)
{
	size_t pos = atomic_load_explicit(&lg.tail, memory_order_relaxed);

	for (;;) {
		struct log_cell *c = &lg.cells[pos % LIMIT_LOG_LINES];
		size_t seq =
			atomic_load_explicit(&c->seq, memory_order_acquire);
		ptrdiff_t diff = (ptrdiff_t)(seq - pos);

		if (diff < 0)
			return NULL;
		if (diff > 0) {
			pos = atomic_load_explicit(&lg.tail,
						   memory_order_relaxed);
			continue;
		}
		if (atomic_compare_exchange_weak(&lg.tail, &pos, pos + 1)) {
			*ret_pos = pos;
			return c;
		}
	}
}

void log_line(enum log_level level, const char *tag, const char *fmt, ...)
{
	struct log_cell *c;
	size_t pos = 0;
	va_list ap;

	if ((int)level > atomic_load_explicit(&lg.level, memory_order_relaxed))
		return;

	va_start(ap, fmt);
	if (!atomic_load_explicit(&lg.running, memory_order_acquire)) {
		struct line l;

		line_fill(&l, level, tag, fmt, ap);
		(void)write_line(STDERR_FILENO, 0, &l);
		goto out;
	}

	c = ring_take(&pos);
	if (!c) {
		atomic_fetch_add(&lg.dropped, 1);
		goto out;
	}
	line_fill(&c->line, level, tag, fmt, ap);
	atomic_store_explicit(&c->seq, pos + 1, memory_order_release);
	(void)sem_post(&lg.wake);

out:
	va_end(ap);
}
