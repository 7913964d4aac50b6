/* parts.h: pieces of pictures that several demos share. All keep within the rectangle they get. */
#ifndef DEMOS_PARTS_H
#define DEMOS_PARTS_H

#include "demos/demo.h"
#include "demos/show.h"

/* A label and what stands behind it, one row each; as many columns of them as fit. */
struct fact {
    const char *label;
    struct line value;
};
void part_facts(struct grid *grid, struct rect at, const struct fact *facts, size_t count);

/* A line from `low` to `high` with a mark where each number lies; marks beyond are left out. */
void part_number_line(struct grid *grid, struct rect at, enum role role, const char *mark,
                      const double *values, size_t count, double low, double high);

/* A whole number that may be infinite: "29", "never"; "?" as long as it is not there. */
struct shown part_count_or_never(const struct demo_run *run, int result);

/* A step, a weight, ... for lists in sentences: "1, 2 and 3"; at most `most`, then "and so on". */
void part_say_list(struct buf *out, const double *values, size_t count, size_t most, int digits);

/* What stands beside `word` in the list, which ends with {NULL}. */
void part_say(struct buf *out, const char *const says[][2], const char *word);

/* The whole number of steps that are enough: rounded up, but a rounding error must not move an exact
 * hit such as log(0.01)/log(0.1) = 2 one step on. */
double part_steps(double exact);

/* The first whole k >= 1 with kept^k <= left, for 0 <= kept <= 1; infinity where there is none. */
double part_steps_until(double kept, double left);

#endif
