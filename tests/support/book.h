/* book.h: every question of a course as line mode shows it, and what one types to answer it rightly
 * or wrongly. For simulated learners: they read the screen, not the session. */
#ifndef TESTS_SUPPORT_BOOK_H
#define TESTS_SUPPORT_BOOK_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct book;

struct book_question {
    const char *quiz, *key, *chapter; /* ids */
    bool gradable;
    size_t index; /* in the book */
};

struct book *book_open(const char *course);
void book_close(struct book *book);
size_t book_count(const struct book *book);
const struct book_question *book_at(const struct book *book, size_t index);

/* The question that `shown` ends with: what stands after its last "Question 3 of 9". NULL: none. */
const struct book_question *book_find(const struct book *book, const char *shown);

/* The lines that answer it, each with its newline, as the options are ordered in `shown`. */
void book_answer(const struct book *book, const struct book_question *question, const char *shown,
                 bool right, struct buf *out);

#endif
