/**
 * @file base.h  What every part of the library speaks of
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_BASE_H
#define LIBEXPERT_BASE_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EXPERT_API __attribute__((visibility("default")))
#else
#define EXPERT_API
#endif

/* Handles and contents of events: see handlers.h. */
struct expert;
struct expert_call;
struct expert_question;
struct expert_request;
struct expert_search;
struct expert_speech;
struct expert_end;
struct expert_takeover;
struct expert_task;

/** What functions return; negative means that nothing was done. */
enum {
	EXPERT_OK = 0,
	EXPERT_EINVAL = -1,   /**< an argument is wrong; see each function */
	EXPERT_ENOMEM = -2,   /**< out of memory */
	EXPERT_EAGAIN = -3,   /**< too much is waiting to be sent; try later */
	EXPERT_ETOOBIG = -4,  /**< over a limit of the protocol */
	EXPERT_EALREADY = -5, /**< answered before, or running already */
	EXPERT_EGONE = -6,    /**< the call or the question is over */
	EXPERT_EAUTH = -7,    /**< the server refused the API key */
	EXPERT_ECONNECT = -8, /**< the server cannot be reached */
	EXPERT_EPROTO = -9,   /**< the server does not speak the protocol */
	EXPERT_ENOENT = -10,  /**< there is no such thing */
	EXPERT_ECLOSED = -11, /**< the server ended the service */
};

/** @return text for a result, static; every int gives one. Any thread. */
EXPERT_API const char *expert_strerror(int err);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_BASE_H */
