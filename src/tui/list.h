/* tui/list.h: a list one moves in and narrows by typing a word: the gallery, the glossary. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "draw/chart.h"
#include "tui/actions.h"

struct list {
    size_t focus;  /* among what is shown */
    size_t top;    /* first row shown; an entry with a heading has two rows */
    size_t *shown; /* indexes of the entries that hold the word */
    size_t count;
    bool *headed; /* a heading stands above this one of the shown; set by list_head */
    bool finding; /* the word is being typed */
    struct buf word;
    struct rect rows; /* where the entries stood last, for the mouse */
};

void list_free(struct list *list);
/* Narrows to the entries whose text holds the word, whatever its case. */
void list_filter(struct list *list, size_t total, const char *(*text)(void *user, size_t i),
                 void *user);
/* Which of the shown entries have a heading above them: those whose `head` differs from the one before.
 * To be called after list_filter, by lists that have headings. */
void list_head(struct list *list, const char *(*head)(void *user, size_t i), void *user);
/* The row of the entry that is shown as the i-th; row(count) is how many rows there are. */
size_t list_row(const struct list *list, size_t i);
/* True: Enter, or a click on the focused entry. */
bool list_input(struct list *list, const struct input *input, enum action_id action);
/* The word one looks for, in the header; the cursor stands behind it while it is typed. */
void list_draw_word(const struct list *list, struct grid *grid);
/* Makes the focus visible in `rows` rows. */
void list_scroll(struct list *list, size_t rows);

#endif
