/**
 * @file test_cert.c  Certificates: read, refused, told until when
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/cert.h"
#include "tests/unit/kit_cert.h"
#include "tests/unit/tempdir.h"
#include "tests/unit/unit.h"

static const char *cert, *key, *other_cert, *other_key;
static struct cert_error why;

static void make_pairs(void)
{
	cert = tempdir_path("cert.pem");
	key = tempdir_path("key.pem");
	other_cert = tempdir_path("other.pem");
	other_key = tempdir_path("other.key");
	kit_cert_write(cert, key);
	kit_cert_write(other_cert, other_key);
}

START_TEST(reads_a_pair_and_tells_its_end)
{
	struct ssl_ctx_st *c;
	char until[32];

	make_pairs();
	ck_assert_int_eq(cert_read(&c, cert, key, &why), 0);
	ck_assert_int_eq(cert_until(c, until, sizeof(until)), 0);
	ck_assert_uint_eq(strlen(until), strlen("2027-01-31T12:00:00Z"));
	ck_assert_int_eq(until[19], 'Z');
	ck_assert_ptr_eq(cert_ref(c), c);
	ck_assert_ptr_null(cert_unref(c));
	ck_assert_ptr_null(cert_unref(c));
	ck_assert_ptr_null(cert_unref(NULL));
}
END_TEST

START_TEST(refuses_what_is_no_pair)
{
	struct ssl_ctx_st *c = NULL;
	char half[256];
	FILE *f;

	make_pairs();
	ck_assert_int_eq(cert_read(&c, cert, other_key, &why), -EBADMSG);
	ck_assert_str_eq(why.text, "the key is not that of the certificate");
	ck_assert_int_eq(cert_read(&c, key, cert, &why), -EBADMSG);
	ck_assert_int_eq(cert_read(&c, "/nonexistent", key, &why), -EBADMSG);
	ck_assert_int_eq(cert_read(&c, cert, "/nonexistent", &why), -EBADMSG);
	ck_assert_str_eq(why.text, "No such file or directory");
	ck_assert_int_eq(cert_read(&c, "/dev/null", "/dev/null", &why),
			 -EBADMSG);
	/* half written */
	f = fopen(other_cert, "r");
	ck_assert_uint_eq(fread(half, 1, sizeof(half), f), sizeof(half));
	(void)fclose(f);
	f = fopen(other_cert, "w");
	ck_assert_uint_eq(fwrite(half, 1, sizeof(half), f), sizeof(half));
	(void)fclose(f);
	ck_assert_int_eq(cert_read(&c, other_cert, other_key, &why), -EBADMSG);
	ck_assert_ptr_null(c);
	/* and what was wrong then is not wrong now */
	ck_assert_int_eq(cert_read(&c, cert, key, &why), 0);
	cert_unref(c);
}
END_TEST

UNIT_MAIN("cert", reads_a_pair_and_tells_its_end, refuses_what_is_no_pair)
