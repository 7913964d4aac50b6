/* A class through a broker that somebody else runs: a mosquitto with a certificate and accounts of its
 * own. */
#include "support/test.h"

#include "support/ports.h"
#include "support/run.h"

#include "base/file.h"
#include "live/host.h"
#include "live/mqtt.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, PUPILS = 3 };

static const char gift[] =
    "// [id:q1] [tag:objective:3a]\n::One::Which? {=right#yes ~wrong#no}\n\n";
static const char *const tools[] = {"/usr/sbin/mosquitto", "/usr/bin/mosquitto_passwd",
                                    "/usr/bin/openssl"};

struct room {
    struct arena arena;
    struct quiz quiz;
    struct clock clock;
    char folder[200], path[220], ca[220], passwords[220], config[220];
    int port;
    pid_t broker;
    struct host host;
    bool hosting;
    struct entrance entrance;
    struct pupil pupil[PUPILS];
    size_t pupils;
};

static const struct question *find(void *user, const char *key)
{
    return quiz_find(&((struct room *)user)->quiz, key);
}

static void must_run(const char *const argv[])
{
    struct run run = run_program(argv, NULL, NULL);
    if (run.code != 0)
        fail_msg("%s: %s", argv[0], buf_text(&run.err));
    run_free(&run);
}

static void start_broker(struct room *room)
{
    pid_t parent = getpid();
    struct route route;
    room->broker = fork();
    if (room->broker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        freopen("/dev/null", "w", stderr); /* it does not like to be run by root */
        if (getppid() == parent)
            execl(tools[0], tools[0], "-c", room->config, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 500 && !route_find(&route, "127.0.0.1", room->port, NULL); i++)
        poll(NULL, 0, 20);
}

static void kill_broker(struct room *room)
{
    kill(room->broker, SIGKILL);
    waitpid(room->broker, NULL, 0);
}

static int set_up(void **state)
{
    struct room *room = memory_alloc(sizeof *room);
    struct buf config = {0};
    char key[220];
    *state = room;
    arena_init(&room->arena);
    room->clock = clock_system();
    gift_read(&room->quiz, &room->arena, "q.gift", gift, sizeof gift - 1, GIFT_GRADE, NULL);
    snprintf(room->folder, sizeof room->folder, "%s", test_folder());
    snprintf(room->path, sizeof room->path, "%s/class.db", room->folder);
    snprintf(room->ca, sizeof room->ca, "%s/ca.pem", room->folder);
    snprintf(room->passwords, sizeof room->passwords, "%s/passwords", room->folder);
    snprintf(room->config, sizeof room->config, "%s/config", room->folder);
    snprintf(key, sizeof key, "%s/key.pem", room->folder);
    room->port = port_of_our_own();
    must_run(TEXTS("/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", room->ca, "-days",
                   "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"));
    must_run(TEXTS("/usr/bin/mosquitto_passwd", "-c", "-b", room->passwords, "us", "secret"));
    buf_addf(&config,
             "listener %d 127.0.0.1\ncertfile %s\nkeyfile %s\nallow_anonymous false\n"
             "password_file %s\nlog_dest none\n%s",
             room->port, room->ca, key, room->passwords, getuid() == 0 ? "user root\n" : "");
    assert_true(file_write(room->config, config.data, config.length, NULL));
    buf_free(&config);
    start_broker(room);
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
    kill_broker(room);
    arena_free(&room->arena);
    memory_free(room);
    return 0;
}

static struct remote remote_of(const struct room *room, const char *host, const char *password)
{
    struct remote remote = {.port = room->port, .user = "us"};
    snprintf(remote.host, sizeof remote.host, "%s", host);
    snprintf(remote.password, sizeof remote.password, "%s", password);
    return remote;
}

static bool open_host(struct room *room, const struct remote *remote, const char *ca, bool resume,
                      struct err *err)
{
    struct host_options options = {.path = room->path,
                                   .course = "c",
                                   .chapter = "dropout",
                                   .remote = remote,
                                   .ca = ca,
                                   .resume = resume,
                                   .find = find,
                                   .find_user = room};
    for (size_t i = 0; i < 6; i++)
        options.random[i] = (uint64_t)clock_mono_ns(&room->clock) * (2 * i + 3);
    room->hosting = host_open(&room->host, &options, &room->clock, err);
    return room->hosting;
}

static bool everybody(const struct room *room, bool recorded)
{
    for (size_t i = 0; i < room->pupils; i++)
        if (recorded ? room->pupil[i].answer != ANSWER_RECORDED
                     : !pupil_may_answer(&room->pupil[i]))
            return false;
    return true;
}

static bool seated(const struct room *room)
{
    for (size_t i = 0; i < room->pupils; i++)
        if (room->pupil[i].stage != PUPIL_SEATED || !room->pupil[i].link)
            return false;
    return !room->hosting || desk_present(&room->host.desk) == room->pupils;
}

enum goal { SEATED, ASKED, RECORDED, AWAY, OVER };

static bool is_reached(const struct room *room, enum goal goal)
{
    const struct pupil *first = &room->pupil[0];
    return goal == SEATED ? seated(room)
           : goal == AWAY ? first->link && !first->instructor
           : goal == OVER ? first->stage == PUPIL_OVER
                          : everybody(room, goal == RECORDED);
}

static void reach(struct room *room, enum goal goal)
{
    int64_t end = clock_mono_ns(&room->clock) + (int64_t)PATIENCE_MS * 1000000;
    while (!is_reached(room, goal)) {
        if (clock_mono_ns(&room->clock) > end)
            fail_msg("goal %d was not reached", goal);
        if (room->hosting)
            host_serve(&room->host);
        for (size_t i = 0; i < room->pupils; i++)
            pupil_serve(&room->pupil[i]);
        poll(NULL, 0, 5);
    }
}

static void test_a_class_survives_a_broker_that_is_killed(void **state)
{
    struct room *room = *state;
    struct err err;
    struct remote remote = remote_of(room, "127.0.0.1", "secret");
    char name[20];
    if (!open_host(room, &remote, room->ca, false, &err))
        fail_msg("%s", err.text);
    assert_non_null(strstr(room->host.lines[0], "join --broker mqtts://127.0.0.1:"));
    assert_null(strstr(room->host.lines[0], "us@"));
    assert_true(
        entrance_remote(&room->entrance, room->host.desk.session.code, &remote, room->ca, &err));
    for (; room->pupils < PUPILS; room->pupils++) {
        snprintf(name, sizeof name, "Learner %zu", room->pupils);
        assert_true(pupil_open(&room->pupil[room->pupils], room->entrance.code, name, NULL,
                               (const uint64_t[]){room->pupils + 1, 5}, &room->clock,
                               entrance_connect, &room->entrance, &err));
    }
    reach(room, SEATED);
    assert_true(desk_ask(&room->host.desk, &room->quiz.questions[0], 0, &err));
    reach(room, ASKED);
    pupil_say(&room->pupil[0], "0", &err);
    kill_broker(room);
    pupil_say(&room->pupil[1], "0", &err);
    pupil_say(&room->pupil[2], "1", &err);
    start_broker(room);
    reach(room, RECORDED);
    assert_int_equal(desk_tally(&room->host.desk, 1).right, 2);
    host_close(&room->host, false); /* and the instructor is killed */
    if (!open_host(room, &remote, room->ca, true, &err))
        fail_msg("%s", err.text);
    reach(room, SEATED);
    assert_int_equal(desk_tally(&room->host.desk, 1).answered, 3);
    assert_false(host_new_code(&room->host, &err)); /* it would keep nobody out */
}

struct listener {
    size_t kept;
    bool whole;
};

static void listen_to(void *user, const char *topic, const char *text, size_t size)
{
    struct listener *listener = user;
    bool mark = strstr(topic, "/mark") != NULL;
    (void)text;
    listener->whole = listener->whole || mark;
    listener->kept += !mark && size > 0;
}

/* What somebody is told who comes now; their own mark comes behind all that was kept. */
static size_t count_kept(const struct room *room)
{
    static const char *const rests[] = {"state", "item", "ins", "mark"};
    char topics[4][TRANSPORT_MOST_TOPIC], sid[CLASS_ID];
    struct mqtt_options options = {
        .route = &room->entrance.route, .client = "late", .user = "us", .password = "secret"};
    struct listener listener = {0};
    struct err err;
    bool sent = false;
    class_sid(room->entrance.code, sid);
    for (size_t i = 0; i < 4; i++) {
        class_topic(sid, rests[i], topics[i]);
        options.filters[i] = topics[i];
    }
    struct transport *late = mqtt_open(&options, &err);
    int64_t end = clock_mono_ns(&room->clock) + (int64_t)PATIENCE_MS * 1000000;
    while (!listener.whole && clock_mono_ns(&room->clock) < end) {
        bool up = late->poll(late, listen_to, &listener);
        sent = sent || (up && late->send(late, topics[3], "{}", 2, false));
        poll(NULL, 0, 5);
    }
    late->close(late);
    assert_true(listener.whole);
    return listener.kept;
}

static void test_a_broker_is_left_as_it_was_found(void **state)
{
    struct room *room = *state;
    struct err err;
    struct remote remote = remote_of(room, "127.0.0.1", "secret");
    if (!open_host(room, &remote, room->ca, false, &err))
        fail_msg("%s", err.text);
    assert_true(
        entrance_remote(&room->entrance, room->host.desk.session.code, &remote, room->ca, &err));
    room->pupils = 1;
    assert_true(pupil_open(&room->pupil[0], room->entrance.code, "Ada", NULL,
                           (const uint64_t[]){1, 5}, &room->clock, entrance_connect,
                           &room->entrance, &err));
    reach(room, SEATED);
    assert_true(desk_ask(&room->host.desk, &room->quiz.questions[0], 0, &err));
    reach(room, ASKED);
    assert_int_equal(count_kept(room), 3);
    host_close(&room->host, false);
    room->hosting = false;
    reach(room, AWAY);
    if (!open_host(room, &remote, room->ca, true, &err))
        fail_msg("%s", err.text);
    reach(room, SEATED);
    host_close(&room->host, true);
    room->hosting = false;
    assert_int_equal(count_kept(room), 0);
    reach(room, OVER);
}

static void test_who_is_not_trusted_or_not_known_is_said(void **state)
{
    struct room *room = *state;
    struct err err;
    struct arena arena;
    struct class_session session;
    struct network network;
    struct remote remote = remote_of(room, "127.0.0.1", "secret");
    assert_false(open_host(room, &remote, NULL, false, &err));
    assert_non_null(strstr(err.text, "no authority"));
    remote = remote_of(room, "127.1", "secret"); /* a name that the certificate does not have */
    assert_false(open_host(room, &remote, room->ca, false, &err));
    assert_non_null(strstr(err.text, "no authority"));
    remote = remote_of(room, "127.0.0.1", "wrong");
    assert_false(open_host(room, &remote, room->ca, false, &err));
    assert_non_null(strstr(err.text, "does not know this user"));
    assert_false(open_host(room, &remote, "/nonexistent", false, &err));
    assert_non_null(strstr(err.text, "/nonexistent"));
    arena_init(&arena); /* and nothing of all this is there to be resumed */
    assert_false(host_peek(room->path, NULL, &room->clock, &arena, &session, &network, &err));
    arena_free(&arena);
}

/* Whoever mistypes in a second terminal must not silence the class in the first, nor change where it is
 * found. */
static void test_who_cannot_resume_leaves_the_running_class_alone(void **state)
{
    struct room *room = *state;
    struct remote right = remote_of(room, "127.0.0.1", "secret"),
                  wrong = remote_of(room, "127.0.0.1", "mistyped"), away = right;
    struct {
        const struct remote *remote;
        const char *ca, *why;
    } cases[] = {{&wrong, room->ca, "does not know this user"},
                 {&right, "/nonexistent", "/nonexistent"},
                 {&away, room->ca, "no broker listens"}};
    struct err err;
    struct arena arena;
    struct class_session session;
    struct network network;
    away.port = 1;
    if (!open_host(room, &right, room->ca, false, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct host newer;
        struct host_options options = {.path = room->path,
                                       .remote = cases[i].remote,
                                       .ca = cases[i].ca,
                                       .resume = true,
                                       .random = {1, 2, 3, 4, 5, 6 + i},
                                       .find = find,
                                       .find_user = room};
        assert_false(host_open(&newer, &options, &room->clock, &err));
        assert_non_null(strstr(err.text, cases[i].why));
        assert_true(class_is_ours(room->host.store, &room->host.desk.session));
    }
    arena_init(&arena);
    assert_true(host_peek(room->path, NULL, &room->clock, &arena, &session, &network, &err));
    assert_string_equal(network.ca, room->ca);
    assert_string_equal(network.broker, room->host.network.broker);
    arena_free(&arena);
    host_close(&room->host, false);
    if (!open_host(room, &right, room->ca, true, &err)) /* and it can still be resumed */
        fail_msg("%s", err.text);
    assert_int_equal(room->host.desk.session.ep, 2);
}

static void test_a_url_is_read_and_never_repeated_with_its_password(void **state)
{
    struct remote remote;
    struct err err;
    char url[400];
    (void)state;
    assert_true(remote_read(&remote, "mqtts://ada:p@ss:w@[2001:db8::1]:9000/", &err));
    assert_string_equal(remote.user, "ada");
    assert_string_equal(remote.password, "p@ss:w");
    assert_string_equal(remote.host, "2001:db8::1");
    assert_int_equal(remote.port, 9000);
    remote_write(&remote, true, url, sizeof url);
    assert_string_equal(url, "mqtts://ada@[2001:db8::1]:9000");
    remote_write(&remote, false, url, sizeof url);
    assert_string_equal(url, "mqtts://[2001:db8::1]:9000");
    static const char *const bad[] = {"mqtt://ada:hunter2@h", "mqtts://ada:hunter2@",
                                      "mqtts://:hunter2@h", "mqtts://ada:hunter2@h:0", "h"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(remote_read(&remote, bad[i], &err));
        assert_null(strstr(err.text, "hunter2"));
    }
}

int main(void)
{
    const struct CMUnitTest always[] = {
        cmocka_unit_test(test_a_url_is_read_and_never_repeated_with_its_password),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_class_survives_a_broker_that_is_killed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_broker_is_left_as_it_was_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_cannot_resume_leaves_the_running_class_alone,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_is_not_trusted_or_not_known_is_said, set_up,
                                        tear_down),
    };
    int failed = cmocka_run_group_tests(always, NULL, NULL);
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
        if (access(tools[i], X_OK) != 0) {
            printf("skipped: a class through another's broker: %s is not installed\n", tools[i]);
            return failed;
        }
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
