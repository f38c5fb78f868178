/**
 * @file xp_events.c  The table of events
 *
 * Each kind is one line: which member of the message goes into which member of
 * the struct, and how.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/xp_event.h"

static const struct xp_word results[] = {
	{"done", XP_RESULT_DONE},
	{"refused", XP_RESULT_REFUSED},
	{"ignored", XP_RESULT_IGNORED},
	{NULL, 0},
};

static const struct xp_word endings[] = {
	{"decided", XP_ENDING_DECIDED},
	{"cancelled", XP_ENDING_CANCELLED},
	{NULL, 0},
};

static const struct xp_word bys[] = {
	{"expert", XP_BY_EXPERT},
	{"agent", XP_BY_AGENT},
	{"server", XP_BY_SERVER},
	{"caller", XP_BY_CALLER},
	{NULL, 0},
};

static const struct xp_word transfers[] = {
	{"trying", XP_TRANSFER_TRYING},     {"ringing", XP_TRANSFER_RINGING},
	{"answered", XP_TRANSFER_ANSWERED}, {"failed", XP_TRANSFER_FAILED},
	{"returned", XP_TRANSFER_RETURNED}, {NULL, 0},
};

static const struct xp_word outcomes[] = {
	{"cut", XP_OUTCOME_CUT},
	{"resumed", XP_OUTCOME_RESUMED},
	{NULL, 0},
};

static const struct xp_word validities[] = {
	{"valid", XP_VALID},
	{"invalid", XP_INVALID},
	{"checking", XP_CHECKING},
	{NULL, 0},
};

static const struct xp_word recordings[] = {
	{"on", XP_RECORDING_ON},
	{"paused", XP_RECORDING_PAUSED},
	{"off", XP_RECORDING_OFF},
	{NULL, 0},
};

static const struct xp_word consents[] = {
	{"unknown", XP_CONSENT_UNKNOWN},
	{"given", XP_CONSENT_GIVEN},
	{"refused", XP_CONSENT_REFUSED},
	{NULL, 0},
};

#define AT(field) offsetof(struct xp_event, field)
#define KEY(name, field)                                      \
	{                                                     \
		XP_HOW_KEY, name, AT(field), NULL, 0, NULL, 0 \
	}
#define TEXT(name, field)                                      \
	{                                                      \
		XP_HOW_TEXT, name, AT(field), NULL, 0, NULL, 0 \
	}
#define TEXT_OR(name, field, dflt)                                \
	{                                                         \
		XP_HOW_TEXT_OR, name, AT(field), dflt, 0, NULL, 0 \
	}
#define ID_OR(name, field)                                      \
	{                                                       \
		XP_HOW_ID_OR, name, AT(field), NULL, 0, NULL, 0 \
	}
#define FLAG(name, field)                                      \
	{                                                      \
		XP_HOW_FLAG, name, AT(field), NULL, 0, NULL, 0 \
	}
#define CODE(name, field)                                      \
	{                                                      \
		XP_HOW_CODE, name, AT(field), NULL, 0, NULL, 0 \
	}
#define COUNT(name, field)                                      \
	{                                                       \
		XP_HOW_COUNT, name, AT(field), NULL, 0, NULL, 0 \
	}
#define WORD(name, field, words)                                \
	{                                                       \
		XP_HOW_WORD, name, AT(field), NULL, 0, words, 0 \
	}
#define WORD_OR(name, field, words)                                \
	{                                                          \
		XP_HOW_WORD_OR, name, AT(field), NULL, 0, words, 0 \
	}
#define JSON(name)                                                  \
	{                                                           \
		XP_HOW_JSON, name, AT(value_json), NULL, 0, NULL, 0 \
	}
#define HEARD(how, name, field, most)                                \
	{                                                            \
		how, name, AT(field), NULL, XP_EXT_HEARD, NULL, most \
	}

#define RESUME(how, name, field)                                   \
	{                                                          \
		how, name, AT(field), NULL, XP_EXT_RESUME, NULL, 0 \
	}

const struct xp_event_type xp_event_types[] = {
	{XP_CALLER_SPEECH,
	 "caller-speech",
	 0,
	 {TEXT("utterance", text), ID_OR("utterance_id", id),
	  HEARD(XP_HOW_FLAG, "final", final, 0),
	  HEARD(XP_HOW_COUNT_OR, "start_ms", start_ms, 0),
	  HEARD(XP_HOW_COUNT_OR, "end_ms", end_ms, 0),
	  HEARD(XP_HOW_COUNT_OR, "confidence", confidence, 100)}},
	{XP_AGENT_SPEECH,
	 "agent-speech",
	 0,
	 {TEXT("utterance", text), FLAG("interrupted", interrupted),
	  HEARD(XP_HOW_TEXT_OR, "heard_text", heard_text, 0),
	  HEARD(XP_HOW_COUNT_OR, "heard_ms", heard_ms, 0)}},
	{XP_AGENT_QUESTION,
	 "agent-question",
	 0,
	 {KEY("question_id", id), TEXT("question", text)}},
	{XP_ACTION_REQUEST,
	 "action-request",
	 0,
	 {KEY("intent_id", id), TEXT("intent_summary", text)}},
	{XP_EXECUTE_ACTION,
	 "execute-action",
	 0,
	 {KEY("action_key", key), RESUME(XP_HOW_ID_OR, "execution_id", id),
	  RESUME(XP_HOW_FLAG, "again", again)}},
	{XP_ACTION_ITEM_DONE,
	 "action-item-done",
	 0,
	 {KEY("key", key), JSON("payload")}},
	{XP_TASK_DONE, "task-done", 0, {KEY("task_id", id)}},
	{XP_CHOICE_QUERY,
	 "choice-query",
	 0,
	 {KEY("field_key", key), TEXT("query", text), KEY("query_id", id)}},
	{XP_ESCALATE, "escalate", 0, {TEXT_OR("requested_by", text, "human")}},
	{XP_AGENT_DTMF,
	 "agent-dtmf",
	 0,
	 {JSON("digits"), TEXT_OR("requested_by", text, "agent")}},
	{XP_DTMF,
	 "dtmf",
	 0,
	 {KEY("digit", text), TEXT_OR("recent_digits", recent, "")}},
	{XP_OUTBOUND_CONNECTED, "outbound-call-connected", 0, {{0}}},
	{XP_OUTBOUND_FAILED,
	 "outbound-call-failed",
	 0,
	 {CODE("error_code", code), TEXT_OR("error_reason", text, "")}},
	{XP_SESSION_ENDED,
	 "bot-session-ended",
	 0,
	 {TEXT("termination_reason", text), FLAG("dnc", dnc)}},
	{XP_ERROR, "error", 0, {TEXT("content", text)}},
	{XP_WARNING, "warning", 0, {TEXT("content", text)}},
	{XP_COMMAND_RESULT,
	 "command-result",
	 XP_EXT_RESULTS,
	 {KEY("command_id", id), WORD("status", result, results),
	  ID_OR("reason", reason), TEXT_OR("detail", detail, "")}},
	{XP_CALL_ENDING,
	 "call-ending",
	 XP_EXT_HANGUP,
	 {WORD("state", ending, endings), WORD_OR("by", by, bys),
	  TEXT_OR("reason", text, NULL)}},
	{XP_SAID,
	 "said",
	 XP_EXT_SAY,
	 {KEY("say_id", id), TEXT("heard_text", heard_text),
	  COUNT("heard_ms", heard_ms), FLAG("interrupted", interrupted)}},
	{XP_CALL_SNAPSHOT,
	 "call-snapshot",
	 XP_EXT_RESUME,
	 {{XP_HOW_SNAPSHOT, NULL, AT(snapshot), NULL, 0, NULL, 0},
	  {XP_HOW_MOVING, NULL, AT(snapshot), NULL, XP_EXT_TRANSFER, NULL,
	   0}}},
	{XP_SAVED_STATE, "saved-state", XP_EXT_STATE, {JSON("state")}},
	{XP_TRANSFER_STATUS,
	 "transfer-status",
	 XP_EXT_TRANSFER,
	 {WORD("status", transfer, transfers), ID_OR("transfer_id", id),
	  TEXT_OR("to_number", to, ""), ID_OR("cause", reason),
	  TEXT_OR("detail", detail, "")}},
	{XP_CALLER_TURN_ENDED,
	 "caller-turn-ended",
	 XP_EXT_TURNS,
	 {ID_OR("utterance_id", id), COUNT("start_ms", start_ms),
	  COUNT("end_ms", end_ms)}},
	{XP_CALLER_SILENT,
	 "caller-silent",
	 XP_EXT_TURNS,
	 {COUNT("silence_ms", silence_ms), COUNT("prompts", prompts)}},
	{XP_BARGE_IN,
	 "barge-in",
	 XP_EXT_TURNS,
	 {COUNT("at_ms", at_ms), WORD("outcome", outcome, outcomes)}},
	{XP_LANGUAGE_CHANGED,
	 "language-changed",
	 XP_EXT_TURNS,
	 {KEY("language", text), WORD_OR("by", by, bys)}},
	{XP_FIELD_COLLECTED,
	 "field-collected",
	 XP_EXT_FIELDS,
	 {KEY("key", key), JSON("value"), WORD("status", validity, validities),
	  ID_OR("problem", reason), ID_OR("validation_id", id)}},
	{XP_HAND_OVER_FAILED,
	 "hand-over-failed",
	 XP_EXT_CAPACITY,
	 {KEY("cause", reason), TEXT_OR("detail", detail, "")}},
	{XP_SERVER_DRAINING,
	 "server-draining",
	 XP_EXT_CAPACITY,
	 {COUNT("deadline_ms", deadline_ms)}},
	{XP_RECORDING_STATE,
	 "recording-state",
	 XP_EXT_RECORDING,
	 {WORD("state", recording, recordings),
	  WORD("consent", consent, consents)}},
	{XP_EV_UNKNOWN, NULL, 0, {{0}}},
};
