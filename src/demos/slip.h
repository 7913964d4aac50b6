/* slip.h: how a demo writes down the wrong numbers that people arrive at (struct slip). */
#ifndef DEMOS_SLIP_H
#define DEMOS_SLIP_H

#include "demos/demo.h"

/* A function of the run, and of the entry `i` that is asked for: what one slip leads to. */
#define SLIP(name, value)                                                                          \
    static double name(const struct demo_run *run, size_t i)                                       \
    {                                                                                              \
        (void)run;                                                                                 \
        (void)i;                                                                                   \
        return (value);                                                                            \
    }

#define SLIP_COUNT(slips) (sizeof(slips) / sizeof *(slips))

static inline double slip_knob(const struct demo_run *run, int knob)
{
    return run->knob[knob].number;
}

static inline double slip_out(const struct demo_run *run, int result)
{
    return run->out[result].number;
}

static inline double slip_entry(const struct demo_run *run, int result, size_t i)
{
    return run->out[result].list[i];
}

#endif
