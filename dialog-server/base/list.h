/**
 * @file list.h  Intrusive doubly linked list
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stddef.h>

struct list {
	struct list *next, *prev; /* of a head: first and last */
};

#define LIST_ENTRY(node, type, member) \
	((type *)(void *)((char *)(node)-offsetof(type, member)))

/** Walk; the current node must stay linked. */
#define LIST_FOREACH(it, head) \
	for (struct list *it = (head)->next; it != (head); it = it->next)

/** Walk; the current node may be unlinked. */
#define LIST_FOREACH_SAFE(it, tmp, head)                                    \
	for (struct list *it = (head)->next, *tmp = it->next; it != (head); \
	     it = tmp, tmp = it->next)

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline int list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_append(struct list *head, struct list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

/** Unlink; a node that is initialised but in no list is fine. */
static inline void list_unlink(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#endif /* BASE_LIST_H */
