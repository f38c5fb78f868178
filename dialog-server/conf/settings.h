/**
 * @file settings.h  Every setting, typed; the table is in settings_table.c
 *
 *   defaults < file (YAML) < environment DIALOG_X_Y < --set x.y=value
 *
 * A variable DIALOG_* that is not a setting is an error, except DIALOG_URL,
 * DIALOG_API_KEY and DIALOG_CA_FILE, which are dialogctl's. A secret comes
 * from the environment or from a file of its own that a setting *_file names;
 * it is refused in the configuration and in --set, where others could read it,
 * and never printed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { SETTING_TEXT_MAX = 512 };

/** Values in force. A reload goes through settings_reload(). */
struct settings {
	/* listen.address, .port, .tls_cert, .tls_key, .public_url,
	 * .max_connections */
	char listen_address[SETTING_TEXT_MAX]; /* 127.0.0.1 */
	int64_t listen_port;                   /* 8800; 0: any */
	char tls_cert[SETTING_TEXT_MAX], tls_key[SETTING_TEXT_MAX];
	char public_url[SETTING_TEXT_MAX]; /* as carriers reach us */
	int64_t max_connections;
	/* server.shards, .workers, .data_dir, .max_calls, .drain_ms */
	int64_t shards;  /* 0: one a core */
	int64_t workers; /* 0: one a core */
	char data_dir[SETTING_TEXT_MAX];
	int64_t max_calls;
	int64_t drain_ms;
	/* log.level, .file, .json */
	char log_level[SETTING_TEXT_MAX]; /* error warn info debug */
	char log_file[SETTING_TEXT_MAX];  /* "": standard error */
	int64_t log_json;
	/* journal.enabled, journal.audio, recording.enabled */
	int64_t journal_enabled, journal_audio, recording_enabled;
	/* turn.start_ms, .min_silence_ms, .silence_ms, .max_silence_ms,
	 * .max_ms */
	int64_t turn_start_ms, turn_min_silence_ms, turn_silence_ms;
	int64_t turn_max_silence_ms, turn_max_ms;
	int64_t turn_heard_keys;
	/* bargein.enabled, .cut_ms, .deadline_ms, .words */
	int64_t bargein_enabled, bargein_cut_ms, bargein_deadline_ms;
	int64_t bargein_words;
	/* dialog.silence_ms, .silence_prompts, .hold_ms, .hold_again_ms,
	 * .answer_ms, .grace_ms, .goodbye_ms, .expert_lost, .no_expert,
	 * .no_expert_wait_ms, .fallback_name, .utc_offset_minutes */
	int64_t silence_ms, silence_prompts;
	int64_t hold_ms, hold_again_ms, answer_ms, grace_ms, goodbye_ms;
	char expert_lost[SETTING_TEXT_MAX]; /* continue hangup transfer:N */
	char no_expert[SETTING_TEXT_MAX];   /* wait, busy, fallback */
	int64_t no_expert_wait_ms;
	char fallback_name[SETTING_TEXT_MAX];
	int64_t utc_offset_minutes;
	/* expert.offer_ms, .ping_ms, .resume_ms */
	int64_t expert_offer_ms; /* to claim an offer */
	int64_t expert_ping_ms, expert_resume_ms;
	/* outbound.numbers, .max_calls, .per_minute, .ring_ms */
	char outbound_numbers[SETTING_TEXT_MAX]; /* "+1555..,+1555..=KEY" */
	int64_t outbound_max_calls, outbound_per_minute, outbound_ring_ms;
	/* stt.provider, .model_dir, .decoders */
	char stt_provider[SETTING_TEXT_MAX];  /* pocketsphinx */
	char stt_model_dir[SETTING_TEXT_MAX]; /* "": the driver's own */
	int64_t stt_decoders;                 /* 0: one a core */
	/* tts.provider, .voice, .cache_kb */
	char tts_provider[SETTING_TEXT_MAX]; /* flite */
	char tts_voice[SETTING_TEXT_MAX];    /* slt */
	int64_t tts_cache_kb;
	/* llm.provider, .url, .model, .key_file, .key, .first_token_ms,
	 * .idle_ms */
	char llm_provider[SETTING_TEXT_MAX]; /* builtin, openai */
	char llm_url[SETTING_TEXT_MAX], llm_model[SETTING_TEXT_MAX];
	char llm_key_file[SETTING_TEXT_MAX];
	char llm_key[SETTING_TEXT_MAX]; /* secret; settings_load()
					   reads it from key_file */
	int64_t llm_first_token_ms, llm_idle_ms;
	/* twilio.auth_token, .auth_token_file, .account_sid, .api_url,
	 * .token_ms; web.codes */
	char twilio_auth_token[SETTING_TEXT_MAX]; /* secret, as llm_key */
	char twilio_auth_token_file[SETTING_TEXT_MAX];
	char twilio_account_sid[SETTING_TEXT_MAX];
	char twilio_api_url[SETTING_TEXT_MAX]; /* for transfers by REST */
	int64_t twilio_token_ms;               /* life of a media token */
	char web_codes[SETTING_TEXT_MAX];      /* "demo=+15555550100,..." */
};

/** What went wrong where, for people: "turn.silence_ms: 90000 is above the
 *  largest value 10000 (file.yaml:12)". */
struct settings_error {
	char text[512];
};

/** Every setting at its default. */
void settings_default(struct settings *ret);

/**
 * Put YAML text over the values in s.
 *
 * @param name  of the source, for messages
 * @return 0, -EINVAL or -EBADMSG or -EMSGSIZE (*reterr); s is then undefined
 */
int settings_parse(struct settings *s, const char *text, size_t len,
		   const char *name, struct settings_error *reterr);

/**
 * Defaults, then file, environment, and the --set list; then reads the files
 * of secrets and checks settings against each other.
 *
 * @param ret     untouched on failure
 * @param file    NULL: none
 * @param sets    "key=value" strings, sets[n]
 * @return 0, -ENOENT or another -errno (file), -EINVAL (value), -EBADMSG
 *         (YAML), -EMSGSIZE (over a limit); *reterr says what and where
 * @thread main
 */
int settings_load(struct settings *ret, const char *file,
		  const char *const *sets, size_t n,
		  struct settings_error *reterr);

/** One mistake; text is borrowed. */
typedef void(settings_tell_fn)(void *arg, const char *text);

/**
 * As settings_load(), for every mistake and not only the first. Bad YAML ends
 * the reading of its file; the other sources are still looked at.
 *
 * @return how many were told, 0: all is well, -ENOMEM @thread main
 */
int settings_check(const char *file, const char *const *sets, size_t n,
		   settings_tell_fn *tell, void *arg);

/** Take over what may change while running; the rest stays.
 *  @param ret_ignored  names that changed but need a restart, or NULL
 *  @thread the owner of `now` */
void settings_reload(struct settings *now, const struct settings *fresh,
		     struct strbuf *ret_ignored);

/** Write values as a commented YAML file that settings_load() reads back.
 *  Secrets are left out; a comment says whether they are set.
 *  @param values  NULL: the defaults, the sample */
void settings_print(struct strbuf *b, const struct settings *values);

#endif /* CONF_SETTINGS_H */
