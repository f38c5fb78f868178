/**
 * @file llm_tools.c  The few local tools, as a model is told of them
 *
 * A tool that makes no sense now is not offered: fewer words for the model to
 * read, and nothing for it to get wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "provider/llm_snapshot.h"

/** {"type":"string","description":...,"enum":[...]} */
static json_t *string_of(const char *description)
{
	return json_pack("{s:s, s:s}", "type", "string", "description",
			 description);
}

/** An object with up to two string properties, all required. */
static json_t *object_of(const char *name, json_t *schema, const char *name2,
			 json_t *schema2)
{
	json_t *o = json_pack("{s:s, s:{s:o}, s:[s], s:b}", "type", "object",
			      "properties", name, schema, "required", name,
			      "additionalProperties", 0);

	if (o == NULL || name2 == NULL) {
		json_decref(schema2);
		return o;
	}
	if (json_object_set_new(json_object_get(o, "properties"), name2,
				schema2) < 0 ||
	    json_array_append_new(json_object_get(o, "required"),
				  json_string(name2)) < 0)
		return json_decref(o), NULL;
	return o;
}

static json_t *object_of_nothing(void)
{
	return json_pack("{s:s, s:{}, s:b}", "type", "object", "properties",
			 "additionalProperties", 0);
}

/** The keys of one kind of item as an enumeration, or NULL for none. */
static json_t *keys_of(const struct llm_snapshot *s, int fields,
		       int only_search, int only_open)
{
	json_t *names = json_array(), *o;

	for (uint32_t i = 0; i < s->n_items; i++) {
		const struct llm_item *it = &s->items[i];

		if ((it->kind == XP_ITEM_FIELD) != fields ||
		    (only_search && !it->searchable) ||
		    (only_open && it->state != BRAIN_ITEM_OPEN))
			continue;
		(void)json_array_append_new(names, json_string(it->key));
	}
	if (json_array_size(names) == 0)
		return json_decref(names), NULL;
	o = json_pack("{s:s, s:s, s:o}", "type", "string", "description",
		      "Key of the checklist item", "enum", names);
	return o;
}

static json_t *record_schema(const struct llm_snapshot *s)
{
	json_t *keys = keys_of(s, 1, 0, 0);

	if (keys == NULL)
		return NULL;
	return object_of(
		"key", keys, "value",
		string_of(
			"The value. Dates as YYYY-MM-DD, dates with a time "
			"as YYYY-MM-DDTHH:MM, numbers and digit sequences "
			"in digits, a choice exactly as it is listed, several "
			"with commas between them, amounts as 12.50 USD, "
			"durations as 90 minutes"));
}

static json_t *skip_schema(const struct llm_snapshot *s)
{
	json_t *keys = keys_of(s, 1, 0, 1);

	return keys != NULL ? object_of("key", keys, NULL, NULL) : NULL;
}

static json_t *done_schema(const struct llm_snapshot *s)
{
	json_t *keys = keys_of(s, 0, 0, 1);

	return keys != NULL ? object_of("key", keys, NULL, NULL) : NULL;
}

static json_t *question_schema(const struct llm_snapshot *s)
{
	if (!s->has_questions || s->cue == BRAIN_CUE_HOLD)
		return NULL;
	return object_of("question",
			 string_of("The caller's question, complete in "
				   "itself"),
			 NULL, NULL);
}

static json_t *request_schema(const struct llm_snapshot *s)
{
	if (!s->has_actions || s->cue == BRAIN_CUE_HOLD)
		return NULL;
	return object_of("summary",
			 string_of("What the caller wants done, with the "
				   "details that they gave"),
			 NULL, NULL);
}

static json_t *execute_schema(const struct llm_snapshot *s)
{
	json_t *keys;

	if (s->n_actions == 0)
		return NULL;
	keys = json_array();
	for (uint32_t i = 0; i < s->n_actions; i++)
		(void)json_array_append_new(keys,
					    json_string(s->actions[i].key));
	return object_of("key",
			 json_pack("{s:s, s:s, s:o}", "type", "string",
				   "description", "Key of the action", "enum",
				   keys),
			 NULL, NULL);
}

static json_t *search_schema(const struct llm_snapshot *s)
{
	json_t *keys = s->has_search ? keys_of(s, 1, 1, 0) : NULL;

	if (keys == NULL)
		return NULL;
	return object_of("key", keys, "query",
			 string_of("What the caller is looking for"));
}

static json_t *escalate_schema(const struct llm_snapshot *s)
{
	if (s->cue == BRAIN_CUE_HOLD)
		return NULL;
	return object_of(
		"asked_by",
		json_pack("{s:s, s:[s,s], s:s}", "type", "string", "enum",
			  "caller", "you", "description",
			  "caller when they asked for a person, you when "
			  "you cannot help"),
		NULL, NULL);
}

static json_t *transfer_schema(const struct llm_snapshot *s)
{
	size_t digits = 0;

	/* Offered only where the Expert wrote something like a number. */
	for (const char *p = s->expert_text; *p != '\0' && digits < 7; p++) {
		if (*p >= '0' && *p <= '9')
			digits++;
		else if (strchr(" -.()+", *p) == NULL)
			digits = 0;
	}
	if (digits < 7 && strstr(s->expert_text, "sip:") == NULL)
		return NULL;
	return object_of("to",
			 string_of("Number to transfer to, exactly as the "
				   "Expert gave it"),
			 NULL, NULL);
}

static json_t *hangup_schema(const struct llm_snapshot *s)
{
	return s->cue == BRAIN_CUE_HOLD ? NULL : object_of_nothing();
}

static json_t *task_done_schema(const struct llm_snapshot *s)
{
	return s->has_task && !s->task_reported && s->cue != BRAIN_CUE_HOLD
		       ? object_of_nothing()
		       : NULL;
}

const struct llm_tool llm_tools[LLM_TOOLS_N] = {
	{"record_field",
	 "Record what the caller gave for a field, at once and in the same "
	 "answer in which you speak. Call it again to correct a value.",
	 record_schema},
	{"skip_field",
	 "The caller does not want to or cannot give this field, or you have "
	 "asked three times without success.",
	 skip_schema},
	{"mark_done",
	 "A say item has been spoken word for word, or a todo item is done.",
	 done_schema},
	{"ask_expert",
	 "Ask the business a question that you cannot answer from what you "
	 "know. In the same answer tell the caller that you are checking. The "
	 "reply comes as a note.",
	 question_schema},
	{"request_action",
	 "The caller wants something done that is not on the checklist. In "
	 "the same answer tell them that you are looking into it. What can be "
	 "done comes as a note.",
	 request_schema},
	{"execute_action",
	 "Do one of the offered actions, after the caller agreed where it is "
	 "not plainly what they asked for.",
	 execute_schema},
	{"search_choices",
	 "Find the choices of a searchable field. They come as a note.",
	 search_schema},
	{"escalate", "Hand the caller to a person.", escalate_schema},
	{"transfer", "Transfer the call; say so in the same answer.",
	 transfer_schema},
	{"hang_up",
	 "End the call when both sides are done; say goodbye in the same "
	 "answer.",
	 hangup_schema},
	{"task_done",
	 "Every required item is resolved and what the task is for has been "
	 "reached.",
	 task_done_schema},

};
