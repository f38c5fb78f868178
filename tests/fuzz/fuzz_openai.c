/**
 * @file fuzz_openai.c  Any bytes from a chat-completions service
 *
 * The first byte says where the stream is cut and whether it is a stream at
 * all; the rest is the body. What comes of it is spoken and done.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "net/http.h"
#include "provider/llm_openai.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct openai_answer answer;
	struct llm_speech speech;
	struct llm_sink sink;
	size_t bytes;
};

static const char *const choices[] = {"indoors", "outdoors"};
static const struct xp_item fields[] = {
	{.key = "party_size", .field_type = "integer", .description = ""},
	{.key = "caller_name", .field_type = "text", .description = "Name"},
	{.key = "phone", .field_type = "digit_sequence", .description = ""},
	{.key = "seat",
	 .field_type = "multiple_choice",
	 .n_choices = 2,
	 .choices = choices},
	{.key = "day", .field_type = "date", .searchable = 1},
	{.kind = XP_ITEM_SAY, .key = "hours", .statement = "We close."},
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static void on_output(void *arg, const struct brain_output *o)
{
	struct run *r = arg;

	if (o->text != NULL)
		r->bytes += strlen(o->text);
	if (o->value_json != NULL)
		r->bytes += strlen(o->value_json);
}

static void on_text(void *arg, const char *delta)
{
	struct run *r = arg;

	(void)llm_speech_add(&r->speech, delta, &r->sink);
}

static void on_event(void *arg, const char *event, const char *data,
		     size_t len)
{
	struct run *r = arg;

	(void)event;
	(void)openai_answer_add(&r->answer, data, len);
}

static void feed(struct run *r, const char *s, size_t len, size_t cut)
{
	struct sse *sse = NULL;

	if (sse_new(&sse, OPENAI_EVENT_BYTES, on_event, r) < 0)
		return;
	for (size_t at = 0; at < len; at += cut) {
		size_t n = len - at < cut ? len - at : cut;

		if (sse_feed(sse, s + at, n) < 0)
			break;
	}
	sse_finish(sse);
	sse_free(sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run r;
	static struct llm_snapshot snap;
	struct brain_item items[FIELDS];
	struct brain_view v = {.today = "2026-11-21",
			       .task_id = "t",
			       .purpose = "",
			       .objective = "call 555 0100",
			       .completion_criteria = "",
			       .n_items = FIELDS,
			       .items = items,
			       .has_questions = 1,
			       .has_actions = 1};
	const char *s = (const char *)data;
	struct arena arena;
	char why[OPENAI_WHY_BYTES];
	int final;

	if (size < 1)
		return 0;
	memset(items, 0, sizeof(items));
	for (int i = 0; i < FIELDS; i++)
		items[i].item = &fields[i];
	arena_init(&arena, 4096, 1 << 20);
	if (llm_snapshot_take(&snap, &arena, &v) < 0)
		abort();
	memset(&r, 0, sizeof(r));
	r.sink = (struct llm_sink){on_output, &r};
	openai_answer_init(&r.answer, on_text, &r);
	llm_speech_init(&r.speech);
	if (data[0] & 0x80)
		(void)openai_answer_add(&r.answer, s + 1, size - 1);
	else
		feed(&r, s + 1, size - 1, 1 + (data[0] & 0x3f));
	llm_speech_end(&r.speech, &r.sink);
	for (uint32_t i = 0; i < r.answer.n_calls; i++) {
		struct openai_call *c = &r.answer.calls[i];

		(void)llm_tool_call(&snap, c->name, c->args.s, &r.sink,
				    c->result, sizeof(c->result));
	}
	llm_ask_guess(&snap, r.speech.tail, &r.sink);
	openai_answer_done(&r.answer);
	(void)openai_error(400 + data[0], s + 1, size - 1, why, sizeof(why),
			   &final);
	arena_done(&arena);
	return 0;
}
