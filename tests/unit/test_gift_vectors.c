/* GIFT as Moodle reads it: what its importer made of each text, and what we make of it.
 *
 * Where we depart from Moodle on purpose (the list opens src/quiz/gift.c) a finding says so, and it
 * is by the code of that finding that a difference is allowed here. */
#include "support/vectors.h"

#include "base/utf8.h"
#include "quiz/quiz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena arena;
    struct findings findings;
    struct quiz quiz;
    json_t *questions;
};

static void read_case(struct reading *reading, const char *gift)
{
    struct buf text = {0};
    arena_init(&reading->arena);
    findings_init(&reading->findings, &reading->arena);
    gift_read(&reading->quiz, &reading->arena, "case.gift", gift, strlen(gift), GIFT_GRADE,
              &reading->findings);
    quiz_write_json(&reading->quiz, &text);
    json_error_t error;
    reading->questions = json_loads(buf_text(&text), JSON_REJECT_DUPLICATES, &error);
    if (!reading->questions)
        fail_msg("our JSON is none: %s\n%s", error.text, buf_text(&text));
    buf_free(&text);
}

static void forget(struct reading *reading)
{
    json_decref(reading->questions);
    arena_free(&reading->arena);
}

static size_t count_code(const struct reading *reading, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < reading->findings.count; i++)
        count += strcmp(reading->findings.list[i].code, code) == 0;
    return count;
}

static void print_findings(const struct reading *reading)
{
    struct buf text = {0};
    for (size_t i = 0; i < reading->findings.count; i++)
        finding_print(&reading->findings.list[i], &text);
    printf("%s", buf_text(&text));
    buf_free(&text);
}

/* ---- comparing -------------------------------------------------------------------------------- */

static const char *text_of(const json_t *value)
{
    return json_is_string(value) ? json_string_value(value) : "";
}

/* Moodle's text as it is after the border: tabs and controls are not let in. `&&058;` and the like
 * are Moodle's own marks for escapes; in a text they are the text. */
static bool same_text(const json_t *ours, const json_t *theirs)
{
    static const char *const marks[][2] = {{"&&058;", ":"}, {"&&035;", "#"}, {"&&061;", "="},
                                           {"&&123;", "{"}, {"&&125;", "}"}, {"&&126;", "~"},
                                           {"&&010", "\n"}, {"&&092;", "\\"}};
    struct buf clean = {0}, mine = {0};
    utf8_sanitise(&clean, text_of(theirs), strlen(text_of(theirs)), NULL, NULL);
    for (const char *p = text_of(ours); *p;) {
        size_t i = 0, count = sizeof marks / sizeof *marks;
        while (i < count && strncmp(p, marks[i][0], strlen(marks[i][0])) != 0)
            i++;
        if (i < count)
            buf_add(&mine, marks[i][1]);
        else
            buf_add_char(&mine, *p);
        p += i < count ? strlen(marks[i][0]) : 1;
    }
    bool same = json_is_string(ours) && (strcmp(text_of(ours), buf_text(&clean)) == 0 ||
                                         strcmp(buf_text(&mine), buf_text(&clean)) == 0);
    buf_free(&clean);
    buf_free(&mine);
    return same;
}

static double number_of(const json_t *value)
{
    return json_is_string(value) ? strtod(json_string_value(value), NULL)
                                 : json_number_value(value);
}

static bool same(const json_t *ours, const json_t *theirs, const char *key);

static bool same_members(const json_t *ours, const json_t *theirs)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)theirs, key, value)
    {
        if (!same(json_object_get(ours, key), value, key))
            return false;
    }
    static const char *const optional[] = {"general_feedback", "idnumber", "tags", "feedback"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        if (json_object_get(ours, optional[i]) && !json_object_get(theirs, optional[i]))
            return false;
    return true;
}

static bool same(const json_t *ours, const json_t *theirs, const char *key)
{
    bool amount = strcmp(key, "tolerance") == 0 || strcmp(key, "fraction") == 0;
    if (amount)
        return fabs(number_of(ours) - number_of(theirs)) < 1e-9;
    if (json_is_object(theirs))
        return json_is_object(ours) && same_members(ours, theirs);
    if (json_is_array(theirs)) {
        if (json_array_size(ours) != json_array_size(theirs))
            return false;
        for (size_t i = 0; i < json_array_size(theirs); i++)
            if (!same(json_array_get(ours, i), json_array_get(theirs, i), key))
                return false;
        return true;
    }
    if (json_is_number(theirs)) /* the middle of a range is a number there, a text here */
        return ours && fabs(number_of(ours) - number_of(theirs)) < 1e-9;
    /* Without a stem Moodle gives a name in the user's language, here the name of that message. */
    if (strcmp(key, "name") == 0 && strcmp(text_of(theirs), "questionname") == 0)
        return strcmp(text_of(ours), "question") == 0;
    return same_text(ours, theirs);
}

/* ---- what Moodle keeps ------------------------------------------------------------------------ */

static bool is_blank(const json_t *text)
{
    const char *p = text_of(json_is_object(text) ? json_object_get(text, "text") : text);
    return p[strspn(p, " \n\t")] == '\0';
}

/* Moodle drops blank choices and empty pairs when it saves a question. */
static void drop_blanks(json_t *question)
{
    json_t *answers = json_object_get(question, "answers"),
           *pairs = json_object_get(question, "pairs");
    if (strcmp(text_of(json_object_get(question, "qtype")), "multichoice") == 0)
        for (size_t i = json_array_size(answers); i-- > 0;)
            if (is_blank(json_object_get(json_array_get(answers, i), "answer")))
                json_array_remove(answers, i);
    for (size_t i = json_array_size(pairs); i-- > 0;)
        if (is_blank(json_object_get(json_array_get(pairs, i), "stem")) &&
            is_blank(json_object_get(json_array_get(pairs, i), "answer")))
            json_array_remove(pairs, i);
}

static bool is_category(const json_t *question)
{
    return strcmp(text_of(json_object_get(question, "qtype")), "category") == 0;
}

static bool is_listed(const json_t *list, const json_t *question, const char *code)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)list, i, one)
    {
        if (strncmp(text_of(json_object_get(one, "code")), code, strlen(code)) == 0 &&
            json_equal(json_object_get(one, "name"), json_object_get(question, "name")))
            return true;
    }
    return false;
}

/* The questions that Moodle would save, a category only where a question follows it. */
static json_t *what_moodle_saves(json_t *moodle)
{
    json_t *saved = json_array(), *question;
    json_t *questions = json_object_get(moodle, "questions");
    json_t *rejected = json_object_get(moodle, "rejected_after_parse");
    size_t i;
    json_array_foreach(questions, i, question)
    {
        if (is_listed(rejected, question, "save:"))
            continue;
        if (is_category(question) &&
            (i + 1 == json_array_size(questions) || is_category(json_array_get(questions, i + 1))))
            continue;
        drop_blanks(question);
        json_array_append(saved, question);
    }
    return saved;
}

/* A numeric question that takes every number as wholly right: Moodle's reading of no number. */
static bool takes_every_number(const json_t *question)
{
    size_t i;
    json_t *answer;
    json_array_foreach(json_object_get(question, "answers"), i, answer)
    {
        if (strcmp(text_of(json_object_get(answer, "answer")), "*") == 0 &&
            strcmp(text_of(json_object_get(question, "qtype")), "numerical") == 0)
            return true;
    }
    return false;
}

/* ---- the test --------------------------------------------------------------------------------- */

/* Every finding points at a byte of the text, or just behind the end of its line. */
static void check_places(const struct reading *reading, const char *gift)
{
    for (size_t i = 0; i < reading->findings.count; i++) {
        const struct finding *finding = &reading->findings.list[i];
        const char *line = gift;
        char newline = strchr(gift, '\n') ? '\n' : '\r';
        for (int number = 1; number < finding->line; number++) {
            line = strchr(line, newline);
            assert_non_null(line);
            line++;
        }
        const char *end = strchr(line, newline);
        size_t length = end ? (size_t)(end - line) : strlen(line);
        assert_true(finding->line >= 1 && finding->column >= 1);
        assert_true((size_t)finding->column <= length + 1);
        if (i > 0)
            assert_true(finding->line >= finding[-1].line);
    }
}

static void test_reads_as_moodle_does(void **state)
{
    json_t *one = *state, *moodle = json_object_get(one, "moodle");
    const char *gift = text_of(json_object_get(one, "gift"));
    json_t *rejected = json_object_get(moodle, "rejected_after_parse");
    json_t *saved = what_moodle_saves(moodle);
    struct reading reading;
    read_case(&reading, gift);
    check_places(&reading, gift);

    size_t numbers = count_code(&reading, "E170"), weights = count_code(&reading, "W206");
    bool rearranged = count_code(&reading, "E110") || count_code(&reading, "W201");
    size_t i = 0, j = 0;
    bool differs = false;
    while (!differs && (i < json_array_size(reading.questions) || j < json_array_size(saved))) {
        json_t *ours = json_array_get(reading.questions, i), *theirs = json_array_get(saved, j);
        if (ours && theirs && same_members(ours, theirs))
            i++, j++;
        else if (theirs && numbers && takes_every_number(theirs))
            j++, numbers--;
        else if (ours && weights && is_listed(rejected, ours, "invalidgrade"))
            i++;
        else
            differs = true;
    }
    if (differs && !rearranged) {
        char *ours =
            json_dumps(json_array_get(reading.questions, i), JSON_INDENT(1) | JSON_ENCODE_ANY);
        char *theirs = json_dumps(json_array_get(saved, j), JSON_INDENT(1) | JSON_ENCODE_ANY);
        printf("%s\n--- ours\n%s\n--- Moodle's\n%s\n", gift, ours ? ours : "nothing",
               theirs ? theirs : "nothing");
        print_findings(&reading);
        free(ours);
        free(theirs);
        fail_msg("question %zu differs", j + 1);
    }

    size_t refused = json_array_size(json_object_get(moodle, "errors")) + json_array_size(rejected);
    size_t told =
        findings_count(&reading.findings, SEVERITY_ERROR) + weights + count_code(&reading, "W201");
    if (told < refused) {
        print_findings(&reading);
        fail_msg("Moodle refuses %zu blocks, we name %zu", refused, told);
    }
    json_decref(saved);
    forget(&reading);
}

int main(void)
{
    utf8_start();
    return vectors_run("../shared/vectors/quiz/gift-vectors.json", "cases",
                       test_reads_as_moodle_does);
}
