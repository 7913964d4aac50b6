/* Marks as Moodle gives them: answers graded by its own question classes. */
#include "support/vectors.h"

#include "base/utf8.h"
#include "quiz/quiz.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 64 };

/* A response as a file has it: null, a text, true or false, a list, or stems and right sides. */
static size_t said_things(struct arena *arena, json_t *response, struct said said[MOST])
{
    size_t count = 0, i;
    const char *key;
    json_t *value;
    if (json_is_boolean(response)) {
        said[count++] = (struct said){.text = json_is_true(response) ? "true" : "false"};
    } else if (json_is_string(response)) {
        said[count++] = (struct said){.text = json_string_value(response)};
    } else if (json_is_number(response)) {
        said[count++] =
            (struct said){.text = arena_printf(arena, "%.17g", json_number_value(response))};
    } else if (json_is_array(response)) {
        json_array_foreach(response, i, value)
        {
            assert_true(count < MOST);
            said[count++] = (struct said){.text = json_string_value(value)};
        }
    } else if (json_is_object(response)) {
        json_object_foreach(response, key, value)
        {
            assert_true(count < MOST);
            const char *text = json_is_string(value) ? json_string_value(value) : "";
            said[count++] = (struct said){key, text};
        }
    }
    return count;
}

/* Whether something that was said is the text of no choice and of no pair. */
static bool names_unknown(const struct question *question, const struct said *said, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t j = 0; j < question->choice_count && !known; j++) {
            const struct choice *choice = &question->choices[j];
            known = strcmp(said[i].text, choice->match ? choice->match : choice->text.text) == 0;
        }
        if (!known)
            return true;
    }
    return false;
}

static bool is_blank(json_t *response)
{
    return !response || json_is_null(response) ||
           (json_is_string(response) && !*json_string_value(response));
}

static void check_mark(const struct question *question, struct arena *arena, json_t *result)
{
    struct said said[MOST];
    size_t slots[MOST];
    struct answer answer;
    struct err err = {""};
    json_t *response = json_object_get(result, "response");
    char *shown = json_dumps(response, JSON_ENCODE_ANY);
    assert_true(question->choice_count <= MOST);
    size_t count = said_things(arena, response, said);
    bool known = answer_from_texts(&answer, question, said, count, slots, &err);
    struct mark mark = mark_answer(question, &answer);
    const char *state = json_string_value(json_object_get(result, "state"));
    if (json_object_get(result, "error")) { /* only a person can mark it */
        if (mark.state != MARK_NEEDS_GRADING && !(is_blank(response) && mark.state == MARK_GAVE_UP))
            fail_msg("%s: marked, but only a person can", shown);
    } else {
        double fraction = json_number_value(json_object_get(result, "fraction"));
        bool agrees = fabs(mark.fraction - fraction) < 1e-9 &&
                      strcmp(mark_state_name(mark.state), state) == 0;
        /* E310: where Moodle overlooks an unknown choice, nothing of the answer counts. */
        bool refused = !known && mark.state == MARK_GAVE_UP && names_unknown(question, said, count);
        if (!agrees && !refused)
            fail_msg("%s: marked %.17g %s, expected %.17g %s", shown, mark.fraction,
                     mark_state_name(mark.state), fraction, state);
    }
    free(shown);
}

static void test_marks_as_moodle_does(void **state)
{
    json_t *one = *state, *result;
    struct arena arena;
    struct quiz quiz;
    struct buf gift = {0};
    arena_init(&arena);
    if (json_integer_value(json_object_get(one, "usecase")))
        buf_add(&gift, "// [nt:case]\n");
    buf_add(&gift, json_string_value(json_object_get(one, "gift")));
    gift_read(&quiz, &arena, "case.gift", buf_text(&gift), gift.length, GIFT_GRADE, NULL);
    json_t *results = json_object_get(one, "results");
    size_t i, refused = 0;
    assert_true(json_array_size(results) > 0);
    /* Moodle takes an answer that is no number for every number; we refuse the question (E170). */
    struct findings findings;
    findings_init(&findings, &arena);
    struct quiz again;
    gift_read(&again, &arena, "case.gift", buf_text(&gift), gift.length, GIFT_GRADE, &findings);
    for (i = 0; i < findings.count; i++)
        refused += strcmp(findings.list[i].code, "E170") == 0;
    if (!refused) {
        assert_int_equal(quiz.count, 1);
        json_array_foreach(results, i, result)
        {
            check_mark(&quiz.questions[0], &arena, result);
        }
    } else {
        assert_int_equal(quiz.count, 0);
    }
    buf_free(&gift);
    arena_free(&arena);
}

int main(void)
{
    utf8_start();
    return vectors_run("../shared/vectors/quiz/grade-vectors.json", "cases",
                       test_marks_as_moodle_does);
}
