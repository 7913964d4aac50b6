/* live/broker.h: a private mosquitto, started for one class and gone with it.
 *
 * It listens on a Unix socket in a folder whose name only those with the join code know, on another for
 * the instructor alone and, where the class has a network, on a port with TLS. Who may say what is
 * decided by its files of passwords and rights, not by us: a seat can write its own answers and read its
 * own receipts, nothing else. Passwords stand in the file hashed, never in arguments. */
#ifndef LIVE_BROKER_H
#define LIVE_BROKER_H

#include "live/desk.h"

#include <sys/types.h>

struct broker;

/* Whether there is a mosquitto on this machine; err: what to do. */
bool broker_is_installed(struct err *err);

/* Deletes what classes of this user have left whose instructors were killed and did not resume. */
void broker_sweep(void);

/* The socket of the class with this code on this machine. */
void broker_socket(const char *code, char *path, size_t size);
/* The name and the password with which a newcomer reaches the lobby. */
#define BROKER_LOBBY "lobby"
void broker_lobby_password(const char *code, char password[CLASS_CODE]);

/* The accounts beside the seats; a seat's is its number. */
#define BROKER_INSTRUCTOR "instructor"
#define BROKER_PROJECTOR "projector" /* reads what all may read, and `proj` */

struct broker_plan {
    const char *code;
    const char *secret;    /* the instructor's own password */
    const char *projector; /* its password; NULL: there is no such account */
    int port;              /* of the network, 0: none */
    const char *identity;  /* its key and certificate (tls.h) */
    const uint64_t *key;   /* of the passwords of seats to come (class_seat_secret) */
};

/* Starts it and waits until it listens. */
struct broker *broker_start(const struct broker_plan *plan, struct err *err);
/* Says the broker goodbye and deletes its folder; NULL is passed over. */
void broker_stop(struct broker *broker);
/* The same, but for the folder: the session goes on in it, under another process. */
void broker_leave(struct broker *broker);
/* Another secret for the lobby, told at the next broker_flush. */
bool broker_new_code(struct broker *broker, const char *code);
/* Is the class of that code, one of this user, being held on this machine? */
bool broker_is_running(const char *code);
/* The socket of the instructor alone. */
const char *broker_desk_socket(const struct broker *broker);

/* Can it make a newcomer's connection that of its seat? The instructor's connection then tells it to
 * BROKER_SEATING: "<client id> <seat>", and "<client id> -<seat>" of one who was removed (live/plugin/seats.c). */
bool broker_moves(const struct broker *broker);
#define BROKER_SEATING "$CONTROL/nntutor/v1"

/* Starts it again where it has died. False: it cannot be. */
bool broker_mind(struct broker *broker, struct err *err);

/* Its process, 0: it has died. */
pid_t broker_process(const struct broker *broker);

/* Lets a seat in, or, where it was removed, in no more. A newcomer's seat it knows from the start. */
bool broker_admit(struct broker *broker, const struct class_seat *seat);
/* Tells the broker of all that has changed since the last call. False: it was not told, and is behind. */
bool broker_flush(struct broker *broker, struct err *err);
bool broker_is_behind(const struct broker *broker); /* something has */

#endif
