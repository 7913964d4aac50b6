#include "tui/field.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

void field_open(struct field *field, const struct study_ask *ask)
{
    *field = (struct field){.ask = ask, .cursor_x = -1, .cursor_y = -1};
    arena_init(&field->arena);
    field->marked = ARENA_ARRAY(&field->arena, ask->option_count, bool);
    field->order = ARENA_ARRAY(&field->arena, ask->option_count, size_t);
    field->partner = ARENA_ARRAY(&field->arena, ask->stem_count, size_t);
    field->taken = ARENA_ARRAY(&field->arena, ask->option_count + ask->stem_count, size_t);
    for (size_t i = 0; i < ask->option_count; i++)
        field->order[i] = i;
    for (size_t i = 0; i < ask->stem_count; i++)
        field->partner[i] = ask->kept ? ask->kept[i] : SIZE_MAX;
    while (field->focus < ask->stem_count && field->partner[field->focus] != SIZE_MAX)
        field->focus++; /* to the first that wants a partner */
    if (field->focus == ask->stem_count)
        field->focus = 0;
}

void field_close(struct field *field)
{
    buf_free(&field->text);
    arena_free(&field->arena);
    *field = (struct field){0};
}

static bool is_typed(const struct field *field)
{
    return field->ask->form == FORM_TEXT || field->ask->form == FORM_NUMBER;
}

uint64_t field_contexts(const struct field *field)
{
    uint64_t contexts = 0;
    switch (field->ask->form) {
    case FORM_CHOOSE_ONE:
        contexts = CONTEXT_CHOOSE;
        break;
    case FORM_CHOOSE_MANY:
        contexts = CONTEXT_CHOOSE | CONTEXT_MANY;
        break;
    case FORM_ORDER:
        contexts = CONTEXT_CHOOSE | CONTEXT_ORDER;
        break;
    case FORM_PAIRS:
        contexts = CONTEXT_CHOOSE | CONTEXT_PAIRS;
        break;
    case FORM_TEXT:
        contexts = field->ask->lines ? CONTEXT_LINES : CONTEXT_TEXT;
        break;
    case FORM_NUMBER:
    case FORM_NONE:
        break;
    }
    return contexts;
}

bool field_takes(const struct field *field, uint32_t character)
{
    if (field->ask->form == FORM_TEXT)
        return true;
    if (field->ask->form == FORM_NUMBER && character == '/' && !field->text.length)
        return false; /* no number begins with it: it looks for a word */
    if (field->ask->form == FORM_NUMBER)
        return (character < 128 && character > 0 &&
                strchr("0123456789.,eE+-%/^_", (int)character)) ||
               character == 0x2212;
    return false;
}

/* ---- typing -------------------------------------------------------------------------------------- */

static void insert(struct field *field, const char *text, size_t size)
{
    enum { LONGEST = 4000 };
    size_t room = LONGEST - field->text.length;
    size = size > room ? utf8_whole(text, room) : size;
    struct buf joined = {0};
    buf_add_n(&joined, buf_text(&field->text), field->cursor);
    for (size_t i = 0; i < size; i++)
        buf_add_char(&joined, text[i] == '\n' && !field->ask->lines ? ' ' : text[i]);
    buf_add(&joined, buf_text(&field->text) + field->cursor);
    field->cursor += size;
    buf_free(&field->text);
    field->text = joined;
}

static size_t before(const struct field *field)
{
    size_t at = field->cursor;
    while (at > 0 && ((unsigned char)field->text.data[--at] & 0xC0) == 0x80)
        ;
    return at;
}

static size_t after(const struct field *field)
{
    size_t length;
    utf8_decode(buf_text(&field->text) + field->cursor, field->text.length - field->cursor,
                &length);
    return field->cursor + length;
}

static void cut(struct field *field, size_t from, size_t to)
{
    if (from >= to)
        return;
    memmove(field->text.data + from, field->text.data + to, field->text.length - to + 1);
    field->text.length -= to - from;
    field->cursor = from;
}

static bool edit(struct field *field, const struct input *input)
{
    char bytes[4];
    switch (input->kind) {
    case INPUT_CHARACTER:
        insert(field, bytes, utf8_encode(input->character, bytes));
        return false;
    case INPUT_PASTE:
        insert(field, input->text, strlen(input->text));
        return false;
    case INPUT_KEY:
        break;
    default:
        return false;
    }
    switch (input->key) {
    case KEY_BACKSPACE_:
        cut(field, before(field), field->cursor);
        break;
    case KEY_DELETE_:
        cut(field, field->cursor, after(field));
        break;
    case KEY_LEFT_:
        field->cursor = before(field);
        break;
    case KEY_RIGHT_:
        field->cursor = after(field);
        break;
    case KEY_HOME_:
        field->cursor = 0;
        break;
    case KEY_END_:
        field->cursor = field->text.length;
        break;
    case KEY_CTRL_U_:
        cut(field, 0, field->cursor);
        break;
    case KEY_ENTER_:
        if (!field->ask->lines)
            return true;
        insert(field, "\n", 1);
        break;
    case KEY_CTRL_D_:
        return true;
    default:
        break;
    }
    return false;
}

/* ---- choosing ------------------------------------------------------------------------------------- */

/* "b" or "2" names the second option. */
static bool named_option(const struct field *field, const struct input *input, size_t *option)
{
    uint32_t c = input->character;
    if (input->kind != INPUT_CHARACTER)
        return false;
    if (c >= '1' && c <= '9')
        *option = c - '1';
    else if (c >= 'A' && c <= 'H')
        *option = c - 'A';
    else if (c >= 'a' && c <= 'f')
        *option = c - 'a';
    else
        return false;
    return *option < field->ask->option_count;
}

static size_t row_count(const struct field *field)
{
    return field->ask->form == FORM_PAIRS ? field->ask->stem_count : field->ask->option_count;
}

static void move_item(struct field *field, int direction)
{
    size_t other = field->focus + (size_t)direction;
    field->touched = true;
    if (other >= field->ask->option_count)
        return;
    size_t swap = field->order[other];
    field->order[other] = field->order[field->focus];
    field->order[field->focus] = swap;
    field->focus = other;
}

static void next_partner(struct field *field, int direction)
{
    size_t count = field->ask->option_count, *partner = &field->partner[field->focus];
    if (!count)
        return;
    if (*partner == SIZE_MAX)
        *partner = direction > 0 ? 0 : count - 1;
    else
        *partner = (*partner + count + (size_t)direction) % count;
}

static bool press(struct field *field, const struct input *input)
{
    for (size_t i = 0; i < row_count(field) && i < 64; i++) {
        int row = field->option_rows[i], end = i + 1 < row_count(field) && i + 1 < 64
                                                   ? field->option_rows[i + 1]
                                                   : field->option_end;
        if (row < 0 || input->y < row || input->y >= end)
            continue;
        if (field->ask->form == FORM_CHOOSE_MANY)
            field->marked[i] = !field->marked[i];
        if (field->ask->form == FORM_PAIRS && field->focus == i)
            next_partner(field, 1);
        field->focus = i;
        field->touched = true;
    }
    return false;
}

/* The first move lands on the first (or last) option; the others go on from there. */
static void move_focus(struct field *field, size_t count, int direction)
{
    bool first = field->ask->form == FORM_CHOOSE_ONE && !field->touched;
    field->touched = true;
    if (first)
        field->focus = direction > 0 || !count ? 0 : count - 1;
    else
        field->focus = count ? (field->focus + count + (size_t)direction) % count : 0;
}

bool field_input(struct field *field, const struct input *input, enum action_id action)
{
    if (is_typed(field))
        return edit(field, input);
    size_t count = row_count(field), named;
    if (input->kind == INPUT_PRESS)
        return press(field, input);
    if (named_option(field, input, &named)) {
        if (field->ask->form == FORM_PAIRS) {
            field->partner[field->focus] = named;
        } else {
            field->focus = named;
            field->touched = true;
            if (field->ask->form == FORM_CHOOSE_MANY)
                field->marked[named] = !field->marked[named];
        }
        return false;
    }
    switch (action) {
    case ACTION_UP:
        move_focus(field, count, -1);
        return false;
    case ACTION_DOWN:
        move_focus(field, count, 1);
        return false;
    case ACTION_TOGGLE:
        if (field->focus < count && field->ask->form == FORM_CHOOSE_MANY)
            field->marked[field->focus] = !field->marked[field->focus];
        return false;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        if (field->ask->form == FORM_ORDER)
            move_item(field, action == ACTION_LEFT ? -1 : 1);
        else if (field->ask->form == FORM_PAIRS)
            next_partner(field, action == ACTION_LEFT ? -1 : 1);
        return false;
    case ACTION_ENTER:
        if (field->ask->form == FORM_PAIRS)
            for (size_t i = 0; i < field->ask->stem_count; i++)
                if (field->partner[i] == SIZE_MAX && field->focus != i) {
                    field->focus = i; /* to the stem that still wants a partner */
                    return false;
                }
        return true;
    default:
        return false;
    }
}

struct study_answer field_answer(struct field *field)
{
    const struct study_ask *ask = field->ask;
    struct study_answer answer = {.text = buf_text(&field->text), .chosen = field->taken};
    switch (ask->form) {
    case FORM_CHOOSE_ONE:
        field->taken[0] = field->focus;
        answer.count = ask->option_count && field->touched ? 1 : 0;
        break;
    case FORM_CHOOSE_MANY:
        for (size_t i = 0; i < ask->option_count; i++)
            if (field->marked[i])
                field->taken[answer.count++] = i;
        break;
    case FORM_ORDER: /* the order that chance gave is nobody's answer */
        answer.chosen = field->order;
        answer.count = field->touched ? ask->option_count : 0;
        field->touched = true;
        break;
    case FORM_PAIRS:
        answer.chosen = field->partner;
        answer.count = ask->stem_count;
        break;
    case FORM_TEXT:
    case FORM_NUMBER:
    case FORM_NONE:
        break;
    }
    return answer;
}

/* ---- drawing ---------------------------------------------------------------------------------------- */

static void draw_text_field(struct field *field, struct layout *layout)
{
    const char *text = buf_text(&field->text);
    int x = layout->x + 2, width = layout->width - 3;
    int row = layout->y;
    layout_text(layout, ROLE_KEY, ">");
    layout->y = row;
    size_t at = 0, length = strlen(text);
    field->cursor_x = -1;
    for (;;) {
        /* A line ends at a newline or where the width does. */
        size_t line = strcspn(text + at, "\n");
        size_t fits = utf8_fit(text + at, line, width);
        if (fits == 0 && line > 0)
            fits = line;
        char *piece = arena_strndup(layout->arena, text + at, fits);
        if (layout->grid) {
            if (layout->y >= layout->grid->height)
                grid_resize(layout->grid, layout->grid->width, layout->y + 1);
            grid_put(layout->grid, x, layout->y, STYLE(ROLE_INPUT), piece);
        }
        if (field->cursor >= at && field->cursor <= at + fits) {
            field->cursor_x = x + utf8_columns(text + at, field->cursor - at);
            field->cursor_y = layout->y;
        }
        layout->y++;
        at += fits;
        if (at >= length)
            break;
        if (text[at] == '\n') {
            at++;
            if (at == length) { /* an empty last line has its own row */
                if (field->cursor == at) {
                    field->cursor_x = x;
                    field->cursor_y = layout->y;
                }
                layout->y++;
                break;
            }
        }
    }
    if (layout->grid && layout->y > layout->grid->height)
        grid_resize(layout->grid, layout->grid->width, layout->y);
    field->focus_row = field->cursor_y;
}

static const char *option_mark(const struct field *field, size_t i, bool done)
{
    const struct study_option *option = &field->ask->options[i];
    if (done) {
        if (option->worth > 0)
            return option->chosen ? "✓" : "+"; /* right; + where it was not taken */
        return option->chosen ? "✗" : " ";
    }
    if (field->ask->form == FORM_CHOOSE_MANY)
        return field->marked[i] ? "[x]" : "[ ]";
    return "";
}

static void draw_options(struct field *field, struct layout *layout, bool done)
{
    const struct study_ask *ask = field->ask;
    for (size_t i = 0; i < ask->option_count; i++) {
        size_t at = ask->form == FORM_ORDER ? field->order[i] : i;
        const struct study_option *option = &ask->options[at];
        bool focused =
            !done && i == field->focus && (field->touched || ask->form != FORM_CHOOSE_ONE);
        const char *mark = option_mark(field, at, done);
        char bullet[40];
        if (ask->form == FORM_ORDER)
            snprintf(bullet, sizeof bullet, "%s %zu", focused ? "▸" : " ", i + 1);
        else
            snprintf(bullet, sizeof bullet, "%s %c%s%s", focused ? "▸" : " ", 'A' + (int)(i % 26),
                     *mark ? " " : "", mark);
        enum role role = focused ? ROLE_FOCUS : ROLE_TEXT;
        if (done && option->worth > 0)
            role = ROLE_RIGHT;
        else if (done && option->chosen)
            role = ROLE_WRONG;
        if (i < 64)
            field->option_rows[i] = layout->y;
        if (!done && i == field->focus) /* the cursor stands there even before anything is chosen */
            field->focus_row = layout->y;
        layout_item(layout, bullet, STYLE((uint8_t)role), option->spans, option->span_count, role);
        if (done && option->feedback_count) {
            struct layout inner = *layout;
            inner.x += 6;
            inner.width -= 6;
            layout_spans(&inner, option->feedback, option->feedback_count,
                         option->chosen || option->worth > 0 ? ROLE_TEXT : ROLE_DIM);
            layout->y = inner.y;
        }
    }
    field->option_end = layout->y;
}

static void draw_pairs(struct field *field, struct layout *layout, bool done)
{
    const struct study_ask *ask = field->ask;
    for (size_t i = 0; i < ask->stem_count; i++) {
        bool focused = !done && i == field->focus;
        size_t partner = field->partner[i];
        struct span spans[3] = {
            {.kind = SPAN_TEXT, .text = ask->stems[i]},
            {.kind = SPAN_TEXT, .text = "  →  "},
            {.kind = SPAN_STRONG, .text = "?"},
        };
        if (partner != SIZE_MAX)
            spans[2].text = study_plain_text(layout->arena, ask->options[partner].spans,
                                             ask->options[partner].span_count);
        if (i < 64)
            field->option_rows[i] = layout->y;
        if (focused)
            field->focus_row = layout->y;
        bool kept = ask->kept && partner != SIZE_MAX && partner == ask->kept[i];
        layout_item(layout,
                    focused ? "▸"
                    : kept  ? "✓"
                            : " ",
                    STYLE(ROLE_FOCUS), spans, 3, focused ? ROLE_FOCUS : ROLE_TEXT);
    }
    field->option_end = layout->y;
    if (done)
        return;
    layout_gap(layout, 1);
    for (size_t i = 0; i < ask->option_count; i++) {
        char bullet[8];
        snprintf(bullet, sizeof bullet, "  %c", 'A' + (int)(i % 26));
        layout_item(layout, bullet, STYLE(ROLE_DIM), ask->options[i].spans,
                    ask->options[i].span_count, ROLE_DIM);
    }
}

void field_draw(struct field *field, struct layout *layout, bool done)
{
    field->cursor_x = field->cursor_y = -1;
    for (size_t i = 0; i < 64; i++)
        field->option_rows[i] = -1;
    switch (field->ask->form) {
    case FORM_TEXT:
    case FORM_NUMBER:
        draw_text_field(field, layout);
        if (done)
            field->cursor_x = field->cursor_y = -1;
        break;
    case FORM_CHOOSE_ONE:
    case FORM_CHOOSE_MANY:
    case FORM_ORDER:
        draw_options(field, layout, done);
        break;
    case FORM_PAIRS:
        draw_pairs(field, layout, done);
        break;
    case FORM_NONE:
        break;
    }
}

bool field_type_word(char *text, size_t size, const struct input *input)
{
    size_t length = strlen(text);
    if (input->kind == INPUT_CHARACTER && length + 5 < size) {
        length += utf8_encode(input->character, text + length);
    } else if (input->kind == INPUT_KEY && input->key == KEY_BACKSPACE_ && length) {
        while (length && ((unsigned char)text[--length] & 0xC0) == 0x80)
            ;
    } else {
        return false;
    }
    text[length] = '\0';
    return true;
}
