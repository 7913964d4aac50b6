/* The log: what goes in comes out, through the file and through NDJSON. */
#include "support/test.h"

#include "support/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    size_t count;
    struct event events[16];
    struct arena *arena;
};

static bool remember(void *user, const struct event *event)
{
    struct seen *seen = user;
    struct event *copy = &seen->events[seen->count++];
    *copy = *event;
    const char **texts[] = {&copy->course, &copy->chapter, &copy->section,  &copy->demo,
                            &copy->result, &copy->given,   &copy->was,      &copy->quiz,
                            &copy->state,  &copy->attempt, &copy->question, &copy->target,
                            &copy->name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i])
            *texts[i] = arena_strdup(seen->arena, *texts[i]);
    return seen->count < 16;
}

static struct seen see_all(struct fixture *f, struct store *store)
{
    struct seen seen = {.arena = &f->arena};
    struct err err;
    if (!store_replay(store, remember, &seen, &err))
        fail_msg("%s", err.text);
    return seen;
}

/* Imports and checks the three counts. */
static void import_counts(struct store *store, const char *text, size_t size, size_t added,
                          size_t known, size_t bad, struct err *err)
{
    struct imported got;
    err->text[0] = '\0';
    if (!store_import(store, "en", text, size, &got, err))
        fail_msg("%s", err->text);
    assert_int_equal(got.added, added);
    assert_int_equal(got.known, known);
    assert_int_equal(got.bad, bad);
}

/* Undo, retire and bookmark keep their fields on disk and through NDJSON. */
static void test_marks_of_the_learner_come_back(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    store_must_append(store, (struct event){.type = EVENT_UNDO,
                                            .course = "en",
                                            .chapter = "dropout",
                                            .target = "00112233445566778899aabbccddeeff"});
    store_must_append(store, (struct event){.type = EVENT_RETIRE,
                                            .course = "en",
                                            .chapter = "dropout",
                                            .quiz = "dropout",
                                            .question = "q3.1",
                                            .on = true});
    store_must_append(store, (struct event){.type = EVENT_BOOKMARK,
                                            .course = "en",
                                            .chapter = "dropout",
                                            .section = "3.2",
                                            .step = 4,
                                            .step_hash = 0xFEDCBA9876543210,
                                            .on = true});
    store_must_append(store, (struct event){.type = EVENT_SETTING,
                                            .course = "en",
                                            .chapter = "",
                                            .name = "retention",
                                            .value = 0.95});
    struct buf log = store_must_export(store);
    store_close(store);
    snprintf(f->path, sizeof f->path, "%s/other.db", f->folder);
    store = store_must_open(f);
    struct err err;
    import_counts(store, buf_text(&log), log.length, 4, 0, 0, &err);
    struct seen seen = see_all(f, store);
    assert_int_equal(seen.count, 4);
    assert_int_equal(seen.events[0].type, EVENT_UNDO);
    assert_string_equal(seen.events[0].target, "00112233445566778899aabbccddeeff");
    assert_int_equal(seen.events[1].type, EVENT_RETIRE);
    assert_string_equal(seen.events[1].quiz, "dropout");
    assert_string_equal(seen.events[1].question, "q3.1");
    assert_true(seen.events[1].on);
    assert_int_equal(seen.events[2].type, EVENT_BOOKMARK);
    assert_int_equal(seen.events[2].step, 4);
    assert_true(seen.events[2].step_hash == 0xFEDCBA9876543210 && seen.events[2].on);
    assert_int_equal(seen.events[3].type, EVENT_SETTING);
    assert_string_equal(seen.events[3].name, "retention");
    assert_true(seen.events[3].value == 0.95);
    struct buf again = store_must_export(store);
    assert_string_equal(buf_text(&again), buf_text(&log));
    buf_free(&again);
    buf_free(&log);
    store_close(store);
}

static void test_replay_returns_every_field_after_reopening(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    store_add_samples(store);
    store_close(store);
    store = store_must_open(f);
    struct seen seen = see_all(f, store);
    assert_int_equal(seen.count, 7);

    const struct event *e = &seen.events[0];
    assert_int_equal(e->type, EVENT_STEP);
    assert_int_equal(strlen(e->id), 32);
    assert_true(e->at == f->now_ms);
    assert_string_equal(e->course, "en");
    assert_string_equal(e->chapter, "dropout");
    assert_string_equal(e->section, "3.2");
    assert_int_equal(e->step, 2);
    assert_true(e->step_hash == 0xFEDCBA9876543210);
    assert_null(e->demo);

    e = &seen.events[1];
    assert_int_equal(e->type, EVENT_PREDICTION);
    assert_string_equal(e->demo, "mask p=0.5 seed=7");
    assert_string_equal(e->result, "mean_sum");
    assert_string_equal(e->given, "3.2");
    assert_string_equal(e->was, "1.60");
    assert_true(e->right);
    assert_false(e->watched);
    assert_int_equal(e->confidence, 3);
    assert_int_equal(e->step, 3);

    e = &seen.events[2];
    assert_true(e->watched);
    assert_false(e->right);
    assert_string_equal(e->given, "");

    e = &seen.events[3];
    assert_int_equal(e->type, EVENT_ANSWER);
    assert_string_equal(e->quiz, "dropout");
    assert_string_equal(e->question, "q3.10");
    assert_true(e->question_hash == 0x0123456789ABCDEF);
    assert_string_equal(e->given, "{\"a\":[1,\"\xCF\x83 \\\"x\\\"\",true,null]}");
    assert_false(e->ungraded);
    assert_true(e->fraction == 1.0 / 3);
    assert_string_equal(e->state, "partial");
    assert_true(e->shuffle_seed == UINT64_MAX);
    assert_string_equal(e->attempt, "a1");

    assert_true(seen.events[4].ungraded);
    assert_true(seen.events[5].score == 7.5 && seen.events[5].max == 12);
    assert_int_equal(seen.events[6].type, EVENT_RESET);
    assert_string_equal(seen.events[6].chapter, "all");
    store_close(store);
}

static void test_append_fills_id_and_time_and_keeps_given_ones(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct event a = {.type = EVENT_STEP, .course = "c", .chapter = "x"}, b = a, c = a;
    struct err err;
    assert_true(store_append(store, &a, &err));
    assert_true(store_append(store, &b, &err));
    assert_int_equal(strlen(a.id), 32);
    assert_string_not_equal(a.id, b.id);
    assert_true(a.at == f->now_ms);
    memcpy(c.id, a.id, sizeof c.id);
    c.at = 5;
    assert_true(store_append(store, &c, &err)); /* tried again: it is there already */
    assert_true(c.at == 5);
    assert_int_equal(store_count(store), 2);
    store_close(store);
}

static void test_replay_stops_where_it_is_told_to(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    for (int i = 0; i < 20; i++)
        store_must_append(store, (struct event){.type = EVENT_STEP, .chapter = "x", .step = i});
    struct seen seen = see_all(f, store);
    assert_int_equal(seen.count, 16);
    for (int i = 0; i < 16; i++)
        assert_int_equal(seen.events[i].step, i);
    store_must_append(store, (struct event){.type = EVENT_STEP}); /* nothing is still locked */
    store_close(store);
}

static void test_export_has_the_documented_shape(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct event e = {.type = EVENT_ANSWER,
                      .id = "00112233445566778899aabbccddeeff",
                      .at = 7,
                      .course = "en",
                      .chapter = "dropout",
                      .quiz = "dropout",
                      .question = "q1",
                      .question_hash = 255,
                      .given = "[\"a\"]",
                      .fraction = 0.5,
                      .state = "partial",
                      .confidence = 1,
                      .shuffle_seed = 9,
                      .day = 20778};
    store_must_append(store, e);
    struct buf out = store_must_export(store);
    assert_string_equal(
        out.data,
        "{\"v\":1,\"id\":\"00112233445566778899aabbccddeeff\",\"at\":\"1970-01-01T00:00:00.007Z\","
        "\"type\":\"answer\",\"course\":\"en\",\"chapter\":\"dropout\",\"section\":\"\","
        "\"quiz\":\"dropout\",\"q\":\"q1\",\"hash\":\"00000000000000ff\",\"given\":[\"a\"],"
        "\"f\":0.5,\"s\":\"partial\",\"confidence\":1,\"shuffle_seed\":9,\"day\":20778,\"attempt\":"
        "\"\"}\n");
    buf_free(&out);
    store_close(store);
}

static void test_export_of_an_import_is_the_export(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct store *store = store_must_open(f);
    store_add_samples(store);
    struct buf first = store_must_export(store);
    store_close(store);
    snprintf(f->path, sizeof f->path, "%s/second.db", f->folder);
    store = store_must_open(f);
    import_counts(store, first.data, first.length, 7, 0, 0, &err);
    struct buf second = store_must_export(store);
    assert_string_equal(second.data, first.data);
    buf_free(&first);
    buf_free(&second);
    store_close(store);
}

static void test_import_twice_adds_nothing(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct store *store = store_must_open(f);
    store_add_samples(store);
    struct buf log = store_must_export(store);
    import_counts(store, log.data, log.length, 0, 7, 0, &err);
    assert_int_equal(store_count(store), 7);
    buf_free(&log);
    store_close(store);
}

#define HEAD "{\"v\":1,\"id\":\"%032x\",\"at\":\"2026-11-21T09:30:00Z\","

/* One line through a fresh import: "" for added, else the complaint. */
static const char *import_line(struct store *store, const char *line, size_t size)
{
    static struct err err;
    struct imported got;
    err.text[0] = '\0';
    if (!store_import(store, NULL, line, size, &got, &err))
        fail_msg("%s", err.text);
    assert_int_equal(got.added + got.known + got.bad, 1);
    assert_int_equal(got.bad, err.text[0] != '\0');
    return err.text;
}

/* Two machines, each with its own log: whichever is imported into the other, the logs are the same
 * afterwards, and a reset hides what happened before it on the other machine, too. */
static void test_import_merges_in_the_order_of_time(void **state)
{
    struct fixture *f = *state;
    enum { MACHINES = 2, EVENTS = 60 };
    struct buf logs[MACHINES] = {{0}}, merged[MACHINES] = {{0}};
    int64_t start = f->now_ms;
    char first[600];
    snprintf(first, sizeof first, "%s", f->path);
    for (int m = 0; m < MACHINES; m++) {
        snprintf(f->path, sizeof f->path, "%.400s/machine%d.db", f->folder, m);
        struct store *store = store_must_open(f);
        for (int i = 0; i < EVENTS; i++) {
            f->now_ms = start + 1000 * ((int64_t)i * 7 % EVENTS / 10 * 10 + i) + m;
            struct event event = store_step(m * EVENTS + i);
            event.course = "en";
            if (i % 20 == 13)
                event = (struct event){.type = EVENT_RESET, .course = "en", .chapter = "all"};
            store_must_append(store, event);
        }
        logs[m] = store_must_export(store);
        store_close(store);
    }
    for (int m = 0; m < MACHINES; m++) {
        struct imported got;
        struct err err;
        snprintf(f->path, sizeof f->path, "%.400s/machine%d.db", f->folder, m);
        struct store *store = store_must_open(f);
        for (int twice = 0; twice < 2; twice++) {
            assert_true(store_import(store, NULL, logs[!m].data, logs[!m].length, &got, &err));
            assert_int_equal(got.added, twice ? 0 : EVENTS);
        }
        merged[m] = store_must_export(store);
        store_close(store);
    }
    assert_int_equal(merged[0].length, merged[1].length);
    assert_memory_equal(merged[0].data, merged[1].data, merged[0].length);
    assert_memory_not_equal(merged[0].data, logs[0].data, logs[0].length);
    for (int m = 0; m < MACHINES; m++) {
        buf_free(&logs[m]);
        buf_free(&merged[m]);
    }
    snprintf(f->path, sizeof f->path, "%s", first);
}

static void test_import_explains_what_is_wrong_with_a_line(void **state)
{
    static const struct {
        const char *line, *complaint;
    } cases[] = {
        {"{", "1:2: expected a key in quotes"},
        {"[]", "1:1: a line has to be an object: {...}"},
        {"  7", "1:3: a line has to be an object: {...}"},
        {"{}", "1:1: \"v\" is missing"},
        {"{\"v\":2}", "1:6: \"v\" has to be 1; a newer nntutor may have written this"},
        {"{\"v\":1,\"id\":\"x\"}", "1:13: \"id\" has to be 32 hex digits"},
        {"{\"v\":1,\"id\":\"00112233445566778899AABBCCDDEEFF\"}",
         "1:13: \"id\" has to be 32 hex digits"},
        {"{\"v\":1,\"at\":\"2026-02-31T09:30:00Z\"}",
         "1:13: \"at\" has to be a time such as \"2026-11-21T09:30:00.000Z\""},
        {"{\"v\":1,\"at\":\"1969-12-31T23:59:59Z\"}",
         "1:13: \"at\" has to be a time such as \"2026-11-21T09:30:00.000Z\""},
        {"{\"v\":1,\"at\":\"2026-11-21T09:30:00.5 Z\"}",
         "1:13: \"at\" has to be a time such as \"2026-11-21T09:30:00.000Z\""},
        {"{\"v\":1, \"type\": \"move\"}",
         "1:17: \"type\" has to be step, prediction, answer, score, reset, undo, "
         "retire, bookmark or setting"},
        {HEAD "\"type\":\"step\",\"step\":-1}", "1:97: \"step\" has to be a whole number from 0 to "
                                                "2147483647"},
        {HEAD "\"type\":\"step\",\"step\":2147483648}", "1:97: \"step\" has to be a whole number "
                                                        "from 0 to 2147483647"},
        {HEAD "\"type\":\"step\",\"hash\":\"12\"}", "1:97: \"hash\" has to be 16 hex digits"},
        {HEAD "\"type\":\"step\",\"section\":3.2}", "1:100: \"section\" has to be a text"},
        {HEAD "\"type\":\"answer\",\"confidence\":4}",
         "1:105: \"confidence\" has to be a whole number from 0 to 3"},
        {HEAD "\"type\":\"answer\",\"day\":2147483647}", /* days are added to it */
         "1:98: \"day\" has to be a whole number from 0 to 2932897"},
        {HEAD "\"type\":\"answer\",\"shuffle_seed\":18446744073709551616}",
         "1:107: \"shuffle_seed\" has to be a whole number below 2^64"},
        {HEAD "\"type\":\"answer\",\"f\":1e999}", "1:96: a number too large"},
        {HEAD "\"type\":\"prediction\",\"right\":1}", "1:104: \"right\" has to be true or false"},
        {HEAD "\"type\":\"step\"} x", "1:91: more text after the value"},
        {HEAD "\"type\":\"step\",\"chapter\":\"\xFF\"}", "1:101: a byte that is not UTF-8"},
    };
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf line = {0};
        const char *rest = cases[i].line;
        if (strncmp(rest, HEAD, strlen(HEAD)) == 0) {
            buf_addf(&line, HEAD, (unsigned)i);
            rest += strlen(HEAD);
        }
        buf_add(&line, rest);
        assert_string_equal(import_line(store, line.data, line.length), cases[i].complaint);
        buf_free(&line);
    }
    assert_int_equal(store_count(store), 0);
    store_close(store);
}

static void test_import_keeps_the_good_lines_and_names_the_first_bad_one(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct store *store = store_must_open(f);
    struct buf text = {0};
    buf_addf(&text, HEAD "\"type\":\"step\",\"later\":{\"a\":[1]},\"chapter\":\"x\"}\r\n\n", 1u);
    buf_add(&text, "nonsense\n");
    buf_addf(&text,
             "{\"type\":\"step\",\"chapter\":\"y\",\"at\":\"2026-11-21T09:30:00.250Z\","
             "\"id\":\"%032x\",\"v\":1}\n  \n{\n",
             2u);
    buf_addf(&text, HEAD "\"type\":\"step\"}", 1u); /* no newline at the end; a known id */
    import_counts(store, text.data, text.length, 2, 1, 2, &err);
    assert_string_equal(err.text, "3:1: expected a value");
    struct seen seen = see_all(f, store);
    assert_string_equal(seen.events[0].chapter, "x");
    assert_true(seen.events[0].at == 1795253400000);
    assert_string_equal(seen.events[1].chapter, "y");
    assert_true(seen.events[1].at == 1795253400250);
    buf_free(&text);
    store_close(store);
}

static bool count_resets(void *user, const struct event *event)
{
    *(size_t *)user += event->type == EVENT_RESET;
    return true;
}

/* A reset and an undo from two machines, or from a hand that wrote them: answers are taken back, a
 * reset is not, whatever is asked of the log. */
static void test_an_undo_takes_back_answers_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct store *store = store_must_open(f);
    struct event answer = {.type = EVENT_ANSWER, .course = "en", .chapter = "a", .state = "right"};
    struct event reset = {.type = EVENT_RESET, .course = "en", .chapter = "a"};
    answer.confidence = 3;
    struct event undo = {.type = EVENT_UNDO, .course = "en", .chapter = "a"};
    struct progress progress;
    size_t resets = 0;
    assert_true(store_append(store, &answer, &err));
    store_must_append(store, (struct event){.type = EVENT_SCORE,
                                            .course = "en",
                                            .chapter = "a",
                                            .quiz = "a",
                                            .score = 1,
                                            .max = 1});
    assert_true(store_append(store, &reset, &err));
    undo.target = answer.id;
    store_must_append(store, undo); /* of what the reset has forgotten: nothing happens */
    undo.target = reset.id;
    store_must_append(store, undo);
    assert_true(store_standing(store, "en", count_resets, &resets, &err));
    assert_true(store_reviews(store, "en", count_resets, &resets, &err));
    assert_int_equal(resets, 2);
    assert_true(store_progress(store, "en", &f->arena, &progress, &err));
    assert_non_null(progress_of(&progress, "a"));
    assert_true(progress_of(&progress, "a")->best_max == 0);
    store_close(store);
}

static void test_import_takes_no_id_for_another_event(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct store *store = store_must_open(f);
    struct buf text = {0};
    buf_addf(&text, HEAD "\"type\":\"step\",\"section\":\"1.1\"}\n", 1u);
    import_counts(store, text.data, text.length, 1, 0, 0, &err);
    buf_addf(&text, HEAD "\"type\":\"step\",\"section\":\"1.2\"}\n", 1u);
    buf_addf(&text, HEAD "\"type\":\"reset\",\"chapter\":\"all\"}\n", 1u);
    import_counts(store, text.data, text.length, 0, 1, 2, &err);
    assert_string_equal(err.text, "2:1: its \"id\" is that of another event, which stays as it is");
    struct seen seen = see_all(f, store);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.events[0].section, "1.1");
    buf_free(&text);
    store_close(store);
}

static void test_import_passes_over_a_byte_order_mark(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct store *store = store_must_open(f);
    struct buf text = {0};
    buf_addf(&text, "\xEF\xBB\xBF" HEAD "\"type\":\"step\"}\r\n", 1u);
    import_counts(store, text.data, text.length, 1, 0, 0, &err);
    buf_free(&text);
    store_close(store);
}

static void test_import_counts_what_is_of_another_course(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct imported got;
    struct store *store = store_must_open(f);
    struct buf text = {0};
    buf_addf(&text, HEAD "\"type\":\"step\",\"course\":\"en\"}\n", 1u);
    for (unsigned i = 2; i < 5; i++)
        buf_addf(&text, HEAD "\"type\":\"step\",\"course\":\"de\"}\n", i);
    assert_true(store_import(store, "en", text.data, text.length, &got, &err));
    assert_int_equal(got.added, 4);
    assert_int_equal(got.elsewhere, 3);
    assert_true(store_import(store, "en", text.data, text.length, &got, &err));
    assert_int_equal(got.known, 4);
    assert_int_equal(got.elsewhere, 0);
    buf_free(&text);
    store_close(store);
}

static void test_import_cleans_hostile_texts(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct buf line = {0};
    buf_addf(&line,
             HEAD "\"type\":\"answer\",\"chapter\":\"a\\u001b[2Jb\\nc\\u202ed\\u0000e\","
                  "\"given\": { \"k\\u0007\" : [ \"\\u001b]0;x\\u0007\" , 1.50 ] } }",
             1u);
    assert_string_equal(import_line(store, line.data, line.length), "");
    struct seen seen = see_all(f, store);
    assert_string_equal(seen.events[0].chapter, "a\u241b[2Jb cd\u2400e");
    assert_string_equal(seen.events[0].given, "{\"k\u2407\":[\"\u241b]0;x\u2407\",1.50]}");
    assert_true(seen.events[0].ungraded); /* no "f" */

    /* A text of a megabyte is cut, the JSON of an answer is kept up to that. */
    buf_clear(&line);
    buf_addf(&line, HEAD "\"type\":\"answer\",\"chapter\":\"", 2u);
    buf_repeat(&line, "\xCF\x83", 400000);
    buf_add(&line, "\",\"given\":\"");
    buf_repeat(&line, "y", 1000000);
    buf_add(&line, "\"}");
    assert_string_equal(import_line(store, line.data, line.length), "");
    seen = see_all(f, store);
    assert_int_equal(strlen(seen.events[1].chapter), 2000);
    assert_int_equal(strlen(seen.events[1].given), 1000002);
    buf_repeat(&line, " ", 1 << 20);
    assert_string_equal(import_line(store, line.data, line.length),
                        "1:1: longer than 2097152 bytes");

    /* Deep nesting is refused before it could be exported too deep to be read again. */
    for (int depth = 62; depth <= 64; depth++) {
        buf_clear(&line);
        buf_addf(&line, HEAD "\"type\":\"answer\",\"given\":", 100u + (unsigned)depth);
        buf_repeat(&line, "[", (size_t)depth);
        buf_repeat(&line, "]", (size_t)depth);
        buf_add_char(&line, '}');
        const char *complaint = import_line(store, line.data, line.length);
        assert_int_equal(*complaint == '\0', depth <= 63);
    }
    buf_free(&line);
    store_close(store);
}

static void test_append_refuses_an_answer_too_long_to_export(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct buf given = {0};
    struct err err;
    buf_add_char(&given, '"');
    buf_repeat(&given, "x", (1 << 20) - 2);
    buf_add_char(&given, '"');
    struct event event = {.type = EVENT_ANSWER, .given = given.data};
    assert_true(store_append(store, &event, &err));
    struct buf log = store_must_export(store);
    import_counts(store, log.data, log.length, 0, 1, 0, &err);
    buf_add_char(&given, ' ');
    event = (struct event){.type = EVENT_ANSWER, .given = given.data};
    assert_false(store_append(store, &event, &err));
    assert_int_equal(store_count(store), 1);

    /* Nor does one nested too deeply stand in the way of reading the export again. */
    buf_clear(&given);
    buf_repeat(&given, "[", 64);
    buf_repeat(&given, "]", 64);
    event = (struct event){.type = EVENT_ANSWER, .given = given.data};
    assert_true(store_append(store, &event, &err));
    buf_free(&log);
    log = store_must_export(store);
    import_counts(store, log.data, log.length, 0, 2, 0, &err);
    buf_free(&given);
    buf_free(&log);
    store_close(store);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_replay_returns_every_field_after_reopening),
        CASE(test_marks_of_the_learner_come_back),
        CASE(test_append_fills_id_and_time_and_keeps_given_ones),
        CASE(test_replay_stops_where_it_is_told_to),
        CASE(test_export_has_the_documented_shape),
        CASE(test_export_of_an_import_is_the_export),
        CASE(test_import_twice_adds_nothing),
        CASE(test_import_merges_in_the_order_of_time),
        CASE(test_import_explains_what_is_wrong_with_a_line),
        CASE(test_import_keeps_the_good_lines_and_names_the_first_bad_one),
        CASE(test_an_undo_takes_back_answers_and_nothing_else),
        CASE(test_import_takes_no_id_for_another_event),
        CASE(test_import_passes_over_a_byte_order_mark),
        CASE(test_import_counts_what_is_of_another_course),
        CASE(test_import_cleans_hostile_texts),
        CASE(test_append_refuses_an_answer_too_long_to_export),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
