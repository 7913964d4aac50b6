/* Steps as they stand on paper, and what directives look like: demos, myths, questions, notes. */
#include "course/layout.h"

#include "draw/chart.h"

#include <stdio.h>
#include <string.h>

static void layout_inline(struct layout *layout, enum role role, const char *head,
                          const char *markdown)
{
    struct span *spans;
    size_t count;
    lesson_inline(layout->arena, markdown, &spans, &count);
    struct span *all = ARENA_ARRAY(layout->arena, count + 1, struct span);
    if (head)
        all[0] = (struct span){.kind = SPAN_STRONG, .text = head, .shown = head};
    if (count)
        memcpy(all + (head ? 1 : 0), spans, count * sizeof *spans);
    layout_spans(layout, all, count + (head ? 1 : 0), role);
}

void layout_myth(struct layout *layout, const struct directive *myth)
{
    if (myth->many_say)
        layout_inline(layout, ROLE_TEXT, "Many say: ", myth->many_say);
    if (myth->in_fact) {
        layout_gap(layout, 1);
        layout_inline(layout, ROLE_TEXT, "In fact: ", myth->in_fact);
    }
    if (myth->sure) {
        layout_gap(layout, 1);
        layout_textf(layout, ROLE_DIM, "How sure is the field? %s.%s%s", myth->sure,
                     myth->source ? " Source: " : "", myth->source ? myth->source : "");
    }
}

static bool row_is_blank(const struct grid *grid, int y)
{
    for (int x = 0; x < grid->width; x++)
        if (grid_at(grid, x, y)->character != ' ')
            return false;
    return true;
}

void layout_demo(struct layout *layout, const struct demo_run *run, int height)
{
    if (layout->spoken) {
        struct buf words = {0};
        run->demo->describe(run, &words);
        layout_text(layout, ROLE_TEXT, buf_text(&words));
        buf_free(&words);
        return;
    }
    struct grid picture;
    grid_init(&picture, layout->width, height);
    run->demo->draw(run, &picture);
    while (height > 1 && row_is_blank(&picture, height - 1))
        height--; /* a picture need not use all the rows it is offered */
    layout_need_rows(layout, height);
    if (layout->grid)
        grid_copy_rows(layout->grid, layout->x, layout->y, &picture, 0, height);
    grid_free(&picture);
    layout->y += height;
}

static void add_see_number(struct buf *out, const struct see_part *part, double value)
{
    char text[64];
    int precision = part->precision;
    switch (part->format) {
    case 'f':
        snprintf(text, sizeof text, "%.*f", precision < 0 ? 6 : precision, value);
        break;
    case 'e':
        snprintf(text, sizeof text, "%.*e", precision < 0 ? 6 : precision, value);
        break;
    case 'g':
        snprintf(text, sizeof text, "%.*g", precision < 0 ? 6 : precision, value);
        break;
    case 'd':
        snprintf(text, sizeof text, "%.0f", value);
        break;
    default:
        chart_number(out, value, 3);
        return;
    }
    buf_add_exponent(out, text);
}

/* Takes out each sentence that holds the mark: it speaks of what the learner said, and here nobody
 * said anything. */
static void drop_marked_sentences(struct buf *text, char mark)
{
    struct buf kept = {0};
    const char *at = buf_text(text);
    while (*at) {
        const char *end = at;
        while (*end && !(strchr(".!?", *end) && (end[1] == ' ' || end[1] == '\0')))
            end++;
        if (*end)
            end++;
        while (*end == ' ')
            end++;
        if (!memchr(at, mark, (size_t)(end - at)))
            buf_add_n(&kept, at, (size_t)(end - at));
        at = end;
    }
    buf_clear(text);
    buf_add(text, buf_text(&kept));
    buf_free(&kept);
}

bool see_text(const struct see *see, const struct demo_run *run, const char *you, const char *you2,
              struct buf *out)
{
    const char mark = '\x01'; /* cannot occur in clean text */
    struct buf text = {0};
    for (size_t i = 0; i < see->count; i++) {
        const struct see_part *part = &see->parts[i];
        const char *said = part->kind == SEE_YOU ? you : you2;
        double value;
        struct demo_ref ref;
        switch (part->kind) {
        case SEE_TEXT:
            buf_add(&text, part->text);
            break;
        case SEE_YOU:
        case SEE_YOU2:
            if (said)
                buf_add(&text, said);
            else
                buf_add_char(&text, mark);
            break;
        case SEE_REF:
            if (!demo_ref_read(run->demo, part->ref, &ref, NULL))
                buf_addf(&text, "{%s?}", part->ref);
            else if (demo_ref_text(run, ref))
                buf_add(&text, demo_ref_text(run, ref));
            else if (demo_ref_number(run, ref, &value))
                add_see_number(&text, part, value);
            else
                buf_add(&text, "?");
            break;
        }
    }
    if (text.length)
        drop_marked_sentences(&text, mark);
    struct str trimmed = str_trim(str_of(buf_text(&text)));
    buf_add_n(out, trimmed.text, trimmed.length);
    bool any = trimmed.length > 0;
    buf_free(&text);
    return any;
}

void layout_see(struct layout *layout, const struct see *see, const struct demo_run *run,
                const char *you, const char *you2)
{
    struct buf text = {0};
    if (see_text(see, run, you, you2, &text))
        layout_inline(layout, ROLE_TEXT, NULL, buf_text(&text));
    buf_free(&text);
}

static void layout_options(struct layout *layout, const struct option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char letter[24];
        struct span *spans;
        size_t span_count;
        snprintf(letter, sizeof letter, "%zu.", i + 1);
        lesson_inline(layout->arena, options[i].text, &spans, &span_count);
        struct layout inner = *layout;
        inner.x += 2;
        inner.width -= 2;
        layout_item(&inner, letter, STYLE(ROLE_DIM), spans, span_count, ROLE_TEXT);
        layout->y = inner.y;
    }
}

static void layout_asks(struct layout *layout, const struct directive *demo, bool explains)
{
    for (size_t i = 0; i < demo->ask_count; i++) {
        const struct ask *ask = &demo->asks[i];
        if ((ask->kind == ASK_EXPLAIN) != explains)
            continue;
        layout_gap(layout, explains);
        layout_inline(layout, ROLE_TEXT, explains ? "Explain: " : "Predict: ", ask->question);
        layout_options(layout, ask->options, ask->option_count);
        for (size_t k = 0; k < ask->label_count; k++)
            layout_textf(layout, ROLE_TEXT, "   %s%s%s", ask->knob ? ask->knob : "",
                         ask->knob ? " = " : "", ask->labels[k]);
        layout_gap(layout, !explains);
    }
}

static void layout_demo_step(struct layout *layout, const struct directive *demo)
{
    enum { PICTURE_HEIGHT = 14 };
    struct err err;
    layout_asks(layout, demo, false);
    const struct demo_run *run = course_run_whole(layout->course, demo->args, &err);
    if (!run) {
        layout_textf(layout, ROLE_WARNING, "Demo %s: %s", demo->args, err.text);
        return;
    }
    layout_textf(layout, ROLE_DIM, "Demo %s", demo->args);
    layout_demo(layout, run, PICTURE_HEIGHT);
    for (size_t i = 0; i < demo->watch_count; i++) {
        layout_gap(layout, 1);
        layout_inline(layout, ROLE_TEXT, "Watch: ", demo->watch[i]);
    }
    for (size_t i = 0; i < demo->see_count; i++) {
        struct buf text = {0};
        if (see_text(&demo->see[i], run, NULL, NULL, &text)) {
            layout_gap(layout, 1);
            layout_inline(layout, ROLE_TEXT, "See: ", buf_text(&text));
        }
        buf_free(&text);
    }
    layout_asks(layout, demo, true);
}

void layout_question(struct layout *layout, const struct question *question)
{
    struct buf text = {0};
    quiz_text_plain(&question->stem, &text);
    layout_text(layout, ROLE_TEXT, buf_text(&text));
    enum form form = question_form(question);
    if (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) {
        for (size_t i = 0; i < question->choice_count; i++) {
            buf_clear(&text);
            buf_addf(&text, "  %c. ", 'A' + (int)(i % 26));
            quiz_text_plain(&question->choices[i].text, &text);
            layout_text(layout, ROLE_TEXT, buf_text(&text));
        }
    } else if (form == FORM_PAIRS || form == FORM_ORDER) {
        const char *rows[64];
        size_t count = question_stems(question, rows, 64);
        for (size_t i = 0; i < count && i < 64; i++)
            layout_textf(layout, ROLE_TEXT, "  %s", rows[i]);
        count = form == FORM_PAIRS ? question_rights(question, rows, 64) : 0;
        for (size_t i = 0; i < count && i < 64; i++)
            layout_textf(layout, ROLE_TEXT, "  %c. %s", 'A' + (int)(i % 26), rows[i]);
    }
    buf_free(&text);
}

void layout_step(struct layout *layout, const struct step *step, const struct quiz *quiz)
{
    const struct directive *directive = step->directive;
    layout_blocks(layout, step->blocks, step->block_count);
    if (!directive)
        return;
    if (step->block_count)
        layout_gap(layout, 1);
    switch (directive->kind) {
    case DIRECTIVE_DEMO:
        layout_demo_step(layout, directive);
        break;
    case DIRECTIVE_QUIZ:
        for (size_t i = 0; i < directive->key_count; i++) {
            const struct question *question = quiz ? quiz_find(quiz, directive->keys[i]) : NULL;
            layout_gap(layout, i > 0);
            layout_textf(layout, ROLE_STRONG, "%s %s", directive->guess ? "Guess" : "Question",
                         directive->keys[i]);
            if (question)
                layout_question(layout, question);
        }
        break;
    case DIRECTIVE_DRILL:
        for (size_t i = 0; i < directive->drill_count; i++)
            layout_inline(layout, ROLE_TEXT, "Drill: ", directive->drills[i].question);
        break;
    case DIRECTIVE_MYTH:
        layout_myth(layout, directive);
        break;
    case DIRECTIVE_RECALL:
    case DIRECTIVE_SOURCES:
        layout_text(layout, ROLE_STRONG,
                    directive->kind == DIRECTIVE_RECALL ? "Recall from memory" : "Sources");
        layout_blocks(layout, directive->blocks, directive->block_count);
        break;
    case DIRECTIVE_NOTES:
        break;
    }
}

void layout_notes(struct layout *layout, const struct section *section)
{
    for (size_t i = 0; i < section->note_count; i++) {
        const struct directive *notes = section->notes[i];
        layout_gap(layout, i > 0);
        layout_text(layout, ROLE_STRONG, "Notes for the instructor");
        layout_blocks(layout, notes->blocks, notes->block_count);
        if (notes->concept_test)
            layout_textf(layout, ROLE_TEXT, "Concept test: %s", notes->concept_test);
    }
}
