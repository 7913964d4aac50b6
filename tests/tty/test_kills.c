/* kill -9 at random moments of quizzes and reviews, on the screen and in lines. What the learner saw
 * accepted is in the store exactly once; besides it at most the one answer that was on its way. Each
 * next round opens the same store: a quiz goes on, and no question of it is asked twice.
 *
 * `make kills N=1000`; the suite does 40. */
#include "support/test.h"

#include "support/book.h"
#include "support/lines.h"
#include "support/store.h"
#include "support/tutor.h"

#include "base/clock.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "store/store.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_DAY = 20500, MOST_US = 20000 };

struct kills {
    struct book *book;
    struct rng rng;
    char home[700], path[700], now[60];
    struct vt *vt;
    struct lines *lines;
    size_t shown; /* answers of this round whose feedback was seen */
    size_t sent;  /* answers whose last input went out */
    size_t total; /* answers in the store before this round */
    size_t on_the_way, lost_none;
    struct buf queue;
    struct buf asked; /* the question in hand as it was shown */
    struct buf typed;
    const struct book_question *question;
};

static int tear_down(void **state)
{
    struct kills *k = *state;
    if (!k)
        return 0;
    vt_close(k->vt);
    lines_close(k->lines);
    book_close(k->book);
    buf_free(&k->queue);
    buf_free(&k->asked);
    buf_free(&k->typed);
    memory_free(k);
    return 0;
}

/* Some of the time that writing an answer takes: the kill falls before, within or after it. Nothing
 * is judged by it. */
static void spin(struct kills *k)
{
    struct clock clock = clock_system();
    int64_t until = clock_mono_ns(&clock) + (int64_t)rng_below(&k->rng, MOST_US) * 1000;
    while (clock_mono_ns(&clock) < until)
        ;
}

/* ---- in lines ----------------------------------------------------------------------------------- */

static bool is_verdict(const char *said)
{
    static const char *const words[] = {"Right",  "Not right", "Not yet", "Not so",
                                        "Partly", "Compare",   "A model"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_starts(said, words[i]))
            return true;
    return false;
}

static void type(struct kills *k, const char *text)
{
    buf_clear(&k->typed);
    buf_add(&k->typed, text);
    lines_type(k->lines, text);
}

/* Neither answers nor goes on: what taught it, looked at for a moment. True: that was typed. */
static bool look_up(struct kills *k, const char *line)
{
    if (strstr(line, "[b]ack to the question") || strstr(line, "Your prediction")) {
        type(k, "b");
        return true;
    }
    bool reads = strstr(line, "[b] read"), watches = strstr(line, "[d]emo");
    if ((!reads && !watches) || rng_below(&k->rng, 6))
        return false;
    type(k, reads ? "b" : "d");
    return true;
}

static void begin_answer(struct kills *k, const char *said, bool again)
{
    if (!again) {
        k->question = book_find(k->book, said);
        if (!k->question)
            fail_msg("no question of the course: %s", said);
        buf_clear(&k->asked);
        buf_add(&k->asked, said);
    }
    book_answer(k->book, k->question, buf_text(&k->asked), rng_bernoulli(&k->rng, 0.4), &k->queue);
}

/* Types what comes next; true where that ended an answer. */
static bool type_next(struct kills *k, const char *said)
{
    const char *line = strrchr(said, '\n');
    line = line ? line + 1 : said;
    bool again = strstr(line, "Your answer again");
    if (strstr(line, "How sure")) {
        type(k, rng_bernoulli(&k->rng, 0.5) ? "2" : "");
        return true;
    }
    if (look_up(k, line))
        return false;
    if (strstr(line, "Numbers of the ideas") || strstr(line, "ore, or Enter")) {
        type(k, strstr(line, "[m]issed") ? "m" : "");
        return false;
    }
    if (strstr(line, "[n]ext") || strstr(line, "[n] answer it now") ||
        (again && rng_bernoulli(&k->rng, 0.5))) {
        type(k, "n");
        return false;
    }
    if (!k->queue.length)
        begin_answer(k, said, again);
    size_t size = strcspn(k->queue.data, "\n");
    struct buf rest = {0};
    buf_add(&rest, k->queue.data + size + 1);
    k->queue.data[size] = '\0';
    type(k, k->queue.data);
    buf_free(&k->queue);
    k->queue = rest;
    return !rest.length; /* unless it is asked how sure first */
}

static bool has_verdict(struct kills *k, const char *said)
{
    return is_verdict(lines_after_echo(said, buf_text(&k->typed)));
}

static void round_in_lines(struct kills *k, const char *const argv[])
{
    size_t left = 1 + rng_below(&k->rng, 25);
    bool answered = false;
    const char *said = NULL;
    k->lines = lines_start(argv, TEXTS(k->home, k->now));
    buf_clear(&k->queue);
    while (left-- && (said = lines_prompt(k->lines))) {
        k->shown += answered && has_verdict(k, said);
        k->sent -= answered && text_starts(said, "How sure");
        answered = type_next(k, said);
        k->sent += answered;
    }
    spin(k);
    kill(k->lines->pid, SIGKILL);
    buf_clear(&k->lines->said);
    lines_end(k->lines);
    k->shown += said && answered && has_verdict(k, buf_text(&k->lines->said));
    lines_close(k->lines);
    k->lines = NULL;
}

/* ---- on the screen -------------------------------------------------------------------------------- */

/* What misled last time has a page of its own before it is asked. */
static void to_the_question(struct vt *vt)
{
    if (vt_has(vt, "Enter: answer it now"))
        vt_key(vt, ENTER);
}

static void round_on_screen(struct kills *k, const char *const argv[])
{
    size_t left = rng_below(&k->rng, 5);
    struct vt *vt = k->vt = vt_start(argv, TEXTS(k->home, k->now), 24, 80);
    vt_wait_text(vt, strcmp(argv[1], "review") == 0 ? "Review 1 of" : " of 1"); /* 13, or a score */
    while (left-- && !vt_has(vt, "Question 13 of") && !vt_has(vt, "Score ")) {
        to_the_question(vt);
        vt_key(vt, "\t");
        assert_true(vt_has(vt, "Left unanswered"));
        k->sent++;
        k->shown++;
        vt_key(vt, ENTER);
        if (vt_has(vt, "Reviewed") || !vt_has(vt, " of "))
            break;
    }
    if (!vt_has(vt, "Left unanswered") && !vt_has(vt, "Score ")) {
        to_the_question(vt);
        vt_send(vt, "\t");
        k->sent++;
        spin(k);
    }
    bool before = vt_has(vt, "Left unanswered");
    kill(vt->pid, SIGKILL);
    vt_wait_exit(vt);
    k->shown += !before && vt_has(vt, "Left unanswered");
    vt_close(vt);
    k->vt = NULL;
}

/* ---- what is in the store ------------------------------------------------------------------------- */

static bool count_answers(void *user, const struct event *event)
{
    *(size_t *)user += event->type == EVENT_ANSWER;
    return true;
}

static void look_into_the_store(struct kills *k, int round)
{
    struct clock clock = clock_system();
    struct err err;
    size_t found = 0;
    struct store *store = store_open(k->path, &clock, &err);
    if (!store)
        fail_msg("round %d: %s", round, err.text);
    assert_true(store_replay(store, count_answers, &found, &err));
    store_close(store);
    found -= k->total;
    if (found < k->shown || found > k->sent || found > k->shown + 1)
        fail_msg("round %d: %zu answers shown, %zu sent, %zu in the store", round, k->shown,
                 k->sent, found);
    k->on_the_way += found > k->shown;
    k->lost_none += found == k->shown && k->sent > k->shown;
    k->total += found;
}

/* The two tries of a question at most, in each attempt, and one score. */
static void assert_nothing_twice(const char *path)
{
    static const char *const most[] = {
        "SELECT ifnull(max(n), 0) <= 2 FROM (SELECT count(*) n FROM event WHERE type = 'answer'"
        " GROUP BY attempt, question)",
        "SELECT count(*) = 0 FROM event a JOIN event b ON a.attempt = b.attempt"
        " AND a.question = b.question AND a.seq < b.seq WHERE a.type = 'answer'"
        " AND b.type = 'answer' AND a.state NOT IN ('wrong', 'partial')",
        "SELECT ifnull(max(n), 0) = 1 FROM (SELECT count(*) n FROM event WHERE type = 'score'"
        " GROUP BY attempt)",
    };
    for (size_t i = 0; i < sizeof most / sizeof *most; i++)
        if (!store_ask_sql(path, most[i]))
            fail_msg("not so: %s", most[i]);
}

static void assert_whole(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *check;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
    sqlite3_finalize(check);
    sqlite3_close(db);
}

static void test_kills_lose_nothing_that_was_acknowledged(void **state)
{
    const char *wanted = getenv("KILLS"), *folder = test_folder();
    int rounds = wanted && *wanted ? atoi(wanted) : 40;
    struct kills *k = *state = memory_alloc(sizeof *k);
    k->book = book_open(TEST_COURSE);
    rng_init(&k->rng, 9, 0, 0);
    snprintf(k->home, sizeof k->home, "HOME=%s", folder);
    snprintf(k->path, sizeof k->path, "%s/DATA/nntutor/progress.db", folder);
    size_t shown = 0;
    for (int round = 0; round < rounds; round++) {
        k->shown = k->sent = 0;
        snprintf(k->now, sizeof k->now, "NNTUTOR_NOW=%lld",
                 ((long long)FIRST_DAY + round) * 86400 + 43200);
        bool review = round >= 4 && round % 4 > 1;
        if (round % 2)
            round_on_screen(k, review ? TEXTS("nntutor", "review")
                                      : TEXTS("nntutor", "quiz", "dropout"));
        else
            round_in_lines(k, review ? TEXTS("nntutor", "--plain", "review")
                                     : TEXTS("nntutor", "--plain", "quiz", "dropout"));
        look_into_the_store(k, round);
        shown += k->shown;
    }
    assert_whole(k->path);
    assert_nothing_twice(k->path);
    assert_true(shown > (size_t)rounds);
    fprintf(stderr,
            "kills: %d, %zu answers acknowledged and all kept once; of those on their way %zu were "
            "kept, %zu not\n",
            rounds, shown, k->on_the_way, k->lost_none);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_kills_lose_nothing_that_was_acknowledged, tear_down),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
