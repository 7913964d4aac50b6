#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <stdio.h>
#include <stdlib.h>

static const char *shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool file_read(const char *path, struct buf *out, struct err *err)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, "%s: cannot read: %s", shown(path), strerror(errno));
    struct stat info;
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(fd);
        return err_set(err, "%s: is a folder, not a file", path);
    }
    char block[1 << 16];
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n == 0)
            break;
        if (n < 0) {
            if (errno == EINTR)
                continue;
            int cause = errno;
            close(fd);
            return err_set(err, "%s: cannot read: %s", shown(path), strerror(cause));
        }
        buf_add_n(out, block, (size_t)n);
        if (out->length > FILE_MOST_BYTES) {
            close(fd);
            return err_set(err, "%s: larger than %d MiB", shown(path), FILE_MOST_BYTES >> 20);
        }
    }
    close(fd);
    return true;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0) {
            if (errno == EINTR)
                continue;
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

bool file_write(const char *path, const char *bytes, size_t size, struct err *err)
{
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
        if (!write_all(STDOUT_FILENO, bytes, size))
            return err_set(err, "standard output: cannot write: %s", strerror(errno));
        return true;
    }
    struct stat info;
    bool special = stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    struct buf draft = {0}; /* a device or pipe has no draft: it is written to directly */
    buf_addf(&draft, special ? "%s" : "%s.tmp", path);
    int fd = open(draft.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_all(fd, bytes, size) && (special || fsync(fd) == 0);
    int cause = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        cause = errno;
    }
    if (good && !special && rename(draft.data, path) != 0) {
        good = false;
        cause = errno;
    }
    if (!good && !special && fd >= 0)
        unlink(draft.data);
    buf_free(&draft);
    return good || err_set(err, "%s: cannot write: %s", path, strerror(cause));
}

bool file_make_folder(const char *path, struct err *err)
{
    struct buf part = {0};
    bool good = true;
    for (size_t i = 0; good; i++) {
        if ((path[i] == '/' && i > 0) || path[i] == '\0') {
            if (mkdir(buf_text(&part), 0700) != 0 && errno != EEXIST)
                good = err_set(err, "%s: cannot make the folder: %s", buf_text(&part),
                               strerror(errno));
        }
        if (path[i] == '\0')
            break;
        buf_add_char(&part, path[i]);
    }
    buf_free(&part);
    return good;
}
