/**
 * @file test_codec.c  G.711 code by code, byte orders, Opus by sine
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "unit/kit_sound.h"

START_TEST(finds_each_codec_by_name_and_no_other)
{
	static const char *const names[] = {"pcmu", "pcma", "l16", "l16be",
					    "opus"};

	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(codec_find(names[i])->name, names[i]);
	ck_assert_ptr_null(codec_find("PCMU"));
	ck_assert_ptr_null(codec_find(""));
}
END_TEST

/* From G.711 tables 1a and 2a: code on the wire, value at 16 bit scale. */
static const struct {
	const char *codec;
	uint8_t code;
	int16_t value;
} vectors[] = {
	{"pcmu", 0xff, 0},      {"pcmu", 0x7f, 0},     {"pcmu", 0x80, 32124},
	{"pcmu", 0x00, -32124}, {"pcmu", 0xfe, 8},     {"pcmu", 0x7e, -8},
	{"pcmu", 0xef, 132},    {"pcmu", 0x8f, 16764}, {"pcmu", 0x0f, -16764},
	{"pcma", 0xd5, 8},      {"pcma", 0x55, -8},    {"pcma", 0xaa, 32256},
	{"pcma", 0x2a, -32256}, {"pcma", 0xc5, 264},   {"pcma", 0xf5, 528},
};

START_TEST(reads_the_codes_of_the_recommendation)
{
	int16_t v;

	ck_assert_int_eq(codec_find(vectors[_i].codec)
				 ->decode(NULL, &vectors[_i].code, 1, &v, 1),
			 1);
	ck_assert_int_eq(v, vectors[_i].value);
}
END_TEST

START_TEST(round_trips_all_256_codes)
{
	const struct codec_ops *c = codec_find(_i ? "pcma" : "pcmu");

	for (unsigned code = 0; code < 256; code++) {
		const uint8_t in = (uint8_t)code;
		uint8_t back;
		int16_t v;

		ck_assert_int_eq(c->decode(NULL, &in, 1, &v, 1), 1);
		ck_assert_int_eq(c->encode(NULL, &v, 1, &back, 1), 1);
		/* mu-law has two zeros; the positive one is sent */
		if (!_i && code == 0x7f)
			ck_assert_uint_eq(back, 0xff);
		else
			ck_assert_uint_eq(back, code);
	}
}
END_TEST

/* Where a segment ends and how wide its steps are, at 16 bit scale. */
static const struct {
	int end, step;
} segments[2][8] = {
	{{124, 8},
	 {380, 16},
	 {892, 32},
	 {1916, 64},
	 {3964, 128},
	 {8060, 256},
	 {16252, 512},
	 {32636, 1024}},
	{{256, 16},
	 {512, 16},
	 {1024, 32},
	 {2048, 64},
	 {4096, 128},
	 {8192, 256},
	 {16384, 512},
	 {32768, 1024}},
};

START_TEST(encodes_every_sample_within_half_a_step)
{
	const struct codec_ops *c = codec_find(_i ? "pcma" : "pcmu");

	for (int v = -32768; v <= 32767; v++) {
		const int16_t in = (int16_t)v;
		const int mag = !_i && abs(v) > 32635 ? 32635 : abs(v);
		unsigned k = 0;
		int16_t out;
		uint8_t code;

		while (k < 7 && mag >= segments[_i][k].end)
			k++;
		(void)c->encode(NULL, &in, 1, &code, 1);
		(void)c->decode(NULL, &code, 1, &out, 1);
		ck_assert_int_le(abs(mag - abs(out)),
				 segments[_i][k].step / 2);
		ck_assert(out == 0 || (out < 0) == (v < 0));
	}
}
END_TEST

START_TEST(orders_bytes_as_named)
{
	const int16_t in[2] = {0x1234, -2};
	const uint8_t le[4] = {0x34, 0x12, 0xfe, 0xff};
	const uint8_t be[4] = {0x12, 0x34, 0xff, 0xfe};
	uint8_t out[4];
	int16_t back[2];

	ck_assert_int_eq(codec_find("l16")->encode(NULL, in, 2, out, 4), 4);
	ck_assert_mem_eq(out, le, 4);
	ck_assert_int_eq(codec_find("l16")->decode(NULL, le, 4, back, 2), 2);
	ck_assert_mem_eq(back, in, 4);
	ck_assert_int_eq(codec_find("l16be")->encode(NULL, in, 2, out, 4), 4);
	ck_assert_mem_eq(out, be, 4);
	ck_assert_int_eq(codec_find("l16be")->decode(NULL, be, 4, back, 2), 2);
	ck_assert_mem_eq(back, in, 4);
}
END_TEST

START_TEST(refuses_what_does_not_fit_or_is_torn)
{
	static const char *const names[] = {"pcmu", "pcma", "l16", "l16be"};
	const struct codec_ops *c = codec_find(names[_i]);
	const uint8_t in[8] = {0};
	int16_t out[4] = {77};

	ck_assert_int_eq(c->decode(NULL, in, 8, out, 3), -EMSGSIZE);
	ck_assert_int_eq(c->encode(NULL, out, 4, (uint8_t[3]){0}, 3),
			 -EMSGSIZE);
	ck_assert_int_eq(out[0], 77);
	if (_i >= 2)
		ck_assert_int_eq(c->decode(NULL, in, 3, out, 4), -EBADMSG);
}
END_TEST

struct opus_pair {
	const struct codec_ops *c;
	void *e, *d;
	uint32_t frame;
};

static struct opus_pair opus_make(uint32_t hz)
{
	struct opus_pair p = {.c = codec_find("opus"), .frame = hz / 50};

	p.e = calloc(1, p.c->enc_size);
	p.d = calloc(1, p.c->dec_size);
	ck_assert_int_eq(p.c->enc_init(p.e, hz), 0);
	ck_assert_int_eq(p.c->dec_init(p.d, hz), 0);
	return p;
}

static void opus_drop(struct opus_pair *p)
{
	free(p->e);
	free(p->d);
}

START_TEST(carries_a_sine_through_opus)
{
	const uint32_t hz = _i ? 16000 : 8000;
	struct opus_pair p = opus_make(hz);
	int16_t in[16000] = {0}, out[16000];
	uint8_t packet[1500];

	kit_sine(in, hz, 440, hz, -15);
	for (uint32_t at = 0; at < hz; at += p.frame) {
		const int n = p.c->encode(p.e, in + at, p.frame, packet,
					  sizeof(packet));

		ck_assert_int_gt(n, 0);
		ck_assert_int_eq(
			p.c->decode(p.d, packet, (size_t)n, out + at, p.frame),
			(int)p.frame);
	}
	/* the first quarter is the codec finding its feet */
	ck_assert_double_gt(kit_sine_snr_db(out + hz / 4, hz / 2, 440, hz),
			    18);
	ck_assert_float_eq_tol(level_dbfs(out + hz / 4, hz / 2), -15, 1.5f);
	opus_drop(&p);
}
END_TEST

START_TEST(conceals_a_lost_opus_packet_with_sound)
{
	struct opus_pair p = opus_make(8000);
	int16_t in[160 * 20] = {0}, out[160];
	uint8_t packet[1500];

	kit_sine(in, 160 * 20, 300, 8000, -15);
	for (int i = 0; i < 20; i++) {
		const int n = p.c->encode(p.e, in + i * 160, 160, packet,
					  sizeof(packet));

		(void)p.c->decode(p.d, packet, (size_t)n, out, 160);
	}
	ck_assert_int_eq(p.c->conceal(p.d, out, 160), 160);
	ck_assert_float_gt(level_dbfs(out, 160), -30);
	for (int i = 0; i < 50; i++)
		ck_assert_int_eq(p.c->conceal(p.d, out, 160), 160);
	ck_assert_float_lt(level_dbfs(out, 160), -40);
	ck_assert_int_eq(p.c->conceal(p.d, out, 159), -EMSGSIZE);
	opus_drop(&p);
}
END_TEST

START_TEST(refuses_bad_opus)
{
	struct opus_pair p = opus_make(16000);
	uint8_t noise[64];
	int16_t out[320] = {0};

	memset(noise, 0xff, sizeof(noise));
	ck_assert_int_eq(p.c->decode(p.d, noise, 0, out, 320), -EBADMSG);
	ck_assert_int_lt(p.c->decode(p.d, noise, sizeof(noise), out, 320), 0);
	ck_assert_int_eq(p.c->encode(p.e, out, 319, noise, 64), -EMSGSIZE);
	ck_assert_int_eq(p.c->encode(p.e, out, 320, noise, 2), -EMSGSIZE);
	ck_assert_int_eq(p.c->enc_init(p.e, 44100), -EINVAL);
	ck_assert_int_eq(p.c->dec_init(p.d, 0), -EINVAL);

	const int n = p.c->encode(p.e, out, 320, noise, 64);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(p.c->decode(p.d, noise, (size_t)n, out, 100),
			 -EMSGSIZE);
	opus_drop(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("codec");
	TCase *t = tcase_create("codec");

	tcase_add_test(t, finds_each_codec_by_name_and_no_other);
	tcase_add_loop_test(t, reads_the_codes_of_the_recommendation, 0,
			    sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, round_trips_all_256_codes, 0, 2);
	tcase_add_loop_test(t, encodes_every_sample_within_half_a_step, 0, 2);
	tcase_add_test(t, orders_bytes_as_named);
	tcase_add_loop_test(t, refuses_what_does_not_fit_or_is_torn, 0, 4);
	tcase_add_loop_test(t, carries_a_sine_through_opus, 0, 2);
	tcase_add_test(t, conceals_a_lost_opus_packet_with_sound);
	tcase_add_test(t, refuses_bad_opus);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
