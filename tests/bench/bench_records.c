/**
 * @file bench_records.c  What keeping records costs: carrier messages, journal
 *                        and recording on the shard; rows of the store
 *
 * SPDX-License-Identifier: MIT
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/codec.h"
#include "base/clock.h"
#include "base/text.h"
#include "channel/twilio_parse.h"
#include "journal/journal.h"
#include "journal/writer.h"
#include "media/recorder.h"
#include "store/store.h"

enum {
	ROUNDS = 11,
	ROUND_US = 20000,
	BURST = 300,
	ROWS = 100000,
	SYNCS = 200
};

struct job {
	char text[1024];
	size_t len;
	struct journal *journal;
	struct recorder *recorder;
	struct aframe frame;
};

static void run_scan(struct job *j)
{
	struct twilio_msg m;
	unsigned char bytes[160];
	int16_t pcm[160];

	if (!twilio_scan_media(&m, j->text, j->len) ||
	    text_base64_decode(bytes, sizeof(bytes), m.payload.s,
			       m.payload.len) != 160)
		abort();
	(void)codec_find("pcmu")->decode(NULL, bytes, 160, pcm, 160);
}

static void run_parse(struct job *j)
{
	struct twilio_msg m;

	if (twilio_parse(&m, j->text, j->len) < 0)
		abort();
	twilio_msg_done(&m);
}

static void run_journal(struct job *j)
{
	journal_put(j->journal, JOURNAL_AUDIO_IN, 0, j->frame.s, 320);
}

static void run_record(struct job *j)
{
	recorder_put(j->recorder, &j->frame, &j->frame);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(struct job *j, const char *what,
		    void (*run)(struct job *j))
{
	double us[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		const int64_t from = clock_now_us();
		int64_t took;
		uint64_t n = 0;

		do {
			for (int k = 0; k < 50; k++)
				run(j);
			n += 50;
			took = clock_now_us() - from;
		} while (took < ROUND_US);
		us[i] = (double)took / (double)n;
	}
	qsort(us, ROUNDS, sizeof(us[0]), by_value);
	printf("{\"bench\":\"records\",\"what\":\"%s\",\"us_p50\":%.3f,"
	       "\"us_best\":%.3f}\n",
	       what, us[ROUNDS / 2], us[0]);
}

/* Bursts that the ring holds, and time between them to write it out. */
static void measure_bursts(struct job *j, const char *what,
			   void (*run)(struct job *j))
{
	double us[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		const int64_t from = clock_now_us();

		for (int k = 0; k < BURST; k++)
			run(j);
		us[i] = (double)(clock_now_us() - from) / BURST;
		(void)poll(NULL, 0, 40);
	}
	qsort(us, ROUNDS, sizeof(us[0]), by_value);
	printf("{\"bench\":\"records\",\"what\":\"%s\",\"us_p50\":%.3f,"
	       "\"us_best\":%.3f}\n",
	       what, us[ROUNDS / 2], us[0]);
}

static void bench_messages(struct job *j)
{
	unsigned char mulaw[160];
	char base64[256];

	for (int i = 0; i < 160; i++)
		mulaw[i] = (unsigned char)(i * 31);
	(void)text_base64_encode(base64, sizeof(base64), mulaw, 160);
	j->len = (size_t)snprintf(
		j->text, sizeof(j->text),
		"{\"event\":\"media\",\"sequenceNumber\":\"1234\","
		"\"media\":{\"track\":\"inbound\",\"chunk\":\"1233\","
		"\"timestamp\":\"24660\",\"payload\":\"%s\"},"
		"\"streamSid\":\"MZ18ad3ab5a668481ce02b83e7395059f0\"}",
		base64);
	measure(j, "media message: scan, base64, mu-law", run_scan);
	measure(j, "media message: jansson alone", run_parse);
}

static void bench_files(struct job *j, const char *folder)
{
	struct writer *w = NULL;
	char path[128];

	j->frame = (struct aframe){.hz = 8000, .samples = 160};
	if (writer_new(&w) < 0)
		abort();
	(void)snprintf(path, sizeof(path), "%s/j", folder);
	if (journal_open(&j->journal, w, path, "{}", 0) < 0)
		abort();
	measure_bursts(j, "journal: one frame", run_journal);
	if (journal_dropped(j->journal))
		abort();
	journal_close(j->journal, 0);
	(void)snprintf(path, sizeof(path), "%s/r", folder);
	if (recorder_open(&j->recorder, w, path, 8000) < 0)
		abort();
	measure_bursts(j, "recorder: one period", run_record);
	if (recorder_dropped(j->recorder))
		abort();
	recorder_close(j->recorder);
	writer_free(w);
}

static void bench_store(const char *folder)
{
	struct store *s = NULL;
	char path[128];
	int64_t from_us, took_us[SYNCS];
	double us[SYNCS];

	(void)snprintf(path, sizeof(path), "%s/db", folder);
	if (store_open(&s, path, NULL) < 0)
		abort();
	from_us = clock_now_us();
	for (int i = 0; i < ROWS; i++)
		while (store_transcript(s, "c1", "caller", "four of us please",
					i, 0) < 0)
			(void)store_sync(s);
	(void)store_sync(s);
	printf("{\"bench\":\"records\",\"what\":\"store: rows, batched\","
	       "\"rows_per_s\":%.0f}\n",
	       ROWS * 1e6 / (double)(clock_now_us() - from_us));
	for (int i = 0; i < SYNCS; i++) {
		from_us = clock_now_us();
		(void)store_transcript(s, "c1", "caller", "four", i, 0);
		(void)store_sync(s);
		took_us[i] = clock_now_us() - from_us;
		us[i] = (double)took_us[i];
	}
	qsort(us, SYNCS, sizeof(us[0]), by_value);
	printf("{\"bench\":\"records\",\"what\":\"store: one row until it is "
	       "durable\",\"us_p50\":%.0f,\"us_p99\":%.0f}\n",
	       us[SYNCS / 2], us[SYNCS * 99 / 100]);
	store_close(s);
}

int main(void)
{
	static const char *const names[] = {"j", "r", "db"};
	static struct job j;
	char folder[] = "/tmp/bench-records.XXXXXX", path[128];

	if (!mkdtemp(folder))
		return 1;
	bench_messages(&j);
	bench_files(&j, folder);
	bench_store(folder);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
	return 0;
}
