#include "nn/layers.h"

#include "nn/kernels.h"
#include "nn/matrix.h"

void linear_forward(real *y, const real *x, const real *w, const real *b, size_t batch,
                    size_t inputs, size_t outputs, struct pool *pool)
{
    matrix_multiply(MATRIX_NN, y, x, w, b, batch, outputs, inputs, pool);
}

/* gw = xT gy (not where it is NULL), gb = the sum of gy over the batch, gx = gy wT. */
void linear_backward(real *gx, real *gw, real *gb, const real *gy, const real *x, const real *w,
                     size_t batch, size_t inputs, size_t outputs, struct pool *pool)
{
    if (gw)
        matrix_multiply(MATRIX_TN, gw, x, gy, NULL, inputs, outputs, batch, pool);
    if (gb)
        kernels_for(pool)->column_sums(gb, gy, batch, outputs);
    if (gx)
        matrix_multiply(MATRIX_NT, gx, gy, w, NULL, batch, inputs, outputs, pool);
}
