#include "tui/scene.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

void scene_add_time(int64_t left_ms, bool ticking, struct buf *out)
{
    int64_t seconds = (left_ms + 999) / 1000;
    if (left_ms < 0)
        return;
    buf_addf(out, "Time left: %lld:%02d%s", (long long)(seconds / 60), (int)(seconds % 60),
             ticking || !seconds ? "" : " (stands still)");
}

/* The longest that has room. */
static const char *invitation(const struct scene *scene, int width, char (*own)[80])
{
    if (scene->line_count && (int)strlen(scene->lines[0]) <= width)
        return scene->lines[0];
    snprintf(*own, sizeof *own, "nntutor join %.40s", scene->code);
    return scene->line_count || (int)strlen(*own) > width ? scene->code : *own;
}

void scene_put_bottom(const struct scene *scene, struct grid *grid, bool above, bool below,
                      const char *right, const char *less)
{
    const char *sign = above && below ? "▲ PgUp ▼ PgDn" : above ? "▲ PgUp" : below ? "▼ PgDn" : "";
    const char *rights[] = {right, less, ""};
    int y = grid->height - 1, code = scene->code && *scene->code ? (int)strlen(scene->code) : 0;
    int signs = utf8_columns(sign, strlen(sign)), room = 0;
    size_t i = 0;
    for (; i < 3; i++) {
        int wide = (int)strlen(rights[i]);
        room = grid->width - 2 - (wide ? wide + 2 : 0) - (signs ? signs + 2 : 0);
        if (room >= code)
            break;
    }
    i = i < 3 ? i : 2;
    grid_fill(grid, 0, y, grid->width, 1, STYLE(ROLE_TEXT), ' ');
    int x = grid->width - (int)strlen(rights[i]) - 1;
    grid_put(grid, x, y, STYLE(ROLE_DIM), rights[i]);
    if (signs)
        grid_put(grid, x - signs - (*rights[i] ? 2 : 0), y, STYLE(ROLE_KEY), sign);
    char own[80];
    if (code)
        grid_put(grid, 1, y, STYLE(ROLE_KEY), invitation(scene, room, &own));
}

/* A line to type, its code on a row of its own where both have no room on one: a code that is cut in two
 * cannot be copied. */
static void lay_out_line(struct layout *layout, const char *line)
{
    const char *blank = strrchr(line, ' ');
    if (!blank || (int)strlen(line) + 4 <= layout->width) {
        layout_textf(layout, ROLE_KEY, "    %s", line);
        return;
    }
    layout_textf(layout, ROLE_KEY, "  %.*s", (int)(blank - line), line);
    layout_textf(layout, ROLE_KEY, "  %s", blank + 1);
}

static void lay_out_ways(const struct scene *scene, struct layout *layout)
{
    if (scene->line_count) {
        layout_text(layout, ROLE_TEXT,
                    scene->line_count == 1 ? "To join, type:"
                                           : "To join, type one of these lines:");
        layout_gap(layout, 1);
        for (size_t i = 0; i < scene->line_count; i++)
            lay_out_line(layout, scene->lines[i]);
        layout_gap(layout, 1);
    }
    if (!scene->here)
        return;
    layout_text(layout, ROLE_TEXT,
                scene->line_count ? "Or, on this machine:" : "To join, type on this machine:");
    layout_gap(layout, 1);
    lay_out_line(layout, arena_printf(layout->arena, "nntutor join %s", scene->code));
    layout_gap(layout, 1);
}

void scene_lay_out(const struct scene *scene, struct layout *layout)
{
    struct buf time = {0};
    if (*scene->problem) {
        layout_text(layout, ROLE_WARNING, scene->problem);
        layout_gap(layout, 1);
    }
    if (*scene->title) {
        layout_text(layout, ROLE_TITLE, scene->title);
        layout_gap(layout, 1);
        lay_out_ways(scene, layout);
        layout_text(layout, ROLE_TEXT, scene->status);
        if (*scene->names)
            layout_text(layout, ROLE_DIM, scene->names);
        return;
    }
    if (!scene->votes.text || !*scene->votes.text)
        return;
    votes_lay_out(layout, &scene->votes);
    layout_gap(layout, 1);
    layout_text(layout, ROLE_TITLE, scene->status);
    scene_add_time(scene->left_ms, scene->ticking, &time);
    if (time.length)
        layout_text(layout, ROLE_TITLE, buf_text(&time));
    buf_free(&time);
}

/* ---- as a message ------------------------------------------------------------------------------------- */

static void add_numbers(struct buf *out, const char *name, const int64_t *numbers, size_t count)
{
    if (numbers)
        fields_add_numbers(out, name, numbers, count);
}

void scene_write(const struct scene *scene, struct buf *out)
{
    const struct votes *votes = &scene->votes;
    size_t options = votes->choice_count;
    fields_add_number(out, "shown", scene->shown);
    fields_add_text(out, "code", scene->code);
    fields_add_number(out, "here", scene->here);
    fields_add_texts(out, "lines", scene->lines, scene->line_count);
    fields_add_text(out, "problem", scene->problem);
    fields_add_text(out, "title", scene->title);
    fields_add_text(out, "names", scene->names);
    fields_add_text(out, "status", scene->status);
    fields_add_number(out, "until", scene->until_ms);
    fields_add_number(out, "ticking", scene->ticking);
    if (!votes->text)
        return;
    fields_add_text(out, "text", votes->text);
    fields_add_texts(out, "choices", votes->choices, options);
    add_numbers(out, "h1", votes->first, options);
    add_numbers(out, "h2", votes->second, options);
    add_numbers(out, "key", votes->key, votes->key_count);
    add_numbers(out, "moves", votes->moves, 3 * votes->move_count);
    if (votes->right)
        fields_add_text(out, "right", votes->right);
    if (votes->feedback)
        fields_add_texts(out, "feedback", votes->feedback, options);
}

static const char *text_of(const struct fields *fields, const char *name, struct arena *arena)
{
    return arena_strdup(arena, fields_text(fields, name));
}

static const char *const *texts_of(const struct fields *fields, const char *name,
                                   struct arena *arena, size_t *count)
{
    const struct field_value *list = fields_list(fields, name);
    *count = list ? list->count : 0;
    const char **texts = ARENA_ARRAY(arena, *count + 1, const char *);
    for (size_t i = 0; i < *count; i++)
        texts[i] = list->texts[i] ? arena_strdup(arena, list->texts[i]) : "";
    return texts;
}

/* NULL where it is not there, or has not the length it must have; 0: any. */
static const int64_t *numbers_of(const struct fields *fields, const char *name, struct arena *arena,
                                 size_t wanted, size_t *count)
{
    const struct field_value *list = fields_list(fields, name);
    if (!list || (wanted && list->count != wanted))
        return NULL;
    int64_t *numbers = ARENA_ARRAY(arena, list->count + 1, int64_t);
    if (list->count)
        memcpy(numbers, list->numbers, list->count * sizeof *numbers);
    if (count)
        *count = list->count;
    return numbers;
}

void scene_read(const struct fields *fields, struct arena *arena, struct scene *scene)
{
    int64_t shown = 0, ticking = 0, here = 0;
    struct votes *votes = &scene->votes;
    *scene = (struct scene){.left_ms = -1};
    fields_number(fields, "shown", 0, 1, &shown);
    fields_number(fields, "ticking", 0, 1, &ticking);
    fields_number(fields, "here", 0, 1, &here);
    fields_number(fields, "left_ms", -1, INT64_C(86400000), &scene->left_ms);
    scene->shown = shown;
    scene->ticking = ticking;
    scene->code = text_of(fields, "code", arena);
    scene->here = here;
    scene->lines = texts_of(fields, "lines", arena, &scene->line_count);
    scene->problem = text_of(fields, "problem", arena);
    scene->title = text_of(fields, "title", arena);
    scene->names = text_of(fields, "names", arena);
    scene->status = text_of(fields, "status", arena);
    votes->text = text_of(fields, "text", arena);
    votes->choices = texts_of(fields, "choices", arena, &votes->choice_count);
    size_t options = votes->choice_count, moves = 0, feedback;
    if (options) {
        votes->first = numbers_of(fields, "h1", arena, options, NULL);
        votes->second = numbers_of(fields, "h2", arena, options, NULL);
    }
    votes->key = numbers_of(fields, "key", arena, 0, &votes->key_count);
    votes->moves = numbers_of(fields, "moves", arena, 0, &moves);
    votes->move_count = moves / 3;
    votes->right = *fields_text(fields, "right") ? text_of(fields, "right", arena) : NULL;
    const char *const *said = texts_of(fields, "feedback", arena, &feedback);
    votes->feedback = feedback == options && options ? said : NULL;
}
