/* room.h: a class in one process: an instructor's desk and pupils on a loopback, with a real file.
 *
 *     cmocka_unit_test_setup_teardown(test, room_open, room_close)
 *     struct room *room = *state;
 *     struct pupil *ada = room_join(room, "Ada");
 *     room_settle(room);              everything that was sent has arrived */
#ifndef TESTS_SUPPORT_ROOM_H
#define TESTS_SUPPORT_ROOM_H

#include "live/pupil.h"

enum { ROOM_PUPILS = 8 };

struct room {
    struct arena arena;
    struct quiz quiz;
    int64_t now_ms;
    struct clock clock;
    char path[200], seats[ROOM_PUPILS][220];
    struct loopback *loopback;
    struct class_store *store;
    struct transport *instructor;
    struct desk desk;
    char code[CLASS_CODE];
    struct pupil pupil[ROOM_PUPILS];
    size_t pupils;
    char root[80];
    const char *desk_filters[3], *seat_filters[3];
};

int room_open(void **state);
int room_close(void **state);

/* The desk anew, as after a crash, or with `resume` false a fresh session. */
void room_open_desk(struct room *room, bool resume);
/* Everybody takes what came, until nothing comes any more; 600 ms pass. */
void room_settle(struct room *room);
/* Time passes second by second, and everybody is served. */
void room_wait(struct room *room, int seconds);
pupil_connect room_connect; /* its user is the room */
struct pupil *room_join(struct room *room, const char *name);
/* A hostile end says what it likes, where it likes. */
void room_shout(struct room *room, const char *rest, const char *text);
/* q1 and q2: a choice, q3: a number, q4: an essay. */
const struct question *room_question(struct room *room, const char *key);

#endif
