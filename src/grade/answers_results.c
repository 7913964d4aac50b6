/* Marks that `nntutor grade` has written, as input of the statistics: {"learner","items":{"q3.1":
 * {"f":1,"s":"right"}}}. Which option was taken is not in them. */
#include "grade/answers.h"
#include "grade/results.h"
#include "grade/stats_sums.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

struct result {
    struct worker *worker;
    struct json_reader json;
    const struct quiz *quiz;
    double *fractions; /* by question; NaN: not there */
    bool *blank;
    bool has_items;
    const char *code, *what;
    bool other_quiz, absent;
};

static bool wrong(struct result *r, const char *code, const char *what)
{
    r->code = code;
    r->what = what;
    return false;
}

static bool read_mark(struct result *r, size_t question)
{
    enum json_event event = json_next(&r->json);
    if (event != JSON_OBJECT)
        return wrong(r, "E307", "an item must be an object, {\"f\":1,\"s\":\"right\"}");
    while ((event = json_next(&r->json)) == JSON_KEY) {
        bool fraction = strcmp(buf_text(&r->json.text), "f") == 0;
        bool state = strcmp(buf_text(&r->json.text), "s") == 0;
        event = json_next(&r->json);
        if (fraction && event == JSON_NUMBER && fabs(r->json.number) > 1)
            return wrong(r, "E307", "\"f\" must lie between -1 and 1");
        if (fraction && event == JSON_NUMBER && question != SIZE_MAX)
            r->fractions[question] = r->json.number;
        else if (state && event == JSON_STRING && question != SIZE_MAX)
            r->blank[question] = strcmp(buf_text(&r->json.text), "gaveup") == 0;
        if (!json_skip(&r->json, event))
            return wrong(r, "E300", r->json.err.text);
    }
    return event == JSON_OBJECT_END || wrong(r, "E300", r->json.err.text);
}

static bool read_items(struct result *r)
{
    enum json_event event = json_next(&r->json);
    if (event != JSON_OBJECT)
        return wrong(r, "E307", "\"items\" must be an object");
    r->has_items = true;
    while ((event = json_next(&r->json)) == JSON_KEY) {
        const struct question *question = quiz_find(r->quiz, buf_text(&r->json.text));
        size_t number = question ? (size_t)(question - r->quiz->questions) : SIZE_MAX;
        if (!question)
            worker_say_unknown(r->worker, buf_text(&r->json.text), r->json.text.length);
        else if (!isnan(r->fractions[number]))
            return wrong(r, "E304", "a question that stands twice in this record");
        if (!read_mark(r, number))
            return false;
    }
    return event == JSON_OBJECT_END || wrong(r, "E300", r->json.err.text);
}

static bool read_members(struct result *r)
{
    enum json_event event = json_next(&r->json);
    if (event != JSON_OBJECT)
        return event == JSON_ERROR ? wrong(r, "E300", r->json.err.text)
                                   : wrong(r, "E300", "expected an object");
    while ((event = json_next(&r->json)) == JSON_KEY) {
        if (strcmp(buf_text(&r->json.text), "items") == 0) {
            if (!read_items(r))
                return false;
            continue;
        }
        bool quiz = strcmp(buf_text(&r->json.text), "quiz") == 0;
        bool learner = strcmp(buf_text(&r->json.text), "learner") == 0;
        bool absent = strcmp(buf_text(&r->json.text), "absent") == 0;
        event = json_next(&r->json);
        if (quiz && event == JSON_STRING)
            r->other_quiz = strcmp(buf_text(&r->json.text), r->quiz->id) != 0;
        if (learner && event == JSON_STRING)
            buf_add_n(&r->worker->learner, buf_text(&r->json.text), r->json.text.length);
        r->absent |= absent && event == JSON_TRUE;
        if (!json_skip(&r->json, event))
            return wrong(r, "E300", r->json.err.text);
    }
    if (event != JSON_OBJECT_END || json_next(&r->json) != JSON_END)
        return wrong(r, "E300", r->json.err.text);
    return r->has_items || wrong(r, "E307", "no \"items\"");
}

static void add_row(struct result *r, size_t quiz)
{
    struct worker *worker = r->worker;
    const struct result_format *format = worker->sheets[quiz].format;
    if (!format->takes_results)
        return; /* the pass that chooses attempts */
    struct stats *const *list = format->user;
    const struct stats *stats = list[quiz];
    struct buf *out = &worker->block->out[quiz];
    for (size_t i = 0; i < r->quiz->count; i++) {
        if (stats->number[i] == SIZE_MAX)
            continue;
        bool there = !isnan(r->fractions[i]);
        double points = there ? r->fractions[i] * r->quiz->questions[i].points : 0;
        struct stats_piece piece = {
            .units = (int64_t)nearbyint(ldexp(points, stats->bits)),
            .blank = !there || r->blank[i],
        };
        buf_add_n(out, (const char *)&piece, sizeof piece);
    }
    worker->block->tally.graded++;
    worker->block->records[quiz]++;
}

/* The quiz that a line belongs to is not known before it is read: with several, all are tried. */
static bool try_quiz(struct worker *worker, size_t quiz, struct str line, int64_t number)
{
    struct result r = {.worker = worker, .quiz = &worker->job->quizzes[quiz]};
    worker_begin(worker);
    buf_clear(&worker->learner);
    r.fractions = ARENA_ARRAY(&worker->arena, r.quiz->count + 1, double);
    r.blank = ARENA_ARRAY(&worker->arena, r.quiz->count + 1, bool);
    for (size_t i = 0; i < r.quiz->count; i++)
        r.fractions[i] = NAN;
    json_open(&r.json, line.text, line.length);
    bool good = read_members(&r), last = quiz + 1 == worker->job->quiz_count;
    bool elsewhere = r.other_quiz && !last;
    if (elsewhere) {
        json_close(&r.json);
        return false;
    }
    if (good && r.other_quiz)
        good = wrong(&r, "E306", "a quiz that was not given with --quiz");
    if (good && worker->chosen)
        good = wrong(&r, "E307", "--attempts chooses among answers; these are marks");
    if (good && !r.absent) {
        add_row(&r, quiz);
    } else if (!good) {
        const char *learner = worker->learner.length ? buf_text(&worker->learner) : NULL;
        worker_note(worker, SEVERITY_ERROR, r.code, number, r.json.at, learner, NULL, "%s", r.what);
        worker->block->tally.rejected++;
    }
    json_close(&r.json);
    return true;
}

static size_t record(struct worker *worker, const char *bytes, size_t size, int64_t number,
                     int64_t position)
{
    (void)position;
    const char *newline = memchr(bytes, '\n', size);
    size_t length = newline ? (size_t)(newline - bytes) + 1 : size;
    struct str line = str_trim((struct str){bytes, length});
    for (size_t q = 0; line.length && q < worker->job->quiz_count; q++)
        if (try_quiz(worker, q, line, number))
            break;
    return length;
}

static bool claims(const char *bytes, size_t size, const struct csv_fields *header)
{
    (void)header;
    struct str rest = {bytes, size}, line;
    for (int i = 0; i < 20 && str_line(&rest, &line); i++)
        if (memmem(line.text, line.length, "\"items\"", 7) &&
            !memmem(line.text, line.length, "\"answers\"", 9))
            return true;
    return false;
}

const struct answer_format answers_results = {
    .name = "results",
    .results = true,
    .claims = claims,
    .record = record,
};
