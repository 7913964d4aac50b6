#include "grade/output.h"

#include "base/file.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sink {
    int fd;                 /* -1: none */
    struct buf path, draft; /* draft: NAME.tmp; empty where it is written in place */
};

struct output {
    const struct grade_job *job;
    const struct sheet *sheets;
    struct sink *sinks; /* one for each quiz; with `together` all use the first */
    size_t sink_count;
};

static bool is_standard(const char *path)
{
    return !path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), end = strlen(ending);
    return length > end && strcmp(text + length - end, ending) == 0;
}

static bool cannot_write(struct err *err, const struct sink *sink)
{
    return err_set(err, "%s: cannot write: %s",
                   sink->path.length ? buf_text(&sink->path) : "standard output", strerror(errno));
}

static bool open_sink(struct sink *sink, struct err *err)
{
    struct stat info;
    const char *path = buf_text(&sink->path);
    bool device = stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    if (!device)
        buf_addf(&sink->draft, "%s.tmp", path);
    sink->fd = open(device ? path : sink->draft.data,
                    device ? O_WRONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return sink->fd >= 0 || cannot_write(err, sink);
}

/* A folder, unless it is called like a file of the format, or is a device. */
static bool names_file(const struct grade_job *job)
{
    struct stat info;
    if (stat(job->out, &info) == 0)
        return !S_ISDIR(info.st_mode);
    return ends_with(job->out, job->to->extension);
}

/* A path may hold what is no name: a quiz's id comes from a file name and is safe but for its
 * length. */
static bool open_sinks(struct output *output, struct err *err)
{
    const struct grade_job *job = output->job;
    bool file = names_file(job);
    if (file && job->quiz_count > 1 && !job->to->together)
        return err_set(err, "%s: several quizzes need a folder, with a file for each", job->out);
    if (!file && !file_make_folder(job->out, err))
        return false;
    if (job->to->one_each)
        return true;
    for (size_t i = 0; i < output->sink_count; i++) {
        struct sink *sink = &output->sinks[i];
        buf_add(&sink->path, job->out);
        if (!file)
            buf_addf(&sink->path, "/%s%s", job->quizzes[i].id, job->to->extension);
        if (!open_sink(sink, err))
            return false;
        if (file)
            output->sink_count = 1;
    }
    return true;
}

struct output *output_open(const struct grade_job *job, const struct sheet *sheets, struct err *err)
{
    struct output *output = memory_alloc(sizeof *output);
    *output = (struct output){.job = job, .sheets = sheets, .sink_count = job->quiz_count};
    output->sinks = memory_alloc(job->quiz_count * sizeof *output->sinks);
    for (size_t i = 0; i < job->quiz_count; i++)
        output->sinks[i] = (struct sink){.fd = -1};
    bool good = true;
    if (is_standard(job->out)) {
        output->sink_count = 1;
        output->sinks[0].fd = dup(STDOUT_FILENO);
        good = output->sinks[0].fd >= 0 || cannot_write(err, &output->sinks[0]);
    } else {
        good = open_sinks(output, err);
    }
    if (good)
        return output;
    output_close(output);
    return NULL;
}

static bool write_all(const struct grade_job *job, struct sink *sink, const char *bytes,
                      size_t size, struct err *err)
{
    while (size) {
        ssize_t n = write(sink->fd, bytes, size);
        if (n < 0 && errno == EINTR && !is_interrupted(job))
            continue;
        if (n < 0)
            return cannot_write(err, sink);
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* ---- a file for each learner ---------------------------------------------------------------------- */

/* A learner's name as the name of a folder: nothing that leads out of it, nothing a shell or a
 * terminal stumbles over. */
static void add_folder(struct buf *path, const char *learner, size_t length)
{
    enum { LONGEST = 120 };
    struct buf clean = {0};
    utf8_sanitise_line(&clean, learner, length, 4000);
    bool tame = clean.length == length && memcmp(buf_text(&clean), learner, length) == 0;
    size_t start = path->length;
    for (size_t i = 0; i < length && path->length - start < LONGEST; i++) {
        unsigned char c = (unsigned char)learner[i];
        bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || c == '-' || c == '@' || c == '+' || (c == '.' && i > 0) ||
                      (c >= 0x80 && tame);
        if (letter)
            buf_add_char(path, (char)c);
        else
            buf_addf(path, "%%%02X", c);
    }
    if (path->length - start >= LONGEST)
        buf_addf(path, "-%016llx", (unsigned long long)str_hash(learner, length));
    if (path->length == start)
        buf_add(path, "%");
    buf_free(&clean);
}

static bool write_each(struct output *output, size_t quiz, const char *bytes, size_t size,
                       struct err *err)
{
    const struct grade_job *job = output->job;
    bool good = true;
    for (size_t at = 0; good && at < size;) {
        struct frame frame;
        memcpy(&frame, bytes + at, sizeof frame);
        at += sizeof frame;
        struct buf path = {0};
        buf_addf(&path, "%s/", job->out);
        if (job->quiz_count > 1)
            buf_addf(&path, "%s/", job->quizzes[quiz].id);
        add_folder(&path, bytes + at, frame.learner);
        good = file_make_folder(buf_text(&path), err);
        buf_add(&path, "/results.json");
        at += frame.learner;
        good = good && file_write(buf_text(&path), bytes + at, frame.content, err);
        at += frame.content;
        buf_free(&path);
    }
    return good;
}

bool output_write(struct output *output, size_t quiz, const char *bytes, size_t size,
                  struct err *err)
{
    if (output->job->to->one_each)
        return write_each(output, quiz, bytes, size, err);
    return write_all(output->job, &output->sinks[output->sink_count == 1 ? 0 : quiz], bytes, size,
                     err);
}

bool output_finish(struct output *output, struct err *err)
{
    for (size_t i = 0; i < output->sink_count; i++) {
        struct sink *sink = &output->sinks[i];
        if (sink->fd < 0)
            continue;
        if (sink->draft.length && fsync(sink->fd) != 0)
            return cannot_write(err, sink);
        int fd = sink->fd;
        sink->fd = -1;
        if (close(fd) != 0)
            return cannot_write(err, sink);
    }
    for (size_t i = 0; i < output->sink_count; i++) {
        struct sink *sink = &output->sinks[i];
        if (!sink->draft.length)
            continue;
        if (rename(sink->draft.data, sink->path.data) != 0)
            return cannot_write(err, sink);
        buf_free(&sink->draft);
    }
    return true;
}

void output_close(struct output *output)
{
    for (size_t i = 0; i < output->job->quiz_count; i++) {
        struct sink *sink = &output->sinks[i];
        if (sink->fd >= 0)
            close(sink->fd);
        if (sink->draft.length)
            unlink(sink->draft.data);
        buf_free(&sink->draft);
        buf_free(&sink->path);
    }
    memory_free(output->sinks);
    memory_free(output);
}
