/**
 * @file kit_cert.h  A certificate for localhost, made for one test
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_KIT_CERT_H
#define TESTS_KIT_CERT_H

#include <check.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

static inline void kit_cert_name(X509 *x)
{
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(
		NULL, NULL, NID_subject_alt_name, "DNS:localhost");

	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					 (const unsigned char *)"localhost",
					 -1, -1, 0);
	(void)X509_set_issuer_name(x, name);
	(void)X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
}

/* Write a pair that signs itself, valid for an hour. */
static inline void kit_cert_write(const char *cert_path, const char *key_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	FILE *f;

	ck_assert_ptr_nonnull(key);
	(void)X509_set_version(x, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), -60);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	(void)X509_set_pubkey(x, key);
	kit_cert_name(x);
	ck_assert_int_gt(X509_sign(x, key, EVP_sha256()), 0);
	f = fopen(cert_path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(PEM_write_X509(f, x), 1);
	(void)fclose(f);
	f = fopen(key_path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(
		PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
	(void)fclose(f);
	X509_free(x);
	EVP_PKEY_free(key);
}

#endif /* TESTS_KIT_CERT_H */
