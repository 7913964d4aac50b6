/* tui/line_parts.h: what the files of line mode share; the rest of the program includes line.h. */
#ifndef TUI_LINE_PARTS_H
#define TUI_LINE_PARTS_H

#include "study/review.h"
#include "tui/line.h"
#include "tui/projection.h"
#include "tui/visit.h"

struct line {
    struct session *session;
    struct study study;
    struct arena frame; /* of the text in hand */
    struct progress progress;
    size_t due; /* questions to be asked today, when the first lines were said */
    struct arena progress_arena;
    struct buf typed, clean;       /* the line in hand, as it came and as it is used */
    uint64_t said;                 /* the question said last: asking again does not repeat it */
    struct review *review;         /* the day's, while its questions are asked */
    struct present *present;       /* NULL: one studies alone */
    struct notes *notes;           /* of a presentation */
    struct visit *visit;           /* to a class */
    struct projection *projection; /* of a presentation */
    struct history history;
    struct course_watch watch; /* of the course's files; not in a class */
    bool again;                /* the line in hand is the next one, too */
    bool ended;                /* input is over, or q */
    bool cut;                  /* it is the input that is over */
    int width;
};

/* line_text.c: text out, a line in, and what can be looked up at any prompt */
void line_say(struct line *line, const char *text);
void line_sayf(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
void line_say_spans(struct line *line, const char *head, const struct span *spans, size_t count);
/* A plain text, wrapped. */
void line_say_text(struct line *line, const char *head, const char *text);
void line_say_markdown(struct line *line, const char *head, const char *markdown);
/* A layout whose grid is printed and freed by line_finish. */
struct layout line_begin(struct line *line, struct grid *grid);
void line_finish(struct line *line, struct layout *layout);
/* Asks and reads one line, cleaned and trimmed; NULL at the end of input, and where another terminal
 * has moved the session meanwhile: then `ended` is false. */
const char *line_ask(struct line *line, const char *prompt);
/* "?", "g WORD", "d NAME ...": true if it was one of them. Where any word may be an answer these
 * begin with a colon. */
bool line_look_up(struct line *line, const char *typed, bool free_text);

/* line_find.c */
/* "/WORDS", "B", "b", "[", "]": true if it was one of them; *jumped: the session is at another step. */
bool line_find(struct line *line, const char *typed, bool *jumped);
/* What every prompt takes: these, what line_look_up takes, "u", "q". LINE_MOVED: one has left the prompt. */
enum line_taken { LINE_OTHER, LINE_TAKEN, LINE_MOVED };
enum line_taken line_everywhere(struct line *line, const char *typed);
/* Asks until something else is typed; NULL: one has left the prompt, or the input is over. */
const char *line_choose(struct line *line, const char *prompt);
/* Opens a step and remembers from where. */
void line_jump(struct line *line, size_t chapter, size_t section, size_t step);

/* line_text.c: a course that was edited is read anew, and a finding is said. True: it was; *turned: the
 * session shows another page. Not while something is looked up: what waits below keeps its texts. */
bool line_take_edits(struct line *line, bool *turned);
/* The next question of a quiz, with what was edited up to now; of a lesson what comes next. */
void line_next(struct line *line);

/* line_review.c */
void line_review(struct line *line);
void line_say_stubborn(struct line *line);
void line_after_review(struct line *line);
void line_say_reviewed(struct line *line);

/* line_stats.c */
void line_stats(struct line *line);
/* "Score 3 of 4 (75 %).", or that the quiz was left without an answer. */
void line_say_score(struct line *line);
void line_say_change(struct line *line);
/* Offers a test; true: it was begun. */
bool line_offer(struct line *line, enum course_test which);

/* line_result.c */
/* What a quiz came to, and what one may do about it. */
void line_result(struct line *line);
/* The last result of a quiz; false: there is none, and it was said. */
bool line_last_result(struct line *line, const struct quiz *quiz);

/* line_missed.c */
/* After feedback on what was missed, or before what misled: "b" reads about it, "d" shows its demo, "u"
 * takes the answer back. True: it was one of them. */
bool line_teach(struct line *line, const char *typed);
/* Asks for one of these, or to go on. */
void line_missed(struct line *line);
/* "u": takes the last answer back. */
bool line_undo(struct line *line);
/* "[b] read 3.2 [d]emo ", what there is of it. */
void line_teach_prompt(struct line *line, struct buf *out);
/* Where one was sure and wrong: its demo, and where it comes back. */
void line_say_sure_but_wrong(struct line *line);
void line_before(struct line *line);

/* line_settings.c */
void line_settings(struct line *line);

/* line_demo.c: "", "/WORD": the demos; "NAME KNOB=VALUE": one of them, in words */
void line_demo(struct line *line, const char *args);
/* Works on a run as long as there is more, and says now and then how long that takes. */
void line_work(struct line *line, const struct demo_run *run, bool (*more)(void *user), void *user);

/* line_study.c: a session, stage by stage, until it is done or the learner leaves */
void line_study(struct line *line);

/* line_present.c */
/* Waits for a line while others are served; false: one of them has moved the session. */
bool line_wait(struct line *line);
/* Has a signal ended the input? */
bool line_stopped(const struct line *line);
/* "blank", ". 3.4": true if it was one of them. */
bool line_present_command(struct line *line, const char *typed);
/* A question whose answer is too long to type before a room. */
void line_present_aloud(struct line *line);
void line_present_end(struct line *line);
void line_present(struct line *line, struct present *present);
/* A class has the screen: the lobby, a vote. */
void line_classroom(struct line *line);
/* line_visit.c */
void line_visit(struct line *line, struct visit *visit);
void line_notes(struct line *line, struct notes *notes);
/* line_projector.c */
void line_projector(struct line *line, struct projection *projection);

#endif
