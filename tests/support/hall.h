/* support/hall.h: a class over a real broker, everybody in this process: the host and its members. */
#ifndef SUPPORT_HALL_H
#define SUPPORT_HALL_H

#include "live/host.h"

enum { HALL_PUPILS = 300, HALL_PATIENCE_MS = 20000, HALL_TICK_MS = 5 };

struct hall {
    struct arena arena;
    bool network;             /* over TLS */
    int port;                 /* of its own, for other tests may run beside this one; 0: any */
    struct entrance entrance; /* of those who hall_join() */
    struct quiz quiz;
    struct clock clock;
    char path[200], seats[HALL_PUPILS][220];
    struct host host;
    bool hosting;
    char code[CLASS_CODE], secret[40], client[40]; /* the instructor's */
    struct pupil pupil[HALL_PUPILS];
    size_t pupils, calls; /* how often they have begun to connect */
};

/* Fixtures: on a Unix socket, or over TLS. */
int hall_set_up(void **state);
int hall_set_up_network(void **state);
int hall_tear_down(void **state);

/* Another host on the same file; and the one of the hall, whose code members then use. */
bool hall_try(struct hall *hall, struct host *host, bool resume, int port, struct err *err);
void hall_open(struct hall *hall, bool resume);
/* Breaks the desk's connection; it learns of that when it is served next. */
void hall_cut_desk(const struct hall *hall);
/* The way into the class with `code`, as the hall's members take it. */
void hall_enter(const struct hall *hall, const char *code, struct entrance *entrance);
struct pupil *hall_join(struct hall *hall, const char *name);
void hall_join_many(struct hall *hall, size_t count); /* and they are all seated */
void hall_ask(struct hall *hall);                     /* and all may answer */

/* Serves everybody until the condition holds; false: it never does. */
typedef bool hall_condition(struct hall *hall);
bool hall_reach(struct hall *hall, hall_condition *condition);
bool hall_all_seated(struct hall *hall);
bool hall_all_may_answer(struct hall *hall);
bool hall_all_recorded(struct hall *hall);

#endif
