#include "tui/votes.h"

#include <stdio.h>
#include <string.h>

static bool is_right(const struct votes *votes, size_t option)
{
    for (size_t i = 0; votes->key && i < votes->key_count; i++)
        if ((size_t)votes->key[i] == option)
            return true;
    return false;
}

static void lay_out_bar(struct layout *layout, const char *label, const int64_t *counts,
                        size_t count, size_t option)
{
    enum { BAR = 40, BESIDE = 22 }; /* beside: the label, the count, the share */
    int wide = layout->width - BESIDE;
    int64_t total = 0, bar = wide > BAR ? BAR : wide < 1 ? 1 : wide;
    struct buf line = {0};
    for (size_t i = 0; i < count; i++)
        total += counts[i];
    int64_t here = counts[option];
    buf_addf(&line, "     %s ", label);
    if (!layout->spoken)
        buf_repeat(&line, "━", total ? (size_t)(here * bar / total) : 0);
    buf_addf(&line, " %lld", (long long)here);
    if (total)
        buf_addf(&line, " (%.0f %%)", 100.0 * (double)here / (double)total);
    layout_text(layout, ROLE_SERIES_1, buf_text(&line));
    buf_free(&line);
}

static void lay_out_choice(struct layout *layout, const struct votes *votes, size_t i)
{
    char bullet[24];
    struct span *spans;
    size_t count;
    bool right = is_right(votes, i);
    snprintf(bullet, sizeof bullet, "%s %c ", right ? "✓" : " ", 'A' + (int)(i % 26));
    lesson_inline(layout->arena, votes->choices[i], &spans, &count);
    layout_item(layout, bullet, STYLE(right ? ROLE_RIGHT : ROLE_KEY), spans, count,
                right ? ROLE_STRONG : ROLE_TEXT);
    if (votes->first)
        lay_out_bar(layout, votes->second ? "1st" : "   ", votes->first, votes->choice_count, i);
    if (votes->second)
        lay_out_bar(layout, "2nd", votes->second, votes->choice_count, i);
    if (votes->feedback && *votes->feedback[i]) {
        lesson_inline(layout->arena, votes->feedback[i], &spans, &count);
        layout_item(layout, "    ", STYLE(ROLE_DIM), spans, count, ROLE_DIM);
    }
}

void votes_lay_out(struct layout *layout, const struct votes *votes)
{
    struct span *spans;
    size_t count;
    lesson_inline(layout->arena, votes->text, &spans, &count);
    layout_spans(layout, spans, count, ROLE_STRONG);
    layout_gap(layout, 1);
    for (size_t i = 0; i < votes->choice_count; i++)
        lay_out_choice(layout, votes, i);
    if (votes->right && !votes->key_count)
        layout_textf(layout, ROLE_RIGHT, "✓ %s", votes->right);
    if (votes->move_count) {
        struct buf moves = {0};
        buf_add(&moves, "Who moved: ");
        for (size_t i = 0; i < votes->move_count; i++)
            buf_addf(&moves, "%s%c→%c %lld", i ? ", " : "", 'A' + (int)(votes->moves[3 * i] % 26),
                     'A' + (int)(votes->moves[3 * i + 1] % 26), (long long)votes->moves[3 * i + 2]);
        layout_gap(layout, 1);
        layout_text(layout, ROLE_TEXT, buf_text(&moves));
        buf_free(&moves);
    }
}
