/* The training demos at full size over five seeds, against the bands in which their findings are
 * expected whatever the processor. Prints what is outside; ends with 1 then. Two minutes on two
 * processors.
 *
 * usage: bands [FOLDER]
 * With a FOLDER that holds MNIST's four files the runs on real digits are checked too. */
#include "demos/demo.h"

#include <math.h>
#include <stdio.h>

struct band {
    const char *ref;
    double low, high;
};

struct table {
    const char *demo;
    struct band bands[40]; /* ended by one without a ref */
};

/* clang-format off */
static const struct table tables[] = {
    /* rows of five depths: plain default, plain He, plain LN, plain BN, skip He, default, zero, pre-LN */
    {"depth-sweep",
     {{"accuracy[2]", .4, .60},  {"accuracy[3]", .4, .60},  {"accuracy[4]", .4, .60},
      {"accuracy[5]", .95, 1},   {"accuracy[6]", .95, 1},   {"accuracy[7]", .95, 1},
      {"accuracy[8]", .65, .97}, {"accuracy[9]", .65, .97}, {"accuracy[14]", .4, .75},
      {"accuracy[18]", .95, 1},  {"accuracy[19]", .4, .85}, {"diverged[23]", 1, 1},
      {"diverged[24]", 1, 1},    {"accuracy[27]", .95, 1},  {"accuracy[28]", .95, 1},
      {"accuracy[29]", .95, 1},  {"accuracy[30]", .93, 1},  {"accuracy[31]", .93, 1},
      {"accuracy[32]", .93, 1},  {"accuracy[33]", .93, 1},  {"accuracy[34]", .93, 1},
      {"accuracy[35]", .99, 1},  {"accuracy[36]", .99, 1},  {"accuracy[37]", .99, 1},
      {"accuracy[38]", .99, 1},  {"accuracy[39]", .99, 1}}},
    /* no norm, batch, layer, RMS at .001 .01 .03 .1 .3 1 3 */
    {"rate-sweep",
     {{"accuracy[1]", .9, 1},   {"accuracy[3]", .4, .9},  {"accuracy[4]", .4, .9},
      {"accuracy[7]", .9, 1},   {"accuracy[8]", .9, 1},   {"accuracy[9]", .9, 1},
      {"accuracy[10]", .9, 1},  {"accuracy[11]", .9, 1},  {"accuracy[12]", .9, 1},
      {"accuracy[17]", .4, .9}, {"accuracy[18]", .4, .9}, {"accuracy[24]", .4, .9},
      {"accuracy[25]", .4, .9}}},
    /* pre, post, pre warm, post warm at .001 .003 .01 .03 .1 */
    {"placement seeds=5",
     {{"accuracy[0]", .9, 1},   {"accuracy[1]", .9, 1},   {"accuracy[2]", .9, 1},
      {"accuracy[3]", .9, 1},   {"accuracy[5]", .95, 1},  {"accuracy[6]", .95, 1},
      {"accuracy[7]", .4, .85}, {"accuracy[8]", .4, .85}, {"accuracy[9]", .4, .85},
      {"accuracy[10]", .9, 1},  {"accuracy[15]", .95, 1}, {"accuracy[16]", .9, 1},
      {"accuracy[18]", .4, .85}, {"accuracy[19]", .4, .85}}},
    {"memorize",
     {{"train", 1, 1}, {"steps_to_all", 1, 50}, {"start", .4, .6}, {"test", .46, .54}}},
    /* none, init, norm, init + norm, skip, init + skip, norm + skip, all */
    {"switchboard dropout=off decay=off",
     {{"accuracy[0]", .4, .60}, {"accuracy[1]", .65, .97}, {"accuracy[2]", .95, 1},
      {"accuracy[3]", .95, 1},  {"accuracy[4]", .95, 1},   {"diverged[5]", 1, 1},
      {"accuracy[6]", .95, 1},  {"accuracy[7]", .95, 1}}},
    /* 16 and 32 of 64 units, over the curriculum's 12 seeds */
    {"lesion",
     {{"plain_lost[2]", .008, .020}, {"plain_lost[4]", .028, .045}, {"dropout_lost[2]", .002, .012},
      {"dropout_lost[4]", .012, .026}, {"spared[2]", 0, .02},       {"spared[4]", .005, .03}}},
    /* pre-LN, zero-init, plain, plain + BN */
    {"lesion kind=blocks seeds=5",
     {{"whole[0]", .99, 1}, {"whole[2]", .95, 1}, {"deleted_mean[0]", .88, .98},
      {"deleted[0]", .5, .85}, {"deleted[9]", .99, 1}, {"deleted_mean[1]", .93, 1},
      {"deleted_mean[2]", .35, .65}, {"deleted_mean[3]", .35, .65}}},
    /* on the data, in the gap, at 1.5, at 3 */
    {"mc-dropout",
     {{"gap_wider", 4, 5}, {"far_wider", 5, 5}, {"mc_sd[0]", .05, .12}, {"mc_sd[1]", .07, .17},
      {"mc_sd[3]", .15, .5}, {"ensemble_sd[0]", .002, .04}, {"ensemble_sd[2]", .08, .8},
      {"ensemble_sd[3]", .3, 2.5}}},
    {"mc-dropout p=0.2", {{"mc_sd[0]", .08, .16}}},
    /* SGD .01, Adam, AdamW, + cosine, deep | SGD .1, Adam + cosine, dropout, layers, blocks | ... */
    {"ladder",
     {{"accuracy[1]", .89, .94},   {"gain[1]", .1, .17},     {"gain[2]", -.005, .005},
      {"gain[3]", -.03, -.005},    {"gain[4]", .03, .06},    {"gain[5]", .09, .14},
      {"gain[8]", .002, .025},     {"clear[1]", 1, 1},       {"clear[4]", 1, 1},
      {"gain[10]", -.01, .01},     {"gain[12]", -.01, .01}}},
    /* The rate that rescues large branches: the deeper the net, the smaller. */
    {"depth-sweep net=skip-he depths=10,20 rates=0.001", {{"accuracy[0]", .95, 1}, {"diverged[1]", 1, 1}}},
    {"depth-sweep net=skip-he depths=20 turns=1 rates=1e-5", {{"accuracy[0]", .95, 1}}},
};

static const struct table on_mnist[] = {
    /* SGD, Adam, AdamW, + cosine, deep */
    {"ladder rows=source seeds=2",
     {{"accuracy[0]", .926, .933}, {"accuracy[1]", .974, .981}, {"accuracy[2]", .974, .981},
      {"accuracy[3]", .974, .981}, {"accuracy[4]", .980, .986}}},
    {"overfit dropout=0.2",
     {{"plain_test_accuracy", .870, .884}, {"test_accuracy", .872, .888}, {"gain", 0, .01}}},
    {"overfit", {{"test_accuracy", .876, .892}, {"gain", .003, .014}}},
};
/* clang-format on */

static int check(const struct demo_run *run, const struct band *band)
{
    struct demo_ref ref;
    struct err err;
    double value = NAN;
    if (!demo_ref_read(run->demo, band->ref, &ref, &err) || !demo_ref_number(run, ref, &value))
        printf("  %s is not there\n", band->ref);
    if (value >= band->low && value <= band->high)
        return 0;
    printf("  %s is %.3f, expected %g to %g\n", band->ref, value, band->low, band->high);
    return 1;
}

/* How many results of a run are outside their bands; a run that cannot start counts as one. */
static int check_table(const struct table *table, const char *folder)
{
    struct arena arena;
    struct demo_args args;
    struct demo_run run;
    struct err err;
    struct clock clock = clock_system();
    int64_t begun = clock_mono_ns(&clock);
    int outside = 0;
    arena_init(&arena);
    bool good = demo_args_read(&args, &arena, table->demo, &err);
    args.may_read_files = true;
    if (good && folder)
        good = demo_args_set(&args, &arena, arena_printf(&arena, "data=%s", folder), &err);
    if (!good || !demo_start(&run, &arena, &args, &clock, &err)) {
        printf("%s: %s\n", table->demo, err.text);
        arena_free(&arena);
        return 1;
    }
    demo_finish(&run);
    printf("%s%s: %.1f s\n", table->demo, folder ? " on MNIST" : "",
           (double)(clock_mono_ns(&clock) - begun) / 1e9);
    for (const struct band *band = table->bands; band->ref; band++)
        outside += check(&run, band);
    arena_free(&arena);
    return outside;
}

int main(int argc, char **argv)
{
    int outside = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        outside += check_table(&tables[i], NULL);
    for (size_t i = 0; i < sizeof on_mnist / sizeof *on_mnist && argc > 1; i++)
        outside += check_table(&on_mnist[i], argv[1]);
    printf("%d outside their bands\n", outside);
    return outside > 0;
}
