/* The training demos at full size over five seeds, against the bands in which their findings are
 * expected whatever the processor. Prints what is outside; ends with 1 then. About a minute on two
 * processors. */
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
    /* The rate that rescues large branches: the deeper the net, the smaller. */
    {"depth-sweep net=skip-he depths=10,20 rates=0.001", {{"accuracy[0]", .95, 1}, {"diverged[1]", 1, 1}}},
    {"depth-sweep net=skip-he depths=20 turns=1 rates=1e-5", {{"accuracy[0]", .95, 1}}},
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

int main(void)
{
    int outside = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct arena arena;
        struct demo_args args;
        struct demo_run run;
        struct err err;
        struct clock clock = clock_system();
        int64_t begun = clock_mono_ns(&clock);
        arena_init(&arena);
        if (!demo_args_read(&args, &arena, tables[i].demo, &err) ||
            !demo_start(&run, &arena, &args, &clock, &err)) {
            printf("%s: %s\n", tables[i].demo, err.text);
            return 1;
        }
        demo_finish(&run);
        printf("%s: %.1f s\n", tables[i].demo, (double)(clock_mono_ns(&clock) - begun) / 1e9);
        for (const struct band *band = tables[i].bands; band->ref; band++)
            outside += check(&run, band);
        arena_free(&arena);
    }
    printf("%d outside their bands\n", outside);
    return outside > 0;
}
