/**
 * @file llm_drivers.h  The language-model drivers that llm_find() knows
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LLM_DRIVERS_H
#define PROVIDER_LLM_DRIVERS_H

#include "provider/llm.h"

extern const struct llm_ops llm_builtin; /* rules, no account           */
extern const struct llm_ops llm_openai;  /* OpenAI-compatible services  */

#endif /* PROVIDER_LLM_DRIVERS_H */
