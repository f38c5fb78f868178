/**
 * @file cert.h  The certificate of a server, and a newer one while it runs
 *
 *   files --read--> [ cert ] --server_use_cert()--> connections made from now
 *
 * One that is read has been found good: a chain, and the key of its first
 * certificate. It is counted, so that loops may let go of it when they like.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_CERT_H
#define NET_CERT_H

#include <stddef.h>

/** A certificate with its chain and key; OpenSSL's SSL_CTX. */
struct ssl_ctx_st;

/** Why a pair was refused, for people. */
struct cert_error {
	char text[96];
};

/** Read and check a pair of PEM files.
 *  @return 0, -EBADMSG (*why is set), -ENOMEM @thread any */
int cert_read(struct ssl_ctx_st **ret, const char *cert, const char *key,
	      struct cert_error *why);

/** One that nobody trusts: of this process's own making, signed by itself.
 *  @return 0, -ENOMEM */
int cert_untrusted(struct ssl_ctx_st **ret);

/** @return c, once more @thread any */
struct ssl_ctx_st *cert_ref(struct ssl_ctx_st *c);
/** @param c  or NULL @return NULL @thread any */
struct ssl_ctx_st *cert_unref(struct ssl_ctx_st *c);

/** When it ends, as "2027-01-31T12:00:00Z". @return nonzero when it has */
int cert_until(const struct ssl_ctx_st *c, char *dst, size_t cap);

/** From now on each handshake of `listener` uses what *now is then, unless
 *  that is NULL. @param now  on the listener's loop, good while it is */
void cert_follow(struct ssl_ctx_st *listener, struct ssl_ctx_st **now);

#endif /* NET_CERT_H */
