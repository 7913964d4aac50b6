#include "live/peer.h"

#include <string.h>

void tally_add(struct tally *tally, const struct vote *vote)
{
    if (!vote->n)
        return;
    tally->answered++;
    tally->right += vote->right;
    for (size_t i = 0; i < PEER_OPTIONS; i++)
        tally->option[i] += vote->options >> i & 1;
}

enum advice peer_advice(const struct tally *tally)
{
    if (!tally->answered)
        return ADVICE_NONE;
    /* Whole numbers: 3 of 10 is 30 %, whatever a division makes of it. */
    if (tally->right * 10 < tally->answered * 3)
        return ADVICE_TEACH;
    return tally->right * 10 <= tally->answered * 7 ? ADVICE_DISCUSS : ADVICE_EXPLAIN;
}

const char *peer_advice_text(enum advice advice)
{
    static const char *const texts[] = {
        [ADVICE_NONE] = "Nobody has answered.",
        [ADVICE_TEACH] = "Under 30 % right: teach it again, then ask once more.",
        [ADVICE_DISCUSS] = "30 to 70 % right: let them discuss in pairs, then vote again.",
        [ADVICE_EXPLAIN] = "Over 70 % right: explain, and go on.",
    };
    return texts[advice];
}

/* The option of a vote for exactly one; PEER_OPTIONS for any other. */
static size_t only_option(const struct vote *vote)
{
    if (!vote->n || !vote->options || (vote->options & (vote->options - 1)))
        return PEER_OPTIONS;
    size_t i = 0;
    while (!(vote->options >> i & 1))
        i++;
    return i;
}

size_t peer_moves(const struct vote *first, const struct vote *second, size_t stride, size_t seats,
                  struct move *out, size_t most)
{
    size_t counts[PEER_OPTIONS][PEER_OPTIONS] = {{0}};
    size_t found = 0;
    for (size_t s = 0; s < seats; s++) {
        size_t from = only_option((const struct vote *)((const char *)first + s * stride));
        size_t to = only_option((const struct vote *)((const char *)second + s * stride));
        if (from < PEER_OPTIONS && to < PEER_OPTIONS && from != to)
            counts[from][to]++;
    }
    for (; found < most; found++) {
        struct move best = {0};
        for (size_t from = 0; from < PEER_OPTIONS; from++)
            for (size_t to = 0; to < PEER_OPTIONS; to++)
                if (counts[from][to] > best.count)
                    best = (struct move){from, to, counts[from][to]};
        if (!best.count)
            break;
        counts[best.from][best.to] = 0;
        out[found] = best;
    }
    return found;
}

static bool shares_objective(const struct question *a, const struct question *b)
{
    for (size_t i = 0; question_tag(a, "objective:", i); i++)
        for (size_t k = 0; question_tag(b, "objective:", k); k++)
            if (strcmp(question_tag(a, "objective:", i), question_tag(b, "objective:", k)) == 0)
                return true;
    return false;
}

static bool was_asked(const struct question *question, const struct question *const *asked,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (asked[i] == question)
            return true;
    return false;
}

const struct question *peer_similar(const struct quiz *quiz, const struct question *question,
                                    const struct question *const *asked, size_t asked_count)
{
    for (size_t i = 0; quiz && i < quiz->count; i++) {
        const struct question *other = &quiz->questions[i];
        if (other != question && question_form(other) == FORM_CHOOSE_ONE &&
            shares_objective(question, other) && !was_asked(other, asked, asked_count))
            return other;
    }
    return NULL;
}
