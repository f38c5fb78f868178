/**
 * @file trust.c  Whose certificates are believed
 *
 * Both of our libraries take the authorities from where OpenSSL's variable
 * says: one place to set, and requests and WebSockets believe the same.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/trust.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "ctl/options.h"
#include "ctl/remote.h"

static const char trusted_file[] = "SSL_CERT_FILE";

static int has_authorities(const char *path)
{
	X509_STORE *store = X509_STORE_new();
	int ok = store && X509_STORE_load_file(store, path) == 1;

	X509_STORE_free(store);
	ERR_clear_error();

	return ok;
}

int trust_ca_file(const char *given)
{
	const char *path = given ? given : remote_env("DIALOG_CA_FILE");
	char why[128] = "";
	FILE *f;

	if (!path)
		return 0;
	f = fopen(path, "re");
	if (!f) {
		(void)fprintf(stderr,
			      "dialogctl: cannot read the certificates in "
			      "%s: %s\n",
			      path, strerror_r(errno, why, sizeof(why)));
		return CTL_USAGE;
	}
	(void)fclose(f);
	if (!has_authorities(path)) {
		(void)fprintf(stderr,
			      "dialogctl: %s holds no certificate: a file in "
			      "PEM form is wanted (-----BEGIN CERTIFICATE)\n",
			      path);
		return CTL_USAGE;
	}
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread yet */
	return setenv(trusted_file, path, 1) ? CTL_FAILED : 0;
}

void trust_advise(struct strbuf *b, const char *url, const char *why)
{
	const char *file = remote_env(trusted_file);

	strbuf_addf(b, "dialogctl: the certificate of %s is not trusted: %s\n",
		    url, why);
	if (strstr(why, "subject name")) {
		strbuf_add(b, "It is for another name: use the one that is "
			      "in the certificate.\n");
		return;
	}
	if (file)
		strbuf_addf(b,
			    "Neither this machine nor %s knows the authority "
			    "that signed it.\n",
			    file);
	strbuf_add(b, "Trust the authority that signed it (or the certificate "
		      "itself, when it signs itself):\n"
		      "  for dialogctl: --ca-file FILE, or DIALOG_CA_FILE\n"
		      "  for all of this machine (Debian, as root): cp FILE "
		      "/usr/local/share/ca-certificates/dialog.crt\n"
		      "  and update-ca-certificates\n");
}
