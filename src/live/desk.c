#include "live/desk_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    /* The number of votes is published this often at most; in a large class, where each costs a message
     * to everybody, less often. */
    TELL_MS = 500,
    SEATS_PER_MS = 1,
    CHECK_MS = 2000 /* whether the session was opened again is looked up this often */
};

const char *const phase_names[PHASE_END + 1] = {
    [PHASE_LOBBY] = "lobby",   [PHASE_SHOW] = "show",     [PHASE_OPEN] = "open",
    [PHASE_PAUSED] = "paused", [PHASE_LOCKED] = "locked", [PHASE_REVEAL] = "reveal",
    [PHASE_END] = "end",
};

void desk_fall_silent(struct desk *desk)
{
    desk->superseded = true;
    desk->ticking = false;
    snprintf(desk->problem, sizeof desk->problem,
             "This session was opened again elsewhere. That one goes on; this one has stopped.");
    desk->changes++;
}

static void take_ins(struct desk *desk, const struct fields *fields)
{
    int64_t ep, off;
    if (fields_number(fields, "ep", desk->session.ep + 1, INT64_MAX, &ep))
        desk_fall_silent(desk);
    else if (fields_number(fields, "on", 0, 0, &off))
        desk_publish_ins(desk, true); /* the last word of an end that is gone */
}

/* A seat by its number as we write it, not as it might be written too. */
static struct seat *named_seat(const struct desk *desk, const char *text)
{
    char written[24];
    int64_t number;
    if (!str_integer(str_of(text), &number))
        return NULL;
    snprintf(written, sizeof written, "%lld", (long long)number);
    return strcmp(written, text) == 0 ? desk_seat(desk, number) : NULL;
}

static void take(void *user, const char *topic, const char *text, size_t size)
{
    struct desk *desk = user;
    struct fields fields;
    struct arena arena;
    char root[TRANSPORT_MOST_TOPIC];
    class_topic(desk->session.sid, "", root);
    if (!text_starts(topic, root))
        return;
    const char *rest = topic + strlen(root);
    bool from_seat = text_starts(rest, "a/") || text_starts(rest, "p/");
    struct seat *seat = from_seat ? named_seat(desk, rest + 2) : NULL;
    if (from_seat && (!seat || seat->row.state != SEAT_IN || !desk_has_token(desk, seat)))
        return;
    if (size > DESK_ANSWER_BYTES || (text_starts(rest, "join/") && !desk_lobby_has_token(desk)))
        return;
    arena_init(&arena);
    if (fields_read(&fields, &arena, text, size, NULL)) {
        if (*rest == 'a' && from_seat) {
            desk_take_answer(desk, seat, &fields);
        } else if (from_seat) {
            desk_take_presence(desk, seat, &fields);
        } else if (text_starts(rest, "join/")) {
            desk_take_join(desk, rest + 5, &fields);
        } else if (strcmp(rest, "ins") == 0) {
            take_ins(desk, &fields);
        }
    }
    arena_free(&arena);
}

bool desk_receive(struct desk *desk)
{
    bool up = desk->transport->poll(desk->transport, take, desk);
    desk_commit(desk);
    return up;
}

void desk_serve(struct desk *desk)
{
    int64_t now = clock_mono_ns(&desk->clock);
    if (!desk->superseded && now - desk->checked_ns >= (int64_t)CHECK_MS * 1000000) {
        desk->checked_ns = now;
        if (!class_is_ours(desk->store, &desk->session))
            desk_fall_silent(desk);
    }
    if (desk->superseded)
        return;
    bool up = desk_receive(desk), fresh = up && !desk->transport_up;
    desk->transport_up = up;
    desk->was_up = desk->was_up || up;
    if (fresh)
        desk_publish(desk); /* a fresh broker knows nothing */
    desk_tick(desk);
    desk_mark_time(desk);
    int64_t pause_ms = TELL_MS + (int64_t)desk->seat_count / SEATS_PER_MS;
    if (desk->untold && clock_mono_ns(&desk->clock) - desk->told_ns >= pause_ms * 1000000)
        desk_publish_state(desk);
}

bool desk_show(struct desk *desk, size_t section, size_t step, const char *place)
{
    if (desk_voting(desk))
        return false;
    bool moved = strcmp(desk->place, place) != 0, resumed = !*desk->place;
    if (resumed && (desk->phase == PHASE_LOCKED || desk->phase == PHASE_REVEAL)) {
        snprintf(desk->place, sizeof desk->place, "%.79s", place);
        return true; /* its vote still has the screen */
    }
    if (!moved &&
        (desk->phase == PHASE_SHOW || desk->phase == PHASE_LOCKED || desk->phase == PHASE_REVEAL))
        return true;
    snprintf(desk->place, sizeof desk->place, "%.79s", place);
    desk->session.section = section;
    desk->session.step = step;
    desk->phase = PHASE_SHOW;
    desk_publish_state(desk);
    return true;
}

bool desk_roam(struct desk *desk, bool on, struct err *err)
{
    if (on && desk->phase != PHASE_SHOW)
        return err_set(err, "the class can roam once the vote is behind it and a step is shown");
    desk->roam = on;
    desk_publish_state(desk);
    return true;
}

void desk_lock_lobby(struct desk *desk, bool on)
{
    desk->session.locked = on;
    desk_publish_state(desk); /* it writes that down too */
}

bool desk_change_code(struct desk *desk, struct err *err)
{
    char old[CLASS_CODE];
    snprintf(old, sizeof old, "%s", desk->session.code);
    class_change_secret(desk->key, desk->session.rev, desk->session.code);
    desk_publish_state(desk); /* it writes the code down too */
    if (!desk->unmarked && !desk->superseded)
        return true;
    snprintf(desk->session.code, sizeof desk->session.code, "%s", old);
    return err_set(err, "the code stays as it is, for a new one cannot be written down: %.250s",
                   desk->problem);
}

void desk_end(struct desk *desk)
{
    struct err err;
    desk_commit(desk);
    desk->phase = PHASE_END;
    desk_publish_state(desk);
    class_end(desk->store, &desk->session, &err);
}

struct reopening {
    struct desk *desk;
    const struct question *(*find)(void *user, const char *key);
    void *user;
    bool hole;
};

static bool reopen_seat(void *user, const struct class_seat *row)
{
    struct reopening *reopening = user;
    reopening->hole = !desk_add_seat(reopening->desk, row);
    return !reopening->hole;
}

/* The last round is where it goes on: closed or open as it was. */
static bool reopen_round(void *user, const struct class_round *round)
{
    struct reopening *reopening = user;
    struct desk *desk = reopening->desk;
    if (round->q < 1 || round->rd < 1 || round->rd > 2)
        return true; /* none of ours */
    desk->q = round->q;
    desk->rd = round->rd;
    desk->like = round->like;
    desk->question = reopening->find(reopening->user, round->question);
    if (desk->question && desk->question->hash != round->hash)
        desk->question = NULL; /* it was edited meanwhile: its votes mean something else */
    enum phase before = (enum phase)desk->session.phase;
    desk->phase = !desk->question          ? PHASE_SHOW
                  : !round->closed         ? before == PHASE_PAUSED ? before : PHASE_OPEN
                  : before == PHASE_SHOW   ? PHASE_SHOW
                  : before == PHASE_REVEAL ? PHASE_REVEAL
                                           : PHASE_LOCKED;
    desk->revealed = desk->phase == PHASE_REVEAL || desk->phase == PHASE_SHOW;
    if (desk->question && desk->asked_count < sizeof desk->asked / sizeof *desk->asked)
        desk->asked[desk->asked_count++] = desk->question;
    return true;
}

bool desk_open(struct desk *desk, struct class_store *store, const struct class_session *session,
               struct transport *transport, const struct clock *clock, const uint64_t key[DESK_KEY],
               const struct question *(*find)(void *user, const char *key), void *user,
               struct err *err)
{
    *desk = (struct desk){.store = store,
                          .session = *session,
                          .transport = transport,
                          .clock = *clock,
                          .left_ns = -1,
                          .ticked_ns = clock_mono_ns(clock),
                          .opened_ns = clock_mono_ns(clock),
                          .marked_ns = clock_mono_ns(clock),
                          .limit_ms = session->limit_ms,
                          .phase = session->phase == PHASE_SHOW ? PHASE_SHOW : PHASE_LOBBY};
    if (session->seats < 1 || session->seats > DESK_SEATS)
        desk->session.seats = DESK_SEATS;
    memcpy(desk->key, key, sizeof desk->key);
    arena_init(&desk->arena);
    struct reopening reopening = {.desk = desk, .find = find, .user = user};
    bool good = class_seats(store, session->sid, reopen_seat, &reopening, err);
    desk->seats_saved = desk->seat_count;
    good = good && (!reopening.hole ||
                    err_set(err, "a seat is missing among those of this session in the file of "
                                 "classes: another program has changed it"));
    good = good && class_rounds(store, session->sid, reopen_round, &reopening, err) &&
           class_answers(store, session->sid, 0, desk_reopen_answer, desk, err);
    if (desk_voting(desk) && session->left_ms >= 0 && session->left_ms <= DESK_MOST_MS)
        desk->left_ns = session->left_ms * 1000000;
    return good;
}

void desk_close(struct desk *desk)
{
    desk_forget_votes(desk);
    memory_free(desk->seats);
    memory_free(desk->listed);
    arena_free(&desk->arena);
    *desk = (struct desk){0};
}
