/* gradebook.h: a session of a class as the answers that `grade` and `stats` read.
 *
 * Its rows become NDJSON in memory, so that every format, every statistic and every diagnosis is the
 * one of scripted grading. Which vote counts: --attempts; of each question the last that a learner
 * answered, unless it says first, best or all. */
#ifndef CMD_GRADEBOOK_H
#define CMD_GRADEBOOK_H

#include "cmd/cmd.h"
#include "grade/grade.h"
#include "store/class.h"

struct gradebook {
    struct arena arena;
    struct class_session session;
    struct class_round *rounds; /* in the order in which they were held */
    size_t round_count, round_capacity;
    struct class_seat *seats;
    size_t seat_count, seat_capacity;
    struct class_answer *answers;
    size_t answer_count, answer_capacity;
    const char *quiz_path; /* of the chapter, in the course; NULL: it is not there */
    struct quiz quiz;      /* only what was asked, in that order */
    int fd;                /* the answers; -1 */
    char path[40], called[60];
};

/* Finds the session that --session names, "last", its id or the beginning of it, or its join code,
 * and reads it. Prints what is wrong; where there is no such session, which there are. */
bool gradebook_open(struct gradebook *book, const struct cmd_call *call, enum exit_code *code);
void gradebook_close(struct gradebook *book);

/* Takes from the quizzes what the session asked. What is not there, or was changed since, is said in
 * `out`; false: something is not there. */
bool gradebook_restrict(struct gradebook *book, const struct quiz *quizzes, size_t count,
                        struct buf *out);
/* Writes the answers that count, to be read from `path`. */
bool gradebook_write(struct gradebook *book, enum attempts which, struct err *err);

/* How often each option was taken in each vote, as CSV. */
void gradebook_counts(const struct gradebook *book, struct buf *out);

#endif
