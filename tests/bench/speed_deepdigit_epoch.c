/* One epoch of the deep net: two pre-norm residual blocks, dropout .1, AdamW with a cosine. */
#include "support/bench_epoch.h"

int main(int argc, char **argv)
{
    struct bench_option options[] = {
        {.name = "batch", .value = 64, .least = 1, .most = 60000},
        {.name = "adam", .text = "foreach"},
    };
    struct bench bench = bench_open("deepdigit_epoch", argc, argv, options, 2);
    struct train_options train = {.optim = {.kind = OPTIM_ADAMW, .rate = 1e-3, .weight_decay = .01},
                                  .schedule = SCHEDULE_COSINE,
                                  .decay_biases = true,
                                  .batch = (size_t)options[0].value,
                                  .seed = 1};
    bench_epoch(&bench, "784 128 relu 2x[layer 128 relu dropout=.1] 10", &train);
    return bench_close(&bench);
}
