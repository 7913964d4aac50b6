/* live/desk_parts.h: what the files of the desk share; the rest of the program includes desk.h. */
#ifndef LIVE_DESK_PARTS_H
#define LIVE_DESK_PARTS_H

#include "live/desk.h"
#include "live/fields.h"

/* An answer that was taken, until it is on disk. */
struct desk_pending {
    int64_t seat;
    struct vote vote;
    struct class_answer row;
};

/* desk.c */
/* The session was opened again elsewhere. */
void desk_fall_silent(struct desk *desk);

/* desk_publish.c */
void desk_send(struct desk *desk, const char *rest, const struct buf *text, bool keep);
void desk_publish_ins(struct desk *desk, bool on);
void desk_publish_state(struct desk *desk);
void desk_publish_item(struct desk *desk, const struct question *question, int64_t q);
void desk_receipt(struct desk *desk, int64_t seat, int64_t q, int64_t rd, int64_t n, const char *a,
                  const char *st);

/* desk_seats.c */
struct seat *desk_seat(const struct desk *desk, int64_t seat); /* NULL: there is none */
/* A class that comes in together is one commit. */
bool desk_put_seats(struct desk *desk, struct err *err);
void desk_seat_newcomers(struct desk *desk, bool saved);
/* False: it is not the next. */
bool desk_add_seat(struct desk *desk, const struct class_seat *row);
/* False: it spoke too often, and the message is dropped unread. */
bool desk_has_token(struct desk *desk, struct seat *seat);
bool desk_lobby_has_token(struct desk *desk); /* the same of all without a seat together */
void desk_take_presence(struct desk *desk, struct seat *seat, const struct fields *fields);
void desk_take_join(struct desk *desk, const char *cid, const struct fields *fields);

/* desk_votes.c */
void desk_take_answer(struct desk *desk, struct seat *seat, const struct fields *fields);
/* What was taken goes to the disk as one commit; only then are there receipts and seats, and only then
 * does it count. */
void desk_commit(struct desk *desk);
void desk_forget_votes(struct desk *desk);
/* Takes what has come, without saying anything but receipts. */
bool desk_receive(struct desk *desk);
bool desk_reopen_answer(void *user, const struct class_answer *row);

/* desk_time.c */
void desk_begin_time(struct desk *desk); /* of a vote that was just opened */
void desk_tick(struct desk *desk);
bool desk_mark(struct desk *desk,
               struct err *err); /* where the class is and how long, to the file */
/* The same now and then, where nothing else happens. */
void desk_mark_time(struct desk *desk);

#endif
