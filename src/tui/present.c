#include "tui/present.h"

#include "live/fields.h"
#include "tui/classroom.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MINUTE_MS = 60000, RETRY_MS = 1000, GIVE_MS = 1000, STEP_MS = 20 };

static int64_t elapsed_ms(const struct present *present)
{
    return present->host ? desk_elapsed_ms(&present->host->desk)
                         : (clock_mono_ns(&present->clock) - present->began_ns) / 1000000;
}

int present_minutes(const struct present *present)
{
    return (int)(elapsed_ms(present) / MINUTE_MS);
}

static void take(void *user, const char *topic, const char *text, size_t size)
{
    struct present *present = user;
    struct fields fields;
    struct arena arena;
    arena_init(&arena);
    if (strcmp(topic, "yield") == 0)
        present->gave_way = !present->host || classroom_is_over(present);
    else if (strcmp(topic, "drive") == 0 && fields_read(&fields, &arena, text, size, NULL))
        present_do(present, fields_text(&fields, "do"));
    arena_free(&arena);
}

static void bundle(struct present *present, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd >= 0)
        epoll_ctl(present->bundle, EPOLL_CTL_ADD, fd, &event);
}

static bool take_hub(struct present *present, struct err *err)
{
    char path[200];
    present->retry_ns = clock_mono_ns(&present->clock) + (int64_t)RETRY_MS * 1000000;
    present->hub = local_path(path, sizeof path, err) ? local_serve(path, err) : NULL;
    bundle(present, present->hub ? present->hub->fd : -1);
    buf_clear(&present->said);
    buf_clear(&present->showed);
    return present->hub != NULL;
}

static void pass_over(void *user, const char *topic, const char *text, size_t size)
{
    (void)user, (void)topic, (void)text, (void)size;
}

/* Asks whoever has it; a presentation without a class gives it at once, and hangs up with it. */
static bool ask_for_hub(struct present *present, struct err *err)
{
    static const char please[] = "{}";
    char path[200];
    struct transport *other = local_path(path, sizeof path, err) ? local_join(path, err) : NULL;
    if (other) {
        other->send(other, "yield", please, sizeof please - 1, false);
        for (int waited = 0; waited < GIVE_MS && other->poll(other, pass_over, NULL);
             waited += STEP_MS)
            poll(NULL, 0, STEP_MS);
        other->close(other);
    }
    return take_hub(present, err);
}

static void give_way(struct present *present)
{
    present->hub->close(present->hub);
    present->hub = NULL;
    present->retry_ns = clock_mono_ns(&present->clock) + (int64_t)(GIVE_MS + RETRY_MS) * 1000000;
    snprintf(present->news, sizeof present->news,
             "A class of yours has begun in another terminal: projector and notes follow the class "
             "now.");
}

static void serve(void *user)
{
    struct present *present = user;
    struct err err;
    if (!present->study)
        return;
    if (!present->hub && clock_mono_ns(&present->clock) >= present->retry_ns)
        take_hub(present, &err);
    if (present->hub) {
        present->gave_way = false;
        present->hub->poll(present->hub, take, present);
        if (present->gave_way)
            give_way(present);
    }
    if (present->host)
        host_serve(present->host);
    present_tell(present);
}

/* Nothing moves but the minutes, and a class. */
static int wait_ms(void *user)
{
    const struct present *present = user;
    int minute = MINUTE_MS - (int)(elapsed_ms(present) % MINUTE_MS);
    int host = present->host ? host_wait_ms(present->host) : minute;
    int most = present->hub || minute < RETRY_MS ? minute : RETRY_MS;
    return host < most ? host : most;
}

void present_open(struct present *present, struct course *course, size_t chapter, size_t section,
                  struct host *host)
{
    struct err err;
    *present = (struct present){.course = course,
                                .clock = course->clock,
                                .chapter = chapter,
                                .section = section,
                                .host = host};
    present->began_ns = clock_mono_ns(&present->clock);
    present->bundle = epoll_create1(EPOLL_CLOEXEC);
    if (!take_hub(present, &err) && !(host && ask_for_hub(present, &err)))
        snprintf(present->problem, sizeof present->problem, "No notes: %.280s", err.text);
    bundle(present, host ? host->transport->fd : -1);
    present->companion = (struct companion){
        .fd = present->bundle,
        .serve = serve,
        .wait_ms = wait_ms,
        .user = present,
    };
}

void present_close(struct present *present)
{
    bool over = !present->host || present->ends; /* else it will be resumed, and is waited for */
    if (present->hub && over) {
        static const char text[] = "{\"over\":true}";
        present->hub->send(present->hub, "state", text, sizeof text - 1, true);
        present->hub->send(present->hub, "proj", text, sizeof text - 1, true);
    }
    if (present->hub)
        present->hub->close(present->hub);
    present->hub = NULL;
    if (present->bundle >= 0)
        close(present->bundle);
    buf_free(&present->said);
    buf_free(&present->showed);
}

/* What next does: a question or a prediction that nobody answered is passed over; what is to be
 * remembered is said aloud, and then compared. */
bool present_go_on(struct study *study)
{
    if (study->stage == STUDY_ASK && study->ask.kind == STUDY_RECALL)
        return study_answer(study, &(struct study_answer){.text = ""}, NULL);
    return study->stage == STUDY_ASK    ? study_skip(study)
           : study->stage == STUDY_SURE ? study_sure(study, 0)
                                        : study_next(study);
}

static bool go_to(struct present *present, const char *number)
{
    const struct chapter *chapter = study_chapter(present->study);
    for (size_t i = 0; i < chapter->section_count; i++)
        if (chapter->sections[i].number && strcmp(chapter->sections[i].number, number) == 0) {
            study_open(present->study, present->study->chapter, i, 0);
            return true;
        }
    return false;
}

bool present_do(struct present *present, const char *word)
{
    bool was_blank = present->blank;
    present->blank = strcmp(word, "blank") == 0 && !was_blank;
    if (present->blank || was_blank)
        return true; /* the first key only brings the picture back */
    if (present->host && classroom_do(present, word))
        return true;
    if (strcmp(word, "next") == 0)
        return present_go_on(present->study);
    if (strcmp(word, "back") == 0)
        return study_back(present->study);
    return text_starts(word, "go ") && go_to(present, word + 3);
}

static const char *stage_word(const struct present *present)
{
    const struct study *study = present->study;
    if (classroom_is_shown(present))
        return present->host->desk.phase == PHASE_LOBBY ? "who has joined" : "the vote";
    switch (study->stage) {
    case STUDY_READ:
        return "text";
    case STUDY_ASK:
    case STUDY_SURE:
        return study->ask.can_watch ? "a prediction is asked" : "a question is asked";
    case STUDY_RUNNING:
        return "the demo is running";
    case STUDY_OUTCOME:
        return "the demo has run";
    case STUDY_FEEDBACK:
        return "the answer is shown";
    case STUDY_BEFORE:
    case STUDY_END:
    case STUDY_RESULT:
    case STUDY_DONE:
        break;
    }
    return "the chapter is over";
}

const char *const present_stages[STUDY_DONE + 1] = {
    [STUDY_READ] = "read",         [STUDY_ASK] = "ask",         [STUDY_SURE] = "sure",
    [STUDY_BEFORE] = "before",     [STUDY_RUNNING] = "running", [STUDY_OUTCOME] = "outcome",
    [STUDY_FEEDBACK] = "feedback", [STUDY_RESULT] = "result",   [STUDY_END] = "end",
    [STUDY_DONE] = "done",
};

static void add_knobs(const struct demo_args *args, struct buf *out)
{
    const char *texts[FIELDS_LIST_MOST];
    size_t count = 0;
    struct arena arena;
    struct buf knob = {0};
    arena_init(&arena);
    for (size_t i = 0; i < args->demo->knob_count && count + 1 < FIELDS_LIST_MOST; i++) {
        if (args->demo->knobs[i].kind == KNOB_PATH)
            continue; /* what is on this disk is not a projector's business */
        buf_clear(&knob);
        buf_addf(&knob, "%s=", args->demo->knobs[i].name);
        demo_value_write(&args->demo->knobs[i], &args->knob[i], &knob);
        texts[count++] = arena_strdup(&arena, buf_text(&knob));
    }
    texts[count++] = arena_printf(&arena, "seed=%llu", (unsigned long long)args->seed);
    fields_add_texts(out, "knobs", texts, count);
    buf_free(&knob);
    arena_free(&arena);
}

/* What was answered on the slide: options by their places before shuffling, which each screen does in its
 * own way; else the words. */
static void add_answer(const struct study *study, struct buf *out)
{
    const struct study_ask *ask = &study->ask;
    int64_t picked[FIELDS_LIST_MOST];
    size_t count = 0;
    if (study->stage != STUDY_FEEDBACK)
        return;
    for (size_t i = 0; i < ask->option_count && count < FIELDS_LIST_MOST; i++)
        if (ask->options[i].chosen)
            picked[count++] = (int64_t)ask->options[i].origin;
    fields_add_numbers(out, "picked", picked, count);
    fields_add_text(out, "said", study->feedback.said ? study->feedback.said : "");
}

/* What a projector needs to show the same: where it stands, never the notes. */
static void add_slide(const struct present *present, struct buf *out)
{
    const struct study *study = present->study;
    fields_add_text(out, "folder", present->course->folder);
    fields_add_text(out, "chapter", study_chapter(study)->id);
    fields_add_number(out, "section", (int64_t)study->section);
    fields_add_number(out, "step", (int64_t)study->step);
    fields_add_text(out, "stage", present_stages[study->stage]);
    fields_add_number(out, "minutes", present_minutes(present));
    fields_add_number(out, "blank", present->blank);
    if (study->stage == STUDY_ASK || study->stage == STUDY_SURE || study->stage == STUDY_FEEDBACK) {
        struct arena arena;
        arena_init(&arena);
        fields_add_text(out, "ask",
                        study_plain_text(&arena, study->ask.prompt, study->ask.prompt_count));
        arena_free(&arena);
    }
    add_answer(study, out);
    if (study->has_run)
        add_knobs(&study->args, out);
}

static void tell_projectors(struct present *present)
{
    struct buf out = {0};
    int64_t left_ms = -1;
    fields_begin(&out);
    add_slide(present, &out);
    if (present->host) {
        struct arena arena;
        struct scene scene;
        arena_init(&arena);
        classroom_scene(present, &arena, &scene);
        scene_write(&scene, &out);
        fields_add_number(&out, "scroll", present->scroll);
        left_ms = scene.left_ms;
        arena_free(&arena);
    }
    if (strcmp(out.data, buf_text(&present->showed)) != 0) {
        buf_clear(&present->showed);
        buf_add(&present->showed, out.data);
        fields_add_number(&out, "left_ms", left_ms);
        fields_end(&out);
        present->hub->send(present->hub, "proj", out.data, out.length, true);
    }
    buf_free(&out);
}

void present_tell(struct present *present)
{
    const struct study *study = present->study;
    const struct section *section = study_section(study);
    struct buf state = {0};
    if (present->host)
        classroom_follow(present);
    if (!present->hub)
        return;
    tell_projectors(present);
    fields_begin(&state);
    fields_add_text(&state, "folder", present->course->folder);
    fields_add_text(&state, "chapter", study_chapter(study)->id);
    fields_add_number(&state, "section", (int64_t)study->section);
    fields_add_number(&state, "step", (int64_t)study->step);
    fields_add_number(&state, "steps", section ? (int64_t)section->step_count : 0);
    fields_add_text(&state, "stage", stage_word(present));
    fields_add_text(&state, "question",
                    study->stage == STUDY_ASK && study->ask.question ? study->ask.question->key
                                                                     : "");
    fields_add_number(&state, "blank", present->blank);
    fields_add_number(&state, "minutes", present_minutes(present));
    int64_t left_ms = -1;
    if (present->host) {
        const char *lines[CLASSROOM_LINES];
        struct arena arena;
        struct scene scene;
        arena_init(&arena);
        fields_add_texts(&state, "class", lines,
                         classroom_say(present, &arena, lines, CLASSROOM_LINES));
        classroom_scene(present, &arena, &scene);
        fields_add_number(&state, "until", scene.until_ms);
        fields_add_number(&state, "ticking", scene.ticking);
        left_ms = scene.left_ms;
        arena_free(&arena);
    }
    if (strcmp(state.data, buf_text(&present->said)) != 0) {
        buf_clear(&present->said);
        buf_add(&present->said, state.data);
        fields_add_number(&state, "left_ms", left_ms);
        fields_end(&state);
        present->hub->send(present->hub, "state", state.data, state.length, true);
    }
    buf_free(&state);
}
