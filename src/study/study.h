/* study/study.h: a learner's session as a state machine: an input changes the state and may log events.
 *
 * There is no terminal here: the screen (tui/) and line mode (tui/line.c) are two faces of the same
 * session, so what one can do the other can. A session walks the steps of a chapter, holds back each
 * demo until its outcome has been predicted, asks questions, marks them, and ends with a result.
 *
 * Whoever drives it looks at `stage`, shows what that stage offers, and calls one of the inputs. An
 * input that does not fit the stage changes nothing and returns false. */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "course/course.h"
#include "course/layout.h"
#include "demos/demo.h"
#include "lesson/lesson.h"
#include "quiz/quiz.h"
#include "store/store.h"

enum study_stage {
    STUDY_READ,     /* the step's text; next */
    STUDY_BEFORE,   /* a review: what misled the learner last time; its demo first, or next */
    STUDY_ASK,      /* `ask` wants an answer; answer, watch or skip */
    STUDY_SURE,     /* the answer is locked in: how sure? sure */
    STUDY_RUNNING,  /* a demo is at work; work */
    STUDY_OUTCOME,  /* the demo has run: predictions beside what came out; next, turn */
    STUDY_FEEDBACK, /* the answer was marked; next */
    STUDY_END,      /* the chapter's last step is behind us; next starts its quiz */
    STUDY_RESULT,   /* the quiz is over; next */
    STUDY_DONE,     /* nothing follows */
};

enum study_ask_kind {
    STUDY_PREDICT,
    STUDY_EXPLAIN,
    STUDY_QUESTION,
    STUDY_RECALL, /* type what you remember */
    STUDY_TICKS,  /* tick what was in your own words */
    STUDY_DRILL,  /* a number, asked with fresh knobs */
};

struct study_option {
    const struct span *spans; /* the option as shown */
    size_t span_count;
    size_t origin; /* its place before shuffling */
    bool chosen;   /* after marking: what the learner took */
    double worth;  /* after marking: its fraction; above 0 is right */
    const struct span *feedback;
    size_t feedback_count;
};

/* What is being asked, the same for a prediction, an explanation and every type of question. */
struct study_ask {
    uint64_t serial; /* another question, another number */
    enum study_ask_kind kind;
    enum form form;
    const char *head; /* "Predict", "Question 4 of 11", ... */
    const struct span *prompt;
    size_t prompt_count;
    struct study_option *options; /* CHOOSE_*, ORDER; PAIRS: the right sides */
    size_t option_count;
    const char **stems; /* PAIRS: the left sides */
    size_t stem_count;
    const size_t *
        kept; /* PAIRS, second try: for each stem its position where that was right, else SIZE_MAX; NULL:
                           first try */
    bool lines;                      /* TEXT of several lines: an open question, a recall */
    bool can_watch;                  /* a prediction may be passed over with watch */
    const char *hint;                /* shown: this is the second try; NULL otherwise */
    struct course_taught taught;     /* QUESTION: the step and the demo that teach it */
    const char *note;                /* what counts as right, how to order; NULL: nothing to say */
    const char *section;             /* where to read about it, "3.2"; NULL: nowhere named */
    const struct question *question; /* QUESTION */
    const struct ask *ask;           /* PREDICT, EXPLAIN */
};

/* What the learner enters. Positions count displayed options from 0. */
struct study_answer {
    const char *text; /* TEXT, NUMBER */
    const size_t
        *chosen; /* CHOOSE_*: positions; ORDER: positions in the chosen order; PAIRS: for each
                             stem a position or SIZE_MAX */
    size_t count;
};

struct study_prediction {
    const char *question; /* plain text */
    const char *said;     /* "" where only watched */
    const char *was;
    const char *slip;  /* why it may have gone wrong; NULL: not known */
    const char *shown; /* which of the runs compared the picture shows; NULL: there is but one */
    bool watched, right;
    bool stopped;      /* the run was stopped before its end: nothing was judged */
    bool earlier;      /* locked in at an earlier visit to this step */
    bool told, judged; /* private: the log holds it, and what came of it */
    int confidence;    /* 0: not asked */
    const struct ask *ask;
    double number;       /* what was said, as a number ... */
    const size_t *order; /* ... or as origins of options */
};

struct study_feedback {
    struct mark mark;
    const char *verdict; /* "Right.", "Not quite: try once more." ... */
    bool retry;          /* next asks again */
    bool earlier; /* of an explanation or a drill that was done at an earlier visit: study_repeat */
    const char *hint;   /* RETRY: what may help */
    const char *said;   /* the learner's answer in words; "" for none */
    const char *key;    /* the right answer in words; NULL: not to be shown (yet) */
    const char **pairs; /* PAIRS: KEY as stem, partner, stem, partner ...; NULL: as KEY */
    size_t pair_count;
    const struct span *comment; /* what the answer's own feedback says */
    size_t comment_count;
    const struct span *general; /* the question's general feedback, or a model answer */
    size_t general_count;
    bool sure_but_wrong; /* at the first try */
    const char *promise; /* SURE_BUT_WRONG: where it comes back; NULL: nowhere */
    const char *guessed; /* what the learner said before reading; NULL: was not asked then */
    bool guessed_right;
};

struct study_objective {
    const char *id, *text; /* text NULL where the chapter does not name it */
    size_t asked, right;   /* questions; right: wholly, at the first try */
    bool weak;             /* standing_is_weak */
    const char *read;      /* where to read about what was missed, "3.2, 3.3"; "" nowhere named */
};

struct study_again {
    const char *section, *title; /* what to read again */
    size_t chapter, section_index;
    size_t missed; /* questions that point there */
};

#define STUDY_NO_RESULT "This quiz has no result yet: it was not taken to its end."
#define STUDY_UNTAKEN "Left: no question was answered, so there is no score."

struct study_result {
    double score, max;
    size_t questions, right, unanswered, self_graded;
    struct study_objective *objectives;
    size_t objective_count;
    struct study_again *again;
    size_t again_count;
    bool complete; /* false: the learner left before the end, and nothing was scored */
    bool untaken;  /* every question was passed over: there is no score */
    double pass;   /* per cent; 0: no mark to pass */
    bool passed;
    int64_t at; /* study_show_result: when it was; 0: just now */
    size_t
        changed; /* ... and how many questions of it were edited since, or are new; not among the others */
};

/* One question of a running quiz, and how it went. */
struct study_item {
    const struct question *question;
    const char *quiz;
    bool misled;           /* a review: last time it was wrong, and not doubted */
    bool answered, marked; /* marked: answered or left */
    bool told;             /* it was taken back when its hint or answer had been shown */
    bool retired;          /* a review: taken out of it beside its answer */
    int confidence;
    struct mark mark;          /* of the first try: the second one teaches, it does not count */
    const char *hint;          /* private: it was left at its second try, which this helps with */
    const char *left;          /* ... the first try, as it was logged */
    char events[2][33];        /* ids of the logged tries; "" where nothing was kept */
    struct course_place place; /* of one that a lesson asks: its step, and which key of it */
    size_t key;
};

struct study_guess {
    uint64_t question; /* its hash */
    const char *said;  /* in words; NULL: as `given` says, in JSON */
    const char *given;
    bool right;
    uint64_t chapter; /* private */
};

/* A prediction that was locked in. */
struct study_told {
    uint64_t key; /* of the prediction: study_prediction_key */
    const char *said;
    int confidence;
    bool judged;
    uint64_t chapter; /* private */
};

/* A number that was said in a drill, or as a prediction without certainty. */
struct study_drilled {
    uint64_t section; /* private, as the next: by chapter and number */
    uint64_t chapter;
    const char *demo, *result; /* as in the event */
    bool right;
};

/* A text of several lines that was begun. */
struct study_draft {
    uint64_t of; /* private: the step or the question */
    struct buf text;
};

/* Steps that were worked through: coming back to one shows it, without asking again. A face that
 * opens several sessions in a row gives them one such list. */
struct study_done {
    struct arena arena;
    uint64_t *list;
    size_t count, capacity;
    struct study_guess *guesses; /* what was said before reading */
    size_t guess_count, guess_capacity;
    struct study_told *told; /* predictions and explanations: none is asked for twice */
    size_t told_count, told_capacity;
    struct study_drilled *drilled; /* oldest first */
    size_t drilled_count, drilled_capacity;
    struct study_draft *drafts;
    size_t draft_count, draft_capacity;
};

void study_done_free(struct study_done *done);
/* recall.c. Brings back what was predicted, explained, drilled and guessed in earlier sittings, as the log holds
 * it. */
bool study_recall(struct study_done *done, struct store *store, const char *course,
                  struct err *err);
/* Which prediction of a course an event is about: by chapter, section, demo and result. */
uint64_t study_prediction_key(const struct event *event);

/* Keeps an event. Where it was kept, its id is filled in, as store_append does. */
typedef void study_log(void *user, struct event *event);

/* How a quiz began. */
enum study_resumed {
    STUDY_BEGUN,
    STUDY_RESUMED, /* at the question where it was left */
    STUDY_CHANGED, /* anew: its questions are not those that were answered any more */
};

struct study {
    struct course *course;
    const struct clock *clock;
    study_log *log;
    void *log_user;
    uint64_t seed;           /* of option and question order; 0 keeps the written order */
    uint64_t generation;     /* of the course, whose texts are shown ... */
    uint64_t asked_in;       /* ... and that of the question in hand, which may be later */
    struct study_done *done; /* its own, unless another is put here after study_init */

    enum study_stage stage;
    bool in_quiz; /* a scored quiz or a review, else a chapter's steps */
    bool aloud; /* a room answers: nobody is asked how sure, and a chapter ends without its quiz */
    bool reviewing;  /* questions of many chapters, one after the other, without a score */
    bool visiting;   /* looked up from somewhere else: where one left off does not move */
    bool practising; /* questions of a quiz without a score */
    bool retrying;   /* ... what the quiz before showed as missed */
    size_t chapter, section, step;
    struct study_ask ask;
    struct study_feedback feedback;

    struct demo_args args; /* of the step's demo */
    struct demo_run run;
    bool has_run;          /* the step has a demo and `run` is valid */
    const char *run_error; /* the demo could not start */
    const char
        *unasked; /* why this step asks nothing, in a sentence; NULL: that is as it should be */
    struct study_prediction *predictions;
    size_t prediction_count;
    bool sees_name_you; /* one of them says what the learner said */
    const char **sees;  /* the filled-in `see:` lines */
    size_t see_count;

    struct study_item *items; /* of the quiz */
    size_t item_count, item;
    struct study_item inline_item; /* the last question of a lesson that was answered */
    struct study_result result;
    double pass;
    bool passed; /* the quiz as a whole; trying again what was missed does not change it */
    bool whole;  /* the quiz has all its questions; only then is there a score to keep */

    /* Of a review, or NULL: was this question answered in another terminal meanwhile? Then it is
     * passed over. Set after study_init. */
    bool (*is_taken)(void *user, const struct study_item *item);
    void *taken_user;

    /* Set after study_init: where a quiz that was left is found again, to be gone on with; NULL: every
     * quiz begins at its first question. */
    struct store *store;
    bool seed_is_asked; /* then a sitting in another order is not gone on with */
    enum study_resumed resumed;
    bool resume_said;
    size_t skipped; /* questions to come that an edit changed or took out; until that was said */

    /* private */
    struct study_item *written; /* the quiz before it was shuffled */
    uint64_t left_seed;         /* while a sitting with its own is gone on with; 0: none is */
    struct arena step_arena, run_arena, quiz_arena;
    size_t next_ask, next_key;
    uint64_t asked; /* questions so far */
    bool ran, again, second_try;
    size_t round, right_in_row; /* of a drill */
    uint64_t drills_missed;     /* which of its questions, since they were last right: bits */
    const char *drawn;          /* its knobs in this round */
    const struct drill_ask *drill;
    struct study_done own_done;
    struct study_pending *pending;
    char attempt[33];
    const char *quiz_id;
};

void study_init(struct study *study, struct course *course, const struct clock *clock,
                study_log *log, void *user, uint64_t seed);
void study_free(struct study *study);

/* Opens a chapter at a step (indexes; past the end: its end). */
void study_open(struct study *study, size_t chapter, size_t section, size_t step);
/* Where a log says one was: the section by number, the step by hash, else the section's start. */
void study_locate(const struct chapter *chapter, const char *section, uint64_t hash,
                  size_t *section_index, size_t *step_index);

/* reloaded.c. The course was read anew: finds the same step in it, else the start of its section. A step that was
 * not edited stays as it is, with all that was typed; a quiz takes the edited texts at its next question.
 * True: another page is shown. */
bool study_reloaded(struct study *study);
/* What of the course's readings it holds, for course_forget_older. */
struct course_used study_used(const struct study *study);
/* Logs once more that this step is on the screen: one came back to it from elsewhere. */
void study_log_step(struct study *study);

/* Starts a scored quiz of these questions. `pass` in per cent, 0 for none. One whole quiz that was left goes on
 * with the next question, in the order and with the answers of that time. */
struct study_source {
    const struct quiz *quiz;
};
void study_quiz(struct study *study, const struct study_source *sources, size_t count, size_t most,
                bool shuffle, double pass);

bool study_next(struct study *study);
/* Asks once more what an earlier visit did already; false: nothing of that kind is shown. */
bool study_repeat(struct study *study);
bool study_back(struct study *study);
/* "1.6", "-2e-5", "12%", "1/4", "2^10", "3x10^-5", "101,770", "0,25": as a person writes a number. */
bool study_read_number(const char *text, double *value);
bool study_refuse_number(struct err *err, const char *text); /* sets err, returns false */
/* draft.c. Of a text of several lines that is asked: what was typed of it before it was left, "" nothing; and keeps
 * that until the text is handed in or the session ends. */
const char *study_draft(const struct study *study);
void study_keep_draft(struct study *study, const char *text);
/* Locks an answer in. False with err: it cannot be read as one (the stage stays). */
bool study_answer(struct study *study, const struct study_answer *answer, struct err *err);
bool study_sure(struct study *study, int confidence); /* 1..3; 0: not said */
bool study_watch(struct study *study);                /* run without predicting */
bool study_skip(struct study *study);                 /* leave a question unanswered */
/* About `work` units of the running demo; true while it is still running. */
bool study_work(struct study *study, size_t work);
/* Stops the running demo where it is; its numbers so far stay, and no prediction is judged by them. */
bool study_stop(struct study *study);
/* The demo's outcome is known, and it may be played with: after its run, and while it runs again. */
bool study_shows_outcome(const struct study *study);
/* After the outcome: the demo again with "p=0.3" or "seed=8"; one that is at work goes on with the new
 * value where that has a meaning. */
bool study_turn(struct study *study, const char *assignment, struct err *err);

/* ---- again.c ----------------------------------------------------------------------------------- */

/* Asks these questions again (`question`, `quiz` and `misled` of each are set): a review. */
void study_review(struct study *study, const struct study_item *items, size_t count);
/* Takes the question in hand out of review, or back in. */
bool study_retire(struct study *study, bool on);
/* Takes back a slip of the key: what waits for "how sure", else the last answer to a question, which is
 * asked again; the log says so. Where a hint or the answer was shown by then, another try is practice: the log has
 * the question as left unanswered before it. False where there is none. */
bool study_undo(struct study *study);
/* Of the questions of a review or a quiz: how many were asked so far, and of them right at the first try. */
void study_count(const struct study *study, size_t *asked, size_t *right);
bool study_can_undo(const struct study *study);
/* The same of an answer that an earlier review gave: `events` are its tries as logged. */
bool study_undo_earlier(struct study *study, const struct study_item *item);
/* Leaving now leaves a quiz without its score; can it be gone on with later? */
bool study_would_lose(const struct study *study);
bool study_can_resume(const struct study *study);
/* sitting.c. Instead of going on: the same quiz from its first question. The answers stay in the log. */
bool study_can_begin_anew(const struct study *study);
bool study_begin_anew(struct study *study);
/* Once: that a quiz goes on, with the sentence `anew` on how to begin it anew; or why it begins anew; or that
 * questions of it were passed over.
 * False: nothing to say. */
bool study_say_news(struct study *study, const char *anew, struct buf *out);
/* How many questions of the quiz that is over were not right at once; asks only those again. */
size_t study_missed(const struct study *study);
bool study_retry_missed(struct study *study);
bool study_was_missed(const struct study_item *item);
/* Its stem in one line of at most `columns`, cut between words: "A layer of 100 units; every mask …". */
void study_excerpt(const struct question *question, int columns, struct buf *out);
/* reopen.c. The result of the last whole attempt at a quiz, at STUDY_RESULT as when it was over: what was missed can be
 * asked again from there. False: none was finished, or nothing is kept. */
bool study_show_result(struct study *study, const struct quiz *quiz);
/* "Taken on 2026-11-21. 2 questions were edited since and are left out."; false: it is of just now. */
bool study_say_result_of(const struct study_result *result, struct buf *out);
/* Asks these questions of quizzes, without a score to keep. */
void study_practise(struct study *study, const struct study_item *items, size_t count, bool shuffle,
                    double pass);

/* Leaves the quiz before its end: the unanswered questions count as such. */
bool study_finish_early(struct study *study);

/* The question is asked before one has read about it: the answer is kept, but neither marked nor counted. */
bool study_is_guess(const struct study *study);

/* Which test is being taken; COURSE_TESTS: none. */
enum course_test study_test(const struct study *study);
/* The course is behind the learner: the test after it may be offered. */
bool study_offers_posttest(const struct study *study);

const struct chapter *study_chapter(const struct study *study);
const struct section *study_section(const struct study *study); /* NULL at the end */
const struct step *study_step(const struct study *study);       /* NULL at the end, in a quiz */
const struct quiz *study_chapter_quiz(const struct study *study);
/* "step 2 of 5" counts within the section. */
size_t study_step_count(const struct study *study);

/* The text of spans without their styles, in the arena. */
const char *study_plain_text(struct arena *arena, const struct span *spans, size_t count);

/* "Right, and you were sure." */
const char *study_verdict(const struct study_prediction *prediction);

#endif
