/* What the tests of demos share: run one from its text, and ask for results by name. */
#ifndef TESTS_SUPPORT_DEMO_TEST_H
#define TESTS_SUPPORT_DEMO_TEST_H

#include "support/test.h"

#include "base/rng.h"
#include "demos/demo.h"

#include <math.h>
#include <string.h>

struct trial {
    struct arena arena;
    struct demo_run run;
    struct clock clock;
    int64_t now_ms;
};

static inline void trial_start(struct trial *t, const char *text)
{
    struct demo_args args;
    struct err err;
    *t = (struct trial){.now_ms = 0};
    arena_init(&t->arena);
    t->clock = clock_manual(&t->now_ms);
    if (!demo_args_read(&args, &t->arena, text, &err) ||
        !demo_start(&t->run, &t->arena, &args, &t->clock, &err))
        fail_msg("%s: %s", text, err.text);
}

static inline void trial_run(struct trial *t, const char *text)
{
    trial_start(t, text);
    demo_finish(&t->run);
}

static inline void trial_end(struct trial *t)
{
    arena_free(&t->arena);
}

static inline double trial_number(const struct trial *t, const char *ref_text)
{
    struct demo_ref ref;
    struct err err;
    double number = NAN;
    if (!demo_ref_read(t->run.demo, ref_text, &ref, &err))
        fail_msg("%s", err.text);
    if (!demo_ref_number(&t->run, ref, &number))
        fail_msg("%s of %s is not there", ref_text, t->run.demo->name);
    return number;
}

static inline const char *trial_text(const struct trial *t, const char *ref_text)
{
    struct demo_ref ref;
    struct err err;
    if (!demo_ref_read(t->run.demo, ref_text, &ref, &err))
        fail_msg("%s", err.text);
    return demo_ref_text(&t->run, ref);
}

/* One number of one run. */
static inline double demo_number(const char *text, const char *ref_text)
{
    struct trial t;
    trial_run(&t, text);
    double number = trial_number(&t, ref_text);
    trial_end(&t);
    return number;
}

/* Fails unless |a - b| <= tolerance; NaN and unequal infinities fail. */
#define assert_near(a, b, tolerance)                                                               \
    do {                                                                                           \
        double near_a = (a), near_b = (b);                                                         \
        if (!(near_a == near_b || fabs(near_a - near_b) <= (tolerance)))                           \
            fail_msg("%s is %.17g, expected %.17g", #a, near_a, near_b);                           \
    } while (0)

/* A run in random slices ends with the very same JSON as a run in one piece. */
static inline void check_slicing(const char *text)
{
    struct trial whole;
    struct buf expected = {0};
    trial_run(&whole, text);
    demo_json(&whole.run, -1, &expected);
    for (uint64_t round = 0; round < 5; round++) {
        struct trial sliced;
        struct buf got = {0};
        struct rng rng;
        rng_init(&rng, round, 0, 0);
        trial_start(&sliced, text);
        uint32_t most = (uint32_t)(sliced.run.total / 3 + 2);
        while (demo_step(&sliced.run, rng_below(&rng, most)))
            assert_true(sliced.run.done <= sliced.run.total);
        demo_json(&sliced.run, -1, &got);
        assert_string_equal(buf_text(&got), buf_text(&expected));
        buf_free(&got);
        trial_end(&sliced);
    }
    buf_free(&expected);
    trial_end(&whole);
}

#endif
