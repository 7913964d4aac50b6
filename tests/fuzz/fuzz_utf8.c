/* Any bytes become clean text, once and for all. */
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *user, size_t offset, const char *what)
{
    (void)offset;
    (void)what;
    ++*(size_t *)user;
}

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void demand_clean(const struct buf *text)
{
    int marks = -1;
    for (size_t i = 0, length; i < text->length; i += length) {
        int32_t c = utf8_decode(text->data + i, text->length - i, &length);
        demand(c == '\n' || (c >= 0x20 && c != 0x7F && (c < 0x80 || c >= 0xA0)));
        int width = c == '\n' ? 1 : utf8_width((uint32_t)c);
        demand(width > 0 || (width == 0 && marks >= 0 && marks < 4));
        marks = c == '\n' ? -1 : width > 0 ? 0 : marks + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        utf8_start();
    started = true;
    struct buf once = {0}, twice = {0}, line = {0}, ascii = {0};
    size_t reports = 0, more = 0;
    utf8_sanitise(&once, (const char *)data, size, count, &reports);
    demand_clean(&once);
    utf8_sanitise(&twice, buf_text(&once), once.length, count, &more);
    demand(more == 0 && once.length == twice.length);
    demand(memcmp(buf_text(&once), buf_text(&twice), once.length) == 0);

    int columns = size ? data[0] % 50 : 0;
    utf8_sanitise_line(&line, (const char *)data, size, columns);
    demand(!strchr(buf_text(&line), '\n') && utf8_columns(buf_text(&line), line.length) <= columns);

    utf8_to_ascii(&ascii, buf_text(&once), once.length);
    for (size_t i = 0; i < ascii.length; i++)
        demand(ascii.data[i] == '\n' || (ascii.data[i] >= 0x20 && ascii.data[i] < 0x7F));
    buf_free(&once);
    buf_free(&twice);
    buf_free(&line);
    buf_free(&ascii);
    return 0;
}
