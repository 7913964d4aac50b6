/* Line mode: the result of a quiz, and the last one once more. */
#include "study/standing.h"
#include "tui/line_parts.h"

#include <stdio.h>
#include <string.h>

static void say_again(struct line *line, const struct study_result *r)
{
    if (r->again_count)
        line_say(line, "Read again:\n");
    for (size_t i = 0; i < r->again_count; i++)
        line_sayf(line, "  %s %s (nntutor study %s)\n", r->again[i].section, r->again[i].title,
                  r->again[i].section);
}

static void say_objectives(struct line *line, const struct study_result *r)
{
    bool weak = false;
    for (size_t i = 0; i < r->objective_count; i++) {
        const struct study_objective *row = &r->objectives[i];
        line_sayf(line, "  %-4s %zu of %zu right  %s%s%s%s\n", row->id, row->right, row->asked,
                  row->text ? row->text : "", row->weak ? ". Weak" : "",
                  *row->read ? ": read " : "", row->read);
        weak = weak || row->weak;
    }
    if (weak)
        line_say(line, STANDING_WEAK "\n");
}

static void say_missed(struct line *line)
{
    const struct study *study = &line->study;
    if (study_missed(study))
        line_say(line, "Missed:\n");
    for (size_t i = 0; study_missed(study) && i < study->item_count; i++) {
        struct buf text = {0};
        if (!study_was_missed(&study->items[i]))
            continue;
        study_excerpt(study->items[i].question, line->width - 2, &text);
        line_sayf(line, "  %s\n", buf_text(&text));
        buf_free(&text);
    }
}

void line_result(struct line *line)
{
    const struct study_result *r = &line->study.result;
    if (line->study.reviewing) {
        line_say_reviewed(line);
        study_next(&line->study);
        return;
    }
    if (!r->complete) { /* a part has no score */
        say_again(line, r);
        study_next(&line->study);
        return;
    }
    line_say_score(line);
    say_objectives(line, r);
    say_again(line, r);
    say_missed(line);
    if (study_test(&line->study) == COURSE_POSTTEST)
        line_say_change(line);
    if (study_test(&line->study) == COURSE_PRETEST)
        line_say(line, "The course explains all of it. Now begin.\n");
    if (study_missed(&line->study) && !line->ended) {
        char prompt[100];
        snprintf(prompt, sizeof prompt,
                 "The %zu [m]issed once more, or Enter to end: ", study_missed(&line->study));
        const char *typed = line_choose(line, prompt);
        if (typed && strcmp(typed, "m") == 0) {
            study_retry_missed(&line->study);
            return;
        }
    }
    if (line->ended || !study_offers_posttest(&line->study) || !line_offer(line, COURSE_POSTTEST))
        study_next(&line->study);
}

bool line_last_result(struct line *line, const struct quiz *quiz)
{
    if (!study_show_result(&line->study, quiz)) {
        line_say(line, STUDY_NO_RESULT "\n");
        return false;
    }
    line_study(line);
    return true;
}
