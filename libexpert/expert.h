/**
 * @file expert.h  Steer the calls of a voice agent from a C program
 *
 *   dialog-server <==WebSockets== [ libexpert ] --handlers--> your program
 *
 * The server talks to the caller; your program, the Expert, says what the talk
 * is about: it sets tasks with fields to collect, answers questions, carries
 * out actions, transfers and ends calls.
 *
 * Threads: nothing of yours runs on a thread that you did not ask for. Choose:
 *
 *   expert_run()          one thread, yours: handlers one at a time; one that
 *                         waits keeps all other calls of this client waiting
 *   expert_run_workers()  n threads: handlers of a call one at a time and in
 *                         order, those of different calls beside each other
 *   expert_start(),       your own event loop: handlers run when it calls
 *   expert_dispatch()     expert_dispatch()
 *
 * Functions marked "any thread" may be called from anywhere at any time: a
 * call or a question that is over answers EXPERT_EGONE, never a crash. "From
 * handlers": from a handler of that call. A function without a mark belongs to
 * the thread that runs the client.
 *
 * Strings: in, UTF-8 and copied, 8 KiB at most where nothing else is said,
 * keys and ids 128 bytes; out, borrowed until the handler returns and never
 * NULL where nothing else is said. Results are EXPERT_OK or one of the
 * negative codes of expert/base.h; where NULL makes no sense it is
 * EXPERT_EINVAL. No function but expert_stop() and expert_drain() may be
 * called from a signal handler. The library never prints, exits or forks.
 *
 * Where to look: handlers.h what happens, call.h and task.h what you do about
 * it, client.h and options.h how you connect, outbound.h how you call, more.h
 * what dialog-server adds to the published protocol, fields.h values of
 * several parts and values that you check, text.h help with words, model.h the
 * server's language model, vectors.h texts by their meaning, test.h tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPERT_H
#define EXPERT_H

#include "expert/base.h"
#include "expert/call.h"
#include "expert/client.h"
#include "expert/fields.h"
#include "expert/handlers.h"
#include "expert/model.h"
#include "expert/more.h"
#include "expert/options.h"
#include "expert/outbound.h"
#include "expert/task.h"
#include "expert/test.h"
#include "expert/text.h"
#include "expert/vectors.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EXPERT_VERSION "0.1.0"

/** @return the version of the library that is linked, "0.1.0" */
EXPERT_API const char *expert_version(void);

#ifdef __cplusplus
}
#endif

#endif /* EXPERT_H */
