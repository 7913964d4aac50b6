#include "tui/notes.h"

#include "live/fields.h"
#include "tui/scene.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { PATIENCE_MS = 3000, RETRY_MS = 500, TICK_MS = 1000 };

static bool open_course(struct notes *notes, const struct fields *fields)
{
    struct err err;
    size_t chapter;
    const char *folder = fields_text(fields, "folder");
    if (notes->known && strcmp(notes->course.folder, folder) != 0) { /* the next presentation */
        course_close(&notes->course);
        notes->known = false;
    }
    if (!notes->known)
        notes->known = course_open(&notes->course, folder, &err);
    if (!notes->known ||
        !course_find_chapter(&notes->course, fields_text(fields, "chapter"), &chapter, &err))
        return false;
    notes->chapter = chapter;
    return true;
}

static void take_state(struct notes *notes, const struct fields *fields)
{
    int64_t section = 0, step = 0, steps = 0, over = 0, blank = 0;
    fields_number(fields, "over", 0, 1, &over);
    notes->over = over;
    notes->changes++;
    if (over || !open_course(notes, fields))
        return;
    fields_number(fields, "section", 0, 1000, &section);
    fields_number(fields, "step", 0, 1000, &step);
    fields_number(fields, "steps", 0, 1000, &steps);
    fields_number(fields, "blank", 0, 1, &blank);
    fields_number(fields, "minutes", 0, 100000, &notes->minutes);
    notes->section = (size_t)section;
    notes->step = (size_t)step;
    notes->steps = (size_t)steps;
    notes->blank = blank;
    snprintf(notes->stage, sizeof notes->stage, "%s", fields_text(fields, "stage"));
    snprintf(notes->question, sizeof notes->question, "%s", fields_text(fields, "question"));
    int64_t ticking = 0;
    notes->left_ms = -1;
    fields_number(fields, "left_ms", -1, INT64_C(86400000), &notes->left_ms);
    fields_number(fields, "ticking", 0, 1, &ticking);
    notes->ticking = ticking;
    notes->taken_ms = clock_mono_ns(&notes->course.clock) / 1000000;
    const struct field_value *lines = fields_list(fields, "class");
    buf_clear(&notes->class);
    for (size_t i = 0; lines && i < lines->count; i++)
        if (lines->texts[i])
            buf_addf(&notes->class, "%s%s", i ? "\n" : "", lines->texts[i]);
}

static void take(void *user, const char *topic, const char *text, size_t size)
{
    struct notes *notes = user;
    struct fields fields;
    struct arena arena;
    arena_init(&arena);
    if (strcmp(topic, "state") == 0 && fields_read(&fields, &arena, text, size, NULL))
        take_state(notes, &fields);
    arena_free(&arena);
}

static bool join(struct notes *notes, struct err *err)
{
    char path[200];
    notes->transport = local_path(path, sizeof path, err) ? local_join(path, err) : NULL;
    notes->companion.fd = notes->transport ? notes->transport->fd : -1;
    return notes->transport != NULL;
}

static void serve(void *user)
{
    struct notes *notes = user;
    struct err err;
    if ((!notes->transport && !join(notes, &err)) ||
        notes->transport->poll(notes->transport, take, notes))
        return;
    notes->transport->close(notes->transport);
    notes->transport = NULL; /* it was killed, and may be resumed; or it has ended */
    notes->companion.fd = -1;
    notes->changes += !notes->over;
}

static int wait_ms(void *user)
{
    const struct notes *notes = user;
    bool ticks = notes->ticking && notes->left_ms > 0;
    return !notes->transport ? RETRY_MS : ticks ? TICK_MS : -1;
}

bool notes_open(struct notes *notes, struct err *err)
{
    *notes = (struct notes){.companion = {.serve = serve, .wait_ms = wait_ms, .user = notes}};
    if (!join(notes, err))
        return false;
    while (!notes->known && !notes->over && notes->transport) {
        struct pollfd end = {.fd = notes->transport->fd, .events = POLLIN};
        if (poll(&end, 1, PATIENCE_MS) <= 0)
            break;
        serve(notes);
    }
    if (!notes->known) {
        notes_close(notes);
        return err_set(err,
                       "the presentation in the other terminal does not answer; start it anew");
    }
    return true;
}

void notes_close(struct notes *notes)
{
    if (notes->transport)
        notes->transport->close(notes->transport);
    notes->transport = NULL;
    buf_free(&notes->class);
    if (notes->known)
        course_close(&notes->course);
    notes->known = false;
}

bool notes_do(struct notes *notes, const char *word)
{
    struct buf text = {0};
    fields_begin(&text);
    fields_add_text(&text, "do", word);
    fields_end(&text);
    bool good = !notes->over && notes->transport &&
                notes->transport->send(notes->transport, "drive", text.data, text.length, false);
    buf_free(&text);
    return good;
}

/* ---- what there is to say ----------------------------------------------------------------------------- */

static void say_next(struct layout *layout, const struct chapter *chapter, size_t section,
                     size_t step)
{
    static const char *const kinds[] = {
        [DIRECTIVE_DEMO] = "a demo: ",
        [DIRECTIVE_QUIZ] = "a question",
        [DIRECTIVE_DRILL] = "a drill",
        [DIRECTIVE_MYTH] = "a myth",
        [DIRECTIVE_NOTES] = "",
        [DIRECTIVE_RECALL] = "recall from memory",
        [DIRECTIVE_SOURCES] = "the sources",
    };
    if (section >= chapter->section_count)
        return;
    if (++step >= chapter->sections[section].step_count) {
        if (++section >= chapter->section_count) {
            layout_text(layout, ROLE_TEXT, "Next: the end of the chapter.");
            return;
        }
        step = 0;
        layout_textf(layout, ROLE_TEXT, "Next: section %s, %s", chapter->sections[section].number,
                     chapter->sections[section].title);
    }
    if (step >= chapter->sections[section].step_count)
        return;
    const struct step *next = &chapter->sections[section].steps[step];
    const struct directive *directive = next->directive;
    layout_textf(layout, ROLE_TEXT, "Next: %s%s", directive ? kinds[directive->kind] : "text",
                 directive && directive->kind == DIRECTIVE_DEMO ? directive->args : "");
    for (size_t i = 0; i < next->block_count; i++)
        if (next->blocks[i].span_count) {
            layout_item(layout, "  ┆", STYLE(ROLE_DIM), next->blocks[i].spans,
                        next->blocks[i].span_count, ROLE_DIM);
            return;
        }
}

void notes_lay_out(struct notes *notes, struct layout *layout)
{
    const struct chapter *chapter = &notes->course.chapters[notes->chapter].lesson;
    if (notes->over) {
        layout_text(layout, ROLE_WARNING,
                    "The presentation has ended; these notes wait for the next one.");
        return;
    }
    if (!notes->transport) {
        layout_text(layout, ROLE_WARNING,
                    "The other terminal is gone; these notes wait for it to come back. A class "
                    "goes on with \"nntutor host --resume\".");
        layout_gap(layout, 1);
    }
    struct str rest = {buf_text(&notes->class), notes->class.length}, line;
    while (str_line(&rest, &line))
        layout_textf(layout, ROLE_TEXT, "%.*s", (int)line.length, line.text);
    struct buf time = {0};
    bool runs = notes->ticking && notes->transport;
    int64_t passed = runs ? clock_mono_ns(&notes->course.clock) / 1000000 - notes->taken_ms : 0;
    if (notes->left_ms >= 0)
        scene_add_time(passed < notes->left_ms ? notes->left_ms - passed : 0, runs, &time);
    if (time.length)
        layout_text(layout, ROLE_STRONG, buf_text(&time));
    buf_free(&time);
    layout_gap(layout, notes->class.length > 0);
    layout_textf(layout, ROLE_STRONG, "The room sees: %s%s.%s%s",
                 notes->blank ? "a blank screen; behind it, " : "", notes->stage,
                 *notes->question ? " Question " : "", notes->question);
    layout_gap(layout, 1);
    say_next(layout, chapter, notes->section, notes->step);
    if (notes->section >= chapter->section_count)
        return;
    const struct section *section = &chapter->sections[notes->section];
    layout_gap(layout, 1);
    if (section->note_count)
        layout_notes(layout, section);
    else
        layout_text(layout, ROLE_DIM, "This section has no notes.");
}
