/* tui/seats.h: the instructor's words about who is in the class, and what is listed of them. */
#ifndef TUI_SEATS_H
#define TUI_SEATS_H

#include "live/desk.h"
#include "tui/present.h"

/* "remove 3", "remove Ada", "ban 3", "ban Ada", "clear", "clear silent", "seats", "seats 40", "who",
 * "who ada", "lock", "unlock", "code". False: it is none of these. A sentence, good or bad, is left in
 * present->message; after "who" present->listing is true, for the notes. */
bool seats_do(struct present *present, const char *word);

/* What follows "who": a part of a name or number, "" for all. NULL: the word is another. */
const char *seats_asked(const char *word);

/* Who is in and has this part in name or number, in whatever letters: a line each, with who is away, has
 * voted or sends too much. The lines live in `arena`; returns how many. */
size_t seats_list(const struct desk *desk, const char *part, struct arena *arena,
                  const char *const **lines);

/* One line, as far as it has room: those who have not voted in the vote in hand (`silent`), or all. ""
 * where there is nobody. */
const char *seats_say(const struct desk *desk, struct arena *arena, bool silent);

#endif
