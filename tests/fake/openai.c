/**
 * @file openai.c  The fake chat-completions service as a program
 *
 *   openai SCENARIOS [PORT]   prints "port N", logs a line of JSON for each
 *                             request, ends with its standard input
 *
 * SPDX-License-Identifier: MIT
 */
#include "openai_fake.h"

int main(int argc, char **argv)
{
	static struct fake f;

	if (argc < 2) {
		fprintf(stderr, "usage: openai SCENARIOS [PORT]\n");
		return 2;
	}
	if (fake_start(&f, argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0)) {
		perror("openai: cannot listen");
		return 1;
	}
	f.log = stdout;
	if (fake_load(&f, argv[1]) < 0) {
		fprintf(stderr, "openai: cannot read %s\n", argv[1]);
		return 1;
	}
	printf("port %d\n", f.port);
	fflush(stdout);
	while (getchar() != EOF)
		;
	fake_stop(&f);
	return 0;
}
