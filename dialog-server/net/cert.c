/**
 * @file cert.c  The certificate of a server, and a newer one while it runs
 *
 * lws offers lws_tls_cert_updated(), which loads the files into the context
 * that is in use: one file that is half written leaves the server without a
 * certificate, and one of another kind (EC for RSA) stands beside the old,
 * which some clients would go on getting. Here a pair is read and checked
 * apart, and put into each connection during its handshake.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/cert.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

static void say_why(struct cert_error *ret)
{
	const unsigned long e = ERR_peek_error();
	const char *why = ERR_reason_error_string(e);
	const int reason = ERR_GET_REASON(e);
	char buffer[64];

	if ((ERR_GET_LIB(e) == ERR_LIB_X509 &&
	     (reason == X509_R_KEY_VALUES_MISMATCH ||
	      reason == X509_R_KEY_TYPE_MISMATCH)) ||
	    (ERR_GET_LIB(e) == ERR_LIB_SSL &&
	     reason == SSL_R_NO_CERTIFICATE_ASSIGNED))
		why = "the key is not that of the certificate";
	/* A reason without a text is an errno: no such file, say. */
	else if (!why)
		why = strerror_r(reason, buffer, sizeof(buffer));
	(void)text_copy(ret->text, sizeof(ret->text), why);
}

int cert_read(struct ssl_ctx_st **ret, const char *cert, const char *key,
	      struct cert_error *why)
{
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());

	if (!c)
		return -ENOMEM;
	if (SSL_CTX_use_certificate_chain_file(c, cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(c) != 1) {
		say_why(why);
		ERR_clear_error();
		SSL_CTX_free(c);
		return -EBADMSG;
	}
	*ret = c;
	return 0;
}

static int sign_itself(X509 *x, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_set_version(x, X509_VERSION_3) == 1 &&
	       ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
	       X509_gmtime_adj(X509_getm_notBefore(x), -3600) &&
	       X509_gmtime_adj(X509_getm_notAfter(x), 86400) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					  (const unsigned char *)"localhost",
					  -1, -1, 0) == 1 &&
	       X509_set_issuer_name(x, name) == 1 &&
	       X509_set_pubkey(x, key) == 1 && X509_sign(x, key, EVP_sha256());
}

int cert_untrusted(struct ssl_ctx_st **ret)
{
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	int ok = c && key && x && sign_itself(x, key) &&
		 SSL_CTX_use_certificate(c, x) == 1 &&
		 SSL_CTX_use_PrivateKey(c, key) == 1;

	X509_free(x);
	EVP_PKEY_free(key);
	if (!ok) {
		ERR_clear_error();
		SSL_CTX_free(c);
		return -ENOMEM;
	}
	*ret = c;
	return 0;
}

struct ssl_ctx_st *cert_ref(struct ssl_ctx_st *c)
{
	(void)SSL_CTX_up_ref(c);
	return c;
}

struct ssl_ctx_st *cert_unref(struct ssl_ctx_st *c)
{
	SSL_CTX_free(c);
	return NULL;
}

int cert_until(const struct ssl_ctx_st *c, char *dst, size_t cap)
{
	const ASN1_TIME *t = X509_get0_notAfter(SSL_CTX_get0_certificate(c));
	struct tm tm;

	dst[0] = '\0';
	if (ASN1_TIME_to_tm(t, &tm) == 1)
		(void)strftime(dst, cap, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return X509_cmp_current_time(t) < 0;
}

/** @return 1, 0: the handshake fails */
static int choose(SSL *ssl, void *arg)
{
	const SSL_CTX *now = *(SSL_CTX **)arg;
	STACK_OF(X509) *chain = NULL;

	if (!now)
		return 1;
	SSL_certs_clear(ssl);
	return SSL_use_certificate(ssl, SSL_CTX_get0_certificate(now)) == 1 &&
	       SSL_use_PrivateKey(ssl, SSL_CTX_get0_privatekey(now)) == 1 &&
	       SSL_CTX_get0_chain_certs((SSL_CTX *)now, &chain) == 1 &&
	       (!chain || SSL_set1_chain(ssl, chain) == 1);
}

void cert_follow(struct ssl_ctx_st *listener, struct ssl_ctx_st **now)
{
	SSL_CTX_set_cert_cb(listener, choose, now);
}
