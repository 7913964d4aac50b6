/* Line mode: what a learner sets about review, and the questions that were taken out of it. */
#include "tui/line_parts.h"

#include <string.h>

static bool set(struct line *line, struct event event)
{
    line->study.log(line->study.log_user, &event);
    return keep_is_well(&line->session->keep);
}

static void say(struct line *line, const struct review_settings *settings,
                const struct retired *retired)
{
    line_sayf(line,
              "  1. Everything comes back, not only what you missed: %s\n"
              "  2. Recall to be kept: %.0f %%\n",
              settings->everything ? "yes" : "no", 100 * settings->retention);
    if (retired->count)
        line_say(line, "Taken out of review; its number asks it again:\n");
    for (size_t i = 0; i < retired->count; i++) {
        struct buf text = {0};
        study_excerpt(retired->cards[i]->question, 60, &text);
        line_sayf(line, "  %zu. %s %s\n", i + 3, retired->cards[i]->section, buf_text(&text));
        buf_free(&text);
    }
}

/* One look at what there is, and one change. False: that was all. */
static bool change(struct line *line, struct deck *deck, const struct review_settings *settings)
{
    const char *course = line->session->course->page.id;
    struct retired retired;
    int64_t number;
    review_match(deck, line->session->course);
    review_retired(deck, &retired);
    say(line, settings, &retired);
    const char *typed = line_choose(line, "A number changes it, Enter goes back: ");
    if (!typed || !*typed)
        return false;
    if (!str_integer(str_of(typed), &number) || number < 1 || number > (int64_t)retired.count + 2) {
        line_sayf(line, "Type a number from 1 to %zu.\n", retired.count + 2);
        return true;
    }
    return set(line, number == 1 ? review_set_everything(course, !settings->everything)
                     : number == 2
                         ? review_set_retention(course, review_next_retention(settings->retention))
                         : review_restore(course, retired.cards[number - 3]));
}

void line_settings(struct line *line)
{
    struct err err;
    bool more = line->session->store != NULL;
    if (!more)
        line_say(line, "Nothing can be kept, so nothing can be set.\n");
    while (more && !line->ended) {
        struct review_settings settings;
        struct deck deck;
        const char *course = line->session->course->page.id;
        more = deck_open(&deck, line->session->store, course, &err) &&
               review_read_settings(line->session->store, course, &settings, &err);
        if (more)
            more = change(line, &deck, &settings);
        else
            line_sayf(line, "(%s)\n", err.text);
        deck_free(&deck);
    }
}
