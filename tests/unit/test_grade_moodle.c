/* Moodle's marks from one end to the other: each response of the vectors as a line of NDJSON and as a
 * row of a spreadsheet, through the program. */
#include "support/vectors.h"

#include "base/utf8.h"
#include "support/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(json_t *response)
{
    return !response || json_is_null(response) ||
           (json_is_string(response) && !*json_string_value(response));
}

/* An answer as a cell of a spreadsheet. */
static void add_cell(struct buf *out, json_t *response)
{
    size_t i;
    const char *key, *separator = "";
    json_t *value;
    if (json_is_string(response)) {
        buf_add(out, json_string_value(response));
    } else if (json_is_boolean(response)) {
        buf_add(out, json_is_true(response) ? "true" : "false");
    } else if (json_is_number(response)) {
        buf_add_number(out, json_number_value(response));
    } else if (json_is_array(response)) {
        json_array_foreach(response, i, value)
        {
            buf_addf(out, "%s%s", separator, json_string_value(value));
            separator = "|";
        }
    } else if (json_is_object(response)) {
        json_object_foreach(response, key, value)
        {
            if (!json_is_string(value))
                continue;
            buf_addf(out, "%s%s -> %s", separator, key, json_string_value(value));
            separator = "|";
        }
    }
}

static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *p);
    }
    buf_add_char(out, '"');
}

static void check_item(json_t *result, json_t *line, const char *how)
{
    json_t *response = json_object_get(result, "response");
    json_t *item = json_object_get(json_object_get(line, "items"), "q");
    char *shown = json_dumps(response, JSON_ENCODE_ANY);
    const char *state = json_string_value(json_object_get(result, "state"));
    const char *ours = json_string_value(json_object_get(item, "s"));
    if (json_object_get(result, "error")) { /* only a person can mark it */
        if (!is_blank(response) && (!ours || strcmp(ours, "needsgrading") != 0))
            fail_msg("%s, %s: marked, but only a person can", how, shown);
    } else {
        double fraction = json_number_value(json_object_get(result, "fraction"));
        double given = json_number_value(json_object_get(item, "f"));
        /* E310: where Moodle overlooks an unknown choice, nothing of the answer counts. */
        bool refused = json_object_get(line, "refused") != NULL && strcmp(ours, "gaveup") == 0;
        if (!item || (!refused && (fabs(given - fraction) > 1e-9 || strcmp(ours, state) != 0)))
            fail_msg("%s, %s: marked %.17g %s, expected %.17g %s", how, shown, given,
                     ours ? ours : "not", fraction, state);
    }
    free(shown);
}

static void check_run(const char *quiz, const struct buf *input, json_t *results, const char *how)
{
    struct run run =
        run_program_n((const char *const[]){"nntutor", "grade", "--quiz", quiz, "-", NULL}, NULL,
                      buf_text(input), input->length);
    struct str rest = {buf_text(&run.out), run.out.length}, line;
    size_t i;
    json_t *result;
    json_array_foreach(results, i, result)
    {
        if (!str_line(&rest, &line))
            fail_msg("%s: %zu lines for %zu responses\n%s", how, i, json_array_size(results),
                     buf_text(&run.err));
        json_t *json = json_loadb(line.text, line.length, 0, NULL);
        assert_non_null(json);
        check_item(result, json, how);
        json_decref(json);
    }
    run_free(&run);
}

static void test_marks_as_moodle_does_through_the_program(void **state)
{
    json_t *one = *state, *result, *results = json_object_get(one, "results");
    struct buf gift = {0}, lines = {0}, rows = {0};
    buf_addf(&gift, "// [id:q]%s\n%s",
             json_integer_value(json_object_get(one, "usecase")) ? " [nt:case]" : "",
             json_string_value(json_object_get(one, "gift")));
    const char *quiz = test_file(test_folder(), "case.gift", buf_text(&gift));
    size_t i;
    buf_add(&rows, "learner,q\n");
    json_array_foreach(results, i, result)
    {
        json_t *response = json_object_get(result, "response");
        struct buf cell = {0};
        char *text = response ? json_dumps(response, JSON_ENCODE_ANY) : NULL;
        buf_addf(&lines, "{\"learner\":\"u%zu\",\"answers\":{\"q\":%s}}\n", i,
                 text ? text : "null");
        add_cell(&cell, response);
        buf_addf(&rows, "u%zu,", i);
        add_quoted(&rows, buf_text(&cell));
        buf_add(&rows, "\n");
        buf_free(&cell);
        free(text);
    }
    /* Moodle takes an answer that is no number for every number; we refuse the question (E170). */
    if (strcmp(json_string_value(json_object_get(one, "id")), "nu-text-bug") != 0) {
        check_run(quiz, &lines, results, "NDJSON");
        check_run(quiz, &rows, results, "CSV");
    }
    buf_free(&gift);
    buf_free(&lines);
    buf_free(&rows);
}

int main(void)
{
    utf8_start();
    return vectors_run("../shared/vectors/quiz/grade-vectors.json", "cases",
                       test_marks_as_moodle_does_through_the_program);
}
