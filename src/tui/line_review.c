/* Review in lines: what is due today, then twenty more for those who like. */
#include "tui/line_parts.h"

#include <string.h>

static void say_day(struct line *line, const struct review *review)
{
    struct buf text = {0};
    review_say(review, &text);
    if (!text.length)
        buf_add(&text, "Nothing to review yet. Questions that you miss, or answer without being "
                       "sure, come back here when they are about to fade.");
    line_say_markdown(line, "", buf_text(&text));
    buf_free(&text);
}

/* Asks the questions of the day. */
static void ask_queue(struct line *line, struct review *review)
{
    line->review = review;
    line->study.is_taken = review_is_taken;
    line->study.taken_user = review;
    study_review(&line->study, review->items, review->count);
    line_study(line);
    line->study.is_taken = NULL;
    line->review = NULL;
}

static bool wants_more(struct line *line)
{
    const char *typed = line_choose(line, "20 [m]ore, or Enter to end: ");
    return typed && strcmp(typed, "m") == 0;
}

void line_review(struct line *line)
{
    struct err err;
    for (size_t more = 0; !line->ended; more += REVIEW_PER_DAY) {
        struct review review;
        bool good = review_open(&review, line->session->store, line->session->course,
                                &line->session->clock, more, &err);
        size_t left = review.waiting - review.count;
        if (!good)
            line_sayf(line, "(%s)\n", err.text);
        else
            say_day(line, &review);
        if (good && review.count)
            ask_queue(line, &review);
        review_close(&review);
        if (!good || line->ended || !left || !wants_more(line))
            return;
    }
}

/* What was missed once too often is better read again than asked again. */
void line_say_stubborn(struct line *line)
{
    const struct study *study = &line->study;
    unsigned times =
        line->review ? review_stubborn_now(&line->review->deck, &study->items[study->item]) : 0;
    if (times)
        line_sayf(line, "Missed %u times: read %s again (r).\n", times, study->ask.section);
}

/* After the feedback on a question of a review. False: the learner leaves. */
void line_after_review(struct line *line)
{
    struct study *study = &line->study;
    bool retired = false;
    for (;;) {
        struct buf prompt = {0};
        bool right = study->feedback.mark.state == MARK_RIGHT;
        buf_add(&prompt, "[n]ext ");
        if (!right)
            line_teach_prompt(line, &prompt);
        buf_add(&prompt, retired ? "[u]ndo [x] ask it again after all [q]uit: "
                                 : "[u]ndo [x] never ask it again [q]uit: ");
        const char *typed = line_ask(line, buf_text(&prompt));
        buf_free(&prompt);
        if (!typed) {
            line->ended = true;
            return;
        }
        if (!*typed || strcmp(typed, "n") == 0) {
            line_next(line);
            return;
        }
        if (!right && line_teach(line, typed))
            continue;
        if (strcmp(typed, "x") == 0) {
            retired = !retired;
            study_retire(study, retired);
            line_say(line, retired ? "It will not be asked again.\n" : "It stays.\n");
            continue;
        }
        enum line_taken taken = line_everywhere(line, typed);
        if (taken == LINE_MOVED)
            return;
        if (taken == LINE_OTHER)
            line_say(line, "n goes on, u takes the answer back, x takes the question out.\n");
    }
}

void line_say_reviewed(struct line *line)
{
    const struct study *study = &line->study;
    size_t asked, right;
    study_count(study, &asked, &right);
    line_sayf(line, "Reviewed %zu: %zu right.\n", asked, right);
}
