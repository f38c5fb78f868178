/**
 * @file params.c  Parameters of queries: instants, limits, numbers
 *
 * SPDX-License-Identifier: MIT
 */
#include "api/params.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/server.h"

/* ---- instants -------------------------------------------------------- */

/* Exactly n digits. @return behind them, NULL */
static const char *digits(const char *s, size_t n, int lo, int hi, int *ret)
{
	int v = 0;

	for (size_t i = 0; i < n; i++, s++) {
		if (*s < '0' || *s > '9')
			return NULL;
		v = v * 10 + (*s - '0');
	}
	if (v < lo || v > hi)
		return NULL;
	*ret = v;
	return s;
}

static const char *character(const char *s, const char *any)
{
	return s && *s && strchr(any, *s) ? s + 1 : NULL;
}

static const char *number(const char *s, size_t n, int lo, int hi, int *ret)
{
	return s ? digits(s, n, lo, hi, ret) : NULL;
}

/* The 31st of June is no day. */
static int is_day(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return day <= days[month - 1] + (month == 2 && leap);
}

/* ".123456": what is finer is cut. */
static const char *read_part(const char *s, int64_t *ret_us, int64_t *grain_us)
{
	const char *begin = ++s;

	*grain_us = US_PER_S;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (*grain_us == 1)
			continue;
		*grain_us /= 10;
		*ret_us += (*s - '0') * *grain_us;
	}
	return s > begin ? s : NULL;
}

static const char *read_zone(const char *s, int64_t *ret_us)
{
	int minus = *s == '-', hour = 0, minute = 0;

	if (*s == 'Z' || *s == 'z')
		return s + 1;
	if (*s != '+' && *s != '-')
		return s;
	s = number(s + 1, 2, 0, 23, &hour);
	s = character(s, ":");
	s = number(s, 2, 0, 59, &minute);
	*ret_us = (int64_t)(hour * 60 + minute) * 60 * US_PER_S;
	if (minus)
		*ret_us = -*ret_us;
	return s;
}

static const char *read_clock(const char *s, struct tm *tm, int64_t *part_us,
			      int64_t *grain_us)
{
	s = number(s, 2, 0, 23, &tm->tm_hour);
	s = character(s, ":");
	s = number(s, 2, 0, 59, &tm->tm_min);
	*grain_us = 60 * US_PER_S;
	if (s && *s == ':') {
		s = number(s + 1, 2, 0, 60, &tm->tm_sec);
		*grain_us = US_PER_S;
		if (s && *s == '.')
			s = read_part(s, part_us, grain_us);
	}
	return s;
}

int param_time(const char *s, int last, int64_t *ret)
{
	int64_t part_us = 0, zone_us = 0, grain_us = 24 * 3600 * US_PER_S;
	struct tm tm = {0};
	int year = 0, month = 0;

	s = number(s, 4, 1970, 9999, &year);
	s = character(s, "-");
	s = number(s, 2, 1, 12, &month);
	s = character(s, "-");
	s = number(s, 2, 1, 31, &tm.tm_mday);
	if (!s || !is_day(year, month, tm.tm_mday))
		return -EINVAL;
	if (*s && strchr("Tt ", *s)) {
		s = read_clock(s + 1, &tm, &part_us, &grain_us);
		if (s)
			s = read_zone(s, &zone_us);
	}
	if (!s || *s)
		return -EINVAL;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	*ret = (int64_t)timegm(&tm) * US_PER_S + part_us - zone_us +
	       (last ? grain_us - 1 : 0);
	return 0;
}

/* ---- others ---------------------------------------------------------- */

const char *param_text(const struct http_req *r, const char *name)
{
	const char *s = http_query(r, name);

	return s ? s : "";
}

int param_cursor(const char *s, int64_t *ret_us, const char **ret_id)
{
	char text[24];
	const char *id = strchr(s, '-');
	size_t n = id ? (size_t)(id - s) : sizeof(text);

	if (n >= sizeof(text) || !id[1] || strlen(id + 1) > LIMIT_KEY_BYTES)
		return -EINVAL;
	memcpy(text, s, n);
	text[n] = '\0';
	if (text_to_int(text, 0, INT64_MAX, ret_us))
		return -EINVAL;
	*ret_id = id + 1;
	return 0;
}
