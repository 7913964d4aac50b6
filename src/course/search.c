#include "course/search.h"

#include "base/utf8.h"
#include "quiz/fold.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *search_kind_title(enum search_kind kind)
{
    static const char *const titles[] = {"Lessons", "Glossary", "Demos", "Questions"};
    return titles[kind];
}

/* ---- plain text ------------------------------------------------------------------------------------ */

/* One blank between pieces, and none for a run of white space. */
static void add_words(struct buf *out, const char *text)
{
    for (; *text; text++) {
        bool blank = *text == ' ' || *text == '\n';
        if (!blank)
            buf_add_char(out, *text);
        else if (out->length && out->data[out->length - 1] != ' ')
            buf_add_char(out, ' ');
    }
}

static void add_spans(struct buf *out, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = spans[i].kind == SPAN_BREAK                    ? " "
                           : spans[i].kind == SPAN_MATH && spans[i].shown ? spans[i].shown
                                                                          : spans[i].text;
        add_words(out, text ? text : "");
    }
    add_words(out, " ");
}

void search_add_blocks(struct buf *out, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct block *block = &blocks[i];
        add_spans(out, block->spans, block->span_count);
        for (size_t c = 0; c < block->rows * block->columns; c++)
            add_spans(out, block->cells[c].spans, block->cells[c].span_count);
        if (block->kind == BLOCK_MATH && !block->drawn)
            add_words(out, block->shown ? block->shown : block->text);
        else if (block->kind == BLOCK_CODE)
            add_words(out, block->text);
        add_words(out, " ");
    }
}

static void add_markdown(struct buf *out, struct arena *arena, const char *markdown)
{
    struct span *spans;
    size_t count;
    if (!markdown)
        return;
    lesson_inline(arena, markdown, &spans, &count);
    add_spans(out, spans, count);
}

/* What a step says before anything was answered in it: its questions, never what follows them. */
static void add_step(struct buf *out, struct arena *arena, const struct step *step)
{
    const struct directive *directive = step->directive;
    search_add_blocks(out, step->blocks, step->block_count);
    if (!directive)
        return;
    for (size_t i = 0; i < directive->ask_count; i++)
        if (directive->asks[i].kind != ASK_EXPLAIN)
            add_markdown(out, arena, directive->asks[i].question);
    for (size_t i = 0; i < directive->drill_count; i++)
        add_markdown(out, arena, directive->drills[i].question);
    if (directive->kind == DIRECTIVE_MYTH) {
        add_markdown(out, arena, directive->many_say);
        add_markdown(out, arena, directive->in_fact);
    }
    if (directive->kind == DIRECTIVE_SOURCES)
        search_add_blocks(out, directive->blocks, directive->block_count);
}

/* ---- the index --------------------------------------------------------------------------------------- */

static const char *keep(struct search *search, const struct buf *text)
{
    struct str trimmed = str_trim((struct str){buf_text(text), text->length});
    return arena_strndup(&search->arena, trimmed.text, trimmed.length);
}

static struct str keep_folded(struct search *search, const char *text)
{
    struct buf folded = {0};
    fold_loosely(&folded, str_of(text));
    struct str kept = {arena_strndup(&search->arena, buf_text(&folded), folded.length),
                       folded.length};
    buf_free(&folded);
    return kept;
}

static void add_entry(struct search *search, struct search_entry entry)
{
    entry.folded_head = keep_folded(search, entry.head);
    entry.folded_text = keep_folded(search, entry.text);
    ARENA_PUSH(&search->arena, search->entries, search->count, search->capacity, entry);
}

static bool predicts(const struct step *step)
{
    const struct directive *directive = step->directive;
    return directive && directive->kind == DIRECTIVE_DEMO && directive->ask_count &&
           directive->asks[0].kind != ASK_EXPLAIN;
}

static const char *section_place(struct search *search, const struct chapter *chapter,
                                 size_t section)
{
    if (section >= chapter->section_count)
        return arena_printf(&search->arena, "%d %s", chapter->number, chapter->title);
    const struct section *here = &chapter->sections[section];
    return arena_printf(&search->arena, "%s %s", here->number ? here->number : "",
                        here->title ? here->title : "");
}

static void add_section(struct search *search, const struct chapter *chapter,
                        struct search_entry entry, search_seen *seen, void *user)
{
    const struct section *section = &chapter->sections[entry.section];
    size_t asking = SIZE_MAX; /* the last step that asks for a prediction */
    const char *title = entry.place;
    if (entry.section == 0)
        title = arena_printf(&search->arena, "%s %d %s", title, chapter->number, chapter->title);
    for (size_t i = 0; i < section->step_count; i++) {
        struct buf text = {0};
        add_step(&text, &search->arena, &section->steps[i]);
        entry.head = i ? "" : title;
        entry.text = keep(search, &text);
        entry.hidden = asking != SIZE_MAX && seen && !seen(user, chapter, &section->steps[i]);
        entry.step = entry.hidden ? asking : i;
        add_entry(search, entry);
        buf_free(&text);
        if (predicts(&section->steps[i]) && !entry.hidden)
            asking = i;
    }
}

static void add_questions(struct search *search, struct course *course, size_t chapter)
{
    const struct quiz *quiz = course_quiz(course, chapter);
    for (size_t i = 0; quiz && i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        struct search_entry entry = {
            .kind = SEARCH_QUESTION, .chapter = chapter, .name = question->key, .head = ""};
        const char *number = question_tag(question, "section:", 0);
        struct buf plain = {0}, text = {0};
        if (question->kind == QUESTION_DESCRIPTION)
            continue;
        if (!number || !course_find_section(course, number, &entry.chapter, &entry.section))
            entry.section = 0;
        entry.place = section_place(search, &course->chapters[entry.chapter].lesson, entry.section);
        quiz_text_plain(&question->stem, &plain);
        if (question->stem.format == FORMAT_MARKDOWN)
            add_markdown(&text, &search->arena, buf_text(&plain));
        else
            add_words(&text, buf_text(&plain));
        entry.text = keep(search, &text);
        add_entry(search, entry);
        buf_free(&plain);
        buf_free(&text);
    }
}

void search_open(struct search *search, struct course *course, search_seen *seen, void *user)
{
    *search = (struct search){0};
    arena_init(&search->arena);
    for (size_t c = 0; c < course->chapter_count; c++) {
        const struct chapter *chapter = &course->chapters[c].lesson;
        for (size_t s = 0; s < chapter->section_count; s++)
            add_section(search, chapter,
                        (struct search_entry){.kind = SEARCH_STEP,
                                              .chapter = c,
                                              .section = s,
                                              .place = section_place(search, chapter, s)},
                        seen, user);
    }
    for (size_t i = 0; i < course->glossary.count; i++) {
        const struct glossary_entry *term = &course->glossary.entries[i];
        struct buf text = {0};
        search_add_blocks(&text, term->blocks, term->block_count);
        const char *title = arena_strdup(&search->arena, term->title ? term->title : "");
        add_entry(search, (struct search_entry){
                              .kind = SEARCH_TERM,
                              .name = arena_strdup(&search->arena, term->slug ? term->slug : ""),
                              .place = title,
                              .head = title,
                              .text = keep(search, &text)});
        buf_free(&text);
    }
    for (size_t i = 0; i < demo_count; i++)
        add_entry(search,
                  (struct search_entry){.kind = SEARCH_DEMO,
                                        .name = demos[i]->name,
                                        .place = demos[i]->name,
                                        .head = arena_printf(&search->arena, "%s %s",
                                                             demos[i]->name, demos[i]->title),
                                        .text = demos[i]->question});
    for (size_t c = 0; c < course->chapter_count; c++)
        add_questions(search, course, c);
    search->hits = ARENA_ARRAY(&search->arena, search->count, struct search_hit);
}

void search_close(struct search *search)
{
    arena_free(&search->arena);
    *search = (struct search){0};
}

/* ---- looking ------------------------------------------------------------------------------------------ */

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Where `word` stands, best at the beginning of a word (*begins); SIZE_MAX: nowhere. */
static size_t find_word(struct str text, struct str word, bool *begins)
{
    size_t first = SIZE_MAX;
    for (const char *from = text.text, *end = from + text.length, *here;
         (here = memmem(from, (size_t)(end - from), word.text, word.length)); from = here + 1) {
        size_t at = (size_t)(here - text.text);
        *begins = at == 0 || !is_letter(here[-1]);
        if (*begins)
            return at;
        if (first == SIZE_MAX)
            first = at;
    }
    *begins = false;
    return first;
}

/* What the entry is worth for these words; 0: one of them is missing. */
static int score_of(const struct search_entry *entry, struct str words, struct search_hit *hit)
{
    enum { WHOLE_HEAD = 20, HEAD_BEGINS = 8, HEAD = 4, PHRASE = 4, BEGINS = 2, INSIDE = 1 };
    int score = 0;
    bool begins;
    struct str rest = words, word;
    *hit = (struct search_hit){.entry = entry};
    while ((word = str_word(&rest)).length) {
        int worth = 0;
        if (find_word(entry->folded_head, word, &begins) != SIZE_MAX)
            worth = begins ? HEAD_BEGINS : HEAD;
        size_t at = find_word(entry->folded_text, word, &begins);
        if (at != SIZE_MAX) {
            worth += begins ? BEGINS : INSIDE;
            if (!hit->length) {
                hit->at = at;
                hit->length = word.length;
            }
        }
        if (!worth)
            return 0;
        score += worth;
    }
    size_t phrase = find_word(entry->folded_text, words, &begins);
    if (phrase != SIZE_MAX && memchr(words.text, ' ', words.length)) {
        score += PHRASE;
        hit->at = phrase;
        hit->length = words.length;
    }
    struct str place = str_of(entry->place);
    if (entry->kind != SEARCH_STEP && place.length == words.length &&
        text_starts(entry->folded_head.text, words.text))
        score += WHOLE_HEAD;
    return score;
}

static int by_score(const void *a, const void *b)
{
    const struct search_hit *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* Brings those of one kind together, the kind with the best hit first; `hits` is sorted by score. */
static void group(struct search *search)
{
    struct search_hit *sorted = memory_alloc((search->hit_count + 1) * sizeof *sorted);
    bool done[SEARCH_KINDS] = {false};
    size_t count = 0;
    for (size_t i = 0; i < search->hit_count; i++) {
        enum search_kind kind = search->hits[i].entry->kind;
        for (size_t k = i; !done[kind] && k < search->hit_count; k++)
            if (search->hits[k].entry->kind == kind)
                sorted[count++] = search->hits[k];
        done[kind] = true;
    }
    memcpy(search->hits, sorted, count * sizeof *sorted);
    memory_free(sorted);
}

/* All that one prediction hides is one place to go to. */
static bool is_same_door(const struct search *search, const struct search_entry *entry)
{
    const struct search_entry *last =
        search->hit_count ? search->hits[search->hit_count - 1].entry : NULL;
    return entry->hidden && last && last->hidden && last->chapter == entry->chapter &&
           last->section == entry->section && last->step == entry->step;
}

void search_find(struct search *search, const char *words)
{
    struct buf clean = {0}, folded = {0};
    add_words(&clean, words);
    struct str trimmed = str_trim((struct str){buf_text(&clean), clean.length});
    fold_loosely(&folded, trimmed);
    struct str wanted = {buf_text(&folded), folded.length};
    search->hit_count = 0;
    for (size_t i = 0; wanted.length && i < search->count; i++) {
        struct search_hit hit;
        hit.score = score_of(&search->entries[i], wanted, &hit);
        if (hit.score && !is_same_door(search, hit.entry))
            search->hits[search->hit_count++] = hit;
    }
    if (search->hit_count)
        qsort(search->hits, search->hit_count, sizeof *search->hits, by_score);
    group(search);
    for (size_t i = 0; i < search->hit_count; i++) { /* from the folded text to what is shown */
        struct search_hit *hit = &search->hits[i];
        struct str text = str_of(hit->entry->text);
        size_t at = fold_loosely_at(text, hit->at);
        hit->length = hit->length ? fold_loosely_at(text, hit->at + hit->length) - at : 0;
        hit->at = at;
    }
    buf_free(&clean);
    buf_free(&folded);
}

void search_excerpt(const struct search_hit *hit, int columns, struct buf *out, size_t *at,
                    size_t *length)
{
    const char *text = hit->entry->text;
    size_t begin = hit->at, end = strlen(text);
    *at = *length = 0;
    if (hit->entry->hidden) {
        buf_add(out, "(behind a prediction that you have not made yet)");
        return;
    }
    /* A third of the room for what stands before the word, from the beginning of a word on. */
    int before = columns / 3;
    if (utf8_columns(text, begin) <= before) {
        begin = 0;
    } else {
        while (begin > 0 && utf8_columns(text + begin, hit->at - begin) < before)
            begin--;
        while (begin < hit->at && text[begin] != ' ')
            begin++;
        begin += begin < hit->at;
        buf_add(out, "…");
    }
    int left = columns - (begin > 0);
    size_t shown = end - begin;
    bool cut = utf8_columns(text + begin, shown) > left;
    if (cut)
        shown = utf8_fit(text + begin, shown, left - 1);
    *at = out->length + (hit->at - begin);
    if (hit->at - begin < shown)
        *length = hit->length < shown - (hit->at - begin) ? hit->length : shown - (hit->at - begin);
    buf_add_n(out, text + begin, shown);
    if (cut)
        buf_add(out, "…");
}
