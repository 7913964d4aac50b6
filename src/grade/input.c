/* Files into blocks of whole records. A block is cut where a record ends, at the same places however
 * the bytes arrive, so that nothing that follows depends on chance. */
#include "grade/answers.h"
#include "grade/results.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct input {
    const struct grade_job *job;
    size_t next;                   /* file to open */
    const struct input_file *file; /* that is open; NULL */
    int fd;                        /* -1 */
    bool eof, fresh;               /* fresh: its first bytes are still to be looked at */
    struct buf carry;              /* the beginning of a record whose end is not read yet */
    int64_t line, offset;
    int *kept;     /* by file: a copy that can be read again; -1 */
    bool skipping; /* the rest of a record that is too long */
    struct arena arena;
};

struct input *input_open(const struct grade_job *job)
{
    struct input *input = memory_alloc(sizeof *input);
    *input = (struct input){.job = job, .fd = -1};
    arena_init(&input->arena);
    input->kept = ARENA_ARRAY(&input->arena, job->input_count, int);
    for (size_t i = 0; i < job->input_count; i++)
        input->kept[i] = -1;
    return input;
}

static void close_file(struct input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    input->fd = -1;
    input->file = NULL;
    buf_clear(&input->carry);
}

void input_close(struct input *input)
{
    close_file(input);
    for (size_t i = 0; i < input->job->input_count; i++)
        if (input->kept[i] >= 0)
            close(input->kept[i]);
    buf_free(&input->carry);
    arena_free(&input->arena);
    memory_free(input);
}

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0;
}

static const char *shown_path(struct input *input, const char *path)
{
    struct buf clean = {0};
    if (input->job->called)
        return input->job->called;
    utf8_sanitise_line(&clean, path, strlen(path), 1000);
    const char *shown = is_standard(path)
                            ? "standard input"
                            : arena_strndup(&input->arena, buf_text(&clean), clean.length);
    buf_free(&clean);
    return shown;
}

static bool cannot_read(struct err *err, const char *shown)
{
    return err_set(err, "%s: cannot read: %s", shown, strerror(errno));
}

static int open_path(struct input *input, const char *path, struct err *err)
{
    const char *shown = shown_path(input, path);
    int fd = is_standard(path) ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0) {
        cannot_read(err, shown);
    } else if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(fd);
        fd = -1;
        err_set(err, "%s: is a folder, not a file", shown);
    }
    return fd;
}

/* ---- reading twice -------------------------------------------------------------------------------- */

static int nameless_file(void)
{
    const char *folder = getenv("TMPDIR");
    struct buf path = {0};
    buf_addf(&path, "%s/nntutor-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path.data);
    if (fd >= 0)
        unlink(path.data);
    buf_free(&path);
    return fd;
}

static bool copy_all(const struct grade_job *job, int from, int to, const char *shown,
                     struct err *err)
{
    static char bytes[1 << 16];
    for (;;) {
        ssize_t n = read(from, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR && !is_interrupted(job))
            continue;
        if (n < 0)
            return cannot_read(err, shown);
        if (n == 0)
            return true;
        for (ssize_t done = 0, w; done < n; done += w)
            if ((w = write(to, bytes + done, (size_t)(n - done))) < 0)
                return err_set(err, "a file to keep standard input in: cannot write: %s",
                               strerror(errno));
    }
}

bool input_keep(struct input *input, struct err *err)
{
    for (size_t i = 0; i < input->job->input_count; i++) {
        const char *path = input->job->inputs[i];
        struct stat info;
        if (!is_standard(path) && stat(path, &info) == 0 && S_ISREG(info.st_mode))
            continue;
        int fd = open_path(input, path, err), copy;
        if (fd < 0)
            return false;
        copy = nameless_file();
        bool good = copy >= 0 ? copy_all(input->job, fd, copy, shown_path(input, path), err)
                              : err_set(err, "cannot make a file to keep standard input in: %s",
                                        strerror(errno));
        close(fd);
        input->kept[i] = copy;
        if (!good)
            return false;
    }
    return true;
}

void input_rewind(struct input *input)
{
    close_file(input);
    input->next = 0;
    input->offset = 0;
}

int64_t input_total(const struct input *input)
{
    int64_t total = 0;
    for (size_t i = 0; i < input->job->input_count; i++) {
        struct stat info;
        const char *path = input->job->inputs[i];
        bool known = input->kept[i] >= 0 ? fstat(input->kept[i], &info) == 0
                     : is_standard(path) ? fstat(STDIN_FILENO, &info) == 0
                                         : stat(path, &info) == 0;
        if (!known || !S_ISREG(info.st_mode))
            return 0;
        total += info.st_size;
    }
    return total;
}

/* ---- the next file -------------------------------------------------------------------------------- */

/* False with `*failed` where it cannot be opened; false without at the end of all. */
static bool open_next(struct input *input, struct err *err, bool *failed)
{
    if (input->next >= input->job->input_count)
        return false;
    size_t i = input->next++;
    const char *path = input->job->inputs[i];
    if (input->kept[i] >= 0) {
        input->fd = dup(input->kept[i]);
        if (input->fd >= 0)
            lseek(input->fd, 0, SEEK_SET);
    } else {
        input->fd = open_path(input, path, err);
    }
    if (input->fd < 0) {
        *failed = true;
        return false;
    }
    struct input_file *file = ARENA_NEW(&input->arena, struct input_file);
    file->path = path;
    file->shown = shown_path(input, path);
    file->separator = ',';
    input->file = file;
    input->fresh = true;
    input->eof = input->skipping = false;
    input->line = 1;
    return true;
}

static const struct answer_format *format_named(const char *name)
{
    for (size_t i = 0; i < answer_format_count; i++)
        if (strcmp(answer_formats[i]->name, name) == 0)
            return answer_formats[i];
    return NULL;
}

static bool cannot_tell(const struct input_file *file, struct err *err)
{
    return err_set(err,
                   "%s: this is neither NDJSON nor a spreadsheet with a column \"learner\", nor a "
                   "responses file of Moodle or Google Forms; if it is, say so with --from",
                   file->shown);
}

/* Finds the format by the first bytes, cuts the header of a spreadsheet off. `*header` is its
 * length. False with err, or without where more bytes are needed. */
static bool look_at(struct input *input, struct block *block, size_t *header, struct err *err,
                    bool *failed)
{
    struct input_file *file = (struct input_file *)input->file;
    const char *named = input->job->from;
    const struct answer_format *format = named ? format_named(named) : NULL;
    struct csv_fields none = {0};
    *header = 0;
    if (block->size >= 2 &&
        (memcmp(block->bytes, "\xFF\xFE", 2) == 0 || memcmp(block->bytes, "\xFE\xFF", 2) == 0)) {
        *failed = true;
        return err_set(err, "%s: is UTF-16; save it as UTF-8", file->shown);
    }
    if (format && format->results && !input->job->to->takes_results) {
        *failed = true;
        return err_set(err, "%s: marks cannot be marked again; --from results is for statistics",
                       file->shown);
    }
    for (size_t i = 0; i < answer_format_count && !format; i++)
        if (!answer_formats[i]->spreadsheet &&
            (!answer_formats[i]->results || input->job->to->takes_results) &&
            answer_formats[i]->claims(block->bytes, block->size, &none))
            format = answer_formats[i];
    if (format && !format->spreadsheet) {
        file->format = format;
        return true;
    }
    bool good;
    file->separator = csv_separator(block->bytes, block->size);
    size_t length = csv_record_length(block->bytes, block->size, file->separator, &good);
    if (!length && !input->eof && block->size < GRADE_MOST_RECORD)
        return false;
    struct csv_fields fields = {0};
    if (!length || !good ||
        !csv_split(&fields, &input->arena, block->bytes, length, file->separator)) {
        bool many = length && good;
        buf_free(&fields.scratch);
        *failed = true;
        if (many)
            return err_set(err, "%s:1:1: the header has more than %d columns", file->shown,
                           CSV_MOST_FIELDS);
        if (!length && block->size >= GRADE_MOST_RECORD)
            return err_set(err, "%s:1:1: the first line is longer than %d MiB", file->shown,
                           GRADE_MOST_RECORD >> 20);
        return length
                   ? err_set(err, "%s:1:1: text after a closing quote in the header", file->shown)
                   : cannot_tell(file, err);
    }
    for (size_t i = 0; i < answer_format_count && !format; i++)
        if (answer_formats[i]->spreadsheet &&
            answer_formats[i]->claims(block->bytes, block->size, &fields))
            format = answer_formats[i];
    file->format = format;
    *failed = !format ? !cannot_tell(file, err)
                      : !format->columns(file, input->job, &input->arena, &fields, err);
    buf_free(&fields.scratch);
    *header = length;
    return !*failed;
}

/* ---- blocks --------------------------------------------------------------------------------------- */

static void reserve(struct block *block, size_t size)
{
    if (block->capacity < size + BLOCK_PAD) {
        block->bytes = memory_resize(block->bytes, size + BLOCK_PAD);
        block->capacity = size + BLOCK_PAD;
    }
}

static bool fill(struct input *input, struct block *block, size_t want, struct err *err)
{
    reserve(block, want + 1);
    while (!input->eof && block->size < want) {
        ssize_t n = read(input->fd, block->bytes + block->size, want - block->size);
        if (n < 0 && errno == EINTR && !is_interrupted(input->job))
            continue;
        if (n < 0)
            return cannot_read(err, input->file->shown);
        input->eof = n == 0;
        block->size += (size_t)n;
    }
    return true;
}

/* Where the last whole record ends; 0 where none is whole. */
static size_t records_end(const struct input *input, const struct block *block, size_t from)
{
    if (!input->file->format->spreadsheet) {
        const char *newline = memrchr(block->bytes + from, '\n', block->size - from);
        return newline ? (size_t)(newline - block->bytes) + 1 : from;
    }
    size_t end = from;
    for (bool good; end < block->size;) {
        size_t length =
            csv_record_length(block->bytes + end, block->size - end, input->file->separator, &good);
        if (!length)
            break;
        end += length;
    }
    return end;
}

/* The first record of the block has no end in sight, or its quote has none. */
static void cut_fault(struct input *input, struct block *block, size_t from)
{
    const char *newline = memchr(block->bytes + from, '\n', block->size - from);
    block->fault = newline ? BLOCK_OPEN_QUOTE : BLOCK_TOO_LONG;
    size_t end = newline ? (size_t)(newline - block->bytes) + 1 : block->size;
    input->skipping = !newline;
    buf_clear(&input->carry);
    buf_add_n(&input->carry, block->bytes + end, block->size - end);
    input->line += newline != NULL;
    input->offset += (int64_t)(end - from);
    block->size = 0;
}

/* Reads on to the end of the line that was too long. */
static bool skip_line(struct input *input, struct block *block, struct err *err)
{
    while (input->skipping) {
        block->size = 0;
        if (!fill(input, block, BLOCK_BYTES, err))
            return false;
        const char *newline = memchr(block->bytes, '\n', block->size);
        size_t end = newline ? (size_t)(newline - block->bytes) + 1 : block->size;
        input->skipping = !newline && !input->eof;
        input->line += newline != NULL;
        input->offset += (int64_t)end;
        buf_clear(&input->carry);
        buf_add_n(&input->carry, block->bytes + end, block->size - end);
    }
    return true;
}

static void drop_front(struct block *block, size_t length)
{
    memmove(block->bytes, block->bytes + length, block->size - length);
    block->size -= length;
}

/* A block of the file that is open; false at its end. */
static bool read_block(struct input *input, struct block *block, struct err *err, bool *failed)
{
    *failed = !skip_line(input, block, err);
    if (*failed)
        return false;
    block->size = 0;
    block->fault = BLOCK_GOOD;
    reserve(block, input->carry.length + 1);
    memcpy(block->bytes, buf_text(&input->carry), input->carry.length);
    block->size = input->carry.length;
    buf_clear(&input->carry);
    for (size_t want = BLOCK_BYTES;; want *= 2) {
        if (want < block->size)
            continue;
        *failed = !fill(input, block, want, err);
        if (*failed)
            return false;
        if (!block->size)
            return false;
        if (input->eof && block->bytes[block->size - 1] != '\n')
            block->bytes[block->size++] = '\n';
        if (input->fresh) {
            size_t header;
            if (block->size >= 3 && memcmp(block->bytes, "\xEF\xBB\xBF", 3) == 0) {
                drop_front(block, 3);
                input->offset += 3;
            }
            if (!look_at(input, block, &header, err, failed)) {
                if (*failed)
                    return false;
                continue;
            }
            input->fresh = false;
            input->line += count_lines(block->bytes, header);
            input->offset += (int64_t)header;
            drop_front(block, header);
            if (!block->size) {
                if (input->eof)
                    return false;
                continue;
            }
        }
        block->file = input->file;
        block->line = input->line;
        block->offset = input->offset;
        size_t end = records_end(input, block, 0);
        if (!end && !input->eof && want < GRADE_MOST_RECORD)
            continue;
        if (!end) {
            cut_fault(input, block, 0);
            return true;
        }
        buf_add_n(&input->carry, block->bytes + end, block->size - end);
        block->size = end;
        input->line += count_lines(block->bytes, end);
        input->offset += (int64_t)end;
        return true;
    }
}

bool input_next(struct input *input, struct block *block, struct err *err, bool *failed)
{
    *failed = false;
    for (;;) {
        if (!input->file && !open_next(input, err, failed))
            return false;
        if (read_block(input, block, err, failed)) {
            memset(block->bytes + block->size, 0, BLOCK_PAD);
            return true;
        }
        if (*failed)
            return false;
        close_file(input);
    }
}
