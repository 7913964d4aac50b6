#include "tui/stats_page.h"

#include "base/utf8.h"
#include "draw/chart.h"

#include <stdio.h>
#include <string.h>

enum { BAR = 16, BAR_NARROW = 8, LABEL = 14 };

void stats_say_chapter(const struct chapter *chapter, const struct chapter_progress *seen,
                       const struct memory *memory, struct buf *out)
{
    buf_addf(out, "%zu of %zu steps", seen ? seen->steps_seen : 0, chapter_step_count(chapter));
    if (seen && seen->best_max > 0)
        buf_addf(out, ", best quiz %.3g of %.3g", seen->best_score, seen->best_max);
    if (memory->cards || memory->fresh) {
        buf_add(out, ", ");
        review_say_memory(memory, out);
    }
}

static void say(struct layout *layout, enum role role, struct buf *text)
{
    if (text->length)
        layout_text(layout, role, buf_text(text));
    buf_free(text);
    *text = (struct buf){0};
}

static void title(struct layout *layout, const char *text)
{
    layout_gap(layout, layout->y > 0);
    layout_text(layout, ROLE_TITLE, text);
}

/* "sure          ━━━━━━━━━━━━────  81 %  13 of 16"; on paper words say it. */
static void bar(struct layout *layout, const char *label, double share, const char *note)
{
    layout_need_rows(layout, 1);
    int x = layout->x, y = layout->y++;
    int room = layout->width - LABEL - utf8_columns(note, strlen(note)) - 2;
    tui_put_cut(layout->grid, x, y, STYLE(ROLE_TEXT), label, LABEL - 1);
    x += LABEL;
    if (room >= 4) {
        int width = room < BAR ? room : BAR;
        chart_progress(layout->grid, x, y, width, share);
        x += width + 2;
    }
    grid_put(layout->grid, x, y, STYLE(ROLE_TEXT), note);
}

/* ---- chapters -------------------------------------------------------------------------------------- */

/* True: one of them is weak. */
static bool objectives(struct layout *layout, const struct standing *standing, size_t chapter)
{
    bool weak = false;
    struct standing_objective *list;
    size_t count = standing_objectives(standing, layout->course, chapter, layout->arena, &list);
    layout->x += 3;
    layout->width -= 3;
    for (size_t i = 0; i < count; i++) {
        struct buf words = {0};
        weak = weak || list[i].weak;
        standing_say_objective(&list[i], &words);
        bool full = list[i].asked && list[i].right == list[i].asked;
        enum role role = list[i].weak ? ROLE_WARNING : full ? ROLE_RIGHT : ROLE_STRONG;
        struct span text = {.kind = SPAN_TEXT, .text = list[i].text ? list[i].text : ""};
        char bullet[40];
        snprintf(bullet, sizeof bullet, "%s %.20s",
                 list[i].weak ? "!"
                 : full       ? "✓"
                              : " ",
                 list[i].id);
        layout_item(layout, layout->spoken ? list[i].id : bullet, STYLE((uint8_t)role), &text, 1,
                    ROLE_TEXT);
        layout->x += 5;
        layout->width -= 5;
        say(layout, list[i].asked ? role : ROLE_DIM, &words);
        layout->x -= 5;
        layout->width += 5;
    }
    layout->x -= 3;
    layout->width += 3;
    return weak;
}

static void chapter_head(struct layout *layout, const struct stats_page *page, size_t index,
                         double share)
{
    const struct chapter *chapter = &layout->course->chapters[index].lesson;
    bool focused = index == page->focus;
    char head[300];
    snprintf(head, sizeof head, "%s%2d  %.250s",
             layout->spoken ? ""
             : focused      ? "▸ "
                            : "  ",
             chapter->number, chapter->title ? chapter->title : "?");
    layout_need_rows(layout, 1);
    int bar = layout->width < 50 ? BAR_NARROW : BAR;
    int room = layout->spoken ? layout->width : layout->width - bar - 1;
    tui_put_cut(layout->grid, layout->x, layout->y, STYLE(focused ? ROLE_FOCUS : ROLE_TEXT), head,
                room);
    if (!layout->spoken)
        chart_progress(layout->grid, layout->x + layout->width - bar, layout->y, bar, share);
    layout->y++;
}

static void chapters(struct layout *layout, struct stats_page *page)
{
    bool weak = false;
    title(layout, "Chapters");
    for (size_t i = 0; i < layout->course->chapter_count; i++) {
        const struct chapter *chapter = &layout->course->chapters[i].lesson;
        const struct chapter_progress *seen = progress_of(page->progress, chapter->id);
        struct memory memory = review_memory(&page->standing->review, chapter->id);
        size_t steps = chapter_step_count(chapter);
        struct buf words = {0};
        if (i == page->focus)
            page->focus_row = layout->y;
        if (page->rows)
            page->rows[i] = layout->y;
        chapter_head(layout, page, i, seen && steps ? (double)seen->steps_seen / (double)steps : 0);
        bool open = page->opened ? page->opened[i] : seen != NULL;
        if (!seen && !open)
            continue;
        layout->x += 6;
        layout->width -= 6;
        stats_say_chapter(chapter, seen, &memory, &words);
        say(layout, ROLE_DIM, &words);
        layout->x -= 6;
        layout->width += 6;
        if (open && objectives(layout, page->standing, i))
            weak = true;
    }
    if (weak)
        layout_text(layout, ROLE_DIM, STANDING_WEAK);
}

/* ---- review, certainty, the course ------------------------------------------------------------------ */

static void forecast(struct layout *layout, const struct standing *standing)
{
    size_t days[FORECAST_DAYS + 1], most = 1;
    struct buf words = {0};
    title(layout, "What is due");
    if (!standing_forecast(standing, days)) {
        layout_text(layout, ROLE_TEXT,
                    "Nothing yet. What you miss, or answer without being sure, comes back here.");
        return;
    }
    review_say(&standing->review, &words);
    say(layout, ROLE_TEXT, &words);
    if (layout->spoken) {
        standing_say_forecast(days, &words);
        say(layout, ROLE_TEXT, &words);
        return;
    }
    int last = 0;
    for (int i = 0; i <= FORECAST_DAYS; i++) {
        most = days[i] > most ? days[i] : most;
        last = days[i] ? i : last;
    }
    for (int i = 0; i <= last; i++) {
        char label[20], note[30];
        snprintf(label, sizeof label, "in %d days", i);
        snprintf(note, sizeof note, "%zu", days[i]);
        bar(layout,
            i == 0              ? "now"
            : i == 1            ? "tomorrow"
            : i < FORECAST_DAYS ? label
                                : "later",
            (double)days[i] / (double)most, note);
    }
}

static void certainty(struct layout *layout, const struct hits said[CONFIDENCES], bool answers,
                      bool misled)
{
    static const char *const labels[CONFIDENCES] = {"", "guessed", "unsure", "sure"};
    struct buf words = {0};
    size_t given = said[1].given + said[2].given + said[3].given;
    if (!given)
        return;
    if (layout->spoken) {
        standing_say_calibration(said, answers ? "answers" : "predictions", &words);
    } else {
        layout_text(layout, ROLE_STRONG, answers ? "Answers" : "Predictions");
        for (int i = CONFIDENCES; i-- > 1;) {
            char note[80];
            double share = said[i].given ? (double)said[i].right / (double)said[i].given : 0;
            if (said[i].given >= STANDING_LEAST)
                snprintf(note, sizeof note, "%zu of %zu right, %.0f %%", said[i].right,
                         said[i].given, 100 * share);
            else
                snprintf(note, sizeof note, "%zu of %zu right", said[i].right, said[i].given);
            bar(layout, labels[i], share, said[i].given ? note : "none");
        }
    }
    say(layout, ROLE_TEXT, &words);
    standing_say_meaning(said, misled, &words);
    say(layout, ROLE_TEXT, &words);
}

static void calibration(struct layout *layout, const struct standing *standing)
{
    struct hits answers[CONFIDENCES], predictions[CONFIDENCES];
    standing_calibration(standing, answers, predictions);
    title(layout, "How sure, and how right");
    int before = layout->y;
    certainty(layout, answers, true, standing_has_misled(standing));
    certainty(layout, predictions, false, false);
    struct buf words = {0};
    standing_say_predictions(standing, &words);
    say(layout, ROLE_DIM, &words);
    buf_free(&words);
    if (layout->y == before)
        layout_text(layout, ROLE_TEXT,
                    "Nothing yet. Say how sure you are, and this shows what your certainty is "
                    "worth.");
}

/* "0 of 1"; where that test has no such question, that. */
static void put_right(struct buf *out, size_t right, size_t asked)
{
    if (asked)
        buf_addf(out, "%zu of %zu", right, asked);
    else
        buf_add(out, "not asked");
}

bool stats_read_change(const struct session *session, struct arena *arena, struct change *change)
{
    struct standing standing;
    bool good = standing_open(&standing, session->store, session->course, &session->clock, NULL);
    *change = (struct change){0};
    if (good)
        standing_change(&standing, session->course, arena, change);
    standing_close(&standing);
    return good;
}

void stats_change(struct layout *layout, const struct change *change)
{
    struct buf words = {0};
    standing_say_change(change, &words);
    say(layout, ROLE_STRONG, &words);
    bool both = change->taken[COURSE_PRETEST] && change->taken[COURSE_POSTTEST];
    for (size_t i = 0; both && i < change->row_count; i++) {
        const struct change_row *row = &change->rows[i];
        double before = row->asked[0] ? (double)row->right[0] / (double)row->asked[0] : 0;
        double after = row->asked[1] ? (double)row->right[1] / (double)row->asked[1] : 0;
        bool weak = standing_is_weak(row->right[1], row->asked[1]);
        put_right(&words, row->right[0], row->asked[0]);
        buf_add(&words, ", then ");
        put_right(&words, row->right[1], row->asked[1]);
        buf_add(&words, after > before + 1e-9   ? ", gained: "
                        : after < before - 1e-9 ? ", lost: "
                        : weak                  ? ", still open: "
                                                : ", kept: ");
        struct span spans[] = {
            {.kind = SPAN_STRONG, .text = arena_strdup(layout->arena, buf_text(&words))},
            {.kind = SPAN_TEXT, .text = row->text ? row->text : ""},
        };
        layout_item(layout, row->objective, STYLE(weak ? ROLE_WARNING : ROLE_RIGHT), spans, 2,
                    ROLE_TEXT);
        buf_clear(&words);
    }
    buf_free(&words);
}

static void tests(struct layout *layout, const struct standing *standing)
{
    struct change change;
    const struct quiz *before = course_test(layout->course, COURSE_PRETEST);
    const struct quiz *after = course_test(layout->course, COURSE_POSTTEST);
    if (!before && !after)
        return;
    title(layout, "Before and after the course");
    standing_change(standing, layout->course, layout->arena, &change);
    stats_change(layout, &change);
    char how[80] = "t takes it.";
    enum course_test next =
        before && !change.taken[COURSE_PRETEST] ? COURSE_PRETEST : COURSE_POSTTEST;
    const struct quiz *quiz = next == COURSE_PRETEST ? before : after;
    if (!quiz || change.taken[next])
        return;
    if (layout->spoken)
        snprintf(how, sizeof how, "nntutor quiz %.40s takes it.", quiz->id);
    layout_textf(layout, ROLE_TEXT,
                 next == COURSE_PRETEST
                     ? "The test before the course has not been taken: %zu questions. %s"
                     : "The same in other numbers after the course: %zu questions. %s",
                 quiz->count, how);
}

void stats_page(struct layout *layout, struct stats_page *page)
{
    chapters(layout, page);
    forecast(layout, page->standing);
    calibration(layout, page->standing);
    tests(layout, page->standing);
}
