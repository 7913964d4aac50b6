#include "grade/counts.h"

#include "grade/work.h"

#include <string.h>

void counts_head(struct buf *out)
{
    buf_add(out, "question,asked,vote,option,text,right,count,answered\n");
}

static void add_row(const struct vote_counts *counts, const char *option, const char *text,
                    bool right, size_t count, struct buf *out)
{
    csv_add(out, counts->key);
    buf_addf(out, ",%lld,%lld,%s,", (long long)counts->asking, (long long)counts->vote, option);
    csv_add(out, text);
    buf_addf(out, ",%d,%zu,%zu\n", right, count, counts->answered);
}

void counts_add(const struct vote_counts *counts, struct buf *out)
{
    const struct question *question = counts->question;
    enum form form = question ? question_form(question) : FORM_NONE;
    if (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) {
        for (size_t i = 0; i < question->choice_count; i++)
            add_row(counts, (char[]){(char)('A' + i % 26), '\0'}, question->choices[i].shown,
                    question->choices[i].fraction > 0, counts->options[i], out);
        return;
    }
    add_row(counts, "", "right", true, counts->right, out);
    if (counts->partial)
        add_row(counts, "", "partly right", false, counts->partial, out);
    add_row(counts, "", "wrong", false, counts->wrong, out);
}
