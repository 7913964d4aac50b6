/* streams.h: what each demo's random numbers are for: the `stream` of rng_init. No two demos, and
 * no two purposes in one, share a stream. */
#ifndef DEMOS_STREAMS_H
#define DEMOS_STREAMS_H

enum {
    STREAM_MASK_INPUT = 100,
    STREAM_MASK,
    STREAM_MASK_COUNT = 110,
    STREAM_SUBNET_WEIGHTS = 120,
    STREAM_SUBNET_MASKS,
    STREAM_STOCHASTIC_DEPTH = 130,
    STREAM_VARIANCE_SHIFT = 140,
    STREAM_SIGNIFICANCE_A = 150,
    STREAM_SIGNIFICANCE_B,
    STREAM_SPATIAL = 160,
    STREAM_TWINS = 170,
    STREAM_DECAY_LOUD = 180,
    STREAM_DECAY_QUIET,
    STREAM_BATCH_MATES_NET = 190,
    STREAM_BATCH_MATES_DATA,
    STREAM_VARIANTS = 200,
    STREAM_SPIRALS = 300,
    STREAM_PLACEMENT = 310,
};

#endif
