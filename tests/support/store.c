#include "support/test.h"

#include "support/store.h"

#include "base/utf8.h"

#include <stdio.h>

int store_fixture_set_up(void **state)
{
    struct fixture *f = memory_alloc(sizeof *f);
    utf8_start();
    f->folder = test_folder();
    snprintf(f->path, sizeof f->path, "%s/a/b/progress.db", f->folder);
    f->now_ms = 1795253400123; /* 2026-11-21T09:30:00.123Z */
    f->clock = clock_manual(&f->now_ms);
    arena_init(&f->arena);
    *state = f;
    return 0;
}

int store_fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    memory_free(f);
    return 0;
}

struct store *store_must_open(struct fixture *f)
{
    struct err err;
    struct store *store = store_open(f->path, &f->clock, &err);
    if (!store)
        fail_msg("%s", err.text);
    return store;
}

void store_must_append(struct store *store, struct event event)
{
    struct err err;
    if (!store_append(store, &event, &err))
        fail_msg("%s", err.text);
}

void store_add_samples(struct store *store)
{
    const struct event samples[] = {
        {.type = EVENT_STEP,
         .course = "en",
         .chapter = "dropout",
         .section = "3.2",
         .step = 2,
         .step_hash = 0xFEDCBA9876543210},
        {.type = EVENT_PREDICTION,
         .course = "en",
         .chapter = "dropout",
         .section = "3.2",
         .step = 3,
         .demo = "mask p=0.5 seed=7",
         .result = "mean_sum",
         .given = "3.2",
         .was = "1.60",
         .right = true,
         .confidence = 3},
        {.type = EVENT_PREDICTION,
         .course = "en",
         .chapter = "dropout",
         .section = "3.3",
         .step = 1,
         .demo = "mask",
         .result = "sd_sum",
         .was = "0.1",
         .watched = true},
        {.type = EVENT_ANSWER,
         .course = "en",
         .chapter = "dropout",
         .section = "3.4",
         .quiz = "dropout",
         .question = "q3.10",
         .question_hash = 0x0123456789ABCDEF,
         .given = "{\"a\":[1,\"\xCF\x83 \\\"x\\\"\",true,null]}",
         .fraction = 1.0 / 3,
         .state = "partial",
         .confidence = 2,
         .shuffle_seed = UINT64_MAX,
         .attempt = "a1"},
        {.type = EVENT_ANSWER,
         .course = "en",
         .chapter = "dropout",
         .quiz = "dropout",
         .question = "essay",
         .given = "\"two\\nlines\"",
         .ungraded = true,
         .state = "needsgrading"},
        {.type = EVENT_SCORE,
         .course = "en",
         .chapter = "dropout",
         .quiz = "dropout",
         .attempt = "a1",
         .score = 7.5,
         .max = 12},
        {.type = EVENT_RESET, .course = "de", .chapter = "all"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        store_must_append(store, samples[i]);
}

static bool count_one(void *user, const struct event *event)
{
    (void)event;
    ++*(size_t *)user;
    return true;
}

size_t store_count(struct store *store)
{
    size_t count = 0;
    struct err err;
    if (!store_replay(store, count_one, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

struct buf store_must_export(struct store *store)
{
    struct buf out = {0};
    struct err err;
    if (!store_export(store, &out, &err))
        fail_msg("%s", err.text);
    return out;
}
