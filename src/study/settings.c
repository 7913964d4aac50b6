/* What a learner may set about review. */
#include "study/review.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double review_retentions[REVIEW_RETENTIONS] = {0.8, 0.9, 0.95};

static double nearest_retention(double value)
{
    double best = review_retentions[0];
    for (size_t i = 1; i < REVIEW_RETENTIONS; i++)
        if (fabs(review_retentions[i] - value) < fabs(best - value))
            best = review_retentions[i];
    return best;
}

static bool take(void *user, const struct event *event)
{
    struct review_settings *settings = user;
    if (strcmp(event->name, "everything") == 0)
        settings->everything = event->value != 0;
    else if (strcmp(event->name, "retention") == 0 && event->value > 0 && event->value < 1)
        settings->retention = nearest_retention(event->value);
    return true;
}

bool review_read_settings(struct store *store, const char *course, struct review_settings *settings,
                          struct err *err)
{
    *settings = (struct review_settings){.retention = 0.9};
    return !store || store_settings(store, course, take, settings, err);
}

static struct event setting(const char *course, const char *name, double value)
{
    return (struct event){
        .type = EVENT_SETTING, .course = course, .chapter = "", .name = name, .value = value};
}

struct event review_set_everything(const char *course, bool on)
{
    return setting(course, "everything", on);
}

struct event review_set_retention(const char *course, double value)
{
    return setting(course, "retention", nearest_retention(value));
}

double review_next_retention(double value)
{
    double now = nearest_retention(value);
    for (size_t i = 0; i + 1 < REVIEW_RETENTIONS; i++)
        if (review_retentions[i] == now)
            return review_retentions[i + 1];
    return review_retentions[0];
}

void review_say_settings(const struct review_settings *settings, struct buf *out)
{
    buf_addf(out, "Everything comes back: %s. Recall to be kept: %.0f %%.",
             settings->everything ? "yes" : "no", 100 * settings->retention);
}

bool deck_begin(struct deck *deck, struct store *store, const char *course, struct err *err)
{
    struct review_settings settings;
    struct fsrs fsrs;
    bool good = review_read_settings(store, course, &settings, err);
    fsrs_init(&fsrs, fsrs_default, settings.retention, REVIEW_MOST_DAYS, NULL);
    deck_init(deck, &fsrs, settings.everything);
    return good;
}

bool deck_open(struct deck *deck, struct store *store, const char *course, struct err *err)
{
    return deck_begin(deck, store, course, err) && (!store || deck_read(deck, store, course, err));
}

/* ---- what was taken out ------------------------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    const struct card *x = *(const struct card *const *)a, *y = *(const struct card *const *)b;
    double left = 0, right = 0;
    str_number(str_of(x->section), &left);
    str_number(str_of(y->section), &right);
    return left != right ? (left < right ? -1 : 1) : strcmp(x->key, y->key);
}

void review_retired(struct deck *deck, struct retired *retired)
{
    *retired =
        (struct retired){.cards = ARENA_ARRAY(&deck->arena, deck->count, const struct card *)};
    for (size_t i = 0; i < deck->count; i++)
        if (deck->cards[i].retired && deck->cards[i].question)
            retired->cards[retired->count++] = &deck->cards[i];
    if (retired->count)
        qsort(retired->cards, retired->count, sizeof *retired->cards, by_place);
}

struct event review_restore(const char *course, const struct card *card)
{
    return (struct event){.type = EVENT_RETIRE,
                          .course = course,
                          .chapter = card->chapter,
                          .quiz = card->quiz,
                          .question = card->key};
}
