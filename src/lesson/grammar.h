/* lesson/grammar.h: the small words of directives: arguments, references, tolerances, formats.
 *
 *     arg   = NAME { " " knob "=" value } [ " seed=" INT ]
 *     value = NUM | WORD | NUM { "," NUM } | row { ";" row }
 *     range = value | NUM ".." NUM [ "/" STEP ] | value { "|" value }
 *     ref   = RESULT { "[" INT "]" }
 *     tol   = NUM "%" | NUM | "x" NUM
 *     fmt   = "%" [ "." DIGIT ] ( "f" | "e" | "g" | "d" | "s" )
 *
 * They know what can be written, not which demos, knobs and results exist. */
#ifndef LESSON_GRAMMAR_H
#define LESSON_GRAMMAR_H

#include "lesson/source.h"

/* Checks "NAME knob=value ..." that begins at `place`; `ranges`: values may be ranges. */
bool grammar_arguments(struct source *source, struct str text, struct place place, bool ranges);

bool grammar_reference(struct str word);
bool grammar_tolerance(struct str word, enum tolerance_kind *kind, double *tolerance);
bool grammar_format(struct str word, char *letter, int *precision);

/* A question key like q3.10, a chapter's id, a knob: letters, digits and `marks`, a letter first. */
bool grammar_name(struct str word, const char *marks);

/* Whether the first word behind a fence gives it a meaning. */
bool grammar_is_directive(struct str word);

/* The directive a wrong word may mean; NULL: none is near. */
const char *grammar_nearest_directive(struct str word);

/* Whether the word names a language of ordinary code blocks. */
bool grammar_is_language(struct str word);

#endif
