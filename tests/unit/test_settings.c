/**
 * @file test_settings.c  Settings from file, environment and command line
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "conf/settings.h"
#include "conf/settings_table.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct settings s;
static struct settings_error why;

static int parse(const char *yaml)
{
	settings_default(&s);
	why.text[0] = '\0';

	return settings_parse(&s, yaml, strlen(yaml), "d.yaml", &why);
}

/* A file with this text; the caller unlinks. */
static const char *file_with(const char *text)
{
	static char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/test_settings.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	(void)close(fd);

	return path;
}

START_TEST(starts_with_sound_defaults)
{
	ck_assert_int_eq(settings_load(&s, NULL, NULL, 0, &why), 0);
	ck_assert_str_eq(s.listen_address, "127.0.0.1");
	ck_assert_int_eq(s.listen_port, 8800);
	ck_assert_str_eq(s.stt_provider, "pocketsphinx");
	ck_assert_str_eq(s.tts_voice, "slt");
	ck_assert_str_eq(s.llm_provider, "builtin");
	ck_assert_int_eq(s.turn_silence_ms, 600);
	ck_assert_int_eq(s.journal_enabled, 1);
	ck_assert_int_eq(s.log_json, 0);
}
END_TEST

START_TEST(every_row_has_its_group_and_a_unique_name)
{
	size_t g = 0;

	for (size_t i = 0; i < settings_table_n; i++) {
		const struct setting *row = &settings_table[i];
		size_t len = strlen(settings_groups[g].name);

		if (strncmp(row->name, settings_groups[g].name, len) != 0 ||
		    row->name[len] != '.') {
			++g;
			ck_assert_uint_lt(g, settings_groups_n);
			len = strlen(settings_groups[g].name);
		}
		ck_assert_msg(strncmp(row->name, settings_groups[g].name,
				      len) == 0 &&
				      row->name[len] == '.',
			      "%s is out of order", row->name);
		for (size_t k = 0; k < i; k++) {
			ck_assert_str_ne(row->name, settings_table[k].name);
			ck_assert_uint_ne(row->offset,
					  settings_table[k].offset);
		}
	}
	ck_assert_uint_eq(g, settings_groups_n - 1);
}
END_TEST

START_TEST(takes_the_least_and_the_most_and_not_one_beyond)
{
	for (size_t i = 0; i < settings_table_n; i++) {
		const struct setting *row = &settings_table[i];
		char yaml[128];

		if (row->type != SETTING_INT)
			continue;
		for (int k = 0; k < 4; k++) {
			int64_t v = k == 0   ? row->min
				    : k == 1 ? row->max
				    : k == 2 ? row->min - 1
					     : row->max + 1;

			(void)snprintf(yaml, sizeof(yaml), "%s: %lld",
				       row->name, (long long)v);
			ck_assert_msg(parse(yaml) == (k < 2 ? 0 : -EINVAL),
				      "%s", yaml);
		}
	}
}
END_TEST

START_TEST(says_what_is_wrong_and_where)
{
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{"turn:\n  silence_ms: 90000\n",
		 "turn.silence_ms: 90000 is above the largest value 10000 "
		 "(100 to 10000) (d.yaml:2)"},
		{"turn:\n\n  silence_ms: 1\n",
		 "turn.silence_ms: 1 is below the smallest value 100 "
		 "(100 to 10000) (d.yaml:3)"},
		{"turn:\n  silence_ms: fast\n",
		 "turn.silence_ms: \"fast\" is not a whole number from 100 to "
		 "10000 (d.yaml:2)"},
		{"turn:\n  silense_ms: 600\n",
		 "unknown setting `turn.silense_ms`: did you mean "
		 "`turn.silence_ms`? (d.yaml:2)"},
		{"port: 80\n", "unknown setting `port`: did you mean "
			       "`listen.port`? (d.yaml:1)"},
		{"entirely_different: 80\n",
		 "unknown setting `entirely_different`; dialog-server "
		 "--print-config lists all (d.yaml:1)"},
		{"turn: 600\n", "turn is a group of settings: give turn.NAME "
				"a value (d.yaml:1)"},
		{"log:\n  level: loud\n",
		 "log.level: \"loud\" is not one of: error warn info debug "
		 "(d.yaml:2)"},
		{"log:\n  level: error warn\n",
		 "log.level: \"error warn\" is not one of: error warn info "
		 "debug (d.yaml:2)"},
		{"log:\n  json: maybe\n",
		 "log.json: \"maybe\" is neither true nor false (d.yaml:2)"},
		{"dialog:\n  expert_lost: cry\n",
		 "dialog.expert_lost: \"cry\" is not continue, hangup, or "
		 "transfer:NUMBER (d.yaml:2)"},
		{"listen:\n  public_url: example.com\n",
		 "listen.public_url: \"example.com\" is not a URL that begins "
		 "with http:// or https://, or nothing (d.yaml:2)"},
		{"web:\n  codes: \"demo\"\n",
		 "web.codes: \"demo\" is not code=ADDRESS,code=ADDRESS "
		 "(d.yaml:2)"},
		{"web:\n  codes: [a=b]\n",
		 "unknown setting `web.codes.0`: did you mean `web.codes`? "
		 "(d.yaml:2)"},
		{"llm:\n  key: sk-verysecret\n",
		 "llm.key is a secret: set it in the environment as "
		 "DIALOG_LLM_KEY, or name its file in llm.key_file "
		 "(d.yaml:2)"},
		{"tts:\n  voice: \"a\\nb\"\n",
		 "tts.voice: holds a control character (d.yaml:2)"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_int_ne(parse(cases[i].yaml), 0);
		ck_assert_str_eq(why.text, cases[i].want);
	}
}
END_TEST

START_TEST(takes_values_of_each_type)
{
	ck_assert_int_eq(parse("log:\n  level: debug\n  json: yes\n"
			       "dialog:\n  expert_lost: transfer:+15550100\n"
			       "  utc_offset_minutes: -300\n"
			       "web:\n  codes: demo=+1555,x-1=sales\n"
			       "turn:\n"),
			 0);
	ck_assert_str_eq(s.log_level, "debug");
	ck_assert_int_eq(s.log_json, 1);
	ck_assert_str_eq(s.expert_lost, "transfer:+15550100");
	ck_assert_int_eq(s.utc_offset_minutes, -300);
	ck_assert_str_eq(s.web_codes, "demo=+1555,x-1=sales");
}
END_TEST

START_TEST(checks_codes_of_the_page)
{
	static const struct {
		const char *codes;
		int ok;
	} cases[] = {{"", 1},        {"a=b", 1},   {"a=b,c=d", 1},
		     {"a=b,", 0},    {",a=b", 0},  {"a=", 0},
		     {"=b", 0},      {"a b=c", 0}, {"a=b c=d", 0},
		     {"a=b,,c=d", 0}};

	for (size_t i = 0; i < N(cases); i++) {
		char yaml[64];

		(void)snprintf(yaml, sizeof(yaml), "web:\n  codes: \"%s\"\n",
			       cases[i].codes);
		ck_assert_msg((parse(yaml) == 0) == cases[i].ok, "%s", yaml);
	}
}
END_TEST

START_TEST(takes_text_to_its_limit_and_not_one_more)
{
	for (int extra = 0; extra < 2; extra++) {
		char yaml[SETTING_TEXT_MAX + 64] = "tts:\n  voice: ";
		size_t len = strlen(yaml);

		memset(yaml + len, 'v', SETTING_TEXT_MAX - 1 + extra);
		ck_assert_int_eq(parse(yaml), extra ? -EMSGSIZE : 0);
	}
}
END_TEST

START_TEST(later_sources_win)
{
	static const char *const sets[] = {"turn.max_ms=7000",
					   "listen.port=0"};
	const char *path = file_with("turn:\n  silence_ms: 500\n"
				     "  start_ms: 50\n  max_ms: 5000\n");

	(void)setenv("DIALOG_TURN_START_MS", "40", 1);
	(void)setenv("DIALOG_TURN_MAX_MS", "6000", 1);
	(void)setenv("DIALOG_URL", "http://x", 1);
	(void)setenv("DIALOG_API_KEY", "dk_x", 1);
	ck_assert_msg(settings_load(&s, path, sets, N(sets), &why) == 0, "%s",
		      why.text);
	(void)unlink(path);
	ck_assert_int_eq(s.turn_silence_ms, 500);
	ck_assert_int_eq(s.turn_start_ms, 40);
	ck_assert_int_eq(s.turn_max_ms, 7000);
	ck_assert_int_eq(s.listen_port, 0);
}
END_TEST

START_TEST(refuses_bad_variables_and_sets)
{
	static const struct {
		const char *var, *value, *set, *want;
	} cases[] = {
		{"DIALOG_TURN_SILENCE", "9", NULL,
		 "unknown variable `DIALOG_TURN_SILENCE`: did you mean "
		 "`DIALOG_TURN_SILENCE_MS`? (environment)"},
		{"DIALOG_NOTHING_LIKE_IT", "9", NULL,
		 "unknown variable `DIALOG_NOTHING_LIKE_IT` (environment)"},
		{"DIALOG_LISTEN_PORT", "eighty", NULL,
		 "listen.port: \"eighty\" is not a whole number from 0 to "
		 "65535 (DIALOG_LISTEN_PORT)"},
		{NULL, NULL, "listen.port",
		 "\"listen.port\": expected "
		 "name=value (--set)"},
		{NULL, NULL, "=5", "\"=5\": expected name=value (--set)"},
		{NULL, NULL, "listen.prot=5",
		 "unknown setting `listen.prot`: did you mean `listen.port`? "
		 "(--set)"},
		{NULL, NULL, "llm.key=topsecret",
		 "llm.key is a secret: set it in the environment as "
		 "DIALOG_LLM_KEY, or name its file in llm.key_file (--set)"},
		{NULL, NULL, "listen.tls_cert=x.pem",
		 "listen.tls_cert and listen.tls_key go together"},
		{NULL, NULL, "turn.min_silence_ms=700",
		 "turn.min_silence_ms is above turn.silence_ms"},
		{NULL, NULL, "turn.silence_ms=3000",
		 "turn.silence_ms is above turn.max_silence_ms"},
		{NULL, NULL, "llm.provider=openai",
		 "llm.provider openai needs llm.url and llm.model"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		const char *set = cases[i].set;
		int err;

		s.listen_port = -5;
		if (cases[i].var)
			(void)setenv(cases[i].var, cases[i].value, 1);
		err = settings_load(&s, NULL, &set, set ? 1 : 0, &why);
		ck_assert_int_eq(err, -EINVAL);
		ck_assert_str_eq(why.text, cases[i].want);
		ck_assert_int_eq(s.listen_port, -5);
		if (cases[i].var)
			(void)unsetenv(cases[i].var);
	}
}
END_TEST

enum { TOLD_MAX = 8 };

struct told {
	int n;
	char text[TOLD_MAX][512];
};

static void add_told(void *arg, const char *text)
{
	struct told *t = arg;

	ck_assert_int_lt(t->n, TOLD_MAX);
	(void)snprintf(t->text[t->n++], sizeof(t->text[0]), "%s", text);
}

/* What is told of a file and --set, one after the other. */
static void expect_told(const char *yaml, const char *const *sets, size_t n,
			const char *const *want, int n_want)
{
	const char *path = file_with(yaml);
	struct told t = {0};

	ck_assert_int_eq(settings_check(path, sets, n, add_told, &t), n_want);
	ck_assert_int_eq(t.n, n_want);
	for (int i = 0; i < n_want; i++)
		ck_assert_msg(strstr(t.text[i], want[i]) != NULL,
			      "\"%s\" is not in \"%s\"", want[i], t.text[i]);
	ck_assert_int_eq(settings_load(&s, path, sets, n, &why) != 0,
			 n_want != 0);
	if (n_want)
		ck_assert_str_eq(why.text, t.text[0]);
	(void)unlink(path);
}

START_TEST(tells_every_mistake_and_not_only_the_first)
{
	static const char *const sets[] = {"listen.tls_key=k.pem",
					   "turn.silense_ms=1", "nonsense"};
	static const char *const want[] = {
		"turn.silence_ms: 90000 is above the largest value",
		"`lisen.port`: did you mean `listen.port`?",
		"listen.port: \"eighty\" is not a whole number",
		"`DIALOG_TURN_SILENCE`: did you mean",
		"`turn.silense_ms`: did you mean `turn.silence_ms`? (--set)",
		"\"nonsense\": expected name=value (--set)",
		"listen.tls_cert and listen.tls_key go together",
	};

	(void)setenv("DIALOG_TURN_SILENCE", "9", 1);
	expect_told("turn:\n  silence_ms: 90000\nlisen:\n  port: 80\n"
		    "listen:\n  port: eighty\n",
		    sets, N(sets), want, N(want));
	(void)unsetenv("DIALOG_TURN_SILENCE");
	expect_told("turn:\n  silence_ms: 500\n", NULL, 0, NULL, 0);
}
END_TEST

START_TEST(asks_nothing_more_of_a_setting_that_was_refused)
{
	static const char *const sets[] = {"listen.tls_key=k.pem",
					   "listen.tls_cert=\001",
					   "llm.key_file=/nonexistent"};
	static const char *const want[] = {
		"listen.tls_cert: holds a control character",
		"llm.key_file: cannot read /nonexistent",
	};

	expect_told("", sets, N(sets), want, N(want));
}
END_TEST

START_TEST(looks_at_other_sources_when_the_file_is_no_yaml)
{
	static const char *const sets[] = {"listen.prot=5"};
	static const char *const want[] = {":2: ", "did you mean"};

	expect_told("listen: [\n", sets, N(sets), want, N(want));
}
END_TEST

START_TEST(names_a_missing_file)
{
	ck_assert_int_eq(
		settings_load(&s, "/nonexistent/d.yaml", NULL, 0, &why),
		-ENOENT);
	ck_assert_str_eq(why.text,
			 "/nonexistent/d.yaml: No such file or directory");
}
END_TEST

START_TEST(reads_secrets_from_files_and_never_prints_them)
{
	char set[128];
	const char *sets[] = {set};
	const char *path = file_with("  hush-hush-value\n");
	struct strbuf b;

	(void)snprintf(set, sizeof(set), "llm.key_file=%s", path);
	(void)setenv("DIALOG_TWILIO_AUTH_TOKEN", "hush-token", 1);
	ck_assert_int_eq(settings_load(&s, NULL, sets, 1, &why), 0);
	ck_assert_str_eq(s.llm_key, "hush-hush-value");
	ck_assert_str_eq(s.twilio_auth_token, "hush-token");
	(void)unlink(path);

	strbuf_init(&b, 65536);
	settings_print(&b, &s);
	ck_assert(strbuf_ok(&b));
	ck_assert_ptr_null(strstr(b.s, "hush"));
	ck_assert_ptr_nonnull(strstr(b.s, "DIALOG_LLM_KEY (set)"));
	ck_assert_ptr_nonnull(strstr(b.s, "DIALOG_TWILIO_AUTH_TOKEN (set)"));
	strbuf_done(&b);

	ck_assert_int_eq(settings_load(&s, NULL, sets, 1, &why), -ENOENT);
	path = file_with(" \n");
	(void)snprintf(set, sizeof(set), "llm.key_file=%s", path);
	ck_assert_int_eq(settings_load(&s, NULL, sets, 1, &why), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "holds no secret"));
	(void)unlink(path);
}
END_TEST

START_TEST(reads_back_what_it_prints)
{
	struct settings odd, back;
	struct strbuf b;

	settings_default(&odd);
	(void)snprintf(odd.fallback_name, sizeof(odd.fallback_name),
		       "Ann \"the\" \\ voice: #1 caf\xc3\xa9");
	odd.turn_silence_ms = 777;
	odd.log_json = 1;
	for (int k = 0; k < 2; k++) {
		const struct settings *want = k ? &odd : NULL;

		strbuf_init(&b, 65536);
		settings_print(&b, want);
		ck_assert(strbuf_ok(&b));
		settings_default(&back);
		ck_assert_msg(settings_parse(&back, b.s, b.len, "printed",
					     &why) == 0,
			      "%s", why.text);
		if (!want) {
			settings_default(&s);
			want = &s;
		}
		ck_assert_int_eq(back.turn_silence_ms, want->turn_silence_ms);
		ck_assert_int_eq(back.log_json, want->log_json);
		ck_assert_str_eq(back.fallback_name, want->fallback_name);
		ck_assert_str_eq(back.web_codes, want->web_codes);
		for (size_t i = 0; i < settings_table_n; i++)
			ck_assert_ptr_nonnull(
				strstr(b.s, settings_table[i].doc));
		strbuf_done(&b);
	}
}
END_TEST

START_TEST(reload_takes_what_may_change_and_names_the_rest)
{
	struct settings fresh;
	struct strbuf ignored;

	settings_default(&s);
	fresh = s;
	fresh.turn_silence_ms = 444;
	(void)snprintf(fresh.log_level, 16, "debug");
	fresh.listen_port = 9999;
	fresh.shards = 3;
	strbuf_init(&ignored, 1000);
	settings_reload(&s, &fresh, &ignored);
	ck_assert_int_eq(s.turn_silence_ms, 444);
	ck_assert_str_eq(s.log_level, "debug");
	ck_assert_int_eq(s.listen_port, 8800);
	ck_assert_int_eq(s.shards, 0);
	ck_assert_str_eq(ignored.s, "listen.port server.shards");
	strbuf_done(&ignored);

	settings_reload(&s, &fresh, NULL);
}
END_TEST

START_TEST(survives_every_failing_allocation)
{
	const char *path = file_with("turn:\n  silence_ms: 500\n");
	int err = -ENOMEM;

	for (uint64_t n = 1; err && n < 100; n++) {
		alloc_fail_after(n);
		err = settings_load(&s, path, NULL, 0, &why);
		alloc_fail_after(0);
		ck_assert(err == 0 || err == -ENOMEM);
		alloc_fail_after(n);
		const int told = settings_check(path, NULL, 0, add_told, NULL);
		alloc_fail_after(0);
		ck_assert(told == 0 || told == -ENOMEM);
	}
	ck_assert_int_eq(err, 0);
	(void)unlink(path);
}
END_TEST

UNIT_MAIN("settings", starts_with_sound_defaults,
	  every_row_has_its_group_and_a_unique_name,
	  takes_the_least_and_the_most_and_not_one_beyond,
	  says_what_is_wrong_and_where, takes_values_of_each_type,
	  checks_codes_of_the_page, takes_text_to_its_limit_and_not_one_more,
	  later_sources_win, refuses_bad_variables_and_sets,
	  tells_every_mistake_and_not_only_the_first,
	  asks_nothing_more_of_a_setting_that_was_refused,
	  looks_at_other_sources_when_the_file_is_no_yaml,
	  names_a_missing_file, reads_secrets_from_files_and_never_prints_them,
	  reads_back_what_it_prints,
	  reload_takes_what_may_change_and_names_the_rest,
	  survives_every_failing_allocation)
