/**
 * @file commands.h  The subcommands
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_COMMANDS_H
#define CTL_COMMANDS_H

#include "ctl/options.h"

extern const struct command call_command;
extern const struct command talk_command;
extern const struct command phone_command;
extern const struct command calls_command;
extern const struct command keys_command;
extern const struct command experts_command;
extern const struct command doctor_command;
extern const struct command expert_check_command;

#endif /* CTL_COMMANDS_H */
