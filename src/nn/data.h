/* data.h: what networks are trained on.
 *
 * A dataset is rows of numbers and, for each row, a class or a number to predict. It comes from
 * MNIST's files (idx.c), from digits that the program draws itself (digits.c) or from small sets
 * with a formula (toys.c). It lives in the arena of its caller, who also brings the dice. */
#ifndef NN_DATA_H
#define NN_DATA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset {
    float *x;                    /* (n, features), row-major */
    unsigned char *y;            /* (n) classes 0..classes-1; NULL where numbers are predicted */
    float *target;               /* (n) numbers to predict; NULL where classes are */
    size_t n, features, classes; /* classes is 0 where numbers are predicted */
};

/* Zeroed rows; `classes` 0 makes room for targets in place of classes. */
struct dataset data_new(struct arena *arena, size_t n, size_t features, size_t classes);

/* The `count` rows from `first` on, borrowed: no number is copied. A split is two of these. */
struct dataset data_slice(const struct dataset *data, size_t first, size_t count);

/* A copy of the rows named in `rows`, in that order; a row may be named more than once. */
struct dataset data_take(struct arena *arena, const struct dataset *data, const size_t *rows,
                         size_t count);

/* Puts the rows into a random order, in place. */
void data_shuffle(struct dataset *data, struct rng *rng);

/* What to subtract and divide by, measured on the training rows and applied to all others. */
struct data_scale {
    float *mean, *deviation; /* (features); a deviation is never 0 */
};

/* One mean and (biased) standard deviation for each feature, or one pair for all numbers together
 * (`each` false), as is usual for pixels. A feature that never varies gets the deviation 1. */
struct data_scale data_measure(struct arena *arena, const struct dataset *train, bool each);
void data_standardise(struct dataset *data, const struct data_scale *scale);

/* Which rows make up the next batch. */
struct batches {
    size_t *rows; /* (n) a shuffled epoch; with replacement (size) the batch just drawn */
    size_t n, size, next;
    bool replace;
    struct rng rng;
};

/* Batches of `size` out of `n` rows. Without replacement every epoch is a fresh shuffle and its
 * last batch may be smaller; with replacement every row of a batch is drawn from all `n`. */
void batches_init(struct batches *batches, struct arena *arena, const struct rng *rng, size_t n,
                  size_t size, bool replace);

/* Points `rows` at the rows of the next batch, valid until the next call, and returns how many. */
size_t batches_next(struct batches *batches, const size_t **rows);

/* Copies rows into x (count, features) and, where not NULL, their classes into y (count). */
void data_gather(const struct dataset *data, const size_t *rows, size_t count, float *x,
                 unsigned char *y);

/* ---- Images of digits: 28x28 pixels, 0 (paper) to 1 (ink), ten classes ---- */

enum { DIGIT_SIDE = 28, DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE, DIGIT_CLASSES = 10 };

/* MNIST in IDX files, as they are or gzipped (http://yann.lecun.com/exdb/mnist: big-endian header,
 * then one unsigned byte a pixel or label). The whole file is checked, the first `most` images are
 * kept. An error names the file, the byte, what is wrong there and what to do. */
enum { IDX_MOST_IMAGES = 100000 };
enum idx_part { IDX_TRAIN, IDX_TEST };

/* The images and labels of one part from a folder with files of the usual names:
 * train-images-idx3-ubyte, train-labels.idx1-ubyte.gz, t10k-images-idx3-ubyte, ... */
bool idx_read(struct arena *arena, const char *folder, enum idx_part part, size_t most,
              struct dataset *out, struct err *err);

/* The same from bytes that are in memory; the names are for the errors. */
struct idx_file {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};
bool idx_parse(struct arena *arena, const struct idx_file *images, const struct idx_file *labels,
               size_t most, struct dataset *out, struct err *err);

/* Draws digit number `index` of (seed, stream) and returns its class. It depends on nothing else,
 * so rows may be drawn in any order and by any thread. Of the ten images from a multiple of ten on
 * each has another class. */
unsigned char digits_draw(uint64_t seed, uint64_t stream, uint64_t index,
                          float pixels[DIGIT_PIXELS]);

/* The digits first..first+n-1 of (seed, stream). */
struct dataset digits_make(struct arena *arena, uint64_t seed, uint64_t stream, uint64_t first,
                           size_t n);

/* ---- Small sets with a formula ---- */

/* Two classes in the plane, for pictures of a decision boundary; `noise` is the deviation of what
 * is added to each coordinate. Without noise all points lie within -1.5..1.5. */
struct toy {
    const char *name; /* "moons", "spirals", "circles", "xor" */
    struct dataset (*make)(struct arena *arena, struct rng *rng, size_t n, double noise);
};
enum { TOYS = 4 };
extern const struct toy toys[TOYS]; /* spirals of one turn */

/* Two arms: y a fair bit, t = sqrt(U(.02, 1)), a = 2 pi turns t + pi y,
 * x = 1.5 t (cos a, sin a) + noise N(0, 1). */
struct dataset toys_spirals(struct arena *arena, struct rng *rng, size_t n, double turns,
                            double noise);

/* Rows of N(0, 1); the class is a coin flip, or (`real`) whether the sum of the row is positive. */
struct dataset toys_coin_flips(struct arena *arena, struct rng *rng, size_t n, size_t features,
                               bool real);

/* 40 weak witnesses of one fair bit y: x = .3 (2y - 1) + N(0, 1). The best possible accuracy is
 * .971. Then each class is flipped with probability `flip`. */
enum { REDUNDANT_FEATURES = 40 };
struct dataset toys_redundant(struct arena *arena, struct rng *rng, size_t n, double flip);

/* One feature and a target. Sine with a gap: the first half of the rows from U(-1, -.3), the rest
 * from U(.3, 1), target sin 3x + noise N(0, 1). Wave: x from U(-1, 1), target sin pi x + noise. */
struct dataset toys_sine_gap(struct arena *arena, struct rng *rng, size_t n, double noise);
struct dataset toys_wave(struct arena *arena, struct rng *rng, size_t n, double noise);

#endif
