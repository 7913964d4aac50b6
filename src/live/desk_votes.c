/* Votes: what was said, on disk before it counts; rounds; tallies. */
#include "live/desk_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool desk_voting(const struct desk *desk)
{
    return desk->phase == PHASE_OPEN || desk->phase == PHASE_PAUSED;
}

/* Reads `a` ("1", "0 2" or a text) as the question's form wants it. */
static bool read_answer(const struct question *question, const char *a, size_t *slots,
                        struct answer *answer)
{
    enum form form = question_form(question);
    const char *names[FIELDS_LIST_MOST];
    *answer = (struct answer){.given = true, .text = a};
    if (form == FORM_TEXT || form == FORM_NUMBER)
        return *a != '\0';
    size_t options = form == FORM_PAIRS   ? question_rights(question, names, FIELDS_LIST_MOST)
                     : form == FORM_ORDER ? question_stems(question, names, FIELDS_LIST_MOST)
                                          : question->choice_count;
    struct str rest = str_of(a), word;
    uint64_t seen = 0;
    answer->chosen = slots;
    while ((word = str_word(&rest)).length) {
        int64_t number;
        if (!str_integer(word, &number) || number < 0 || (size_t)number >= options || number > 63 ||
            answer->count >= FIELDS_LIST_MOST)
            return false;
        if (form != FORM_PAIRS && seen >> number & 1)
            return false;
        seen |= (uint64_t)1 << number;
        slots[answer->count++] = (size_t)number;
    }
    size_t wanted = form == FORM_CHOOSE_ONE ? 1
                    : form == FORM_ORDER    ? options
                    : form == FORM_PAIRS    ? question_stems(question, names, FIELDS_LIST_MOST)
                                            : answer->count;
    return answer->count && answer->count == wanted;
}

/* What was chosen, as bits; of questions without options none. */
static uint32_t options_of(const struct question *question, const size_t *slots, size_t count)
{
    uint32_t options = 0;
    enum form form = question_form(question);
    for (size_t i = 0; (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) && i < count; i++)
        if (slots[i] < PEER_OPTIONS)
            options |= (uint32_t)1 << slots[i];
    return options;
}

static void keep(struct desk *desk, struct seat *seat, int64_t n, const char *a)
{
    size_t slots[FIELDS_LIST_MOST];
    struct answer answer;
    struct buf given = {0};
    if (!read_answer(desk->question, a, slots, &answer)) {
        desk_receipt(desk, seat->row.seat, desk->q, desk->rd, n, a, "bad");
        return;
    }
    struct mark mark = mark_answer(desk->question, &answer);
    answer_write_json(desk->question, &answer, &given);
    struct desk_pending pending = {.seat = seat->row.seat};
    pending.vote = (struct vote){.n = n, .right = mark.state == MARK_RIGHT};
    pending.vote.options = options_of(desk->question, slots, answer.count);
    pending.row = (struct class_answer){
        .q = desk->q,
        .rd = desk->rd,
        .seat = seat->row.seat,
        .n = n,
        .a = arena_strdup(&desk->arena, a),
        .given = arena_strdup(&desk->arena, buf_text(&given)),
        .state = mark_state_name(mark.state),
        .ungraded = mark.state == MARK_NEEDS_GRADING,
        .fraction = mark.fraction,
    };
    buf_free(&given);
    ARENA_PUSH(&desk->arena, desk->pending, desk->pending_count, desk->pending_capacity, pending);
}

/* What is stored, and whether that is what was sent or comes later. */
static void tell_stored(struct desk *desk, const struct seat *seat, int64_t q, int64_t rd,
                        int64_t sent, int64_t stored, const char *a)
{
    desk_receipt(desk, seat->row.seat, q, rd, stored, a, stored >= sent ? "ok" : "late");
}

/* To a question that is past, or that was edited since. Where the disk cannot be read it will come again. */
static void tell_past(struct desk *desk, const struct seat *seat, int64_t q, int64_t rd,
                      int64_t sent)
{
    struct buf a = {0};
    struct err err;
    int64_t stored;
    if (class_answer(desk->store, desk->session.sid, q, rd, seat->row.seat, &stored, &a, &err))
        tell_stored(desk, seat, q, rd, sent, stored, buf_text(&a));
    buf_free(&a);
}

void desk_take_answer(struct desk *desk, struct seat *seat, const struct fields *fields)
{
    int64_t q, rd, n, ep;
    const char *a = fields_text(fields, "a");
    if (!fields_number(fields, "q", 1, INT64_MAX, &q) || !fields_number(fields, "rd", 1, 2, &rd) ||
        !fields_number(fields, "n", 1, INT64_C(1) << 53, &n) ||
        !fields_number(fields, "ep", 1, INT64_MAX, &ep))
        return;
    if (!desk->question || q != desk->q) {
        tell_past(desk, seat, q, rd, n);
        return;
    }
    const struct vote *stored = &seat->vote[rd - 1];
    bool now = rd == desk->rd;
    if (stored->n < n && now && desk->phase == PHASE_OPEN)
        keep(desk, seat, n, a);
    else if (stored->n >= n || !now || desk->phase != PHASE_PAUSED) /* else it will come again */
        tell_stored(desk, seat, q, rd, n, stored->n, stored->a ? stored->a : "");
}

static void set_vote(struct vote *vote, const struct vote *from, const char *a)
{
    char *copy = memory_alloc(strlen(a) + 1);
    memcpy(copy, a, strlen(a) + 1);
    memory_free(vote->a);
    *vote = *from;
    vote->a = copy;
}

void desk_commit(struct desk *desk)
{
    struct err err;
    if (!desk->pending_count && desk->seats_saved == desk->seat_count)
        return;
    bool ours = true, begun = class_batch(desk->store, &err);
    bool good = begun && ((ours = class_is_ours(desk->store, &desk->session)) ||
                          err_set(&err, "the session was opened again elsewhere"));
    good = good && desk_put_seats(desk, &err);
    for (size_t i = 0; good && i < desk->pending_count; i++)
        good = class_put_answer(desk->store, desk->session.sid, &desk->pending[i].row, &err);
    good = class_commit(desk->store, good, &err);
    if (!ours) /* that one has read what is on disk, and what we add it would not count */
        desk_fall_silent(desk);
    else if (!good)
        snprintf(desk->problem, sizeof desk->problem, "ANSWERS ARE NOT BEING SAVED: %.350s",
                 err.text);
    else
        desk->problem[0] = '\0';
    desk_seat_newcomers(desk, good);
    for (size_t i = 0; good && i < desk->pending_count; i++) {
        const struct desk_pending *pending = &desk->pending[i];
        struct seat *seat = desk_seat(desk, pending->seat);
        struct vote *vote = &seat->vote[pending->row.rd - 1];
        seat->voted = true;
        if (pending->vote.n > vote->n)
            set_vote(vote, &pending->vote, pending->row.a);
        desk_receipt(desk, pending->seat, pending->row.q, pending->row.rd, vote->n, vote->a, "ok");
    }
    desk->changes++;
    desk->untold = true;
    desk->pending = NULL;
    desk->pending_count = desk->pending_capacity = 0;
    arena_free(&desk->arena);
}

void desk_forget_votes(struct desk *desk)
{
    for (size_t i = 0; i < desk->seat_count; i++)
        for (int rd = 0; rd < 2; rd++) {
            memory_free(desk->seats[i].vote[rd].a);
            desk->seats[i].vote[rd] = (struct vote){0};
        }
}

/* On disk first: what cannot be written has not happened. */
static bool put_round(const struct desk *desk, const struct question *question,
                      const struct class_round *round, struct err *err)
{
    struct class_round row = *round;
    row.question = question->key;
    row.hash = question->hash;
    return class_put_round(desk->store, desk->session.sid, &row, err);
}

static bool can_be_voted_on(const struct question *question)
{
    return question_form(question) != FORM_NONE && question->kind != QUESTION_ESSAY;
}

void desk_prepare(struct desk *desk, const struct question *question)
{
    bool quiet = desk->phase == PHASE_LOBBY || desk->phase == PHASE_SHOW;
    if (!quiet || !question || question == desk->prepared || question == desk->question ||
        !can_be_voted_on(question))
        return;
    desk->prepared = question;
    desk_publish_item(desk, question, desk->q + 1);
}

bool desk_ask(struct desk *desk, const struct question *question, int64_t like, struct err *err)
{
    if (desk_voting(desk))
        return err_set(err, "a vote is open; close it first (v)");
    if (!can_be_voted_on(question))
        return err_set(err, "this question cannot be voted on; ask it aloud");
    bool told = question == desk->prepared;
    struct class_round round = {.q = desk->q + 1, .rd = 1, .like = like};
    if (!put_round(desk, question, &round, err))
        return false;
    desk_forget_votes(desk);
    desk->prepared = NULL;
    desk->revealed = false;
    desk->question = question;
    desk->q = round.q;
    desk->rd = 1;
    desk->like = like;
    if (desk->asked_count < sizeof desk->asked / sizeof *desk->asked)
        desk->asked[desk->asked_count++] = question;
    desk->phase = PHASE_OPEN;
    desk->roam = false;
    desk_begin_time(desk);
    if (!told)
        desk_publish_item(desk, question, desk->q);
    desk_publish_state(desk);
    return true;
}

bool desk_lock(struct desk *desk, struct err *err)
{
    if (!desk_voting(desk))
        return err_set(err, "no vote is open");
    desk_receive(desk); /* what has arrived still counts */
    struct class_round round = {.q = desk->q, .rd = desk->rd, .like = desk->like, .closed = true};
    if (!put_round(desk, desk->question, &round, err))
        return false;
    desk->phase = PHASE_LOCKED;
    desk->ticking = false;
    desk_publish_state(desk);
    return true;
}

bool desk_can_revote(const struct desk *desk)
{
    bool closed = desk->phase == PHASE_LOCKED || (desk->phase == PHASE_SHOW && !desk->revealed);
    return desk->question && closed && desk->rd == 1;
}

bool desk_revote(struct desk *desk, struct err *err)
{
    if (desk->question && desk->phase == PHASE_LOCKED && desk->rd == 2)
        return err_set(err, "there were two votes already; reveal them (e)");
    if (!desk_can_revote(desk))
        return err_set(err, "only a vote that was closed, and not yet revealed, can be held again");
    struct class_round round = {.q = desk->q, .rd = 2, .like = desk->like};
    if (!put_round(desk, desk->question, &round, err))
        return false;
    desk->rd = 2;
    desk->roam = false;
    if (desk->prepared) { /* what is kept for those who come is another question */
        desk->prepared = NULL;
        desk_publish_item(desk, desk->question, desk->q);
    }
    desk->phase = PHASE_OPEN;
    desk_begin_time(desk);
    desk_publish_state(desk);
    return true;
}

bool desk_reveal(struct desk *desk, struct err *err)
{
    if (!desk->question || (!desk_voting(desk) && desk->phase != PHASE_LOCKED))
        return err_set(err, "there is no vote to reveal");
    if (desk_voting(desk) && !desk_lock(desk, err))
        return false;
    desk->phase = PHASE_REVEAL;
    desk->revealed = true;
    desk_publish_state(desk);
    return true;
}

bool desk_pause(struct desk *desk, struct err *err)
{
    if (!desk_voting(desk))
        return err_set(err, "no vote is open");
    desk_tick(desk);
    if (!desk_voting(desk))
        return err_set(err, "its time has just run out");
    desk->phase = desk->phase == PHASE_OPEN ? PHASE_PAUSED : PHASE_OPEN;
    desk->ticking = desk->ticking && desk->phase == PHASE_OPEN;
    desk_publish_state(desk);
    return true;
}

struct tally desk_tally(const struct desk *desk, int64_t rd)
{
    struct tally tally = {0};
    for (size_t i = 0; i < desk->seat_count && rd >= 1 && rd <= 2; i++)
        tally_add(&tally, &desk->seats[i].vote[rd - 1]);
    return tally;
}

size_t desk_moves(const struct desk *desk, struct move *out, size_t most)
{
    if (!desk->seat_count)
        return 0;
    return peer_moves(&desk->seats[0].vote[0], &desk->seats[0].vote[1], sizeof *desk->seats,
                      desk->seat_count, out, most);
}

bool desk_reopen_answer(void *user, const struct class_answer *row)
{
    struct desk *desk = user;
    struct seat *seat = desk_seat(desk, row->seat);
    size_t slots[FIELDS_LIST_MOST];
    struct answer answer;
    if (seat)
        seat->voted = true;
    if (!seat || !desk->question || row->q != desk->q || row->rd < 1 || row->rd > 2 ||
        !read_answer(desk->question, row->a, slots, &answer))
        return true;
    struct vote vote = {.n = row->n, .right = strcmp(row->state, "right") == 0};
    vote.options = options_of(desk->question, slots, answer.count);
    set_vote(&seat->vote[row->rd - 1], &vote, row->a);
    return true;
}
