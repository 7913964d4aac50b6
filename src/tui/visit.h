/* tui/visit.h: a learner's visit to a class: what both faces share. */
#ifndef TUI_VISIT_H
#define TUI_VISIT_H

#include "live/host.h"
#include "tui/tui.h"

struct visit {
    struct pupil pupil;
    struct course *course;    /* the learner's own: the step that is shown is read there */
    struct entrance entrance; /* of the class */
    char notice[300];         /* of the name, and whose class it is, said once; "" for none */
    unsigned changes;         /* of what matters to a reader, for line mode */
    struct companion companion;
    struct study_ask ask; /* the question that is open, made from what came */
    uint64_t ask_serial;  /* of the question it was made for */
    struct arena arena;

    /* private */
    enum phase told_phase;
    enum pupil_stage told_stage;
    enum pupil_answer told_answer;
    int64_t told_q, told_rd;
    bool told_roam;
    char told_place[80];
};

/* The pupil is open already. */
void visit_open(struct visit *visit, struct course *course);
void visit_close(struct visit *visit);

/* Makes `ask` fit the question in hand; false: none is to be answered now. */
bool visit_ask(struct visit *visit);
/* Hands the answer in. */
bool visit_answer(struct visit *visit, const struct study_answer *answer, struct err *err);

/* May one read on by oneself now? */
bool visit_may_roam(const struct visit *visit);
/* The step that the instructor shows, in this learner's own course; false: it is not there. */
bool visit_find_step(const struct visit *visit, size_t *chapter, size_t *section, size_t *step);
/* "lost", "slow": said to the instructor, or taken back; a sentence that says so. */
const char *visit_say_pace(struct visit *visit, enum class_pace pace);

/* Whose side a silence is on; "" where all is well. */
const char *visit_link(const struct visit *visit);
/* "sending", "recorded: B"; "" before. */
void visit_status(const struct visit *visit, struct buf *out);
/* What is left of the vote's time; nothing where it has no limit. */
void visit_lay_out_time(const struct visit *visit, struct layout *layout);
/* Everything but the field of an open question. */
void visit_lay_out(struct visit *visit, struct layout *layout);

#endif
