#define REAL_BITS 64
#include "support/nn_cases.h"

#define nn_case_run nn_case_run_f64
#include "support/nn_cases.c"
