/**
 * @file check_child.c  The Expert under test as a child of ours
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "ctl/check.h"

enum { ADDED = 5, LINE_BYTES = REMOTE_URL_BYTES + 64, GRACE_US = 5000000 };

/* Is this variable one of those that we set? */
static int is_ours(const char *line, char added[ADDED][LINE_BYTES])
{
	for (int i = 0; i < ADDED; i++) {
		size_t len = strcspn(added[i], "=");

		if (strncmp(line, added[i], len) == 0 && line[len] == '=')
			return 1;
	}

	return 0;
}

static void name_variables(const struct check *c,
			   char added[ADDED][LINE_BYTES])
{
	const char *s = c->tls_cert ? "s" : "";

	(void)snprintf(added[0], LINE_BYTES, "EXPERT_URL=ws%s://%s", s,
		       c->url);
	(void)snprintf(added[1], LINE_BYTES, "EXPERT_API_KEY=%s", c->key);
	(void)snprintf(added[2], LINE_BYTES, "GUAVA_BASE_URL=http%s://%s/", s,
		       c->url);
	(void)snprintf(added[3], LINE_BYTES, "GUAVA_API_KEY=%s", c->key);
	/* The examples take the number that they listen on from here. */
	(void)snprintf(added[4], LINE_BYTES, "EXPERT_NUMBER=%s", c->address);
}

/* It ends by itself when we are gone without a word: nothing to do. What it
 * prints goes to standard error; standard output has our lines. */
int check_child_start(struct check *c, char *const *argv)
{
	char added[ADDED][LINE_BYTES];
	posix_spawn_file_actions_t files;
	size_t n = 0, used = 0;
	char **env;
	int err;

	while (environ[n])
		n++;
	env = mem_zalloc((n + ADDED + 1) * sizeof(*env));
	if (!env)
		return -ENOMEM;
	name_variables(c, added);
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i], added))
			env[used++] = environ[i];
	for (int i = 0; i < ADDED; i++)
		env[used++] = added[i];

	err = posix_spawn_file_actions_init(&files);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&files, STDERR_FILENO,
						       STDOUT_FILENO);
	if (!err)
		err = posix_spawnp(&c->child, argv[0], &files, NULL, argv,
				   env);
	(void)posix_spawn_file_actions_destroy(&files);
	mem_free(env);
	if (err)
		c->child = 0;

	return -err;
}

void check_child_poll(struct check *c)
{
	int status;

	if (c->child <= 0 || c->child_gone ||
	    waitpid(c->child, &status, WNOHANG) != c->child)
		return;
	c->child_gone = 1;
	c->child_status = WIFEXITED(status) ? WEXITSTATUS(status)
					    : 128 + WTERMSIG(status);
}

void check_child_stop(struct check *c)
{
	int64_t until_us = clock_now_us() + GRACE_US;

	if (c->child <= 0)
		return;
	check_child_poll(c);
	if (!c->child_gone)
		(void)kill(c->child, SIGTERM);
	while (!c->child_gone && clock_now_us() < until_us) {
		(void)usleep(20000);
		check_child_poll(c);
	}
	if (!c->child_gone) {
		(void)kill(c->child, SIGKILL);
		(void)waitpid(c->child, NULL, 0);
		c->child_gone = 1;
	}
}
