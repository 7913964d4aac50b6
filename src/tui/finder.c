#include "tui/finder.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

struct seen_steps {
    const struct session *session;
    const struct chapter *chapter; /* whose steps these are */
    struct arena arena;
    uint64_t *hashes;
    size_t count;
};

static bool was_seen(void *user, const struct chapter *chapter, const struct step *step)
{
    struct seen_steps *seen = user;
    struct session *session = (struct session *)seen->session;
    struct err err = {0};
    if (!session->store)
        return false;
    if (seen->chapter != chapter) {
        seen->chapter = chapter;
        arena_free(&seen->arena);
        if (!store_steps_seen(session->store, session->course->page.id,
                              chapter->id ? chapter->id : "", &seen->arena, &seen->hashes,
                              &seen->count, &err))
            seen->count = 0;
    }
    for (size_t i = 0; i < seen->count; i++)
        if (seen->hashes[i] == step->hash)
            return true;
    return false;
}

void finder_open(struct search *search, struct session *session)
{
    struct seen_steps seen = {.session = session};
    arena_init(&seen.arena);
    search_open(search, session->course, was_seen, &seen);
    arena_free(&seen.arena);
}

bool finder_bookmark(const struct session *session, const struct bookmark *mark, size_t *chapter,
                     size_t *section, size_t *step, struct buf *words)
{
    struct stop stop = {
        .kind = STOP_STEP, .name = mark->chapter, .section = mark->section, .hash = mark->hash};
    if (!history_find(session->course, &stop, chapter, section, step))
        return false;
    const struct chapter *lesson = &session->course->chapters[*chapter].lesson;
    if (*section >= lesson->section_count || *step >= lesson->sections[*section].step_count)
        return true;
    const struct step *here = &lesson->sections[*section].steps[*step];
    buf_clear(words);
    search_add_blocks(words, here->blocks, here->block_count);
    if (!words->length && here->directive && here->directive->ask_count)
        buf_add(words, here->directive->asks[0].question);
    return true;
}

void finder_bookmark_place(const struct session *session, const struct bookmark *mark,
                           struct buf *place)
{
    enum { NUMBER = 12 }; /* columns: it is from the log, and may be anything */
    size_t chapter, section, step;
    struct buf words = {0};
    bool there = finder_bookmark(session, mark, &chapter, &section, &step, &words);
    const struct chapter *lesson = there ? &session->course->chapters[chapter].lesson : NULL;
    buf_free(&words);
    buf_clear(place);
    if (!there)
        buf_add_n(place, mark->section, utf8_fit(mark->section, strlen(mark->section), NUMBER));
    else if (section >= lesson->section_count)
        buf_addf(place, "%d %s", lesson->number, lesson->title ? lesson->title : "");
    else
        buf_addf(place, "%s %s",
                 lesson->sections[section].number ? lesson->sections[section].number : "",
                 lesson->sections[section].title ? lesson->sections[section].title : "");
}

/* Where a bookmark stands, for sorting; what is gone comes last. */
struct ranked {
    struct bookmark mark;
    size_t chapter, section, step;
};

static int by_place(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->chapter != y->chapter)
        return x->chapter < y->chapter ? -1 : 1;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    return x->step < y->step ? -1 : x->step > y->step;
}

void finder_sort_bookmarks(const struct session *session, struct bookmark *list, size_t count)
{
    struct ranked *ranked = memory_alloc((count + 1) * sizeof *ranked);
    struct buf words = {0};
    for (size_t i = 0; i < count; i++) {
        ranked[i] = (struct ranked){.mark = list[i], .chapter = SIZE_MAX};
        if (!finder_bookmark(session, &list[i], &ranked[i].chapter, &ranked[i].section,
                             &ranked[i].step, &words))
            ranked[i].chapter = SIZE_MAX;
    }
    if (count)
        qsort(ranked, count, sizeof *ranked, by_place);
    for (size_t i = 0; i < count; i++)
        list[i] = ranked[i].mark;
    buf_free(&words);
    memory_free(ranked);
}
