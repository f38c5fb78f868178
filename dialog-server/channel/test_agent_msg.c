/**
 * @file test_agent_msg.c  What a test session's client may send
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/test_agent_msg.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static const struct {
	const char *type;
	enum test_agent_kind kind;
} kinds[] = {
	{"inject-asr", TEST_AGENT_SAY},
	{"wait-for-caller-turn", TEST_AGENT_WAIT},
	{"ping", TEST_AGENT_PING},
	{"pong", TEST_AGENT_PONG},
};

static enum test_agent_kind kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	}
	return TEST_AGENT_UNKNOWN;
}

static int get(struct test_agent_msg *m, const json_t *json,
	       const char **ret_why)
{
	const char *id;

	switch (m->kind) {
	case TEST_AGENT_SAY:
		m->text =
			json_string_value(json_object_get(json, "utterance"));
		if (!m->text) {
			*ret_why = "\"utterance\" must be a string";
			return -EBADMSG;
		}
		if (strlen(m->text) > LIMIT_TEXT_BYTES) {
			*ret_why = "\"utterance\" is too long";
			return -EMSGSIZE;
		}
		return 0;
	case TEST_AGENT_WAIT:
		id = json_string_value(json_object_get(json, "request_id"));
		if (!id) {
			*ret_why = "\"request_id\" must be a string";
			return -EBADMSG;
		}
		if (text_copy(m->request, sizeof(m->request), id)) {
			*ret_why = "\"request_id\" is too long";
			return -EMSGSIZE;
		}
		return 0;
	default:
		return 0;
	}
}

int test_agent_decode(struct test_agent_msg *ret, const char *s, size_t len,
		      const char **ret_why)
{
	json_t *json = json_loadb(s, len, JSON_REJECT_DUPLICATES, NULL);
	const char *type =
		json_string_value(json_object_get(json, "message_type"));
	struct test_agent_msg m = {.root = json};
	int err = -EBADMSG;

	if (!type) {
		*ret_why = json ? "\"message_type\" must be a string"
				: "not JSON";
	} else {
		m.kind = kind_of(type);
		err = get(&m, json, ret_why);
	}
	if (err) {
		json_decref(json);
		return err;
	}
	*ret = m;
	return 0;
}

void test_agent_done(struct test_agent_msg *m)
{
	json_decref(m->root);
	m->root = NULL;
}
