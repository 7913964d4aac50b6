/* Words looked for in a whole course: what holds them, in which order, and what stays hidden. */
#include "support/test.h"

#include "base/utf8.h"
#include "course/search.h"
#include "quiz/fold.h"

#include <stdlib.h>
#include <string.h>

static const char lesson[] =
    "# Noise\n\n```chapter\nid: noise\nquiz: 03-noise.gift\n```\n\n"
    "## 3.1 A mask\n\nUnits are dropped by a *Bernoulli* toss. Ångström was naïve.\n\n---\n\n"
    "Second words, with the [[mask]] again.\n\n"
    "```demo mask p=0.5\npredict kept_count: How many zebras stay?\n"
    "watch: the walrus\nsee: It was {kept_count}, said the ocelot.\n"
    "explain: Why the badger?\n+ For the lynx\n# The stoat\n- For the otter\n# The "
    "mink\n```\n\n---\n\n"
    "After it the narwhal comes.\n\n"
    "```recall\n- the idea of a heron\n```\n\n"
    "## 3.2 Why rescale\n\nNothing about it.\n\n"
    "```notes\n- the instructor's gecko\n```\n";
static const char glossary[] =
    "# Glossary\n\n## Mask\n\nA row of zeros.\n\n## Unmasked\n\nNo row.\n";
static const char quiz[] = "// [id:q3.1] [tag:section:3.2]\nWhich zebra holds the *mask*? {=the "
                           "puffin#yes ~the ibis#no}\n";

struct fixture {
    struct course course;
    struct search search;
    bool all_seen;
};

static bool seen(void *user, const struct chapter *chapter, const struct step *step)
{
    (void)chapter;
    (void)step;
    return ((struct fixture *)user)->all_seen;
}

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    const char *folder = test_folder();
    struct err err;
    test_file(folder, "lessons/03-noise.md", lesson);
    test_file(folder, "lessons/glossary.md", glossary);
    test_file(folder, "quizzes/03-noise.gift", quiz);
    if (!course_open(&f->course, folder, &err))
        fail_msg("%s", err.text);
    search_open(&f->search, &f->course, seen, f);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    search_close(&f->search);
    course_close(&f->course);
    free(f);
    return 0;
}

/* The hits of the course itself: the demos are those of the program. */
static size_t find(struct fixture *f, const char *words)
{
    size_t count = 0;
    search_find(&f->search, words);
    for (size_t i = 0; i < f->search.hit_count; i++)
        count += f->search.hits[i].entry->kind != SEARCH_DEMO;
    return count;
}

static void test_case_and_accents_do_not_count(void **state)
{
    static const char *const words[] = {"BERNOULLI", "bernoullí", "angstrom",  "Ångström",
                                        "NAIVE",     "nai",       "toss. ang", "was dropped"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(find(*state, words[i]), 1);
        const struct search_entry *entry = ((struct fixture *)*state)->search.hits[0].entry;
        assert_int_equal(entry->kind, SEARCH_STEP);
        assert_int_equal(entry->step, 0);
        assert_string_equal(entry->place, "3.1 A mask");
    }
    assert_int_equal(find(*state, "bernoulli zebra"), 0); /* never in one place */
    assert_int_equal(find(*state, ""), 0);
    assert_int_equal(find(*state, "  \n "), 0);
}

static void test_what_is_yet_to_be_found_out_is_not_found(void **state)
{
    /* see, watch, explanations, ideas to recall, notes, keys, options and their feedback */
    static const char *const words[] = {"ocelot", "walrus", "badger", "lynx", "stoat", "otter",
                                        "heron",  "gecko",  "puffin", "ibis", "yes"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(find(*state, words[i]), 0);
    assert_int_equal(find(*state, "zebra"), 2); /* a prediction and a stem may be read */
}

static void test_a_prediction_hides_what_follows_until_it_was_seen(void **state)
{
    struct fixture *f = *state;
    struct buf words = {0};
    size_t at, length;
    assert_int_equal(find(f, "narwhal"), 1);
    assert_true(f->search.hits[0].entry->hidden);
    assert_int_equal(f->search.hits[0].entry->step, 1); /* to the prediction, not past it */
    search_excerpt(&f->search.hits[0], 70, &words, &at, &length);
    assert_null(strstr(buf_text(&words), "narwhal"));
    f->all_seen = true;
    search_close(&f->search);
    search_open(&f->search, &f->course, seen, f);
    assert_int_equal(find(f, "narwhal"), 1);
    assert_false(f->search.hits[0].entry->hidden);
    assert_int_equal(f->search.hits[0].entry->step, 2);
    buf_free(&words);
}

static void test_the_best_kind_comes_first_and_kinds_stay_together(void **state)
{
    struct fixture *f = *state;
    assert_true(find(f, "mask") >= 5);
    assert_int_equal(f->search.hits[0].entry->kind, SEARCH_TERM);
    assert_string_equal(f->search.hits[0].entry->name, "mask");
    assert_string_equal(f->search.hits[1].entry->name, "unmasked"); /* within a word: later */
    bool over[SEARCH_KINDS] = {false};
    for (size_t i = 1; i < f->search.hit_count; i++) {
        enum search_kind kind = f->search.hits[i].entry->kind;
        if (kind != f->search.hits[i - 1].entry->kind)
            over[f->search.hits[i - 1].entry->kind] = true;
        assert_false(over[kind]);
    }
}

static void test_a_question_leads_to_its_section_and_a_demo_to_itself(void **state)
{
    struct fixture *f = *state;
    find(f, "which zebra");
    const struct search_entry *entry = f->search.hits[0].entry;
    assert_int_equal(entry->kind, SEARCH_QUESTION);
    assert_int_equal(entry->section, 1);
    assert_string_equal(entry->name, "q3.1");
    find(f, "mask-count");
    assert_int_equal(f->search.hits[0].entry->kind, SEARCH_DEMO);
    assert_string_equal(f->search.hits[0].entry->name, "mask-count");
}

static void test_excerpt_shows_the_word_at_any_width(void **state)
{
    struct fixture *f = *state;
    find(f, "angstrom");
    for (int columns = 12; columns < 90; columns++) {
        struct buf words = {0};
        size_t at, length;
        search_excerpt(&f->search.hits[0], columns, &words, &at, &length);
        const char *text = buf_text(&words);
        assert_true(utf8_columns(text, words.length) <= columns);
        assert_int_equal(length, strlen("Ångström"));
        assert_memory_equal(text + at, "Ångström", length);
        buf_free(&words);
    }
}

static void test_folding_knows_where_each_character_came_from(void **state)
{
    (void)state;
    struct str text = str_of("Straße ÉTÉ Ελλάς");
    struct buf folded = {0};
    fold_loosely(&folded, text);
    assert_string_equal(buf_text(&folded), "strasse ete ελλασ");
    size_t at = (size_t)(strstr(buf_text(&folded), "ete") - buf_text(&folded));
    assert_string_equal(text.text + fold_loosely_at(text, at), "ÉTÉ Ελλάς");
    assert_int_equal(fold_loosely_at(text, folded.length), text.length);
    buf_free(&folded);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_case_and_accents_do_not_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_yet_to_be_found_out_is_not_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_prediction_hides_what_follows_until_it_was_seen,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_best_kind_comes_first_and_kinds_stay_together,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_question_leads_to_its_section_and_a_demo_to_itself,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_excerpt_shows_the_word_at_any_width, set_up,
                                        tear_down),
        cmocka_unit_test(test_folding_knows_where_each_character_came_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
