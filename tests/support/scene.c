#include "support/test.h"

#include "support/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int scene_set_up(void **state)
{
    struct scene *scene = *state = calloc(1, sizeof *scene);
    snprintf(scene->home, sizeof scene->home, "HOME=%s", test_folder());
    scene->folder = scene->home + strlen("HOME=");
    return 0;
}

int scene_tear_down(void **state)
{
    struct scene *scene = *state;
    run_free(&scene->run);
    free(scene);
    return 0;
}

void scene_run(struct scene *scene, int code, const char *now, const char *const argv[],
               const char *input)
{
    run_free(&scene->run);
    scene->run = run_program(argv, TEXTS(scene->home, now, scene->course), input);
    if (scene->run.code != code)
        fail_msg("exit code %d, expected %d:\n%s\n%s", scene->run.code, code,
                 buf_text(&scene->run.out), buf_text(&scene->run.err));
}

const char *scene_has(struct scene *scene, const char *part)
{
    const char *at = strstr(buf_text(&scene->run.out), part);
    if (!at)
        fail_msg("\"%s\" is not in:\n%s", part, buf_text(&scene->run.out));
    return at;
}

size_t scene_count(const struct scene *scene, const char *part)
{
    size_t found = 0;
    for (const char *at = buf_text(&scene->run.out); (at = strstr(at, part)); at++)
        found++;
    return found;
}

void scene_has_times(struct scene *scene, size_t times, const char *part)
{
    if (scene_count(scene, part) != times)
        fail_msg("\"%s\" %zu times, not %zu, in:\n%s", part, scene_count(scene, part), times,
                 buf_text(&scene->run.out));
}
