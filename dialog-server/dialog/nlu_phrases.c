/**
 * @file nlu_phrases.c  What people say besides values, as tables
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/nlu_phrases.h"
#include "dialog/nlu_parts.h"

static const struct {
	const char *pattern;
	unsigned acts;
} phrases[] = {
	/* fillers between clauses */
	{"um|uh|hm|ah|oh|eh|well|so|like|please|anyway|basically|and|but|also",
	 ACT_FILLER},
	{"by the way", ACT_FILLER},
	{"you know what?", ACT_FILLER},
	{"before that|this|we|you|i start|begin|go|forget?", ACT_FILLER},
	{"first of? all?", ACT_FILLER},
	{"one more|last thing", ACT_FILLER},
	{"one other thing", ACT_FILLER},
	{"real quick|quickly", ACT_FILLER},
	{"out of curiosity", ACT_FILLER},
	{"is that|this|it okay|right|correct|fine|alright|good with? you?",
	 ACT_FILLER | ACT_ANYWHERE},
	{"if that|it is okay|possible|alright", ACT_FILLER | ACT_ANYWHERE},

	/* yes */
	{"yes|yeah|yep|yup|yes|aye sir|ma'am|madam?", ACT_YES},
	{"yes please", ACT_YES},
	{"sure thing?", ACT_YES | ACT_BACK},
	{"of course", ACT_YES},
	{"absolutely|definitely|certainly|exactly|indeed|affirmative|"
	 "precisely",
	 ACT_YES},
	{"correct", ACT_YES},
	{"for sure", ACT_YES},
	{"you bet", ACT_YES},
	{"you have? got|have it|that right?", ACT_YES},
	{"that|it|this is|sounds|looks|seems all? "
	 "right|correct|fine|good|perfect|great|true|okay|alright|accurate",
	 ACT_YES | ACT_ANYWHERE},
	{"sounds|looks good|great|right|perfect|fine|okay|correct", ACT_YES},
	{"that|it would|will be great|fine|good|perfect|right|okay|lovely|"
	 "correct",
	 ACT_YES},
	{"is right|correct", ACT_YES | ACT_WHOLE},
	{"that is me|him|her|us", ACT_YES | ACT_YES_NO},
	{"that|it works", ACT_YES},
	{"that works for me|us", ACT_YES},
	{"works for me|us", ACT_YES},
	{"fine|perfect|great|good|excellent|wonderful|awesome|lovely|super",
	 ACT_YES | ACT_BACK},
	{"fine by|with me|us", ACT_YES},
	{"okay|alright|right|cool", ACT_YES | ACT_BACK},
	{"okay that is right|correct|fine|good", ACT_YES},
	{"all right|good", ACT_YES | ACT_BACK},
	{"uh huh", ACT_YES | ACT_BACK},
	{"uhhuh|mmhmm", ACT_YES | ACT_BACK},
	{"hm hm", ACT_YES | ACT_BACK},
	{"i see|understand|know", ACT_BACK | ACT_WHOLE},
	{"i will wait", ACT_BACK},
	{"got it", ACT_BACK | ACT_WHOLE},
	{"no problem|worries", ACT_YES | ACT_BACK},
	{"go ahead|on", ACT_YES},
	{"go for it", ACT_YES},
	{"please do", ACT_YES},
	{"do it|that|so", ACT_YES | ACT_WHOLE},
	{"why not", ACT_YES | ACT_WHOLE},
	{"i think|guess|believe|suppose so", ACT_YES},
	{"i guess|suppose|think", ACT_YES | ACT_WHOLE | ACT_YES_NO},
	{"sort|kind of", ACT_YES | ACT_WHOLE | ACT_YES_NO},
	{"hell|heck|oh yes|yeah", ACT_YES},
	{"i|we do|am|are|would|will|have|can", ACT_YES | ACT_WHOLE},
	{"i|we really|certainly|sure do|am|are|would|will|have|can",
	 ACT_YES | ACT_WHOLE},
	{"it is|does|was|would", ACT_YES | ACT_WHOLE},
	{"y", ACT_YES | ACT_WHOLE | ACT_YES_NO},
	{"n", ACT_NO | ACT_WHOLE | ACT_YES_NO},
	{"yet|guess|yes", ACT_YES | ACT_WHOLE | ACT_YES_NO},

	/* no */
	{"no|nope|nah|negative|never", ACT_NO},
	{"no sir|ma'am|madam", ACT_NO},
	{"no one|body|body", ACT_CONTENT},
	{"no way", ACT_NO},
	{"hell|heck|oh no|nope", ACT_NO},
	{"uh|nuh uh", ACT_NO | ACT_WHOLE | ACT_YES_NO},
	{"never mind that|it?", ACT_NO},
	{"forget|skip it", ACT_NO | ACT_WHOLE},
	{"almost|nearly", ACT_NO | ACT_WHOLE | ACT_YES_NO},
	{"close but no|not quite?", ACT_NO},
	{"please do not", ACT_NO | ACT_WHOLE},
	{"no thanks", ACT_NO | ACT_THANKS},
	{"no thank you", ACT_NO | ACT_THANKS},
	{"not really|quite|exactly|yet|right|correct|now|today|necessarily",
	 ACT_NO},
	{"not at all", ACT_NO},
	{"not right now", ACT_NO},
	{"not that i know|am of|aware? of?", ACT_NO},
	{"incorrect|wrong", ACT_NO},
	{"that|it|this is|was wrong|incorrect|false|not|mistaken",
	 ACT_NO | ACT_ANYWHERE},
	{"that|it|this is|was not quite|exactly|really? "
	 "right|correct|it|true|good|accurate|me|mine",
	 ACT_NO | ACT_ANYWHERE},
	{"that|it is not what i said|meant|want|wanted",
	 ACT_NO | ACT_ANYWHERE},
	{"that is not my name|number", ACT_NO | ACT_ANYWHERE},
	{"i do not think|believe so", ACT_NO},
	{"i|we do|am|are|would|will|have|did|can not", ACT_NO | ACT_WHOLE},
	{"i would rather not", ACT_NO | ACT_DONT_KNOW},
	{"definitely|absolutely|certainly|probably|of not", ACT_NO},
	{"of course not", ACT_NO},
	{"do not", ACT_NO | ACT_WHOLE},
	{"you got|have|heard it|that|me wrong", ACT_NO | ACT_ANYWHERE},
	{"you got|have|wrote my|the * wrong", ACT_NO | ACT_ANYWHERE},
	{"my|the * is|was wrong|incorrect",
	 ACT_NO | ACT_ANYWHERE | ACT_YES_NO},
	{"my|the * is|was not right|correct",
	 ACT_NO | ACT_ANYWHERE | ACT_YES_NO},
	{"my|the * * is|was wrong|incorrect",
	 ACT_NO | ACT_ANYWHERE | ACT_YES_NO},
	{"my|the * * is|was not right|correct",
	 ACT_NO | ACT_ANYWHERE | ACT_YES_NO},
	{"you misheard|misunderstood me?", ACT_NO | ACT_ANYWHERE},
	{"neither|none", ACT_NO | ACT_WHOLE | ACT_YES_NO},
	{"know|now", ACT_NO | ACT_WHOLE | ACT_YES_NO},

	/* say it again */
	{"sorry", ACT_REPEAT | ACT_WHOLE},
	{"i am sorry", ACT_REPEAT | ACT_WHOLE},
	{"pardon me?", ACT_REPEAT | ACT_WHOLE},
	{"i beg your pardon", ACT_REPEAT | ACT_WHOLE},
	{"beg pardon", ACT_REPEAT | ACT_WHOLE},
	{"excuse me", ACT_REPEAT | ACT_WHOLE},
	{"what", ACT_REPEAT | ACT_WHOLE},
	{"huh", ACT_REPEAT | ACT_WHOLE},
	{"say what", ACT_REPEAT | ACT_WHOLE},
	{"come again", ACT_REPEAT},
	{"again please?", ACT_REPEAT | ACT_WHOLE},
	{"say|repeat that|it|again|please again|please?",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"say that one more time", ACT_REPEAT | ACT_ANYWHERE},
	{"repeat", ACT_REPEAT | ACT_WHOLE},
	{"repeat the question", ACT_REPEAT | ACT_ANYWHERE},
	{"can|could|would|will you please? repeat that|it|yourself|please? "
	 "please?",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"can|could|would|will you please? repeat the|your question|options|"
	 "choices|times? again? please?",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"can|could|would|will you please? say|ask that|it again|please? "
	 "please?",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"can|could|would|will you please? say that|it one more time",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"can|could you please? speak up|louder|slower|slowly|clearly",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"one more time please?", ACT_REPEAT},
	{"what was|is that", ACT_REPEAT | ACT_WHOLE},
	{"what was that again|sorry|please", ACT_REPEAT},
	{"what did you say|ask just? now?", ACT_REPEAT | ACT_WHOLE},
	{"what did you ask me?", ACT_REPEAT},
	{"what did|do you hear|get|understand|note|write|have down?",
	 ACT_REPEAT | ACT_WHOLE},
	{"what was the|your question again?", ACT_REPEAT},
	{"how|which many? what", ACT_REPEAT | ACT_WHOLE},
	{"what were you saying|asking", ACT_REPEAT},
	{"what were the|my options|choices again?", ACT_REPEAT},
	{"what do you mean", ACT_REPEAT | ACT_WHOLE},
	{"i do|did|could|can not quite|really? "
	 "catch|hear|understand|follow|get that|you|it|what? you? said?",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"did|do|could|can not catch|hear|understand that|you|it",
	 ACT_REPEAT | ACT_ANYWHERE},
	{"can you hear me now?", ACT_REPEAT},
	{"is anyone|anybody|somebody there", ACT_REPEAT},
	{"speak up|louder|slower|slowly please?", ACT_REPEAT},
	{"slow down please?", ACT_REPEAT},
	{"did|do you get|hear that|me", ACT_REPEAT},
	{"are you still? there", ACT_REPEAT},
	{"hello are you still? there", ACT_REPEAT},
	{"you are breaking up", ACT_REPEAT},
	{"i missed that|it", ACT_REPEAT | ACT_ANYWHERE},

	/* wait */
	{"hold|hang on", ACT_WAIT},
	{"hold|hang on please|a|one|just|for? a|one? "
	 "second|minute|moment|sec|bit",
	 ACT_WAIT},
	{"just? a|one moment|second|sec|minute please?", ACT_WAIT},
	{"give me a|one|just moment|second|sec|minute", ACT_WAIT},
	{"wait a|one|just moment|second|sec|minute", ACT_WAIT},
	{"wait", ACT_WAIT | ACT_WHOLE},
	{"wait please", ACT_WAIT},
	{"stop", ACT_WAIT | ACT_WHOLE},
	{"can|could|would you please? wait|hold on? please?", ACT_WAIT},
	{"can|could you please? wait|hold a|one|on|just a|one? "
	 "second|minute|moment|sec",
	 ACT_WAIT},
	{"bear with me", ACT_WAIT},
	{"let me check|think|look|find|ask|grab|get that|it|my?", ACT_WAIT},
	{"let me see", ACT_WAIT | ACT_WHOLE},
	{"i am looking|checking for? it?", ACT_WAIT | ACT_WHOLE},

	/* goodbye */
	{"bye bye?", ACT_BYE | ACT_ANYWHERE},
	{"good bye|night", ACT_BYE | ACT_ANYWHERE},
	{"see you|ya|yeah later|soon|then|there|tomorrow?", ACT_BYE},
	{"have a good|nice|great|lovely|wonderful day|one|evening|night|"
	 "weekend|afternoon",
	 ACT_BYE | ACT_ANYWHERE},
	{"you have a good|nice|great day|one|evening|night|weekend", ACT_BYE},
	{"that is all for? now|today|i? need|needed?", ACT_BYE | ACT_ANYWHERE},
	{"that will|would be all|it|everything", ACT_BYE | ACT_ANYWHERE},
	{"that is everything", ACT_BYE | ACT_ANYWHERE},
	{"that is it for? now|today?",
	 ACT_YES | ACT_YES_NO | ACT_BYE | ACT_NOT_YES_NO},
	{"nothing", ACT_NO | ACT_WHOLE},
	{"nothing else|more", ACT_BYE | ACT_ANYWHERE},
	{"no more questions", ACT_BYE},
	{"i am all? done|set|finished", ACT_BYE},
	{"we are all? done|set|finished", ACT_BYE},
	{"i am good", ACT_BYE | ACT_WHOLE},
	{"talk|speak to you later|soon|then", ACT_BYE},
	{"take care", ACT_BYE},
	{"i have|got|need to go|run now?", ACT_BYE},
	{"i have got to go|run", ACT_BYE},
	{"got to go|run", ACT_BYE},
	{"hang up", ACT_BYE},
	{"you can|may hang up", ACT_BYE},
	{"end the|this call", ACT_BYE},
	{"cheers bye", ACT_BYE | ACT_THANKS},

	/* does not know, does not want to say */
	{"i do not know|remember|recall", ACT_DONT_KNOW | ACT_ANYWHERE},
	{"i really|honestly do not know|remember", ACT_DONT_KNOW},
	{"do not know|remember|recall", ACT_DONT_KNOW},
	{"not know", ACT_DONT_KNOW},
	{"not sure", ACT_DONT_KNOW},
	{"i am not sure|certain", ACT_DONT_KNOW | ACT_ANYWHERE},
	{"i am not really|quite|entirely|too sure|certain", ACT_DONT_KNOW},
	{"no idea|clue|preference", ACT_DONT_KNOW},
	{"i have no idea|clue", ACT_DONT_KNOW},
	{"i have not a clue", ACT_DONT_KNOW},
	{"i forgot|forget", ACT_DONT_KNOW},
	{"i have forgotten", ACT_DONT_KNOW},
	{"i can not remember|recall|say|think", ACT_DONT_KNOW},
	{"can not remember|recall|say", ACT_DONT_KNOW},
	{"i would|will? rather|prefer not to? "
	 "say|tell|answer|give|share? you? that|it?",
	 ACT_DONT_KNOW | ACT_ANYWHERE},
	{"rather|prefer not to? say|tell|answer|give|share?", ACT_DONT_KNOW},
	{"none of your business", ACT_DONT_KNOW | ACT_ANYWHERE},
	{"skip it|that|this|the? question? one?", ACT_DONT_KNOW},
	{"let us skip it|that|this", ACT_DONT_KNOW},
	{"can|could we skip it|that|this one?", ACT_DONT_KNOW},
	{"pass", ACT_DONT_KNOW | ACT_WHOLE},
	{"next question", ACT_DONT_KNOW},
	{"i do not have one|any|it|that", ACT_DONT_KNOW | ACT_ANYWHERE},
	{"i do not have a|an|my *", ACT_DONT_KNOW},
	{"i do not have a phone|telephone|cell? number?", ACT_DONT_KNOW},
	{"do not have one|it|any", ACT_DONT_KNOW},
	{"have not got one", ACT_DONT_KNOW},
	{"i do not want|wish to say|tell|give|answer|share that|you|it? that?",
	 ACT_DONT_KNOW | ACT_ANYWHERE},
	{"i am not telling|giving you? that|it?", ACT_DONT_KNOW},
	{"not applicable", ACT_DONT_KNOW},
	{"n a", ACT_DONT_KNOW | ACT_WHOLE},
	{"not telling", ACT_DONT_KNOW},
	{"whatever|whichever|maybe|perhaps|possibly",
	 ACT_DONT_KNOW | ACT_WHOLE},
	{"it does not matter", ACT_DONT_KNOW},
	{"you do not need that|it|to", ACT_DONT_KNOW},
	{"i do not care|mind", ACT_DONT_KNOW},

	/* thanks and greetings */
	{"thank you so|very? much?", ACT_THANKS | ACT_ANYWHERE},
	{"thanks a|so|very? lot|much|again?", ACT_THANKS | ACT_ANYWHERE},
	{"cheers", ACT_THANKS},
	{"i? appreciate it|that|you", ACT_THANKS | ACT_ANYWHERE},
	{"much appreciated", ACT_THANKS},
	{"hello|hi|hey|howdy|greetings there?", ACT_GREETING},
	{"good morning|afternoon|evening|day", ACT_GREETING},
	{"how are you doing|today? today?", ACT_GREETING},
	{"how is it going", ACT_GREETING},
	{"nice to meet you", ACT_GREETING},

	/* taking words back */
	{"i said|meant", ACT_CORRECTION | ACT_ANYWHERE},
	{"i mean", ACT_CORRECTION | ACT_ANYWHERE},
	{"actually", ACT_CORRECTION | ACT_ANYWHERE},
	{"make it|that", ACT_CORRECTION | ACT_ANYWHERE},
	{"change it|that to", ACT_CORRECTION | ACT_ANYWHERE},
	{"it|that should be", ACT_CORRECTION | ACT_ANYWHERE},
	{"it|that was supposed to be", ACT_CORRECTION | ACT_ANYWHERE},
	{"or rather", ACT_CORRECTION | ACT_ANYWHERE},
	{"correction", ACT_CORRECTION | ACT_ANYWHERE},
	{"scratch|forget|strike that|it", ACT_CORRECTION | ACT_ANYWHERE},
	{"wait no", ACT_CORRECTION | ACT_NO | ACT_ANYWHERE},
	{"no wait", ACT_CORRECTION | ACT_NO | ACT_ANYWHERE},
	{"sorry i meant|mean|said", ACT_CORRECTION | ACT_ANYWHERE},
	{"sorry no", ACT_CORRECTION | ACT_NO | ACT_ANYWHERE},
	{"sorry it|that is", ACT_CORRECTION},
	{"i made a mistake", ACT_CORRECTION | ACT_ANYWHERE},
	{"i misspoke", ACT_CORRECTION | ACT_ANYWHERE},
};

uint32_t phrase_at(const struct words *ws, uint32_t at, unsigned *ret_acts)
{
	static _Atomic uint32_t memo[sizeof(phrases) / sizeof(*phrases)];
	uint32_t best = 0, letter;

	if (at >= ws->n)
		return 0;
	letter = word_letter(ws->w[at].s);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		if (!pattern_may_begin(&memo[i], phrases[i].pattern, letter))
			continue;
		uint32_t n = words_match(ws, at, phrases[i].pattern);

		if (n > best) {
			best = n;
			*ret_acts = phrases[i].acts;
		}
	}
	return best;
}

struct opening {
	const char *pattern;
	enum opener kind;
};

/* Plain wherever they stand, also without "and" before. */
static const struct opening strong_openers[] = {
	{"do|does|did|don't you|they|your|the|anyone|we|i", OPENER_QUESTION},
	{"is|are|was there", OPENER_QUESTION},
	{"am i", OPENER_QUESTION},
	{"is it|parking|the|this|your|that", OPENER_QUESTION},
	{"are you|the|your|dogs|pets|kids|children|we|they", OPENER_QUESTION},
	{"what time|kind|type|sort|day|days|hours|else|is|are|do|does|was|"
	 "happens|can|would|will|should|if|size|floor|payment",
	 OPENER_QUESTION},
	{"how much|many|long|far|late|early|big|old|often|soon|do|does|is|"
	 "are|can|would|will|about|come|was|did|should",
	 OPENER_QUESTION},
	{"where is|are|do|does|can|should|will|would|exactly|was",
	 OPENER_QUESTION},
	{"when is|are|do|does|can|should|will|would|was|did", OPENER_QUESTION},
	{"who is|are|will|can|do|does|was|should", OPENER_QUESTION},
	{"why is|are|do|does|did|can|should|would|was", OPENER_QUESTION},
	{"which one|is|are|of|bus|train|way", OPENER_QUESTION},
	{"i was|am just? wondering|curious if|whether|what|how|when|where|"
	 "about|do|is|are|can|could?",
	 OPENER_QUESTION},
	{"i wonder|wondered if|whether|what|how|when", OPENER_QUESTION},
	{"i want|need|wanted|would like|love? to know|ask|find|understand",
	 OPENER_QUESTION},
	{"do you know|happen", OPENER_QUESTION},
	{"i am|was just? calling|phoning to see|ask|find|check|know|inquire",
	 OPENER_QUESTION},
	{"can|could|would|will you please? tell|explain|say|describe|"
	 "clarify|remind",
	 OPENER_QUESTION},
	{"can|could|would|will you please? let me|us know", OPENER_QUESTION},
	{"can|could|may i|we please? ask|know", OPENER_QUESTION},
	{"tell me if|what|when|where|how|about|the|whether|why",
	 OPENER_QUESTION},
	{"i have a|another|one|some quick? question|questions",
	 OPENER_QUESTION},
	{"any chance|idea", OPENER_QUESTION},
	{"can|could|may|should|will i|we", OPENER_QUESTION},
	{"can|could|would|will you", OPENER_REQUEST},
	{"i want|need|wish|have|wanted|needed to", OPENER_REQUEST},
	{"i|we would like|love to", OPENER_REQUEST},
	{"i am trying|hoping|looking to", OPENER_REQUEST},
	{"i am|was just? calling|phoning to|about|because|for|regarding",
	 OPENER_REQUEST},
	{"i called|phoned to|about|because", OPENER_REQUEST},
	{"we want|need to", OPENER_REQUEST},
	{"can|could|may i|we please? have|get|order|book|make|reserve|"
	 "schedule|do|say|come|put|take|grab",
	 OPENER_WISH},
	{"i|we would like|love", OPENER_WISH},
	{"i|we want|need", OPENER_WISH},
	{"i will have|take", OPENER_WISH},
	{"can|could|would|will you please? "
	 "put|make|do|set|book|reserve|schedule|write|mark",
	 OPENER_WISH},
	{"i|we want|need|wanted to book|reserve|make|schedule|order|get|put",
	 OPENER_WISH},
	{"i|we would like|love to book|reserve|make|schedule|order|get|have|"
	 "put",
	 OPENER_WISH},
	{"can|could|may i|we please? cancel|change|reschedule|return|modify|"
	 "add|remove|leave|place|update|move|pay my|our|the|a|an",
	 OPENER_REQUEST},
	{"can|could|may i|we please? speak|talk", OPENER_REQUEST},
	{"how|what about", OPENER_PROPOSAL},
};

/* Only at the beginning of a clause. */
static const struct opening weak_openers[] = {
	{"what|which *", OPENER_QUESTION},
	{"whose", OPENER_QUESTION},
	{"do|does|did|is|are|was|were|will|should|has|had "
	 "you|i|we|there|it|that|this|they|he|she|the|your|my|our|a|an|any|"
	 "some|all|everyone|anyone|kids|pets|dogs|parking|people|someone",
	 OPENER_QUESTION},
	{"have you|they|we|i", OPENER_QUESTION},
	{"would|could|can the|it|that|this|they|my|someone|anyone|people|"
	 "kids|dogs",
	 OPENER_QUESTION},
	{"must|shall i|we|you", OPENER_QUESTION},
	{"is|would|does|will|could|can|are *", OPENER_PROPOSAL},
	{"quick|one|a? question", OPENER_QUESTION},
	{"tell me *", OPENER_QUESTION},
	{"you guys? have|take|offer|serve|open|accept", OPENER_QUESTION},
	{"please|kindly? cancel|change|book|reserve|schedule|reschedule|order|"
	 "add|remove|update|send|transfer|connect|delete|refund|move|check|"
	 "find|show|modify|activate|deactivate|unlock|reset|renew|return|"
	 "replace|pause|resume|confirm|email|text|block|close my|me|a|the|an|"
	 "our|this|that|it|another|one",
	 OPENER_REQUEST},
	{"put me|us through", OPENER_REQUEST},
	{"sign me|us up", OPENER_REQUEST},
	{"let me speak|talk|cancel|change|book|order|pay", OPENER_REQUEST},
	{"get me *", OPENER_REQUEST},
	{"give me *", OPENER_WISH},
	{"put me|us|it down?", OPENER_WISH},
	{"help me with|to? *?", OPENER_REQUEST},
	{"i need|want help", OPENER_REQUEST},
};

/** A word after which a question is not a question of its own. */
static int subordinates(const struct words *ws, uint32_t at)
{
	if (at == 0)
		return 0;
	/* "it's the number": one word is no beginning. */
	return ws->w[at].at == ws->w[at - 1].at ||
	       words_in(ws, at - 1,
			"know|tell|wonder|wondering|if|that|whether|what|how|"
			"when|where|why|which|who|not|sure|remember|see|"
			"understand|because|like|than|as|me|about|"
			"of|depends|on|said|is|was|i|you|we|it|there|he|she|"
			"they|"
			"name|number|party");
}

enum {
	N_STRONG = sizeof(strong_openers) / sizeof(*strong_openers),
	N_WEAK = sizeof(weak_openers) / sizeof(*weak_openers)
};

/** The longest of a table, a later one before an earlier of its length. */
static enum opener longest(const struct words *ws, uint32_t at,
			   const struct opening *table, size_t n,
			   _Atomic uint32_t *memo)
{
	uint32_t letter = word_letter(ws->w[at].s), best = 0;
	enum opener kind = OPENER_NONE;

	for (size_t i = 0; i < n; i++) {
		uint32_t len;

		if (!pattern_may_begin(&memo[i], table[i].pattern, letter))
			continue;
		len = words_match(ws, at, table[i].pattern);
		if (len > 0 && len >= best) {
			best = len;
			kind = table[i].kind;
		}
	}
	return kind;
}

enum opener opener_at(const struct words *ws, uint32_t at, int middle)
{
	static _Atomic uint32_t strong[N_STRONG], weak[N_WEAK];
	enum opener kind;

	if (at >= ws->n || (middle && subordinates(ws, at)))
		return OPENER_NONE;
	kind = longest(ws, at, strong_openers, N_STRONG, strong);
	if (kind == OPENER_NONE && !middle)
		kind = longest(ws, at, weak_openers, N_WEAK, weak);
	if (kind != OPENER_NONE || middle)
		return kind;
	if (at + 1 == ws->n && words_in(ws, at, "why|where|when|who|how"))
		return OPENER_QUESTION;
	/* "when i was young" answers; "when exactly" asks. */
	if (words_match(ws, at, "when|where|who|why|how *") > 0 &&
	    !words_in(ws, at + 1, "i|we|he|she|they|you|my|the|it"))
		return OPENER_QUESTION;
	return OPENER_NONE;
}

int asks_for_human(const struct words *ws, uint32_t from, uint32_t to)
{
	static const char persons[] =
		"human|humans|person|someone|somebody|manager|representative|"
		"rep|agent|operator|receptionist|supervisor|staff|employee|"
		"owner|boss|attendant|anyone|anybody|colleague|associate";
	static const char talk[] =
		"speak|talk|speaking|talking|connect|transfer|through|chat|"
		"reach|get|need|want|give|like|pass";
	int verb = 0, n_words = (int)(to - from);

	for (uint32_t i = from; i < to; i++) {
		uint32_t k;

		if (words_in(ws, i, talk))
			verb = 1;
		k = words_match(ws, i, "customer service|support|care");
		if (!words_in(ws, i, persons) && k == 0)
			continue;
		if (words_match(ws, i,
				"person|someone|somebody|anyone to|who|"
				"can|could") > 0 &&
		    !verb)
			continue;
		if (i >= from + 2 &&
		    (words_match(ws, i - 2, "are|is you|this|it") > 0))
			continue;
		if (words_match(ws, from, "are|is|am you|this|it|there|i") > 0)
			continue;
		/* "a table for one person" is a number. */
		if (words_in(ws, i,
			     "person|staff|anyone|anybody|someone|"
			     "somebody") &&
		    i > from &&
		    !words_in(ws, i - 1,
			      "a|real|live|actual|human|to|with|the|"
			      "another|different|physical"))
			continue;
		if (verb)
			return 1;
		/* "a human please", "representative". */
		if (n_words <= 4 && !words_in(ws, i,
					      "someone|somebody|anyone|"
					      "anybody|staff|boss"))
			return 1;
	}
	return 0;
}

int answer_at(const struct words *ws, uint32_t at)
{
	static const char *const table[] = {
		"my name|number|phone|address|email|last|first",
		"it is",
		"the name",
		"this is",
		"i am",
		"we are",
		"there will|are|is",
		"party of",
		"make it",
		"a party|table",
		"call me",
		"you can call",
		"put me",
		"yes|no|yeah|nope",
		NULL,
	};
	struct num num;

	if (words_match_any(ws, at, table) > 0)
		return 1;
	return num_at(ws, at, 0, &num) == 0;
}
