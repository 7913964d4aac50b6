/* tui/line_parts.h: what the files of line mode share; the rest of the program includes line.h. */
#ifndef TUI_LINE_PARTS_H
#define TUI_LINE_PARTS_H

#include "study/review.h"
#include "tui/line.h"

struct line {
    struct session *session;
    struct study study;
    struct arena frame; /* of the text in hand */
    struct progress progress;
    struct arena progress_arena;
    struct buf typed, clean;     /* the line in hand, as it came and as it is used */
    uint64_t said;               /* the question said last: asking again does not repeat it */
    const struct review *review; /* the day's, while its questions are asked */
    bool ended;                  /* input is over, or q */
    int width;
};

/* line_text.c: text out, a line in, and what can be looked up at any prompt */
void line_say(struct line *line, const char *text);
void line_sayf(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
void line_say_spans(struct line *line, const char *head, const struct span *spans, size_t count);
void line_say_markdown(struct line *line, const char *head, const char *markdown);
/* A layout whose grid is printed and freed by line_finish. */
struct layout line_begin(struct line *line, struct grid *grid);
void line_finish(struct line *line, struct layout *layout);
/* Asks and reads one line, cleaned and trimmed; NULL at the end of input. */
const char *line_ask(struct line *line, const char *prompt);
/* "?", "g WORD", "d NAME ...": true if it was one of them. Where any word may be an answer these
 * begin with a colon. */
bool line_look_up(struct line *line, const char *typed, bool free_text);

/* line_review.c */
void line_review(struct line *line);
void line_say_stubborn(struct line *line);
void line_after_review(struct line *line);
void line_say_reviewed(struct line *line);

/* line_demo.c: "", "/WORD": the demos; "NAME KNOB=VALUE": one of them, in words */
void line_demo(struct line *line, const char *args);
/* Works on a run as long as there is more, and says now and then how long that takes. */
void line_wait(struct line *line, const struct demo_run *run, bool (*more)(void *user), void *user);

/* line_study.c: a session, stage by stage, until it is done or the learner leaves */
void line_study(struct line *line);

#endif
