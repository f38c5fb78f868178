/**
 * @file dialog_script.h  Conversations as text
 *
 *   "c: five"   the caller says     "a: How many"   the agent has said
 *
 * One line of a script is "verb: text": an event, or something to look for in
 * what came of the last event. See sim_do() and sim_look() for the verbs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_DIALOG_SCRIPT_H
#define UNIT_DIALOG_SCRIPT_H

#include "unit/dialog_sim.h"

#define OPEN_THAI                                                            \
	"attach",                                                            \
		"persona: Nova|Thai Palace|take names for the waiting list", \
		"hooks: question keys",                                      \
		"task: waitlist|Add callers to the waiting list of Thai "    \
		"Palace.|text caller_name! Name for the list; integer "      \
		"party_size! Number of people; digit_sequence phone! Phone " \
		"number; todo Read the phone number back to the caller."

/* ---- commands from text ------------------------------------------------ */

static char *sim_trim(char *s)
{
	while (*s == ' ')
		s++;
	for (size_t n = strlen(s); n && s[n - 1] == ' ';)
		s[--n] = '\0';
	return s;
}

static char *sim_cut(char **at, const char *sep)
{
	char *s = *at;

	if (!s)
		return NULL;

	char *end = strstr(s, sep);

	*at = end ? end + strlen(sep) : NULL;
	if (end)
		*end = '\0';
	return sim_trim(s);
}

static int sim_command(struct sim *s, const struct xp_command *c)
{
	return sim_event(s,
			 (struct dialog_event){.kind = DIALOG_EXPERT_COMMAND,
					       .command = c});
}

/* "text name! Description [a, b]" (! required, ? optional, ~ searchable),
 * "say Statement", "todo What", separated by ";" */
static void sim_task(struct sim *s, char *text)
{
	static struct xp_item items[SIM_ITEMS];
	static const char *choices[SIM_ITEMS][16];
	static char keys[SIM_ITEMS][16];
	struct xp_command c = {.kind = XP_SET_TASK, .items = items};
	char *item;

	memset(items, 0, sizeof(items));
	c.key = sim_cut(&text, "|");
	c.objective = text ? sim_cut(&text, "|") : "";
	while (text && (item = sim_cut(&text, ";")) != NULL) {
		struct xp_item *x = &items[c.n_items];
		char *type = sim_cut(&item, " ");
		char *choice;

		if (!*type)
			continue;
		(void)snprintf(keys[c.n_items], 16, "i%u", c.n_items);
		x->key = keys[c.n_items];
		x->field_type = type;
		x->question = "";
		x->description = "";
		if (!strcmp(type, "say")) {
			x->kind = XP_ITEM_SAY;
			x->statement = item;
		} else if (!strcmp(type, "todo")) {
			x->kind = XP_ITEM_TODO;
			x->description = item;
		} else {
			char *key = sim_cut(&item, " ");
			char *list = item ? strchr(item, '[') : NULL;

			x->required = !strchr(key, '?');
			x->searchable = strchr(key, '~') != NULL;
			x->sensitive = strchr(key, '$') != NULL;
			key[strcspn(key, "!?~$")] = '\0';
			x->key = key;
			if (list) {
				*list++ = '\0';
				list[strcspn(list, "]")] = '\0';
				x->choices = choices[c.n_items];
				while ((choice = sim_cut(&list, ",")) != NULL)
					choices[c.n_items][x->n_choices++] =
						choice;
			}
			x->description = item ? sim_trim(item) : "";
		}
		c.n_items++;
	}
	(void)sim_command(s, &c);
}

static void sim_caller(struct sim *s, char *text, int confidence)
{
	struct dialog_event e = {.kind = DIALOG_CALLER_TURN,
				 .turn = ++s->turn};
	char *alt;

	strbuf_addf(&s->all, "  caller: %s\n", text);
	while ((alt = sim_cut(&text, "|")) != NULL && e.n_heard < 5) {
		if (!*alt)
			continue;
		e.heard[e.n_heard].text = alt;
		e.heard[e.n_heard++].confidence = confidence;
	}
	(void)sim_event(s, e);
}

static void sim_suggest(struct sim *s, char *text, const char *id)
{
	struct xp_action actions[8];
	struct xp_command c = {
		.kind = XP_ACTION_SUGGESTION, .id = id, .actions = actions};
	char *one;

	while ((one = sim_cut(&text, ";")) != NULL) {
		char *key = sim_cut(&one, "=");

		if (!*key)
			continue;
		actions[c.n_actions].key = key;
		actions[c.n_actions++].description = one ? one : "";
	}
	(void)sim_command(s, &c);
}

static uint32_t sim_words(char *text, const char **v)
{
	uint32_t n = 0;
	char *one;

	while ((one = sim_cut(&text, ",")) != NULL) {
		if (*one)
			v[n++] = one;
	}
	return n;
}

static void sim_choices(struct sim *s, char *text)
{
	const char *a[16], *b[16];
	struct xp_command c = {.kind = XP_CHOICE_QUERY_RESULT,
			       .id = s->search,
			       .key = s->search_key,
			       .choices = a,
			       .others = b};
	char *first = sim_cut(&text, "|");

	c.n_choices = sim_words(first, a);
	c.n_others = text ? sim_words(text, b) : 0;
	(void)sim_command(s, &c);
}

static void sim_persona(struct sim *s, char *text)
{
	struct xp_command c = {.kind = XP_SET_PERSONA};

	c.agent_name = sim_cut(&text, "|");
	c.organization = sim_cut(&text, "|");
	c.purpose = sim_cut(&text, "|");
	(void)sim_command(s, &c);
}

static void sim_hooks(struct sim *s, const char *text)
{
	struct xp_command c = {.kind = XP_REGISTERED_HOOKS};

	c.has_on_question = strstr(text, "question") != NULL;
	c.has_on_action = strstr(text, "action") != NULL;
	c.has_on_escalate = strstr(text, "escalate") != NULL;
	c.accept_dtmf = strstr(text, "keys") != NULL;
	(void)sim_command(s, &c);
}

static void sim_simple(struct sim *s, enum xp_command_kind kind,
		       const char *text)
{
	struct xp_command c = {.kind = kind, .text = text};

	(void)sim_command(s, &c);
}

static void sim_transfer(struct sim *s, char *text, int soft)
{
	struct xp_command c = {.kind = XP_TRANSFER_CALL, .soft = soft};

	c.to = sim_cut(&text, "|");
	c.text = text ? text : "";
	(void)sim_command(s, &c);
}

static int sim_has(const struct strbuf *b, const char *part)
{
	return phrase_in(b->s, part) != NULL;
}

/* ---- scripts ----------------------------------------------------------- */

static void sim_fresh(struct sim *s)
{
	strbuf_clear(&s->said);
	strbuf_clear(&s->events);
	strbuf_clear(&s->wire);
}

static void sim_kind(struct sim *s, enum dialog_event_kind kind)
{
	(void)sim_event(
		s, (struct dialog_event){.kind = kind, .turn = s->turn + 1});
}

static void do_start(struct sim *s, char *text)
{
	(void)text;
	sim_kind(s, DIALOG_STARTED);
}

/* "attach: resume, state" is an Expert that has agreed on these. */
static void do_attach(struct sim *s, char *text)
{
	struct dialog_event e = {.kind = DIALOG_EXPERT_ATTACHED};
	char *name;

	while ((name = sim_cut(&text, ",")) != NULL) {
		if (*name)
			e.extensions |= xp_extension_named(name);
	}
	(void)sim_event(s, e);
}

/* "command: {...}" as an Expert with all extensions writes it. */
static void do_command(struct sim *s, char *text)
{
	struct xp_error why = {0};
	struct xp_command c;

	if (xp_command_decode_for(&c, text, strlen(text), XP_EXT_ALL, &why))
		ck_abort_msg("%s: %s %s", text, why.where, why.what);
	(void)sim_command(s, &c);
	xp_command_done(&c);
}

static void do_resume(struct sim *s, char *text)
{
	(void)text;
	(void)sim_event(s,
			(struct dialog_event){.kind = DIALOG_EXPERT_ATTACHED,
					      .resumed = 1});
}

static void do_lost(struct sim *s, char *text)
{
	(void)text;
	sim_kind(s, DIALOG_EXPERT_LOST);
}

static void do_nobody(struct sim *s, char *text)
{
	(void)text;
	sim_kind(s, DIALOG_EXPERT_NOBODY);
}

static void do_others(struct sim *s, char *text)
{
	(void)text;
	s->others = 1;
}

static void do_closed(struct sim *s, char *text)
{
	(void)sim_event(s, (struct dialog_event){.kind = DIALOG_CLOSED,
						 .text = *text ? text : NULL});
}

static void do_speaking(struct sim *s, char *text)
{
	(void)text;
	sim_kind(s, DIALOG_CALLER_SPEAKING);
}

static void do_transfer_failed(struct sim *s, char *text)
{
	(void)sim_event(s,
			(struct dialog_event){.kind = DIALOG_TRANSFER_FAILED,
					      .text = text});
}

/* "moved: ringing", "moved: answered", "moved: returned", or a cause */
static void do_moved(struct sim *s, char *text)
{
	static const char *const causes[] = {XP_CAUSE_BUSY, XP_CAUSE_NO_ANSWER,
					     XP_CAUSE_NOT_SUPPORTED};
	struct dialog_event e = {.kind = DIALOG_TRANSFER_STATUS,
				 .transfer = XP_TRANSFER_RETURNED};

	if (!strcmp(text, "ringing"))
		e.transfer = XP_TRANSFER_RINGING;
	else if (!strcmp(text, "answered"))
		e.transfer = XP_TRANSFER_ANSWERED;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		if (strcmp(text, causes[i]))
			continue;
		e.kind = DIALOG_TRANSFER_FAILED;
		e.cause = causes[i];
	}
	(void)sim_event(s, e);
}

static void do_partial(struct sim *s, char *text)
{
	struct dialog_event e = {.kind = DIALOG_CALLER_PARTIAL,
				 .turn = s->turn + 1,
				 .n_heard = 1};

	e.heard[0].text = text;
	(void)sim_event(s, e);
}

static void do_key(struct sim *s, char *text)
{
	for (; *text; text++)
		(void)sim_event(s, (struct dialog_event){.kind = DIALOG_DTMF,
							 .digit = *text});
}

static void do_barge(struct sim *s, char *text)
{
	do_speaking(s, text);
	s->barge = text;
	sim_kind(s, DIALOG_BARGE_IN);
}

static void do_not_cut(struct sim *s, char *text)
{
	(void)text;
	sim_kind(s, DIALOG_NOT_CUT);
}

static void do_nod(struct sim *s, char *text)
{
	struct dialog_event e = {.kind = DIALOG_CALLER_NODDED,
				 .turn = ++s->turn,
				 .n_heard = *text != 0};

	e.heard[0].text = text;
	(void)sim_event(s, e);
}

static void do_wait(struct sim *s, char *text)
{
	sim_wait(s, strtoll(text, NULL, 10) * 1000);
}

static void do_slow(struct sim *s, char *text)
{
	(void)text;
	s->slow = 1;
}

static void do_fast(struct sim *s, char *text)
{
	(void)text;
	s->slow = 0;
	while (s->n_utts && s->utts[0].last)
		sim_heard(s, NULL, 0);
	sim_drain(s);
}

static void do_said(struct sim *s, char *text)
{
	(void)text;
	sim_heard(s, NULL, 0);
	sim_drain(s);
}

static void do_hooks(struct sim *s, char *text)
{
	sim_hooks(s, text);
}

static void do_retry(struct sim *s, char *text)
{
	sim_simple(s, XP_RETRY_TASK, text);
}

static void do_script(struct sim *s, char *text)
{
	sim_simple(s, XP_READ_SCRIPT, text);
}

static void do_instruct(struct sim *s, char *text)
{
	sim_simple(s, XP_SEND_INSTRUCTION, text);
}

static void do_expert_error(struct sim *s, char *text)
{
	sim_simple(s, XP_EXPERT_ERROR, text);
}

static void do_answer(struct sim *s, char *text)
{
	struct xp_command c = {
		.kind = XP_ANSWER_QUESTION, .id = s->question, .text = text};

	(void)sim_command(s, &c);
}

static void do_suggest(struct sim *s, char *text)
{
	sim_suggest(s, text, s->action);
}

static void do_soft(struct sim *s, char *text)
{
	sim_transfer(s, text, 1);
}

static void do_hard(struct sim *s, char *text)
{
	sim_transfer(s, text, 0);
}

static void do_stopping(struct sim *s, char *text)
{
	(void)text;
	sim_kind(s, DIALOG_STOPPING);
}

static void do_machine(struct sim *s, char *text)
{
	sim_kind(s, strcmp(text, "records") ? DIALOG_MACHINE
					    : DIALOG_MACHINE_RECORDS);
}

/* Verbs that change something; "c", "c30" (confidence) is the caller.
 * @return 0 when it is none of them */
static int sim_do(struct sim *s, const char *verb, char *text)
{
	static const struct {
		const char *name;
		void (*fn)(struct sim *s, char *text);
	} verbs[] = {
		{"start", do_start},
		{"attach", do_attach},
		{"command", do_command},
		{"resume", do_resume},
		{"lost", do_lost},
		{"nobody", do_nobody},
		{"others", do_others},
		{"closed", do_closed},
		{"stopping", do_stopping},
		{"machine", do_machine},
		{"speaking", do_speaking},
		{"transfer-failed", do_transfer_failed},
		{"moved", do_moved},
		{"partial", do_partial},
		{"key", do_key},
		{"barge", do_barge},
		{"not-cut", do_not_cut},
		{"nod", do_nod},
		{"wait", do_wait},
		{"slow", do_slow},
		{"fast", do_fast},
		{"said", do_said},
		{"persona", sim_persona},
		{"hooks", do_hooks},
		{"task", sim_task},
		{"retry", do_retry},
		{"script", do_script},
		{"instruct", do_instruct},
		{"expert-error", do_expert_error},
		{"answer", do_answer},
		{"suggest", do_suggest},
		{"choices", sim_choices},
		{"soft", do_soft},
		{"hard", do_hard},
	};

	if (!strcmp(verb, "conf")) {
		if (!strncmp(text, "lost=", 5))
			s->conf.expert_lost = text + 5;
		s->conf.records = !strcmp(text, "records");
		sim_open(s); /* copies it */
		return 1;
	}
	sim_open(s);
	if (verb[0] == 'c' && (!verb[1] || isdigit((unsigned char)verb[1]))) {
		sim_caller(s, text,
			   verb[1] ? (int)strtol(verb + 1, NULL, 10) : 98);
		return 1;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verb, verbs[i].name))
			continue;
		verbs[i].fn(s, text);
		return 1;
	}
	return 0;
}

/* Verbs that look. @return 0 right, else *why */
static int sim_look(struct sim *s, const char *verb, const char *text,
		    const char **why)
{
	static const char *const kinds[] = {"open",     "yesno",  "name",
					    "integer",  "digits", "date",
					    "datetime", "choice", "text"};
	static const char *const barge_ins[] = {"usual", "any", "words",
						"off"};

	*why = "not so";
	if (!strcmp(verb, "a")) /* the agent has said */
		return !sim_has(&s->said, text);
	if (!strcmp(verb, "!a"))
		return sim_has(&s->said, text);
	if (!strcmp(verb, "silent"))
		return s->said.len != 0;
	if (!strcmp(verb, "e")) /* the Expert was told */
		return !sim_has(&s->events, text);
	if (!strcmp(verb, "!e"))
		return sim_has(&s->events, text);
	if (!strcmp(verb, "j")) /* in these words */
		return !strstr(s->wire.s, text);
	if (!strcmp(verb, "!j"))
		return strstr(s->wire.s, text) != NULL;
	if (!strcmp(verb, "f")) /* a field was recorded */
		return !sim_has(&s->fields, text);
	if (!strcmp(verb, "!f"))
		return sim_has(&s->fields, text);
	if (!strcmp(verb, "ended"))
		return strcmp(s->ended, text) != 0;
	if (!strcmp(verb, "alive"))
		return *s->ended != 0 || dialog_ending(s->d);
	if (!strcmp(verb, "ending"))
		return !dialog_ending(s->d) || *s->ended;
	if (!strcmp(verb, "offers"))
		return s->offers != (int)strtol(text, NULL, 10);
	if (!strcmp(verb, "transferred"))
		return strcmp(s->transferred, text) != 0;
	if (!strcmp(verb, "ask"))
		return strcmp(kinds[s->ask], text) != 0;
	if (!strcmp(verb, "end-silence")) /* [ms] that the ask wants */
		return s->end_silence_us !=
		       strtoll(text, NULL, 10) * INT64_C(1000);
	if (!strcmp(verb, "barge-in"))
		return strcmp(barge_ins[s->barge_in], text) != 0;
	if (!strcmp(verb, "all"))
		return strcmp(dialog_fields_json(s->d), text) != 0;
	*why = "an unknown verb";
	return 1;
}

static void sim_line(struct sim *s, int i, const char *line)
{
	char copy[2048];
	char *text = copy;
	const char *why = "";

	ck_assert_uint_lt(strlen(line), sizeof(copy));
	memcpy(copy, line, strlen(line) + 1);

	char *verb = sim_cut(&text, ":");

	text = text ? sim_trim(text) : verb + strlen(verb);

	static const char *const lookers[] = {
		"a",           "!a",          "silent",  "e",      "!e",
		"f",           "!f",          "ended",   "alive",  "ending",
		"transferred", "ask",         "all",     "offers", "j",
		"!j",          "end-silence", "barge-in"};

	for (size_t k = 0; k < sizeof(lookers) / sizeof(*lookers); k++) {
		if (strcmp(verb, lookers[k]))
			continue;
		if (sim_look(s, verb, text, &why))
			ck_abort_msg("line %d \"%s\": %s\n%s\nfields:\n%s\n"
				     "events:\n%s\nwire:\n%s",
				     i, line, why, s->all.s, s->fields.s,
				     s->events.s, s->wire.s);
		return;
	}
	sim_fresh(s);
	if (!sim_do(s, verb, text))
		ck_abort_msg("line %d: unknown verb \"%s\"", i, verb);
}

static inline struct sim *sim_run_keep(const char *const *script)
{
	struct sim *s = sim_new();

	for (int i = 0; script[i]; i++)
		sim_line(s, i, script[i]);
	ck_assert_int_le(s->session_ends, 1);
	ck_assert_int_le(s->hangups, 1);

	struct dialog_stats st;

	dialog_stats_get(s->d, &st);
	ck_assert_uint_eq(st.dropped, 0);
	return s;
}

#define SIM_RUN(...)                                                      \
	do {                                                              \
		static const char *const script_[] = {__VA_ARGS__, NULL}; \
		struct sim *sim_ = sim_run_keep(script_);                 \
		if (getenv("SIM_SHOW"))                                   \
			printf("---- %s\n%s\n", __func__, sim_->all.s);   \
		sim_free(sim_);                                           \
	} while (0)

#endif /* UNIT_DIALOG_SCRIPT_H */
