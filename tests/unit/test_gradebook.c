/* nntutor grade --session: the rows of a class, as every gradebook takes them. */
#include "support/test.h"

#include "base/utf8.h"
#include "live/desk.h"
#include "quiz/quiz.h"
#include "store/class.h"
#include "support/run.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct world {
    struct arena arena;
    struct quiz quiz;
    int64_t now_ms;
    struct clock clock;
    char store[200], path[200];
    struct class_store *class;
    struct class_session session;
    struct run run;
};

/* Opens a session of its own for each test; it is closed again before the program reads it. */
static int set_up(void **state)
{
    struct world *world = memory_alloc(sizeof *world);
    struct err err;
    *world = (struct world){.now_ms = INT64_C(1790000000000)};
    *state = world;
    world->clock = clock_manual(&world->now_ms);
    arena_init(&world->arena);
    const char *folder = test_folder();
    snprintf(world->store, sizeof world->store, "%s/progress.db", folder);
    snprintf(world->path, sizeof world->path, "%s/class.db", folder);
    assert_true(gift_read_file(&world->quiz, &world->arena, TEST_QUIZ, GIFT_GRADE, NULL, &err));
    world->class = class_open(world->path, &world->clock, &err);
    assert_non_null(world->class);
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    class_close(world->class);
    run_free(&world->run);
    arena_free(&world->arena);
    memory_free(world);
    return 0;
}

static void begin(struct world *world, const char *sid, bool anonymous)
{
    struct err err;
    world->now_ms += 1000;
    world->session = (struct class_session){
        .course = "c", .chapter = "dropout", .code = "K7QM-2222-3333-4444-5555"};
    world->session.anonymous = anonymous;
    snprintf(world->session.sid, sizeof world->session.sid, "%s", sid);
    assert_true(class_begin(world->class, &world->session, &err));
}

static void seat(struct world *world, int64_t number, const char *name, enum seat_state state)
{
    struct err err;
    struct class_seat row = {.seat = number, .state = state};
    snprintf(row.name, sizeof row.name, "%s", name);
    assert_true(class_put_seat(world->class, &world->session, &row, &err));
}

static void hold(struct world *world, int64_t q, int64_t rd, const char *key)
{
    struct err err;
    const struct question *question = quiz_find(&world->quiz, key);
    struct class_round round = {
        .q = q, .rd = rd, .question = key, .hash = question ? question->hash : 1, .closed = true};
    assert_true(class_put_round(world->class, world->session.sid, &round, &err));
}

/* What a seat's receipt stands for. */
static void say(struct world *world, int64_t q, int64_t rd, int64_t number, const char *a,
                const char *given, double fraction)
{
    struct err err;
    struct class_answer row = {.q = q,
                               .rd = rd,
                               .seat = number,
                               .n = 1,
                               .a = a,
                               .given = given,
                               .state = fraction >= 1  ? "right"
                                        : fraction > 0 ? "partial"
                                                       : "wrong",
                               .fraction = fraction};
    assert_true(class_put_answer(world->class, world->session.sid, &row, &err));
}

/* Two votes on q3.3, then q3.1 alone: Ada is right at the second try, Bo at the first only, and does
 * not answer q3.1; Cy says nothing; Dee has left. */
static void lecture(struct world *world)
{
    begin(world, "00000000000000aa", false);
    seat(world, 1, "Ada", SEAT_IN);
    seat(world, 2, "Bo", SEAT_IN);
    seat(world, 3, "Cy", SEAT_IN);
    seat(world, 4, "Dee", SEAT_REMOVED);
    hold(world, 1, 1, "q3.3");
    hold(world, 1, 2, "q3.3");
    hold(world, 2, 1, "q3.1");
    say(world, 1, 1, 1, "0", "\"The weights are still being trained.\"", 0);
    say(world, 1, 1, 2, "2", "\"Dropout is still sampling masks.\"", 1);
    say(world, 1, 2, 1, "2", "\"Dropout is still sampling masks.\"", 1);
    say(world, 1, 2, 2, "3", "\"The seed of the generator is fixed.\"", 0);
    say(world, 2, 1, 1, "3.75", "\"3.75\"", 1);
}

static void grade(struct world *world, const char *const *options)
{
    const char *argv[32] = {"nntutor", "grade", "--store", world->store};
    size_t count = 4;
    for (size_t i = 0; options && options[i]; i++)
        argv[count++] = options[i];
    run_free(&world->run);
    world->run = run_program(argv, NULL, "");
}

static void expect(struct world *world, int code, const char *out)
{
    if (world->run.code != code || (out && strcmp(buf_text(&world->run.out), out) != 0))
        fail_msg("exit %d\n%s%s", world->run.code, buf_text(&world->run.out),
                 buf_text(&world->run.err));
}

static void expect_said(struct world *world, const char *text)
{
    if (!strstr(buf_text(&world->run.err), text))
        fail_msg("not said: %s\n%s", text, buf_text(&world->run.err));
}

/* A code that was changed in the middle leads to its session as well as the new one. */
static void test_each_code_of_a_session_leads_to_it(void **state)
{
    struct world *world = *state;
    static const char *const codes[] = {"K7QM-2222-3333-4444-5555", "K7QM-2222-3333-6666-7777",
                                        "k7qm 2222 3333 8888 9999"};
    char sid[CLASS_ID];
    class_sid(codes[0], sid);
    begin(world, sid, false);
    seat(world, 1, "Ada", SEAT_IN);
    hold(world, 1, 1, "q3.1");
    say(world, 1, 1, 1, "3.75", "\"3.75\"", 1);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        grade(world, TEXTS("--session", codes[i], "--to", "csv"));
        expect(world, 0, "learner,q3.1,score,max,percent\nAda,1,1,1,100.00\n");
    }
    grade(world, TEXTS("--session", "K7QM-2222-3334-4444-5555", "--to", "csv"));
    expect(world, 3, "");
}

/* Whoever was removed and came back from the same account is one learner; two of one name are two. */
static void test_a_name_from_two_accounts_is_two_learners(void **state)
{
    struct world *world = *state;
    struct err err;
    static const char *const cids[] = {"00000000000000000000000000000001",
                                       "00000000000000000000000000000001",
                                       "00000000000000000000000000000002"};
    begin(world, "00000000000000ab", false);
    for (int i = 0; i < 3; i++) {
        struct class_seat row = {
            .seat = i + 1, .name = "Ada", .state = i < 2 ? SEAT_REMOVED : SEAT_IN};
        snprintf(row.cid, sizeof row.cid, "%s", cids[i]);
        assert_true(class_put_seat(world->class, &world->session, &row, &err));
    }
    hold(world, 1, 1, "q3.3");
    hold(world, 2, 1, "q3.1");
    say(world, 1, 1, 1, "2", "\"Dropout is still sampling masks.\"", 1);
    say(world, 2, 1, 2, "3.75", "\"3.75\"", 1);
    say(world, 2, 1, 3, "1", "\"1\"", 0);
    grade(world, TEXTS("--session", "last", "--to", "csv"));
    expect(world, 0,
           "learner,q3.3,q3.1,score,max,percent\n"
           "Ada,1,1,2,2,100.00\n"
           "Ada (seat 3),0,0,0,2,0.00\n");
    expect_said(world, "two learners were called Ada");
}

static void test_the_last_vote_of_each_question_counts(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "last", "--to", "csv"));
    expect(world, 0,
           "learner,q3.3,q3.1,score,max,percent\n"
           "Ada,1,1,2,2,100.00\n"
           "Bo,0,0,0,2,0.00\n"
           "Cy,0,0,0,2,0.00\n");
    expect_said(world, "graded 3, rejected 0");
}

static void test_first_best_and_all_choose_question_by_question(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "last", "--to", "csv", "--attempts", "first"));
    expect(world, 0,
           "learner,q3.3,q3.1,score,max,percent\n"
           "Ada,0,1,1,2,50.00\nBo,1,0,1,2,50.00\nCy,0,0,0,2,0.00\n");
    grade(world, TEXTS("--session", "last", "--to", "csv", "--attempts", "best"));
    expect(world, 0,
           "learner,q3.3,q3.1,score,max,percent\n"
           "Ada,1,1,2,2,100.00\nBo,1,0,1,2,50.00\nCy,0,0,0,2,0.00\n");
    grade(world, TEXTS("--session", "last", "--attempts", "all"));
    expect(world, 0, NULL);
    /* Every answer that had a receipt is there. */
    size_t said = 0, records = 0;
    for (const char *line = buf_text(&world->run.out); *line; records++) {
        json_error_t error;
        json_t *record = json_loads(line, JSON_DISABLE_EOF_CHECK, &error), *item;
        const char *key;
        assert_non_null(record);
        json_object_foreach(json_object_get(record, "items"), key, item) said +=
            strcmp(json_string_value(json_object_get(item, "s")), "gaveup") != 0;
        json_decref(record);
        line += strcspn(line, "\n") + 1;
    }
    assert_int_equal(records, 5); /* Ada 2, Bo 2, Cy 1 */
    assert_int_equal(said, 5);
}

static void test_every_gradebook_takes_a_session(void **state)
{
    struct world *world = *state;
    static const char *const formats[] = {"ndjson",   "csv",   "canvas", "moodle",
                                          "nbgrader", "junit", "tap"};
    lecture(world);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        grade(world, TEXTS("--session", "last", "--to", formats[i]));
        expect(world, 0, NULL);
        assert_non_null(strstr(buf_text(&world->run.out), "Ada"));
    }
}

static void test_a_session_has_three_names(void **state)
{
    struct world *world = *state;
    begin(world, "00000000000000bb", false);
    lecture(world);
    static const char *const names[] = {"00000000000000aa", "00000000000000a", "last"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        grade(world, TEXTS("--session", names[i], "--to", "csv"));
        expect(world, 0, NULL);
    }
    grade(world, TEXTS("--session", "0000", "--to", "csv"));
    expect(world, 3, "");
    expect_said(world, "more than one session begins with");
    grade(world, TEXTS("--session", "00000000000000bb"));
    expect(world, 3, "");
    expect_said(world, "nothing was asked");
}

static void test_the_join_code_names_its_session(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "k7qm-2222-3333-4444-5555", "--to", "csv"));
    expect(world, 0, NULL);
}

static void test_an_unknown_session_lists_those_there_are(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "ffff"));
    expect(world, 3, "");
    expect_said(world, "there is no session \"ffff\"");
    expect_said(world, "00000000000000aa");
    expect_said(world, "dropout");
    expect_said(world, "seats 4, answers 5, not ended");
}

static void test_who_is_missing_is_said(void **state)
{
    struct world *world = *state;
    lecture(world);
    char folder[200];
    snprintf(folder, sizeof folder, "%s", world->store);
    *strrchr(folder, '/') = '\0';
    const char *roster = test_file(folder, "roster.txt", "Ada\nBo\nZoe\n");
    grade(world, TEXTS("--session", "last", "--to", "csv", "--roster", roster));
    expect_said(world, "missing 1 of 3: Zoe");
}

static void test_counts_need_no_names(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "last", "--to", "counts"));
    expect(world, 0,
           "question,asked,vote,option,text,right,count,answered\n"
           "q3.3,1,1,A,The weights are still being trained.,0,1,2\n"
           "q3.3,1,1,B,The scale factor of dropout is wrong.,0,0,2\n"
           "q3.3,1,1,C,Dropout is still sampling masks.,1,1,2\n"
           "q3.3,1,1,D,The seed of the generator is fixed.,0,0,2\n"
           "q3.3,1,2,A,The weights are still being trained.,0,0,2\n"
           "q3.3,1,2,B,The scale factor of dropout is wrong.,0,0,2\n"
           "q3.3,1,2,C,Dropout is still sampling masks.,1,1,2\n"
           "q3.3,1,2,D,The seed of the generator is fixed.,0,1,2\n"
           "q3.1,2,1,,right,1,1,1\n"
           "q3.1,2,1,,wrong,0,0,1\n");
}

static void test_an_anonymous_session_gives_counts_only_and_says_so(void **state)
{
    struct world *world = *state;
    begin(world, "00000000000000aa", true);
    seat(world, 1, "Ada", SEAT_IN);
    hold(world, 1, 1, "q3.3");
    say(world, 1, 1, 1, "2", "\"Dropout is still sampling masks.\"", 1);
    grade(world, TEXTS("--session", "last"));
    expect(world, 0, NULL);
    expect_said(world, "anonymous: counts only");
    assert_non_null(strstr(buf_text(&world->run.out), "q3.3,1,1,C,"));
    assert_null(strstr(buf_text(&world->run.out), "Ada"));
    grade(world, TEXTS("--session", "last", "--to", "canvas"));
    expect(world, 1, "");
    expect_said(world, "--to counts");
}

static void test_a_question_that_is_gone_is_named(void **state)
{
    struct world *world = *state;
    lecture(world);
    hold(world, 3, 1, "q9.9");
    say(world, 3, 1, 1, "0", "\"x\"", 1);
    grade(world, TEXTS("--session", "last", "--to", "csv"));
    expect(world, 1, NULL);
    expect_said(world, "question q9.9 is not in the quiz any more");
    assert_non_null(strstr(buf_text(&world->run.out), "Ada,1,1,2,2"));
}

static void test_hostile_rows_are_named_and_cost_themselves_alone(void **state)
{
    struct world *world = *state;
    lecture(world);
    seat(world, 5, "=cmd()\033[2J,\"x\"", SEAT_IN);
    say(world, 2, 1, 5, "x", "\"3.75\"},\"learner\":\"Ada\"", 1);
    grade(world, TEXTS("--session", "last", "--to", "csv"));
    assert_int_equal(world->run.code, 1);
    expect_said(world, "session 00000000000000aa:4:");
    assert_non_null(strstr(buf_text(&world->run.out), "Ada,1,1,2,2"));
    assert_null(strchr(buf_text(&world->run.out), '\033'));
    assert_null(strchr(buf_text(&world->run.err), '\033'));
}

static void test_a_handout_has_the_items_and_then_their_key(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "last", "--to", "handout"));
    expect(world, 0, NULL);
    const char *paper = buf_text(&world->run.out), *key = strchr(paper, '\f');
    assert_non_null(strstr(paper, "1.  In service, a model gives different answers"));
    assert_non_null(strstr(paper, "2.  A unit has the activation 3."));
    assert_null(strstr(paper, "3.  "));
    assert_non_null(key);
    assert_non_null(strstr(key, "C Dropout is still sampling masks."));
    grade(world, TEXTS("--session", "last", "--to", "handout", "--no-key"));
    assert_null(strchr(buf_text(&world->run.out), '\f'));
    run_free(&world->run);
    world->run = run_program(TEXTS("nntutor", "present", "dropout/3.4", "--handout"), NULL, NULL);
    expect(world, 0, NULL);
    assert_non_null(strstr(buf_text(&world->run.out), "1.  Which are true of a PyTorch model"));
    run_free(&world->run);
    world->run = run_program(TEXTS("nntutor", "present", "--handout"), NULL, NULL);
    expect(world, 2, "");
}

static void test_files_and_a_session_do_not_go_together(void **state)
{
    struct world *world = *state;
    lecture(world);
    grade(world, TEXTS("--session", "last", "answers.csv"));
    expect(world, 2, "");
    grade(world, TEXTS("--to", "counts", "--quiz", TEST_QUIZ));
    expect(world, 2, "");
}

static void test_statistics_read_a_session_too(void **state)
{
    struct world *world = *state;
    lecture(world);
    run_free(&world->run);
    world->run = run_program(
        TEXTS("nntutor", "stats", "--store", world->store, "--session", "last"), NULL, "");
    expect(world, 0, NULL);
    assert_non_null(strstr(buf_text(&world->run.out), "3 attempts, 2 questions"));
}

int main(void)
{
    utf8_start();
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_a_name_from_two_accounts_is_two_learners),
        IN_A_WORLD(test_each_code_of_a_session_leads_to_it),
        IN_A_WORLD(test_the_last_vote_of_each_question_counts),
        IN_A_WORLD(test_first_best_and_all_choose_question_by_question),
        IN_A_WORLD(test_every_gradebook_takes_a_session),
        IN_A_WORLD(test_a_session_has_three_names),
        IN_A_WORLD(test_the_join_code_names_its_session),
        IN_A_WORLD(test_an_unknown_session_lists_those_there_are),
        IN_A_WORLD(test_who_is_missing_is_said),
        IN_A_WORLD(test_counts_need_no_names),
        IN_A_WORLD(test_an_anonymous_session_gives_counts_only_and_says_so),
        IN_A_WORLD(test_a_question_that_is_gone_is_named),
        IN_A_WORLD(test_hostile_rows_are_named_and_cost_themselves_alone),
        IN_A_WORLD(test_a_handout_has_the_items_and_then_their_key),
        IN_A_WORLD(test_files_and_a_session_do_not_go_together),
        IN_A_WORLD(test_statistics_read_a_session_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
