/* The table of keys: nothing hidden by accident, nothing without help, always a way out. */
#include "support/test.h"

#include "tui/actions.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Every situation the views can be in: what their contexts() return. */
static const struct {
    const char *name;
    uint64_t contexts;
    bool text; /* characters go to a field */
} situations[] = {
    {"welcome", CONTEXT_WELCOME, false},
    {"home", CONTEXT_HOME, false},
    {"reading", CONTEXT_READ | CONTEXT_LINKS | CONTEXT_BACK, false},
    {"reading, on a link", CONTEXT_READ | CONTEXT_LINK | CONTEXT_LINKS | CONTEXT_BACK, false},
    {"reading, more below", CONTEXT_READ | CONTEXT_BELOW | CONTEXT_LINKS | CONTEXT_BACK, false},
    {"looking up", CONTEXT_READ | CONTEXT_LOOKUP | CONTEXT_LINKS | CONTEXT_BACK, false},
    {"looking up, asked to choose", CONTEXT_PREDICT | CONTEXT_CHOOSE | CONTEXT_LOOKUP, false},
    {"predict a number", CONTEXT_PREDICT, false},
    {"predict by choosing", CONTEXT_PREDICT | CONTEXT_CHOOSE | CONTEXT_BACK, false},
    {"predict an order", CONTEXT_PREDICT | CONTEXT_CHOOSE | CONTEXT_ORDER, false},
    {"a number", CONTEXT_QUESTION, false},
    {"a number in a quiz", CONTEXT_QUESTION | CONTEXT_QUIZ, false},
    {"one of many", CONTEXT_QUESTION | CONTEXT_CHOOSE, false},
    {"many", CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_MANY, false},
    {"an order", CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_ORDER, false},
    {"pairs", CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_PAIRS | CONTEXT_BACK, false},
    {"a word", CONTEXT_QUESTION | CONTEXT_TEXT, true},
    {"a text", CONTEXT_QUESTION | CONTEXT_LINES, true},
    {"how sure", CONTEXT_SURE | CONTEXT_QUIZ | CONTEXT_UNDO, false},
    {"a second try", CONTEXT_QUESTION | CONTEXT_QUIZ | CONTEXT_ABOUT | CONTEXT_REFUTE, false},
    {"a second try by choosing",
     CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_QUIZ | CONTEXT_ABOUT | CONTEXT_REFUTE, false},
    {"missed, with another try",
     CONTEXT_RETRY | CONTEXT_QUIZ | CONTEXT_ABOUT | CONTEXT_REFUTE | CONTEXT_UNDO, false},
    {"a quiz gone on with", CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_QUIZ | CONTEXT_ANEW, false},
    {"what misled", CONTEXT_OVER | CONTEXT_REFUTE | CONTEXT_QUIZ | CONTEXT_BELOW, false},
    {"running", CONTEXT_RUNNING, false},
    {"outcome", CONTEXT_OUTCOME | CONTEXT_CHANCE | CONTEXT_PICTURE | CONTEXT_LINKS | CONTEXT_BACK,
     false},
    {"running again", CONTEXT_OUTCOME | CONTEXT_CHANCE | CONTEXT_PICTURE | CONTEXT_RUNNING, false},
    {"feedback", CONTEXT_FEEDBACK | CONTEXT_BACK, false},
    {"done before", CONTEXT_FEEDBACK | CONTEXT_REPEAT | CONTEXT_BACK | CONTEXT_PLACE, false},
    {"feedback in a quiz", CONTEXT_FEEDBACK | CONTEXT_QUIZ, false},
    {"feedback with a section", CONTEXT_FEEDBACK | CONTEXT_ABOUT | CONTEXT_UNDO, false},
    {"feedback in a review",
     CONTEXT_FEEDBACK | CONTEXT_QUIZ | CONTEXT_ABOUT | CONTEXT_REFUTE | CONTEXT_UNDO |
         CONTEXT_REVIEW,
     false},
    {"result", CONTEXT_RESULT | CONTEXT_QUIZ | CONTEXT_MISSED, false},
    {"a review is over", CONTEXT_OVER | CONTEXT_QUIZ | CONTEXT_MORE, false},
    {"over", CONTEXT_OVER | CONTEXT_BACK, false},
    {"the course is over", CONTEXT_OVER | CONTEXT_BACK | CONTEXT_TEST, false},
    {"the last quiz is over", CONTEXT_RESULT | CONTEXT_QUIZ | CONTEXT_TEST, false},
    {"statistics", CONTEXT_STATS | CONTEXT_TEST, false},
    {"demo", CONTEXT_DEMO, false},
    {"demo with chance", CONTEXT_DEMO | CONTEXT_CHANCE, false},
    {"demo at work", CONTEXT_DEMO | CONTEXT_CHANCE | CONTEXT_RUNNING, false},
    {"gallery", CONTEXT_LIST | CONTEXT_GALLERY, false},
    {"glossary", CONTEXT_LIST, false},
    {"finding", CONTEXT_FIND, true},
    {"a step", CONTEXT_READ | CONTEXT_LINKS | CONTEXT_BACK | CONTEXT_PLACE, false},
    {"a step that asks", CONTEXT_PREDICT | CONTEXT_CHOOSE | CONTEXT_BACK | CONTEXT_PLACE, false},
    {"a step that showed",
     CONTEXT_OUTCOME | CONTEXT_CHANCE | CONTEXT_PICTURE | CONTEXT_BACK | CONTEXT_PLACE, false},
    {"searching", CONTEXT_SEARCH, true},
    {"bookmarks", CONTEXT_MARKS, false},
    {"help", CONTEXT_HELP, false},
    {"options", CONTEXT_SETTINGS, false},
    {"presenting a step", CONTEXT_PRESENT | CONTEXT_READ | CONTEXT_LINKS | CONTEXT_BACK, false},
    {"presenting a question", CONTEXT_PRESENT | CONTEXT_QUESTION | CONTEXT_CHOOSE, false},
    {"holding a class", CONTEXT_PRESENT | CONTEXT_CLASS | CONTEXT_READ | CONTEXT_BACK, false},
    {"holding a class, a question",
     CONTEXT_PRESENT | CONTEXT_CLASS | CONTEXT_QUESTION | CONTEXT_CHOOSE, false},
    {"following a presentation", CONTEXT_QUIZ, false},
    {"visiting a class", CONTEXT_VISIT, false},
    {"free to read on", CONTEXT_VISIT | CONTEXT_OVER, false},
    {"voting for one", CONTEXT_VISIT | CONTEXT_VOTE | CONTEXT_CHOOSE, false},
    {"voting for several", CONTEXT_VISIT | CONTEXT_VOTE | CONTEXT_CHOOSE | CONTEXT_MANY, false},
    {"voting for an order", CONTEXT_VISIT | CONTEXT_VOTE | CONTEXT_CHOOSE | CONTEXT_ORDER, false},
    {"voting for pairs", CONTEXT_VISIT | CONTEXT_VOTE | CONTEXT_CHOOSE | CONTEXT_PAIRS, false},
    {"voting with a number", CONTEXT_VISIT | CONTEXT_VOTE | CONTEXT_TEXT, true},
    {"presenting feedback", CONTEXT_PRESENT | CONTEXT_FEEDBACK | CONTEXT_ABOUT, false},
};
enum { SITUATIONS = sizeof situations / sizeof *situations };

/* Two rows may name one key in one situation only where the upper is meant to win. */
static const struct {
    const char *key;
    enum action_id winner, hidden;
} meant[] = {
    {"Enter", ACTION_NEW_LINE, ACTION_ENTER}, /* in a text of several lines */
    {"Enter", ACTION_FOLLOW, ACTION_ENTER},   /* on a link; Space and n still go on */
    {"Space", ACTION_PAUSE, ACTION_ENTER},    /* what is at work again is paused; n goes on */
    {"b", ACTION_BLANK, ACTION_PICK},         /* before a room; 2 still picks */
    {"b", ACTION_BLANK, ACTION_SECTION},
    {"b", ACTION_PICK, ACTION_BACK},    /* Esc still goes back */
    {"b", ACTION_PICK, ACTION_SECTION}, /* an option; after the answer b reads about it */
    {"d", ACTION_PICK, ACTION_REFUTE},
    {"Enter", ACTION_PAGE_DOWN, ACTION_ENTER}, /* n goes on at once */
    {"Space", ACTION_PAGE_DOWN, ACTION_ENTER},
};

static bool is_meant(struct str key, enum action_id winner, enum action_id hidden)
{
    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        if (str_is(key, meant[i].key) && meant[i].winner == winner && meant[i].hidden == hidden)
            return true;
    return false;
}

static void test_no_key_is_claimed_twice_by_accident(void **state)
{
    (void)state;
    for (size_t s = 0; s < SITUATIONS; s++)
        for (size_t lower = 0; lower < action_count; lower++) {
            if (!(actions[lower].contexts & situations[s].contexts))
                continue;
            struct str names = str_of(actions[lower].keys), name;
            while ((name = str_word(&names)).length)
                for (size_t upper = 0; upper < lower; upper++) {
                    if (!(actions[upper].contexts & situations[s].contexts))
                        continue;
                    struct str others = str_of(actions[upper].keys), other;
                    while ((other = str_word(&others)).length)
                        if (other.length == name.length &&
                            memcmp(other.text, name.text, name.length) == 0 &&
                            !is_meant(name, actions[upper].id, actions[lower].id))
                            fail_msg("%s: %.*s is \"%s\" and \"%s\"", situations[s].name,
                                     (int)name.length, name.text, actions[upper].help,
                                     actions[lower].help);
                }
        }
}

static void test_every_row_can_be_explained_and_pressed(void **state)
{
    (void)state;
    for (size_t i = 0; i < action_count; i++) {
        assert_non_null(actions[i].help);
        assert_true(strlen(actions[i].help) > 3);
        assert_true(actions[i].contexts != 0);
        struct str names = str_of(actions[i].keys), name;
        size_t count = 0;
        for (; (name = str_word(&names)).length; count++) {
            /* A name of several letters is a key that is known, or the space bar. */
            size_t length;
            utf8_decode(name.text, name.length, &length);
            if (length != name.length && !str_is(name, "Space") &&
                !action_key_shown(name.text, name.length))
                fail_msg("no such key: %.*s", (int)name.length, name.text);
        }
        assert_true(count > 0);
    }
}

static void test_every_row_is_of_use_somewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < action_count; i++) {
        bool found = false;
        for (size_t s = 0; s < SITUATIONS; s++)
            found = found || action_shown(situations[s].contexts, &actions[i]);
        if (!found)
            fail_msg("nobody can ever press \"%s\"", actions[i].help);
    }
}

static enum action_id pressed(uint64_t contexts, enum key key)
{
    return action_for(contexts, &(struct input){.kind = INPUT_KEY, .key = key});
}

static enum action_id typed(uint64_t contexts, char c)
{
    return action_for(contexts, &(struct input){.kind = INPUT_CHARACTER, .character = (uint32_t)c});
}

static void test_there_is_always_a_way_out_and_help(void **state)
{
    (void)state;
    for (size_t s = 0; s < SITUATIONS; s++) {
        uint64_t contexts = situations[s].contexts;
        bool back = pressed(contexts, KEY_ESCAPE_) == ACTION_BACK;
        bool quit = !situations[s].text && typed(contexts, 'q') == ACTION_QUIT;
        if (!back && !quit)
            fail_msg("%s: no way out", situations[s].name);
        if (!(contexts & (CONTEXT_WELCOME | CONTEXT_HOME)) && !back)
            fail_msg("%s: Esc does not go back", situations[s].name);
        if (!(contexts & CONTEXT_HELP))
            assert_int_equal(pressed(contexts, KEY_F1_), ACTION_HELP);
        assert_int_equal(pressed(contexts, KEY_CTRL_L_), ACTION_REDRAW);
    }
}

static void test_enter_does_something_wherever_one_goes_on(void **state)
{
    (void)state;
    for (size_t s = 0; s < SITUATIONS; s++) {
        uint64_t contexts = situations[s].contexts;
        if (contexts & (CONTEXT_RUNNING | CONTEXT_DEMO | CONTEXT_HELP) ||
            contexts == CONTEXT_LIST || contexts == CONTEXT_QUIZ ||
            contexts == CONTEXT_VISIT) /* they wait for the instructor */
            continue;
        enum action_id enter = pressed(contexts, KEY_ENTER_);
        assert_int_equal(enter, contexts & CONTEXT_LINES   ? ACTION_NEW_LINE
                                : contexts & CONTEXT_LINK  ? ACTION_FOLLOW
                                : contexts & CONTEXT_BELOW ? ACTION_PAGE_DOWN
                                                           : ACTION_ENTER);
    }
}

static void test_keys_mean_nothing_where_they_are_not_listed(void **state)
{
    (void)state;
    assert_int_equal(typed(CONTEXT_HOME, 'r'), ACTION_REVIEW);
    assert_int_equal(typed(CONTEXT_READ, 'r'), ACTION_NONE);
    assert_int_equal(typed(CONTEXT_READ, 'd'), ACTION_NONE);
    assert_int_equal(typed(CONTEXT_DEMO, '0'), ACTION_RESET);
    assert_int_equal(typed(CONTEXT_PREDICT, 's'), ACTION_WATCH);
    assert_int_equal(typed(CONTEXT_QUESTION, 's'), ACTION_NONE);
    assert_int_equal(action_for(CONTEXT_READ, &(struct input){.kind = INPUT_PASTE, .text = "q"}),
                     ACTION_NONE);
    assert_int_equal(action_for(CONTEXT_READ, &(struct input){.kind = INPUT_PRESS}), ACTION_NONE);
}

static void test_footer_fits_and_keeps_the_way_out(void **state)
{
    (void)state;
    for (size_t s = 0; s < SITUATIONS; s++)
        for (int width = 40; width <= 200; width += 8) {
            struct grid grid;
            struct buf text = {0};
            grid_init(&grid, width, 1);
            action_footer(situations[s].contexts, &grid, 0);
            grid_print_text(&grid, true, &text);
            const char *line = buf_text(&text);
            bool esc = situations[s].text || situations[s].contexts & CONTEXT_HELP;
            const char *out = esc ? "Esc back\n" : "q quit\n";
            if (!strstr(line, out))
                fail_msg("%s at %d: %s", situations[s].name, width, line);
            if (!(situations[s].contexts & CONTEXT_HELP))
                assert_non_null(strstr(line, situations[s].text ? "F1 keys" : "? keys"));
            assert_null(strstr(line, situations[s].contexts & CONTEXT_LINES ? "answer" : "\033"));
            assert_int_equal(grid_at(&grid, width - 1, 0)->character, ' ');
            buf_free(&text);
            grid_free(&grid);
        }
}

/* What the footer offers first is what most people press next. */
static void test_footer_begins_with_the_way_on(void **state)
{
    (void)state;
    static const struct {
        uint64_t contexts;
        const char *begins;
    } cases[] = {
        {CONTEXT_READ, " Enter next"},
        {CONTEXT_PREDICT, " Enter lock in"},
        {CONTEXT_QUESTION | CONTEXT_CHOOSE, " Enter answer"},
        {CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_MANY, " Space mark  Enter answer"},
        {CONTEXT_QUESTION | CONTEXT_LINES, " Ctrl-D done  Enter new line"},
        {CONTEXT_FIND, " Enter keep"},
        {CONTEXT_SURE, " 3 sure  2 unsure  1 guess  Enter skip"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct grid grid;
        struct buf text = {0};
        grid_init(&grid, 80, 1);
        action_footer(cases[i].contexts, &grid, 0);
        grid_print_text(&grid, true, &text);
        if (!text_starts(buf_text(&text), cases[i].begins))
            fail_msg("\"%s\" is not at the beginning of: %s", cases[i].begins, buf_text(&text));
        buf_free(&text);
        grid_free(&grid);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_key_is_claimed_twice_by_accident),
        cmocka_unit_test(test_every_row_can_be_explained_and_pressed),
        cmocka_unit_test(test_every_row_is_of_use_somewhere),
        cmocka_unit_test(test_there_is_always_a_way_out_and_help),
        cmocka_unit_test(test_enter_does_something_wherever_one_goes_on),
        cmocka_unit_test(test_keys_mean_nothing_where_they_are_not_listed),
        cmocka_unit_test(test_footer_fits_and_keeps_the_way_out),
        cmocka_unit_test(test_footer_begins_with_the_way_on),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
