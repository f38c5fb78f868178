/**
 * @file test_wav.c  Files that callers bring, good and bad
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/codec.h"
#include "audio/wav.h"
#include "base/alloc.h"
#include "unit/kit_sound.h"

/** A file in memory, put together chunk by chunk. */
struct file {
	uint8_t b[4096];
	size_t n;
};

static void add(struct file *f, const void *p, size_t n)
{
	memcpy(f->b + f->n, p, n);
	f->n += n;
}

static void add_le(struct file *f, uint32_t v, size_t n)
{
	for (size_t i = 0; i < n; i++, v >>= 8)
		f->b[f->n++] = (uint8_t)v;
}

static void begin(struct file *f)
{
	f->n = 0;
	add(f, "RIFF\0\0\0\0WAVE", 12);
}

static void add_fmt(struct file *f, uint32_t tag, uint32_t channels,
		    uint32_t hz, uint32_t bits, int extensible)
{
	static const uint8_t guid[] = {0, 0,    0x10, 0,    0x80, 0,
				       0, 0xaa, 0,    0x38, 0x9b, 0x71};

	add(f, "fmt ", 4);
	add_le(f, extensible ? 40 : 16, 4);
	add_le(f, extensible ? 0xfffe : tag, 2);
	add_le(f, channels, 2);
	add_le(f, hz, 4);
	add_le(f, hz * channels * bits / 8, 4);
	add_le(f, channels * bits / 8, 2);
	add_le(f, bits, 2);
	if (!extensible)
		return;
	add_le(f, 22, 2);
	add_le(f, bits, 2);
	add_le(f, 4, 4);
	add_le(f, tag, 4);
	add(f, guid, sizeof(guid));
}

static void add_data(struct file *f, const void *p, size_t n)
{
	add(f, "data", 4);
	add_le(f, (uint32_t)n, 4);
	add(f, p, n);
}

/* format, channels, extensible */
static const struct {
	uint32_t format, channels;
	int extensible;
} kinds[] = {
	{1, 1, 0}, {1, 2, 0}, {1, 1, 1}, {1, 2, 1}, {7, 1, 0},
	{7, 2, 0}, {7, 1, 1}, {6, 1, 0}, {6, 2, 0}, {6, 1, 1},
};
static const uint32_t rates[] = {8000, 16000, 22050, 24000, 44100, 48000};

START_TEST(reads_each_kind_at_each_rate)
{
	const uint32_t format = kinds[_i].format;
	const uint32_t channels = kinds[_i].channels;
	const struct codec_ops *c = codec_find(format == 1   ? "l16"
					       : format == 6 ? "pcma"
							     : "pcmu");
	const int16_t want[4] = {1000, -1000, 8, -32256};
	int16_t wide[8], got[6] = {0};
	uint8_t bytes[16];
	struct wav_info w;
	struct file f;

	for (size_t i = 0; i < 4 * channels; i++)
		wide[i] = want[i / channels];

	const int n = c->encode(NULL, wide, 4 * channels, bytes, 16);

	for (size_t r = 0; r < 6; r++) {
		begin(&f);
		add(&f, "LIST\3\0\0\0abc\0", 12); /* odd, padded */
		add_fmt(&f, format, channels, rates[r], format == 1 ? 16 : 8,
			kinds[_i].extensible);
		add_data(&f, bytes, (size_t)n);
		ck_assert_int_eq(wav_parse(&w, f.b, f.n, NULL), 0);
		ck_assert_uint_eq(w.hz, rates[r]);
		ck_assert_uint_eq(w.format, format);
		ck_assert_uint_eq(w.samples, 4);
		ck_assert_uint_eq(wav_samples(&w, f.b, 0, got, 6), 4);
		for (int i = 0; i < 4; i++)
			ck_assert_int_le(abs(got[i] - want[i]),
					 format == 1 ? 0 : 512);
		ck_assert_uint_eq(wav_samples(&w, f.b, 3, got, 6), 1);
		ck_assert_uint_eq(wav_samples(&w, f.b, 4, got, 6), 0);
	}
}
END_TEST

static void bad_riff(struct file *f)
{
	begin(f);
	f->b[0] = 'X';
}

static void bad_short(struct file *f)
{
	begin(f);
	f->n = 11;
}

static void bad_no_fmt(struct file *f)
{
	begin(f);
}

static void bad_no_data(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 8000, 16, 0);
}

static void bad_order(struct file *f)
{
	begin(f);
	add_data(f, "ab", 2);
	add_fmt(f, 1, 1, 8000, 16, 0);
}

static void bad_fmt_size(struct file *f)
{
	begin(f);
	add(f, "fmt \4\0\0\0abcd", 12);
	add_data(f, "ab", 2);
}

static void bad_chunk_size(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 8000, 16, 0);
	add(f, "data\377\377\377\377ab", 10);
}

static void bad_odd(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 8000, 16, 0);
	add_data(f, "abc", 3);
}

static void bad_align(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 8000, 16, 0);
	f->b[12 + 8 + 12] = 4;
	add_data(f, "abcd", 4);
}

static void bad_stray(struct file *f)
{
	begin(f);
	add(f, "dat", 3);
}

static void unsupported_float(struct file *f)
{
	begin(f);
	add_fmt(f, 3, 1, 8000, 32, 0);
	add_data(f, "abcd", 4);
}

static void unsupported_rate(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 11025, 16, 0);
	add_data(f, "abcd", 4);
}

static void unsupported_channels(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 6, 8000, 16, 0);
	add_data(f, "abcdabcdabcd", 12);
}

static void unsupported_bits(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 8000, 8, 0);
	add_data(f, "abcd", 4);
}

static void unsupported_guid(struct file *f)
{
	begin(f);
	add_fmt(f, 1, 1, 8000, 16, 1);
	f->b[f->n - 1] ^= 1;
	add_data(f, "abcd", 4);
}

static const struct {
	void (*make)(struct file *f);
	int err;
	const char *why;
} bad[] = {
	{bad_riff, -EBADMSG, "not a RIFF/WAVE file"},
	{bad_short, -EBADMSG, "not a RIFF/WAVE file"},
	{bad_no_fmt, -EBADMSG, "no format chunk"},
	{bad_no_data, -EBADMSG, "no data chunk"},
	{bad_order, -EBADMSG, "data before its format"},
	{bad_fmt_size, -EBADMSG, "format chunk of 4 bytes"},
	{bad_chunk_size, -EBADMSG, "the file ends after 2"},
	{bad_odd, -EBADMSG, "not a multiple of 2"},
	{bad_align, -EBADMSG, "4 bytes a sample of all channels, not 2"},
	{bad_stray, -EBADMSG, "3 stray bytes"},
	{unsupported_float, -ENOTSUP, "format 3"},
	{unsupported_rate, -ENOTSUP, "11025 Hz"},
	{unsupported_channels, -ENOTSUP, "6 channels"},
	{unsupported_bits, -ENOTSUP, "8 bits a sample, not 16"},
	{unsupported_guid, -ENOTSUP, "a format of its own kind"},
};

START_TEST(says_what_is_wrong_with_a_file)
{
	char why[WAV_WHY_BYTES] = "";
	struct wav_info w = {.hz = 1};
	struct file f;

	bad[_i].make(&f);
	ck_assert_int_eq(wav_parse(&w, f.b, f.n, why), bad[_i].err);
	ck_assert_msg(strstr(why, bad[_i].why) != NULL, "%s", why);
	ck_assert_uint_eq(w.hz, 1);
}
END_TEST

START_TEST(refuses_one_byte_more_than_the_limit)
{
	char why[WAV_WHY_BYTES] = "";
	uint8_t *b = calloc(1, WAV_BYTES_MAX + 1);
	struct wav_info w;
	uint8_t head[WAV_HEADER_BYTES];

	wav_header(head, 8000, 1, (WAV_BYTES_MAX - WAV_HEADER_BYTES) / 2);
	memcpy(b, head, sizeof(head));
	ck_assert_int_eq(wav_parse(&w, b, WAV_BYTES_MAX, why), 0);
	ck_assert_int_eq(wav_parse(&w, b, WAV_BYTES_MAX + 1, why), -EMSGSIZE);
	ck_assert_ptr_nonnull(strstr(why, "at most"));
	free(b);
}
END_TEST

START_TEST(survives_being_cut_anywhere)
{
	struct wav_info w;
	struct file f;

	begin(&f);
	add_fmt(&f, 1, 2, 44100, 16, 1);
	add_data(&f, "abcdefgh", 8);
	ck_assert_int_eq(wav_parse(&w, f.b, f.n, NULL), 0);
	for (size_t n = 0; n < f.n; n++) {
		/* on the heap, so that a sanitizer sees one byte too far */
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, f.b, n);
		ck_assert_int_eq(wav_parse(&w, cut, n, NULL), -EBADMSG);
		free(cut);
	}
}
END_TEST

START_TEST(writes_what_it_reads)
{
	char path[] = "/tmp/test_wav_XXXXXX";
	const int fd = mkstemp(path);
	int16_t s[5000] = {0};
	char why[WAV_WHY_BYTES];
	int16_t *back = NULL;
	size_t n = 0;

	ck_assert_int_ge(fd, 0);
	close(fd);
	kit_sine(s, 5000, 440, 8000, -10);
	ck_assert_int_eq(wav_save(path, s, 5000, 8000), 0);
	ck_assert_int_eq(wav_load(&back, &n, path, 8000, why), 0);
	ck_assert_uint_eq(n, 5000);
	ck_assert_mem_eq(back, s, sizeof(s));
	mem_free(back);
	ck_assert_int_eq(wav_load(&back, &n, path, 16000, why), 0);
	ck_assert_uint_eq(n, 10000);
	ck_assert_double_gt(kit_sine_snr_db(back + 1000, 8000, 440, 16000),
			    60);
	mem_free(back);
	unlink(path);
}
END_TEST

START_TEST(says_why_a_file_cannot_be_loaded)
{
	char why[WAV_WHY_BYTES];
	int16_t *s = NULL;
	size_t n = 0;

	ck_assert_int_eq(wav_load(&s, &n, "/nonexistent.wav", 8000, why),
			 -ENOENT);
	ck_assert_str_eq(why, "cannot open");
	ck_assert_int_eq(wav_load(&s, &n, "/tmp", 8000, why), -EINVAL);
	ck_assert_str_eq(why, "not a regular file");
	ck_assert_int_eq(wav_save("/nonexistent/x", s, 0, 8000), -ENOENT);
	ck_assert_ptr_null(s);
}
END_TEST

START_TEST(runs_out_of_memory_politely)
{
	char path[] = "/tmp/test_wav_XXXXXX";
	char why[WAV_WHY_BYTES];
	int16_t *s = NULL;
	size_t n = 0;
	int err = -ENOMEM, tries = 0;

	close(mkstemp(path));
	ck_assert_int_eq(wav_save(path, (int16_t[100]){0}, 100, 8000), 0);
	while (err == -ENOMEM && tries < 20) {
		alloc_fail_after((uint64_t)++tries);
		err = wav_load(&s, &n, path, 16000, why);
		alloc_fail_after(0);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_gt(tries, 2);
	mem_free(s);
	unlink(path);
}
END_TEST

START_TEST(cuts_a_header_that_32_bits_cannot_say)
{
	uint8_t h[WAV_HEADER_BYTES];

	wav_header(h, 8000, 2, UINT64_MAX);
	ck_assert_mem_eq(h, "RIFF", 4);
	ck_assert_uint_ge(h[43], 0xff);
	wav_header(h, 8000, 2, 3);
	ck_assert_uint_eq(h[40], 12);
	ck_assert_uint_eq(h[4], 48);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wav");
	TCase *t = tcase_create("wav");

	tcase_add_loop_test(t, reads_each_kind_at_each_rate, 0,
			    sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_loop_test(t, says_what_is_wrong_with_a_file, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(t, refuses_one_byte_more_than_the_limit);
	tcase_add_test(t, survives_being_cut_anywhere);
	tcase_add_test(t, writes_what_it_reads);
	tcase_add_test(t, says_why_a_file_cannot_be_loaded);
	tcase_add_test(t, runs_out_of_memory_politely);
	tcase_add_test(t, cuts_a_header_that_32_bits_cannot_say);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
