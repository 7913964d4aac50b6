/* A learner who forgets works through a course in line mode for weeks: reads, predicts, is asked,
 * reviews every day, errs, takes answers back, leaves in mid-quiz, stays away. What the tutor says is
 * checked as it is said; in the end the log has all of it, exactly once, and gives the same state in
 * another store.
 *
 * `make learner DAYS=180` is the whole course; the suite runs some weeks of one chapter. */
#include "support/test.h"

#include "support/book.h"
#include "support/exported.h"
#include "support/lines.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "course/course.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_DAY = 20500,
    CAP = 20,
    MOST_PROMPTS = 4000, /* of a sitting: more is a loop */
    SETS_ON = 12,
    AWAY_FROM = 25,
    AWAY_DAYS = 14
};

/* A memory of one question: it fades by halves, and every answer makes it last longer. */
struct mind {
    bool met;
    double days; /* until recall has fallen to 0.9 */
    int last;
};

static double memory_recall(const struct mind *memory, int day)
{
    return memory->met ? pow(1 + 0.98 * (day - memory->last) / memory->days, -0.154) : 0.25;
}

static void memory_read(struct mind *memory, struct rng *rng, int day)
{
    *memory = (struct mind){
        .met = true, .days = 0.02 + 0.5 * rng_unit(rng), .last = day - (int)rng_below(rng, 3)};
}

static void memory_met(struct mind *memory, struct rng *rng, int day, bool right)
{
    double harder = 1 - memory_recall(memory, day); /* what was nearly lost gains most */
    memory->days = !memory->met ? 1
                   : right      ? memory->days * (1.2 + 8 * harder * (0.5 + rng_unit(rng)))
                                : fmax(0.5, memory->days * 0.5);
    memory->met = true;
    memory->last = day;
}

struct learner {
    struct book *book;
    struct rng rng;
    struct mind *mind, *idle; /* of each question; the second never reviews */
    const char *home, *course;
    struct course *read; /* the same, to see what there is */
    int day, minute;     /* of the study day */

    /* of the sitting */
    struct buf queue;    /* lines that are still to be typed to answer the question in hand */
    struct buf asked_as; /* the question in hand as it was shown */
    struct buf typed;    /* last */
    const struct book_question *question;
    size_t options; /* of a prediction */
    bool right, retry, drilled;
    bool looking; /* at what teaches the question in hand */
    bool passed;  /* "-" was typed ahead */
    bool pretest, posttest;
    enum { TAKE_PRETEST, SET_REVIEW } to_do; /* at home */
    size_t tries;                 /* of the question in hand that the tutor has accepted */
    bool reviewing, more, undone; /* undone: the next question was asked before */
    bool practice;                /* ... and told: its answer follows one that left it */
    size_t quits_after;           /* questions; 0: stays to the end */
    size_t asked;                 /* questions in this sitting */
    bool verdict_due;             /* a verdict has to come with the next prompt */

    /* in all */
    size_t acknowledged, answers_undone, retired, sittings, quits, most_reviews;
    size_t reviews, reviews_today, review_days, right_answers, graded_answers, empty_days;
    size_t retries, looks, unsure, once_more, passes, tests, settings, guesses;
};

/* ---- one sitting ------------------------------------------------------------------------------- */

static const char *last_line(const char *said)
{
    const char *line = strrchr(said, '\n');
    return line ? line + 1 : said;
}

static bool asks(const char *said, const char *prompt)
{
    return strstr(last_line(said), prompt) != NULL;
}

static size_t count_options(const char *said)
{
    size_t count = 0;
    for (char mark[16];; count++) {
        snprintf(mark, sizeof mark, "\n  %zu. ", count + 1);
        if (!(said = strstr(said, mark)))
            return count;
    }
}

static void type(struct learner *l, struct lines *lines, const char *text)
{
    buf_clear(&l->typed);
    buf_add(&l->typed, text);
    lines_type(lines, text);
}

/* The verdict on the answer that was just given is what the learner meant it to be. */
static void hear_verdict(struct learner *l, const char *said)
{
    if (!l->verdict_due)
        return;
    l->verdict_due = false;
    l->acknowledged += 1 + l->practice;
    l->tries += 1 + l->practice;
    l->practice = false;
    const struct book_question *q = l->question;
    if (!q->gradable)
        return;
    bool right = text_starts(lines_after_echo(said, buf_text(&l->typed)), "Right");
    if (right != l->right)
        fail_msg("%s was answered %s, and the tutor said: %s", q->key,
                 l->right ? "rightly" : "wrongly", said);
    if (l->retry)
        return;
    l->graded_answers++;
    l->right_answers += right;
    memory_met(&l->mind[q->index], &l->rng, l->day, right);
    if (!l->reviewing)
        memory_met(&l->idle[q->index], &l->rng, l->day, right);
}

static void begin_question(struct learner *l, const struct book_question *q, const char *said)
{
    struct mind *mind = &l->mind[q->index];
    l->practice = strstr(said, "another try is practice") != NULL;
    l->retry = l->practice || strstr(said, "Hint: ") != NULL;
    l->question = q;
    if (!l->retry)
        l->tries = 0;
    else if (!l->tries && !l->practice) /* the first was before the quiz was left */
        l->tries = 1;
    l->retries += l->retry;
    l->right = rng_bernoulli(&l->rng, l->retry ? 0.7 : memory_recall(mind, l->day));
    buf_clear(&l->queue);
    book_answer(l->book, q, buf_text(&l->asked_as), l->right, &l->queue);
    if (l->reviewing && !l->retry && !l->undone && ++l->reviews_today > CAP && !l->more)
        fail_msg("day %d: a review beyond the cap", l->day);
    l->undone = false;
    l->asked += !l->retry;
}

/* Types the next line of what is queued. */
static void type_queued(struct learner *l, struct lines *lines)
{
    char *end = strchr(l->queue.data, '\n');
    *end = '\0';
    type(l, lines, l->queue.data);
    struct buf rest = {0};
    buf_add(&rest, end + 1);
    buf_free(&l->queue);
    l->queue = rest;
    l->verdict_due = !rest.length && l->question; /* unless it is asked how sure first */
}

static void say_how_sure(struct learner *l, struct lines *lines)
{
    static const char *const words[] = {"", "1", "2", "3"};
    double p = l->question ? memory_recall(&l->mind[l->question->index], l->day) : 0.5;
    p += 0.2 * (rng_unit(&l->rng) - 0.5);
    int sure = rng_bernoulli(&l->rng, 0.1) ? 0 : p > 0.85 ? 3 : p > 0.5 ? 2 : 1;
    if (l->question && rng_bernoulli(&l->rng, 0.03)) { /* a slip: it was not locked in */
        l->unsure++;
        l->verdict_due = false;
        l->undone = true;
        lines_type(lines, "u");
        return;
    }
    l->verdict_due = l->question != NULL;
    lines_type(lines, words[sure]);
}

static void answer(struct learner *l, struct lines *lines, const char *said)
{
    const struct book_question *q = l->queue.length ? NULL : book_find(l->book, said);
    bool open = asks(said, "| ");
    if (l->queue.length) {
        type_queued(l, lines);
    } else if (q && l->quits_after && l->asked == l->quits_after) {
        l->quits++;
        lines_type(lines, open || asks(said, ":q quits") ? ":q" : "q");
    } else if (q) {
        buf_clear(&l->asked_as);
        buf_add(&l->asked_as, said);
        begin_question(l, q, said);
        type_queued(l, lines);
    } else if (open) { /* from memory, what a chapter was about */
        l->question = NULL;
        buf_add(&l->queue, ".\n");
        lines_type(lines, "layers and gradients");
    } else if (strstr(said, "Drill")) {
        l->question = NULL;
        lines_type(lines, l->drilled ? "-" : "0.5");
        l->drilled = !l->drilled;
    } else { /* an explanation */
        size_t options = count_options(said);
        char text[24];
        l->question = NULL;
        snprintf(text, sizeof text, "%u", options ? 1 + rng_below(&l->rng, (uint32_t)options) : 1);
        lines_type(lines, text);
    }
}

static void undo(struct learner *l, struct lines *lines)
{
    l->answers_undone += l->tries;
    l->tries = 0;
    l->undone = true;
    lines_type(lines, "u");
}

/* Reads what teaches the question, or looks at its demo, for as long as it takes. */
static bool look_up(struct learner *l, struct lines *lines, const char *said)
{
    bool reads = asks(said, "[b] read"), watches = asks(said, "[d]emo ") || asks(said, "[d] its");
    if (strstr(said, "Back at the question."))
        l->looking = false;
    else if (!l->looking && (reads || watches) && rng_bernoulli(&l->rng, 0.15)) {
        l->looking = true;
        l->looks++;
        lines_type(lines, reads && (!watches || rng_bernoulli(&l->rng, 0.5)) ? "b" : "d");
        return true;
    }
    if (l->looking)
        lines_type(lines, asks(said, "(s watches") && rng_bernoulli(&l->rng, 0.7) ? "s" : "b");
    return l->looking;
}

/* A second try was offered, and the question need not be shown again for it. */
static void try_again(struct learner *l, struct lines *lines)
{
    if (rng_bernoulli(&l->rng, 0.02)) {
        undo(l, lines);
    } else if (rng_bernoulli(&l->rng, 0.4)) {
        lines_type(lines, "n");
    } else {
        begin_question(l, l->question, "Hint: ");
        type_queued(l, lines);
    }
}

static void after_answer(struct learner *l, struct lines *lines, const char *said)
{
    if (rng_bernoulli(&l->rng, l->tries > 1 ? 0.2 : 0.02)) { /* of two tries, both */
        undo(l, lines);
    } else if (asks(said, "[x]") && rng_bernoulli(&l->rng, 0.004)) {
        l->retired++;
        lines_type(lines, "x");
    } else if (!asks(said, "[x]") && rng_bernoulli(&l->rng, 0.15)) {
        l->passes++;
        l->passed = true;
        type(l, lines, "-"); /* the next one is left, too */
    } else {
        lines_type(lines, "n");
    }
}

/* "-" was typed where the question before was looked back at. A text takes it as an answer. */
static void hear_passed(struct learner *l, const char *said)
{
    char echo[] = "? -\n";
    const char *at = strstr(said, echo);
    bool text = asks(said, "How sure"), open = asks(said, "| ");
    at = at ? at : strstr(said, "-> -\n");
    l->passed = false;
    if (!at && !text && !open)
        return; /* it was the last one */
    struct buf shown = {0};
    buf_add_n(&shown, said, at ? (size_t)(at - said) : strlen(said));
    const struct book_question *q = book_find(l->book, buf_text(&shown));
    if (!q)
        fail_msg("no question of the course: %s", said);
    l->question = q;
    l->retry = l->right = false;
    l->tries = 0;
    l->asked++;
    buf_clear(&l->asked_as);
    buf_add(&l->asked_as, buf_text(&shown));
    buf_free(&shown);
    if (open)
        buf_add(&l->queue, ".\n");
    l->verdict_due = !open;
}

/* Goes there for one thing, and leaves. */
static void at_home(struct learner *l, struct lines *lines)
{
    if (l->to_do == TAKE_PRETEST && !l->pretest)
        lines_type(lines, "");
    else if (l->to_do == SET_REVIEW && l->settings < 2)
        lines_type(lines, "o");
    else
        lines_type(lines, "q");
}

/* Once each: everything comes back, and the share that is to be kept. */
static void type_setting(struct learner *l, struct lines *lines)
{
    static const char *const choices[] = {"1", "2", ""};
    lines_type(lines, choices[l->settings]);
    l->settings += l->settings < 2;
}

static void respond(struct learner *l, struct lines *lines, const char *said)
{
    if (l->passed)
        hear_passed(l, said);
    if (!asks(said, "How sure"))
        hear_verdict(l, said);
    size_t guessed = strstr(said, "; the chapter answers it.") != NULL;
    l->guesses += guessed;
    l->acknowledged += guessed;
    if (look_up(l, lines, said))
        return;
    if (asks(said, "Your prediction") || asks(said, "Your order, the smallest")) {
        size_t options = count_options(said);
        char text[24];
        l->options = options ? options : l->options;
        l->question = NULL;
        snprintf(text, sizeof text, "%u", options ? 1 + rng_below(&l->rng, (uint32_t)options) : 1);
        lines_type(lines, asks(said, "order") || rng_bernoulli(&l->rng, 0.1) ? "s" : text);
    } else if (asks(said, "Chapter number")) {
        at_home(l, lines);
    } else if (asks(said, "A number changes it")) {
        type_setting(l, lines);
    } else if (asks(said, "[t]ake it")) {
        bool *taken = asks(said, "first chapter") ? &l->pretest : &l->posttest;
        lines_type(lines, *taken ? "" : "t");
        l->tests += !*taken;
        *taken = true;
    } else if (asks(said, "[m]issed once more")) {
        bool more = rng_bernoulli(&l->rng, 0.6);
        l->once_more += more;
        lines_type(lines, more ? "m" : "");
    } else if (asks(said, "Your answer again")) {
        try_again(l, lines);
    } else if (asks(said, "How sure")) {
        say_how_sure(l, lines);
    } else if (asks(said, "Numbers of the ideas")) {
        lines_type(lines, "1");
    } else if (asks(said, "Your answer") || asks(said, "Your order") || asks(said, "| ") ||
               asks(said, " -> ")) {
        answer(l, lines, said);
    } else if (asks(said, "[u]ndo")) {
        after_answer(l, lines, said);
    } else if (asks(said, "Take its quiz")) {
        lines_type(lines, "y");
    } else if (asks(said, "20 [m]ore")) {
        l->more = rng_bernoulli(&l->rng, 0.2);
        lines_type(lines, l->more ? "m" : "");
    } else if (asks(said, "[n]ext") || asks(said, "[n] answer it now")) {
        lines_type(lines, "n");
    } else {
        fail_msg("an unexpected prompt: %s", said);
    }
}

static void environment(const struct learner *l, char *now, size_t size)
{
    long long seconds = ((long long)l->day * 24 + 12) * 3600 + l->minute * 60;
    snprintf(now, size, "NNTUTOR_NOW=%lld", seconds);
}

static int sit_down(struct learner *l, const char *const argv[])
{
    char now[60], course[1200];
    snprintf(course, sizeof course, "NNTUTOR_COURSE=%s", l->course);
    environment(l, now, sizeof now);
    struct lines *lines = lines_start(argv, TEXTS(l->home, now, course));
    const char *said;
    size_t prompts = 0;
    buf_clear(&l->queue);
    l->asked = l->tries = 0;
    l->question = NULL;
    l->verdict_due = false;
    l->more = l->undone = l->drilled = l->looking = l->passed = false;
    while ((said = lines_prompt(lines))) {
        if (++prompts > MOST_PROMPTS)
            fail_msg("it goes on and on: %s", said);
        respond(l, lines, said);
    }
    if (l->passed)
        hear_passed(l, buf_text(&lines->said));
    hear_verdict(l, buf_text(&lines->said));
    int code = lines_end(lines);
    lines_close(lines);
    l->sittings++;
    l->minute += 30;
    return code;
}

/* ---- the days ---------------------------------------------------------------------------------- */

static void read_chapter(struct learner *l, const char *chapter)
{
    for (size_t i = 0; i < book_count(l->book); i++)
        if (strcmp(book_at(l->book, i)->chapter, chapter) == 0) {
            memory_read(&l->mind[i], &l->rng, l->day);
            l->idle[i] = l->mind[i];
        }
    l->reviewing = false;
    bool leaves = rng_bernoulli(&l->rng, 0.3);
    l->quits_after = leaves ? 10 : 0;
    int code = sit_down(l, TEXTS("nntutor", "--plain", "study", chapter));
    assert_in_range(code, 0, 1);
    if (leaves) { /* and takes it again, another day it may be */
        l->quits_after = 0;
        code = sit_down(l, TEXTS("nntutor", "--plain", "quiz", chapter));
        assert_in_range(code, 0, 1);
    }
}

static bool nothing_is_due(const struct learner *l)
{
    char now[60], course[1200];
    snprintf(course, sizeof course, "NNTUTOR_COURSE=%s", l->course);
    environment(l, now, sizeof now);
    struct lines *lines =
        lines_start(TEXTS("nntutor", "review", "--json"), TEXTS(l->home, now, course));
    int code = lines_end(lines);
    bool empty = strcmp(buf_text(&lines->said), "[]\n") == 0;
    assert_int_equal(code, 0);
    lines_close(lines);
    return empty;
}

static void review_the_day(struct learner *l)
{
    l->reviewing = true;
    l->quits_after = rng_bernoulli(&l->rng, 0.05) ? 4 : 0;
    l->reviews_today = 0;
    size_t quits = l->quits;
    assert_int_equal(sit_down(l, TEXTS("nntutor", "--plain", "review")), 0);
    l->reviews += l->reviews_today;
    l->review_days += l->reviews_today > 0;
    l->empty_days += l->reviews_today == 0;
    if (l->reviews_today > l->most_reviews)
        l->most_reviews = l->reviews_today;
    if (quits == l->quits && !nothing_is_due(l))
        fail_msg("day %d: after a whole review there is still something to ask", l->day);
}

static void go_home(struct learner *l, int to_do)
{
    l->reviewing = false;
    l->quits_after = 0;
    l->to_do = to_do;
    assert_in_range(sit_down(l, TEXTS("nntutor", "--plain")), 0, 1);
}

static void live(struct learner *l, int days, int days_per_chapter)
{
    for (int i = 0; i < days; i++) {
        l->day = FIRST_DAY + i;
        l->minute = 0;
        if (i == 0 && course_test(l->read, COURSE_PRETEST))
            go_home(l, TAKE_PRETEST);
        if (i == SETS_ON)
            go_home(l, SET_REVIEW);
        bool away = i >= AWAY_FROM && i < AWAY_FROM + AWAY_DAYS;
        size_t chapter = (size_t)(i / days_per_chapter);
        if (i % days_per_chapter == 0 && chapter < l->read->chapter_count)
            read_chapter(l, l->read->chapters[chapter].lesson.id);
        if (!away && (i < 5 || !rng_bernoulli(&l->rng, 0.12)))
            review_the_day(l);
        if (getenv("V") && i % 10 == 9)
            fprintf(stderr, "day %3d: %zu reviews so far, %zu answers\n", i + 1, l->reviews,
                    l->acknowledged);
    }
}

static double share(const struct learner *l, const struct mind *minds)
{
    double sum = 0;
    size_t met = 0;
    for (size_t i = 0; i < book_count(l->book); i++)
        if (minds[i].met && *book_at(l->book, i)->chapter && book_at(l->book, i)->gradable) {
            sum += memory_recall(&minds[i], l->day);
            met++;
        }
    return met ? sum / (double)met : 0;
}

/* ---- the end ------------------------------------------------------------------------------------ */

static void assert_the_log_has_it_all(struct learner *l, const char *path)
{
    struct buf log = {0};
    struct err err;
    struct store *store = exported_open(path);
    assert_true(store_export(store, &log, &err));
    assert_int_equal(exported_count(&log, "\"type\":\"answer\""), l->acknowledged);
    assert_int_equal(exported_count(&log, "\"type\":\"undo\""), l->answers_undone);
    assert_int_equal(exported_count(&log, "\"type\":\"retire\""), l->retired);
    assert_int_equal(exported_count(&log, "\"type\":\"setting\""), l->settings);
    exported_assert_same(store, &log, l->read->page.id);
    buf_free(&log);
    store_close(store);
}

static void report(const struct learner *l, int days)
{
    fprintf(
        stderr,
        "learner: %d days, %zu sittings, %zu left early, %zu answers (%zu taken back), %zu "
        "retired; %.1f reviews on %zu days, at most %zu, none on %zu; %.0f %% right; "
        "remembered at the end %.0f %%, without review %.0f %%; %zu second tries, %zu looked up, "
        "%zu not locked in, %zu passed, missed once more %zu, %zu guesses, %zu tests, %zu "
        "settings\n",
        days, l->sittings, l->quits, l->acknowledged, l->answers_undone, l->retired,
        l->review_days ? (double)l->reviews / (double)l->review_days : 0, l->review_days,
        l->most_reviews, l->empty_days,
        100.0 * (double)l->right_answers / (double)(l->graded_answers + !l->graded_answers),
        100 * share(l, l->mind), 100 * share(l, l->idle), l->retries, l->looks, l->unsure,
        l->passes, l->once_more, l->guesses, l->tests, l->settings);
}

static void test_weeks_of_learning_lose_nothing(void **state)
{
    (void)state;
    const char *wanted = getenv("LEARNER_DAYS"), *folder = test_folder();
    int days = wanted && *wanted ? atoi(wanted) : 45;
    struct course course;
    struct err err;
    char home[700], path[700];
    struct learner l = {.course = wanted && *wanted ? "." : TEST_COURSE, .read = &course};
    snprintf(home, sizeof home, "HOME=%s", folder);
    snprintf(path, sizeof path, "%s/DATA/nntutor/progress.db", folder);
    l.home = home;
    l.book = book_open(l.course);
    if (!course_open(&course, l.course, &err))
        fail_msg("%s", err.text);
    l.mind = memory_alloc(book_count(l.book) * sizeof *l.mind);
    l.idle = memory_alloc(book_count(l.book) * sizeof *l.idle);
    rng_init(&l.rng, 20, 0, 0);
    live(&l, days, 3);
    report(&l, days);
    assert_the_log_has_it_all(&l, path);
    assert_true(l.reviews > 10);
    assert_true(share(&l, l.mind) > share(&l, l.idle));
    buf_free(&l.queue);
    buf_free(&l.asked_as);
    buf_free(&l.typed);
    memory_free(l.mind);
    memory_free(l.idle);
    book_close(l.book);
    course_close(&course);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weeks_of_learning_lose_nothing),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
