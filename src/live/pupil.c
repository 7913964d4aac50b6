#include "live/pupil.h"

#include "base/file.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RESEND_MS = 2000, /* and as much again by chance, so that a class does not speak all at once */
    STEP_MS = 250,
    MOST_NAME = 1000,
    SEAT_REFUSED_MS = 8000, /* a broker may need a moment to learn of a seat */
    LOBBY_REFUSED_MS = 700  /* the lobby it knows from the start */
};

static int64_t ms(const struct pupil *pupil)
{
    return clock_mono_ns(&pupil->clock) / 1000000;
}

static void later(struct pupil *pupil)
{
    pupil->next_ms = ms(pupil) + RESEND_MS + (int64_t)rng_below(&pupil->rng, RESEND_MS);
}

void pupil_topics(const struct pupil *pupil, char topics[PUPIL_TOPICS][TRANSPORT_MOST_TOPIC])
{
    char rest[40];
    /* state, item and ins as one: each subscription costs the broker a walk over all the others */
    class_topic(pupil->sid, "+", topics[0]);
    snprintf(rest, sizeof rest, "r/%lld", (long long)pupil->seat);
    class_topic(pupil->sid, rest, topics[1]);
}

static void tell(struct pupil *pupil, const char *rest, const struct buf *text)
{
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(pupil->sid, rest, topic);
    pupil->transport->send(pupil->transport, topic, text->data, text->length, false);
}

static void line_of(const struct fields *fields, const char *name, char *out, size_t size)
{
    struct buf clean = {0};
    const char *text = fields_text(fields, name);
    utf8_sanitise_line(&clean, text, strlen(text), (int)size / 4);
    utf8_copy(out, size, buf_text(&clean));
    buf_free(&clean);
}

/* ---- the seat ----------------------------------------------------------------------------------------- */

static void save_seat(const struct pupil *pupil)
{
    struct buf out = {0};
    if (!pupil->seat_path)
        return;
    fields_begin(&out);
    fields_add_text(&out, "cid", pupil->cid);
    fields_add_text(&out, "name", pupil->name);
    fields_add_text(&out, "terminal", pupil->terminal);
    if (pupil->seat) {
        fields_add_number(&out, "seat", pupil->seat);
        fields_add_text(&out, "secret", pupil->secret);
    }
    fields_end(&out);
    file_write(pupil->seat_path, out.data, out.length, NULL); /* without it one sits down anew */
    buf_free(&out);
}

static bool read_seat(const struct pupil *pupil, struct arena *arena, struct fields *fields)
{
    struct buf text = {0};
    bool good = pupil->seat_path && file_read(pupil->seat_path, &text, NULL) &&
                fields_read(fields, arena, buf_text(&text), text.length, NULL);
    buf_free(&text);
    return good;
}

static void load_seat(struct pupil *pupil)
{
    struct fields fields;
    struct arena arena;
    arena_init(&arena);
    if (read_seat(pupil, &arena, &fields) && strlen(fields_text(&fields, "cid")) == 32) {
        snprintf(pupil->cid, sizeof pupil->cid, "%s", fields_text(&fields, "cid"));
        if (strlen(fields_text(&fields, "secret")) == 32 &&
            fields_number(&fields, "seat", 1, DESK_SEATS, &pupil->seat))
            snprintf(pupil->secret, sizeof pupil->secret, "%s", fields_text(&fields, "secret"));
    }
    const char *name = pupil->seat ? fields_text(&fields, "name") : "";
    if (*name && strcmp(name, pupil->name) != 0) {
        pupil->name_kept = true;
        pupil->name_cut = false;
        line_of(&fields, "name", pupil->name, sizeof pupil->name);
    }
    arena_free(&arena);
    if (pupil->seat)
        save_seat(pupil); /* it is this terminal's now */
}

/* A terminal of ours that comes with the same seat throws this one out, and takes it over in its file. */
static bool went_on_elsewhere(const struct pupil *pupil)
{
    struct fields fields;
    struct arena arena;
    arena_init(&arena);
    bool other = pupil->seat && read_seat(pupil, &arena, &fields) &&
                 *fields_text(&fields, "terminal") &&
                 strcmp(fields_text(&fields, "terminal"), pupil->terminal) != 0;
    arena_free(&arena);
    return other;
}

static void ask_for_a_seat(struct pupil *pupil)
{
    struct buf out = {0};
    char rest[TRANSPORT_MOST_TOPIC];
    fields_begin(&out);
    fields_add_text(&out, "name", pupil->name);
    fields_end(&out);
    snprintf(rest, sizeof rest, "join/%s", pupil->cid);
    tell(pupil, rest, &out);
    buf_free(&out);
    later(pupil);
}

static bool connect_anew(struct pupil *pupil, struct err *err)
{
    if (pupil->transport)
        pupil->transport->close(pupil->transport);
    pupil->link = pupil->borrowed = false;
    pupil->refused_ms = 0;
    pupil->transport = pupil->connect(pupil->connect_user, pupil, err);
    return pupil->transport != NULL;
}

static void reconnect(struct pupil *pupil)
{
    struct err err;
    if (connect_anew(pupil, &err))
        return;
    snprintf(pupil->why, sizeof pupil->why, "%.290s", err.text);
    pupil->stage = PUPIL_REFUSED;
}

/* Who we are is kept: whoever comes back is the same to the gradebook, and to a ban. */
static void lose_seat(struct pupil *pupil)
{
    pupil->seat = 0;
    pupil->secret[0] = '\0';
    save_seat(pupil);
}

static void take_seat(struct pupil *pupil, const struct fields *fields)
{
    const char *no = fields_text(fields, "no"), *secret = fields_text(fields, "secret");
    if (pupil->stage != PUPIL_JOINING || pupil->seat)
        return;
    if (*no) {
        struct buf clean = {0};
        utf8_sanitise_line(&clean, no, strlen(no), 200);
        utf8_copy(pupil->why, sizeof pupil->why, buf_text(&clean));
        buf_free(&clean);
        pupil->stage = PUPIL_REFUSED;
    } else if (strlen(secret) == 32 && fields_number(fields, "seat", 1, DESK_SEATS, &pupil->seat)) {
        int64_t stay = 0;
        snprintf(pupil->secret, sizeof pupil->secret, "%.32s", secret);
        save_seat(pupil);
        fields_number(fields, "stay", 0, 1, &stay);
        /* Both later: a transport cannot be closed while it is being read. */
        pupil->transport->said = false; /* this is the answer to it: nothing to wait for */
        pupil->next = stay ? PUPIL_SITS_HERE : PUPIL_CALLS_ANEW;
    }
    pupil->changes++;
}

/* ---- following ---------------------------------------------------------------------------------------- */

/* A list with a number that cannot be is no list: what is drawn from it has no bounds of its own. */
static size_t numbers(const struct fields *fields, const char *name, int64_t end, int64_t *out,
                      size_t most)
{
    const struct field_value *list = fields_list(fields, name);
    size_t count = list ? list->count : 0;
    count = count > most ? most : count;
    for (size_t i = 0; i < count; i++)
        if (list->numbers[i] < 0 || list->numbers[i] >= end)
            return 0;
    if (count)
        memcpy(out, list->numbers, count * sizeof *out);
    return count;
}

/* The question of a vote was told before the vote was opened. */
static void use_coming(struct pupil *pupil)
{
    if (pupil->coming.q != pupil->q || pupil->item.q == pupil->q)
        return;
    arena_free(&pupil->item.arena);
    pupil->item = pupil->coming;
    pupil->coming = (struct pupil_item){0};
}

static void take_state(struct pupil *pupil, const struct fields *fields)
{
    int64_t ep, rev, q = 0, rd = 0, roam = 0, runs = 0;
    if (!fields_number(fields, "ep", 1, INT64_MAX, &ep) ||
        !fields_number(fields, "rev", 1, INT64_MAX, &rev) || ep < pupil->ep ||
        (ep == pupil->ep && rev <= pupil->rev))
        return; /* an old one that comes late, or somebody else's */
    const char *word = fields_text(fields, "ph");
    for (int phase = 0; phase <= PHASE_END; phase++)
        if (strcmp(word, phase_names[phase]) == 0)
            pupil->phase = (enum phase)phase;
    fields_number(fields, "q", 0, INT64_MAX, &q);
    fields_number(fields, "rd", 0, 2, &rd);
    if (q != pupil->sent_q || rd != pupil->sent_rd)
        pupil->answer = ANSWER_NONE;
    pupil->ep = ep;
    pupil->rev = rev;
    pupil->q = q;
    pupil->rd = rd;
    use_coming(pupil);
    pupil->voted = 0;
    fields_number(fields, "voted", 0, DESK_SEATS, &pupil->voted);
    fields_number(fields, "seats", 0, DESK_SEATS, &pupil->seats);
    fields_number(fields, "roam", 0, 1, &roam);
    fields_number(fields, "run", 0, 1, &runs);
    pupil->roam = roam;
    pupil->told_left_ms = -1;
    fields_number(fields, "left_ms", 0, INT64_C(86400000), &pupil->told_left_ms);
    pupil->told_runs = runs;
    pupil->told_ms = pupil->silent_ms = ms(pupil);
    pupil->h1_count = numbers(fields, "h1", DESK_SEATS + 1, pupil->h1, PEER_OPTIONS);
    pupil->h2_count = numbers(fields, "h2", DESK_SEATS + 1, pupil->h2, PEER_OPTIONS);
    pupil->key_count = numbers(fields, "key", PEER_OPTIONS, pupil->key, PEER_OPTIONS);
    pupil->move_count = numbers(fields, "moves", DESK_SEATS + 1, pupil->moves, 24) / 3;
    line_of(fields, "place", pupil->place, sizeof pupil->place);
    line_of(fields, "right", pupil->right, sizeof pupil->right);
    if (pupil->phase == PHASE_END)
        pupil->stage = PUPIL_OVER;
    pupil->changes++;
}

static size_t texts(struct pupil_item *item, const struct fields *fields, const char *name,
                    const char **out)
{
    const struct field_value *list = fields_list(fields, name);
    size_t count = 0;
    for (size_t i = 0; list && i < list->count; i++)
        if (list->texts[i])
            out[count++] = arena_strdup(&item->arena, list->texts[i]);
    return count;
}

static void take_item(struct pupil *pupil, const struct fields *fields)
{
    int64_t q, form;
    if (!fields_number(fields, "q", 1, INT64_MAX, &q) ||
        !fields_number(fields, "form", FORM_CHOOSE_ONE, FORM_ORDER, &form))
        return;
    struct pupil_item *item = q == pupil->q ? &pupil->item : &pupil->coming;
    arena_free(&item->arena);
    *item = (struct pupil_item){.q = q, .form = (enum form)form};
    item->text = arena_strdup(&item->arena, fields_text(fields, "text"));
    item->choice_count = texts(item, fields, "choices", item->choices);
    item->stem_count = texts(item, fields, "stems", item->stems);
    pupil->changes++;
}

static void take_receipt(struct pupil *pupil, const struct fields *fields)
{
    int64_t q, rd, n;
    const char *st = fields_text(fields, "st");
    if (strcmp(st, "removed") == 0 || strcmp(st, "banned") == 0) {
        pupil->stage = PUPIL_REMOVED;
        snprintf(pupil->why, sizeof pupil->why, "The instructor has taken you out of the class.");
        lose_seat(pupil);
        pupil->changes++;
        return;
    }
    if (!fields_number(fields, "q", 1, INT64_MAX, &q) || !fields_number(fields, "rd", 1, 2, &rd) ||
        !fields_number(fields, "n", 0, INT64_C(1) << 52, &n))
        return;
    if (pupil->sent_q == 0 && strcmp(st, "ok") == 0) { /* said before this end was started anew */
        pupil->sent_q = q;
        pupil->sent_rd = rd;
        pupil->answer = ANSWER_SENDING;
    }
    if (q != pupil->sent_q || rd != pupil->sent_rd || pupil->answer == ANSWER_NONE)
        return;
    if (strcmp(st, "ok") == 0 && n >= pupil->n) {
        pupil->n = n; /* of another clock, before a restart: what is said next is later */
        pupil->answer = ANSWER_RECORDED;
        snprintf(pupil->a, sizeof pupil->a, "%.500s", fields_text(fields, "a"));
    } else if (strcmp(st, "late") == 0) {
        pupil->answer = n > 0 ? ANSWER_RECORDED : ANSWER_LATE; /* an earlier one counts */
        if (n > 0)
            snprintf(pupil->a, sizeof pupil->a, "%.500s", fields_text(fields, "a"));
    } else if (strcmp(st, "bad") == 0) {
        pupil->answer = ANSWER_BAD;
    }
    pupil->changes++;
}

static void take(void *user, const char *topic, const char *text, size_t size)
{
    struct pupil *pupil = user;
    struct fields fields;
    struct arena arena;
    char root[TRANSPORT_MOST_TOPIC];
    class_topic(pupil->sid, "", root);
    if (!text_starts(topic, root) || size > TRANSPORT_MOST_BYTES)
        return;
    const char *rest = topic + strlen(root);
    arena_init(&arena);
    if (fields_read(&fields, &arena, text, size, NULL)) {
        int64_t on;
        if (strcmp(rest, "state") == 0) {
            pupil->unheard_ms = 0;
            take_state(pupil, &fields);
        } else if (strcmp(rest, "item") == 0) {
            take_item(pupil, &fields);
        } else if (strcmp(rest, "ins") == 0 && fields_number(&fields, "on", 0, 1, &on)) {
            if (!on && pupil->instructor)
                pupil->silent_ms = ms(pupil);
            pupil->instructor = on;
            int64_t ep;
            if (on && pupil->ep && fields_number(&fields, "ep", pupil->ep + 1, INT64_MAX, &ep))
                pupil->greets = true;
            pupil->changes++;
        } else if (text_starts(rest, "seat/") && strcmp(rest + 5, pupil->cid) == 0) {
            take_seat(pupil, &fields);
        } else if (text_starts(rest, "r/")) {
            take_receipt(pupil, &fields);
        }
    }
    arena_free(&arena);
}

/* ---- speaking ----------------------------------------------------------------------------------------- */

static void say_on(struct pupil *pupil, bool on)
{
    struct buf out = {0};
    char rest[40];
    fields_begin(&out);
    fields_add_number(&out, "on", on);
    if (!on)
        fields_add_number(&out, "left", 1); /* which a connection that was lost does not say */
    else if (pupil_pace(pupil) != PACE_NONE)
        fields_add_text(&out, "pace", pupil->pace == PACE_LOST ? "lost" : "slow");
    fields_end(&out);
    snprintf(rest, sizeof rest, "p/%lld", (long long)pupil->seat);
    tell(pupil, rest, &out);
    buf_free(&out);
}

static void send_answer(struct pupil *pupil)
{
    struct buf out = {0};
    char rest[40];
    fields_begin(&out);
    fields_add_number(&out, "ep", pupil->ep);
    fields_add_number(&out, "q", pupil->sent_q);
    fields_add_number(&out, "rd", pupil->sent_rd);
    fields_add_number(&out, "n", pupil->n);
    fields_add_text(&out, "a", pupil->a);
    fields_end(&out);
    snprintf(rest, sizeof rest, "a/%lld", (long long)pupil->seat);
    tell(pupil, rest, &out);
    buf_free(&out);
    later(pupil);
}

enum class_pace pupil_pace(const struct pupil *pupil)
{
    return ms(pupil) - pupil->pace_ms < PACE_SECONDS * 1000 ? pupil->pace : PACE_NONE;
}

bool pupil_say_pace(struct pupil *pupil, enum class_pace pace)
{
    if (pupil->stage != PUPIL_SEATED || !pupil->link)
        return false;
    pupil->pace = pupil_pace(pupil) == pace ? PACE_NONE : pace;
    pupil->pace_ms = ms(pupil);
    pupil->changes++;
    say_on(pupil, true);
    return true;
}

bool pupil_is_ticking(const struct pupil *pupil)
{
    return pupil->told_runs && pupil->link && pupil->instructor;
}

int64_t pupil_left_ms(const struct pupil *pupil)
{
    int64_t until = pupil->link && pupil->instructor ? ms(pupil) : pupil->silent_ms;
    int64_t left = pupil->told_left_ms - (pupil->told_runs ? until - pupil->told_ms : 0);
    return pupil->told_left_ms < 0 ? -1 : left < 0 ? 0 : left;
}

bool pupil_may_answer(const struct pupil *pupil)
{
    return pupil->stage == PUPIL_SEATED && pupil->phase == PHASE_OPEN && pupil->q &&
           pupil->item.q == pupil->q;
}

bool pupil_say(struct pupil *pupil, const char *a, struct err *err)
{
    if (!pupil_may_answer(pupil))
        return err_set(err, "no vote is open now");
    if (strlen(a) > 300)
        return err_set(err, "an answer has at most 300 bytes");
    /* Later than any that this seat has sent, also before a crash. */
    int64_t n = clock_wall_ms(&pupil->clock);
    pupil->n = n > pupil->n ? n : pupil->n + 1;
    pupil->sent_q = pupil->q;
    pupil->sent_rd = pupil->rd;
    snprintf(pupil->a, sizeof pupil->a, "%s", a);
    pupil->answer = ANSWER_SENDING;
    pupil->changes++;
    send_answer(pupil);
    return true;
}

/* On the connection that asked for the seat. */
static void sit_here(struct pupil *pupil)
{
    char topics[PUPIL_TOPICS][TRANSPORT_MOST_TOPIC];
    const char *filters[PUPIL_TOPICS + 1] = {NULL};
    pupil_topics(pupil, topics);
    for (size_t i = 0; i < PUPIL_TOPICS; i++)
        filters[i] = topics[i];
    pupil->borrowed = pupil->transport->hear(pupil->transport, filters);
    if (!pupil->borrowed) {
        pupil->next = PUPIL_CALLS_ANEW;
        return;
    }
    pupil->unheard_ms = ms(pupil) + SEAT_REFUSED_MS + (int64_t)rng_below(&pupil->rng, RESEND_MS);
    pupil->stage = PUPIL_SEATED;
    pupil->changes++;
}

/* It was not made the seat's after all: the seat was taken away at that moment, say. Who is seated is told the
 * state at once. */
static bool is_only_the_lobbys(const struct pupil *pupil)
{
    return pupil->borrowed &&
           (pupil->transport->deaf || (pupil->unheard_ms && ms(pupil) >= pupil->unheard_ms));
}

static void link_changed(struct pupil *pupil, bool up)
{
    pupil->link = up;
    pupil->changes++;
    if (!up) {
        pupil->silent_ms = ms(pupil);
        if (pupil->borrowed) /* it would come back as the lobby's */
            pupil->next = PUPIL_CALLS_ANEW;
        if (went_on_elsewhere(pupil)) {
            pupil->stage = PUPIL_REMOVED;
            snprintf(pupil->why, sizeof pupil->why,
                     "You went on in another terminal, with the same seat; this one has stopped.");
        }
        return;
    }
    pupil->refused_ms = 0;
    if (!pupil->seat) {
        ask_for_a_seat(pupil);
        return;
    }
    if (pupil->stage == PUPIL_JOINING)
        pupil->stage = PUPIL_SEATED;
    say_on(pupil, true);
    if (pupil->answer == ANSWER_SENDING)
        send_answer(pupil);
}

/* A seat that the broker does not know, for longer than a broker needs to learn of one, is no seat. */
static void mind_refusal(struct pupil *pupil)
{
    int64_t now = ms(pupil);
    if (!pupil->transport->refused) {
        pupil->refused_ms = 0;
        return;
    }
    if (!pupil->refused_ms)
        pupil->refused_ms = now;
    if (now - pupil->refused_ms < (pupil->seat ? SEAT_REFUSED_MS : LOBBY_REFUSED_MS))
        return;
    if (!pupil->seat) {
        pupil->stage = PUPIL_REFUSED;
        snprintf(
            pupil->why, sizeof pupil->why,
            "This class does not know the code: look at it again, on your instructor's screen.");
    } else {
        lose_seat(pupil);
        pupil->stage = PUPIL_JOINING;
        reconnect(pupil);
    }
    pupil->changes++;
}

void pupil_serve(struct pupil *pupil)
{
    if (pupil->stage == PUPIL_REFUSED || pupil->stage == PUPIL_REMOVED || !pupil->transport)
        return;
    bool up = pupil->transport->poll(pupil->transport, take, pupil);
    if (up != pupil->link)
        link_changed(pupil, up);
    if (is_only_the_lobbys(pupil))
        pupil->next = PUPIL_CALLS_ANEW;
    enum pupil_next next = pupil->stage == PUPIL_REMOVED ? PUPIL_GOES_ON : pupil->next;
    pupil->next = PUPIL_GOES_ON;
    if (next == PUPIL_CALLS_ANEW) {
        reconnect(pupil);
        return;
    }
    if (next == PUPIL_SITS_HERE)
        sit_here(pupil);
    else if (pupil->greets && up && pupil->seat)
        say_on(pupil, true); /* a broker that outlived the instructor has told it nothing */
    pupil->greets = false;
    if (!up)
        mind_refusal(pupil);
    if (up && ms(pupil) >= pupil->next_ms) {
        if (!pupil->seat && pupil->stage == PUPIL_JOINING)
            ask_for_a_seat(pupil);
        else if (pupil->answer == ANSWER_SENDING)
            send_answer(pupil);
    }
}

int pupil_wait_ms(const struct pupil *pupil)
{
    bool still = pupil->stage == PUPIL_REFUSED || pupil->stage == PUPIL_REMOVED;
    bool idle = pupil->link && pupil->seat && pupil->answer != ANSWER_SENDING;
    return still ? -1 : idle ? 4 * STEP_MS : STEP_MS;
}

bool pupil_open(struct pupil *pupil, const char *code, const char *name, const char *seat_path,
                const uint64_t random[2], const struct clock *clock, pupil_connect *connect,
                void *user, struct err *err)
{
    struct buf clean = {0};
    *pupil = (struct pupil){
        .clock = *clock, .connect = connect, .connect_user = user, .seat_path = seat_path};
    pupil->told_left_ms = -1;
    rng_init(&pupil->rng, random[0], random[1], 0);
    utf8_sanitise_line(&clean, name, strlen(name), MOST_NAME);
    size_t fits = utf8_fit(buf_text(&clean), clean.length, DESK_NAME_COLUMNS);
    pupil->name_cut = fits < clean.length;
    snprintf(pupil->name, sizeof pupil->name, "%.*s", (int)fits, buf_text(&clean));
    buf_free(&clean);
    snprintf(pupil->terminal, sizeof pupil->terminal, "%016llx", (unsigned long long)random[0]);
    class_sid(code, pupil->sid);
    snprintf(pupil->cid, sizeof pupil->cid, "%016llx%016llx", (unsigned long long)random[0],
             (unsigned long long)random[1]);
    load_seat(pupil);
    return connect_anew(pupil, err);
}

void pupil_close(struct pupil *pupil)
{
    if (pupil->transport && pupil->stage == PUPIL_SEATED && pupil->link)
        say_on(pupil, false);
    if (pupil->transport)
        pupil->transport->close(pupil->transport);
    pupil->transport = NULL;
    arena_free(&pupil->item.arena);
    arena_free(&pupil->coming.arena);
}
