#include "tui/list.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

void list_free(struct list *list)
{
    buf_free(&list->word);
    memory_free(list->shown);
    memory_free(list->headed);
    *list = (struct list){0};
}

static bool holds(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (; *text; text++)
        if (strncasecmp(text, word, length) == 0)
            return true;
    return length == 0;
}

void list_filter(struct list *list, size_t total, const char *(*text)(void *user, size_t i),
                 void *user)
{
    list->shown = memory_resize(list->shown, (total + 1) * sizeof *list->shown);
    list->count = 0;
    for (size_t i = 0; i < total; i++)
        if (holds(text(user, i), buf_text(&list->word)))
            list->shown[list->count++] = i;
    if (list->focus >= list->count)
        list->focus = list->count ? list->count - 1 : 0;
}

void list_head(struct list *list, const char *(*head)(void *user, size_t i), void *user)
{
    list->headed = memory_resize(list->headed, (list->count + 1) * sizeof *list->headed);
    for (size_t i = 0; i < list->count; i++)
        list->headed[i] =
            i == 0 || strcmp(head(user, list->shown[i]), head(user, list->shown[i - 1])) != 0;
}

size_t list_row(const struct list *list, size_t i)
{
    size_t row = i;
    for (size_t k = 0; list->headed && k <= i && k < list->count; k++)
        row += list->headed[k];
    return row;
}

/* Which of the shown entries stands in this row; list->count: none, a heading or nothing. */
static size_t entry_at(const struct list *list, size_t row)
{
    size_t i = 0;
    while (i < list->count && list_row(list, i) != row)
        i++;
    return i;
}

static bool move(struct list *list, enum action_id action);

static bool find_input(struct list *list, const struct input *input)
{
    char bytes[4];
    bool opens = input->kind == INPUT_CHARACTER && input->character == '/' && !list->word.length;
    if (input->kind == INPUT_CHARACTER &&
        !opens) /* the slash that opened it stands there already */
        buf_add_n(&list->word, bytes, utf8_encode(input->character, bytes));
    if (input->kind == INPUT_KEY && input->key == KEY_CTRL_U_)
        buf_clear(&list->word);
    if (input->kind == INPUT_PASTE)
        buf_add_n(&list->word, input->text, strcspn(input->text, "\n"));
    if (input->kind == INPUT_KEY && input->key == KEY_BACKSPACE_ && list->word.length)
        do
            list->word.length--;
        while (list->word.length && (list->word.data[list->word.length] & 0xC0) == 0x80);
    if (input->kind == INPUT_KEY && input->key == KEY_BACKSPACE_ && list->word.data)
        list->word.data[list->word.length] = '\0';
    if (input->kind == INPUT_KEY && (input->key == KEY_UP_ || input->key == KEY_DOWN_))
        return move(list, input->key == KEY_UP_ ? ACTION_UP : ACTION_DOWN);
    if (input->kind == INPUT_KEY && (input->key == KEY_ESCAPE_ || input->key == KEY_ENTER_)) {
        list->finding = false;
        if (input->key == KEY_ESCAPE_)
            buf_clear(&list->word);
    }
    return false;
}

bool list_input(struct list *list, const struct input *input, enum action_id action)
{
    if (list->finding)
        return find_input(list, input);
    if (input->kind == INPUT_PRESS && input->x >= list->rows.x &&
        input->x < list->rows.x + list->rows.width && input->y >= list->rows.y &&
        input->y < list->rows.y + list->rows.height) {
        size_t entry = entry_at(list, list->top + (size_t)(input->y - list->rows.y));
        if (entry < list->count && entry == list->focus)
            return true;
        if (entry < list->count)
            list->focus = entry;
    }
    if (input->kind == INPUT_WHEEL_UP && list->focus > 0)
        list->focus--;
    if (input->kind == INPUT_WHEEL_DOWN && list->focus + 1 < list->count)
        list->focus++;
    return move(list, action);
}

static bool move(struct list *list, enum action_id action)
{
    size_t page = list->rows.height > 2 ? (size_t)list->rows.height - 1 : 1;
    size_t last = list->count ? list->count - 1 : 0;
    switch (action) {
    case ACTION_UP:
        list->focus = list->focus ? list->focus - 1 : last;
        break;
    case ACTION_DOWN:
        list->focus = list->focus < last ? list->focus + 1 : 0;
        break;
    case ACTION_PAGE_UP:
        list->focus = list->focus > page ? list->focus - page : 0;
        break;
    case ACTION_PAGE_DOWN:
        list->focus = list->focus + page < last ? list->focus + page : last;
        break;
    case ACTION_FIRST:
        list->focus = 0;
        break;
    case ACTION_LAST:
        list->focus = last;
        break;
    case ACTION_FIND:
        list->finding = true;
        break;
    case ACTION_ENTER:
        return list->count > 0;
    default:
        break;
    }
    return false;
}

void list_draw_word(const struct list *list, struct grid *grid)
{
    if (!list->finding && !list->word.length)
        return;
    int columns = utf8_columns(buf_text(&list->word), list->word.length);
    int x = grid->width - columns - 3 > 14 ? grid->width - columns - 3 : 14;
    x = grid_put(grid, x, 0, STYLE(ROLE_KEY), "/");
    x = grid_put(grid, x, 0, STYLE(ROLE_INPUT), buf_text(&list->word));
    if (!list->finding)
        return;
    grid->cursor_x = x < grid->width ? x : grid->width - 1;
    grid->cursor_y = 0;
}

void list_scroll(struct list *list, size_t rows)
{
    size_t row = list_row(list, list->focus), all = list_row(list, list->count);
    bool headed = list->headed && list->count && list->headed[list->focus];
    if (row - (headed && rows > 1) < list->top)
        list->top = row - (headed && rows > 1); /* with the heading above it */
    if (rows && row >= list->top + rows)
        list->top = row - rows + 1;
    if (list->top + rows > all)
        list->top = all > rows ? all - rows : 0;
}
