/**
 * @file main.c  dialogctl: the tool beside dialog-server
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "ctl/commands.h"

static const struct command *const commands[] = {
	&call_command,   &talk_command,         &phone_command,
	&calls_command,  &keys_command,         &experts_command,
	&doctor_command, &expert_check_command,
};
enum { COMMANDS_N = sizeof(commands) / sizeof(commands[0]), HINT = 2 };

static void print_help(FILE *out)
{
	(void)fprintf(out,
		      "usage: dialogctl COMMAND [options] ...\n\n"
		      "Place test calls, talk to agents, and look after a "
		      "dialog-server.\n\ncommands:\n");
	for (size_t i = 0; i < COMMANDS_N; i++)
		(void)fprintf(out, "  %-12s %s\n", commands[i]->name,
			      commands[i]->help);
	(void)fprintf(out,
		      "\nfirst steps:\n"
		      "  dialogctl doctor       is everything there for a "
		      "call?\n"
		      "  dialogctl talk         type with the agent\n"
		      "  dialogctl call --say \"Do you have parking?\"\n"
		      "  dialogctl calls        what was said, and what came "
		      "of it\n\n"
		      "dialogctl COMMAND --help has the options. Without any, "
		      "the server on this machine\nis meant, port 8800, with "
		      "the key that it made at its first start; for another:\n"
		      "--url, --key, --key-file, --ca-file, or DIALOG_URL, "
		      "DIALOG_API_KEY, DIALOG_CA_FILE.\n"
		      "dialogctl --version prints the version.\n");
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS_N; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];

	return NULL;
}

static int unknown(const char *name)
{
	(void)fprintf(stderr, "dialogctl: there is no command \"%s\"", name);
	for (size_t i = 0; i < COMMANDS_N; i++)
		if (text_distance(name, commands[i]->name) <= HINT) {
			(void)fprintf(stderr, ": did you mean \"%s\"?",
				      commands[i]->name);
			break;
		}
	(void)fprintf(stderr, "\n\n");
	print_help(stderr);

	return CTL_USAGE;
}

int main(int argc, char **argv)
{
	/* A reader of our output, or a socket, may go at any time. */
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	char *help[] = {(char[]){"--help"}, NULL};
	const struct command *c;

	(void)sigaction(SIGPIPE, &ignore, NULL);
	/* What goes wrong is told in our own words. */
	log_set_level(LOG_LEVEL_ERROR);
	if (argc < 2) {
		print_help(stderr);
		return CTL_USAGE;
	}
	c = find(argv[1]);
	if (c)
		return c->run(argc - 2, argv + 2);
	if (strcmp(argv[1], "help") == 0 && argc > 2) {
		c = find(argv[2]);
		return c ? c->run(1, help) : unknown(argv[2]);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return CTL_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		(void)puts("dialogctl " DIALOG_VERSION);
		return CTL_OK;
	}

	return unknown(argv[1]);
}
