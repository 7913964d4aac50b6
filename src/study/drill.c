/* Drills: fresh numbers for the same question, first worked, then half done, then alone.
 *
 * The key is the demo itself: knobs are drawn from the ranges of the lesson, the demo runs, and the
 * learner's number is set beside its result. Two right in a row, and the drill is done. */
#include "study/internal.h"

#include "draw/chart.h"

#include <math.h>
#include <string.h>

enum { MOST_VALUES = 64, MOST_TRIES = 20 };

/* One value of "NUM..NUM[/STEP]", or of "value|value|value". */
static void draw_value(struct str range, struct rng *rng, struct buf *out)
{
    struct str choices[MOST_VALUES];
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= range.length && count < MOST_VALUES; i++)
        if (i == range.length || range.text[i] == '|') {
            choices[count++] = (struct str){range.text + start, i - start};
            start = i + 1;
        }
    struct str choice = choices[rng_below(rng, (uint32_t)count)];
    const char *dots = NULL;
    for (size_t i = 0; i + 1 < choice.length && !dots; i++)
        if (choice.text[i] == '.' && choice.text[i + 1] == '.')
            dots = choice.text + i;
    double low, high, step = 0;
    struct str upper = {0}, lower = {0};
    if (dots) {
        lower = (struct str){choice.text, (size_t)(dots - choice.text)};
        upper = (struct str){dots + 2, choice.length - lower.length - 2};
        const char *slash = memchr(upper.text, '/', upper.length);
        if (slash) {
            struct str by = {slash + 1, upper.length - (size_t)(slash - upper.text) - 1};
            if (!str_number(by, &step))
                step = 0;
            upper.length = (size_t)(slash - upper.text);
        }
    }
    if (!dots || !str_number(lower, &low) || !str_number(upper, &high) || high < low) {
        buf_add_n(out, choice.text, choice.length);
        return;
    }
    if (step <= 0)
        step = low == floor(low) && high == floor(high) ? 1 : (high - low) / 20;
    double steps = floor((high - low) / step + 1e-9);
    double most = steps < 1e6 ? steps : 1e6;
    buf_addf(out, "%.10g", low + step * rng_below(rng, (uint32_t)most + 1));
}

/* "mask values=3,4|6,8 p=0.2|0.5" with one value drawn for each knob. */
static void draw_args(const char *ranges, struct rng *rng, struct buf *out)
{
    struct str rest = str_of(ranges), word = str_word(&rest);
    buf_add_n(out, word.text, word.length);
    while ((word = str_word(&rest)).length) {
        const char *equals = memchr(word.text, '=', word.length);
        size_t name = equals ? (size_t)(equals - word.text) + 1 : word.length;
        buf_add_char(out, ' ');
        buf_add_n(out, word.text, name);
        if (equals)
            draw_value((struct str){word.text + name, word.length - name}, rng, out);
    }
}

/* Runs the demo on freshly drawn knobs, into the study's run. Numbers of the last round are drawn anew,
 * and so are knobs that do not go together. */
static bool draw_run(struct study *study, struct err *err)
{
    const struct directive *drill = study_directive(study);
    const char *before = study->drawn;
    struct rng rng;
    /* Without a seed of its own a drill still has one: its place in the lesson. */
    rng_init(&rng, study->seed, str_hash(drill->args, strlen(drill->args)), study->round);
    study->has_run = false;
    for (int tries = 0; tries < MOST_TRIES && !study->has_run; tries++) {
        struct buf args = {0};
        draw_args(drill->args, &rng, &args);
        bool again = before && strcmp(before, buf_text(&args)) == 0 && tries + 1 < MOST_TRIES;
        study->drawn = arena_strdup(&study->step_arena, buf_text(&args));
        buf_free(&args);
        if (again)
            continue;
        arena_free(&study->run_arena);
        study->has_run =
            demo_args_read(&study->args, &study->step_arena, study->drawn, err) &&
            demo_start(&study->run, &study->run_arena, &study->args, study->clock, err);
    }
    if (study->has_run)
        demo_finish(&study->run);
    return study->has_run;
}

static void say_number(struct buf *out, double value)
{
    chart_number(out, value, 4);
}

/* The knobs that the drill draws, as the learner reads them: "values 3,4 and p 0.2". */
static void say_given(const struct study *study, struct buf *out)
{
    const struct demo *demo = study->args.demo;
    size_t said = 0;
    for (size_t i = 0; i < demo->knob_count; i++) {
        if (!study->args.given[i])
            continue;
        buf_addf(out, "%s%s = ", said++ ? "; " : "", demo->knobs[i].name);
        demo_value_write(&demo->knobs[i], &study->args.knob[i], out);
    }
}

static bool truth_of(const struct study *study, const struct drill_ask *ask, double *truth)
{
    const char *words;
    return study_truth(&study->run, ask->ref, truth, &words);
}

/* Half done: what the other questions of the drill would have asked is given. */
static void say_half(const struct study *study, const struct directive *drill, size_t asked,
                     struct buf *out)
{
    size_t said = 0;
    for (size_t i = 0; i < drill->drill_count; i++) {
        double value;
        if (i == asked || !truth_of(study, &drill->drills[i], &value))
            continue;
        buf_addf(out, "%s %s = ", said++ ? ";" : " Given:", drill->drills[i].ref);
        say_number(out, value);
    }
    if (said)
        buf_add(out, ".");
}

static struct span text_span(struct arena *arena, const struct buf *text)
{
    const char *kept = arena_strdup(arena, buf_text(text));
    return (struct span){.kind = SPAN_TEXT, .text = kept, .shown = kept};
}

/* Step by step, each with its number. */
static void say_worked(struct study *study)
{
    const struct directive *drill = study_directive(study);
    struct arena *arena = &study->step_arena;
    struct buf text = {0};
    struct span *spans = ARENA_ARRAY(arena, 2 * drill->drill_count + 1, struct span);
    size_t count = 0;
    for (size_t i = 0; i < drill->drill_count; i++) {
        double value;
        if (!truth_of(study, &drill->drills[i], &value))
            continue;
        buf_clear(&text);
        buf_addf(&text, "%zu. %s ", i + 1, drill->drills[i].question);
        say_number(&text, value);
        spans[count++] = text_span(arena, &text);
        spans[count++] = (struct span){.kind = SPAN_BREAK};
    }
    /* The demo's own sentences are the way there. */
    buf_clear(&text);
    study->run.demo->describe(&study->run, &text);
    spans[count++] = text_span(arena, &text);
    buf_free(&text);
    study->feedback.general = spans;
    study->feedback.general_count = count;
}

static void worked_example(struct study *study)
{
    study->feedback = (struct study_feedback){
        .mark = {.state = MARK_NEEDS_GRADING},
        .verdict = "This one is worked; the next is yours.",
        .said = "",
    };
    say_worked(study);
    study->ask.form = FORM_NONE;
    study->stage = STUDY_FEEDBACK;
}

/* Has this question of the drill been missed before, since it was last right? Notes how it went now. */
static bool missed_before(struct study *study, bool right)
{
    const struct directive *drill = study_directive(study);
    uint64_t bit = (uint64_t)1 << ((size_t)(study->drill - drill->drills) % 64);
    bool before = study->drills_missed & bit;
    study->drills_missed = right ? study->drills_missed & ~bit : study->drills_missed | bit;
    return before && !right;
}

static void next_round(struct study *study)
{
    const struct directive *drill = study_directive(study);
    struct arena *arena = &study->step_arena;
    struct err err;
    if (!drill->drill_count || !draw_run(study, &err)) {
        study->run_error = drill->drill_count ? arena_strdup(arena, err.text) : NULL;
        study->stage = STUDY_READ;
        return;
    }
    bool worked = study->round == 0, half = study->round == 1 && drill->drill_count > 1;
    /* Every question comes round, and the half done one is the last of them. */
    size_t asked = half ? drill->drill_count - 1 : study->round % drill->drill_count;
    const struct drill_ask *ask = &drill->drills[asked];
    struct buf prompt = {0};
    say_given(study, &prompt);
    buf_add(&prompt, ".");
    if (half)
        say_half(study, drill, asked, &prompt);
    if (!worked)
        buf_addf(&prompt, " %s", ask->question);
    study->drill = ask;
    study->ask = (struct study_ask){
        .serial = ++study->asked,
        .kind = STUDY_DRILL,
        .form = FORM_NUMBER,
        .head = worked ? "Drill: worked"
                : half ? "Drill: finish it"
                       : "Drill",
    };
    study->ask.prompt = study_spans(arena, buf_text(&prompt), &study->ask.prompt_count);
    study->feedback = (struct study_feedback){0};
    buf_free(&prompt);
    study->stage = STUDY_ASK;
    if (worked)
        worked_example(study);
}

void study_begin_drill(struct study *study)
{
    study->round = study->right_in_row = 0;
    study->drills_missed = 0;
    study->drawn = NULL;
    next_round(study);
    if (study->stage != STUDY_FEEDBACK || !study_drill_is_done(study))
        return;
    study->ask.head = "Drill: done";
    study->feedback.verdict = "Done before: right, twice in a row.";
    study->feedback.earlier = true;
}

bool study_after_drill(struct study *study)
{
    if (study->right_in_row >= DRILL_ENOUGH)
        return false;
    study->round++;
    next_round(study);
    return true;
}

bool study_mark_drill(struct study *study, const struct study_answer *answer, struct err *err)
{
    double said, truth = NAN;
    if (!answer->text || !study_read_number(answer->text, &said))
        return study_refuse_number(err, answer->text ? answer->text : "");
    truth_of(study, study->drill, &truth);
    bool right = study_within(study->drill->tolerance_kind, study->drill->tolerance, said, truth);
    study->right_in_row = right ? study->right_in_row + 1 : 0;
    struct buf was = {0};
    say_number(&was, truth);
    study->feedback = (struct study_feedback){
        .mark = {.state = right ? MARK_RIGHT : MARK_WRONG, .fraction = right},
        .verdict = !right                                ? "Not so."
                   : study->right_in_row >= DRILL_ENOUGH ? "Right, twice in a row: done."
                                                         : "Right. Once more.",
        .said = arena_strdup(&study->step_arena, answer->text),
        .key = right ? NULL : arena_strdup(&study->step_arena, buf_text(&was)),
    };
    const char *slip =
        right ? NULL : study_slip(&study->step_arena, &study->run, study->drill->ref, said);
    if (slip)
        study->feedback.comment = study_quiz_spans(
            &study->step_arena, &(struct quiz_text){.text = slip, .format = FORMAT_PLAIN},
            &study->feedback.comment_count);
    if (missed_before(study, right))
        say_worked(study);
    study->stage = STUDY_FEEDBACK;
    if (study->log) {
        struct buf args = {0};
        buf_add(&args, study->args.demo->name);
        for (size_t i = 0; i < study->args.demo->knob_count; i++)
            if (study->args.given[i]) {
                buf_addf(&args, " %s=", study->args.demo->knobs[i].name);
                demo_value_write(&study->args.demo->knobs[i], &study->args.knob[i], &args);
            }
        struct event event = study_event(study, EVENT_PREDICTION);
        event.demo = buf_text(&args);
        event.result = study->drill->ref;
        event.given = study->feedback.said;
        event.was = buf_text(&was);
        event.right = right;
        study_remember(study->done, &event);
        study->log(study->log_user, &event);
        buf_free(&args);
    }
    buf_free(&was);
    return true;
}
