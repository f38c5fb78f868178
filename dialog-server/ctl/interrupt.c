/**
 * @file interrupt.c  Ctrl-C stops the loop instead of the process
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "net/loop.h"

static struct loop *volatile watched;
static volatile sig_atomic_t came;

static void on_signal(int number)
{
	struct sigaction usual;

	came = number;
	memset(&usual, 0, sizeof(usual));
	usual.sa_handler = SIG_DFL;
	(void)sigaction(number, &usual, NULL);
	if (watched)
		loop_stop(watched); /* an atomic store and a write */
}

static void set_handler(void (*handler)(int))
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

void interrupt_watch(struct loop *l)
{
	came = 0;
	watched = l;
	set_handler(on_signal);
}

void interrupt_done(void)
{
	set_handler(SIG_DFL);
	watched = NULL;
}

int interrupt_came(void)
{
	return came != 0;
}
