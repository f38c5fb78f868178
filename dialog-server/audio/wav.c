/**
 * @file wav.c  RIFF/WAVE: a walk over chunks that trusts no length
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/wav.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/codec.h"
#include "audio/resample.h"
#include "base/alloc.h"

enum {
	FORMAT_PCM = 1,
	FORMAT_ALAW = 6,
	FORMAT_ULAW = 7,
	FORMAT_EXTENSIBLE = 0xfffe,
	FMT_BYTES = 16,            /* what every fmt chunk has */
	FMT_EXTENSIBLE_BYTES = 40, /* with mask and GUID */
	STEP = 1024,               /* [samples] converted at a time */
};

/* A format as GUID: the tag, then these bytes. */
static const uint8_t guid_tail[14] = {0x00, 0x00, 0x00, 0x00, 0x10,
				      0x00, 0x80, 0x00, 0x00, 0xaa,
				      0x00, 0x38, 0x9b, 0x71};

struct chunk {
	const uint8_t *body;
	size_t bytes;
};

static uint32_t get16(const uint8_t *p)
{
	return (uint32_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
	return get16(p) | get16(p + 2) << 16;
}

__attribute__((format(printf, 3, 4))) static int refuse(int err, char *why,
							const char *fmt, ...)
{
	va_list ap;

	if (why) {
		va_start(ap, fmt);
		(void)vsnprintf(why, WAV_WHY_BYTES, fmt, ap);
		va_end(ap);
	}
	return err;
}

static int known_rate(uint32_t hz)
{
	return hz == 8000 || hz == 16000 || hz == 22050 || hz == 24000 ||
	       hz == 44100 || hz == 48000;
}

/** Find "fmt " and the "data" behind it. */
static int find_chunks(const uint8_t *p, size_t len, struct chunk *fmt,
		       struct chunk *data, char *why)
{
	size_t at = 12;

	while (at < len) {
		if (len - at < 8)
			return refuse(-EBADMSG, why,
				      "%zu stray bytes at the end", len - at);

		const size_t size = get32(p + at + 4);
		const struct chunk c = {.body = p + at + 8, .bytes = size};

		if (size > len - at - 8)
			return refuse(-EBADMSG, why,
				      "a chunk of %zu bytes at byte %zu, but "
				      "the file ends after %zu",
				      size, at, len - at - 8);
		if (!memcmp(p + at, "fmt ", 4) && !fmt->body)
			*fmt = c;
		if (!memcmp(p + at, "data", 4)) {
			if (!fmt->body)
				return refuse(-EBADMSG, why,
					      "data before its format");
			*data = c;
			return 0;
		}
		/* Chunks begin at even places; the last pad may be missing. */
		at += 8 + size + (size & 1);
	}
	return refuse(-EBADMSG, why, "no %s chunk",
		      fmt->body ? "data" : "format");
}

static int read_format(struct wav_info *w, struct chunk fmt, char *why)
{
	if (fmt.bytes < FMT_BYTES)
		return refuse(-EBADMSG, why, "format chunk of %zu bytes",
			      fmt.bytes);
	w->format = get16(fmt.body);
	w->channels = get16(fmt.body + 2);
	w->hz = get32(fmt.body + 4);
	if (w->format != FORMAT_EXTENSIBLE)
		return 0;
	if (fmt.bytes < FMT_EXTENSIBLE_BYTES)
		return refuse(-EBADMSG, why,
			      "extensible format chunk of %zu bytes",
			      fmt.bytes);
	if (memcmp(fmt.body + 26, guid_tail, sizeof(guid_tail)))
		return refuse(-ENOTSUP, why, "a format of its own kind");
	w->format = get16(fmt.body + 24);
	return 0;
}

static int check_format(const struct wav_info *w, struct chunk fmt, char *why)
{
	const uint32_t align = get16(fmt.body + 12);
	const uint32_t bits = get16(fmt.body + 14);
	const uint32_t want = w->format == FORMAT_PCM ? 16 : 8;

	if (w->format != FORMAT_PCM && w->format != FORMAT_ALAW &&
	    w->format != FORMAT_ULAW)
		return refuse(-ENOTSUP, why,
			      "format %u; 1 (PCM), 6 (A-law) and 7 (mu-law) "
			      "are read",
			      w->format);
	if (w->channels != 1 && w->channels != 2)
		return refuse(-ENOTSUP, why, "%u channels; 1 and 2 are read",
			      w->channels);
	if (!known_rate(w->hz))
		return refuse(-ENOTSUP, why,
			      "%u Hz; 8000, 16000, 22050, 24000, 44100 and "
			      "48000 are read",
			      w->hz);
	if (bits != want)
		return refuse(-ENOTSUP, why, "%u bits a sample, not %u", bits,
			      want);
	if (align != w->channels * want / 8)
		return refuse(-EBADMSG, why,
			      "%u bytes a sample of all channels, not %u",
			      align, w->channels * want / 8);
	return 0;
}

int wav_parse(struct wav_info *ret, const void *bytes, size_t len, char *why)
{
	const uint8_t *p = bytes;
	struct chunk fmt = {0}, data = {0};
	struct wav_info w = {0};

	if (len > WAV_BYTES_MAX)
		return refuse(-EMSGSIZE, why, "%zu bytes; at most %d are read",
			      len, WAV_BYTES_MAX);
	if (len < 12 || memcmp(p, "RIFF", 4) || memcmp(p + 8, "WAVE", 4))
		return refuse(-EBADMSG, why, "not a RIFF/WAVE file");

	int err = find_chunks(p, len, &fmt, &data, why);

	if (err)
		return err;
	assert(fmt.body && data.body);
	err = read_format(&w, fmt, why);
	if (!err)
		err = check_format(&w, fmt, why);
	if (err)
		return err;
	assert(w.channels);

	const size_t align = w.channels * (w.format == FORMAT_PCM ? 2u : 1u);

	if (data.bytes % align)
		return refuse(-EBADMSG, why,
			      "%zu bytes of samples are not a multiple of %zu",
			      data.bytes, align);
	w.samples = (uint32_t)(data.bytes / align);
	w.data_at = (size_t)(data.body - p);
	*ret = w;
	return 0;
}

/** Decode n samples of all channels. */
static void decode(const struct wav_info *w, const uint8_t *p, size_t n,
		   int16_t *out)
{
	const char *name = w->format == FORMAT_PCM    ? "l16"
			   : w->format == FORMAT_ALAW ? "pcma"
						      : "pcmu";
	const size_t width = w->format == FORMAT_PCM ? 2 : 1;

	(void)codec_find(name)->decode(NULL, p, n * width, out, n);
}

size_t wav_samples(const struct wav_info *w, const void *bytes, uint32_t first,
		   int16_t *out, size_t n)
{
	const size_t width = w->channels * (w->format == FORMAT_PCM ? 2u : 1u);
	const uint8_t *p = (const uint8_t *)bytes + w->data_at;
	int16_t both[2 * STEP];

	if (first >= w->samples)
		return 0;
	if (n > w->samples - first)
		n = w->samples - first;
	p += first * width;
	if (w->channels == 1) {
		decode(w, p, n, out);
		return n;
	}
	for (size_t done = 0; done < n;) {
		const size_t take = n - done < STEP ? n - done : STEP;

		decode(w, p + done * width, take * 2, both);
		for (size_t i = 0; i < take; i++)
			out[done + i] =
				(int16_t)((both[2 * i] + both[2 * i + 1]) / 2);
		done += take;
	}
	return n;
}

/** Read a regular file whole; mem_free() releases. */
static int slurp(uint8_t **ret, size_t *ret_len, const char *path, char *why)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint8_t *p = NULL;
	struct stat st;
	size_t have = 0;
	int err = 0;

	if (fd < 0 || fstat(fd, &st)) {
		err = refuse(-errno, why, "cannot open");
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		err = refuse(-EINVAL, why, "not a regular file");
		goto out;
	}
	if (st.st_size > WAV_BYTES_MAX) {
		err = refuse(-EMSGSIZE, why, "more than %d bytes",
			     WAV_BYTES_MAX);
		goto out;
	}
	p = mem_alloc((size_t)st.st_size + 1);
	if (!p) {
		err = refuse(-ENOMEM, why, "out of memory");
		goto out;
	}
	while (have < (size_t)st.st_size) {
		const ssize_t n =
			read(fd, p + have, (size_t)st.st_size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = refuse(-errno, why, "cannot read");
		if (n <= 0)
			break;
		have += (size_t)n;
	}
out:
	if (fd >= 0)
		(void)close(fd);
	if (err) {
		mem_free(p);
		return err;
	}
	*ret = p;
	*ret_len = have;
	return 0;
}

int wav_load(int16_t **ret, size_t *ret_n, const char *path, uint32_t hz,
	     char *why)
{
	struct wav_info w = {0};
	uint8_t *bytes = NULL;
	int16_t *mono = NULL;
	size_t len = 0;

	int err = slurp(&bytes, &len, path, why);

	if (!err)
		err = wav_parse(&w, bytes, len, why);
	if (err)
		goto out;

	mono = mem_alloc((w.samples + 1) * sizeof(*mono));
	if (!mono) {
		err = refuse(-ENOMEM, why, "out of memory");
		goto out;
	}
	(void)wav_samples(&w, bytes, 0, mono, w.samples);
	err = resample_all(ret, ret_n, mono, w.samples, w.hz, hz);
	if (err)
		(void)refuse(err, why, "cannot bring it to %u Hz", hz);
out:
	mem_free(mono);
	mem_free(bytes);
	return err;
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

void wav_header(uint8_t out[WAV_HEADER_BYTES], uint32_t hz, uint32_t channels,
		uint64_t samples)
{
	const uint32_t align = channels * 2;
	const uint64_t most = (UINT32_MAX - WAV_HEADER_BYTES) / align;
	const uint32_t bytes =
		(uint32_t)(samples < most ? samples : most) * align;

	memcpy(out, "RIFF....WAVEfmt ", 16);
	put32(out + 4, bytes + WAV_HEADER_BYTES - 8);
	put32(out + 16, FMT_BYTES);
	put16(out + 20, FORMAT_PCM);
	put16(out + 22, channels);
	put32(out + 24, hz);
	put32(out + 28, hz * align);
	put16(out + 32, align);
	put16(out + 34, 16);
	memcpy(out + 36, "data", 4);
	put32(out + 40, bytes);
}

int wav_save(const char *path, const int16_t *s, size_t n, uint32_t hz)
{
	const struct codec_ops *l16 = codec_find("l16");
	uint8_t bytes[2 * STEP];

	if (n > (WAV_BYTES_MAX - WAV_HEADER_BYTES) / 2)
		return -EMSGSIZE;

	FILE *f = fopen(path, "wbe");

	if (!f)
		return -errno;
	wav_header(bytes, hz, 1, n);

	int ok = fwrite(bytes, WAV_HEADER_BYTES, 1, f) == 1;

	for (size_t done = 0; ok && done < n;) {
		const size_t take = n - done < STEP ? n - done : STEP;

		(void)l16->encode(NULL, s + done, take, bytes, sizeof(bytes));
		ok = fwrite(bytes, 2, take, f) == take;
		done += take;
	}
	if (fclose(f))
		ok = 0;
	return ok ? 0 : -EIO;
}
