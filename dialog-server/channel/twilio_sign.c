/**
 * @file twilio_sign.c  X-Twilio-Signature of webhooks
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_sign.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"

enum { SHA1_BYTES = 20, SHA256_BYTES = 32 };

static int by_name_then_value(const void *a, const void *b)
{
	const struct twilio_param *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

static void add_params(struct strbuf *b, struct twilio_param *p, size_t n)
{
	qsort(p, n, sizeof(*p), by_name_then_value);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && by_name_then_value(&p[i - 1], &p[i]) == 0)
			continue; /* repeated: signed once */
		strbuf_add(b, p[i].name);
		strbuf_add(b, p[i].value);
	}
}

int twilio_sign(char *out, const char *auth_token, const char *url,
		struct twilio_param *p, size_t n)
{
	unsigned char mac[SHA1_BYTES];
	unsigned int mac_len = 0;
	struct strbuf b;
	int err = -ENOMEM;

	strbuf_init(&b, LIMIT_HTTP_BODY_BYTES + 2 * LIMIT_HTTP_PATH_BYTES);
	strbuf_add(&b, url);
	if (n > 0)
		add_params(&b, p, n);
	if (!strbuf_ok(&b))
		goto out;
	err = -EIO;
	if (!HMAC(EVP_sha1(), auth_token, (int)strlen(auth_token),
		  (const unsigned char *)b.s, b.len, mac, &mac_len) ||
	    text_base64_encode(out, TWILIO_SIGNATURE_BYTES, mac, mac_len) < 0)
		goto out;
	err = 0;
out:
	strbuf_done(&b);
	return err;
}

/* The URL with its default port added or taken away.
 * @return 0, -ENOENT (it has another port), -EMSGSIZE */
static int other_port(char *out, size_t cap, const char *url)
{
	const char *host = strstr(url, "://");
	const char *end, *colon, *port;
	struct strbuf b;

	if (!host)
		return -ENOENT;
	port = host[-1] == 's' ? ":443" : ":80"; /* https, wss */
	host += 3;
	end = host + strcspn(host, "/?#");
	colon = memchr(host, ']', (size_t)(end - host));
	colon = memchr(colon ? colon : host, ':',
		       (size_t)(end - (colon ? colon : host)));
	strbuf_over(&b, out, cap);
	strbuf_addn(&b, url, (size_t)((colon ? colon : end) - url));
	if (!colon)
		strbuf_add(&b, port);
	else if ((size_t)(end - colon) != strlen(port) ||
		 memcmp(colon, port, strlen(port)) != 0)
		return -ENOENT;
	strbuf_add(&b, end);
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

static int matches(const char *signature, const char *auth_token,
		   const char *url, struct twilio_param *p, size_t n)
{
	char want[TWILIO_SIGNATURE_BYTES];

	return twilio_sign(want, auth_token, url, p, n) == 0 &&
	       CRYPTO_memcmp(signature, want, sizeof(want) - 1) == 0;
}

/* Does the URL carry the hash of this body? */
static int body_is_covered(const char *url, const char *body, size_t len)
{
	static const char name[] = "bodySHA256=";
	const char *at = strchr(url, '?');
	unsigned char hash[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	at = at ? strstr(at, name) : NULL;
	if (!at || (at[-1] != '?' && at[-1] != '&') ||
	    EVP_Digest(body, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return 0;
	at += sizeof(name) - 1;
	text_hex(hex, sizeof(hex), hash, sizeof(hash));
	return strcspn(at, "&") == sizeof(hex) - 1 &&
	       CRYPTO_memcmp(at, hex, sizeof(hex) - 1) == 0;
}

int twilio_signed(const char *signature, const char *auth_token,
		  const char *url, struct twilio_param *p, size_t n,
		  const char *body, size_t body_len)
{
	char other[2 * LIMIT_HTTP_PATH_BYTES];

	if (!signature || strlen(signature) != TWILIO_SIGNATURE_BYTES - 1)
		return 0;
	if (body && body_len > 0 && !body_is_covered(url, body, body_len))
		return 0;
	if (matches(signature, auth_token, url, p, n))
		return 1;
	return other_port(other, sizeof(other), url) == 0 &&
	       matches(signature, auth_token, other, p, n);
}
