#include "tui/seats.h"

#include "quiz/fold.h"
#include "tui/classroom.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 600 };

/* Whoever is banned knows the code, and may come from elsewhere: it is changed with them. */
static void say_banned(struct present *present, long long seat)
{
    struct err err;
    if (host_new_code(present->host, &err))
        snprintf(
            present->message, sizeof present->message,
            "The code is %s now; the old one admits nobody. Seat %lld is out: its name and its "
            "terminal stay out.",
            present->host->desk.session.code, seat);
    else
        snprintf(
            present->message, sizeof present->message,
            "Seat %lld is out: its name and its terminal stay out. The code is still known there: "
            "%.120s.",
            seat, err.text);
}

/* Those who are in and go by this name, as names are compared; at most `most` of them. */
static size_t find_named(const struct desk *desk, struct str name, int64_t *seats, size_t most)
{
    struct buf wanted = {0}, folded = {0};
    size_t count = 0;
    fold_add(&wanted, name, true);
    for (size_t i = 0; i < desk->seat_count && count < most; i++) {
        if (desk->seats[i].row.state != SEAT_IN || !*desk->seats[i].row.name)
            continue;
        buf_clear(&folded);
        fold_add(&folded, str_of(desk->seats[i].row.name), true);
        if (strcmp(buf_text(&wanted), buf_text(&folded)) == 0)
            seats[count++] = (int64_t)i + 1;
    }
    buf_free(&wanted);
    buf_free(&folded);
    return count;
}

/* A number is a seat; where there is none of that number, it may be a name too. */
static bool find_seat(const struct desk *desk, const char *typed, int64_t *seat, struct err *err)
{
    int64_t named[2];
    struct str name = str_trim(str_of(typed));
    if (str_integer(name, seat) && *seat >= 1 && *seat <= (int64_t)desk->seat_count)
        return true;
    size_t count = find_named(desk, name, named, 2);
    if (count == 1)
        *seat = named[0];
    else if (count)
        err_set(err, "seats %lld and %lld have that name: say the number", (long long)named[0],
                (long long)named[1]);
    else
        err_set(err,
                "nobody here has that name or number; \"who\" lists all, \"who\" and a part of "
                "the name finds some");
    return count == 1;
}

static bool remove_seat(struct present *present, const char *typed, bool ban)
{
    struct err err;
    int64_t seat;
    if (!find_seat(&present->host->desk, typed, &seat, &err) ||
        !desk_remove(&present->host->desk, seat, ban, &err))
        return classroom_fail(present, &err);
    if (ban)
        say_banned(present, (long long)seat);
    else
        snprintf(present->message, sizeof present->message,
                 "Seat %lld is out. It may join again; \"ban\" keeps it out.", (long long)seat);
    return true;
}

static bool clear_seats(struct present *present, bool silent)
{
    struct err err;
    size_t count;
    if (!desk_clear(&present->host->desk, silent, &count, &err))
        return classroom_fail(present, &err);
    snprintf(present->message, sizeof present->message, "%zu %s out who %s. %s", count,
             count == 1 ? "seat is" : "seats are",
             silent ? "never voted" : "joined but never connected, nor voted",
             "They may join again; \"code\" keeps out who has the old one.");
    return true;
}

/* "40": from now on. "": how many there are. */
static bool set_seats(struct present *present, const char *typed)
{
    struct desk *desk = &present->host->desk;
    struct err err;
    int64_t seats;
    struct str word = str_trim(str_of(typed));
    if (word.length && !str_integer(word, &seats)) {
        err_set(&err, "say \"seats 40\", for at most 40; \"who\" lists who is in");
        return classroom_fail(present, &err);
    }
    if (word.length && !desk_limit_seats(desk, seats, &err))
        return classroom_fail(present, &err);
    snprintf(present->message, sizeof present->message,
             "%zu are in, of at most %lld. %zu of %d seat numbers have been given out.",
             desk_in(desk), (long long)desk->session.seats, desk->seat_count, DESK_SEATS);
    return true;
}

const char *seats_asked(const char *word)
{
    if (!text_starts(word, "who") || (word[3] && word[3] != ' '))
        return NULL;
    return word + 3 + strspn(word + 3, " ");
}

bool seats_do(struct present *present, const char *word)
{
    struct desk *desk = &present->host->desk;
    struct err err;
    const char *part = seats_asked(word);
    if (part) {
        snprintf(present->listed, sizeof present->listed, "%s", part);
        present->listing = true;
        return true;
    }
    if (strcmp(word, "lock") == 0 || strcmp(word, "unlock") == 0) {
        desk_lock_lobby(desk, *word == 'l');
        snprintf(present->message, sizeof present->message, "The class is %s.",
                 desk->session.locked ? "locked: nobody new can join" : "open to newcomers");
        return true;
    }
    if (strcmp(word, "code") == 0) {
        if (!host_new_code(present->host, &err))
            return classroom_fail(present, &err);
        snprintf(present->message, sizeof present->message,
                 "The code is %s now. The old one admits nobody; who is in stays.",
                 desk->session.code);
        return true;
    }
    if (strcmp(word, "clear") == 0 || strcmp(word, "clear silent") == 0)
        return clear_seats(present, word[5] != '\0');
    if (strcmp(word, "seats") == 0 || text_starts(word, "seats "))
        return set_seats(present, word + 5);
    if (text_starts(word, "remove "))
        return remove_seat(present, word + 7, false);
    return text_starts(word, "ban ") && remove_seat(present, word + 4, true);
}

/* ---- lists -------------------------------------------------------------------------------------------- */

static bool has_voted(const struct desk *desk, const struct seat *seat)
{
    return desk->question && desk->rd > 0 && seat->vote[desk->rd - 1].n > 0;
}

static bool has_part(const struct seat *seat, const char *folded_part)
{
    struct buf text = {0};
    buf_addf(&text, "%lld ", (long long)seat->row.seat);
    fold_add(&text, str_of(seat->row.name), true);
    bool found = strstr(buf_text(&text), folded_part) != NULL;
    buf_free(&text);
    return found;
}

size_t seats_list(const struct desk *desk, const char *part, struct arena *arena,
                  const char *const **lines)
{
    struct buf wanted = {0};
    const char **list = ARENA_ARRAY(arena, desk->seat_count + 1, const char *);
    size_t count = 0;
    fold_add(&wanted, str_of(part), true);
    for (size_t i = 0; i < desk->seat_count; i++) {
        const struct seat *seat = &desk->seats[i];
        if (seat->row.state == SEAT_IN && has_part(seat, buf_text(&wanted)))
            list[count++] =
                arena_printf(arena, "%4zu %s%s%s%s", i + 1, seat->row.name,
                             seat->on ? "" : " (away)", has_voted(desk, seat) ? " (has voted)" : "",
                             desk_dropped(desk, seat) >= 1 ? " (sends too much)" : "");
    }
    if (!count)
        list[count++] = *part ? "Nobody who is in has that in name or number." : "Nobody is in.";
    buf_free(&wanted);
    *lines = list;
    return count;
}

const char *seats_say(const struct desk *desk, struct arena *arena, bool silent)
{
    struct buf line = {0};
    size_t more = 0;
    for (size_t i = 0; i < desk->seat_count; i++) {
        const struct seat *seat = &desk->seats[i];
        if (seat->row.state != SEAT_IN || (silent && seat->vote[desk->rd - 1].n))
            continue;
        if (line.length >= LINE_BYTES) {
            more++;
            continue;
        }
        buf_addf(&line, "%s%zu %s%s%s",
                 line.length ? ", "
                 : silent    ? "Not voted: "
                             : "Seats: ",
                 i + 1, seat->row.name, seat->on ? "" : " (away)",
                 desk_dropped(desk, seat) >= 1 ? " (sends too much)" : "");
    }
    if (more)
        buf_addf(&line, ", +%zu more (\"who\" lists them)", more);
    const char *text = arena_strdup(arena, buf_text(&line));
    buf_free(&line);
    return text;
}
