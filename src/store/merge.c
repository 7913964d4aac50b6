/* Two logs of one learner, from two machines, become one: in the order in which things happened,
 * whichever was imported into the other. */
#include "store/event.h"

/* Within each log the order in which it was written stands, also where its clock was set back: an
 * event counts as no earlier than those before it. Twice over, as `seq` has to stay unique. */
bool merge_by_time(const struct store *store, int64_t before, struct err *err)
{
    struct buf sql = {0};
    buf_addf(&sql,
             "CREATE TEMP TABLE placed AS SELECT seq AS old, row_number() OVER"
             " (ORDER BY happened, seq) AS new FROM (SELECT seq, max(at) OVER"
             " (PARTITION BY seq > %lld ORDER BY seq) AS happened FROM event);"
             "CREATE UNIQUE INDEX temp.placed_old ON placed (old);"
             "UPDATE event SET seq = -(SELECT new FROM temp.placed WHERE old = seq);"
             "UPDATE event SET seq = -seq;"
             "DROP TABLE temp.placed",
             (long long)before);
    bool good = db_run(store, buf_text(&sql), err);
    buf_free(&sql);
    return good;
}
