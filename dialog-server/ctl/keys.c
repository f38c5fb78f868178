/**
 * @file keys.c  dialogctl keys: who may use the server
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "ctl/remote.h"

static int create(struct remote *r, const char *name, int json)
{
	json_t *body = json_pack("{s:s}", "name", name), *answer = NULL;
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	int status = CTL_USAGE;

	json_decref(body);
	if (!text)
		(void)fprintf(stderr, "dialogctl: the name is not UTF-8\n");
	else
		status = remote_call(r, "POST", "/v1/keys", text, &answer);
	free(text);
	if (status)
		return status;
	if (json) {
		print_json(answer);
	} else {
		/* The key alone on standard output, for $(...). */
		(void)fprintf(stderr, "This is shown once; only its hash is "
				      "kept:\n");
		print_value(json_object_get(answer, "key"), 0);
		printf("\n");
	}
	json_decref(answer);

	return CTL_OK;
}

static int list(struct remote *r, int json)
{
	static const struct column columns[] = {{"NAME", "name", 24},
						{"CREATED", "created", 24},
						{"LAST USED", "last_used", 24},
						{"REVOKED", "revoked", 0},
						{NULL, NULL, 0}};
	json_t *answer = NULL, *keys;
	int status = remote_call(r, "GET", "/v1/keys", NULL, &answer);

	if (status)
		return status;
	keys = json_is_array(answer) ? answer
				     : json_object_get(answer, "keys");
	if (json)
		print_json(keys);
	else
		print_table(keys, columns, "no keys");
	json_decref(answer);

	return CTL_OK;
}

static int revoke(struct remote *r, const char *name, int json)
{
	json_t *answer = NULL;
	struct strbuf path;
	int status;

	strbuf_init(&path, 1024);
	strbuf_add(&path, "/v1/keys/");
	remote_escape(&path, name);
	status = remote_call(r, "DELETE", path.s, NULL, &answer);
	strbuf_done(&path);
	if (status)
		return status;
	if (json) {
		json_t *o =
			json_pack("{s:s, s:b}", "name", name, "revoked", 1);

		print_json(o);
		json_decref(o);
	} else {
		printf("%s is revoked\n", name);
	}
	json_decref(answer);

	return CTL_OK;
}

static int run(int argc, char **argv)
{
	struct remote_options remote = {.url = NULL};
	int json = 0;
	const struct option table[] = {
		{"--json", NULL, OPTION_FLAG, &json, 0, 0,
		 "print JSON instead of text for people"},
		REMOTE_OPTIONS(remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&keys_command, table, argc, argv);
	struct remote r;
	int status;

	if (words < 0)
		return options_exit(words);
	if (!(words == 0 || (words == 1 && strcmp(argv[0], "list") == 0) ||
	      (words == 2 && (strcmp(argv[0], "create") == 0 ||
			      strcmp(argv[0], "revoke") == 0))))
		return options_usage(
			&keys_command,
			"expected list, create NAME, or revoke NAME");

	status = remote_open(&r, &remote);
	if (status)
		return status;
	if (words < 2)
		status = list(&r, json);
	else if (strcmp(argv[0], "create") == 0)
		status = create(&r, argv[1], json);
	else
		status = revoke(&r, argv[1], json);
	remote_close(&r);

	return status;
}

const struct command keys_command = {
	.name = "keys",
	.words = "[options] [list | create NAME | revoke NAME]",
	.help = "API keys: list, create, revoke.",
	.more = "A new key is printed once, alone on standard output; the "
		"server keeps its hash.\nA revoked one is refused at once.\n\n"
		"  dialogctl keys create office > office.key\n"
		"  dialogctl keys revoke office\n",
	.run = run,
};
