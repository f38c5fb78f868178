/**
 * @file test_tts.c  The embedded synthesizer as a driver, on a real loop
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "journal/metrics.h"
#include "tests/unit/kit_loop.h"
#include "tests/unit/unit.h"

static const char *const sets[] = {"stt.provider=none", "server.workers=2"};

struct mouth {
	struct kit *kit;
	const struct tts_ops *ops;
	void *session;
	uint32_t n, wanted;
	uint32_t utt[LIMIT_PLAYOUT_ITEMS + 1], clause[LIMIT_PLAYOUT_ITEMS + 1];
	struct pcm *pcm[LIMIT_PLAYOUT_ITEMS + 1];
	int cancel_in_audio;
};

static void on_audio(void *arg, uint32_t utt, uint32_t clause, struct pcm *p,
		     int last)
{
	struct mouth *m = arg;

	ck_assert_int_eq(last, 1);
	m->utt[m->n] = utt;
	m->clause[m->n] = clause;
	m->pcm[m->n++] = p;
	if (m->cancel_in_audio)
		m->ops->cancel(m->session, utt);
	if (m->n == m->wanted)
		loop_stop(m->kit->env.loop);
}

static void on_failed(void *arg, uint32_t utt, uint32_t clause, int err,
		      const char *why)
{
	(void)arg, (void)utt, (void)clause;
	ck_abort_msg("failed %d %s", err, why);
}

static const struct tts_events events = {on_audio, on_failed};

static void mouth_open(struct mouth *m, struct kit *k)
{
	kit_open(k, sets, 2);
	*m = (struct mouth){.kit = k, .ops = tts_find("flite")};
	m->session = calloc(1, m->ops->session_size);
	ck_assert_int_eq(
		m->ops->open(m->session, &k->env, "", 8000, &events, m), 0);
}

static void mouth_close(struct mouth *m)
{
	m->ops->close(m->session);
	kit_close(m->kit);
	for (uint32_t i = 0; i < m->n; i++)
		pcm_unref(m->pcm[i]);
	free(m->session);
}

START_TEST(clauses_come_back_in_the_order_they_were_said)
{
	static const char *const texts[] = {
		"We have a lovely table by the window, next to the garden,",
		"yes.", "It is ready at seven thirty in the evening.", "Ok?"};
	struct kit k;
	struct mouth m;

	mouth_open(&m, &k);
	m.wanted = 8;
	for (uint32_t u = 1; u <= 2; u++)
		for (uint32_t c = 0; c < 4; c++)
			ck_assert_int_eq(m.ops->say(m.session, u, c, texts[c]),
					 0);
	kit_run(&k);
	for (uint32_t i = 0; i < 8; i++) {
		ck_assert_uint_eq(m.utt[i], 1 + i / 4);
		ck_assert_uint_eq(m.clause[i], i % 4);
		ck_assert_uint_gt(m.pcm[i]->n_words, 0);
		for (uint32_t w = 1; w < m.pcm[i]->n_words; w++)
			ck_assert_uint_ge(m.pcm[i]->words[w].end_sample,
					  m.pcm[i]->words[w - 1].end_sample);
	}
	mouth_close(&m);
}
END_TEST

START_TEST(the_same_words_are_rendered_once)
{
	struct kit k;
	struct mouth m;

	mouth_open(&m, &k);
	const int64_t before = metric_get(METRIC_TTS_CACHE_HITS);
	m.wanted = 1;
	ck_assert_int_eq(m.ops->say(m.session, 1, 0, "one moment"), 0);
	kit_run(&k);
	m.wanted = 2;
	ck_assert_int_eq(m.ops->say(m.session, 2, 0, "one moment"), 0);
	/* never inside say(): the caller may not be ready for it */
	ck_assert_uint_eq(m.n, 1);
	kit_run(&k);
	ck_assert_ptr_eq(m.pcm[0], m.pcm[1]);
	ck_assert_int_eq(metric_get(METRIC_TTS_CACHE_HITS), before + 1);
	mouth_close(&m);
}
END_TEST

START_TEST(cancelled_utterances_are_never_heard)
{
	struct kit k;
	struct mouth m;

	mouth_open(&m, &k);
	m.wanted = 1;
	ck_assert_int_eq(m.ops->say(m.session, 1, 0, "first"), 0);
	ck_assert_int_eq(m.ops->say(m.session, 2, 0, "second"), 0);
	m.ops->cancel(m.session, 2);
	ck_assert_int_eq(m.ops->say(m.session, 3, 0, "third"), 0);
	kit_run(&k);
	ck_assert_uint_eq(m.utt[0], 3);
	mouth_close(&m);
}
END_TEST

START_TEST(may_be_cancelled_while_it_delivers)
{
	struct kit k;
	struct mouth m;

	mouth_open(&m, &k);
	m.wanted = 2;
	m.cancel_in_audio = 1;
	for (uint32_t c = 0; c < 3; c++)
		ck_assert_int_eq(m.ops->say(m.session, 1, c, "again"), 0);
	ck_assert_int_eq(m.ops->say(m.session, 2, 0, "new"), 0);
	kit_run(&k);
	ck_assert_uint_eq(m.utt[0], 1);
	ck_assert_uint_eq(m.utt[1], 2);
	mouth_close(&m);
}
END_TEST

START_TEST(refuses_too_many_clauses_and_too_long_ones)
{
	struct kit k;
	struct mouth m;
	char *big = calloc(1, LIMIT_TEXT_BYTES + 2);

	mouth_open(&m, &k);
	memset(big, 'a', LIMIT_TEXT_BYTES + 1);
	ck_assert_int_eq(m.ops->say(m.session, 1, 0, big), -EMSGSIZE);
	for (uint32_t i = 0; i < LIMIT_PLAYOUT_ITEMS; i++)
		ck_assert_int_eq(m.ops->say(m.session, 1, i, "a"), 0);
	ck_assert_int_eq(m.ops->say(m.session, 1, 999, "a"), -EAGAIN);
	m.wanted = LIMIT_PLAYOUT_ITEMS;
	kit_run(&k);
	free(big);
	mouth_close(&m);
}
END_TEST

START_TEST(refuses_voices_it_does_not_have)
{
	struct kit k;
	struct mouth m;
	void *s;

	mouth_open(&m, &k);
	s = calloc(1, m.ops->session_size);
	ck_assert_int_eq(m.ops->open(s, &k.env, "bob", 8000, &events, &m),
			 -EINVAL);
	ck_assert_int_eq(m.ops->open(s, &k.env, "slt", 44100, &events, &m),
			 -EINVAL);
	free(s);
	mouth_close(&m);
	ck_assert_ptr_null(tts_find("nobody"));
}
END_TEST

UNIT_MAIN("tts", clauses_come_back_in_the_order_they_were_said,
	  the_same_words_are_rendered_once,
	  cancelled_utterances_are_never_heard,
	  may_be_cancelled_while_it_delivers,
	  refuses_too_many_clauses_and_too_long_ones,
	  refuses_voices_it_does_not_have)
