/**
 * @file speak_flite.c  Flite's voices into files, with the ends of the words
 *
 * Reads lines "voice TAB wav TAB text"; writes the wav and, beside it, .words
 * with one line "end_ms word" for each word.
 *
 * SPDX-License-Identifier: MIT
 */
#include <flite/flite.h>
#include <stdio.h>
#include <string.h>

cst_voice *register_cmu_us_slt(const char *dir);
cst_voice *register_cmu_us_rms(const char *dir);
cst_voice *register_cmu_us_awb(const char *dir);
cst_voice *register_cmu_us_kal16(const char *dir);
cst_voice *register_cmu_us_kal(const char *dir);

static cst_voice *find_voice(const char *name)
{
	static struct {
		const char *name;
		cst_voice *(*make)(const char *dir);
		cst_voice *voice;
	} voices[] = {
		{"slt", register_cmu_us_slt, NULL},
		{"rms", register_cmu_us_rms, NULL},
		{"awb", register_cmu_us_awb, NULL},
		{"kal16", register_cmu_us_kal16, NULL},
		{"kal", register_cmu_us_kal, NULL},
	};

	for (size_t i = 0; i < sizeof(voices) / sizeof(voices[0]); i++) {
		if (strcmp(voices[i].name, name) != 0)
			continue;
		if (!voices[i].voice)
			voices[i].voice = voices[i].make(NULL);
		return voices[i].voice;
	}
	return NULL;
}

static int write_words(cst_utterance *u, const char *wav)
{
	char path[1024];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s.words", wav);
	f = fopen(path, "w");
	if (!f)
		return -1;
	for (cst_item *w = relation_head(utt_relation(u, "Word")); w;
	     w = item_next(w))
		fprintf(f, "%d %s\n",
			(int)(1000 *
			      ffeature_float(w, "R:SylStructure.daughtern."
						"daughtern.R:Segment.end")),
			item_name(w));
	return fclose(f);
}

static int speak(const char *name, const char *wav, const char *text)
{
	cst_voice *v = find_voice(name);
	cst_utterance *u = v ? flite_synth_text(text, v) : NULL;
	int err = u ? 0 : -1;

	if (u) {
		err = write_words(u, wav);
		if (!err &&
		    cst_wave_save_riff(utt_wave(u), wav) != CST_OK_FORMAT)
			err = -1;
		delete_utterance(u);
	}
	if (err)
		fprintf(stderr, "speak_flite: %s: cannot say it\n", wav);
	return err;
}

int main(void)
{
	char line[2048];

	flite_init();
	while (fgets(line, sizeof(line), stdin)) {
		char *wav = strchr(line, '\t');
		char *text = wav ? strchr(wav + 1, '\t') : NULL;

		if (!text)
			return 2;
		*wav++ = '\0';
		*text++ = '\0';
		text[strcspn(text, "\n")] = '\0';
		if (speak(line, wav, text))
			return 1;
	}
	return 0;
}
