/**
 * @file xp_task.c  The checklist of set-task
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_task.h"

static void get_field(struct xp_reader *r, struct xp_item *item,
		      uint32_t extensions)
{
	item->kind = XP_ITEM_FIELD;
	xp_get_text_or(r, "description", &item->description, XP_TEXT_BYTES_MAX,
		       "");
	xp_get_text_or(r, "question", &item->question, XP_TEXT_BYTES_MAX, "");
	xp_get_text_or(r, "field_type", &item->field_type, XP_KEY_BYTES_MAX,
		       "text");
	item->field_type = xp_field_type_for(item->field_type, extensions);
	xp_get_flag(r, "required", &item->required, 1);
	xp_get_flag(r, "is_search_field", &item->searchable, 0);
	xp_get_flag(r, "sensitive", &item->sensitive, 0);
	xp_get_texts(r, "choices", &item->choices, &item->n_choices,
		     XP_CHOICES_MAX);
	xp_get_field_more(r, item, extensions);
}

static void get_item(struct xp_reader *r, struct xp_item *item,
		     uint32_t extensions)
{
	const char *type = "";

	xp_get_key(r, "item_type", &type);
	xp_get_key(r, "key", &item->key);
	if (r->rc)
		return;

	if (!strcmp(type, "field")) {
		get_field(r, item, extensions);
	} else if (!strcmp(type, "say")) {
		item->kind = XP_ITEM_SAY;
		xp_get_text(r, "statement", &item->statement);
	} else if (!strcmp(type, "todo")) {
		item->kind = XP_ITEM_TODO;
		xp_get_text(r, "description", &item->description);
	} else {
		(void)xp_fail(r, -EBADMSG, "item_type",
			      "must be field, say or todo");
	}
}

void xp_get_items(struct xp_reader *r, struct xp_command *c,
		  uint32_t extensions)
{
	uint32_t n = 0;
	const json_t *array =
		xp_get_array(r, "action_items", &n, XP_ITEMS_MAX);
	struct xp_item *items;

	if (r->rc || !n)
		return;

	items = xp_doc_alloc(r, n * sizeof(*items));
	for (uint32_t i = 0; i < n && !r->rc; i++) {
		char path[XP_PATH_BYTES];
		struct xp_reader at =
			xp_reader_at(r, array, "action_items", i, path);

		get_item(&at, &items[i], extensions);
		r->rc = at.rc;
	}

	c->items = items;
	c->n_items = n;
}

static json_t *field_json(const struct xp_item *item, uint32_t extensions)
{
	struct xp_writer w = xp_writer_of("item_type", "field");

	xp_put_text(&w, "key", item->key);
	xp_put_text(&w, "description",
		    item->description ? item->description : "");
	xp_put_text(&w, "question", item->question ? item->question : "");
	xp_put_text(&w, "field_type",
		    xp_field_type_for(item->field_type, extensions));
	xp_put_flag(&w, "required", item->required);
	xp_put_texts(&w, "choices", item->choices, item->n_choices);
	xp_put_flag(&w, "is_search_field", item->searchable);
	xp_put_flag(&w, "sensitive", item->sensitive);
	xp_put_field_more(&w, item, extensions);
	return w.obj;
}

static json_t *item_json(const struct xp_item *item, uint32_t extensions)
{
	struct xp_writer w;

	switch (item->kind) {
	case XP_ITEM_FIELD:
		return field_json(item, extensions);
	case XP_ITEM_SAY:
		w = xp_writer_of("item_type", "say");
		xp_put_text(&w, "statement", item->statement);
		xp_put_text(&w, "key", item->key);
		return w.obj;
	case XP_ITEM_TODO:
		w = xp_writer_of("item_type", "todo");
		xp_put_text(&w, "key", item->key);
		xp_put_text(&w, "description", item->description);
		return w.obj;
	}

	return NULL;
}

void xp_put_items(struct xp_writer *w, const struct xp_command *c,
		  uint32_t extensions)
{
	json_t *array = c->n_items && !c->items ? NULL : json_array();

	for (uint32_t i = 0; i < c->n_items && array; i++) {
		if (json_array_append_new(
			    array, item_json(&c->items[i], extensions)) < 0) {
			json_decref(array);
			array = NULL;
		}
	}
	xp_put(w, "action_items", array);
}
