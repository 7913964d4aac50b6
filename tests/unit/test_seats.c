/* The connection with which a member asked for a seat becomes the seat's: what that saves, and that it opens
 * nothing. */
#include "support/test.h"

#include "base/file.h"
#include "base/utf8.h"
#include "live/mqtt.h"
#include "support/hall.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVE "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"

static bool knows_all(struct hall *hall)
{
    return !broker_is_behind(hall->host.broker);
}

static bool nobody_is_here(struct hall *hall)
{
    return desk_present(&hall->host.desk) == 0;
}

static bool desk_is_cut(struct hall *hall)
{
    return !hall->host.desk.transport_up;
}

static bool desk_is_back(struct hall *hall)
{
    return hall->host.desk.transport_up;
}

static bool first_is_removed(struct hall *hall)
{
    return hall->pupil[0].stage == PUPIL_REMOVED;
}

static void vote(struct hall *hall)
{
    struct err err;
    hall_ask(hall);
    for (size_t i = 0; i < hall->pupils; i++)
        assert_true(pupil_say(&hall->pupil[i], "0", &err));
    assert_true(hall_reach(hall, hall_all_recorded));
    assert_int_equal(desk_tally(&hall->host.desk, 1).right, hall->pupils);
}

static void test_a_member_calls_once(void **state)
{
    struct hall *hall = *state;
    hall_open(hall, false);
    hall_join_many(hall, 5);
    assert_int_equal(hall->calls, 5);
    vote(hall);
    assert_int_equal(hall->calls, 5);
}

static void test_a_broker_without_the_plugin_is_called_twice(void **state)
{
    struct hall *hall = *state;
    char *was = strdup(getenv("NNTUTOR_SEATS"));
    setenv("NNTUTOR_SEATS", "", 1);
    hall_open(hall, false);
    setenv("NNTUTOR_SEATS", was, 1);
    free(was);
    hall_join_many(hall, 5);
    assert_int_equal(hall->calls, 10);
    vote(hall);
}

/* A version whose plugins look otherwise. */
static void test_a_broker_that_cannot_load_it_goes_without(void **state)
{
    struct hall *hall = *state;
    char *was = strdup(getenv("NNTUTOR_SEATS"));
    setenv("NNTUTOR_SEATS", hall->path, 1); /* no library at all */
    FILE *file = fopen(hall->path, "w");
    fclose(file);
    hall_open(hall, false);
    setenv("NNTUTOR_SEATS", was, 1);
    free(was);
    hall_join_many(hall, 2);
    assert_int_equal(hall->calls, 4);
}

/* The broker then asks everybody for the password once more, and theirs is the old code's. */
static void test_who_is_in_stays_when_the_code_changes(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 3);
    assert_true(host_new_code(&hall->host, &err));
    assert_true(hall_reach(hall, knows_all));
    vote(hall);
    assert_int_equal(hall->calls, 3);
}

static void test_who_comes_back_comes_as_the_seat(void **state)
{
    struct hall *hall = *state;
    hall_open(hall, false);
    hall_join_many(hall, 2);
    assert_int_equal(kill(broker_process(hall->host.broker), SIGKILL), 0);
    vote(hall);
    assert_int_equal(hall->calls, 4);
    assert_int_equal(hall->host.desk.seat_count, 2);
}

static void test_who_leaves_is_away_at_once(void **state)
{
    struct hall *hall = *state;
    hall_open(hall, false);
    hall_join_many(hall, 2);
    pupil_close(&hall->pupil[0]);
    pupil_close(&hall->pupil[1]);
    hall->pupils = 0;
    assert_true(hall_reach(hall, nobody_is_here));
}

/* Its last will is that of the lobby's connection, and speaks for the seat. */
static void test_who_is_killed_is_away(void **state)
{
    struct hall *hall = *state;
    hall_open(hall, false);
    pid_t child = fork();
    if (child == 0) {
        hall->hosting = false;
        hall_join(hall, "Ada");
        for (;;) {
            pupil_serve(&hall->pupil[0]);
            poll(NULL, 0, 5);
        }
    }
    while (desk_present(&hall->host.desk) == 0) {
        host_serve(&hall->host);
        poll(NULL, 0, 5);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(hall_reach(hall, nobody_is_here));
}

/* ---- a member that uses another client than ours ------------------------------------------------------ */

struct eve {
    struct transport *end;
    struct buf heard;
    char root[TRANSPORT_MOST_TOPIC], topic[2 * TRANSPORT_MOST_TOPIC];
};

static void eve_hears(void *user, const char *topic, const char *text, size_t size)
{
    struct eve *eve = user;
    buf_addf(&eve->heard, "%s ", topic + strlen(eve->root));
    buf_add_n(&eve->heard, text, size);
    buf_add_char(&eve->heard, '\n');
}

static void eve_comes(struct hall *hall, struct eve *eve)
{
    char lobby[CLASS_CODE], seat[TRANSPORT_MOST_TOPIC];
    struct err err;
    *eve = (struct eve){0};
    class_topic(hall->host.desk.session.sid, "", eve->root);
    class_topic(hall->host.desk.session.sid, "seat/" EVE, seat);
    broker_lobby_password(hall->code, lobby);
    struct mqtt_options options = {.route = &hall->entrance.route,
                                   .client = EVE,
                                   .user = BROKER_LOBBY,
                                   .password = lobby,
                                   .lightly = true,
                                   .filters = {seat}};
    eve->end = mqtt_open(&options, &err);
    assert_non_null(eve->end);
    while (!eve->end->poll(eve->end, eve_hears, eve))
        poll(NULL, 0, HALL_TICK_MS);
}

static void eve_leaves(struct eve *eve)
{
    eve->end->close(eve->end);
    buf_free(&eve->heard);
}

/* For a while; until `word` was heard, if it is not NULL. */
static bool eve_serves(struct hall *hall, struct eve *eve, const char *word)
{
    enum { TURNS = 60, MOST = HALL_PATIENCE_MS / HALL_TICK_MS };
    for (int i = 0; i < (word ? MOST : TURNS); i++) {
        host_serve(&hall->host);
        for (size_t p = 0; p < hall->pupils; p++)
            pupil_serve(&hall->pupil[p]);
        eve->end->poll(eve->end, eve_hears, eve);
        if (word && strstr(buf_text(&eve->heard), word))
            return true;
        poll(NULL, 0, HALL_TICK_MS);
    }
    return false;
}

static void eve_says(struct eve *eve, const char *rest, const char *text)
{
    snprintf(eve->topic, sizeof eve->topic, "%s%s", *rest == '$' ? "" : eve->root, rest);
    eve->end->send(eve->end, eve->topic, text, strlen(text), false);
}

static void eve_asks_to_hear(struct eve *eve, const char *rest)
{
    const char *filters[] = {eve->topic, NULL};
    snprintf(eve->topic, sizeof eve->topic, "%s%s", eve->root, rest);
    eve->end->hear(eve->end, filters);
}

static void eve_sits_down(struct hall *hall, struct eve *eve)
{
    eve_comes(hall, eve);
    eve_says(eve, "join/" EVE, "{\"name\":\"Eve\"}");
    assert_true(eve_serves(hall, eve, "\"secret\""));
}

static const char ballot[] = "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"0\"}";

static void test_the_instructor_alone_gives_seats(void **state)
{
    struct hall *hall = *state;
    struct eve eve;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    hall_ask(hall);
    eve_comes(hall, &eve);
    eve_says(&eve, BROKER_SEATING, EVE " 1");
    eve_asks_to_hear(&eve, "#");
    eve_says(&eve, "a/1", ballot);
    eve_says(&eve, "join/" EVE, "{}"); /* refused by the desk: the end of all the above */
    assert_true(eve_serves(hall, &eve, "\"no\""));
    assert_int_equal(desk_tally(&hall->host.desk, 1).answered, 0);
    assert_null(strstr(buf_text(&eve.heard), "state"));
    assert_null(strstr(buf_text(&eve.heard), "r/1"));
    eve_leaves(&eve);
}

/* What it was given is a seat, and no other: not the first one's either, in whose place it speaks. */
static void test_a_seat_given_is_one_seat(void **state)
{
    struct hall *hall = *state;
    struct eve eve;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    hall_ask(hall);
    eve_sits_down(hall, &eve);
    eve_says(&eve, BROKER_SEATING, EVE " 1");
    eve_asks_to_hear(&eve, "#");
    eve_says(&eve, "a/1", ballot);
    eve_says(&eve, "a/2", ballot);
    assert_true(eve_serves(hall, &eve, "r/2 "));
    assert_int_equal(desk_tally(&hall->host.desk, 1).answered, 1);
    assert_non_null(strstr(buf_text(&eve.heard), "state "));
    assert_null(strstr(buf_text(&eve.heard), "r/1"));
    assert_int_equal(hall->pupil[0].answer, ANSWER_NONE);
    eve_leaves(&eve);
}

static void test_who_is_removed_hears_no_more(void **state)
{
    struct hall *hall = *state;
    struct eve eve;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    eve_sits_down(hall, &eve);
    eve_asks_to_hear(&eve, "+");
    assert_true(eve_serves(hall, &eve, "state "));
    assert_true(desk_remove(&hall->host.desk, 2, false, &err));
    assert_true(hall_reach(hall, knows_all));
    eve_serves(hall, &eve, NULL);
    buf_clear(&eve.heard);
    eve_asks_to_hear(&eve, "+"); /* as the lobby, where it comes back as that */
    hall_ask(hall);
    eve_says(&eve, "a/2", ballot);
    eve_serves(hall, &eve, NULL);
    assert_null(strstr(buf_text(&eve.heard), "state"));
    assert_null(strstr(buf_text(&eve.heard), "item"));
    assert_int_equal(desk_tally(&hall->host.desk, 1).answered, 0);
    eve_leaves(&eve);
}

static void test_who_is_banned_is_told(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 2);
    assert_true(desk_remove(&hall->host.desk, hall->pupil[0].seat, true, &err));
    assert_true(hall_reach(hall, first_is_removed));
    assert_int_equal(hall->pupil[1].stage, PUPIL_SEATED);
}

/* What the instructor's connection said when it was broken already, and nobody knew, is lost. */
static void test_who_is_removed_unheard_hears_no_more(void **state)
{
    struct hall *hall = *state;
    struct eve eve;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    eve_sits_down(hall, &eve);
    eve_asks_to_hear(&eve, "+");
    assert_true(eve_serves(hall, &eve, "state "));
    hall_cut_desk(hall);
    assert_true(desk_remove(&hall->host.desk, 2, false, &err));
    assert_true(hall_reach(hall, desk_is_cut));
    assert_true(hall_reach(hall, desk_is_back));
    assert_true(hall_reach(hall, knows_all));
    eve_serves(hall, &eve, NULL);
    buf_clear(&eve.heard);
    hall_ask(hall);
    eve_serves(hall, &eve, NULL);
    assert_null(strstr(buf_text(&eve.heard), "state"));
    assert_null(strstr(buf_text(&eve.heard), "item"));
    eve_leaves(&eve);
}

/* The plugin is another by then, or gone: a new installation, say. */
static void test_a_broker_comes_back_without_it(void **state)
{
    struct hall *hall = *state;
    struct buf plugin = {0};
    char path[240], *was = strdup(getenv("NNTUTOR_SEATS"));
    assert_true(file_read(was, &plugin, NULL));
    snprintf(path, sizeof path, "%s.so", hall->path);
    assert_true(file_write(path, plugin.data, plugin.length, NULL));
    buf_free(&plugin);
    setenv("NNTUTOR_SEATS", path, 1);
    hall_open(hall, false);
    setenv("NNTUTOR_SEATS", was, 1);
    free(was);
    hall_join_many(hall, 1);
    assert_int_equal(hall->calls, 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(kill(broker_process(hall->host.broker), SIGKILL), 0);
    assert_true(hall_reach(hall, desk_is_cut));
    assert_true(hall_reach(hall, hall_all_seated));
    hall_join(hall, "Zoe");
    assert_true(hall_reach(hall, hall_all_seated));
    assert_int_equal(hall->calls, 4); /* each came twice */
    vote(hall);
}

int main(void)
{
    utf8_start();
#define CASE(test) cmocka_unit_test_setup_teardown(test, hall_set_up, hall_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_a_member_calls_once),
        {"test_a_member_calls_once_over_tls", test_a_member_calls_once, hall_set_up_network,
         hall_tear_down, NULL},
        CASE(test_a_broker_without_the_plugin_is_called_twice),
        CASE(test_a_broker_that_cannot_load_it_goes_without),
        CASE(test_who_is_in_stays_when_the_code_changes),
        CASE(test_who_comes_back_comes_as_the_seat),
        CASE(test_who_leaves_is_away_at_once),
        CASE(test_who_is_killed_is_away),
        CASE(test_the_instructor_alone_gives_seats),
        CASE(test_a_seat_given_is_one_seat),
        CASE(test_who_is_removed_hears_no_more),
        CASE(test_who_is_banned_is_told),
        CASE(test_who_is_removed_unheard_hears_no_more),
        CASE(test_a_broker_comes_back_without_it),
    };
    const char *plugin = getenv("NNTUTOR_SEATS");
    if (!broker_is_installed(NULL) || !plugin || !*plugin) {
        puts(
            "skipped: seats on the lobby's connection: mosquitto or mosquitto-dev is not installed "
            "(make deps CLASS=1)");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
