/**
 * @file file.c  A file as the body of an answer
 *
 *   worker: open ---> head out ---> worker: read a piece ---> out ---> ...
 *
 * What the worker reads belongs to it until it is back on the loop; the
 * connection may have gone meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/server_priv.h"

enum { PIECE_BYTES = 64 * 1024 };

struct file_body {
	struct loop *loop;
	struct http_req *req; /* until the head is out */
	struct conn *conn;    /* NULL: nobody wants it */
	const char *type;
	char *path;
	int fd, busy;
	int64_t left; /* [bytes] not yet read */
	char *piece;  /* the worker's while busy */
	ssize_t len;
};

static void body_free(struct file_body *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	mem_free(f->piece);
	mem_free(f->path);
	mem_free(f);
}

struct file_body *file_body_close(struct file_body *f)
{
	if (!f)
		return NULL;
	f->conn = NULL;
	if (!f->busy)
		body_free(f);
	return NULL;
}

int file_body_at_end(const struct file_body *f)
{
	return f->left == 0;
}

/* ---- pieces ------------------------------------------------------------ */

static void read_piece(void *arg)
{
	struct file_body *f = arg;
	size_t n = f->left < PIECE_BYTES ? (size_t)f->left : PIECE_BYTES;

	do
		f->len = read(f->fd, f->piece, n);
	while (f->len < 0 && errno == EINTR);
}

static void piece_read(void *arg)
{
	struct file_body *f = arg;
	char *piece = f->piece;

	f->busy = 0;
	if (!f->conn) {
		body_free(f);
		return;
	}
	f->piece = NULL;
	if (f->len <= 0) {
		/* Shorter than it was: the length that was promised will not
		 * come. */
		mem_free(piece);
		f->left = 0;
		conn_more(f->conn, NULL, 0);
		return;
	}
	f->left -= f->len;
	conn_more(f->conn, piece, (size_t)f->len);
}

int file_body_next(struct file_body *f)
{
	if (f->busy)
		return 0;
	if (!f->piece)
		f->piece = mem_alloc(PIECE_BYTES);
	if (!f->piece || loop_work(f->loop, read_piece, piece_read, f))
		return -ENOMEM;
	f->busy = 1;
	return 0;
}

/* ---- the head ---------------------------------------------------------- */

static void open_file(void *arg)
{
	struct file_body *f = arg;
	struct stat st;

	f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (f->fd < 0)
		return;
	if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		f->left = st.st_size;
		return;
	}
	(void)close(f->fd);
	f->fd = -1;
}

static void file_opened(void *arg)
{
	struct file_body *f = arg;
	struct http_req *r = f->req;
	struct conn *c = r->conn;
	size_t len = 0;
	char *head;

	f->busy = 0;
	if (f->fd < 0 || !c) {
		http_error(r, 404, NULL);
		body_free(f);
		return;
	}
	head = reply_head(200, f->type, (size_t)f->left, &len);
	if (r->is_head)
		f->left = 0;
	request_free(r);
	c->req = NULL;
	f->conn = c;
	c->file = f;
	conn_send(c, head, len);
}

void http_reply_file(struct http_req *r, const char *type, const char *path)
{
	struct file_body *f = mem_zalloc(sizeof(*f));

	if (f) {
		*f = (struct file_body){.req = r, .type = type, .fd = -1};
		f->loop = http_loop(r);
		f->path = mem_strdup(path);
	}
	if (!f || !f->path || !f->loop ||
	    loop_work(f->loop, open_file, file_opened, f)) {
		http_error(r, 503, NULL);
		if (f)
			body_free(f);
		return;
	}
	f->busy = 1;
}
