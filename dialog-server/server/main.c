/**
 * @file main.c  dialog-server: command line and signals
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/strbuf.h"
#include "net/cert.h"
#include "server/server.h"

enum { SETS_MAX = 256, MISTAKES_MAX = 100 };

static const char USAGE[] =
	"Usage: dialog-server [--config FILE] [--set KEY=VALUE]...\n"
	"\n"
	"Takes calls, talks with callers, and lets Experts steer.\n"
	"Without any configuration it listens on 127.0.0.1:8800 and keeps "
	"its\n"
	"files in ./data.\n"
	"\n"
	"  -c, --config FILE     settings in YAML\n"
	"  -s, --set KEY=VALUE   one setting; may be repeated, wins over all\n"
	"      --print-config    print every setting with its explanation\n"
	"      --check           check the settings and exit\n"
	"  -V, --version         print the version\n"
	"  -h, --help            print this\n"
	"\n"
	"Settings come from the file, then from the environment\n"
	"(DIALOG_TURN_SILENCE_MS=500), then from --set.\n"
	"SIGHUP reloads the file; SIGTERM lets calls end, a second one does "
	"not.\n";

struct command_line {
	struct process_options options;
	const char *sets[SETS_MAX];
	int print_config, check;
};

/** @return 0 to go on, 1 to exit well, -EINVAL */
static int parse(struct command_line *c, int argc, char **argv)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"set", required_argument, NULL, 's'},
		{"print-config", no_argument, NULL, 'P'},
		{"check", no_argument, NULL, 'C'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int opt;

	c->options.sets = c->sets;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet */
	while ((opt = getopt_long(argc, argv, "c:s:Vh", options, NULL)) !=
	       -1) {
		switch (opt) {
		case 'c':
			c->options.file = optarg;
			break;
		case 's':
			if (c->options.n_sets == SETS_MAX) {
				(void)fprintf(stderr,
					      "dialog-server: more than %d "
					      "--set: write a file, see "
					      "--print-config\n",
					      SETS_MAX);
				return -EINVAL;
			}
			c->sets[c->options.n_sets++] = optarg;
			break;
		case 'P':
			c->print_config = 1;
			break;
		case 'C':
			c->check = 1;
			break;
		case 'V':
			(void)puts("dialog-server " DIALOG_VERSION);
			return 1;
		case 'h':
			(void)fputs(USAGE, stdout);
			return 1;
		default:
			(void)fputs("Try dialog-server --help\n", stderr);
			return -EINVAL;
		}
	}
	if (optind == argc)
		return 0;
	(void)fprintf(stderr,
		      "dialog-server: unexpected argument: %s\n"
		      "Try dialog-server --help\n",
		      argv[optind]);
	return -EINVAL;
}

static int print_config(const struct settings *conf)
{
	struct strbuf b;

	strbuf_init(&b, 256 * 1024);
	settings_print(&b, conf);
	(void)fputs(b.s, stdout);
	strbuf_done(&b);
	return 0;
}

static enum log_level level_of(const char *name)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};

	for (int i = 0; i < 4; i++) {
		if (strcmp(name, names[i]) == 0)
			return (enum log_level)i;
	}
	return LOG_LEVEL_INFO;
}

/* ---- running ------------------------------------------------------------ */

static void say_ready(const struct process *p, const struct settings *conf)
{
	int everywhere = strcmp(conf->listen_address, "0.0.0.0") == 0 ||
			 strcmp(conf->listen_address, "::") == 0;

	(void)printf("listening url=%s://%s:%d key_file=%s/default.key\n",
		     conf->tls_cert[0] ? "https" : "http",
		     everywhere ? "127.0.0.1" : conf->listen_address,
		     process_port(p), conf->data_dir);
	(void)fflush(stdout);
}

static void block_signals(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGHUP);
	(void)sigaddset(set, SIGPIPE);
	(void)sigaddset(set, SIGXFSZ); /* a write fails instead */
	(void)pthread_sigmask(SIG_BLOCK, set, NULL);
}

/** @return nonzero when a second signal came before the calls had ended */
static int await_calls(struct process *p, int64_t left_ms, const sigset_t *set)
{
	static const struct timespec step = {.tv_nsec = 50 * 1000 * 1000};

	for (; left_ms > 0 && process_calls(p) > 0; left_ms -= 50) {
		int sig = sigtimedwait(set, NULL, &step);

		if (sig == SIGTERM || sig == SIGINT)
			return 1;
	}
	return 0;
}

/** Calls may end by themselves until the deadline, then they are said goodbye
 *  to; a second signal leaves out what is left of that. */
static void drain(struct process *p, const sigset_t *set)
{
	const struct settings *conf = process_settings(p);
	enum { SLACK_MS = 1000 }; /* from the last word to the closed line */

	log_info("server",
		 "stopping, calls may end by themselves calls=%d "
		 "deadline_ms=%lld",
		 process_calls(p), (long long)conf->drain_ms);
	process_drain(p);
	if (await_calls(p, conf->drain_ms, set) || !process_calls(p))
		return;
	log_info("server", "deadline is over, saying goodbye calls=%d",
		 process_calls(p));
	process_goodbye(p);
	(void)await_calls(p, conf->goodbye_ms + SLACK_MS, set);
}

static void serve(struct process *p, const struct command_line *c,
		  const sigset_t *set)
{
	for (;;) {
		int sig = sigwaitinfo(set, NULL);

		if (sig == SIGHUP) {
			log_reopen();
			process_reload(p, &c->options);
		} else if (sig == SIGTERM || sig == SIGINT) {
			drain(p, set);
			return;
		}
	}
}

static int run(const struct command_line *c, const struct settings *conf)
{
	struct process *p;
	sigset_t set;
	int err;

	block_signals(&set);
	err = log_open(conf->log_file[0] ? conf->log_file : NULL,
		       level_of(conf->log_level), conf->log_json != 0);
	if (err) {
		errno = -err;
		(void)fprintf(stderr,
			      "dialog-server: cannot open log.file %s: %m; "
			      "set it to a file that can be written, or to "
			      "\"\" for standard error\n",
			      conf->log_file);
		return err;
	}
	err = process_open(&p, conf);
	if (!err) {
		say_ready(p, conf);
		serve(p, c, &set);
		process_close(p);
		log_info("server", "stopped");
	}
	log_close();
	return err;
}

static void tell_mistake(void *arg, const char *text)
{
	int *told = arg;

	if (++*told <= MISTAKES_MAX)
		(void)fprintf(stderr, "dialog-server: %s\n", text);
}

/** Every mistake, and not only the first. */
static void tell_mistakes(const struct process_options *o)
{
	int told = 0;

	(void)settings_check(o->file, o->sets, o->n_sets, tell_mistake, &told);
	if (told > MISTAKES_MAX)
		(void)fprintf(stderr, "dialog-server: and %d more mistakes\n",
			      told - MISTAKES_MAX);
}

/** --check, when the settings are good in themselves. */
static int check_files(const struct settings *conf)
{
	struct cert_error why = {"out of memory"};
	struct ssl_ctx_st *cert;
	char until[32];

	if (!conf->tls_cert[0])
		return 0;
	if (cert_read(&cert, conf->tls_cert, conf->tls_key, &why)) {
		(void)fprintf(stderr,
			      "dialog-server: listen.tls_cert %s with "
			      "listen.tls_key %s: %s\n",
			      conf->tls_cert, conf->tls_key, why.text);
		return -EINVAL;
	}
	if (cert_until(cert, until, sizeof(until)))
		(void)fprintf(stderr,
			      "dialog-server: warning: listen.tls_cert %s has "
			      "expired on %s\n",
			      conf->tls_cert, until);
	cert_unref(cert);
	return 0;
}

int main(int argc, char **argv)
{
	static struct command_line c;
	static struct settings conf;
	struct settings_error why;
	int err = parse(&c, argc, argv);

	if (err)
		return err < 0 ? 2 : 0;
	err = settings_load(&conf, c.options.file, c.options.sets,
			    c.options.n_sets, &why);
	if (err) {
		if (err == -ENOMEM)
			(void)fprintf(stderr, "dialog-server: %s\n", why.text);
		else
			tell_mistakes(&c.options);
		return 2;
	}
	if (c.print_config)
		return print_config(&conf);
	if (c.check) {
		if (check_files(&conf))
			return 2;
		(void)puts("settings are good");
		return 0;
	}
	err = process_place(&conf);
	if (err) {
		errno = -err;
		(void)fprintf(stderr,
			      "dialog-server: cannot tell where "
			      "server.data_dir %s is: %m; set it to an "
			      "absolute path\n",
			      conf.data_dir);
		return 1;
	}
	return run(&c, &conf) ? 1 : 0;
}
