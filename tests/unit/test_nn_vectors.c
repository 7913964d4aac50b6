/* The mathematics of networks beside PyTorch's: every recorded case of a folder is one test, done
 * with each set of instructions that this processor has. */
#include "support/nn_cases.h"
#include "support/test.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const FALLBACK = "../shared/vectors/nn";
enum { MOST_CASES = 4096 };

struct folder {
    struct arena arena;
    const char *path; /* of the folder */
    size_t count;
    const char *files[MOST_CASES];
};

struct one {
    const char *path;
    double tolerance;
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void test_recorded_case_agrees(void **state)
{
    const struct one *one = *state;
    struct arena arena;
    struct nnvec vec;
    struct err err = {0};
    const char *why = NULL;
    arena_init(&arena);
    if (!nnvec_read(&vec, &arena, one->path, &err))
        fail_msg("%s", err.text);
    vec.tolerance = one->tolerance;
    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best() && !why; simd++) {
        struct pool *pool = pool_open(1, simd);
        (vec.is_f32 ? nn_case_run : nn_case_run_f64)(&vec, &arena, pool, &why);
        pool_close(pool);
    }
    if (why) {
        printf("skipped: %s %s\n", vec.name, why);
        arena_free(&arena);
        skip();
    }
    nnvec_expect_all_checked(&vec);
    arena_free(&arena);
}

static void test_vectors_are_skipped(void **state)
{
    (void)state;
    skip();
}

static int fail_with(const char *path, const char *why)
{
    printf("%s: %s\n[  FAILED  ] 1 test(s)\n", path, why);
    return 1;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Recorded cases are the files that end in .txt; VECTORS may also be one of them. */
static bool list_files(struct folder *folder, const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
        const char *slash = strrchr(path, '/');
        folder->path = slash ? arena_strndup(&folder->arena, path, (size_t)(slash - path)) : ".";
        folder->files[folder->count++] = path;
        return true;
    }
    DIR *directory = opendir(path);
    if (!directory)
        return false;
    folder->path = path;
    for (struct dirent *entry; (entry = readdir(directory)) && folder->count < MOST_CASES;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot && strcmp(dot, ".txt") == 0)
            folder->files[folder->count++] =
                arena_printf(&folder->arena, "%s/%s", path, entry->d_name);
    }
    closedir(directory);
    qsort(folder->files, folder->count, sizeof folder->files[0], by_name);
    return true;
}

int main(void)
{
    static struct folder folder;
    static struct one cases[MOST_CASES];
    static struct CMUnitTest tests[MOST_CASES];
    const char *path = getenv("VECTORS");
    struct stat status;
    if (!path && stat(FALLBACK, &status) != 0) {
        const struct CMUnitTest none[] = {cmocka_unit_test(test_vectors_are_skipped)};
        printf("skipped: there is no %s; VECTORS=FOLDER names another\n", FALLBACK);
        return cmocka_run_group_tests(none, NULL, NULL);
    }
    if (!path)
        path = FALLBACK;
    arena_init(&folder.arena);
    if (!list_files(&folder, path))
        return fail_with(path, "cannot be read");
    if (!folder.count)
        return fail_with(path, "holds no cases (*.txt)");

    struct buf manifest = {0};
    struct err err;
    if (!file_read(arena_printf(&folder.arena, "%s/MANIFEST.tsv", folder.path), &manifest, &err))
        return fail_with(folder.path, err.text);
    for (size_t i = 0; i < folder.count; i++) {
        cases[i].path = folder.files[i];
        if (!nnvec_tolerance(buf_text(&manifest), name_of(folder.files[i]), &cases[i].tolerance,
                             &err))
            return fail_with(folder.path, err.text);
        tests[i] = (struct CMUnitTest){.name = folder.files[i],
                                       .test_func = test_recorded_case_agrees,
                                       .initial_state = &cases[i]};
    }
    buf_free(&manifest);
    int failed = _cmocka_run_group_tests("nn_vectors", tests, folder.count, NULL, NULL);
    arena_free(&folder.arena);
    return failed;
}
