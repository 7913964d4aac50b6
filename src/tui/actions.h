/* tui/actions.h: what a key does, where. One table makes the bindings, the footer and the help page,
 * so they cannot disagree. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include "tui/terminal.h"

#include <stddef.h>

/* Where one is: each situation has its own keys. */
enum context {
    CONTEXT_WELCOME = 1 << 0,
    CONTEXT_HOME = 1 << 1,
    CONTEXT_READ = 1 << 2,     /* a step to read */
    CONTEXT_PREDICT = 1 << 3,  /* a prediction is asked */
    CONTEXT_QUESTION = 1 << 4, /* a question is asked */
    CONTEXT_CHOOSE = 1 << 5,   /* ... by moving among options */
    CONTEXT_MANY = 1 << 6,     /* ... several of which may be taken */
    CONTEXT_ORDER = 1 << 7,    /* ... which are to be put in order */
    CONTEXT_PAIRS = 1 << 8,
    CONTEXT_LINES = 1 << 9, /* text of several lines is typed */
    CONTEXT_TEXT = 1 << 10, /* one line of text is typed */
    CONTEXT_SURE = 1 << 11,
    CONTEXT_RUNNING = 1 << 12,
    CONTEXT_OUTCOME = 1 << 13,
    CONTEXT_FEEDBACK = 1 << 14,
    CONTEXT_RESULT = 1 << 15,
    CONTEXT_DEMO = 1 << 16,
    CONTEXT_LIST = 1 << 17, /* the gallery, the glossary */
    CONTEXT_HELP = 1 << 18,
    CONTEXT_QUIZ = 1 << 19,        /* within a scored quiz */
    CONTEXT_FIND = 1 << 20,        /* a search word is typed */
    CONTEXT_GALLERY = 1 << 21,     /* a list whose entries can be opened */
    CONTEXT_OVER = 1 << 22,        /* the last step or question is behind us */
    CONTEXT_ABOUT = 1 << 23,       /* feedback on what a section explains */
    CONTEXT_PICTURE = 1 << 24,     /* a demo's picture is shown */
    CONTEXT_LINKS = 1 << 25,       /* there are numbers or terms to open */
    CONTEXT_BACK = 1 << 26,        /* one can step back */
    CONTEXT_LINK = 1 << 27,        /* a link has the focus */
    CONTEXT_CHANCE = 1 << 28,      /* a demo that rolls dice: another seed shows another run */
    CONTEXT_PRESENT = 1ull << 32,  /* shown to a room */
    CONTEXT_REVIEW = 1 << 29,      /* a question of a review was answered */
    CONTEXT_MORE = 1 << 30,        /* a review is over, and more is waiting */
    CONTEXT_CLASS = 1ull << 33,    /* shown to a room that votes */
    CONTEXT_STATS = 1ull << 34,    /* the statistics */
    CONTEXT_TEST = 1ull << 31,     /* a test before or after the course can be taken */
    CONTEXT_LOOKUP = 1ull << 44,   /* looked up: one goes back to where one was asked */
    CONTEXT_MISSED = 1ull << 35,   /* a quiz is over, and some of it was missed */
    CONTEXT_REFUTE = 1ull << 40,   /* a question was missed that a demo answers */
    CONTEXT_UNDO = 1ull << 41,     /* there is an answer to take back */
    CONTEXT_SETTINGS = 1ull << 43, /* what review asks */
    CONTEXT_BELOW = 1ull << 42,    /* there is more below that was not in sight yet */
    CONTEXT_PLACE = 1ull << 36,    /* a step of a lesson: it can be marked, left, come back to */
    CONTEXT_MARKS = 1ull << 45,    /* the list of bookmarks */
    CONTEXT_SEARCH = 1ull << 37,   /* words are typed that the whole course is searched for */
    CONTEXT_VISIT = 1ull << 38,    /* in a class, as a member */
    CONTEXT_RETRY = 1ull << 47,    /* an answer was missed, and one more try is given */
    CONTEXT_ANEW = 1ull << 46,     /* a quiz that was left is gone on with */
    CONTEXT_VOTE = 1ull << 39,     /* ... that is asked */
    CONTEXT_REPEAT = 1ull << 48,   /* done at an earlier visit: it can be done once more */
};

enum action_id {
    ACTION_NONE,
    ACTION_ENTER,
    ACTION_PREVIOUS,
    ACTION_WATCH,
    ACTION_SKIP,
    ACTION_GUESS,
    ACTION_UNSURE,
    ACTION_SURE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_TOGGLE,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_NEXT_FOCUS,
    ACTION_SUBMIT,
    ACTION_NEW_LINE,
    ACTION_PICK,
    ACTION_RESEED,
    ACTION_RESET,
    ACTION_PAUSE,
    ACTION_STEP,
    ACTION_STOP,
    ACTION_WORDS,
    ACTION_FOLLOW,
    ACTION_SECTION,
    ACTION_STATS,
    ACTION_RESULT,
    ACTION_TEST,
    ACTION_REFUTE,
    ACTION_MISSED,
    ACTION_GALLERY,
    ACTION_GLOSSARY,
    ACTION_QUIZ,
    ACTION_REVIEW,
    ACTION_MORE,
    ACTION_SETTINGS,
    ACTION_UNDO,
    ACTION_ANEW,
    ACTION_RETIRE,
    ACTION_REPEAT,
    ACTION_FIND,
    ACTION_SEARCH,
    ACTION_BOOKMARK,
    ACTION_BOOKMARKS,
    ACTION_BACKWARD,
    ACTION_FORWARD,
    ACTION_BLANK,
    ACTION_JUMP,
    ACTION_VOTE,
    ACTION_REVEAL,
    ACTION_SIMILAR,
    ACTION_COMMAND,
    ACTION_LOST,
    ACTION_SLOW,
    ACTION_REDRAW,
    ACTION_HELP,
    ACTION_BACK,
    ACTION_QUIT,
};

struct action {
    enum action_id id;
    uint64_t contexts;  /* or-ed; an action holds where one of them does */
    const char *keys;   /* names separated by blanks; the first is shown */
    const char *footer; /* short, beside its key at the bottom of the screen; NULL: only in help */
    const char *help;
};

extern const struct action actions[];
extern const size_t action_count;

/* Does the row hold here, with a first key that no row before it takes? */
bool action_shown(uint64_t contexts, const struct action *action);

/* What this input means here; ACTION_NONE: nothing. */
enum action_id action_for(uint64_t contexts, const struct input *input);

/* The footer's pieces in order of importance: key and word. Draws as many as fit. */
void action_footer(uint64_t contexts, struct grid *grid, int y);

/* The name of a key as people know it: "Enter", "↑", "PgDn". */
const char *action_key_shown(const char *name, size_t length);

#endif
