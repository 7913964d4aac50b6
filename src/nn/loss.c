#include "nn/layers.h"

#include <assert.h>
#include <math.h>

static size_t greatest(const real *row, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (row[i] > row[best])
            best = i;
    return best;
}

/* log sum exp(row - most): exact where exp(1000) would be infinite. */
static double log_sum(const real *row, size_t n, double most)
{
    double sum = 0;
    assert(n > 0);
    for (size_t i = 0; i < n; i++)
        sum += exp((double)row[i] - most);
    return log(sum);
}

void softmax_forward(real *probability, const real *logits, size_t batch, size_t classes)
{
    for (size_t b = 0; b < batch; b++) {
        const real *row = logits + b * classes;
        real *out = probability + b * classes;
        double most = (double)row[greatest(row, classes)], sum = 0;
        for (size_t i = 0; i < classes; i++)
            sum += exp((double)row[i] - most);
        for (size_t i = 0; i < classes; i++)
            out[i] = (real)(exp((double)row[i] - most) / sum);
    }
}

/* gx = p (gy - sum gy p). */
void softmax_backward(real *gx, const real *gy, const real *probability, size_t batch,
                      size_t classes)
{
    for (size_t b = 0; b < batch; b++) {
        const real *g = gy + b * classes, *p = probability + b * classes;
        double sum = 0;
        for (size_t i = 0; i < classes; i++)
            sum += (double)g[i] * (double)p[i];
        for (size_t i = 0; i < classes; i++)
            gx[b * classes + i] = (real)((double)p[i] * ((double)g[i] - sum));
    }
}

void log_softmax_forward(real *log_probability, const real *logits, size_t batch, size_t classes)
{
    for (size_t b = 0; b < batch; b++) {
        const real *row = logits + b * classes;
        double most = (double)row[greatest(row, classes)], rest = log_sum(row, classes, most);
        for (size_t i = 0; i < classes; i++)
            log_probability[b * classes + i] = (real)((double)row[i] - most - rest);
    }
}

double cross_entropy(real *gx, const real *logits, const unsigned char *labels, size_t batch,
                     size_t classes, size_t *correct)
{
    double loss = 0;
    size_t right = 0;
    if (gx)
        softmax_forward(gx, logits, batch, classes);
    for (size_t b = 0; b < batch; b++) {
        const real *row = logits + b * classes;
        size_t label = labels[b], best = greatest(row, classes);
        assert(label < classes);
        double most = (double)row[best];
        loss += log_sum(row, classes, most) - ((double)row[label] - most);
        right += best == label;
        if (gx) {
            real *g = gx + b * classes;
            g[label] -= 1;
            for (size_t i = 0; i < classes; i++)
                g[i] /= (real)batch;
        }
    }
    if (correct)
        *correct = right;
    return loss / (double)batch;
}

double squared_error(real *gx, const real *y, const real *target, size_t n)
{
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)y[i] - (double)target[i];
        loss += d * d;
        if (gx)
            gx[i] = (real)(2 * d / (double)n);
    }
    return loss / (double)n;
}
