#include "live/desk.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "live/fields.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* The number of votes is published this often at most; in a large class, where each costs a message
     * to everybody, less often. */
    TELL_MS = 500,
    SEATS_PER_MS = 2,
    BURST = 20,
    PER_SECOND = 5,
    FLOOD = 200 /* messages over the limit, then the seat is removed */
};

const char *const phase_names[PHASE_END + 1] = {
    [PHASE_LOBBY] = "lobby",   [PHASE_SHOW] = "show",     [PHASE_OPEN] = "open",
    [PHASE_PAUSED] = "paused", [PHASE_LOCKED] = "locked", [PHASE_REVEAL] = "reveal",
    [PHASE_END] = "end",
};

/* An answer that was taken, until it is on disk. */
struct desk_pending {
    int64_t seat;
    struct vote vote;
    struct class_answer row;
};

static bool voting(const struct desk *desk)
{
    return desk->phase == PHASE_OPEN || desk->phase == PHASE_PAUSED;
}

static struct seat *find_seat(const struct desk *desk, int64_t seat)
{
    return seat >= 1 && (size_t)seat <= desk->seat_count ? &desk->seats[seat - 1] : NULL;
}

/* ---- publishing --------------------------------------------------------------------------------------- */

static void publish(struct desk *desk, const char *rest, const struct buf *text, bool keep)
{
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(desk->session.sid, rest, topic);
    if (!desk->superseded)
        desk->transport->send(desk->transport, topic, text->data, text->length, keep);
}

static void add_tally(struct buf *out, const char *name, const struct desk *desk, int64_t rd)
{
    struct tally tally = desk_tally(desk, rd);
    int64_t counts[PEER_OPTIONS];
    size_t options = desk->question->choice_count;
    options = options > PEER_OPTIONS ? PEER_OPTIONS : options;
    for (size_t i = 0; i < options; i++)
        counts[i] = (int64_t)tally.option[i];
    fields_add_numbers(out, name, counts, options);
}

static void add_key(struct buf *out, const struct question *question)
{
    int64_t key[PEER_OPTIONS];
    size_t count = 0;
    struct buf text = {0};
    enum form form = question_form(question);
    for (size_t i = 0; i < question->choice_count && i < PEER_OPTIONS; i++)
        if (question->choices[i].fraction > 0 &&
            (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY))
            key[count++] = (int64_t)i;
    fields_add_numbers(out, "key", key, count);
    question_key_text(question, &text);
    fields_add_text(out, "right", buf_text(&text));
    buf_free(&text);
}

static void add_moves(struct buf *out, const struct desk *desk)
{
    struct move moves[8];
    int64_t flat[24];
    size_t count = desk_moves(desk, moves, 8);
    for (size_t i = 0; i < count; i++) {
        flat[3 * i] = (int64_t)moves[i].from;
        flat[3 * i + 1] = (int64_t)moves[i].to;
        flat[3 * i + 2] = (int64_t)moves[i].count;
    }
    fields_add_numbers(out, "moves", flat, 3 * count);
}

/* The number is on disk before it is used: after a crash none is used twice. */
static void publish_state(struct desk *desk)
{
    struct buf out = {0};
    struct err err;
    desk->session.rev++;
    if (!class_mark(desk->store, &desk->session, &err)) {
        snprintf(desk->problem, sizeof desk->problem, "%.390s", err.text);
        desk->superseded = strstr(err.text, "opened again") != NULL;
        return;
    }
    fields_begin(&out);
    fields_add_number(&out, "v", 1);
    fields_add_number(&out, "ep", desk->session.ep);
    fields_add_number(&out, "rev", desk->session.rev);
    fields_add_text(&out, "ph", phase_names[desk->phase]);
    fields_add_text(&out, "place", desk->place);
    fields_add_number(&out, "q", desk->q);
    fields_add_number(&out, "rd", desk->rd);
    fields_add_number(&out, "seats", (int64_t)desk_in(desk));
    if (desk->question && desk->rd) {
        fields_add_number(&out, "voted", (int64_t)desk_tally(desk, desk->rd).answered);
        if (desk->phase == PHASE_REVEAL) {
            add_tally(&out, "h1", desk, 1);
            if (desk->rd == 2)
                add_tally(&out, "h2", desk, 2);
            add_key(&out, desk->question);
            add_moves(&out, desk);
        }
    }
    fields_end(&out);
    publish(desk, "state", &out, true);
    buf_free(&out);
    desk->untold = false;
    desk->told_ns = clock_mono_ns(&desk->clock);
    desk->changes++;
}

static void publish_item(struct desk *desk)
{
    const char *stems[FIELDS_LIST_MOST], *choices[FIELDS_LIST_MOST];
    size_t stem_count = 0, choice_count = 0;
    const struct question *question = desk->question;
    enum form form = question_form(question);
    struct buf out = {0}, text = {0};
    if (form == FORM_PAIRS) {
        stem_count = question_stems(question, stems, FIELDS_LIST_MOST);
        choice_count = question_rights(question, choices, FIELDS_LIST_MOST);
    } else if (form == FORM_ORDER) {
        choice_count = question_stems(question, choices, FIELDS_LIST_MOST);
    } else if (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) {
        for (; choice_count < question->choice_count && choice_count < PEER_OPTIONS; choice_count++)
            choices[choice_count] = question->choices[choice_count].shown;
    }
    quiz_text_plain(&question->stem, &text);
    fields_begin(&out);
    fields_add_number(&out, "q", desk->q);
    fields_add_number(&out, "form", (int64_t)form);
    fields_add_text(&out, "text", buf_text(&text));
    fields_add_texts(&out, "choices", choices, choice_count);
    fields_add_texts(&out, "stems", stems, stem_count);
    fields_end(&out);
    publish(desk, "item", &out, true);
    buf_free(&text);
    buf_free(&out);
}

void desk_publish(struct desk *desk)
{
    struct buf out = {0};
    fields_begin(&out);
    fields_add_number(&out, "on", 1);
    fields_add_number(&out, "ep", desk->session.ep);
    fields_end(&out);
    publish(desk, "ins", &out, true);
    buf_free(&out);
    if (desk->question)
        publish_item(desk);
    publish_state(desk);
}

/* ---- joining ------------------------------------------------------------------------------------------ */

static void refuse(struct desk *desk, const char *cid, const char *why)
{
    struct buf out = {0};
    char rest[TRANSPORT_MOST_TOPIC];
    fields_begin(&out);
    fields_add_text(&out, "no", why);
    fields_end(&out);
    snprintf(rest, sizeof rest, "seat/%s", cid);
    publish(desk, rest, &out, false);
    buf_free(&out);
}

static void tell_seat(struct desk *desk, const struct class_seat *seat)
{
    struct buf out = {0};
    char rest[TRANSPORT_MOST_TOPIC];
    fields_begin(&out);
    fields_add_number(&out, "seat", seat->seat);
    fields_add_text(&out, "secret", seat->secret);
    fields_end(&out);
    snprintf(rest, sizeof rest, "seat/%s", seat->cid);
    publish(desk, rest, &out, false);
    buf_free(&out);
}

static void seat_somebody(struct desk *desk, const struct class_seat *seat)
{
    if (desk->admit && !desk->admit(desk->admit_user, seat)) {
        refuse(desk, seat->cid, "The instructor's computer cannot seat you; try again.");
        return;
    }
    if (desk->reply_count == desk->reply_capacity) {
        desk->reply_capacity = desk->reply_capacity ? 2 * desk->reply_capacity : 64;
        desk->replies = memory_resize(desk->replies, desk->reply_capacity * sizeof *desk->replies);
    }
    desk->replies[desk->reply_count++] = seat->seat;
}

static void tell_seats(struct desk *desk)
{
    if (!desk->reply_count || (desk->settle && !desk->settle(desk->admit_user)))
        return;
    for (size_t i = 0; i < desk->reply_count; i++) {
        const struct seat *seat = find_seat(desk, desk->replies[i]);
        if (seat && seat->row.state == SEAT_IN)
            tell_seat(desk, &seat->row);
    }
    desk->reply_count = 0;
}

/* A class that comes in together is one commit. */
static bool put_seats(struct desk *desk, struct err *err)
{
    bool good = true;
    for (size_t i = desk->seats_saved; good && i < desk->seat_count; i++)
        good = class_put_seat(desk->store, &desk->session, &desk->seats[i].row, err);
    return good;
}

static void seat_newcomers(struct desk *desk, bool saved)
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

static bool add_seat(void *user, const struct class_seat *row)
{
    struct desk *desk = user;
    if (row->seat != (int64_t)desk->seat_count + 1)
        return false; /* a hole: not a file of ours */
    if (desk->seat_count == desk->seat_capacity) {
        desk->seat_capacity = desk->seat_capacity ? 2 * desk->seat_capacity : 64;
        desk->seats = memory_resize(desk->seats, desk->seat_capacity * sizeof *desk->seats);
    }
    desk->seats[desk->seat_count++] = (struct seat){.row = *row, .tokens = BURST};
    return true;
}

static bool on_roster(const struct desk *desk, const char *name)
{
    for (const char *const *row = desk->roster; row && *row; row++)
        if (strcmp(*row, name) == 0)
            return true;
    return !desk->roster;
}

static const char *why_not(const struct desk *desk, const char *cid, const char *name)
{
    if (!*name)
        return "A name is needed: give one with --name.";
    for (size_t i = 0; i < desk->seat_count; i++) {
        const struct class_seat *row = &desk->seats[i].row;
        if (row->state == SEAT_BANNED && strcmp(row->cid, cid) == 0)
            return "The instructor has closed this class to you.";
        if (row->state == SEAT_BANNED && !desk->session.anonymous && strcmp(row->name, name) == 0)
            return "The instructor has closed this class to that name.";
        if (row->state == SEAT_IN && !desk->session.anonymous && strcmp(row->name, name) == 0)
            return "This name is taken in this class; give another with --name.";
    }
    if (desk->lobby_locked)
        return "The instructor has locked the class; ask to be let in.";
    if (!on_roster(desk, name))
        return "This name is not on the instructor's list; give it as it stands there.";
    if (desk_in(desk) >= desk->seat_limit || desk->seat_count >= DESK_SEATS)
        return "The class is full; ask the instructor.";
    return NULL;
}

static void new_secret(struct desk *desk, char secret[CLASS_SECRET])
{
    struct rng rng;
    rng_init(&rng, desk->seed, str_hash("seat", 4), desk->seat_count + 1);
    snprintf(secret, CLASS_SECRET, "%016llx%016llx", (unsigned long long)rng_next(&rng),
             (unsigned long long)rng_next(&rng));
}

static bool is_cid(const char *cid)
{
    return strlen(cid) == 32 && strspn(cid, "0123456789abcdef") == 32;
}

static void take_join(struct desk *desk, const char *cid, const struct fields *fields)
{
    struct buf name = {0};
    if (!is_cid(cid))
        return;
    for (size_t i = 0; i < desk->seat_count; i++)
        if (desk->seats[i].row.state == SEAT_IN && strcmp(desk->seats[i].row.cid, cid) == 0) {
            if (i < desk->seats_saved) /* our reply was lost: the same again */
                seat_somebody(desk, &desk->seats[i].row);
            return;
        }
    const char *given = fields_text(fields, "name");
    utf8_sanitise_line(&name, given, strlen(given), DESK_NAME_COLUMNS);
    const char *why = why_not(desk, cid, buf_text(&name));
    if (why) {
        refuse(desk, cid, why);
    } else {
        struct class_seat row = {.seat = (int64_t)desk->seat_count + 1};
        snprintf(row.cid, sizeof row.cid, "%.32s", cid);
        if (!desk->session.anonymous)
            snprintf(row.name, sizeof row.name, "%s", buf_text(&name));
        new_secret(desk, row.secret);
        add_seat(desk, &row);
    }
    buf_free(&name);
}

/* ---- answers ------------------------------------------------------------------------------------------ */

static void receipt(struct desk *desk, int64_t seat, int64_t q, int64_t rd, int64_t n,
                    const char *a, const char *st)
{
    struct buf out = {0};
    char rest[TRANSPORT_MOST_TOPIC];
    fields_begin(&out);
    fields_add_number(&out, "q", q);
    fields_add_number(&out, "rd", rd);
    fields_add_number(&out, "n", n);
    fields_add_text(&out, "a", a);
    fields_add_text(&out, "st", st);
    fields_end(&out);
    snprintf(rest, sizeof rest, "r/%lld", (long long)seat);
    publish(desk, rest, &out, false);
    buf_free(&out);
}

/* False: it spoke too often, and the message is dropped unread. */
static bool has_token(struct desk *desk, struct seat *seat)
{
    int64_t now = clock_mono_ns(&desk->clock);
    seat->tokens += (double)(now - seat->filled_ns) / 1e9 * PER_SECOND;
    seat->filled_ns = now;
    if (seat->tokens > BURST)
        seat->tokens = BURST;
    if (seat->tokens >= 1) {
        seat->tokens -= 1;
        return true;
    }
    if (++seat->dropped == FLOOD)
        desk_remove(desk, seat->row.seat, false, NULL);
    return false;
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

static void keep(struct desk *desk, struct seat *seat, int64_t n, const char *a)
{
    size_t slots[FIELDS_LIST_MOST];
    struct answer answer;
    struct buf given = {0};
    if (!read_answer(desk->question, a, slots, &answer)) {
        receipt(desk, seat->row.seat, desk->q, desk->rd, n, a, "bad");
        return;
    }
    struct mark mark = mark_answer(desk->question, &answer);
    answer_write_json(desk->question, &answer, &given);
    struct desk_pending pending = {.seat = seat->row.seat};
    pending.vote = (struct vote){.n = n, .right = mark.state == MARK_RIGHT};
    enum form form = question_form(desk->question);
    for (size_t i = 0; (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) && i < answer.count;
         i++)
        if (slots[i] < PEER_OPTIONS)
            pending.vote.options |= (uint32_t)1 << slots[i];
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

static void take_answer(struct desk *desk, struct seat *seat, const struct fields *fields)
{
    int64_t q, rd, n, ep;
    const char *a = fields_text(fields, "a");
    if (!fields_number(fields, "q", 1, INT64_MAX, &q) || !fields_number(fields, "rd", 1, 2, &rd) ||
        !fields_number(fields, "n", 1, INT64_C(1) << 53, &n) ||
        !fields_number(fields, "ep", 1, INT64_MAX, &ep))
        return;
    bool mine = desk->question && q == desk->q && rd <= 2;
    const struct vote *stored = mine ? &seat->vote[rd - 1] : NULL;
    if (stored && stored->n >= n) /* our receipt was lost, or an old one comes late */
        receipt(desk, seat->row.seat, q, rd, stored->n, stored->a, "ok");
    else if (mine && rd == desk->rd && desk->phase == PHASE_OPEN)
        keep(desk, seat, n, a);
    else if (!(mine && rd == desk->rd && desk->phase == PHASE_PAUSED)) /* else it will come again */
        receipt(desk, seat->row.seat, q, rd, stored ? stored->n : 0,
                stored && stored->a ? stored->a : "", "late");
}

static void set_vote(struct vote *vote, const struct vote *from, const char *a)
{
    char *copy = memory_alloc(strlen(a) + 1);
    memcpy(copy, a, strlen(a) + 1);
    memory_free(vote->a);
    *vote = *from;
    vote->a = copy;
}

/* What was taken goes to the disk as one commit; only then are there receipts and seats, and only then
 * does it count. */
static void commit(struct desk *desk)
{
    struct err err;
    if (!desk->pending_count && desk->seats_saved == desk->seat_count)
        return;
    bool good = class_batch(desk->store, &err) && put_seats(desk, &err);
    for (size_t i = 0; good && i < desk->pending_count; i++)
        good = class_put_answer(desk->store, desk->session.sid, &desk->pending[i].row, &err);
    good = class_commit(desk->store, good, &err);
    if (!good)
        snprintf(desk->problem, sizeof desk->problem, "ANSWERS ARE NOT BEING SAVED: %.350s",
                 err.text);
    else
        desk->problem[0] = '\0';
    seat_newcomers(desk, good);
    for (size_t i = 0; good && i < desk->pending_count; i++) {
        const struct desk_pending *pending = &desk->pending[i];
        struct seat *seat = find_seat(desk, pending->seat);
        struct vote *vote = &seat->vote[pending->row.rd - 1];
        if (pending->vote.n > vote->n)
            set_vote(vote, &pending->vote, pending->row.a);
        receipt(desk, pending->seat, pending->row.q, pending->row.rd, vote->n, vote->a, "ok");
    }
    desk->changes++;
    desk->untold = true;
    desk->pending = NULL;
    desk->pending_count = desk->pending_capacity = 0;
    arena_free(&desk->arena);
}

/* ---- what arrives ------------------------------------------------------------------------------------- */

static void take_ins(struct desk *desk, const struct fields *fields)
{
    int64_t ep;
    if (fields_number(fields, "ep", desk->session.ep + 1, INT64_MAX, &ep)) {
        desk->superseded = true;
        snprintf(desk->problem, sizeof desk->problem,
                 "This session was opened again elsewhere; that one goes on, this one is silent.");
        desk->changes++;
    }
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
    int64_t number = 0;
    if (from_seat)
        str_integer(str_of(rest + 2), &number);
    struct seat *seat = find_seat(desk, number);
    if (from_seat && (!seat || seat->row.state != SEAT_IN || !has_token(desk, seat)))
        return;
    if (size > DESK_ANSWER_BYTES)
        return;
    arena_init(&arena);
    if (fields_read(&fields, &arena, text, size, NULL)) {
        int64_t on;
        if (*rest == 'a' && from_seat) {
            take_answer(desk, seat, &fields);
        } else if (from_seat) {
            if (fields_number(&fields, "on", 0, 1, &on) && seat->on != (on == 1)) {
                seat->on = on;
                desk->changes++;
            }
        } else if (text_starts(rest, "join/")) {
            take_join(desk, rest + 5, &fields);
        } else if (strcmp(rest, "ins") == 0) {
            take_ins(desk, &fields);
        }
    }
    arena_free(&arena);
}

void desk_serve(struct desk *desk)
{
    bool up = desk->transport->poll(desk->transport, take, desk);
    commit(desk);
    tell_seats(desk);
    if (up && !desk->transport_up)
        desk_publish(desk); /* a fresh broker knows nothing */
    desk->transport_up = up;
    int64_t pause_ms = TELL_MS + (int64_t)desk->seat_count / SEATS_PER_MS;
    if (desk->untold && clock_mono_ns(&desk->clock) - desk->told_ns >= pause_ms * 1000000)
        publish_state(desk);
}

/* ---- the instructor's inputs -------------------------------------------------------------------------- */

static void forget_votes(struct desk *desk)
{
    for (size_t i = 0; i < desk->seat_count; i++)
        for (int rd = 0; rd < 2; rd++) {
            memory_free(desk->seats[i].vote[rd].a);
            desk->seats[i].vote[rd] = (struct vote){0};
        }
}

static bool put_round(struct desk *desk, bool closed, struct err *err)
{
    return class_put_round(desk->store, desk->session.sid,
                           &(struct class_round){.q = desk->q,
                                                 .rd = desk->rd,
                                                 .question = desk->question->key,
                                                 .hash = desk->question->hash,
                                                 .like = desk->like,
                                                 .closed = closed},
                           err);
}

bool desk_show(struct desk *desk, size_t section, size_t step, const char *place)
{
    if (voting(desk))
        return false;
    bool moved = strcmp(desk->place, place) != 0;
    if (!moved &&
        (desk->phase == PHASE_SHOW || desk->phase == PHASE_LOCKED || desk->phase == PHASE_REVEAL))
        return true;
    snprintf(desk->place, sizeof desk->place, "%.79s", place);
    desk->session.section = section;
    desk->session.step = step;
    desk->phase = PHASE_SHOW;
    publish_state(desk);
    return true;
}

bool desk_ask(struct desk *desk, const struct question *question, int64_t like, struct err *err)
{
    if (voting(desk))
        return err_set(err, "a vote is open; close it first (v)");
    if (question_form(question) == FORM_NONE || question->kind == QUESTION_ESSAY)
        return err_set(err, "this question cannot be voted on; ask it aloud");
    forget_votes(desk);
    desk->question = question;
    desk->q++;
    desk->rd = 1;
    desk->like = like;
    if (!put_round(desk, false, err))
        return false;
    if (desk->asked_count < sizeof desk->asked / sizeof *desk->asked)
        desk->asked[desk->asked_count++] = question;
    desk->phase = PHASE_OPEN;
    publish_item(desk);
    publish_state(desk);
    return true;
}

bool desk_lock(struct desk *desk, struct err *err)
{
    if (!voting(desk))
        return err_set(err, "no vote is open");
    desk_serve(desk); /* what has arrived still counts */
    if (!put_round(desk, true, err))
        return false;
    desk->phase = PHASE_LOCKED;
    publish_state(desk);
    return true;
}

bool desk_revote(struct desk *desk, struct err *err)
{
    if (!desk->question || desk->phase != PHASE_LOCKED)
        return err_set(err, "only a vote that was closed, and not yet revealed, can be held again");
    if (desk->rd == 2)
        return err_set(err, "there were two votes already; reveal them (e)");
    desk->rd = 2;
    if (!put_round(desk, false, err))
        return false;
    desk->phase = PHASE_OPEN;
    publish_state(desk);
    return true;
}

bool desk_reveal(struct desk *desk, struct err *err)
{
    if (!desk->question || (!voting(desk) && desk->phase != PHASE_LOCKED))
        return err_set(err, "there is no vote to reveal");
    if (voting(desk) && !desk_lock(desk, err))
        return false;
    desk->phase = PHASE_REVEAL;
    publish_state(desk);
    return true;
}

bool desk_pause(struct desk *desk, struct err *err)
{
    if (!voting(desk))
        return err_set(err, "no vote is open");
    desk->phase = desk->phase == PHASE_OPEN ? PHASE_PAUSED : PHASE_OPEN;
    publish_state(desk);
    return true;
}

bool desk_remove(struct desk *desk, int64_t number, bool ban, struct err *err)
{
    struct seat *seat = find_seat(desk, number);
    if (!seat)
        return err_set(err, "there is no seat %lld", (long long)number);
    seat->row.state = ban ? SEAT_BANNED : SEAT_REMOVED;
    seat->on = false;
    if (!class_put_seat(desk->store, &desk->session, &seat->row, err))
        return false;
    if (desk->admit) /* its password is no longer good */
        desk->admit(desk->admit_user, &seat->row);
    receipt(desk, number, 0, 0, 0, "", ban ? "banned" : "removed");
    desk->untold = true;
    desk->changes++;
    return true;
}

void desk_end(struct desk *desk)
{
    struct err err;
    commit(desk);
    desk->phase = PHASE_END;
    publish_state(desk);
    class_end(desk->store, &desk->session, &err);
}

/* ---- what is known ------------------------------------------------------------------------------------ */

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

/* ---- opening ------------------------------------------------------------------------------------------ */

struct reopening {
    struct desk *desk;
    const struct question *(*find)(void *user, const char *key);
    void *user;
};

/* The last round is where it goes on: closed or open as it was. */
static bool reopen_round(void *user, const struct class_round *round)
{
    struct reopening *reopening = user;
    struct desk *desk = reopening->desk;
    desk->q = round->q;
    desk->rd = round->rd;
    desk->like = round->like;
    desk->question = reopening->find(reopening->user, round->question);
    if (desk->question && desk->question->hash != round->hash)
        desk->question = NULL; /* it was edited meanwhile: its votes mean something else */
    desk->phase = !desk->question ? PHASE_SHOW : round->closed ? PHASE_LOCKED : PHASE_OPEN;
    if (desk->question && desk->asked_count < sizeof desk->asked / sizeof *desk->asked)
        desk->asked[desk->asked_count++] = desk->question;
    return true;
}

static bool reopen_answer(void *user, const struct class_answer *row)
{
    struct desk *desk = user;
    struct seat *seat = find_seat(desk, row->seat);
    size_t slots[FIELDS_LIST_MOST];
    struct answer answer;
    if (!seat || row->rd < 1 || row->rd > 2 || !read_answer(desk->question, row->a, slots, &answer))
        return true;
    struct vote vote = {.n = row->n, .right = strcmp(row->state, "right") == 0};
    for (size_t i = 0; i < answer.count; i++)
        if (slots[i] < PEER_OPTIONS)
            vote.options |= (uint32_t)1 << slots[i];
    set_vote(&seat->vote[row->rd - 1], &vote, row->a);
    return true;
}

bool desk_open(struct desk *desk, struct class_store *store, const struct class_session *session,
               struct transport *transport, const struct clock *clock, uint64_t seed,
               const struct question *(*find)(void *user, const char *key), void *user,
               struct err *err)
{
    *desk = (struct desk){.store = store,
                          .session = *session,
                          .transport = transport,
                          .clock = *clock,
                          .seed = seed,
                          .seat_limit = DESK_SEATS};
    arena_init(&desk->arena);
    struct reopening reopening = {desk, find, user};
    bool good = class_seats(store, session->sid, add_seat, desk, err);
    desk->seats_saved = desk->seat_count;
    return good && class_rounds(store, session->sid, reopen_round, &reopening, err) &&
           (!desk->question ||
            class_answers(store, session->sid, desk->q, reopen_answer, desk, err));
}

void desk_close(struct desk *desk)
{
    forget_votes(desk);
    memory_free(desk->seats);
    memory_free(desk->replies);
    arena_free(&desk->arena);
    *desk = (struct desk){0};
}
