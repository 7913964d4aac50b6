/* lesson/directive.h: a fenced block whose word gives it a meaning (grammar: lessons.md). */
#ifndef LESSON_DIRECTIVE_H
#define LESSON_DIRECTIVE_H

#include "lesson/markdown.h"

/* The lines of a fence, one after the other, each with its place; empty ones are left out. */
struct body {
    struct source *source;
    int next, last;
    struct str line; /* trimmed */
    struct place place;
};

void body_open(struct body *body, struct source *source, const struct piece *fence);
bool body_line(struct body *body);

/* The place of a slice of the line in hand. */
struct place body_place(const struct body *body, struct str slice);

/* `key: value` with one of `count` keys: its index and the value, else -1. */
int body_key(const struct body *body, const char *const *keys, size_t count, struct str *value);

char *body_copy(const struct body *body, struct str slice);

/* Reads the fence if its word is a directive that can stand in a section; NULL if it is not. */
struct directive *directive_read(struct source *source, const struct piece *fence);

/* The part of it that asks before and after a demo ran: predict, explain, watch, see. */
void ask_read(struct source *source, const struct piece *fence, struct directive *directive);

/* The body of a drill. */
void drill_read(struct source *source, const struct piece *fence, struct directive *directive);

#endif
