/* nnvec.h: recorded cases of the mathematics of networks: settings, inputs and what PyTorch made of
 * them, in a text file of tokens (see nnvec.c). All numbers are held as double. */
#ifndef TESTS_SUPPORT_NNVEC_H
#define TESTS_SUPPORT_NNVEC_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { NNVEC_MOST_DIMENSIONS = 4 };

struct nnvec_tensor {
    const char *name; /* in.x, out.y, ref.y */
    size_t dimensions, size[NNVEC_MOST_DIMENSIONS], count;
    double *values;
    bool checked;
};

struct nnvec_setting {
    const char *name, *text;
    double value;
};

struct nnvec {
    const char *name, *kind; /* the file's name without its folder */
    bool is_f32;
    double tolerance; /* of the manifest */
    struct nnvec_tensor *tensors;
    size_t tensor_count, tensor_capacity;
    struct nnvec_setting *settings;
    size_t setting_count, setting_capacity;
};

bool nnvec_read(struct nnvec *vec, struct arena *arena, const char *path, struct err *err);

/* The error that a manifest allows a file: the fourth column of the line that starts with the file's
 * name. False where it has no such line, or no number above 0 there. */
bool nnvec_tolerance(const char *manifest, const char *name, double *tolerance, struct err *err);

/* These fail the test where the file has no such thing. */
struct nnvec_tensor *nnvec_tensor(struct nnvec *vec, const char *name);
double nnvec_number(struct nnvec *vec, const char *name);
const char *nnvec_text(struct nnvec *vec, const char *name);

bool nnvec_has(const struct nnvec *vec, const char *tensor_name);

/* Compares `count` numbers with out.NAME (float64) or ref.NAME (float32) and marks it checked. */
void nnvec_expect(struct nnvec *vec, const char *name, const double *got, size_t count);

/* Fails where an out.* tensor has not been compared. */
void nnvec_expect_all_checked(const struct nnvec *vec);

#endif
