/**
 * @file codec.c  The codecs by name
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/codec.h"

#include <string.h>

#include "audio/codec_table.h"

static const struct codec_ops *const codecs[] = {
	&codec_pcmu, &codec_pcma, &codec_l16, &codec_l16be, &codec_opus,
};

const struct codec_ops *codec_find(const char *name)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (!strcmp(codecs[i]->name, name))
			return codecs[i];
	return NULL;
}
