#include "support/golden.h"

#include "support/test.h"

#include "base/err.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static void update(const char *path, const char *actual)
{
    struct err err;
    struct buf folder = {0};
    buf_add_n(&folder, path, (size_t)(strrchr(path, '/') - path));
    bool done =
        file_make_folder(buf_text(&folder), &err) && file_write(path, actual, strlen(actual), &err);
    buf_free(&folder);
    if (!done)
        fail_msg("%s", err.text);
}

/* The number of the first line in which two texts differ. */
static int first_difference(const char *a, const char *b)
{
    int line = 1;
    for (; *a && *a == *b; a++, b++)
        line += *a == '\n';
    return line;
}

void golden_check(const char *path, const char *actual)
{
    const char *wish = getenv("UPDATE_GOLDEN");
    if (wish && *wish && strcmp(wish, "0") != 0) {
        update(path, actual);
        return;
    }
    struct buf expected = {0};
    struct err err;
    if (!file_read(path, &expected, &err)) {
        buf_free(&expected);
        fail_msg("%s (UPDATE_GOLDEN=1 writes it); it would be:\n%s", err.text, actual);
    }
    if (strcmp(buf_text(&expected), actual) != 0) {
        print_error("%s differs from line %d on (UPDATE_GOLDEN=1 accepts the new one)\n"
                    "--- expected\n%s--- actual\n%s---\n",
                    path, first_difference(buf_text(&expected), actual), buf_text(&expected),
                    actual);
        buf_free(&expected);
        fail();
    }
    buf_free(&expected);
}
