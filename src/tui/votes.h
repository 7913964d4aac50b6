/* tui/votes.h: a question of a class as everybody sees it: before the reveal without bars. */
#ifndef TUI_VOTES_H
#define TUI_VOTES_H

#include "course/layout.h"

struct votes {
    const char *text;
    const char *const *choices;
    size_t choice_count;
    const int64_t *first, *second; /* how many took each, by round; NULL: not to be seen (yet) */
    const int64_t *key;            /* right options; NULL: not to be seen */
    size_t key_count;
    const int64_t *moves; /* from, to, how many */
    size_t move_count;
    const char *right;           /* the key in words, where there are no options; NULL else */
    const char *const *feedback; /* of each option; NULL: not to be seen */
};

void votes_lay_out(struct layout *layout, const struct votes *votes);

#endif
