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
	&call_command, &talk_command,    &calls_command,
	&keys_command, &experts_command, &doctor_command,
};
enum { COMMANDS_N = sizeof(commands) / sizeof(commands[0]), HINT = 2 };

static void print_help(FILE *out)
{
	(void)fprintf(out, "usage: dialogctl COMMAND [options] ...\n\n");
	for (size_t i = 0; i < COMMANDS_N; i++)
		(void)fprintf(out, "  %-9s %s\n", commands[i]->name,
			      commands[i]->help);
	(void)fprintf(out,
		      "\ndialogctl COMMAND --help tells more. Every command "
		      "has --json, --url, --key\nand --key-file; without "
		      "them DIALOG_URL and DIALOG_API_KEY count.\n"
		      "dialogctl --version prints the version.\n");
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

	(void)sigaction(SIGPIPE, &ignore, NULL);
	/* What goes wrong is told in our own words. */
	log_set_level(LOG_LEVEL_ERROR);
	if (argc < 2) {
		print_help(stderr);
		return CTL_USAGE;
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
	for (size_t i = 0; i < COMMANDS_N; i++)
		if (strcmp(commands[i]->name, argv[1]) == 0)
			return commands[i]->run(argc - 2, argv + 2);

	return unknown(argv[1]);
}
