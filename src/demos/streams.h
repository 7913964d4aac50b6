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
};

#endif
