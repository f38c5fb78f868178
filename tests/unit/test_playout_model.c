/**
 * @file test_playout_model.c  Random events against what must always hold
 *
 * After a cut nothing of it sounds but 5 ms. Each utterance is said once, in
 * order, by whole words.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>

#include "audio/level.h"
#include "unit/kit_playout.h"
#include "unit/unit.h"

enum { UTTS = 400 };

struct model {
	struct line *l;
	struct level_noise z;
	uint32_t utt, clause, clauses[UTTS]; /* announced */
	int open;
	uint32_t cut;
	uint32_t waiting[LIMIT_PLAYOUT_ITEMS][2];
	int n_waiting;
	int tail;    /* the frame after a cut may hold 5 ms of it */
	int carrier; /* next mark to come back */
	int64_t at_us;
};

static uint32_t dice(struct model *m, uint32_t n)
{
	return (uint32_t)(level_noise_bits(&m->z) % n);
}

/** Older is louder: what should be gone shows through any fade. */
static int16_t loudness(uint32_t utt)
{
	return (int16_t)(30000 - utt * 60);
}

static void model_clause(struct model *m)
{
	char text[32];

	if (!m->open) {
		m->utt++;
		m->clause = 0;
	}

	const int last = dice(m, 3) == 0;

	(void)snprintf(text, sizeof(text), "u%u c%u", m->utt, m->clause);

	const int err = playout_clause(m->l->p, m->utt, m->clause, text, last);

	if (err) {
		ck_assert(err == -EAGAIN || err == -ECANCELED);
		m->open = 0;
		return;
	}
	m->clauses[m->utt] = ++m->clause;
	m->open = !last;
	m->waiting[m->n_waiting][0] = m->utt;
	m->waiting[m->n_waiting++][1] = m->clause - 1;
}

static void model_audio(struct model *m)
{
	if (!m->n_waiting)
		return;

	const uint32_t utt = m->waiting[0][0], clause = m->waiting[0][1];
	const int last = dice(m, 2) == 0;

	if (dice(m, 12) == 0)
		playout_fail(m->l->p, utt, clause);
	else
		(void)playout_audio(m->l->p, utt, clause,
				    sound(dice(m, 900), loudness(utt)), last);
	if (last || dice(m, 20) == 0) {
		playout_fail(m->l->p, utt, clause);
		m->n_waiting--;
		memmove(m->waiting, m->waiting + 1,
			sizeof(m->waiting[0]) * (size_t)m->n_waiting);
	}
}

static void model_cut(struct model *m)
{
	const uint32_t back = dice(m, 3);
	const uint32_t utt = m->utt > back ? m->utt - back : 0;

	if (!utt)
		return;
	cut(m->l, utt, m->l->now_us);
	m->cut = utt > m->cut ? utt : m->cut;
	m->open = m->open && m->utt > utt;
	m->tail = 1;
}

/** As a line with a buffer does: now and then several frames at once. */
static void model_pull(struct model *m)
{
	struct line *l = m->l;
	const int16_t most = loudness(m->cut + 1);
	const int got = pull(l);

	l->now_us -= dice(m, 2) && l->now_us > m->at_us ? FRAME_US : 0;
	m->at_us = l->now_us;

	for (int i = m->tail ? FADE : 0; i < FRAME; i++) {
		if (l->f.s[i] > most)
			ck_abort_msg("%d is louder than %d", l->f.s[i], most);
		if (!got)
			UNIT_SAMPLE_EQ(l->f.s[i], 0);
	}
	m->tail = 0;
}

static void model_step(struct model *m)
{
	struct line *l = m->l;

	switch (dice(m, 16)) {
	case 0:
		if (m->n_waiting < 60 && m->utt < UTTS - 2)
			model_clause(m);
		break;
	case 1:
	case 2:
		model_audio(m);
		break;
	case 3:
		if (dice(m, 6) == 0)
			model_cut(m);
		break;
	case 4:

		playout_pause(l->p);
		break;
	case 5:
		playout_resume(l->p);
		break;
	case 6:
		if (dice(m, 3) == 0) {
			playout_pause(l->p);
			(void)playout_take_back(l->p, l->now_us);
		}
		break;
	case 7:
		if (m->carrier < l->n_marks && dice(m, 4))
			mark_back(l, l->marks[m->carrier], l->now_us);
		m->carrier += m->carrier < l->n_marks;
		break;
	default:
		model_pull(m);
		break;
	}
}

/** Everything that is announced is said once. */
static void model_check(const struct model *m)
{
	const struct line *l = m->l;
	uint32_t said = 0;

	for (int i = 0; i < l->n; i++) {
		char want[256] = "";
		size_t n = 0;

		if (l->log[i].what != 's')
			continue;
		ck_assert_uint_eq(l->log[i].id, ++said);
		for (uint32_t c = 0; c < m->clauses[said]; c++)
			n += (size_t)snprintf(want + n, sizeof(want) - n,
					      "u%u c%u ", said, c);
		/* whole words, in order, some clauses may have failed */
		const char *at = want;
		char copy[128];

		memcpy(copy, l->log[i].text, sizeof(copy));
		for (char *w = copy, *end; *w; w = end) {
			end = w + strcspn(w, " ");
			end += *end ? 1 : 0;

			char save = *end;

			*end = '\0';
			at = strstr(at, w);
			ck_assert_msg(at != NULL, "\"%s\" of \"%s\"",
				      l->log[i].text, want);
			*end = save;
		}
	}
	ck_assert_uint_eq(said, m->utt);
}

START_TEST(keeps_its_promises_in_any_order_of_events)
{
	struct model *m = calloc(1, sizeof(*m));

	m->l = line_new(_i % 2);
	level_noise_init(&m->z, (uint64_t)_i + 1);
	for (int i = 0; i < 3000 && m->l->n < LOG - 900; i++)
		model_step(m);
	playout_resume(m->l->p);
	while (m->n_waiting)
		model_audio(m);
	/* close what is open, and let it all be played */
	if (m->open)
		ck_assert_int_eq(playout_clause(m->l->p, ++m->utt, 0, "", 1),
				 0);
	playout_fail(m->l->p, m->utt, 0);
	for (int i = 0; i < 20000 && playout_busy(m->l->p); i++)
		(void)pull(m->l);
	ck_assert_int_eq(playout_busy(m->l->p), 0);
	ck_assert_uint_eq(playout_current(m->l->p), 0);
	ck_assert_uint_eq(m->l->p->held_samples, 0);
	ck_assert_uint_eq(m->l->p->live, 0);
	model_check(m);
	line_free(m->l);
	free(m);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("playout_model");
	TCase *t = tcase_create("playout_model");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, keeps_its_promises_in_any_order_of_events, 0,
			    UNIT_ROUNDS(200));
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
