/**
 * @file nlu_name.c  A person's name in an answer
 *
 *   "yeah it's robert smith"  Robert Smith
 *   "the name is bob b o b b"  Bobb
 *   "under smith please"  Smith
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

enum { NAME_WORDS = 6 }; /* "Dr Hans-Peter van der Berg" has as many */

/* What is never a part of a name, however it was heard. */
static const char *const never[] = {
	"a|an|the|i|me|my|mine|myself|you|your|yours|he|him|his|she|her|hers|"
	"it|its|we|us|our|they|them|their|this|that|these|those|there|here",
	"is|am|are|was|were|be|been|being|do|does|did|done|have|has|had|can|"
	"could|would|should|shall|might|must|cannot",
	"and|or|but|so|if|then|than|because|as|of|at|by|for|from|in|into|on|"
	"onto|to|too|with|without|under|over|about|after|before|until|up|"
	"down|out|off|again|not|also|plus|ate|won|fore",
	"yes|yeah|yep|yup|no|nope|nah|okay|sure|right|correct|wrong|maybe|"
	"please|thanks|thank|sorry|pardon|excuse|hello|hi|hey|bye|um|uh|hm|"
	"ah|oh|eh|huh|well|like|just|actually|really|yet|ye",
	"what|who|whom|whose|which|when|where|why|how|whatever|anything|"
	"something|nothing|everything|someone|somebody|anyone|nobody|"
	"everyone|none",
	"born|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
	"tenth|eleventh|twelfth|thirteenth|twentieth|thirtieth",
	"name|names|named|called|call|calling|speaking|speak|spell|spelled|"
	"spelling|number|phone|people|person|persons|party|table|group|"
	"reservation|booking|appointment|order|list|waiting|first|last|"
	"second|surname|put|make|give|take|want|need|know|think|guess|mean|"
	"meant|said|say|says|tell|told|ask|get|got|go|going|come|coming|see|"
	"repeat|wait|hold|moment|minute|minutes|question|questions|help",
	"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
	"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
	"twenty|thirty|forty|fifty|hundred|thousand|dozen|couple|half",
	"today|tomorrow|tonight|yesterday|morning|afternoon|evening|night|"
	"oclock|pm|very|much|many|more|most|some|any|all|both|each|every|"
	"other|another|same|only|even|still|now|later|soon|already|let|"
	"lets|looking|trying|wondering|doing|having|getting|whats|ok|"
	"alright|fine|good|great|perfect|cool|nice|exactly|absolutely|"
	"pick|double|triple|unknown|human|operator|representative|manager|"
	"robot|machine|stop|cancel|human|start|parking|mmhmm|uhhuh|"
	"idea|matter|mind|care|confused|lost|back|sir|madam|ma'am|"
	"quarter|past|oclock|noon|midnight|"
	"thing|things|hear|heard|catch|understand|bit|lot|kind|sort",
	NULL,
};

/* After "i'm", "it's", "this is": not a name but how one is. */
static const char *const states[] = {
	"ready|hungry|late|early|alone|busy|afraid|allergic|happy|glad|able|"
	"unable|new|urgent|important|interested|not|hoping|free|available|"
	"from|with|at|home|driving|tired|sick|ill|worried|upset|"
	"angry|mad|certain|positive|old|young|married|single|vegan|"
	"vegetarian|pregnant|disabled|ok|flexible|still|your|an|currently",
	"correct|right|wrong|true|false|fine|good|great|bad|better|best|"
	"crazy|ridiculous|stupid|urgent|easy|hard|possible|impossible|"
	"expensive|cheap|closed|open|full|empty|private|secret|confidential|"
	"broken|serious|funny|weird|strange|annoying|complicated|difficult",
	NULL,
};

/* Not a name if nothing else was said: "stuff" is none, "Rudy Test" is. */
static const char *const no_names[] = {
	"blah|bla|yada|stuff|test|testing|tester|foo|bar|baz|lorem|ipsum|"
	"asdf|asdfg|asdfgh|qwerty|qwertz|xyz|abc|na|nil|null|void|xxx|"
	"nonsense|rubbish|garbage|trash|mumble|gibberish",
	"lol|haha|hahaha|hehe|wow|oops|whoops|ugh|meh|argh|yikes|gosh|geez|"
	"jeez|ouch|yay|hooray|yo|sup|duh|whoa|phew|shh|ahem|god|jesus|christ|"
	"damn|dammit|shit|crap|fuck|fucking|hell|heck|dude|bro",
	"correction|hang|seriously|obviously|honestly|literally|totally|"
	"clearly|whatever|somewhere|sometime|sometimes|anytime|anywhere|"
	"never|always|usually|probably|perhaps|next|louder|slower|quickly|"
	"quit|exit|skip|pass|end|done|ready|interesting|weird|"
	"nevermind|dunno|idk|guess",
	"noise|sound|music|silence|voice|line|phone|telephone|mobile|address|"
	"email|internet|website|computer|business|company|customer|caller|"
	"client|user|agent|anonymous|secret|private|confidential|man|woman|"
	"girl|boy|lady|gentleman|kids|children|food|pizza|dinner|lunch|"
	"breakfast|drink|drinks|money|weather|time|day|week|month|year|"
	"english|spanish|french|german|hablo|espanol|"
	"name|names|word|words|language|answer|reason|problem|nothing",
	"monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend|"
	"january|february|march|july|september|october|november|december",
	NULL,
};

static const char ing_names[] =
	"sting|bing|king|sterling|irving|manning|fleming|harding|golding|"
	"browning|ping|ming|ding|ling|xing|wing|keating|channing|starling|"
	"spalding|downing|cushing|jing|ying|ning|ting|redding|hastings|"
	"rawlings|gedding|darling|loring|turing|boeing|goering|hemming|"
	"deering";

static int in_any(const char *s, const char *const *sets)
{
	for (; *sets != NULL; sets++) {
		if (word_in(s, *sets))
			return 1;
	}
	return 0;
}

static int ends_in_s(const char *s)
{
	size_t n = strlen(s);

	return n > 2 && s[n - 1] == 's' && s[n - 2] == '\'';
}

static int ends_in_ing(const char *s)
{
	size_t n = strlen(s);

	return n > 4 && strcmp(s + n - 3, "ing") == 0 &&
	       !word_in(s, ing_names);
}

enum lead_kind {
	LEAD_NONE,
	LEAD_FOR,   /* "for smith", "under smith"                  */
	LEAD_BARE,  /* nothing before the name but fillers         */
	LEAD_STATE, /* "i'm", "it's": also begins other sentences  */
	LEAD_NAME,  /* "my name is", "call me"                     */
};

static const struct {
	const char *pattern;
	enum lead_kind kind;
} leads[] = {
	{"my|the|his|her full|whole|complete? name is|was", LEAD_NAME},
	{"name is|was", LEAD_NAME},
	{"name would be", LEAD_NAME},
	{"name it|that is", LEAD_NAME},
	{"name of", LEAD_NAME},
	{"call me", LEAD_NAME},
	{"you can|could call me", LEAD_NAME},
	{"they|people|everyone calls? me", LEAD_NAME},
	{"i am called", LEAD_NAME},
	{"go by", LEAD_NAME},
	{"under the? names? of?", LEAD_FOR},
	{"under", LEAD_FOR},
	{"for", LEAD_FOR},
	{"you can put|write|use", LEAD_FOR},
	{"put me? down", LEAD_FOR},
	{"down as|under", LEAD_FOR},
	{"for my wife|husband|daughter|son|friend|boss|mother|father|mom|dad|"
	 "partner|girlfriend|boyfriend|sister|brother",
	 LEAD_FOR},
	{"put it under", LEAD_FOR},
	{"this is", LEAD_STATE},
	{"you are speaking|talking to|with", LEAD_NAME},
	{"i am", LEAD_STATE},
	{"it is|was|would be?", LEAD_STATE},
	{"that is|would be?", LEAD_STATE},
	{"name", LEAD_FOR},
};

/** An emoji or another sign, in UTF-8: not a letter. */
static int is_picture(const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char a = (unsigned char)s[0];
		unsigned char b = a != '\0' ? (unsigned char)s[1] : 0;

		if ((a == 0xf0 && b == 0x9f) ||
		    (a == 0xe2 && b >= 0x80 && b <= 0xaf &&
		     !(b == 0x80 && (unsigned char)s[2] == 0x99)))
			return 1;
	}
	return 0;
}

/** May word i belong to a name at all? */
static int may_be_name(const struct words *ws, uint32_t i, enum lead_kind lead)
{
	const char *s = ws->w[i].s;

	if (ws->w[i].digits || (s[0] >= '0' && s[0] <= '9'))
		return 0;
	if (in_any(s, never) || is_picture(s))
		return 0;
	if (lead == LEAD_STATE || lead == LEAD_BARE) {
		/* "Young" is a state only after "I'm". */
		if (lead == LEAD_BARE && word_in(s, "young|early|best|true"))
			return 1;
		if (in_any(s, states) || ends_in_ing(s))
			return 0;
	}
	/* "may i", "will you" are no names; "may" and "will" can be. */
	if (word_in(s, "may|will|can|might") &&
	    words_in(ws, i + 1, "i|you|we|be|there|it|the|that|he|she|they"))
		return 0;
	return s[1] != '\0' || !word_in(s, "a|i|o|u|m|y");
}

/** How many words from `at` on make one name. */
static uint32_t name_len(const struct words *ws, uint32_t at,
			 enum lead_kind lead)
{
	uint32_t n = 0;
	char letters[64];

	while (at + n < ws->n && n < NAME_WORDS) {
		if (n > 0 && ws->w[at + n].brk)
			break;
		if (spell_at(ws, at + n, letters, sizeof(letters)) > 0)
			break;
		/* "maria del carmen", "van den berg" keep small words. */
		if (n > 0 && at + n + 1 < ws->n &&
		    words_in(ws, at + n,
			     "de|la|del|van|den|der|von|bin|al|"
			     "el|da|dos|di|le|st|mc|mac|o"))
			;
		else if (!may_be_name(ws, at + n, lead))
			break;
		n++;
	}
	return n;
}

static int is_particle(const char *s)
{
	return word_in(s, "de|la|del|van|den|der|von|bin|al|da|dos|di|le");
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/** Typed in capitals only: "ROBERT". */
static int shouted(const struct words *ws, const struct word *w)
{
	if (w->end - w->at < 3)
		return 0;
	for (uint16_t i = w->at; i < w->end; i++) {
		if (ws->text[i] >= 'a' && ws->text[i] <= 'z')
			return 0;
	}
	return 1;
}

/** One word of a name, as it is written. */
static void put_word(struct strbuf *b, const struct words *ws, uint32_t i,
		     int first, int any_upper)
{
	const struct word *w = &ws->w[i];
	const char *s = w->s;

	if (w->upper && any_upper && !shouted(ws, w)) {
		/* Typed with capitals: the writer knows best. */
		strbuf_addn(b, ws->text + w->at, (size_t)(w->end - w->at));
		return;
	}
	if (!first && is_particle(s)) {
		strbuf_add(b, s);
		return;
	}
	strbuf_addc(b, upper(s[0]));
	for (size_t k = 1; s[k] != '\0'; k++) {
		int mc = k == 2 && s[0] == 'm' && s[1] == 'c' && strlen(s) > 4;
		int quote = s[k - 1] == '\'' && s[k + 1] != '\0';

		strbuf_addc(b, mc || quote ? upper(s[k]) : s[k]);
	}
}

static void put_name(struct strbuf *b, const struct words *ws, uint32_t from,
		     uint32_t to)
{
	int any_upper = 0;

	for (uint32_t i = from; i < to; i++)
		any_upper |= ws->w[i].upper;
	for (uint32_t i = from; i < to; i++) {
		if (i > from && ws->w[i].at != ws->w[i - 1].at)
			strbuf_addc(b, ws->w[i].sep == '-' ? '-' : ' ');
		put_word(b, ws, i, i == from, any_upper);
	}
}

struct found {
	uint32_t from, to; /* words, empty when only spelled       */
	enum lead_kind lead;
	char spelled[64];
};

/** A lead and a name behind it, anywhere; the surest kind wins. */
static void find_led(const struct words *ws, struct found *f)
{
	for (uint32_t i = 0; i < ws->n; i++) {
		for (size_t k = 0; k < sizeof(leads) / sizeof(*leads); k++) {
			uint32_t n = words_match(ws, i, leads[k].pattern);
			enum lead_kind kind = leads[k].kind;
			char letters[64];
			uint32_t at, len;

			/* "my wife's name is": a name, not the caller's. */
			if (n > 0 && i > 0 && ends_in_s(ws->w[i - 1].s))
				kind = LEAD_FOR;
			if (n == 0 || kind <= f->lead)
				continue;
			at = i + n;
			at += words_fillers(ws, at);
			len = at < ws->n ? name_len(ws, at, kind) : 0;
			if (len == 0 &&
			    (kind != LEAD_NAME ||
			     spell_at(ws, at, letters, sizeof(letters)) == 0))
				continue;
			f->from = at;
			f->to = at + len;
			f->lead = kind;
		}
	}
}

/** Is there nothing in the words that anybody is called? */
static int is_no_name(const struct words *ws, const struct found *f,
		      int is_last)
{
	if (words_match(ws, 0, "n a") == ws->n && ws->w[1].sep == '/')
		return 1;
	if (f->lead == LEAD_NAME || f->spelled[0] != '\0')
		return 0;
	for (uint32_t i = f->from; i < f->to; i++) {
		/* French and Music are somebody's last names. */
		if (is_last ? !word_in(ws->w[i].s, no_names[0])
			    : !in_any(ws->w[i].s, no_names))
			return 0;
	}
	return f->to > f->from;
}

/** "My Linh", "Do Kwon": small words that were typed as names. */
static int typed_as_name(const struct words *ws, uint32_t i)
{
	return words_in(ws, i, "my|do|an|so|see") && i + 1 < ws->n &&
	       i + 3 >= ws->n && ws->w[i].upper && ws->w[i + 1].upper &&
	       !ws->w[i + 1].brk && !in_any(ws->w[i + 1].s, never);
}

/** The name stands at the beginning, after "yeah", "hi", "um". */
static void find_bare(const struct words *ws, struct found *f)
{
	uint32_t i = 0, len;

	for (;;) {
		uint32_t n = typed_as_name(ws, i) ? 0 : words_fillers(ws, i);

		if (n == 0)
			n = words_match(ws, i,
					"yes|yeah|yep|sure|hi|hello|hey|no|"
					"sorry|thanks|right|certainly");
		if (n == 0)
			n = words_match(ws, i, "of course");
		if (n == 0)
			n = words_match(ws, i,
					"good morning|evening|afternoon");
		if (n == 0)
			n = words_match(ws, i, "last|first|full name is?");
		if (n == 0)
			break;
		i += n;
	}
	/* "not bob rob" */
	if (words_in(ws, i, "not") && i + 2 < ws->n &&
	    may_be_name(ws, i + 1, LEAD_BARE))
		i += 2;
	if (typed_as_name(ws, i))
		len = ws->n - i;
	else
		len = i < ws->n ? name_len(ws, i, LEAD_BARE) : 0;
	if (len == 0)
		return;
	/* "bond james bond" */
	if (len == 3 && strcmp(ws->w[i].s, ws->w[i + 2].s) == 0) {
		i++;
		len = 2;
	}
	/* A sentence that goes on is not an answer to "what is your name":
	 * "bob" and "bob for four" are, "parking would be nice" is not. */
	if (i + len < ws->n &&
	    words_in(ws, i + len,
		     "is|are|was|would|will|can|do|does|has|have|"
		     "could|should|did|were|me|it|you"))
		return;
	f->from = i;
	f->to = i + len;
	f->lead =
		words_in(ws, i + len, "speaking|here") ? LEAD_NAME : LEAD_BARE;
}

/** Letters spelled anywhere, the longest run. */
static void find_spelled(const struct words *ws, struct found *f)
{
	size_t best = 0;

	for (uint32_t i = 0; i < ws->n; i++) {
		char letters[sizeof(f->spelled)];
		uint32_t n = spell_at(ws, i, letters, sizeof(letters));

		if (n == 0)
			continue;
		/* "smith with a y" */
		if (i > 0 && words_in(ws, i - 1, "with")) {
			i += n - 1;
			continue;
		}
		if (strlen(letters) > best) {
			best = strlen(letters);
			(void)text_copy(f->spelled, sizeof(f->spelled),
					letters);
		}
		i += n - 1;
	}
}

enum name_part { NAME_FULL, NAME_FIRST, NAME_LAST };

static enum name_part part_of(const struct ask *ask)
{
	static const char first[] = "first|given|forename|firstname";
	static const char last[] = "last|surname|family|lastname";
	int f = text_has_word(ask->field_key, first) ||
		text_has_word(ask->description, first);
	int l = text_has_word(ask->field_key, last) ||
		text_has_word(ask->description, last);

	return f == l ? NAME_FULL : f ? NAME_FIRST : NAME_LAST;
}

/** "my first name is bob and my last name is smith". */
static void find_part(const struct words *ws, enum name_part part,
		      struct found *f)
{
	int at =
		words_find(ws, 0,
			   part == NAME_FIRST ? "first|given name|names? is?"
					      : "last|family name|names? is?");
	uint32_t n, i;

	if (at < 0 && part == NAME_LAST)
		at = words_find(ws, 0, "surname is?");
	if (at < 0)
		return;
	n = words_match(ws, (uint32_t)at, "first|last|given|family name is?");
	if (n == 0)
		n = words_match(ws, (uint32_t)at, "surname is?");
	i = (uint32_t)at + n;
	f->from = i;
	f->to = i + (i < ws->n ? name_len(ws, i, LEAD_NAME) : 0);
	f->lead = LEAD_NAME;
}

static void put_spelled(struct strbuf *b, const char *s)
{
	for (char last = ' '; *s != '\0'; last = *s++)
		strbuf_addc(b, last == ' ' ? upper(*s) : *s);
}

/** The spelled letters are the word before, or the whole name. */
static void put_found(struct strbuf *b, const struct words *ws,
		      const struct found *f)
{
	uint32_t to = f->to;

	if (f->spelled[0] == '\0') {
		put_name(b, ws, f->from, to);
		return;
	}
	if (to > f->from) {
		const char *last = ws->w[to - 1].s;
		const char *first = ws->w[f->from].s;

		if (sound_like(first, f->spelled) >
			    sound_like(last, f->spelled) &&
		    to - f->from > 1) {
			/* The first name was spelled. */
			put_spelled(b, f->spelled);
			strbuf_addc(b, ' ');
			put_name(b, ws, f->from + 1, to);
			return;
		}
		if (sound_like(last, f->spelled) >= 50 ||
		    last[0] == f->spelled[0])
			to--;
		put_name(b, ws, f->from, to);
		if (to > f->from)
			strbuf_addc(b, ' ');
	}
	put_spelled(b, f->spelled);
}

/** Is the field the name of the caller, not of a pet or a company? */
static int of_caller(const struct ask *ask)
{
	static const char others[] =
		"company|business|pet|dog|cat|doctor|physician|child|spouse|"
		"street|product|restaurant|event|project|mother|father|"
		"maiden|employer|provider|insurance|beneficiary|emergency|"
		"kid|son|daughter|wife|husband|friend|guest|school|recipient";

	return !text_has_word(ask->field_key, others) &&
	       !text_has_word(ask->description, others);
}

int value_name(struct nlu_value *ret, const struct ask *ask,
	       const struct words *all)
{
	enum name_part part = part_of(ask);
	char name[NLU_TEXT_MAX / 2];
	struct strbuf b;
	uint32_t from = words_after_correction(all);

	for (;;) {
		struct found f = {.lead = LEAD_NONE};
		struct words ws;

		words_slice(&ws, all, from, all->n);
		if (part != NAME_FULL)
			find_part(&ws, part, &f);
		if (f.lead == LEAD_NONE)
			find_led(&ws, &f);
		if (f.lead < LEAD_STATE) {
			struct found bare = {.lead = LEAD_NONE};

			find_bare(&ws, &bare);
			if (bare.lead > f.lead || f.lead == LEAD_NONE)
				f = bare;
		}
		find_spelled(&ws, &f);
		if (is_no_name(&ws, &f, part == NAME_LAST))
			f = (struct found){.lead = LEAD_NONE};
		if (f.to > f.from || f.spelled[0] != '\0') {
			if (part == NAME_FIRST && f.to > f.from + 1)
				f.to = f.from + 1;
			if (part == NAME_LAST && f.to > f.from + 1)
				f.from = f.to - 1;
			strbuf_over(&b, name, sizeof(name));
			put_found(&b, &ws, &f);
			if (!strbuf_ok(&b) || b.len == 0)
				return -ENOENT;
			ret->strong = f.lead == LEAD_NAME && of_caller(ask);
			ret->partial = 0;
			break;
		}
		if (from == 0)
			return -ENOENT;
		from = 0;
	}
	(void)text_copy(ret->spoken, sizeof(ret->spoken), name);
	return json_quote(ret->json, sizeof(ret->json), name);
}
