/**
 * @file test_nlu_acts.c  What an utterance does, and where it is split
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu.h"
#include "unit/unit.h"

struct row {
	const char *text;
	const char *acts;  /* letters, see below, in this order        */
	const char *query; /* NULL: ""                                  */
	const char *rest;  /* NULL: not looked at                       */
};

/* y yes, n no, c correction, r repeat, w wait, q question, a request (action),
 * h human, b goodbye, d does not know, t thanks, g greeting, k backchannel */
static void letters(const struct nlu_acts *a, char *ret)
{
	const struct {
		int on;
		char c;
	} all[] = {
		{a->yes, 'y'},         {a->no, 'n'},     {a->correction, 'c'},
		{a->repeat, 'r'},      {a->wait, 'w'},   {a->question, 'q'},
		{a->request, 'a'},     {a->human, 'h'},  {a->goodbye, 'b'},
		{a->dont_know, 'd'},   {a->thanks, 't'}, {a->greeting, 'g'},
		{a->backchannel, 'k'},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (all[i].on)
			*ret++ = all[i].c;
	}
	*ret = '\0';
}

static void check_rows(const struct ask *ask, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		const char *query = r->query != NULL ? r->query : "";
		struct nlu_acts a;
		char got[32];

		nlu_acts(&a, r->text, ask);
		letters(&a, got);
		ck_assert_msg(strcmp(got, r->acts) == 0,
			      "\"%s\" does '%s', not '%s'", r->text, got,
			      r->acts);
		ck_assert_msg(strcmp(a.query, query) == 0,
			      "\"%s\" asks \"%s\", not \"%s\"", r->text,
			      a.query, query);
		if (r->rest != NULL)
			ck_assert_msg(strcmp(a.rest, r->rest) == 0,
				      "\"%s\" leaves \"%s\", not \"%s\"",
				      r->text, a.rest, r->rest);
	}
}

#define CHECK_ROWS(ask, rows) \
	check_rows(ask, rows, sizeof(rows) / sizeof(*(rows)))

static const struct ask yes_no = {.kind = ASK_YES_NO, .field_key = ""};
static const struct ask party = {.kind = ASK_INTEGER,
				 .field_key = "party_size",
				 .description = "Number of people"};
static const struct ask name = {
	.kind = ASK_NAME, .field_key = "caller_name", .description = "Name"};
static const struct ask day = {
	.kind = ASK_DATE, .field_key = "day", .description = "Day"};
static const struct ask reason = {
	.kind = ASK_TEXT, .field_key = "reason", .description = "Reason"};

START_TEST(knows_yes_from_no)
{
	static const struct row rows[] = {
		{"yes", "y", NULL, NULL},
		{"yeah", "y", NULL, NULL},
		{"yep that's right", "y", NULL, NULL},
		{"that's correct", "y", NULL, NULL},
		{"that is right", "y", NULL, NULL},
		{"correct", "y", NULL, NULL},
		{"right", "y", NULL, NULL},
		{"okay", "y", NULL, NULL},
		{"uh huh", "y", NULL, NULL},
		{"mm-hmm", "y", NULL, NULL},
		{"sure", "y", NULL, NULL},
		{"of course", "y", NULL, NULL},
		{"absolutely", "y", NULL, NULL},
		{"yes please", "y", NULL, NULL},
		{"sounds good", "y", NULL, NULL},
		{"that sounds right", "y", NULL, NULL},
		{"you got it", "y", NULL, NULL},
		{"perfect", "y", NULL, NULL},
		{"that's it", "y", NULL, NULL},
		{"yes it is", "y", NULL, NULL},
		{"i think so", "y", NULL, NULL},
		{"no", "n", NULL, NULL},
		{"nope", "n", NULL, NULL},
		{"nah", "n", NULL, NULL},
		{"not quite", "n", NULL, NULL},
		{"that's wrong", "n", NULL, NULL},
		{"no that's wrong", "n", NULL, NULL},
		{"no that's not right", "n", NULL, NULL},
		{"that's not correct", "n", NULL, NULL},
		{"incorrect", "n", NULL, NULL},
		{"not really", "n", NULL, NULL},
		{"no it isn't", "n", NULL, NULL},
		{"know", "n", NULL, NULL},
		{"no thanks", "nt", NULL, NULL},
		{"no no no", "n", NULL, NULL},
		{"i don't think so", "n", NULL, NULL},
		{"of course not", "n", NULL, NULL},
		{"no five", "nc", NULL, "no five"},
		{"no i said five", "nc", NULL, NULL},
		{"no it's smith", "nc", NULL, NULL},
		{"yes thank you", "yt", NULL, NULL},
	};

	CHECK_ROWS(&yes_no, rows);
}
END_TEST

START_TEST(knows_the_other_acts)
{
	static const struct row rows[] = {
		{"sorry", "r", NULL, NULL},
		{"sorry?", "r", NULL, NULL},
		{"pardon", "r", NULL, NULL},
		{"pardon me", "r", NULL, NULL},
		{"what", "r", NULL, NULL},
		{"what was that", "r", NULL, NULL},
		{"what did you say", "r", NULL, NULL},
		{"say that again", "r", NULL, NULL},
		{"can you say that again please", "r", NULL, NULL},
		{"could you repeat that", "r", NULL, NULL},
		{"could you please repeat the question", "r", NULL, NULL},
		{"i didn't catch that", "r", NULL, NULL},
		{"sorry i didn't hear you", "r", NULL, NULL},
		{"come again", "r", NULL, NULL},
		{"huh", "r", NULL, NULL},
		{"one more time please", "r", NULL, NULL},
		{"can you hear me", "r", NULL, NULL},
		{"hold on", "w", NULL, NULL},
		{"one moment please", "w", NULL, NULL},
		{"just a second", "w", NULL, NULL},
		{"hang on a minute", "w", NULL, NULL},
		{"give me a second", "w", NULL, NULL},
		{"wait", "w", NULL, NULL},
		{"let me check", "w", NULL, NULL},
		{"i don't know", "d", NULL, NULL},
		{"i'm not sure", "d", NULL, NULL},
		{"no idea", "d", NULL, NULL},
		{"i'd rather not say", "d", NULL, NULL},
		{"skip that", "d", NULL, NULL},
		{"i don't have one", "d", NULL, NULL},
		{"i don't remember", "d", NULL, NULL},
		{"thank you very much", "t", NULL, NULL},
		{"thanks", "t", NULL, NULL},
		{"hello", "g", NULL, NULL},
		{"hi there", "g", NULL, NULL},
		{"good morning", "g", NULL, NULL},
		{"hi how are you", "g", NULL, NULL},
		{"bye", "b", NULL, NULL},
		{"goodbye", "b", NULL, NULL},
		{"that's all thanks bye", "bt", NULL, NULL},
		{"that's all", "b", NULL, NULL},
		{"no that's all thank you", "nbt", NULL, NULL},
		{"nothing else", "b", NULL, NULL},
		{"have a nice day", "b", NULL, NULL},
		{"i have to go", "b", NULL, NULL},
		{"okay", "k", NULL, NULL},
		{"uh-huh", "k", NULL, NULL},
		{"i see", "k", NULL, NULL},
		{"got it", "k", NULL, NULL},
		{"okay great", "k", NULL, NULL},
		{"alright", "k", NULL, NULL},
		{"", "", NULL, ""},
		{"um", "", NULL, NULL},
	};

	CHECK_ROWS(&party, rows);
}
END_TEST

START_TEST(knows_questions_and_requests)
{
	static const struct row rows[] = {
		{"do you have parking", "q", "do you have parking", ""},
		{"is there parking", "q", "is there parking", ""},
		{"what time do you close", "q", "what time do you close", ""},
		{"what are your hours", "q", "what are your hours", ""},
		{"can i ask you something", "q", "can i ask you something",
		 NULL},
		{"i was wondering if you have parking", "q",
		 "i was wondering if you have parking", NULL},
		{"how long is the wait", "q", "how long is the wait", NULL},
		{"where are you located", "q", "where are you located", NULL},
		{"are you open on sunday", "q", "are you open on sunday",
		 NULL},
		{"can you tell me what time you close", "q",
		 "can you tell me what time you close", NULL},
		{"do you know if there is parking", "q",
		 "do you know if there is parking", NULL},
		{"how much does it cost", "q", "how much does it cost", NULL},
		{"excuse me do you have parking", "q", "do you have parking",
		 NULL},
		{"um yeah what time do you close", "yq",
		 "what time do you close", NULL},
		{"is parking free", "q", "is parking free", NULL},
		{"does it have gluten", "q", "does it have gluten", NULL},
		{"which bus goes there", "q", "which bus goes there", NULL},
		{"can i bring my dog", "q", "can i bring my dog", NULL},
		{"tell me about the menu", "q", "tell me about the menu",
		 NULL},
		{"i want to cancel my reservation", "a",
		 "i want to cancel my reservation", NULL},
		{"i'd like to cancel my reservation", "a",
		 "i'd like to cancel my reservation", NULL},
		{"i need to change my booking", "a",
		 "i need to change my booking", NULL},
		{"could you please cancel my order", "a",
		 "could you please cancel my order", NULL},
		{"can i cancel my order", "a", "can i cancel my order", NULL},
		{"cancel my reservation", "a", "cancel my reservation", NULL},
		{"please cancel it", "a", "cancel it", NULL},
		{"transfer me to sales", "a", "transfer me to sales", NULL},
		{"i'm calling about my order", "a",
		 "i'm calling about my order", NULL},
		{"can i speak to a human", "h", "can i speak to a human",
		 NULL},
		{"can i speak to a human please", "h",
		 "can i speak to a human please", NULL},
		{"i want to talk to a real person", "h",
		 "i want to talk to a real person", NULL},
		{"let me speak to your manager", "h",
		 "let me speak to your manager", NULL},
		{"human please", "h", "human please", NULL},
		{"representative", "h", "representative", NULL},
		{"can you connect me to someone", "h",
		 "can you connect me to someone", NULL},
		{"are you a human", "q", "are you a human", NULL},
		{"am i talking to a real person", "q",
		 "am i talking to a real person", NULL},
	};

	CHECK_ROWS(NULL, rows);
	CHECK_ROWS(&name, rows);
}
END_TEST

START_TEST(splits_mixed_utterances)
{
	static const struct row rows[] = {
		{"five people and do you have parking", "q",
		 "do you have parking", "five people"},
		{"five people do you have parking", "q", "do you have parking",
		 "five people"},
		{"yes and what are your hours", "yq", "what are your hours",
		 "yes"},
		{"do you have parking and it's for five people", "q",
		 "do you have parking", "it's for five people"},
		{"do you have parking and what time do you close", "q",
		 "do you have parking and what time do you close", ""},
		{"five people, do you have parking?", "q",
		 "do you have parking", "five people"},
		{"do you have parking? We are five.", "q",
		 "do you have parking", "We are five"},
		{"five but can i speak to a manager", "h",
		 "can i speak to a manager", "five"},
		{"four of us and i'd like to cancel the other one", "a",
		 "i'd like to cancel the other one", "four of us"},
		{"no do you have parking", "nq", "do you have parking", "no"},
		{"thanks what time do you close", "qt",
		 "what time do you close", NULL},
		{"five thanks", "t", NULL, NULL},
		{"five i think", "", NULL, "five i think"},
	};

	CHECK_ROWS(&party, rows);
}
END_TEST

START_TEST(takes_wishes_as_answers_to_what_was_asked)
{
	static const struct row rows[] = {
		{"can you put me down for five", "", NULL,
		 "can you put me down for five"},
		{"i'd like a table for five", "", NULL,
		 "i'd like a table for five"},
		{"can i have a table for five", "", NULL, NULL},
		{"we need five", "", NULL, NULL},
		{"how about five", "", NULL, NULL},
		{"make it five", "c", NULL, NULL},
		{"no i said five", "nc", NULL, NULL},
		{"actually six", "c", NULL, NULL},
		{"sorry i meant six", "c", NULL, NULL},
	};
	static const struct row days[] = {
		{"how about friday", "", NULL, "how about friday"},
		{"is friday okay", "", NULL, "is friday okay"},
		{"would friday work", "", NULL, NULL},
		{"can we do friday", "", NULL, NULL},
		{"are you open on friday", "q", "are you open on friday",
		 NULL},
	};
	static const struct row open[] = {
		{"can you put me down for five", "a",
		 "can you put me down for five",
		 "can you put me down for five"},
		{"i'd like to book a table for five", "a",
		 "i'd like to book a table for five",
		 "i'd like to book a table for five"},
		{"how about friday", "q", "how about friday", NULL},
	};
	static const struct row texts[] = {
		{"no allergies", "n", NULL, "no allergies"},
		{"my car broke down when i was driving", "", NULL, NULL},
	};

	CHECK_ROWS(&party, rows);
	CHECK_ROWS(&day, days);
	CHECK_ROWS(NULL, open);
	CHECK_ROWS(&reason, texts);
}
END_TEST

UNIT_MAIN("nlu_acts", knows_yes_from_no, knows_the_other_acts,
	  knows_questions_and_requests, splits_mixed_utterances,
	  takes_wishes_as_answers_to_what_was_asked)
