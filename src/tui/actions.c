#include "tui/actions.h"

#include "base/utf8.h"

#include <string.h>

enum {
    ASKED = CONTEXT_PREDICT | CONTEXT_QUESTION,
    MOVING = CONTEXT_HOME | CONTEXT_CHOOSE | CONTEXT_LIST | CONTEXT_RESULT | CONTEXT_STATS |
             CONTEXT_SETTINGS | CONTEXT_MARKS,
    LISTED = CONTEXT_HOME | CONTEXT_LIST | CONTEXT_STATS | CONTEXT_MARKS | CONTEXT_SEARCH,
    ANYWHERE = (1ull << 50) - 1,
};

/* In the order of the footer: what one most likely wants comes first. Where two rows of one context
 * name a key, the upper one has it. */
const struct action actions[] = {
    {ACTION_VOTE, CONTEXT_CLASS, "v", "vote",
     "open a vote on the question at hand; close it; hold it again"},
    {ACTION_REVEAL, CONTEXT_CLASS, "e", "reveal", "show the votes and the key"},
    {ACTION_SIMILAR, CONTEXT_CLASS, "i", "similar", "ask another question on the same objective"},
    {ACTION_COMMAND, CONTEXT_CLASS, ":", NULL,
     "a word: time 60, time off, pause, roam, gather, lock, unlock, code (a new one), seats N (at "
     "most so many), who, clear (seats that nobody came to), remove N, ban N (N: a seat's number "
     "or "
     "name)"},
    {ACTION_BLANK, CONTEXT_PRESENT, "b", "blank", "blank the screen; any key brings it back"},
    {ACTION_JUMP, CONTEXT_PRESENT, ".", "jump", "go to a section: its number or a word, Enter"},
    {ACTION_ENTER, CONTEXT_WELCOME, "Enter Space", "begin", "begin"},
    {ACTION_ENTER, CONTEXT_HOME, "Enter Space", "open", "open the chapter where you left it"},
    {ACTION_FOLLOW, CONTEXT_LINK, "Enter", "open", "open the number or term under the cursor"},
    {ACTION_PAGE_DOWN, CONTEXT_BELOW, "Enter Space", "more", "there is more below: show it"},
    {ACTION_ENTER, CONTEXT_READ, "Enter Space n", "next", "go on to the next step"},
    {ACTION_ENTER, CONTEXT_OVER, "Enter Space n", "go on", "go on"},
    {ACTION_ENTER, CONTEXT_PREDICT, "Enter", "lock in", "lock your prediction in"},
    {ACTION_WATCH, CONTEXT_PREDICT, "s", "watch without predicting",
     "run the demo without predicting; the log says you watched"},
    {ACTION_TOGGLE, CONTEXT_MANY, "Space x", "mark", "take or drop the option under the cursor"},
    {ACTION_LEFT, CONTEXT_ORDER, "- Left K", "move up", "move the item up"},
    {ACTION_RIGHT, CONTEXT_ORDER, "+ Right J", "move down", "move the item down"},
    {ACTION_RIGHT, CONTEXT_PAIRS, "Right l", "partner", "choose the next partner"},
    {ACTION_LEFT, CONTEXT_PAIRS, "Left h", NULL, "choose the partner before"},
    {ACTION_SUBMIT, CONTEXT_LINES, "Ctrl-D", "done", "hand in what you wrote"},
    {ACTION_NEW_LINE, CONTEXT_LINES, "Enter", "new line", "a new line"},
    {ACTION_ENTER, CONTEXT_QUESTION | CONTEXT_VOTE, "Enter", "answer", "give this answer"},
    {ACTION_PICK, CONTEXT_CHOOSE, "a b c d 1 2 3 4", NULL, "go to the option of that letter"},
    {ACTION_BACK, CONTEXT_LOOKUP, "b", "return", "back to where you were asked"},
    {ACTION_SKIP, CONTEXT_QUESTION, "Tab", "leave it", "leave the question unanswered"},
    {ACTION_SURE, CONTEXT_SURE, "3", "sure", "you are sure"},
    {ACTION_UNSURE, CONTEXT_SURE, "2", "unsure", "you are unsure"},
    {ACTION_GUESS, CONTEXT_SURE, "1", "guess", "you are guessing"},
    {ACTION_ENTER, CONTEXT_SURE, "Enter", "skip", "do not say how sure you are"},
    {ACTION_PAUSE, CONTEXT_RUNNING, "Space", "pause", "pause or go on"},
    {ACTION_STEP, CONTEXT_RUNNING, ".", "one step", "pause and do one step"},
    {ACTION_STOP, CONTEXT_RUNNING, "x", "stop", "stop here: the numbers so far stay"},
    {ACTION_ENTER, CONTEXT_OUTCOME | CONTEXT_FEEDBACK, "Enter Space n", "next", "go on"},
    {ACTION_ENTER, CONTEXT_RETRY, "Enter Space n", "try again", "answer the question once more"},
    {ACTION_ENTER, CONTEXT_RESULT, "Enter", "read again", "open the section under the cursor"},
    {ACTION_MISSED, CONTEXT_MISSED, "m", "the missed once more",
     "ask the questions that you missed, and only those, once more"},
    {ACTION_ENTER, CONTEXT_SETTINGS, "Enter Space", "change", "change what is under the cursor"},
    {ACTION_ENTER, CONTEXT_GALLERY | CONTEXT_MARKS, "Enter", "open",
     "open what is under the cursor"},
    {ACTION_ENTER, CONTEXT_STATS, "Enter Space", "objectives",
     "show the objectives of the chapter, or hide them"},
    {ACTION_ENTER, CONTEXT_FIND, "Enter", "keep", "keep what the word found"},
    {ACTION_ENTER, CONTEXT_SEARCH, "Enter", "open", "open what is under the cursor"},
    {ACTION_UP, CONTEXT_SEARCH, "Up", "choose", "move up"},
    {ACTION_DOWN, CONTEXT_SEARCH, "Down", NULL, "move down"},
    {ACTION_LEFT, CONTEXT_OUTCOME | CONTEXT_DEMO, "Left h", "move the knob",
     "move the knob down (or drag it with the mouse)"},
    {ACTION_RIGHT, CONTEXT_OUTCOME | CONTEXT_DEMO, "Right l", NULL, "move the knob up"},
    {ACTION_UP, CONTEXT_OUTCOME | CONTEXT_DEMO, "Up k", NULL, "the knob above"},
    {ACTION_DOWN, CONTEXT_OUTCOME | CONTEXT_DEMO, "Down j", "other knob", "the knob below"},
    {ACTION_FIRST, CONTEXT_OUTCOME | CONTEXT_DEMO, "Home", NULL, "the knob to its lower end"},
    {ACTION_LAST, CONTEXT_OUTCOME | CONTEXT_DEMO, "End", NULL, "the knob to its upper end"},
    {ACTION_RESEED, CONTEXT_CHANCE, "r", "new seed", "run again with the next seed"},
    {ACTION_RESET, CONTEXT_DEMO, "0", NULL, "every knob back to where it began"},
    {ACTION_UP, MOVING, "Up k", "choose", "move up"},
    {ACTION_DOWN, MOVING, "Down j", NULL, "move down"},
    {ACTION_FIRST, LISTED, "Home", NULL, "to the first"},
    {ACTION_LAST, LISTED, "End", NULL, "to the last"},
    {ACTION_PREVIOUS, CONTEXT_BACK, "p", "back", "go back to the step before"},
    {ACTION_NEXT_FOCUS, CONTEXT_LINKS, "Tab", "links",
     "to the next number or term that can be opened"},
    {ACTION_FOLLOW, CONTEXT_LINKS, "o", NULL,
     "open the demo of a number, or the meaning of a term"},
    {ACTION_REFUTE, CONTEXT_REFUTE, "d", "its demo", "see for yourself: the demo that answers it"},
    {ACTION_SECTION, CONTEXT_ABOUT, "b r", "read about it",
     "open the paragraph this is about; b again comes back"},
    {ACTION_REPEAT, CONTEXT_REPEAT, "r", "once more", "ask once more what you did before"},
    {ACTION_UNDO, CONTEXT_UNDO, "u", "undo",
     "take your last answer back; once its hint or answer was shown another try is practice"},
    {ACTION_ANEW, CONTEXT_ANEW, "Ctrl-N", "anew", "begin this quiz anew, at its first question"},
    {ACTION_RETIRE, CONTEXT_REVIEW, "x", "never again",
     "take this question out of review, or back in"},
    {ACTION_MORE, CONTEXT_MORE, "m", "20 more", "twenty more questions"},
    {ACTION_REVIEW, CONTEXT_HOME, "r", "review", "the questions that are due today"},
    {ACTION_QUIZ, CONTEXT_HOME, "z", "quiz", "take the chapter's quiz"},
    {ACTION_STATS, CONTEXT_HOME, "s", "statistics",
     "what is remembered, what is weak, how far your certainty can be trusted"},
    {ACTION_RESULT, CONTEXT_HOME | CONTEXT_STATS, "l", "last result",
     "the last result of the chapter's quiz: what was missed, what is weak"},
    {ACTION_TEST, CONTEXT_TEST, "t", "test",
     "take the test before the course, or the one after it"},
    {ACTION_GALLERY, CONTEXT_HOME, "d", "demo gallery", "all the demos, to play with"},
    {ACTION_GLOSSARY,
     CONTEXT_HOME | CONTEXT_READ | CONTEXT_OUTCOME | CONTEXT_FEEDBACK | CONTEXT_RETRY, "g",
     "glossary", "what the words mean"},
    {ACTION_SETTINGS, CONTEXT_HOME, "o", "options",
     "how much review asks, and what you took out of it"},
    {ACTION_BOOKMARKS, CONTEXT_HOME, "B", "bookmarks", "the steps you marked"},
    {ACTION_SEARCH, CONTEXT_HOME | CONTEXT_PLACE, "/ Ctrl-F", "find",
     "find words in lessons, glossary, demos and questions"},
    {ACTION_BOOKMARK, CONTEXT_PLACE, "B", "bookmark", "mark this step, or take the mark off"},
    {ACTION_BOOKMARK, CONTEXT_DEMO, "B", NULL, "says that steps are marked, not demos"},
    {ACTION_BOOKMARK, CONTEXT_MARKS, "B x", "take off", "take the mark off"},
    {ACTION_BACKWARD, CONTEXT_PLACE | CONTEXT_LIST | CONTEXT_DEMO, "[", NULL,
     "where you were before you jumped"},
    {ACTION_FORWARD, CONTEXT_PLACE | CONTEXT_LIST | CONTEXT_DEMO, "]", NULL,
     "forward again, after ["},
    {ACTION_FIND, CONTEXT_LIST, "/", "find", "show only what holds a word"},
    {ACTION_WORDS, CONTEXT_PICTURE | CONTEXT_DEMO, "t", NULL, "the picture in words, and back"},
    {ACTION_LOST, CONTEXT_VISIT, "L", "lost",
     "tell the instructor, without your name, that you are lost; again takes it back"},
    {ACTION_SLOW, CONTEXT_VISIT, "S", "too slow", "the same, that it is too slow for you"},
    {ACTION_PAGE_DOWN, ANYWHERE, "PgDn", NULL, "scroll down"},
    {ACTION_PAGE_UP, ANYWHERE, "PgUp", NULL, "scroll up"},
    {ACTION_BACK, ANYWHERE ^ (CONTEXT_HOME | CONTEXT_WELCOME), "Esc", NULL,
     "back to where you came from"},
    {ACTION_HELP, ANYWHERE ^ CONTEXT_HELP, "? F1", "keys", "this page"},
    {ACTION_REDRAW, ANYWHERE, "Ctrl-L", NULL, "paint the screen anew"},
    {ACTION_QUIT, ANYWHERE ^ (CONTEXT_HELP | CONTEXT_FIND | CONTEXT_SEARCH), "q", "quit",
     "leave; everything you answered is kept"},
};

const size_t action_count = sizeof actions / sizeof *actions;

static const struct {
    const char *name, *shown;
    enum key key;
} keys[] = {
    {"Enter", "Enter", KEY_ENTER_},
    {"Esc", "Esc", KEY_ESCAPE_},
    {"Tab", "Tab", KEY_TAB_},
    {"Backspace", "Backspace", KEY_BACKSPACE_},
    {"Up", "↑", KEY_UP_},
    {"Down", "↓", KEY_DOWN_},
    {"Left", "←", KEY_LEFT_},
    {"Right", "→", KEY_RIGHT_},
    {"PgUp", "PgUp", KEY_PAGE_UP_},
    {"PgDn", "PgDn", KEY_PAGE_DOWN_},
    {"Home", "Home", KEY_HOME_},
    {"End", "End", KEY_END_},
    {"F1", "F1", KEY_F1_},
    {"Ctrl-D", "Ctrl-D", KEY_CTRL_D_},
    {"Ctrl-F", "Ctrl-F", KEY_CTRL_F_},
    {"Ctrl-L", "Ctrl-L", KEY_CTRL_L_},
    {"Ctrl-N", "Ctrl-N", KEY_CTRL_N_},
};

const char *action_key_shown(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strlen(keys[i].name) == length && memcmp(keys[i].name, name, length) == 0)
            return keys[i].shown;
    return NULL;
}

static bool key_is(struct str name, const struct input *input)
{
    if (input->kind == INPUT_CHARACTER) {
        size_t length;
        if (str_is(name, "Space"))
            return input->character == ' ';
        return utf8_decode(name.text, name.length, &length) == (int32_t)input->character &&
               length == name.length;
    }
    if (input->kind != INPUT_KEY)
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_is(name, keys[i].name))
            return keys[i].key == input->key;
    return false;
}

bool action_shown(uint64_t contexts, const struct action *action)
{
    if (!(action->contexts & contexts))
        return false;
    struct str names = str_of(action->keys), first = str_word(&names);
    for (const struct action *above = actions; above < action; above++) {
        struct str taken = str_of(above->keys), name;
        while (above->contexts & contexts && (name = str_word(&taken)).length)
            if (name.length == first.length && memcmp(name.text, first.text, name.length) == 0)
                return false;
    }
    return true;
}

enum action_id action_for(uint64_t contexts, const struct input *input)
{
    for (size_t i = 0; i < action_count; i++) {
        if (!(actions[i].contexts & contexts))
            continue;
        struct str names = str_of(actions[i].keys), name;
        while ((name = str_word(&names)).length)
            if (key_is(name, input))
                return actions[i].id;
    }
    return ACTION_NONE;
}

void action_footer(uint64_t contexts, struct grid *grid, int y)
{
    /* Help and the way out always have their place; the rest fills what is left. */
    bool typing = contexts & (CONTEXT_LINES | CONTEXT_TEXT | CONTEXT_FIND | CONTEXT_SEARCH);
    bool help = !(contexts & CONTEXT_HELP);
    const char *help_key = typing ? "F1" : "?", *out_key = typing || !help ? "Esc" : "q";
    const char *out = typing || !help ? "back" : "quit";
    int last = (int)(strlen(out_key) + strlen(out) + 1);
    if (help)
        last += (int)strlen(help_key) + 7;
    int x = 1, right = grid->width - last - 2;
    for (size_t i = 0; i < action_count; i++) {
        const struct action *action = &actions[i];
        if (!action_shown(contexts, action) || !action->footer || action->id == ACTION_HELP ||
            action->id == ACTION_QUIT)
            continue;
        struct str names = str_of(action->keys), name = str_word(&names);
        const char *shown = action_key_shown(name.text, name.length);
        struct buf key = {0};
        if (shown)
            buf_add(&key, shown);
        else
            buf_add_n(&key, name.text, name.length);
        if (action->id == ACTION_UP || (action->id == ACTION_LEFT && !(contexts & CONTEXT_ORDER)))
            buf_add(&key, action->id == ACTION_UP ? "↓" : "→"); /* the pair is one thing to do */
        int wide = utf8_columns(buf_text(&key), key.length) +
                   utf8_columns(action->footer, strlen(action->footer)) + 1;
        if (x + wide <= right) {
            x = grid_put(grid, x, y, STYLE(ROLE_KEY), buf_text(&key));
            x = grid_put(grid, x + 1, y, STYLE(ROLE_DIM), action->footer) + 2;
        }
        buf_free(&key);
    }
    int at = grid->width - last - 1;
    if (help) {
        at = grid_put(grid, at, y, STYLE(ROLE_KEY), help_key);
        at = grid_put(grid, at + 1, y, STYLE(ROLE_DIM), "keys") + 2;
    }
    at = grid_put(grid, at, y, STYLE(ROLE_KEY), out_key);
    grid_put(grid, at + 1, y, STYLE(ROLE_DIM), out);
}
