/* study/internal.h: what the files of this room share; no other room includes it. */
#ifndef STUDY_INTERNAL_H
#define STUDY_INTERNAL_H

#include "study/study.h"

/* An answer that waits for its confidence. */
struct study_pending {
    struct answer answer; /* to a question */
    const char *said;     /* in words */
    double number;        /* to a predicted number */
    size_t *order;        /* to a predicted order: origins as the learner put them */
    size_t count;
};

/* ask.c: what is asked */
void study_ask_prediction(struct study *study, const struct ask *ask);
void study_ask_question(struct study *study, const struct question *question, const char *head,
                        const char *hint);
void study_ask_recall(struct study *study);
void study_ask_ticks(struct study *study, const struct span *const *ticks, const size_t *sizes,
                     size_t count, const char *head);
const struct span *study_spans(struct arena *arena, const char *markdown, size_t *count);
const struct span *study_quiz_spans(struct arena *arena, const struct quiz_text *text,
                                    size_t *count);

/* predict.c: what was predicted against what came out */
bool study_accept_prediction(struct study *study, const struct study_answer *answer,
                             struct err *err);
void study_keep_prediction(struct study *study, int confidence, bool watched);
/* The number that `ref` stands for after a run, also where it is kept as text (then `words` is that text). */
bool study_truth(const struct demo_run *run, const char *ref, double *value, const char **words);
/* "It looks as if you multiplied by 1-p instead of dividing by it.", in the arena; NULL where the demo
 * knows no way from the truth to what was said. */
const char *study_slip(struct arena *arena, const struct demo_run *run, const char *ref,
                       double said);
bool study_within(enum tolerance_kind kind, double tolerance, double said, double truth);
/* Fills in the truth of every prediction and the `see:` lines, and logs; the run is finished, or was
 * stopped: then nothing is judged. */
void study_settle(struct study *study, bool stopped);

/* The result that the event of an explanation names; a second one of the same demo is "explain (2)". */
#define EXPLANATION "explain"

/* The event of a prediction or an explanation, still without what was said. */
struct event study_prediction_event(struct study *study, const struct ask *ask);
void study_log_explanation(struct study *study);
/* Logs what is locked in before a run that takes its time: whoever leaves now is not asked again. */
void study_lock_in(struct study *study);

/* recall.c */
/* The prediction in hand was locked in before: keeps it, with its certainty. False: it was not, or it cannot be
 * read as an answer any more. */
bool study_keep_told(struct study *study);
/* The prediction in hand was passed over before: keeps it so. */
void study_keep_watched(struct study *study);
/* The explanation in hand was given before: shows what there is to say of it. False: it was not, or its options are
 * others now. */
bool study_show_explained(struct study *study);
/* The drill of the step in hand was done to its end. */
bool study_drill_is_done(const struct study *study);
/* Was this said in a drill? Predictions of a section have the arguments of its demos. */
bool study_is_drill(const struct section *section, const struct directive *drill, const char *demo,
                    const char *result);
/* What was chosen as an explanation stands among the predictions, but is none. */
bool study_is_explanation(const struct event *event);
void study_remember(struct study_done *done, const struct event *event);
/* What was said as a guess, in words; NULL: it cannot be told. */
const char *study_guess_said(struct arena *arena, const struct study_guess *guess,
                             const struct question *question);

/* hint.c: what helps at the first miss without giving the answer away: the question's hint, else what there is
 * to say about what was answered (`text` where it was typed). NULL: nothing does, and there is no second try. */
const char *study_hint(struct arena *arena, const struct question *question,
                       const struct answer *answer, const struct mark *mark, const char *text);
/* The same of a first try that was `given`, as the log has it: the question was left then. */
const char *study_hint_left(struct arena *arena, const struct question *question,
                            const char *given);

/* marking.c: questions */
bool study_accept_answer(struct study *study, const struct study_answer *answer, struct err *err);
void study_mark(struct study *study, int confidence, bool given);
void study_mark_explanation(struct study *study, const struct study_answer *answer);
void study_mark_ticks(struct study *study, const struct study_answer *answer);
void study_sum_up(struct study *study, bool complete);
/* Of an answer of the log. How much of an open one was there it does not tell: it is not called missed for that. */
struct mark study_logged_mark(const struct event *event);

/* pairs.c: at the second try what was right of the pairs in hand stays; the feedback names their key, pair by pair */
void study_keep_pairs(struct study *study, const struct answer *before);
void study_say_pairs(struct study *study);

/* drill.c */
enum { DRILL_ENOUGH = 2 }; /* right in a row */
void study_begin_drill(struct study *study);
bool study_after_drill(struct study *study); /* false: it is done */
bool study_mark_drill(struct study *study, const struct study_answer *answer, struct err *err);

/* attempt.c */
bool study_enter_item(struct study *study);
bool study_next_item(struct study *study);
void study_shuffle_items(struct study *study);
void study_name_attempt(struct study *study, const char *prefix);
/* reloaded.c. The questions of a quiz that are still to come, as the course has them now; those that ask
 * something else, or are gone, are taken out. */
void study_renew_items(struct study *study);
/* sitting.c */
void study_sit_down(struct study *study, bool shuffle, bool anew);

/* study.c */
uint64_t study_step_identity(const struct study *study);
void study_clear_step(struct study *study); /* what the step before left */
/* Of a step that asks questions of a quiz: asks the key at this place of it, or what comes after it.
 * False: there is none. */
bool study_ask_key(struct study *study, size_t key);
/* What stands above the question whose key was the last to be asked. */
const char *study_key_head(struct study *study);
/* The question in hand was taken back: where it was told by then it is asked for practice. */
void study_ask_told(struct study *study, const struct study_item *item);
/* Asks a step's question once more. */
void study_ask_again(struct study *study, const struct study_item *item);
struct event study_event(const struct study *study, enum event_type type);
/* Of the attempt in hand: it belongs to the chapter of that quiz, wherever the learner was. */
struct event study_quiz_event(const struct study *study, enum event_type type, const char *quiz);
const struct directive *study_directive(const struct study *study);

#endif
