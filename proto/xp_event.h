/**
 * @file xp_event.h  What each event consists of, for the codec only
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_EVENT_H
#define PROTO_XP_EVENT_H

#include "proto/xp_json.h"

enum xp_how {
	XP_HOW_NONE,
	XP_HOW_KEY,      /**< an id or key that must be there */
	XP_HOW_TEXT,     /**< a text that must be there */
	XP_HOW_TEXT_OR,  /**< a text, or the default, which may be NULL */
	XP_HOW_ID_OR,    /**< an id, or NULL */
	XP_HOW_FLAG,     /**< false when absent */
	XP_HOW_CODE,     /**< an integer of any sign that must be there */
	XP_HOW_COUNT,    /**< an integer from 0 that must be there */
	XP_HOW_COUNT_OR, /**< null for 0, up to most */
	XP_HOW_WORD,     /**< of a closed list, must be there */
	XP_HOW_WORD_OR,  /**< of a closed list, null for what has no word */
	XP_HOW_JSON,     /**< any value */
	XP_HOW_SNAPSHOT, /**< the members of a snapshot */
	XP_HOW_MOVING,   /**< its transfer: after the snapshot */
};

struct xp_member {
	enum xp_how how;
	const char *name;
	size_t at;          /**< offset in struct xp_event */
	const char *dflt;   /**< of XP_HOW_TEXT_OR */
	uint32_t extension; /**< where it is not the event's own */
	const struct xp_word *words;
	int64_t most; /**< 0: as far as integers go */
};

enum { XP_MEMBERS_MAX = 6 };

struct xp_event_type {
	enum xp_event_kind kind;
	const char *type;
	uint32_t extension;
	struct xp_member m[XP_MEMBERS_MAX];
};

/** All events; the last one has no type. */
extern const struct xp_event_type xp_event_types[];

/** Read the members of a snapshot. */
void xp_get_snapshot(struct xp_reader *r, const struct xp_snapshot **ret);

/** Write them, without what cut names. */
void xp_put_snapshot(struct xp_writer *w, const struct xp_snapshot *s,
		     uint32_t cut);

/* The same with its transfer. */
void xp_get_moving(struct xp_reader *r, struct xp_snapshot *to);
void xp_put_moving(struct xp_writer *w, const struct xp_snapshot *s);

#endif /* PROTO_XP_EVENT_H */
