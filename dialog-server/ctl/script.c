/**
 * @file script.c  Reads call scripts
 *
 * flat_text() gives "steps.0.when.into_agent_ms = 800"; each list has a small
 * function for what may stand in one of its items.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/script.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audio/tone.h"
#include "base/text.h"
#include "conf/flat.h"
#include "ctl/fieldvalue.h"

enum {
	MS_MAX = 600000,
	DEFAULT_MAX_MS = 120000,
	DEFAULT_REPLY_MS = 450, /* people take 200 to 700 */
	DEFAULT_PATIENCE_MS = 20000,
};

struct reader {
	struct script *s;
	const char *name;
	char *why;
	unsigned line;
	long step, rule, expect; /* index of the item being read */
	char folder[FLAT_PATH_MAX];
};

__attribute__((format(printf, 2, 3))) static int fail(const struct reader *r,
						      const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)snprintf(r->why, SCRIPT_WHY_BYTES, "%s:%u: %s", r->name, r->line,
		       text);

	return -EINVAL;
}

/* ---- values ------------------------------------------------------------- */

static int read_text(const struct reader *r, const struct flat_item *i,
		     char *dst, size_t cap)
{
	if (!i->value[0])
		return fail(r, "%s is empty", i->path);
	if (!text_is_utf8(i->value, strlen(i->value)))
		return fail(r, "%s is not UTF-8 text", i->path);
	if (text_copy(dst, cap, i->value) < 0)
		return fail(r, "%s is longer than %zu bytes", i->path,
			    cap - 1);

	return 0;
}

static int read_int(const struct reader *r, const struct flat_item *i,
		    int64_t min, int64_t max, int64_t *ret)
{
	if (text_to_int(i->value, min, max, ret) < 0)
		return fail(r,
			    "%s: \"%.40s\" is not a whole number from %lld "
			    "to %lld",
			    i->path, i->value, (long long)min, (long long)max);

	return 0;
}

static int read_true(const struct reader *r, const struct flat_item *i)
{
	if (strcmp(i->value, "true") != 0)
		return fail(r, "%s: only \"true\" makes sense here", i->path);

	return 0;
}

static int read_pattern(const struct reader *r, const struct flat_item *i,
			char dst[PATTERN_BYTES])
{
	const char *wrong = pattern_check(i->value);

	if (wrong)
		return fail(r, "%s: the pattern \"%.60s\" %s", i->path,
			    i->value, wrong);

	return text_copy(dst, PATTERN_BYTES, i->value);
}

/* ---- what a caller does ------------------------------------------------- */

static int read_keys(const struct reader *r, const struct flat_item *i,
		     struct script_act *act)
{
	int err = read_text(r, i, act->text, sizeof(act->text));

	if (err)
		return err;
	for (const char *k = act->text; *k; k++)
		if (!tone_is_key(*k))
			return fail(r,
				    "%s: a telephone has no key \"%c\" (use "
				    "0-9 * # A-D)",
				    i->path, *k);

	return 0;
}

static int read_path(const struct reader *r, const struct flat_item *i,
		     struct script_act *act)
{
	int n;

	if (!i->value[0])
		return fail(r, "%s is empty", i->path);
	n = snprintf(act->text, sizeof(act->text), "%s%s",
		     i->value[0] == '/' ? "" : r->folder, i->value);
	if (n < 0 || (size_t)n >= sizeof(act->text))
		return fail(r, "%s is too long", i->path);

	return 0;
}

/* @return 0, 1 (the word is no action), -EINVAL */
static int read_act(const struct reader *r, const struct flat_item *i,
		    const char *word, struct script_act *act)
{
	static const struct {
		const char *word;
		enum act_kind kind;
	} kinds[] = {{"say", ACT_SAY},      {"wav", ACT_WAV},
		     {"press", ACT_PRESS},  {"hangup", ACT_HANGUP},
		     {"wait_ms", ACT_WAIT}, {"silence_ms", ACT_SILENCE}};
	enum act_kind kind = ACT_NONE;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		if (strcmp(kinds[k].word, word) == 0)
			kind = kinds[k].kind;
	if (kind == ACT_NONE)
		return 1;
	if (act->kind != ACT_NONE)
		return fail(r,
			    "%s: one thing at a time, \"-\" begins the next",
			    i->path);

	act->kind = kind;
	act->line = i->line;
	switch (kind) {
	case ACT_SAY:
		return read_text(r, i, act->text, sizeof(act->text));
	case ACT_WAV:
		return read_path(r, i, act);
	case ACT_PRESS:
		return read_keys(r, i, act);
	case ACT_HANGUP:
		return read_true(r, i);
	case ACT_NONE:
	case ACT_WAIT:
	case ACT_SILENCE:
	default:
		return read_int(r, i, 0, MS_MAX, &act->ms);
	}
}

/* ---- steps, rules, expectations ------------------------------------------
 */

static int read_when(const struct reader *r, const struct flat_item *i,
		     struct script_step *step)
{
	if (i->n_parts == 4 && strcmp(i->part[3], "into_agent_ms") == 0) {
		step->when = WHEN_INTO_AGENT;
		return read_int(r, i, 0, MS_MAX, &step->into_ms);
	}
	if (i->n_parts == 4 && strcmp(i->part[3], "after_text") == 0) {
		step->when = WHEN_AFTER_TEXT;
		return read_pattern(r, i, step->pattern);
	}
	if (i->n_parts == 3 && strcmp(i->value, "after_agent") == 0) {
		step->when = WHEN_AFTER_AGENT;
		return 0;
	}
	if (i->n_parts == 3 && strcmp(i->value, "at_once") == 0) {
		step->when = WHEN_AT_ONCE;
		return 0;
	}

	return fail(r,
		    "%s: expected after_agent, at_once, "
		    "{into_agent_ms: N} or {after_text: \"words\"}",
		    i->path);
}

static int on_step(const struct reader *r, const struct flat_item *i)
{
	struct script_step *step = &r->s->steps[r->step];
	int err;

	if (strcmp(i->part[2], "when") == 0)
		return read_when(r, i, step);
	err = i->n_parts == 3 ? read_act(r, i, i->part[2], &step->act) : 1;
	if (err > 0)
		return fail(r,
			    "%s: a step has one of say, wav, press, wait_ms, "
			    "silence_ms, hangup; and when",
			    i->path);

	return err;
}

static int on_rule(const struct reader *r, const struct flat_item *i)
{
	struct script_rule *rule = &r->s->rules[r->rule];
	int64_t times;
	int err = 1;

	if (i->n_parts == 3 && strcmp(i->part[2], "when") == 0)
		return read_pattern(r, i, rule->pattern);
	if (i->n_parts == 3 && strcmp(i->part[2], "times") == 0) {
		err = read_int(r, i, 1, 1000, &times);
		if (!err)
			rule->times = (unsigned)times;
		return err;
	}
	if (i->n_parts == 3)
		err = read_act(r, i, i->part[2], &rule->act);
	if (!err &&
	    (rule->act.kind == ACT_WAIT || rule->act.kind == ACT_SILENCE))
		err = 1;
	if (err > 0)
		return fail(r,
			    "%s: a rule has when, one of say, wav, press, "
			    "hangup; and times",
			    i->path);

	return err;
}

int script_is_reason(const char *reason)
{
	static const char *const reasons[] = {"user-hangup", "bot-hangup",
					      "bot-transfer", "bot-failure",
					      "declined"};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i], reason) == 0)
			return 1;

	return 0;
}

static int read_reason(const struct reader *r, const struct flat_item *i,
		       struct script_expect *e)
{
	if (!script_is_reason(i->value))
		return fail(r,
			    "%s: \"%.40s\" is not one of user-hangup, "
			    "bot-hangup, bot-transfer, bot-failure, declined",
			    i->path, i->value);

	return read_text(r, i, e->text, sizeof(e->text));
}

static int read_bool(const struct reader *r, const struct flat_item *i,
		     int64_t *ret)
{
	if (strcmp(i->value, "true") != 0 && strcmp(i->value, "false") != 0)
		return fail(r, "%s: expected true or false", i->path);
	*ret = i->value[0] == 't';

	return 0;
}

/* "field: {day: {year: 2026, month: 12, day: 25}}": one of its members. */
static int read_member(const struct reader *r, const struct flat_item *i,
		       struct script_expect *e)
{
	int err = fieldvalue_put(e->text, sizeof(e->text), i->part + 4,
				 i->n_parts - 4, i->value, i->plain);

	if (err == -EMSGSIZE)
		return fail(r, "%s: the value is too long", i->path);
	if (err)
		return fail(r, "%s: no such member can be", i->path);

	return 0;
}

/* "field: {party_size: 4}". An empty value expects empty text. */
static int read_field(const struct reader *r, const struct flat_item *i,
		      struct script_expect *e)
{
	if (i->n_parts < 4)
		return fail(r, "%s: expected {key: value}", i->path);
	if (i->n_parts > 4) {
		if (text_copy(e->key, sizeof(e->key), i->part[3]) < 0)
			return fail(r, "%s is too long", i->path);
		return read_member(r, i, e);
	}
	if (text_copy(e->key, sizeof(e->key), i->part[3]) < 0 ||
	    text_copy(e->text, sizeof(e->text), i->value) < 0)
		return fail(r, "%s is too long", i->path);

	return 0;
}

static int read_expect(const struct reader *r, const struct flat_item *i,
		       struct script_expect *e)
{
	switch (e->kind) {
	case EXPECT_FIELD:
		return read_field(r, i, e);
	case EXPECT_NO_FIELD:
		return read_text(r, i, e->key, sizeof(e->key));
	case EXPECT_AGENT_SAID:
	case EXPECT_AGENT_NOT_SAID:
	case EXPECT_HEARD:
		return read_pattern(r, i, e->text);
	case EXPECT_ENDED_BY:
		return read_reason(r, i, e);
	case EXPECT_TRANSFER_TO:
		return read_text(r, i, e->text, sizeof(e->text));
	case EXPECT_MAX_LATENCY:
		return read_int(r, i, 1, MS_MAX, &e->number);
	case EXPECT_MIN_TURNS:
		return read_int(r, i, 1, 1000, &e->number);
	case EXPECT_INTERRUPTED:
	case EXPECT_EXPERT:
		return read_bool(r, i, &e->number);
	case EXPECT_NONE:
	default:
		return -EINVAL;
	}
}

/* Does it belong to the value that the last expectation has begun? */
static int is_next_member(const struct reader *r, const struct flat_item *i)
{
	const struct script_expect *last;

	if (!r->s->n_expects || i->n_parts < 5)
		return 0;
	last = &r->s->expects[r->s->n_expects - 1];

	return last->kind == EXPECT_FIELD && last->item == r->expect &&
	       strcmp(i->part[2], "field") == 0 &&
	       strcmp(last->key, i->part[3]) == 0;
}

static int on_expect(const struct reader *r, const struct flat_item *i)
{
	static const struct {
		const char *word;
		enum expect_kind kind;
	} kinds[] = {{"field", EXPECT_FIELD},
		     {"no_field", EXPECT_NO_FIELD},
		     {"agent_said", EXPECT_AGENT_SAID},
		     {"agent_not_said", EXPECT_AGENT_NOT_SAID},
		     {"heard", EXPECT_HEARD},
		     {"ended_by", EXPECT_ENDED_BY},
		     {"transfer_to", EXPECT_TRANSFER_TO},
		     {"max_latency_ms", EXPECT_MAX_LATENCY},
		     {"min_turns", EXPECT_MIN_TURNS},
		     {"interrupted", EXPECT_INTERRUPTED},
		     {"expert", EXPECT_EXPERT}};
	struct script_expect *e = &r->s->expects[r->s->n_expects];

	if (is_next_member(r, i))
		return read_member(r, i, e - 1);
	if (r->s->n_expects >= SCRIPT_EXPECTS_MAX)
		return fail(r, "more than %d expectations",
			    SCRIPT_EXPECTS_MAX);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		if (strcmp(kinds[k].word, i->part[2]) == 0)
			e->kind = kinds[k].kind;
	if (e->kind == EXPECT_NONE ||
	    (i->n_parts != 3 && e->kind != EXPECT_FIELD))
		return fail(r,
			    "%s: an expectation is one of field, no_field, "
			    "agent_said, agent_not_said, heard, ended_by, "
			    "transfer_to, max_latency_ms, min_turns, "
			    "interrupted, expert",
			    i->path);

	e->line = i->line;
	e->item = r->expect;
	++r->s->n_expects;

	return read_expect(r, i, e);
}

/* ---- the whole -----------------------------------------------------------
 */

/* What a carrier says of a number that it dials; and who rings off again. */
static int read_dialled(const struct reader *r, const struct flat_item *i)
{
	static const char *const words[] = {"answers",   "returns", "busy",
					    "no-answer", "failed",  NULL};

	for (const char *const *w = words; *w; w++)
		if (strcmp(i->value, *w) == 0)
			return read_text(r, i, r->s->dialled,
					 sizeof(r->s->dialled));
	return fail(r,
		    "%s: \"%.40s\" is not one of answers, returns, busy, "
		    "no-answer, failed",
		    i->path, i->value);
}

static int on_setting(const struct reader *r, const struct flat_item *i)
{
	struct script *s = r->s;
	const char *key = i->path;
	int64_t seconds;
	int err;

	if (strcmp(key, "to") == 0)
		return read_text(r, i, s->to, sizeof(s->to));
	if (strcmp(key, "from") == 0)
		return read_text(r, i, s->from, sizeof(s->from));
	if (strcmp(key, "voice") == 0)
		return read_text(r, i, s->voice, sizeof(s->voice));
	if (strcmp(key, "noise_db") == 0) {
		s->has_noise = 1;
		return read_int(r, i, -20, 60, &s->noise_db);
	}
	if (strcmp(key, "seed") == 0)
		return read_int(r, i, 0, INT64_MAX, &s->seed);
	if (strcmp(key, "reply_ms") == 0)
		return read_int(r, i, 0, 10000, &s->reply_ms);
	if (strcmp(key, "patience_ms") == 0)
		return read_int(r, i, 1000, MS_MAX, &s->patience_ms);
	if (strcmp(key, "max_s") == 0) {
		err = read_int(r, i, 1, 3600, &seconds);
		if (!err)
			s->max_ms = seconds * 1000;
		return err;
	}

	if (strcmp(key, "dialled") == 0)
		return read_dialled(r, i);

	return fail(r,
		    "%.60s: a script has to, from, voice, noise_db, seed, "
		    "max_s, reply_ms, patience_ms, dialled, steps, rules, "
		    "expect",
		    key);
}

/* Note which item of a list this is. */
static int enter(const struct reader *r, const struct flat_item *i,
		 long *ret_index, unsigned *ret_count, long max)
{
	int64_t index = 0;

	if (i->n_parts < 3 || text_to_int(i->part[1], 0, 99999, &index) < 0)
		return fail(r,
			    "%s is a list: its items are written as "
			    "\"- word: value\"",
			    i->part[0]);
	if (index >= max)
		return fail(r, "%s has more than %ld items", i->part[0], max);
	*ret_index = (long)index;
	*ret_count = (unsigned)index + 1;

	return 0;
}

static int on_item(void *arg, const struct flat_item *i)
{
	struct reader *r = arg;
	struct script *s = r->s;
	unsigned unused;
	int err;

	r->line = i->line;
	if (strcmp(i->part[0], "steps") == 0) {
		err = enter(r, i, &r->step, &s->n_steps, SCRIPT_STEPS_MAX);
		return err ? err : on_step(r, i);
	}
	if (strcmp(i->part[0], "rules") == 0) {
		err = enter(r, i, &r->rule, &s->n_rules, SCRIPT_RULES_MAX);
		return err ? err : on_rule(r, i);
	}
	if (strcmp(i->part[0], "expect") == 0) {
		err = enter(r, i, &r->expect, &unused, SCRIPT_EXPECTS_MAX);
		return err ? err : on_expect(r, i);
	}

	return on_setting(r, i);
}

/* What can be seen only at the end. */
static int check(struct reader *r)
{
	const struct script *s = r->s;

	for (unsigned i = 0; i < s->n_steps; i++)
		if (s->steps[i].act.kind == ACT_NONE) {
			return fail(r, "step %u (from 1) does nothing", i + 1);
		}
	for (unsigned i = 0; i < s->n_rules; i++)
		if (s->rules[i].act.kind == ACT_NONE ||
		    !s->rules[i].pattern[0])
			return fail(r,
				    "rule %u (from 1) needs when, and one of "
				    "say, wav, press, hangup",
				    i + 1);

	return 0;
}

void script_init(struct script *s)
{
	memset(s, 0, sizeof(*s));
	(void)text_copy(s->to, sizeof(s->to), "+15555550100");
	(void)text_copy(s->from, sizeof(s->from), "+15555550123");
	(void)text_copy(s->voice, sizeof(s->voice), "rms");
	s->seed = 1;
	s->max_ms = DEFAULT_MAX_MS;
	s->reply_ms = DEFAULT_REPLY_MS;
	s->patience_ms = DEFAULT_PATIENCE_MS;
	(void)text_copy(s->dialled, sizeof(s->dialled), "answers");
}

int script_parse(struct script *s, const char *text, size_t len,
		 const char *name, char *why)
{
	struct reader r = {.s = s, .name = name, .why = why, .line = 1};
	int err =
		flat_text(text, len, name, on_item, &r, why, SCRIPT_WHY_BYTES);

	return err ? err : check(&r);
}

int script_load(struct script *s, const char *path, char *why)
{
	struct reader r = {.s = s, .name = path, .why = why, .line = 1};
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	int err;

	if (len >= sizeof(r.folder))
		return fail(&r, "the path is too long");
	memcpy(r.folder, path, len);
	err = flat_file(path, on_item, &r, why, SCRIPT_WHY_BYTES);

	return err ? err : check(&r);
}
