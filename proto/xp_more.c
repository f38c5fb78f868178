/**
 * @file xp_more.c  Commands of the extensions
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_command.h"

static const struct xp_word whens[] = {
	{"heard", XP_WHEN_HEARD},
	{"now", XP_WHEN_NOW},
	{NULL, 0},
};

static const struct xp_word thens[] = {
	{"return", XP_THEN_RETURN},
	{"hang-up", XP_THEN_HANG_UP},
	{NULL, 0},
};

static const struct xp_word recordings[] = {
	{"on", XP_RECORDING_ON},
	{"paused", XP_RECORDING_PAUSED},
	{NULL, 0},
};

static const struct xp_word consents[] = {
	{"given", XP_CONSENT_GIVEN},
	{"refused", XP_CONSENT_REFUSED},
	{NULL, 0},
};

static const struct xp_word addresses[] = {
	{"phone_number", XP_ADDRESS_PHONE},
	{"webrtc_code", XP_ADDRESS_WEB},
	{"sip_code", XP_ADDRESS_SIP},
	{NULL, 0},
};

/* ---- decoding ----------------------------------------------------------- */

static void get_hang_up(struct xp_reader *r, struct xp_command *c)
{
	int when = XP_WHEN_HEARD;

	xp_get_word(r, "when", whens, &when, XP_WHEN_HEARD);
	xp_get_text_or(r, "text", &c->text, XP_TEXT_BYTES_MAX, NULL);
	xp_get_flag(r, "cancellable", &c->cancellable, 0);
	c->when = (enum xp_when)when;
	if (!r->rc && c->when == XP_WHEN_NOW && c->text)
		(void)xp_fail(r, -EBADMSG, "text", "must be null with now");
}

static void get_say(struct xp_reader *r, struct xp_command *c)
{
	int when = XP_WHEN_HEARD;

	xp_get_key(r, "say_id", &c->id);
	xp_get_text(r, "text", &c->text);
	xp_get_word(r, "when", whens, &when, XP_WHEN_HEARD);
	xp_get_flag(r, "interruptible", &c->interruptible, 1);
	c->when = (enum xp_when)when;
}

static void get_state(struct xp_reader *r, struct xp_command *c)
{
	xp_get_json(r, "state", &c->value_json);
	if (!r->rc && strlen(c->value_json) > XP_STATE_BYTES_MAX)
		(void)xp_fail(r, -EMSGSIZE, "state", "too long");
}

static void get_validation(struct xp_reader *r, struct xp_command *c)
{
	const json_t *valid = json_object_get(r->obj, "valid");
	const json_t *value = json_object_get(r->obj, "value");

	xp_get_key(r, "validation_id", &c->id);
	xp_get_text_or(r, "message", &c->text, XP_TEXT_BYTES_MAX, "");
	if (!r->rc && !json_is_boolean(valid))
		(void)xp_fail(r, -EBADMSG, "valid", "must be true or false");
	c->valid = json_is_true(valid);
	if (value && !json_is_null(value))
		xp_get_json(r, "value", &c->value_json);
}

static void get_address(struct xp_reader *r, struct xp_command *c)
{
	const json_t *to = json_object_get(r->obj, "to");
	char path[XP_PATH_BYTES];
	struct xp_reader in;
	int n = 0;

	if (r->rc || !to || json_is_null(to))
		return;

	in = xp_reader_in(r, "to", path);
	for (const struct xp_word *w = addresses; w->name; w++) {
		if (!json_object_get(to, w->name))
			continue;
		xp_get_key(&in, w->name, &c->to);
		c->to_kind = (enum xp_address_kind)w->value;
		n++;
	}
	r->rc = in.rc;
	if (n != 1)
		(void)xp_fail(r, -EBADMSG, "to", "must have one address");
}

static void get_recording(struct xp_reader *r, struct xp_command *c)
{
	int state = XP_RECORDING_UNCHANGED, consent = XP_CONSENT_UNKNOWN;

	xp_get_word(r, "state", recordings, &state, XP_RECORDING_UNCHANGED);
	xp_get_word(r, "consent", consents, &consent, XP_CONSENT_UNKNOWN);
	c->recording = (enum xp_recording)state;
	c->consent = (enum xp_consent)consent;
}

static void get_transfer(struct xp_reader *r, struct xp_command *c)
{
	int failure = XP_THEN_DEFAULT, end = XP_THEN_DEFAULT;

	xp_get_text_or(r, "transfer_id", &c->id, XP_KEY_BYTES_MAX, NULL);
	if (!r->rc && c->id && !c->id[0])
		(void)xp_fail(r, -EBADMSG, "transfer_id", "must not be empty");
	xp_get_int_or(r, "ring_ms", &c->ring_ms, XP_RING_MS_MIN,
		      XP_RING_MS_MAX, 0);
	xp_get_word(r, "on_failure", thens, &failure, XP_THEN_DEFAULT);
	xp_get_word(r, "on_end", thens, &end, XP_THEN_DEFAULT);
	c->on_failure = (enum xp_then)failure;
	c->on_end = (enum xp_then)end;
}

static void get_id(struct xp_reader *r, struct xp_command *c)
{
	const json_t *id = json_object_get(r->obj, "command_id");

	if (id && !json_is_null(id))
		xp_get_key(r, "command_id", &c->command_id);
}

void xp_get_more(struct xp_reader *r, struct xp_command *c,
		 uint32_t extensions)
{
	if (extensions & XP_EXT_RESULTS)
		get_id(r, c);

	switch (c->kind) {
	case XP_HANG_UP:
		get_hang_up(r, c);
		break;
	case XP_SAY:
		get_say(r, c);
		break;
	case XP_SET_STATE:
		get_state(r, c);
		break;
	case XP_ACTION_DONE:
		xp_get_key(r, "execution_id", &c->id);
		break;
	case XP_VALIDATE_RESULT:
		get_validation(r, c);
		break;
	case XP_HAND_OVER:
		get_address(r, c);
		xp_get_text_or(r, "note", &c->text, XP_TEXT_BYTES_MAX, "");
		break;
	case XP_SET_RECORDING:
		get_recording(r, c);
		break;
	case XP_TRANSFER_CALL:
		if (extensions & XP_EXT_TRANSFER)
			get_transfer(r, c);
		break;
	default:
		break;
	}
}

int xp_command_id_of(char ret[XP_KEY_BYTES_MAX + 1], const char *s, size_t len)
{
	struct xp_doc *doc;
	struct xp_reader r;
	const char *id = NULL;
	int rc = xp_doc_new(&doc, s, len, XP_DEPTH_MAX, NULL);

	if (rc < 0)
		return -ENOENT;

	r = xp_doc_reader(doc, NULL);
	xp_get_key(&r, "command_id", &id);
	if (id)
		memcpy(ret, id, strlen(id) + 1);
	xp_doc_free(doc);
	return id ? 0 : -ENOENT;
}

/* ---- encoding ----------------------------------------------------------- */

static void put_address(struct xp_writer *w, const struct xp_command *c)
{
	struct xp_writer in = {.obj = NULL};

	if (c->to_kind == XP_ADDRESS_SAME) {
		xp_put(w, "to", json_null());
		return;
	}
	in.obj = json_object();
	xp_put_text(&in, xp_word_of(addresses, (int)c->to_kind), c->to);
	xp_put(w, "to", in.obj);
}

static void put_recording(struct xp_writer *w, const struct xp_command *c)
{
	xp_put_text_or_null(w, "state",
			    xp_word_of(recordings, (int)c->recording));
	xp_put_text_or_null(w, "consent",
			    xp_word_of(consents, (int)c->consent));
}

static void put_transfer(struct xp_writer *w, const struct xp_command *c)
{
	if (c->id)
		xp_put_text(w, "transfer_id", c->id);
	if (c->ring_ms)
		xp_put_int(w, "ring_ms", c->ring_ms);
	if (c->on_failure != XP_THEN_DEFAULT)
		xp_put_word(w, "on_failure", thens, (int)c->on_failure);
	if (c->on_end != XP_THEN_DEFAULT)
		xp_put_word(w, "on_end", thens, (int)c->on_end);
}

static void put_json(struct xp_writer *w, const char *key, const char *json)
{
	xp_put_raw(w, key, json, json ? strlen(json) : 0);
}

void xp_put_more(struct xp_writer *w, const struct xp_command *c,
		 uint32_t extensions)
{
	if (c->command_id && extensions & XP_EXT_RESULTS)
		xp_put_text(w, "command_id", c->command_id);

	switch (c->kind) {
	case XP_HANG_UP:
		xp_put_word(w, "when", whens, (int)c->when);
		xp_put_text_or_null(w, "text", c->text);
		xp_put_flag(w, "cancellable", c->cancellable);
		break;
	case XP_SAY:
		xp_put_text(w, "say_id", c->id);
		xp_put_text(w, "text", c->text);
		xp_put_word(w, "when", whens, (int)c->when);
		xp_put_flag(w, "interruptible", c->interruptible);
		break;
	case XP_SET_STATE:
		put_json(w, "state", c->value_json);
		break;
	case XP_ACTION_DONE:
		xp_put_text(w, "execution_id", c->id);
		break;
	case XP_VALIDATE_RESULT:
		xp_put_text(w, "validation_id", c->id);
		xp_put_flag(w, "valid", c->valid);
		xp_put_text(w, "message", c->text ? c->text : "");
		if (c->value_json)
			put_json(w, "value", c->value_json);
		break;
	case XP_HAND_OVER:
		put_address(w, c);
		xp_put_text(w, "note", c->text ? c->text : "");
		break;
	case XP_SET_RECORDING:
		put_recording(w, c);
		break;
	case XP_TRANSFER_CALL:
		if (extensions & XP_EXT_TRANSFER)
			put_transfer(w, c);
		break;
	default:
		break;
	}
}
