/**
 * @file manycalls.c  Opens and closes many calls: raw sockets, no shared code
 *
 *   manycalls HOST PORT KEY_FILE CALLS AT_ONCE MS audio|page|text|both [FIRST]
 *
 * FIRST keeps the names of calls apart from another run's. An audio call is a
 * carrier's: webhook, TwiML, media socket, 20 ms of mu-law at a time, marks
 * sent back. A page's call is PCM at 16 kHz. A text call types a line. Calls
 * end in turn the way callers do (stop, then close), by closing only, and by
 * vanishing in the middle of a frame. Prints one JSON object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	THREADS_MAX = 256,
	BUFFER = 128 * 1024,
	ANSWER_MS = 10000, /* longest wait for an answer of the server */
	FRAME_MS = 20,
	PAYLOAD = 160,
	PAGE_BYTES = 640, /* 20 ms at 16 kHz */
};

static const char *host, *port;
static char key[128];
static int calls, ms, first;
static enum { AUDIO, PAGE, TEXT, BOTH } kind;
static int next_call, opened, failed;
static long messages_in;

struct peer {
	int fd, id;
	unsigned char in[BUFFER];
	size_t n;
	long messages;
	int closed;
};

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int dial(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *a = NULL;
	int fd = -1;

	if (getaddrinfo(host, port, &hints, &a))
		return -1;
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen)) {
		(void)close(fd);
		fd = -1;
	}
	freeaddrinfo(a);
	return fd;
}

static int send_all(int fd, const void *p, size_t n)
{
	const char *s = p;

	while (n) {
		const ssize_t sent = send(fd, s, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return -1;
		s += sent;
		n -= (size_t)sent;
	}
	return 0;
}

/** @return bytes read, 0: nothing in time, -1: closed */
static ssize_t receive(struct peer *p, int wait_ms)
{
	struct pollfd f = {.fd = p->fd, .events = POLLIN};
	ssize_t n;

	if (p->n == sizeof(p->in))
		return -1;
	if (poll(&f, 1, wait_ms) <= 0)
		return 0;
	n = recv(p->fd, p->in + p->n, sizeof(p->in) - p->n, 0);
	if (n <= 0)
		return -1;
	p->n += (size_t)n;
	return n;
}

/** Read an HTTP answer whole. @return its status, -1 */
static int answer(struct peer *p, char *body, size_t cap)
{
	const int64_t until = now_ms() + ANSWER_MS;
	const char *end = NULL, *length;
	size_t head, want = 0;
	int status = -1;

	while (!end) {
		if (receive(p, 100) < 0 || now_ms() > until)
			return -1;
		end = memmem(p->in, p->n, "\r\n\r\n", 4);
	}
	head = (size_t)(end + 4 - (const char *)p->in);
	p->in[head - 1] = '\0';
	if (strncmp((char *)p->in, "HTTP/1.1 ", 9) == 0)
		status = (int)strtol((char *)p->in + 9, NULL, 10);
	length = strcasestr((char *)p->in, "content-length:");
	if (length)
		want = strtoul(length + 15, NULL, 10);
	while (p->n < head + want)
		if (receive(p, 100) < 0 || now_ms() > until)
			return -1;
	if (body) {
		if (want >= cap)
			return -1;
		memcpy(body, p->in + head, want);
		body[want] = '\0';
	}
	p->n -= head + want;
	memmove(p->in, p->in + head + want, p->n);
	return status;
}

/** @return 0 when the value of a TwiML parameter was found */
static int parameter(const char *twiml, const char *name, char *out,
		     size_t cap)
{
	char find[64];
	const char *at, *end;

	(void)snprintf(find, sizeof(find), "name=\"%s\" value=\"", name);
	at = strstr(twiml, find);
	end = at ? strchr(at + strlen(find), '"') : NULL;
	if (!end)
		return -1;
	at += strlen(find);
	if ((size_t)(end - at) >= cap)
		return -1;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	return 0;
}

/** The webhook, as the carrier calls it. */
static int ask_for_token(struct peer *p, char *token, size_t cap)
{
	char body[256], request[1024], twiml[4096];
	int n = snprintf(body, sizeof(body),
			 "CallSid=CA%032x&From=%%2B15550001%03d"
			 "&To=%%2B15555550100&AccountSid=AC%032x",
			 p->id, p->id % 1000, 1);

	n = snprintf(request, sizeof(request),
		     "POST /twilio/voice HTTP/1.1\r\nHost: %s:%s\r\n"
		     "Content-Type: application/x-www-form-urlencoded\r\n"
		     "Content-Length: %d\r\nConnection: close\r\n\r\n%s",
		     host, port, n, body);
	p->n = 0;
	p->fd = dial();
	if (p->fd < 0 || send_all(p->fd, request, (size_t)n))
		return -1;
	n = answer(p, twiml, sizeof(twiml));
	(void)close(p->fd);
	p->fd = -1;
	return n == 200 ? parameter(twiml, "tok", token, cap) : -1;
}

static int upgrade(struct peer *p, const char *path)
{
	char request[1024];
	const int n = snprintf(
		request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Authorization: Bearer %s\r\n\r\n",
		path, host, port, key);

	p->n = 0;
	p->fd = dial();
	if (p->fd < 0 || send_all(p->fd, request, (size_t)n))
		return -1;
	return answer(p, NULL, 0) == 101 ? 0 : -1;
}

/** One masked frame. @param cut  send only so many bytes of it, 0: all */
static int send_frame(struct peer *p, int opcode, const char *s, size_t n,
		      size_t cut)
{
	unsigned char f[8 + 2048];
	size_t at = 0;

	if (n > 2048)
		return -1;
	f[at++] = (unsigned char)(0x80 | opcode);
	if (n < 126) {
		f[at++] = (unsigned char)(0x80 | n);
	} else {
		f[at++] = 0x80 | 126;
		f[at++] = (unsigned char)(n >> 8);
		f[at++] = (unsigned char)n;
	}
	memset(f + at, 0, 4); /* a mask of zeros changes nothing */
	at += 4;
	memcpy(f + at, s, n);
	at += n;
	return send_all(p->fd, f, cut && cut < at ? cut : at);
}

static int say(struct peer *p, const char *text)
{
	return send_frame(p, 1, text, strlen(text), 0);
}

static void got_message(struct peer *p, int opcode, const char *s, size_t n)
{
	static const char mark[] = "\"event\":\"mark\"";
	static const char page_mark[] = "{\"type\":\"mark\",\"id\":";
	char text[64];

	p->messages++;
	if (opcode == 8)
		p->closed = 1;
	else if (opcode == 9)
		(void)send_frame(p, 10, s, n, 0);
	else if (opcode == 1 && memmem(s, n, mark, sizeof(mark) - 1))
		(void)send_frame(p, 1, s, n, 0); /* played: say so */
	else if (opcode == 1 && n > sizeof(page_mark) &&
		 !memcmp(s, page_mark, sizeof(page_mark) - 1)) {
		(void)snprintf(text, sizeof(text),
			       "{\"type\":\"marked\",\"id\":%ld}",
			       strtol(s + sizeof(page_mark) - 1, NULL, 10));
		(void)say(p, text);
	}
}

/** Read for so long. @return -1 when the server is gone */
static int listen_for(struct peer *p, int64_t until_ms)
{
	do {
		const int64_t left = until_ms - now_ms();

		if (receive(p, left > 0 ? (int)left : 0) < 0)
			return -1;
		for (;;) {
			size_t head = 2, len;

			if (p->n < 2)
				break;
			len = p->in[1] & 127;
			if (len >= 126) {
				head = len == 126 ? 4 : 10;
				if (p->n < head)
					break;
				len = 0;
				for (size_t i = 2; i < head; i++)
					len = len << 8 | p->in[i];
			}
			if (len > sizeof(p->in) - head)
				return -1;
			if (p->n < head + len)
				break;
			got_message(p, p->in[0] & 15, (char *)p->in + head,
				    len);
			p->n -= head + len;
			memmove(p->in, p->in + head + len, p->n);
		}
	} while (now_ms() < until_ms && !p->closed);
	return p->closed ? -1 : 0;
}

static int start_audio(struct peer *p, const char *token)
{
	char text[1024];

	if (say(p, "{\"event\":\"connected\",\"protocol\":\"Call\","
		   "\"version\":\"1.0.0\"}"))
		return -1;
	(void)snprintf(
		text, sizeof(text),
		"{\"event\":\"start\",\"sequenceNumber\":\"1\",\"start\":{"
		"\"accountSid\":\"AC%032x\",\"streamSid\":\"MZ%032x\","
		"\"callSid\":\"CA%032x\",\"tracks\":[\"inbound\"],"
		"\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\","
		"\"sampleRate\":8000,\"channels\":1},"
		"\"customParameters\":{\"tok\":\"%s\"}},"
		"\"streamSid\":\"MZ%032x\"}",
		1, p->id, p->id, token, p->id);
	return say(p, text);
}

/** The caller is silent: 0xff is zero in mu-law. */
static int send_silence(struct peer *p, int chunk)
{
	char text[512];
	char payload[(PAYLOAD + 2) / 3 * 4 + 1];

	/* three times 0xff is "////" */
	memset(payload, '/', sizeof(payload));
	memcpy(payload + sizeof(payload) - 5, "/w==", 5);
	(void)snprintf(text, sizeof(text),
		       "{\"event\":\"media\",\"sequenceNumber\":\"%d\","
		       "\"media\":{\"track\":\"inbound\",\"chunk\":\"%d\","
		       "\"timestamp\":\"%d\",\"payload\":\"%s\"},"
		       "\"streamSid\":\"MZ%032x\"}",
		       chunk + 1, chunk, (chunk - 1) * FRAME_MS, payload,
		       p->id);
	return say(p, text);
}

static void end(struct peer *p, int audio)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
		       "{\"event\":\"stop\",\"sequenceNumber\":\"9\","
		       "\"stop\":{\"accountSid\":\"AC%032x\","
		       "\"callSid\":\"CA%032x\"},\"streamSid\":\"MZ%032x\"}",
		       1, p->id, p->id);
	switch (p->id % 3) {
	case 0:
		(void)say(p, audio ? text : "{\"type\":\"hangup\"}");
		(void)listen_for(p, now_ms() + ANSWER_MS);
		break;
	case 1:
		(void)send_frame(p, 8, "\x03\xe8", 2, 0);
		(void)listen_for(p, now_ms() + ANSWER_MS);
		break;
	default:
		(void)send_frame(p, 1, text, strlen(text), 20);
		break;
	}
}

static int audio_call(struct peer *p)
{
	char token[128];
	int64_t due;

	if (ask_for_token(p, token, sizeof(token)) ||
	    upgrade(p, "/twilio/media") || start_audio(p, token))
		return -1;
	due = now_ms();
	for (int chunk = 1; chunk * FRAME_MS <= ms; chunk++) {
		due += FRAME_MS;
		if (send_silence(p, chunk) || listen_for(p, due))
			return -1;
	}
	end(p, 1);
	return 0;
}

static int page_call(struct peer *p)
{
	static const char silence[PAGE_BYTES];
	int64_t due;

	if (upgrade(p, "/browser?code=demo"))
		return -1;
	due = now_ms();
	for (int at = FRAME_MS; at <= ms; at += FRAME_MS) {
		due += FRAME_MS;
		if (send_frame(p, 2, silence, sizeof(silence), 0) ||
		    listen_for(p, due))
			return -1;
	}
	end(p, 0);
	return 0;
}

static int text_call(struct peer *p)
{
	if (upgrade(p, "/text?to=%2B15555550100") ||
	    listen_for(p, now_ms() + ms / 2) ||
	    say(p, "{\"type\":\"text\",\"text\":\"hello\"}") ||
	    listen_for(p, now_ms() + ms / 2))
		return -1;
	end(p, 0);
	return 0;
}

static int call(struct peer *p, int i)
{
	if (kind == PAGE)
		return page_call(p);
	if (kind == AUDIO || (kind == BOTH && i % 2))
		return audio_call(p);
	return text_call(p);
}

static void *caller(void *arg)
{
	struct peer *p = arg;

	for (;;) {
		const int i =
			__atomic_fetch_add(&next_call, 1, __ATOMIC_RELAXED);
		int err;

		if (i >= calls)
			return NULL;
		p->fd = -1;
		p->id = first + i + 1;
		p->messages = p->closed = 0;
		err = call(p, i);
		if (p->fd >= 0)
			(void)close(p->fd);
		(void)__atomic_fetch_add(err ? &failed : &opened, 1,
					 __ATOMIC_RELAXED);
		(void)__atomic_fetch_add(&messages_in, p->messages,
					 __ATOMIC_RELAXED);
	}
}

static int read_key(const char *path)
{
	FILE *f = fopen(path, "re");
	const int ok = f && fgets(key, sizeof(key), f);

	if (f)
		(void)fclose(f);
	key[strcspn(key, "\r\n")] = '\0';
	return ok ? 0 : -1;
}

int main(int argc, char **argv)
{
	static pthread_t threads[THREADS_MAX];
	static struct peer *peers[THREADS_MAX];
	int at_once;

	if (argc != 8 && argc != 9) {
		(void)fprintf(stderr,
			      "usage: %s HOST PORT KEY_FILE CALLS "
			      "AT_ONCE MS audio|page|text|both [FIRST]\n",
			      argv[0]);
		return 2;
	}
	host = argv[1];
	port = argv[2];
	calls = (int)strtol(argv[4], NULL, 10);
	at_once = (int)strtol(argv[5], NULL, 10);
	ms = (int)strtol(argv[6], NULL, 10);
	kind = argv[7][0] == 'a'   ? AUDIO
	       : argv[7][0] == 'p' ? PAGE
	       : argv[7][0] == 't' ? TEXT
				   : BOTH;
	if (argc == 9)
		first = (int)strtol(argv[8], NULL, 10);
	if (read_key(argv[3]) || at_once < 1 || at_once > THREADS_MAX)
		return 2;
	for (int i = 0; i < at_once; i++) {
		peers[i] = calloc(1, sizeof(*peers[i]));
		if (!peers[i] ||
		    pthread_create(&threads[i], NULL, caller, peers[i]))
			return 2;
	}
	for (int i = 0; i < at_once; i++) {
		(void)pthread_join(threads[i], NULL);
		free(peers[i]);
	}
	(void)printf("{\"calls\":%d,\"opened\":%d,\"failed\":%d,"
		     "\"messages\":%ld}\n",
		     calls, opened, failed, messages_in);
	return failed ? 1 : 0;
}
