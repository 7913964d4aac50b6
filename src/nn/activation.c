#include "nn/layers.h"

#include "nn/kernels.h"

#include <assert.h>
#include <math.h>

/* The functions are computed in double: the results are the same as in float to the last bit or
 * one beside it, and activations are few beside the multiplications. */

static const double ROOT_HALF = 0.70710678118654752440;       /* 1 / sqrt(2) */
static const double ROOT_2_OVER_PI = 0.79788456080286535588;  /* sqrt(2 / pi) */
static const double ROOT_1_OVER_2PI = 0.39894228040143267794; /* 1 / sqrt(2 pi) */
static const double GELU_CUBE = 0.044715; /* Hendrycks and Gimpel 2016, the approximation */

/* Neither branch overflows, so that -1000 gives exp(-1000) and not 1 / inf by accident. */
static double sigmoid(double x)
{
    if (x >= 0)
        return 1 / (1 + exp(-x));
    double e = exp(x);
    return e / (1 + e);
}

static double gelu(double x)
{
    return x * .5 * (1 + erf(x * ROOT_HALF));
}

static double gelu_slope(double x)
{
    return .5 * (1 + erf(x * ROOT_HALF)) + x * ROOT_1_OVER_2PI * exp(-.5 * x * x);
}

static double gelu_tanh(double x)
{
    return .5 * x * (1 + tanh(ROOT_2_OVER_PI * (x + GELU_CUBE * x * x * x)));
}

static double gelu_tanh_slope(double x)
{
    double t = tanh(ROOT_2_OVER_PI * (x + GELU_CUBE * x * x * x));
    return .5 * (1 + t) + .5 * x * (1 - t * t) * ROOT_2_OVER_PI * (1 + 3 * GELU_CUBE * x * x);
}

void activation_forward(real *y, const real *x, size_t n, enum activation kind, struct pool *pool)
{
    assert(kind < ACTIVATIONS);
    switch (kind) {
    case ACTIVATION_RELU:
        kernels_for(pool)->relu(y, x, n);
        return;
    case ACTIVATION_TANH:
        for (size_t i = 0; i < n; i++)
            y[i] = (real)tanh((double)x[i]);
        return;
    case ACTIVATION_SIGMOID:
        for (size_t i = 0; i < n; i++)
            y[i] = (real)sigmoid((double)x[i]);
        return;
    case ACTIVATION_GELU:
        for (size_t i = 0; i < n; i++)
            y[i] = (real)gelu((double)x[i]);
        return;
    case ACTIVATION_GELU_TANH:
        for (size_t i = 0; i < n; i++)
            y[i] = (real)gelu_tanh((double)x[i]);
        return;
    case ACTIVATIONS:
        break;
    }
}

void activation_backward(real *gx, const real *gy, const real *x, const real *y, size_t n,
                         enum activation kind, struct pool *pool)
{
    assert(kind < ACTIVATIONS);
    switch (kind) {
    case ACTIVATION_RELU:
        kernels_for(pool)->relu_backward(gx, gy, y, n);
        return;
    case ACTIVATION_TANH:
        for (size_t i = 0; i < n; i++)
            gx[i] = gy[i] * (1 - y[i] * y[i]);
        return;
    case ACTIVATION_SIGMOID:
        for (size_t i = 0; i < n; i++)
            gx[i] = gy[i] * y[i] * (1 - y[i]);
        return;
    case ACTIVATION_GELU:
        for (size_t i = 0; i < n; i++)
            gx[i] = gy[i] * (real)gelu_slope((double)x[i]);
        return;
    case ACTIVATION_GELU_TANH:
        for (size_t i = 0; i < n; i++)
            gx[i] = gy[i] * (real)gelu_tanh_slope((double)x[i]);
        return;
    case ACTIVATIONS:
        break;
    }
}
