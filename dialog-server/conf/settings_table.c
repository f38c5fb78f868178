/**
 * @file settings_table.c  Name, type, bounds, default and meaning of each
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "conf/settings_table.h"

/* ---- what free text must look like -------------------------------------- */

static const char *check_url(const char *v)
{
	if (!v[0] || strncmp(v, "http://", 7) == 0 ||
	    strncmp(v, "https://", 8) == 0)
		return NULL;

	return "a URL that begins with http:// or https://, or nothing";
}

static const char *check_address(const char *v)
{
	struct in6_addr any;

	return inet_pton(AF_INET, v, &any) == 1 ||
			       inet_pton(AF_INET6, v, &any) == 1
		       ? NULL
		       : "an IP address (127.0.0.1, 0.0.0.0, ::1, ::)";
}

static const char *check_not_empty(const char *v)
{
	return v[0] ? NULL : "some text";
}

static const char *check_expert_lost(const char *v)
{
	if (strcmp(v, "continue") == 0 || strcmp(v, "hangup") == 0 ||
	    (strncmp(v, "transfer:", 9) == 0 && v[9]))
		return NULL;

	return "continue, hangup, or transfer:NUMBER";
}

/* One "code=address" at v. @return its length, 0 when it is none */
static size_t code_len(const char *v)
{
	size_t code = 0, address;

	while (isalnum((unsigned char)v[code]) || v[code] == '-' ||
	       v[code] == '_')
		code++;
	if (!code || v[code] != '=')
		return 0;

	address = strcspn(v + code + 1, ", ");

	return address ? code + 1 + address : 0;
}

static const char *check_codes(const char *v)
{
	while (*v) {
		size_t len = code_len(v);

		if (!len)
			return "code=ADDRESS,code=ADDRESS";
		v += len;
		if (*v == ',' && v[1])
			v++;
		else if (*v)
			return "code=ADDRESS,code=ADDRESS";
	}

	return NULL;
}

/* @return bytes of one "+NUMBER" or "+NUMBER=KEY", 0 when it is none */
static size_t number_len(const char *v)
{
	size_t digits = *v == '+' ? strspn(v + 1, "0123456789") : 0;
	size_t len = 1 + digits;

	if (digits < 2 || digits > 15 || v[1] == '0')
		return 0;
	if (v[len] == '=') {
		size_t name = strcspn(v + len + 1, ",");

		return name ? len + 1 + name : 0;
	}
	return len;
}

static const char *check_numbers(const char *v)
{
	while (*v) {
		size_t len = number_len(v);

		if (!len || (v[len] && v[len] != ','))
			return "+NUMBER,+NUMBER=NAME OF A KEY";
		v += len + (v[len] == ',');
	}

	return NULL;
}

/* ---- the table ---------------------------------------------------------- */

#define AT(member) offsetof(struct settings, member)
#define INT(n, member, f, def, lo, hi, text)                       \
	{                                                          \
		.name = (n), .type = SETTING_INT, .flags = (f),    \
		.offset = AT(member), .value = (def), .min = (lo), \
		.max = (hi), .doc = (text)                         \
	}
#define BOOL(n, member, f, def, text)                               \
	{                                                           \
		.name = (n), .type = SETTING_BOOL, .flags = (f),    \
		.offset = AT(member), .value = (def), .doc = (text) \
	}
#define TEXT(n, member, f, def, fn, text)                            \
	{                                                            \
		.name = (n), .type = SETTING_TEXT, .flags = (f),     \
		.offset = AT(member), .value = (def), .check = (fn), \
		.doc = (text)                                        \
	}
#define ENUM(n, member, f, def, words, text)                              \
	{                                                                 \
		.name = (n), .type = SETTING_ENUM, .flags = (f),          \
		.offset = AT(member), .value = (def), .choices = (words), \
		.doc = (text)                                             \
	}

enum { RELOAD = SETTING_RELOAD, SECRET = SETTING_SECRET };

/* clang-format off */
const struct setting_group settings_groups[] = {
	{"listen", "Where callers, carriers, Experts and browsers connect."},
	{"server", "The process as a whole."},
	{"log", "One line an event."},
	{"journal", "What entered a call, in order, and what was decided."},
	{"recording", "Stereo WAV of each call: caller left, agent right."},
	{"turn", "When the caller's turn begins and ends."},
	{"bargein", "When the caller may interrupt the agent."},
	{"dialog", "How patient the conversation is, and what it falls back to."},
	{"expert", "The sockets of the Experts."},
	{"outbound", "Calls that Experts place."},
	{"stt", "Speech to text."},
	{"tts", "Text to speech."},
	{"llm", "The language model that leads the conversation."},
	{"twilio", "Twilio Media Streams."},
	{"web", "The page in the browser."},
};
const size_t settings_groups_n =
	sizeof(settings_groups) / sizeof(settings_groups[0]);

const struct setting settings_table[] = {
	TEXT("listen.address", listen_address, 0, "127.0.0.1", check_address,
	     "Address to listen on; 0.0.0.0 or :: for every interface"),
	INT("listen.port", listen_port, 0, "8800", 0, 65535,
	    "TCP port; 0 takes any free one and prints it"),
	TEXT("listen.tls_cert", tls_cert, 0, "", NULL,
	     "Certificate chain (PEM file), read again on SIGHUP; empty: plain HTTP"),
	TEXT("listen.tls_key", tls_key, 0, "", NULL,
	     "Private key of the certificate (PEM file)"),
	TEXT("listen.public_url", public_url, 0, "", check_url,
	     "URL under which carriers reach this server, when a proxy or tunnel is in between; empty: as requested"),
	INT("listen.max_connections", max_connections, 0, "4096", 16, 1000000,
	    "Open connections; beyond it new ones are refused"),

	INT("server.shards", shards, 0, "0", 0, 256,
	    "Threads that carry calls; 0: one a core"),
	INT("server.workers", workers, 0, "0", 0, 256,
	    "Threads for the built-in recognizer and synthesizer; 0: one a core"),
	TEXT("server.data_dir", data_dir, 0, "data", check_not_empty,
	     "Folder of the database, keys, recordings and journals; made when missing"),
	INT("server.max_calls", max_calls, RELOAD, "1000", 1, 100000,
	    "Calls at once; beyond it callers hear busy"),
	INT("server.drain_ms", drain_ms, RELOAD, "30000", 0, 3600000,
	    "[ms] that calls have to end after SIGTERM, before they are said goodbye to"),

	ENUM("log.level", log_level, RELOAD, "info", "error warn info debug",
	     "What is logged; debug may hold what people said"),
	TEXT("log.file", log_file, 0, "", NULL,
	     "Path; empty: standard error. Opened anew on SIGHUP"),
	BOOL("log.json", log_json, 0, "false",
	     "One JSON object a line instead of text"),

	BOOL("journal.enabled", journal_enabled, RELOAD, "true",
	     "Write a journal of each call"),
	BOOL("journal.audio", journal_audio, RELOAD, "true",
	     "With the audio as received; without it hearing cannot be checked"),
	BOOL("recording.enabled", recording_enabled, RELOAD, "true",
	     "Record each call"),

	INT("turn.start_ms", turn_start_ms, RELOAD, "60", 20, 500,
	    "[ms] of speech before a turn counts as begun"),
	INT("turn.min_silence_ms", turn_min_silence_ms, RELOAD, "180", 100, 5000,
	    "[ms] of silence: shortest that ends a turn (after a yes or no)"),
	INT("turn.silence_ms", turn_silence_ms, RELOAD, "600", 100, 10000,
	    "[ms] of silence that usually ends a turn"),
	INT("turn.max_silence_ms", turn_max_silence_ms, RELOAD, "2500", 200, 20000,
	    "[ms] of silence: longest that is waited for (an unfinished number)"),
	INT("turn.max_ms", turn_max_ms, RELOAD, "30000", 2000, 300000,
	    "[ms] after which a turn is cut"),
	BOOL("turn.heard_keys", turn_heard_keys, RELOAD, "true",
	     "Keys count that are only heard (tones), not told by the carrier"),

	BOOL("bargein.enabled", bargein_enabled, RELOAD, "true",
	     "The caller may interrupt"),
	INT("bargein.cut_ms", bargein_cut_ms, RELOAD, "700", 40, 5000,
	    "[ms] of voice that always interrupts"),
	INT("bargein.deadline_ms", bargein_deadline_ms, RELOAD, "1200", 100, 5000,
	    "[ms] to decide between interruption and noise while the agent pauses"),
	INT("bargein.words", bargein_words, RELOAD, "1", 1, 10,
	    "Words, no nods, that interrupt if shown twice; most need 3/4 of "
	    "cut_ms too"),

	INT("dialog.silence_ms", silence_ms, RELOAD, "10000", 1000, 300000,
	    "[ms] of a silent caller before the agent asks again"),
	INT("dialog.silence_prompts", silence_prompts, RELOAD, "2", 0, 10,
	    "Times it asks again before it ends the call politely"),
	INT("dialog.hold_ms", hold_ms, RELOAD, "900", 100, 30000,
	    "[ms] that a question to the Expert may take before a holding line"),
	INT("dialog.hold_again_ms", hold_again_ms, RELOAD, "8000", 1000, 60000,
	    "[ms] between holding lines"),
	INT("dialog.answer_ms", answer_ms, RELOAD, "30000", 1000, 600000,
	    "[ms] that the Expert has to answer a question"),
	INT("dialog.grace_ms", grace_ms, RELOAD, "15000", 0, 600000,
	    "[ms] that a call waits for its lost Expert before it is offered to the next"),
	INT("dialog.goodbye_ms", goodbye_ms, RELOAD, "15000", 1000, 60000,
	    "[ms] ceiling for a goodbye before the line is closed anyway"),
	TEXT("dialog.expert_lost", expert_lost, RELOAD, "continue", check_expert_lost,
	     "When no Expert takes a call whose own was lost: continue, hangup, or transfer:NUMBER"),
	ENUM("dialog.no_expert", no_expert, RELOAD, "wait", "wait busy fallback",
	     "When no Expert takes a call: wait for one, busy, or fallback persona"),
	INT("dialog.no_expert_wait_ms", no_expert_wait_ms, RELOAD, "10000", 0, 300000,
	    "[ms] that wait waits for an Expert"),
	TEXT("dialog.fallback_name", fallback_name, RELOAD, "the assistant", check_not_empty,
	     "Who speaks without an Expert"),
	INT("dialog.utc_offset_minutes", utc_offset_minutes, RELOAD, "0", -720, 840,
	    "[minutes] of the callers' time zone from UTC, for \"today\" and \"at five\""),

	INT("expert.offer_ms", expert_offer_ms, RELOAD, "2000", 100, 60000,
	    "[ms] that an Expert has to claim an offered call"),
	INT("expert.ping_ms", expert_ping_ms, 0, "10000", 1000, 300000,
	    "[ms] of silence before an Expert is pinged; it is lost after three times that"),
	INT("expert.resume_ms", expert_resume_ms, 0, "60000", 1000, 600000,
	    "[ms] that a lost Expert socket may be resumed"),

	TEXT("outbound.numbers", outbound_numbers, RELOAD, "+15555550100", check_numbers,
	     "Numbers that calls are placed from, the first unless said: +NUMBER,+NUMBER=KEY; with the name of an API key, by that key alone"),
	INT("outbound.max_calls", outbound_max_calls, RELOAD, "20", 0, 100000,
	    "Placed calls at once, ringing or answered; 0: none are placed"),
	INT("outbound.per_minute", outbound_per_minute, RELOAD, "60", 1, 100000,
	    "Calls that an API key may place within a minute"),
	INT("outbound.ring_ms", outbound_ring_ms, RELOAD, "30000", 1000, 300000,
	    "[ms] of ringing after which nobody has answered"),

	ENUM("stt.provider", stt_provider, 0, "pocketsphinx", "pocketsphinx none",
	     "Recognizer: pocketsphinx (built in), or none: typed calls only"),
	TEXT("stt.model_dir", stt_model_dir, 0, "", NULL,
	     "Folder of its acoustic model; empty: where Debian installs it"),
	INT("stt.decoders", stt_decoders, 0, "0", 0, 256,
	    "Recognizers kept in memory (about 100 MB each); 0: one a core"),

	ENUM("tts.provider", tts_provider, 0, "flite", "flite",
	     "Synthesizer: flite (built in)"),
	TEXT("tts.voice", tts_voice, 0, "slt", check_not_empty,
	     "Voice of the agent; flite has slt, rms, awb, kal16, kal"),
	INT("tts.cache_kb", tts_cache_kb, 0, "16384", 0, 1048576,
	    "[KiB] of rendered phrases kept"),

	ENUM("llm.provider", llm_provider, 0, "builtin", "builtin openai",
	     "builtin (rules, no account) or openai (any OpenAI-compatible service)"),
	TEXT("llm.url", llm_url, 0, "", check_url,
	     "Base URL of the service, without /chat/completions"),
	TEXT("llm.model", llm_model, 0, "", NULL,
	     "Model that the service is asked for"),
	TEXT("llm.key_file", llm_key_file, 0, "", NULL,
	     "File that holds the service's key"),
	TEXT("llm.key", llm_key, SECRET, "", NULL,
	     "The service's key"),
	INT("llm.first_token_ms", llm_first_token_ms, RELOAD, "5000", 100, 120000,
	    "[ms] to the first token before the built-in engine stands in"),
	INT("llm.idle_ms", llm_idle_ms, RELOAD, "10000", 100, 120000,
	    "[ms] between tokens before the answer counts as broken"),

	TEXT("twilio.auth_token", twilio_auth_token, SECRET, "", NULL,
	     "Auth token of the account; when set, webhooks must be signed with it"),
	TEXT("twilio.auth_token_file", twilio_auth_token_file, 0, "", NULL,
	     "File that holds the auth token"),
	TEXT("twilio.account_sid", twilio_account_sid, 0, "", NULL,
	     "Account (AC...), for transfers and for calls that are placed"),
	TEXT("twilio.api_url", twilio_api_url, 0, "https://api.twilio.com", check_url,
	     "REST API of the carrier, for the same"),
	INT("twilio.token_ms", twilio_token_ms, RELOAD, "30000", 1000, 600000,
	    "[ms] that the single-use token of a media socket lives"),

	TEXT("web.codes", web_codes, RELOAD, "demo=+15555550100", check_codes,
	     "Codes that open an agent in the browser: code=ADDRESS,code=ADDRESS"),
};
const size_t settings_table_n =
	sizeof(settings_table) / sizeof(settings_table[0]);
/* clang-format on */
