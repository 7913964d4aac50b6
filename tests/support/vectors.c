#include "support/vectors.h"

#include <stdio.h>
#include <stdlib.h>

static void test_vectors_are_skipped(void **state)
{
    (void)state;
    skip();
}

static int fail_without(const char *path, const char *why)
{
    printf("%s: %s\n[  FAILED  ] 1 test(s)\n", path, why);
    return 1;
}

static json_t *file;

json_t *vectors_file(void)
{
    return file;
}

int vectors_run(const char *fallback, const char *list, CMUnitTestFunction test)
{
    const char *path = test_vectors(fallback);
    if (!path) {
        const struct CMUnitTest none[] = {cmocka_unit_test(test_vectors_are_skipped)};
        printf("skipped: there is no %s; VECTORS=FILE names another\n", fallback);
        return cmocka_run_group_tests(none, NULL, NULL);
    }
    json_error_t error;
    file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!file)
        return fail_without(path, error.text);
    json_t *cases = json_object_get(file, list), *one;
    size_t count = json_array_size(cases), i;
    if (!count) {
        json_decref(file);
        return fail_without(path, "holds no cases");
    }
    struct CMUnitTest *tests = calloc(count, sizeof *tests);
    if (!tests)
        return fail_without(path, "no memory");
    json_array_foreach(cases, i, one)
    {
        const char *id = json_string_value(json_object_get(one, "id"));
        tests[i] = (struct CMUnitTest){
            .name = id ? id : "(a case without id)", .test_func = test, .initial_state = one};
    }
    int failed = _cmocka_run_group_tests(path, tests, count, NULL, NULL);
    free(tests);
    json_decref(file);
    return failed;
}
