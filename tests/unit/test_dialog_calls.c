/**
 * @file test_dialog_calls.c  Conversations: questions, transfers, and how
 * calls end
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"

START_TEST(a_waiting_list_from_hello_to_goodbye)
{
	SIM_RUN(OPEN_THAI, "start", "a: Hello, this is Nova from Thai Palace.",
		"a: I can add you to the waiting list.",
		"a: What name should I put on the list?", "ask: name",
		"c: my name is robert", "f: caller_name=\"Robert\"",
		"e: action-item-done|caller_name||\"Robert\"",
		"a: Thanks, Robert.", "a: How many people will it be?",
		"ask: integer", "c: five", "f: party_size=5", "a: five",
		"a: What is the best phone number to reach you?",
		"ask: digits", "c: five five five oh one four two",
		"a: Is that right?", "ask: yesno", "!f: phone=", "c: yes",
		"f: phone=\"5550142\"", "a: Great, that's everything I need.",
		"e: task-done",
		"instruct: Start ending the conversation. Here are your final "
		"instructions: Thank the caller; we text when the table is "
		"ready. Once you've completed the final instructions, "
		"naturally end the conversation and hang up the call.",
		"a: Thank you.", "a: We text when the table is ready.",
		"a: Goodbye.", "e: bot-session-ended||bot-hangup",
		"ended: bot-hangup");
}
END_TEST

START_TEST(never_mind_is_a_wish_to_leave)
{
	SIM_RUN(OPEN_THAI, "start", "c: never mind", "a: Before you go",
		"!f: caller_name", "c: never mind", "ended: bot-hangup");
}
END_TEST

START_TEST(a_question_goes_to_the_actions_where_nothing_else_is)
{
	SIM_RUN("attach", "hooks: action", "start", "wait: 2300",
		"c: i have a question about my bill", "e: action-request",
		"suggest: billing=Billing and payments; sales=Sales",
		"a: billing and payments or sales?", "c: billing",
		"e: execute-action|billing");
}
END_TEST

START_TEST(with_a_hook_giving_up_means_calling_somebody)
{
	SIM_RUN("attach", "hooks: escalate", "task: t|x|integer n! Bags",
		"start", "c: blue", "c: blue", "c: blue", "e: escalate||agent",
		"a: get somebody", "alive");
}
END_TEST

START_TEST(a_question_is_answered_before_the_goodbye)
{
	SIM_RUN(OPEN_THAI, "start", "speaking",
		"instruct: Tell them the table is ready and hang up.",
		"silent", "c: do you have parking", "alive",
		"e: agent-question", "answer: Yes.",
		"a: Yes. The table is ready. Goodbye.", "ended: bot-hangup");
}
END_TEST

START_TEST(a_task_that_comes_late_follows_the_greeting)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:", "start",
		"wait: 700", "a: Hello, this is Nova from Acme.",
		"!a: help you", "task: t|x|integer n! Number of bags",
		"a: How many bags?", "wait: 3000", "silent");
}
END_TEST

START_TEST(a_question_goes_to_the_expert_and_the_answer_comes_back)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking",
		"e: agent-question||Do you have parking?", "silent",
		"answer: Yes, free parking behind the house.",
		"a: Yes, free parking behind the house.",
		"a: what name should I put on the list?", "c: robert",
		"f: caller_name=\"Robert\"");
}
END_TEST

START_TEST(a_late_answer_is_held_for_and_said_when_it_comes)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "wait: 1000",
		"a: One moment", "wait: 8000", "a: still checking",
		"answer: Yes, behind the house.", "a: Yes, behind the house.",
		"wait: 9000", "!a: moment");
}
END_TEST

START_TEST(an_answer_after_its_time_is_still_said_once)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "wait: 31000",
		"a: could not find that out", "a: what name",
		"answer: Yes, behind the house.",
		"a: About your question from before: Yes, behind the house.",
		"a: what name", "answer: Yes, in front of it.", "silent",
		"c: robert", "f: caller_name=\"Robert\"");
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "lost",
		"wait: 16000", "a: could not find that out", "resume",
		"answer: Yes, behind the house.", "a: Yes, behind the house.");
}
END_TEST

START_TEST(a_late_word_that_nobody_knows_changes_nothing)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "wait: 31000",
		"a: could not find that out",
		"answer: There is no answer to that question.", "silent",
		"c: robert", "f: caller_name=\"Robert\"", "alive");
}
END_TEST

START_TEST(an_answer_that_is_none_is_not_read_out)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking",
		"answer: There is no answer to that question.",
		"a: could not find that out", "!a: no answer");
}
END_TEST

START_TEST(a_second_answer_is_ignored)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "answer: Yes.",
		"a: Yes.", "answer: No.", "silent");
}
END_TEST

START_TEST(without_a_hook_no_question_is_asked)
{
	SIM_RUN("attach", "persona: Nova|Acme|",
		"hooks:", "task: t|x|text name! Your name", "start",
		"c: do you have parking", "!e: agent-question",
		"a: don't know that", "a: name");
}
END_TEST

START_TEST(no_action_for_the_request)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: action", "start",
		"wait: 2300", "a: How can I help you?",
		"c: i want to book a flight", "e: action-request||",
		"suggest:", "a: can't do that", "a: anything else", "alive");
}
END_TEST

START_TEST(one_action_in_the_words_of_the_caller_is_executed)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: action", "start",
		"wait: 2300", "c: i want to talk to sales",
		"e: action-request",
		"suggest: sales=Transfer to the sales team",
		"e: execute-action|sales", "a: one moment");
}
END_TEST

START_TEST(one_action_in_other_words_is_confirmed_first)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: action", "start",
		"wait: 2300", "c: i want to buy a boat",
		"suggest: sales=Speak to the sales team", "!e: execute-action",
		"a: Do you want to speak to the sales team?", "c: yes",
		"e: execute-action|sales");
}
END_TEST

START_TEST(one_action_denied_is_not_executed)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: action", "start",
		"wait: 2300", "c: i want to buy a boat",
		"suggest: sales=Speak to the sales team", "c: no",
		"!e: execute-action", "a: All right");
}
END_TEST

START_TEST(after_an_action_the_task_goes_on)
{
	SIM_RUN("attach", "hooks: action",
		"task: t|x|text name! Your name;integer party_size! Guests",
		"start", "c: my name is Robert", "c: i want to talk to sales",
		"suggest: sales=Transfer to the sales team",
		"e: execute-action|sales",
		"instruct: Tell the caller: they call you tomorrow.",
		"a: tomorrow", "a: So,", "!a: anything else", "c: four",
		"e: action-item-done|party_size||4");
}
END_TEST

START_TEST(after_an_action_that_says_nothing_the_task_goes_on)
{
	SIM_RUN("attach", "hooks: action",
		"task: t|x|integer party_size! Guests", "start",
		"c: i want to talk to sales",
		"suggest: sales=Transfer to the sales team",
		"e: execute-action|sales", "wait: 12000", "a: guests",
		"!a: anything else", "c: four",
		"e: action-item-done|party_size||4");
}
END_TEST

START_TEST(several_actions_are_told_apart)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: action", "start",
		"wait: 2300", "c: i have a problem with my bill",
		"suggest: pay=Pay a bill; dispute=Dispute a charge; copy=Get "
		"a copy by mail",
		"a: Do you want to pay a bill, dispute a charge, or get",
		"c: dispute a charge", "e: execute-action|dispute");
}
END_TEST

START_TEST(a_person_is_called_when_there_is_a_hook)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: escalate",
		"task: t|x|text name! Your name", "start",
		"c: can i speak to a human please", "e: escalate||human",
		"a: get somebody", "wait: 1000", "a: moment",
		"soft: +15550001|", "a: put you through",
		"transferred: +15550001", "closed",
		"e: bot-session-ended||bot-transfer");
}
END_TEST

START_TEST(nobody_is_called_without_a_hook)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: question",
		"task: t|x|text name! Your name", "start",
		"c: can i speak to a human please", "!e: escalate",
		"a: nobody is available", "a: name", "alive");
}
END_TEST

START_TEST(a_wish_for_a_person_is_an_action_where_there_are_actions)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: action",
		"task: t|x|text name! Your name", "start",
		"c: can i speak to a human please",
		"e: action-request||The caller wants to speak to a person.",
		"suggest: front_desk=Speak to a person at the front desk",
		"e: execute-action|front_desk");
}
END_TEST

START_TEST(an_escalation_nobody_takes_is_owned_up_to)
{
	SIM_RUN("attach", "hooks: escalate", "task: t|x|text name! Your name",
		"start", "c: i want to speak to a human", "wait: 31000",
		"a: nobody is available", "alive");
}
END_TEST

START_TEST(a_soft_transfer_is_announced_in_the_expert_s_words)
{
	SIM_RUN(OPEN_THAI, "start", "slow",
		"soft: +15550001|Notify the caller that you will be "
		"transferring them, and then transfer.",
		"fast", "a: I will be transferring you",
		"transferred: +15550001");
}
END_TEST

START_TEST(a_soft_transfer_waits_until_it_was_heard)
{
	SIM_RUN(OPEN_THAI, "start", "slow", "soft: +15550001|",
		"transferred:", "ending", "fast", "transferred: +15550001");
}
END_TEST

START_TEST(a_hard_transfer_needs_no_words)
{
	SIM_RUN(OPEN_THAI, "slow", "start", "hard: +15550001|",
		"transferred: +15550001");
}
END_TEST

START_TEST(a_hard_transfer_says_its_script_as_it_stands)
{
	SIM_RUN(OPEN_THAI, "start", "slow",
		"hard: sip:a@b|Connecting you to the nurse.",
		"transferred:", "fast", "a: Connecting you to the nurse.",
		"transferred: sip:a@b", "closed", "e: bot-transfer");
}
END_TEST

START_TEST(a_transfer_that_fails_comes_back)
{
	SIM_RUN(OPEN_THAI, "start", "hard: +15550001|",
		"transferred: +15550001", "transfer-failed: busy",
		"e: warning||the transfer to +15550001 failed: busy",
		"a: could not put you through", "a: What name", "alive");
}
END_TEST

START_TEST(keys_without_a_question_are_only_told)
{
	SIM_RUN(OPEN_THAI, "start", "key: 1", "e: dtmf||1||1", "silent");
}
END_TEST

START_TEST(silence_is_prompted_and_then_ended)
{
	SIM_RUN(OPEN_THAI, "start", "wait: 10100", "a: Are you still there?",
		"a: What name", "wait: 10100", "a: Are you still there?",
		"wait: 10100", "a: can't hear you",
		"e: bot-session-ended||bot-hangup", "ended: bot-hangup");
}
END_TEST

START_TEST(a_word_ends_the_silence)
{
	SIM_RUN(OPEN_THAI, "start", "wait: 10100", "wait: 10100", "c: robert",
		"wait: 10100", "a: still there", "alive", "wait: 10100",
		"alive");
}
END_TEST

START_TEST(a_caller_interrupts_and_only_heard_words_count)
{
	SIM_RUN(OPEN_THAI, "slow", "start", "barge: Hello, this is Nova",
		"e: agent-speech||Hello, this is Nova", "c: robert",
		"f: caller_name=\"Robert\"", "fast", "a: How many");
}
END_TEST

START_TEST(a_nod_does_not_interrupt)
{
	SIM_RUN(OPEN_THAI, "slow", "start", "c: uh-huh", "silent", "fast",
		"a: What name", "c: robert", "f: caller_name=\"Robert\"");
}
END_TEST

START_TEST(retry_reopens_only_the_field_that_is_named)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five oh one four two", "c: yes", "e: task-done",
		"retry: The party size must not be more than four.",
		"a: The party size must not be more than four.",
		"a: How many people", "!a: What name", "c: four",
		"f: party_size=4", "a: everything", "e: task-done");
}
END_TEST

START_TEST(retry_without_a_name_reopens_everything)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five oh one four two", "c: yes",
		"retry: Something is wrong.", "a: What name", "c: robert",
		"a: How many");
}
END_TEST

/* The words of a program's own checks, one sentence after the other. */
START_TEST(retry_reopens_the_fields_that_are_meant)
{
#define BOOKING                                                            \
	"attach", "hooks:",                                                \
		"task: t|x|text caller_name! Name for the list; integer "  \
		"party_size! Number of people; text doctor_name! Name of " \
		"the doctor; digit_sequence phone! Phone number",          \
		"start", "c: robert", "c: twelve", "c: sandra lee",        \
		"c: five five five oh one four two", "c: yes", "e: task-done"

	SIM_RUN(BOOKING, "retry: We seat at most eight people.",
		"a: How many people", "c: six", "f: party_size=6",
		"e: task-done");
	SIM_RUN(BOOKING, "retry: 12 is too many.", "a: How many people",
		"c: six", "f: party_size=6", "e: task-done");
	SIM_RUN(BOOKING, "retry: We have no doctor of that name.", "a: doctor",
		"c: doctor smith", "f: doctor_name=", "e: task-done");
	SIM_RUN(BOOKING, "retry: That number has too few digits.",
		"a: phone number", "c: five five five oh one four three",
		"c: yes", "f: phone=\"5550143\"", "e: task-done");
	SIM_RUN(BOOKING,
		"retry: Too many people for us. The phone number is wrong.",
		"a: How many people", "c: six", "f: party_size=6",
		"a: phone number", "c: five five five oh one four three",
		"c: yes", "e: task-done");
	SIM_RUN(BOOKING, "retry: party_size too large phone not valid",
		"a: How many people", "c: six", "f: party_size=6",
		"a: phone number", "c: five five five oh one four three",
		"c: yes", "e: task-done");
}
END_TEST

START_TEST(a_new_task_replaces_the_old_and_values_stay)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert",
		"task: second|x|text caller_name! Name; text reason! Reason "
		"for the call",
		"e: action-item-done|caller_name||\"Robert\"", "!a: What name",
		"a: What is the reason for the call?", "c: a birthday",
		"f: reason=", "e: task-done||||second");
}
END_TEST

START_TEST(choices_are_told_to_who_asks_for_them)
{
	SIM_RUN("attach", "hooks: question",
		"task: t|x|multiple_choice car! Kind of car [van, truck]",
		"start", "a: van", "c: what are the choices",
		"!e: agent-question", "a: van", "c: the truck", "f: car=");
}
END_TEST

START_TEST(choices_are_searched_by_the_expert)
{
	SIM_RUN("attach",
		"hooks:", "task: t|x|calendar_slot slot~! Appointment time",
		"start", "a: day and time", "c: something in the morning",
		"e: choice-query|slot|something in the morning",
		"choices: 2026-11-24T09:00, 2026-11-25T09:30|",
		"a: I have Tuesday, November the twenty-fourth at nine",
		"ask: datetime", "c: the first one please",
		"f: slot=\"2026-11-24T09:00\"");
}
END_TEST

/* Only the Expert knows what is free. */
START_TEST(a_time_that_nobody_offered_is_searched)
{
#define DENTIST                                                          \
	"attach", "hooks:",                                              \
		"task: t|x|calendar_slot slot~! Appointment time; text " \
		"name! Name",                                            \
		"start", "a: day and time"

	SIM_RUN(DENTIST, "c: tuesday at two p m",
		"e: choice-query|slot|tuesday at two p m", "!a: Okay",
		"choices: 2026-11-24T14:00|",
		"a: I have Tuesday, November the twenty-fourth at two p m. Is",
		"c: yes", "f: slot=\"2026-11-24T14:00\"");
	SIM_RUN(DENTIST, "c: monday", "e: choice-query|slot|monday",
		"choices: 2026-11-23T09:00, 2026-11-23T10:30|",
		"a: I have Monday", "c: wednesday at two p m",
		"e: choice-query|slot|wednesday at two p m",
		"!a: not available",
		"choices: |2026-11-25T10:30, 2026-11-25T15:30",
		"a: I didn't find that, but I have Wednesday",
		"c: thursday instead", "e: choice-query|slot|thursday",
		"choices: 2026-11-26T09:00, 2026-11-26T10:30|",
		"c: half past ten", "f: slot=\"2026-11-26T10:30\"");
	SIM_RUN(DENTIST, "c: when are you free",
		"e: choice-query|slot|when are you free",
		"choices: 2026-11-25T10:30|", "a: Is that right?");
	SIM_RUN(DENTIST, "c: when are you open", "!e: choice-query");
	SIM_RUN(DENTIST, "c: do you have anything on wednesday",
		"e: choice-query|slot|do you have anything on wednesday",
		"choices: 2026-11-25T10:30|", "a: Is that right?", "c: yes",
		"f: slot=\"2026-11-25T10:30\"");
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Name; calendar_slot slot~! Appointment "
		"time",
		"start", "a: your name",
		"c: i am jane doe and i would like tuesday at two p m",
		"f: name=\"Jane Doe\"", "e: choice-query|slot|",
		"choices: 2026-11-24T14:00|", "a: Is that right?", "c: yes",
		"f: slot=\"2026-11-24T14:00\"", "e: task-done");
}
END_TEST

START_TEST(the_only_choice_is_a_yes_or_no)
{
#define DOCTOR                                                            \
	"attach", "hooks:",                                               \
		"task: t|x|multiple_choice doctor~! The doctor whom the " \
		"caller wants to see",                                    \
		"start", "a: doctor", "c: doctor lee",                    \
		"e: choice-query|doctor"

	SIM_RUN(DOCTOR, "choices: Doctor Amanda Lee|",
		"a: I have Doctor Amanda Lee. Is that right?", "ask: yesno",
		"c: yes", "f: doctor=\"Doctor Amanda Lee\"", "e: task-done");
	SIM_RUN(DOCTOR, "choices: |Doctor John Smith",
		"a: I didn't find that, but I have Doctor John Smith.",
		"ask: yesno", "c: yes please",
		"f: doctor=\"Doctor John Smith\"", "e: task-done");
	SIM_RUN(DOCTOR, "choices: Doctor Amanda Lee|", "a: Is that right?",
		"c: no", "!f: doctor=", "a: doctor");
}
END_TEST

/* As the published SDKs word their voicemail action. */
START_TEST(what_a_machine_is_told_does_not_end_a_call_with_a_person)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:", "start",
		"instruct: If you encounter an answering machine, Say this "
		"message VERBATIM: \"Please call back.\" Then hang up. You "
		"should only do this when it's clear you are unable to reach "
		"the person.",
		"instruct: If you encounter an answering machine, DO NOT "
		"leave a message. REMAIN SILENT AND HANG UP WITHOUT "
		"RESPONDING.",
		"wait: 2300", "!a: call back", "!a: Goodbye", "alive");
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:", "start",
		"instruct: If they do not want it, thank them. Then hang up.",
		"wait: 2300", "!a: Goodbye", "alive");
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:", "start",
		"instruct: Thank them. Then hang up.", "wait: 2300",
		"a: Goodbye", "ended: bot-hangup");
}
END_TEST

START_TEST(a_machine_hears_the_message_after_its_beep)
{
	/* Not a word until then, whatever it says. */
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:",
		"instruct: If you encounter an answering machine, Say this "
		"message VERBATIM: \"Please call \"Acme\" back.\" Then hang "
		"up. "
		"You should only do this when it's clear you are unable to "
		"reach the person.",
		"start", "machine", "c: you have reached simon fisher",
		"c: what would you like to do", "wait: 9000", "!a: help",
		"ending", "machine: records", "a: Please call \"Acme\" back.",
		"!a: Goodbye", "ended: voicemail");
	/* Its beep may come before it is known for a machine. */
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:",
		"instruct: If you encounter an answering machine, Say this "
		"message VERBATIM: \"Please call back.\" Then hang up.",
		"start", "machine: records", "a: Please call back.",
		"ended: voicemail");
	/* For ever it is not waited for. */
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:",
		"instruct: If you encounter an answering machine, Say this "
		"message VERBATIM: \"Please call back.\" Then hang up.",
		"start", "machine", "wait: 46000", "!a: call back",
		"ended: voicemail");
}
END_TEST

START_TEST(a_machine_is_hung_up_on_when_its_expert_wants_that)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:",
		"instruct: If you encounter an answering machine, DO NOT "
		"leave a message. REMAIN SILENT AND HANG UP WITHOUT "
		"RESPONDING. You should only do this when it's clear you are "
		"unable to reach the person.",
		"start", "machine", "ended: voicemail");
	/* Nothing is said of machines: as with a person. */
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:", "start", "machine",
		"machine: records", "alive");
}
END_TEST

START_TEST(a_handler_that_cannot_get_anybody_is_not_waited_for)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks: escalate",
		"task: t|x|integer n! Bags", "start",
		"c: can i speak to a human please", "e: escalate||human",
		"expert-error: The expert encountered an error while "
		"processing on_escalate",
		"a: nobody is available", "a: How many bags", "c: four",
		"f: n=4");
}
END_TEST

START_TEST(what_came_of_an_action_is_told)
{
#define ACTION                                                            \
	"attach", "persona: Nova|Acme|", "hooks: action", "start",        \
		"wait: 2300", "c: i want to know my balance",             \
		"e: action-request", "suggest: balance=tell the balance", \
		"e: execute-action|balance"

	SIM_RUN(ACTION,
		"instruct: Responding to action execution balance: The "
		"balance is forty two dollars.",
		"a: The balance is forty two dollars.");
	SIM_RUN(ACTION,
		"instruct: Responding to action execution balance: Tell the "
		"caller that it is forty two dollars.",
		"a: It is forty two dollars.");
	SIM_RUN(ACTION,
		"instruct: Responding to action execution balance: Booked!",
		"a: Booked!");
	SIM_RUN(ACTION,
		"instruct: Responding to action execution balance: "
		"{'balance': 42}",
		"!a: balance", "alive");
}
END_TEST

START_TEST(a_script_is_heard_before_anything_is_thought)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:", "slow", "start",
		"script: Welcome to Acme, this call is recorded.",
		"task: t|x|text name! Your name", "c: hello there", "silent",
		"said", "fast", "a: name", "!a: this is Nova");
}
END_TEST

START_TEST(a_script_sent_before_the_line_opens_is_read_first)
{
	SIM_RUN("attach", "persona: Nova|Acme|",
		"hooks:", "script: Welcome to Acme.",
		"task: t|x|text name! Your name", "start",
		"a: Welcome to Acme.\nMay I have your name");
}
END_TEST

START_TEST(without_a_task_the_persona_converses)
{
	SIM_RUN("attach", "persona: Nova|Acme|book tables", "hooks: question",
		"start", "silent", "wait: 2300",
		"a: Hello, this is Nova from Acme. I can book tables.",
		"a: How can I help you?", "c: are you open today",
		"e: agent-question||Are you open today?",
		"answer: Until nine.", "a: Until nine.", "a: anything else",
		"c: no thank you", "a: Goodbye", "ended: bot-hangup");
}
END_TEST

START_TEST(without_an_expert_it_says_so_and_ends)
{
	SIM_RUN("start", "wait: 5000", "a: Hello, this is the assistant.",
		"a: nobody is available", "a: Goodbye", "ended: bot-hangup");
}
END_TEST

START_TEST(when_nobody_will_come_it_says_so_at_once)
{
	SIM_RUN("nobody", "start", "a: nobody is available",
		"ended: bot-hangup");
}
END_TEST

START_TEST(after_the_task_it_asks_for_more_when_nothing_comes)
{
	SIM_RUN("attach", "hooks: question",
		"task: t|x|integer count! Number of bags", "start", "c: two",
		"e: task-done", "wait: 4100",
		"a: Is there anything else I can help you with?",
		"c: no that's all", "a: Goodbye", "ended: bot-hangup");
}
END_TEST

START_TEST(goodbye_in_the_middle_needs_to_be_meant)
{
	SIM_RUN(OPEN_THAI, "start", "c: goodbye",
		"a: Before you go, what name", "alive", "c: goodbye",
		"a: Goodbye", "ended: bot-hangup");
}
END_TEST

START_TEST(a_hangup_waits_until_the_goodbye_was_heard)
{
	SIM_RUN(OPEN_THAI, "start", "slow",
		"instruct: Naturally end the conversation and hang up the "
		"call.",
		"ending", "ended:", "fast",
		"a: Thank you for calling Thai Palace. Goodbye.",
		"ended: bot-hangup");
}
END_TEST

START_TEST(one_more_thing_cancels_a_hangup_once)
{
	SIM_RUN(OPEN_THAI, "start", "slow", "instruct: hang up", "ending",
		"barge: Thank you for", "c: wait do you have parking", "alive",
		"e: agent-question", "fast", "answer: Yes.", "a: Yes.",
		"instruct: hang up", "a: Goodbye", "ended: bot-hangup");
}
END_TEST

START_TEST(bye_confirms_a_hangup)
{
	SIM_RUN(OPEN_THAI, "start", "slow", "instruct: hang up",
		"barge: Thank you for calling", "c: okay bye",
		"ended: bot-hangup");
}
END_TEST

START_TEST(a_goodbye_has_a_ceiling)
{
	SIM_RUN(OPEN_THAI, "start", "slow", "instruct: hang up", "wait: 15100",
		"ended: bot-hangup");
}
END_TEST

START_TEST(the_caller_hangs_up)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "closed",
		"e: bot-session-ended||user-hangup");
}
END_TEST

START_TEST(an_instruction_to_tell_is_told_and_the_question_repeated)
{
	SIM_RUN(OPEN_THAI, "start",
		"instruct: Let the caller know that the wait is about forty "
		"minutes.",
		"a: The wait is about forty minutes.", "a: what name");
}
END_TEST

START_TEST(an_instruction_that_informs_only_is_not_read_out)
{
	SIM_RUN(OPEN_THAI, "start", "instruct: The doctor is out today.",
		"silent");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog_calls");
	TCase *t = tcase_create("calls");

	tcase_add_test(t, a_waiting_list_from_hello_to_goodbye);
	tcase_add_test(t, never_mind_is_a_wish_to_leave);
	tcase_add_test(t,
		       a_question_goes_to_the_actions_where_nothing_else_is);
	tcase_add_test(t, with_a_hook_giving_up_means_calling_somebody);
	tcase_add_test(t, a_question_is_answered_before_the_goodbye);
	tcase_add_test(t, a_task_that_comes_late_follows_the_greeting);
	tcase_add_test(
		t, a_question_goes_to_the_expert_and_the_answer_comes_back);
	tcase_add_test(t, a_late_answer_is_held_for_and_said_when_it_comes);
	tcase_add_test(t, an_answer_after_its_time_is_still_said_once);
	tcase_add_test(t, a_late_word_that_nobody_knows_changes_nothing);
	tcase_add_test(t, an_answer_that_is_none_is_not_read_out);
	tcase_add_test(t, a_second_answer_is_ignored);
	tcase_add_test(t, without_a_hook_no_question_is_asked);
	tcase_add_test(t, no_action_for_the_request);
	tcase_add_test(t, one_action_in_the_words_of_the_caller_is_executed);
	tcase_add_test(t, one_action_in_other_words_is_confirmed_first);
	tcase_add_test(t, one_action_denied_is_not_executed);
	tcase_add_test(t, after_an_action_the_task_goes_on);
	tcase_add_test(t, after_an_action_that_says_nothing_the_task_goes_on);
	tcase_add_test(t, several_actions_are_told_apart);
	tcase_add_test(t, a_person_is_called_when_there_is_a_hook);
	tcase_add_test(t, nobody_is_called_without_a_hook);
	tcase_add_test(
		t, a_wish_for_a_person_is_an_action_where_there_are_actions);
	tcase_add_test(t, an_escalation_nobody_takes_is_owned_up_to);
	tcase_add_test(t, a_soft_transfer_is_announced_in_the_expert_s_words);
	tcase_add_test(t, a_soft_transfer_waits_until_it_was_heard);
	tcase_add_test(t, a_hard_transfer_needs_no_words);
	tcase_add_test(t, a_hard_transfer_says_its_script_as_it_stands);
	tcase_add_test(t, a_transfer_that_fails_comes_back);
	tcase_add_test(t, keys_without_a_question_are_only_told);
	tcase_add_test(t, silence_is_prompted_and_then_ended);
	tcase_add_test(t, a_word_ends_the_silence);
	tcase_add_test(t, a_caller_interrupts_and_only_heard_words_count);
	tcase_add_test(t, a_nod_does_not_interrupt);
	tcase_add_test(t, retry_reopens_only_the_field_that_is_named);
	tcase_add_test(t, retry_without_a_name_reopens_everything);
	tcase_add_test(t, a_new_task_replaces_the_old_and_values_stay);
	tcase_add_test(t, choices_are_told_to_who_asks_for_them);
	tcase_add_test(t, choices_are_searched_by_the_expert);
	tcase_add_test(t, a_time_that_nobody_offered_is_searched);
	tcase_add_test(t, retry_reopens_the_fields_that_are_meant);
	tcase_add_test(t, the_only_choice_is_a_yes_or_no);
	tcase_add_test(t, what_came_of_an_action_is_told);
	tcase_add_test(t, a_handler_that_cannot_get_anybody_is_not_waited_for);
	tcase_add_test(
		t, what_a_machine_is_told_does_not_end_a_call_with_a_person);
	tcase_add_test(t, a_machine_hears_the_message_after_its_beep);
	tcase_add_test(t, a_machine_is_hung_up_on_when_its_expert_wants_that);
	tcase_add_test(t, a_script_is_heard_before_anything_is_thought);
	tcase_add_test(t, a_script_sent_before_the_line_opens_is_read_first);
	tcase_add_test(t, without_a_task_the_persona_converses);
	tcase_add_test(t, without_an_expert_it_says_so_and_ends);
	tcase_add_test(t, when_nobody_will_come_it_says_so_at_once);
	tcase_add_test(t, after_the_task_it_asks_for_more_when_nothing_comes);
	tcase_add_test(t, goodbye_in_the_middle_needs_to_be_meant);
	tcase_add_test(t, a_hangup_waits_until_the_goodbye_was_heard);
	tcase_add_test(t, one_more_thing_cancels_a_hangup_once);
	tcase_add_test(t, bye_confirms_a_hangup);
	tcase_add_test(t, a_goodbye_has_a_ceiling);
	tcase_add_test(t, the_caller_hangs_up);
	tcase_add_test(
		t, an_instruction_to_tell_is_told_and_the_question_repeated);
	tcase_add_test(t, an_instruction_that_informs_only_is_not_read_out);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
