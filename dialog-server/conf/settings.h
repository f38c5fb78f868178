/**
 * @file settings.h  Every setting, typed; the table is in settings.c
 *
 *   defaults < file (YAML) < environment DIALOG_X_Y < --set x.y=value
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { SETTING_TEXT_MAX = 512 };

/** Values in force. Borrowed until process exit; reload makes a new one. */
struct settings {
	/* listen.* */
	char listen_address[SETTING_TEXT_MAX];    /* 127.0.0.1 */
	int64_t listen_port;                      /* 8800; 0: any */
	char tls_cert[SETTING_TEXT_MAX], tls_key[SETTING_TEXT_MAX];
	char public_url[SETTING_TEXT_MAX];        /* as carriers reach us */
	int64_t max_connections;
	/* server.* */
	int64_t shards;                           /* 0: one a core */
	int64_t workers;                          /* 0: one a core */
	char data_dir[SETTING_TEXT_MAX];
	int64_t max_calls;
	int64_t drain_ms;
	/* log.* */
	char log_level[SETTING_TEXT_MAX];         /* error warn info debug */
	char log_file[SETTING_TEXT_MAX];          /* "": standard error */
	int64_t log_json;
	/* journal.*, recording.* */
	int64_t journal_enabled, journal_audio, recording_enabled;
	/* turn.* [ms] */
	int64_t turn_start_ms, turn_min_silence_ms, turn_silence_ms;
	int64_t turn_max_silence_ms, turn_max_ms;
	int64_t bargein_enabled, bargein_cut_ms, bargein_deadline_ms;
	int64_t bargein_words;
	/* dialog.* */
	int64_t silence_ms, silence_prompts;
	int64_t hold_ms, hold_again_ms, answer_ms, grace_ms, goodbye_ms;
	char expert_lost[SETTING_TEXT_MAX];       /* continue hangup transfer:N */
	char no_expert[SETTING_TEXT_MAX];         /* wait, busy, fallback */
	int64_t no_expert_wait_ms;
	char fallback_name[SETTING_TEXT_MAX];
	int64_t utc_offset_minutes;
	/* expert.* */
	int64_t expert_offer_ms;                  /* to claim an offer */
	int64_t expert_ping_ms, expert_resume_ms;
	/* stt.*, tts.*, llm.* */
	char stt_provider[SETTING_TEXT_MAX];      /* pocketsphinx */
	char stt_model_dir[SETTING_TEXT_MAX];
	int64_t stt_decoders;                     /* 0: one a core */
	char tts_provider[SETTING_TEXT_MAX];      /* flite */
	char tts_voice[SETTING_TEXT_MAX];         /* slt */
	int64_t tts_cache_kb;
	char llm_provider[SETTING_TEXT_MAX];      /* builtin, openai */
	char llm_url[SETTING_TEXT_MAX], llm_model[SETTING_TEXT_MAX];
	char llm_key_file[SETTING_TEXT_MAX];
	char llm_key[SETTING_TEXT_MAX];           /* secret: environment only */
	int64_t llm_first_token_ms, llm_idle_ms;
	/* twilio.*, web.* */
	char twilio_auth_token[SETTING_TEXT_MAX]; /* secret */
	char twilio_auth_token_file[SETTING_TEXT_MAX];
	char twilio_account_sid[SETTING_TEXT_MAX];
	char twilio_api_url[SETTING_TEXT_MAX];    /* for transfers by REST */
	int64_t twilio_token_ms;                  /* life of a media token */
	char web_codes[SETTING_TEXT_MAX];         /* "demo=+15555550100,..." */
};

/** What went wrong where, for people: "turn.silence_ms: 90000 is above the
 *  largest value 10000 (file.yaml:12)". */
struct settings_error {
	char text[512];
};

/**
 * Defaults, then file, environment, and the --set list.
 *
 * @param file    NULL: none
 * @param sets    "key=value" strings, sets[n]
 * @return 0, -ENOENT (file), -EINVAL (*reterr), -EBADMSG (YAML, *reterr)
 */
int settings_load(struct settings *ret, const char *file,
		  const char *const *sets, size_t n,
		  struct settings_error *reterr);

/** Take over what may change while running; the rest stays.
 *  @param ret_ignored  names that changed but need a restart, or NULL */
void settings_reload(struct settings *now, const struct settings *fresh,
		     struct strbuf *ret_ignored);

/** The commented sample, or with values: what is in force. Secrets show as
 *  "(set)" or "". */
void settings_print(struct strbuf *b, const struct settings *values);

#endif /* CONF_SETTINGS_H */
