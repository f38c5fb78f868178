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
};

/* ---- the numbered layer ------------------------------------------------- */

enum xp_frame_kind {
	XP_FRAME_UNKNOWN,
	XP_OPEN,     /**< name, connection_id, is_reopen, last_seen */
	XP_OPEN_ACK, /**< is_reopen, last_seen */
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
	void *root; /**< owner of the strings */
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
	void *root;
};

/* ---- tasks -------------------------------------------------------------- */

enum xp_item_kind { XP_ITEM_FIELD, XP_ITEM_SAY, XP_ITEM_TODO };

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
};

struct xp_command {
	enum xp_command_kind kind;
	const char *type; /**< command_type as received */
	const char *agent_name, *organization, *purpose, *voice; /**< NULL:
					    unchanged */
	int has_on_question, has_on_intent, has_on_action, has_on_escalate;
	int accept_dtmf;
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
	void *root;
};

/* ---- events, server to client ------------------------------------------- */

enum xp_event_kind {
	XP_EV_UNKNOWN,
	XP_CALLER_SPEECH,    /**< text, id: utterance id or NULL */
	XP_AGENT_SPEECH,     /**< text, interrupted */
	XP_AGENT_QUESTION,   /**< id, text */
	XP_ACTION_REQUEST,   /**< id, text */
	XP_EXECUTE_ACTION,   /**< key */
	XP_ACTION_ITEM_DONE, /**< key, value_json */
	XP_TASK_DONE,        /**< id: task id */
	XP_CHOICE_QUERY,     /**< key: field, text: query, id */
	XP_ESCALATE,         /**< text: "human" or "agent" */
	XP_DTMF,             /**< text: digit, recent */
	XP_OUTBOUND_CONNECTED,
	XP_OUTBOUND_FAILED, /**< code, text: reason */
	XP_SESSION_ENDED,   /**< text: termination reason, dnc */
	XP_ERROR,
	XP_WARNING, /**< text */
};

struct xp_event {
	enum xp_event_kind kind;
	const char *type; /**< event_type as received */
	int64_t sequence; /**< optional; 0: null on the wire */
	const char *id, *key, *text, *recent;
	const char *value_json;
	int interrupted, dnc;
	int64_t code;
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

#endif /* PROTO_XP_H */
