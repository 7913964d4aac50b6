/* The names w[0]..w[20] are the algorithm's own. Where its implementations differ this one takes: no
 * rounding inside, stability at most 36500 days, half days rounded up, and the floor of the same-day
 * rule for Hard as well as for Good and Easy. */
#include "study/fsrs.h"

#include <assert.h>
#include <math.h>

static const double S_MIN = 0.001, S_MAX = 36500, D_MIN = 1, D_MAX = 10;

const double fsrs_default[FSRS_WEIGHTS] = {0.2120, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194,
                                           0.0010, 1.8722, 0.1666, 0.7960, 1.4835, 0.0614, 0.2629,
                                           1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542};

static const double bounds[FSRS_WEIGHTS][2] = {
    {0.001, 100}, {0.001, 100},  {0.001, 100}, {0.001, 100},  /* S after the first review */
    {1, 10},      {0.001, 4},    {0.001, 4},   {0.001, 0.75}, /* D: base, slope, step, reversion */
    {0, 4.5},     {0, 0.8},      {0.001, 3.5},                /* recall */
    {0.001, 5},   {0.001, 0.25}, {0.001, 0.9}, {0, 4},        /* lapse */
    {0, 1},       {1, 6},                                     /* Hard, Easy */
    {0, 2},       {0, 2},        {0, 0.8},                    /* same day */
    {0.1, 0.8},                                               /* decay of the curve */
};

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

bool fsrs_init(struct fsrs *fsrs, const double w[FSRS_WEIGHTS], double retention, int max_days,
               struct err *err)
{
    for (int i = 0; i < FSRS_WEIGHTS; i++) {
        if (!(w[i] >= bounds[i][0] && w[i] <= bounds[i][1]))
            return err_set(err, "weight w%d is %g; it must lie between %g and %g", i, w[i],
                           bounds[i][0], bounds[i][1]);
        fsrs->w[i] = w[i];
    }
    if (!(retention > 0 && retention <= 1))
        return err_set(err, "a retention of %g; it must be above 0 and at most 1", retention);
    if (max_days < 1)
        return err_set(err, "a longest interval of %d days; it must be at least 1", max_days);
    fsrs->retention = retention;
    fsrs->max_days = max_days;
    fsrs->factor = pow(0.9, -1 / w[20]) - 1;
    return true;
}

/* The probability of recall t days after the last review, R(0) = 1 and R(S) = 0.9. */
static double recall(const struct fsrs *fsrs, double stability, double t)
{
    return pow(1 + fsrs->factor * t / stability, -fsrs->w[20]);
}

static double first_difficulty(const double *w, enum fsrs_grade grade)
{
    return w[4] - exp(w[5] * ((double)grade - 1)) + 1;
}

/* A step that shrinks as D nears 10, then a small pull towards the difficulty of an easy memory. */
static double next_difficulty(const double *w, double difficulty, enum fsrs_grade grade)
{
    double damped = difficulty - w[6] * ((double)grade - 3) * (10 - difficulty) / 9;
    double reverted = w[7] * first_difficulty(w, FSRS_EASY) + (1 - w[7]) * damped;
    return clamp(reverted, D_MIN, D_MAX);
}

static double same_day(const double *w, double stability, enum fsrs_grade grade)
{
    double increase = pow(stability, -w[19]) * exp(w[17] * ((double)grade - 3 + w[18]));
    return stability * (grade >= FSRS_HARD ? fmax(increase, 1) : increase);
}

/* The harder it was to recall (the lower R), the more a success is worth. */
static double after_success(const double *w, struct fsrs_memory memory, double r,
                            enum fsrs_grade grade)
{
    double s = memory.stability;
    double penalty = grade == FSRS_HARD ? w[15] : 1, bonus = grade == FSRS_EASY ? w[16] : 1;
    double growth = exp(w[8]) * (11 - memory.difficulty) * pow(s, -w[9]) * expm1(w[10] * (1 - r));
    return s * (1 + growth * penalty * bonus);
}

static double after_lapse(const double *w, struct fsrs_memory memory, double r)
{
    double s = memory.stability;
    double left =
        w[11] * pow(memory.difficulty, -w[12]) * (pow(s + 1, w[13]) - 1) * exp(w[14] * (1 - r));
    return fmin(left, s / exp(w[17] * w[18]));
}

struct fsrs_memory fsrs_step(const struct fsrs *fsrs, struct fsrs_memory memory, int days,
                             enum fsrs_grade grade)
{
    const double *w = fsrs->w;
    assert(grade >= FSRS_AGAIN && grade <= FSRS_EASY);
    if (memory.stability <= 0)
        return (struct fsrs_memory){clamp(w[grade - 1], S_MIN, S_MAX),
                                    clamp(first_difficulty(w, grade), D_MIN, D_MAX)};
    double s;
    if (days <= 0)
        s = same_day(w, memory.stability, grade);
    else if (grade == FSRS_AGAIN)
        s = after_lapse(w, memory, recall(fsrs, memory.stability, days));
    else
        s = after_success(w, memory, recall(fsrs, memory.stability, days), grade);
    return (struct fsrs_memory){clamp(s, S_MIN, S_MAX),
                                next_difficulty(w, memory.difficulty, grade)};
}

double fsrs_recall(const struct fsrs *fsrs, struct fsrs_memory memory, int days)
{
    return memory.stability > 0 ? recall(fsrs, memory.stability, days < 0 ? 0 : days) : 0;
}

int fsrs_days(const struct fsrs *fsrs, struct fsrs_memory memory)
{
    double reach = (pow(fsrs->retention, -1 / fsrs->w[20]) - 1) / fsrs->factor;
    return (int)clamp(floor(memory.stability * reach + 0.5), 1, fsrs->max_days);
}
