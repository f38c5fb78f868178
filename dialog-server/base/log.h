/**
 * @file log.h  One line an event, written by a thread of its own
 *
 *   log_info("call/1042", "call ended reason=%s duration_ms=%d", ...)
 *
 * The caller only formats into a bounded ring; overflow drops and counts.
 * Message first, then key=value; English, lower case, no trailing period.
 * Numbers and what people said appear at debug only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/**
 * Start the writer thread. Before it (and after log_close()) lines go straight
 * to standard error.
 *
 * @param path  NULL for standard error; copied
 * @return 0, -errno of open
 */
int log_open(const char *path, enum log_level level, int json);

/** Change the level at run time. @thread any */
void log_set_level(enum log_level level);

/** Reopen the file (after rotation). @thread main */
void log_reopen(void);

/** Write what is queued and end the thread. */
void log_close(void);

/** @return lines lost: the ring was full, or the file could not be written
 *  @thread any */
uint64_t log_dropped(void);

/** @param tag  class and ordinal, "call/1042"; copied @thread any */
void log_line(enum log_level level, const char *tag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** Let the log thread look around: something is held back. @thread any */
void log_poke(void);

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif /* BASE_LOG_H */
