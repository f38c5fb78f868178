/**
 * @file trust.h  Whose certificates are believed
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_TRUST_H
#define CTL_TRUST_H

struct strbuf;

/**
 * Believe the authorities in a file, beside those of the machine, for every
 * connection from now on.
 *
 * @param given  from --ca-file, or NULL: DIALOG_CA_FILE, or nothing to do
 * @return 0, or what to exit with: told on standard error
 * @thread main, before there are others
 */
int trust_ca_file(const char *given);

/** What to do about a certificate that is not believed, in whole lines.
 *  @param why  as the library says it */
void trust_advise(struct strbuf *b, const char *url, const char *why);

#endif /* CTL_TRUST_H */
