/* kernels_norm.h: norms, one row at a time, in terms of simd.h. A part of kernels_impl.h. */

/* ---- Layer norm ------------------------------------------------------------------------------ */

/* Mean and variance of a row, told as seen from `centre`: mean = centre + shift. Numbers around
 * 100,000 that differ by 1 leave float no digits for their squares; what they differ by from a centre
 * among them is exact, and so are sums of it and of its squares. */
struct KERNEL(spread) {
    double shift, variance;
};

TARGET static struct KERNEL(spread) KERNEL(spread_around)(const real *x, size_t n, real centre)
{
    vec middle = vec_set(centre), rest = vec_set(0), squares = vec_set(0);
    vec rest_b = vec_set(0), squares_b = vec_set(0);
    size_t whole = n / (2 * LANES) * (2 * LANES);
    for (size_t i = 0; i < whole; i += 2 * LANES) {
        vec d = vec_load(x + i) - middle, d_b = vec_load(x + i + LANES) - middle;
        rest += d;
        rest_b += d_b;
        squares = vec_fma(d, d, squares);
        squares_b = vec_fma(d_b, d_b, squares_b);
        __builtin_prefetch(x + n + i); /* the next row: most often there is one */
        __builtin_prefetch(x + n + i + LANES);
    }
    for (size_t i = whole; i < n; i += LANES) {
        vec d = vec_get(x + i, n - i) - vec_first(middle, n - i);
        rest += d;
        squares = vec_fma(d, d, squares);
    }
    double shift = vec_sum(rest + rest_b) / (double)n;
    double variance = vec_sum(squares + squares_b) / (double)n - shift * shift;
    return (struct KERNEL(spread)){shift, variance < 0 ? 0 : variance};
}

/* False where the centre lies further from the mean than the row is wide, so that the variance is a
 * small difference of large numbers; and where it is infinite or NaN. */
INLINE bool KERNEL(is_measured)(const struct KERNEL(spread) * s)
{
    return s->shift * s->shift <= s->variance && s->variance <= MOST_SQUARES;
}

/* A number near the mean: the mean of the first few. */
INLINE real KERNEL(guess_mean)(const real *x, size_t n)
{
    size_t few = n < 4 * LANES ? n : 4 * LANES;
    vec sum = vec_set(0);
    for (size_t i = 0; i < few; i += LANES)
        sum += vec_get(x + i, few - i);
    return (real)(vec_sum(sum) / (double)few);
}

/* A row that the guess does not serve is measured again around the mean just found (Chan, Golub and
 * LeVeque 1983). If that does not help, the squares were too large. */
TARGET static void KERNEL(layer_norm)(real *y, double *mean, real *rstd, const real *x,
                                      const real *gamma, const real *beta, size_t n, double epsilon)
{
    real centre = KERNEL(guess_mean)(x, n);
    struct KERNEL(spread) s = KERNEL(spread_around)(x, n, centre);
    if (!KERNEL(is_measured)(&s)) {
        centre = (real)((double)centre + s.shift);
        s = KERNEL(spread_around)(x, n, centre);
    }
    *rstd = (real)(1 / sqrt(s.variance + epsilon));
    if (!KERNEL(is_measured)(&s)) {
        *rstd = measure_widely(x, n, epsilon, mean);
        centre = (real)*mean;
        s.shift = *mean - (double)centre;
    }
    *mean = (double)centre + s.shift;

    vec middle = vec_set(centre), scale = vec_set(*rstd), off = vec_set(-(real)s.shift * *rstd);
    EACH_VECTOR(n, {
        vec v = vec_fma(vec_get(x + i, left) - middle, scale, off);
        if (gamma)
            v *= vec_get(gamma + i, left);
        if (beta)
            v += vec_get(beta + i, left);
        vec_put(y + i, v, left);
    });
}

/* With xhat = (x - mean) rstd and g = gy gamma:
 * gx = rstd (g - mean(g) - xhat mean(g xhat)). */
TARGET static void KERNEL(layer_norm_backward)(real *gx, real *ggamma, real *gbeta, const real *gy,
                                               const real *x, double mean, real rstd,
                                               const real *gamma, size_t n, bool stream)
{
    real centre = (real)mean, shift = (real)(mean - (double)centre);
    vec middle = vec_set(centre), scale = vec_set(rstd), off = vec_set(-shift * rstd);
    vec sum_g = vec_set(0), sum_gx = vec_set(0);
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left); /* 0 behind the end, so nothing is added there */
        vec xhat = vec_fma(vec_get(x + i, left) - middle, scale, off);
        if (ggamma)
            vec_put(ggamma + i, vec_fma(g, xhat, vec_get(ggamma + i, left)), left);
        if (gbeta)
            vec_put(gbeta + i, g + vec_get(gbeta + i, left), left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        sum_g += g;
        sum_gx = vec_fma(g, xhat, sum_gx);
    });
    vec mean_g = vec_set((real)(vec_sum(sum_g) / (double)n));
    vec mean_gx = vec_set((real)(vec_sum(sum_gx) / (double)n));
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        vec xhat = vec_fma(vec_get(x + i, left) - middle, scale, off);
        __builtin_prefetch(x + n + i); /* the next row */
        __builtin_prefetch(gy + n + i);
        vec_send(gx + i, (g - mean_g - xhat * mean_gx) * scale, left, stream);
    });
}

/* ---- RMS norm -------------------------------------------------------------------------------- */

TARGET static double KERNEL(root_mean_square)(const real *x, size_t n)
{
    vec sum = vec_set(0), sum_b = vec_set(0);
    size_t whole = n / (2 * LANES) * (2 * LANES);
    for (size_t i = 0; i < whole; i += 2 * LANES) {
        vec v = vec_load(x + i), v_b = vec_load(x + i + LANES);
        sum = vec_fma(v, v, sum);
        sum_b = vec_fma(v_b, v_b, sum_b);
    }
    for (size_t i = whole; i < n; i += LANES) {
        vec v = vec_get(x + i, n - i);
        sum = vec_fma(v, v, sum);
    }
    double squares = vec_sum(sum + sum_b);
    if (!(squares >= LEAST_SQUARES && squares <= MOST_SQUARES))
        return root_mean_square_widely(x, n);
    return sqrt(squares / (double)n);
}

TARGET static void KERNEL(rms_norm)(real *y, const real *x, real rstd, const real *gamma, size_t n)
{
    vec scale = vec_set(rstd);
    EACH_VECTOR(n, {
        vec v = vec_get(x + i, left) * scale;
        if (gamma)
            v *= vec_get(gamma + i, left);
        vec_put(y + i, v, left);
    });
}

/* With xhat = x rstd and g = gy gamma: gx = rstd (g - xhat pull mean(g xhat)). */
TARGET static void KERNEL(rms_norm_backward)(real *gx, real *ggamma, const real *gy, const real *x,
                                             real rstd, double pull, const real *gamma, size_t n,
                                             bool stream)
{
    vec scale = vec_set(rstd), sum = vec_set(0);
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left);
        vec xhat = vec_get(x + i, left) * scale;
        if (ggamma)
            vec_put(ggamma + i, vec_fma(g, xhat, vec_get(ggamma + i, left)), left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        sum = vec_fma(g, xhat, sum);
    });
    vec mean_gx = vec_set((real)(pull * vec_sum(sum) / (double)n));
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        vec xhat = vec_get(x + i, left) * scale;
        vec_send(gx + i, (g - xhat * mean_gx) * scale, left, stream);
    });
}
