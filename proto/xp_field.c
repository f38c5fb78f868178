/**
 * @file xp_field.c  What the extensions add to a field: bounds, listening
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_pattern.h"
#include "proto/xp_task.h"

static const struct xp_word barge_ins[] = {
	{"any", XP_BARGE_IN_ANY},
	{"words", XP_BARGE_IN_WORDS},
	{"off", XP_BARGE_IN_OFF},
	{NULL, 0},
};

static const char *const more_types[] = {
	"phone",    "email",    "address",      "name",
	"currency", "duration", "multi_select",
};

const char *xp_field_type_for(const char *type, uint32_t extensions)
{
	if (!type)
		return "text";
	if (extensions & XP_EXT_FIELDS)
		return type;

	for (size_t i = 0; i < sizeof(more_types) / sizeof(more_types[0]); i++)
		if (!strcmp(more_types[i], type))
			return "text";
	return type;
}

static void get_bound(struct xp_reader *r, const char *key, int *ret_has,
		      int64_t *ret)
{
	const json_t *v = json_object_get(r->obj, key);

	xp_get_int_or(r, key, ret, -XP_INTEGER_MAX, XP_INTEGER_MAX, 0);
	*ret_has = v && !json_is_null(v);
}

static int is_day(const char *s)
{
	static const char shape[] = "0000-00-00";

	for (size_t i = 0; i < sizeof(shape); i++) {
		if (shape[i] == '0' ? s[i] < '0' || s[i] > '9'
				    : s[i] != shape[i])
			return 0;
	}
	return 1;
}

static void get_day(struct xp_reader *r, const char *key, const char **ret)
{
	xp_get_text_or(r, key, ret, XP_KEY_BYTES_MAX, NULL);
	if (!r->rc && *ret && !is_day(*ret))
		(void)xp_fail(r, -EBADMSG, key, "must be YYYY-MM-DD");
}

static void get_pattern(struct xp_reader *r, const char **ret)
{
	const char *why;

	xp_get_text_or(r, "pattern", ret, XP_PATTERN_BYTES_MAX, NULL);
	if (!r->rc && *ret && xp_pattern_check(*ret, &why))
		(void)xp_fail(r, -EBADMSG, "pattern", why);
}

static void get_listening(struct xp_reader *r, struct xp_listening *ret)
{
	const json_t *v = json_object_get(r->obj, "listening");
	int barge_in = XP_BARGE_IN_DEFAULT, keypad = 0;
	char path[XP_PATH_BYTES];
	struct xp_reader in;

	if (r->rc || !v || json_is_null(v))
		return;

	in = xp_reader_in(r, "listening", path);
	xp_get_int_or(&in, "end_silence_ms", &ret->end_silence_ms,
		      XP_END_SILENCE_MS_MIN, XP_END_SILENCE_MS_MAX, 0);
	xp_get_int_or(&in, "patience_ms", &ret->patience_ms,
		      XP_PATIENCE_MS_MIN, XP_PATIENCE_MS_MAX, 0);
	xp_get_word(&in, "barge_in", barge_ins, &barge_in,
		    XP_BARGE_IN_DEFAULT);
	xp_get_flag(&in, "keypad", &keypad, -1);
	r->rc = in.rc;

	ret->barge_in = (enum xp_barge_in)barge_in;
	ret->keypad = keypad < 0 ? XP_YES_DEFAULT : keypad ? XP_YES : XP_NO;
}

void xp_get_field_more(struct xp_reader *r, struct xp_item *item,
		       uint32_t extensions)
{
	if (extensions & XP_EXT_FIELDS) {
		get_pattern(r, &item->pattern);
		get_bound(r, "minimum", &item->has_minimum, &item->minimum);
		get_bound(r, "maximum", &item->has_maximum, &item->maximum);
		if (!r->rc && item->has_minimum && item->has_maximum &&
		    item->minimum > item->maximum)
			(void)xp_fail(r, -EBADMSG, "maximum",
				      "is below minimum");
		get_day(r, "earliest", &item->earliest);
		get_day(r, "latest", &item->latest);
		xp_get_flag(r, "validate", &item->validate, 0);
	}
	if (extensions & XP_EXT_TURNS)
		get_listening(r, &item->listening);
}

static void put_listening(struct xp_writer *w, const struct xp_listening *l)
{
	struct xp_writer in = {.obj = json_object()};

	if (l->end_silence_ms)
		xp_put_int(&in, "end_silence_ms", l->end_silence_ms);
	if (l->patience_ms)
		xp_put_int(&in, "patience_ms", l->patience_ms);
	if (l->barge_in != XP_BARGE_IN_DEFAULT)
		xp_put_word(&in, "barge_in", barge_ins, (int)l->barge_in);
	if (l->keypad != XP_YES_DEFAULT)
		xp_put_flag(&in, "keypad", l->keypad == XP_YES);

	if (in.obj && !json_object_size(in.obj))
		json_decref(in.obj);
	else
		xp_put(w, "listening", in.obj);
}

void xp_put_field_more(struct xp_writer *w, const struct xp_item *item,
		       uint32_t extensions)
{
	if (extensions & XP_EXT_FIELDS) {
		if (item->pattern)
			xp_put_text(w, "pattern", item->pattern);
		if (item->has_minimum)
			xp_put_int(w, "minimum", item->minimum);
		if (item->has_maximum)
			xp_put_int(w, "maximum", item->maximum);
		if (item->earliest)
			xp_put_text(w, "earliest", item->earliest);
		if (item->latest)
			xp_put_text(w, "latest", item->latest);
		if (item->validate)
			xp_put_flag(w, "validate", 1);
	}
	if (extensions & XP_EXT_TURNS)
		put_listening(w, &item->listening);
}
