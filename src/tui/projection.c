#include "tui/projection.h"

#include "tui/present.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { PATIENCE_MS = 3000, RETRY_MS = 500, TICK_MS = 1000, MOST_STEPS = 40 };

const char projection_ended[] = "The presentation has ended; this screen waits for the next one.";

static int64_t now_ms(const struct projection *projection)
{
    return clock_mono_ns(&projection->clock) / 1000000;
}

int projection_scroll(int hidden, int scroll)
{
    return (hidden * scroll + 999) / 1000;
}

/* ---- what comes --------------------------------------------------------------------------------------- */

static bool open_course(struct projection *projection, const struct fields *fields)
{
    struct err err;
    const char *folder = fields_text(fields, "folder");
    if (!projection->known)
        projection->known = course_open(&projection->course, folder, &err);
    return projection->known && strcmp(projection->course.folder, folder) == 0 &&
           course_find_chapter(&projection->course, fields_text(fields, "chapter"),
                               &projection->chapter, &err);
}

static enum study_stage stage_of(const char *word)
{
    for (int stage = 0; stage <= STUDY_DONE; stage++)
        if (strcmp(present_stages[stage], word) == 0)
            return (enum study_stage)stage;
    return STUDY_READ;
}

static void take_place(struct projection *projection, const struct fields *fields)
{
    int64_t section = 0, step = 0, blank = 0, scroll = 0;
    const struct field_value *knobs = fields_list(fields, "knobs");
    fields_number(fields, "section", 0, 1000, &section);
    fields_number(fields, "step", 0, 1000, &step);
    fields_number(fields, "blank", 0, 1, &blank);
    fields_number(fields, "minutes", 0, 100000, &projection->minutes);
    projection->section = (size_t)section;
    projection->step = (size_t)step;
    fields_number(fields, "scroll", 0, 1000, &scroll);
    projection->blank = blank;
    projection->scroll = (int)scroll;
    projection->stage = stage_of(fields_text(fields, "stage"));
    projection->ask = arena_strdup(&projection->arena, fields_text(fields, "ask"));
    projection->said = arena_strdup(&projection->arena, fields_text(fields, "said"));
    const struct field_value *picked = fields_list(fields, "picked");
    projection->picked_count = 0;
    for (size_t i = 0; picked && i < picked->count && i < PROJECTION_PICKED; i++)
        if (!picked->texts[i])
            projection->picked[projection->picked_count++] = picked->numbers[i];
    projection->knob_count = 0;
    for (size_t i = 0; knobs && i < knobs->count && i < PROJECTION_KNOBS; i++)
        if (knobs->texts[i])
            projection->knobs[projection->knob_count++] =
                arena_strdup(&projection->arena, knobs->texts[i]);
}

static void take(void *user, const char *topic, const char *text, size_t size)
{
    struct projection *projection = user;
    struct fields fields;
    struct arena arena;
    int64_t over = 0;
    if (strcmp(topic, "proj") != 0)
        return; /* the notes are not for a room */
    arena_init(&arena);
    if (fields_read(&fields, &arena, text, size, NULL)) {
        fields_number(&fields, "over", 0, 1, &over);
        /* The next presentation may be of a course that is not open here: it is not ours. */
        projection->over = over || !open_course(projection, &fields);
        projection->changes++;
        if (!projection->over) {
            arena_free(&projection->arena);
            take_place(projection, &fields);
            scene_read(&fields, &projection->arena, &projection->scene);
            projection->taken_ms = now_ms(projection);
        }
    }
    arena_free(&arena);
}

static bool rejoin(struct projection *projection, struct err *err)
{
    char path[200];
    projection->transport = local_path(path, sizeof path, err) ? local_join(path, err) : NULL;
    projection->companion.fd = projection->transport ? projection->transport->fd : -1;
    return projection->transport != NULL;
}

static void serve(void *user)
{
    struct projection *projection = user;
    struct err err;
    if (!projection->transport && !rejoin(projection, &err))
        return;
    if (projection->transport->poll(projection->transport, take, projection))
        return;
    projection->transport->close(projection->transport);
    projection->transport = NULL; /* it may be resumed: its class goes on */
    projection->companion.fd = -1;
    projection->changes += !projection->over;
}

static int wait_ms(void *user)
{
    const struct projection *projection = user;
    bool ticks = projection->scene.left_ms > 0 && projection->scene.ticking;
    return !projection->transport ? RETRY_MS : ticks ? TICK_MS : -1;
}

bool projection_open(struct projection *projection, const struct clock *clock, struct err *err)
{
    *projection = (struct projection){.clock = *clock};
    arena_init(&projection->arena);
    projection->companion =
        (struct companion){.fd = -1, .serve = serve, .wait_ms = wait_ms, .user = projection};
    if (!rejoin(projection, err)) {
        err->text[0] = '\0';
        return false;
    }
    while (!projection->known && !projection->over && projection->transport) {
        struct pollfd end = {.fd = projection->transport->fd, .events = POLLIN};
        if (poll(&end, 1, PATIENCE_MS) <= 0)
            break;
        serve(projection);
    }
    if (projection->known)
        return true;
    projection_close(projection);
    return err_set(err, "the presentation in the other terminal does not answer; start it anew");
}

void projection_close(struct projection *projection)
{
    if (projection->transport)
        projection->transport->close(projection->transport);
    projection->transport = NULL;
    if (projection->known)
        course_close(&projection->course);
    projection->known = false;
    arena_free(&projection->arena);
}

/* ---- following ---------------------------------------------------------------------------------------- */

static bool is_outcome(enum study_stage stage)
{
    return stage == STUDY_RUNNING || stage == STUDY_OUTCOME;
}

static bool asks_the_same(const struct projection *projection, const struct study *study)
{
    struct arena arena;
    arena_init(&arena);
    bool same = strcmp(study_plain_text(&arena, study->ask.prompt, study->ask.prompt_count),
                       projection->ask) == 0;
    arena_free(&arena);
    return same;
}

static bool has_arrived(const struct projection *projection, const struct study *study)
{
    if (is_outcome(projection->stage) && is_outcome(study->stage))
        return true;
    if (projection->stage == STUDY_SURE)
        return study->stage == STUDY_ASK;
    if (projection->stage != study->stage)
        return false;
    return study->stage != STUDY_ASK || asks_the_same(projection, study);
}

/* As the other screen was answered, where that is known here; else as next does. */
static bool answer_or_go_on(const struct projection *projection, struct study *study)
{
    const struct study_ask *ask = &study->ask;
    size_t chosen[PROJECTION_PICKED];
    struct study_answer answer = {.chosen = chosen, .text = projection->said};
    struct err err;
    if (study->stage != STUDY_ASK || projection->stage != STUDY_FEEDBACK ||
        !asks_the_same(projection, study))
        return present_go_on(study);
    for (size_t i = 0; i < ask->option_count; i++)
        for (size_t k = 0; k < projection->picked_count && answer.count < PROJECTION_PICKED; k++)
            if ((int64_t)ask->options[i].origin == projection->picked[k])
                chosen[answer.count++] = i;
    bool typed = !ask->option_count && *projection->said;
    return ((answer.count || typed) && study_answer(study, &answer, &err)) || present_go_on(study);
}

/* The demo's knobs as they are on the other screen. */
static void turn_knobs(const struct projection *projection, struct study *study)
{
    struct buf here = {0};
    for (size_t i = 0; i < projection->knob_count && study_shows_outcome(study); i++) {
        const char *wanted = projection->knobs[i], *sign = strchr(wanted, '=');
        size_t length = sign ? (size_t)(sign - wanted) : 0;
        const struct demo_args *args = &study->args;
        buf_clear(&here);
        if (strncmp(wanted, "seed=", 5) == 0)
            buf_addf(&here, "seed=%llu", (unsigned long long)args->seed);
        for (size_t k = 0; k < args->demo->knob_count; k++)
            if (strlen(args->demo->knobs[k].name) == length &&
                strncmp(args->demo->knobs[k].name, wanted, length) == 0) {
                buf_addf(&here, "%s=", args->demo->knobs[k].name);
                demo_value_write(&args->demo->knobs[k], &args->knob[k], &here);
            }
        if (here.length && strcmp(here.data, wanted) != 0)
            study_turn(study, wanted, NULL);
    }
    buf_free(&here);
}

static bool same_step(const struct projection *projection, const struct study *study)
{
    return study->chapter == projection->chapter && study->section == projection->section &&
           study->step == projection->step;
}

void projection_follow(const struct projection *projection, struct study *study)
{
    bool here = same_step(projection, study) && has_arrived(projection, study);
    /* A step goes one way; where it cannot have come from here, it begins anew. */
    bool behind =
        same_step(projection, study) && !is_outcome(study->stage) && study->stage != STUDY_FEEDBACK;
    if (!here && !behind)
        study_open(study, projection->chapter, projection->section, projection->step);
    for (int i = 0; i < MOST_STEPS && same_step(projection, study) &&
                    !has_arrived(projection, study) && answer_or_go_on(projection, study);
         i++)
        if (study->stage == STUDY_RUNNING && !is_outcome(projection->stage))
            while (study_work(study, 1000))
                ;
    if (!same_step(projection, study)) /* it went past: the step as it begins */
        study_open(study, projection->chapter, projection->section, projection->step);
    turn_knobs(projection, study);
}

struct scene projection_scene(const struct projection *projection)
{
    struct scene scene = projection->scene;
    if (!projection->transport) {
        scene.problem = "The instructor's terminal is gone; this screen waits for it to come back.";
        scene.ticking = false;
    }
    if (scene.left_ms > 0 && scene.ticking) {
        scene.left_ms -= now_ms(projection) - projection->taken_ms;
        scene.left_ms = scene.left_ms < 0 ? 0 : scene.left_ms;
    }
    return scene;
}
