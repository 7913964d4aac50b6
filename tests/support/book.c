#include "support/test.h"

#include "support/book.h"

#include "study/internal.h"

#include <ctype.h>
#include <string.h>

/* Texts are compared without blanks and line ends: the tutor wraps them. */
struct page {
    struct book_question face;
    const struct question *question;
    enum form form;
    bool lines; /* an open question */
    char *stem;
    char **options; /* by origin */
    size_t option_count;
};

struct book {
    struct course course;
    struct arena arena;
    struct page *pages;
    size_t count, capacity;
};

static char *squeeze(struct arena *arena, const char *text, size_t length)
{
    char *out = arena_strndup(arena, text, length), *to = out;
    for (size_t i = 0; i < length; i++)
        if (!isspace((unsigned char)text[i]))
            *to++ = text[i];
    *to = '\0';
    return out;
}

static char *spoken(struct book *book, const struct span *spans, size_t count)
{
    struct grid grid;
    struct buf text = {0};
    grid_init(&grid, 78, 1);
    struct layout layout = {
        .course = &book->course, .arena = &book->arena, .grid = &grid, .width = 78, .spoken = true};
    layout_spans(&layout, spans, count, ROLE_TEXT);
    grid_resize(&grid, 78, layout.y > 0 ? layout.y : 1);
    grid_print_text(&grid, false, &text);
    char *out = squeeze(&book->arena, buf_text(&text), text.length);
    buf_free(&text);
    grid_free(&grid);
    return out;
}

static void add_page(struct book *book, const struct study *study, const char *chapter)
{
    const struct study_ask *ask = &study->ask;
    const struct study_item *item = &study->items[study->item];
    struct page page = {.face = {.quiz = arena_strdup(&book->arena, item->quiz),
                                 .key = item->question->key,
                                 .chapter = chapter,
                                 .gradable = question_is_gradable(item->question),
                                 .index = book->count},
                        .question = item->question,
                        .form = ask->form,
                        .lines = ask->lines,
                        .stem = spoken(book, ask->prompt, ask->prompt_count),
                        .option_count = ask->option_count};
    page.options = ARENA_ARRAY(&book->arena, page.option_count, char *);
    for (size_t i = 0; i < ask->option_count; i++)
        page.options[ask->options[i].origin] =
            spoken(book, ask->options[i].spans, ask->options[i].span_count);
    ARENA_PUSH(&book->arena, book->pages, book->count, book->capacity, page);
}

static void add_quiz(struct book *book, const struct quiz *quiz, const char *chapter)
{
    struct clock clock = clock_system();
    struct study study;
    study_init(&study, &book->course, &clock, NULL, NULL, 1);
    study_quiz(&study, &(struct study_source){quiz}, 1, 0, false, 0);
    while (study.stage != STUDY_RESULT) {
        if (study.stage == STUDY_ASK)
            add_page(book, &study, chapter);
        study_skip(&study);
        study_next(&study);
    }
    study_free(&study);
}

struct book *book_open(const char *folder)
{
    struct book *book = memory_alloc(sizeof *book);
    struct err err;
    arena_init(&book->arena);
    if (!course_open(&book->course, folder, &err))
        fail_msg("%s", err.text);
    for (size_t c = 0; c < book->course.chapter_count; c++)
        if (course_quiz(&book->course, c))
            add_quiz(book, course_quiz(&book->course, c), book->course.chapters[c].lesson.id);
    for (enum course_test test = 0; test < COURSE_TESTS; test++)
        if (course_test(&book->course, test))
            add_quiz(book, course_test(&book->course, test), "");
    return book;
}

void book_close(struct book *book)
{
    if (!book)
        return;
    course_close(&book->course);
    arena_free(&book->arena);
    memory_free(book);
}

size_t book_count(const struct book *book)
{
    return book->count;
}

const struct book_question *book_at(const struct book *book, size_t index)
{
    return &book->pages[index].face;
}

/* After the last line that heads a question: "Question", "Question 3 of 9", "Review 3 of 9". */
static const char *question_text(const char *shown)
{
    const char *last = NULL;
    for (const char *line = shown; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (text_starts(line, "Question") || text_starts(line, "Review "))
            last = line;
    }
    const char *end = last ? strchr(last, '\n') : NULL;
    return end ? end + 1 : NULL;
}

const struct book_question *book_find(const struct book *book, const char *shown)
{
    const char *text = question_text(shown);
    const struct page *best = NULL;
    struct arena arena;
    if (!text)
        return NULL;
    arena_init(&arena);
    char *here = squeeze(&arena, text, strlen(text));
    for (size_t i = 0; i < book->count; i++)
        if (text_starts(here, book->pages[i].stem) &&
            (!best || strlen(book->pages[i].stem) > strlen(best->stem)))
            best = &book->pages[i];
    arena_free(&arena);
    return best ? &best->face : NULL;
}

/* Which option stands at each place: origins in the order shown. Returns how many were found. */
static size_t read_options(const struct page *page, const char *shown, size_t *origins)
{
    struct arena arena;
    size_t count = 0;
    arena_init(&arena);
    const char *at = question_text(shown);
    for (size_t number = 1; at && number <= page->option_count; number++) {
        struct buf mark = {0};
        buf_addf(&mark, "\n  %zu. ", number);
        at = strstr(at, buf_text(&mark));
        if (at) {
            at += mark.length;
            char *rest = squeeze(&arena, at, strlen(at));
            size_t best = page->option_count;
            for (size_t o = 0; o < page->option_count; o++)
                if (text_starts(rest, page->options[o]) &&
                    (best == page->option_count ||
                     strlen(page->options[o]) > strlen(page->options[best])))
                    best = o;
            if (best < page->option_count)
                origins[count++] = best;
        }
        buf_free(&mark);
    }
    arena_free(&arena);
    return count;
}

static size_t place_of(const size_t *origins, size_t count, size_t origin)
{
    for (size_t i = 0; i < count; i++)
        if (origins[i] == origin)
            return i + 1;
    return 0;
}

static void answer_choice(const struct page *page, const size_t *origins, size_t count, bool right,
                          struct buf *out)
{
    for (size_t i = 0, chosen = 0; i < count; i++) {
        double worth = page->question->choices[origins[i]].fraction;
        if (right ? worth > 0 : worth <= 0) {
            buf_addf(out, "%s%zu", chosen++ ? " " : "", i + 1);
            if (!right || page->form == FORM_CHOOSE_ONE)
                break;
        }
    }
}

static void answer_pairs(const struct page *page, const size_t *origins, size_t count, bool right,
                         struct buf *out)
{
    const struct question *question = page->question;
    for (size_t c = 0, lines = 0; c < question->choice_count; c++)
        if (*question->choices[c].shown) {
            size_t place = place_of(origins, count, question->choices[c].right);
            buf_addf(out, "%s%zu", lines++ ? "\n" : "", right ? place : place % count + 1);
        }
}

void book_answer(const struct book *book, const struct book_question *face, const char *shown,
                 bool right, struct buf *out)
{
    const struct page *page = &book->pages[face->index];
    size_t *origins = memory_alloc((page->option_count + 1) * sizeof *origins);
    size_t count = read_options(page, shown, origins);
    if (count != page->option_count)
        fail_msg("%s: %zu of %zu options in: %s", face->key, count, page->option_count, shown);
    switch (page->form) {
    case FORM_CHOOSE_ONE:
    case FORM_CHOOSE_MANY:
        answer_choice(page, origins, count, right, out);
        break;
    case FORM_PAIRS:
        answer_pairs(page, origins, count, right, out);
        break;
    case FORM_ORDER:
        for (size_t k = 0; k < count; k++)
            buf_addf(out, "%s%zu", k ? " " : "",
                     place_of(origins, count, right ? k : count - 1 - k));
        break;
    case FORM_NUMBER:
        if (right)
            buf_add_number(out, page->question->choices[0].number);
        else
            buf_add(out, "-98765");
        break;
    case FORM_TEXT:
        buf_add(out, page->lines ? "some words\n."
                     : right     ? page->question->choices[0].shown
                                 : "no idea");
        break;
    case FORM_NONE:
        break;
    }
    buf_add_char(out, '\n');
    memory_free(origins);
}
