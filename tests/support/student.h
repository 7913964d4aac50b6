/* student.h: a session of study on a small course of its own, without a terminal, and what it logs. */
#ifndef TESTS_SUPPORT_STUDENT_H
#define TESTS_SUPPORT_STUDENT_H

#include "study/internal.h"

/* Of the first quiz, without its description; the open question has no points. */
enum { QUESTIONS = 8, POINTS = 8 };

#define NOW_RIGHT "Right now; the first try is the one that counts."

/* How the lesson of the first chapter begins. */
#define HEAD                                                                                       \
    "# Study\n\n```chapter\nid: study\nminutes: 5\nquiz: 01-study.gift\n"                          \
    "objective 1a: Predict\nobjective 1b: Answer\n```\n\n"

struct student {
    const char *folder;
    struct course course;
    struct study study;
    int64_t now_ms;
    struct clock clock;
    struct buf log;
    struct err err;
    size_t events;
    int counts[EVENT_TYPES];
    struct study_done recalled; /* what a later sitting finds in the log */
};

int student_set_up(void **state);
int student_tear_down(void **state);

/* The log since it was last looked at, a line for each event. */
void student_logged(struct student *f, const char *expected);
/* The program ends, and another begins with what the log holds. */
void student_restart(struct student *f);

/* Answers: a text, the options at these places of the screen. */
void student_say(struct student *f, const char *text);
void student_say_positions(struct student *f, const size_t *chosen, size_t count);
/* The options with these places in the file, wherever they are shown. */
size_t student_shown_at(const struct study *study, size_t origin);
void student_choose(struct student *f, size_t origin);
void student_choose_all(struct student *f, const size_t *origins, size_t count);
#define CHOOSE(f, ...)                                                                             \
    student_choose_all((f), (const size_t[]){__VA_ARGS__},                                         \
                       sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t))

/* Watches a demo to its end without predicting. */
void student_watch(struct student *f);

/* The quiz of the first chapter. */
void student_begin_quiz(struct student *f, size_t most, bool shuffle, double pass);
/* A review of a question that misled, and of another. */
void student_begin_review(struct student *f);
/* Passes to the question of this key, leaving those before it unanswered. */
void student_go_to(struct student *f, const char *key);
/* Answers the question in hand rightly, and is sure of it. */
void student_answer_right(struct student *f);

#endif
