/**
 * @file twilio_dial.h  Calls that we place by Twilio
 *
 *   dial() --POST Calls.json (TwiML with a token)--> Twilio --rings-->
 * somebody
 *          <--POST /twilio/status?call=ID-- ringing, busy, no-answer, failed
 *          <--WS /twilio/media (the token)-- answered
 *
 * @source Twilio, Voice API: Calls resource, status callbacks; error codes
 * 212xx
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_DIAL_H
#define CHANNEL_TWILIO_DIAL_H

#include "media/dialler.h"

struct channel_host;

extern const struct dialler_ops twilio_dialler;

/**
 * A signed status callback of a call that we have placed.
 *
 * @param status  "busy", "completed", ...; unknown ones are passed over
 * @param sip     SIP's code behind "failed", or ""
 * @thread any loop's
 */
void twilio_dial_status(const struct channel_host *host, const char *call_id,
			const char *status, const char *sip);

#endif /* CHANNEL_TWILIO_DIAL_H */
