/* Preloaded into the program under test: what a file system can do to the store.
 *
 * $NNTUTOR_FAULTS names a file; the word in it says what is wrong at this moment with every file whose
 * path has "progress.db" in it, the journal included. An empty file or none: nothing.
 *
 *   nolocks    a network home whose lock service does not answer (ENOLCK)
 *   unlockable a file system that knows no locks at all (ENOSYS)
 *   readonly   mounted read-only, or so since a disk error (EROFS)
 *   full       no block is left (ENOSPC)
 *   broken     the disk does not write (EIO) */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_FILES = 1024 };

static bool is_store[MOST_FILES];

static bool is_store_path(const char *path)
{
    return path && strstr(path, "progress.db");
}

static bool is_store_file(int fd)
{
    return fd >= 0 && fd < MOST_FILES && is_store[fd];
}

/* By system calls, as open and read are ours here. */
static bool is_fault(const char *word)
{
    char said[20] = "";
    const char *path = getenv("NNTUTOR_FAULTS");
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDONLY) : -1;
    if (fd >= 0) {
        syscall(SYS_read, fd, said, sizeof said - 1);
        syscall(SYS_close, fd);
    }
    return strcmp(said, word) == 0;
}

/* Why nothing can be written to a store; 0: it can. */
static int write_fault(void)
{
    return is_fault("readonly") ? EROFS : is_fault("full") ? ENOSPC : is_fault("broken") ? EIO : 0;
}

/* The function that would have been called: dlsym's answer in a type which C knows no cast for. */
#define NEXT(name)                                                                                 \
    static __typeof__(name) *next;                                                                 \
    if (!next)                                                                                     \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

static bool fails(int fault)
{
    if (fault)
        errno = fault;
    return fault != 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        NEXT(name);                                                                                \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;                              \
        va_end(args);                                                                              \
        bool store = is_store_path(path), writes = (flags & O_ACCMODE) != O_RDONLY;                \
        if (store && writes && fails(is_fault("readonly") ? EROFS : 0))                            \
            return -1;                                                                             \
        int fd = next(path, flags, mode);                                                          \
        if (fd >= 0 && fd < MOST_FILES)                                                            \
            is_store[fd] = store;                                                                  \
        return fd;                                                                                 \
    }

OPEN(open)
OPEN(open64)

int fcntl64(int fd, int command, ...)
{
    NEXT(fcntl64);
    va_list args;
    va_start(args, command);
    void *argument = va_arg(args, void *);
    va_end(args);
    bool locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
    if (locks && is_store_file(fd) &&
        fails(is_fault("nolocks")      ? ENOLCK
              : is_fault("unlockable") ? ENOSYS
                                       : 0))
        return -1;
    return next(fd, command, argument);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    NEXT(pwrite64);
    return is_store_file(fd) && fails(write_fault()) ? -1 : next(fd, bytes, size, at);
}

int ftruncate64(int fd, off64_t size)
{
    NEXT(ftruncate64);
    int fault = is_store_file(fd) ? write_fault() : 0;
    return fails(fault == ENOSPC ? 0 : fault) ? -1 : next(fd, size); /* less needs no room */
}

int access(const char *path, int mode)
{
    NEXT(access);
    bool refused = is_store_path(path) && (mode & W_OK) && is_fault("readonly");
    return fails(refused ? EROFS : 0) ? -1 : next(path, mode);
}

int unlink(const char *path)
{
    NEXT(unlink);
    return fails(is_store_path(path) && is_fault("readonly") ? EROFS : 0) ? -1 : next(path);
}

int close(int fd)
{
    NEXT(close);
    if (fd >= 0 && fd < MOST_FILES)
        is_store[fd] = false;
    return next(fd);
}
