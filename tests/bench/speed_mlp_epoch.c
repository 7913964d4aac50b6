/* One training epoch of the 784-128-10 ReLU network, Adam 1e-3, 60,000 images. */
#include "support/bench_epoch.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct bench_option options[] = {
        {.name = "batch", .value = 64, .least = 1, .most = 60000},
        {.name = "p", .value = 0, .most = 1, .is_fraction = true},
        {.name = "loader",
         .text = "tensor"}, /* the peer's; rows are always drawn from memory here */
        {.name = "adam", .text = "foreach"},
    };
    struct bench bench = bench_open("mlp_784_128_10_epoch", argc, argv, options, 4);
    struct train_options train = {
        .optim = {.kind = OPTIM_ADAM, .rate = 1e-3}, .batch = (size_t)options[0].value, .seed = 1};
    char line[80] = "784-128-10 relu";
    if (options[1].value > 0)
        snprintf(line, sizeof line, "784-128-10 relu dropout=%.17g", options[1].value);
    bench_epoch(&bench, line, &train);
    return bench_close(&bench);
}
