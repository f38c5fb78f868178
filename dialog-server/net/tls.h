/**
 * @file tls.h  Contexts of OpenSSL for both directions
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_TLS_H
#define NET_TLS_H

struct ssl_ctx_st;

/** TLS 1.2 or newer, HTTP/1.1 only.
 *  @param cert  PEM file with the chain @param key  PEM file
 *  @return 0, -EBADMSG (files unreadable or not a pair), -ENOMEM */
int tls_server_new(struct ssl_ctx_st **ret, const char *cert, const char *key);

/** Trusts what the system trusts. @return 0, -ENOMEM */
int tls_client_new(struct ssl_ctx_st **ret);

/** @return NULL */
struct ssl_ctx_st *tls_free(struct ssl_ctx_st *ctx);

#endif /* NET_TLS_H */
