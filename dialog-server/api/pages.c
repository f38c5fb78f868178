/**
 * @file pages.c  The page that the server serves, from inside the program
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "api/assets.h"

/* Nothing from anywhere else, nothing inline, nobody frames it. The socket of
 * the page is of the same host, which 'self' covers. */
static const char fields[] =
	"Content-Security-Policy: default-src 'none'; script-src 'self'; "
	"style-src 'self'; connect-src 'self'; img-src 'self' data:; "
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
	"Permissions-Policy: microphone=(self), camera=(), geolocation=()\r\n"
	"Referrer-Policy: no-referrer\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Cache-Control: no-cache\r\n";

static const char *type_of(const char *name)
{
	static const char *const types[][2] = {
		{".html", "text/html; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".css", "text/css; charset=utf-8"},
		{".svg", "image/svg+xml"},
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(dot, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}

void api_page(struct http_req *r, void *arg)
{
	const char *name = http_path(r) + 1;

	(void)arg;
	if (!*name)
		name = "index.html";
	for (const struct asset *a = assets; a->name; a++)
		if (!strcmp(a->name, name)) {
			http_reply(r, 200, type_of(name), fields, a->data,
				   a->len);
			return;
		}
	http_error(r, 404, NULL);
}

/* Where clients of the published protocol send a person who has a web code. */
void api_debug_webrtc(struct http_req *r, void *arg)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	const char *code = http_query(r, "webrtc_code");
	char to[128];

	(void)arg;
	if (!code || !*code || code[strspn(code, letters)] ||
	    snprintf(to, sizeof(to), "Location: /?code=%s\r\n", code) >=
		    (int)sizeof(to)) {
		http_error(r, 400, "webrtc_code must be a web code");
		return;
	}
	http_reply(r, 302, "text/plain", to, "", 0);
}
