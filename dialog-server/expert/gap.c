/**
 * @file gap.c  What of a command this server takes and does not do
 *
 * SPDX-License-Identifier: MIT
 */
#include "expert/gap.h"

#include <jansson.h>

#include "dialog/language.h"

static const char *persona_gap(const char *text, size_t len)
{
	json_t *o = json_loadb(text, len, 0, NULL);
	int speed = json_is_string(json_object_get(o, "tts_speed"));
	int words =
		json_object_size(json_object_get(o, "tts_replacements")) > 0;

	json_decref(o);
	if (speed && words)
		return "set-persona: speech speed and pronunciations are not "
		       "supported, the rest was done";
	if (speed)
		return "set-persona: speech speed is not supported, the rest "
		       "was done";
	if (words)
		return "set-persona: pronunciations are not supported, the "
		       "rest was done";
	return NULL;
}

static const char *language_gap(const struct xp_command *c)
{
	int known = language_is_known(c->text);

	for (uint32_t i = 0; i < c->n_choices; i++)
		known &= language_is_known(c->choices[i]);
	return known ? NULL
		     : "set-language-mode: the built-in engine does not know "
		       "that language";
}

const char *gap_of(const struct xp_command *c, const char *text, size_t len,
		   int builtin)
{
	switch (c->kind) {
	case XP_SET_PERSONA:
		return persona_gap(text, len);
	case XP_SET_LANGUAGE_MODE:
		return builtin ? language_gap(c) : NULL;
	case XP_SET_AGENT_DTMF:
		return c->enabled ? "set-agent-dtmf: the agent presses no "
				    "keys by itself"
				  : NULL;
	default:
		return NULL;
	}
}
