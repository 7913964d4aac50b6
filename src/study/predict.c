/* Predictions: read what the learner typed, keep it, and set it beside what came out. */
#include "study/internal.h"

#include "base/utf8.h"
#include "draw/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Do commas (or blanks) stand where thousands are told apart: "101,770", "1,000,000.5"? */
static bool is_grouped(const char *text, char mark)
{
    text += *text == '-' || *text == '+';
    size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 3 || *text == '0')
        return false;
    for (text += digits; *text == mark; text += 4)
        if (strspn(text + 1, "0123456789") != 3)
            return false;
    return !strchr(text, mark);
}

/* "1.6", "-2e-5", "101,770", "0,25": the comma is decimal where it cannot divide thousands. */
static bool read_plain(const char *text, double *value)
{
    char digits[64];
    size_t length = 0;
    bool grouped = is_grouped(text, ',');
    const char *comma = strchr(text, ',');
    if (comma && !grouped && (strchr(comma + 1, ',') || strchr(text, '.')))
        return false;
    for (; *text && length < sizeof digits; text++)
        if (*text != ',' || !grouped)
            digits[length++] = *text == ',' ? '.' : *text;
    return str_number((struct str){digits, length}, value);
}

/* "2^10", "2x10^-5": powers bind more than products. */
static bool read_product(const char *text, double *value)
{
    char left[64];
    double a, b;
    for (const char *op = "*^"; *op; op++) {
        const char *mark = strchr(text, *op);
        if (!mark)
            continue;
        snprintf(left, sizeof left, "%.*s", (int)(mark - text), text);
        if (!read_product(left, &a) || !read_product(mark + 1, &b))
            return false;
        *value = *op == '*' ? a * b : pow(a, b);
        return true;
    }
    return read_plain(text, value);
}

/* What a person types, in ASCII and without blanks. False: too long, or "1 2" with a gap that no
 * number has. */
static bool tidy_number(const char *text, char *out, size_t size)
{
    static const struct {
        const char *from;
        size_t size; /* of what it replaces */
        char to;
    } marks[] = {{"\u2212", 3, '-'}, {"\u00D7", 2, '*'}, {"\u00B7", 2, '*'}, {"\u22C5", 3, '*'},
                 {"\u00A0", 2, ' '}, {"\u202F", 3, ' '}, {"x10^", 1, '*'},   {"_", 1, ' '}};
    enum { MARKS = sizeof marks / sizeof *marks };
    size_t length = 0;
    while (*text) {
        size_t i = 0;
        while (i < MARKS && !text_starts(text, marks[i].from))
            i++;
        char c = i < MARKS ? marks[i].to : *text;
        text += i < MARKS ? marks[i].size : 1;
        if (c == ' ' && length && is_digit(out[length - 1]) && is_digit(*text) &&
            strspn(text, "0123456789") != 3)
            return false;
        if (c == ' ')
            continue;
        out[length++] = c;
        if (length >= size)
            return false;
    }
    out[length] = '\0';
    return true;
}

bool study_read_number(const char *text, double *value)
{
    char clean[64];
    double below = 1, scale = 1;
    if (!tidy_number(text, clean, sizeof clean))
        return false;
    size_t length = strlen(clean);
    if (length && clean[length - 1] == '%') {
        clean[length - 1] = '\0';
        scale = 0.01;
    }
    char *slash = strchr(clean, '/');
    if (slash)
        *slash = '\0';
    if (!read_product(clean, value) || (slash && !read_product(slash + 1, &below)))
        return false;
    *value = scale * *value / below;
    return isfinite(*value);
}

bool study_refuse_number(struct err *err, const char *text)
{
    if (!*text)
        return err_set(err, "type a number, like 1.6, 2e-5, 12%% or 1/4");
    return err_set(err, "\"%.*s\" is not a number; write it like 1.6, 2e-5, 12%% or 1/4",
                   (int)utf8_fit(text, strlen(text), 40), text);
}

bool study_truth(const struct demo_run *run, const char *text, double *value, const char **words)
{
    struct demo_ref ref;
    *words = NULL;
    if (!demo_ref_read(run->demo, text, &ref, NULL))
        return false;
    if (demo_ref_number(run, ref, value))
        return true;
    *words = demo_ref_text(run, ref);
    return *words && str_number(str_of(*words), value);
}

const char *study_slip(struct arena *arena, const struct demo_run *run, const char *text,
                       double said)
{
    struct demo_ref ref;
    const char *words, *cause;
    double truth;
    if (!demo_ref_read(run->demo, text, &ref, NULL) || !study_truth(run, text, &truth, &words))
        return NULL;
    cause = demo_slip(run, ref, said, truth);
    return cause ? arena_printf(arena, "It looks as if you %s.", cause) : NULL;
}

bool study_within(enum tolerance_kind kind, double tolerance, double said, double truth)
{
    if (!isfinite(truth))
        return false; /* and no number that can be said comes near it */
    double off = fabs(said - truth);
    if (kind == TOLERANCE_ABSOLUTE)
        return off <= tolerance * (1 + 1e-12);
    if (truth == 0)
        return off <= 1e-9;
    if (kind == TOLERANCE_FACTOR)
        return said / truth > 0 && fabs(log(said / truth)) <= log(tolerance) * (1 + 1e-12);
    double share = kind == TOLERANCE_DEFAULT ? 0.05 : tolerance;
    return off <= share * fabs(truth) * (1 + 1e-12);
}

bool study_accept_prediction(struct study *study, const struct study_answer *answer,
                             struct err *err)
{
    struct study_pending *pending = study->pending;
    struct arena *arena = &study->step_arena;
    struct study_ask *ask = &study->ask;
    *pending = (struct study_pending){0};
    if (ask->form == FORM_NUMBER) {
        if (!answer->text || !*answer->text)
            return err_set(err, "type a number, or s to watch without predicting");
        if (!study_read_number(answer->text, &pending->number))
            return study_refuse_number(err, answer->text);
        pending->said = arena_strdup(arena, answer->text);
        return true;
    }
    if (ask->form == FORM_CHOOSE_ONE) {
        if (answer->count != 1 || answer->chosen[0] >= ask->option_count)
            return err_set(err, "choose one of the options");
        const struct study_option *option = &ask->options[answer->chosen[0]];
        pending->order = ARENA_NEW(arena, size_t);
        pending->order[0] = option->origin;
        pending->count = 1;
        pending->said = study_plain_text(arena, option->spans, option->span_count);
        return true;
    }
    if (answer->count == 0)
        return err_set(err, "put them in order first; if they are, hand it in again");
    if (answer->count != ask->option_count)
        return err_set(err, "put all %zu in order", ask->option_count);
    struct buf said = {0};
    if (ask->ask->kind == ASK_ORDER_VALUES)
        buf_addf(&said, "%s = ", ask->ask->knob);
    bool *used = ARENA_ARRAY(arena, answer->count, bool);
    pending->order = ARENA_ARRAY(arena, answer->count, size_t);
    pending->count = answer->count;
    for (size_t i = 0; i < answer->count; i++) {
        size_t position = answer->chosen[i];
        if (position >= answer->count || used[position]) {
            buf_free(&said);
            return err_set(err, "name each of the %zu once", ask->option_count);
        }
        used[position] = true;
        const struct study_option *option = &ask->options[position];
        pending->order[i] = option->origin;
        buf_addf(&said, "%s%s", i ? ", " : "",
                 ask->ask->kind == ASK_ORDER_VALUES
                     ? ask->ask->labels[option->origin]
                     : study_plain_text(arena, option->spans, option->span_count));
    }
    pending->said = arena_strdup(arena, buf_text(&said));
    buf_free(&said);
    return true;
}

void study_keep_prediction(struct study *study, int confidence, bool watched)
{
    struct arena *arena = &study->step_arena;
    struct study_prediction *list =
        ARENA_ARRAY(arena, study->prediction_count + 1, struct study_prediction);
    if (study->prediction_count)
        memcpy(list, study->predictions, study->prediction_count * sizeof *list);
    list[study->prediction_count++] = (struct study_prediction){
        .question = study_plain_text(arena, study->ask.prompt, study->ask.prompt_count),
        .said = watched ? "" : study->pending->said,
        .was = "",
        .watched = watched,
        .confidence = confidence,
        .ask = study->ask.ask,
        .number = study->pending->number,
        .order = study->pending->order,
    };
    study->predictions = list;
}

/* The number at the end of a run whose knob has another value. */
static bool run_with(struct study *study, const char *knob, const char *value, const char *ref,
                     double *truth)
{
    struct arena arena;
    arena_init(&arena);
    struct demo_args args;
    struct demo_run run;
    struct buf assignment = {0};
    buf_addf(&assignment, "%s=%s", knob, value);
    const char *words;
    bool good = demo_args_read(&args, &arena, study_directive(study)->args, NULL) &&
                demo_args_set(&args, &arena, buf_text(&assignment), NULL) &&
                demo_start(&run, &arena, &args, study->clock, NULL);
    if (good) {
        demo_finish(&run);
        good = study_truth(&run, ref, truth, &words);
    }
    buf_free(&assignment);
    arena_free(&arena);
    return good;
}

/* The picture is that of one run; the others of a comparison are only named. */
static const char *shown_run(struct study *study, const char *knob)
{
    const struct demo *demo = study->run.demo;
    int i = demo_knob(demo, knob);
    if (i < 0)
        return NULL;
    struct buf value = {0};
    demo_value_write(&demo->knobs[i], &study->run.knob[i], &value);
    const char *text =
        arena_printf(&study->step_arena, "The picture shows %s = %s.", knob, buf_text(&value));
    buf_free(&value);
    return text;
}

static void settle_order(struct study *study, struct study_prediction *prediction)
{
    const struct ask *ask = prediction->ask;
    struct arena *arena = &study->step_arena;
    size_t count = ask->label_count;
    double *truth = ARENA_ARRAY(arena, count, double);
    const char *words;
    for (size_t i = 0; i < count; i++) {
        bool good = ask->kind == ASK_ORDER_REFS
                        ? study_truth(&study->run, ask->refs[i], &truth[i], &words)
                        : run_with(study, ask->knob, ask->labels[i], ask->ref, &truth[i]);
        if (!good)
            truth[i] = NAN;
    }
    size_t *sorted = ARENA_ARRAY(arena, count, size_t);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        while (at > 0 && truth[sorted[at - 1]] > truth[i]) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = i;
    }
    struct buf was = {0};
    bool values = ask->kind == ASK_ORDER_VALUES;
    if (values)
        buf_addf(&was, "%s = ", ask->knob);
    for (size_t i = 0; i < count; i++) {
        buf_addf(&was, "%s%s (%s", i ? ", " : "", ask->labels[sorted[i]],
                 values && i == 0 ? arena_printf(arena, "%s ", ask->ref) : "");
        chart_number(&was, truth[sorted[i]], 3);
        buf_add(&was, ")");
    }
    prediction->was = arena_strdup(arena, buf_text(&was));
    prediction->shown = values ? shown_run(study, ask->knob) : NULL;
    buf_free(&was);
    prediction->right = !prediction->watched;
    for (size_t i = 1; prediction->right && i < count; i++)
        /* Equal values may stand either way round. */
        prediction->right = truth[prediction->order[i - 1]] <= truth[prediction->order[i]];
}

/* What is left where two sums should agree: far below what counts as right. */
static bool is_rounding(const struct ask *ask, double truth)
{
    return ask->tolerance_kind == TOLERANCE_ABSOLUTE &&
           fabs(truth) < fmin(1e-9, ask->tolerance / 1000);
}

static void settle_one(struct study *study, struct study_prediction *prediction)
{
    const struct ask *ask = prediction->ask;
    if (ask->kind == ASK_ORDER_REFS || ask->kind == ASK_ORDER_VALUES) {
        settle_order(study, prediction);
        return;
    }
    double truth = NAN;
    const char *words;
    bool known = study_truth(&study->run, ask->ref, &truth, &words);
    struct buf was = {0};
    if (ask->kind == ASK_CHOICE) {
        for (size_t i = 0; i < ask->option_count; i++)
            if (ask->options[i].right)
                buf_addf(&was, "%s%s", was.length ? "; " : "", ask->options[i].text);
        prediction->right = !prediction->watched && ask->options[prediction->order[0]].right;
        size_t count;
        const struct span *spans = study_spans(&study->step_arena, buf_text(&was), &count);
        buf_clear(&was);
        buf_add(&was, study_plain_text(&study->step_arena, spans, count));
    } else {
        if (words)
            buf_add(&was, words);
        else if (known)
            chart_number(&was, is_rounding(ask, truth) ? 0 : truth, 4);
        else
            buf_add(&was, "not defined");
        prediction->right =
            !prediction->watched && known &&
            study_within(ask->tolerance_kind, ask->tolerance, prediction->number, truth);
        if (!prediction->watched && !prediction->right)
            prediction->slip =
                study_slip(&study->step_arena, &study->run, ask->ref, prediction->number);
    }
    prediction->was = arena_strdup(&study->step_arena, buf_text(&was));
    buf_free(&was);
}

static const char *result_of(const struct ask *ask)
{
    return ask->kind == ASK_EXPLAIN ? EXPLANATION : ask->ref ? ask->ref : "order";
}

/* How many predictions of this section ask for the same of the same demo, up to this one. */
static size_t count_alike(const struct study *study, const struct ask *ask)
{
    const struct section *section = study_section(study);
    const struct directive *demo = study_directive(study);
    size_t alike = 0;
    for (size_t i = 0; i <= study->step; i++) {
        const struct directive *other = section->steps[i].directive;
        if (!other || other->kind != DIRECTIVE_DEMO || !other->args ||
            strcmp(other->args, demo->args) != 0)
            continue;
        for (size_t k = 0; k < other->ask_count; k++) {
            const struct ask *a = &other->asks[k];
            alike += strcmp(result_of(a), result_of(ask)) == 0;
            if (a == ask)
                return alike;
        }
    }
    return alike;
}

struct event study_prediction_event(struct study *study, const struct ask *ask)
{
    struct event event = study_event(study, EVENT_PREDICTION);
    size_t alike = count_alike(study, ask);
    event.demo = study_directive(study)->args;
    event.result = result_of(ask);
    if (alike > 1)
        event.result = arena_printf(&study->step_arena, "%s (%zu)", event.result, alike);
    return event;
}

static void log_prediction(struct study *study, const struct study_prediction *prediction)
{
    if (!study->log)
        return;
    struct event event = study_prediction_event(study, prediction->ask);
    event.given = prediction->said;
    event.was = prediction->was;
    event.right = prediction->right;
    event.watched = prediction->watched;
    event.confidence = prediction->confidence;
    study_remember(study->done, &event);
    study->log(study->log_user, &event);
}

void study_log_explanation(struct study *study)
{
    const struct study_ask *ask = &study->ask;
    if (!study->log || study->aloud)
        return;
    struct event event = study_prediction_event(study, ask->ask);
    for (size_t i = 0; i < ask->option_count; i++) {
        const struct study_option *option = &ask->options[i];
        const char *text = study_plain_text(&study->step_arena, option->spans, option->span_count);
        event.given = option->chosen ? text : event.given;
        event.was = option->worth > 0 ? text : event.was;
    }
    event.right = study->feedback.mark.state == MARK_RIGHT;
    study_remember(study->done, &event);
    study->log(study->log_user, &event);
}

void study_lock_in(struct study *study)
{
    for (size_t i = 0; i < study->prediction_count; i++) {
        struct study_prediction *prediction = &study->predictions[i];
        if (prediction->watched || prediction->told)
            continue;
        struct study_prediction locked = *prediction;
        locked.watched = true; /* nothing is judged yet */
        log_prediction(study, &locked);
        prediction->told = true;
    }
}

void study_settle(struct study *study, bool stopped)
{
    const struct directive *directive = study_directive(study);
    for (size_t i = 0; i < study->prediction_count; i++) {
        struct study_prediction *prediction = &study->predictions[i];
        bool known = prediction->judged || (stopped && prediction->told);
        if (stopped)
            *prediction = (struct study_prediction){.question = prediction->question,
                                                    .said = prediction->said,
                                                    .was = "",
                                                    .watched = true,
                                                    .stopped = true,
                                                    .earlier = prediction->earlier,
                                                    .ask = prediction->ask};
        else
            settle_one(study, prediction);
        if (!known)
            log_prediction(study, prediction);
    }
    const char *you[2] = {NULL, NULL};
    for (size_t i = 0, k = 0; i < study->prediction_count && k < 2; i++, k++)
        if (!study->predictions[i].watched)
            you[k] = study->predictions[i].said;
    study->sees = ARENA_ARRAY(&study->step_arena, directive->see_count, const char *);
    study->see_count = 0;
    study->sees_name_you = false;
    for (size_t i = 0; i < directive->see_count && !stopped; i++) {
        struct buf text = {0};
        study->sees_name_you = study->sees_name_you || (you[0] && directive->see[i].mentions_you);
        if (see_text(&directive->see[i], &study->run, you[0], you[1], &text))
            study->sees[study->see_count++] = arena_strdup(&study->step_arena, buf_text(&text));
        buf_free(&text);
    }
}

const char *study_verdict(const struct study_prediction *prediction)
{
    if (prediction->stopped)
        return "Stopped before its end, so nothing is judged. r runs it again.";
    if (prediction->watched)
        return "You watched this one.";
    switch (prediction->confidence) {
    case 1:
        return prediction->right ? "Right, though you were guessing."
                                 : "Not so, and you said you guessed.";
    case 2:
        return prediction->right ? "Right, though you were unsure." : "Not so; you were unsure.";
    case 3:
        return prediction->right ? "Right, and you were sure."
                                 : "Not so, though you were sure: look again.";
    default:
        return prediction->right ? "Right." : "Not so.";
    }
}
