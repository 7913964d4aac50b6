/* What the desk says: state, item, receipts. */
#include "live/desk_parts.h"

#include <stdio.h>
#include <string.h>

void desk_send(struct desk *desk, const char *rest, const struct buf *text, bool keep)
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
void desk_publish_state(struct desk *desk)
{
    struct buf out = {0};
    struct err err;
    int64_t left_ms = desk_voting(desk) ? desk_left_ms(desk) : -1;
    desk->session.rev++;
    if (!desk_mark(desk, &err)) {
        snprintf(desk->problem, sizeof desk->problem, "%.390s", err.text);
        if (!class_is_ours(desk->store, &desk->session))
            desk_fall_silent(desk);
        /* Members do not know yet what the instructor sees: once more, after a while. */
        desk->unmarked = desk->untold = true;
        desk->told_ns = clock_mono_ns(&desk->clock);
        desk->changes++;
        return;
    }
    if (desk->unmarked)
        desk->problem[0] = '\0';
    desk->unmarked = false;
    fields_begin(&out);
    fields_add_number(&out, "v", 1);
    fields_add_number(&out, "ep", desk->session.ep);
    fields_add_number(&out, "rev", desk->session.rev);
    fields_add_text(&out, "ph", phase_names[desk->phase]);
    fields_add_text(&out, "place", desk->place);
    fields_add_number(&out, "q", desk->q);
    fields_add_number(&out, "rd", desk->rd);
    fields_add_number(&out, "seats", (int64_t)desk_in(desk));
    fields_add_number(&out, "roam", desk->roam);
    if (left_ms >= 0) {
        fields_add_number(&out, "left_ms", left_ms);
        fields_add_number(&out, "run", desk->ticking);
    }
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
    desk_send(desk, "state", &out, true);
    buf_free(&out);
    desk->untold = false;
    desk->told_ns = clock_mono_ns(&desk->clock);
    desk->changes++;
}

void desk_publish_item(struct desk *desk, const struct question *question, int64_t q)
{
    const char *stems[FIELDS_LIST_MOST], *choices[FIELDS_LIST_MOST];
    size_t stem_count = 0, choice_count = 0;
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
    fields_add_number(&out, "q", q);
    fields_add_number(&out, "form", (int64_t)form);
    fields_add_text(&out, "text", buf_text(&text));
    fields_add_texts(&out, "choices", choices, choice_count);
    fields_add_texts(&out, "stems", stems, stem_count);
    fields_end(&out);
    desk_send(desk, "item", &out, true);
    buf_free(&text);
    buf_free(&out);
}

void desk_publish_ins(struct desk *desk, bool on)
{
    struct buf out = {0};
    fields_begin(&out);
    fields_add_number(&out, "on", on);
    fields_add_number(&out, "ep", desk->session.ep);
    fields_end(&out);
    desk_send(desk, "ins", &out, true);
    buf_free(&out);
}

void desk_leave(struct desk *desk, bool end)
{
    static const char *const kept[] = {"state", "item", "ins"};
    struct buf nothing = {0};
    buf_add(&nothing, "");
    if (!end)
        desk_publish_ins(desk, false);
    for (size_t i = 0; end && i < sizeof kept / sizeof *kept; i++)
        desk_send(desk, kept[i], &nothing, true); /* so MQTT has a broker forget */
    buf_free(&nothing);
}

void desk_publish(struct desk *desk)
{
    desk_publish_ins(desk, true);
    if (desk->prepared)
        desk_publish_item(desk, desk->prepared, desk->q + 1);
    else if (desk->question)
        desk_publish_item(desk, desk->question, desk->q);
    desk_publish_state(desk);
}

void desk_receipt(struct desk *desk, int64_t seat, int64_t q, int64_t rd, int64_t n, const char *a,
                  const char *st)
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
    desk_send(desk, rest, &out, false);
    buf_free(&out);
}
