/* A class over a real broker on a Unix socket: rights, refusals, and each part killed in mid-vote. */
#include "support/test.h"

#include "base/file.h"
#include "base/utf8.h"
#include "live/host.h"
#include "live/mqtt.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
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
    char code[CLASS_CODE], secret[40]; /* the instructor's */
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
    snprintf(there, sizeof there, "127.0.0.1:%d", room->host.network.port);
    if (!(room->network ? entrance_there(entrance, code, there, &err)
                        : entrance_here(entrance, code, &err)))
        fail_msg("%s", err.text);
}

static bool try_host(struct room *room, struct host *host, bool resume, int port, struct err *err)
{
    struct host_options options = {
        .path = room->path,
        .course = "c",
        .chapter = "dropout",
        .network = room->network,
        .port = port,
        .resume = resume,
        .find = find,
        .find_user = room,
    };
    uint64_t pid = (uint64_t)getpid(), at = (uint64_t)clock_wall_ms(&room->clock);
    for (size_t i = 0; i < 6; i++) /* a code of its own: other tests may run beside this one */
        options.random[i] =
            (at << 20 | (pid & 0xFFFFF)) * (2 * i + 3) * UINT64_C(0x9E3779B97F4A7C15);
    snprintf(room->secret, sizeof room->secret, "%016llx%016llx",
             (unsigned long long)options.random[2], (unsigned long long)options.random[3]);
    return host_open(host, &options, &room->clock, err);
}

static void open_host(struct room *room, bool resume)
{
    struct err err;
    if (!try_host(room, &room->host, resume, 0, &err))
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

static bool last_word_counts(struct room *room)
{
    const struct seat *seat = &room->host.desk.seats[0];
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
    struct room *room = *state;
    const struct itimerval moment = {.it_value = {.tv_usec = 30000}};
    struct err err;
    open_host(room, false);
    join_many(room, 1);
    ask(room);
    stopped = broker_process(room->host.broker);
    assert_int_equal(kill(stopped, SIGSTOP), 0);
    for (int i = 0; i < 10; i++)
        assert_true(desk_limit_seats(&room->host.desk, 100 + i, &err));
    assert_true(pupil_say(&room->pupil[0], "0", &err));
    assert_true(pupil_say(&room->pupil[0], "1", &err));
    signal(SIGALRM, go_on);
    assert_int_equal(setitimer(ITIMER_REAL, &moment, NULL), 0);
    pupil_close(&room->pupil[0]);
    room->pupils = 0;
    assert_true(reach(room, last_word_counts));
}

static bool first_is_removed(struct room *room)
{
    return room->pupil[0].stage == PUPIL_REMOVED;
}

/* Else a class that comes in at once would wait for it again and again. */
static bool all_seated_and_never_behind(struct room *room)
{
    assert_false(broker_is_behind(room->host.broker));
    return all_seated(room);
}

static void test_the_broker_need_not_be_told_of_newcomers(void **state)
{
    struct room *room = *state;
    open_host(room, false);
    join(room, "Ada");
    join(room, "Bo");
    assert_true(reach(room, all_seated_and_never_behind));
}

static bool told_at_last(struct room *room)
{
    return !broker_is_behind(room->host.broker) && !*room->host.problem;
}

/* What is said of the code must be so: where the broker's file cannot be written, it is not. */
static void test_a_broker_that_cannot_be_told_is_told_later(void **state)
{
    struct room *room = *state;
    struct err err;
    char path[200];
    open_host(room, false);
    broker_socket(room->code, path, sizeof path);
    snprintf(strrchr(path, '/'), 40, "/private/passwords");
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(host_new_code(&room->host, &err));
    assert_non_null(strstr(err.text, "still admits"));
    assert_non_null(strstr(room->host.problem, "cannot be told"));
    assert_true(host_wait_ms(&room->host) > 1); /* it is tried again, not all the time */
    assert_int_equal(rmdir(path), 0);
    assert_true(reach(room, told_at_last));
}

static void test_a_flooder_changes_nothing_for_the_others(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    size_t count = room->network ? MOST_PUPILS : 30;
    join_many(room, count);
    ask(room);
    char topic[TRANSPORT_MOST_TOPIC], text[120];
    struct transport *flood = room->pupil[0].transport;
    char own[30]; /* who comes first is not known */
    snprintf(own, sizeof own, "a/%lld", (long long)room->pupil[0].seat);
    class_topic(room->pupil[0].sid, own, topic);
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":%d,\"a\":\"1\"}", i + 1);
        flood->send(flood, topic, text, strlen(text), false);
    }
    for (size_t i = 1; i < room->pupils; i++)
        pupil_say(&room->pupil[i], "0", &err);
    assert_true(reach(room, others_recorded));
    assert_int_equal(desk_tally(&room->host.desk, 1).right, count - 1);
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

static bool first_is_refused(struct room *room);

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
static unsigned say_all(struct room *room, struct transport *speaker, struct transport *hearer,
                        const char *root, const char *mark, int last)
{
    char topic[TRANSPORT_MOST_TOPIC];
    struct ears ears = {0, root, mark};
    bool said = false;
    int64_t end = clock_mono_ns(&room->clock) + (int64_t)PATIENCE_MS * 1000000;
    while (!(ears.heard >> last & 1) && clock_mono_ns(&room->clock) < end) {
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
        host_serve(&room->host);
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
    struct room *room = *state;
    struct err err;
    char root[TRANSPORT_MOST_TOPIC], all[TRANSPORT_MOST_TOPIC], lobby[CLASS_CODE];
    open_host(room, false);
    join_many(room, 2);
    broker_lobby_password(room->code, lobby);
    const struct {
        const char *user, *password, *reads, *writes;
    } roles[] = {
        {BROKER_LOBBY, lobby, "ins seat/" OWN, "join/" OWN},
        {"1", room->host.desk.seats[0].row.secret, "state item ins r/1 seat/" OWN,
         "a/1 p/1 join/" OWN},
        {BROKER_PROJECTOR, room->host.projector, "state item ins proj seat/" OWN, "join/" OWN},
    };
    class_topic(room->host.desk.session.sid, "", root);
    snprintf(all, sizeof all, "%.100s#", root);
    struct mqtt_options options = {.route = &room->host.route,
                                   .client = "00000000000000000000000000000000",
                                   .user = BROKER_INSTRUCTOR,
                                   .password = room->secret,
                                   .filters = {all}};
    struct transport *instructor = mqtt_open(&options, &err);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        options = (struct mqtt_options){.route = &room->entrance.route,
                                        .client = OWN,
                                        .user = roles[i].user,
                                        .password = roles[i].password,
                                        .filters = {all}};
        struct transport *end = mqtt_open(&options, &err);
        assert_same_topics(roles[i].user,
                           say_all(room, instructor, end, root, "{\"r\":1}", TOPICS - 2),
                           roles[i].reads);
        assert_same_topics(roles[i].user,
                           say_all(room, end, instructor, root, "{\"w\":1}", TOPICS - 1),
                           roles[i].writes);
        end->close(end);
    }
    instructor->close(instructor);
}

/* ---- who is not let in -------------------------------------------------------------------------------- */

static bool first_is_deceived(struct room *room)
{
    return room->pupil[0].transport->deceived;
}

/* Another class listens where this one is looked for: it hears neither name nor password. */
static void test_a_false_broker_is_told_nothing(void **state)
{
    struct room *room = *state;
    struct err err;
    struct entrance entrance;
    open_host(room, false);
    char other[CLASS_CODE];
    snprintf(other, sizeof other, "%s", room->code);
    other[13] = other[13] == 'A' ? 'B' : 'A'; /* the last bits of the pin */
    enter(room, other, &entrance);
    room->pupils = 1;
    assert_true(pupil_open(&room->pupil[0], other, "Eve", NULL, (const uint64_t[]){1, 2},
                           &room->clock, entrance_connect, &entrance, &err));
    assert_true(reach(room, first_is_deceived));
    assert_false(room->pupil[0].link);
    assert_int_equal(room->pupil[0].stage, PUPIL_JOINING);
    assert_int_equal(room->host.desk.seat_count, 0);
    pupil_close(&room->pupil[0]);
    room->pupils = 0;
    entrance_free(&entrance);
}

static void test_who_is_banned_stays_out_under_another_name(void **state)
{
    struct room *room = *state;
    struct err err;
    open_host(room, false);
    join_many(room, 1);
    uint64_t cid[2];
    assert_int_equal(sscanf(room->pupil[0].cid, "%16lx%16lx", &cid[0], &cid[1]), 2);
    assert_true(desk_remove(&room->host.desk, 1, true, &err));
    assert_true(reach(room, first_is_removed));
    pupil_close(&room->pupil[0]);
    assert_true(pupil_open(&room->pupil[0], room->code, "Somebody Else", NULL, cid, &room->clock,
                           entrance_connect, &room->entrance, &err));
    assert_true(reach(room, first_is_refused));
    assert_non_null(strstr(room->pupil[0].why, "closed this class to you"));
}

static void test_a_resumed_class_keeps_code_and_port(void **state)
{
    struct room *room = *state;
    open_host(room, false);
    int port = room->host.network.port;
    char code[CLASS_CODE], folder[100];
    snprintf(code, sizeof code, "%s", room->code);
    broker_socket(code, folder, sizeof folder);
    *strrchr(folder, '/') = '\0';
    join_many(room, 1);
    assert_int_equal(access(folder, F_OK), 0);
    host_close(&room->host, false);
    assert_int_not_equal(access(folder, F_OK), 0); /* nothing is left in /tmp */
    open_host(room, true);
    assert_int_equal(room->host.network.port, port);
    assert_string_equal(room->code, code);
    assert_true(reach(room, all_seated));
}

static int take_port(int *port)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin6_port);
    return fd;
}

/* A second terminal that cannot start must not silence the class in the first. */
static void test_who_cannot_have_the_port_leaves_the_class_alone(void **state)
{
    struct room *room = *state;
    struct host newer;
    struct err err;
    int taken, fd = take_port(&taken);
    open_host(room, false);
    assert_false(try_host(room, &newer, true, taken, &err));
    assert_non_null(strstr(err.text, "taken by another program"));
    assert_true(class_is_ours(room->host.store, &room->host.desk.session));
    join_many(room, 1); /* the class goes on */
    host_close(&room->host, false);
    room->hosting = false;
    assert_false(try_host(room, &newer, true, taken, &err));
    open_host(room, true);
    assert_int_equal(room->host.desk.session.ep, 2);
    assert_true(reach(room, all_seated));
    close(fd);
}

static void test_who_has_no_broker_to_start_leaves_the_class_as_it_was(void **state)
{
    struct room *room = *state;
    struct host newer;
    struct err err;
    open_host(room, false);
    host_close(&room->host, false);
    room->hosting = false;
    setenv("NNTUTOR_MOSQUITTO", "/bin/false", 1);
    assert_false(try_host(room, &newer, true, 0, &err));
    unsetenv("NNTUTOR_MOSQUITTO");
    open_host(room, true);
    assert_int_equal(room->host.desk.session.ep, 2);
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

static bool second_is_refused(struct room *room)
{
    return room->pupil[1].stage == PUPIL_REFUSED;
}

static bool broker_knows_all(struct room *room)
{
    return !broker_is_behind(room->host.broker);
}

static void test_a_new_code_shuts_the_old_one_out(void **state)
{
    struct room *room = *state;
    struct err err;
    char old[CLASS_CODE];
    open_host(room, false);
    join(room, "Ada");
    assert_true(reach(room, all_seated));
    snprintf(old, sizeof old, "%s", room->code);
    assert_true(host_new_code(&room->host, &err));
    assert_true(reach(room, broker_knows_all));
    snprintf(room->code, sizeof room->code, "%s", old);
    join(room, "Eve");
    assert_true(reach(room, second_is_refused));
    assert_int_equal(room->host.desk.seat_count, 1);
    snprintf(room->code, sizeof room->code, "%s", room->host.desk.session.code);
    snprintf(room->entrance.code, sizeof room->entrance.code, "%s", room->code);
    join(room, "Cy");
    pupil_close(&room->pupil[1]);
    room->pupil[1] = room->pupil[--room->pupils];
    assert_true(reach(room, all_seated));
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

static void test_what_a_killed_instructor_left_is_swept_and_a_class_is_not(void **state)
{
    struct room *room = *state;
    char left[80], path[120], here[100];
    snprintf(left, sizeof left, "/tmp/nntutor-class-%014d", (int)getpid());
    snprintf(path, sizeof path, "%s/private", left);
    assert_int_equal(mkdir(left, 0711), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/private/lock", left);
    assert_true(file_write(path, "", 0, NULL));
    open_host(room, false);
    assert_int_not_equal(access(left, F_OK), 0);
    broker_sweep();
    broker_socket(room->code, here, sizeof here);
    assert_int_equal(access(here, F_OK), 0);
}

static void test_passwords_are_nowhere_to_be_read(void **state)
{
    struct room *room = *state;
    char path[200];
    open_host(room, false);
    join_many(room, 1);
    struct err err;
    assert_true(broker_flush(room->host.broker, &err));
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
        IN_A_ROOM(test_passwords_are_nowhere_to_be_read),
        IN_A_ROOM(test_each_account_may_do_what_it_is_for),
        ON_THE_NETWORK(test_each_account_may_do_what_it_is_for),
        ON_THE_NETWORK(test_a_false_broker_is_told_nothing),
        ON_THE_NETWORK(test_who_is_banned_stays_out_under_another_name),
        ON_THE_NETWORK(test_a_resumed_class_keeps_code_and_port),
        ON_THE_NETWORK(test_who_cannot_have_the_port_leaves_the_class_alone),
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
