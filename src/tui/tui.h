/* tui/tui.h: the tutor on a screen: a stack of views and the loop that feeds them.
 *
 * A view takes an input and answers with a reaction; drawing only draws. Adding a view is one file
 * and one line in views.c. */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include "base/clock.h"
#include "base/err.h"
#include "course/course.h"
#include "course/layout.h"
#include "draw/grid.h"
#include "store/store.h"
#include "study/review.h"
#include "study/study.h"
#include "tui/actions.h"
#include "tui/keep.h"
#include "tui/history.h"
#include "tui/terminal.h"

enum { TUI_MOST_VIEWS = 40, TUI_MOST_PENDING = 64, TUI_TEXT_WIDTH = 76, TUI_MARGIN = 2 };

/* Whom a session talks to while it waits for keys: a class, a second terminal. */
struct companion {
    int fd;                     /* readable: there is something to serve; -1: nothing to wait for */
    void (*serve)(void *user);  /* takes what came and says what is new; never waits */
    int (*wait_ms)(void *user); /* how long it can do without being served; -1: for ever */
    void *user;
};

struct present;
struct notes;
struct visit;
struct projection;

/* What both faces, the screen and line mode, need to know. */
struct session {
    struct course *course;
    struct store *store;      /* NULL: not to be opened, or nothing is to be kept */
    struct keep keep;         /* what happens goes to the store through this */
    struct err store_problem; /* shown once on the first screen; empty: none */
    struct clock clock;
    uint64_t seed; /* of shuffling; 0: a fresh one for each quiz */
    double pass;   /* per cent; 0: none */
    bool ascii;    /* the terminal cannot show UTF-8 */
    bool first;    /* the store was made just now: a learner who has not been here before */
    enum color_choice color;
    const struct companion *companion; /* NULL: nobody */
    /* A signal asks to leave: what there is to clear away on the screen before it is obeyed. NULL:
     * nothing. */
    void (*leave)(void *user);
    void *leave_user;
    bool (*stopped)(
        void); /* ends the session: in lines a signal came, or it goes on elsewhere. NULL: never */
    struct study_done done; /* what was worked through since the program began */
    int exit_code;          /* what the command ends with */
    struct buf parting;     /* to be printed when the screen is gone: a demo's numbers so far */
};

/* Where a session begins. */
enum start_kind {
    START_HOME,
    START_CHAPTER,
    START_QUIZ,
    START_REVIEW,
    START_DEMO,
    START_GALLERY,
    START_PRESENT,
    START_NOTES,
    START_VISIT,
    START_PROJECTOR
};
struct start {
    enum start_kind kind;
    size_t chapter, section;
    bool has_section;                   /* else where the learner left off */
    const struct study_source *sources; /* QUIZ */
    size_t source_count;
    size_t most;
    bool shuffle;
    bool result;                    /* QUIZ: not asked: its last result, which there is */
    const struct study_item *items; /* QUIZ: not NULL: only these of its questions, as practice */
    size_t item_count;
    const struct demo_args *demo;  /* DEMO */
    struct present *present;       /* PRESENT */
    struct notes *notes;           /* NOTES */
    struct visit *visit;           /* VISIT: to a class */
    struct projection *projection; /* PROJECTOR */
};

enum reaction { REACT_STAY, REACT_BACK, REACT_QUIT };

struct tui;

struct view {
    const char *name; /* heading of its keys on the help page */
    /* Makes the view's state; NULL with a message set: it cannot be opened. */
    void *(*open)(struct tui *tui, const void *argument);
    enum reaction (*input)(struct tui *tui, void *state, const struct input *input,
                           enum action_id action);
    void (*draw)(struct tui *tui, void *state, struct grid *grid);
    void (*close)(struct tui *tui, void *state);
    uint64_t (*contexts)(struct tui *tui, void *state);
    /* Is this character text for a field, not a command? NULL: never. */
    bool (*takes)(void *state, uint32_t character);
    /* A slice of background work of a few ms; true while there is more. NULL: none. */
    bool (*work)(struct tui *tui, void *state);
    /* Which stop of a course this page is; false: none. NULL: never one. */
    bool (*here)(struct tui *tui, void *state, struct stop *stop);
    /* Turns this page to another stop; false: it shows something else. NULL: it cannot. */
    bool (*go)(struct tui *tui, void *state, const struct stop *stop);
    /* The course was read anew: whatever of it the state holds is found again or dropped. Returns what
     * the page still needs of older readings. NULL: it holds nothing of a course. */
    struct course_used (*reloaded)(struct tui *tui, void *state);
};

struct tui {
    struct session *session;
    struct {
        const struct view *view;
        void *state;
    } stack[TUI_MOST_VIEWS];
    size_t depth;
    char message[600]; /* one line above the footer until the next key */
    enum role message_role;
    char finding[600]; /* what is wrong with the course's files, for as long as it is; "" nothing */
    struct event pending[TUI_MOST_PENDING]; /* to be stored once the screen is painted */
    size_t pending_count;
    struct progress progress;
    struct arena progress_arena;
    struct memory *memory; /* of each chapter; NULL: nothing is known */
    struct bookmark *bookmarks;
    size_t bookmark_count;
    struct course_watch watch; /* of the course's files; not in a class */
    struct history history;
    uint64_t step_logged; /* stop_identity of the step that was logged last */
    size_t due;           /* questions to be asked today */
    char review[160];     /* what is due, in a line; "" where nothing ever was */
    bool rests;           /* the view on top has done enough until the next frame */
};

/* Runs the tutor until the learner leaves. False: the terminal cannot be used, err says why. */
bool tui_run(struct session *session, const struct start *start, struct err *err);

/* Puts a view on top. */
bool tui_push(struct tui *tui, const struct view *view, const void *argument);
/* Takes the view on top away. */
void tui_pop(struct tui *tui);
void tui_say(struct tui *tui, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Reads where the learner stands anew. */
void tui_refresh_progress(struct tui *tui);
/* What study and views hand over to be kept; answers at once, steps after the next paint. */
void tui_log(void *tui, struct event *event);

/* Says that there is more above or below what the body shows: on the lines around it, or in its
 * last column where the window is too low for lines. */
void tui_scroll_marks(struct grid *grid, struct rect body, bool above, bool below);

/* The row of a scrolled page that a click hit; -1: it hit none, as beside the body there is no page. */
int tui_row_hit(struct rect body, int scroll, const struct input *input);

/* A text cut to `columns`, with an ellipsis where it was cut. Returns the column after it. */
int tui_put_cut(struct grid *grid, int x, int y, struct style style, const char *text, int columns);

uint64_t session_seed(const struct session *session);

/* The frame all views share: title and place above, keys below. Returns the body's rectangle. */
struct rect tui_frame(struct grid *grid, const char *left, const char *right, uint64_t contexts);

#endif
