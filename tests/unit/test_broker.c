/* A class over a real broker on a Unix socket: rights, refusals, and each part killed in mid-vote. */
#include "support/test.h"

#include "support/ports.h"

#include "base/file.h"
#include "base/utf8.h"
#include "live/mqtt.h"
#include "support/hall.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_a_class_votes_over_the_broker(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, HALL_PUPILS);
    hall_ask(hall);
    for (size_t i = 0; i < hall->pupils; i++)
        assert_true(pupil_say(&hall->pupil[i], i % 2 ? "0" : "1", &err));
    assert_true(hall_reach(hall, hall_all_recorded));
    assert_int_equal(desk_tally(&hall->host.desk, 1).right, HALL_PUPILS / 2);
}

static bool others_recorded(struct hall *hall)
{
    for (size_t i = 1; i < hall->pupils; i++)
        if (hall->pupil[i].answer != ANSWER_RECORDED)
            return false;
    return true;
}

static bool last_word_counts(struct hall *hall)
{
    const struct seat *seat = &hall->host.desk.seats[0];
    return !seat->on && strcmp(seat->vote[0].a, "1") == 0;
}

static pid_t stopped;

static void go_on(int number)
{
    (void)number;
    kill(stopped, SIGCONT);
}

/* Whoever says something and leaves at once has said it: a connection that is closed while the broker is
 * about to write to it takes along what the broker has not read. Here it is busy for a moment, and then
 * has something for that member first. */
static void test_who_leaves_at_once_has_been_heard(void **state)
{
    struct hall *hall = *state;
    const struct itimerval moment = {.it_value = {.tv_usec = 30000}};
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    hall_ask(hall);
    stopped = broker_process(hall->host.broker);
    assert_int_equal(kill(stopped, SIGSTOP), 0);
    for (int i = 0; i < 10; i++)
        assert_true(desk_limit_seats(&hall->host.desk, 100 + i, &err));
    assert_true(pupil_say(&hall->pupil[0], "0", &err));
    assert_true(pupil_say(&hall->pupil[0], "1", &err));
    signal(SIGALRM, go_on);
    assert_int_equal(setitimer(ITIMER_REAL, &moment, NULL), 0);
    pupil_close(&hall->pupil[0]);
    hall->pupils = 0;
    assert_true(hall_reach(hall, last_word_counts));
}

static bool first_is_removed(struct hall *hall)
{
    return hall->pupil[0].stage == PUPIL_REMOVED;
}

/* Else a class that comes in at once would wait for it again and again. */
static bool all_seated_and_never_behind(struct hall *hall)
{
    assert_false(broker_is_behind(hall->host.broker));
    return hall_all_seated(hall);
}

static void test_the_broker_need_not_be_told_of_newcomers(void **state)
{
    struct hall *hall = *state;
    hall_open(hall, false);
    hall_join(hall, "Ada");
    hall_join(hall, "Bo");
    assert_true(hall_reach(hall, all_seated_and_never_behind));
}

static bool told_at_last(struct hall *hall)
{
    return !broker_is_behind(hall->host.broker) && !*hall->host.problem;
}

/* What is said of the code must be so: where the broker's file cannot be written, it is not. */
static void test_a_broker_that_cannot_be_told_is_told_later(void **state)
{
    struct hall *hall = *state;
    struct err err;
    char path[200];
    hall_open(hall, false);
    broker_socket(hall->code, path, sizeof path);
    snprintf(strrchr(path, '/'), 40, "/private/passwords");
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(host_new_code(&hall->host, &err));
    assert_non_null(strstr(err.text, "still admits"));
    assert_non_null(strstr(hall->host.problem, "cannot be told"));
    assert_true(host_wait_ms(&hall->host) > 1); /* it is tried again, not all the time */
    assert_int_equal(rmdir(path), 0);
    assert_true(hall_reach(hall, told_at_last));
}

static void test_a_flooder_changes_nothing_for_the_others(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    size_t count = hall->network ? HALL_PUPILS : 30;
    hall_join_many(hall, count);
    hall_ask(hall);
    char topic[TRANSPORT_MOST_TOPIC], text[120];
    struct transport *flood = hall->pupil[0].transport;
    char own[30]; /* who comes first is not known */
    snprintf(own, sizeof own, "a/%lld", (long long)hall->pupil[0].seat);
    class_topic(hall->pupil[0].sid, own, topic);
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":%d,\"a\":\"1\"}", i + 1);
        flood->send(flood, topic, text, strlen(text), false);
    }
    for (size_t i = 1; i < hall->pupils; i++)
        pupil_say(&hall->pupil[i], "0", &err);
    assert_true(hall_reach(hall, others_recorded));
    assert_int_equal(desk_tally(&hall->host.desk, 1).right, count - 1);
    assert_true(hall_reach(hall, first_is_removed));
}

static bool victim_recorded(struct hall *hall)
{
    return hall->pupil[0].answer == ANSWER_RECORDED;
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

/* Serves the spy and the class until the spy has heard `text`; false: it never does. */
static bool spy_until(struct hall *hall, struct spy *spy, const char *text)
{
    int64_t end = clock_mono_ns(&hall->clock) + (int64_t)HALL_PATIENCE_MS * 1000000;
    while (!strstr(buf_text(&spy->heard), text) && clock_mono_ns(&hall->clock) < end) {
        host_serve(&hall->host);
        for (size_t p = 0; p < hall->pupils; p++)
            pupil_serve(&hall->pupil[p]);
        spy->transport->poll(spy->transport, spy_hears, spy);
        poll(NULL, 0, HALL_TICK_MS);
    }
    return strstr(buf_text(&spy->heard), text);
}

static void spy_says(struct spy *spy, const char *root, const char *rest, const char *text,
                     bool keep)
{
    char topic[TRANSPORT_MOST_TOPIC];
    snprintf(topic, sizeof topic, "%.80s%.30s", root, rest);
    spy->transport->send(spy->transport, topic, text, strlen(text), keep);
}

/* The rights of a seat that uses another client than ours: it gets no further than its own. The receipt
 * of its own vote, which comes behind all else that it says, is the proof that the rest was dealt with. */
static void test_a_seat_reaches_nothing_but_its_own(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 2);
    hall_ask(hall);
    struct pupil *victim = &hall->pupil[0], *thief = &hall->pupil[1];
    char root[TRANSPORT_MOST_TOPIC], all[TRANSPORT_MOST_TOPIC], seat[20], rest[30];
    class_topic(victim->sid, "", root);
    snprintf(all, sizeof all, "%.80s#", root);
    snprintf(seat, sizeof seat, "%lld", (long long)thief->seat);
    struct mqtt_options options = {.route = &hall->entrance.route,
                                   .client = "spy0123456789",
                                   .user = seat,
                                   .password = thief->secret,
                                   .filters = {all}};
    struct spy spy = {mqtt_open(&options, &err), {0}};
    assert_non_null(spy.transport);
    assert_true(spy_until(hall, &spy, "/state"));
    buf_clear(&spy.heard);
    /* Votes for another, states, items, receipts: all refused. */
    int64_t rev = victim->rev;
    static const char forged[] = "{\"v\":1,\"ep\":9,\"rev\":9,\"ph\":\"end\"}";
    static const char vote[] = "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"1\"}";
    static const char *const rests[] = {"state", "item", "ins", "r/1", "seat/x"};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        spy_says(&spy, root, rests[i], forged, true);
    snprintf(rest, sizeof rest, "a/%lld", (long long)victim->seat);
    spy_says(&spy, root, rest, vote, false);
    snprintf(rest, sizeof rest, "a/%s", seat);
    spy_says(&spy, root, rest, vote, false);
    assert_true(spy_until(hall, &spy, "\"st\":\"ok\""));
    assert_int_equal(desk_tally(&hall->host.desk, 1).answered, 1); /* its own */
    assert_null(strstr(buf_text(&spy.heard), "\"ep\":9"));
    assert_true(pupil_say(victim, "0", &err));
    assert_true(hall_reach(hall, victim_recorded));
    assert_int_equal(desk_tally(&hall->host.desk, 1).answered, 2);
    assert_int_equal(desk_tally(&hall->host.desk, 1).right, 1);
    assert_int_equal(victim->ep, 1);
    assert_true(victim->rev >= rev);
    /* The answer and the receipt of the victim are not heard, up to the receipt of one more own vote. */
    buf_clear(&spy.heard);
    spy_says(&spy, root, rest, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":2,\"a\":\"1\"}", false);
    assert_true(spy_until(hall, &spy, "\"st\":\"ok\""));
    assert_null(strstr(buf_text(&spy.heard), "\"a\":\"0\""));
    spy.transport->close(spy.transport);
    buf_free(&spy.heard);
}

static bool first_is_refused(struct hall *hall);

/* ---- the matrix of rights ----------------------------------------------------------------------------- */

#define OWN "11111111111111111111111111111111"
#define OTHER "22222222222222222222222222222222"
static const char
    *const
        topics
            [] =
                {
                    "state", "item",        "a/1", "a/2",       "r/1",
                    "r/2",   "p/2",         "p/1", "seat/" OWN, "seat/" OTHER,
                    "proj",  "join/" OTHER, "ins", "join/" OWN, /* the last two: ends of reading and of writing */
};
enum { TOPICS = sizeof topics / sizeof *topics };

struct ears {
    unsigned heard; /* a bit for each topic */
    const char *root, *mark;
};

static void ears_hear(void *user, const char *topic, const char *text, size_t size)
{
    struct ears *ears = user;
    for (int i = 0; i < TOPICS; i++)
        if (strcmp(topic + strlen(ears->root), topics[i]) == 0 && size == strlen(ears->mark) &&
            memcmp(text, ears->mark, size) == 0)
            ears->heard |= 1u << i;
}

static void ears_pass(void *user, const char *topic, const char *text, size_t size)
{
    (void)user, (void)topic, (void)text, (void)size;
}

/* From `speaker` to everything, until `hearer` has heard the last of it: what it has not heard by then
 * it may not hear. */
static unsigned say_all(struct hall *hall, struct transport *speaker, struct transport *hearer,
                        const char *root, const char *mark, int last)
{
    char topic[TRANSPORT_MOST_TOPIC];
    struct ears ears = {0, root, mark};
    bool said = false;
    int64_t end = clock_mono_ns(&hall->clock) + (int64_t)HALL_PATIENCE_MS * 1000000;
    while (!(ears.heard >> last & 1) && clock_mono_ns(&hall->clock) < end) {
        bool up = hearer->poll(hearer, ears_hear, &ears);
        if (speaker->poll(speaker, ears_pass, NULL) && up && !said) {
            for (int i = 0; i < TOPICS; i++)
                if (i != last) {
                    snprintf(topic, sizeof topic, "%s%s", root, topics[i]);
                    speaker->send(speaker, topic, mark, strlen(mark), false);
                }
            snprintf(topic, sizeof topic, "%s%s", root, topics[last]);
            speaker->send(speaker, topic, mark, strlen(mark), false);
            said = true;
        }
        host_serve(&hall->host);
        poll(NULL, 0, 1);
    }
    return ears.heard;
}

static unsigned set_of(const char *words)
{
    struct str rest = str_of(words), word;
    unsigned set = 0;
    while ((word = str_word(&rest)).length)
        for (int i = 0; i < TOPICS; i++)
            if (str_is(word, topics[i]))
                set |= 1u << i;
    return set;
}

static void assert_same_topics(const char *who, unsigned set, const char *words)
{
    for (int i = 0; i < TOPICS; i++)
        if ((set ^ set_of(words)) >> i & 1)
            fail_msg("%s %s: %s", who, topics[i], set >> i & 1 ? "is allowed" : "is refused");
}

static void test_each_account_may_do_what_it_is_for(void **state)
{
    struct hall *hall = *state;
    struct err err;
    char root[TRANSPORT_MOST_TOPIC], all[TRANSPORT_MOST_TOPIC], lobby[CLASS_CODE];
    hall_open(hall, false);
    hall_join_many(hall, 2);
    broker_lobby_password(hall->code, lobby);
    const struct {
        const char *user, *password, *reads, *writes, *seating;
    } roles[] = {
        {BROKER_LOBBY, lobby, "ins seat/" OWN, "join/" OWN, NULL},
        {"1", hall->host.desk.seats[0].row.secret, "state item ins r/1 seat/" OWN,
         "a/1 p/1 join/" OWN, NULL},
        {BROKER_PROJECTOR, hall->host.projector, "state item ins proj seat/" OWN, "join/" OWN,
         NULL},
        /* Came as the lobby, and was given a seat. */
        {BROKER_LOBBY, lobby, "state item ins r/2 seat/" OWN, "a/2 p/2 join/" OWN, OWN " 2"},
    };
    class_topic(hall->host.desk.session.sid, "", root);
    snprintf(all, sizeof all, "%.100s#", root);
    struct mqtt_options options = {.route = &hall->host.route,
                                   .client = "00000000000000000000000000000000",
                                   .user = BROKER_INSTRUCTOR,
                                   .password = hall->secret,
                                   .filters = {all}};
    struct transport *instructor = mqtt_open(&options, &err);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        const char *seating = roles[i].seating;
        if (seating && !hall->host.desk.stay)
            continue; /* this broker cannot */
        if (seating)
            instructor->send(instructor, BROKER_SEATING, seating, strlen(seating), false);
        options = (struct mqtt_options){.route = &hall->entrance.route,
                                        .client = OWN,
                                        .user = roles[i].user,
                                        .password = roles[i].password,
                                        .filters = {all}};
        struct transport *end = mqtt_open(&options, &err);
        assert_same_topics(roles[i].user,
                           say_all(hall, instructor, end, root, "{\"r\":1}", TOPICS - 2),
                           roles[i].reads);
        assert_same_topics(roles[i].user,
                           say_all(hall, end, instructor, root, "{\"w\":1}", TOPICS - 1),
                           roles[i].writes);
        end->close(end);
    }
    instructor->close(instructor);
}

/* ---- who is not let in -------------------------------------------------------------------------------- */

static bool first_is_deceived(struct hall *hall)
{
    return hall->pupil[0].transport->deceived;
}

/* Another class listens where this one is looked for: it hears neither name nor password. */
static void test_a_false_broker_is_told_nothing(void **state)
{
    struct hall *hall = *state;
    struct err err;
    struct entrance entrance;
    hall_open(hall, false);
    char other[CLASS_CODE];
    snprintf(other, sizeof other, "%s", hall->code);
    other[13] = other[13] == 'A' ? 'B' : 'A'; /* the last bits of the pin */
    hall_enter(hall, other, &entrance);
    hall->pupils = 1;
    assert_true(pupil_open(&hall->pupil[0], other, "Eve", NULL, (const uint64_t[]){1, 2},
                           &hall->clock, entrance_connect, &entrance, &err));
    assert_true(hall_reach(hall, first_is_deceived));
    assert_false(hall->pupil[0].link);
    assert_int_equal(hall->pupil[0].stage, PUPIL_JOINING);
    assert_int_equal(hall->host.desk.seat_count, 0);
    pupil_close(&hall->pupil[0]);
    hall->pupils = 0;
    entrance_free(&entrance);
}

static void test_who_is_banned_stays_out_under_another_name(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    uint64_t cid[2];
    assert_int_equal(sscanf(hall->pupil[0].cid, "%16lx%16lx", &cid[0], &cid[1]), 2);
    assert_true(desk_remove(&hall->host.desk, 1, true, &err));
    assert_true(hall_reach(hall, first_is_removed));
    pupil_close(&hall->pupil[0]);
    assert_true(pupil_open(&hall->pupil[0], hall->code, "Somebody Else", NULL, cid, &hall->clock,
                           entrance_connect, &hall->entrance, &err));
    assert_true(hall_reach(hall, first_is_refused));
    assert_non_null(strstr(hall->pupil[0].why, "closed this class to you"));
}

static void test_a_resumed_class_keeps_code_and_port(void **state)
{
    struct hall *hall = *state;
    hall_open(hall, false);
    int port = hall->host.network.port;
    char code[CLASS_CODE], folder[100];
    snprintf(code, sizeof code, "%s", hall->code);
    broker_socket(code, folder, sizeof folder);
    *strrchr(folder, '/') = '\0';
    hall_join_many(hall, 1);
    assert_int_equal(access(folder, F_OK), 0);
    host_close(&hall->host, false);
    assert_int_not_equal(access(folder, F_OK), 0); /* nothing is left in /tmp */
    hall_open(hall, true);
    assert_int_equal(hall->host.network.port, port);
    assert_string_equal(hall->code, code);
    assert_true(hall_reach(hall, hall_all_seated));
}

/* A second terminal that cannot start must not silence the class in the first. */
static void test_who_cannot_have_the_port_leaves_the_class_alone(void **state)
{
    struct hall *hall = *state;
    struct host newer;
    struct err err;
    int taken, fd = port_listener(&taken);
    hall_open(hall, false);
    assert_false(hall_try(hall, &newer, true, taken, &err));
    assert_non_null(strstr(err.text, "taken by another program"));
    assert_true(class_is_ours(hall->host.store, &hall->host.desk.session));
    hall_join_many(hall, 1); /* the class goes on */
    host_close(&hall->host, false);
    hall->hosting = false;
    assert_false(hall_try(hall, &newer, true, taken, &err));
    hall_open(hall, true);
    assert_int_equal(hall->host.desk.session.ep, 2);
    assert_true(hall_reach(hall, hall_all_seated));
    close(fd);
}

/* Two classes that begin at once find the same port free. Here the other one is gone again by the time
 * that anybody looks. */
static void test_the_next_port_is_taken_where_somebody_was_quicker(void **state)
{
    struct hall *hall = *state;
    static const char script[] =
        "#!/bin/sh\n"
        "[ -e \"$0.tried\" ] && exec /usr/sbin/mosquitto \"$@\"\n"
        "echo '1795253400: Error: Address already in use' >\"${2%/config}/log\"\n"
        ": >\"$0.tried\"\n"
        "exit 1\n";
    const char *program = test_file(test_folder(), "mosquitto", script);
    assert_int_equal(chmod(program, 0700), 0);
    setenv("NNTUTOR_MOSQUITTO", program, 1);
    hall->port = 0;
    hall_open(hall, false);
    unsetenv("NNTUTOR_MOSQUITTO");
    assert_true(hall->host.network.port > ROUTE_PORT);
    hall_join_many(hall, 1);
}

static void test_who_has_no_broker_to_start_leaves_the_class_as_it_was(void **state)
{
    struct hall *hall = *state;
    struct host newer;
    struct err err;
    hall_open(hall, false);
    host_close(&hall->host, false);
    hall->hosting = false;
    setenv("NNTUTOR_MOSQUITTO", "/bin/false", 1);
    assert_false(hall_try(hall, &newer, true, 0, &err));
    unsetenv("NNTUTOR_MOSQUITTO");
    hall_open(hall, true);
    assert_int_equal(hall->host.desk.session.ep, 2);
}

static bool first_is_refused(struct hall *hall)
{
    return hall->pupil[0].stage == PUPIL_REFUSED;
}

static void test_a_wrong_password_stays_outside(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    char wrong[CLASS_CODE];
    snprintf(wrong, sizeof wrong, "%s", hall->code);
    wrong[23] = wrong[23] == 'A' ? 'B' : 'A';
    struct entrance entrance = hall->entrance;
    snprintf(entrance.code, sizeof entrance.code, "%s", wrong);
    hall->pupils = 1;
    assert_true(pupil_open(&hall->pupil[0], wrong, "Eve", NULL, (const uint64_t[]){1, 2},
                           &hall->clock, entrance_connect, &entrance, &err));
    assert_true(hall_reach(hall, first_is_refused));
    assert_non_null(strstr(hall->pupil[0].why, "code"));
    assert_int_equal(hall->host.desk.seat_count, 0);
}

static bool second_is_refused(struct hall *hall)
{
    return hall->pupil[1].stage == PUPIL_REFUSED;
}

static bool broker_knows_all(struct hall *hall)
{
    return !broker_is_behind(hall->host.broker);
}

static void test_a_new_code_shuts_the_old_one_out(void **state)
{
    struct hall *hall = *state;
    struct err err;
    char old[CLASS_CODE];
    hall_open(hall, false);
    hall_join(hall, "Ada");
    assert_true(hall_reach(hall, hall_all_seated));
    snprintf(old, sizeof old, "%s", hall->code);
    assert_true(host_new_code(&hall->host, &err));
    assert_true(hall_reach(hall, broker_knows_all));
    snprintf(hall->code, sizeof hall->code, "%s", old);
    hall_join(hall, "Eve");
    assert_true(hall_reach(hall, second_is_refused));
    assert_int_equal(hall->host.desk.seat_count, 1);
    snprintf(hall->code, sizeof hall->code, "%s", hall->host.desk.session.code);
    snprintf(hall->entrance.code, sizeof hall->entrance.code, "%s", hall->code);
    hall_join(hall, "Cy");
    pupil_close(&hall->pupil[1]);
    hall->pupil[1] = hall->pupil[--hall->pupils];
    assert_true(hall_reach(hall, hall_all_seated));
}

static void test_the_broker_is_killed_in_mid_vote_and_everybody_is_back(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 5);
    hall_ask(hall);
    for (size_t i = 0; i < 3; i++)
        pupil_say(&hall->pupil[i], "0", &err);
    assert_int_equal(kill(broker_process(hall->host.broker), SIGKILL), 0);
    for (size_t i = 3; i < 5; i++)
        pupil_say(&hall->pupil[i], "0", &err);
    assert_true(hall_reach(hall, hall_all_recorded));
    assert_int_equal(desk_tally(&hall->host.desk, 1).right, 5);
    assert_true(hall_reach(hall, hall_all_seated));
}

static void test_the_instructor_resumes_and_everybody_is_back(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 3);
    hall_ask(hall);
    pupil_say(&hall->pupil[0], "0", &err);
    pupil_say(&hall->pupil[1], "1", &err);
    host_close(&hall->host, false); /* what was not served is lost, as by a kill */
    hall->hosting = false;
    pupil_say(&hall->pupil[2], "0", &err);
    hall_open(hall, true);
    assert_string_equal(hall->code, hall->host.desk.session.code);
    assert_true(hall_reach(hall, hall_all_recorded));
    assert_true(hall_reach(hall, hall_all_seated));
    assert_int_equal(desk_tally(&hall->host.desk, 1).answered, 3);
    assert_int_equal(hall->host.desk.session.ep, 2);
}

static void test_who_was_removed_cannot_come_back_with_the_old_seat(void **state)
{
    struct hall *hall = *state;
    struct err err;
    hall_open(hall, false);
    hall_join_many(hall, 1);
    struct class_seat old = hall->host.desk.seats[0].row;
    assert_true(desk_remove(&hall->host.desk, 1, true, &err));
    assert_true(hall_reach(hall, first_is_removed));
    struct mqtt_options options = {
        .route = &hall->entrance.route, .client = "again", .user = "1", .password = old.secret};
    struct spy spy = {mqtt_open(&options, &err), {0}};
    int64_t end = clock_mono_ns(&hall->clock) + (int64_t)HALL_PATIENCE_MS * 1000000;
    /* It may be let in until the broker has heard of the removal. */
    while (!spy.transport->refused && clock_mono_ns(&hall->clock) < end) {
        host_serve(&hall->host);
        spy.transport->poll(spy.transport, spy_hears, &spy);
        poll(NULL, 0, HALL_TICK_MS);
    }
    assert_true(spy.transport->refused);
    spy.transport->close(spy.transport);
}

static void test_what_a_killed_instructor_left_is_swept_and_a_class_is_not(void **state)
{
    struct hall *hall = *state;
    char left[80], path[120], here[100];
    snprintf(left, sizeof left, "/tmp/nntutor-class-%014d", (int)getpid());
    snprintf(path, sizeof path, "%s/private", left);
    assert_int_equal(mkdir(left, 0711), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/private/lock", left);
    assert_true(file_write(path, "", 0, NULL));
    hall_open(hall, false);
    assert_int_not_equal(access(left, F_OK), 0);
    broker_sweep();
    broker_socket(hall->code, here, sizeof here);
    assert_int_equal(access(here, F_OK), 0);
}

/* Another class that begins sweeps the folder which this one is about to take: it has the lock, and
 * deletes everything once we wait for it. */
static _Noreturn void sweep_under_it(const char *folder, int told)
{
    char lock[120], link[120], here[200], path[80];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(path, sizeof path, "%.60s/private", folder);
    snprintf(lock, sizeof lock, "%.90s/lock", path);
    bool good = mkdir(folder, 0711) == 0 && mkdir(path, 0700) == 0;
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    good = good && fd >= 0 && flock(fd, LOCK_EX) == 0 && write(told, "", 1) == 1;
    for (int other = 0; good; other = (other + 1) % 64) {
        snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)getppid(), other);
        ssize_t n = readlink(link, here, sizeof here - 1);
        if (n > 0 && (here[n] = '\0', strcmp(here, lock) == 0))
            break;
    }
    _exit(good && remove(lock) == 0 && rmdir(path) == 0 && rmdir(folder) == 0 ? 0 : 1);
}

static void test_a_class_begins_though_another_sweeps_its_folder(void **state)
{
    struct hall *hall = *state;
    struct err err;
    char code[CLASS_CODE], folder[100], byte;
    int told[2], status;
    static const uint64_t key[DESK_KEY] = {5};
    uint64_t random = (uint64_t)clock_mono_ns(&hall->clock);
    class_new_code((const uint64_t[]){random << 20, (uint64_t)getpid()}, code);
    broker_socket(code, folder, sizeof folder);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(pipe(told), 0);
    pid_t sweeper = fork();
    if (sweeper == 0)
        sweep_under_it(folder, told[1]);
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    close(told[0]);
    struct broker *broker =
        broker_start(&(struct broker_plan){.code = code, .secret = "s", .key = key}, &err);
    kill(sweeper, SIGKILL);
    assert_int_equal(waitpid(sweeper, &status, 0), sweeper);
    if (!broker)
        fail_msg("%s", err.text);
    broker_stop(broker);
    assert_int_not_equal(access(folder, F_OK), 0);
}

static void test_passwords_are_nowhere_to_be_read(void **state)
{
    struct hall *hall = *state;
    char path[200];
    hall_open(hall, false);
    hall_join_many(hall, 1);
    struct err err;
    assert_true(broker_flush(hall->host.broker, &err));
    broker_socket(hall->code, path, sizeof path);
    struct stat info;
    *strrchr(path, '/') = '\0';
    strcat(path, "/private");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    strcat(path, "/passwords");
    char *text = test_read(path);
    assert_null(strstr(text, hall->host.desk.seats[0].row.secret));
    assert_non_null(strstr(text, "1:$7$"));
    free(text);
    struct stat seat;
    assert_int_equal(stat(hall->seats[0], &seat), 0);
    assert_int_equal(seat.st_mode & 0777, 0600);
}

int main(void)
{
    utf8_start();
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, hall_set_up, hall_tear_down)
#define ON_THE_NETWORK(test)                                                                       \
    {                                                                                              \
#test "_over_tls", test, hall_set_up_network, hall_tear_down, NULL                         \
    }
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_a_class_votes_over_the_broker),
        IN_A_ROOM(test_the_broker_need_not_be_told_of_newcomers),
        IN_A_ROOM(test_a_broker_that_cannot_be_told_is_told_later),
        IN_A_ROOM(test_a_flooder_changes_nothing_for_the_others),
        IN_A_ROOM(test_who_leaves_at_once_has_been_heard),
        IN_A_ROOM(test_a_seat_reaches_nothing_but_its_own),
        IN_A_ROOM(test_a_wrong_password_stays_outside),
        IN_A_ROOM(test_a_new_code_shuts_the_old_one_out),
        IN_A_ROOM(test_the_broker_is_killed_in_mid_vote_and_everybody_is_back),
        IN_A_ROOM(test_the_instructor_resumes_and_everybody_is_back),
        IN_A_ROOM(test_who_was_removed_cannot_come_back_with_the_old_seat),
        IN_A_ROOM(test_what_a_killed_instructor_left_is_swept_and_a_class_is_not),
        IN_A_ROOM(test_a_class_begins_though_another_sweeps_its_folder),
        IN_A_ROOM(test_passwords_are_nowhere_to_be_read),
        IN_A_ROOM(test_each_account_may_do_what_it_is_for),
        ON_THE_NETWORK(test_each_account_may_do_what_it_is_for),
        ON_THE_NETWORK(test_a_false_broker_is_told_nothing),
        ON_THE_NETWORK(test_who_is_banned_stays_out_under_another_name),
        ON_THE_NETWORK(test_a_resumed_class_keeps_code_and_port),
        ON_THE_NETWORK(test_who_cannot_have_the_port_leaves_the_class_alone),
        ON_THE_NETWORK(test_the_next_port_is_taken_where_somebody_was_quicker),
        ON_THE_NETWORK(test_who_has_no_broker_to_start_leaves_the_class_as_it_was),
        ON_THE_NETWORK(test_a_class_votes_over_the_broker),
        ON_THE_NETWORK(test_a_flooder_changes_nothing_for_the_others),
        ON_THE_NETWORK(test_who_leaves_at_once_has_been_heard),
        ON_THE_NETWORK(test_a_seat_reaches_nothing_but_its_own),
        ON_THE_NETWORK(test_a_wrong_password_stays_outside),
        ON_THE_NETWORK(test_a_new_code_shuts_the_old_one_out),
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
