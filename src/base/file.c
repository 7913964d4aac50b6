#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    size_t before = out->length;
    bool good = true;
    for (char block[1 << 16]; good;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n == 0)
            break;
        if (n > 0)
            buf_add_n(out, block, (size_t)n);
        else if (errno != EINTR)
            good = err_set(err, "%s: cannot read: %s", shown(path), strerror(errno));
        if (out->length - before > FILE_MOST_BYTES)
            good = err_set(err, "%s: larger than %d MiB", shown(path), FILE_MOST_BYTES >> 20);
    }
    close(fd);
    if (!good)
        buf_cut(out, before);
    return good;
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

/* Writes to a device or pipe, which can have no draft. */
static bool write_there(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = write_all(fd, bytes, size);
    int cause = errno;
    close(fd);
    errno = cause;
    return good;
}

static bool write_draft(const char *path, char *draft, mode_t mode, const char *bytes, size_t size)
{
    int fd = mkstemp(draft); /* a name nobody has, so two writers never share a draft */
    if (fd < 0)
        return false;
    bool good = fchmod(fd, mode) == 0 && write_all(fd, bytes, size) && fsync(fd) == 0;
    int cause = errno;
    if (close(fd) != 0 && good) {
        good = false;
        cause = errno;
    }
    if (good && rename(draft, path) != 0) {
        good = false;
        cause = errno;
    }
    if (!good)
        unlink(draft);
    errno = cause;
    return good;
}

bool file_write(const char *path, const char *bytes, size_t size, struct err *err)
{
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
        if (!write_all(STDOUT_FILENO, bytes, size))
            return err_set(err, "standard output: cannot write: %s", strerror(errno));
        return true;
    }
    struct stat info;
    bool exists = stat(path, &info) == 0, good;
    if (exists && !S_ISREG(info.st_mode)) {
        good = write_there(path, bytes, size);
    } else {
        /* Behind a symbolic link the file is replaced, not the link. */
        char target[PATH_MAX];
        const char *real = exists && realpath(path, target) ? target : path;
        struct buf draft = {0};
        buf_addf(&draft, "%s.XXXXXX", real);
        good = write_draft(real, draft.data, exists ? info.st_mode & 0777 : 0600, bytes, size);
        int cause = errno;
        buf_free(&draft);
        errno = cause;
    }
    return good || err_set(err, "%s: cannot write: %s", path, strerror(errno));
}

/* Leaves errno as it found it. */
static bool is_folder(const char *path)
{
    int cause = errno;
    struct stat info;
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    errno = cause;
    return folder;
}

bool file_make_folder(const char *path, struct err *err)
{
    struct buf part = {0};
    bool good = true;
    for (size_t i = 0; good; i++) {
        if ((path[i] == '/' && i > 0) || path[i] == '\0') {
            if (mkdir(buf_text(&part), 0700) != 0 && !is_folder(buf_text(&part)))
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
