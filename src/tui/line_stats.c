/* The statistics in lines. */
#include "tui/line_parts.h"
#include "tui/stats_page.h"

#include "draw/chart.h"

#include <string.h>

void line_stats(struct line *line)
{
    struct standing standing;
    struct err err;
    struct session *session = line->session;
    if (!standing_open(&standing, session->store, session->course, &session->clock, &err)) {
        line_sayf(line, "(%s)\n", err.text);
    } else {
        struct grid grid;
        struct layout layout = line_begin(line, &grid);
        stats_page(&layout, &(struct stats_page){.standing = &standing,
                                                 .progress = &line->progress,
                                                 .focus = SIZE_MAX});
        line_finish(line, &layout);
        bool any = false;
        for (size_t i = 0; i < line->progress.count; i++)
            any = any || line->progress.chapters[i].best_max > 0;
        line_say(line,
                 any ? "l shows the last result of a quiz, l 3 that of chapter 3.\n\n" : "\n");
    }
    standing_close(&standing);
}

static void say_share(const struct study_result *r, bool practising, struct buf *out)
{
    buf_add(out, practising ? "Right this time: " : "Score ");
    chart_number(out, r->score, 3);
    buf_add(out, " of ");
    chart_number(out, r->max, 3);
    if (r->max > 0)
        buf_addf(out, " (%.0f %%)", 100 * r->score / r->max);
    buf_add(out, ".");
}

void line_say_score(struct line *line)
{
    const struct study_result *r = &line->study.result;
    struct buf text = {0};
    if (r->untaken)
        buf_add(&text, STUDY_UNTAKEN);
    else
        say_share(r, line->study.practising, &text);
    if (r->pass > 0)
        buf_addf(&text, " %s: the mark is %.0f %%.", r->passed ? "Passed" : "Not passed", r->pass);
    if (r->at)
        buf_add(&text, " ");
    study_say_result_of(r, &text);
    if (r->unanswered && !r->untaken)
        buf_addf(&text, " Left unanswered: %zu of %zu.", r->unanswered, r->questions);
    if (r->self_graded)
        buf_addf(&text, " Compared by yourself, not in the score: %zu.", r->self_graded);
    line_sayf(line, "%s\n", buf_text(&text));
    buf_free(&text);
}

void line_say_change(struct line *line)
{
    struct grid grid;
    struct change change;
    struct layout layout = line_begin(line, &grid);
    if (stats_read_change(line->session, layout.arena, &change))
        stats_change(&layout, &change);
    line_finish(line, &layout);
}

bool line_offer(struct line *line, enum course_test which)
{
    struct study_source source = {course_test(line->session->course, which)};
    struct buf text = {0};
    standing_say_offer(line->session->course, which, &text);
    line_say_markdown(line, "", buf_text(&text));
    buf_free(&text);
    const char *typed =
        line_choose(line, which == COURSE_PRETEST ? "[t]ake it, or Enter for the first chapter: "
                                                  : "[t]ake it, or Enter to end: ");
    if (!typed)
        return line->study.stage != STUDY_DONE && !line->study.in_quiz && which == COURSE_PRETEST;
    if (strcmp(typed, "t") != 0) {
        line_sayf(line, "(The test can still be taken: nntutor quiz %s.)\n", source.quiz->id);
        return false;
    }
    study_quiz(&line->study, &source, 1, 0, false, 0);
    return true;
}
