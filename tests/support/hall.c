#include "support/test.h"

#include "live/mqtt.h"
#include "support/hall.h"
#include "support/ports.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char gift[] =
    "// [id:q1] [tag:objective:3a]\n::One::Which? {=right#yes ~wrong#no}\n\n";

static const struct question *find(void *user, const char *key)
{
    return quiz_find(&((struct hall *)user)->quiz, key);
}

void hall_enter(const struct hall *hall, const char *code, struct entrance *entrance)
{
    struct err err;
    char there[40];
    snprintf(there, sizeof there, "127.0.0.1:%d", hall->host.network.port);
    if (!(hall->network ? entrance_there(entrance, code, there, &err)
                        : entrance_here(entrance, code, &err)))
        fail_msg("%s", err.text);
}

bool hall_try(struct hall *hall, struct host *host, bool resume, int port, struct err *err)
{
    struct host_options options = {
        .path = hall->path,
        .course = "c",
        .chapter = "dropout",
        .network = hall->network,
        .port = port,
        .resume = resume,
        .find = find,
        .find_user = hall,
    };
    uint64_t pid = (uint64_t)getpid(), at = (uint64_t)clock_wall_ms(&hall->clock);
    for (size_t i = 0; i < 6; i++) /* a code of its own: other tests may run beside this one */
        options.random[i] =
            (at << 20 | (pid & 0xFFFFF)) * (2 * i + 3) * UINT64_C(0x9E3779B97F4A7C15);
    snprintf(hall->secret, sizeof hall->secret, "%016llx%016llx",
             (unsigned long long)options.random[2], (unsigned long long)options.random[3]);
    snprintf(hall->client, sizeof hall->client, "%016llx%016llx",
             (unsigned long long)options.random[0], (unsigned long long)options.random[1]);
    return host_open(host, &options, &hall->clock, err);
}

/* By another that comes under its id, and leaves. */
void hall_cut_desk(const struct hall *hall)
{
    struct err err;
    struct route desk;
    route_local(&desk, broker_desk_socket(hall->host.broker));
    struct mqtt_options options = {.route = &desk,
                                   .client = hall->client,
                                   .user = BROKER_INSTRUCTOR,
                                   .password = hall->secret,
                                   .lightly = true};
    struct transport *other = mqtt_open(&options, &err);
    assert_non_null(other);
    while (!other->poll(other, NULL, NULL))
        poll(NULL, 0, HALL_TICK_MS);
    other->close(other);
    route_free(&desk);
}

void hall_open(struct hall *hall, bool resume)
{
    struct err err;
    if (!hall_try(hall, &hall->host, resume, resume ? 0 : hall->port, &err))
        fail_msg("%s", err.text);
    hall->hosting = true;
    snprintf(hall->code, sizeof hall->code, "%s", hall->host.desk.session.code);
    if (!*hall->entrance.code)
        hall_enter(hall, hall->code, &hall->entrance);
}

int hall_set_up(void **state)
{
    struct hall *hall = memory_alloc(sizeof *hall);
    *state = hall;
    arena_init(&hall->arena);
    hall->clock = clock_system();
    gift_read(&hall->quiz, &hall->arena, "q.gift", gift, sizeof gift - 1, GIFT_GRADE, NULL);
    const char *folder = test_folder();
    snprintf(hall->path, sizeof hall->path, "%s/class.db", folder);
    for (int i = 0; i < HALL_PUPILS; i++)
        snprintf(hall->seats[i], sizeof hall->seats[i], "%s/seat%d", folder, i);
    return 0;
}

int hall_set_up_network(void **state)
{
    hall_set_up(state);
    ((struct hall *)*state)->network = true;
    ((struct hall *)*state)->port = port_of_our_own();
    return 0;
}

int hall_tear_down(void **state)
{
    struct hall *hall = *state;
    for (size_t i = 0; i < hall->pupils; i++)
        pupil_close(&hall->pupil[i]);
    if (hall->hosting)
        host_close(&hall->host, true);
    entrance_free(&hall->entrance);
    arena_free(&hall->arena);
    memory_free(hall);
    return 0;
}

/* Serves everybody until the condition holds; fails the test where it never does. */
bool hall_reach(struct hall *hall, hall_condition *condition)
{
    int64_t end = clock_mono_ns(&hall->clock) + (int64_t)HALL_PATIENCE_MS * 1000000;
    while (clock_mono_ns(&hall->clock) < end) {
        if (hall->hosting)
            host_serve(&hall->host);
        for (size_t i = 0; i < hall->pupils; i++)
            pupil_serve(&hall->pupil[i]);
        if (condition(hall))
            return true;
        poll(NULL, 0, HALL_TICK_MS);
    }
    for (size_t i = 0; i < hall->pupils; i++) /* who keeps the others waiting */
        if (hall->pupil[i].stage != PUPIL_SEATED || !hall->pupil[i].link)
            print_message("%zu: stage %d, seat %lld, link %d, refused %d, %s\n", i,
                          hall->pupil[i].stage, (long long)hall->pupil[i].seat, hall->pupil[i].link,
                          hall->pupil[i].transport->refused, hall->pupil[i].why);
    return false;
}

bool hall_all_seated(struct hall *hall)
{
    for (size_t i = 0; i < hall->pupils; i++)
        if (hall->pupil[i].stage != PUPIL_SEATED || !hall->pupil[i].link)
            return false;
    return !hall->hosting || desk_present(&hall->host.desk) == hall->pupils;
}

bool hall_all_may_answer(struct hall *hall)
{
    for (size_t i = 0; i < hall->pupils; i++)
        if (!pupil_may_answer(&hall->pupil[i]))
            return false;
    return true;
}

bool hall_all_recorded(struct hall *hall)
{
    for (size_t i = 0; i < hall->pupils; i++)
        if (hall->pupil[i].answer != ANSWER_RECORDED)
            return false;
    return true;
}

static struct transport *call(void *user, const struct pupil *pupil, struct err *err)
{
    struct hall *hall = user;
    hall->calls++;
    return entrance_connect(&hall->entrance, pupil, err);
}

struct pupil *hall_join(struct hall *hall, const char *name)
{
    struct err err;
    size_t i = hall->pupils++;
    uint64_t random[2] = {(uint64_t)clock_mono_ns(&hall->clock), i};
    if (!pupil_open(&hall->pupil[i], hall->code, name, hall->seats[i], random, &hall->clock, call,
                    hall, &err))
        fail_msg("%s", err.text);
    return &hall->pupil[i];
}

void hall_join_many(struct hall *hall, size_t count)
{
    char name[32];
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "Learner %zu", i + 1);
        hall_join(hall, name);
    }
    assert_true(hall_reach(hall, hall_all_seated));
}

void hall_ask(struct hall *hall)
{
    struct err err;
    assert_true(desk_ask(&hall->host.desk, &hall->quiz.questions[0], 0, &err));
    assert_true(hall_reach(hall, hall_all_may_answer));
}
