/**
 * @file tls.c  Contexts of OpenSSL for both directions
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/log.h"
#include "net/tls.h"

/* Buffers are released between records: an idle connection must be cheap.
 * The send queue moves its bytes, and takes what was accepted. */
static SSL_CTX *new_ctx(const SSL_METHOD *method)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		return NULL;
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS |
				      SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
					 SSL_OP_NO_COMPRESSION |
					 SSL_OP_IGNORE_UNEXPECTED_EOF);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	return ctx;
}

static int pick_http11(SSL *ssl, const unsigned char **out,
		       unsigned char *outlen, const unsigned char *in,
		       unsigned inlen, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *picked;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&picked, outlen, ours, sizeof(ours) - 1, in,
				  inlen) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = picked;
	return SSL_TLSEXT_ERR_OK;
}

static int load(SSL_CTX *ctx, const char *cert, const char *key)
{
	char why[160];

	if (SSL_CTX_use_certificate_chain_file(ctx, cert) == 1 &&
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1)
		return 0;
	ERR_error_string_n(ERR_get_error(), why, sizeof(why));
	log_error("tls", "certificate refused cert=%s key=%s why=%s", cert,
		  key, why);
	ERR_clear_error();
	return -EBADMSG;
}

int tls_server_new(struct ssl_ctx_st **ret, const char *cert, const char *key)
{
	SSL_CTX *ctx = new_ctx(TLS_server_method());

	if (!ctx)
		return -ENOMEM;

	int err = load(ctx, cert, key);

	if (err) {
		SSL_CTX_free(ctx);
		return err;
	}
	SSL_CTX_set_alpn_select_cb(ctx, pick_http11, NULL);
	*ret = ctx;
	return 0;
}

int tls_client_new(struct ssl_ctx_st **ret)
{
	SSL_CTX *ctx = new_ctx(TLS_client_method());

	if (!ctx)
		return -ENOMEM;
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_set_default_verify_paths(ctx) != 1) {
		SSL_CTX_free(ctx);
		return -ENOMEM;
	}
	*ret = ctx;
	return 0;
}

struct ssl_ctx_st *tls_free(struct ssl_ctx_st *ctx)
{
	SSL_CTX_free(ctx);
	return NULL;
}
