#include "support/test.h"

#include "base/finding.h"
#include "support/room.h"

#include <stdio.h>
#include <string.h>

static const char gift[] =
    "// [id:q1] [tag:objective:3a]\n::One::Which? {=right#yes ~wrong#no ~other#no}\n\n"
    "// [id:q2] [tag:objective:3a]\n::Two::Which again? {~no#a =yes#b}\n\n"
    "// [id:q3] [tag:objective:3b]\n::Three::How much? {#4:0.1}\n\n"
    "// [id:q4]\n::Four::Write. {}\n";

static const struct question *find(void *user, const char *key)
{
    return quiz_find(&((struct room *)user)->quiz, key);
}

struct transport *room_connect(void *user, const struct pupil *pupil, struct err *err)
{
    struct room *room = user;
    (void)err;
    char will[120], seat[80];
    const char **filters = ARENA_ARRAY(&room->arena, 7, const char *);
    const char *sid = room->desk.session.sid;
    filters[0] = arena_printf(&room->arena, "nnt/1/%s/state", sid);
    filters[1] = arena_printf(&room->arena, "nnt/1/%s/item", sid);
    filters[2] = arena_printf(&room->arena, "nnt/1/%s/ins", sid);
    filters[3] = arena_printf(&room->arena, "nnt/1/%s/seat/%s", sid, pupil->cid);
    snprintf(seat, sizeof seat, "r/%lld", (long long)pupil->seat);
    filters[4] = arena_printf(&room->arena, "nnt/1/%s/%s", sid, seat);
    snprintf(will, sizeof will, "nnt/1/%s/p/%lld", sid, (long long)pupil->seat);
    return loopback_end(room->loopback, filters, arena_strdup(&room->arena, will), "{\"on\":0}");
}

void room_settle(struct room *room)
{
    for (int i = 0; i < 8; i++) {
        desk_serve(&room->desk);
        for (size_t p = 0; p < room->pupils; p++)
            pupil_serve(&room->pupil[p]);
    }
    room->now_ms += 600; /* the number of votes is told now and then */
    desk_serve(&room->desk);
    for (size_t p = 0; p < room->pupils; p++)
        pupil_serve(&room->pupil[p]);
}

void room_open_desk(struct room *room, bool resume)
{
    struct err err;
    struct class_session session = {.course = "c", .chapter = "dropout"};
    if (resume) {
        assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    } else {
        snprintf(session.code, sizeof session.code, "%s", room->code);
        class_sid(room->code, session.sid);
        session.anonymous = room->desk.session.anonymous;
        assert_true(class_begin(room->store, &session, &err));
    }
    snprintf(room->root, sizeof room->root, "nnt/1/%s/", session.sid);
    room->desk_filters[0] = arena_printf(&room->arena, "%s+/+", room->root);
    room->desk_filters[1] = arena_printf(&room->arena, "%sins", room->root);
    room->instructor = loopback_end(room->loopback, room->desk_filters, NULL, NULL);
    static const uint64_t key[DESK_KEY] = {5};
    if (!desk_open(&room->desk, room->store, &session, room->instructor, &room->clock, key, find,
                   room, &err))
        fail_msg("%s", err.text);
    desk_serve(&room->desk);
}

int room_open(void **state)
{
    struct room *room = memory_alloc(sizeof *room);
    struct err err;
    *state = room;
    room->now_ms = 1000000;
    room->clock = clock_manual(&room->now_ms);
    arena_init(&room->arena);
    gift_read(&room->quiz, &room->arena, "q.gift", gift, sizeof gift - 1, GIFT_GRADE, NULL);
    const char *folder = test_folder();
    snprintf(room->path, sizeof room->path, "%s/class.db", folder);
    for (int i = 0; i < ROOM_PUPILS; i++)
        snprintf(room->seats[i], sizeof room->seats[i], "%s/seat%d", folder, i);
    room->loopback = loopback_new();
    room->store = class_open(room->path, &room->clock, &err);
    assert_non_null(room->store);
    class_new_code((const uint64_t[]){12345, 67890}, room->code);
    room_open_desk(room, false);
    return 0;
}

int room_close(void **state)
{
    struct room *room = *state;
    for (size_t i = 0; i < room->pupils; i++)
        pupil_close(&room->pupil[i]);
    desk_close(&room->desk);
    class_close(room->store);
    loopback_free(room->loopback);
    arena_free(&room->arena);
    memory_free(room);
    return 0;
}

struct pupil *room_join(struct room *room, const char *name)
{
    struct err err;
    size_t i = room->pupils++;
    assert_true(pupil_open(&room->pupil[i], room->code, name, room->seats[i],
                           (const uint64_t[]){i + 1, 99}, &room->clock, room_connect, room, &err));
    room_settle(room);
    return &room->pupil[i];
}

void room_shout(struct room *room, const char *rest, const char *text)
{
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(room->desk.session.sid, rest, topic);
    static const char *const none[] = {NULL};
    struct transport *end = loopback_end(room->loopback, none, NULL, NULL);
    end->send(end, topic, text, strlen(text), false);
    end->close(end);
    desk_serve(&room->desk);
}

const struct question *room_question(struct room *room, const char *key)
{
    return quiz_find(&room->quiz, key);
}

void room_wait(struct room *room, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        room->now_ms += 400;
        room_settle(room);
    }
}
