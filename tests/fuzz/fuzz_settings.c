/**
 * @file fuzz_settings.c  The configuration file
 *
 * What the parser accepts must print and read back as the same values.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "conf/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct settings s, back;
	struct settings_error why = {""};
	struct strbuf b, again;

	settings_default(&s);
	if (settings_parse(&s, (const char *)data, size, "fuzz", &why) < 0) {
		must(why.text[0] != '\0');
		must(strlen(why.text) < sizeof(why.text));
		return 0;
	}

	strbuf_init(&b, 262144);
	strbuf_init(&again, 262144);
	settings_print(&b, &s);
	must(strbuf_ok(&b));
	settings_default(&back);
	must(settings_parse(&back, b.s, b.len, "printed", &why) == 0);
	settings_print(&again, &back);
	must(strcmp(b.s, again.s) == 0);
	strbuf_done(&b);
	strbuf_done(&again);

	return 0;
}
