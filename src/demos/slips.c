/* Recognises a wrong number by the way that leads to it. */
#include "demos/demo.h"

#include <math.h>

/* People round to three digits or so. */
static bool is_near(double a, double b)
{
    enum { PER_MILLE = 6 };
    return a == b || (isfinite(a) && isfinite(b) &&
                      fabs(a - b) <= PER_MILLE / 1000.0 * fmax(fabs(a), fabs(b)));
}

/* Said to every digit, as counts are, where a slip changes less than people round. */
static bool is_exact(double said, double number, double truth)
{
    return fabs(said - number) <= 1e-9 * fabs(number) &&
           fabs(number - truth) > 1e-6 * fabs(truth) && isfinite(truth);
}

/* What can happen to any number. */
static const char *common_slip(double said, double truth)
{
    if (!isfinite(truth) || truth == 0 || said == 0)
        return NULL;
    if (is_near(said, -truth))
        return "have the right size but the other sign";
    if (is_near(said, 1 / truth))
        return "turned the fraction over: this is 1 divided by the answer";
    if (is_near(said, 100 * truth))
        return "gave per cent where a share of 1 is asked for";
    for (int power = 1; power <= 3; power++)
        if (is_near(said, truth * pow(10, power)) || is_near(said, truth / pow(10, power)))
            return "have the right digits, but the point stands in the wrong place";
    return NULL;
}

const char *demo_slip(const struct demo_run *run, struct demo_ref ref, double said, double truth)
{
    const struct demo *demo = run->demo;
    const struct value *value = &run->out[ref.result];
    size_t i = 0;
    if (!isfinite(said) || !value->set)
        return NULL;
    if (ref.indexed)
        i = (size_t)(ref.index < 0 ? ref.index + (long)value->count : ref.index);
    if (ref.indexed && i >= value->count)
        return NULL;
    for (size_t k = 0; k < demo->slip_count; k++) {
        const struct slip *slip = &demo->slips[k];
        if (slip->result != ref.result)
            continue;
        double number = slip->number(run, i);
        /* Where the slip makes no difference it explains nothing. */
        if (isfinite(number) &&
            ((is_near(said, number) && !is_near(number, truth)) || is_exact(said, number, truth)))
            return slip->cause;
    }
    return common_slip(said, truth);
}
