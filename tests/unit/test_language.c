/**
 * @file test_language.c  Other languages: what was said, and what is said
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog/language.h"
#include "dialog/language_table.h"
#include "dialog/lines.h"
#include "dialog/nlu.h"

/* A Saturday. */
static struct nlu_today today_in(const char *language)
{
	return (struct nlu_today){.year = 2026,
				  .month = 11,
				  .day = 21,
				  .hour = 10,
				  .language = language_find(language)};
}

static void has_value(const char *language, const char *type,
		      enum ask_kind kind, const char *said, const char *json,
		      const char *spoken)
{
	const struct nlu_today today = today_in(language);
	const struct ask ask = {
		.kind = kind, .field_key = "x", .description = ""};
	struct nlu_value v;
	char english[1024];

	ck_assert_ptr_nonnull(today.language);
	language_hear(today.language, english, sizeof(english), said);
	if (nlu_value(&v, type, &ask, english, &today) < 0) {
		ck_assert_msg(!json, "%s: \"%s\" is \"%s\": no value",
			      language, said, english);
		return;
	}
	ck_assert_msg(json && strcmp(v.json, json) == 0,
		      "%s: \"%s\" is \"%s\" is %s, not %s", language, said,
		      english, v.json, json ? json : "nothing");
	if (spoken)
		ck_assert_str_eq(v.spoken, spoken);
}

struct heard {
	const char *language, *said, *json, *spoken;
};

#define DATE(y, m, d) "{\"year\":" #y ",\"month\":" #m ",\"day\":" #d "}"

static const struct heard integers[] = {
	{"de", "fünf", "5", "5"},
	{"de", "fuenf", "5", NULL},
	{"de", "wir sind fünf Personen", "5", NULL},
	{"de", "für einundzwanzig Leute", "21", NULL},
	{"de", "zu viert", "4", NULL},
	{"de", "eine", "1", NULL},
	{"de", "zweihundertfünfundzwanzig", "225", "225"},
	{"de", "tausend zweihundert", "1200", NULL},
	{"de", "nein, ich habe sechs gesagt", "6", NULL},
	{"de", "äh, also zwölf", "12", NULL},
	{"de", "ein paar", "2", NULL},
	{"de", "das weiß ich nicht", NULL, NULL},
	{"fr", "cinq", "5", "5"},
	{"fr", "nous serons quatre", "4", NULL},
	{"fr", "quatre-vingt-dix-sept", "97", NULL},
	{"fr", "septante et un", "71", NULL},
	{"fr", "deux cent vingt-cinq", "225", NULL},
	{"fr", "euh, pour douze personnes", "12", NULL},
	{"fr", "non, j'ai dit six", "6", NULL},
	{"fr", "une", "1", NULL},
	{"fr", "je ne sais pas", NULL, NULL},
	{"es", "cinco", "5", "5"},
	{"es", "somos cuatro", "4", NULL},
	{"es", "treinta y uno", "31", NULL},
	{"es", "veintiséis personas", "26", NULL},
	{"es", "veintiseis", "26", NULL},
	{"es", "quinientos doce", "512", NULL},
	{"es", "no, he dicho seis", "6", NULL},
	{"es", "no lo sé", NULL, NULL},
	{"it", "cinque", "5", "5"},
	{"it", "siamo in quattro", "4", NULL},
	{"it", "ventuno persone", "21", NULL},
	{"it", "ottantotto", "88", NULL},
	{"it", "duecentocinquanta", "250", NULL},
	{"it", "no, ho detto sei", "6", NULL},
	{"it", "non lo so", NULL, NULL},
};

START_TEST(numbers_are_understood)
{
	const struct heard *h = &integers[_i];

	has_value(h->language, "integer", ASK_INTEGER, h->said, h->json,
		  h->spoken);
}
END_TEST

static const struct heard digits[] = {
	{"de", "null eins sieben sechs, vier null drei neun", "\"01764039\"",
	 "0 1 7, 6 4 0, 3 9"},
	{"de", "meine Nummer ist null drei null, zwölf vierunddreißig",
	 "\"0301234\"", NULL},
	{"de", "030 1234567", "\"0301234567\"", NULL},
	{"fr",
	 "zéro six, douze, trente-quatre, cinquante-six, "
	 "soixante-dix-huit",
	 "\"0612345678\"", NULL},
	{"es", "seis uno dos, tres cuatro cinco, seis siete ocho",
	 "\"612345678\"", "6 1 2, 3 4 5, 6 7 8"},
	{"it", "tre tre uno, due due tre tre quattro quattro quattro",
	 "\"3312233444\"", NULL},
};

START_TEST(digits_are_understood)
{
	const struct heard *h = &digits[_i];

	has_value(h->language, "digit_sequence", ASK_DIGITS, h->said, h->json,
		  h->spoken);
}
END_TEST

static const struct heard dates[] = {
	{"de", "morgen", DATE(2026, 11, 22), "Sonntag, 22. November"},
	{"de", "übermorgen", DATE(2026, 11, 23), NULL},
	{"de", "am dritten Mai", DATE(2027, 5, 3), "Montag, 3. Mai"},
	{"de", "3. Mai 2028", DATE(2028, 5, 3), "3. Mai 2028"},
	{"de", "am 24.12.", DATE(2026, 12, 24), NULL},
	{"de", "24.12.2027", DATE(2027, 12, 24), NULL},
	{"de", "am dritten fünften", DATE(2027, 5, 3), NULL},
	{"de", "nächsten Freitag", DATE(2026, 11, 27), NULL},
	{"de", "in zwei Wochen", DATE(2026, 12, 5), NULL},
	{"de", "in drei Tagen", DATE(2026, 11, 24), NULL},
	{"de", "Donnerstag", DATE(2026, 11, 26), NULL},
	{"fr", "demain", DATE(2026, 11, 22), "dimanche 22 novembre"},
	{"fr", "après-demain", DATE(2026, 11, 23), NULL},
	{"fr", "le trois mai", DATE(2027, 5, 3), NULL},
	{"fr", "le premier janvier", DATE(2027, 1, 1), NULL},
	{"fr", "vendredi prochain", DATE(2026, 11, 27), NULL},
	{"fr", "dans deux semaines", DATE(2026, 12, 5), NULL},
	{"fr", "le 24/12/2027", DATE(2027, 12, 24), NULL},
	{"es", "mañana", DATE(2026, 11, 22), "domingo 22 de noviembre"},
	{"es", "pasado mañana", DATE(2026, 11, 23), NULL},
	{"es", "el tres de mayo", DATE(2027, 5, 3), NULL},
	{"es", "el 3 de mayo de 2028", DATE(2028, 5, 3), "3 de mayo de 2028"},
	{"es", "el viernes que viene", DATE(2026, 11, 27), NULL},
	{"es", "dentro de dos semanas", DATE(2026, 12, 5), NULL},
	{"es", "24/12/2027", DATE(2027, 12, 24), NULL},
	{"it", "domani", DATE(2026, 11, 22), "domenica 22 novembre"},
	{"it", "dopodomani", DATE(2026, 11, 23), NULL},
	{"it", "il tre maggio", DATE(2027, 5, 3), NULL},
	{"it", "il primo gennaio", DATE(2027, 1, 1), NULL},
	{"it", "venerdì prossimo", DATE(2026, 11, 27), NULL},
	{"it", "fra due settimane", DATE(2026, 12, 5), NULL},
	{"it", "24/12/2027", DATE(2027, 12, 24), NULL},
};

START_TEST(dates_are_understood)
{
	const struct heard *h = &dates[_i];

	has_value(h->language, "date", ASK_DATE, h->said, h->json, h->spoken);
}
END_TEST

#define WHEN(y, mo, d, h, m)                                             \
	"{\"year\":" #y ",\"month\":" #mo ",\"day\":" #d ",\"hour\":" #h \
	",\"minute\":" #m "}"

static const struct heard times[] = {
	{"de", "morgen um halb acht abends", WHEN(2026, 11, 22, 19, 30),
	 "Sonntag, 22. November um 19 Uhr 30"},
	{"de", "am Freitag um 19 Uhr 30", WHEN(2026, 11, 27, 19, 30), NULL},
	{"de", "am Freitag um Viertel nach drei", WHEN(2026, 11, 27, 15, 15),
	 NULL},
	{"de", "am Freitag um viertel vor neun morgens",
	 WHEN(2026, 11, 27, 8, 45), NULL},
	{"de", "morgen um zehn Uhr", WHEN(2026, 11, 22, 10, 0),
	 "Sonntag, 22. November um 10 Uhr"},
	{"de", "übermorgen um zehn vor vier", WHEN(2026, 11, 23, 15, 50),
	 NULL},
	{"de", "am dritten Mai um fünfzehn Uhr", WHEN(2027, 5, 3, 15, 0),
	 NULL},
	{"fr", "demain à dix heures", WHEN(2026, 11, 22, 10, 0),
	 "dimanche 22 novembre à 10 heures"},
	{"fr", "vendredi à vingt heures trente", WHEN(2026, 11, 27, 20, 30),
	 NULL},
	{"fr", "demain à neuf heures moins le quart du matin",
	 WHEN(2026, 11, 22, 8, 45), NULL},
	{"fr", "vendredi à 19h30", WHEN(2026, 11, 27, 19, 30), NULL},
	{"es", "mañana a las diez", WHEN(2026, 11, 22, 10, 0),
	 "domingo 22 de noviembre a las 10"},
	{"es", "el viernes a las siete y media de la tarde",
	 WHEN(2026, 11, 27, 19, 30), NULL},
	{"es", "mañana a las nueve menos cuarto de la mañana",
	 WHEN(2026, 11, 22, 8, 45), NULL},
	{"it", "domani alle dieci", WHEN(2026, 11, 22, 10, 0),
	 "domenica 22 novembre alle ore 10"},
	{"it", "venerdì alle sette e mezza di sera",
	 WHEN(2026, 11, 27, 19, 30), NULL},
	{"it", "domani alle nove meno un quarto di mattina",
	 WHEN(2026, 11, 22, 8, 45), NULL},
};

START_TEST(times_are_understood)
{
	const struct heard *h = &times[_i];

	has_value(h->language, "datetime", ASK_DATETIME, h->said, h->json,
		  h->spoken);
}
END_TEST

static const struct heard names[] = {
	{"de", "mein Name ist Anna Berger", "\"Anna Berger\"", NULL},
	{"de", "ich heiße Jürgen Groß", "\"Jürgen Groß\"", NULL},
	{"de", "Berger", "\"Berger\"", NULL},
	{"fr", "je m'appelle Anaïs Dupont", "\"Anaïs Dupont\"", NULL},
	{"fr", "mon nom est Dupont", "\"Dupont\"", NULL},
	{"es", "me llamo José Núñez", "\"José Núñez\"", NULL},
	{"es", "mi nombre es Ana García", "\"Ana García\"", NULL},
	{"it", "mi chiamo Niccolò Rossi", "\"Niccolò Rossi\"", NULL},
};

START_TEST(names_pass_through)
{
	const struct heard *h = &names[_i];

	has_value(h->language, "text", ASK_NAME, h->said, h->json, h->spoken);
}
END_TEST

START_TEST(what_has_no_words_is_said_in_figures)
{
	static const struct {
		const char *type, *json, *spoken;
	} said[] = {
		{"phone", "\"+4930123456\"", "+ 4 9, 3 0 1, 2 3 4, 5 6"},
		{"currency", "{\"amount\":\"12.50\",\"currency\":\"EUR\"}",
		 "12.50 EUR"},
		{"duration", "5400", "1 h 30 min"},
		{"duration", "45", "45 s"},
		{"datetime", "{\"hour\":9,\"minute\":0}", "9 Uhr"},
		{"datetime", "{\"year\":2026,\"month\":13,\"day\":1}", NULL},
		{"calendar_slot", "\"2026-11-24T09:00\"",
		 "Dienstag, 24. November um 9 Uhr"},
	};
	const struct nlu_today today = today_in("de");
	char ret[128];

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		int err = nlu_speak_near(ret, sizeof(ret), said[i].type,
					 ASK_TEXT, said[i].json, &today);

		ck_assert_int_eq(err < 0, said[i].spoken == NULL);
		if (said[i].spoken)
			ck_assert_str_eq(ret, said[i].spoken);
	}
}
END_TEST

static const struct {
	const char *language, *said, *acts;
} acts[] = {
	{"de", "ja", "yes"},
	{"de", "ja genau", "yes"},
	{"de", "ja, das stimmt", "yes"},
	{"de", "gerne", "yes"},
	{"de", "nein", "no"},
	{"de", "nee", "no"},
	{"de", "nein, das ist falsch", "no"},
	{"de", "das stimmt nicht", "no"},
	{"de", "wie bitte?", "repeat"},
	{"de", "können Sie das noch mal wiederholen?", "repeat"},
	{"de", "einen Moment bitte", "wait"},
	{"de", "keine Ahnung", "dont_know"},
	{"de", "das weiß ich nicht", "dont_know"},
	{"de", "auf Wiederhören", "bye"},
	{"de", "nein danke, das war's", "bye"},
	{"de", "vielen Dank", "thanks"},
	{"de", "haben Sie Parkplätze?", "question"},
	{"de", "was kostet das?", "question"},
	{"de", "ich möchte mit einem Mitarbeiter sprechen", "human"},
	{"de", "mhm", "yes"},
	{"fr", "oui", "yes"},
	{"fr", "oui, c'est ça", "yes"},
	{"fr", "d'accord", "yes"},
	{"fr", "non", "no"},
	{"fr", "non, ce n'est pas ça", "no"},
	{"fr", "pardon ?", "repeat"},
	{"fr", "vous pouvez répéter, s'il vous plaît ?", "repeat"},
	{"fr", "un instant, s'il vous plaît", "wait"},
	{"fr", "je ne sais pas", "dont_know"},
	{"fr", "au revoir", "bye"},
	{"fr", "non merci, c'est tout", "bye"},
	{"fr", "avez-vous un parking ?", "question"},
	{"fr", "je voudrais parler à quelqu'un", "human"},
	{"es", "sí", "yes"},
	{"es", "sí, es correcto", "yes"},
	{"es", "claro que sí", "yes"},
	{"es", "no", "no"},
	{"es", "no, eso no es correcto", "no"},
	{"es", "¿puede repetir, por favor?", "repeat"},
	{"es", "un momento, por favor", "wait"},
	{"es", "no lo sé", "dont_know"},
	{"es", "adiós", "bye"},
	{"es", "no gracias, eso es todo", "bye"},
	{"es", "¿tienen aparcamiento?", "question"},
	{"es", "quiero hablar con una persona", "human"},
	{"it", "sì", "yes"},
	{"it", "sì, esatto", "yes"},
	{"it", "va bene", "yes"},
	{"it", "no", "no"},
	{"it", "no, non è giusto", "no"},
	{"it", "può ripetere, per favore?", "repeat"},
	{"it", "un attimo, per favore", "wait"},
	{"it", "non lo so", "dont_know"},
	{"it", "arrivederci", "bye"},
	{"it", "no grazie, è tutto", "bye"},
	{"it", "avete un parcheggio?", "question"},
	{"it", "vorrei parlare con un operatore", "human"},
};

START_TEST(what_is_done_with_words_is_understood)
{
	const struct language *l = language_find(acts[_i].language);
	const struct ask ask = {.kind = ASK_YES_NO};
	char english[1024];
	struct nlu_acts a;
	const struct {
		const char *name;
		int set;
	} is[] = {{"yes",
		   (language_hear(l, english, sizeof(english), acts[_i].said),
		    nlu_acts(&a, english, &ask), a.yes && !a.no)},
		  {"no", a.no && !a.yes},
		  {"repeat", a.repeat},
		  {"wait", a.wait},
		  {"dont_know", a.dont_know},
		  {"bye", a.goodbye},
		  {"thanks", a.thanks},
		  {"question", a.question},
		  {"human", a.human}};

	for (size_t i = 0; i < sizeof(is) / sizeof(*is); i++) {
		if (strcmp(is[i].name, acts[_i].acts) == 0) {
			ck_assert_msg(is[i].set, "\"%s\" is \"%s\": not %s",
				      acts[_i].said, english, acts[_i].acts);
			return;
		}
	}
	ck_abort_msg("no such act");
}
END_TEST

static struct language *read_file(const struct language_file *f)
{
	struct language *l = language_read(f->data, f->len);

	ck_assert_msg(l != NULL, "%s can't be read", f->name);
	return l;
}

START_TEST(each_language_has_the_lines_of_the_core)
{
	static const char *const lines[] = {
		LINE_SILENCE_END,
		LINE_EXPERT_LOST,
		LINE_TRANSFER,
		LINE_TRANSFER_FAILED,
		LINE_NOBODY,
		LINE_GIVE_UP,
		LINE_BRAIN_FAILED,
		LINE_BRAIN_BROKEN,
		LINE_STOPPING,
		LINE_GOODBYE,
		LINE_VOICEMAIL,
		LINE_VOICEMAIL_FROM,
		LINE_TRANSFER_RETURNED,
		LINE_EXPERT_LOST_TRANSFER,
	};

	for (const struct language_file *f = language_files; f->name; f++) {
		struct language *l = read_file(f);

		for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
			ck_assert_msg(language_line(l, lines[i]) != lines[i],
				      "%s lacks \"%s\"", f->name, lines[i]);
		language_free(l);
	}
}
END_TEST

/* Who mends a line for one language is told of the others. */
START_TEST(each_language_has_the_lines_of_the_others)
{
	struct language *first = read_file(&language_files[0]);

	for (const struct language_file *f = language_files; f->name; f++) {
		struct language *l = read_file(f);

		for (unsigned i = 0; i < first->n_lines; i++) {
			const char *english = first->lines[i].from;

			ck_assert_msg(language_line(l, english) != english,
				      "%s lacks \"%s\"", f->name, english);
		}
		ck_assert_uint_eq(l->n_lines, first->n_lines);
		language_free(l);
	}
	language_free(first);
}
END_TEST

START_TEST(what_is_no_language_file_is_refused)
{
	static const char *const bad[] = {
		"",
		"klingon",
		"klingon\n[numbers]\nx = y\n",
		"klingon\n[numbers]\n1001 = y\n",
		"klingon\n[hear]\nno equals\n",
		"klingon\n[say]\nI have %s. = Ich habe %d.\n",
		"klingon\n[say]\nHello. = %n\n",
		"klingon\n[nothing]\na = b\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_ptr_null(language_read((const unsigned char *)bad[i],
						 strlen(bad[i])));
}
END_TEST

START_TEST(a_language_is_found_by_its_names)
{
	ck_assert_ptr_nonnull(language_find("German"));
	ck_assert_ptr_eq(language_find("de-AT"), language_find("deutsch"));
	ck_assert_ptr_null(language_find("english"));
	ck_assert_ptr_null(language_find("en-GB"));
	ck_assert_ptr_null(language_find("klingon"));
	ck_assert_ptr_null(language_find("d"));
	ck_assert_ptr_null(language_find(NULL));
	ck_assert_int_eq(language_is_known("en"), 1);
	ck_assert_int_eq(language_is_known("klingon"), 0);
}
END_TEST

START_TEST(long_words_and_bad_bytes_are_cut)
{
	const struct language *l = language_find("german");
	char text[8192], small[16], ret[1024];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	language_hear(l, ret, sizeof(ret), text);
	language_hear(l, small, sizeof(small), "fünf fünf fünf fünf fünf");
	ck_assert_uint_lt(strlen(small), sizeof(small));
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = (char)(i % 255 + 1);
	language_hear(l, ret, sizeof(ret), text);
	for (size_t i = 0; i + 6 < sizeof(text); i += 5)
		memcpy(text + i, "eins ", 5);
	language_hear(l, ret, sizeof(ret), text);
	ck_assert_uint_lt(strlen(ret), sizeof(ret));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("language");
	SRunner *r = srunner_create(s);
	TCase *t = tcase_create("heard");

	tcase_add_loop_test(t, numbers_are_understood, 0,
			    sizeof(integers) / sizeof(*integers));
	tcase_add_loop_test(t, digits_are_understood, 0,
			    sizeof(digits) / sizeof(*digits));
	tcase_add_loop_test(t, dates_are_understood, 0,
			    sizeof(dates) / sizeof(*dates));
	tcase_add_loop_test(t, times_are_understood, 0,
			    sizeof(times) / sizeof(*times));
	tcase_add_loop_test(t, names_pass_through, 0,
			    sizeof(names) / sizeof(*names));
	tcase_add_loop_test(t, what_is_done_with_words_is_understood, 0,
			    sizeof(acts) / sizeof(*acts));
	tcase_add_test(t, what_has_no_words_is_said_in_figures);
	tcase_add_test(t, each_language_has_the_lines_of_the_core);
	tcase_add_test(t, each_language_has_the_lines_of_the_others);
	tcase_add_test(t, what_is_no_language_file_is_refused);
	tcase_add_test(t, a_language_is_found_by_its_names);
	tcase_add_test(t, long_words_and_bad_bytes_are_cut);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
