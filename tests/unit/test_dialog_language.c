/**
 * @file test_dialog_language.c  Conversations in other languages than English
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"
#include "unit/unit.h"

#define GERMAN                                                      \
	"attach",                                                   \
		"command: {\"command_type\":\"set-language-mode\"," \
		"\"primary\":\"german\",\"secondary\":[]}",         \
		"persona: Nova|Gasthaus Linde|", "hooks: question"

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

UNIT_MAIN("dialog_language", a_table_is_reserved_in_german)
