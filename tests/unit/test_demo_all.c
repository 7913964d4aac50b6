/* What holds for every demo: results are there, pictures fit any grid, and golden pictures. */
#include "support/demo_test.h"
#include "support/golden.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* The runs of the golden files: the default first, then what else is worth seeing. */
static const struct {
    const char *demo, *runs[4];
} golden[] = {
    {"polynomial", {"polynomial", "polynomial lambda=0.1", "polynomial degree=3 noise=0.5"}},
    {"memorize", {"memorize", "memorize labels=real rows=400"}},
    {"shrink", {"shrink", "shrink kind=l1", "shrink kind=subgradient step=0.03 steps=60"}},
    {"decay", {"decay", "decay kind=decoupled"}},
    {"mask", {"mask", "mask scaling=none passes=2000 seed=7", "mask units=100 p=0.3"}},
    {"network",
     {"network", "network p=0.9", "network p=0.5 norm=batch seed=3", "network mode=eval"}},
    {"mask-count", {"mask-count", "mask-count p=1 units=8 passes=10"}},
    {"relu-bias", {"relu-bias", "relu-bias terms=1,-2,3,-1,.5,-.4,2,-3 p=0.3"}},
    {"twins", {"twins", "twins p=0", "twins p=0.8 seed=3"}},
    {"subnetworks",
     {"subnetworks", "subnetworks kind=linear", "subnetworks kind=relu hidden=8 classes=10",
      "subnetworks units=100 kind=sigmoid"}},
    {"lesion", {"lesion", "lesion kind=blocks blocks=6"}},
    {"mc-dropout", {"mc-dropout", "mc-dropout p=0.2 members=10"}},
    {"variants", {"variants", "variants kind=depth p=0.5", "variants kind=spatial"}},
    {"spatial", {"spatial", "spatial sigma=0 p=0.3"}},
    {"stochastic-depth", {"stochastic-depth", "stochastic-depth blocks=5 survival_last=0"}},
    {"chain", {"chain", "chain factor=1.1 depth=100", "chain factor=0 depth=5"}},
    {"init",
     {"init", "init kind=normal", "init kind=normal var=0.01 activation=tanh",
      "init activation=linear kind=orthogonal width=20 depth=10"}},
    {"symmetry",
     {"symmetry", "symmetry start=random", "symmetry start=zero", "symmetry start=zero-hidden"}},
    {"recurrent",
     {"recurrent", "recurrent shear=0.3 steps=100", "recurrent radius=1.1 steps=9000"}},
    {"cliff", {"cliff", "cliff kind=norm", "cliff start=0.8 steps=100"}},
    {"clip", {"clip", "clip kind=value", "clip gradient=3,-4,12,0.5 kind=value max=2"}},
    {"drift",
     {"drift", "drift norm=batch", "drift init=normal depth=12", "drift init=he p=0.3 depth=20"}},
    {"normalize",
     {"normalize", "normalize kind=batch", "normalize kind=group groups=2",
      "normalize kind=batch rows=2;4;6;8 gamma=2 beta=1 mode=eval updates=20"}},
    {"running-stats", {"running-stats", "running-stats steps=3", "running-stats momentum=0"}},
    {"batch-mates",
     {"batch-mates", "batch-mates batch=1", "batch-mates batch=2 nets=4",
      "batch-mates kind=layer batch=2"}},
    {"axes", {"axes", "axes kind=layer row=3 column=1", "axes kind=group row=1 column=5"}},
    {"invariance",
     {"invariance", "invariance kind=rms", "invariance scale=-2 shift=0",
      "invariance values=3,3,3 scale=2"}},
    {"epsilon", {"epsilon", "epsilon place=outside epsilon=1e-8"}},
    {"norm-cost", {"norm-cost rows=256"}},
    {"residual",
     {"residual", "residual block=linear weight=-0.1 depth=20",
      "residual block=linear weight=-1 depth=20", "residual block=quadratic depth=50 x=2"}},
    {"signal",
     {"signal", "signal wiring=bn", "signal wiring=zero-init depth=10",
      "signal wiring=plain gain=0.5"}},
    {"paths", {"paths", "paths factor=0.1", "paths blocks=1000 factor=1"}},
    {"variance-shift",
     {"variance-shift", "variance-shift features=zero-mean p=0.3", "variance-shift p=1"}},
    {"parameters", {"parameters", "parameters model=deep", "parameters widths=7"}},
    {"switchboard", {"switchboard", "switchboard init=on decay=off kind=layer"}},
    {"significance",
     {"significance", "significance seeds=10", "significance accuracy=1 difference=0"}},
    {"ladder", {"ladder", "ladder rows=source images=1000 seeds=2"}},
    {"early-stopping", {"early-stopping", "early-stopping flip=0 examples=2000"}},
    {"dropout-helps", {"dropout-helps", "dropout-helps hidden=100-100 flip=0 examples=60"}},
    {"overfit", {"overfit", "overfit dropout=0 patience=5 augment=shift"}},
    {"playground", {"playground", "playground data=moons depth=1 noise=0.3"}},
    {"rate-sweep", {"rate-sweep", "rate-sweep init=default rates=0.01,0.1,0.3"}},
    {"placement", {"placement", "placement rates=0.003,0.3 blocks=4", "placement steps=0"}},
    {"depth-sweep", {"depth-sweep", "depth-sweep net=skip-he depths=10,20 rates=1e-5,0.001"}},
};
enum { GOLDEN = sizeof golden / sizeof *golden };

/* Demos that train in float32: their numbers differ between processors, and only what stands there
 * before any step is golden. */
static const char *const trained[] = {
    "depth-sweep", "dropout-helps", "early-stopping", "ladder",     "lesion",     "mc-dropout",
    "memorize",    "overfit",       "placement",      "playground", "rate-sweep", "switchboard"};

static bool is_trained(const char *demo)
{
    for (size_t i = 0; i < sizeof trained / sizeof *trained; i++)
        if (strcmp(trained[i], demo) == 0)
            return true;
    return false;
}

static void check_golden(const char *demo, const char *what, const struct buf *text)
{
    struct buf path = {0};
    buf_addf(&path, "tests/golden/demos/%s.%s.txt", demo, what);
    golden_check(buf_text(&path), buf_text(text));
    buf_free(&path);
}

static void add_picture(const struct demo_run *run, int width, int height, struct buf *out)
{
    struct grid grid;
    grid_init(&grid, width, height);
    run->demo->draw(run, &grid);
    buf_addf(out, "-- %dx%d%s\n", width, height, run->finished ? "" : ", before the run");
    grid_print_text(&grid, false, out);
    grid_free(&grid);
}

static void test_pictures_are_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN; i++) {
        struct buf text = {0};
        for (size_t r = 0; r < 4 && golden[i].runs[r]; r++) {
            struct trial t;
            trial_start(&t, golden[i].runs[r]);
            buf_addf(&text, "%s== %s\n", r ? "\n" : "", golden[i].runs[r]);
            if (r == 0 && !is_trained(golden[i].demo))
                add_picture(&t.run, 74, 16, &text);
            if (!is_trained(golden[i].demo))
                demo_finish(&t.run);
            add_picture(&t.run, 74, 16, &text);
            add_picture(&t.run, 36, 6, &text);
            trial_end(&t);
        }
        check_golden(golden[i].demo, "picture", &text);
        buf_free(&text);
    }
}

static void test_sentences_are_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN; i++) {
        struct buf text = {0};
        for (size_t r = 0; r < 4 && golden[i].runs[r]; r++) {
            struct trial t;
            trial_start(&t, golden[i].runs[r]);
            if (r == 0 && !is_trained(golden[i].demo)) {
                t.run.demo->describe(&t.run, &text);
                buf_add_char(&text, '\n');
            }
            if (!is_trained(golden[i].demo))
                demo_finish(&t.run);
            t.run.demo->describe(&t.run, &text);
            buf_add_char(&text, '\n');
            trial_end(&t);
        }
        check_golden(golden[i].demo, "sentences", &text);
        buf_free(&text);
    }
}

/* Numbers with ten digits, and what is rounding alone as 0: the last bit of a logarithm differs
 * between processors. A new line after each comma makes differences easy to see. */
static void add_rounded(const char *json, struct buf *out)
{
    bool quoted = false;
    while (*json) {
        char *end = NULL;
        bool number = !quoted && strchr("-0123456789", *json);
        double value = number ? strtod(json, &end) : 0;
        if (number) {
            buf_addf(out, "%.10g", fabs(value) < 1e-12 ? 0 : value);
            json = end;
            continue;
        }
        quoted ^= *json == '"';
        buf_add_char(out, *json);
        if (*json == ',' && !quoted)
            buf_add_char(out, '\n');
        json++;
    }
}

static void test_json_is_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN; i++) {
        struct buf text = {0};
        for (size_t r = 0; r < 4 && golden[i].runs[r]; r++) {
            struct trial t;
            struct buf json = {0};
            trial_start(&t, golden[i].runs[r]);
            if (!is_trained(golden[i].demo))
                demo_finish(&t.run);
            demo_json(&t.run, -1, &json);
            add_rounded(buf_text(&json), &text);
            buf_add_char(&text, '\n');
            buf_free(&json);
            trial_end(&t);
        }
        check_golden(golden[i].demo, "json", &text);
        buf_free(&text);
    }
}

static void test_every_demo_has_golden_files(void **state)
{
    (void)state;
    for (size_t d = 0; d < demo_count; d++) {
        bool found = false;
        for (size_t i = 0; i < GOLDEN; i++)
            found |= strcmp(golden[i].demo, demos[d]->name) == 0;
        if (!found)
            fail_msg("%s stands in no row of the table of golden files", demos[d]->name);
    }
}

static void test_demos_of_one_theme_stand_together(void **state)
{
    (void)state;
    for (size_t d = 1; d < demo_count; d++)
        for (size_t before = 0; before + 1 < d; before++)
            if (strcmp(demos[d]->theme, demos[before]->theme) == 0 &&
                strcmp(demos[d]->theme, demos[d - 1]->theme) != 0)
                fail_msg("%s stands apart from %s", demos[d]->name, demos[before]->name);
}

/* Whoever asks for help finds a sentence, never a blank. */
static void test_everything_is_explained(void **state)
{
    (void)state;
    for (size_t d = 0; d < demo_count; d++) {
        const struct demo *demo = demos[d];
        assert_true(demo->title[0] && demo->theme[0]);
        assert_int_equal(demo->question[strlen(demo->question) - 1], '?');
        for (size_t k = 0; k < demo->knob_count; k++)
            if (!demo->knobs[k].help || strlen(demo->knobs[k].help) < 2)
                fail_msg("%s: the knob %s has no help", demo->name, demo->knobs[k].name);
        for (size_t r = 0; r < demo->result_count; r++)
            if (!demo->results[r].help || strlen(demo->results[r].help) < 2)
                fail_msg("%s: the result %s has no help", demo->name, demo->results[r].name);
    }
}

/* One line in the gallery, on any terminal. */
static void test_every_demo_has_a_sketch(void **state)
{
    (void)state;
    for (size_t d = 0; d < demo_count; d++) {
        const char *sketch = demos[d]->sketch;
        if (!sketch || !*sketch)
            fail_msg("%s has no sketch", demos[d]->name);
        size_t size = strlen(sketch);
        if (utf8_columns(sketch, size) > SKETCH_COLUMNS)
            fail_msg("%s: its sketch is wider than %d columns", demos[d]->name, SKETCH_COLUMNS);
        for (size_t i = 0, length; i < size; i += length) {
            uint32_t c = (uint32_t)utf8_decode(sketch + i, size - i, &length);
            if (c >= 0x80 && utf8_cell_ascii(c) == '?')
                fail_msg("%s: U+%04X of its sketch has no ASCII", demos[d]->name, (unsigned)c);
        }
    }
}

/* The plural behind a lone 1, as in "1 epochs"; NULL: none. */
static const char *plural_of_one(const char *text)
{
    static const char *const plurals[] = {
        "batches",  "blocks", "epochs", "examples", "images", "layers",  "masks",  "nets",
        "networks", "pairs",  "passes", "points",   "rates",  "recipes", "rounds", "rows",
        "runs",     "seeds",  "sets",   "steps",    "terms",  "units"};
    for (const char *p = text; (p = strstr(p, "1 ")); p++) {
        bool lone = p == text || strchr(" (\n", p[-1]);
        for (size_t i = 0; lone && i < sizeof plurals / sizeof *plurals; i++)
            if (strncmp(p + 2, plurals[i], strlen(plurals[i])) == 0)
                return p;
    }
    return NULL;
}

/* With a knob at 1, pictures and sentences speak of one. */
static void test_one_is_not_plural(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t d = 0; d < demo_count; d++)
        for (size_t k = 0; k < demos[d]->knob_count; k++) {
            const struct knob *knob = &demos[d]->knobs[k];
            if (knob->kind != KNOB_INTEGER || knob->min > 1)
                continue;
            struct trial t;
            struct buf text = {0};
            buf_addf(&text, "%s %s=1", demos[d]->name, knob->name);
            trial_start(&t, buf_text(&text));
            if (demo_is_instant(&t.run))
                demo_finish(&t.run);
            buf_add_char(&text, '\n');
            add_picture(&t.run, 74, 16, &text);
            add_picture(&t.run, 36, 6, &text);
            t.run.demo->describe(&t.run, &text);
            const char *at = plural_of_one(buf_text(&text));
            if (at)
                print_error("%s %s=1: \"%.30s\"\n", demos[d]->name, knob->name, at);
            wrong += at != NULL;
            trial_end(&t);
            buf_free(&text);
        }
    assert_int_equal(wrong, 0);
}

/* Where "…" hides the end of a number, which makes it another one; NULL: nowhere. */
static const char *cut_number(const char *text)
{
    static const char dots[] = "\u2026";
    for (const char *p = text; (p = strstr(p, dots)); p++)
        if (p > text && (strchr("0123456789.", p[-1]) ||
                         (p - text > 1 && strchr("e-", p[-1]) && strchr("0123456789", p[-2]))))
            return p - text < 12 ? text : p - 12;
    return NULL;
}

/* A screen of 40x12 leaves 34x7 to the picture. */
static void test_no_number_is_cut_on_a_small_screen(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t d = 0; d < demo_count; d++)
        for (size_t k = 0; k <= 2 * demos[d]->knob_count; k++) {
            const struct knob *knob = k ? &demos[d]->knobs[(k - 1) / 2] : NULL;
            struct trial t;
            struct buf text = {0};
            buf_add(&text, demos[d]->name);
            if (knob && knob->kind != KNOB_NUMBER && knob->kind != KNOB_INTEGER)
                continue;
            if (knob) {
                buf_addf(&text, " %s=", knob->name);
                buf_add_number(&text, k % 2 ? knob->min : knob->max);
            }
            trial_start(&t, buf_text(&text));
            if (demo_is_instant(&t.run)) {
                struct buf picture = {0};
                demo_finish(&t.run);
                add_picture(&t.run, 34, 7, &picture);
                const char *at = cut_number(buf_text(&picture));
                if (at)
                    print_error("%s: \"%.16s\"\n", buf_text(&text), at);
                wrong += at != NULL;
                buf_free(&picture);
            }
            trial_end(&t);
            buf_free(&text);
        }
    assert_int_equal(wrong, 0);
}

static void add_results(const struct demo *demo, int seed, struct buf *out)
{
    struct trial t;
    char text[100];
    snprintf(text, sizeof text, "%s seed=%d", demo->name, seed);
    trial_run(&t, text);
    t.run.seed = 0; /* what differs must be more than its name */
    demo_json(&t.run, -1, out);
    trial_end(&t);
}

static bool is_instant(const struct demo *demo)
{
    struct trial t;
    trial_start(&t, demo->name);
    bool instant = demo_is_instant(&t.run);
    trial_end(&t);
    return instant;
}

/* Another seed is offered where it shows something else, and nowhere else. */
static void test_only_demos_with_chance_have_seeds(void **state)
{
    (void)state;
    for (size_t d = 0; d < demo_count; d++) {
        struct buf first = {0};
        bool differs = !is_instant(demos[d]); /* what trains begins with weights of chance */
        if (!differs)
            add_results(demos[d], 1, &first);
        for (int seed = 2; seed < 6 && !differs; seed++) {
            struct buf other = {0};
            add_results(demos[d], seed, &other);
            differs = strcmp(buf_text(&first), buf_text(&other)) != 0;
            buf_free(&other);
        }
        buf_free(&first);
        if (differs == demos[d]->certain)
            fail_msg("%s: seeds %s, but it is %scalled certain", demos[d]->name,
                     differs ? "differ" : "do not matter", demos[d]->certain ? "" : "not ");
    }
}

static void check_all_filled(const struct demo_run *run, const char *text)
{
    for (size_t i = 0; i < run->demo->result_count; i++)
        if (run->demo->results[i].kind != RESULT_TIMING && !run->out[i].set)
            fail_msg("%s: no %s after the run", text, run->demo->results[i].name);
}

/* Draws into every kind of grid; what stands beside it must be one to six sentences. */
static void check_shown(const struct demo_run *run, const char *text)
{
    static const int sizes[][2] = {{24, 6}, {36, 6}, {50, 9}, {74, 16}, {80, 24}, {196, 50}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct grid grid;
        struct buf picture = {0};
        grid_init(&grid, sizes[i][0], sizes[i][1]);
        run->demo->draw(run, &grid);
        grid_print_text(&grid, true, &picture);
        assert_int_equal(grid.height, sizes[i][1]);
        if (strlen(buf_text(&picture)) < 30)
            fail_msg("%s at %dx%d: hardly a picture", text, sizes[i][0], sizes[i][1]);
        buf_free(&picture);
        grid_free(&grid);
    }
    struct buf said = {0};
    run->demo->describe(run, &said);
    int sentences = 0;
    for (const char *p = buf_text(&said); *p; p++)
        sentences += *p == '.' && (p[1] == ' ' || !p[1]);
    if (sentences < 1 || sentences > 6)
        fail_msg("%s: %d sentences: %s", text, sentences, buf_text(&said));
    buf_free(&said);
}

static void try_run(const char *text)
{
    struct trial t;
    struct buf json = {0};
    trial_start(&t, text);
    bool instant = demo_is_instant(&t.run);
    check_shown(&t.run, text);
    demo_step(&t.run, 2);
    check_shown(&t.run, text);
    if (instant) {
        demo_finish(&t.run);
        check_all_filled(&t.run, text);
        check_shown(&t.run, text);
    }
    demo_json(&t.run, 0, &json);
    assert_true(json.length > 20);
    buf_free(&json);
    trial_end(&t);
}

static void add_end(const struct knob *knob, bool most, struct buf *text)
{
    size_t count = knob->kind != KNOB_LIST && knob->kind != KNOB_TABLE ? 1
                   : !most                                             ? 1
                   : knob->longest                                     ? knob->longest
                                                                       : 64;
    buf_addf(text, " %s=", knob->name);
    for (size_t i = 0; i < count; i++) {
        buf_add(text, i ? "," : "");
        buf_add_number(text, most ? knob->max : knob->min);
    }
}

/* A word has choices, a path none, and a table of moves must make sense as a whole. */
static bool has_ends(const struct knob *knob)
{
    return knob->kind != KNOB_WORD && knob->kind != KNOB_PATH && !knob->columns;
}

static void test_each_knob_runs_at_both_ends(void **state)
{
    (void)state;
    for (size_t d = 0; d < demo_count; d++)
        for (size_t k = 0; k < demos[d]->knob_count; k++) {
            const struct knob *knob = &demos[d]->knobs[k];
            struct buf text = {0};
            bool ends = has_ends(knob);
            for (int end = 0; end < 2 && ends; end++) {
                buf_clear(&text);
                buf_add(&text, demos[d]->name);
                add_end(knob, end, &text);
                try_run(buf_text(&text));
            }
            for (size_t c = 0; knob->kind == KNOB_WORD && knob->choices[c]; c++) {
                buf_clear(&text);
                buf_addf(&text, "%s %s=%s", demos[d]->name, knob->name, knob->choices[c]);
                try_run(buf_text(&text));
            }
            buf_free(&text);
        }
}

/* All knobs at a random end or in between: nothing crashes, whatever they make together. */
static void test_random_corners_run(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 77, 0, 0);
    for (int round = 0; round < 25; round++)
        for (size_t d = 0; d < demo_count; d++) {
            struct buf text = {0};
            buf_add(&text, demos[d]->name);
            for (size_t k = 0; k < demos[d]->knob_count; k++) {
                const struct knob *knob = &demos[d]->knobs[k];
                size_t choices = 0;
                while (knob->kind == KNOB_WORD && knob->choices[choices])
                    choices++;
                bool huge = strcmp(text.data, "subnetworks") == 0; /* 10^6 units: tried above */
                if (choices)
                    buf_addf(&text, " %s=%s", knob->name,
                             knob->choices[rng_below(&rng, (uint32_t)choices)]);
                else if (!huge && has_ends(knob) && rng_below(&rng, 3) == 0)
                    add_end(knob, rng_below(&rng, 2), &text);
            }
            try_run(buf_text(&text));
            buf_free(&text);
        }
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures_are_golden),
        cmocka_unit_test(test_sentences_are_golden),
        cmocka_unit_test(test_json_is_golden),
        cmocka_unit_test(test_every_demo_has_golden_files),
        cmocka_unit_test(test_demos_of_one_theme_stand_together),
        cmocka_unit_test(test_everything_is_explained),
        cmocka_unit_test(test_every_demo_has_a_sketch),
        cmocka_unit_test(test_one_is_not_plural),
        cmocka_unit_test(test_no_number_is_cut_on_a_small_screen),
        cmocka_unit_test(test_only_demos_with_chance_have_seeds),
        cmocka_unit_test(test_each_knob_runs_at_both_ends),
        cmocka_unit_test(test_random_corners_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
