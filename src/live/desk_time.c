/* The time of a vote: what is left of it, and when it stands still. */
#include "live/desk_parts.h"

#include <stdio.h>

enum { SAVE_MS = 5000, MARK_MS = 30000, MOST_SECONDS = DESK_MOST_MS / 1000, RETRY_MS = 2000 };

static const int64_t ms = 1000000;

static int64_t now_ns(const struct desk *desk)
{
    return clock_mono_ns(&desk->clock);
}

int64_t desk_elapsed_ms(const struct desk *desk)
{
    return desk->session.elapsed_ms + (now_ns(desk) - desk->opened_ns) / ms;
}

bool desk_mark(struct desk *desk, struct err *err)
{
    struct class_session session = desk->session;
    session.phase = (int)desk->phase;
    session.left_ms = desk_voting(desk) ? desk_left_ms(desk) : -1;
    session.limit_ms = desk->limit_ms;
    session.elapsed_ms = desk_elapsed_ms(desk);
    desk->marked_ns = now_ns(desk);
    return class_mark(desk->store, &session, err);
}

void desk_mark_time(struct desk *desk)
{
    struct err err;
    if (now_ns(desk) - desk->marked_ns >= MARK_MS * ms)
        desk_mark(desk, &err); /* where it fails, what is said next says so */
}

size_t desk_missing(const struct desk *desk)
{
    size_t count = 0;
    for (size_t i = 0; i < desk->seat_count && desk->rd; i++) {
        const struct seat *seat = &desk->seats[i];
        count +=
            seat->row.state == SEAT_IN && seat->here && !seat->on && !seat->vote[desk->rd - 1].n;
    }
    return count;
}

/* Over a tenth of those who were here: that is the network's doing, not theirs. */
static bool too_many_missing(const struct desk *desk)
{
    size_t here = 0;
    for (size_t i = 0; i < desk->seat_count; i++)
        here += desk->seats[i].row.state == SEAT_IN && desk->seats[i].here;
    return desk_missing(desk) * 10 > here;
}

void desk_begin_time(struct desk *desk)
{
    desk->left_ns = desk->limit_ms ? desk->limit_ms * ms : -1;
    desk->ticked_ns = now_ns(desk);
    for (size_t i = 0; i < desk->seat_count; i++)
        desk->seats[i].here = desk->seats[i].on;
    desk->ticking = desk->left_ns >= 0 && desk->transport_up;
}

void desk_tick(struct desk *desk)
{
    struct err err;
    int64_t now = now_ns(desk);
    if (desk->left_ns < 0)
        return;
    if (desk->ticking)
        desk->left_ns -= now - desk->ticked_ns;
    desk->ticked_ns = now;
    if (desk->left_ns <= 0) {
        desk->left_ns = 0;
        desk->ticking = false;
        if (desk->phase == PHASE_OPEN && now >= desk->retry_ns && !desk_lock(desk, &err)) {
            desk->retry_ns = now + RETRY_MS * ms;
            snprintf(desk->problem, sizeof desk->problem, "The vote cannot be closed: %.350s",
                     err.text);
            desk->changes++;
        }
        return;
    }
    bool runs = desk->phase == PHASE_OPEN && desk->transport_up && !too_many_missing(desk);
    bool turned = runs != desk->ticking;
    desk->ticking = runs;
    /* What is left is on disk now and then, for an instructor who has to resume. */
    if (turned || (runs && now - desk->told_ns >= SAVE_MS * ms))
        desk_publish_state(desk);
}

int64_t desk_left_ms(const struct desk *desk)
{
    bool runs = desk->ticking && desk->left_ns >= 0;
    int64_t left = desk->left_ns - (runs ? now_ns(desk) - desk->ticked_ns : 0);
    return desk->left_ns < 0 ? -1 : left < 0 ? 0 : left / ms;
}

int desk_wait_ms(const struct desk *desk, int most)
{
    int64_t left = desk->ticking ? desk_left_ms(desk) : -1;
    return left >= 0 && left < most ? (int)left + 1 : most;
}

bool desk_limit(struct desk *desk, int64_t seconds, struct err *err)
{
    if (seconds < 0 || seconds > MOST_SECONDS)
        return err_set(err, "a vote's time is 1 to %d seconds", MOST_SECONDS);
    desk->limit_ms = seconds * 1000;
    if (!desk_voting(desk))
        return desk_mark(desk, err);
    desk->left_ns = seconds ? desk->limit_ms * ms : -1;
    desk->ticked_ns = now_ns(desk);
    desk->ticking = false; /* the next tick says whether it runs */
    desk_publish_state(desk);
    return true;
}
