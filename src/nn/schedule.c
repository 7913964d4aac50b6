#include "nn/optim.h"

#include <math.h>

double schedule_cosine(double rate, double floor, int64_t step, int64_t steps)
{
    if (steps <= 0)
        return rate;
    double way = (double)(step < steps ? step : steps) / (double)steps;
    return floor + (rate - floor) * (1 + cos(acos(-1.0) * way)) / 2;
}

double schedule_warmup_cosine(double rate, double floor, int64_t warmup, int64_t step,
                              int64_t steps)
{
    if (step < warmup)
        return rate * (double)(step + 1) / (double)warmup;
    return schedule_cosine(rate, floor, step - warmup, steps - warmup);
}
