/* Who is in the class: the lobby, seats, and how much each may say. */
#include "live/desk_parts.h"

#include "base/utf8.h"
#include "quiz/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BURST = 20,
    PER_SECOND = 5,
    FLOOD = 200, /* messages over the limit, then the seat is removed ... */
    FORGIVE_SECONDS =
        3, /* ... but one of them is forgotten in each such time: all in ten minutes */
    LOBBY_BURST = 4000,
    LOBBY_PER_SECOND = 500
};

struct seat *desk_seat(const struct desk *desk, int64_t seat)
{
    return seat >= 1 && (size_t)seat <= desk->seat_count ? &desk->seats[seat - 1] : NULL;
}

static void refuse(struct desk *desk, const char *cid, const char *why)
{
    struct buf out = {0};
    char rest[TRANSPORT_MOST_TOPIC];
    fields_begin(&out);
    fields_add_text(&out, "no", why);
    fields_end(&out);
    snprintf(rest, sizeof rest, "seat/%s", cid);
    desk_send(desk, rest, &out, false);
    buf_free(&out);
}

static void tell_seat(struct desk *desk, const struct class_seat *seat)
{
    struct buf out = {0};
    char rest[TRANSPORT_MOST_TOPIC];
    fields_begin(&out);
    fields_add_number(&out, "seat", seat->seat);
    fields_add_text(&out, "secret", seat->secret);
    if (desk->stay)
        fields_add_number(&out, "stay", 1);
    fields_end(&out);
    snprintf(rest, sizeof rest, "seat/%s", seat->cid);
    desk_send(desk, rest, &out, false);
    buf_free(&out);
}

static void seat_somebody(struct desk *desk, const struct class_seat *seat)
{
    if (desk->admit && !desk->admit(desk->admit_user, seat))
        refuse(desk, seat->cid, "The instructor's computer cannot seat you; try again.");
    else
        tell_seat(desk, seat);
}

bool desk_put_seats(struct desk *desk, struct err *err)
{
    bool good = true;
    for (size_t i = desk->seats_saved; good && i < desk->seat_count; i++)
        good = class_put_seat(desk->store, &desk->session, &desk->seats[i].row, err);
    return good;
}

void desk_seat_newcomers(struct desk *desk, bool saved)
{
    for (size_t i = desk->seats_saved; i < desk->seat_count; i++)
        if (saved)
            seat_somebody(desk, &desk->seats[i].row);
        else
            refuse(desk, desk->seats[i].row.cid,
                   "The instructor's computer cannot save; try again.");
    if (saved)
        desk->seats_saved = desk->seat_count;
    desk->seat_count = desk->seats_saved;
}

/* Names that differ in capital and small letters alone are one: Unicode's simple case folding. 64 bits
 * tell the few thousand names of a class apart. */
static uint64_t hash_name(const char *name)
{
    struct buf folded = {0};
    fold_add(&folded, str_of(name), true);
    uint64_t hash = str_hash(buf_text(&folded), folded.length);
    buf_free(&folded);
    return hash;
}

bool desk_add_seat(struct desk *desk, const struct class_seat *row)
{
    if (row->seat != (int64_t)desk->seat_count + 1)
        return false; /* a hole: not a file of ours */
    if (desk->seat_count == desk->seat_capacity) {
        desk->seat_capacity = desk->seat_capacity ? 2 * desk->seat_capacity : 64;
        desk->seats = memory_resize(desk->seats, desk->seat_capacity * sizeof *desk->seats);
    }
    desk->seats[desk->seat_count++] =
        (struct seat){.row = *row, .tokens = BURST, .name_hash = hash_name(row->name)};
    return true;
}

/* Names are compared as those of seats are. SIZE_MAX: not on it, or there is none. */
static size_t roster_row(const struct desk *desk, const char *name)
{
    uint64_t hash = hash_name(name);
    for (size_t i = 0; desk->roster && desk->roster[i]; i++)
        if (hash_name(desk->roster[i]) == hash)
            return i;
    return SIZE_MAX;
}

/* Where names are not written down, the list alone can tell that one has come in; it forgets with the
 * program, as everything about names does then. */
static bool came_in(const struct desk *desk, const char *name)
{
    size_t row = roster_row(desk, name);
    return desk->session.anonymous && desk->listed && row != SIZE_MAX && desk->listed[row];
}

static void note_on_list(struct desk *desk, const char *name)
{
    size_t row = roster_row(desk, name), count = 0;
    if (!desk->session.anonymous || row == SIZE_MAX)
        return;
    while (desk->roster[count])
        count++;
    if (!desk->listed)
        desk->listed = memory_alloc(count * sizeof *desk->listed);
    desk->listed[row] = true;
}

static const char *why_not(const struct desk *desk, const char *cid, const char *name)
{
    if (!*name)
        return "A name is needed: give one with --name.";
    uint64_t hash = hash_name(name);
    for (size_t i = 0; i < desk->seat_count; i++) {
        const struct class_seat *row = &desk->seats[i].row;
        if (row->state == SEAT_BANNED && strcmp(row->cid, cid) == 0)
            return "The instructor has closed this class to you.";
        if (row->state == SEAT_REMOVED || desk->session.anonymous ||
            desk->seats[i].name_hash != hash)
            continue;
        return row->state == SEAT_BANNED
                   ? "The instructor has closed this class to that name."
                   : "This name is taken in this class, where capital and small letters are the "
                     "same; give another with --name.";
    }
    if (desk->session.locked)
        return "The instructor has locked the class; ask to be let in.";
    if (came_in(desk, name))
        return "Somebody of this name is in the class already; ask the instructor.";
    if (desk->roster && roster_row(desk, name) == SIZE_MAX)
        return "This name is not on the instructor's list; give it as it stands there.";
    if ((int64_t)desk_in(desk) >= desk->session.seats || desk->seat_count >= DESK_SEATS)
        return "The class is full; ask the instructor.";
    return NULL;
}

static bool is_cid(const char *cid)
{
    return strlen(cid) == 32 && strspn(cid, "0123456789abcdef") == 32;
}

static struct seat *seat_with(const struct desk *desk, const char *cid)
{
    for (size_t i = 0; i < desk->seat_count; i++)
        if (desk->seats[i].row.state == SEAT_IN && strcmp(desk->seats[i].row.cid, cid) == 0)
            return &desk->seats[i];
    return NULL;
}

/* Where the connection that asks becomes the seat's, the member is here by having asked: what it would say
 * of that is one message less for each who comes. That it is gone again comes behind, as its will. */
static void take_as_here(struct desk *desk, struct seat *seat)
{
    if (!desk->stay)
        return;
    desk->changes += !seat->on;
    seat->on = seat->here = seat->came = true;
}

void desk_take_join(struct desk *desk, const char *cid, const struct fields *fields)
{
    struct buf name = {0};
    int64_t on;
    if (!is_cid(cid))
        return;
    struct seat *seat = seat_with(desk, cid);
    if (seat && !desk_has_token(desk, seat))
        return;
    /* The last word of a connection that carried the seat. */
    if (fields_number(fields, "on", 0, 0, &on)) {
        if (seat)
            desk_take_presence(desk, seat, fields);
        return;
    }
    if (seat) {
        take_as_here(desk, seat);
        if ((size_t)(seat - desk->seats) < desk->seats_saved) /* our reply was lost: once more */
            seat_somebody(desk, &seat->row);
        return;
    }
    struct str given = str_trim(str_of(fields_text(fields, "name"))); /* "Ada " is Ada */
    utf8_sanitise_line(&name, given.text, given.length, DESK_NAME_COLUMNS);
    const char *why = why_not(desk, cid, buf_text(&name));
    if (why) {
        refuse(desk, cid, why);
    } else {
        struct class_seat row = {.seat = (int64_t)desk->seat_count + 1};
        snprintf(row.cid, sizeof row.cid, "%.32s", cid);
        size_t listed = roster_row(desk, buf_text(&name));
        if (!desk->session.anonymous) /* as the list has it: the gradebook looks it up there */
            utf8_copy(row.name, sizeof row.name,
                      listed == SIZE_MAX ? buf_text(&name) : desk->roster[listed]);
        note_on_list(desk, buf_text(&name));
        class_seat_secret(desk->key, row.seat, row.secret);
        if (desk_add_seat(desk, &row))
            take_as_here(desk, &desk->seats[desk->seat_count - 1]);
    }
    buf_free(&name);
}

bool desk_lobby_has_token(struct desk *desk)
{
    int64_t now = clock_mono_ns(&desk->clock);
    if (!desk->lobby_filled_ns)
        desk->lobby_tokens = LOBBY_BURST;
    else
        desk->lobby_tokens += (double)(now - desk->lobby_filled_ns) / 1e9 * LOBBY_PER_SECOND;
    desk->lobby_filled_ns = now;
    if (desk->lobby_tokens > LOBBY_BURST)
        desk->lobby_tokens = LOBBY_BURST;
    if (desk->lobby_tokens < 1)
        return false;
    desk->lobby_tokens -= 1;
    return true;
}

double desk_dropped(const struct desk *desk, const struct seat *seat)
{
    double forgiven =
        (double)(clock_mono_ns(&desk->clock) - seat->filled_ns) / 1e9 / FORGIVE_SECONDS;
    return seat->dropped > forgiven ? seat->dropped - forgiven : 0;
}

/* False: it spoke too often, and the message is dropped unread. */
bool desk_has_token(struct desk *desk, struct seat *seat)
{
    int64_t now = clock_mono_ns(&desk->clock);
    seat->dropped = desk_dropped(desk, seat);
    seat->tokens += (double)(now - seat->filled_ns) / 1e9 * PER_SECOND;
    seat->filled_ns = now;
    if (seat->tokens > BURST)
        seat->tokens = BURST;
    if (seat->tokens >= 1) {
        seat->tokens -= 1;
        return true;
    }
    seat->dropped += 1;
    if (seat->dropped >= FLOOD) {
        seat->dropped = 0; /* where it cannot be written, once more after as many */
        desk_remove(desk, seat->row.seat, false, NULL);
    }
    return false;
}

/* It is written down already. */
static void put_out(struct desk *desk, struct seat *seat, enum seat_state state)
{
    seat->row.state = state;
    seat->on = false;
    if (desk->admit) /* its password is no longer good */
        desk->admit(desk->admit_user, &seat->row);
    desk_receipt(desk, seat->row.seat, 0, 0, 0, "", state == SEAT_BANNED ? "banned" : "removed");
    desk->untold = true;
    desk->changes++;
}

static bool write_out(struct desk *desk, const struct seat *seat, enum seat_state state,
                      struct err *err)
{
    struct class_seat row = seat->row;
    row.state = state;
    return class_put_seat(desk->store, &desk->session, &row, err);
}

bool desk_remove(struct desk *desk, int64_t number, bool ban, struct err *err)
{
    struct seat *seat = desk_seat(desk, number);
    enum seat_state state = ban ? SEAT_BANNED : SEAT_REMOVED;
    if (!seat)
        return err_set(err, "there is no seat %lld", (long long)number);
    if (!write_out(desk, seat, state, err))
        return false;
    put_out(desk, seat, state);
    return true;
}

static bool is_ghost(const struct seat *seat, bool silent)
{
    return seat->row.state == SEAT_IN && !seat->voted && (silent || !seat->came);
}

bool desk_clear(struct desk *desk, bool silent, size_t *count, struct err *err)
{
    *count = 0;
    if (silent && !desk->q)
        return err_set(err, "no vote has been held yet, so nobody can have voted");
    bool good = class_batch(desk->store, err);
    for (size_t i = 0; good && i < desk->seat_count; i++)
        if (is_ghost(&desk->seats[i], silent))
            good = write_out(desk, &desk->seats[i], SEAT_REMOVED, err);
    if (!class_commit(desk->store, good, err))
        return false;
    for (size_t i = 0; i < desk->seat_count; i++)
        if (is_ghost(&desk->seats[i], silent)) {
            put_out(desk, &desk->seats[i], SEAT_REMOVED);
            ++*count;
        }
    return true;
}

bool desk_limit_seats(struct desk *desk, int64_t seats, struct err *err)
{
    if (seats < 1 || seats > DESK_SEATS)
        return err_set(err, "a class has from 1 to %d seats", DESK_SEATS);
    desk->session.seats = seats;
    desk_publish_state(desk); /* it writes that down too */
    return true;
}

bool desk_runs_out(const struct desk *desk)
{
    return !desk->session.locked && desk->seat_count > DESK_SEATS / 4 * 3 &&
           desk_present(desk) < desk->seat_count / 2;
}

void desk_take_presence(struct desk *desk, struct seat *seat, const struct fields *fields)
{
    int64_t on, left = 0;
    const char *word = fields_text(fields, "pace");
    enum class_pace pace = strcmp(word, "lost") == 0   ? PACE_LOST
                           : strcmp(word, "slow") == 0 ? PACE_SLOW
                                                       : PACE_NONE;
    if (!fields_number(fields, "on", 0, 1, &on))
        return;
    fields_number(fields, "left", 0, 1, &left);
    desk->changes += seat->on != (on == 1) || seat->pace != pace;
    const struct vote *vote = desk->rd > 0 ? &seat->vote[desk->rd - 1] : NULL;
    if (on && !seat->on && vote && vote->n > 0 &&
        desk->phase != PHASE_END) /* it may have forgotten */
        desk_receipt(desk, seat->row.seat, desk->q, desk->rd, vote->n, vote->a, "ok");
    seat->on = on;
    seat->here = on || (seat->here && !left); /* who left is not missed: time goes on */
    seat->came = seat->came || on;
    seat->pace = pace;
    seat->pace_ns = clock_mono_ns(&desk->clock);
}

size_t desk_pace(const struct desk *desk, enum class_pace pace)
{
    size_t count = 0;
    int64_t since = clock_mono_ns(&desk->clock) - (int64_t)PACE_SECONDS * 1000000000;
    for (size_t i = 0; i < desk->seat_count; i++)
        count += desk->seats[i].row.state == SEAT_IN && desk->seats[i].pace == pace &&
                 desk->seats[i].pace_ns > since;
    return count;
}

size_t desk_present(const struct desk *desk)
{
    size_t count = 0;
    for (size_t i = 0; i < desk->seat_count; i++)
        count += desk->seats[i].on && desk->seats[i].row.state == SEAT_IN;
    return count;
}

size_t desk_in(const struct desk *desk)
{
    size_t count = 0;
    for (size_t i = 0; i < desk->seat_count; i++)
        count += desk->seats[i].row.state == SEAT_IN;
    return count;
}
