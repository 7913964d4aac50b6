/* What is asked, in one shape for predictions, explanations and questions of every type. */
#include "study/internal.h"

#include <stdio.h>
#include <string.h>

/* Of a question that is asked now, in the words of the course as it is now. */
static uint64_t next_serial(struct study *study)
{
    if (!study->in_quiz) /* else it is of the quiz as it was begun */
        study->asked_in = study->course->generation;
    return ++study->asked;
}

const struct span *study_spans(struct arena *arena, const char *markdown, size_t *count)
{
    struct span *spans;
    lesson_inline(arena, markdown ? markdown : "", &spans, count);
    return spans;
}

const struct span *study_quiz_spans(struct arena *arena, const struct quiz_text *text,
                                    size_t *count)
{
    *count = 0;
    if (!text->text || !*text->text)
        return NULL;
    if (text->format == FORMAT_MARKDOWN)
        return study_spans(arena, text->text, count);
    struct buf plain = {0};
    quiz_text_plain(text, &plain);
    struct span *span = ARENA_NEW(arena, struct span);
    span->kind = SPAN_TEXT;
    span->text = span->shown = arena_strdup(arena, buf_text(&plain));
    buf_free(&plain);
    *count = 1;
    return span;
}

const char *study_plain_text(struct arena *arena, const struct span *spans, size_t count)
{
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        buf_add(&text, spans[i].kind == SPAN_BREAK ? " "
                       : spans[i].shown            ? spans[i].shown
                       : spans[i].text             ? spans[i].text
                                                   : "");
    const char *kept = arena_strdup(arena, buf_text(&text));
    buf_free(&text);
    return kept;
}

/* Shuffles what is shown; the same seed and key give the same order in every front end. */
static void shuffle_options(struct study *study, const char *key, bool never_sorted)
{
    struct study_ask *ask = &study->ask;
    size_t count = ask->option_count;
    if (count < 2 || study->seed == 0)
        return;
    size_t *order = ARENA_ARRAY(&study->step_arena, count, size_t);
    struct study_option *shuffled = ARENA_ARRAY(&study->step_arena, count, struct study_option);
    struct rng rng;
    /* A question met in a lesson comes in another order in the quiz. */
    rng_init(&rng, study->seed, str_hash(key, strlen(key)), study->in_quiz);
    rng_shuffle(&rng, order, count);
    bool sorted = true;
    for (size_t i = 0; i < count; i++)
        sorted = sorted && order[i] == i;
    for (size_t i = 0; i < count; i++) {
        /* A list that is to be put in order must not come in order. */
        size_t from = sorted && never_sorted ? (order[i] + 1) % count : order[i];
        shuffled[i] = ask->options[from];
    }
    ask->options = shuffled;
}

static void add_option(struct study *study, size_t at, const char *markdown)
{
    struct study_option *option = &study->ask.options[at];
    option->origin = at;
    option->spans = study_spans(&study->step_arena, markdown, &option->span_count);
}

/* "Predict", or where a demo asks for several "Predict, 1 of 2". */
static const char *prediction_head(struct study *study, const struct ask *ask)
{
    const struct directive *demo = study_directive(study);
    size_t count = 0, at = 0;
    for (size_t i = 0; i < demo->ask_count; i++) {
        count += demo->asks[i].kind != ASK_EXPLAIN;
        at = &demo->asks[i] == ask ? count : at;
    }
    return count < 2 ? "Predict"
                     : arena_printf(&study->step_arena, "Predict, %zu of %zu", at, count);
}

static const char *number_text(struct arena *arena, double value)
{
    struct buf text = {0};
    chart_number(&text, value, 3);
    const char *kept = arena_strdup(arena, buf_text(&text));
    buf_free(&text);
    return kept;
}

/* What counts as right is no secret. */
static const char *prediction_note(struct study *study, const struct ask *ask)
{
    struct arena *arena = &study->step_arena;
    if (ask->kind == ASK_ORDER_REFS || ask->kind == ASK_ORDER_VALUES)
        return "The smallest first.";
    if (ask->kind != ASK_NUMBER)
        return NULL;
    if (ask->tolerance_kind == TOLERANCE_FACTOR)
        return arena_printf(arena, "Within a factor of %s counts as right.",
                            number_text(arena, ask->tolerance));
    if (ask->tolerance_kind == TOLERANCE_ABSOLUTE)
        return ask->tolerance > 0 ? arena_printf(arena, "Give or take %s counts as right.",
                                                 number_text(arena, ask->tolerance))
                                  : "Exactly.";
    return arena_printf(arena, "Within %s %% counts as right.",
                        number_text(arena, 100 * ask->tolerance));
}

void study_ask_prediction(struct study *study, const struct ask *ask)
{
    struct arena *arena = &study->step_arena;
    bool explain = ask->kind == ASK_EXPLAIN;
    bool order = ask->kind == ASK_ORDER_REFS || ask->kind == ASK_ORDER_VALUES;
    study->ask = (struct study_ask){
        .serial = next_serial(study),
        .kind = explain ? STUDY_EXPLAIN : STUDY_PREDICT,
        .form = order                     ? FORM_ORDER
                : ask->kind == ASK_NUMBER ? FORM_NUMBER
                                          : FORM_CHOOSE_ONE,
        .head = explain ? "Explain" : prediction_head(study, ask),
        .note = explain ? NULL : prediction_note(study, ask),
        .can_watch = !explain,
        .ask = ask,
    };
    study->ask.prompt = study_spans(arena, ask->question, &study->ask.prompt_count);
    size_t count = order ? ask->label_count : ask->option_count;
    study->ask.options = ARENA_ARRAY(arena, count, struct study_option);
    study->ask.option_count = count;
    for (size_t i = 0; i < count; i++) {
        if (ask->kind == ASK_ORDER_VALUES)
            add_option(study, i, arena_printf(arena, "%s = %s", ask->knob, ask->labels[i]));
        else
            add_option(study, i, order ? ask->labels[i] : ask->options[i].text);
    }
    shuffle_options(study, ask->question, false);
    study->stage = STUDY_ASK;
}

static void add_choices(struct study *study, const struct question *question)
{
    struct study_ask *ask = &study->ask;
    ask->option_count = question->choice_count;
    ask->options = ARENA_ARRAY(&study->step_arena, ask->option_count, struct study_option);
    for (size_t i = 0; i < ask->option_count; i++) {
        ask->options[i].origin = i;
        ask->options[i].spans = study_quiz_spans(&study->step_arena, &question->choices[i].text,
                                                 &ask->options[i].span_count);
        if (question->kind == QUESTION_TRUE_FALSE)
            add_option(study, i, i == 0 ? "True" : "False");
    }
    if (question->kind != QUESTION_TRUE_FALSE)
        shuffle_options(study, question->key, false);
}

static void add_texts(struct study *study, const char *const *texts, size_t count)
{
    study->ask.option_count = count;
    study->ask.options = ARENA_ARRAY(&study->step_arena, count, struct study_option);
    for (size_t i = 0; i < count; i++) {
        struct study_option *option = &study->ask.options[i];
        option->origin = i;
        option->spans = study_quiz_spans(
            &study->step_arena, &(struct quiz_text){.text = texts[i], .format = FORMAT_PLAIN},
            &option->span_count);
    }
}

void study_ask_question(struct study *study, const struct question *question, const char *head,
                        const char *hint)
{
    struct arena *arena = &study->step_arena;
    study->ask = (struct study_ask){
        .serial = next_serial(study),
        .kind = STUDY_QUESTION,
        .form = question_form(question),
        .head = head,
        .hint = hint,
        .section = question_tag(question, "section:", 0),
        .question = question,
        .lines = question->kind == QUESTION_ESSAY,
    };
    struct study_ask *ask = &study->ask;
    course_find_taught(study->course, question, &ask->taught);
    ask->prompt = study_quiz_spans(arena, &question->stem, &ask->prompt_count);
    size_t most = question->choice_count;
    const char **texts = ARENA_ARRAY(arena, most, const char *);
    switch (ask->form) {
    case FORM_CHOOSE_ONE:
    case FORM_CHOOSE_MANY:
        add_choices(study, question);
        break;
    case FORM_PAIRS:
        add_texts(study, texts, question_rights(question, texts, most));
        ask->stems = ARENA_ARRAY(arena, most, const char *);
        ask->stem_count = question_stems(question, ask->stems, most);
        shuffle_options(study, question->key, false);
        break;
    case FORM_ORDER:
        add_texts(study, texts, question_stems(question, texts, most));
        shuffle_options(study, question->key, true);
        break;
    case FORM_NONE:
    case FORM_TEXT:
    case FORM_NUMBER:
        break;
    }
    study->stage = ask->form == FORM_NONE ? STUDY_READ : STUDY_ASK;
}

/* The log knows no more than a glance of it. */
static bool is_unread(const struct study *study, const struct chapter *chapter)
{
    struct arena arena;
    struct err err = {0};
    uint64_t *hashes;
    size_t count = 0;
    arena_init(&arena);
    bool known = study->store && chapter->id &&
                 store_steps_seen(study->store, study->course->page.id, chapter->id, &arena,
                                  &hashes, &count, &err);
    arena_free(&arena);
    return known && count < 2 && count < chapter_step_count(chapter);
}

void study_ask_recall(struct study *study)
{
    const struct chapter *before =
        study->chapter ? &study->course->chapters[study->chapter - 1].lesson : NULL;
    if (before && !study->aloud && is_unread(study, before)) {
        study->unasked = arena_printf(
            &study->step_arena, "You have not read chapter %d, %s, so nothing is asked of it.",
            before->number, before->title);
        return;
    }
    study->ask = (struct study_ask){.serial = next_serial(study),
                                    .kind = STUDY_RECALL,
                                    .form = FORM_TEXT,
                                    .head = "Recall",
                                    .lines = true};
    study->ask.prompt = study_spans(&study->step_arena,
                                    "From memory, before you read on: what were the key ideas? "
                                    "A few words for each are enough.",
                                    &study->ask.prompt_count);
    study->stage = STUDY_ASK;
}

void study_ask_ticks(struct study *study, const struct span *const *ticks, const size_t *sizes,
                     size_t count, const char *head)
{
    const struct question *question = study->ask.question;
    study->ask = (struct study_ask){.serial = next_serial(study),
                                    .kind = STUDY_TICKS,
                                    .form = FORM_CHOOSE_MANY,
                                    .head = head,
                                    .question = question};
    study->ask.prompt = study_spans(&study->step_arena, "Which of these did your answer say?",
                                    &study->ask.prompt_count);
    study->ask.options = ARENA_ARRAY(&study->step_arena, count, struct study_option);
    study->ask.option_count = count;
    for (size_t i = 0; i < count; i++)
        study->ask.options[i] =
            (struct study_option){.spans = ticks[i], .span_count = sizes[i], .origin = i};
    study->stage = STUDY_ASK;
}
