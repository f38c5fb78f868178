/**
 * @file xp.h  The Expert protocol as C structs: decode and encode
 *
 *   text --xp_*_decode--> struct (owns its strings) --xp_*_encode--> text
 *
 * One codec for server and library; depends on jansson only. Pure: no I/O, no
 * clock, no log. Unknown fields are ignored, unknown types are reported as
 * XP_..._UNKNOWN with their name. A key given twice, \u0000, and text that is
 * not UTF-8 are refused. See proto/PROTOCOL.md.
 *
 * The functions with _for take the extensions that are agreed for the link and
 * know exactly those; the ones without know the published protocol only. A
 * struct may hold what is not agreed: it is left out on the way.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_H
#define PROTO_XP_H

#include <stddef.h>
#include <stdint.h>

enum {
	XP_MESSAGE_BYTES_MAX = 256 * 1024,
	XP_ITEMS_MAX = 64,
	XP_CHOICES_MAX = 128,
	XP_ACTIONS_MAX = 32,
	XP_TEXT_BYTES_MAX = 8 * 1024,
	XP_INSTRUCTION_BYTES_MAX = 32 * 1024, /**< carries whole documents */
	XP_KEY_BYTES_MAX = 128,
	XP_DEPTH_MAX = 32,
	XP_EXTENSIONS_MAX = 32,              /**< names in open */
	XP_STATE_BYTES_MAX = 16 * 1024,      /**< of set-state, as written */
	XP_LINES_MAX = 64,                   /**< of a snapshot's transcript */
	XP_TRANSCRIPT_BYTES_MAX = 32 * 1024, /**< of its texts */
	XP_OPEN_MAX = 32,                    /**< of each kind in a snapshot */
	XP_PATTERN_BYTES_MAX = 256,          /**< of a field */
	XP_LABELS_MAX = 16,                  /**< of a listener */
	XP_MAX_CALLS_MAX = 100000,           /**< of a listener */
	XP_RING_MS_MIN = 5000,               /**< of a transfer */
	XP_RING_MS_MAX = 120000,
	XP_END_SILENCE_MS_MIN = 200, /**< of a field's listening */
	XP_END_SILENCE_MS_MAX = 5000,
	XP_PATIENCE_MS_MIN = 1000,
	XP_PATIENCE_MS_MAX = 60000,
};

/* ---- extensions --------------------------------------------------------- */

/** What may be agreed in open and open-ack; section 9 of PROTOCOL.md. */
enum xp_extension {
	XP_EXT_RESULTS = 1 << 0,
	XP_EXT_HANGUP = 1 << 1,
	XP_EXT_SAY = 1 << 2,
	XP_EXT_HEARD = 1 << 3,
	XP_EXT_RESUME = 1 << 4,
	XP_EXT_STATE = 1 << 5,
	XP_EXT_TRANSFER = 1 << 6,
	XP_EXT_TURNS = 1 << 7,
	XP_EXT_FIELDS = 1 << 8,
	XP_EXT_CAPACITY = 1 << 9,
	XP_EXT_RECORDING = 1 << 10,
	XP_EXT_ALL = (1 << 11) - 1,
};

/** @param one  a single XP_EXT_... @return its name, NULL for anything else */
const char *xp_extension_name(uint32_t one);

/** @return XP_EXT_..., 0 when the name is not known */
uint32_t xp_extension_named(const char *name);

/* Closed lists of words. The first member of each is what an absent or null
 * member of the message gives, and what is left out when it is written. */

enum xp_when { XP_WHEN_HEARD, XP_WHEN_NOW };
enum xp_then { XP_THEN_DEFAULT, XP_THEN_RETURN, XP_THEN_HANG_UP };
enum xp_yes { XP_YES_DEFAULT, XP_NO, XP_YES };
enum xp_barge_in {
	XP_BARGE_IN_DEFAULT,
	XP_BARGE_IN_ANY,
	XP_BARGE_IN_WORDS,
	XP_BARGE_IN_OFF,
};
enum xp_address_kind {
	XP_ADDRESS_SAME, /**< the address that the call came to */
	XP_ADDRESS_PHONE,
	XP_ADDRESS_WEB,
	XP_ADDRESS_SIP,
};
enum xp_recording {
	XP_RECORDING_UNCHANGED, /**< command only */
	XP_RECORDING_ON,
	XP_RECORDING_PAUSED,
	XP_RECORDING_OFF, /**< event only */
};
enum xp_consent { XP_CONSENT_UNKNOWN, XP_CONSENT_GIVEN, XP_CONSENT_REFUSED };
enum xp_result { XP_RESULT_DONE, XP_RESULT_REFUSED, XP_RESULT_IGNORED };
enum xp_ending { XP_ENDING_DECIDED, XP_ENDING_CANCELLED };
enum xp_by {
	XP_BY_UNKNOWN,
	XP_BY_EXPERT,
	XP_BY_AGENT,
	XP_BY_SERVER,
	XP_BY_CALLER
};
enum xp_transfer {
	XP_TRANSFER_TRYING,
	XP_TRANSFER_RINGING,
	XP_TRANSFER_ANSWERED,
	XP_TRANSFER_FAILED,
	XP_TRANSFER_RETURNED,
	XP_TRANSFER_WAITING, /**< snapshot only */
};
enum xp_outcome { XP_OUTCOME_CUT, XP_OUTCOME_RESUMED };
enum xp_validity { XP_VALID, XP_INVALID, XP_CHECKING };
enum xp_cause { XP_CAUSE_START, XP_CAUSE_LOST, XP_CAUSE_HAND_OVER };
enum xp_role { XP_ROLE_CALLER, XP_ROLE_AGENT, XP_ROLE_SYSTEM };
enum xp_progress {
	XP_PROGRESS_PENDING,
	XP_PROGRESS_ASKING,
	XP_PROGRESS_CHECKING,
	XP_PROGRESS_DONE,
	XP_PROGRESS_SKIPPED,
};

/* Words of lists that may grow, as they stand on the wire. */
#define XP_REASON_MALFORMED        "malformed"
#define XP_REASON_TOO_LARGE        "too-large"
#define XP_REASON_UNKNOWN_COMMAND  "unknown-command"
#define XP_REASON_NOT_NOW          "not-now"
#define XP_REASON_NOT_SUPPORTED    "not-supported"
#define XP_REASON_NO_ROOM          "no-room"
#define XP_REASON_FAILED           "failed"
#define XP_REASON_ALREADY_ANSWERED "already-answered"
#define XP_REASON_TOO_LATE         "too-late"
#define XP_REASON_ENDING           "ending"
#define XP_CAUSE_BUSY              "busy"
#define XP_CAUSE_NO_ANSWER         "no-answer"
#define XP_CAUSE_REJECTED          "rejected"
#define XP_CAUSE_UNREACHABLE       "unreachable"
#define XP_CAUSE_INVALID           "invalid-destination"
#define XP_CAUSE_NOT_SUPPORTED     "not-supported"
#define XP_CAUSE_CANCELLED         "cancelled"
#define XP_CAUSE_NOBODY            "nobody"
#define XP_CAUSE_ERROR             "error"
#define XP_PROBLEM_PATTERN         "pattern"
#define XP_PROBLEM_RANGE           "range"
#define XP_PROBLEM_CHOICE          "choice"

/* ---- the numbered layer ------------------------------------------------- */

enum xp_frame_kind {
	XP_FRAME_UNKNOWN,
	XP_OPEN,     /**< name, connection_id, is_reopen, last_seen,
			  extensions */
	XP_OPEN_ACK, /**< is_reopen, last_seen, extensions */
	XP_MESSAGE,  /**< sequence, payload */
	XP_ACK,      /**< last_seen */
	XP_PING,     /**< ping_ms */
	XP_PONG,     /**< ping_ms, pong_ms */
	XP_CLOSE,    /**< reason, description */
};

struct xp_frame {
	enum xp_frame_kind kind;
	const char *type; /**< message_type as received */
	const char *name, *connection_id;
	int is_reopen;
	int64_t last_seen, sequence;
	int64_t ping_ms, pong_ms;
	const char *reason, *description;
	const char *payload; /**< JSON text of the object */
	size_t payload_len;
	uint32_t extensions; /**< open, open-ack: XP_EXT_*; unknown names are
				  not among them */
	void *root;          /**< owner of the strings */
};

/* ---- listen socket ------------------------------------------------------ */

enum xp_listen_kind {
	XP_LISTEN_UNKNOWN,
	XP_LISTEN_STARTED, /**< other_listeners */
	XP_INCOMING_CALL,  /**< call_id */
	XP_ASSIGN_CALL,    /**< call_id, info */
	XP_CLAIM_CALL,
	XP_ANSWER_CALL,
	XP_DECLINE_CALL, /**< call_id */
	/* capacity */
	XP_LISTENER_STATUS, /**< max_calls, labels_json, draining */
	XP_LISTEN_DRAINING, /**< deadline_ms */
	XP_WITHDRAW_CALL,   /**< call_id */
};

enum xp_call_type { XP_CALL_PSTN, XP_CALL_WEBRTC, XP_CALL_SIP };

struct xp_call_info {
	enum xp_call_type type;
	const char *from_number, *to_number, *caller_id; /**< pstn; NULL ok */
	const char *webrtc_code;
	const char *from_aor, *sip_code;
	const char *sip_headers_json; /**< object text, or NULL */
};

struct xp_listen {
	enum xp_listen_kind kind;
	const char *type;
	const char *call_id;
	int64_t other_listeners;
	struct xp_call_info info;
	int taken_over;          /**< resume: it had an Expert before */
	int64_t max_calls;       /**< -1: no bound */
	const char *labels_json; /**< object of texts; NULL: as before */
	int draining;
	int64_t deadline_ms;
	void *root;
};

/* ---- tasks -------------------------------------------------------------- */

enum xp_item_kind { XP_ITEM_FIELD, XP_ITEM_SAY, XP_ITEM_TODO };

/** How to listen while a field is asked; all zeroes: the server's own way. */
struct xp_listening {
	int64_t end_silence_ms, patience_ms;
	enum xp_barge_in barge_in;
	enum xp_yes keypad;
};

struct xp_item {
	enum xp_item_kind kind;
	const char *key;
	const char *description; /**< field, todo */
	const char *question;    /**< field; "" when none */
	const char *field_type;  /**< "text", "integer", ... */
	int required, searchable, sensitive;
	uint32_t n_choices;
	const char *const *choices;
	const char *statement; /**< say */
	/* fields; NULL, 0: no such bound */
	const char *pattern;
	int has_minimum, has_maximum;
	int64_t minimum, maximum;
	const char *earliest, *latest;
	int validate;
	struct xp_listening listening; /**< turns */
};

struct xp_action {
	const char *key, *description;
};

/* ---- commands, client to server ----------------------------------------- */

enum xp_command_kind {
	XP_CMD_UNKNOWN,
	XP_SET_PERSONA,       /**< agent_name, organization, purpose, voice */
	XP_REGISTERED_HOOKS,  /**< has_*, accept_dtmf */
	XP_SET_LANGUAGE_MODE, /**< text: primary; choices: secondary */
	XP_SET_VARIABLE,      /**< key, value_json */
	XP_SET_TASK,          /**< key: task id, objective, criteria, items */
	XP_RETRY_TASK,        /**< text: reason */
	XP_READ_SCRIPT,       /**< text */
	XP_SEND_INSTRUCTION,  /**< text */
	XP_ANSWER_QUESTION,   /**< id, text */
	XP_ACTION_SUGGESTION, /**< id, actions */
	XP_CHOICE_QUERY_RESULT, /**< key: field, id, choices: matched, others
				 */
	XP_TRANSFER_CALL,       /**< text: message, to, soft */
	XP_SEND_CALLER_TEXT,    /**< text */
	XP_EXPERT_ERROR,        /**< text */
	XP_SET_AGENT_DTMF,      /**< enabled */
	XP_SEND_AGENT_DTMF,     /**< choices: digits */
	XP_HANG_UP,             /**< hangup: when, text or NULL, cancellable */
	XP_SAY,                 /**< say: id, text, when, interruptible */
	XP_SET_STATE,           /**< state: value_json */
	XP_ACTION_DONE,         /**< resume: id: of the execution */
	XP_VALIDATE_RESULT,     /**< fields: id, valid, text: message,
				     value_json or NULL */
	XP_HAND_OVER,           /**< capacity: to_kind, to, text: note */
	XP_SET_RECORDING,       /**< recording: recording, consent */
};

struct xp_command {
	enum xp_command_kind kind;
	const char *type; /**< command_type as received */
	const char *agent_name, *organization, *purpose, *voice; /**< NULL:
					    unchanged */
	int has_on_question, has_on_intent, has_on_action, has_on_escalate;
	int accept_dtmf, has_on_agent_dtmf;
	const char *key, *id, *text, *to;
	const char *value_json;
	const char *objective, *criteria;
	uint32_t n_items;
	const struct xp_item *items;
	uint32_t n_actions;
	const struct xp_action *actions;
	uint32_t n_choices, n_others;
	const char *const *choices;
	const char *const *others;
	int soft, enabled;
	const char *command_id; /**< results; NULL: none */
	enum xp_when when;
	int cancellable, interruptible, valid;
	int64_t ring_ms; /**< transfer: 0: default; its id is in id */
	enum xp_then on_failure, on_end;
	enum xp_address_kind to_kind;
	enum xp_recording recording;
	enum xp_consent consent;
	void *root;
};

/* ---- events, server to client ------------------------------------------- */

enum xp_event_kind {
	XP_EV_UNKNOWN,
	XP_CALLER_SPEECH,    /**< text, id: utterance id or NULL */
	XP_AGENT_SPEECH,     /**< text, interrupted */
	XP_AGENT_QUESTION,   /**< id, text */
	XP_ACTION_REQUEST,   /**< id, text */
	XP_EXECUTE_ACTION,   /**< key; resume: id: of the execution or NULL,
				  again */
	XP_ACTION_ITEM_DONE, /**< key, value_json */
	XP_TASK_DONE,        /**< id: task id */
	XP_CHOICE_QUERY,     /**< key: field, text: query, id */
	XP_ESCALATE,         /**< text: "human" or "agent" */
	XP_DTMF,             /**< text: digit, recent */
	XP_AGENT_DTMF,       /**< value_json: array of digits, text: who wanted
				  it */
	XP_OUTBOUND_CONNECTED,
	XP_OUTBOUND_FAILED, /**< code, text: reason */
	XP_SESSION_ENDED,   /**< text: termination reason, dnc */
	XP_ERROR,
	XP_WARNING,         /**< text */
	XP_COMMAND_RESULT,  /**< results: id, result, reason or NULL, detail */
	XP_CALL_ENDING,     /**< hangup: ending, by, text: reason */
	XP_SAID,            /**< say: id, heard_text, heard_ms, interrupted */
	XP_CALL_SNAPSHOT,   /**< resume: snapshot */
	XP_SAVED_STATE,     /**< state: value_json */
	XP_TRANSFER_STATUS, /**< transfer: transfer, id or NULL, to, reason:
				 cause or NULL, detail */
	XP_CALLER_TURN_ENDED, /**< turns: id or NULL, start_ms, end_ms */
	XP_CALLER_SILENT,     /**< turns: silence_ms, prompts */
	XP_BARGE_IN,          /**< turns: at_ms, outcome */
	XP_LANGUAGE_CHANGED,  /**< turns: text: language, by */
	XP_FIELD_COLLECTED,   /**< fields: key, value_json, validity, reason:
				   problem or NULL, id: validation or NULL */
	XP_HAND_OVER_FAILED,  /**< capacity: reason: cause, detail */
	XP_SERVER_DRAINING,   /**< capacity: deadline_ms */
	XP_RECORDING_STATE,   /**< recording: recording, consent */
};

struct xp_snapshot_item {
	const char *key;
	enum xp_item_kind kind;
	enum xp_progress progress;
};

struct xp_snapshot_line {
	enum xp_role role;
	const char *text;
	int64_t at_ms;
};

/** Something that is open. */
struct xp_asked {
	const char *id;
	const char *key; /**< of a query: the field */
	const char *text;
};

/** Which parts of a snapshot are not whole. */
enum xp_cut {
	XP_CUT_TRANSCRIPT = 1 << 0,
	XP_CUT_VARIABLES = 1 << 1,
	XP_CUT_FIELDS = 1 << 2,
	XP_CUT_OPEN = 1 << 3, /**< questions, requests, queries, executions */
};

/** The whole state of a call, for an Expert that has it from now on. */
struct xp_snapshot {
	enum xp_cause cause;
	const char *note;
	int64_t last_sequence, elapsed_ms;
	const char *variables_json, *fields_json; /**< objects; NULL: {} */
	const char *task_id;                      /**< NULL: no task */
	const char *objective, *criteria;
	int reported;
	uint32_t n_items, n_lines, n_questions, n_requests, n_queries;
	uint32_t n_executions;
	const struct xp_snapshot_item *items;
	const struct xp_snapshot_line *lines; /**< oldest first */
	const struct xp_asked *questions, *requests, *queries;
	const struct xp_asked *executions; /**< id, key: of the action */
	const char *state_json;            /**< NULL: none */
	const char *transfer_to;           /**< transfer: NULL: none is under
						way */
	const char *transfer_id;           /**< or NULL */
	enum xp_transfer transfer;
	uint32_t truncated; /**< XP_CUT_* */
};

struct xp_event {
	enum xp_event_kind kind;
	const char *type; /**< event_type as received */
	int64_t sequence; /**< optional; 0: null on the wire */
	const char *id, *key, *text, *recent;
	const char *value_json;
	int interrupted, dnc;
	int64_t code;
	const char *reason, *detail, *to;
	/* heard: of agent-speech, and of caller-speech */
	const char *heard_text;
	int64_t heard_ms;
	int final, again;
	int64_t start_ms, end_ms; /**< end_ms 0: not yet */
	int64_t confidence;       /**< 1..100, 0: not known */
	int64_t at_ms, silence_ms, prompts, deadline_ms;
	enum xp_result result;
	enum xp_ending ending;
	enum xp_by by;
	enum xp_transfer transfer;
	enum xp_outcome outcome;
	enum xp_validity validity;
	enum xp_recording recording;
	enum xp_consent consent;
	const struct xp_snapshot *snapshot;
	void *root;
};

/* ---- codec -------------------------------------------------------------- */

/** Why a message was refused, for the peer and for people. */
struct xp_error {
	char where[64]; /**< "action_items[3].key" */
	char what[96];  /**< "must be a string" */
};

/*
 * Decoders: 0, -EBADMSG (not JSON, wrong type, missing field; *reterr filled),
 * -EMSGSIZE (over a limit; *reterr filled), -ENOMEM. On success the struct
 * owns its strings until x_done(). reterr may be NULL.
 */
int xp_frame_decode(struct xp_frame *ret, const char *s, size_t len,
		    struct xp_error *reterr);
int xp_listen_decode(struct xp_listen *ret, const char *s, size_t len,
		     struct xp_error *reterr);
int xp_command_decode(struct xp_command *ret, const char *s, size_t len,
		      struct xp_error *reterr);
int xp_event_decode(struct xp_event *ret, const char *s, size_t len,
		    struct xp_error *reterr);

/* The same with what is agreed. What is of an extension that is not among
 * them is unknown: a message of it is of unknown kind, a member is skipped. */
int xp_listen_decode_for(struct xp_listen *ret, const char *s, size_t len,
			 uint32_t extensions, struct xp_error *reterr);
int xp_command_decode_for(struct xp_command *ret, const char *s, size_t len,
			  uint32_t extensions, struct xp_error *reterr);
int xp_event_decode_for(struct xp_event *ret, const char *s, size_t len,
			uint32_t extensions, struct xp_error *reterr);

/**
 * The command_id of a command that did not decode, to answer it by.
 *
 * @param ret  set on success
 * @return 0, -ENOENT (none that can be read)
 */
int xp_command_id_of(char ret[XP_KEY_BYTES_MAX + 1], const char *s,
		     size_t len);

/** @return command_type of the kind, NULL for XP_CMD_UNKNOWN */
const char *xp_command_name(enum xp_command_kind kind);

/** @return event_type of the kind, NULL for XP_EV_UNKNOWN */
const char *xp_event_name(enum xp_event_kind kind);

/* The extension that a message is of: XP_EXT_..., 0: published. */
uint32_t xp_listen_extension(enum xp_listen_kind kind);
uint32_t xp_command_extension(enum xp_command_kind kind);
uint32_t xp_event_extension(enum xp_event_kind kind);

/* Free what a decoded message holds; one that is all zeroes is fine. */
void xp_frame_done(struct xp_frame *f);
void xp_listen_done(struct xp_listen *l);
void xp_command_done(struct xp_command *c);
void xp_event_done(struct xp_event *e);

/*
 * Encoders: JSON text, caller frees with free(); NULL when out of memory or
 * the struct lacks what its kind needs, holds text that is not UTF-8, or JSON
 * that is not. An XP_MESSAGE frame's payload (payload_len 0: up to its NUL)
 * and the value_json of a command or event are embedded as they stand;
 * decoding gives them back as the peer wrote them.
 */
char *xp_frame_encode(const struct xp_frame *f);
char *xp_listen_encode(const struct xp_listen *l);
char *xp_command_encode(const struct xp_command *c);
char *xp_event_encode(const struct xp_event *e);

/*
 * The same with what is agreed. A message of another extension gives NULL (ask
 * xp_event_extension() first); members of one are left out, and field types
 * of `fields` become text. A snapshot that is too large is cut, and says so;
 * texts of an event are cut at XP_TEXT_BYTES_MAX.
 */
char *xp_listen_encode_for(const struct xp_listen *l, uint32_t extensions);
char *xp_command_encode_for(const struct xp_command *c, uint32_t extensions);
char *xp_event_encode_for(const struct xp_event *e, uint32_t extensions);

#endif /* PROTO_XP_H */
