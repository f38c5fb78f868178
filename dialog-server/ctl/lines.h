/**
 * @file lines.h  Lines of standard input, given to a loop
 *
 *   thread: poll, read, split --loop_post--> line(text), ... line(NULL)
 *
 * One line at a time: the next is read when lines_next() asks for it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_LINES_H
#define CTL_LINES_H

struct lines;
struct loop;

enum { LINES_BYTES = 4096 }; /* of one line; a longer one comes in parts */

/** @param text  borrowed, without its newline; NULL at the end */
typedef void(lines_fn)(void *arg, const char *text);

/** @return 0, -ENOMEM, -EAGAIN */
int lines_open(struct lines **ret, struct loop *l, lines_fn *fn, void *arg);

/** Read the next line. @thread the loop's */
void lines_next(struct lines *s);

/** fn is not called any more. @return NULL @thread the loop's */
struct lines *lines_close(struct lines *s);

#endif /* CTL_LINES_H */
