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
    snprintf(scene->program, sizeof scene->program, "NNTUTOR=%s", child_program("nntutor"));
    arena_init(&scene->arena);
    return 0;
}

int scene_tear_down(void **state)
{
    struct scene *scene = *state;
    run_free(&scene->run);
    arena_free(&scene->arena);
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

void scene_start(struct scene *f, const char *const argv[], const char *const env[],
                 const char *input)
{
    run_free(&f->run);
    f->run = run_program(argv, env, input);
}

const char *scene_out(struct scene *f)
{
    return buf_text(&f->run.out);
}

const char *scene_err(struct scene *f)
{
    return buf_text(&f->run.err);
}

void scene_check_code(struct scene *f, int code)
{
    enum { SHOWN = 2000 };
    size_t from = f->run.out.length > SHOWN ? f->run.out.length - SHOWN : 0;
    if (f->run.code != code)
        fail_msg("exit code %d, expected %d; the end of the output:\n%s\n%.1000s", f->run.code,
                 code, scene_out(f) + from, scene_err(f));
}

void check_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%.4000s", part, text);
}

void check_ascii(const struct buf *text)
{
    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->data[i] >= 0x80)
            fail_msg("not ASCII: %.80s", text->data + (i > 40 ? i - 40 : 0));
}

void check_no_controls(const struct buf *text)
{
    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->data[i] < 0x20 && text->data[i] != '\n')
            fail_msg("control character %d in: %.200s", text->data[i], text->data);
}

char *scene_path(struct scene *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->folder, name);
}
