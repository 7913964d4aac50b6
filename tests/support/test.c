#include "support/test.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 8, PATH = 512 };

static char *slot(void)
{
    static char paths[SLOTS][PATH];
    static unsigned next;
    return paths[next++ % SLOTS];
}

const char *test_folder(void)
{
    const char *base = getenv("TMPDIR");
    char *path = slot();
    snprintf(path, PATH, "%s/nntutor-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        fail_msg("cannot make a folder like %s", path);
    return path;
}

const char *test_file(const char *folder, const char *name, const char *text)
{
    char *path = slot();
    snprintf(path, PATH, "%s/%s", folder, name);
    char *end = strrchr(path, '/');
    struct err err;
    *end = '\0';
    if (!file_make_folder(path, &err))
        fail_msg("%s", err.text);
    *end = '/';
    if (!file_write(path, text, strlen(text), &err))
        fail_msg("%s", err.text);
    return path;
}

char *test_read(const char *path)
{
    struct buf bytes = {0};
    struct err err;
    if (!file_read(path, &bytes, &err))
        fail_msg("%s", err.text);
    buf_add_n(&bytes, "", 0);
    return bytes.data;
}

const char *test_vectors(const char *fallback)
{
    const char *path = getenv("VECTORS");
    if (path && *path) {
        if (access(path, R_OK) != 0)
            fail_msg("VECTORS=%s cannot be read", path);
        return path;
    }
    return access(fallback, R_OK) == 0 ? fallback : NULL;
}
