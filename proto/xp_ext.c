/**
 * @file xp_ext.c  Names of what may be agreed beyond the published protocol
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "proto/xp.h"

static const struct {
	uint32_t one;
	const char *name;
} names[] = {
	{XP_EXT_RESULTS, "results"},
	{XP_EXT_HANGUP, "hangup"},
	{XP_EXT_SAY, "say"},
	{XP_EXT_HEARD, "heard"},
	{XP_EXT_RESUME, "resume"},
	{XP_EXT_STATE, "state"},
	{XP_EXT_TRANSFER, "transfer"},
	{XP_EXT_TURNS, "turns"},
	{XP_EXT_FIELDS, "fields"},
	{XP_EXT_CAPACITY, "capacity"},
	{XP_EXT_RECORDING, "recording"},
};

const char *xp_extension_name(uint32_t one)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].one == one)
			return names[i].name;
	return NULL;
}

uint32_t xp_extension_named(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, name))
			return names[i].one;
	return 0;
}
