/* Any bytes as a pair of MNIST files: two bytes say how long the labels are, then labels, images. */
#include "nn/data.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool what)
{
    if (!what)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t length = (size_t)(data[0] << 8 | data[1]);
    data += 2;
    size -= 2;
    if (length > size)
        length = size;
    struct idx_file labels = {"labels", data, length};
    struct idx_file images = {"images", data + length, size - length};
    struct arena arena;
    struct err err = {""};
    struct dataset set, few;
    arena_init(&arena);
    bool good = idx_parse(&arena, &images, &labels, SIZE_MAX, &set, &err);
    /* What is taken is bounded by what came: gzip swells 1032-fold, a byte becomes a float. */
    must(arena.total <= (1 << 20) + size * 1033 * sizeof(float) * 2);
    if (good) {
        must(set.n > 0 && set.n <= IDX_MOST_IMAGES && set.features == DIGIT_PIXELS);
        for (size_t i = 0; i < set.n; i++)
            must(set.y[i] < DIGIT_CLASSES);
        for (size_t i = 0; i < set.n * set.features; i++)
            must(set.x[i] >= 0 && set.x[i] <= 1);
        must(idx_parse(&arena, &images, &labels, 1, &few, &err));
        must(few.n == 1 && few.y[0] == set.y[0]);
        must(memcmp(few.x, set.x, DIGIT_PIXELS * sizeof *few.x) == 0);
    } else {
        must(strncmp(err.text, "labels: ", 8) == 0 || strncmp(err.text, "images: ", 8) == 0);
        must(strstr(err.text, "byte ") != NULL);
    }
    arena_free(&arena);
    return 0;
}
