/* subnets_kernel.h: the inner loops of subnets.c for one vector width. Included once for each
 * instruction set, with VECTOR_BYTES, SUBNETS_TARGET and SUBNETS_NAME(name) set; so there is no guard.
 * Sums run in float lanes for a few terms only, then in double: equal terms would else round the same
 * way every time. */

typedef float SUBNETS_NAME(lanes) __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t SUBNETS_NAME(bits) __attribute__((vector_size(VECTOR_BYTES)));
typedef double SUBNETS_NAME(wide) __attribute__((vector_size(2 * VECTOR_BYTES)));
#define lanes SUBNETS_NAME(lanes)
#define wide SUBNETS_NAME(wide)
#define bits SUBNETS_NAME(bits)
#define LANE_COUNT (VECTOR_BYTES / sizeof(float))

SUBNETS_TARGET static inline lanes SUBNETS_NAME(load)(const float *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

SUBNETS_TARGET static inline double SUBNETS_NAME(add_up)(const wide *v)
{
    double sum = 0;
    for (size_t i = 0; i < LANE_COUNT; i++)
        sum += (*v)[i];
    return sum;
}

/* Sum of w / (1 + h e). */
SUBNETS_TARGET static double SUBNETS_NAME(sigmoid)(const float *e, const float *w, size_t n,
                                                   float h)
{
    wide total = {0};
    for (size_t from = 0; from < n; from += SHORT_RUN * 2 * LANE_COUNT) {
        lanes a = {0}, b = {0};
        for (size_t i = from; i < from + SHORT_RUN * 2 * LANE_COUNT; i += 2 * LANE_COUNT) {
            lanes x = 1.0f / (1.0f + h * SUBNETS_NAME(load)(e + i));
            lanes y = 1.0f / (1.0f + h * SUBNETS_NAME(load)(e + i + LANE_COUNT));
            if (w) {
                x *= SUBNETS_NAME(load)(w + i);
                y *= SUBNETS_NAME(load)(w + i + LANE_COUNT);
            }
            a += x;
            b += y;
        }
        total += __builtin_convertvector(a + b, wide);
    }
    return SUBNETS_NAME(add_up)(&total);
}

/* Sums of w p_k: p_k = r_k / sum r, where r_k = h[k] e[k]; e[0] is 1 and stands in no table. */
SUBNETS_TARGET static void SUBNETS_NAME(softmax)(const float *e, const float *w, size_t n,
                                                 size_t classes, const float *h, double *sums)
{
    wide total[SUBNETS_CLASSES_MOST] = {{0}};
    for (size_t from = 0; from < n; from += SHORT_RUN * LANE_COUNT) {
        lanes part[SUBNETS_CLASSES_MOST] = {{0}};
        for (size_t i = from; i < from + SHORT_RUN * LANE_COUNT; i += LANE_COUNT) {
            lanes r[SUBNETS_CLASSES_MOST], all = {0};
            all += h[0];
            for (size_t k = 1; k < classes; k++) {
                r[k] = h[k] * SUBNETS_NAME(load)(e + k * n + i);
                all += r[k];
            }
            lanes share = 1.0f / all;
            if (w)
                share *= SUBNETS_NAME(load)(w + i);
            part[0] += share;
            for (size_t k = 1; k < classes; k++)
                part[k] += r[k] * share;
        }
        for (size_t k = 0; k < classes; k++)
            total[k] += __builtin_convertvector(part[k], wide);
    }
    for (size_t k = 0; k < classes; k++)
        sums[k] = SUBNETS_NAME(add_up)(&total[k]);
    sums[0] *= (double)h[0];
}

/* Sum of w (v . relu(h + t)) over rows t of `width` numbers, a multiple of the lanes. */
SUBNETS_TARGET static double SUBNETS_NAME(relu)(const float *t, const float *w, size_t n,
                                                size_t width, const float *h, const float *v)
{
    double sum = 0;
    for (size_t k = 0; k < width; k += LANE_COUNT) {
        lanes at = SUBNETS_NAME(load)(h + k), read = SUBNETS_NAME(load)(v + k);
        wide total = {0};
        for (size_t from = 0; from < n; from += 2 * SHORT_RUN) {
            lanes a = {0}, b = {0};
            for (size_t i = from; i < from + 2 * SHORT_RUN; i += 2) {
                lanes x = SUBNETS_NAME(load)(t + i * width + k) + at;
                lanes y = SUBNETS_NAME(load)(t + (i + 1) * width + k) + at;
                x = (lanes)((bits)x & (x > 0.0f)); /* ReLU: the bits of what is above 0 */
                y = (lanes)((bits)y & (y > 0.0f));
                if (w) {
                    x *= w[i];
                    y *= w[i + 1];
                }
                a += x;
                b += y;
            }
            total += __builtin_convertvector(a + b, wide);
        }
        wide weighed = total * __builtin_convertvector(read, wide);
        sum += SUBNETS_NAME(add_up)(&weighed);
    }
    return sum;
}

/* exp(x) for x from -80 to 0 to 2e-7 of itself: 2^n exp(r) with |r| <= log(2) / 2. */
SUBNETS_TARGET static inline lanes SUBNETS_NAME(exponential)(lanes x)
{
    const float magic = 0x1.8p23f; /* float32 numbers of this size are whole */
    lanes shifted = x * 1.44269504f + magic, n = shifted - magic;
    lanes r = (x - n * 0.693359375f) + n * 2.12194440e-4f, e = {0};
    e += 1 / 5040.f;
    e = e * r + 1 / 720.f;
    e = e * r + 1 / 120.f;
    e = e * r + 1 / 24.f;
    e = e * r + 1 / 6.f;
    e = e * r + .5f;
    e = e * r + 1.f;
    e = e * r + 1.f;
    return (lanes)((bits)e + ((bits)shifted << 23)); /* the low bits of `shifted` are n */
}

SUBNETS_TARGET static inline lanes SUBNETS_NAME(greater)(lanes a, lanes b)
{
    bits first = a > b;
    return (lanes)(((bits)a & first) | ((bits)b & ~first));
}

/* Sums of w softmax(z) and then of w z, where z = v relu(h + t), t (width, n), v (classes, width). */
SUBNETS_TARGET static inline __attribute__((always_inline)) void
SUBNETS_NAME(layer_of)(const float *t, const float *w, size_t n, size_t width, const float *h,
                       const float *v, const size_t classes, double *sums)
{
    wide total[2 * SUBNETS_CLASSES_MOST] = {{0}};
    for (size_t i = 0; i < n; i += LANE_COUNT) {
        lanes weight = {0}, z[SUBNETS_CLASSES_MOST] = {{0}}, all = {0}, least = {0};
        for (size_t k = 0; k < width; k++) {
            lanes x = SUBNETS_NAME(load)(t + k * n + i) + h[k];
            x = (lanes)((bits)x & (x > 0.0f));
#pragma GCC unroll 16
            for (size_t c = 0; c < classes; c++)
                z[c] += v[c * width + k] * x;
        }
        weight += 1.0f;
        if (w)
            weight = SUBNETS_NAME(load)(w + i);
        lanes most = z[0];
        for (size_t c = 0; c < classes; c++) {
            most = SUBNETS_NAME(greater)(z[c], most);
            total[classes + c] += __builtin_convertvector(z[c] * weight, wide);
        }
        least -= 80.0f;
        for (size_t c = 0; c < classes; c++) {
            z[c] = SUBNETS_NAME(exponential)(SUBNETS_NAME(greater)(z[c] - most, least));
            all += z[c];
        }
        weight /= all;
        for (size_t c = 0; c < classes; c++)
            total[c] += __builtin_convertvector(z[c] * weight, wide);
    }
    for (size_t c = 0; c < 2 * classes; c++)
        sums[c] = SUBNETS_NAME(add_up)(&total[c]);
}

/* A constant number of classes keeps their sums in registers. */
SUBNETS_TARGET static void SUBNETS_NAME(layer)(const float *t, const float *w, size_t n,
                                               size_t width, const float *h, const float *v,
                                               size_t classes, double *sums)
{
    if (classes == 2)
        SUBNETS_NAME(layer_of)(t, w, n, width, h, v, 2, sums);
    else if (classes == 3)
        SUBNETS_NAME(layer_of)(t, w, n, width, h, v, 3, sums);
    else
        SUBNETS_NAME(layer_of)(t, w, n, width, h, v, classes, sums);
}

#undef lanes
#undef bits
#undef wide
#undef LANE_COUNT
#undef VECTOR_BYTES
#undef SUBNETS_TARGET
#undef SUBNETS_NAME
