/**
 * @file expect.h  Does an expectation of a script hold?
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_EXPECT_H
#define CTL_EXPECT_H

#include <jansson.h>

#include "ctl/script.h"

enum { EXPECT_TEXT_BYTES = 1024 };

/** @param record  what the server knows @return nonzero when an Expert had
 *  the call */
int expect_was_taken(const json_t *record);

/**
 * @param result  as report_make() builds it, without expectations
 * @param record  what the server knows, or NULL
 * @param what    what[EXPECT_TEXT_BYTES]: what is expected, in words
 * @param detail  detail[EXPECT_TEXT_BYTES]: what there was
 * @return nonzero when it holds
 */
int expect_check(const struct script_expect *e, const json_t *result,
		 const json_t *record, char *what, char *detail);

#endif /* CTL_EXPECT_H */
