/**
 * @file phrases.h  What people say on the telephone, as templates
 *
 * Nothing of a particular business: what callers ask, answer, correct and
 * want across trades. Written as templates of lm.h. Classes:
 *
 *   $d digit   $n 1..19   $t twenty..ninety   $u 1..9 after $t
 *   $first $last names    $letter spelled letters
 *   $day weekday  $month  $ord first..nineteenth, $tord twentieth, thirtieth,
 *   $uord first..ninth after $t   $hour one..twelve
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_PHRASES_H
#define PROVIDER_PHRASES_H

#include <stddef.h>

/** A template and how often it is said, within its list. */
struct phrase {
	double weight;
	const char *text;
};

/** Lists end with a NULL text; borrowed for ever. */
extern const struct phrase phrases_general[]; /**< whatever was asked  */
extern const struct phrase phrases_open[];    /**< after "how can I help" */
extern const struct phrase phrases_yes_no[];
extern const struct phrase phrases_name[];
extern const struct phrase phrases_integer[];
extern const struct phrase phrases_digits[];
extern const struct phrase phrases_date[];
extern const struct phrase phrases_time[];
extern const struct phrase phrases_choice[]; /**< frames around $choice */

/** A class: its name with the dollar, and its words, the most frequent
 *  first, separated by blanks. */
struct phrase_class {
	const char *name;
	const char *words;
	int ranked; /**< nonzero: odds fall with rank; else all alike */
};

/** Ends with a NULL name. */
extern const struct phrase_class phrase_classes[];

extern const char names_first[], names_last[];

#endif /* PROVIDER_PHRASES_H */
