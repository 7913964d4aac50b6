/* Any bytes as a file of answers: the run ends, each record is graded or rejected, and what comes out
 * is the same with one thread and with two. The first byte chooses the format. */
#include "base/arena.h"
#include "grade/grade.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char gift[] =
    "// [id:q1]\nA {#3.75:0.01}\n\n// [id:q2]\nB {=right ~wrong ~a, b ~a}\n\n"
    "// [id:q3]\nC {~%50%one ~%50%two ~%-50%one; two ~%-50%x}\n\n"
    "// [id:q4]\nD {=stem -> right =other -> left = -> none}\n\n// [id:q5]\nE {T}\n\n"
    "// [id:q6]\nF {=drop*}\n\n// [id:q7]\nG {}\n\n// [id:q8] [nt:order]\nH {=i -> 1 =j -> 2}\n";

static void demand(bool holds)
{
    if (!holds)
        abort();
}

/* Diagnoses are clean: no controls, whatever was in the file. */
static void diagnose(void *user, const struct diagnosis *diagnosis)
{
    int64_t *errors = user;
    *errors += diagnosis->severity == SEVERITY_ERROR;
    for (const char *p = diagnosis->text; *p; p++)
        demand((unsigned char)*p >= ' ' && *p != 0x7F);
    demand(diagnosis->line >= 1 && diagnosis->column >= 1);
}

/* What the run writes to standard output, as its hash. */
static uint64_t run(const struct quiz *quiz, const char *from, const char *input, int jobs,
                    struct grade_tally *tally)
{
    static int caught = -1;
    struct err err;
    int64_t errors = 0, lines = 0;
    struct grade_job job = {
        .quizzes = quiz,
        .quiz_count = 1,
        .inputs = &input,
        .input_count = 1,
        .from = from,
        .to = result_format_find("ndjson"),
        .jobs = jobs,
        .diagnose = diagnose,
        .user = &errors,
    };
    if (caught < 0)
        caught = memfd_create("marks", 0);
    demand(ftruncate(caught, 0) == 0 && lseek(caught, 0, SEEK_SET) == 0);
    fflush(stdout);
    int standard = dup(STDOUT_FILENO);
    dup2(caught, STDOUT_FILENO);
    *tally = (struct grade_tally){0};
    enum grade_end end = grade_run(&job, tally, &err);
    dup2(standard, STDOUT_FILENO);
    close(standard);
    demand(end == GRADE_DONE || end == GRADE_CANNOT_READ);
    demand(tally->errors == errors);
    struct buf bytes = {0};
    char block[4096];
    ssize_t n;
    lseek(caught, 0, SEEK_SET);
    while ((n = read(caught, block, sizeof block)) > 0)
        buf_add_n(&bytes, block, (size_t)n);
    for (size_t i = 0; i < bytes.length; i++)
        lines += bytes.data[i] == '\n';
    demand(lines == tally->graded);
    uint64_t hash = str_hash(buf_text(&bytes), bytes.length);
    buf_free(&bytes);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {NULL, "ndjson", "csv", "moodle", "google"};
    static struct arena arena;
    static struct quiz quiz;
    static char input[64];
    static int file;
    if (!quiz.count) {
        gift_read(&quiz, &arena, "fuzz.gift", gift, strlen(gift), GIFT_GRADE, NULL);
        file = memfd_create("answers", 0);
        snprintf(input, sizeof input, "/proc/self/fd/%d", file);
    }
    if (!size)
        return 0;
    demand(ftruncate(file, 0) == 0 && pwrite(file, data + 1, size - 1, 0) == (ssize_t)size - 1);
    struct grade_tally one, two;
    const char *from = formats[data[0] % 5];
    uint64_t alone = run(&quiz, from, input, 1, &one);
    if (data[0] & 0x80) {
        demand(run(&quiz, from, input, 2, &two) == alone);
        demand(memcmp(&one, &two, sizeof one) == 0);
    }
    return 0;
}
