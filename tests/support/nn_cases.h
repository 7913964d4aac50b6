/* nn_cases.h: computes what a recorded case asks for and compares, in float32 or in float64, with
 * the instructions of the pool. */
#ifndef TESTS_SUPPORT_NN_CASES_H
#define TESTS_SUPPORT_NN_CASES_H

#include "support/nnvec.h"

#include "nn/pool.h"

/* False where nothing knows such a kind or what it needs is not here (`why` then says so). */
bool nn_case_run(struct nnvec *vec, struct arena *arena, struct pool *pool, const char **why);
bool nn_case_run_f64(struct nnvec *vec, struct arena *arena, struct pool *pool, const char **why);

#endif
