/* live/peer.h: the arithmetic of peer instruction: what a vote says, and what to do then.
 *
 * After a silent vote the share of right answers decides: under 30 % the idea has not arrived, teach it
 * again; 30 to 70 % is where talking in pairs moves most; above 70 % explain and go on. (Mazur, Peer
 * Instruction, 1997.) It is advice: the instructor decides. */
#ifndef LIVE_PEER_H
#define LIVE_PEER_H

#include "quiz/quiz.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_OPTIONS = 32 };

/* What one seat said in one round. */
struct vote {
    int64_t n;        /* which version of it; 0: nothing was said */
    uint32_t options; /* of a choice: a bit for each; 0 for other forms */
    bool right;
    char *a; /* as it was sent; owned by the desk */
};

struct tally {
    size_t answered, right;
    size_t option[PEER_OPTIONS]; /* how many took each */
};

enum advice { ADVICE_NONE, ADVICE_TEACH, ADVICE_DISCUSS, ADVICE_EXPLAIN };

void tally_add(struct tally *tally, const struct vote *vote);
enum advice peer_advice(const struct tally *tally);
const char *peer_advice_text(enum advice advice);

/* One way that people took from the first vote to the second: an option index each. */
struct move {
    size_t from, to, count;
};
/* The moves between options of those who voted in both rounds, most frequent first; who stayed is left
 * out. `first` and `second` are one vote for each seat. At most `most` are written. */
size_t peer_moves(const struct vote *first, const struct vote *second, size_t stride, size_t seats,
                  struct move *out, size_t most);

/* Another question on the same thing: same objective and a choice, not yet in `asked`. NULL: none. */
const struct question *peer_similar(const struct quiz *quiz, const struct question *question,
                                    const struct question *const *asked, size_t asked_count);

#endif
