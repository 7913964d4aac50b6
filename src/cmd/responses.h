/* responses.h: what the commands share that read learners' answers: grade and stats. */
#ifndef CMD_RESPONSES_H
#define CMD_RESPONSES_H

#include "cmd/gradebook.h"

/* Quizzes, files and options of such a command, and where its diagnoses go. */
struct responses {
    const struct cmd_call *call;
    struct arena arena;
    struct grade_job job;
    struct gradebook *book; /* --session: where the answers come from; NULL: from files */
    const char *input;      /* then the only one */
    bool ascii;
    bool quiz_errors; /* a question of a quiz was refused */
    /* --errors FILE, under a draft's name until it is whole */
    struct buf errors_path, errors_draft;
    void *errors;
    /* progress */
    bool shows_progress, progress_shown;
    int64_t started_ns, shown_ns;
};

/* Reads the quizzes and the common options; false with the exit code. responses_close in any case. */
bool responses_open(struct responses *responses, const struct cmd_call *call, enum exit_code *code);
/* Says what ended a run early, or what was not graded; the exit code. */
enum exit_code responses_end(struct responses *responses, enum grade_end end,
                             const struct grade_tally *tally, const struct err *err);
void responses_close(struct responses *responses);

#endif
