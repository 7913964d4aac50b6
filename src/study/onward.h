/* study/onward.h: where a learner goes on.
 *
 * One answer for the first screen, its line mode and `progress`: the step one was at, or the question of
 * a quiz that was left; after a chapter's last step its quiz, and after that the next chapter, however
 * well the quiz went; after the last one the test after the course. */
#ifndef STUDY_ONWARD_H
#define STUDY_ONWARD_H

#include "course/course.h"
#include "store/store.h"

enum onward_kind {
    ONWARD_STEP,   /* section, step */
    ONWARD_QUIZ,   /* of the chapter */
    ONWARD_TEST,   /* before or after the course */
    ONWARD_REVIEW, /* nothing of the course is left, and something is due */
    ONWARD_END     /* nothing is left */
};

struct onward {
    enum onward_kind kind;
    size_t chapter, section, step;
    enum course_test test; /* TEST */
    size_t
        question; /* QUIZ, TEST: it goes on at this one, from 1, where one more than there are is its
                        score; 0: it is to be begun */
    size_t due;   /* REVIEW: questions to be asked today */
    bool begun;   /* STEP: something of the chapter was seen */
    bool again;   /* STEP: all of the chapter is done, its quiz too */
};

/* Within one chapter. */
struct onward onward_in(struct course *course, const struct progress *progress, size_t chapter);

/* In the course: the quiz or test that was left last, unless something was read since; else in the chapter
 * where one was last (one step of another is a glance, and moves nobody) or, if that is done, in the next
 * that is not; when there is none up to the last, in the first that was passed over; then the test after
 * the course, then the `due` questions of today's review. */
struct onward onward_next(struct course *course, const struct progress *progress, size_t due);

/* What QUIZ and TEST take; NULL: it cannot be read, or it is neither. */
const struct quiz *onward_quiz(struct course *course, const struct onward *place);

/* `go on at 1.3 "Why depth"`, `begin with 2.1 ...`, `go on with the quiz of chapter 1 at question 4 of
 * 14`: no capital, no stop. */
void onward_say(struct course *course, const struct onward *place, struct buf *out);
/* The same in fewer words where they have no room, so that the question is not cut off. */
void onward_say_within(struct course *course, const struct onward *place, int width,
                       struct buf *out);
/* A line with the command to type: "What comes next: go on at 1.3 "Why depth" (nntutor study depth)." */
void onward_say_next(struct course *course, const struct progress *progress, size_t due,
                     struct buf *out);

#endif
