/**
 * @file test_stt.c  The embedded recognizer as a driver, on a real loop
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/metrics.h"
#include "provider/flite.h"
#include "tests/unit/kit_loop.h"
#include "tests/unit/unit.h"

static const char *const sets[] = {"stt.decoders=1", "server.workers=2"};

enum { RESULTS_MAX = 8 };

struct ears {
	struct kit *kit;
	const struct stt_ops *ops;
	void *session;
	uint32_t finals, partials, wanted;
	uint32_t turn[RESULTS_MAX], n[RESULTS_MAX];
	char text[RESULTS_MAX][256];
	int confidence[RESULTS_MAX];
	int close_in_final;
};

static void on_partial(void *arg, uint32_t turn, const char *text)
{
	struct ears *e = arg;

	ck_assert_uint_gt(turn, 0);
	ck_assert_uint_gt(strlen(text), 0);
	e->partials++;
}

static void on_final(void *arg, const struct stt_result *r)
{
	struct ears *e = arg;
	const uint32_t i = e->finals++;

	ck_assert_uint_lt(i, RESULTS_MAX);
	e->turn[i] = r->turn;
	e->n[i] = r->n;
	if (r->n) {
		snprintf(e->text[i], sizeof(e->text[i]), "%s", r->alt[0].text);
		e->confidence[i] = r->alt[0].confidence;
	}
	for (uint32_t k = 0; k < r->n; k++) {
		ck_assert_int_ge(r->alt[k].confidence, 0);
		ck_assert_int_le(r->alt[k].confidence, 100);
	}
	if (e->close_in_final) {
		e->ops->close(e->session);
		e->session = NULL;
	}
	if (e->finals == e->wanted)
		loop_stop(e->kit->env.loop);
}

static void on_failed(void *arg, int err, const char *why)
{
	(void)arg;
	ck_abort_msg("failed %d %s", err, why);
}

static const struct stt_events events = {on_partial, on_final, on_failed};

static void ears_open(struct ears *e, struct kit *k, uint32_t hz)
{
	*e = (struct ears){.kit = k, .ops = stt_find("pocketsphinx")};
	e->session = calloc(1, e->ops->session_size);
	ck_assert_int_eq(e->ops->open(e->session, &k->env, hz, &events, e), 0);
}

static void ears_close(struct ears *e)
{
	e->ops->close(e->session);
	free(e->session);
}

static int hear(struct ears *e, const int16_t *s, size_t n, uint32_t hz)
{
	struct aframe f = {.hz = hz, .samples = hz / 50};
	int err = 0;

	for (size_t i = 0; i + f.samples <= n && !err; i += f.samples) {
		memcpy(f.s, s + i, f.samples * sizeof(f.s[0]));
		err = e->ops->feed(e->session, &f);
	}
	return err;
}

static void hear_silence(struct ears *e, uint32_t ms, uint32_t hz)
{
	static const int16_t nothing[16000];

	for (; ms >= 20; ms -= 20)
		ck_assert_int_eq(hear(e, nothing, hz / 50, hz), 0);
}

/** A whole turn, faster than life. */
static void say(struct ears *e, uint32_t turn, enum ask_kind kind,
		const char *text, uint32_t hz)
{
	const struct ask ask = {
		.kind = kind, .field_key = "", .description = ""};
	struct pcm *p;

	ck_assert_int_eq(flite_render("rms", hz, text, &p), 0);
	ck_assert_int_eq(e->ops->begin(e->session, turn, &ask), 0);
	hear_silence(e, 300, hz);
	ck_assert_int_eq(hear(e, p->s, p->samples, hz), 0);
	hear_silence(e, 500, hz);
	pcm_unref(p);
}

START_TEST(recognizes_a_telephone_number)
{
	struct kit k;
	struct ears e;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	e.wanted = 1;
	say(&e, 7, ASK_DIGITS, "five five five zero one four two", 8000);
	ck_assert_int_eq(e.ops->end(e.session, 7), 0);
	kit_run(&k);
	ck_assert_uint_eq(e.turn[0], 7);
	ck_assert_str_eq(e.text[0], "five five five zero one four two");
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(recognizes_wide_band_as_well)
{
	struct kit k;
	struct ears e;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 16000);
	e.wanted = 1;
	say(&e, 1, ASK_YES_NO, "yes that's right", 16000);
	ck_assert_int_eq(e.ops->end(e.session, 1), 0);
	kit_run(&k);
	ck_assert_str_eq(e.text[0], "yes that's right");
	ears_close(&e);
	kit_close(&k);
}
END_TEST

static const char *const dishes[] = {"Pad Thai", "Massaman Curry",
				     "Tom Kha Gai", "Green Papaya Salad"};

START_TEST(knows_choices_that_no_dictionary_has)
{
	const struct ask ask = {.kind = ASK_CHOICE,
				.field_key = "dish",
				.description = "",
				.n_choices = 4,
				.choices = dishes};
	struct kit k;
	struct ears e;
	struct pcm *p;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	e.wanted = 1;
	ck_assert_int_eq(flite_render("rms", 8000, "massaman curry", &p), 0);
	ck_assert_int_eq(e.ops->begin(e.session, 1, &ask), 0);
	hear_silence(&e, 300, 8000);
	ck_assert_int_eq(hear(&e, p->s, p->samples, 8000), 0);
	hear_silence(&e, 500, 8000);
	ck_assert_int_eq(e.ops->end(e.session, 1), 0);
	kit_run(&k);
	ck_assert_str_eq(e.text[0], "massaman curry");
	pcm_unref(p);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(choices_beyond_its_room_are_left_out_and_the_rest_is_known)
{
	static char longer[ASK_CHOICES_MAX][200];
	static const char *many[ASK_CHOICES_MAX];
	const struct ask ask = {.kind = ASK_CHOICE,
				.field_key = "dish",
				.description = "",
				.n_choices = ASK_CHOICES_MAX,
				.choices = many};
	struct kit k;
	struct ears e;
	struct pcm *p;

	many[0] = "Massaman Curry";
	for (int i = 1; i < ASK_CHOICES_MAX; i++) {
		(void)snprintf(longer[i], sizeof(longer[i]),
			       "Green Salad %0150d", i);
		many[i] = longer[i];
	}
	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	e.wanted = 1;
	ck_assert_int_eq(flite_render("rms", 8000, "massaman curry", &p), 0);
	ck_assert_int_eq(e.ops->begin(e.session, 1, &ask), 0);
	hear_silence(&e, 300, 8000);
	ck_assert_int_eq(hear(&e, p->s, p->samples, 8000), 0);
	hear_silence(&e, 500, 8000);
	ck_assert_int_eq(e.ops->end(e.session, 1), 0);
	kit_run(&k);
	ck_assert_str_eq(e.text[0], "massaman curry");
	pcm_unref(p);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

static void end_late(void *arg)
{
	struct ears *e = arg;

	if (!e->partials) {
		timer_start(e->kit->deadline, 30 * US_PER_S);
		return;
	}
}

START_TEST(shows_words_while_the_caller_speaks)
{
	struct kit k;
	struct ears e;
	struct timer *t;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	ck_assert_int_eq(timer_new(&t, k.env.loop, end_late, &e), 0);
	e.wanted = 1;
	say(&e, 3, ASK_OPEN, "what are your opening hours", 8000);
	/* The turn is not over; its audio is there: partials come. */
	for (int i = 0; i < 100 && !e.partials; i++) {
		timer_start(k.deadline, 100 * US_PER_MS);
		loop_run(k.env.loop);
		k.timed_out = 0;
	}
	ck_assert_uint_gt(e.partials, 0);
	ck_assert_uint_eq(e.finals, 0);
	ck_assert_int_eq(e.ops->end(e.session, 3), 0);
	kit_run(&k);
	ck_assert_uint_eq(e.finals, 1);
	timer_free(t);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(says_nothing_about_silence)
{
	struct kit k;
	struct ears e;
	const struct ask ask = {
		.kind = ASK_YES_NO, .field_key = "", .description = ""};

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	e.wanted = 1;
	ck_assert_int_eq(e.ops->begin(e.session, 1, &ask), 0);
	hear_silence(&e, 1000, 8000);
	ck_assert_int_eq(e.ops->end(e.session, 1), 0);
	kit_run(&k);
	ck_assert_uint_eq(e.n[0], 0);
	/* not one frame */
	e.wanted = 2;
	ck_assert_int_eq(e.ops->begin(e.session, 2, &ask), 0);
	ck_assert_int_eq(e.ops->end(e.session, 2), 0);
	kit_run(&k);
	ck_assert_uint_eq(e.n[1], 0);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(a_cancelled_turn_is_never_heard_of_again)
{
	struct kit k;
	struct ears e;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	e.wanted = 1;
	say(&e, 1, ASK_OPEN, "do you have parking", 8000);
	ck_assert_int_eq(e.ops->end(e.session, 1), 0);
	e.ops->cancel(e.session, 1);
	say(&e, 2, ASK_YES_NO, "no", 8000);
	e.ops->cancel(e.session, 2);
	say(&e, 3, ASK_YES_NO, "yes", 8000);
	ck_assert_int_eq(e.ops->end(e.session, 3), 0);
	kit_run(&k);
	ck_assert_uint_eq(e.finals, 1);
	ck_assert_uint_eq(e.turn[0], 3);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(a_session_closes_with_turns_in_work)
{
	struct kit k;
	struct ears e, other;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	ears_open(&other, &k, 8000);
	say(&e, 1, ASK_OPEN, "do you have parking", 8000);
	ck_assert_int_eq(e.ops->end(e.session, 1), 0);
	say(&e, 2, ASK_OPEN, "until when are you open", 8000);
	ears_close(&e);
	other.wanted = 1;
	say(&other, 1, ASK_YES_NO, "yes", 8000);
	ck_assert_int_eq(other.ops->end(other.session, 1), 0);
	kit_run(&k);
	ck_assert_uint_eq(e.finals, 0);
	ck_assert_uint_eq(other.finals, 1);
	ears_close(&other);
	kit_close(&k);
}
END_TEST

START_TEST(turns_wait_for_the_only_decoder)
{
	enum { CALLS = 4 };
	struct kit k;
	struct ears e[CALLS];

	kit_open(&k, sets, 2);
	for (int i = 0; i < CALLS; i++) {
		ears_open(&e[i], &k, 8000);
		e[i].wanted = i == CALLS - 1;
		say(&e[i], 1, ASK_INTEGER, "four people", 8000);
		ck_assert_int_eq(e[i].ops->end(e[i].session, 1), 0);
	}
	for (int i = 0; i < CALLS; i++) {
		e[CALLS - 1].wanted = 0;
		while (!e[i].finals) {
			e[i].wanted = 1;
			kit_run(&k);
		}
		ck_assert_str_eq(e[i].text[0], "four people");
	}
	for (int i = 0; i < CALLS; i++)
		ears_close(&e[i]);
	kit_close(&k);
}
END_TEST

/** Until one more of it has come. */
static void await_final(struct ears *e)
{
	e->wanted = e->finals + 1;
	kit_run(e->kit);
}

/** Until words are shown, though the turn goes on. */
static void await_partial(struct ears *e)
{
	for (int i = 0; i < 300 && !e->partials; i++) {
		timer_start(e->kit->deadline, 100 * US_PER_MS);
		loop_run(e->kit->env.loop);
		e->kit->timed_out = 0;
	}
	ck_assert_uint_gt(e->partials, 0);
}

START_TEST(callers_who_speak_on_do_not_keep_others_waiting)
{
	enum { TALKERS = 2, OTHERS = 4 };
	struct kit k;
	struct ears talker[TALKERS], other[OTHERS];

	kit_open(&k, sets, 2);
	const int64_t revoked = metric_get(METRIC_STT_LEASES_REVOKED);
	const int64_t failed = metric_get(METRIC_STT_FAILED);
	for (int i = 0; i < TALKERS; i++) {
		ears_open(&talker[i], &k, 8000);
		say(&talker[i], 1, ASK_OPEN, "what are your opening hours",
		    8000);
	}
	/* One of them has the only decoder, and neither stops. */
	await_partial(&talker[0]);
	for (int i = 0; i < OTHERS; i++) {
		ears_open(&other[i], &k, 8000);
		say(&other[i], 1, ASK_INTEGER, "four people", 8000);
		ck_assert_int_eq(other[i].ops->end(other[i].session, 1), 0);
	}
	for (int i = 0; i < OTHERS; i++) {
		if (!other[i].finals)
			await_final(&other[i]);
		ck_assert_str_eq(other[i].text[0], "four people");
	}
	ck_assert_int_gt(metric_get(METRIC_STT_LEASES_REVOKED), revoked);
	/* What the talkers said is all there when they stop. */
	for (int i = 0; i < TALKERS; i++) {
		ck_assert_int_eq(talker[i].ops->end(talker[i].session, 1), 0);
		await_final(&talker[i]);
		ck_assert_str_eq(talker[i].text[0],
				 "what are your opening hours");
	}
	ck_assert_int_eq(metric_get(METRIC_STT_FAILED), failed);
	for (int i = 0; i < OTHERS; i++)
		ears_close(&other[i]);
	for (int i = 0; i < TALKERS; i++)
		ears_close(&talker[i]);
	kit_close(&k);
}
END_TEST

START_TEST(refuses_turns_beyond_its_bounds)
{
	const struct ask ask = {
		.kind = ASK_OPEN, .field_key = "", .description = ""};
	struct kit k;
	struct ears e, other[3];
	int accepted = 0, err = 0;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	/* Of one session: one that speaks, three that are computed. */
	for (uint32_t i = 1; i <= 4; i++) {
		ck_assert_int_eq(e.ops->begin(e.session, i, &ask), 0);
		ck_assert_int_eq(e.ops->end(e.session, i), 0);
	}
	ck_assert_int_eq(e.ops->begin(e.session, 5, &ask), -EAGAIN);
	/* Of the process: eight a decoder. */
	for (int i = 0; i < 3; i++)
		ears_open(&other[i], &k, 8000);
	for (int i = 0; i < 12 && !err; i++) {
		err = other[i / 4].ops->begin(other[i / 4].session,
					      (uint32_t)i, &ask);
		accepted += !err;
		(void)other[i / 4].ops->end(other[i / 4].session, (uint32_t)i);
	}
	ck_assert_int_eq(err, -EAGAIN);
	ck_assert_int_eq(accepted, 4);
	for (int i = 0; i < 3; i++)
		ears_close(&other[i]);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(a_turn_without_end_stops_taking_audio)
{
	static const int16_t second[8000];
	const struct ask ask = {
		.kind = ASK_OPEN, .field_key = "", .description = ""};
	struct kit k;
	struct ears e;
	int seconds = 0;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	ck_assert_int_eq(e.ops->begin(e.session, 1, &ask), 0);
	const int64_t before = metric_get(METRIC_STT_LAGGED);
	while (hear(&e, second, 8000, 8000) == 0)
		seconds++;
	ck_assert_int_eq(seconds, 35);
	ck_assert_int_gt(metric_get(METRIC_STT_LAGGED), before);
	ears_close(&e);
	kit_close(&k);
}
END_TEST

START_TEST(refuses_misuse)
{
	struct aframe wide = {.hz = 16000, .samples = 320};
	struct kit k;
	struct ears e;

	kit_open(&k, sets, 2);
	ears_open(&e, &k, 8000);
	ck_assert_int_eq(e.ops->feed(e.session, &wide), -EINVAL);
	ck_assert_int_eq(e.ops->end(e.session, 1), -EINVAL);
	e.ops->cancel(e.session, 1);
	const struct ask ask = {
		.kind = ASK_OPEN, .field_key = "", .description = ""};
	ck_assert_int_eq(e.ops->begin(e.session, 1, &ask), 0);
	ck_assert_int_eq(e.ops->feed(e.session, &wide), -EINVAL);
	ck_assert_int_eq(e.ops->end(e.session, 2), -EINVAL);
	ears_close(&e);
	void *s = calloc(1, e.ops->session_size);
	ck_assert_int_eq(e.ops->open(s, &k.env, 44100, &events, &e), -EINVAL);
	free(s);
	kit_close(&k);
}
END_TEST

START_TEST(says_what_to_install_when_there_is_no_model)
{
	static const char *const nowhere[] = {"stt.model_dir=/nonexistent"};
	struct settings conf;
	struct settings_error se;
	struct workers *w = NULL;
	const char *why = "";

	ck_assert_int_eq(settings_load(&conf, NULL, nowhere, 1, &se), 0);
	ck_assert_int_eq(providers_open(&conf, &w, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why, "pocketsphinx-en-us"));
}
END_TEST

UNIT_MAIN("stt", choices_beyond_its_room_are_left_out_and_the_rest_is_known,
	  recognizes_a_telephone_number, recognizes_wide_band_as_well,
	  knows_choices_that_no_dictionary_has,
	  shows_words_while_the_caller_speaks, says_nothing_about_silence,
	  a_cancelled_turn_is_never_heard_of_again,
	  a_session_closes_with_turns_in_work, turns_wait_for_the_only_decoder,
	  callers_who_speak_on_do_not_keep_others_waiting,
	  refuses_turns_beyond_its_bounds,
	  a_turn_without_end_stops_taking_audio, refuses_misuse,
	  says_what_to_install_when_there_is_no_model)
