/* A class over a real broker on a Unix socket: rights, refusals, and each part killed in mid-vote. */
#include "support/test.h"

#include "base/utf8.h"
#include "live/host.h"
#include "live/mqtt.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_PUPILS = 300, PATIENCE_MS = 20000, TICK_MS = 5 };

static const char gift[] =
    "// [id:q1] [tag:objective:3a]\n::One::Which? {=right#yes ~wrong#no}\n\n";

struct room {
    struct arena arena;
    bool network;             /* over TLS */
    struct entrance entrance; /* of those who join() */
    struct quiz quiz;
    struct clock clock;
    char path[200], seats[MOST_PUPILS][220];
    struct host host;
    bool hosting;
    char code[CLASS_CODE];
    struct pupil pupil[MOST_PUPILS];
    size_t pupils;
};

static const struct question *find(void *user, const char *key)
{
    return quiz_find(&((struct room *)user)->quiz, key);
}

static void enter(const struct room *room, const char *code, struct entrance *entrance)
{
    struct err err;
    char there[40];
    snprintf(there, sizeof there, "localhost:%d", room->host.network.port);
    if (!(room->network ? entrance_there(entrance, code, there, &err)
                        : entrance_here(entrance, code, &err)))
        fail_msg("%s", err.text);
}

static void open_host(struct room *room, bool resume)
{
    struct err err;
    struct host_options options = {
        .path = room->path,
        .course = "c",
        .chapter = "dropout",
        .network = room->network,
        .resume = resume,
        .find = find,
        .find_user = room,
    };
    uint64_t pid = (uint64_t)getpid(), at = (uint64_t)clock_wall_ms(&room->clock);
    for (size_t i = 0; i < 7; i++) /* a code of its own: other tests may run beside this one */
        options.random[i] =
            (at << 20 | (pid & 0xFFFFF)) * (2 * i + 3) * UINT64_C(0x9E3779B97F4A7C15);
    if (!host_open(&room->host, &options, &room->clock, &err))
        fail_msg("%s", err.text);
    room->hosting = true;
    snprintf(room->code, sizeof room->code, "%s", room->host.desk.session.code);
    if (!*room->entrance.code)
        enter(room, room->code, &room->entrance);
}

static int set_up(void **state)
{
    struct room *room = memory_alloc(sizeof *room);
    *state = room;
    arena_init(&room->arena);
    room->clock = clock_system();
    gift_read(&room->quiz, &room->arena, "q.gift", gift, sizeof gift - 1, GIFT_GRADE, NULL);
    const char *folder = test_folder();
    snprintf(room->path, sizeof room->path, "%s/class.db", folder);
    for (int i = 0; i < MOST_PUPILS; i++)
        snprintf(room->seats[i], sizeof room->seats[i], "%s/seat%d", folder, i);
    return 0;
}

static int set_up_network(void **state)
{
    set_up(state);
    ((struct room *)*state)->network = true;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;
    for (size_t i = 0; i < room->pupils; i++)
        pupil_close(&room->pupil[i]);
    if (room->hosting)
        host_close(&room->host, true);
    entrance_free(&room->entrance);
    arena_free(&room->arena);
    memory_free(room);
    return 0;
}

/* Serves everybody until the condition holds; fails the test where it never does. */
typedef bool room_condition(struct room *room);
static bool reach(struct room *room, room_condition *condition)
{
    int64_t end = clock_mono_ns(&room->clock) + (int64_t)PATIENCE_MS * 1000000;
    while (clock_mono_ns(&room->clock) < end) {
        if (room->hosting)
            host_serve(&room->host);
        for (size_t i = 0; i < room->pupils; i++)
            pupil_serve(&room->pupil[i]);
        if (condition(room))
            return true;
        poll(NULL, 0, TICK_MS);
    }
    for (size_t i = 0; i < room->pupils; i++) /* who keeps the others waiting */
        if (room->pupil[i].stage != PUPIL_SEATED || !room->pupil[i].link)
            print_message("%zu: stage %d, seat %lld, link %d, refused %d, %s\n", i,
                          room->pupil[i].stage, (long long)room->pupil[i].seat, room->pupil[i].link,
                          room->pupil[i].transport->refused, room->pupil[i].why);
    return false;
}

static bool all_seated(struct room *room)
{
    for (size_t i = 0; i < room->pupils; i++)
        if (room->pupil[i].stage != PUPIL_SEATED || !room->pupil[i].link)
            return false;
    return !room->hosting || desk_present(&room->host.desk) == room->pupils;
}

static bool all_may_answer(struct room *room)
{
    for (size_t i = 0; i < room->pupils; i++)
        if (!pupil_may_answer(&room->pupil[i]))
            return false;
    return true;
}

static bool all_recorded(struct room *room)
{
    for (size_t i = 0; i < room->pupils; i++)
        if (room->pupil[i].answer != ANSWER_RECORDED)
            return false;
    return true;
}

static struct pupil *join(struct room *room, const char *name)
{
    struct err err;
    size_t i = room->pupils++;
    uint64_t random[2] = {(uint64_t)clock_mono_ns(&room->clock), i};
    if (!pupil_open(&room->pupil[i], room->code, name, room->seats[i], random, &room->clock,
                    entrance_connect, &room->entrance, &err))
        fail_msg("%s", err.text);
    return &room->pupil[i];
}

static void join_many(struct room *room, size_t count)
{
    char name[20];
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "Learner %zu", i + 1);
        join(room, name);
    }
    assert_true(reach(room, all_seated));
}

static void ask(struct room *room)
{
    struct err err;
    assert_true(desk_ask(&room->host.desk, &room->quiz.questions[0], 0, &err));
    assert_true(reach(room, all_may_answer));
}

static void test_a_class_votes_over_the_broker(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, MOST_PUPILS);
    ask(room);
    for (size_t i = 0; i < room->pupils; i++)
        assert_true(pupil_say(&room->pupil[i], i % 2 ? "0" : "1", &err));
    assert_true(reach(room, all_recorded));
    assert_int_equal(desk_tally(&room->host.desk, 1).right, MOST_PUPILS / 2);
}

static bool others_recorded(struct room *room)
{
    for (size_t i = 1; i < room->pupils; i++)
        if (room->pupil[i].answer != ANSWER_RECORDED)
            return false;
    return true;
}

static bool first_is_removed(struct room *room)
{
    return room->pupil[0].stage == PUPIL_REMOVED;
}

static void test_a_flooder_changes_nothing_for_the_others(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, 30);
    ask(room);
    char topic[TRANSPORT_MOST_TOPIC], text[120];
    struct transport *flood = room->pupil[0].transport;
    class_topic(room->pupil[0].sid, "a/1", topic);
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":%d,\"a\":\"1\"}", i + 1);
        flood->send(flood, topic, text, strlen(text), false);
    }
    for (size_t i = 1; i < room->pupils; i++)
        pupil_say(&room->pupil[i], "0", &err);
    assert_true(reach(room, others_recorded));
    assert_int_equal(desk_tally(&room->host.desk, 1).right, 29);
    assert_true(reach(room, first_is_removed));
}

/* What a client heard, and that it is connected. */
struct spy {
    struct transport *transport;
    struct buf heard;
};

static void spy_hears(void *user, const char *topic, const char *text, size_t size)
{
    struct spy *spy = user;
    buf_addf(&spy->heard, "%s %.*s\n", strrchr(topic, '/'), (int)size, text);
}

/* Lets the spy and the class run for a while in which a message would have come: the answer of the
 * broker to a later message of the spy itself is the proof that the earlier ones were dealt with. */
static void run_spy(struct room *room, struct spy *spy)
{
    for (int i = 0; i < 60; i++) {
        host_serve(&room->host);
        for (size_t p = 0; p < room->pupils; p++)
            pupil_serve(&room->pupil[p]);
        spy->transport->poll(spy->transport, spy_hears, spy);
        poll(NULL, 0, TICK_MS);
    }
}

/* The matrix of rights: a seat that uses another client than ours gets no further than its own. */
static void test_a_seat_reaches_nothing_but_its_own(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, 2);
    ask(room);
    struct pupil *victim = &room->pupil[0], *thief = &room->pupil[1];
    char root[TRANSPORT_MOST_TOPIC], all[TRANSPORT_MOST_TOPIC + 4], topic[200];
    class_topic(victim->sid, "", root);
    snprintf(all, sizeof all, "%s#", root);
    char seat[20];
    snprintf(seat, sizeof seat, "%lld", (long long)thief->seat);
    struct mqtt_options options = {.route = &room->entrance.route,
                                   .client = "spy0123456789",
                                   .user = seat,
                                   .password = thief->secret,
                                   .filters = {all}};
    struct spy spy = {mqtt_open(&options, &err), {0}};
    assert_non_null(spy.transport);
    run_spy(room, &spy);
    assert_non_null(strstr(buf_text(&spy.heard), "/state"));
    buf_clear(&spy.heard);
    /* Votes for another, states, items, receipts: all refused. */
    int64_t rev = victim->rev;
    static const char forged[] = "{\"v\":1,\"ep\":9,\"rev\":9,\"ph\":\"end\"}";
    static const char vote[] = "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"1\"}";
    const char *rests[] = {"state", "item", "ins", "r/1", "seat/x"};
    for (size_t i = 0; i < 5; i++) {
        snprintf(topic, sizeof topic, "%s%s", root, rests[i]);
        spy.transport->send(spy.transport, topic, forged, sizeof forged - 1, true);
    }
    snprintf(topic, sizeof topic, "%sa/%lld", root, (long long)victim->seat);
    spy.transport->send(spy.transport, topic, vote, sizeof vote - 1, false);
    assert_true(pupil_say(victim, "0", &err));
    run_spy(room, &spy);
    assert_int_equal(victim->answer, ANSWER_RECORDED);
    assert_int_equal(desk_tally(&room->host.desk, 1).answered, 1);
    assert_int_equal(desk_tally(&room->host.desk, 1).right, 1);
    assert_int_equal(victim->ep, 1);
    assert_true(victim->rev >= rev);
    assert_null(strstr(buf_text(&spy.heard), "\"ep\":9"));
    /* The answer and the receipt of the victim were not heard. */
    assert_null(strstr(buf_text(&spy.heard), "\"a\":\"0\""));
    /* Its own vote does arrive: the silence above was not for want of a connection. */
    snprintf(topic, sizeof topic, "%sa/%s", root, seat);
    spy.transport->send(spy.transport, topic, vote, sizeof vote - 1, false);
    run_spy(room, &spy);
    assert_int_equal(desk_tally(&room->host.desk, 1).answered, 2);
    spy.transport->close(spy.transport);
    buf_free(&spy.heard);
}

static bool first_is_refused(struct room *room)
{
    return room->pupil[0].stage == PUPIL_REFUSED;
}

static void test_a_wrong_password_stays_outside(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    char wrong[CLASS_CODE];
    snprintf(wrong, sizeof wrong, "%s", room->code);
    wrong[23] = wrong[23] == 'A' ? 'B' : 'A';
    struct entrance entrance = room->entrance;
    snprintf(entrance.code, sizeof entrance.code, "%s", wrong);
    room->pupils = 1;
    assert_true(pupil_open(&room->pupil[0], wrong, "Eve", NULL, (const uint64_t[]){1, 2},
                           &room->clock, entrance_connect, &entrance, &err));
    assert_true(reach(room, first_is_refused));
    assert_non_null(strstr(room->pupil[0].why, "code"));
    assert_int_equal(room->host.desk.seat_count, 0);
}

static void test_the_broker_is_killed_in_mid_vote_and_everybody_is_back(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, 5);
    ask(room);
    for (size_t i = 0; i < 3; i++)
        pupil_say(&room->pupil[i], "0", &err);
    assert_int_equal(kill(broker_process(room->host.broker), SIGKILL), 0);
    for (size_t i = 3; i < 5; i++)
        pupil_say(&room->pupil[i], "0", &err);
    assert_true(reach(room, all_recorded));
    assert_int_equal(desk_tally(&room->host.desk, 1).right, 5);
    assert_true(reach(room, all_seated));
}

static void test_the_instructor_resumes_and_everybody_is_back(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, 3);
    ask(room);
    pupil_say(&room->pupil[0], "0", &err);
    pupil_say(&room->pupil[1], "1", &err);
    host_close(&room->host, false); /* what was not served is lost, as by a kill */
    room->hosting = false;
    pupil_say(&room->pupil[2], "0", &err);
    open_host(room, true);
    assert_string_equal(room->code, room->host.desk.session.code);
    assert_true(reach(room, all_recorded));
    assert_true(reach(room, all_seated));
    assert_int_equal(desk_tally(&room->host.desk, 1).answered, 3);
    assert_int_equal(room->host.desk.session.ep, 2);
}

static void test_who_was_removed_cannot_come_back_with_the_old_seat(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, 1);
    struct class_seat old = room->host.desk.seats[0].row;
    assert_true(desk_remove(&room->host.desk, 1, true, &err));
    assert_true(reach(room, first_is_removed));
    struct mqtt_options options = {
        .route = &room->entrance.route, .client = "again", .user = "1", .password = old.secret};
    struct spy spy = {mqtt_open(&options, &err), {0}};
    for (int i = 0; i < 20 && !spy.transport->refused; i++)
        run_spy(room, &spy); /* it may be let in until the broker has heard of the removal */
    assert_true(spy.transport->refused);
    spy.transport->close(spy.transport);
}

static void test_passwords_are_nowhere_to_be_read(void **state)
{
    struct room *room = *state;
    char path[200];
    open_host(room, false);
    join_many(room, 1);
    broker_flush(room->host.broker);
    broker_socket(room->code, path, sizeof path);
    struct stat info;
    *strrchr(path, '/') = '\0';
    strcat(path, "/private");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    strcat(path, "/passwords");
    char *text = test_read(path);
    assert_null(strstr(text, room->host.desk.seats[0].row.secret));
    assert_non_null(strstr(text, "1:$7$"));
    free(text);
    struct stat seat;
    assert_int_equal(stat(room->seats[0], &seat), 0);
    assert_int_equal(seat.st_mode & 0777, 0600);
}

int main(void)
{
    utf8_start();
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define ON_THE_NETWORK(test)                                                                       \
    {                                                                                              \
#test "_over_tls", test, set_up_network, tear_down, NULL                                   \
    }
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_a_class_votes_over_the_broker),
        IN_A_ROOM(test_a_flooder_changes_nothing_for_the_others),
        IN_A_ROOM(test_a_seat_reaches_nothing_but_its_own),
        IN_A_ROOM(test_a_wrong_password_stays_outside),
        IN_A_ROOM(test_the_broker_is_killed_in_mid_vote_and_everybody_is_back),
        IN_A_ROOM(test_the_instructor_resumes_and_everybody_is_back),
        IN_A_ROOM(test_who_was_removed_cannot_come_back_with_the_old_seat),
        IN_A_ROOM(test_passwords_are_nowhere_to_be_read),
        ON_THE_NETWORK(test_a_class_votes_over_the_broker),
        ON_THE_NETWORK(test_a_flooder_changes_nothing_for_the_others),
        ON_THE_NETWORK(test_a_seat_reaches_nothing_but_its_own),
        ON_THE_NETWORK(test_a_wrong_password_stays_outside),
        ON_THE_NETWORK(test_the_broker_is_killed_in_mid_vote_and_everybody_is_back),
        ON_THE_NETWORK(test_the_instructor_resumes_and_everybody_is_back),
        ON_THE_NETWORK(test_who_was_removed_cannot_come_back_with_the_old_seat),
    };
    if (!broker_is_installed(NULL)) {
        puts("skipped: a class over a broker: mosquitto is not installed (make deps CLASS=1)");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
