/**
 * @file llm.c  The table of language-model drivers
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "provider/llm_drivers.h"
#include "provider/provider.h"

static const struct llm_ops *const drivers[] = {&llm_builtin, &llm_openai};

const struct llm_ops *llm_find(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		if (strcmp(drivers[i]->name, name) == 0)
			return drivers[i];
	}
	return NULL;
}
