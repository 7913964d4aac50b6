/* Where a learner stands, in words: what the screen shows beside its bars, and what line mode says. */
#include "study/standing.h"

#include "draw/chart.h"

#include <math.h>
#include <string.h>

static double share(const struct hits *hits)
{
    return hits->given ? (double)hits->right / (double)hits->given : 0;
}

/* What one's certainty is worth. Nothing is judged on a handful. */
void standing_say_meaning(const struct hits said[CONFIDENCES], bool misled, struct buf *out)
{
    const struct hits *sure = &said[3], *unsure = &said[2], *guess = &said[1];
    bool judged = false;
    if (sure->given >= STANDING_LEAST) {
        judged = true;
        if (share(sure) >= 0.9)
            buf_add(out, "Your certainty can be trusted.");
        else if (share(sure) >= 0.7)
            buf_add(out, "Your certainty can mostly be trusted.");
        else
            buf_addf(out,
                     "You are sure more often than right: %zu of the %zu were not. Those are worth "
                     "a second look.",
                     sure->given - sure->right, sure->given);
        if (misled && share(sure) < 0.9)
            buf_add(out,
                    " Of what is in review, what you were sure of and wrong about comes first.");
    }
    const char *gap = judged ? " " : "";
    if (unsure->given >= STANDING_LEAST && share(unsure) >= 0.85) {
        judged = true;
        buf_addf(out, "%sWhere you are unsure you are nearly always right: trust yourself more.",
                 gap);
    } else if (unsure->given >= STANDING_LEAST && sure->given >= STANDING_LEAST &&
               share(unsure) > share(sure) + 0.1) {
        buf_add(out, " You do better where you doubt.");
    }
    if (!judged && sure->given + unsure->given + guess->given > 0)
        buf_addf(out, "Too few to judge: it takes %d of a kind.", STANDING_LEAST);
}

void standing_say_predictions(const struct standing *standing, struct buf *out)
{
    struct hits answers[CONFIDENCES], said[CONFIDENCES];
    struct hits all = standing_predictions(standing), drills = standing_drills(standing);
    standing_calibration(standing, answers, said);
    if (all.given)
        buf_addf(out, "Predictions: %zu of %zu right, the first at each step", all.right,
                 all.given);
    if (all.given && said[0].given)
        buf_addf(out, "; for %zu you did not say how sure you were", said[0].given);
    if (all.given)
        buf_add(out, ".");
    if (drills.given)
        buf_addf(out, "%sDrills: %zu of %zu right.", all.given ? " " : "", drills.right,
                 drills.given);
}

void standing_say_calibration(const struct hits said[CONFIDENCES], const char *what,
                              struct buf *out)
{
    static const char *const when[CONFIDENCES] = {"", "guessed", "were unsure", "were sure"};
    bool first = true;
    for (int i = CONFIDENCES; i-- > 1;) {
        const struct hits *hits = &said[i];
        if (!hits->given)
            continue;
        buf_addf(out, "%s %s, %zu of %zu", first ? "When you" : "; when you", when[i], hits->right,
                 hits->given);
        if (first)
            buf_addf(out, " %s were right", what);
        if (hits->given >= STANDING_LEAST)
            buf_addf(out, " (%.0f %%)", 100 * share(hits));
        first = false;
    }
    if (!first)
        buf_add(out, ".");
}

void standing_say_forecast(const size_t days[FORECAST_DAYS + 1], struct buf *out)
{
    const char *between = "Due: ";
    for (int i = 0; i <= FORECAST_DAYS; i++) {
        if (!days[i])
            continue;
        buf_addf(out, "%s%zu ", between, days[i]);
        if (i == 0)
            buf_add(out, "now");
        else if (i == 1)
            buf_add(out, "tomorrow");
        else if (i < FORECAST_DAYS)
            buf_addf(out, "in %d days", i);
        else
            buf_add(out, "later");
        between = ", ";
    }
    if (strcmp(between, ", ") == 0)
        buf_add(out, ".");
}

void standing_say_objective(const struct standing_objective *objective, struct buf *out)
{
    if (!objective->asked) {
        buf_add(out, objective->questions ? "not asked yet" : "no question asks it");
        return;
    }
    buf_addf(out, "%zu of %zu right", objective->right, objective->asked);
    if (objective->asked < objective->questions)
        buf_addf(out, ", %zu not asked yet", objective->questions - objective->asked);
    if (objective->cards)
        buf_addf(out, ", remembered %zu of %zu", objective->remembered, objective->cards);
    if (objective->weak)
        buf_addf(out, "; weak%s%s", *objective->read ? ": read " : "", objective->read);
}

static void say_score(const struct change *change, enum course_test which, struct buf *out)
{
    chart_number(out, change->score[which], 3);
    buf_add(out, " of ");
    chart_number(out, change->max[which], 3);
}

void standing_say_change(const struct change *change, struct buf *out)
{
    const bool *taken = change->taken;
    if (taken[COURSE_PRETEST]) {
        buf_add(out, "Before the course ");
        say_score(change, COURSE_PRETEST, out);
    }
    if (taken[COURSE_POSTTEST]) {
        buf_add(out, taken[COURSE_PRETEST] ? ", after it " : "After the course ");
        say_score(change, COURSE_POSTTEST, out);
    }
    if (taken[COURSE_PRETEST] || taken[COURSE_POSTTEST])
        buf_add(out, ".");
    if (!taken[COURSE_PRETEST] || !taken[COURSE_POSTTEST])
        return;
    double before = change->score[COURSE_PRETEST] / change->max[COURSE_PRETEST];
    double after = change->score[COURSE_POSTTEST] / change->max[COURSE_POSTTEST];
    if (after > before + 1e-9 && before < 1)
        buf_addf(out, " Of what was missing at first you gained %.0f %%.",
                 100 * (after - before) / (1 - before));
    else if (fabs(after - before) <= 1e-9)
        buf_add(out, " That is the same as before.");
    else
        buf_add(out, " That is less than before.");
}

void standing_say_offer(struct course *course, enum course_test which, struct buf *out)
{
    const struct quiz *quiz = course_test(course, which);
    size_t questions = 0;
    for (size_t i = 0; quiz && i < quiz->count; i++)
        questions += quiz->questions[i].kind != QUESTION_DESCRIPTION;
    if (!questions)
        return;
    if (which == COURSE_PRETEST)
        buf_addf(out,
                 "Before you begin: %zu questions on the whole course. After the last chapter the "
                 "same come again in other numbers, and you see what has changed. Guess where you "
                 "have to: nothing depends on it, and a guess helps to learn.",
                 questions);
    else
        buf_addf(out,
                 "The course is behind you. Its test has %zu questions; if you took the one before "
                 "the course, these are the same in other numbers, and you see what has changed.",
                 questions);
}
