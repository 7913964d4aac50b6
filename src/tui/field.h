/* tui/field.h: where an answer is entered: one field for each form of answer.
 *
 * The field knows forms, never types of questions: a prediction, an explanation and a quiz question
 * are entered alike. */
#ifndef TUI_FIELD_H
#define TUI_FIELD_H

#include "course/layout.h"
#include "study/study.h"
#include "tui/actions.h"

struct field {
    const struct study_ask *ask;
    struct buf text;
    size_t cursor;   /* byte in text */
    size_t focus;    /* the option or stem under the cursor */
    bool touched;    /* CHOOSE_ONE: nothing is chosen before the learner moved or named it */
    bool *marked;    /* CHOOSE_MANY */
    size_t *order;   /* ORDER: positions, as put by the learner */
    size_t *partner; /* PAIRS: option for each stem; SIZE_MAX: none yet */
    size_t *taken;   /* scratch for field_answer */
    struct arena arena;
    int focus_row;          /* where the focus was drawn last, from the top of the layout's grid */
    int cursor_x, cursor_y; /* of the text cursor in that grid; -1: none */
    int option_rows[64];    /* the row each option was drawn at, for the mouse; -1: none */
    int option_end;         /* the row below the last */
};

void field_open(struct field *field, const struct study_ask *ask);
void field_close(struct field *field);

/* The contexts this field adds: its keys. */
uint64_t field_contexts(const struct field *field);
bool field_takes(const struct field *field, uint32_t character);

/* Takes an input; true: the answer shall be handed in. */
bool field_input(struct field *field, const struct input *input, enum action_id action);

/* The answer as it stands; borrowed from the field. */
struct study_answer field_answer(struct field *field);

/* Draws the options or the line; after marking (`marked`), what each option was worth. */
void field_draw(struct field *field, struct layout *layout, bool done);

/* The same for a word in a row of its own: adds a character to the end of `text`, a buffer of `size`
 * bytes, or takes one away. False: the input is neither. */
bool field_type_word(char *text, size_t size, const struct input *input);

#endif
