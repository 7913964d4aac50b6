/* Any bytes are a formula, shown and spoken; the result is clean text. */
#include "base/utf8.h"
#include "lesson/lesson.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        started = utf8_start() || true;
    struct arena arena;
    struct buf clean = {0};
    arena_init(&arena);
    utf8_sanitise_line(&clean, (const char *)data, size, 100000);
    const char *unknown;
    struct str shown = str_of(math_text(&arena, buf_text(&clean), &unknown));
    struct str spoken = str_of(math_spoken(&arena, buf_text(&clean)));
    const struct str both[] = {shown, spoken};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0, length; i < both[k].length; i += length) {
            int32_t c = utf8_decode(both[k].text + i, both[k].length - i, &length);
            if (c < 0x20)
                abort();
        }
    buf_free(&clean);
    arena_free(&arena);
    return 0;
}
