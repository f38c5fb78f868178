/**
 * @file format.h  Bytes of a journal that its writer and its reader share
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JOURNAL_FORMAT_H
#define JOURNAL_FORMAT_H

/** The first line is PREFIX, the header, SUFFIX: one JSON object. */
#define JOURNAL_PREFIX "{\"journal\":1,\"call\":"
#define JOURNAL_SUFFIX "}\n"

enum {
	JOURNAL_HEAD_BYTES = 13, /**< u32 length, u8 type, i64 time      */
	JOURNAL_LENGTH_MIN = 9,  /**< the smallest length: no payload    */
};

#endif /* JOURNAL_FORMAT_H */
