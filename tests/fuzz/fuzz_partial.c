/* Any bytes as partial sums: what is read writes back, and can be added to itself. */
#include "base/arena.h"
#include "grade/stats.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    struct arena arena;
    struct buf once = {0}, twice = {0};
    struct stats *stats = stats_read_partial((const char *)data, size, &err);
    if (!stats)
        return 0;
    arena_init(&arena);
    stats_write_partial(stats, &once);
    struct stats *again = stats_read_partial(once.data, once.length, &err);
    if (!again)
        abort();
    stats_write_partial(again, &twice);
    if (strcmp(once.data, twice.data) != 0)
        abort();
    struct quiz_figures figures = stats_figures(stats, &arena);
    stats_write_json(&figures, &once);
    stats_free(again);
    stats_free(stats);
    buf_free(&once);
    buf_free(&twice);
    arena_free(&arena);
    return 0;
}
