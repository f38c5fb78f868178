/**
 * @file test_dialog_language.c  Conversations in other languages than English
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"
#include "unit/unit.h"

#define IN(language)                                                  \
	"attach", "command: {\"command_type\":\"set-language-mode\"," \
		  "\"primary\":\"" language "\",\"secondary\":[]}"
#define GERMAN IN("german"), "persona: Nova|Gasthaus Linde|", "hooks: question"

START_TEST(a_table_is_reserved_in_german)
{
	SIM_RUN(GERMAN,
		"task: t|Tisch|text name! Name; integer n! Anzahl der "
		"Personen; datetime when! Tag und Uhrzeit; digit_sequence "
		"phone! Telefonnummer",
		"start", "a: Guten Tag, hier ist Nova von Gasthaus Linde.",
		"a: Wie ist Ihr Name?", "c: Jürgen Groß",
		"f: name=\"Jürgen Groß\"", "a: Danke, Jürgen Groß.",
		"a: Wie viele Personen?", "c: äh, wir sind zu fünft", "f: n=5",
		"a: An welchem Tag, und um wie viel Uhr?",
		"c: morgen um halb acht abends",
		"f: \"day\":22,\"hour\":19,\"minute\":30",
		"a: Sonntag, 22. November um 19 Uhr 30",
		"c: null eins sieben sechs vier fünf sechs sieben",
		"a: Ist das richtig?", "c: ja genau", "f: phone=\"01764567\"",
		"a: das ist alles, was ich brauche.");
}
END_TEST

START_TEST(a_question_goes_to_the_expert_as_it_was_asked)
{
	SIM_RUN(GERMAN, "task: t|Tisch|text name! Name", "start",
		"c: haben Sie auch Parkplätze?", "e: agent-question",
		"j: haben Sie auch Parkplätze", "answer: Ja, hinter dem Haus.",
		"a: Ja, hinter dem Haus.", "a: Wie ist Ihr Name?");
}
END_TEST

START_TEST(what_is_wrong_is_corrected_in_german)
{
	SIM_RUN(GERMAN,
		"task: t|Tisch|integer n! Anzahl der Personen; date "
		"day! Tag",
		"start", "a: Wie viele Personen?", "c: vier", "f: n=4",
		"c: nein, ich habe fünf gesagt", "f: n=5", "c: wie bitte?",
		"a: Tag", "c: keine Ahnung",
		"c: am vierundzwanzigsten Dezember",
		"f: day={\"year\":2026,\"month\":12,\"day\":24}");
}
END_TEST

START_TEST(what_is_left_out_is_not_chosen)
{
	SIM_RUN(GERMAN,
		"task: t|Essen|multiple_choice dish! Gericht [Salat, Suppe]; "
		"integer n! Anzahl der Personen",
		"start", "c: nicht Salat", "!f: dish=\"Salat\"",
		"c: die Suppe", "f: dish=\"Suppe\"", "a: Wie viele Personen?",
		"c: einen Moment bitte", "!f: n=", "c: acht", "f: n=8");
}
END_TEST

START_TEST(who_is_silent_is_asked_in_german)
{
	SIM_RUN(GERMAN, "task: t|Tisch|integer n! Anzahl der Personen",
		"start", "wait: 10100", "a: Sind Sie noch da?");
}
END_TEST

START_TEST(a_table_is_reserved_in_french)
{
	SIM_RUN(IN("french"), "persona: Nova|Chez Paul|", "hooks:",
		"task: t|x|text name! Nom; integer n! Nombre de personnes; "
		"datetime when! Jour et heure; digit_sequence phone! Numéro "
		"de téléphone",
		"start", "a: Bonjour, ici Nova de Chez Paul.",
		"a: Quel est votre nom ?", "c: je m'appelle Anaïs Dupont",
		"f: name=\"Anaïs Dupont\"", "a: Combien de personnes ?",
		"c: nous serons quatre", "f: n=4",
		"c: vendredi à vingt heures trente",
		"f: \"day\":27,\"hour\":20,\"minute\":30",
		"a: vendredi 27 novembre à 20 heures 30",
		"c: zéro six, douze, trente-quatre, cinquante-six, "
		"soixante-dix-huit",
		"a: C'est bien ça ?", "c: oui, c'est ça",
		"f: phone=\"0612345678\"");
}
END_TEST

START_TEST(a_table_is_reserved_in_spanish)
{
	SIM_RUN(IN("es"), "persona: Nova|Casa Pepe|", "hooks:",
		"task: t|x|text name! Nombre; integer n! Número de personas; "
		"datetime when! Día y hora; digit_sequence phone! Número de "
		"teléfono",
		"start", "a: Hola, soy Nova de Casa Pepe.",
		"a: Cuál es su nombre?", "c: me llamo José Núñez",
		"f: name=\"José Núñez\"", "a: Cuántas personas?",
		"c: somos cuatro, no, cinco", "f: n=5",
		"c: el viernes a las nueve y media de la noche",
		"f: \"day\":27,\"hour\":21,\"minute\":30",
		"a: viernes 27 de noviembre a las 21:30",
		"c: seis uno dos, tres cuatro cinco, seis siete ocho",
		"a: Es correcto?", "c: sí, es correcto",
		"f: phone=\"612345678\"");
}
END_TEST

START_TEST(a_table_is_reserved_in_italian)
{
	SIM_RUN(IN("it-IT"), "persona: Nova|Da Mario|", "hooks:",
		"task: t|x|text name! Nome; integer n! Numero di persone; "
		"datetime when! Giorno e ora; digit_sequence phone! Numero di "
		"telefono",
		"start", "a: Buongiorno, sono Nova di Da Mario.",
		"a: Come si chiama?", "c: mi chiamo Niccolò Rossi",
		"f: name=\"Niccolò Rossi\"", "a: Quante persone?",
		"c: siamo in quattro", "f: n=4",
		"c: domani alle otto e mezza di sera",
		"f: \"day\":22,\"hour\":20,\"minute\":30",
		"a: domenica 22 novembre alle ore 20 e 30",
		"c: tre tre uno, due due tre, tre quattro quattro quattro",
		"a: giusto?", "c: sì, esatto", "f: phone=\"3312233444\"");
}
END_TEST

UNIT_MAIN("dialog_language", a_table_is_reserved_in_german,
	  a_question_goes_to_the_expert_as_it_was_asked,
	  what_is_wrong_is_corrected_in_german, what_is_left_out_is_not_chosen,
	  who_is_silent_is_asked_in_german, a_table_is_reserved_in_french,
	  a_table_is_reserved_in_spanish, a_table_is_reserved_in_italian)
