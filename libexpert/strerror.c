/**
 * @file strerror.c  Words for results
 *
 * SPDX-License-Identifier: MIT
 */
#include "expert.h"

const char *expert_version(void)
{
	return EXPERT_VERSION;
}

const char *expert_strerror(int err)
{
	switch (err) {
	case EXPERT_OK:
		return "done";
	case EXPERT_EINVAL:
		return "an argument is wrong";
	case EXPERT_ENOMEM:
		return "out of memory";
	case EXPERT_EAGAIN:
		return "too much is waiting to be sent, try later";
	case EXPERT_ETOOBIG:
		return "over a limit of the protocol";
	case EXPERT_EALREADY:
		return "done before";
	case EXPERT_EGONE:
		return "the call or the question is over";
	case EXPERT_EAUTH:
		return "the server refused the API key";
	case EXPERT_ECONNECT:
		return "the server cannot be reached";
	case EXPERT_EPROTO:
		return "the server does not speak the protocol";
	case EXPERT_ENOENT:
		return "nothing by this name";
	case EXPERT_ECLOSED:
		return "the server ended the service";
	default:
		return "unknown result";
	}
}
