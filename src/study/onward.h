/* study/onward.h: where a learner goes on.
 *
 * One answer for the first screen, its line mode and `progress`: the step one was at; after a chapter's last
 * step its quiz, and after that the next chapter, however well the quiz went. */
#ifndef STUDY_ONWARD_H
#define STUDY_ONWARD_H

#include "course/course.h"
#include "store/store.h"

enum onward_kind {
    ONWARD_STEP, /* section, step */
    ONWARD_QUIZ, /* of the chapter */
    ONWARD_END   /* nothing of the course is left */
};

struct onward {
    enum onward_kind kind;
    size_t chapter, section, step;
    bool begun; /* STEP: something of the chapter was seen */
    bool again; /* STEP: all of the chapter is done, its quiz too */
};

/* Within one chapter. */
struct onward onward_in(const struct course *course, const struct progress *progress,
                        size_t chapter);

/* In the course: in the chapter where one was last or, if that is done, in the next that is not; when there is
 * none up to the last, in the first that was passed over. */
struct onward onward_next(const struct course *course, const struct progress *progress);

/* `go on at 1.3 "Why depth"`, `begin with 2.1 ...`, `take the quiz of chapter 1`: no capital, no stop. */
void onward_say(const struct course *course, const struct onward *place, struct buf *out);

#endif
