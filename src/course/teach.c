/* Where the course teaches what a question asks: found by the words they share. */
#include "course/course.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { SHORTEST_WORD = 4, MOST_WORDS = 256 };

/* Different words of a text, as hashes. */
struct words {
    uint64_t list[MOST_WORDS];
    size_t count;
};

/* Words that are in every question say nothing about it. */
static bool is_common(const char *word)
{
    static const char *const common[] = {"what",  "which", "when",  "does",  "have",  "this",
                                         "that",  "with",  "from",  "they",  "then",  "than",
                                         "these", "true",  "false", "right", "wrong", "into"};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(word, common[i]) == 0)
            return true;
    return false;
}

static void add_word(struct words *words, const char *text, size_t length)
{
    char folded[32];
    if (length < SHORTEST_WORD || length >= sizeof folded || words->count == MOST_WORDS)
        return;
    for (size_t i = 0; i < length; i++)
        folded[i] = (char)tolower((unsigned char)text[i]);
    folded[length] = '\0';
    if (is_common(folded))
        return;
    if (folded[length - 1] == 's') /* masks, mask */
        length--;
    uint64_t hash = str_hash(folded, length);
    for (size_t i = 0; i < words->count; i++)
        if (words->list[i] == hash)
            return;
    words->list[words->count++] = hash;
}

static void add_words(struct words *words, const char *text)
{
    size_t start = 0, i = 0;
    if (!text)
        return;
    do {
        if (isalnum((unsigned char)text[i]))
            continue;
        add_word(words, text + start, i - start);
        start = i + 1;
    } while (text[i++]);
}

static void add_spans(struct words *words, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_words(words, spans[i].text);
}

static void add_blocks(struct words *words, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct block *block = &blocks[i];
        add_spans(words, block->spans, block->span_count);
        add_words(words, block->kind == BLOCK_CODE ? block->text : NULL);
        for (size_t k = 0; block->cells && k < block->rows * block->columns; k++)
            add_spans(words, block->cells[k].spans, block->cells[k].span_count);
    }
}

static void read_step(const struct step *step, struct words *words)
{
    const struct directive *directive = step->directive;
    words->count = 0;
    add_blocks(words, step->blocks, step->block_count);
    if (!directive)
        return;
    for (size_t i = 0; i < directive->ask_count; i++)
        add_words(words, directive->asks[i].question);
    for (size_t i = 0; i < directive->watch_count; i++)
        add_words(words, directive->watch[i]);
    add_words(words, directive->many_say);
    add_words(words, directive->in_fact);
}

static void read_question(const struct question *question, struct words *words)
{
    words->count = 0;
    add_words(words, question->title);
    add_words(words, question->stem.text);
    add_words(words, question->general_feedback.text);
    for (size_t i = 0; i < question->choice_count; i++) {
        add_words(words, question->choices[i].shown);
        add_words(words, question->choices[i].feedback.text);
    }
}

static bool has(const struct words *words, uint64_t word)
{
    for (size_t i = 0; i < words->count; i++)
        if (words->list[i] == word)
            return true;
    return false;
}

/* How much each step of a section says about a question: the words they share, each worth more the
 * fewer of the steps have it; a long step does not win by its length alone. */
static void weigh_steps(const struct section *section, const struct question *question,
                        struct arena *arena, double *weights)
{
    struct words *steps = ARENA_ARRAY(arena, section->step_count, struct words);
    struct words *asked = ARENA_NEW(arena, struct words);
    read_question(question, asked);
    for (size_t i = 0; i < section->step_count; i++) {
        read_step(&section->steps[i], &steps[i]);
        weights[i] = 0;
    }
    for (size_t w = 0; w < asked->count; w++) {
        size_t having = 0;
        for (size_t i = 0; i < section->step_count; i++)
            having += has(&steps[i], asked->list[w]);
        for (size_t i = 0; i < section->step_count; i++)
            if (has(&steps[i], asked->list[w]))
                weights[i] += log(1 + (double)section->step_count / (double)having);
    }
    for (size_t i = 0; i < section->step_count; i++)
        weights[i] /= sqrt(20 + (double)steps[i].count);
}

static bool explains(const struct step *step)
{
    if (!step->directive)
        return true;
    enum directive_kind kind = step->directive->kind;
    return kind == DIRECTIVE_DEMO || kind == DIRECTIVE_MYTH;
}

/* Steps that run a demo, and those that point to one. */
static bool shows(const struct step *step)
{
    return step->directive &&
           (step->directive->kind == DIRECTIVE_DEMO ||
            (step->directive->kind == DIRECTIVE_MYTH && step->directive->see_for_yourself));
}

static size_t best_step(const struct section *section, const double *weights,
                        bool (*fits)(const struct step *step))
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < section->step_count; i++)
        if (fits(&section->steps[i]) && (best == SIZE_MAX || weights[i] > weights[best]))
            best = i;
    return best;
}

static const struct directive *directive_at(const struct course *course,
                                            const struct course_place *place)
{
    const struct chapter *chapter = &course->chapters[place->chapter].lesson;
    return chapter->sections[place->section].steps[place->step].directive;
}

/* The step that runs the named demo: the very arguments before any others, and of those the nearest
 * to where one looks first. */
bool course_find_demo(const struct course *course, const char *named, struct course_place *place)
{
    struct str rest = str_of(named), name = str_word(&rest);
    const struct course_place from = *place;
    int best = 0;
    for (size_t c = 0; c < course->chapter_count; c++) {
        const struct chapter *chapter = &course->chapters[c].lesson;
        for (size_t s = 0; s < chapter->section_count; s++)
            for (size_t i = 0; i < chapter->sections[s].step_count; i++) {
                const struct directive *directive = chapter->sections[s].steps[i].directive;
                if (!directive || directive->kind != DIRECTIVE_DEMO || !directive->args)
                    continue;
                struct str args = str_of(directive->args), demo = str_word(&args);
                if (demo.length != name.length || memcmp(demo.text, name.text, name.length) != 0)
                    continue;
                bool here = c == from.chapter, near = here && s == from.section;
                bool same = strcmp(directive->args, named) == 0;
                int fit = 1 + 2 * here + 4 * near + 8 * same;
                if (fit > best) {
                    best = fit;
                    place->chapter = c;
                    place->section = s;
                    place->step = i;
                }
            }
    }
    return best > 0;
}

/* A step that points to its demo: the step that runs it just so, with its predictions, else the demo alone. */
static void follow_link(const struct course *course, struct course_taught *taught)
{
    const struct directive *directive = directive_at(course, &taught->demo);
    if (directive->kind != DIRECTIVE_MYTH)
        return;
    struct course_place place = taught->demo;
    if (course_find_demo(course, directive->see_for_yourself, &place) &&
        strcmp(directive_at(course, &place)->args, directive->see_for_yourself) == 0)
        taught->demo = place;
    else
        taught->link = directive->see_for_yourself;
}

void course_find_taught(const struct course *course, const struct question *question,
                        struct course_taught *taught)
{
    const char *number = question_tag(question, "section:", 0);
    const char *demo = question_tag(question, "demo:", 0);
    struct course_place place = {0};
    *taught = (struct course_taught){0};
    if (number && course_find_section(course, number, &place.chapter, &place.section)) {
        const struct section *section =
            &course->chapters[place.chapter].lesson.sections[place.section];
        struct arena arena;
        arena_init(&arena);
        double *weights = ARENA_ARRAY(&arena, section->step_count + 1, double);
        weigh_steps(section, question, &arena, weights);
        size_t text = best_step(section, weights, explains);
        size_t shown = best_step(section, weights, shows);
        arena_free(&arena);
        taught->has_text = true;
        taught->text = taught->demo = place;
        taught->text.step = text == SIZE_MAX ? 0 : text;
        taught->has_demo = shown != SIZE_MAX;
        taught->demo.step = taught->has_demo ? shown : 0;
    }
    place = taught->demo;
    if (demo && strcmp(demo, COURSE_NO_DEMO) == 0) {
        taught->has_demo = false;
    } else if (demo && course_find_demo(course, demo, &place)) {
        taught->has_demo = true;
        taught->demo = place;
    } else if (taught->has_demo) {
        follow_link(course, taught);
    }
}
