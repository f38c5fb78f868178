/**
 * @file net_peer.h  A blocking peer made of one raw socket, for net's tests
 *
 * Says exactly the bytes it is told to, whatever any library would think of
 * them. Every wait has a deadline; a failure ends the test.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NET_PEER_H
#define TESTS_NET_PEER_H

#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/frame.h"

enum { PEER_DEADLINE_S = 10 };

static inline int peer_connect(int port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port)};
	struct timeval tv = {.tv_sec = PEER_DEADLINE_S};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_ge(fd, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

static inline void peer_send(int fd, const void *s, size_t len)
{
	ck_assert_int_eq(send(fd, s, len, MSG_NOSIGNAL), (ssize_t)len);
}

static inline void peer_say(int fd, const char *s)
{
	peer_send(fd, s, strlen(s));
}

/* Exactly len bytes. */
static inline void peer_take(int fd, void *dst, size_t len)
{
	unsigned char *p = dst;

	while (len) {
		ssize_t n = recv(fd, p, len, 0);

		if (n <= 0)
			ck_abort_msg("peer: wanted %zu more bytes, got %zd "
				     "(%d)",
				     len, n, errno);
		p += n;
		len -= (size_t)n;
	}
}

/* Until the other side closes; the text so far, terminated. */
static inline size_t peer_rest(int fd, char *dst, size_t cap)
{
	size_t len = 0;

	for (;;) {
		ssize_t n = recv(fd, dst + len, cap - 1 - len, 0);

		if (n < 0 && errno == ECONNRESET)
			n = 0;
		ck_assert_int_ge(n, 0);
		len += (size_t)n;
		dst[len] = '\0';
		if (!n || len == cap - 1)
			return len;
	}
}

/* Nothing more comes: the other side has closed. */
static inline void peer_expect_end(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, 0);

	if (n < 0 && errno == ECONNRESET)
		n = 0;
	ck_assert_int_eq(n, 0);
	(void)close(fd);
}

/* One answer with Content-Length: @return status, the body in body */
static inline int peer_answer(int fd, char *body, size_t cap)
{
	char head[4096];
	size_t n = 0, len = 0;
	int status;

	while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4)) {
		ck_assert_uint_lt(n, sizeof(head) - 1);
		peer_take(fd, head + n++, 1);
	}
	head[n] = '\0';
	ck_assert_int_eq(strncmp(head, "HTTP/1.1 ", 9), 0);
	status = (head[9] - '0') * 100 + (head[10] - '0') * 10 +
		 (head[11] - '0');

	const char *s = strstr(head, "Content-Length: ");

	for (s = s ? s + 16 : ""; *s >= '0' && *s <= '9'; s++)
		len = len * 10 + (size_t)(*s - '0');
	ck_assert_uint_lt(len, cap);
	peer_take(fd, body, len);
	body[len] = '\0';
	return status;
}

/* ---- WebSocket ------------------------------------------------------- */

static inline void peer_frame(int fd, int opcode, int fin, const void *s,
			      size_t len)
{
	struct frame f = {.len = len,
			  .fin = fin ? 1 : 0,
			  .opcode = (unsigned char)opcode,
			  .masked = 1,
			  .mask = {0x12, 0x34, 0x56, 0x78}};
	unsigned char head[FRAME_HEAD_MAX];
	static unsigned char body[1024 * 1024];

	ck_assert_uint_le(len, sizeof(body));
	if (len)
		memcpy(body, s, len);
	frame_mask(body, len, f.mask, 0);
	peer_send(fd, head, frame_write(head, &f));
	if (len)
		peer_send(fd, body, len);
}

/* The next frame, NUL-terminated. @return opcode */
static inline int peer_next_frame(int fd, void *dst, size_t cap,
				  size_t *ret_len)
{
	unsigned char head[FRAME_HEAD_MAX];
	struct frame f;
	size_t n = 0;
	int got = 0;

	while (!got) {
		peer_take(fd, head + n++, 1);
		got = frame_read(&f, head, n);
	}
	ck_assert_int_gt(got, 0);
	ck_assert_int_eq(f.masked, 0);
	ck_assert_uint_lt(f.len, cap);
	peer_take(fd, dst, (size_t)f.len);
	((char *)dst)[f.len] = '\0';
	if (ret_len)
		*ret_len = (size_t)f.len;
	return f.opcode;
}

/* Reads until the close frame. @return its code */
static inline int peer_close_code(int fd)
{
	unsigned char s[70000];
	size_t len;

	while (peer_next_frame(fd, s, sizeof(s), &len) != FRAME_CLOSE)
		;
	return len < 2 ? 1005 : s[0] << 8 | s[1];
}

static inline int peer_upgrade(int port, const char *path, const char *fields)
{
	char text[2048];
	size_t n = 0;
	int fd = peer_connect(port);

	(void)snprintf(text, sizeof(text),
		       "GET %s HTTP/1.1\r\nHost: test\r\n"
		       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		       "Sec-WebSocket-Version: 13\r\n"
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		       "%s\r\n",
		       path, fields);
	peer_say(fd, text);
	while (n < 4 || memcmp(text + n - 4, "\r\n\r\n", 4)) {
		ck_assert_uint_lt(n, sizeof(text) - 1);
		peer_take(fd, text + n++, 1);
	}
	text[n] = '\0';
	if (strncmp(text, "HTTP/1.1 101 ", 13))
		ck_abort_msg("no upgrade: %s", text);
	/* The vector of RFC 6455 1.3. */
	ck_assert_ptr_nonnull(strstr(text, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
	return fd;
}

/* ---- descriptors ----------------------------------------------------- */

static inline int open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

#endif /* TESTS_NET_PEER_H */
