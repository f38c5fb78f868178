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
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PEER_DEADLINE_S = 10 };

/* The frames of RFC 6455, as little of them as a test needs. */
enum {
	FRAME_CONTINUED = 0,
	FRAME_TEXT = 1,
	FRAME_BINARY = 2,
	FRAME_CLOSE = 8,
	FRAME_PING = 9,
	FRAME_PONG = 10,
	FRAME_HEAD_MAX = 14,
};

struct frame {
	uint64_t len;
	unsigned char mask[4];
	unsigned char opcode, fin, masked;
};

static inline size_t frame_write(unsigned char *dst, const struct frame *f)
{
	int wide = f->len < 126 ? 0 : f->len < 65536 ? 2 : 8;
	size_t n = 2;

	dst[0] = (unsigned char)(f->opcode | (f->fin ? 0x80 : 0));
	dst[1] = (unsigned char)((f->masked ? 0x80 : 0) |
				 (wide == 8   ? 127
				  : wide == 2 ? 126
					      : f->len));
	for (int i = wide; i > 0; i--)
		dst[n++] = (unsigned char)(f->len >> (8 * (i - 1)));
	if (f->masked) {
		memcpy(dst + n, f->mask, 4);
		n += 4;
	}
	return n;
}

static inline void frame_mask(unsigned char *s, size_t len,
			      const unsigned char mask[4])
{
	for (size_t i = 0; i < len; i++)
		s[i] ^= mask[i & 3];
}

static inline int peer_connect(int port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port)};
	struct timeval tv = {.tv_sec = PEER_DEADLINE_S};
	int now = 1; /* or a second write waits 40 ms for an ACK */
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_ge(fd, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
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
	ck_assert_int_eq(strncmp(head, "HTTP/1.", 7), 0);
	status = (head[9] - '0') * 100 + (head[10] - '0') * 10 +
		 (head[11] - '0');

	const char *s = strcasestr(head, "Content-Length: ");

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
	frame_mask(body, len, f.mask);
	peer_send(fd, head, frame_write(head, &f));
	if (len)
		peer_send(fd, body, len);
}

/* The next frame, NUL-terminated. @return opcode */
static inline int peer_next_frame(int fd, void *dst, size_t cap,
				  size_t *ret_len)
{
	unsigned char head[FRAME_HEAD_MAX];
	uint64_t len;
	int wide;

	peer_take(fd, head, 2);
	/* whole, without a mask or reserved bits */
	ck_assert_int_eq(head[0] & 0xf0, 0x80);
	ck_assert_int_eq(head[1] & 0x80, 0);
	len = head[1];
	wide = len == 127 ? 8 : len == 126 ? 2 : 0;
	if (wide) {
		peer_take(fd, head + 2, (size_t)wide);
		len = 0;
	}
	for (int i = 0; i < wide; i++)
		len = len << 8 | head[2 + i];
	ck_assert_uint_lt(len, cap);
	peer_take(fd, dst, (size_t)len);
	((char *)dst)[len] = '\0';
	if (ret_len)
		*ret_len = (size_t)len;
	return head[0] & 15;
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
