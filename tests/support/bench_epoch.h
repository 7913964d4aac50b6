/* bench_epoch.h: one epoch of training over 60,000 images, MNIST where it is at hand. */
#ifndef TESTS_SUPPORT_BENCH_EPOCH_H
#define TESTS_SUPPORT_BENCH_EPOCH_H

#include "support/bench.h"

#include "nn/train.h"

/* Measures an epoch of the model of `line`; batch and threads are in `bench` and `options`. */
void bench_epoch(struct bench *bench, const char *line, struct train_options *options);

#endif
