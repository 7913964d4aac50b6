/* images.h: the images of digits that two demos learn from: drawn by the program, in pieces, or
 * MNIST from a folder that a person named, read whole at the start. */
#ifndef DEMOS_IMAGES_H
#define DEMOS_IMAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "nn/data.h"

enum images_part { IMAGES_TRAIN, IMAGES_VALIDATION, IMAGES_TEST, IMAGES_PARTS };

struct images_plan {
    const char *folder;         /* NULL: drawn */
    size_t count[IMAGES_PARTS]; /* of a folder the test part is taken whole; train 0: all it has */
    uint64_t seed, stream;      /* of drawn digits; each part has a stream, from `stream` on */
};

struct images {
    struct images_plan plan;
    struct dataset part[IMAGES_PARTS];
    size_t drawn;     /* of all parts, which lie behind one another */
    const char *name; /* "drawn digits" or "MNIST in FOLDER" */
};

/* False where the folder cannot be read or holds fewer than the plan asks for. */
bool images_open(struct images *images, struct arena *arena, const struct images_plan *plan,
                 struct err *err);

/* Pieces of a millisecond or two until all are drawn; images_draw does one of them. */
size_t images_pieces(const struct images *images);
void images_draw(struct images *images);

#endif
