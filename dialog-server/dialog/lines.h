/**
 * @file lines.h  What the core says itself, when no brain may be relied on
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_LINES_H
#define DIALOG_LINES_H

#define LINE_SILENCE_END                                                  \
	"I can't hear you, so I'll end the call now. Please call again. " \
	"Goodbye."
#define LINE_EXPERT_LOST                                             \
	"I'm sorry, we have a technical problem and I can't go on. " \
	"Please call again later. Goodbye."
#define LINE_EXPERT_LOST_TRANSFER                                          \
	"I'm sorry, we have a technical problem. I'll put you through to " \
	"someone. One moment, please."
#define LINE_TRANSFER        "I'll put you through now. One moment, please."
#define LINE_TRANSFER_FAILED "I'm sorry, I could not put you through."
#define LINE_TRANSFER_RETURNED                                        \
	"You are back with me. Is there anything else that I can do " \
	"for you?"
#define LINE_NOBODY                                                         \
	"I'm sorry, nobody is available right now. We can go on together, " \
	"or you can call again later."
#define LINE_GIVE_UP                                                        \
	"I'm sorry that I could not help you with this. Please call again " \
	"another time. Goodbye."
#define LINE_BRAIN_FAILED "I'm sorry, could you say that again?"
#define LINE_BRAIN_BROKEN                                                  \
	"I'm sorry, I have a technical problem. Please call again later. " \
	"Goodbye."
#define LINE_STOPPING                                                    \
	"I'm sorry, I have to end the call now. Please call again in a " \
	"few minutes. Goodbye."
#define LINE_GOODBYE "Thank you for calling. Goodbye."

#define LINE_VOICEMAIL                                                   \
	"Hello, I will try to reach you again, or please call us back. " \
	"Goodbye."
#define LINE_VOICEMAIL_FROM                                             \
	"Hello, this is %s from %s. I will try to reach you again, or " \
	"please call us back. Goodbye."

#endif /* DIALOG_LINES_H */
