/**
 * @file callinfo.c  What an Expert is told of a call before it answers
 *
 * Clients of the protocol check the numbers of a telephone call when they
 * decode the offer, and one that fails to stops listening. So a number goes
 * out as a number only when it is one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expert/callinfo.h"

#include <stddef.h>
#include <string.h>

enum { E164_DIGITS_MAX = 15 };

/* A caller that is not known, in the words of RFC 3323. */
static const char anonymous[] = "\"Anonymous\" <sip:anonymous@anonymous."
				"invalid>";

int callinfo_is_e164(const char *s)
{
	size_t n;

	if (!s || s[0] != '+' || s[1] < '1' || s[1] > '9')
		return 0;
	n = strspn(s + 1, "0123456789");
	return n >= 2 && n <= E164_DIGITS_MAX && !s[1 + n];
}

static const char *behind(const char *address, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(address, prefix, n) ? NULL : address + n;
}

/** Called by another name than a number: as by SIP. */
static void by_name(struct xp_call_info *info, const char *name)
{
	const char *from = info->from_number;

	*info = (struct xp_call_info){
		.type = XP_CALL_SIP,
		.from_aor = from && *from ? from : anonymous,
		.sip_code = name,
	};
}

void callinfo_fit(struct xp_call_info *info, const char *address)
{
	const char *web = behind(address, "web:");
	const char *sip = behind(address, "sip:");

	if (info->type != XP_CALL_PSTN)
		return;
	if (web) {
		*info = (struct xp_call_info){
			.type = XP_CALL_WEBRTC,
			.webrtc_code = web,
		};
	} else if (sip || !callinfo_is_e164(info->to_number)) {
		by_name(info, sip ? sip : address);
	} else if (!callinfo_is_e164(info->from_number)) {
		/* "anonymous", "client:ada": not lost, and no number. */
		if (!info->caller_id && info->from_number &&
		    *info->from_number)
			info->caller_id = info->from_number;
		info->from_number = NULL;
	}
}
